"""When H is asked and how contexts grow, against cases worked out by hand."""

import numpy as np
import pytest

from cohobate.algorithmic import schedule
from cohobate.algorithmic.schedule import Asking, Growing, to_ask


@pytest.fixture(autouse=True)
def rates(monkeypatch):
    """Rates that are easy to reckon with, whatever has proved best."""
    monkeypatch.setattr(schedule, "RATES", ((0.1, 2.0), (0.01, 0.5), (0.0, 0.1)))


def asked_at(asking, steps):
    return [step for step in range(1, steps + 1) if asking.due()]


@pytest.mark.parametrize(
    ("surprise", "every"),
    [
        (1.0, 8),  # 2 decisions a step, 16 at once
        (0.05, 32),  # 0.5 a step
        (0.005, 160),  # 0.1 a step
    ],
)
def test_the_less_h_is_foreseen_the_oftener_it_is_asked(surprise, every):
    asking = Asking(at_once=16, surprise=surprise)
    assert asked_at(asking, 2 * every + 1) == pytest.approx([every, 2 * every], abs=1)


def test_what_is_earned_beyond_a_lesson_is_kept_for_the_next():
    asking = Asking(at_once=3, surprise=1.0)
    assert asked_at(asking, 6) == [2, 3, 5, 6]
    assert asking.owed == 0.0


def test_a_new_surprise_changes_the_rate_from_the_next_step_on():
    asking = Asking(at_once=16, surprise=0.05, owed=14.0)
    assert not asking.due()
    asking.surprise = 1.0
    assert asking.due()


def test_half_of_what_h_is_asked_is_what_the_imitator_doubts_most():
    doubts = np.array([[0.1, 0.2], [0.9, 0.3], [0.0, 0.0], [0.4, 0.5], [0.3, 0.1], [0.0, 0.1]])
    contexts, which = to_ask(np.random.default_rng(0), doubts, 4)
    assert contexts[:2].tolist() == [1, 3]
    assert which[:2].tolist() == [0, 1]
    assert len(set(contexts.tolist())) == 4


def test_the_other_half_may_be_anything_else():
    doubts, seen = np.array([[0.9, 0.0], [0.8, 0.0], [0.0, 0.1], [0.1, 0.2], [0.3, 0.1]]), set()
    for seed in range(100):
        contexts, which = to_ask(np.random.default_rng(seed), doubts, 4)
        seen |= set(zip(contexts[2:].tolist(), which[2:].tolist(), strict=True))
    assert seen == {(context, question) for context in (2, 3, 4) for question in (0, 1)}


def test_h_is_asked_about_no_more_contexts_than_there_are():
    contexts, which = to_ask(np.random.default_rng(0), np.zeros((3, 2)), 8)
    assert sorted(contexts.tolist()) == [0, 1, 2]
    assert len(which) == 3


def test_contexts_grow_when_the_average_agreement_passes_the_threshold_and_it_starts_anew():
    growing = Growing(size=4, threshold=0.15)
    growing.note(1.0, following=5)  # 0 + 0.1 · (1 − 0) = 0.1
    assert (growing.size, growing.agreement) == (4, pytest.approx(0.1))
    growing.note(1.0, following=5)  # 0.1 + 0.1 · 0.9 = 0.19
    assert (growing.size, growing.agreement) == (5, 0.0)


def test_contexts_of_full_size_grow_no_further():
    growing = Growing(size=8, threshold=0.5, agreement=0.9)
    growing.note(1.0, following=None)
    assert (growing.size, growing.agreement) == (8, pytest.approx(0.91))
