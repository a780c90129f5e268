"""Two texts that were made from one: put together where their changes do not meet, and shown side by side.

Texts are compared piece by piece; a piece is a sentence, or a line where it has no sentence's end. Two changes meet if
no untouched piece stands between them: two people in one sentence are never put together, two in one paragraph may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

PIECE: Final = re.compile(r"[^\n.!?]*(?:[.!?]+(?=\s|\Z)[ \t]*\n?|[.!?]+|\n|\Z)")
MOST: Final = 5_000
"""Pieces that are compared one by one, after what is alike at both ends was left out; more of them are one change."""
AROUND: Final = 2
"""Untouched pieces that are shown before and after a change."""

Change = tuple[int, int, tuple[str, ...]]
"""Which pieces are replaced, from and to, and what by."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of two texts side by side."""

    kind: Literal["same", "changed", "skipped"]
    left: str
    right: str
    """Of what is skipped both are empty."""


def alike_ends(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts share at the beginning, and how many of the rest at the end."""
    shorter = min(len(one), len(other))
    before = _alike(lambda n: one[:n] == other[:n], shorter)
    after = _alike(lambda n: n == 0 or one[-n:] == other[-n:], shorter - before)
    return before, after


def _alike(same: Callable[[int], bool], most: int) -> int:
    """The largest n up to `most` for which `same(n)`, which holds up to there and not beyond."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if same(middle):
            low = middle
        else:
            high = middle - 1
    return low


def put_together(base: str, one: str, other: str) -> str | None:
    """The base with the changes of both; None where they meet."""
    if one == other or other == base:
        return one
    if one == base:
        return other
    pieces = _pieces(base)
    changes = sorted({*_changes(pieces, _pieces(one)), *_changes(pieces, _pieces(other))})
    made: list[str] = []
    at = -1
    for start, end, instead in changes:
        if start <= at:
            return None
        made += pieces[max(at, 0) : start]
        made += instead
        at = end
    return "".join(made + pieces[max(at, 0) :])


def side_by_side(left: str, right: str) -> list[Row]:
    """Two texts in rows, changes beside each other, with a little of what stands around them."""
    before, after = _pieces(left), _pieces(right)
    rows: list[Row] = []
    at = 0
    for start, end, instead in [*_changes(before, after), (len(before), len(before), ())]:
        rows += _untouched(before[at:start], first=at == 0, last=start == len(before))
        if (start, end) != (len(before), len(before)) or instead:
            rows.append(Row("changed", "".join(before[start:end]), "".join(instead)))
        at = end
    return rows


def _untouched(pieces: Sequence[str], first: bool, last: bool) -> Iterator[Row]:
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    if len(pieces) <= head + tail + 1:
        yield from _same(pieces)
        return
    yield from _same(pieces[:head])
    yield Row("skipped", "", "")
    yield from _same(pieces[len(pieces) - tail :])


def _same(pieces: Sequence[str]) -> Iterator[Row]:
    if words := "".join(pieces):
        yield Row("same", words, words)


def _pieces(text: str) -> list[str]:
    return [piece for piece in PIECE.findall(text) if piece]


def _changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """What makes the one list the other, in its order."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return []
    if max(len(old), len(new)) > MOST:
        return [(head, head + len(old), tuple(new))]
    codes = SequenceMatcher(None, old, new).get_opcodes()
    return [(head + a, head + b, tuple(new[c:d])) for tag, a, b, c, d in codes if tag != "equal"]
