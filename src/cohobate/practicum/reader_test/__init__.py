"""Reader tests: whether a text helps those who read it, by how much, and how sure that is.

`design` says who answers what, in which arm and in which order.
"""

from cohobate.fidelity.crossover import ARMS, DISTILLATION, NO_TEXT, SOURCE
from cohobate.practicum.reader_test.design import (
    KINDS,
    Design,
    Item,
    Passage,
    Period,
    Sequence,
)

__all__ = [
    "ARMS",
    "DISTILLATION",
    "KINDS",
    "NO_TEXT",
    "SOURCE",
    "Design",
    "Item",
    "Passage",
    "Period",
    "Sequence",
]
