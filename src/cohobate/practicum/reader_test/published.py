"""Published answers whose readers are not told apart: what each text preserves of its original, over articles.

Six columns: article, paragraph, text (which version was read; "Original" is the original), question, correct,
unanswered. Who answered what is unknown, so nothing can be said over readers: articles are drawn anew instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cohobate.errors import WrongUse
from cohobate.fidelity.resampling import ratio_over_groups, share_over_groups
from cohobate.frontmatter import Mistake
from cohobate.practicum.reader_test.table import columns_of, rows_of

PUBLISHED_COLUMNS: Final = ("article", "paragraph", "text", "question", "correct", "unanswered")

ORIGINAL: Final = "Original"

FEWEST_ARTICLES: Final = 10
"""Below this many articles an interval over articles is too narrow by more than a little, and is not given."""


@dataclass(frozen=True, slots=True)
class Version:
    """What readers of one version of the texts answered."""

    text: str
    answers: int
    articles: int
    correct: int
    unanswered: int
    accuracy: tuple[float, float, float]
    """Share right, and its interval."""
    ratio: tuple[float, float, float] | None
    """To the original's share, and its interval; None for the original, and where there is none."""

    @property
    def too_few(self) -> bool:
        """Whether there are fewer than `FEWEST_ARTICLES` articles."""
        return self.articles < FEWEST_ARTICLES

    def to_dict(self) -> dict[str, Any]:
        """JSON values; null for what is no finite number."""

        def ends(three: tuple[float, float, float] | None) -> dict[str, Any] | None:
            names = ("value", "low", "high")
            return three and {name: one if math.isfinite(one) else None for name, one in zip(names, three, strict=True)}

        return {
            "text": self.text,
            "answers": self.answers,
            "articles": self.articles,
            "correct": self.correct,
            "unanswered": self.unanswered,
            "unanswered_share": self.unanswered / self.answers,
            "accuracy": ends(self.accuracy),
            "ratio": ends(self.ratio),
            "too_few": self.too_few,
        }


def is_published(text: str) -> bool:
    """Whether a file's first line names the six columns, and no readers."""
    names = columns_of(text)
    return {"article", "text", "question"} <= names and "reader" not in names


def read_published(text: str) -> tuple[tuple[Mapping[str, str], ...], tuple[Mistake, ...]]:
    """The rows of such a file, or every mistake with its line."""
    rows, found = rows_of(text, PUBLISHED_COLUMNS)
    mistakes = list(found)
    for row in rows:
        cells = row.cells
        for name in ("article", "text"):
            if not cells[name]:
                mistakes.append(Mistake(row.line, f"the {name} is empty: answers are compared by it; name it"))
        for name in ("correct", "unanswered"):
            if cells[name] not in ("0", "1"):
                mistakes.append(Mistake(row.line, f"{name} '{cells[name]}': it is 1 or 0; write one of them"))
        if cells["correct"] == cells["unanswered"] == "1":
            mistakes.append(
                Mistake(row.line, "correct and unanswered are both 1: what was not answered is not right; correct one")
            )
    if mistakes:
        return (), tuple(sorted(mistakes, key=lambda one: one.line))
    return tuple(row.cells for row in rows), ()


def versions(
    rows: tuple[Mapping[str, str], ...], resamples: int = 10_000, seed: int = 0, confidence: float = 0.95
) -> tuple[Version, ...]:
    """What each version of the texts preserves: the original first, then the best first.

    resamples, seed:  how often the articles are drawn anew, and from which seed
    """
    if not rows:
        raise WrongUse("there are no answers to analyse; add them")
    articles = sorted({row["article"] for row in rows})
    place = {name: number for number, name in enumerate(articles)}
    texts = sorted({row["text"] for row in rows})
    right = np.zeros((len(texts), len(articles)))
    asked, left = np.zeros_like(right), np.zeros_like(right)
    for row in rows:
        cell = texts.index(row["text"]), place[row["article"]]
        asked[cell] += 1
        right[cell] += row["correct"] == "1"
        left[cell] += row["unanswered"] == "1"
    original = texts.index(ORIGINAL) if ORIGINAL in texts else None
    found = []
    for number, text in enumerate(texts):
        mine = right[number], asked[number]
        ratio = None
        if original is not None and number != original:
            ratio = ratio_over_groups(mine, (right[original], asked[original]), resamples, seed, confidence)
        found.append(
            Version(
                text,
                int(asked[number].sum()),
                int((asked[number] > 0).sum()),
                int(right[number].sum()),
                int(left[number].sum()),
                share_over_groups(mine, resamples, seed, confidence),
                ratio,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.text != ORIGINAL, -one.accuracy[0], one.text)))
