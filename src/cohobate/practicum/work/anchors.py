"""A passage of a text, found again in a later version of it.

A passage is kept as its quotation with a little of what stood around it. It is found where the same words stand: in
its old place, further on, moved elsewhere, or with small changes. Where the words stand several times, what is around
them decides, and then which is nearest.

What counts as found: of the quotation's triples of letters at least `LEAST` are there, in both directions (Dice's
coefficient); and of quotation and surroundings at least `ENOUGH` letters stand together, or nearly all that there were;
what stands beside it counts as far as nothing breaks it, or with small changes.
So a passage that was deleted is not found, unless its words stand elsewhere too, to that extent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cohobate.practicum.work.acts import AROUND

LEAST: Final = 0.6
"""How much of a changed quotation has to be left, 0 … 1."""
ENOUGH: Final = 32
"""Letters of quotation and surroundings that have to stand together."""
NEARLY: Final = 0.8
"""How much of quotation and surroundings is enough where both are short, 0 … 1."""

_GRAM: Final = 12
"""Letters by which places are looked up."""
_NEAR: Final = 16
"""Places at most that are looked at for each of them, the nearest ones."""
_TRIED: Final = 4
"""Places at most that are compared with a passage."""
_FEW: Final = 4
"""A place is not looked at if so many times as much speaks for another one."""
_FAR: Final = 100_000
"""How far away a passage is looked for that cannot be looked up."""
_LONG: Final = 200_000
"""From how many letters on only every fourth stretch is looked up: which ones hangs on their letters alone."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it was kept."""

    start: int
    """Where it stood, in letters from 0."""
    quote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a passage stands now."""

    start: int
    end: int
    kept: float
    """How much of the quotation is left; 1 if it stands there word for word."""


def passage(text: str, start: int, end: int) -> Passage:
    """The passage between two places of a text."""
    return Passage(start, text[start:end], text[max(0, start - AROUND) : start], text[end : end + AROUND])


def find(text: str, passages: Sequence[Passage]) -> list[Found | None]:
    """Where each of the passages stands in a text; None for those that are not there.

    The same text and passages give the same places. Two thousand passages in two million letters take less than a
    second.
    """
    found: list[Found | None] = [None] * len(passages)
    index: _Index | None = None
    shift = 0
    for i in sorted(range(len(passages)), key=lambda i: passages[i].start):
        one = passages[i]
        here = next((at for at in (one.start + shift, one.start) if _stands(text, one, at)), None)
        if here is not None:
            found[i] = Found(here, here + len(one.quote), 1.0)
        elif one.quote:
            index = index or _Index(text)
            found[i] = _best(text, one, one.start + shift, index)
        if (there := found[i]) is not None:
            shift = there.start - one.start
    return found


def _stands(text: str, one: Passage, at: int) -> bool:
    """Whether a passage stands there with all that was around it."""
    whole, begins = one.before + one.quote + one.after, at - len(one.before)
    # At the beginning of a text there was nothing before it, and at the end nothing after it.
    return begins >= 0 and text.startswith(whole, begins) and (len(one.before) == AROUND or begins == 0)


def _best(text: str, one: Passage, expected: int, index: _Index) -> Found | None:
    candidates = [_compared(text, one, at) for at in index.places(one, expected)]
    good = [(weight, -abs(there.start - expected), -there.start, there) for weight, there in candidates if there]
    return max(good, key=lambda found: found[:3])[3] if good else None


def _compared(text: str, one: Passage, at: int) -> tuple[float, Found | None]:
    """How well a passage sits where it would begin about there, in letters; and where that is, if it is found."""
    start, end = _edges(text, one, at)
    kept = _likeness(one.quote, text[start:end])
    sides = (
        (one.before[::-1], text[max(0, start - AROUND) : start][::-1]),
        (one.after, text[end : end + AROUND]),
    )
    weight = kept * len(one.quote) + sum(_shared(*side) for side in sides)
    if kept < LEAST or not (_enough(one, weight) or _enough(one, kept * len(one.quote) + sum(map(_left, sides)))):
        return weight, None
    return weight, Found(start, end, kept)


def _enough(one: Passage, letters: float) -> bool:
    return letters >= ENOUGH or letters >= NEARLY * (len(one.before) + len(one.quote) + len(one.after))


def _left(side: tuple[str, str]) -> float:
    """How much of what stood beside a passage is left, with small changes, in letters."""
    likeness = _likeness(*side)
    return likeness * len(side[0]) if likeness >= LEAST else 0.0


def _edges(text: str, one: Passage, at: int) -> tuple[int, int]:
    """Where a passage begins and ends that would begin about there."""
    if text.startswith(one.quote, at):
        return at, at + len(one.quote)
    room = AROUND + len(one.quote) // 2
    low, high = max(0, at - room), min(len(text), at + len(one.quote) + room)
    start = _edge(text, low, high, one.before, one.quote, at)
    end = _edge(text, start, high, one.quote, one.after, at + len(one.quote))
    return start, end


def _edge(text: str, low: int, high: int, left: str, right: str, about: int) -> int:
    """Where one thing ends and the next begins, found by as much of both as is still there."""
    for size in (32, 16, 8, 4):
        for head, tail in ((left[-size:], right[:size]), (left[-size:], ""), ("", right[:size])):
            sought = head + tail
            if len(sought) >= min(size, len(left) + len(right)) and sought:
                places = [text.find(sought, max(low, about), high), text.rfind(sought, low, min(high, about + size))]
                if there := [place + len(head) for place in places if place >= 0]:
                    return min(there, key=lambda place: abs(place - about))
    return min(max(about, low), high)


def _likeness(one: str, other: str) -> float:
    """Dice's coefficient of the triples of letters of two texts."""
    if one == other:
        return 1.0
    left, right = _triples(one), _triples(other)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


