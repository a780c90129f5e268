"""Counting agreement, once and by kind and level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.fidelity.agreement import by_kind_and_level, estimate
from cohobate.fidelity.intervals import Estimate

rows = st.lists(st.tuples(st.booleans(), st.sampled_from(["distance", "step"]), st.integers(1, 4)), max_size=60)


@given(st.lists(st.booleans(), max_size=50))
def test_agreement_counts_the_yeses(flags):
    assert estimate(flags, 0.9) == Estimate.of(sum(flags), len(flags), 0.9)


def test_agreement_counts_over_every_axis():
    assert estimate(np.eye(3, dtype=bool)) == Estimate.of(3, 9)


@given(rows)
def test_every_cell_is_what_counting_it_alone_gives(rows):
    same, kinds, levels = ([row[i] for row in rows] for i in range(3))
    table = by_kind_and_level(same, kinds, levels)
    assert list(table) == sorted(set(zip(kinds, levels, strict=True)))
    for (kind, level), cell in table.items():
        assert cell == estimate([yes for yes, k, lv in rows if (k, lv) == (kind, level)])


def test_one_kind_serves_all_questions_and_keys_are_plain():
    table = by_kind_and_level(np.array([[True, False], [True, True]]), "power", np.array([[2, 3], [2, 2]]))
    assert table == {("power", 2): Estimate.of(3, 3), ("power", 3): Estimate.of(0, 1)}
    assert all(type(kind) is str and type(level) is int for kind, level in table)
    assert all(type(cell.agree) is int and type(cell.low) is float for cell in table.values())


def test_answers_in_place_of_agreement_are_refused():
    with pytest.raises(WrongUse, match="yes or no"):
        estimate([3, 4, 5])
