"""An overseer that fails on purpose: at random, act by act, or always in the same situations.

A failure is put into an overseer as its `slips` (see `overseer`). Random failures are drawn afresh at every occasion.
Systematic ones depend on the situation alone: the transcript so far, up to who is called what. X and H′ treat names
alike, and X does not even see their order, so a mistake that went by names would be mere noise to them. That is why
the wrong answer is chosen without regard to names too: another name that stands in the transcript.

Two overseers with the same seed fail together, those with different seeds independently of each other. For random
failures to coincide the occasions have to be the same too: generators in the same state.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cohobate.algorithmic.overseer import Slips, Transcripts
from cohobate.algorithmic.situations import unnamed
from cohobate.algorithmic.task import IDK, NOTHING, Array, Flags, Task, World
from cohobate.errors import WrongUse

Sort = Literal["random", "act", "systematic"]

SEEN = 64
"""Contexts looked at, and questions about each, to find out which answers a task can have."""


@dataclass(frozen=True)
class Failure:
    """How an overseer fails. Raises WrongUse for what cannot be."""

    sort: Sort
    """random      at a share of occasions the answer is replaced by a random one, "I don't know" among them
    act         the same for every single act: a sub-question is replaced by another that the task may draw
    systematic  in a share of situations, always the same wrong answer"""
    probability: float
    """That share, 0 … 1."""
    kind: str | None = None
    """The one kind of question at which it fails; None: at any."""

    def __post_init__(self) -> None:
        if self.sort not in get_args(Sort):
            raise WrongUse(f"failure '{self.sort}': overseers fail {_sorts()}; try random:0.1")
        if not 0 <= self.probability <= 1:
            raise WrongUse(f"failure with probability {self.probability:g}: it is a share from 0 to 1; try 0.1")

    @classmethod
    def read(cls, text: str) -> Failure:
        """From `SORT:P` or `SORT:P:KIND`, such as "random:0.1". Raises WrongUse for anything else."""
        sort, _, rest = text.partition(":")
        number, _, kind = rest.partition(":")
        try:
            probability = float(number)
        except ValueError:
            raise WrongUse(
                f"overseer error '{text}': it is written SORT:P, with SORT one of {_sorts()} and P a share from 0 to "
                "1; try random:0.1"
            ) from None
        return cls(sort, probability if math.isfinite(probability) else -1.0, kind or None)  # type: ignore[arg-type]

    def check(self, task: Task) -> None:
        """Raises WrongUse if the task has no questions of that kind."""
        if self.kind is not None and self.kind not in task.kinds:
            known = ", ".join(task.kinds)
            raise WrongUse(
                f"overseer error at questions of kind '{self.kind}': {task.name} has {known}; name one of these"
            )

    def __str__(self) -> str:
        return f"{self.sort}:{self.probability:g}" + (f":{self.kind}" if self.kind else "")


def _sorts() -> str:
    *most, last = get_args(Sort)
    return f"{', '.join(most)} or {last}"


def failing(task: Task, failure: Failure, seed: int) -> Slips:
    """The slips of an overseer that fails so. Raises WrongUse for a kind of question that the task has not."""
    failure.check(task)
    possible = possible_answers(task)
    at = None if failure.kind is None else task.kinds.index(failure.kind)

    def slips(rng: np.random.Generator, world: World, transcripts: Transcripts, turn: int, meant: Array) -> Array:
        answering = turn == task.most_acts
        if not answering and failure.sort != "act":
            return meant
        kinds = task.kind(transcripts.questions)
        here = np.ones(kinds.shape, dtype=bool) if at is None else kinds == at
        if failure.sort == "systematic":
            fails, instead = in_situations(task, transcripts, meant, failure.probability, seed)
            return np.where(fails & here, instead, meant)
        # One number of the caller's generator is one occasion, however many questions there are.
        chance = np.random.default_rng([seed, turn, int(rng.integers(2**63))])
        fails = (chance.random(kinds.shape) < failure.probability) & here
        if answering:
            return np.where(fails, drawn(chance, possible, kinds), meant)
        fails &= meant[..., 0] != NOTHING
        return np.where(fails[..., None], task.questions(chance, world, meant.shape[1]), meant)

    return slips


# --- at random ------------------------------------------------------------------------------------------------------


def possible_answers(task: Task) -> list[Array]:
    """For each kind of question the answers that it can have, and IDK; at the end those of all kinds together.

    They are the true answers to some questions that the task draws, and all names and numbers of the same sorts.
    """
    rng = np.random.default_rng(0)
    world = task.draw(rng, SEEN)
    questions = task.questions(rng, world, SEEN)
    truth, kinds, symbols = task.truth(world, questions), task.kind(questions), task.symbols
    groups = [np.array(symbols.span(sort)) for sort in symbols.names]
    groups.append(np.arange(symbols.first_number, len(symbols)))
    found = []
    for kind in range(len(task.kinds)):
        seen = np.unique(truth[kinds == kind])
        whole = [group for group in groups if np.isin(seen, group).any()]
        found.append(np.unique(np.concatenate([seen, [IDK], *whole])))
    return [*found, np.unique(np.concatenate(found))]


def drawn(rng: np.random.Generator, possible: list[Array], kinds: Array) -> Array:
    """A random one of the possible answers to questions of kinds `(…)`, as indices."""
    answers = np.full(kinds.shape, IDK)
    for kind, some in enumerate(possible):
        # Questions that only H asks have the kind −1, and so the last of the lists.
        here = (kinds == kind) | ((kinds < 0) & (kind == len(possible) - 1))
        answers[here] = rng.choice(some, int(here.sum()))
    return answers


# --- always in the same situations ----------------------------------------------------------------------------------


def in_situations(
    task: Task, transcripts: Transcripts, meant: Array, probability: float, seed: int
) -> tuple[Flags, Array]:
    """Where an overseer about to answer `meant` `(…)` fails, in a share of situations, and what it answers instead.

    Instead of a name: another name of its sort that stands in the transcript, "I don't know" where there is none.
    Instead of a number: another. Instead of a word: "I don't know". An overseer that does not know says so.
    """
    flat = np.concatenate([part.reshape(len(transcripts), -1) for part in transcripts.columns[:3]], axis=1)
    answer, symbols = meant.reshape(-1), task.symbols
    hashed = hash_of(unnamed(symbols, flat), seed)
    fails = (hashed >> np.uint64(11)) * 2.0**-53 < probability
    pick = hash_of(hashed[:, None].view(np.int64), 1)
    instead = np.full(answer.shape, IDK)
    for sort in symbols.names:
        others = symbols.is_name(sort, flat) & (flat != answer[:, None])
        count = others.sum(1)
        place = (others.cumsum(1) > (pick % np.maximum(count, 1).astype(np.uint64)).astype(np.int64)[:, None]).argmax(1)
        chosen = np.take_along_axis(flat, place[:, None], axis=1)[:, 0]
        instead = np.where(symbols.is_name(sort, answer) & (count > 0), chosen, instead)
    numbers = len(symbols.numbers)
    if numbers > 1:
        further = 1 + (pick % np.uint64(numbers - 1)).astype(np.int64)
        other = (answer - symbols.first_number + further) % numbers + symbols.first_number
        instead = np.where(symbols.is_number(answer), other, instead)
    return (fails & (answer != IDK)).reshape(meant.shape), instead.reshape(meant.shape)


def hash_of(rows: Array, seed: int) -> NDArray[np.uint64]:
    """A number for each row `(R, K)` that looks random and depends on the row and the seed alone.

    The mixing is that of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
    """
    state = np.full(len(rows), seed, dtype=np.uint64)
    for column in np.ascontiguousarray(rows.T).view(np.uint64):
        state = (state ^ column) + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = state ^ (state >> np.uint64(31))
    return state
