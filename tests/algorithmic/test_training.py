"""The loop's parts: whom it asks what, and what X learns from."""

import numpy as np
import pytest

from cohobate.algorithmic.task import NOTHING


def rows(questions):
    return {tuple(question) for question in np.asarray(questions).reshape(-1, np.asarray(questions).shape[-1])}


def test_after_the_first_h_decides_questions_that_were_asked_last(training):
    ours = training("shortest-path", 8, induced=0.5, overseer="imitated", decisions_at_once=8)
    ours.step()
    assert len(ours.recorded) == 1
    facts, questions, _ = ours.memory.batches[-1]
    world, some = ours.undecided(8)
    assert some.shape == (8, 1, ours.task.question_slots)
    for of, question in zip(world.facts, some[:, 0], strict=True):
        context = next(i for i in range(len(facts)) if (facts[i] == of).all())
        assert tuple(question) in rows(questions[context])
    assert len({of.tobytes() for of in world.facts}) == 8


def test_decisions_and_acts_are_counted_wherever_h_acts(training):
    scripted = training(overseer="scripted")
    scripted.step()
    assert scripted.decisions == 8 * 4
    assert scripted.acts > scripted.decisions
    imitated = training(overseer="imitated")
    imitated.step()
    assert imitated.decisions == 16 == sum(len(t) for t in imitated.recorded)
    assert imitated.acts == sum(t.acts for t in imitated.recorded)
    supervised = training(overseer="supervised")
    supervised.step()
    assert (supervised.decisions, supervised.acts) == (0, 0)


@pytest.mark.parametrize("overseer", ["scripted", "supervised"])
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75])
def test_a_batch_is_full_whatever_share_of_it_is_sub_questions(training, share, overseer):
    ours = training("union-find", 8, induced=share, overseer=overseer, unknown=0.3)
    ours.amplify()
    facts, questions, answers = ours.memory.batches[-1]
    assert questions.shape == (8, 4, ours.task.question_slots)
    assert answers.shape == (8, 4)
    assert (questions[..., 0] != NOTHING).all()
    assert ours.targets == answers.size


def test_sub_questions_lead_further_than_the_tasks_own_questions(training):
    """No question of shortest path's own is about a pair without a way. In a graph with dead ends they come up as
    sub-questions of sub-questions, and X has to know them: see the log."""
    ours = training("shortest-path", 8, induced=0.5, overseer="scripted", contexts=64, questions=16, unknown=0.3)
    for _ in range(4):
        ours.amplify()
    no_way = 0
    for facts, questions, _ in ours.memory.batches:
        world = ours.task.world(facts)
        own, further = questions[:, :8], questions[:, 8:]
        assert (ours.task.level(world, own) > 0).all()
        truth = ours.task.truth(world, further)
        no_way += (truth == ours.task.symbols.token("∞")).sum()
    assert no_way > 0


def test_without_sub_questions_all_are_the_tasks_own(training):
    ours = training("shortest-path", 8, overseer="scripted", unknown=0.3)
    ours.amplify()
    facts, questions, _ = ours.memory.batches[-1]
    assert (ours.task.level(ours.task.world(facts), questions) > 0).all()


def test_a_lesson_is_taken_only_when_new_decisions_surprise(training, monkeypatch):
    ours, lessons = training(overseer="imitated", decisions_at_once=4), []
    ours.step()
    monkeypatch.setattr(ours, "imitate", lambda rounds, scale: lessons.append(rounds))
    monkeypatch.setattr(ours.asking, "due", lambda: True)
    for surprise, expected in ((0.5, 1), (0.0001, 0), (0.01, 1)):
        monkeypatch.setattr(ours, "record", lambda count, s=surprise: setattr(ours.asking, "surprise", s))
        lessons.clear()
        ours.ask_h()
        assert len(lessons) == expected


def test_targets_are_made_once_for_every_few_steps(training):
    ours = training(overseer="scripted", reuse=3)
    for _ in range(7):
        ours.step()
    assert ours.targets == 3 * 8 * 4
    assert len(ours.memory.batches) == 3
