"""What H is asked to decide, by each policy."""

import numpy as np
import pytest
import torch

from cohobate.algorithmic import asking, checkpoint
from cohobate.algorithmic.asking import POLICIES
from cohobate.algorithmic.overseer import Transcripts


def last_asked(ours):
    facts, questions, _ = ours.memory.batches[-1]
    return ours.task.world(facts), questions


@pytest.mark.parametrize("ask", POLICIES)
def test_a_policy_names_questions_that_there_are_about_different_contexts(training, ask):
    ours = training("union-find", 8, ask=ask, induced=0.5)
    ours.step()
    world, questions = last_asked(ours)
    contexts, which = POLICIES[ask](ours, world, questions, 6)
    assert len(set(contexts.tolist())) == 6
    assert ((which >= 0) & (which < questions.shape[1])).all()
    contexts, which = POLICIES[ask](ours, world, questions, 100)
    assert sorted(contexts.tolist()) == list(range(8))


def test_steady_asking_comes_to_every_question_in_time(training):
    ours = training(ask="steady")
    ours.step()
    world, questions = last_asked(ours)
    drawn = [POLICIES["steady"](ours, world, questions, 3) for _ in range(100)]
    seen = {pair for contexts, which in drawn for pair in zip(contexts.tolist(), which.tolist(), strict=True)}
    assert len(seen) == 8 * 4


def test_two_imitators_start_from_different_weights_and_learn_from_the_same_decisions(training, monkeypatch):
    ours = training(ask="disagreement")
    assert not torch.equal(ours.imitator.looks, ours.second.looks)
    learned = []

    def noted(rng, imitator, optimiser, decisions, rounds, scale):
        learned.append((imitator, decisions))

    monkeypatch.setattr("cohobate.algorithmic.training.lesson", noted)
    ours.step()
    assert [imitator for imitator, _ in learned] == [ours.imitator, ours.second]
    assert learned[0][1] is learned[1][1]


@pytest.mark.parametrize("ask", ["steady", "uncertain"])
def test_without_disagreement_there_is_one_imitator(training, ask):
    assert training(ask=ask).second is None
    assert training(ask="disagreement", overseer="scripted").second is None


def test_half_of_what_h_decides_is_where_the_two_surprise_each_other_most(training, monkeypatch):
    ours = training(ask="disagreement", contexts=4)
    ours.step()
    world, questions = last_asked(ours)
    doubts = {id(ours.imitator): torch.zeros(16), id(ours.second): torch.zeros(16)}
    doubts[id(ours.imitator)][5] = 2.0  # the second question about the second context
    doubts[id(ours.second)][12] = 1.0  # the first one about the last
    monkeypatch.setattr(asking, "surprises", lambda imitator, transcripts: doubts[id(imitator)])
    contexts, which = POLICIES["disagreement"](ours, world, questions, 4)
    assert list(zip(contexts[:2].tolist(), which[:2].tolist(), strict=True)) == [(1, 1), (3, 0)]


def test_a_run_with_two_imitators_is_restored_with_both(training, tmp_path):
    ours = training(ask="disagreement", decisions_at_once=4)
    for _ in range(5):
        ours.step()
    checkpoint.save(ours, tmp_path, {})
    theirs = training(ask="disagreement", decisions_at_once=4)
    checkpoint.restore(theirs, checkpoint.newest(tmp_path)[0])
    for _ in range(5):
        ours.step(), theirs.step()
    assert isinstance(theirs.recorded[-1], Transcripts)
    assert np.array_equal(theirs.recorded[-1].questions, ours.recorded[-1].questions)
    for one, other in ((ours.imitator, theirs.imitator), (ours.second, theirs.second), (ours.x, theirs.x)):
        assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
