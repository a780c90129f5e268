"""A prediction beside its outcome: what the writer was 95 % sure of, and what readers came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cohobate.practicum.reader_test.saying import points
from cohobate.practicum.work.parts import Hypothesis

Verdict = Literal["none", "too few", "held", "missed", "open"]

PENALTY: Final = 2 / 0.05
"""What a point outside an interval of 95 % costs, in points of width."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A prediction and an outcome, in points of a hundred."""

    predicted: tuple[float, float, float] | None
    """The help that was predicted and the ends of its interval; None if no number was."""
    measured: tuple[float, float, float] | None
    """The estimate and the ends of its interval; None for too few readers."""
    readers: int

    @property
    def verdict(self) -> Verdict:
        """held: the whole measured interval lies within the predicted one. missed: the two have nothing in common.
        open: neither, so more readers could still make it either."""
        if self.predicted is None:
            return "none"
        if self.measured is None:
            return "too few"
        _, low, high = self.predicted
        _, least, most = self.measured
        if low <= least and most <= high:
            return "held"
        return "missed" if most < low or high < least else "open"

    @property
    def score(self) -> float | None:
        """The width of the predicted interval, and forty times what the estimate lies outside it: less is better, and
        a wide interval is not free. None if there is nothing to score.

        Source: T. Gneiting, A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", Journal of the
        American Statistical Association 102 (2007), pp. 359-378, equation 43.
        """
        if self.predicted is None or self.measured is None:
            return None
        _, low, high = self.predicted
        found = self.measured[0]
        return high - low + PENALTY * max(0.0, low - found, found - high)

    def sentence(self) -> str:
        """What came of the prediction."""
        if self.predicted is None:
            return "No number was predicted, so nothing can be said of it; write one beside your next hypothesis."
        foretold, low, high = (f"{one:.4g}".replace("-", "−") for one in self.predicted)
        said = f"You predicted {foretold} points, and were 95 % sure of {low} to {high}."
        if self.measured is None:
            return f"{said} {self.readers} readers are too few to say what came of it."
        found, least, most = self.measured
        number = points(abs(found) / 100)
        more = f"{number} {'point' if number == '1' else 'points'} {'more' if found >= 0 else 'fewer'}"
        ends = f"({points(least / 100, -1)} to {points(most / 100, 1)})"
        came = f"{self.readers} readers answered {more} with the page than without {ends}."
        told = {
            "held": "All of that lies where you said it would.",
            "missed": "None of that lies where you said it would.",
            "open": "That reaches beyond what you said, and overlaps it: more readers could tell.",
        }[self.verdict]
        return f"{said} {came} {told}"


def compared(
    hypotheses: Sequence[Hypothesis], registered: int, measured: tuple[float, float, float] | None, readers: int
) -> Compared:
    """The last hypothesis that was registered before a test, beside what came of the test.

    registered:  the place of the test in the ledger
    """
    before = [one for one in hypotheses if one.ledger[0] < registered]
    last = before[-1] if before else None
    predicted = None
    if last is not None and last.points is not None and last.low is not None and last.high is not None:
        predicted = (last.points, last.low, last.high)
    return Compared(predicted, measured, readers)
