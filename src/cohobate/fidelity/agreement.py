"""Counting agreement: once, or for every kind and level of question."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cohobate.errors import WrongUse
from cohobate.fidelity.intervals import Estimate, clopper_pearson


def estimate(same: ArrayLike, confidence: float = 0.95) -> Estimate:
    """The estimate from one yes or no per question, an array or sequence of booleans in any shape.

    The interval presumes that the questions were drawn independently. Questions about one shared context are not
    quite: then n overstates what was seen.
    """
    flags = _flags(same)
    return Estimate.of(int(flags.sum()), flags.size, confidence)


def by_kind_and_level(
    same: ArrayLike, kinds: ArrayLike, levels: ArrayLike, confidence: float = 0.95
) -> dict[tuple[Any, Any], Estimate]:
    """An estimate for every pair of kind and level that occurs, sorted by kind, then level.

    same:    a boolean for each question, in any shape
    kinds:   the kind of each question, names or numbers; levels: its level, whole numbers. Both broadcast to `same`.

    Each interval holds by itself with `confidence`; that all of them hold at once is less sure.
    """
    counts = counts_by_kind_and_level(same, kinds, levels)
    if not counts:
        return {}
    agree, asked = np.array(list(counts.values())).T
    low, high = clopper_pearson(agree, asked, confidence)
    return {
        name: Estimate(*pair, float(low[i]), float(high[i]), float(confidence))
        for i, (name, pair) in enumerate(counts.items())
    }


def counts_by_kind_and_level(
    same: ArrayLike, kinds: ArrayLike, levels: ArrayLike
) -> dict[tuple[Any, Any], tuple[int, int]]:
    """The same as bare counts: how often it was true, and out of how many."""
    flags = _flags(same)
    kinds_, levels_ = (np.broadcast_to(np.asarray(of), np.shape(same)).ravel() for of in (kinds, levels))
    kind_names, kind = np.unique(kinds_, return_inverse=True)
    level_names, level = np.unique(levels_, return_inverse=True)
    cell = kind * len(level_names) + level
    asked = np.bincount(cell, minlength=len(kind_names) * len(level_names))
    agree = np.bincount(cell[flags], minlength=len(asked))
    names = [(k, lv) for k in kind_names.tolist() for lv in level_names.tolist()]
    return {name: (int(agree[i]), int(asked[i])) for i, name in enumerate(names) if asked[i]}


def _flags(same: ArrayLike) -> np.ndarray[Any, np.dtype[np.bool_]]:
    flags = np.asarray(same)
    if flags.size == 0:
        return np.zeros(0, dtype=np.bool_)
    if flags.dtype != np.bool_:
        raise WrongUse(f"agreement given as {flags.dtype}: it needs a yes or no per question; compare answers first")
    return flags.ravel()
