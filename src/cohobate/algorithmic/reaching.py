"""When a run is said to have come to an accuracy: at the first of two looks in a row that find it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def first_of_two(shares: Sequence[float | None], least: float) -> int | None:
    """The place of the first of two shares in a row that are at least `least`; None if there are none."""
    there = [share is not None and share >= least for share in shares]
    return next((i for i, both in enumerate(pairwise(there)) if all(both)), None)
