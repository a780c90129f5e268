"""What X learns from: the newest batches of targets, each used a few times and then dropped."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cohobate.algorithmic.task import Array

Batch = tuple[Array, Array, Array]
"""Facts `(C, F, A)`, questions `(C, Q, L)`, target answers `(C, Q)`."""


@dataclass
class Memory:
    """At most `kept` batches; the oldest goes first."""

    kept: int
    batches: list[Batch] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        self.batches = [*self.batches, batch][-self.kept :]

    def draw(self, rng: np.random.Generator) -> Batch:
        """As many contexts as the newest batch has, chosen at random from all that are remembered."""
        count = len(self.batches[-1][0])
        # Without replacement: a context drawn twice would be one lesson fewer.
        rows = rng.permutation(count * len(self.batches))[:count]
        facts, questions, answers = (np.concatenate(parts)[rows] for parts in zip(*self.batches, strict=True))
        return facts, questions, answers
