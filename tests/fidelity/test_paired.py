"""Findings over readers: their arithmetic by hand, their laws, and whether they hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cohobate.errors import WrongUse
from cohobate.fidelity.paired import (
    ADDED,
    FEWEST_READERS,
    SCOPES,
    Paired,
    difference_of,
    moments,
    ratio_of,
    shares_of,
    weights,
)

THESE, LIKE = SCOPES


def halves(readers, items):
    """Every other reader has the first half of the items in arm 0, and the second in arm 1; the others the reverse."""
    arms = np.repeat([0, 1], items // 2)[None, :].repeat(readers, axis=0)
    arms[1::2] = 1 - arms[1::2]
    return arms


@st.composite
def answered(draw):
    """Answers of a few readers, some of whom gave none."""
    readers, items = draw(st.integers(2, 9)), 2 * draw(st.integers(1, 6))
    chance = np.random.default_rng(draw(st.integers(0, 10**6)))
    arms = halves(readers, items)
    right = (chance.random(arms.shape) < draw(st.floats(0, 1))).astype(float)
    return Paired(right, np.where(chance.random(arms.shape) < draw(st.sampled_from([0, 0.2])), -1, arms))


def test_the_difference_is_a_t_interval_over_readers_with_two_right_and_two_wrong_answers_added():
    arms = halves(6, 8)
    right = np.array([[1, 1, 0, 0, 1, 1, 1, 1], [1, 1, 1, 0, 0, 1, 0, 0], [1, 0, 0, 0, 1, 0, 1, 1]] * 2, float)
    each = np.array([[row[a == k].mean() for k in (0, 1)] for row, a in zip(right, arms, strict=True)])
    found = Paired(right, arms).difference(1, 0)
    less = each[:, 1] - each[:, 0]
    assert found.value == pytest.approx(less.mean())
    middle = ((24 * each.mean(axis=0) + ADDED) / (24 + 2 * ADDED)) @ [-1, 1]
    half = stats.t.ppf(0.975, 5) * math.sqrt(less.var(ddof=1) / 6 + 2 * ADDED / 24**2)
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half))
    assert (found.readers, found.items, found.scope) == (6, 8, THESE)


@given(answered(), st.sampled_from(SCOPES))
def test_every_interval_holds_what_was_seen_and_stays_in_range(test, scope):
    for arm in (0, 1):
        one = test.share(arm, scope)
        if one.readers:
            assert 0 <= one.low <= one.value <= one.high <= 1
    less, ratio = test.difference(1, 0, scope), test.ratio(1, 0, scope)
    for found, of_these in zip(
        (test.share(1, scope), less, ratio), (test.share(1), test.difference(1, 0), test.ratio(1, 0)), strict=True
    ):
        assert found.low <= of_these.low <= of_these.high <= found.high  # whoever speaks of more items is no surer
    if less.readers:
        assert -1 <= less.low <= less.value <= less.high <= 1
        assert ratio.low >= 0
        if not math.isnan(ratio.value):
            assert ratio.low <= ratio.value <= ratio.high


@given(answered())
def test_difference_and_ratio_agree_on_whether_there_is_any(test):
    less, ratio = test.difference(1, 0), test.ratio(1, 0)
    if less.readers > 1:
        assert (less.low > 1e-9) <= (ratio.low > 1 - 1e-9)
        assert (less.high < -1e-9) <= (ratio.high < 1 + 1e-9)


@given(answered(), st.integers(0, 1000))
def test_neither_the_order_of_readers_nor_that_of_items_matters(test, seed):
    chance = np.random.default_rng(seed)
    rows, columns = chance.permutation(test.arms.shape[0]), chance.permutation(test.arms.shape[1])
    again = Paired(test.values[rows][:, columns], test.arms[rows][:, columns])
    for scope in SCOPES:
        one, other = test.difference(1, 0, scope), again.difference(1, 0, scope)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), nan_ok=True)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_where_all_readers_are_alike_every_interval_has_a_width(value, scope):
    arms = halves(8, 20)
    test = Paired(np.full(arms.shape, value), arms)
    assert test.difference(1, 0, scope).high - test.difference(1, 0, scope).low > 0.05
    assert test.share(0, scope).high - test.share(0, scope).low > 0.03
    assert test.ratio(1, 0, scope).high > test.ratio(1, 0, scope).low


def test_a_ratio_to_an_arm_in_which_nothing_was_right_is_no_number_and_has_no_upper_end():
    arms = halves(8, 8)
    found = Paired(np.where(arms == 1, 1.0, 0.0), arms).ratio(1, 0)
    assert math.isnan(found.value)
    assert found.unbounded
    assert found.to_dict()["value"] is found.to_dict()["high"] is None


def test_readers_without_an_answer_in_one_of_the_arms_do_not_enter_and_n_says_so():
    arms = halves(8, 8)
    right = np.random.default_rng(1).random(arms.shape).round()
    whole = Paired(right[:6], arms[:6])
    quitters = arms.copy()
    quitters[6:] = np.where(arms[6:] == 1, -1, arms[6:])
    test = Paired(right, quitters)
    assert test.difference(1, 0).to_dict() == whole.difference(1, 0).to_dict()
    assert test.difference(1, 0).readers == 6
    assert test.share(0).readers == 8


def test_below_six_readers_it_is_too_few():
    arms = halves(FEWEST_READERS, 4)
    right = np.random.default_rng(1).random(arms.shape).round()
    assert not Paired(right, arms).difference(1, 0).too_few
    assert Paired(right[1:], arms[1:]).difference(1, 0).too_few


def test_one_reader_tells_nothing_of_readers():
    arms = halves(1, 4)
    found = Paired(np.ones(arms.shape), arms).difference(1, 0)
    assert (found.low, found.high, found.readers) == (-1, 1, 1)


def test_items_that_differ_in_what_they_gain_make_the_interval_for_items_like_these_wider():
    arms = halves(20, 12)
    gains = np.arange(12) % 2 == 0  # half of the items are only answered in arm 1, the others in both
    right = np.where((arms == 1) | ~gains, 1.0, 0.0)
    these, like = (Paired(right, arms).difference(1, 0, scope) for scope in SCOPES)
    assert these.value == like.value == pytest.approx(0.5)
    assert like.high - like.low > 2 * (these.high - these.low)


def test_grades_between_right_and_wrong_count_as_such():
    arms = halves(6, 4)
    assert Paired(np.full(arms.shape, 0.25), arms).share(0).value == pytest.approx(0.25)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_a_value_out_of_range_is_refused(value):
    with pytest.raises(WrongUse, match="outside 0 … 1"):
        Paired(np.array([[1.0, value]]), np.array([[0, 1]]))


def test_tables_of_different_shapes_and_unknown_scopes_are_refused():
    with pytest.raises(WrongUse, match="same shape"):
        Paired(np.ones((2, 3)), np.zeros((3, 2), int))
    with pytest.raises(WrongUse, match="scope 'all'"):
        Paired(np.ones((2, 2)), np.zeros((2, 2), int)).share(0, "all")


@pytest.mark.parametrize("readers", [8, 12, 20])
@pytest.mark.parametrize(("without", "having"), [(0.05, 0.05), (0.05, 0.95), (0.4, 0.6), (0.95, 0.95)])
def test_intervals_hold_near_the_floor_and_the_ceiling(readers, without, having):
    tests, items = 1500, 20
    chance = np.random.default_rng(readers)
    arms = halves(readers, items)
    of_item = chance.normal(0, 0.7, (tests, 1, items))
    middle = np.log(np.array([without, having]) / (1 - np.array([without, having])))
    logits = middle[arms] + of_item + chance.normal(0, 0.7, (tests, readers, 1))
    right = chance.random(logits.shape) < 1 / (1 + np.exp(-logits))
    points, mass = np.polynomial.hermite_e.hermegauss(31)
    mass = mass / mass.sum()

    def mean(logits, spread):
        return (mass / (1 + np.exp(-logits[..., None] - spread * points))).sum(-1)

    true = {
        THESE: mean(middle + of_item[:, 0, :, None], 0.7).mean(1),
        LIKE: np.tile(mean(middle, 0.7 * 2**0.5), (tests, 1)),
    }
    found = moments(right, weights(arms, [1, 0]))
    for scope, shares in true.items():
        for (low, high), truth in (
            (difference_of(found, scope), shares[:, 1] - shares[:, 0]),
            (ratio_of(found, scope), shares[:, 1] / shares[:, 0]),
            (shares_of(found, scope), shares[:, ::-1]),
        ):
            assert ((low <= truth) & (truth <= high)).mean() >= 0.94


def test_a_single_item_speaks_for_itself_and_not_for_items_like_it():
    arms = np.array([[0], [0], [0], [1], [1], [0], [0], [0]])
    test = Paired(np.array([[1.0], [0], [1], [1], [0], [1], [1], [0]]), arms)
    these, like = (test.share(0, scope) for scope in SCOPES)
    assert 0 < these.low < these.value < these.high < 1
    assert (like.low, like.high) == (0, 1)
