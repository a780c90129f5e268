"""Rates of events in time: against Garwood's table, against their promise, and as people read them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson

from cohobate.errors import WrongUse
from cohobate.fidelity import Rate

counts = st.integers(0, 3000)
confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.69), (1, 0.0253, 5.57), (2, 0.242, 7.22), (5, 1.62, 11.67), (10, 4.80, 18.39), (50, 37.11, 65.92)],
)
def test_the_interval_is_that_of_garwoods_table(count, low, high):
    rate = Rate.of(count, 1)
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=0.006)


@given(counts, st.floats(0.01, 1000), confidences)
def test_the_interval_is_that_by_quantiles_of_chi_square(count, units, confidence):
    rate = Rate.of(count, units, confidence)
    tail = (1 - confidence) / 2
    low = chi2.ppf(tail, 2 * count) / 2 if count else 0
    assert (rate.low, rate.high) == pytest.approx((low / units, chi2.isf(tail, 2 * count + 2) / 2 / units), rel=1e-7)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("units", [0.5, 1, 3])
def test_the_interval_holds_the_true_rate_at_least_as_often_as_it_says(confidence, units):
    """No simulation: the chance of coverage is summed over all counts that can come up, for many true rates."""
    seen = np.arange(400)
    rates = [Rate.of(int(count), units, confidence) for count in seen]
    low, high = (np.array([getattr(rate, end) for rate in rates]) for end in ("low", "high"))
    for mean in np.concatenate([np.linspace(0.01, 5, 200), np.linspace(5, 200, 200)]):
        covered = (low <= mean / units) & (mean / units <= high)
        assert poisson.pmf(seen, mean)[covered].sum() >= confidence - 1e-12


@given(counts, st.floats(0.01, 1000))
def test_the_rate_seen_lies_in_its_interval_and_twice_the_time_halves_it(count, units):
    rate, twice = Rate.of(count, units), Rate.of(count, 2 * units)
    assert 0 <= rate.low <= rate.per_unit <= rate.high < math.inf
    assert (twice.low, twice.high) == pytest.approx((rate.low / 2, rate.high / 2))


def test_no_time_at_all_leaves_everything_possible():
    rate = Rate.of(0, 0)
    assert (rate.low, rate.high) == (0, math.inf)
    assert math.isnan(rate.per_unit)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((-1, 2), "-1 events in 2 units of time: neither can be below 0; check the counts"),
        ((1, -2), "1 events in -2 units of time"),
        ((1, math.nan), "1 events in nan units of time"),
        ((1, math.inf), "1 events in inf units of time"),
        ((1, 2, 0), "confidence 0: it must lie strictly between 0 and 1; try 0.95"),
        ((1, 2, 1.0), "confidence 1.0"),
    ],
)
def test_impossible_counts_are_refused_by_name(arguments, named):
    with pytest.raises(WrongUse, match=named):
        Rate.of(*arguments)


@pytest.mark.parametrize(
    ("count", "units", "text"),
    [
        (5, 3, "1.7 (0.5–3.9, n = 5)"),
        (12, 2, "6.0 (3.1–10.5, n = 12)"),
        (1500, 10, "150.0 (142.5–157.8, n = 1,500)"),
        (4, 3, "too few (n = 4)"),
        (0, 3, "too few (n = 0)"),
        (7, 0, "too few (n = 7)"),
    ],
)
def test_a_rate_reads_as_people_write_it(count, units, text):
    assert str(Rate.of(count, units)) == text


@given(counts, st.floats(0.01, 1000))
def test_what_is_printed_never_claims_more_than_was_found(count, units):
    rate = Rate.of(count, units)
    if not rate.too_few:
        low, high = str(rate).split("(")[1].split(",")[0].split("–")
        assert float(low) <= rate.low + 1e-9
        assert float(high) >= rate.high - 1e-9


def test_four_events_are_too_few_and_five_are_not():
    assert Rate.of(4, 1).too_few
    assert not Rate.of(5, 1).too_few
