"""The writer's marks: `{example: …}` and its like, which say what a passage is, and are not published.

    {example: On Tuesday the pump at Elm Street stood still.} {idea: Parts that share a shaft fail together.}

A mark is a brace, one of five words, a colon, and ends at the brace that closes it. It may hold a few words, sentences,
or several paragraphs, other marks and other braces. `{example of shared failure: …}` also says what of. Text without a
mark is neither one thing nor another. Within code, comments and addresses braces are text, and so is `\\{`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from cohobate.practicum.prose.structure import Draft, read_draft

KINDS: Mapping[str, str] = {
    "example": "something that one could see, hear or hold: a case",
    "idea": "an abstract statement",
    "term": "a word that needs a definition, where it is used",
    "define": "a word, where it is defined",
    "why": "why it matters, and to whom",
}
"""The words that begin a mark, and what each says of its passage."""

LONGEST_TERM = 8
"""Words of a term at most."""

SHOWN = 100
"""Letters of a mark's words that are kept."""

_BRACE = re.compile(
    r"\{(?P<kind>[A-Za-z]{3,20})(?:[ \t]+of[ \t]+(?P<of>[^{}:\r\n]{1,100}))?:(?P<space>[ \t]*)|[{}]",
)
_BEGINS = re.compile(rf"\{{(?:{'|'.join(KINDS)})\b", re.IGNORECASE)
"""What every mark begins with; a text without it is not looked at further."""
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked passage. Offsets count characters from 0, lines and columns from 1."""

    kind: str
    """One of `KINDS`."""
    of: str | None
    """What it is an example of, or an idea about; None if that is not said."""
    start: int
    """Of the opening brace."""
    inside: int
    """Where its words begin."""
    inside_end: int
    end: int
    """Behind the closing brace."""
    line: int
    column: int
    words: str
    """What it holds, in one line and without other marks; of more than 100 letters the first 100."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {name: getattr(self, name) for name in Mark.__slots__}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch for an editor to colour. Spans may lie within each other; they come in order of their beginnings."""

    start: int
    end: int
    kind: str
    """One of `KINDS`."""
    part: str
    """"mark" for what will vanish, "words" for what it holds."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a mark, as one sentence with its remedy."""

    start: int
    sentence: str


@dataclass(frozen=True)
class Marked:
    """A draft with its marks."""

    draft: Draft
    """Its blocks are those of the text without marks."""
    marks: tuple[Mark, ...]
    """In the order of their beginnings."""
    slips: tuple[Slip, ...]
    vanishing: tuple[tuple[int, int], ...]
    """What is not published, within lines."""

    @cached_property
    def visible(self) -> str:
        """The draft's visible text, with spaces for the marks' own signs too."""
        return cut(self.draft.visible, self.vanishing, " ")


def marks(text: str) -> tuple[Mark, ...]:
    """The marks of a draft, in the order of their beginnings. Never raises: what is no whole mark is text."""
    return read_marks(text).marks if _BEGINS.search(text) else ()


def without_marks(text: str) -> str:
    """The draft as it is published: its marks are gone, and what they held stays, to the last letter.

    A line on which nothing but marks stood goes too, unless it is all that keeps two paragraphs apart. A mark that is
    not whole stays, as nobody can know what it was to be.
    """
    if not _BEGINS.search(text):
        return text
    kept: list[str] = []
    was_blank = True
    lines = [line for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) if line]
    found = read_marks(text).vanishing
    at, next_one = 0, 0
    for i, line in enumerate(lines):
        end = at + len(line)
        parts, done, touched = [], at, False
        while next_one < len(found) and found[next_one][0] < end:
            parts.append(text[done : found[next_one][0]])
            done, touched, next_one = found[next_one][1], True, next_one + 1
        rest = "".join([*parts, text[done:end]])
        at = end
        if touched and not rest.strip():
            follows_blank = i + 1 == len(lines) or not lines[i + 1].strip()
            if was_blank or follows_blank:
                continue
            rest = rest.lstrip(" \t")
        kept.append(rest)
        was_blank = not rest.strip()
    return "".join(kept)


