"""Intervals from drawing groups anew."""

import math

import numpy as np
import pytest

from cohobate.fidelity.resampling import ratio_over_groups, share_over_groups

AGREE, ASKED = np.array([3, 5, 6, 2, 4] * 6), np.full(30, 6)


def test_a_share_is_over_all_answers_and_its_interval_that_of_means_of_groups():
    value, low, high = share_over_groups((AGREE, ASKED))
    assert value == pytest.approx(20 / 30)
    error = (AGREE / 6).std() / math.sqrt(30)
    assert (low, high) == pytest.approx((value - 1.96 * error, value + 1.96 * error), abs=0.01)


def test_a_share_by_itself_is_one_since_both_are_drawn_together():
    assert ratio_over_groups((AGREE, ASKED), (AGREE, ASKED)) == (1, 1, 1)


def test_the_same_seed_makes_the_same_interval_and_another_one_nearly_the_same():
    one, again, other = (ratio_over_groups((AGREE, ASKED), (AGREE[::-1], ASKED), seed=seed) for seed in (0, 0, 1))
    assert one == again != other
    assert one == pytest.approx(other, abs=0.02)


def test_what_cannot_be_compared_has_no_number_or_no_upper_end():
    nothing = np.zeros(30)
    value, low, high = ratio_over_groups((AGREE, ASKED), (nothing, ASKED))
    assert value == low == high == math.inf
    assert math.isnan(share_over_groups((nothing, nothing))[1])
