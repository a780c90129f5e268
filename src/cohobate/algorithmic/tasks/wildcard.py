"""Wildcard search: what do the values of all strings that match a pattern sum to?

A context gives a value of −1, 0 or 1, uniformly, to each of the N = 2^L strings of L bits (`011 → −1`). The question is
a pattern such as `0*1`, in which * stands for either bit. The level is the number of *: uniform over 1 … L, at
uniformly chosen places, the other letters uniform. A pattern without * is simple.
H replaces the first * by 0 and asks, replaces it by 1 and asks, and adds.
A smaller context of 2^l strings holds all that match one pattern with l wildcards, at random places and with random
letters at the others. Its questions keep those letters, and have 1 … l wildcards; a pattern that covers a string which
is not given is answered by "I don't know".
Edges: a sum needs two numbers, else the answer is "I don't know". H looks up a simple question as it stands.
Source: arXiv 1810.08575, section 4.1 and appendix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING, Array, Flags, Steps, Symbols, Task, World, subsets
from cohobate.errors import WrongUse


@dataclass(frozen=True)
class Valuations(World):
    """Contexts of wildcard search."""

    sums: Array
    """`(C, 3^L)`: the sum for each pattern, read as a number in base 3 with * as 2; strings not given count as 0."""
    widest: Array
    """`(C, L)`: the pattern that all strings of the context match, and no others: its letters 0, 1, and 2 for *."""


class Wildcard(Task):
    """Sums over the strings that match a pattern, of `size` strings in all (a power of two)."""

    name = "wildcard"
    title = "what do the values of the strings that match a pattern sum to?"
    kinds = ("sum",)
    least_size = 4
    most_acts = 2

    @property
    def largest_tree(self) -> int:
        return self.size - 1

    def __init__(self, size: int) -> None:
        super().__init__(size)
        if size & (size - 1):
            below = 1 << size.bit_length() - 1
            raise WrongUse(f"size {size}: wildcard counts all strings of L bits, so a power of two; try --size {below}")
        self.letters = size.bit_length() - 1
        """L."""
        # The letters' own texts are quoted: 0 and 1 are also sums.
        words = ("sum", "'0'", "'1'", "'*'")
        self.symbols = Symbols.of(words, numbers=range(-size, size + 1))
        self._sum, self._zero, self._one, self._star = (self.symbols.token(word) for word in words)
        self.fact_slots, self.fact_count = self.letters + 1, size
        self.question_slots = self.letters + 1
        self.levels = range(1, self.letters + 1)
        self._strings = np.arange(size)[:, None] >> np.arange(self.letters)[::-1] & 1

    @property
    def sizes(self) -> Sequence[int]:
        return [1 << letters for letters in range(2, self.letters + 1)]

    def draw(self, rng: np.random.Generator, count: int, size: int | None = None) -> Valuations:
        size = self.chosen_size(size)
        values = rng.integers(-1, 2, (count, size))
        widest = np.full((count, self.letters), 2)
        if size < self.size:
            widest = rng.integers(0, 2, widest.shape)
            np.put_along_axis(widest, subsets(rng, count, self.letters, size.bit_length() - 1), 2, axis=1)
        given = (widest[:, None] == 2) | (self._strings == widest[:, None])
        strings = np.nonzero(given.all(-1))[1].reshape(count, size)
        facts = np.full((count, self.fact_count, self.fact_slots), NOTHING)
        facts[:, :size, :-1] = self._strings[strings] + self._zero
        facts[:, :size, -1] = self.symbols.number(values)
        ordered = np.zeros((count, self.size), dtype=np.int64)
        np.put_along_axis(ordered, strings, values, axis=1)
        return self._valuations(facts, ordered, widest)

    def _valuations(self, facts: Array, values: Array, widest: Array) -> Valuations:
        count = len(values)
        sums = values.reshape(count, *[2] * self.letters)
        for axis in range(1, self.letters + 1):
            sums = np.concatenate([sums, sums.sum(axis, keepdims=True)], axis)
        return Valuations(facts, sums.reshape(count, -1), widest)

    def world(self, facts: Array) -> Valuations:
        blank = (facts == NOTHING).all(-1)
        bits, values = facts[..., :-1] - self._zero, self.symbols.value(facts[..., -1])
        good = ((bits == 0) | (bits == 1)).all(-1) & self.symbols.is_number(facts[..., -1]) & (np.abs(values) <= 1)
        if not (good | blank).all():
            stray = self.show_fact(facts[~(good | blank)][0])
            raise WrongUse(f"'{stray}' is no fact of wildcard; {self._fact_notation()}")
        context, place = np.nonzero(good)
        string = (bits[context, place] << np.arange(self.letters)[::-1]).sum(-1)
        times = np.zeros((len(facts), self.size), dtype=np.int64)
        np.add.at(times, (context, string), 1)
        if (times.sum(-1) < 2).any():
            raise WrongUse(f"a context of wildcard needs at least two strings; {self._fact_notation()}")
        # The letters that all strings of a context share, and * where they differ.
        low, high = (((times > 0)[..., None] & (self._strings == bit)).any(1) for bit in (0, 1))
        widest = np.where(low & high, 2, np.where(high, 1, 0))
        covered = ((widest[:, None] == 2) | (self._strings == widest[:, None])).all(-1)
        # A doubled string is named first: it is what leaves no room for a missing one.
        for wrong, what in (
            (times > 1, "is given more than once; keep one line"),
            (covered & (times == 0), "is missing; add a line"),
        ):
            if wrong.any():
                c, i = np.argwhere(wrong)[0]
                name = "".join(str(bit) for bit in self._strings[i])
                every = f"all strings of {''.join('01*'[letter] for letter in widest[c])} have a value"
                raise WrongUse(f"the string {name} {what} such as {name} → 1: {every}")
        ordered = np.zeros((len(facts), self.size), dtype=np.int64)
        ordered[context, string] = values[context, place]
        return self._valuations(facts, ordered, widest)

    def questions(self, rng: np.random.Generator, world: World, count: int) -> Array:
        assert isinstance(world, Valuations)
        shape = (len(world), count, self.letters)
        widest = world.widest[:, None]
        open_ = widest == 2
        stars = rng.integers(1, open_.sum(-1) + 1, shape[:2])
        lot = rng.permuted(np.broadcast_to(np.arange(self.letters), shape), axis=-1)
        rank = np.where(open_, lot, self.letters).argsort(-1).argsort(-1)
        letters = np.where(rank < stars[..., None], 2, np.where(open_, rng.integers(0, 2, shape), widest))
        return self._question(letters + self._zero)

    def _question(self, letters: Array) -> Array:
        return np.concatenate([np.full_like(letters[..., :1], self._sum), letters], -1)

    def _letters(self, questions: Array) -> tuple[Array, Flags]:
        """The letters of each pattern, as 0, 1 and 2 for *, and which questions are well-formed."""
        letters = questions[..., 1:] - self._zero
        return letters, (questions[..., 0] == self._sum) & ((letters >= 0) & (letters <= 2)).all(-1)

    def _letters_in(self, world: World, questions: Array) -> tuple[Array, Flags]:
        """As `_letters`, but only those questions count that cover no string which the context does not give."""
        assert isinstance(world, Valuations)
        letters, good = self._letters(questions)
        widest = world.widest[:, None]
        return letters, good & ((widest == 2) | (letters == widest)).all(-1)

    def truth(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Valuations)
        letters, good = self._letters_in(world, questions)
        pattern = (letters * 3 ** np.arange(self.letters)[::-1]).sum(-1)
        sums = np.take_along_axis(world.sums, np.where(good, pattern, 0), axis=1)
        return np.where(good, self.symbols.number(sums), IDK)

    def level(self, world: World, questions: Array) -> Array:
        letters, good = self._letters_in(world, questions)
        return np.where(good, (letters == 2).sum(-1), 0)

    def level_of_question(self, questions: Array) -> Array:
        letters, good = self._letters(questions)
        return np.where(good, (letters == 2).sum(-1), 0)

    def lookup(self, rng: np.random.Generator, world: World, questions: Array) -> Array:
        letters, good = self._letters_in(world, questions)
        blank = (questions == NOTHING).all(-1)
        open_ = good & (letters == 2).any(-1)
        return np.select([blank, open_], [NOTHING, ASSISTANT], self.truth(world, questions))

    def steps(self, questions: Array) -> Steps:
        letters, good = self._letters(questions)
        star = letters == 2
        first_star = star & (star.cumsum(-1) == 1)
        open_ = good & star.any(-1)

        def with_first(letter: int, where: Flags) -> Array:
            replaced = self._question(np.where(first_star, letter, questions[..., 1:]))
            return np.where(where[..., None], replaced, NOTHING)

        low = yield with_first(self._zero, where=good)
        high = yield with_first(self._one, where=open_ & self.symbols.is_number(low))
        both = self.symbols.is_number(low) & self.symbols.is_number(high)
        total = self.symbols.number(self.symbols.value(low) + self.symbols.value(high))
        return np.select([open_ & both, good & ~open_ & (low != NOTHING)], [total, low], IDK)

    def show_question(self, question: Array) -> str:
        letters, good = self._letters(question)
        return "".join("01*"[letter] for letter in letters) if good else self.symbols.spell(question)

    def read_question(self, text: str) -> Array:
        pattern = text.strip()
        if len(pattern) != self.letters or not set(pattern) <= set("01*"):
            example = ("0*1" + "*0" * self.letters)[: self.letters]
            raise WrongUse(f"'{text}' is no pattern of {self.letters} letters 0, 1 and *; write it as {example}")
        return self._question(np.array(["01*".index(letter) for letter in pattern]) + self._zero)

    def show_fact(self, fact: Array) -> str:
        bits = fact[:-1] - self._zero
        if not ((bits == 0) | (bits == 1)).all():
            return self.symbols.spell(fact)
        return f"{''.join(str(bit) for bit in bits)} → {self.symbols.texts[fact[-1]]}"

    def read_fact(self, text: str) -> Array:
        sides = [side.strip() for side in text.replace("->", "→").split("→")]
        good = len(sides) == 2 and len(sides[0]) == self.letters and set(sides[0]) <= {"0", "1"}
        if not good or sides[1].replace("-", "−") not in ("−1", "0", "1"):
            raise WrongUse(f"'{text}' is no fact of wildcard; {self._fact_notation()}")
        return np.array([*(int(bit) + self._zero for bit in sides[0]), self.symbols.token(sides[1])])

    def _fact_notation(self) -> str:
        string = ("01" * self.letters)[: self.letters]
        return f"write the {self.letters} bits and a value of −1, 0 or 1 as {string} → −1 or {string} -> -1"
