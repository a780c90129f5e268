"""How long the same people took for two things: typical times, what is saved, and the ratio, with intervals.

A typical time is a geometric mean: one reader who went for tea does not move it far, and about as many take longer as
do not. Logarithms of times are what is presumed to be spread about evenly.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from cohobate.fidelity.limits import Floats
from cohobate.fidelity.paired import Finding

LEAST_SPREAD: Final = 0.05
"""The standard deviation of log times between readers is never taken to be less: people differ by a twentieth, even
where a few that were seen did not."""

SPENT: Final = 0.8
"""Of the error allowed, this share is spent. The rest is kept, since logarithms of times are not quite normal: with a
few readers who take several times as long, intervals that spent all of it would hold a little too seldom."""

THESE_TEXTS: Final = "these texts"
"""What findings about times speak of: readers are drawn, texts are not."""


_AROUND: Final = np.linspace(0, 2 * math.pi, 360, endpoint=False)
"""Directions in which a pair of typical times may be off."""

_LARGEST: Final = 700.0
"""Beyond this logarithm numbers end."""


class Times(NamedTuple):
    """Of R readers who did both; any number of axes may stand in front."""

    typical: Floats
    """`(2,)`: geometric means."""
    saved: tuple[Floats, Floats]
    """The interval of the first typical time less the second."""
    ratio: tuple[Floats, Floats]
    """The interval of the second typical time by the first."""


def times_of(times: ArrayLike, confidence: float = 0.95) -> Times:
    """The typical times `(…, R, 2)` of at least two readers, all above 0, and how they compare.

    The ratio has the t interval of readers' log ratios. The difference has all values that it takes where no
    combination of both mean logarithms is further off than its own t interval is long: that is an ellipse, and the
    ends are found by going round it.
    """
    logs = np.log(np.asarray(times, np.float64))
    readers = logs.shape[-2]
    t = -stdtrit(readers - 1, SPENT * (1 - confidence) / 2) / math.sqrt(readers)
    means = logs.mean(axis=-2)
    spreads = np.maximum(logs.std(axis=-2, ddof=1), LEAST_SPREAD)
    between = np.maximum((logs[..., 1] - logs[..., 0]).std(axis=-1, ddof=1), LEAST_SPREAD)
    ratio = means[..., 1] - means[..., 0]
    one, other = spreads[..., 0], spreads[..., 1]
    rho = np.clip((one**2 + other**2 - between**2) / (2 * one * other), -1.0, 1.0)
    one, other, rho = (part[..., None] for part in (one, other, rho))
    across, along = np.cos(_AROUND), np.sin(_AROUND)
    firsts = means[..., :1] + t * one * across
    seconds = means[..., 1:] + t * other * (rho * across + np.sqrt(1 - rho**2) * along)
    less = np.exp(np.minimum(firsts, _LARGEST)) - np.exp(np.minimum(seconds, _LARGEST))
    return Times(
        np.exp(means),
        (less.min(axis=-1), less.max(axis=-1)),
        (np.exp(ratio - t * between), np.exp(np.minimum(ratio + t * between, _LARGEST))),
    )


def saved(times: ArrayLike, items: int, confidence: float = 0.95) -> tuple[Finding, Finding]:
    """What is saved by the second of two things: the difference of typical times, and the second by the first.

    times:  `(R, 2)`, all above 0, in any unit; readers who did both
    items:  how many items they answered meanwhile
    """
    found = np.asarray(times, np.float64).reshape(-1, 2)
    readers = len(found)
    if readers < 2:
        first, second = found[0] if readers else (math.nan, math.nan)
        whole = (math.inf, readers, items, THESE_TEXTS, confidence)
        return Finding(first - second, -math.inf, *whole), Finding(second / first, 0.0, *whole)
    of = times_of(found, confidence)
    first, second = (float(one) for one in of.typical)
    rest = (readers, items, THESE_TEXTS, confidence)
    return (
        Finding(first - second, float(of.saved[0]), float(of.saved[1]), *rest),
        Finding(second / first, float(of.ratio[0]), float(of.ratio[1]), *rest),
    )
