import re

import numpy as np
import pytest
from scipy.stats import chisquare

from cohobate.algorithmic.task import IDK, NOTHING
from cohobate.algorithmic.tasks.assignments import Assignments
from cohobate.errors import WrongUse

CONTEXT = """
x1 = 2
x2 = 3
x3 = 1
x4 = f(x1, x2)
x5 = f(x4, x4)
f(2, 3) = 1
f(1, 1) = 3
"""


def answer(task, world, text):
    return task.show_answer(int(task.truth(world, task.read_question(text)[None, None])[0, 0]))


def test_a_hand_made_context_has_the_values_one_expects():
    task = Assignments(5)
    world = task.read_context(CONTEXT)
    assert [answer(task, world, f"value x{i}") for i in range(1, 6)] == ["2", "3", "1", "1", "3"]
    assert [answer(task, world, text) for text in ("first x1", "first x4", "second x4")] == ["2", "x1", "x2"]
    assert answer(task, world, "f(2, 3)") == "1"
    assert task.level(world, np.array([[task.read_question(f"value x{i}") for i in range(1, 6)]])).tolist() == [
        [0, 0, 0, 1, 2]
    ]


def test_what_is_not_there_is_not_known():
    task = Assignments(5)
    world = task.read_context(CONTEXT)
    asked = np.array([[task.read_question(text) for text in ("second x1", "f(3, 3)")]])
    assert (task.truth(world, asked) == IDK).all()
    assert (task.lookup(np.random.default_rng(0), world, asked) == IDK).all()


@pytest.mark.parametrize("size", [4, 11, 20])
def test_the_truth_is_the_expression_worked_out(size):
    task, rng = Assignments(20), np.random.default_rng(1)
    world = task.draw(rng, 10, size)
    for c, facts in enumerate(world.facts):
        lines = dict(line.split(" = ") for line in task.show_context(facts).splitlines())

        def value(x, lines=lines):
            if found := re.fullmatch(r"f\((x\d+), (x\d+)\)", lines[x]):
                return lines[f"f({value(found[1])}, {value(found[2])})"]
            return lines[x]

        for x in (f"x{i}" for i in range(1, 21)):
            assert answer(task, world[c : c + 1], f"value {x}") == (value(x) if x in lines else "I don't know")


def test_a_context_of_some_variables_says_nothing_about_the_others():
    task = Assignments(8)
    world = task.read_context("x7 = 2\nx2 = f(x7, x7)\nf(2, 2) = 3")
    assert [answer(task, world, f"value {x}") for x in ("x7", "x2")] == ["2", "3"]
    outside = ["value x1", "first x1", "second x8", "first x8", "f(2, 1)"]
    assert [answer(task, world, text) for text in outside] == ["I don't know"] * 5
    asked = np.array([[task.read_question(text) for text in outside]])
    assert (task.lookup(np.random.default_rng(0), world, asked) == IDK).all()


def test_a_smaller_context_has_fewer_constants_and_a_random_set_of_as_many_values():
    task, rng = Assignments(64), np.random.default_rng(6)
    world = task.draw(rng, 500, 16)
    assert ((world.first < 0) & (world.values >= 0)).sum(-1).tolist() == [4] * 500
    seen = (world.values[..., None] == np.arange(8)).any(1)
    assert seen.sum(-1).max() == 4
    assert chisquare(seen.sum(0)).pvalue > 1e-4


def test_a_drawn_context_has_as_many_constants_as_values_and_f_only_where_used():
    task, rng = Assignments(30), np.random.default_rng(2)
    for facts in task.draw(rng, 20).facts:
        context = task.show_context(facts)
        assert len(re.findall(r"^x\d+ = \d", context, re.M)) == 5
        assert len(re.findall(r"^x\d+ = f", context, re.M)) == 25
        task.read_context(context)
        for entry in re.findall(r"^f.*$", context, re.M):
            with pytest.raises(WrongUse, match="which is not given"):
                task.read_context(context.replace(entry, ""))


def test_arguments_are_uniform_among_the_earlier_variables():
    task, rng = Assignments(8), np.random.default_rng(3)
    facts = task.draw(rng, 4000).facts
    order, last = facts[:, :8, 1], facts[:, 7]
    place = (order[:, None, :] == last[:, 2:, None]).argmax(-1)
    assert chisquare(np.bincount(place[:, 0], minlength=7)).pvalue > 1e-4
    assert chisquare(np.bincount(place[:, 1], minlength=7)).pvalue > 1e-4
    assert place.max() == 6


def test_names_values_and_questions_are_uniform():
    task, rng = Assignments(8), np.random.default_rng(4)
    world = task.draw(rng, 3000)
    assert chisquare(np.unique(world.facts[:, 0, 1], return_counts=True)[1]).pvalue > 1e-4
    assert chisquare(np.unique(world.facts[:, :3, 2], return_counts=True)[1]).pvalue > 1e-4
    assert chisquare(np.unique(task.questions(rng, world, 1)[..., 1], return_counts=True)[1]).pvalue > 1e-4


def test_facts_that_are_not_needed_are_empty():
    task = Assignments(8)
    facts = task.draw(np.random.default_rng(5), 50).facts
    used = (facts != NOTHING).any(-1)
    assert facts.shape[1] == 8 + 5
    assert (used[:, :-1] >= used[:, 1:]).all()
    assert used.sum(-1).min() >= 9


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("x2 = 3\n", "", "x2 is used but not defined; add a line such as x2 = 2"),
        (CONTEXT, "f(1, 1) = 3", "a context of assignments defines at least one variable; write it as x1 = 2"),
        ("f(1, 1) = 3\n", "x1 = 1\n", "x1 is defined more than once; keep one line"),
        ("f(1, 1) = 3", "f(2, 3) = 3", "f(2, 3) is given more than once; keep one line"),
        ("f(1, 1) = 3", "", "x5 needs f(1, 1), which is not given; add a line such as f(1, 1) = 3"),
        ("x4 = f(x1, x2)", "x4 = f(x1, x5)", "x4 depends on itself, or on a variable that does"),
        ("x1 = 2", "x1 = 4", "'4' is no value; use one of 1…3"),
        ("x1 = 2", "x9 = 2", "'x9' is no variable; use one of x1…x5"),
    ],
)
def test_a_context_that_cannot_be_is_refused(old, new, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)):
        Assignments(5).read_context(CONTEXT.replace(old, new))


def test_facts_of_stray_tokens_are_refused():
    task = Assignments(5)
    facts = task.read_context(CONTEXT).facts.copy()
    facts[0, 0, 3] = facts[0, 0, 1]
    with pytest.raises(WrongUse, match="is no fact of assignments"):
        task.world(facts)