def _triples(text: str) -> Counter[str]:
    return Counter(map("".join, zip(text, text[1:], text[2:], strict=False)))


def _shared(one: str, other: str) -> int:
    """How many letters two texts share at the beginning."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared


class _Index:
    """Where stretches of a text's letters stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.every = 4 if len(text) > _LONG else 1
        grams = _grams(text)
        chosen = np.flatnonzero(grams % np.uint64(self.every) == 0)
        order = np.argsort(grams[chosen], kind="stable")
        self.grams, self.at = grams[chosen][order], chosen[order]

    def places(self, one: Passage, expected: int) -> Iterable[int]:
        """About where a passage may begin: the places for which most of its stretches speak."""
        whole = one.before + one.quote + one.after
        votes: Counter[int] = Counter()
        grams = _grams(whole)
        offsets = np.flatnonzero(grams % np.uint64(self.every) == 0)
        lows = np.searchsorted(self.grams, grams[offsets], "left")
        highs = np.searchsorted(self.grams, grams[offsets], "right")
        for offset, low, high in zip(offsets.tolist(), lows.tolist(), highs.tolist(), strict=True):
            shift = offset - len(one.before)
            if high - low > _NEAR:
                middle = low + int(np.searchsorted(self.at[low:high], expected + shift))
                low = max(low, min(middle - _NEAR // 2, high - _NEAR))
                high = low + _NEAR
            for place in self.at[low:high].tolist():
                votes[place - shift] += 1
        chosen: list[int] = []
        for at in sorted(votes, key=lambda at: (-votes[at], abs(at - expected), at)):
            if len(chosen) == _TRIED or (chosen and votes[at] * _FEW < votes[chosen[0]]):
                break
            # What speaks for places so close to each other speaks for one, with changes in between.
            if all(abs(at - other) > AROUND for other in chosen):
                chosen.append(at)
        return chosen if len(offsets) else self._word_for_word(one, expected)

    def _word_for_word(self, one: Passage, expected: int) -> Iterable[int]:
        """Where a quotation stands that cannot be looked up, as it is too short or the same few letters over again."""
        low, high = max(0, expected - _FAR), expected + len(one.quote) + _FAR
        places = [self.text.rfind(one.quote, low, expected + len(one.quote)), self.text.find(one.quote, expected, high)]
        return [at for at in places if at >= 0]


def _grams(text: str) -> NDArray[np.uint64]:
    """A number for each stretch of `_GRAM` letters of a text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    count = len(codes) - _GRAM + 1
    if count <= 0:
        return np.zeros(0, np.uint64)
    sums = np.zeros(count, np.uint64)
    for place in range(_GRAM):
        sums = sums * np.uint64(0x9E3779B97F4A7C15) + codes[place : place + count]
    # Mixed, so that the lowest bits hang on all letters.
    return (sums ^ (sums >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) ^ (sums >> np.uint64(17))
