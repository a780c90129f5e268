"""A reader test's answers, and every figure that follows from them.

What a ledger keeps of a reader test is this table; so whoever has the ledger can do the arithmetic again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from cohobate.errors import WrongUse
from cohobate.fidelity.paired import SCOPES, Finding, Paired
from cohobate.fidelity.times import saved

NO_TEXT: Final = "no text"
SOURCE: Final = "source"
DISTILLATION: Final = "distillation"

ARMS: Final = (NO_TEXT, SOURCE, DISTILLATION)
"""What items are answered from, as files name it."""

ALL: Final = "all"
"""Of the kind of items or the background of readers: whatever it is."""

HELP: Final = "help"
"""The share answered from the distillation less the share answered without any text."""
LESS_SOURCE: Final = "distillation_less_source"
PRESERVES: Final = "distillation_preserves"
"""The share answered from the distillation by the share answered from the source."""
MINUTES_SAVED: Final = "minutes_saved"
"""The typical time for a source less that for a distillation, a passage where passages are told apart."""
TIME_RATIO: Final = "time_ratio"
"""The typical time for a distillation by that for a source."""


class Given(NamedTuple):
    """One item that a reader was given."""

    reader: int
    item: int
    """Both counted from 0."""
    arm: int
    """A place in `ARMS`."""
    correct: float | None
    """1 right, 0 wrong or unanswered, grades between; None if the reader did not get as far as this."""
    unanswered: int
    """1 for "I can't tell from this"."""
    seconds: float | None
    """What it took, the reading before it included; None if nobody looked at the clock."""


@dataclass(frozen=True)
class Figure:
    """A finding, and what it is about."""

    what: str
    """Such as "accuracy_source", "unanswered_no_text", or one of those named above."""
    kind: str
    """Of the items: `ALL` or one kind."""
    background: str
    """Of the readers: `ALL` or one background."""
    finding: Finding
    agree: float | None = None
    asked: int | None = None
    """Of a share: what was counted, and out of how many answers. None for comparisons."""

    def to_dict(self) -> dict[str, Any]:
        """A measurement as a ledger's entries hold it, with what a reader test adds; null for what is no number."""
        return {
            "what": self.what,
            "kind": self.kind,
            "level": None,
            "agree": self.agree,
            "asked": self.asked,
            "background": self.background,
        } | self.finding.to_dict()


