"""H on its own; the golden transcripts.

`COHOBATE_WRITE_GOLDEN=1 pytest tests/algorithmic/test_scripted.py` writes the transcripts anew; look at what changed
before you keep it.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from cohobate.algorithmic.scripted import Node, one_step, recurse, run_steps, show_tree, tree
from cohobate.algorithmic.task import IDK, NOTHING
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.algorithmic.tasks.powering import Powering
from cohobate.errors import CohobateError, WrongUse

GOLDEN = Path(__file__).parent.parent / "golden" / "transcripts"


def hardest(task, seed=0):
    """A world of one context, the hardest of a few questions about it, and the generator that drew them."""
    rng = np.random.default_rng(seed)
    world = task.draw(rng, 1)
    questions = task.questions(rng, world, 16)[0]
    return rng, world, questions[task.level(world, questions[None])[0].argmax()]


@pytest.mark.parametrize("name", TASKS)
def test_the_transcript_is_the_golden_one(name):
    task = make_task(name)
    rng, world, question = hardest(task)
    text = task.show_context(world.facts[0]) + "\n\n" + show_tree(task, tree(task, rng, world, question)) + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("COHOBATE_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TASKS)
def test_the_answer_of_a_tree_is_right_and_its_leaves_are_not_h(name):
    task = make_task(name)
    rng, world, question = hardest(task, seed=1)
    root = tree(task, rng, world, question)
    assert root.by == "H"
    assert task.correct(world, question[None, None], np.array([[root.answer]]))[0, 0]
    assert all((node.by == "H") == bool(node.children) for node in root.walk())
    if task.finite:
        assert {node.by for node in root.walk()} == {"H", "context"}


@pytest.mark.parametrize("name", ["shortest-path", "union-find"])
def test_a_tree_without_end_opens_no_question_twice_and_says_where_it_used_the_truth(name):
    task = make_task(name)
    rng, world, question = hardest(task, seed=2)
    nodes = list(tree(task, rng, world, question).walk())
    opened = [node.question for node in nodes if node.by == "H"]
    assert len(opened) == len(set(opened))
    assert {node.question for node in nodes if node.by == "truth"} <= set(opened)


def test_a_tree_of_depth_one_asks_the_assistant():
    task = make_task("powering")
    rng, world, question = hardest(task)
    asked = []

    def assistant(world, questions):
        asked.append(task.show_question(questions[0, 0]))
        return task.truth(world, questions)

    root = tree(task, rng, world, question, assistant, depth=1)
    assert [child.by for child in root.children[:2]] == ["assistant", "assistant"]
    assert asked == [task.show_question(np.array(child.question)) for child in root.children[:2]]
    assert "(the assistant)" in show_tree(task, root)


def test_the_assistants_mistakes_reach_the_root():
    task = make_task("wildcard")
    rng, world, question = hardest(task)
    assert tree(task, rng, world, question, lambda _, q: np.full(q.shape[:2], IDK), depth=1).answer == IDK


def test_the_tree_of_a_simple_question_is_a_leaf():
    task = make_task("wildcard")
    rng, world, _ = hardest(task)
    assert tree(task, rng, world, task.read_question("010")).simple


def test_the_tree_of_a_malformed_question_is_a_leaf_that_is_not_known():
    task = make_task("powering")
    rng, world, _ = hardest(task)
    for token in (IDK, NOTHING):
        malformed = np.full(task.question_slots, token)
        assert tree(task, rng, world, malformed) == Node(tuple(malformed.tolist()), IDK, "context")


def test_running_steps_records_each_act_and_hides_blank_rows():
    def steps():
        first = yield np.array([[5, 6], [NOTHING, NOTHING]])
        second = yield np.array([[NOTHING, NOTHING], [NOTHING, NOTHING]])
        return first * 10 + second

    shown, record = [], []

    def answer(asked):
        shown.append(asked.tolist())
        return np.array([7, 8])

    answers = run_steps(steps(), answer, record)
    assert shown == [[[5, 6], [NOTHING, NOTHING]]]
    assert [heard.tolist() for _, heard in record] == [[7, NOTHING], [NOTHING, NOTHING]]
    assert answers.tolist() == [71, 11]


def test_one_step_asks_the_assistant_nothing_simple():
    task = make_task("assignments")
    rng = np.random.default_rng(0)
    world = task.draw(rng, 3)
    questions = task.questions(rng, world, 5)
    seen = []

    def assistant(world, asked):
        seen.append(asked)
        return task.truth(world, asked)

    record = []
    answers = one_step(task, rng, world, questions, assistant, record)
    assert (answers == task.truth(world, questions)).all()
    assert len(record) == task.most_acts
    assert len(seen) <= task.most_acts


def test_recursion_without_end_is_refused():
    task = make_task("union-find")
    rng, world, question = hardest(task)
    with pytest.raises(WrongUse, match="no end"):
        recurse(task, rng, world, question[None, None])


def test_recursion_that_does_not_end_is_stopped_with_a_sentence():
    class Circling(Powering):
        def steps(self, questions):
            answer = yield questions
            return answer

    task = Circling(4)
    rng, world, question = hardest(task)
    with pytest.raises(CohobateError, match="20 levels deep .*finite = False"):
        recurse(task, rng, world, question[None, None], limit=20)


def test_recursion_works_a_repeated_question_out_once():
    task = make_task("assignments", 40)
    rng, world, question = hardest(task)
    assert recurse(task, rng, world, np.repeat(question[None, None], 50, axis=1)).shape == (1, 50)
