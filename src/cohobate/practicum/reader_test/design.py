"""Who answers what, in which arm and in which order: a crossover in which readers are their own comparison.

Every reader first answers one half of each passage's items without any text, then reads the passages one after another,
each either as its source or as its distillation, and answers the other half. So nobody meets a passage in two versions,
nobody answers an item twice, and what was read cannot help where there was no text.

Readers are dealt their sequences in order of arrival. Two that follow one another are each other's mirror: the other
half of the items, the other version of every passage. Among four, each passage is met once in each version with each
half. In a block of four times as many readers as there are passages, each of these four comes with each order. So
every count that should be even is off by one at most, whenever people stop coming.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any, Final, TypeVar

from cohobate.errors import WrongUse
from cohobate.fidelity.crossover import ARMS, DISTILLATION, NO_TEXT, SOURCE

KINDS: Final = ("text-based", "inference")
"""Of items: whether the answer stands in the source, or follows from it."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Item:
    """A question about a passage, as far as a plan needs to know it."""

    id: str
    kind: str
    """One of `KINDS`."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise WrongUse(f"item '{self.id}' is of the kind '{self.kind}': choose one of {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its items; two of them are independent: who has read one knows no more of the other."""

    id: str
    items: tuple[Item, ...]
    """At least two."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a reader does at one go."""

    arm: str
    """One of `ARMS`."""
    passage: str | None
    """The id of the passage that is read; None where there is no text: then the items are of all passages."""
    items: tuple[str, ...]
    """The ids of the items, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """What one reader does, from beginning to end: first "no text", then each passage once."""

    reader: int
    """In order of arrival, from 0."""
    form: str
    """Which half of the items, "A" or "B", is answered without a text; the other half is answered with it."""
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Design:
    """The plan of a reader test: from the same parts and seed, everybody works out the same one."""

    passages: tuple[Passage, ...]
    """At least two. Ids of passages, and of items over all passages, are different from one another."""
    seed: int
    source: bool = True
    """Whether there is an arm in which the source is read. Without, all passages are read as their distillations."""

    def __post_init__(self) -> None:
        if len(self.passages) < 2:
            raise WrongUse(
                f"a test with {_so_many(len(self.passages), 'passage')}: who has read one version of a passage is "
                "spoilt for another, so it takes at least two; add one, or split the text into independent parts"
            )
        for one in self.passages:
            if len(one.items) < 2:
                raise WrongUse(
                    f"passage '{one.id}' has {_so_many(len(one.items), 'item')}: one half is asked without the text "
                    "and the other with it; write at least two"
                )
        _all_different("passages", (one.id for one in self.passages))
        _all_different("items", (item.id for one in self.passages for item in one.items))

    @property
    def arms(self) -> tuple[str, ...]:
        """Those of `ARMS` that occur."""
        return ARMS if self.source else (NO_TEXT, DISTILLATION)

    @property
    def block(self) -> int:
        """After so many readers, and multiples of it, everything is in balance with everything."""
        return (4 if self.source else 2) * len(self.passages)

    @cached_property
    def forms(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The two halves of each passage's items: `forms[passage id]["A" or "B"]`, ids of items.

        The halves of a passage differ by one item at most, in all and of each kind, and so do all halves A and all
        halves B together.
        """
        chance = Random(f"forms {self.seed}")
        turn = chance.random() < 0.5
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for passage in self.passages:
            halves: dict[str, tuple[str, ...]] = {"A": (), "B": ()}
            for kind in KINDS:
                for item in _shuffled([one for one in passage.items if one.kind == kind], chance):
                    halves["AB"[turn]] += (item.id,)
                    turn = not turn
            found[passage.id] = halves
        return found

    def sequence(self, reader: int) -> Sequence:
        """What the reader does who comes with this number, from 0, in order of arrival."""
        if reader < 0:
            raise WrongUse(f"reader {reader}: readers are counted from 0; pass 0 or more")
        number, place = divmod(reader, self.block)
        return self._block(number)[place]

    def sequences(self, readers: int | None = None) -> tuple[Sequence, ...]:
        """The sequences of the first so many readers; of one block without a number."""
        return tuple(self.sequence(reader) for reader in range(self.block if readers is None else readers))

    @classmethod
    def of(cls, parts: Iterable[Mapping[str, Any]], seed: int, source: bool) -> Design:
        """The design of these parts, as `parts` gives them. Raises WrongUse for what none can have, and LookupError or
        TypeError for what are no parts."""
        passages = (Passage(one["id"], tuple(Item(item["id"], item["kind"]) for item in one["items"])) for one in parts)
        return cls(tuple(passages), seed, source)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The passages and their items as JSON values: with the seed, all that the design follows from."""
        return [
            {"id": one.id, "items": [{"id": item.id, "kind": item.kind} for item in one.items]} for one in self.passages
        ]

    def to_dict(self) -> dict[str, Any]:
        """The design as JSON values, the halves included."""
        return {
            "passages": self.parts,
            "seed": self.seed,
            "arms": list(self.arms),
            "forms": {passage: {form: list(ids) for form, ids in of.items()} for passage, of in self.forms.items()},
        }

    def _block(self, number: int) -> list[Sequence]:
        """The sequences of the block with this number, from 0."""
        chance = Random(f"block {self.seed} {number}")
        ids = _shuffled([one.id for one in self.passages], chance)
        first_half = frozenset(ids[: len(ids) // 2] if self.source else ())
        orders = _shuffled([ids[row:] + ids[:row] for row in range(len(ids))], chance)
        cells = self._cells(chance)
        # After every multiple of both lengths the orders move on by one, so that each cell comes with each of them.
        again = math.lcm(len(cells), len(ids))
        found = []
        for place in range(self.block):
            form, swapped = cells[place % len(cells)]
            order = orders[(place + place // again) % len(ids)]
            read_as = {one: SOURCE if self.source and (one in first_half) != swapped else DISTILLATION for one in ids}
            found.append(self._sequence(number * self.block + place, form, order, read_as))
        return found

    def _cells(self, chance: Random) -> list[tuple[str, bool]]:
        """Each half with each side: what is answered without text, and whether sources and distillations are swapped.

        They come in mirrored pairs, in an order that chance decides.
        """
        pairs = [[("A", False), ("B", self.source)]]
        if self.source:
            pairs.append([("A", True), ("B", False)])
        return [cell for pair in _shuffled(pairs, chance) for cell in _shuffled(pair, chance)]

    def _sequence(self, reader: int, form: str, order: list[str], read_as: dict[str, str]) -> Sequence:
        chance = Random(f"items {self.seed} {reader}")
        other = "B" if form == "A" else "A"
        without = [item for passage in order for item in _shuffled(self.forms[passage][form], chance)]
        return Sequence(
            reader,
            form,
            (
                Period(NO_TEXT, None, tuple(without)),
                *(
                    Period(read_as[passage], passage, tuple(_shuffled(self.forms[passage][other], chance)))
                    for passage in order
                ),
            ),
        )


def _shuffled(things: Iterable[Thing], chance: Random) -> list[Thing]:
    """In an order that chance decides. `Random.shuffle` may change with Python's version; `Random.random` does not."""
    return sorted(things, key=lambda _: chance.random())


def _so_many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _all_different(what: str, ids: Iterable[str]) -> None:
    twice = [one for one, times in Counter(ids).items() if times > 1]
    if twice:
        raise WrongUse(f"two {what} have the id '{twice[0]}': ids tell {what} apart; give each its own")