@dataclass(frozen=True)
class Crossover:
    """The answers of a reader test."""

    given: tuple[Given, ...]
    """No reader and item twice."""
    kinds: tuple[str, ...]
    """Of each item; "" if it has none."""
    passages: tuple[str, ...]
    """That each item is about; "" if that was not told."""
    backgrounds: tuple[str, ...]
    """Of each reader; "" if it was not asked."""
    confidence: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON values."""
        return {
            "arms": list(ARMS),
            "given": [list(one) for one in self.given],
            "kinds": list(self.kinds),
            "passages": list(self.passages),
            "backgrounds": list(self.backgrounds),
            "confidence": self.confidence,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Crossover:
        """The inverse of `to_dict`. Raises WrongUse for what is no such table."""
        try:
            given = tuple(Given(*one) for one in data["given"])
            kinds, passages, backgrounds = (tuple(data[key]) for key in ("kinds", "passages", "backgrounds"))
            found = cls(given, kinds, passages, backgrounds, float(data["confidence"]))
            fits = all(
                0 <= one.reader < len(found.backgrounds)
                and 0 <= one.item < len(found.kinds) == len(found.passages)
                and one.arm in range(len(ARMS))
                and (one.correct is None or 0 <= one.correct <= 1)
                and one.unanswered in (0, 1)
                and (one.seconds is None or 0 <= one.seconds < math.inf)
                for one in given
            )
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise WrongUse(f"the answers of a reader test do not read ({error}); restore them from a copy") from None
        if not fits or len({(one.reader, one.item) for one in given}) < len(given) or not 0 < found.confidence < 1:
            raise WrongUse("the answers of a reader test name what is not there, or twice; restore them from a copy")
        return found

    def figures(self) -> tuple[Figure, ...]:
        """Every figure: of all answers for both scopes, then by kind of items and by background of readers."""
        found = list(self._figures(ALL, ALL, SCOPES))
        for kind in _different(self.kinds):
            found += self._figures(kind, ALL, SCOPES[:1])
        for background in _different(self.backgrounds):
            found += self._figures(ALL, background, SCOPES[:1])
        return tuple(found)

    def _figures(self, kind: str, background: str, scopes: Sequence[Any]) -> Iterator[Figure]:
        chosen = [
            one
            for one in self.given
            if kind in (ALL, self.kinds[one.item]) and background in (ALL, self.backgrounds[one.reader])
        ]
        answered = [one for one in chosen if one.correct is not None]
        right = self._table(answered, lambda one: one.correct)
        left = self._table(answered, lambda one: one.unanswered)
        present = [arm for arm in range(len(ARMS)) if any(one.arm == arm for one in answered)]
        arms = {ARMS[arm]: arm for arm in present}
        for scope in scopes:
            for what, table, counted in (("accuracy", right, "correct"), ("unanswered", left, "unanswered")):
                for arm in present:
                    here = [getattr(one, counted) for one in answered if one.arm == arm]
                    name = f"{what}_{ARMS[arm].replace(' ', '_')}"
                    yield Figure(name, kind, background, table.share(arm, scope), _plain(math.fsum(here)), len(here))
            if {NO_TEXT, DISTILLATION} <= arms.keys():
                help_ = right.difference(arms[DISTILLATION], arms[NO_TEXT], scope)
                yield Figure(HELP, kind, background, help_)
            if {SOURCE, DISTILLATION} <= arms.keys():
                pair = (arms[DISTILLATION], arms[SOURCE], scope)
                yield Figure(LESS_SOURCE, kind, background, right.difference(*pair))
                yield Figure(PRESERVES, kind, background, right.ratio(*pair))
        # A kind of item has no time of its own: the reading belongs to all.
        if kind == ALL and {SOURCE, DISTILLATION} <= arms.keys():
            for what, finding in zip((MINUTES_SAVED, TIME_RATIO), self._saved(chosen), strict=True):
                yield Figure(what, kind, background, finding)

    def _table(self, answered: Sequence[Given], value: Callable[[Given], float | None]) -> Paired:
        shape = len(self.backgrounds), len(self.kinds)
        values, arms = np.full(shape, np.nan), np.full(shape, -1)
        for one in answered:
            values[one.reader, one.item], arms[one.reader, one.item] = value(one), one.arm
        return Paired(values, arms, self.confidence)

    def _saved(self, chosen: Sequence[Given]) -> tuple[Finding, Finding]:
        """Minutes saved and the ratio of times, of readers who finished in both arms with the clock running."""
        read = [one for one in chosen if ARMS[one.arm] != NO_TEXT]
        of_readers: dict[int, list[Given]] = {}
        for one in read:
            of_readers.setdefault(one.reader, []).append(one)
        times = []
        for _, here in sorted(of_readers.items()):
            if any(one.seconds is None or one.correct is None for one in here):
                continue
            of_arms = [[one for one in here if ARMS[one.arm] == arm] for arm in (SOURCE, DISTILLATION)]
            spent = [
                math.fsum(one.seconds or 0 for one in arm) / 60 / max(1, len({self.passages[one.item] for one in arm}))
                for arm in of_arms
            ]
            if min(spent) > 0:
                times.append(spent)
        return saved(times, len({one.item for one in read}), self.confidence)


def _different(names: Sequence[str]) -> list[str]:
    """Those that there are, if any."""
    return sorted({name for name in names if name})


def _plain(number: float) -> float:
    """Whole numbers as such, so that counts are counts."""
    return int(number) if number == int(number) else number
