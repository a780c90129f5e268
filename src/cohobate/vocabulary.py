"""The nouns of Cohobate, for token arrays and text alike.

What a question `Q` and an answer `A` hold is opaque here: they are rendered and parsed at the edge. Nothing in this
module compares, hashes or copies them.

An overseer looks at the transcript of one question and at nothing else. So a program, a person, a model and a learned
imitator are interchangeable, their acts can be stored and learned from, and a transcript can be replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Generic, Literal, Protocol, TypeAlias, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
Q_contra = TypeVar("Q_contra", contravariant=True)
A_co = TypeVar("A_co", covariant=True)


class DontKnow(Enum):
    """The type of `IDK` alone."""

    IDK = "I don't know"

    def __str__(self) -> str:
        return self.value


IDK: Final = DontKnow.IDK
"""The answer "I don't know": an answer like any other, but of no world in particular. Compare with `is`."""

Unknown: TypeAlias = Literal[DontKnow.IDK]


@dataclass(frozen=True, slots=True)
class Ask(Generic[Q]):
    """The overseer wants this sub-question answered before it goes on."""

    question: Q


@dataclass(frozen=True, slots=True)
class Answer(Generic[A]):
    """The overseer answers the question; the transcript is complete."""

    answer: A | Unknown


@dataclass(frozen=True, slots=True)
class Pass:
    """The overseer gives the question up: it neither answers it nor sees a sub-question that would help."""


Act: TypeAlias = Ask[Q] | Answer[A] | Pass


@dataclass(frozen=True, slots=True)
class Exchange(Generic[Q, A]):
    """A sub-question and what the assistant answered."""

    question: Q
    answer: A | Unknown


@dataclass(frozen=True, slots=True)
class Transcript(Generic[Q, A]):
    """A question, the exchanges so far, and the answer: all that an overseer may look at."""

    question: Q
    steps: tuple[Exchange[Q, A], ...] = ()
    answer: A | Unknown | None = None
    """None while the question is open, and for good if the decomposition failed. `IDK` is an answer, None is not."""

    def asked(self, question: Q, answer: A | Unknown) -> Transcript[Q, A]:
        """This transcript with one more exchange."""
        return replace(self, steps=(*self.steps, Exchange(question, answer)))

    def answered(self, answer: A | Unknown) -> Transcript[Q, A]:
        """This transcript, complete."""
        return replace(self, answer=answer)


class Overseer(Protocol[Q, A]):
    """Open transcripts to one act each, in their order. Rows do not influence each other."""

    def __call__(self, transcripts: Sequence[Transcript[Q, A]], /) -> Sequence[Act[Q, A]]: ...


class Assistant(Protocol[Q_contra, A_co]):
    """Questions to one answer each, in their order, without asking anybody. Rows do not influence each other."""

    def __call__(self, questions: Sequence[Q_contra], /) -> Sequence[A_co | Unknown]: ...
