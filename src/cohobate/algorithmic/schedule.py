"""When to ask H and what, and how the contexts grow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cohobate.algorithmic.task import Array

RATES = ((0.03, 4.0), (0.003, 2.0), (0.0, 1.0))
"""Decisions per step of X, by how surprised H′ was (nats per act) at the newest decisions before it learned from
them: above 0.03, above 0.003, below."""

LEAST_PACE = 0.5
"""The least share of their full height that the step sizes of X fall to."""


@dataclass
class Asking:
    """Steady asking: the worse H′ foresees H, the oftener H is asked.

    The surprise is prequential: it is taken on new decisions before H′ has learned from them.
    """

    at_once: int
    surprise: float = 1.0
    owed: float = 0.0
    """Decisions that the rate has earned and that are not asked yet."""

    def due(self) -> bool:
        """Called once a step: whether H is asked now."""
        self.owed += next(rate for least, rate in RATES if self.surprise > least or least == 0.0)
        if self.owed < self.at_once:
            return False
        self.owed -= self.at_once
        return True


def to_ask(rng: np.random.Generator, doubts: Array, count: int) -> tuple[Array, Array]:
    """Which contexts, and which question of each, H is asked about: `count` of each, or as many as there are contexts.

    Of questions `(C, Q)` that H′ doubts so much, half are those that it doubts most; the others are drawn at random,
    since H′ can be wrong without a doubt.
    """
    chance = rng.random(doubts.shape)
    doubted = np.argsort(-doubts.max(1), kind="stable")[: count // 2]
    others = np.setdiff1d(np.arange(len(doubts)), doubted)
    others = others[np.argsort(chance[others].max(1), kind="stable")][: count - len(doubted)]
    which = np.concatenate([doubts[doubted].argmax(1), chance[others].argmax(1)])
    return np.concatenate([doubted, others]), which


def at_random(rng: np.random.Generator, shape: tuple[int, ...], count: int) -> tuple[Array, Array]:
    """The same of questions of this shape `(C, Q)`, all of them drawn at random."""
    contexts = rng.permutation(shape[0])[:count]
    return contexts, rng.integers(shape[1], size=len(contexts))


@dataclass
class Growing:
    """The size of contexts: one step up whenever X has agreed with its targets on more than `threshold` of a batch,
    averaged over about the last ten."""

    size: int
    threshold: float
    agreement: float = 0.0

    def note(self, agreement: float, following: int | None) -> None:
        """After a batch: `following` is the size after this one, None if there is none."""
        self.agreement += 0.1 * (agreement - self.agreement)
        if following is not None and self.agreement > self.threshold:
            self.size, self.agreement = following, 0.0

    def pace(self, known: float) -> float:
        """The share of their full height that X's step sizes have: they fall as little is left to learn.

        `known` is the share of questions to which the teacher has an answer; the rest is still to come.
        """
        return min(1.0, max(LEAST_PACE, 5 * (1 - self.agreement * known)))
