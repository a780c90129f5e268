"""Audits: what H and H′ do at the same places, told apart node by node, at the price of few decisions by H.

A place is a fresh question and a number: the node of that number in the question's tree, or none, as
`cohobate.fidelity.compounding` explains. A node is a whole transcript, and a function of it: the question, and what
the tree below answers to each sub-question.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field

import numpy as np

from cohobate.algorithmic.imitator import grid_of
from cohobate.algorithmic.overseer import Overseer, Transcripts
from cohobate.algorithmic.situations import situations, unnamed
from cohobate.algorithmic.task import IDK, NOTHING, Array, Flags, Task, World

# --- the whole tree of one question about each context --------------------------------------------------------------


@dataclass(frozen=True)
class Trees:
    """What an overseer works out for one question about each of C contexts: R nodes in all, each a different question
    about its context."""

    contexts: Array
    """The context of each node `(R,)`, increasing; a context's root comes first."""
    transcripts: Transcripts
    """Of each node `(R)`."""
    overgrown: Flags
    """Trees that are past H's limits `(C,)`: H's own never are."""

    @classmethod
    def of_one(cls, transcripts: Transcripts) -> Trees:
        """Trees of one node each, `(C)` transcripts, of which an assistant answered the sub-questions: what there is
        where H's own trees would have no end."""
        count = len(transcripts)
        return cls(np.arange(count), transcripts, np.zeros(count, dtype=bool))

    @property
    def sizes(self) -> Array:
        """Nodes in each tree `(C,)`."""
        return np.bincount(self.contexts, minlength=len(self.overgrown))

    @property
    def roots(self) -> Array:
        """The node that is the root of each tree `(C,)`."""
        return np.asarray(self.sizes.cumsum() - self.sizes)

    def at(self, numbers: Array) -> Array:
        """The node of each number, 0 for the root, in the tree of each context `(C,)`; −1 where there is none."""
        return np.where(numbers < self.sizes, self.roots + numbers, -1)


def whole_trees(task: Task, rng: np.random.Generator, overseer: Overseer, world: World, questions: Array) -> Trees:
    """The trees of questions `(C, L)`, one about each context, where the overseer answers every sub-question too.

    A question that comes up again in a context is not worked out anew. Where a sub-question that is not simple is of
    no level below its question's, or a tree would have more than `task.largest_tree` nodes, the tree is overgrown, and
    "I don't know" stands for what is not followed.
    """
    overgrown = np.zeros(len(world), dtype=bool)
    known: dict[tuple[int, bytes], int] = {}
    counts = np.zeros(len(world), dtype=np.int64)
    done: list[tuple[Array, Transcripts]] = []

    def work_out(contexts: Array, asked: Array) -> Array:
        """Answers `(R,)` to different questions `(R, L)` about these contexts, which nobody has asked yet."""
        np.add.at(counts, contexts, 1)
        here = world[contexts]
        levels = task.level(here, asked[:, None])[:, 0]

        def assistant(more: Array, wanted: Flags) -> Array:
            told = np.full(wanted.shape, NOTHING)
            rows = np.flatnonzero(wanted[:, 0])
            below, of = more[rows, 0], contexts[rows]
            astray = task.level(here[rows], below[:, None])[:, 0] >= levels[rows]
            full = counts[of] >= task.largest_tree
            keys = [(context, row.tobytes()) for context, row in zip(of.tolist(), below, strict=True)]
            new = {key: i for i, key in enumerate(keys) if key not in known and not astray[i] and not full[i]}
            if new:
                first = np.array(list(new.values()))
                known.update(zip(new, work_out(of[first], below[first]).tolist(), strict=True))
            answers = [None if lost else known.get(key) for key, lost in zip(keys, astray.tolist(), strict=True)]
            overgrown[[context for context, answer in zip(of.tolist(), answers, strict=True) if answer is None]] = True
            told[rows, 0] = [IDK if answer is None else answer for answer in answers]
            return told

        transcripts = overseer(rng, here, asked[:, None], assistant).flat()
        done.append((contexts, transcripts))
        return transcripts.answers

    work_out(np.arange(len(world)), questions)
    done.reverse()  # the roots were finished last
    contexts = np.concatenate([contexts for contexts, _ in done])
    order = np.argsort(contexts, kind="stable")
    transcripts = Transcripts.joined([transcripts for _, transcripts in done])[order]
    return Trees(contexts[order], transcripts, overgrown)


