"""Exact intervals for a share, and the estimate that carries one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainccinv, betaincinv

from cohobate.errors import WrongUse

Side = Literal["both", "low", "high"]
Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

FEWEST = 5
"""Below this many questions an estimate is called too few to speak of: even 4 of 4 only says "more than 39 %"."""


@overload
def clopper_pearson(agree: int, asked: int, confidence: float = ..., side: Side = ...) -> tuple[float, float]: ...
@overload
def clopper_pearson(
    agree: ArrayLike, asked: ArrayLike, confidence: float = ..., side: Side = ...
) -> tuple[Floats, Floats]: ...
def clopper_pearson(agree: Any, asked: Any, confidence: float = 0.95, side: Side = "both") -> tuple[Any, Any]:
    """The exact interval for a binomial share: it holds the true share with at least `confidence`, whatever that is.

    agree:       how often it happened, 0 … asked; an integer, or an array of integers
    asked:       out of how many independent draws; 0 gives the whole interval [0, 1]. Arrays broadcast with `agree`.
    confidence:  strictly between 0 and 1
    side:        "both" shares the allowed error between the ends; "low" spends it all on a lower bound (the upper end
                 is 1), "high" on an upper bound (the lower end is 0)

    Returns the ends (low, high), floats for integers and arrays of float64 for arrays. Raises WrongUse for counts and
    confidences outside these ranges. Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits
    illustrated in the case of the binomial", Biometrika 26 (1934), pp. 404-413, in its form by quantiles of the beta
    distribution.
    """
    k, n = counts(agree, asked, confidence, side)
    allowed = (1 - confidence) / (2 if side == "both" else 1)
    # Beta distributions need positive parameters; where one would be 0 the end is certain and the quantile unused.
    low = (
        np.where(k == 0, 0.0, betaincinv(np.maximum(k, 1), n - k + 1, allowed)) if side != "high" else np.zeros(k.shape)
    )
    high = (
        np.where(k == n, 1.0, betainccinv(k + 1, np.maximum(n - k, 1), allowed)) if side != "low" else np.ones(k.shape)
    )
    if k.ndim == 0:
        return float(low), float(high)
    return low, high


def counts(agree: ArrayLike, asked: ArrayLike, confidence: float, side: Side) -> tuple[Ints, Ints]:
    """The counts as arrays of one shape, if an interval can be had for them. Raises WrongUse otherwise."""
    k, n = np.broadcast_arrays(np.asarray(agree), np.asarray(asked))
    if k.dtype.kind not in "iu" or n.dtype.kind not in "iu":
        raise WrongUse(
            f"counts of type {k.dtype} and {n.dtype}: agreements are counted in whole numbers; pass integers"
        )
    if ((k < 0) | (k > n)).any():
        row = int(np.argmax(((k < 0) | (k > n)).ravel()))
        raise WrongUse(
            f"{k.ravel()[row]} agreements of {n.ravel()[row]} questions: there must be at least 0 and at most as many "
            "as questions; check the counts"
        )
    if not 0 < confidence < 1:
        raise WrongUse(f"confidence {confidence}: it must lie strictly between 0 and 1; try 0.95")
    if side not in ("both", "low", "high"):
        raise WrongUse(f"side '{side}': an interval has the sides both, low and high; choose one of them")
    return k, n


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share that was counted on a sample, with an interval for the true share."""

    agree: int
    """How often it happened, 0 … asked."""
    asked: int
    """Out of how many independent questions; 0 means that none was asked."""
    low: float
    high: float
    """The interval's ends, as shares in 0 … 1."""
    confidence: float
    """How sure the interval is, strictly between 0 and 1."""

    @classmethod
    def of(cls, agree: int, asked: int, confidence: float = 0.95) -> Estimate:
        """The estimate with its exact two-sided interval. Raises WrongUse as `clopper_pearson` does."""
        low, high = clopper_pearson(int(agree), int(asked), confidence)
        return cls(int(agree), int(asked), low, high, float(confidence))

    @property
    def share(self) -> float:
        """The share seen in the sample; not a number if nothing was asked."""
        return self.agree / self.asked if self.asked else math.nan

    @property
    def error(self) -> float:
        """One minus the share."""
        return 1 - self.share

    @property
    def opposite(self) -> Estimate:
        """How often it did not happen, with the same interval turned round."""
        return Estimate(self.asked - self.agree, self.asked, 1 - self.high, 1 - self.low, self.confidence)

    @property
    def too_few(self) -> bool:
        """Whether fewer than `FEWEST` questions were asked."""
        return self.asked < FEWEST

    def __str__(self) -> str:
        """As people read it, in per cent; the ends are rounded outwards, so that the interval printed holds as well."""
        if self.too_few:
            return f"too few (n = {self.asked})"
        low, high = math.floor(self.low * 1000) / 10, math.ceil(self.high * 1000) / 10
        return f"{_per_cent(self.share)} % ({low:.1f}–{high:.1f}, n = {self.asked:,})"


def _per_cent(share: float) -> str:
    """One decimal, or as many as it takes: one failure in ten thousand must not read as 100.0 %."""
    for digits in range(1, 17):
        text = f"{100 * share:.{digits}f}"
        if share in (0, 1) or float(text) not in (0, 100):
            break
    return text
