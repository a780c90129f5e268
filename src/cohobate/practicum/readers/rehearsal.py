"""A rehearsal: a reader that is a program answers every item of a test, without a text and in each arm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cohobate.errors import WrongUse
from cohobate.practicum.readers.rule import rule_reader
from cohobate.practicum.readers.seat import Question, Reader, having
from cohobate.vocabulary import IDK

REHEARSAL = "a rule reader: a rehearsal, no substitute for people"
"""What stands beside everything that a program answered in place of a person."""

NO_TEXT = "no text"
"""The arm in which a reader has the question alone."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A question with its key, as a reader test has it."""

    id: str
    question: str
    options: tuple[str, ...]
    key: int
    """The place of the right option, from 0."""
    kind: str = "text-based"
    """Or "inference"."""

    def __post_init__(self) -> None:
        if not 0 <= self.key < len(self.options):
            raise WrongUse(f"item '{self.id}' has the key {self.key}; give one of 0 to {len(self.options) - 1}")


@dataclass(frozen=True, slots=True)
class Passage:
    """Texts of one thing by their arms, such as "source" and "distillation", and what is asked about it."""

    id: str
    texts: Mapping[str, str]
    items: tuple[Keyed, ...]

    @classmethod
    def from_dict(cls, id: str, data: Mapping[str, Any]) -> Passage:
        """From `{"source": …, "distillation": …, "items": [{"question", "options", "key", "kind"}, …]}`: every key but
        `items` is an arm with its text. Items are named by the passage and their number."""
        texts = {arm: text for arm, text in data.items() if arm != "items"}
        items = tuple(
            Keyed(f"{id}-{number}", one["question"], tuple(map(str, one["options"])), one["key"], one["kind"])
            for number, one in enumerate(data["items"], 1)
        )
        return cls(id, texts, items)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer, with the columns of people's reader tests."""

    reader: str
    item: str
    arm: str
    correct: int
    """1 or 0; an unanswered item is not correct."""
    unanswered: int
    seconds: float | None
    """None: a rule takes no time that would say anything about people."""
    kind: str
    background: str
    """`REHEARSAL`, so that it stands beside every figure that is made of it."""
    passage: str


def rehearse(passages: Iterable[Passage], reader: Reader | None = None, name: str = "rule reader") -> tuple[Row, ...]:
    """What a reader that is a program answers to every item, without a text and in each arm; by default by rule.

    A program forgets what it has read, so that one and the same may answer in all arms, which a person may not. For the
    same reason its answers are counted (`tallied`) and not analysed as a reader test: copies of a program are no sample
    of readers.
    """
    reader = reader or rule_reader()
    rows = []
    for passage in passages:
        for arm, text in {NO_TEXT: None, **passage.texts}.items():
            answers = having(reader, text)([Question(item.question, item.options) for item in passage.items])
            for item, answer in zip(passage.items, answers, strict=True):
                right, left = int(answer == item.key), int(answer is IDK)
                rows.append(Row(name, item.id, arm, right, left, None, item.kind, REHEARSAL, passage.id))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was right in one arm of a rehearsal, of how many items."""

    arm: str
    items: int
    right: int
    unanswered: int

    def __str__(self) -> str:
        return f"{self.arm}: right on {self.right} of {self.items}, can't tell on {self.unanswered}"


def tallied(rows: Iterable[Row]) -> tuple[Tally, ...]:
    """The counts of a rehearsal, by arm in the order in which the arms come."""
    arms: dict[str, list[Row]] = {}
    for row in rows:
        arms.setdefault(row.arm, []).append(row)
    return tuple(
        Tally(arm, len(those), sum(row.correct for row in those), sum(row.unanswered for row in those))
        for arm, those in arms.items()
    )


def as_csv(rows: Iterable[Row]) -> str:
    """Answers as a file, with a line of names first; what is None is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row.__slots__)
    writer.writerows([getattr(row, name) for name in Row.__slots__] for row in rows)
    return out.getvalue()
