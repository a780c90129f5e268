"""How often something happens in a stretch of time, with an exact interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import gammaincinv

from cohobate.errors import WrongUse
from cohobate.fidelity.intervals import FEWEST


@dataclass(frozen=True, slots=True)
class Rate:
    """A count over a length of time, with an interval for how many there are to be expected in that unit of time."""

    count: int
    """How often it happened."""
    units: float
    """Over how many units of time, 0 or more. What the unit is, whoever counts says."""
    low: float
    high: float
    """The interval's ends, per unit. With no time at all: 0 and infinity."""
    confidence: float

    @classmethod
    def of(cls, count: int, units: float, confidence: float = 0.95) -> Rate:
        """The rate with its exact interval, which holds if the events come independently of each other.

        Raises WrongUse for counts or times below 0, and confidences not strictly between 0 and 1.
        Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936), pp. 437-442, in its
        form by quantiles of the gamma distribution.
        """
        if count < 0 or not units >= 0 or math.isinf(units):
            raise WrongUse(f"{count} events in {units} units of time: neither can be below 0; check the counts")
        if not 0 < confidence < 1:
            raise WrongUse(f"confidence {confidence}: it must lie strictly between 0 and 1; try 0.95")
        if units == 0:
            return cls(count, 0.0, 0.0, math.inf, confidence)
        tail = (1 - confidence) / 2
        low = float(gammaincinv(count, tail)) if count else 0.0
        return cls(count, units, low / units, float(gammaincinv(count + 1, 1 - tail)) / units, confidence)

    @property
    def per_unit(self) -> float:
        """How many were seen per unit; not a number if there was no time."""
        return self.count / self.units if self.units else math.nan

    @property
    def too_few(self) -> bool:
        """Whether fewer than `FEWEST` were counted."""
        return self.count < FEWEST

    def __str__(self) -> str:
        """As people read it; the ends are rounded outwards."""
        if self.too_few or not self.units:
            return f"too few (n = {self.count})"
        low, high = math.floor(self.low * 10) / 10, math.ceil(self.high * 10) / 10
        return f"{self.per_unit:.1f} ({low:.1f}–{high:.1f}, n = {self.count:,})"
