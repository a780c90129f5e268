"""What H is asked to decide next: policies, by name.

Each chooses among the questions that H′ was asked last, since that is where H′ is to act as H does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from cohobate.algorithmic.imitator import Imitator, imitated
from cohobate.algorithmic.lessons import as_tensors
from cohobate.algorithmic.overseer import Overseer, Transcripts
from cohobate.algorithmic.schedule import at_random, to_ask
from cohobate.algorithmic.task import Array, World

if TYPE_CHECKING:
    from cohobate.algorithmic.training import Training

Policy = Callable[["Training", World, Array, int], tuple[Array, Array]]
"""Of a training's questions `(C, Q, L)` about a world, which to ask H: the contexts, and the question of each, so many
of both (or as many as there are contexts)."""


def steady(training: Training, world: World, questions: Array, count: int) -> tuple[Array, Array]:
    """Any, as in the paper."""
    return at_random(training.rng, questions.shape[:-1], count)


def uncertain(training: Training, world: World, questions: Array, count: int) -> tuple[Array, Array]:
    """Half of them where H′ is least sure of what it does itself, half any."""
    own = worked_out(training, training.overseer, world, questions)
    return most_of(training, surprises(training.imitator, own), questions, count)


def disagreement(training: Training, world: World, questions: Array, count: int) -> tuple[Array, Array]:
    """Half of them where H′ and a second imitator, trained on the same decisions from other weights, are most surprised
    by what the other does; half any. Where they act differently, one of them is surprised for certain."""
    assert training.second is not None
    ours = worked_out(training, training.overseer, world, questions)
    theirs = worked_out(training, imitated(training.task, training.second), world, questions)
    doubts = surprises(training.second, ours) + surprises(training.imitator, theirs)
    return most_of(training, doubts, questions, count)


POLICIES: dict[str, Policy] = {"steady": steady, "uncertain": uncertain, "disagreement": disagreement}
"""By the names that `Settings.ask` has."""


def worked_out(training: Training, overseer: Overseer, world: World, questions: Array) -> Transcripts:
    """What an overseer does with these questions, as flat transcripts."""
    return overseer(training.rng, world, questions, training.assistant_for(world)).flat()


def surprises(imitator: Imitator, transcripts: Transcripts) -> Tensor:
    """How little an imitator expects these flat transcripts, in nats per act `(R)`."""
    with torch.no_grad():
        return imitator.surprises(*as_tensors(imitator, transcripts))


def most_of(training: Training, doubts: Tensor, questions: Array, count: int) -> tuple[Array, Array]:
    """Half of them where the doubts `(C · Q)` are greatest, half any."""
    return to_ask(training.rng, doubts.float().cpu().numpy().reshape(questions.shape[:-1]), count)
