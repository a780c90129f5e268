"""Specialists in the place of one X: whose each question is, and that nobody else has a part in it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cohobate.algorithmic import checkpoint
from cohobate.algorithmic.assistant import Assistant, AssistantShape, reader
from cohobate.algorithmic.collective import Collective, division, make_assistant, shapes, weights
from cohobate.algorithmic.measuring import close_iteration, look
from cohobate.algorithmic.scripted import one_step
from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.errors import WrongUse

SHAPE = AssistantShape(width=24, registers=4, heads=2, reading=1, answering=1)
DIVIDED = [("powering", "levels"), ("wildcard", "levels"), ("shortest-path", "kinds"), ("union-find", "kinds")]
each = pytest.mark.parametrize(("name", "by"), DIVIDED)


def drawn(task, contexts=6, questions=5, seed=0):
    rng = np.random.default_rng(seed)
    world = task.draw(rng, contexts)
    return world, task.questions(rng, world, questions)


def scattered(model):
    """Weights that are not zero anywhere: read-outs start at zero, and all would answer alike."""
    for i, parameter in enumerate(model.parameters()):
        torch.nn.init.normal_(parameter, std=0.3, generator=torch.Generator().manual_seed(i))
    return model


@pytest.mark.parametrize("name", TASKS)
def test_a_level_told_from_the_question_alone_is_the_level(name):
    task = make_task(name, 8)
    world, questions = drawn(task, 50)
    told = task.level_of_question(questions)
    assert (told is not None) == (name in ("powering", "wildcard"))
    if told is not None:
        assert (told == task.level(world, questions)).all()
        assert (task.level_of_question(np.full_like(questions, NOTHING)) == 0).all()


@each
def test_together_they_have_as_many_weights_as_one(name, by):
    task = make_task(name, 8)
    one, many = (
        sum(p.numel() for p in make_assistant(task, AssistantShape(), which).parameters()) for which in ("one", by)
    )
    assert one == weights(task, AssistantShape())
    assert abs(many - one) < 0.03 * one


@each
def test_each_question_is_answered_by_its_specialist_alone(name, by):
    task = make_task(name, 8)
    x = scattered(make_assistant(task, SHAPE, by))
    world, questions = drawn(task)
    facts, asked = torch.from_numpy(world.facts), torch.from_numpy(questions)
    answers, whose = x(facts, asked), x.division.whose(questions)
    assert set(whose.ravel().tolist()) == set(range(len(x.specialists)))
    for i, specialist in enumerate(x.specialists):
        alone = specialist(facts, asked)
        assert torch.allclose(answers[whose == i], alone[whose == i], atol=1e-5)
        assert not torch.allclose(answers[whose != i], alone[whose != i], atol=1e-2)


def test_each_learns_from_its_own_questions_alone():
    task = make_task("union-find", 8)
    x = scattered(make_assistant(task, SHAPE, "kinds"))
    world, questions = drawn(task)
    kinds = task.kind(questions)
    x(torch.from_numpy(world.facts), torch.from_numpy(questions))[torch.from_numpy(kinds == 1)].sum().backward()
    touched = [any(p.grad is not None and p.grad.abs().sum() > 0 for p in one.parameters()) for one in x.specialists]
    assert touched == [False, True, False]


@each
def test_questions_of_a_batch_of_any_make_up_are_answered(name, by):
    """Only one specialist asked, simple questions, malformed and blank ones: as sub-questions come."""
    task = make_task(name, 8)
    x = scattered(make_assistant(task, SHAPE, by))
    world, questions = drawn(task)
    record = []
    one_step(task, np.random.default_rng(0), world, questions, record=record)
    nonsense = np.random.default_rng(0).integers(0, len(task.symbols), questions.shape)
    for asked in (questions[:, :1], nonsense, np.full_like(questions, NOTHING), *(a for a, _ in record)):
        logits = x(torch.from_numpy(world.facts), torch.from_numpy(asked))
        assert logits.shape == (*asked.shape[:-1], len(task.symbols))
        assert logits.isfinite().all()
    answers = reader(x, world.facts)(questions, np.zeros(questions.shape[:-1], dtype=bool))
    assert (answers == NOTHING).all()


def test_what_is_simple_goes_to_the_level_next_to_it():
    task = make_task("powering", 8, bits=4)
    questions = np.stack([task.read_question(f"σ^{k}(a)") for k in (0, 1, 2, 3, 4, 7, 8, 15)])
    assert division(task, "levels").whose(questions).tolist() == [0, 0, 0, 0, 1, 1, 2, 2]
    assert division(task, "levels").names == ("level 2", "level 3", "level 4")


@pytest.mark.parametrize(
    ("name", "by", "why"),
    [
        (
            "powering",
            "kinds",
            "powering has only one kind of question, power; leave out --assistants, or try --assistants",
        ),
        ("union-find", "levels", "union-find cannot be told without its context; leave out --assistants, or try"),
        ("assignments", "levels", "assignments cannot be told without its context; leave out --assistants$"),
    ],
)
def test_what_cannot_be_divided_is_refused_in_a_sentence(name, by, why):
    with pytest.raises(WrongUse, match=why):
        make_assistant(make_task(name, 8), SHAPE, by)


def test_so_many_specialists_that_none_is_narrow_enough_are_refused():
    with pytest.raises(WrongUse, match="15 specialists cannot share .* weights: the narrowest has .*; make X wider"):
        shapes(make_task("powering", 8, bits=16), replace(SHAPE, width=4), 15)


def test_one_is_an_assistant_as_ever(training):
    assert isinstance(training().x, Assistant)


@pytest.mark.parametrize(("name", "by"), [("powering", "levels"), ("union-find", "kinds")])
def test_a_collective_trains_is_measured_and_restored(training, tmp_path, name, by):
    ours = training(name, 8, assistants=by, induced=0.5, unknown=0.3)
    assert isinstance(ours.x, Collective)
    for _ in range(5):
        ours.step()
    assert 0 <= look(ours)["accuracy"] <= 1
    assert close_iteration(ours, 1)["measurements"]
    checkpoint.save(ours, tmp_path, {})
    theirs = training(name, 8, assistants=by, induced=0.5, unknown=0.3)
    checkpoint.restore(theirs, checkpoint.newest(tmp_path)[0])
    for _ in range(3):
        ours.step(), theirs.step()
    assert all(torch.equal(a, b) for a, b in zip(ours.x.parameters(), theirs.x.parameters(), strict=True))


def test_a_collective_says_what_it_does_not_know(training):
    ours = training("wildcard", 8, assistants="levels")
    world, questions = drawn(ours.task)
    answers = ours.assistant_for(world)(questions, ours.task.lookup(ours.rng, world, questions) == ASSISTANT)
    assert (answers == IDK).all()  # read-outs start at zero: no answer is more probable than half
