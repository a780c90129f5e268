"""The theory against figures worked out elsewhere, against chance itself, and against trees followed to their end."""

import itertools

import numpy as np
import pytest

from cohobate.algorithmic.failures import Failure, failing
from cohobate.algorithmic.overseer import scripted
from cohobate.algorithmic.studies.theory import FOLLOW_UP, Channel, approximately, learned_exactly, predicted
from cohobate.algorithmic.task import IDK
from cohobate.algorithmic.tasks import make_task

TASK = make_task("powering", 4, bits=4)


@pytest.mark.parametrize(("probability", "first", "second"), [(0.01, 99.2, 97.62), (0.1, 92, 78.32), (0.3, 76, 47.44)])
def test_the_closed_form_is_met(probability, first, second):
    ours = predicted(Failure("random", probability), 4, 4, sampled=True)
    short = approximately(probability, 4, 3)
    assert 100 * short[0] == pytest.approx(first)
    assert 100 * short[1] == pytest.approx(second, abs=0.005)
    assert 100 * ours.amplify[0] == pytest.approx(first)
    assert 100 * ours.amplify[1] == pytest.approx(second, abs=0.3)
    assert first / 100 == pytest.approx(FOLLOW_UP[probability][0][0])


def test_without_failures_everything_is_right():
    for sort in ("random", "act"):
        for sampled in (True, False):
            ours = predicted(Failure(sort, 0.0), 4, 4, sampled)
            assert ours.amplify == ours.sampled == ours.most_probable == (1.0, 1.0, 1.0)


def test_most_probable_sub_answers_keep_random_failures_from_compounding():
    ours = predicted(Failure("random", 0.3), 4, 4, sampled=False)
    assert ours.amplify == pytest.approx((0.76,) * 3)
    assert ours.most_probable == (1.0,) * 3


@pytest.mark.parametrize(("sort", "probability"), [("random", 0.1), ("random", 0.3), ("act", 0.1)])
def test_the_theory_is_what_chance_does(sort, probability):
    """A tree in which every sub-question is answered by a failing H again, down to what is simple."""
    rng = np.random.default_rng(0)
    world = TASK.draw(rng, 1500)
    questions = TASK.questions(rng, world, 1)
    overseer = scripted(TASK, failing(TASK, Failure(sort, probability), 0))

    def again(world, depth):
        def answers(asked, wanted):
            # Beyond any depth that matters (a stray sub-question may be of any height) nobody knows.
            told, rows = np.full(wanted.shape, IDK), wanted[:, 0]
            if depth:
                told[rows] = overseer(rng, world[rows], asked[rows], again(world[rows], depth - 1)).answers
            return told

        return answers

    right = TASK.correct(world, questions, overseer(rng, world, questions, again(world, 6)).answers)
    levels = TASK.level(world, questions)
    for height, share in enumerate(predicted(Failure(sort, probability), 4, 4, sampled=True).amplify, start=1):
        here = right[levels == height + 1]
        assert abs(here.mean() - share) < 4.5 * np.sqrt(share * (1 - share) / here.size)


def test_only_where_nearly_every_act_may_fail_does_it_matter_where_x_begins():
    for sort, probability, sampled in itertools.product(("random", "act"), (0.1, 0.3), (True, False)):
        known, blank = (
            predicted(Failure(sort, probability), 4, 4, sampled, begins_blank=blank).amplify for blank in (False, True)
        )
        twice = (sort, probability, sampled) == ("act", 0.3, False)
        assert (known == pytest.approx(blank)) != twice


def test_a_vote_of_those_who_fail_together_repairs_sub_answers_and_no_failure():
    failure = Failure("random", 0.3)
    one, together, apart = (
        predicted(failure, 4, 4, True, voters, shared=shared).amplify
        for voters, shared in ((1, False), (3, True), (3, False))
    )
    assert together[0] == pytest.approx(one[0])
    assert one[0] < apart[0]
    assert one[2] < together[2] < apart[2]


def test_an_assistant_that_learned_exactly_from_h_is_right():
    rng = np.random.default_rng(0)
    world = TASK.draw(rng, 50)
    questions = TASK.questions(rng, world, 6)
    answers = learned_exactly(scripted(TASK), world)(questions, np.ones((50, 6), dtype=bool))
    assert TASK.correct(world, questions, answers).all()


@pytest.mark.parametrize(
    ("voters", "error", "voted"), [(3, 0.01, 3.0e-4), (5, 0.01, 9.9e-6), (3, 0.1, 2.8e-2), (5, 0.1, 8.6e-3)]
)
def test_a_vote_of_independent_voters_is_at_least_as_good_as_a_majority_of_right_ones(voters, error, voted):
    # With two answers in all, most votes is a majority.
    two = Channel(1 - error, 0.0, 2)
    assert 1 - two.voted(voters).right == pytest.approx(voted, rel=0.02)
    many = Channel(1 - error, 0.0, 8)
    assert 1 - many.voted(voters).right <= 1 - two.voted(voters).right


def test_shares_of_a_channel_stay_shares():
    one = Channel(0.5, 0.2, 4)
    for other in (one.then(one), one.voted(3), one.mixed(Channel(0.2, 0.2, 4), 0.5)):
        assert 0 < other.right < 1
        assert 0 < other.idk < 1
        assert other.right + other.idk + 3 * other.wrong == pytest.approx(1)
