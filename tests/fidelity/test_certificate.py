"""What evidence certifies: the assistant that never errs, the one that always does, and what moves which bound."""

from dataclasses import replace

import pytest

from cohobate.errors import WrongUse
from cohobate.fidelity import Estimate
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import OVERGROWN, Evidence, certificate, parts_of, sort_of, summed

BUDGET = Budget()
SORTS = ("drawn power 2", "drawn power 3", "induced power 2")

GOOD = Evidence(
    iteration=3,
    imitator=2,
    endless=False,
    largest=3,
    levels=2,
    answered={"power 2": (0, 1000), "power 3": (0, 1000)},
    nodes={OVERGROWN: (0, 0), SORTS[0]: (1000, 1000), SORTS[1]: (1000, 1000), SORTS[2]: (2000, 4000)},
    faulty=0,
    places=600,
    sent=400,
    differing={"power 2": (0, 1000), "power 3": (0, 1000)},
    situations=40,
)
SURE = {sort: Estimate.of(2000, 2000, 0.9999) for sort in SORTS}
BOUNDS = ("tree_audit_bound", "tree_audit_bound_canonical", "compounded_bound", "compounded_bound_canonical")


def found(evidence=GOOD, consistent=SURE, imitated=SURE, canonical=SURE):
    return certificate(evidence, consistent, imitated, canonical, BUDGET)


def test_without_a_difference_everything_is_bounded_and_the_tree_audit_is_the_tight_one():
    bounds = found()
    assert 0 < bounds["tree_audit_bound_canonical"] < bounds["tree_audit_bound"] < 0.2
    assert bounds["tree_audit_bound_canonical"] < bounds["compounded_bound_canonical"] < 0.2
    assert all(bounds[name.replace("bound", "estimate")] == 0 for name in BOUNDS)
    assert (bounds["decisions_tree_audit"], bounds["decisions_tree_audit_canonical"]) == (400, 40)
    assert all(0.97 < share < 1 for share in bounds["certified"].values())


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"answered": {"power 2": (100, 1000), "power 3": (0, 1000)}}, BOUNDS[:2]),
        ({"faulty": 30}, BOUNDS[:1]),
        ({"differing": {"power 2": (100, 1000), "power 3": (0, 1000)}}, BOUNDS[1:2]),
        ({"places": 60}, BOUNDS[:1]),
        ({"nodes": dict(GOOD.nodes) | {OVERGROWN: (100, 100)}}, BOUNDS[2:]),
        ({"nodes": dict(GOOD.nodes) | {SORTS[2]: (6000, 18000)}}, BOUNDS[2:]),
        ({"iteration": 30}, BOUNDS),
        ({"imitator": 30}, BOUNDS[:2]),
    ],
)
def test_worse_or_less_evidence_raises_the_bounds_that_rest_on_it_and_no_others(change, moved):
    before, after = found(), found(replace(GOOD, **change))
    for name in BOUNDS:
        assert (after[name] > before[name]) == (name in moved), name


def test_a_level_is_certified_by_its_own_questions():
    worse = found(replace(GOOD, answered={"power 2": (100, 1000), "power 3": (0, 1000)}))["certified"]
    assert worse["power 2"] < 0.9 < worse["power 3"] == found()["certified"]["power 3"]
    assert found(replace(GOOD, differing={}))["certified"] == {"power 2": 0.0, "power 3": 0.0}


def test_a_sort_of_node_of_which_nothing_was_seen_counts_as_always_wrong():
    missing = {sort: estimate for sort, estimate in SURE.items() if sort != SORTS[2]}
    assert found(imitated=missing)["compounded_bound"] == pytest.approx(1.0, abs=0.2)
    assert found(canonical=missing)["compounded_bound"] == found()["compounded_bound"]


def test_nothing_at_all_was_seen_and_so_nothing_is_certified():
    nothing = replace(GOOD, answered={}, nodes={}, places=0, sent=0, differing={}, situations=0)
    bounds = found(nothing, {}, {}, {})
    assert bounds["tree_audit_bound"] == bounds["tree_audit_bound_canonical"] == 1.0
    assert bounds["certified"] == {}


def test_where_h_itself_oversees_only_the_assistant_can_differ():
    alone = replace(GOOD, imitator=0, places=0, sent=0, differing={}, situations=0)
    bounds = found(alone, imitated={}, canonical={})
    assert bounds["tree_audit_bound"] == bounds["tree_audit_bound_canonical"] < found()["tree_audit_bound_canonical"]
    assert bounds["compounded_bound"] == bounds["compounded_bound_canonical"] < 0.1


def test_where_trees_have_no_end_a_single_step_is_bounded_and_nothing_else():
    endless = found(replace(GOOD, endless=True, largest=1, nodes={}))
    assert set(endless) == {
        *("step_bound", "step_estimate", "decisions_step", "step_bound_canonical"),
        *("step_estimate_canonical", "decisions_step_canonical", "certified"),
    }


def test_a_sorts_name_reads_back_whatever_the_kind_is_called():
    for parts in (("drawn", "power", 4), ("induced", "first vertex", 0)):
        assert parts_of(sort_of(*parts)) == parts


def test_evidence_reads_back_and_what_is_none_is_refused():
    assert Evidence.from_dict(GOOD.to_dict()) == GOOD
    assert summed(GOOD.answered) == (0, 2000)
    for wrong in ({}, {"iteration": 1}, GOOD.to_dict() | {"answered": 3}, GOOD.to_dict() | {"more": 1}):
        with pytest.raises(WrongUse, match="the evidence does not read"):
            Evidence.from_dict(wrong)
