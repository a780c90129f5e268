"""The tutorial's sixth task is the file that it shows, and it is a task like the five that ship."""

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.algorithmic.scripted import one_step, recurse, run_steps
from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING
from cohobate.algorithmic.tasks import make_task, where_from
from cohobate.errors import WrongUse

DOCS = Path(__file__).parents[2] / "docs"
FILE = DOCS / "examples" / "trail.py"

sizes = st.integers(2, 30)
seeds = st.integers(0, 2**32)
quick = settings(max_examples=20, deadline=None)


def case(size, seed, context_size=None):
    """A task, chance, four contexts and twelve questions about each."""
    task, rng = make_task(str(FILE), size), np.random.default_rng(seed)
    world = task.draw(rng, 4, context_size)
    return task, rng, world, task.questions(rng, world, 12)


def test_the_tutorial_shows_the_whole_file_and_nothing_else():
    page = (DOCS / "tutorial.md").read_text("utf-8")
    shown = re.findall(r"^```python trail\.py\n(.*?)^```$", page, re.M | re.S)
    written = FILE.read_text("utf-8")
    assert "".join(written.split()) == "".join("".join(shown).split())
    # Empty lines between the blocks aside, to the letter.
    assert all(block in written for block in shown)


@quick
@given(size=sizes, seed=seeds, data=st.data())
def test_h_with_a_perfect_assistant_is_exact_and_so_is_the_recursion(size, seed, data):
    task, rng, world, questions = case(size, seed, data.draw(st.sampled_from(make_task(str(FILE), size).sizes)))
    truth, record = task.truth(world, questions), []
    assert (truth != IDK).all()
    assert (one_step(task, rng, world, questions, record=record) == truth).all()
    assert (recurse(task, rng, world, questions) == truth).all()
    assert len(record) == task.most_acts
    for asked, told in record:
        real = (asked != NOTHING).any(-1)
        assert (one_step(task, rng, world, asked) == told)[real].all()
        simple = task.lookup(rng, world, asked) != ASSISTANT
        below = task.level(world, asked) < task.level(world, questions)
        assert (simple | below).all()


def test_the_truth_is_what_a_walk_along_the_trail_finds():
    task, _, world, questions = case(9, 3)
    for facts, row in zip(world.facts, questions, strict=True):
        places = {line.split()[0]: line.split() for line in task.show_context(facts).splitlines()}
        one = task.world(facts[None])
        for question in row:
            place, heights = task.show_question(question).split()[1], []
            while place != "end":
                _, height, _, place = places[place]
                heights.append(int(height))
            assert task.show_answer(int(task.truth(one, question[None, None])[0, 0])) == str(max(heights))
            assert int(task.level(one, question[None, None])[0, 0]) == len(heights) - 1


@quick
@given(size=sizes, seed=seeds)
def test_what_is_shown_reads_back(size, seed):
    task, _, world, questions = case(size, seed)
    asked = [task.read_question(f"{kind} a") for kind in ("summit", "height", "next")]
    for question in [*questions.reshape(-1, task.question_slots), *asked]:
        assert (task.read_question(task.show_question(question)) == question).all()
    for fact in world.facts[0]:
        assert (task.read_fact(task.show_fact(fact)) == fact).all()
    again = task.read_context(task.show_context(world.facts[0]).replace("→", "->"))
    for field in fields(world):
        assert (getattr(again, field.name) == getattr(world, field.name)[:1]).all()
    for answer in np.unique([IDK, *task.truth(world, questions).ravel()]):
        assert task.read_answer(task.show_answer(int(answer))) == answer


@quick
@given(size=sizes, seed=seeds)
def test_malformed_questions_and_places_that_are_not_there_get_i_dont_know(size, seed):
    task, rng, world, questions = case(size, seed, 2)
    noise = rng.integers(0, len(task.symbols), (4, 40, task.question_slots))
    good = task.truth(world, noise) != IDK
    blank = (noise == NOTHING).all(-1)
    assert (task.lookup(rng, world, noise)[~good & ~blank] == IDK).all()
    assert (one_step(task, rng, world, noise)[~good] == IDK).all()
    assert (task.level(world, noise)[~good] == 0).all()
    assert (run_steps(task.steps(questions), lambda asked: np.full(asked.shape[:-1], IDK)) == IDK).all()
    answers = run_steps(task.steps(noise), lambda asked: rng.integers(0, len(task.symbols), asked.shape[:-1]))
    assert (answers != NOTHING).all()


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        ("", "at least one place"),
        ("a 5 → b", "a does not lead to an end"),
        ("a 5 → b\nb 3 → a", "a does not lead to an end"),
        ("a 5 → end\na 6 → end", "a has more than one line"),
        ("a 12 → end", "line 1: 'a 12 → end' is no place of a trail"),
        ("a summit → end", "is no place of a trail"),
        ("a 5", "write it as a 5 → c"),
        ("z 5 → end", "'z' is no place"),
        ("a 5 → z", "'z' is no place"),
    ],
)
def test_a_trail_that_is_none_is_refused_with_the_remedy(context, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)):
        make_task(str(FILE), 4).read_context(context)


def test_trails_may_join_and_be_shorter_than_the_task():
    task = make_task(str(FILE), 8)
    world = task.read_context("a 3 → c\nb 9 → c\nc 5 -> end\n# another\nd 1 → end")
    asked = np.array([[task.read_question(f"summit {place}") for place in "abcde"]])
    assert [task.show_answer(int(answer)) for answer in task.truth(world, asked)[0]] == [
        "5",
        "9",
        "5",
        "1",
        "I don't know",
    ]


@pytest.mark.parametrize("text", ["", "summit", "peak a", "summit z", "summit a b", "end a"])
def test_a_question_that_is_none_is_refused(text):
    with pytest.raises(WrongUse):
        make_task(str(FILE), 4).read_question(text)


def test_the_file_is_found_again_by_its_path():
    assert where_from(make_task(str(FILE))) == str(FILE)
