"""How concrete a text's words are on average, by a list of ratings that the writer has: a figure for the background.

No such list ships with Cohobate, since none may be passed on with free software as it is. Whoever has one can name it.
Averages of ratings do not even put a story, a claim, a generalisation and a formula in order, so nothing follows from
them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from cohobate.errors import WrongUse
from cohobate.practicum.prose.marks import Marked, words_in

WORD: Final = ("word", "words")
RATING: Final = ("rating", "concreteness", "conc.m", "conc_m", "mean")
"""What the two columns may be called, in any case."""

FEWEST: Final = 100
"""Rated words below which there are too few to speak of: an average then goes by a handful of them."""


@dataclass(frozen=True, slots=True)
class Concreteness:
    """The mean rating of the words of running text."""

    mean: float | None
    """On the scale of the list; None if there are too few."""
    rated: int
    """How many words the list has, each as often as it occurs."""
    words: int
    """Of how many."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    def __str__(self) -> str:
        rated = f"{self.rated:,} of {self.words:,} words rated"
        return f"too few ({rated})" if self.mean is None else f"{self.mean:.2f} ({rated})"


def read_norms(text: str) -> dict[str, float]:
    """The ratings in a table with one line a word, separated by commas, semicolons or tabs, with a heading.

    Columns other than the word's and the rating's are passed over, and so are lines of several words. Raises WrongUse
    for a table without these two, and for a rating that is no number, with its line.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    heading = lines[0] if lines else ""
    separator = max("\t;,", key=heading.count)
    rows = csv.reader(lines, delimiter=separator)
    names = [name.strip().lower() for name in next(rows, [])]
    places = [next((names.index(one) for one in known if one in names), None) for known in (WORD, RATING)]
    word, rating = places
    if word is None or rating is None:
        raise WrongUse(
            f"the list of ratings has the columns {', '.join(names) or 'none at all'}: it needs 'word' and 'rating'; "
            "name two columns so, in its first line"
        )
    found: dict[str, float] = {}
    for row in rows:
        if len(row) <= max(word, rating) or " " in row[word].strip():
            continue
        try:
            found[row[word].strip().lower()] = float(row[rating])
        except ValueError:
            raise WrongUse(
                f"line {rows.line_num} of the list of ratings: '{row[rating]}' is no number; write one such as 4.2"
            ) from None
    return found


def concreteness_of(marked: Marked, norms: Mapping[str, float]) -> Concreteness:
    """The mean rating of a draft's running text, headings, code and marks left out, as for the other figures."""
    ratings, words = [], 0
    for block in marked.draft.paragraphs:
        if block.kind == "text":
            for found in words_in(marked.visible[block.start : block.end]):
                words += 1
                if (rating := norms.get(found.group().lower())) is not None:
                    ratings.append(rating)
    mean = round(sum(ratings) / len(ratings), 2) if len(ratings) >= FEWEST else None
    return Concreteness(mean, len(ratings), words)
