"""How far raters agree who judged the same things blindly: Krippendorff's α, with an interval over what they judged."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from cohobate.errors import WrongUse
from cohobate.fidelity.limits import Floats, share_limits

Level = Literal["nominal", "ordinal", "interval"]

LEVELS: Final[tuple[Level, ...]] = ("nominal", "ordinal", "interval")
"""What ratings are: names, places in an order, or numbers whose distances count."""

FEWEST_UNITS: Final = 10
"""Below this many units with two ratings or more, α is called too few to speak of."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far raters agree: 1 is always, 0 is as chance would, below 0 is less than that."""

    alpha: float
    """Not a number if it is undefined: nothing was rated twice, or every rating is the same."""
    low: float
    high: float
    """The interval's ends; not numbers where α is none."""
    units: int
    """Things with at least two ratings."""
    ratings: int
    """Of these."""
    level: Level
    confidence: float

    @property
    def too_few(self) -> bool:
        """Whether fewer than `FEWEST_UNITS` units were rated twice."""
        return self.units < FEWEST_UNITS

    @property
    def undefined(self) -> bool:
        """Whether there is no α."""
        return math.isnan(self.alpha)

    def __str__(self) -> str:
        """As people read it; the ends are rounded outwards."""
        if self.too_few:
            return f"too few (n = {self.units})"
        if self.undefined:
            return f"undefined: all {self.ratings} ratings are the same, so that chance would agree as well"
        low, high = math.floor(100 * self.low) / 100, math.ceil(100 * self.high) / 100
        return f"α = {self.alpha:.2f} ({low:.2f} to {high:.2f}, n = {self.units})".replace("-", "−")

    def to_dict(self) -> dict[str, Any]:
        """JSON values; null for what is no number."""
        numbers = {"alpha": self.alpha, "low": self.low, "high": self.high}
        return {name: None if math.isnan(value) else value for name, value in numbers.items()} | {
            "units": self.units,
            "ratings": self.ratings,
            "level": self.level,
            "confidence": self.confidence,
            "too_few": self.too_few,
        }


def krippendorff(
    ratings: Sequence[Sequence[Hashable | None]], level: Level = "nominal", confidence: float = 0.95
) -> Reliability:
    """Krippendorff's α of ratings with any number of raters, and gaps.

    ratings:  for each unit, the ratings it was given, in any order; None where a rater gave none. Numbers, except that
              nominal ratings may be anything that can be compared for equality. Units with fewer than two do not count.
    level:    what ratings are: one of `LEVELS`

    The interval speaks of units like these. One less α is the disagreement seen by that of chance; times how often
    ratings would differ by chance, it is a share, and has an interval for shares, with the variance of α that leaving
    out one unit at a time shows (the jackknife).
    Raises WrongUse for ratings that are no finite numbers where they have to be.
    Source: K. Krippendorff, "Computing Krippendorff's alpha-reliability", University of Pennsylvania (2011).
    """
    if level not in LEVELS:
        raise WrongUse(f"level '{level}': ratings are {', '.join(LEVELS)}; choose one of them")
    if not 0 < confidence < 1:
        raise WrongUse(f"confidence {confidence}: it must lie strictly between 0 and 1; try 0.95")
    units = [[one for one in unit if one is not None] for unit in ratings]
    units = [unit for unit in units if len(unit) > 1]
    number = sum(map(len, units))
    values = _values(units, level)
    counts = np.array([[unit.count(value) for value in values] for unit in units], np.float64).reshape(
        len(units), len(values)
    )
    seen, expected, differing = _disagreement(counts, values, level)
    if not expected > 0:
        return Reliability(math.nan, math.nan, math.nan, len(units), number, level, confidence)
    alpha = 1 - seen / expected
    without = np.array([_alpha(np.delete(counts, unit, axis=0), values, level) for unit in range(len(units))])
    known = without[~np.isnan(without)]
    spread = float(((known - known.mean()) ** 2).sum()) * (len(known) - 1) / len(known) if len(known) > 1 else 0.0
    # As many ratings of a unit would differ, if those that do differ as those that chance would bring together.
    share = min(1.0, (1 - alpha) * differing)
    low, high = share_limits(share, spread * differing**2, len(units), max(len(units) - 1, 1), confidence)
    ends = max(-1.0, 1 - float(high) / differing), 1 - float(low) / differing
    return Reliability(alpha, min(ends[0], alpha), max(ends[1], alpha), len(units), number, level, confidence)


def _values(units: Sequence[Sequence[Hashable]], level: Level) -> list[Any]:
    """The different ratings that were given, in order where there is one."""
    values: list[Any] = list(dict.fromkeys(one for unit in units for one in unit))
    if level == "nominal":
        return values
    for value in values:
        if isinstance(value, (bool, str, bytes)) or not np.isreal(value) or not math.isfinite(value):
            raise WrongUse(f"rating {value!r}: {level} ratings are finite numbers; choose nominal, or number them")
    return sorted(values)


def _alpha(counts: Floats, values: Sequence[Any], level: Level) -> float:
    seen, expected, _ = _disagreement(counts, values, level)
    return 1 - seen / expected if expected > 0 else math.nan


def _disagreement(counts: Floats, values: Sequence[Any], level: Level) -> tuple[float, float, float]:
    """The mean squared distance of two ratings of a unit, and of any two ratings; how often any two differ.

    counts:  how often each unit was given each value `(units, values)`, at least two a unit
    """
    of_values = counts.sum(axis=0)
    number = of_values.sum()
    if number < 2:
        return 0.0, 0.0, 0.0
    distances = _distances(of_values, values, level)
    each = counts.sum(axis=1)
    # Of a unit's pairs of ratings, each rating with each other one; distances of equal ones are 0.
    within = np.einsum("uc,ck,uk->u", counts, distances, counts) / (each - 1)
    pairs = number * (number - 1)
    expected = of_values @ distances @ of_values / pairs
    differing = 1 - (of_values * (of_values - 1)).sum() / pairs
    return float(within.sum() / number), float(expected), float(differing)


def _distances(of_values: Floats, values: Sequence[Any], level: Level) -> Floats:
    """The squared distance of each two values `(values, values)`."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    # In an order, a value lies in the middle of all ratings that have it.
    places = np.cumsum(of_values) - of_values / 2 if level == "ordinal" else np.array(values, np.float64)
    found: Floats = (places[:, None] - places[None, :]) ** 2
    return found
