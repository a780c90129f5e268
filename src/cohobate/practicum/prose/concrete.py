"""Concrete before abstract, as a law about marks.

A draft is a tree: the document, its sections by the level of their headings, and in each of them first its own
paragraphs, down to the next heading, and then the sections within it. A paragraph is what Markdown takes for one: also
a list item's text, a table, a heading, a block of code. A mark stands in the paragraph in which its first letter
stands, and a paragraph stands in the innermost section that holds it; a heading stands in the section that it opens.

**The law.** Each idea has an example before it. An example is *before* an idea if it has ended where the idea begins;
so one that is within the idea, or around it, does not count. It counts at the nearest of three levels:

- `paragraph`: it stands in the same paragraph;
- `section`: it stands among the own paragraphs of the same section;
- `document`: it stands among the own paragraphs of a section around that one, the document being the outermost.

Where none of the three has one, the law is broken. An example in a section beside this one, or within such a section,
does not count: it was given for something else. An idea that is `of` something is served only by an example `of` the
same or of nothing in particular; any example serves an idea that is `of` nothing. Names are the same if they are up to
case and a plural ending, as terms are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cohobate.practicum.prose.marks import Mark, Marked
from cohobate.practicum.prose.terms import key_of

_LETTER = re.compile(r"\S")

Level = Literal["paragraph", "section", "document"]

LEVELS: tuple[Level, ...] = ("paragraph", "section", "document")
"""From the nearest."""


@dataclass(frozen=True, slots=True)
class Found:
    """One idea, and what was found for it."""

    idea: Mark
    level: Level | None
    """At which level an example counts for it; None if none does."""
    lacking: Level | None
    """Without an example: "section" if one stands before it in another section or of something else, "document" if the
    whole text up to it has none. None if it has one."""
    heading: str
    """Of its section; "" for the document itself."""
    heading_line: int

    @property
    def sentence(self) -> str:
        """What to do about it; "" if nothing."""
        words = shown(self.idea)
        if self.lacking is None:
            return ""
        of = f" of {self.idea.of}" if self.idea.of else ""
        if self.lacking == "document":
            return f"{words} comes before anything concrete in the whole text; put an example{of} before it"
        where = f"under '{self.heading}' (line {self.heading_line})" if self.heading else "at the beginning"
        return (
            f"{words} has no example before it in its section, nor in one around it; put one{of} before it in this "
            f"paragraph or {where}"
        )


def concrete_before_abstract(marked: Marked) -> Iterator[Found]:
    """Each idea of a draft in its order, with the level at which it has an example. Takes one pass."""
    draft = marked.draft
    nothing: tuple[str, ...] = ()
    in_paragraph: dict[int | None, set[tuple[str, ...]]] = {}
    in_section: dict[int, set[tuple[str, ...]]] = {}
    any_before = False
    examples = sorted((mark for mark in marked.marks if mark.kind == "example"), key=lambda mark: mark.end)
    ended = 0

    def place(mark: Mark) -> tuple[int | None, int]:
        first = _LETTER.search(draft.text, mark.inside, mark.inside_end)
        found = draft.paragraph_at(first.start() if first else mark.inside)
        return found, 0 if found is None else draft.paragraphs[found].section

    for idea in marked.marks:
        if idea.kind != "idea":
            continue
        while ended < len(examples) and examples[ended].end <= idea.start:
            paragraph, section = place(examples[ended])
            name = key_of(examples[ended].of or "")
            in_paragraph.setdefault(paragraph, set()).add(name)
            in_section.setdefault(section, set()).add(name)
            any_before, ended = True, ended + 1
        name = key_of(idea.of or "")

        def serves(names: set[tuple[str, ...]] | None, name: tuple[str, ...] = name) -> bool:
            return bool(names) and (name == nothing or name in (names or ()) or nothing in (names or ()))

        paragraph, section = place(idea)
        level: Level | None = None
        if serves(in_paragraph.get(paragraph)):
            level = "paragraph"
        elif serves(in_section.get(section)):
            level = "section"
        else:
            around = draft.sections[section].above
            while around is not None and level is None:
                if serves(in_section.get(around)):
                    level = "document"
                around = draft.sections[around].above
        lacking: Level | None = None if level else "section" if any_before else "document"
        here = draft.sections[section]
        yield Found(idea, level, lacking, here.title, here.line)


def shown(mark: Mark, most: int = 6) -> str:
    """The first words of a mark, in quotation marks."""
    words = mark.words.split()
    return f"'{' '.join(words[:most])}{'…' if len(words) > most else ''}'"