# --- situations -----------------------------------------------------------------------------------------------------


def situations_of(task: Task, transcripts: Transcripts) -> list[str]:
    """A digest for each of R whole transcripts, the same for those that are the same up to who is called what.

    Where H looks at which name comes first (`task.ordered`), the order of the names counts as well.
    """
    grid = grid_of(transcripts)
    turns = grid.reshape(len(grid), math.prod(grid.shape[1:]))  # −1 would not do where there is no row
    tokens = np.concatenate([turns, transcripts.answers[:, None]], 1)
    alike = situations(task.symbols, tokens)[0] if task.ordered else unnamed(task.symbols, tokens)
    return [hashlib.blake2b(row.tobytes(), digest_size=12).hexdigest() for row in alike]


# --- asking H -------------------------------------------------------------------------------------------------------


def acts_alike(task: Task, transcripts: Transcripts) -> tuple[Flags, int]:
    """At which of R transcripts H, told the same as stands there, acts just the same `(R)`, and the acts it took.

    H stops where it acts otherwise: what it would have been told there is not known.
    """
    steps = task.steps(transcripts.questions)
    same, acts, turn = np.ones(len(transcripts), dtype=bool), 0, 0
    try:
        now = next(steps)
        while True:
            asks = (now != NOTHING).any(-1)
            acts += int((same & asks).sum())
            same &= (now == transcripts.asked[:, turn]).all(-1)
            told = np.where(asks, np.where(same, transcripts.told[:, turn], IDK), NOTHING)
            turn += 1
            now = steps.send(told)
    except StopIteration as finished:
        answers = np.asarray(finished.value)
    acts += int(same.sum())
    same &= (transcripts.asked[:, turn:] == NOTHING).all((1, 2))
    return same & (answers == transcripts.answers), acts


# --- what is known so far -------------------------------------------------------------------------------------------


@dataclass
class Audit:
    """What is known of one frozen overseer against H. Counts since it was frozen."""

    number: int = 0
    """Which frozen overseer it is about, counted from 1; 0 before the first."""
    lessons: int = -1
    """How many lessons it has had: when H′ takes another, its audit begins anew."""
    places: int = 0
    """Drawn, one in a tree, with the node in each sent to H."""
    faulty: int = 0
    """Those at which H acted otherwise."""
    sent: int = 0
    """Nodes sent to H: one for each place that was not empty."""
    acts: dict[str, list[int]] = field(default_factory=dict)
    """Of nodes sent, by sort: at how many H acted just the same, and how many there were."""
    acts_canonical: dict[str, list[int]] = field(default_factory=dict)
    """The same of nodes that are judged by their situations, one at most in each tree, drawn by place."""
    differing: dict[str, list[int]] = field(default_factory=dict)
    """Of trees all of whose situations are judged, by kind and level of the root: how many with a difference, of how
    many."""


@dataclass
class Judged:
    """What H has said of situations, in all audits of a run: facts about H, whoever is audited."""

    same: dict[str, bool] = field(default_factory=dict)
    """Whether H acts as the transcript says, by situation."""
    alike: int = 0
    """Of the nodes met again and sent to H again, those at which it judged as before."""
    again: int = 0

    def note(self, situation: str, same: bool) -> None:
        """H was asked about a node in this situation, and acted as the transcript says, or otherwise.

        The first judgement stands. That H judged otherwise the next time is counted, so that it is seen.
        """
        if situation in self.same:
            self.again += 1
            self.alike += same == self.same[situation]
        else:
            self.same[situation] = same
