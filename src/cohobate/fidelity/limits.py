"""Intervals for shares that few people made, and for differences and ratios of two such shares.

A share's interval is an exact binomial one, with as many answers as the spread between people says that they are worth:
it is skewed near 0 and 1, as it must be, and has a width even where everybody did the same. Differences and ratios
combine the intervals of their two shares, by how far these go together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri, stdtrit

Floats = NDArray[np.float64]

NEARLY = 1e-12


def share_limits(
    share: ArrayLike, variance: ArrayLike, answers: ArrayLike, degrees: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """The interval for a share whose variance was estimated, for numbers or arrays that broadcast.

    share:       0 … 1
    variance:    of the share, as estimated from how people differ; 0 where they do not
    answers:     how many answers it rests on. It is never taken to be surer than as many independent ones would make it
    degrees:     of freedom of the variance, above 0

    The share is taken for one of share (1 − share) / variance independent answers, by the square of the ratio of the
    normal to the t quantile fewer, and gets the interval of C. J. Clopper and E. S. Pearson.
    Source: E. L. Korn, B. I. Graubard, "Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data", Survey Methodology 24 (1998), pp. 193-201.
    """
    p, v, most, df = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (share, variance, answers, degrees)))
    tail = (1 - confidence) / 2
    # Where there is no spread, or none can be had, it is worth as many as there are.
    spread = np.where((v > 0) & (p > 0) & (p < 1), v, p * (1 - p) / most + NEARLY**2)
    worth = np.minimum(p * (1 - p) / spread, most)
    worth = np.where((p <= NEARLY) | (p >= 1 - NEARLY), most, worth) * (ndtri(tail) / stdtrit(df, tail)) ** 2
    right, wrong = p * worth, (1 - p) * worth
    low = np.where(right <= NEARLY, 0.0, betaincinv(np.maximum(right, NEARLY), wrong + 1, tail))
    high = np.where(wrong <= NEARLY, 1.0, betaincinv(right + 1, np.maximum(wrong, NEARLY), 1 - tail))
    return low, high


def difference_limits(one: Limits, other: Limits, correlation: ArrayLike = 0.0) -> tuple[Floats, Floats]:
    """The interval for the difference of two figures, one less the other, from an interval for each.

    one, other:   estimate, low and high, each a number or an array
    correlation:  of the two estimates, −1 … 1

    Source: G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general approach",
    Statistics in Medicine 27 (2008), pp. 1693-1702.
    """
    (p, p_low, p_high), (q, q_low, q_high) = _arrays(one), _arrays(other)
    rho = np.asarray(correlation, np.float64)
    return p - q - _hypotenuse(p - p_low, q_high - q, rho), p - q + _hypotenuse(p_high - p, q - q_low, rho)


def ratio_limits(one: Limits, other: Limits, correlation: ArrayLike = 0.0) -> tuple[Floats, Floats]:
    """The interval for the ratio of two figures that cannot be negative, one by the other, from an interval for each.

    It holds all ratios r for which the interval of the difference one − r · other, as above, holds 0. The upper end is
    infinite where the interval of `other` reaches down to 0.

    Source: A. Donner, G. Y. Zou, "Closed-form confidence intervals for functions of the normal mean and standard
    deviation", Statistical Methods in Medical Research 21 (2012), pp. 347-359.
    """
    (p, p_low, p_high), (q, q_low, q_high) = _arrays(one), _arrays(other)
    rho = np.asarray(correlation, np.float64)
    # The ends solve p − r q = ∓ hypotenuse(a, r b), a quadratic equation: A r² − 2 B r + C = 0.
    big_b, root, _, c = _quadratic(p, q, p - p_low, q_high - q, rho)
    low = np.divide(c, big_b + root, out=np.zeros_like(c), where=big_b + root > NEARLY)
    big_b, root, big_a, _ = _quadratic(p, q, p_high - p, q - q_low, rho)
    high = np.divide(big_b + root, big_a, out=np.full_like(big_a, np.inf), where=big_a > NEARLY)
    return np.maximum(low, 0.0), high


Limits = tuple[Any, Any, Any]
"""Estimate, low, high."""


def _arrays(limits: Limits) -> tuple[Floats, Floats, Floats]:
    one, two, three = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in limits))
    return one, two, three


def _hypotenuse(a: Floats, b: Floats, rho: Floats) -> Floats:
    found: Floats = np.sqrt(np.maximum(a * a + b * b - 2 * rho * a * b, 0.0))
    return found


def _quadratic(p: Floats, q: Floats, a: Floats, b: Floats, rho: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """B, the root of B² − A C, A and C."""
    big_a, big_b, big_c = np.broadcast_arrays(q * q - b * b, p * q - rho * a * b, p * p - a * a)
    return big_b, np.sqrt(np.maximum(big_b * big_b - big_a * big_c, 0.0)), big_a, big_c
