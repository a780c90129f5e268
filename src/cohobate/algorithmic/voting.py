"""Several who answer the same question, and the answer that most of them give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cohobate.algorithmic.assistant import Answers
from cohobate.algorithmic.overseer import Overseer, Transcripts
from cohobate.algorithmic.task import Array, Flags, World


def elected(answers: Array) -> Array:
    """Whose of the voters' answers `(voters, …)` is the voted one `(…)`: the first of those who say what most say.

    "I don't know" is an answer like any other.
    """
    supporters = (answers[:, None] == answers[None]).sum(1)
    return np.asarray(supporters.argmax(0))


def voted(answers: Array) -> Array:
    """The voted one of the voters' answers `(voters, …)`: `(…)`."""
    return np.asarray(np.take_along_axis(answers, elected(answers)[None], axis=0)[0])


def voting_overseers(overseers: Sequence[Overseer]) -> Overseer:
    """An overseer whose answer is voted on by others, who each work the question through by themselves; the transcript
    is that of the first who had this answer.

    All are given the same chance, so that those who fail with the same seed fail at the same occasions.
    """

    def oversee(rng: np.random.Generator, world: World, questions: Array, assistant: Answers) -> Transcripts:
        occasion = int(rng.integers(2**63))
        each = [one(np.random.default_rng(occasion), world, questions, assistant) for one in overseers]
        chosen = elected(np.stack([transcripts.answers for transcripts in each]))

        def of_chosen(*columns: Array) -> Array:
            which = chosen.reshape(1, *chosen.shape, *[1] * (columns[0].ndim - chosen.ndim))
            return np.asarray(np.take_along_axis(np.stack(columns), which, axis=0)[0])

        columns = zip(*(transcripts.columns for transcripts in each), strict=True)
        return Transcripts(*(of_chosen(*column) for column in columns))

    return oversee


def voting_assistants(assistants: Sequence[Answers]) -> Answers:
    """An assistant whose answer is voted on by others."""

    def answers(questions: Array, wanted: Flags) -> Array:
        return voted(np.stack([one(questions, wanted) for one in assistants]))

    return answers
