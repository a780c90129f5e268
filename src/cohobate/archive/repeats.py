"""Text that says itself again, as pages do that were copied several times over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LEAST = 200
"""Letters that have to come again in one stretch."""
LEAST_AT_ONCE = 3
"""Words of one line that have to come again, right below it."""
TRIED = 4
"""Earlier places that are compared with, at most."""
LONG = 300
"""Letters of a line above which it is compared sentence by sentence."""

# A run of full stops is tried once, at its first.
_SENTENCE = re.compile(r"\S.*?(?:(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s|$)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A stretch of a text that stands there before."""

    start: int
    """Its first line, counted from 1."""
    end: int
    """Its last line."""
    first_start: int
    """The first line of what it says again."""
    first_end: int
    span: tuple[int, int]
    """From where to where it reaches, in characters."""


class _Unit(NamedTuple):
    start: int
    end: int
    line: int
    words: str


def repeats(text: str) -> tuple[Repeat, ...]:
    """Every stretch of the text that stands in it earlier, however often, in the order of the text.

    A stretch is of lines, or of sentences where lines are long; case and spaces do not count. The time that it takes
    grows with the length of the text alone.
    """
    units = list(_units(text))
    seen: dict[str, list[int]] = {}
    found: list[Repeat] = []
    at = 0
    while at < len(units):
        earlier = seen.setdefault(units[at].words, [])
        first, length = _longest(units, at, earlier)
        if length:
            found.append(_repeat(units, first, at, length))
        for i in range(at, at + max(length, 1)):
            places = seen.setdefault(units[i].words, [])
            if len(places) < TRIED:
                places.append(i)
        at += max(length, 1)
    return tuple(_joined(found))


def without(text: str, found: Iterable[Repeat]) -> str:
    """The text with each of these stretches left out, for reading."""
    parts, at = [], 0
    for one in found:
        parts.append(text[at : one.span[0]])
        at = one.span[1]
    return "".join([*parts, text[at:]])


def _units(text: str) -> Iterable[_Unit]:
    at = 0
    for number, line in enumerate(text.split("\n"), start=1):
        to = at + len(line)
        if len(line) <= LONG:
            if words := " ".join(line.split()).casefold():
                yield _Unit(at, to, number, words)
        else:
            for piece in _SENTENCE.finditer(text, at, to):
                yield _Unit(piece.start(), piece.end(), number, " ".join(piece[0].split()).casefold())
        at = to + 1


def _longest(units: Sequence[_Unit], at: int, earlier: Iterable[int]) -> tuple[int, int]:
    """Where what stands here begins the first time, and how many units of it come again; 0 if too few."""
    lengths: dict[int, int] = {}
    most = 0
    for first in earlier:
        length = letters = 0
        while at + length < len(units) and first + length < at:
            here = units[at + length].words
            if here != units[first + length].words:
                break
            letters += len(here)
            length += 1
        lengths[first] = length
        at_once = first + length == at and any(
            len(unit.words.split()) >= LEAST_AT_ONCE for unit in units[at : at + length]
        )
        if letters >= LEAST or at_once:
            most = max(most, length)
    return next((first for first, length in lengths.items() if length >= most), 0), most


def _repeat(units: Sequence[_Unit], first: int, at: int, length: int) -> Repeat:
    last = at + length - 1
    return Repeat(
        units[at].line,
        units[last].line,
        units[first].line,
        units[first + length - 1].line,
        (units[at].start, units[last].end),
    )


def _joined(found: Iterable[Repeat]) -> list[Repeat]:
    """Stretches that follow one another and say the same are one."""
    joined: list[Repeat] = []
    for one in found:
        last = joined[-1] if joined else None
        same = last and (last.first_start, last.first_end) == (one.first_start, one.first_end)
        if last and same and one.start - last.end <= 2:
            span = (last.span[0], one.span[1])
            joined[-1] = Repeat(last.start, one.end, last.first_start, last.first_end, span)
        else:
            joined.append(one)
    return joined
