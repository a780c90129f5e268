import numpy as np
import pytest
from scipy.stats import chisquare

from cohobate.algorithmic.tasks.powering import Powering
from cohobate.errors import WrongUse


def test_the_truth_is_the_permutation_applied_k_times():
    task, rng = Powering(9, bits=5), np.random.default_rng(1)
    world = task.draw(rng, 6)
    questions = task.questions(rng, world, 30)
    texts = task.symbols.texts
    for c, facts in enumerate(world.facts):
        sigma = dict(task.show_fact(fact).split("→") for fact in facts)
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


def test_a_map_that_is_no_permutation_is_refused():
    with pytest.raises(WrongUse, match="each element once as the end"):
        Powering(3).read_context("a→b\nb→b\nc→a")


def test_an_unknown_element_is_refused_with_those_there_are():
    with pytest.raises(WrongUse, match="'z' is no element; use one of a…h"):
        Powering(8).read_question("σ^3(z)")
