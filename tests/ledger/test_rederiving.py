"""Doing a ledger's arithmetic again: what follows from its counts passes, and any figure that does not is named."""

import copy
import json

import pytest

from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import Evidence
from cohobate.fidelity.intervals import Estimate
from cohobate.ledger import certified, follow, genesis, measurement, measurements, rederived

WHATS = ("consistency_drawn", "imitation_drawn", "imitation_drawn_canonical", "tree_of_imitator", "accuracy_x_alone")


def iteration(number, wrong=2, **more):
    counts = [(what, "power", level, 100 - wrong, 100) for what in WHATS for level in (None, 2)]
    evidence = Evidence(
        iteration=number,
        imitator=number,
        endless=False,
        largest=1,
        levels=1,
        answered={"power 2": (wrong, 100)},
        nodes={"overgrown": (0, 0), "drawn power 2": (100, 100)},
        faulty=1,
        places=20,
        sent=20,
        differing={"power 2": (1, 90)},
        situations=9,
    )
    measured = measurements(counts, 12, number, Budget())
    return {
        "iteration": number,
        "step": 10 * number,
        "decisions_training": 100 + number,
        "decisions_audit": 30 * number,
        "confidence_together": 0.95,
        "claims": 12,
        "measured_error": wrong / 100,
        "evidence": evidence.to_dict(),
        **certified(evidence, measured, Budget()),
        "measurements": measured,
    } | more


def ledger_of(*iterations):
    entries = [genesis({})]
    for data in iterations:
        entries.append(follow(entries[-1], "iteration", data))
    return entries


def test_a_ledger_whose_figures_follow_from_its_counts_has_no_problem():
    assert rederived(ledger_of(iteration(1), iteration(2, wrong=0), iteration(3))) == []


def numbers_in(value, path=()):
    """The places of all numbers in a JSON value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers_in(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from numbers_in(item, (*path, place))
    elif not isinstance(value, bool) and isinstance(value, (int, float)):
        yield path


FREE = ("step", "decisions_training", "decisions_audit", "level")
"""Nothing else in an entry determines these: of the counts, only that they never fall can be checked."""


def test_whichever_figure_is_changed_it_is_noticed():
    entry = json.loads(ledger_of(iteration(1))[1].line)
    data = {key: value for key, value in entry.items() if key not in ("index", "previous", "hash", "kind")}
    for path in numbers_in(data):
        if path[-1] in FREE:
            continue
        changed = copy.deepcopy(data)
        place = changed
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] += 1 if isinstance(place[path[-1]], int) else 1e-6
        assert rederived(ledger_of(changed)), path


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"step": 1}, "step falls from 10 to 1, and it never can"),
        ({"decisions_audit": 29}, "decisions_audit falls from 30 to 29"),
        ({"iteration": 3}, "iteration 3 follows iteration 1"),
        ({"tree_audit_bound": 0.01}, "tree_audit_bound is 0.01, and its counts make "),
        ({"measured_error": 0.0}, "the measured error is 0.0, and its counts make 0.02"),
        ({"claims": 9}, "10 measurements share what was set aside for 9"),
        ({"claims": 13}, "10 measurements share what was set aside for 13"),
        ({"step_bound": 0.01}, "step_bound is 0.01, and follows from nothing in the entry"),
        ({"evidence": None}, "tree_audit_bound_canonical is "),
        ({"measurements": []}, "does not read as an iteration's"),
        ({"measurements": 3}, "does not read as an iteration's"),
        ({"evidence": {}}, "does not read as an iteration's"),
        ({"confidence_together": 2}, "does not read as an iteration's"),
    ],
)
def test_what_does_not_follow_is_named_with_its_line(change, sentence):
    found = rederived(ledger_of(iteration(1), iteration(2) | change))
    assert any(sentence in problem.sentence for problem in found)
    assert {problem.line for problem in found} == {3}


def test_bounds_in_an_entry_that_certifies_nothing_follow_from_nothing():
    data = iteration(1)
    del data["confidence_together"]
    assert any(problem.sentence.startswith("compounded_bound is") for problem in rederived(ledger_of(data)))


def test_a_confidence_that_spends_a_little_more_than_the_budget_is_noticed_however_small_it_has_become():
    data = json.loads(json.dumps(iteration(1)))
    data["iteration"] = data["evidence"]["iteration"] = 1000
    allowed = Budget().of("measurements", 1000) / 12
    for one in data["measurements"]:
        one["confidence"] = 1 - 1.01 * allowed
    found = rederived(ledger_of(data))
    assert any("and the error budget leaves" in problem.sentence for problem in found)


def test_evidence_about_an_imitator_that_is_gone_does_not_come_back():
    later = iteration(2)
    later["evidence"] = later["evidence"] | {"imitator": 1, "places": 5}
    assert any("falls behind" in problem.sentence for problem in rederived(ledger_of(iteration(1), later)))


def test_a_ledger_whose_intervals_hold_each_by_itself_is_checked_for_these():
    old = {"iteration": 1, "step": 5, "measurements": [measurement("x", "power", None, Estimate.of(9, 10))]}
    assert rederived(ledger_of(old)) == []
    old["measurements"][0]["low"] = 0.9
    assert "x, power, level None: 9 of 10 have the interval" in rederived(ledger_of(old))[0].sentence


def test_entries_of_other_kinds_are_passed_over():
    assert rederived([genesis({}), follow(genesis({}), "registration", {"iteration": "none"})]) == []
