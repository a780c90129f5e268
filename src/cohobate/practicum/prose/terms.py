"""Terms: used before they are defined, defined and not used, defined twice, marked and never defined.

A term's use is its words in running text, whole words, in any case, singular or with a plural ending. Headings do not
count, as they may well name what is explained below them; nor do code, addresses and the definitions themselves. Where
two terms begin at the same word, the longer is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cohobate.practicum.prose.marks import LONGEST_TERM, Mark, Marked, words_in

_SIBILANT = re.compile(r"(?:ss|x|ch|sh)es$")
_ODD = {
    "analyses": "analysis",
    "axes": "axis",
    "biases": "bias",
    "caches": "cache",
    "cookies": "cookie",
    "criteria": "criterion",
    "hypotheses": "hypothesis",
    "indices": "index",
    "matrices": "matrix",
    "movies": "movie",
    "phenomena": "phenomenon",
    "syntheses": "synthesis",
    "theses": "thesis",
    "vertices": "vertex",
}
"""Words of research writing whose plural follows none of the rules."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermFound:
    """One thing about a term, at its place."""

    start: int
    sentence: str


def key_of(term: str) -> Key:
    """The words of a term as they are compared: without case and plural endings. Empty if it has no words."""
    return tuple(singular(found.group()) for found in words_in(term))


def singular(word: str) -> str:
    """A word without case, possessive and plural endings, as far as a few rules and some odd words go."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    word = _ODD.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if _SIBILANT.search(word):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def about_terms(marked: Marked) -> Iterator[TermFound]:
    """What there is to say about the terms of a draft, in no particular order."""
    defined: dict[Key, Mark] = {}
    for mark in marked.marks:
        if mark.kind != "define" or not (key := _term(mark)):
            continue
        if key in defined:
            line = defined[key].line
            yield TermFound(mark.start, f"'{mark.words}' is defined in line {line} already; keep one of the two")
        else:
            defined[key] = mark
    for mark in marked.marks:
        if mark.kind == "term" and (key := _term(mark)) and key not in defined:
            yield TermFound(
                mark.start,
                f"'{mark.words}' is marked as a term and defined nowhere; mark its definition with {{define: …}}",
            )
    used = _first_uses(marked, defined)
    for key, mark in defined.items():
        first = used.get(key)
        if first is None:
            yield TermFound(
                mark.start, f"'{mark.words}' is defined here and used nowhere; use it, or do without the term"
            )
        elif first < mark.start:
            here = marked.draft.place(first)[0]
            where = "later in this line" if here == mark.line else f"in line {mark.line}"
            yield TermFound(
                first,
                f"'{mark.words}' is used here and defined only {where}; define it here, or say it in other words until "
                "then",
            )


def _term(mark: Mark) -> Key:
    """The key of a mark that holds a term; empty if it holds none, or a whole sentence, which is told as a slip."""
    key = key_of(mark.words)
    return key if len(key) <= LONGEST_TERM else ()


def _first_uses(marked: Marked, defined: dict[Key, Mark]) -> dict[Key, int]:
    """Where each of these terms is used first, outside of definitions."""
    lengths: dict[str, list[int]] = {}
    for key in defined:
        sizes = lengths.setdefault(key[0], [])
        if len(key) not in sizes:
            sizes.append(len(key))
            sizes.sort(reverse=True)
    definitions = [(mark.start, mark.end) for mark in marked.marks if mark.kind == "define"]
    visible = marked.visible
    uses: dict[Key, int] = {}
    if not lengths:
        return uses
    d = 0
    for block in marked.draft.paragraphs:
        if block.kind != "text":
            continue
        words = [(found.start(), singular(found.group())) for found in words_in(visible[block.start : block.end])]
        i = 0
        while i < len(words):
            start = block.start + words[i][0]
            while d < len(definitions) and definitions[d][1] <= start:
                d += 1
            step = 1
            if not (d < len(definitions) and definitions[d][0] <= start):
                for size in lengths.get(words[i][1], ()):
                    key = tuple(word for _, word in words[i : i + size])
                    if key in defined:
                        uses.setdefault(key, start)
                        step = size
                        break
            i += step
    return uses
