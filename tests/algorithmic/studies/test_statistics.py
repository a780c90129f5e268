"""Intervals over seeds, and the dependence of mistakes."""

import numpy as np
import pytest

from cohobate.algorithmic.studies.statistics import Dependence, Spread


def test_three_seeds_have_an_interval_of_student_and_two_have_none():
    three = Spread.of([(90, 100), (92, 100), (94, 100)])
    half = 4.302653 * 0.02 / np.sqrt(3)
    assert (three.mean, three.low, three.high) == pytest.approx((0.92, 0.92 - half, 0.92 + half))
    assert (three.right, three.asked, three.seeds) == (276, 300, 3)
    assert three.pooled_low < 0.92 < three.pooled_high
    two = Spread.of([(90, 100), (92, 100)])
    assert (two.low, two.high) == (None, None)


def test_an_interval_over_seeds_stays_within_shares():
    assert Spread.of([(100, 100), (100, 100), (80, 100)]).high == 1.0


def test_independent_mistakes_are_found_uncorrelated_and_shared_ones_the_same():
    rng = np.random.default_rng(0)
    apart = Dependence.of(rng.random((4, 4000)) < 0.2)
    assert apart.low < 0 < apart.high
    assert apart.both == pytest.approx(apart.product, abs=0.01)
    together = Dependence.of(np.repeat(rng.random((1, 4000)) < 0.2, 4, axis=0))
    assert together.correlation == pytest.approx(1.0)
    assert together.both == pytest.approx(0.2, abs=0.03)


def test_five_mistakes_are_the_fewest_to_speak_of_a_correlation():
    wrong = np.zeros((2, 100), dtype=bool)
    wrong[:, :4] = True
    assert Dependence.of(wrong).correlation is None
    wrong[:, 4] = True
    assert Dependence.of(wrong).correlation == pytest.approx(1.0)


def test_a_pair_with_one_who_is_never_wrong_says_nothing_of_correlation_and_much_of_both():
    wrong = np.zeros((3, 100), dtype=bool)
    wrong[:2, :20] = True
    found = Dependence.of(wrong)
    assert (found.correlation, found.pairs) == (pytest.approx(1.0), 1)
    assert found.both == pytest.approx(0.2 / 3)
