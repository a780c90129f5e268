"""Agreement of raters: against Krippendorff's worked examples, by its laws, and where there is none."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.fidelity.raters import FEWEST_UNITS, krippendorff

BINARY = list(zip("0100000010", "1110010000", strict=True))
NAMES = list(zip("aabbdcccedda", "babbbcccedd" + "d", strict=True))
GAPS = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("ratings", "level", "alpha"),
    [
        (BINARY, "nominal", 0.095),
        (NAMES, "nominal", 0.692),
        (GAPS, "nominal", 0.743),
        (GAPS, "ordinal", 0.815),
        (GAPS, "interval", 0.849),
    ],
)
def test_alpha_is_that_of_the_published_examples(ratings, level, alpha):
    found = krippendorff(ratings, level)
    assert found.alpha == pytest.approx(alpha, abs=0.0005)
    assert found.low < found.alpha < found.high <= 1


def test_units_that_were_rated_once_do_not_count():
    found = krippendorff(GAPS)
    assert (found.units, found.ratings) == (11, 40)
    assert krippendorff([*GAPS, [7, None], [None, None]]) == found


tables = st.lists(st.lists(st.none() | st.integers(0, 3), min_size=3, max_size=3), max_size=20)


@given(tables, st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_lies_in_its_interval_and_does_not_depend_on_who_rated_or_on_the_order(ratings, level):
    found = krippendorff(ratings, level)
    again = krippendorff([unit[::-1] for unit in ratings[::-1]], level)
    assert again.alpha == pytest.approx(found.alpha, nan_ok=True)
    if not found.undefined:
        assert -1 <= found.low <= found.alpha <= found.high <= 1 + 1e-12


@given(tables)
def test_other_names_do_not_change_nominal_alpha_nor_another_unit_that_of_intervals(ratings):
    renamed = [[None if one is None else "wxyz"[one] for one in unit] for unit in ratings]
    assert krippendorff(renamed).alpha == pytest.approx(krippendorff(ratings).alpha, nan_ok=True)
    scaled = [[None if one is None else 10 * one + 3 for one in unit] for unit in ratings]
    assert krippendorff(scaled, "interval").alpha == pytest.approx(krippendorff(ratings, "interval").alpha, nan_ok=True)


def test_where_every_rating_is_the_same_alpha_is_undefined_and_that_is_said():
    found = krippendorff([[1, 1]] * 20)
    assert found.undefined
    assert str(found).startswith("undefined: all 40 ratings are the same")
    assert found.to_dict()["alpha"] is found.to_dict()["low"] is None


def test_perfect_agreement_is_not_certain():
    found = krippendorff([[k % 2, k % 2] for k in range(20)])
    assert found.alpha == found.high == 1
    assert 0 < found.low < 0.9
    assert krippendorff([[k % 2, k % 2] for k in range(60)]).low > found.low


def test_alpha_below_nothing_has_a_minus():
    found = krippendorff([[k % 2, 1 - k % 2] for k in range(20)])
    assert str(found) == "α = −0.95 (−0.96 to −0.58, n = 20)"


def test_few_units_are_too_few():
    few = krippendorff(BINARY[: FEWEST_UNITS - 1])
    assert few.too_few
    assert str(few) == "too few (n = 9)"
    assert not krippendorff(BINARY).too_few
    assert str(krippendorff([])) == "too few (n = 0)"


@pytest.mark.parametrize("wrong", ["high", math.nan, math.inf])
def test_a_rating_that_is_no_number_is_refused_where_distances_count(wrong):
    with pytest.raises(WrongUse, match="ratings are finite numbers"):
        krippendorff([[1, wrong]], "ordinal")


def test_unknown_levels_and_confidences_are_refused():
    with pytest.raises(WrongUse, match="level 'ratio'"):
        krippendorff([], "ratio")
    with pytest.raises(WrongUse, match="confidence 1"):
        krippendorff([], confidence=1)


def test_the_interval_holds():
    chance = np.random.default_rng(3)
    held = []
    for _ in range(300):
        true = chance.random((20, 1)) < 0.5
        rated = np.where(chance.random((20, 2)) < 0.8, true, chance.random((20, 2)) < 0.5)
        found = krippendorff(rated.tolist())
        held.append(found.low <= 0.64 <= found.high)
    assert np.mean(held) >= 0.94
