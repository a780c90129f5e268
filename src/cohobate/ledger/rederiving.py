"""Doing a ledger's arithmetic again: every interval and every bound, from the counts that it states.

A chain that holds shows that nothing was changed since it was written. This shows that what was written follows from
what was counted, by the rules of `cohobate.fidelity`; the counts themselves are taken at their word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cohobate.errors import WrongUse
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import INDUCED, Evidence
from cohobate.ledger.chain import Entry, Problem
from cohobate.ledger.comparing import same
from cohobate.ledger.iterations import certified, interval
from cohobate.ledger.reader_tests import READER_TEST, differing

ALLOWANCE = 1e-6
"""The same for what a confidence leaves to 1, as a share of it: that becomes very small in long runs."""

NEVER_FALL = (
    "step",
    "targets",
    "decisions_training",
    "acts_training",
    "decisions_audit",
    "acts_audit",
    "decisions_measuring",
    "acts_measuring",
)
"""Counts since the run began."""


def rederived(entries: Iterable[Entry]) -> list[Problem]:
    """A sentence for each figure of a ledger's iterations and reader tests that does not follow from its counts. Never
    raises.

    Entries of other kinds are passed over. A ledger whose intervals hold each by itself, as those of earlier versions,
    is checked for these.
    """
    problems: list[Problem] = []
    before: Mapping[str, Any] = {}
    for entry in entries:
        if entry.kind not in ("iteration", READER_TEST):
            continue
        try:
            if entry.kind == READER_TEST:
                sentences = list(differing(entry.data))
            else:
                sentences = [
                    *_in_order(entry.data, before),
                    *_intervals(entry.data, before),
                    *_bounds(entry.data, before),
                ]
                before = entry.data
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, WrongUse) as error:
            what = "a reader test's" if entry.kind == READER_TEST else "an iteration's"
            sentences = [f"the entry does not read as {what} ({error!r})"]
            before = before if entry.kind == READER_TEST else entry.data
        problems += [Problem(entry.index + 1, f"{sentence}; restore the ledger from a copy") for sentence in sentences]
    return problems


def _in_order(data: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    if data["iteration"] != before.get("iteration", 0) + 1:
        yield f"iteration {data['iteration']} follows iteration {before.get('iteration', 0)}"
    for name in NEVER_FALL:
        if data.get(name, 0) < before.get(name, 0):
            yield f"{name} falls from {before[name]} to {data.get(name, 0)}, and it never can"


def _intervals(data: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    measured, confidence = data["measurements"], None
    if "confidence_together" in data:
        claims = data["claims"]
        if len(measured) > claims or claims != before.get("claims", claims):
            yield f"{len(measured)} measurements share what was set aside for {claims}"
        confidence = Budget(1 - data["confidence_together"]).each(data["iteration"], claims)
    for one in measured:
        name = f"{one['what']}, {one['kind']}, level {one['level']}"
        if confidence is not None and not math.isclose(1 - one["confidence"], 1 - confidence, rel_tol=ALLOWANCE):
            yield f"{name}: the confidence is {one['confidence']}, and the error budget leaves {confidence}"
        again = interval(one["what"], one["agree"], one["asked"], confidence or one["confidence"])
        if not (same(one["low"], again.low) and same(one["high"], again.high)):
            yield (
                f"{name}: {one['agree']} of {one['asked']} have the interval {again.low:.6f} to {again.high:.6f}, not "
                f"{one['low']} to {one['high']}"
            )


def _bounds(data: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    together, found = data.get("confidence_together"), data.get("evidence")
    follows = {}
    if together is not None:
        yield from _error(data)
        if found is not None:
            evidence = Evidence.from_dict(found)
            yield from _evidence(evidence, data, before)
            follows = certified(evidence, data["measurements"], Budget(1 - together))
    for key in sorted({key for key in data if _is_bound(key)} | follows.keys()):
        if key not in follows:
            yield f"{key} is {data[key]}, and follows from nothing in the entry"
        elif not same(data.get(key), follows[key]):
            yield f"{key} is {data.get(key)}, and its counts make {follows[key]}"


def _error(data: Mapping[str, Any]) -> Iterator[str]:
    right = [(one["agree"], one["asked"]) for one in data["measurements"] if _whole(one, "accuracy_x_alone")]
    share = 1 - sum(agree for agree, _ in right) / sum(asked for _, asked in right)
    if not same(data["measured_error"], share):
        yield f"the measured error is {data['measured_error']}, and its counts make {share}"


def _evidence(evidence: Evidence, data: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
    if evidence.iteration != data["iteration"]:
        yield f"iteration {data['iteration']} has the evidence of iteration {evidence.iteration}"
    name = "consistency_drawn" if evidence.endless else "tree_of_imitator"
    told = {
        f"{one['kind']} {one['level']}": (one["asked"] - one["agree"], one["asked"])
        for one in data["measurements"]
        if one["what"] == name and one["level"] is not None
    }
    if told != evidence.answered:
        yield f"{name} and the evidence count X's answers differently"
    for sort, (total, squares) in evidence.nodes.items():
        if not sort.startswith(INDUCED) and total != squares:  # a tree has one root, and is overgrown or not
            yield f"of nodes of the sort '{sort}' a tree has one or none, and the evidence counts {total} and {squares}"
    if max(evidence.sent, evidence.situations) > data["decisions_audit"]:
        yield f"its bounds rest on more decisions than the {data['decisions_audit']} audits there were"
    if before.get("evidence"):
        earlier = Evidence.from_dict(before["evidence"])
        same_h = earlier.imitator == evidence.imitator
        if earlier.imitator > evidence.imitator or (same_h and earlier.places > evidence.places):
            yield "the evidence about H′ falls behind that of the iteration before"


def _is_bound(key: str) -> bool:
    """Whether an entry's key is one of those that `certified` gives."""
    name = key.removesuffix("_canonical")
    audits = ("decisions_tree_audit", "decisions_compounded", "decisions_step")
    return name.endswith(("_bound", "_estimate")) or name in audits or key == "certified"


def _whole(one: Mapping[str, Any], what: str) -> bool:
    return one["what"] == what and one["level"] is None
