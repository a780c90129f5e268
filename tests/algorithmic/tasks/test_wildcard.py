import re
from fnmatch import fnmatchcase

import numpy as np
import pytest
from scipy.stats import chisquare

from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING
from cohobate.algorithmic.tasks.wildcard import Wildcard
from cohobate.errors import WrongUse

CONTEXT = "00 → 1\n01 → −1\n10 → 0\n11 → 1"


@pytest.mark.parametrize("size", [4, 8, 32])
def test_the_truth_is_the_sum_over_the_strings_that_match(size):
    task, rng = Wildcard(32), np.random.default_rng(1)
    world = task.draw(rng, 5, size)
    questions = task.questions(rng, world, 40)
    for c, facts in enumerate(world.facts):
        values = {s: int(v.replace("−", "-")) for s, v in (task.show_fact(fact).split(" → ") for fact in facts[:size])}
        assert len(values) == size
        assert (facts[size:] == NOTHING).all()
        for question, answer in zip(questions[c], task.truth(world, questions)[c], strict=True):
            total = sum(v for s, v in values.items() if fnmatchcase(s, task.show_question(question).replace("*", "?")))
            assert task.show_answer(int(answer)) == str(total).replace("-", "−")


def test_the_number_of_wildcards_their_places_and_the_values_are_uniform():
    task, rng = Wildcard(16), np.random.default_rng(2)
    world = task.draw(rng, 200)
    questions = task.questions(rng, world, 20)
    assert chisquare(np.bincount(task.level(world, questions).ravel(), minlength=5)[1:]).pvalue > 1e-4
    patterns = [task.show_question(question) for question in questions.reshape(-1, 5)]
    places = [pattern.index("*") for pattern in patterns if pattern.count("*") == 1]
    assert chisquare(np.bincount(places, minlength=4)).pvalue > 1e-4
    letters = [sum(pattern.count(letter) for pattern in patterns) for letter in "01"]
    assert chisquare(letters).pvalue > 1e-4
    assert chisquare(np.unique(world.facts[..., -1], return_counts=True)[1]).pvalue > 1e-4


def test_in_a_smaller_context_the_wildcards_stand_where_its_strings_differ_and_are_uniform():
    task, rng = Wildcard(32), np.random.default_rng(3)
    world = task.draw(rng, 300, 8)
    letters = np.array([list(task.show_question(q)) for q in task.questions(rng, world, 8).reshape(-1, 6)])
    widest = np.repeat(np.array(list("01*"))[world.widest], 8, axis=0)
    assert ((widest == "*").sum(-1) == 3).all()
    assert ((widest == "*") | (letters == widest)).all()
    stars = (letters == "*").sum(-1)
    assert chisquare(np.bincount(stars, minlength=4)[1:]).pvalue > 1e-4
    free = letters[widest == "*"].reshape(-1, 3)
    assert chisquare((free[stars == 1] == "*").sum(0)).pvalue > 1e-4
    assert chisquare([(free == "0").sum(), (free == "1").sum()]).pvalue > 1e-4


def test_a_pattern_that_covers_a_string_not_given_is_not_known():
    task = Wildcard(8)
    world = task.read_context("100 → 1\n101 → −1\n110 → 1\n111 → 1")
    questions = np.array([[task.read_question(text) for text in ("1**", "1*0", "101", "***", "*11", "0*1", "001")]])
    assert [task.show_answer(int(answer)) for answer in task.truth(world, questions)[0]] == [
        *("2", "2", "−1"),
        *["I don't know"] * 4,
    ]
    found = task.lookup(np.random.default_rng(0), world, questions)[0]
    assert found.tolist() == [ASSISTANT, ASSISTANT, task.read_answer("−1"), IDK, IDK, IDK, IDK]
    assert task.level(world, questions)[0].tolist() == [2, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        ("000 → 1\n011 → 1", "the string 001 is missing; add a line such as 001 → 1: all strings of 0** have a value"),
        ("000 → 1\n000 → 1", "the string 000 is given more than once; keep one line"),
        ("000 → 1", "a context of wildcard needs at least two strings; write the 3 bits"),
    ],
)
def test_strings_that_are_not_all_of_one_pattern_are_refused(context, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)):
        Wildcard(8).read_context(context)


@pytest.mark.parametrize(("size", "remedy"), [(6, 4), (9, 8), (100, 64)])
def test_a_size_that_is_no_power_of_two_is_refused_with_one_that_is(size, remedy):
    with pytest.raises(WrongUse, match=rf"size {size}: .*power of two; try --size {remedy}"):
        Wildcard(size)


def test_a_sum_and_a_letter_are_different_symbols():
    task = Wildcard(4)
    assert task.read_answer("0") == task.symbols.number(0)
    assert task.read_answer("-1") == task.read_answer("−1") == task.symbols.number(-1)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("10 → 0\n", "", "the string 10 is missing; add a line such as 10 → 1"),
        ("10 → 0", "01 → 0", "the string 01 is given more than once; keep one line"),
        ("10 → 0", "10 → 2", "'10 → 2' is no fact of wildcard; write the 2 bits and a value of −1, 0 or 1"),
        ("10 → 0", "1* → 0", "is no fact of wildcard"),
        ("10 → 0", "100 → 0", "is no fact of wildcard"),
    ],
)
def test_a_context_that_cannot_be_is_refused(old, new, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)):
        Wildcard(4).read_context(CONTEXT.replace(old, new))


def test_facts_of_stray_tokens_are_refused():
    task = Wildcard(4)
    facts = task.read_context(CONTEXT).facts.copy()
    facts[0, 0, -1] = task.symbols.number(2)
    with pytest.raises(WrongUse, match="'00 → 2' is no fact of wildcard"):
        task.world(facts)


@pytest.mark.parametrize("pattern", ["0*", "0*10", "0a1", ""])
def test_a_pattern_of_other_letters_or_another_length_is_refused(pattern):
    with pytest.raises(WrongUse, match=r"no pattern of 3 letters 0, 1 and \*; write it as 0\*1"):
        Wildcard(8).read_question(pattern)
