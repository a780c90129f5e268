"""What failures of the overseer should do to powering, by arithmetic alone.

Whoever answers a question of powering is right, wrong, or does not know; all wrong elements are equally likely, since
nothing tells them apart. Such a `Channel` composes: σ^k(x) is found in two halves, each answered through one, and where
k is odd through a third. So the shares follow from level to level, with H's actual rule and "I don't know" passed on.

X is taken to have learned exactly what its teacher does. Asked by drawing, it repeats its teacher's failures; asked for
its most probable answer, it gives the one that the teacher gives most often.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from cohobate.algorithmic.assistant import Answers
from cohobate.algorithmic.failures import Failure
from cohobate.algorithmic.overseer import Overseer
from cohobate.algorithmic.task import NOTHING, Array, Flags, World
from cohobate.algorithmic.voting import voted

FOLLOW_UP: Mapping[float, tuple[tuple[float, ...], tuple[float, ...]]] = {
    0.01: ((0.9920, 0.9927, 0.9972), (0.9840, 0.9852, 0.9703)),
    0.1: ((0.9200, 0.9231, 0.9450), (0.8480, 0.8202, 0.7428)),
    0.3: ((0.7600, 0.7583, 0.7847), (0.5920, 0.5133, 0.3776)),
}
"""What an earlier adaptation of the 2018 code reported for random failures, by probability: for heights 1 and 2 its
theory, its Amplify^H′ and its distilled X. Its author set the figures of height 2 aside as not converged."""

ROUNDS = 100
"""In which the levels that depend on each other settle."""


@dataclass(frozen=True)
class Channel:
    """How questions are answered: shares in 0 … 1, the rest wrong, each wrong element alike."""

    right: float
    idk: float
    size: int
    """N, how many elements there are."""

    @property
    def wrong(self) -> float:
        """Each wrong element."""
        return (1 - self.right - self.idk) / (self.size - 1)

    def then(self, other: Channel) -> Channel:
        """The answer asked about further: right as well if two mistakes cancel."""
        right = self.right * other.right + (self.size - 1) * self.wrong * other.wrong
        return Channel(right, self.idk + (1 - self.idk) * other.idk, self.size)

    def mixed(self, other: Channel, share: float) -> Channel:
        """`other` instead, at a share of occasions."""
        right, idk = (a + share * (b - a) for a, b in ((self.right, other.right), (self.idk, other.idk)))
        return Channel(right, idk, self.size)

    def voted(self, voters: int) -> Channel:
        """What most of so many say who answer like this independently of each other; between equals, the first."""
        if voters == 1:
            return self
        cases, winners = _ballots(voters, self.size)
        shares = np.array([self.right, *[self.wrong] * (self.size - 1), self.idk])
        chance = shares[cases].prod(0)
        return Channel(float(chance[winners == 0].sum()), float(chance[winners == self.size].sum()), self.size)

    @property
    def most_probable(self) -> Channel:
        """Its most frequent answer, always; between equals the right one."""
        likely = self.right >= max(self.idk, self.wrong)
        return Channel(float(likely), float(not likely and self.idk >= self.wrong), self.size)


@cache
def _ballots(voters: int, size: int) -> tuple[Array, Array]:
    """All that voters can say `(voters, cases)`, and what is elected: 0 is right, `size` is "I don't know"."""
    cases = np.array(list(itertools.product(range(size + 1), repeat=voters))).T
    return cases, voted(cases)


@dataclass(frozen=True)
class Predicted:
    """Shares of right answers by height of the question, 1 … B − 1."""

    amplify: tuple[float, ...]
    """Amplify^overseer(X)."""
    sampled: tuple[float, ...]
    """X, asked by drawing."""
    most_probable: tuple[float, ...]
    """X, asked for its most probable answer."""


def predicted(
    failure: Failure,
    size: int,
    bits: int,
    sampled: bool,
    voters: int = 1,
    *,
    shared: bool = False,
    begins_blank: bool = False,
) -> Predicted:
    """For a failure at random or act by act, powering with `size` elements and exponents of `bits` bits.

    sampled:  whether X's sub-answers are drawn; otherwise they are its most probable answers
    voters:   overseers who vote, each with sub-answers of its own
    shared:   whether the answers of all voters are replaced at the same occasions and alike, and not independently
    begins_blank: whether X at first answers everything with "I don't know", and not everything right. Where it matters
                  there are two states that keep themselves up, and a training may come to rest in either.
    """
    acts = failure.probability if failure.sort == "act" else 0.0
    known, guess = Channel(1.0, 0.0, size), Channel(1 / (size + 1), 1 / (size + 1), size)
    first = Channel(0.0, 1.0, size) if begins_blank else known
    teacher = {1: known} | dict.fromkeys(range(2, 2**bits), first)
    height = {k: k.bit_length() - 1 for k in teacher}
    asked = [k for k in teacher if height[k]]
    for _ in range(ROUNDS):
        x = {k: one if sampled else one.most_probable for k, one in teacher.items()}
        # A question drawn instead of the one meant: any height alike, and any element for an answer, or none.
        unknown = sum(x[k].idk / 2 ** height[k] for k in asked) / (bits - 1)
        stray = Channel((1 - unknown) / size, unknown, size)
        for k in asked:
            half = x[k // 2].mixed(stray, acts)
            whole = half.then(half)
            whole = whole.then(known.mixed(stray, acts)) if k % 2 else whole
            if shared:
                teacher[k] = whole.voted(voters).mixed(guess, failure.probability)
            else:
                teacher[k] = whole.mixed(guess, failure.probability).voted(voters)

    def by_height(answered: Mapping[int, Channel]) -> tuple[float, ...]:
        heights = range(1, bits)
        return tuple(sum(answered[k].right for k in asked if height[k] == h) / 2**h for h in heights)

    return Predicted(by_height(teacher), by_height(teacher), by_height({k: teacher[k].most_probable for k in asked}))


def approximately(probability: float, size: int, heights: int) -> tuple[float, ...]:
    """Amplify under random failures, by the recursion on the share of right answers alone: a node has two sub-answers,
    both right or both wrong in the same way; that "I don't know" absorbs is left out."""
    by_chance = probability / (size + 1)
    found = [1 - probability + by_chance]
    while len(found) < heights:
        found.append((1 - probability) * (found[-1] ** 2 + (1 - found[-1]) ** 2 / size) + by_chance)
    return tuple(found)


def learned_exactly(overseer: Overseer, world: World) -> Answers:
    """The assistant that answers every question as `overseer` does with this assistant's help: what X comes to if it
    learns without a fault from an overseer that uses no chance. The overseer's tree must end."""

    def answers(questions: Array, wanted: Flags) -> Array:
        asked = np.where(wanted[..., None], questions, NOTHING)
        return overseer(np.random.default_rng(0), world, asked, answers).answers

    return answers
