"""From single steps to whole answers: the laws that the bounds rest on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.fidelity.compounding import compounded, differs_anywhere, mean_at_most
from cohobate.fidelity.sequences import confidence_sequence


def test_a_full_binary_tree_of_depth_five_with_one_per_cent_a_node_has_an_error_of_63_per_cent_at_most():
    # (b^(d+1) − 1) / (b − 1) nodes of ε each, with b = 2, d = 5, ε = 1 %; independent errors would make 0.469
    assert compounded([(2**depth, 0.01) for depth in range(6)]) == pytest.approx(0.63)
    assert pytest.approx(0.469, abs=5e-4) == 1 - 0.99**63


def test_a_bound_above_one_says_nothing_and_is_one():
    assert compounded([(7, 0.5), (1, 1.0)]) == 1.0
    assert compounded([]) == 0.0


@pytest.mark.parametrize("step", [(-1, 0.5), (1, 1.5), (1, -0.1)])
def test_numbers_and_shares_that_cannot_be_are_refused(step):
    with pytest.raises(WrongUse, match="numbers are at least 0 and shares 0 … 1"):
        compounded([step])


@given(st.lists(st.integers(0, 9), min_size=2, max_size=50))
def test_the_bound_on_a_mean_is_above_the_mean_seen_and_within_what_is_possible(draws):
    found = mean_at_most(sum(draws), sum(n * n for n in draws), len(draws), 9)
    assert np.mean(draws) - 1e-9 <= found <= 9


def test_without_any_variation_the_bound_on_a_mean_is_near_and_before_two_draws_it_is_the_most():
    assert mean_at_most(3000, 9000, 1000, 7, 0.95) == pytest.approx(3 + 7 * 7 * np.log(40) / (3 * 999))
    assert mean_at_most(3, 9, 1, 7) == 7


def test_the_bound_on_a_mean_holds_as_often_as_it_says():
    rng = np.random.default_rng(0)
    draws = rng.choice([0, 1, 2, 7], p=[0.4, 0.3, 0.2, 0.1], size=(4000, 60))
    bounds = [mean_at_most(int(row.sum()), int((row**2).sum()), 60, 7, 0.9) for row in draws]
    assert np.mean(np.array(bounds) >= 1.4) >= 0.9


def test_with_no_difference_seen_the_bound_is_the_largest_tree_times_that_of_a_place():
    _, share = confidence_sequence(0, 600, 0.95, side="high")
    assert differs_anywhere(0, 600, 7, 0.95) == pytest.approx(7 * share)
    assert differs_anywhere(0, 3, 7) == 1.0


def test_for_nodes_that_were_sent_the_bound_falls_as_the_mean_size_of_a_tree_times_three_by_nodes():
    # Mean size 11/3, largest 7: 7,000 places hold 11,000/3 nodes. Looking at any time costs less than threefold.
    nodes, mean = 7000 * 11 / 21, 11 / 3
    assert mean * 3 / nodes < differs_anywhere(0, 7000, 7, 0.95) < 3 * mean * 3 / nodes


def test_a_tree_has_a_root_at_least():
    with pytest.raises(WrongUse, match="a tree has at least its root"):
        differs_anywhere(0, 10, 0)
