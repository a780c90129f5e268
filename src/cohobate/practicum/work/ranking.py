"""Which of a work's openings people prefer, from what they chose of two at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cohobate.fidelity.preferences import Comparison, Preferences, preferences
from cohobate.practicum.work.openings import Chosen, Opening, standing


def ranking(openings: Mapping[str, Opening], chosen: Sequence[Chosen]) -> Preferences:
    """What people prefer of those that stand. What the writer of one of the two chose does not count."""
    there = {one.id: one for one in standing(openings)}
    counted = [
        Comparison(one.by, one.left, one.right, {"left": one.left, "right": one.right}.get(one.better))
        for one in chosen
        if one.left in there and one.right in there and one.by not in (there[one.left].by, there[one.right].by)
    ]
    return preferences(counted, list(there))
