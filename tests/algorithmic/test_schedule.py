"""When H is asked and how contexts grow, against cases worked out by hand."""

import pytest

from cohobate.algorithmic import schedule
from cohobate.algorithmic.schedule import Asking, Growing


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
