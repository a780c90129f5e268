"""The error budget: what it hands out never adds up to more than there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.fidelity.budget import SHARES, Budget


@given(st.floats(0.001, 0.999), st.integers(1, 300))
def test_however_many_members_a_family_has_all_families_together_stay_within_the_budget(delta, many):
    spent = sum(Budget(delta).of(family, n) for family in SHARES for n in range(1, many + 1))
    assert spent <= delta * (1 + 1e-9)
    assert spent == pytest.approx(delta * (1 - 1 / (many + 1)))


@pytest.mark.parametrize("delta", [0, 1, -0.1, 2])
def test_a_budget_of_nothing_or_of_everything_is_refused(delta):
    with pytest.raises(WrongUse, match=f"error budget {delta}: it must lie strictly between 0 and 1; try 0.05"):
        Budget(delta)


def test_members_are_counted_from_one():
    with pytest.raises(WrongUse, match="number 0: the members of a family are counted from 1"):
        Budget().of("assistants", 0)