def spans(text: str) -> tuple[Span, ...]:
    """What an editor colours: of each mark its opening, its words and its closing, by offsets from 0."""
    found = []
    for mark in marks(text):
        found.append(Span(mark.start, mark.inside, mark.kind, "mark"))
        found.append(Span(mark.inside, mark.inside_end, mark.kind, "words"))
        found.append(Span(mark.inside_end, mark.end, mark.kind, "mark"))
    return tuple(sorted(found, key=lambda span: (span.start, -span.end)))


def read_marks(text: str) -> Marked:
    """A draft with its marks and with what is wrong with them."""
    draft = read_draft(text)
    whole, slips = _pairs(draft.visible)
    vanishing = sorted(stretch for opening, closing in whole for stretch in _signs(text, opening, closing))
    if whole:
        # Marks at the beginning of a line would keep a parser from seeing lists, quotations and code behind them.
        draft = read_draft(text, cut(text, vanishing))
    bare = cut(text, vanishing, " ")
    found = []
    for opening, closing in whole:
        line, column = draft.place(opening.start())
        words = " ".join(bare[opening.end() : min(closing, opening.end() + 4 * SHOWN)].split())
        of = " ".join(opening["of"].split()) if opening["of"] else None
        start, inside = opening.span()
        mark = Mark(
            opening["kind"].lower(), of or None, start, inside, closing, closing + 1, line, column, words[:SHOWN]
        )
        found.append(mark)
        if sentence := _wrong_within(mark):
            slips.append(Slip(start, sentence))
    return Marked(draft, tuple(found), tuple(sorted(slips, key=lambda slip: slip.start)), tuple(vanishing))


def _pairs(visible: str) -> tuple[list[tuple[re.Match[str], int]], list[Slip]]:
    """The marks as their openings with the places of their closings, in order, and what is no pair."""
    whole: list[tuple[re.Match[str], int]] = []
    slips: list[Slip] = []
    open_: list[re.Match[str]] = []
    for brace in _BRACE.finditer(visible):
        if brace.group() != "}":
            open_.append(brace)
            if brace["kind"] and not _is_mark(brace) and _looks_like_one(visible, brace):
                slips.append(Slip(brace.start(), _unknown(brace["kind"])))
        elif not open_:
            slips.append(Slip(brace.start(), "this } closes nothing; remove it, or write \\} if it is meant as a sign"))
        elif _is_mark(opening := open_.pop()):
            whole.append((opening, brace.start()))
    slips += [
        Slip(one.start(), f"'{{{one['kind']}:' is not closed; put a }} behind the last word that belongs to it")
        for one in open_
        if _is_mark(one)
    ]
    return sorted(whole, key=lambda one: one[0].start()), slips


def words_in(text: str) -> Iterator[re.Match[str]]:
    """The words of a visible text."""
    return _WORD.finditer(text)


def cut(text: str, stretches: Iterable[tuple[int, int]], filler: str = "") -> str:
    """A text without these stretches, or with as many fillers."""
    parts, done = [], 0
    for start, end in stretches:
        parts += [text[done:start], filler * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def _is_mark(brace: re.Match[str]) -> bool:
    return brace["kind"] is not None and brace["kind"].lower() in KINDS


def _looks_like_one(visible: str, brace: re.Match[str]) -> bool:
    """Behind the colon of a mark there is a space or nothing; {name:value} is no try at one."""
    return brace["space"] != "" or visible[brace.end() : brace.end() + 1] in ("", "\n", "\r")


def _unknown(word: str) -> str:
    near = get_close_matches(word.lower(), KINDS, 1, 0.6)
    meant = f"write {{{near[0]}:" if near else f"marks are {', '.join(KINDS)}"
    return f"'{{{word}:' is no mark; {meant}, or \\{{ if it is meant as text"


def _signs(text: str, opening: re.Match[str], closing: int) -> Iterator[tuple[int, int]]:
    """What vanishes of a mark: its opening with the spaces behind it, its closing with those before it."""
    yield opening.span()
    before = closing
    while before > opening.end() and text[before - 1] in " \t":
        before -= 1
    yield before, closing + 1


def _wrong_within(mark: Mark) -> str | None:
    if not mark.words:
        return f"'{{{mark.kind}:' marks nothing; put words into it, or remove it"
    is_long = len(mark.words.split()) > LONGEST_TERM or mark.inside_end - mark.inside > 2 * SHOWN
    if mark.kind in ("term", "define") and is_long:
        return f"'{{{mark.kind}:' holds a sentence; mark only the term itself, of at most {LONGEST_TERM} words"
    return None
