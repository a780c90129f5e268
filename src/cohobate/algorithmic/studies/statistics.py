"""Figures over seeds, and how much mistakes depend on each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from cohobate.algorithmic.task import Flags
from cohobate.fidelity import Estimate
from cohobate.fidelity.intervals import FEWEST

FEWEST_SEEDS = 3
"""Below this many seeds there is no interval over seeds worth its name."""
RESAMPLED = 1000
"""How often questions are drawn again to see how much a correlation varies."""


@dataclass(frozen=True)
class Spread:
    """A share measured once for each seed: its mean, with an interval over seeds."""

    mean: float
    low: float | None
    high: float | None
    """The 95 % interval of Student's t, cut to 0 … 1; None if there are too few seeds."""
    seeds: int
    right: int
    asked: int
    """Counted over all seeds and questions."""
    pooled_low: float
    pooled_high: float
    """The exact 95 % interval of that count. It speaks of these very seeds; that of others, the one above."""

    @classmethod
    def of(cls, counts: Sequence[tuple[int, int]]) -> Spread:
        """From how many were right and how many asked, a pair for each seed."""
        shares = np.array([right / asked for right, asked in counts])
        right, asked = (sum(one[i] for one in counts) for i in (0, 1))
        pooled, low, high = Estimate.of(right, asked), None, None
        if len(shares) >= FEWEST_SEEDS:
            half = float(student.ppf(0.975, len(shares) - 1) * shares.std(ddof=1)) / math.sqrt(len(shares))
            low, high = max(0.0, shares.mean() - half), min(1.0, shares.mean() + half)
        return cls(float(shares.mean()), low, high, len(shares), right, asked, pooled.low, pooled.high)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Dependence:
    """How the mistakes of several who were asked the same questions go together, over all pairs of them."""

    correlation: float | None
    low: float | None
    high: float | None
    """The mean φ, −1 … 1, with the 95 % interval of questions drawn again (percentiles of 1,000 resamples). Of those
    pairs only of which both were wrong, and right, on at least five questions; None where there is no such pair."""
    pairs: int
    """How many those are."""
    both: float
    """The share of questions on which both of a pair are wrong, mean over pairs."""
    product: float
    """What it would be if they were independent: the product of their errors, mean over pairs."""

    @classmethod
    def of(cls, wrong: Flags, seed: int = 0) -> Dependence:
        """From mistakes `(voters, questions)`, one question about each context, so that questions are independent."""
        questions, marks, counts = wrong.shape[1], wrong.astype(np.float64), wrong.sum(1)
        both, product, _ = _pairs(marks, np.full((1, questions), 1 / questions))
        often = marks[np.minimum(counts, questions - counts) >= FEWEST]
        pairs = math.comb(len(often), 2)
        if not pairs:
            return cls(None, None, None, 0, float(both[0]), float(product[0]))
        weights = np.random.default_rng(seed).multinomial(questions, np.full(questions, 1 / questions), RESAMPLED)
        found = _pairs(often, np.full((1, questions), 1 / questions))[2]
        low, high = np.nanquantile(_pairs(often, weights / questions)[2], [0.025, 0.975])
        return cls(float(found[0]), float(low), float(high), pairs, float(both[0]), float(product[0]))

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def _pairs(
    marks: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For each row of weights `(R, questions)`: joint error, product of errors and φ, means over pairs `(R)`."""
    one, other = np.triu_indices(len(marks), 1)
    errors = weights @ marks.T
    both = weights @ (marks[one] * marks[other]).T
    product = errors[:, one] * errors[:, other]
    spread = np.sqrt(np.clip(errors * (1 - errors), 0, None))  # sums of weights may pass 1 by a rounding error
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = (both - product) / (spread[:, one] * spread[:, other])
    return both.mean(1), product.mean(1), correlation.mean(1)
