"""Exact intervals: against SciPy's own, against their promise, and as people read them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from cohobate.errors import WrongUse
from cohobate.fidelity.intervals import Estimate, clopper_pearson

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


@given(counts, confidences)
def test_the_two_sided_interval_is_scipys_exact_one(count, confidence):
    agree, asked = count
    theirs = binomtest(agree, asked).proportion_ci(confidence, method="exact")
    assert clopper_pearson(agree, asked, confidence) == pytest.approx((theirs.low, theirs.high), rel=1e-7, abs=1e-9)


@given(counts, confidences)
def test_a_one_sided_bound_spends_all_its_error_on_one_end(count, confidence):
    agree, asked = count
    lower = binomtest(agree, asked, alternative="greater").proportion_ci(confidence, method="exact")
    upper = binomtest(agree, asked, alternative="less").proportion_ci(confidence, method="exact")
    low = clopper_pearson(agree, asked, confidence, side="low")
    high = clopper_pearson(agree, asked, confidence, side="high")
    assert low == pytest.approx((lower.low, 1), rel=1e-7, abs=1e-9)
    assert high == pytest.approx((0, upper.high), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("asked", [1, 7, 40, 300])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("side", ["both", "low", "high"])
def test_the_interval_holds_the_true_share_at_least_as_often_as_it_says(asked, confidence, side):
    """No simulation: the chance of coverage is summed over all outcomes, for many true shares."""
    agree = np.arange(asked + 1)
    low, high = clopper_pearson(agree, asked, confidence, side)
    for share in np.linspace(0, 1, 201):
        covered = (low <= share) & (share <= high)
        assert binom.pmf(agree, asked, share)[covered].sum() >= confidence - 1e-12


@pytest.mark.parametrize(("asked", "most"), [(59, 0.0495), (299, 0.01), (2995, 0.001)])
def test_no_failure_seen_bounds_the_failures_as_tables_say(asked, most):
    assert clopper_pearson(0, asked, side="high")[1] == pytest.approx(most, rel=0.005)


@given(counts)
def test_the_share_lies_in_its_interval_and_failures_mirror_successes(count):
    agree, asked = count
    low, high = clopper_pearson(agree, asked)
    assert 0 <= low <= agree / asked <= high <= 1
    assert clopper_pearson(asked - agree, asked) == pytest.approx((1 - high, 1 - low), rel=1e-7, abs=1e-9)


def test_arrays_give_what_their_rows_give_alone():
    agree, asked = np.array([[0, 3], [5, 9]]), np.array([10, 9])
    low, high = clopper_pearson(np.minimum(agree, asked), asked)
    for row in np.ndindex(2, 2):
        alone = clopper_pearson(int(np.minimum(agree, asked)[row]), int(asked[row[1]]))
        assert (low[row], high[row]) == alone


def test_nothing_asked_leaves_everything_possible():
    assert clopper_pearson(0, 0) == (0, 1)
    assert clopper_pearson(0, 0, side="low") == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((5, 4), "5 agreements of 4"),
        ((-1, 4), "-1 agreements of 4"),
        ((1, 4, 1.0), "confidence 1.0"),
        ((1, 4, 0), "confidence 0"),
        ((1, 4, 0.9, "left"), "side 'left'"),
        ((0.5, 4), "whole numbers"),
        ((np.array([1, 7]), 6), "7 agreements of 6"),
    ],
)
def test_impossible_counts_are_refused_by_name(arguments, named):
    with pytest.raises(WrongUse, match=named):
        clopper_pearson(*arguments)


@pytest.mark.parametrize(
    ("agree", "asked", "text"),
    [
        (400, 412, "97.1 % (94.9–98.5, n = 412)"),
        (0, 20, "0.0 % (0.0–16.9, n = 20)"),
        (412, 412, "100.0 % (99.1–100.0, n = 412)"),
        (9999, 10_000, "99.99 % (99.9–100.0, n = 10,000)"),
        (4, 4, "too few (n = 4)"),
        (0, 0, "too few (n = 0)"),
    ],
)
def test_an_estimate_reads_as_people_write_it(agree, asked, text):
    assert str(Estimate.of(agree, asked)) == text


@given(counts)
def test_what_is_printed_never_claims_more_than_was_found(count):
    estimate = Estimate.of(*count)
    if estimate.too_few:
        return
    share, _, low, high = str(estimate).replace("–", " ").replace("(", "").replace(",", " ").split()[:4]
    assert float(low) <= 100 * estimate.low + 1e-9
    assert float(high) >= 100 * estimate.high - 1e-9
    assert (float(share) == 100) == (estimate.agree == estimate.asked)
    assert (float(share) == 0) == (estimate.agree == 0)


def test_an_estimate_knows_its_share_and_its_error():
    estimate = Estimate.of(3, 4, confidence=0.9)
    assert (estimate.share, estimate.error, estimate.confidence) == (0.75, 0.25, 0.9)
    assert (estimate.low, estimate.high) == clopper_pearson(3, 4, 0.9)
    assert math.isnan(Estimate.of(0, 0).share)


def test_four_questions_are_too_few_and_five_are_not():
    assert Estimate.of(4, 4).too_few
    assert not Estimate.of(5, 5).too_few
