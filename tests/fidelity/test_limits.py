"""Intervals for shares and ratios: against what they come down to in cases that are known."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cohobate.fidelity import clopper_pearson
from cohobate.fidelity.limits import ratio_limits, share_limits

MANY = 1e9
"""Degrees of freedom at which t is as good as normal."""


@given(st.integers(0, 200), st.integers(1, 200), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_independent_answers_have_the_exact_interval(agree, asked, confidence):
    agree = min(agree, asked)
    share = agree / asked
    found = share_limits(share, share * (1 - share) / asked, asked, MANY, confidence)
    assert [float(one) for one in found] == pytest.approx(clopper_pearson(agree, asked, confidence), abs=1e-6)


@given(st.floats(0.01, 0.99), st.floats(1.01, 20), st.integers(10, 200), st.integers(3, 40))
def test_people_who_differ_more_make_a_wider_interval_and_fewer_people_too(share, factor, answers, people):
    alone = share * (1 - share) / answers
    low, high = share_limits(share, alone, answers, people)
    wider = share_limits(share, factor * alone, answers, people)
    fewer = share_limits(share, alone, answers, people - 2)
    assert wider[0] <= low < share < high <= wider[1]
    assert fewer[0] <= low < high <= fewer[1]


@given(st.floats(0.01, 0.99), st.floats(0, 1), st.integers(5, 200))
def test_an_interval_is_never_narrower_than_independent_answers_make_it(share, part, answers):
    alone = share * (1 - share) / answers
    for found, expected in zip(
        share_limits(share, part * alone, answers, 9), share_limits(share, alone, answers, 9), strict=True
    ):
        assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_all_did_the_same_the_interval_has_a_width_and_holds_what_was_seen(share):
    low, high = share_limits(share, 0.0, 80, 7)
    assert low <= share <= high
    assert high - low > 0.04


@given(
    st.floats(0, 1),
    st.floats(0.001, 1),
    st.floats(0.0001, 0.05),
    st.floats(0.0001, 0.05),
    st.floats(-0.95, 0.95),
    st.floats(1.9, 4),
)
def test_a_ratio_is_held_if_the_difference_from_so_many_times_the_other_may_be_nothing(p, q, vp, vq, rho, t):
    both = rho * math.sqrt(vp * vq)
    low, high = (float(one) for one in ratio_limits(p, q, (vp, vq, both), t))
    assert low <= p / q <= high
    for ratio in np.linspace(0, 4, 41):
        nothing = (p - ratio * q) ** 2 <= t * t * (vp + ratio**2 * vq - 2 * ratio * both)
        assume(abs(ratio - low) > 1e-6)
        assume(abs(ratio - high) > 1e-6)
        if nothing:
            assert low < ratio < high
        elif high < math.inf:
            assert not low < ratio < high


def test_a_ratio_to_what_may_be_nothing_has_no_upper_end():
    low, high = ratio_limits(0.5, 0.05, (0.001, 0.001, 0.0), 2.4)
    assert high == math.inf
    assert 0 < low < 10


def test_limits_take_arrays():
    low, high = share_limits(np.full((3, 4), 0.5), 0.01, 40, np.arange(3, 7))
    assert low.shape == high.shape == (3, 4)
    assert (np.diff(low[0]) > 0).all()
