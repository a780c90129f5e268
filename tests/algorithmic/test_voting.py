"""Voting: who is elected, and what a transcript of an elected answer is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cohobate.algorithmic.failures import Failure, failing
from cohobate.algorithmic.overseer import scripted
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.voting import elected, voted, voting_assistants, voting_overseers

TASK = make_task("powering", 4, bits=3)


@given(arrays.arrays(np.int64, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=st.integers(0, 3)))
def test_the_elected_answer_is_a_most_frequent_one_and_the_first_of_those(answers):
    for ballot, winner in zip(answers.T, voted(answers), strict=True):
        most = max(list(ballot).count(one) for one in ballot)
        assert winner == next(one for one in ballot if list(ballot).count(one) == most)


def test_the_first_of_those_who_agree_is_elected():
    assert elected(np.array([[1], [2], [2]])).tolist() == [1]


def worked(overseer, seed=0):
    rng = np.random.default_rng(0)
    world = TASK.draw(rng, 2000)
    questions = TASK.questions(rng, world, 1)
    truth = TASK.truth(world, questions)
    done = overseer(np.random.default_rng(seed), world, questions, lambda some, wanted: TASK.truth(world, some))
    return done, truth


def copies(seeds):
    return [scripted(TASK, failing(TASK, Failure("random", 0.3), seed)) for seed in seeds]


def test_a_vote_of_overseers_that_fail_apart_is_righter_and_of_those_that_fail_together_is_no_other():
    one, apart, together = (
        (lambda done, truth: (done.answers != truth).mean())(*worked(overseer))
        for overseer in (
            voting_overseers(copies([0])),
            voting_overseers(copies([0, 1, 2])),
            voting_overseers(copies([0] * 3)),
        )
    )
    assert apart < one / 1.5
    assert together == one


def test_the_transcript_of_a_vote_is_that_of_a_voter_with_the_voted_answer():
    overseers = [scripted(TASK, failing(TASK, Failure("act", 0.5), seed)) for seed in range(3)]
    done, _ = worked(voting_overseers(overseers), seed=4)
    occasion = int(np.random.default_rng(4).integers(2**63))
    rng = np.random.default_rng(0)
    world = TASK.draw(rng, 2000)
    questions = TASK.questions(rng, world, 1)
    each = [
        one(np.random.default_rng(occasion), world, questions, lambda some, wanted: TASK.truth(world, some))
        for one in overseers
    ]
    same = [
        (done.asked == one.asked).all((-1, -2)) & (done.told == one.told).all(-1) & (done.answers == one.answers)
        for one in each
    ]
    assert np.any(same, axis=0).all()


def test_assistants_vote():
    questions, wanted = np.zeros((1, 3, 5), dtype=np.int64), np.ones((1, 3), dtype=bool)
    say = [np.array([[1, 2, 3]]), np.array([[1, 5, 4]]), np.array([[9, 5, 6]])]
    voters = [lambda asked, wanted, said=said: said for said in say]
    assert voting_assistants(voters)(questions, wanted).tolist() == [[1, 5, 3]]
