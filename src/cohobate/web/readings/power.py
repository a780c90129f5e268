"""What a plan could find, worked out before anybody comes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cohobate.errors import WrongUse
from cohobate.practicum.reader_test import Design, DesignedPlan, planned
from cohobate.practicum.reading.trial import Trial

FORESEEN = 12
"""Readers that are presumed before there is a plan."""


@lru_cache(maxsize=256)
def _usual(design: Design) -> DesignedPlan:
    return planned(design, FORESEEN, effect=0.2)


def foreseen(trial: Trial) -> dict[str, Any]:
    """What a test with these items would find with a usual number of readers, before the items are registered and
    nothing can be added any more; nothing where that cannot be said."""
    try:
        return {"readers": FORESEEN, "power": _usual(trial.designed(0, True)).power}
    except WrongUse:
        return {}


def power_of(design: Design, readers: int, baseline: float, effect: float) -> dict[str, Any]:
    """The power of a plan and the model that it presumes, as JSON values. Raises WrongUse for what no test can be."""
    return planned(design, readers, effect, baseline=baseline).to_dict()
