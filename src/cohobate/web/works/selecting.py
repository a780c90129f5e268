"""From what somebody selected on a page to the place in the Markdown that it was made from.

A browser tells which blocks, what was selected, and how much of the first block stands before it, counted without
spaces. Everything that a reader sees stands in the Markdown too, in the same order, with signs in between that are not
shown; so the two are read along each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

from cohobate.errors import Refused
from cohobate.practicum.work.acts import LONGEST_QUOTE
from cohobate.web.works.reading import Block

_TAG: Final = re.compile(r"(<[^>]*>)")
_TARGET: Final = re.compile(r"\]\((?:[^()\\]|\\.|\([^()]*\))*\)|\]\[[^\]]*\]")
"""What stands in Markdown where a link has ended: its address, which nobody sees."""
FAR: Final = 1_000
"""How many letters that nobody sees may stand between two words that one does."""
NEAR: Final = 20
"""The same within a word."""

Seen = list[tuple[str, int]]
"""Letters as a reader sees them, without spaces, each with its place in the text."""


def selected(text: str, blocks: Sequence[Block], quote: str, before: int) -> tuple[int, int]:
    """Where in a text something stands that was selected on its page.

    blocks:  those that it reaches over, in their order
    before:  how many letters of the first one stand before it, spaces left out

    Raises Refused if it does not stand there.
    """
    seen = [pair for block in blocks for pair in visible(text, block)]
    shown = "".join(letter for letter, _ in seen)
    sought = re.sub(r"\s", "", quote)
    places = [found.start() for found in re.finditer(f"(?={re.escape(sought)})", shown)] if sought else []
    if not places:
        raise Refused("what you selected was not found in this version; select it again, in one go")
    first = min(places, key=lambda place: abs(place - before))
    start, end = seen[first][1], seen[first + len(sought) - 1][1] + 1
    if end - start > LONGEST_QUOTE:
        raise Refused(
            f"you selected {end - start:,} characters, and {LONGEST_QUOTE:,} are the most; select the words that it is "
            "about"
        )
    return start, end


def whole(text: str, block: Block) -> tuple[int, int]:
    """Where a block stands; of a very long one its beginning."""
    end = min(block.end, block.start + LONGEST_QUOTE)
    if end < block.end:
        end = max(text.rfind(" ", block.start, end), block.start + LONGEST_QUOTE // 2)
    return block.start, end


def visible(text: str, block: Block) -> Seen:
    """What a reader sees of a block, letter by letter."""
    at = block.start
    found: Seen = []
    for run in _runs(block.html):
        if run == "</a>":
            target = _TARGET.match(text, at, block.end)
            at = target.end() if target else at
            continue
        for part in _parts(text, run, at, block.end):
            at = _along(text, part, at, block.end, found)
    return found


def _parts(text: str, run: str, at: int, end: int) -> list[str]:
    """A run as a whole, where it stands in the text like that; else its words."""
    return [run] if text.find(run, at, min(at + len(run) + FAR, end)) >= 0 else run.split()


def _along(text: str, part: str, at: int, end: int, found: Seen) -> int:
    """Finds a part from some place on, and gives the place behind it."""
    place = text.find(part, at, min(at + len(part) + FAR, end))
    if place >= 0:
        found += [(letter, place + i) for i, letter in enumerate(part) if not letter.isspace()]
        return place + len(part)
    for letter in part:
        # Some are written in another way, such as &copy; for ©. They stand about where the last one did.
        place = text.find(letter, at, min(at + NEAR, end))
        at = at if place < 0 else place + 1
        found.append((letter, max(at - 1, 0)))
    return at


def _runs(html: str) -> Iterator[str]:
    """What stands between the tags of some HTML, and where links end."""
    for part in _TAG.split(html):
        if part.startswith("<"):
            if part == "</a>":
                yield part
        elif words := unescape(part).strip():
            yield words
