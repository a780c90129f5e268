"""Doing a ledger's arithmetic again: every interval and every bound, from the counts that it states.

A chain that holds shows that nothing was changed since it was written. This shows that what was written follows from
what was counted, by the rules of `cohobate.fidelity`; the counts themselves are taken at their word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cohobate.errors import WrongUse
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import INDUCED, Evidence, summed
from cohobate.ledger.chain import Entry, Problem
from cohobate.ledger.iterations import certified, interval

CLOSE = 1e-9
"""Figures that differ by less are the same: other versions of SciPy may round otherwise."""

NEVER_FALL = (
    "step",
    "targets",
    "decisions_training",
    "acts_training",
    "decisions_audit",
    "acts_audit",
    "decisions_measuring",
    "acts_measuring",
)
"""Counts since the run began."""


def rederived(entries: Iterable[Entry]) -> list[Problem]:
    """A sentence for each figure of a ledger's iterations that does not follow from its counts. Never raises.

    Entries of other kinds are passed over. A ledger whose intervals hold each by itself, as those of earlier versions,
    is checked for these.
    """
    problems: list[Problem] = []
    before: Mapping[str, Any] = {}
    for entry in entries:
        if entry.kind != "iteration":
            continue
        try:
            sentences = [*_in_order(entry.data, before), *_intervals(entry.data), *_bounds(entry.data, before)]
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, WrongUse) as error:
            sentences = [f"the entry does not read as an iteration's ({error!r})"]
        problems += [Problem(entry.index + 1, f"{sentence}; restore the ledger from a copy") for sentence in sentences]
        before = entry.data
    return problems


def _in_order(data: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    if data["iteration"] != before.get("iteration", 0) + 1:
        yield f"iteration {data['iteration']} follows iteration {before.get('iteration', 0)}"
    for name in NEVER_FALL:
        if data.get(name, 0) < before.get(name, 0):
            yield f"{name} falls from {before[name]} to {data.get(name, 0)}, and it never can"


def _intervals(data: Mapping[str, Any]) -> Iterator[str]:
    measured = data["measurements"]
    confidence = None
    if "confidence_together" in data:
        budget = Budget(1 - data["confidence_together"])
        confidence = 1 - budget.of("measurements", data["iteration"]) / max(len(measured), 1)
    for one in measured:
        name = f"{one['what']}, {one['kind']}, level {one['level']}"
        if confidence is not None and not _same(one["confidence"], confidence):
            yield f"{name}: the confidence is {one['confidence']}, and the error budget leaves {confidence}"
        again = interval(one["what"], one["agree"], one["asked"], one["confidence"])
        if not (_same(one["low"], again.low) and _same(one["high"], again.high)):
            yield (
                f"{name}: {one['agree']} of {one['asked']} have the interval {again.low:.6f} to {again.high:.6f}, not "
                f"{one['low']} to {one['high']}"
            )


def _bounds(data: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    if "confidence_together" not in data:
        return
    measured = data["measurements"]
    right = [(one["agree"], one["asked"]) for one in measured if _whole(one, "accuracy_x_alone")]
    share = 1 - sum(agree for agree, _ in right) / sum(asked for _, asked in right)
    if not _same(data["measured_error"], share):
        yield f"the measured error is {data['measured_error']}, and its counts make {share}"
    if data["evidence"] is None:
        return
    evidence = Evidence.from_dict(data["evidence"])
    if evidence.iteration != data["iteration"]:
        yield f"iteration {data['iteration']} has the evidence of iteration {evidence.iteration}"
    name = "consistency_drawn" if evidence.endless else "tree_of_imitator"
    told = [(one["asked"] - one["agree"], one["asked"]) for one in measured if _whole(one, name)]
    if summed({str(i): pair for i, pair in enumerate(told)}) != summed(evidence.answered):
        yield f"{name} and the evidence count X's answers differently"
    for sort, (total, squares) in evidence.nodes.items():
        if not sort.startswith(INDUCED) and total != squares:  # a tree has one root, and is overgrown or not
            yield f"of nodes of the sort '{sort}' a tree has one or none, and the evidence counts {total} and {squares}"
    if max(evidence.sent, evidence.situations) > data["decisions_audit"]:
        yield f"its bounds rest on more decisions than the {data['decisions_audit']} audits there were"
    if before.get("evidence"):
        earlier = Evidence.from_dict(before["evidence"])
        same_h = earlier.imitator == evidence.imitator
        if earlier.imitator > evidence.imitator or (same_h and earlier.places > evidence.places):
            yield "the evidence about H′ falls behind that of the iteration before"
    for key, value in certified(evidence, measured, Budget(1 - data["confidence_together"])).items():
        if not _same(data.get(key), value):
            yield f"{key} is {data.get(key)}, and its counts make {value}"


def _whole(one: Mapping[str, Any], what: str) -> bool:
    return one["what"] == what and one["level"] is None


def _same(stated: Any, found: Any) -> bool:
    """Equal, numbers up to rounding."""
    if isinstance(found, Mapping):
        return (
            isinstance(stated, Mapping)
            and stated.keys() == found.keys()
            and all(_same(stated[key], found[key]) for key in found)
        )
    if isinstance(found, float) or isinstance(stated, float):
        return isinstance(stated, (int, float)) and math.isclose(stated, found, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(stated == found)
