"""The seat of a reader: questions with options, and perhaps a text, to an option each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from cohobate.errors import WrongUse
from cohobate.vocabulary import IDK, Assistant, Unknown


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader is asked. A reader that has a text finds it here too."""

    question: str
    options: tuple[str, ...]
    text: str | None = None

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise WrongUse(f"'{self.question}' has {len(self.options)} options; give at least 2")


Reader: TypeAlias = Assistant[Question, int]
"""Questions to the place of an option each, from 0, or to `IDK` for "I can't tell from this"."""


def having(reader: Reader, text: str | None) -> Reader:
    """The assistant that the reader becomes with this text in hand, whatever text a question came with."""

    def with_text(questions: Sequence[Question], /) -> Sequence[int | Unknown]:
        return reader([replace(one, text=text) for one in questions])

    return with_text


def guessing(reader: Reader) -> Reader:
    """The reader that, in place of "I can't tell", takes the longest option, of several the first.

    Who writes a key tends to make it exact, and so long. What such a reader gets right without a text says how far the
    items give themselves away.
    """

    def guess(questions: Sequence[Question], /) -> Sequence[int | Unknown]:
        return [
            _longest(one.options) if answer is IDK else answer
            for one, answer in zip(questions, reader(questions), strict=True)
        ]

    return guess


def _longest(options: Sequence[str]) -> int:
    lengths = [len(one) for one in options]
    return lengths.index(max(lengths))
