"""What the entry of a reader test holds: the measurements, and the answers from which all of them follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cohobate.fidelity.crossover import ALL, Crossover
from cohobate.ledger.comparing import same

READER_TEST: Final = "reader-test"
"""The kind of such an entry."""


def reader_test(table: Crossover) -> dict[str, Any]:
    """The data of a reader test's entry. What readers were called is not in it."""
    return {"measurements": [one.to_dict() for one in table.figures()], "answers": table.to_dict()}


def differing(data: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each measurement of such an entry that its answers do not make, or that is missing, and for what
    is no part of its answers.

    Raises what a mapping that is no such entry raises: LookupError, TypeError, ValueError, AttributeError, WrongUse.
    """
    table = Crossover.from_dict(data["answers"])
    if not same(data["answers"], table.to_dict()):
        yield "the answers hold what is no part of them, or name other arms"
    expected = {_about(one): one for one in reader_test(table)["measurements"]}
    stated = [dict(one) for one in data["measurements"]]
    for one in stated:
        found = expected.pop(_about(one), None)
        if found is None:
            yield f"{_named(one)}: its answers make no such figure, or it is there twice"
            continue
        for key in sorted(found.keys() | one.keys()):
            if not same(one.get(key), found.get(key)):
                yield f"{_named(one)}: {key} is {one.get(key)}, and its answers make {found.get(key)}"
    for missing in expected.values():
        yield f"{_named(missing)}: its answers make this figure, and it is missing"


def _about(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return one["what"], one["kind"], one["background"], one["scope"]


def _named(one: Mapping[str, Any]) -> str:
    parts = [one["what"], *(f"{key} {one[key]}" for key in ("kind", "background") if one[key] != ALL), one["scope"]]
    return ", ".join(str(part) for part in parts)
