"""Links between files: where they stand, and what they lead to by name, slug, heading or beginning."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Way = Literal["name", "slug", "heading", "beginning", ""]
"""By what a link was followed; "" if it leads nowhere. A slug is the name in small letters and digits."""

SHORTEST = 12
"""Letters that a beginning has, at least, to stand for a name."""
LONGEST_SLUG = 300
MOST_AMBIGUOUS = 9
"""Files that an ambiguous link is said to lead to, at most."""

BRACKETS = re.compile(r"\[\[(?P<target>[^\[\]|#\r\n]*+)(?:#[^\[\]|\r\n]*+)?+(?:\|(?P<label>[^\[\]\r\n]*+))?+\]\]")
"""[[name]], [[name#heading]] or [[name|words to show]]."""
_NAME_END = re.compile(r"\.(md|markdown|txt)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A mention of another file."""

    line: int
    """Counted from 1, in the whole file."""
    target: str
    """What it names, as it stands."""
    kind: str = "text"
    """"text" for one between brackets, else the field that it stands in."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a link leads to."""

    way: Way
    found: tuple[str, ...]
    """The ids of all files that it may mean, the likeliest first; none if it leads nowhere."""


def slug(text: str) -> str:
    """A name as links compare it: letters and digits, small, with - between them."""
    text = text.casefold().replace("'", "").replace("’", "")
    return "-".join(re.findall(r"[^\W_]+", text))[:LONGEST_SLUG].strip("-")


def stem(name: str) -> str:
    """A name, of a link or a file, without folders and ending."""
    return _NAME_END.sub("", name.strip().rsplit("/", 1)[-1])


def links_in(text: str) -> list[Link]:
    """The links between brackets."""
    if "[[" not in text:
        return []
    found, line, at = [], 1, 0
    for match in BRACKETS.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        found.append(Link(line, match["target"].strip()))
    return found


class Shelf:
    """Files that links can lead to.

    entries:  of each file an id, its name (with or without folders and ending), and its headings or title
    """

    def __init__(self, entries: Iterable[tuple[str, str, Sequence[str]]]) -> None:
        self._names: dict[str, list[str]] = {}
        self._slugs: dict[str, list[str]] = {}
        self._headings: dict[str, list[str]] = {}
        for id, name, headings in entries:
            self._names.setdefault(stem(name), []).append(id)
            self._slugs.setdefault(slug(stem(name)), []).append(id)
            for heading in headings:
                self._headings.setdefault(slug(heading), []).append(id)
        self._sorted = sorted(self._slugs)

    def follow(self, target: str) -> Followed:
        """Where a link leads: to the very name, or else to the only likely one."""
        name = stem(target)
        if found := self._names.get(name):
            return _followed("name", found)
        key = slug(name)
        if not key:
            return Followed("", ())
        if found := self._slugs.get(key):
            return _followed("slug", found)
        if found := self._headings.get(key) or self._headings.get(slug(target)):
            return _followed("heading", found)
        return _followed("beginning", self._beginnings(key))

    def _beginnings(self, key: str) -> list[str]:
        """The files whose names begin like this one, or that this one begins with: names are cut short at times."""
        if len(key) < SHORTEST:
            return []
        found: list[str] = []
        for name in self._sorted[bisect_left(self._sorted, key) :]:
            if not name.startswith(key) or len(found) > MOST_AMBIGUOUS:
                break
            found += self._slugs[name]
        if found:
            return found
        for length in range(len(key) - 1, SHORTEST - 1, -1):
            if short := self._slugs.get(key[:length]):
                return short
        return []


def _followed(way: Way, found: Sequence[str]) -> Followed:
    unique = tuple(dict.fromkeys(found))
    return Followed(way if unique else "", unique)
