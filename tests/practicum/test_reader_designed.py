"""The power of the very test, beside tests that are simulated and analysed without any of its code."""

import json

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from cohobate.errors import WrongUse
from cohobate.fidelity.paired import SCOPES, difference_of, moments, weights
from cohobate.practicum.reader_test import ARMS, DISTILLATION, KINDS, NO_TEXT, Design, Item, Passage, plan, planned

TESTS = 2_000
BASELINE, EFFECT, SDS = 0.4, 0.2, (1.0, 1.0, 0.2)


def design(passages, items, source=True, seed=3):
    return Design(
        tuple(
            Passage(f"p{one}", tuple(Item(f"p{one}i{number}", KINDS[number % 2]) for number in range(items)))
            for one in range(passages)
        ),
        seed,
        source,
    )


def simulated(of, readers, tests=TESTS, seed=11):
    """The share of tests with that design whose interval lies above 0."""
    chance = np.random.default_rng(seed)
    ids = [item.id for one in of.passages for item in one.items]
    arms = np.full((readers, len(ids)), -1)
    for sequence in of.sequences(readers):
        for period in sequence.periods:
            for item in period.items:
                arms[sequence.reader, ids.index(item)] = ARMS.index(period.arm)
    x, w = np.polynomial.hermite_e.hermegauss(41)
    spread = np.sqrt(np.square(SDS).sum())
    with_text, without = (
        brentq(lambda m, share=share: expit(m + spread * x) @ w / w.sum() - share, -50, 50)
        for share in (BASELINE + EFFECT, BASELINE)
    )
    of_weights = weights(arms, [ARMS.index(DISTILLATION), ARMS.index(NO_TEXT)])
    shown = 0
    for _ in range(tests // 100):
        reader = chance.normal(0, SDS[0], (100, readers, 1))
        item = chance.normal(0, SDS[1], (100, 1, len(ids)))
        by_arm = chance.normal(0, SDS[2], (100, readers, len(ARMS)))
        middle = np.where(arms == ARMS.index(DISTILLATION), with_text, without)
        logit = reader + item + middle + by_arm[:, np.arange(readers)[:, None], np.maximum(arms, 0)]
        right = (chance.random(logit.shape) < expit(logit)).astype(float)
        shown += (difference_of(moments(right, of_weights), SCOPES[0])[0] > 0).sum()
    return shown / tests


@pytest.mark.parametrize(
    ("passages", "items", "readers"), [(2, 10, 12), (2, 6, 20), (4, 10, 12), (2, 4, 8), (3, 5, 13)]
)
def test_the_power_of_a_design_is_that_of_tests_with_it_within_three_points(passages, items, readers):
    of = design(passages, items)
    assert planned(of, readers, EFFECT).power == pytest.approx(simulated(of, readers), abs=0.03)


def test_readers_of_a_design_with_a_source_answer_twice_as_many_items_without_it_and_that_shows_more():
    found = planned(design(2, 10), 12, EFFECT)
    assert (found.items_without, found.items_per_arm) == (10, 5)
    assert found.power > plan(12, 5, EFFECT).power + 0.05
    assert "10 items without a text and 5 with the distillation" in found.model
    assert found.readers_needed() < plan(12, 5, EFFECT).readers_needed()


def test_a_design_without_a_source_has_the_power_of_a_plan_with_as_many_items_in_each_arm():
    found = planned(design(2, 10, source=False), 12, EFFECT)
    assert (found.items_without, found.items_per_arm) == (10, 10)
    assert found.power == pytest.approx(plan(12, 10, EFFECT).power, abs=0.03)


def test_a_designs_plan_is_told_as_json_and_is_the_same_each_time():
    told = planned(design(2, 6), 8, EFFECT).to_dict()
    assert json.loads(json.dumps(told)) == told == planned(design(2, 6), 8, EFFECT).to_dict()
    assert (told["items_without"], told["items_per_arm"]) == (6, 3)


def test_a_designs_plan_that_cannot_be_is_refused():
    with pytest.raises(WrongUse, match="items in each arm: 1, and"):
        planned(design(2, 2), 12, EFFECT)
    with pytest.raises(WrongUse, match="5 readers"):
        planned(design(2, 10), 5, EFFECT)
