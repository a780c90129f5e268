"""Checks of a draft in Markdown: advice that never blocks, from the writer's own light marks.

    report = check(draft)
    for one in report.advice:
        print(one.line, one.sentence)

What is advised follows from what the writer has marked (`marks`), by laws that are stated where they are checked
(`concrete`, `terms`, `opening`). Everything else is a figure for the background.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cohobate.practicum.prose.concrete import LEVELS, concrete_before_abstract
from cohobate.practicum.prose.figures import Figures, count_words, figures_of
from cohobate.practicum.prose.marks import KINDS, Mark, Span, marks, read_marks, spans, without_marks
from cohobate.practicum.prose.norms import Concreteness, concreteness_of, read_norms
from cohobate.practicum.prose.opening import about_the_opening
from cohobate.practicum.prose.terms import about_terms

__all__ = [
    "KINDS",
    "LEVELS",
    "MOST",
    "Advice",
    "Concreteness",
    "Figures",
    "Mark",
    "Report",
    "Span",
    "check",
    "count_words",
    "marks",
    "read_norms",
    "spans",
    "without_marks",
]


MOST = 500
"""Pieces of advice on one draft; with more than that, the last one says how many are left out."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence for the writer, who is free not to follow it."""

    kind: str
    """"mark" for a mark that is not whole, "example" for an idea without one, "term", or "opening"."""
    line: int
    column: int
    """Both counted from 1."""
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Report:
    """All that can be said of a draft."""

    advice: tuple[Advice, ...]
    """In the order of the text."""
    ideas: Mapping[str, int]
    """How many ideas have their example at each level (`LEVELS`), and how many at "none"."""
    figures: Figures
    """For the background, and never a reason for anything."""
    marks: tuple[Mark, ...]
    concreteness: Concreteness | None = None
    """For the background, too; None without a list of ratings."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "advice": [
                {"kind": one.kind, "line": one.line, "column": one.column, "sentence": one.sentence}
                for one in self.advice
            ],
            "ideas": dict(self.ideas),
            "figures": self.figures.to_dict()
            | {"concreteness": self.concreteness.to_dict() if self.concreteness else None},
            "marks": [one.to_dict() for one in self.marks],
        }


def check(text: str, norms: Mapping[str, float] | None = None) -> Report:
    """Looks at a draft, with or without front matter. Never raises, and takes time in proportion to its length.

    norms:  how concrete words are, by lower-case word, if there is such a list; see `read_norms`
    """
    marked = read_marks(text)
    found: list[tuple[int, str, str]] = [(slip.start, "mark", slip.sentence) for slip in marked.slips]
    ideas = dict.fromkeys((*LEVELS, "none"), 0)
    for one in concrete_before_abstract(marked):
        ideas[one.level or "none"] += 1
        if one.sentence:
            found.append((one.idea.start, "example", one.sentence))
    found += [(one.start, "term", one.sentence) for one in about_terms(marked)]
    found += [(start, "opening", sentence) for start, sentence in about_the_opening(marked)]
    found.sort(key=lambda one: one[0])
    if len(found) > MOST:
        start, kind, _ = found[MOST - 1]
        found[MOST - 1 :] = [
            (start, kind, f"from here on {len(found) - MOST + 1:,} more could be said; see to these first")
        ]
    advice = (Advice(kind, *marked.draft.place(start), sentence) for start, kind, sentence in found)
    concrete = None if norms is None else concreteness_of(marked, norms)
    return Report(tuple(advice), ideas, figures_of(marked), marked.marks, concrete)
