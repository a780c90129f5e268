"""Whether two texts are versions of one passage, by their words.

Blocks and digests tell it only within one text. Here it is a run of words that both have: a rewriting keeps many of
them, and two texts on one matter few. What says the same in other words altogether is not found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

RUN: Final = 5
"""Words in a row that both texts have. Shorter runs are common to texts on anything."""
SHARE: Final = 0.2
"""Two texts are versions of one passage if so much of the shorter one stands in such runs. Between 4,000 pairs of
passages from different files of an archive it was 0.17 at most; where one word in four was changed, 0.3 at least."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What two texts have in common."""

    words: int
    """Of the text that has less of them, how many stand in runs that both have."""
    share: float
    """The same as a part of the shorter text, 0 … 1."""
    run: str
    """The longest stretch of such words, in small letters; "" if there is none."""

    @property
    def too_much(self) -> bool:
        """Whether they are versions of one passage."""
        return self.share >= SHARE


def shared(one: str, other: str) -> Shared:
    """What two texts have in common, whatever their capitals, signs and line ends. Of a text with fewer than `RUN`
    words it is all of it or nothing."""
    first, second = (re.findall(r"\w+", text.casefold()) for text in (one, other))
    shorter, longer = sorted((first, second), key=len)
    length = min(RUN, len(shorter))
    if not length:
        return Shared(0, 0.0, "")
    runs = {tuple(longer[at : at + length]) for at in range(len(longer) - length + 1)}
    held = [False] * len(shorter)
    for at in range(len(shorter) - length + 1):
        if tuple(shorter[at : at + length]) in runs:
            held[at : at + length] = [True] * length
    return Shared(sum(held), sum(held) / len(shorter), " ".join(_longest(shorter, held)))


def _longest(words: list[str], held: list[bool]) -> list[str]:
    begin = best = length = 0
    for at, one in enumerate(held):
        if not one:
            begin = at + 1
        elif at + 1 - begin > length:
            best, length = begin, at + 1 - begin
    return words[best : best + length]
