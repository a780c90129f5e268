"""Intervals for shares that few people made, and for ratios of two figures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri, stdtrit

Floats = NDArray[np.float64]

_NEARLY = 1e-12


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
    alone = p * (1 - p)
    # No surer than independent answers; where all are right, or all wrong, as sure as these.
    worth = np.divide(alone, np.maximum(v, alone / most), out=np.array(most), where=(p > _NEARLY) & (p < 1 - _NEARLY))
    worth = worth * (ndtri(tail) / stdtrit(df, tail)) ** 2
    right, wrong = p * worth, (1 - p) * worth
    low = np.where(right <= _NEARLY, 0.0, betaincinv(np.maximum(right, _NEARLY), wrong + 1, tail))
    high = np.where(wrong <= _NEARLY, 1.0, betaincinv(right + 1, np.maximum(wrong, _NEARLY), 1 - tail))
    return low, high


def ratio_limits(
    one: ArrayLike, other: ArrayLike, variances: Covariances, quantile: ArrayLike
) -> tuple[Floats, Floats]:
    """The interval for the ratio of two figures that cannot be negative, one by the other, for numbers or arrays.

    variances:  of the first, of the second, and their covariance
    quantile:   of the t distribution, above 0, such as 2.2

    It holds every ratio r for which one − r · other is no further from 0 than so many of its standard errors. If other
    itself is no further from 0, the interval has no upper end: that is infinite then.
    Source: E. C. Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B 16 (1954),
    pp. 175-185.
    """
    p, q, vp, vq, both, t = np.broadcast_arrays(
        *(np.asarray(part, np.float64) for part in (one, other, *variances, quantile))
    )
    # Ratios r with a r² − 2 b r + c ≤ 0.
    a, b, c = q * q - t * t * vq, p * q - t * t * both, p * p - t * t * vp
    root = np.sqrt(np.maximum(b * b - a * c, 0.0))
    bounded = a > _NEARLY
    high = np.divide(b + root, a, out=np.full_like(a, np.inf), where=bounded)
    low = np.divide(c, b + root, out=np.zeros_like(a), where=bounded & (b + root > _NEARLY))
    # Without an upper end, all ratios from the one root above 0 are held, if 0 is not.
    larger = np.divide(b - root, a, out=np.zeros_like(a), where=a < -_NEARLY)
    low = np.where(~bounded & (c > 0), larger, low)
    return np.maximum(low, 0.0), high


Covariances = tuple[Any, Any, Any]
"""Of the first figure, of the second, and of both together."""
