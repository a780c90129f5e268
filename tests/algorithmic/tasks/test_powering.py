import numpy as np
import pytest
from scipy.stats import chisquare

from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING
from cohobate.algorithmic.tasks.powering import Powering
from cohobate.errors import WrongUse


@pytest.mark.parametrize("size", [2, 5, 9])
def test_the_truth_is_the_permutation_applied_k_times(size):
    task, rng = Powering(9, bits=5), np.random.default_rng(1)
    world = task.draw(rng, 6, size)
    questions = task.questions(rng, world, 30)
    texts = task.symbols.texts
    for c, facts in enumerate(world.facts):
        sigma = dict(task.show_fact(fact).split("→") for fact in facts[:size])
        for question, answer in zip(questions[c], task.truth(world, questions)[c], strict=True):
            exponent, x = task.show_question(question).removeprefix("σ^").removesuffix(")").split("(")
            for _ in range(int(exponent)):
                x = sigma[x]
            assert x == texts[answer]


def test_the_leading_bit_is_uniform_and_so_are_the_bits_below_it():
    task, rng = Powering(4, bits=5), np.random.default_rng(2)
    world = task.draw(rng, 1)
    exponents = np.array(
        [task.show_question(q).split("(")[0][2:] for q in task.questions(rng, world, 8000)[0]], dtype=int
    )
    lengths = [int(exponent).bit_length() for exponent in exponents]
    assert chisquare(np.bincount(lengths, minlength=6)[2:]).pvalue > 1e-4
    assert chisquare(np.bincount(exponents[exponents >= 16] - 16)).pvalue > 1e-4


@pytest.mark.parametrize(("size", "bits"), [(4, 3), (8, 3), (9, 4), (16, 4), (64, 6), (500, 6)])
def test_exponents_have_as_many_bits_as_the_size_needs_within_three_and_six(size, bits):
    assert Powering(size).bits == bits


def test_an_exponent_beyond_the_bits_is_refused():
    with pytest.raises(WrongUse, match="exponent 8 needs more than 3 bits; ask for at most 7"):
        Powering(8).read_question("σ^8(a)")


def test_bits_out_of_range_are_refused():
    with pytest.raises(WrongUse, match="bits 1: exponents have 2 to 16 bits; try --bits 4"):
        Powering(8, bits=1)


def test_a_context_of_some_elements_says_nothing_about_the_others():
    task = Powering(8)
    world = task.read_context("f→b\nb→d\nd→f")
    questions = np.array([[task.read_question(text) for text in ("σ^5(b)", "σ^1(d)", "σ^5(a)", "σ^1(h)", "σ^0(c)")]])
    answers = [task.show_answer(int(answer)) for answer in task.truth(world, questions)[0]]
    assert answers == ["f", "f", *["I don't know"] * 3]
    found = task.lookup(np.random.default_rng(0), world, questions)[0]
    assert found.tolist() == [ASSISTANT, task.read_answer("f"), IDK, IDK, IDK]
    assert task.level(world, questions)[0].tolist() == [3, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        (
            "a→b\nb→b\nc→a",
            "b is the end of more than one pair; a permutation needs each of its elements once as the end",
        ),
        ("b→b\na→b", "a is the end of no pair"),
        ("a→b\nb→a\nc→d", "d is the start of no pair"),
        ("a→b\na→a\nb→a", "a is the start of more than one pair"),
        ("a→b", "b is the start of no pair"),
        ("", "a permutation needs at least one pair; write one a line, such as a→b and b→a"),
    ],
)
def test_a_map_that_is_no_permutation_is_refused(context, sentence):
    with pytest.raises(WrongUse, match=sentence):
        Powering(4).read_context(context)


def test_facts_of_stray_tokens_are_refused():
    task = Powering(4)
    facts = task.draw(np.random.default_rng(0), 1).facts
    facts[0, 0, 1] = NOTHING
    with pytest.raises(WrongUse, match="is no pair of a permutation; write it as a→b"):
        task.world(facts)


def test_an_unknown_element_is_refused_with_those_there_are():
    with pytest.raises(WrongUse, match="'z' is no element; use one of a…h"):
        Powering(8).read_question("σ^3(z)")
