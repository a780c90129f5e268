"""Lessons: how an imitator learns from the decisions that were recorded."""

from __future__ import annotations

import numpy as np
import torch

from cohobate.algorithmic.imitator import Imitator, grid_of
from cohobate.algorithmic.network import Optimiser
from cohobate.algorithmic.overseer import Transcripts

ROUND = 15
"""Steps in a round of a lesson."""
LESSON_BATCH = 32
"""Transcripts in a step."""
SURPRISED = 0.003
"""Nats per act at the newest decisions, before learning from them, above which H′ takes another lesson; a lesson ends
early when its own loss has fallen to a third of this."""


def imitator_optimiser(imitator: Imitator) -> Optimiser:
    """With the step sizes that a lesson scales."""
    return Optimiser(imitator, 0.04, 0.02)


def as_tensors(imitator: Imitator, transcripts: Transcripts) -> tuple[torch.Tensor, torch.Tensor]:
    """Flat transcripts as `Imitator.surprises` takes them."""
    device = imitator.moments.device
    return torch.from_numpy(grid_of(transcripts)).to(device), torch.from_numpy(transcripts.answers).to(device)


def lesson(
    rng: np.random.Generator,
    imitator: Imitator,
    optimiser: Optimiser,
    decisions: Transcripts,
    rounds: int,
    scale: float,
) -> None:
    """At most so many rounds on flat transcripts, each ending settled, its step size fallen from `scale` to zero."""
    for _ in range(rounds):
        surprise = 0.0
        for step in range(ROUND):
            some = decisions[rng.integers(len(decisions), size=LESSON_BATCH)]
            loss = imitator.surprises(*as_tensors(imitator, some)).mean()
            optimiser.step(loss, scale * min(1.0, (step + 1) / 10) * (1 - step / ROUND))
            surprise += loss.item() / 5 if step >= ROUND - 5 else 0.0
        if surprise < SURPRISED / 3:
            break
