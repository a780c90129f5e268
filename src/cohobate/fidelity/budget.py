"""One budget of error for everything that a run claims, so that all of it holds together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cohobate.errors import WrongUse

Family = Literal["measurements", "assistants", "imitators"]

SHARES: dict[Family, float] = {"measurements": 0.5, "assistants": 0.25, "imitators": 0.25}
"""Of the budget, for the measurements of the ledger's entries; for the assistants, of which each iteration freezes one;
and for the frozen H′s that are audited."""


@dataclass(frozen=True)
class Budget:
    """The chance `delta` that anything claimed in the course of a run is false, shared out before anything is seen.

    The n-th member of a family, counted from 1, may err with a chance of `of(family, n)`: the family's share times
    1 / (n (n + 1)). These add up to the share however many there will be, so a run need not know its length, and by
    Boole's inequality all claims hold together with a chance of at least 1 − `delta`, whatever they have to do with
    one another. What a member claims in several parts divides its own allowance among them.
    """

    delta: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.delta < 1:
            raise WrongUse(f"error budget {self.delta}: it must lie strictly between 0 and 1; try 0.05")

    def of(self, family: Family, number: int) -> float:
        """What the member of a family with this number, 1 or above, may err with."""
        if number < 1:
            raise WrongUse(f"number {number}: the members of a family are counted from 1; pass at least 1")
        return self.delta * SHARES[family] / (number * (number + 1))

    def each(self, iteration: int, claims: int) -> float:
        """The confidence of each measurement of an iteration that may have so many."""
        return 1 - self.of("measurements", iteration) / claims
