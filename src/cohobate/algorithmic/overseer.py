"""Overseers at work: H by its script or H′ by imitation, both against an assistant that has read the contexts.

An overseer is a function of the transcript so far and of nothing else. Here transcripts come in batches, as arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from cohobate.algorithmic.assistant import Answers
from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING, Array, Task, World


@dataclass(frozen=True)
class Transcripts:
    """A batch of finished transcripts; `…` is any shape of batch, `T` the turns H has, `task.most_acts`."""

    questions: Array
    """`(…, L)`"""
    asked: Array
    """Sub-questions by turn `(…, T, L)`; NOTHING in a turn that H passed."""
    told: Array
    """Their answers `(…, T)`; NOTHING in a turn that H passed."""
    answers: Array
    """`(…)`"""

    @property
    def lengths(self) -> Array:
        """How many sub-questions were asked `(…)`."""
        return np.asarray((self.asked[..., 0] != NOTHING).sum(-1))

    @property
    def acts(self) -> int:
        """Single acts in all: every sub-question and every answer is one."""
        return int(self.lengths.sum()) + self.answers.size

    def __len__(self) -> int:
        return self.answers.size

    def flat(self) -> Transcripts:
        """The same with one batch axis."""
        rows = self.answers.size
        return Transcripts(*(a.reshape(rows, *a.shape[self.answers.ndim :]) for a in self.columns))

    @property
    def columns(self) -> tuple[Array, Array, Array, Array]:
        return self.questions, self.asked, self.told, self.answers

    def __getitem__(self, rows: Any) -> Transcripts:
        return Transcripts(*(column[rows] for column in self.columns))

    @classmethod
    def joined(cls, parts: list[Transcripts]) -> Transcripts:
        """Flat batches, one after the other."""
        return cls(*(np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True)))


class Overseer(Protocol):
    """Works through questions `(C, Q, L)` about a world with an assistant's help. `rng` serves look-ups that may
    answer at random; the overseer itself uses no chance."""

    def __call__(self, rng: np.random.Generator, world: World, questions: Array, assistant: Answers) -> Transcripts: ...


def tell(task: Task, rng: np.random.Generator, world: World, asked: Array, assistant: Answers) -> Array:
    """Answers to sub-questions `(C, Q, L)`: simple ones from the context, the rest from the assistant."""
    told = task.lookup(rng, world, asked)
    wanted = told == ASSISTANT
    return np.where(wanted, assistant(asked, wanted), told) if wanted.any() else told


class Slips(Protocol):
    """What an overseer does instead of what it meant to do, in a turn of transcripts that stand as they are so far.

    `meant` is a batch of sub-questions `(C, Q, L)`, blank where it passes, or in turn `task.most_acts` one of answers
    `(C, Q)`; what comes back has the same shape, and is not written into `meant`.
    """

    def __call__(
        self, rng: np.random.Generator, world: World, transcripts: Transcripts, turn: int, meant: Array
    ) -> Array: ...


def faultless(rng: np.random.Generator, world: World, transcripts: Transcripts, turn: int, meant: Array) -> Array:
    """The overseer does what it meant to."""
    return meant


def scripted(task: Task, slips: Slips = faultless) -> Overseer:
    """H itself, following the task's script; it reads the answers it is told as answers to what it meant to ask."""

    def oversee(rng: np.random.Generator, world: World, questions: Array, assistant: Answers) -> Transcripts:
        transcripts = blank(task, questions)
        steps = task.steps(questions)
        try:
            now = next(steps)
            for turn in range(task.most_acts + 1):
                now = slips(rng, world, transcripts, turn, now)
                told = tell(task, rng, world, now, assistant)
                transcripts.asked[..., turn, :], transcripts.told[..., turn] = now, told
                now = steps.send(told)
        except StopIteration as finished:
            transcripts.answers[...] = slips(rng, world, transcripts, task.most_acts, finished.value)
        return transcripts

    return oversee


def blank(task: Task, questions: Array) -> Transcripts:
    """Transcripts in which nothing has been done yet."""
    batch = questions.shape[:-1]
    asked = np.full((*batch, task.most_acts, task.question_slots), NOTHING)
    return Transcripts(questions, asked, np.full(asked.shape[:-1], NOTHING), np.full(batch, IDK))
