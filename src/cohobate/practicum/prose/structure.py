"""A draft as a tree: the document, its sections by the level of their headings, and the paragraphs that stand in them.

Blocks are found by a Markdown parser, which knows lines only. All places here are offsets into the whole text, counted
in characters from 0, so that what is found can be shown where it stands. Time grows with the length of the text; one
that would take very long (`cohobate.markdown`) has no sections, and its paragraphs are what blank lines part.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from markdown_it import MarkdownIt

from cohobate import frontmatter
from cohobate.markdown import TooMuch, counting, parse

# Inline rules cost most of a parser's time and give no offsets, so what hides marks within a line is found below.
_PARSER = MarkdownIt("commonmark").enable("table")
_PARSER.core.ruler.enableOnly(["normalize", "block"])
_PARSER.block.ruler.disable(["reference"])
counting(_PARSER)

HIDDEN = "\ufffc"
"""What stands for a hidden character: neither a letter nor a space."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_HIDING = re.compile(
    r"\\[^\w\s]"  # an escaped sign
    r"|`+"
    r"|<!--"
    r"|</?[A-Za-z][^<>]*>"  # a tag, or a link in angle brackets
    r"|\]\((?:[^()\[\]\s]|\([^()\[\]\s]*\))*"  # where a link leads
    r"|https?://[^\s<>{})\]]+"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all that follows until the next of its level or a higher one; the first is the document."""

    level: int
    """1 to 6, and 0 for the document."""
    title: str
    line: int
    """Of the heading, counted from 1."""
    above: int | None
    """The place of the section that encloses this one; None for the document."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block without blocks in it: a paragraph, a list item's text, a heading, a table, or a block of code."""

    start: int
    end: int
    section: int
    """The place of the innermost section; a heading stands in the section that it opens."""
    kind: str
    """"text", "heading", or "code", which also stands for blocks of HTML."""


@dataclass(frozen=True)
class Draft:
    """A draft and its tree."""

    text: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    """In their order; they do not overlap."""

    @cached_property
    def visible(self) -> str:
        """The text with `HIDDEN` for all in which nothing is meant as prose or as a mark: front matter, code, comments,
        tags, where links lead, and escaped signs. As long as the text, and with its line ends."""
        parts, done = [], 0
        for start, end in self._hidden():
            parts += [self.text[done:start], _blank(self.text[start:end])]
            done = end
        return "".join([*parts, self.text[done:]])

    def _hidden(self) -> Iterator[tuple[int, int]]:
        yield 0, _body(self.text)
        for block in self.paragraphs:
            if block.kind == "code":
                yield block.start, block.end
            else:
                yield from _hidden_within(self.text, block.start, block.end)

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self.text)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    @cached_property
    def _ends(self) -> list[int]:
        return [block.end for block in self.paragraphs]

    def paragraph_at(self, offset: int) -> int | None:
        """The place of the paragraph in which an offset stands, or else of the next one; None behind the last."""
        found = bisect_right(self._ends, offset)
        return found if found < len(self.paragraphs) else None


def read_draft(text: str, structure: str | None = None) -> Draft:
    """Takes a draft apart. Never raises: any text is Markdown.

    Blocks are those of `structure`, where it is given: the text with less in its lines, but with all of its lines.
    """
    begin = _body(text)
    starts = line_starts(text)
    first = bisect_right(starts, begin) - 1
    sections = [Section(0, "", 1, None)]
    paragraphs: list[Paragraph] = []
    here, in_table, heading = 0, False, False
    try:
        tokens = parse(_PARSER, (text if structure is None else structure)[begin:])
    except TooMuch:
        return Draft(text, tuple(sections), tuple(_parted(text, [begin, *starts[first + 1 :]])))
    for token in tokens:
        kind = token.type
        if kind == "heading_open" and token.level == 0:
            level = int(token.tag[1])
            while sections[here].level >= level:
                above = sections[here].above
                assert above is not None  # the document has level 0
                here = above
            heading = True
            assert token.map is not None
            sections.append(Section(level, "", first + token.map[0] + 1, here))
            here = len(sections) - 1
            continue
        if kind == "table_close":
            in_table = False
        if in_table or token.map is None:
            continue
        if kind == "inline" and heading:
            title = " ".join(token.content.split())
            old = sections[here]
            sections[here] = Section(old.level, title, old.line, old.above)
        of = {"inline": "heading" if heading else "text", "table_open": "text"}.get(kind)
        if kind in ("fence", "code_block", "html_block"):
            of = "code"
        if of is not None:
            start, end = (_start(starts, first + line, text) for line in token.map)
            paragraphs.append(Paragraph(max(start, begin), end, here, of))
        in_table = in_table or kind == "table_open"
        heading = False
    return Draft(text, tuple(sections), tuple(paragraphs))


def line_starts(text: str) -> list[int]:
    """The offset of the beginning of each line."""
    return [0, *(found.end() for found in _LINE_END.finditer(text))]


def _start(starts: list[int], line: int, text: str) -> int:
    return starts[line] if line < len(starts) else len(text)


def _parted(text: str, starts: list[int]) -> Iterator[Paragraph]:
    """What blank lines part, of the lines that begin there."""
    open_ = None
    for at, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if not text[at:end].strip():
            if open_ is not None:
                yield Paragraph(open_, at, 0, "text")
            open_ = None
        elif open_ is None:
            open_ = at
    if open_ is not None:
        yield Paragraph(open_, len(text), 0, "text")


def _body(text: str) -> int:
    """Where front matter ends; 0 without, and where something stands before it, as a draft may well have two rules."""
    found = frontmatter.read(text)
    return 0 if found.preamble.strip() else len(text) - len(found.body)


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", HIDDEN, text)


def _hidden_within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is hidden within the lines of a block, in order."""
    ticks: dict[int, list[int]] | None = None
    comment_ends = -1
    at = start
    while found := _HIDING.search(text, at, end):
        at = found.end()
        first = found.group()[0]
        if first == "`":
            if ticks is None:  # all runs of the block by their length, so that none is looked for twice
                ticks = {}
                for run in re.compile("`+").finditer(text, start, end):
                    ticks.setdefault(run.end() - run.start(), []).append(run.start())
            length = at - found.start()
            # A run behind a backslash begins one sign later, and is then shorter than the one it is in.
            later = ticks.get(length, [])
            place = bisect_right(later, found.start())
            if place == len(later):
                continue
            at = later[place] + length
        elif found.group() == "<!--":
            comment_ends = max(comment_ends, text.rfind("-->", start, end))
            if comment_ends < at:
                continue
            at = text.index("-->", at, end) + 3
        yield found.start(), at
