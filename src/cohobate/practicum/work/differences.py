"""What changed between two drafts: paragraph by paragraph, and within one word by word.

Parts that stand once in each text and in the same order hold the comparison together, and what lies between two of
them is compared by itself. So a long draft takes little more than reading it, and two that have nothing in common too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, Literal

Change = Literal["same", "added", "removed"]

MOST_WORDS: Final = 20_000
"""Words and signs of a paragraph, at most, that are compared one by one; in a longer one the whole is exchanged."""
SMALL: Final = 10_000
"""Pairs of parts, at most, that are compared each with each where nothing stands once."""
NEAR: Final = 4
"""Paragraphs among which the one is looked for that a new one comes from."""
ALIKE: Final = 0.3
"""The share of words that two paragraphs have in common, at least, to be shown as one that was changed."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of either text or, where it was changed, of both."""

    pieces: tuple[Piece, ...]

    @property
    def change(self) -> Literal["same", "added", "removed", "changed"]:
        """What became of it."""
        changes = {piece.change for piece in self.pieces}
        return next(iter(changes)) if len(changes) == 1 else "changed"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """So many paragraphs that stayed, and are not shown."""

    paragraphs: int


def difference(before: str, after: str) -> tuple[Paragraph, ...]:
    """What changed. The pieces that stayed or went are, put together, the first text; those that stayed or came, the
    second."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[Paragraph] = []
    for same, (start, end), (other, other_end) in _stretches(old, new):
        if same:
            found += [Paragraph((Piece("same", text),)) for text in old[start:end]]
        else:
            found += _exchanged(old[start:end], new[other:other_end])
    return tuple(found)


def folded(paragraphs: Sequence[Paragraph], around: int = 1) -> list[Paragraph | Unchanged]:
    """The same to read: of long stretches that stayed, `around` paragraphs on each side of a change."""
    near = {
        place + step
        for place, one in enumerate(paragraphs)
        if one.change != "same"
        for step in range(-around, around + 1)
    }
    found: list[Paragraph | Unchanged] = []
    for place, one in enumerate(paragraphs):
        if place in near:
            found.append(one)
        elif found and isinstance(found[-1], Unchanged):
            found[-1] = Unchanged(found[-1].paragraphs + 1)
        else:
            found.append(Unchanged(1))
    return found


def words_added(before: str, after: str) -> int:
    """How many words came that were not there before."""
    pieces = (piece for one in difference(before, after) for piece in one.pieces)
    return sum(len(piece.text.split()) for piece in pieces if piece.change == "added")


def _paragraphs(text: str) -> list[str]:
    """The paragraphs, each with the empty lines after it."""
    found: list[list[str]] = []
    empty = False
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if not found or (empty and line.strip()):
            found.append([])
        found[-1].append(line)
        empty = not line.strip()
    return ["".join(lines) for lines in found]


def _words(text: str) -> list[str]:
    """Words, the space between them, and every other sign."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _exchanged(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Paragraphs in the place of others: one that is alike to one of the next few is shown as changed."""
    at = 0
    for after in new:
        near = range(at, min(at + NEAR, len(old)))
        found = next((place for place in near if _alike(old[place], after)), None)
        if found is None:
            yield Paragraph((Piece("added", after),))
            continue
        for before in old[at:found]:
            yield Paragraph((Piece("removed", before),))
        yield Paragraph(tuple(_by_words(old[found], after)))
        at = found + 1
    for before in old[at:]:
        yield Paragraph((Piece("removed", before),))


def _alike(before: str, after: str) -> bool:
    old, new = Counter(before.split()), Counter(after.split())
    return (old & new).total() >= ALIKE * max(old.total(), new.total(), 1)


def _by_words(before: str, after: str) -> Iterator[Piece]:
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > MOST_WORDS:
        yield from (Piece("removed", before), Piece("added", after))
        return
    for same, (start, end), (other, other_end) in _stretches(old, new):
        if same:
            yield Piece("same", "".join(old[start:end]))
            continue
        if start < end:
            yield Piece("removed", "".join(old[start:end]))
        if other < other_end:
            yield Piece("added", "".join(new[other:other_end]))


Stretch = tuple[int, int]


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Stretch, Stretch]]:
    """The two from their beginning to their end, in stretches that are the same or are not."""
    start = other = 0
    for place, place_in_new, size in _joined(_matches(old, new)):
        if start < place or other < place_in_new:
            yield False, (start, place), (other, place_in_new)
        yield True, (place, place + size), (place_in_new, place_in_new + size)
        start, other = place + size, place_in_new + size
    if start < len(old) or other < len(new):
        yield False, (start, len(old)), (other, len(new))


def _joined(matches: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Pairs of places that follow each other, as one stretch each: both beginnings, and how long."""
    size = 0
    for number, (old, new) in enumerate(matches):
        size += 1
        if number + 1 == len(matches) or matches[number + 1] != (old + 1, new + 1):
            yield old - size + 1, new - size + 1, size
            size = 0


def _matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places where the two are the same, in order."""
    found: list[tuple[int, int]] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        start, end, other, other_end = waiting.pop()
        while start < end and other < other_end and old[start] == new[other]:
            found.append((start, other))
            start, other = start + 1, other + 1
        while start < end and other < other_end and old[end - 1] == new[other_end - 1]:
            end, other_end = end - 1, other_end - 1
            found.append((end, other_end))
        if start == end or other == other_end:
            continue
        anchors = _anchors(old, new, (start, end), (other, other_end))
        if anchors:
            found += anchors
            edges = [(start - 1, other - 1), *anchors, (end, other_end)]
            waiting += [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(edges)]
        elif (end - start) * (other_end - other) <= SMALL:
            matcher = SequenceMatcher(None, old[start:end], new[other:other_end], autojunk=False)
            found += [
                (start + a + n, other + b + n) for a, b, size in matcher.get_matching_blocks() for n in range(size)
            ]
    return sorted(found)


def _anchors(old: Sequence[str], new: Sequence[str], here: Stretch, there: Stretch) -> list[tuple[int, int]]:
    """Places of what stands once in both stretches: the longest chain of them that is in order in both."""
    once, once_new = (Counter(text[slice(*part)]) for text, part in ((old, here), (new, there)))
    where = {new[place]: place for place in range(*there) if once_new[new[place]] == 1}
    pairs = [(place, where[old[place]]) for place in range(*here) if once[old[place]] == 1 and old[place] in where]
    return _in_order(pairs)


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of these pairs, sorted by their first, that is sorted by their second too (patience sorting)."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(ends, place)
        ends[pile : pile + 1] = [place]
        last[pile : pile + 1] = [number]
        before.append(last[pile - 1] if pile else -1)
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
