"""Two texts that were made from one, put together where their changes do not meet.

Texts are compared piece by piece; a piece is a sentence, or a line where it has no sentence's end. Two changes meet if
no untouched piece stands between them: two people in one sentence are never put together, two in one paragraph may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Final

PIECE: Final = re.compile(r"[^\n.!?]*(?:[.!?]+(?=\s|\Z)[ \t]*\n?|[.!?]+|\n|\Z)")
MOST: Final = 5_000
"""Pieces that are compared one by one, after what is alike at both ends was left out; more of them are one change."""

Change = tuple[int, int, tuple[str, ...]]
"""Which pieces are replaced, from and to, and what by."""


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
