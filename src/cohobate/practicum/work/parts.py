"""What a work is made of: who has a part in it, what was claimed, kept and published, and what was said of it.

Each is as one event made it, but for what later events add: a writer's roles, the answers to a comment. Times are
seconds since 1970, as the events have them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

ROLES: Final = ("writer", "reviewer")

Ledger = tuple[int, str]
"""Where something is registered: the place of its entry in the ledger, and the entry's hash."""


@dataclass(slots=True)
class Writer:
    """Somebody who has a part in a work."""

    id: str
    name: str
    roles: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class SourceOf:
    """A source that the work distils, as it was when it was chosen: should it change or disappear, this stays."""

    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of distillation it is meant to be."""

    name: str
    """Of a kind that ships, or "own"."""
    title: str = ""
    definition: str = ""
    is_one: str = ""
    is_not: str = ""
    confidence: float | None = None
    """How sure whoever defined it is that the definition is of use, 0 … 1; None if they did not say."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the writer thinks will make it help, and how much."""

    id: str
    sequence: int
    at: float
    by: str
    text: str
    points: float | None
    """The help that is predicted, in points of a hundred; None if none was."""
    low: float | None
    high: float | None
    """The ends between which the writer is 95 % sure that it lies."""
    method: tuple[str, str] | None
    """The method that is applied, and the digest of its version."""
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Version:
    """A draft that was kept."""

    digest: str
    number: int
    """From 1, in the order in which they were first kept."""
    sequence: int
    at: float
    by: str
    note: str
    words: int
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to a comment."""

    id: str
    at: float
    by: str
    text: str


@dataclass(slots=True)
class Comment:
    """A remark on a passage of a version."""

    id: str
    sequence: int
    at: float
    by: str
    digest: str
    """The version that it was made on."""
    start: int
    end: int
    """The passage, in characters of that version; both the same for a remark on the whole."""
    quote: str
    before: str
    after: str
    """The passage, and a little of what stands around it, so that it is found in later versions."""
    text: str
    replies: list[Reply] = field(default_factory=list)
    settled: str = "open"
    """open, done or declined, as the writer says."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """That somebody went through a version."""

    by: str
    digest: str
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Published:
    """A version that was published."""

    digest: str
    at: float
    by: str
    ledger: Ledger
    sequence: int


@dataclass(frozen=True, slots=True)
class LookBack:
    """What the writer made of it all, once it was published."""

    at: float
    by: str
    text: str
    next: str
    ledger: Ledger
