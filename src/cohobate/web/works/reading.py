"""A draft or a version as a page shows it: block by block, each with its place in the text, its marks tinted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

import nh3

from cohobate.archive.passages import passages
from cohobate.practicum.prose import KINDS, marks
from cohobate.web.words import TAGS

LARGEST_PREVIEW: Final = 100_000
"""Characters that are shown while somebody writes; the page sends what stands around the caret."""

# A mark's beginning and end travel through Markdown as single signs of Unicode's private use, which no text here has.
_KINDS: Final = tuple(KINDS)
_OPEN: Final = {kind: chr(0xE000 + place) for place, kind in enumerate(_KINDS)}
_CLOSE: Final = "\ue0ff"
_SIGNS: Final = f"[{''.join(_OPEN.values())}{_CLOSE}]"
_LEADING: Final = re.compile(r"(?:[ \t]*(?:[-*+>]|#{1,6}|\d{1,9}[.)])[ \t]+)+|[ \t]+")
_CLEANER: Final = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)
_HEADING: Final = re.compile(r"<(/?)h([1-4])>")
_LOWER: Final = 2
"""By how much headings are lowered below those of the page."""
_TAG: Final = re.compile(r"(<[^>]*>)")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a text."""

    number: int
    """From 1."""
    start: int
    end: int
    """Where it stands in the text, in characters."""
    kind: str
    """As in `archive.passages`."""
    html: str
    """Safe, whoever wrote it."""


@lru_cache(maxsize=8)
def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text; what stands in front matter is none."""
    lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    found: list[Block] = []
    open_marks: list[str] = []
    for passage in passages(_signed(text)):
        html = _tinted(_HEADING.sub(_lowered, _CLEANER.clean(passage.html)), open_marks)
        if passage.kind == "rule" or _TAG.sub("", html).strip():
            start, end = lines[passage.start - 1], lines[passage.end] - 1
            found.append(Block(len(found) + 1, start, end, passage.kind, html))
    return tuple(found)


def shown(text: str) -> str:
    """A text as HTML that is safe whoever wrote it, with its marks tinted."""
    return "".join(block.html for block in blocks(text))


def _signed(text: str) -> str:
    """A text with single signs where its marks begin and end."""
    text = re.sub(_SIGNS, "\ufffd", text)
    cuts: list[tuple[int, int, str, str]] = []
    for mark in marks(text):
        lines_in_it = text[mark.start : mark.inside].count("\n")
        cuts.append((mark.start, mark.inside, "\n" * lines_in_it, _OPEN[mark.kind]))
        cuts.append((mark.inside_end, mark.end, "", _CLOSE))
    made: list[str] = []
    at, fresh = 0, True
    for start, end, kept, sign in sorted(cuts):
        piece = text[at:start] + kept
        made.append(piece)
        _, ends_a_line, last = piece.rpartition("\n")
        fresh = not last.strip() and (fresh or bool(ends_a_line))
        at = end
        # Signs at the beginning of a line would keep Markdown from seeing what kind of block it is.
        if sign != _CLOSE and fresh and (leading := _LEADING.match(text, at)):
            made.append(leading[0])
            at = leading.end()
        made.append(sign)
    made.append(text[at:])
    return "".join(made)


def _lowered(found: re.Match[str]) -> str:
    return f"<{found[1]}h{int(found[2]) + _LOWER}>"


def _tinted(html: str, open_marks: list[str]) -> str:
    """HTML with a span around each run of marked words. `open_marks` goes on from block to block."""
    return "".join(_runs(html, open_marks))


def _runs(html: str, open_marks: list[str]) -> Iterator[str]:
    for part in _TAG.split(html):
        if part.startswith("<"):
            yield part
            continue
        for run in re.split(f"({_SIGNS})", part):
            if run == _CLOSE:
                if open_marks:
                    open_marks.pop()
            elif len(run) == 1 and run in _OPEN.values():
                open_marks.append(_KINDS[ord(run) - 0xE000])
            elif run.strip() and open_marks:
                yield f'<span class="tint {open_marks[-1]}">{run}</span>'
            else:
                yield run
