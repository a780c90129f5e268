"""Confidence sequences: against their promise, reckoned out exactly, and against the interval for one look."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom

from cohobate.errors import WrongUse
from cohobate.fidelity import clopper_pearson, confidence_sequence

SIDES = ("both", "low", "high")


QUESTIONS = 150


@cache
def every_interval(side):
    """For one to `QUESTIONS` questions, the ends for every number of agreements; where there cannot be as many, those
    for all."""
    asked = np.arange(1, QUESTIONS + 1)[:, None]
    return confidence_sequence(np.minimum(np.arange(QUESTIONS + 1), asked), asked, 0.9, side)


def ever_left_out(share, low, high):
    """The chance that the true share lies outside at some number of questions, summed over all sequences: no
    simulation."""
    alive, lost = np.array([1.0]), 0.0
    for row in range(QUESTIONS):
        alive = np.append(alive * (1 - share), 0) + np.append(0, alive * share)
        out = ((share < low[row]) | (share > high[row]))[: len(alive)]
        lost += alive[out].sum()
        alive = np.where(out, 0, alive)
    return lost


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 0.7, 0.95, 0.999, 1.0])
def test_the_true_share_is_in_all_intervals_at_once_at_least_as_often_as_they_say(share, side):
    assert ever_left_out(share, *every_interval(side)) <= 0.1 + 1e-12


@pytest.mark.parametrize("side", SIDES)
def test_it_does_not_promise_much_less_than_it_could(side):
    """A fifth of the allowed error, or more, is spent in the first 150 questions; the rest is for later ones."""
    assert ever_left_out(0.9 if side != "high" else 0.1, *every_interval(side)) > 0.02


def test_looking_at_the_interval_for_one_look_again_and_again_breaks_its_promise():
    asked = np.arange(1, QUESTIONS + 1)[:, None]
    low, high = clopper_pearson(np.minimum(np.arange(QUESTIONS + 1), asked), asked, 0.9)
    assert ever_left_out(0.9, low, high) > 0.2


@given(
    st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.5, 0.9, 0.95, 0.999]),
    st.sampled_from(SIDES),
)
def test_it_holds_the_share_seen_and_is_cut_where_the_mixture_says(count, confidence, side):
    agree, asked = count
    low, high = confidence_sequence(agree, asked, confidence, side)
    assert 0 <= low <= agree / asked <= high <= 1
    for end, inwards in ((low, 1), (high, -1)):
        if 0 < end < 1:
            step = inwards * 1e-6 * min(end, 1 - end)
            assert ratio(agree, asked, end + step, side) < 1 / (1 - confidence) * (1 + 1e-3)
            assert ratio(agree, asked, end - step, side) > 1 / (1 - confidence) * (1 - 1e-3)


def ratio(agree, asked, share, side):
    """The definition, integrated by numbers instead of by special functions."""
    start, end = {"both": (0, 1), "low": (share, 1), "high": (0, share)}[side]

    def relative(other):
        return (
            np.exp(agree * (np.log(other) - np.log(share)) + (asked - agree) * (np.log1p(-other) - np.log1p(-share)))
            if 0 < other < 1
            else 0.0
        )

    peak = min(max(agree / asked, start), end)
    spread = 12 / np.sqrt(asked)
    points = sorted({start, max(start, peak - spread), peak, min(end, peak + spread), end})
    return sum(quad(relative, a, b, limit=200)[0] for a, b in pairwise(points)) / (end - start)


@pytest.mark.parametrize(("agree", "asked"), [(0, 59), (95, 100), (998, 1000), (10_000, 10_000)])
def test_being_allowed_to_look_costs_width_but_not_much(agree, asked):
    low, high = confidence_sequence(agree, asked)
    exact_low, exact_high = clopper_pearson(agree, asked)
    assert low <= exact_low
    assert high >= exact_high
    assert high - low < 4 * (exact_high - exact_low)


def test_before_the_first_question_everything_is_possible():
    assert confidence_sequence(0, 0) == (0.0, 1.0)
    assert confidence_sequence(0, 0, side="low") == (0.0, 1.0)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_what_agrees_and_what_fails_mirror_each_other(count):
    agree, asked = count
    low, high = confidence_sequence(agree, asked)
    assert confidence_sequence(asked - agree, asked) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert confidence_sequence(asked - agree, asked, side="high")[1] == pytest.approx(
        1 - confidence_sequence(agree, asked, side="low")[0], abs=1e-9
    )


def test_arrays_give_what_their_numbers_give_one_by_one():
    agree, asked = np.array([[0, 3], [5, 10]]), np.array([5, 10])
    low, high = confidence_sequence(agree, asked, 0.9)
    for i, j in np.ndindex(agree.shape):
        assert (low[i, j], high[i, j]) == confidence_sequence(int(agree[i, j]), int(asked[j]), 0.9)


def test_many_intervals_hold_at_one_number_of_questions_far_oftener_than_they_say():
    low, high = confidence_sequence(np.arange(1001), 1000)
    assert binom.pmf(np.arange(1001), 1000, 0.97)[(low <= 0.97) & (high >= 0.97)].sum() > 0.99


@pytest.mark.parametrize("given_", [(3, 2), (-1, 2), (1.5, 2)])
def test_impossible_counts_are_refused(given_):
    with pytest.raises(WrongUse):
        confidence_sequence(*given_)
