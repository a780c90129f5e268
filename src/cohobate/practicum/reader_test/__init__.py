"""Reader tests: whether a text helps those who read it, by how much, and how sure that is.

`design` says who answers what, in which arm and in which order; `power` how likely a test is to show something, and
`designed` how likely the very test with that design;
`answers` reads what was answered, `outcome` says what came of it, and `picture` draws it. `published` reads answers
whose readers are not told apart.
"""

from cohobate.fidelity.crossover import ARMS, DISTILLATION, NO_TEXT, SOURCE
from cohobate.practicum.reader_test.answers import (
    COLUMNS,
    LONGEST,
    MORE_COLUMNS,
    Answer,
    Reading,
    crossover,
    items_of,
    read_answers,
)
from cohobate.practicum.reader_test.design import KINDS, Design, Item, Passage, Period, Sequence
from cohobate.practicum.reader_test.designed import DesignedPlan, planned
from cohobate.practicum.reader_test.outcome import PAGE, Outcome, analyse
from cohobate.practicum.reader_test.picture import outcome_svg
from cohobate.practicum.reader_test.power import ANSWERS, MOST, TESTS, USUAL, Plan, plan
from cohobate.practicum.reader_test.published import (
    FEWEST_ARTICLES,
    ORIGINAL,
    PUBLISHED_COLUMNS,
    Version,
    is_published,
    read_published,
    versions,
)
from cohobate.practicum.reader_test.saying import FRACTIONS, MARGIN, outwards, points, sentence

__all__ = [
    "ANSWERS",
    "ARMS",
    "COLUMNS",
    "DISTILLATION",
    "FEWEST_ARTICLES",
    "FRACTIONS",
    "KINDS",
    "LONGEST",
    "MARGIN",
    "MORE_COLUMNS",
    "MOST",
    "NO_TEXT",
    "ORIGINAL",
    "PAGE",
    "PUBLISHED_COLUMNS",
    "SOURCE",
    "TESTS",
    "USUAL",
    "Answer",
    "Design",
    "DesignedPlan",
    "Item",
    "Outcome",
    "Passage",
    "Period",
    "Plan",
    "Reading",
    "Sequence",
    "Version",
    "analyse",
    "crossover",
    "is_published",
    "items_of",
    "outcome_svg",
    "outwards",
    "plan",
    "planned",
    "points",
    "read_answers",
    "read_published",
    "sentence",
    "versions",
]
