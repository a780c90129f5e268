"""Figures for the background: counts, one readability formula, and how long a reader takes. None is advice.

They say how a text is made, not whether it is understood. How concrete its words are is in `norms`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from cohobate.practicum.prose.marks import Marked, read_marks, words_in

WORDS_A_MINUTE = 238
"""How fast adults read English prose that is no fiction, silently, on average over 190 studies: M. Brysbaert, "How many
words do we read per minute?", Journal of Memory and Language 109 (2019)."""

ENOUGH = 100
"""Words below which the readability formula, made for samples of a hundred, is not worked out."""

_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[A-Z]|e\.g|i\.e|cf|vs|etc|Dr|Mr|Mrs|Ms|Prof|St|No|Fig|Eq|approx)$")
# A run of full stops is tried once, at its first.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[)\]}\"'”’»*_]*+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of running text: headings, code, addresses and marks are left out."""

    words: int
    sentences: int
    """By full stops and the like; a paragraph, a list item or a table ends one too."""
    words_a_sentence: float | None
    """None without words."""
    grade: float | None
    """The Coleman–Liau index, about the school year in the United States for which a text is: 0.0588 L − 0.296 S − 15.8
    with L letters and S sentences on a hundred words (Journal of Applied Psychology 60, 1975). None below 100 words."""
    minutes: float
    """To read it, at 238 words a minute."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"note": NOTE, **asdict(self)}


NOTE = "Background figures. They say how a text is made, not whether it is understood; none is advice."


def count_words(text: str) -> int:
    """How many words a draft has, wherever that is said: those of its running text, as in its figures."""
    return figures_of(read_marks(text)).words


def figures_of(marked: Marked) -> Figures:
    """The figures of a draft."""
    words = letters = sentences = 0
    for block in marked.draft.paragraphs:
        if block.kind != "text":
            continue
        text = marked.visible[block.start : block.end]
        here = [found.group() for found in words_in(text)]
        if not here:
            continue
        words += len(here)
        letters += sum(map(len, here))
        sentences += len(sentences_in(text))
    if not words:
        return Figures(0, 0, None, None, 0.0)
    grade = 0.0588 * 100 * letters / words - 0.296 * 100 * sentences / words - 15.8
    return Figures(
        words,
        sentences,
        round(words / sentences, 1),
        round(grade, 1) if words >= ENOUGH else None,
        round(words / WORDS_A_MINUTE, 1),
    )


def sentences_in(text: str) -> list[str]:
    """The sentences of one paragraph, by the signs that end one; what has no word is none."""
    found, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        if end.group() == "." and _ABBREVIATED.search(text[max(start, end.start() - 8) : end.start()]):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [one for one in found if any(words_in(one))]
