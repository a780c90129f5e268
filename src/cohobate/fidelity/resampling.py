"""Intervals from drawing groups anew, such as articles with all the answers about them.

The ends are quantiles of what the draws come to (the percentile bootstrap). With thirty groups that is near enough to
what it promises; with the eight to twenty readers of a reader test it is not, and `cohobate.fidelity.paired` is for
them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from cohobate.fidelity.limits import Floats

Counted = tuple[ArrayLike, ArrayLike]
"""For each of G groups, how often it happened `(G,)`, and out of how many `(G,)`."""

_PORTION = 1000
"""Draws that are held in memory at once."""


def share_over_groups(
    counted: Counted, resamples: int = 10_000, seed: int = 0, confidence: float = 0.95
) -> tuple[float, float, float]:
    """A share over all groups, and its interval: value, low, high; not a number where there is nothing."""
    agree, asked = (np.asarray(one, np.float64) for one in counted)
    drawn = _drawn(np.stack([agree, asked]), resamples, seed)
    return _with_ends(_by(agree.sum(), asked.sum()), _by(drawn[:, 0], drawn[:, 1]), confidence)


def ratio_over_groups(
    one: Counted, other: Counted, resamples: int = 10_000, seed: int = 0, confidence: float = 0.95
) -> tuple[float, float, float]:
    """A share by another of the same groups, and its interval, both drawn together: value, low, high.

    The upper end is infinite where draws leave nothing to compare with.
    """
    four = np.stack([np.asarray(part, np.float64) for pair in (one, other) for part in pair])
    drawn = _drawn(four, resamples, seed)
    total = four.sum(axis=1)
    return _with_ends(
        _by(_by(total[0], total[1]), _by(total[2], total[3])),
        _by(_by(drawn[:, 0], drawn[:, 1]), _by(drawn[:, 2], drawn[:, 3])),
        confidence,
    )


def _drawn(counts: Floats, resamples: int, seed: int) -> Floats:
    """Sums over as many groups as there are, drawn with replacement: `(resamples, rows of counts)`."""
    groups = counts.shape[1]
    chance = np.random.default_rng(seed)
    portions = [
        chance.multinomial(groups, np.full(groups, 1 / groups), size=min(_PORTION, resamples - begun)) @ counts.T
        for begun in range(0, resamples, _PORTION)
    ]
    return np.concatenate(portions)


def _by(part: ArrayLike, whole: ArrayLike) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.divide(part, whole), np.float64)


def _with_ends(value: Floats, drawn: Floats, confidence: float) -> tuple[float, float, float]:
    known = np.sort(drawn[~np.isnan(drawn)])
    if not len(known):
        return float(value), math.nan, math.nan
    # Without interpolation, as that between a number and infinity is none.
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2], method="nearest")
    return float(value), float(low), float(high)
