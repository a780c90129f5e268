"""What a plan could find, worked out before anybody comes."""

from __future__ import annotations

from typing import Any

from cohobate.practicum.reader_test import DISTILLATION, NO_TEXT, Design
from cohobate.practicum.reader_test.power import plan


def items_an_arm(design: Design) -> int:
    """Items that a reader answers in the arm of the distillation, or without a text where that is fewer: the least
    among all readers."""
    return min(
        sum(len(period.items) for period in sequence.periods if period.arm == arm)
        for sequence in design.sequences()
        for arm in (NO_TEXT, DISTILLATION)
    )


def power_of(design: Design, readers: int, baseline: float, effect: float) -> dict[str, Any]:
    """The power of a plan and the model that it presumes, as JSON values. Raises WrongUse for what no test can be."""
    return plan(readers, items_an_arm(design), effect, baseline=baseline).to_dict()
