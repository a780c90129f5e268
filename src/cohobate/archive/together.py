"""What can be said of files only beside each other: where their links lead, and names that are hard to tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cohobate.archive.diagnostics import Problem, quoted
from cohobate.archive.links import Followed, Link, Shelf
from cohobate.archive.record import Record

FIELDS_OF_LINKS = {"text": "broken-link", "related": "broken-link", "enrichments": "broken-link"}
"""The rule that a link breaks which leads nowhere; of others that a claim is missing."""
SHOWN = 3
"""Files that an ambiguous link is said to lead to, at most."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What files are held beside each other by, where they are too many to be kept whole."""

    path: str
    title: str
    links: tuple[Link, ...]

    @classmethod
    def of(cls, record: Record) -> Outline:
        """That of a record."""
        return cls(record.path, record.title, record.links)


def shelf_of(records: Iterable[Record | Outline]) -> Shelf:
    """Where links between these files can lead: to their paths."""
    return Shelf((one.path, one.path, (one.title,)) for one in records)


def check_together(records: Sequence[Record | Outline]) -> Mapping[str, list[Problem]]:
    """By path, what is wrong with files beside each other."""
    shelf = shelf_of(records)
    found: dict[str, list[Problem]] = {one.path: [] for one in records}
    for one in records:
        for link in one.links:
            if problem := link_problem(link, shelf.follow(link.target)):
                found[one.path].append(problem)
    by_name: dict[str, str] = {}
    for one in records:
        other = by_name.setdefault(one.path.casefold(), one.path)
        if other != one.path:
            found[one.path].append(Problem(1, "same-name", quoted(one.path), quoted(other)))
    return found


def link_problem(link: Link, led: Followed) -> Problem | None:
    """What is wrong with a link that leads there; None for one that names its file."""
    if not led.found:
        return Problem(link.line, FIELDS_OF_LINKS.get(link.kind, "unwritten-claim"), quoted(link.target))
    if len(led.found) > 1:
        places = ", ".join(map(quoted, led.found[:SHOWN])) + (", …" if len(led.found) > SHOWN else "")
        return Problem(link.line, "ambiguous-link", quoted(link.target), places)
    # A claim is listed by what it says; only between brackets a name is expected.
    if led.way == "name" or link.kind != "text":
        return None
    return Problem(link.line, "loose-link", quoted(link.target), led.way)
