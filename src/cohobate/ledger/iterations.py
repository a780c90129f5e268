"""What an iteration's entry holds: measurements with intervals that hold together, and the bounds that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cohobate.fidelity.agreement import counts_by_kind_and_level
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import OVERGROWN, Evidence, certificate, parts_of
from cohobate.fidelity.intervals import Estimate, Ints
from cohobate.fidelity.sequences import confidence_sequence

Flags = NDArray[np.bool_]

Count = tuple[str, str, int | None, int, int]
"""The thing counted, such as "distillation_preserves"; the kind of question; its level, None for all together; how
often it was true; out of how many."""

STOPPED_BY_WHAT_WAS_SEEN = (
    "imitation_drawn_canonical",
    "imitation_induced_canonical",
    "h_alike_under_fresh_names",
)
"""Audits by situations end when enough new ones have come up."""


def counted(what: str, true: Flags, names: Sequence[str], kinds: Ints, levels: Ints) -> list[Count]:
    """How often a thing was true `(R,)`, for each kind over all levels and then level by level, where there is any.

    names:          of the kinds
    kinds, levels:  of each of the R questions; a kind is a place in `names`
    """
    cells = counts_by_kind_and_level(true, kinds, levels)
    counts: list[Count] = []
    for kind, name in enumerate(names):
        here = [(what, name, level, *pair) for (of, level), pair in cells.items() if of == kind]
        counts += [whole(what, name, here), *here]
    return counts


def whole(what: str, kind: str, levels: Sequence[Count]) -> Count:
    """The count of a kind over all levels, from those of its levels."""
    return what, kind, None, sum(agree for *_, agree, _ in levels), sum(asked for *_, asked in levels)


def measurements(counts: Sequence[Count], claims: int, iteration: int, budget: Budget) -> list[dict[str, Any]]:
    """The measurements of an iteration's entry, with intervals that hold together: each with those of all other
    entries of the run.

    claims:  how many measurements an iteration may have, at least as many as there are. The allowance is shared among
             so many, and not among those that happen to occur: it must be shared out before anything is seen.
    """
    confidence = budget.each(iteration, claims)
    return [
        measurement(what, kind, level, interval(what, agree, asked, confidence))
        for what, kind, level, agree, asked in counts
    ]


def interval(what: str, agree: int, asked: int, confidence: float) -> Estimate:
    """The estimate of a thing counted, with its interval: for most things an exact one, and a confidence sequence where
    what was seen so far decides how many more are looked at."""
    if what not in STOPPED_BY_WHAT_WAS_SEEN:
        return Estimate.of(agree, asked, confidence)
    return Estimate(agree, asked, *confidence_sequence(agree, asked, confidence), confidence)


def measurement(what: str, kind: str, level: int | None, estimate: Estimate) -> dict[str, Any]:
    """One measurement of a ledger entry.

    what:   the thing measured, such as "distillation preserves"
    kind:   the kind of question; level: how hard, or None for all levels together
    """
    return {
        "what": what,
        "kind": kind,
        "level": level,
        "agree": estimate.agree,
        "asked": estimate.asked,
        "low": estimate.low,
        "high": estimate.high,
        "confidence": estimate.confidence,
    }


def certified(evidence: Evidence, measured: Sequence[Mapping[str, Any]], budget: Budget) -> dict[str, Any]:
    """What an iteration certifies: `certificate` on its evidence and its own measurements of single nodes."""
    found = {(one["what"], one["kind"], one["level"]): estimate_of(one) for one in measured}

    def at_nodes(step: str) -> dict[str, Estimate]:
        cells = {}
        for sort in evidence.nodes:
            if sort != OVERGROWN:
                where, kind, level = parts_of(sort)
                cells[sort] = (step.format(where), kind, level)
        return {sort: found[cell] for sort, cell in cells.items() if cell in found}

    consistent, imitated, canonical = map(at_nodes, ("consistency_{}", "imitation_{}", "imitation_{}_canonical"))
    return certificate(evidence, consistent, imitated, canonical, budget)


def estimate_of(measured: Mapping[str, Any]) -> Estimate:
    """The estimate that a measurement holds."""
    return Estimate(*(measured[key] for key in ("agree", "asked", "low", "high", "confidence")))
