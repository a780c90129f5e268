"""What works need to know of what is built upon them, such as reader tests: whoever knows it says so here.

seams.outcomes.append(of_work)     at import, by a module that urls import
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from cohobate.web.people.models import Person


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a test of a work."""

    title: str
    """What the test is called."""
    address: str
    """Of its page."""
    readers: int
    """How many readers the estimate is from."""
    points: float | None
    """The help to readers, distillation less no text, in points of a hundred; None for too few readers."""
    low: float | None
    high: float | None
    """The ends of its interval, which holds with 95 %."""
    sentence: str
    """What came out, in words, for whoever may see the result."""
    digest: str = ""
    """The version that was tested."""
    registered: int = 0
    """The place in the ledger where the test was registered: a hypothesis that came later predicted nothing."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for somebody."""

    group: str
    """A heading of the desk, such as "Items to write"."""
    title: str
    address: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """A test of a work, in whatever state it is."""

    title: str
    address: str
    state: str
    """In a word or two."""


@dataclass(frozen=True, slots=True)
class Help:
    """Who helped a work by testing it."""

    items: dict[str, int] = field(default_factory=dict)
    """How many items each person wrote, by the person's id."""
    rated: dict[str, int] = field(default_factory=dict)
    """How many answers each person rated."""
    readers: int = 0
    """How many people read for it."""
    named: Sequence[str] = ()
    """Those of them who want to be named, by name."""


outcomes: list[Callable[[str], Sequence[Outcome]]] = []
"""Each gives what came of the tests of the work with that id, the oldest first; none before a result is shown."""

waiting: list[Callable[[Person], Sequence[Waiting]]] = []
"""Each gives what waits for somebody."""

tests: list[Callable[[str], Sequence[Test]]] = []
"""Each gives the tests of the work with that id, the oldest first."""

read: list[Callable[[str], Collection[str]]] = []
"""Each gives the digests of the versions of the work with that id which somebody is to read just now."""

helped: list[Callable[[str], Help]] = []
"""Each gives who helped to test the work with that id."""


def outcomes_of(work: str) -> list[Outcome]:
    """What came of the tests of a work."""
    return [one for tell in outcomes for one in tell(work)]


def tests_of(work: str) -> list[Test]:
    """The tests of a work."""
    return [one for tell in tests for one in tell(work)]


def waiting_for(person: Person) -> list[Waiting]:
    """What waits for somebody elsewhere."""
    return [one for tell in waiting for one in tell(person)]


def helpers_of(work: str) -> list[Help]:
    """Who helped to test a work."""
    return [tell(work) for tell in helped]


def read_now(work: str) -> set[str]:
    """The digests of the versions of a work that cannot be taken away just now."""
    return {digest for tell in read for digest in tell(work)}
