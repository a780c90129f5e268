"""X: what cannot change its answers, and how it gives them."""

import numpy as np
import pytest
import torch

from cohobate.algorithmic.assistant import Assistant, AssistantShape, Manner, reader, without_empty
from cohobate.algorithmic.registers import Block
from cohobate.algorithmic.task import IDK, NOTHING
from cohobate.algorithmic.tasks import TASKS, make_task

SHAPE = AssistantShape(width=16, registers=8, heads=2, reading=2, answering=2)
CONTEXTS, QUESTIONS = 3, 5
NAMED = [name for name in TASKS if name != "wildcard"]


def assistant(task, seed=0):
    """X with weights at random: at its start it says the same of everything."""
    torch.manual_seed(seed)
    x = Assistant(task, SHAPE)
    with torch.no_grad():
        for parameter in x.parameters():
            parameter += 0.2 * torch.randn_like(parameter)
        x.preference.zero_()
    return x


def asked(task, seed=0):
    rng = np.random.default_rng(seed)
    world = task.draw(rng, CONTEXTS)
    return torch.from_numpy(world.facts), torch.from_numpy(task.questions(rng, world, QUESTIONS))


def renaming(task, seed=0):
    """For every token the token it becomes: names change places within their sort."""
    rng, tokens = np.random.default_rng(seed), np.arange(len(task.symbols))
    for sort in task.symbols.names:
        span = task.symbols.span(sort)
        tokens[span.start : span.stop] = rng.permutation(tokens[span.start : span.stop])
    return torch.from_numpy(tokens)


@pytest.mark.parametrize("name", NAMED)
def test_under_other_names_x_gives_the_same_answers_by_these_names(name):
    task = make_task(name, 8)
    x, (facts, questions) = assistant(task), asked(task)
    renamed = renaming(task)
    assert not torch.equal(renamed[facts], facts)
    with torch.no_grad():
        before, after = x(facts, questions), x(renamed[facts], renamed[questions])
    assert before.std() > 0.1
    torch.testing.assert_close(after[..., renamed], before, atol=1e-4, rtol=1e-4)


def test_only_its_preference_among_names_tells_them_apart():
    task = make_task("shortest-path", 8)
    x, (facts, questions) = assistant(task), asked(task)
    with torch.no_grad():
        before = x(facts, questions)
        x.preference.fill_(1.0)
        more = x(facts, questions) - before
    span = task.symbols.span("vertex")
    torch.testing.assert_close(more[0, 0, span.start : span.stop], torch.linspace(0, 1, 8), atol=1e-4, rtol=0)
    assert not more[..., : span.start].any()
    assert not more[..., span.stop :].any()


@pytest.mark.parametrize("name", TASKS)
def test_the_order_of_facts_and_empty_ones_make_no_difference(name):
    task = make_task(name, 8)
    x, (facts, questions) = assistant(task), asked(task)
    empty = torch.full_like(facts[:, :2], NOTHING)
    with torch.no_grad():
        torch.testing.assert_close(
            x(torch.cat([empty, facts.flip(1)], 1), questions), x(facts, questions), atol=1e-4, rtol=1e-4
        )


@pytest.mark.parametrize("name", TASKS)
def test_contexts_and_questions_of_a_batch_do_not_influence_each_other(name):
    task = make_task(name, 8)
    x, (facts, questions) = assistant(task), asked(task)
    with torch.no_grad():
        together = x(facts, questions)
        for context in range(CONTEXTS):
            for question in range(QUESTIONS):
                alone = x(facts[context : context + 1], questions[context : context + 1, question : question + 1])
                torch.testing.assert_close(alone[0, 0], together[context, question], atol=1e-4, rtol=1e-4)


def test_facts_that_are_empty_everywhere_are_left_out_and_no_others():
    facts = np.full((2, 5, 3), NOTHING)
    facts[0, 1] = facts[1, 3] = 7
    assert without_empty(facts).tolist() == facts[:, [0, 1, 3]].tolist()
    facts[:, 0] = 7
    assert without_empty(facts).tolist() == facts[:, [0, 1, 3]].tolist()
    assert without_empty(facts[:, 4:]).shape == (2, 1, 3)


def test_weights_learned_about_few_names_fit_a_task_with_many():
    few, many = make_task("powering", 4, bits=3), make_task("powering", 16, bits=3)
    x = Assistant(many, SHAPE)
    x.load_state_dict(assistant(few).state_dict())
    facts, questions = asked(many)
    assert x(facts, questions).shape == (CONTEXTS, QUESTIONS, len(many.symbols))


def test_a_name_that_plays_no_part_stays_without_registers():
    torch.manual_seed(0)
    block = Block(16, 8, 2)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.normal_()
    registers = torch.randn(2, 3, 5, 8)
    registers[:, :, 4] = 0
    _, after = block((torch.randn(2, 3, 16), registers), torch.ones(2, 1, 1, 3, dtype=torch.bool))
    assert not after[:, :, 4].any()
    assert after[:, :, :4].all()


# --- how it answers ---------------------------------------------------------------------------------------------------


def told(x, task, manner, wanted=None, seed=0):
    facts, questions = asked(task)
    wanted = np.ones((CONTEXTS, QUESTIONS), dtype=bool) if wanted is None else wanted
    return reader(x, facts.numpy(), manner, torch.Generator().manual_seed(seed))(questions.numpy(), wanted)


def test_what_else_is_asked_makes_no_difference_to_an_answer():
    task = make_task("powering", 8)
    x, wanted = assistant(task), np.zeros((CONTEXTS, QUESTIONS), dtype=bool)
    wanted[0, 3] = wanted[2, 0] = wanted[2, 4] = True
    some, everything = told(x, task, Manner(), wanted), told(x, task, Manner())
    assert (some[wanted] == everything[wanted]).all()


def test_contexts_taken_by_the_portion_get_the_same_answers(monkeypatch):
    task = make_task("powering", 8)
    x = assistant(task)
    together, portions, read = told(x, task, Manner()), [], x.read
    monkeypatch.setattr("cohobate.algorithmic.assistant.PORTION", 2 * 8 * 8 * SHAPE.registers)
    monkeypatch.setattr(x, "read", lambda facts: portions.append(len(facts)) or read(facts))
    assert (told(x, task, Manner()) == together).all()
    assert portions == [2, 1]


def test_an_answer_less_probable_than_sure_is_i_dont_know():
    task = make_task("powering", 8)
    x, (facts, questions) = assistant(task), asked(task)
    with torch.no_grad():
        shares = x(facts, questions).softmax(-1).max(-1).values.numpy()
    at = float(np.median(shares))
    answers = told(x, task, Manner(sure=at))
    assert ((answers == IDK) == (shares < at)).all()
    assert (answers == told(x, task, Manner()))[shares >= at].all()


def test_drawn_answers_come_as_often_as_x_believes_in_them():
    task = make_task("powering", 8)
    x, (facts, questions) = assistant(task), asked(task)
    with torch.no_grad():
        expected = x(facts, questions).softmax(-1).numpy()
    ask = reader(x, facts.numpy(), Manner(temperature=1.0), torch.Generator().manual_seed(0))
    wanted = np.ones((CONTEXTS, QUESTIONS), dtype=bool)
    drawn = np.stack([ask(questions.numpy(), wanted) for _ in range(2000)])
    found = (drawn[..., None] == np.arange(expected.shape[-1])).mean(0)
    assert np.abs(found - expected).max() < 0.06  # over five standard errors of 2,000 draws
