"""What is saved in time: typical times, their difference and their ratio."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cohobate.fidelity.times import LEAST_SPREAD, THESE_TEXTS, saved, times_of

pairs = st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.1, 100)), min_size=2, max_size=20)


@given(pairs)
def test_what_was_seen_is_in_the_intervals_and_both_agree_in_which_is_faster(times):
    less, ratio = saved(times, 10)
    assert less.low <= less.value <= less.high
    assert ratio.low <= ratio.value <= ratio.high
    first, second = np.exp(np.log(times).mean(axis=0))
    assert (less.value, ratio.value) == (pytest.approx(first - second), pytest.approx(second / first))


@given(pairs)
def test_time_is_saved_for_sure_just_where_the_ratio_is_below_one_for_sure(times):
    less, ratio = saved(times, 10)
    assume(min(abs(math.log(ratio.low)), abs(math.log(ratio.high))) > 0.001)  # the ends of the one are of a fine grid
    assert (less.low > 0, less.high < 0) == (ratio.high < 1, ratio.low > 1)


@given(pairs, st.floats(0.1, 60))
def test_another_unit_of_time_changes_what_is_saved_and_not_the_ratio(times, unit):
    (less, ratio), (in_other, same) = saved(times, 10), saved(np.array(times) * unit, 10)
    assert (in_other.low, in_other.high) == pytest.approx((less.low * unit, less.high * unit))
    assert (same.low, same.high) == pytest.approx((ratio.low, ratio.high))


def test_one_who_went_for_tea_does_not_move_it_far():
    times = [[6.0, 2.0]] * 11 + [[6.0, 60.0]]
    assert saved(times, 10)[0].value == pytest.approx(6 - 2 * 30 ** (1 / 12))


def test_where_all_took_the_same_the_intervals_have_a_width():
    less, ratio = saved([[6.0, 2.0]] * 12, 10)
    assert less.high - less.low > 0.2
    assert math.log(ratio.high / ratio.low) > LEAST_SPREAD


def test_nobody_and_one_reader_tell_nothing():
    for times in ([], [[6.0, 2.0]]):
        less, ratio = saved(times, 0)
        assert (less.low, less.high, ratio.low, ratio.high) == (-math.inf, math.inf, 0.0, math.inf)
        assert less.readers == len(times)
        assert less.scope == THESE_TEXTS


def test_times_out_of_all_measure_leave_numbers():
    for less, ratio in (saved([[1e-300, 1440.0], [1440.0, 1e-300]] * 3, 10), saved([[1e-300, 1.0], [1e3, 1e3]], 10)):
        assert not any(map(math.isnan, (less.low, less.high, ratio.low, ratio.high)))


@pytest.mark.parametrize("readers", [8, 20])
@pytest.mark.parametrize(("between", "within"), [(0.4, 0.35), (1.0, 0.1)], ids=["alike", "some slow in both"])
def test_they_hold(readers, between, within):
    chance = np.random.default_rng(readers)
    logs = chance.normal(0, between, (4000, readers, 1)) + chance.normal(0, within, (4000, readers, 2))
    found = times_of(np.exp(logs + np.log([6.0, 2.0])))
    assert ((found.saved[0] <= 4) & (found.saved[1] >= 4)).mean() >= 0.94
    assert ((found.ratio[0] <= 1 / 3) & (found.ratio[1] >= 1 / 3)).mean() >= 0.94
