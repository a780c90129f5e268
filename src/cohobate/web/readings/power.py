"""What a plan could find, worked out before anybody comes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cohobate.errors import WrongUse
from cohobate.practicum.reader_test import DISTILLATION, NO_TEXT, Design
from cohobate.practicum.reader_test.power import plan
from cohobate.practicum.reading.trial import Trial


def items_an_arm(design: Design) -> int:
    """Items that a reader answers in the arm of the distillation, or without a text where that is fewer: the least
    among all readers."""
    return min(
        sum(len(period.items) for period in sequence.periods if period.arm == arm)
        for sequence in design.sequences()
        for arm in (NO_TEXT, DISTILLATION)
    )


FORESEEN = 12
"""Readers that are presumed before there is a plan."""


@lru_cache(maxsize=256)
def _usual(items: int) -> float:
    return plan(FORESEEN, items, effect=0.2).power


def foreseen(trial: Trial) -> dict[str, Any]:
    """What a test with these items would find with a usual number of readers, before the items are registered and
    nothing can be added any more; nothing where that cannot be said."""
    try:
        items = items_an_arm(trial.designed(0, True))
        return {"readers": FORESEEN, "items": items, "power": _usual(items)}
    except WrongUse:
        return {}


def power_of(design: Design, readers: int, baseline: float, effect: float) -> dict[str, Any]:
    """The power of a plan and the model that it presumes, as JSON values. Raises WrongUse for what no test can be."""
    return plan(readers, items_an_arm(design), effect, baseline=baseline).to_dict()
