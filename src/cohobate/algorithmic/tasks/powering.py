"""Permutation powering: where does applying σ k times take x?

A context is a permutation σ of N elements, given as its N pairs. The question σ^k(x) has k written in B bits; k = 0
and k = 1 are simple. H halves the exponent: y ← σ^(k div 2)(x), z ← σ^(k div 2)(y), and one more σ if k is odd.
The level is the bit length of k, uniform over 2 … B; the bits below the leading one are uniform.
A smaller context is a permutation of some of the N elements, a random set of them; about the others: "I don't know".
Source: arXiv 1810.08575, section 4.1 and appendix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from cohobate.algorithmic.task import (
    ASSISTANT,
    IDK,
    NOTHING,
    Array,
    Flags,
    Steps,
    Symbols,
    Task,
    World,
    choose,
    name_symbols,
    subsets,
)
from cohobate.errors import WrongUse


@dataclass(frozen=True)
class Permutations(World):
    """Contexts of powering."""

    sigma: Array
    """`(C, N)`: the index of σ(x) for each element's index x; −1 where σ does not move x at all, as x is not there."""


class Powering(Task):
    """σ^k(x) for a permutation of `size` elements and exponents of at most `bits` bits (default: as many as the
    largest exponent below `size` needs, at least 3, at most 6)."""

    name = "powering"
    title = "where does applying a permutation k times take x?"
    kinds = ("power",)
    most_acts = 3

    def __init__(self, size: int, bits: int | None = None) -> None:
        super().__init__(size)
        self.bits = min(max((size - 1).bit_length(), 3), 6) if bits is None else bits
        if not 2 <= self.bits <= 16:
            raise WrongUse(f"bits {self.bits}: exponents have 2 to 16 bits; try --bits 4")
        self.symbols = Symbols.of(("power", "0", "1"), {"element": name_symbols(size)})
        self._zero, self._one = self.symbols.token("0"), self.symbols.token("1")
        self._power = self.symbols.token("power")
        self._first = self.symbols.span("element").start
        self.fact_slots, self.fact_count = 2, size
        self.question_slots = 2 + self.bits
        self.levels = range(2, self.bits + 1)

    @property
    def options(self) -> dict[str, int]:
        return {"size": self.size, "bits": self.bits}

    @property
    def largest_tree(self) -> int:
        return (1 << self.bits - 1) - 1

    def draw(self, rng: np.random.Generator, count: int, size: int | None = None) -> Permutations:
        elements = subsets(rng, count, self.size, self.chosen_size(size))
        images = rng.permuted(elements, axis=1)
        facts = np.full((count, self.fact_count, 2), NOTHING)
        facts[:, : elements.shape[1]] = np.stack([elements, images], -1) + self._first
        return self._permutations(facts)

    def _permutations(self, facts: Array) -> Permutations:
        context, place = np.nonzero(facts[..., 0] != NOTHING)
        start, end = facts[context, place].T - self._first
        sigma = np.full((len(facts), self.size), -1)
        sigma[context, start] = end
        return Permutations(facts, sigma)

    def world(self, facts: Array) -> Permutations:
        blank = (facts == NOTHING).all(-1)
        stray = ~(blank | self.symbols.is_name("element", facts).all(-1))
        if stray.any():
            raise WrongUse(f"'{self.show_fact(facts[stray][0])}' is no pair of a permutation; write it as a→b or a->b")
        if blank.all(-1).any():
            raise WrongUse("a permutation needs at least one pair; write one a line, such as a→b and b→a")
        context, place = np.nonzero(~blank)
        times = np.zeros((2, len(facts), self.size), dtype=np.int64)
        for side in (0, 1):
            np.add.at(times[side], (context, facts[context, place, side] - self._first), 1)
        for side, what in enumerate(("start", "end")):
            wrong = times.any(0) & (times[side] != 1)
            if wrong.any():
                c, x = np.argwhere(wrong)[0]
                element = self.symbols.names["element"][x]
                found = "more than one pair" if times[side, c, x] else "no pair"
                raise WrongUse(
                    f"{element} is the {what} of {found}; a permutation needs each of its elements once as the {what} "
                    "of a pair, such as a→b and b→a"
                )
        return self._permutations(facts)

    def questions(self, rng: np.random.Generator, world: World, count: int) -> Array:
        assert isinstance(world, Permutations)
        leading = rng.integers(1, self.bits, (len(world), count))
        exponents = (1 << leading) + rng.integers(0, 1 << leading)
        return self._question(choose(rng, world.sigma >= 0, count) + self._first, exponents)

    def _question(self, x: Array, exponents: Array) -> Array:
        bits = exponents[..., None] >> np.arange(self.bits)[::-1] & 1
        return np.concatenate([np.full_like(x, self._power)[..., None], x[..., None], bits + self._zero], -1)

    def _power_of(self, x: Array, exponents: Array, where: Flags) -> Array:
        return np.where(where[..., None], self._question(x, np.maximum(exponents, 0)), NOTHING)

    def _exponent(self, questions: Array) -> Array:
        """k, or −1 where a question is malformed."""
        bits = questions[..., 2:] - self._zero
        good = (questions[..., 0] == self._power) & self.symbols.is_name("element", questions[..., 1])
        good &= ((bits == 0) | (bits == 1)).all(-1)
        return np.where(good, (bits << np.arange(self.bits)[::-1]).sum(-1), -1)

    def _exponent_in(self, world: World, questions: Array) -> Array:
        """k, or −1 where a question is malformed or about an element that the context has not."""
        assert isinstance(world, Permutations)
        x = self.symbols.index("element", questions[..., 1])
        there = np.take_along_axis(world.sigma, x, axis=1) >= 0
        return np.where(there, self._exponent(questions), -1)

    def truth(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Permutations)
        exponents = self._exponent_in(world, questions)
        power, result = world.sigma, self.symbols.index("element", questions[..., 1])
        # The powers of what is not there are nonsense, but nothing that is there leads to them.
        for bit in range(self.bits):
            moved = np.take_along_axis(power, result, axis=1)
            result = np.where(exponents >> bit & 1, moved, result)
            power = np.take_along_axis(power, power, axis=1)
        return np.where(exponents >= 0, result + self._first, IDK)

    def level(self, world: World, questions: Array) -> Array:
        return self._bit_length(self._exponent_in(world, questions))

    def level_of_question(self, questions: Array) -> Array:
        return self._bit_length(self._exponent(questions))

    def _bit_length(self, exponents: Array) -> Array:
        _, length = np.frexp(np.maximum(exponents, 0))
        return np.asarray(length, dtype=np.int64)

    def lookup(self, rng: np.random.Generator, world: World, questions: Array) -> Array:
        exponents = self._exponent_in(world, questions)
        blank = (questions == NOTHING).all(-1)
        simple = np.where((exponents == 0) | (exponents == 1), self.truth(world, questions), ASSISTANT)
        return np.where(blank, NOTHING, np.where(exponents < 0, IDK, simple))

    def steps(self, questions: Array) -> Steps:
        x, k = questions[..., 1], self._exponent(questions)
        hard, odd = k > 1, k & 1 == 1
        y = yield self._power_of(x, np.where(hard, k >> 1, k), where=k >= 0)
        go_on = hard & self.symbols.is_name("element", y)
        z = yield self._power_of(y, k >> 1, where=go_on)
        once_more = go_on & odd & self.symbols.is_name("element", z)
        w = yield self._power_of(z, np.ones_like(k), where=once_more)
        answer = np.where(once_more, w, np.where(hard & odd, IDK, np.where(hard, z, y)))
        return np.asarray(np.where(self.symbols.is_name("element", answer), answer, IDK))

    def show_question(self, question: Array) -> str:
        k = int(self._exponent(question))
        if k < 0:
            return self.symbols.spell(question)
        return f"σ^{k}({self.symbols.texts[question[1]]})"

    def read_question(self, text: str) -> Array:
        found = re.fullmatch(r"\s*(?:σ|sigma)\s*\^\s*(\d{1,9})\s*\(\s*([^()]+?)\s*\)\s*", text)
        example = f"write it as σ^{2**self.bits - 1}(b) or sigma^{2**self.bits - 1}(b)"
        if not found:
            raise WrongUse(f"'{text}' is no question of powering; {example}")
        k, x = int(found[1]), self.symbols.name("element", found[2])
        if k >= 2**self.bits:
            raise WrongUse(f"exponent {k} needs more than {self.bits} bits; ask for at most {2**self.bits - 1}")
        return self._question(np.array(x), np.array(k))

    def show_fact(self, fact: Array) -> str:
        return f"{self.symbols.texts[fact[0]]}→{self.symbols.texts[fact[1]]}"

    def read_fact(self, text: str) -> Array:
        sides = text.replace("->", "→").split("→")
        if len(sides) != 2:
            raise WrongUse(f"'{text}' is no pair of a permutation; write it as a→b or a->b")
        return np.array([self.symbols.name("element", side) for side in sides])
