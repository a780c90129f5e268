"""The summit of a trail: how high does it still climb from here?

A context is a trail of N places in a row. Each has a height, uniform in 0 … 9, and says which place comes next, the
last one `end`: `a 5 → c`. The question is `summit a`, the greatest height from a on. The level is how many places lie
ahead. Simple questions: `height a` and `next a`.
H asks for the height of a and for the next place. At the end the height is the answer; else H asks for the summit from
the next place on and answers the greater of the two.
A smaller context is a trail of n of the places, in random order; about the others: "I don't know". Trails of one's own
may join, and there may be several.
"""

from __future__ import annotations

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
)
from cohobate.errors import WrongUse

NOTATION = "write it as a 5 → c or a 5 -> c, and a 5 → end for the last"


@dataclass(frozen=True)
class Trails(World):
    """Contexts of trail; places by index."""

    height: Array
    """`(C, N)`: the height of each place, −1 for one that is not there."""
    onward: Array
    """`(C, N)`: the place that comes next, −1 at the end and for a place that is not there."""
    summit: Array
    """`(C, N)`: the greatest height from each place on, −1 for one that is not there."""
    ahead: Array
    """`(C, N)`: how many places lie ahead."""


class Trail(Task):
    """The greatest height from each of `size` places on."""

    name = "trail"
    title = "how high does a trail still climb from here?"
    kinds = ("summit",)
    most_acts = 3

    def __init__(self, size: int) -> None:
        super().__init__(size)
        words = ("summit", "height", "next", "end")
        self.symbols = Symbols.of(words, {"place": name_symbols(size, avoid=words)}, range(10))
        self._summit, self._height, self._next, self._end = (self.symbols.token(word) for word in words)
        self._first = self.symbols.span("place").start
        self.fact_slots, self.fact_count = 3, size
        self.question_slots = 2
        self.levels = range(size)

    @property
    def largest_tree(self) -> int:
        return self.size

    # --- worlds and questions -------------------------------------------------------------------------------------

    def draw(self, rng: np.random.Generator, count: int, size: int | None = None) -> Trails:
        n = self.chosen_size(size)
        places = rng.permuted(np.tile(np.arange(self.size), (count, 1)), axis=1)[:, :n] + self._first
        facts = np.full((count, self.fact_count, 3), NOTHING)
        facts[:, :n, 0] = places
        facts[:, :n, 1] = self.symbols.number(rng.integers(0, 10, (count, n)))
        facts[:, : n - 1, 2] = places[:, 1:]
        facts[:, n - 1, 2] = self._end
        return self.world(facts)

    def world(self, facts: Array) -> Trails:
        blank, good = (facts == NOTHING).all(-1), self._is_place(facts)
        if not (blank | good).all():
            raise WrongUse(f"'{self.show_fact(facts[~(blank | good)][0])}' is no place of a trail; {NOTATION}")
        if not good.any(-1).all():
            raise WrongUse(f"a trail needs at least one place; {NOTATION}")
        context, row = np.nonzero(good)
        x, height_of, next_of = facts[context, row].T
        x = x - self._first
        times, height, onward = (np.full((len(facts), self.size), start) for start in (0, -1, -1))
        np.add.at(times, (context, x), 1)
        height[context, x] = self.symbols.value(height_of)
        onward[context, x] = np.where(next_of == self._end, -1, next_of - self._first)

        rows = np.arange(len(facts))[:, None]
        summit = np.where(onward < 0, height, -1)
        ahead = np.zeros_like(summit)
        for distance in range(1, self.size):
            beyond = np.where(onward >= 0, summit[rows, onward], -1)
            fresh = (summit < 0) & (beyond >= 0)
            summit = np.where(fresh, np.maximum(height, beyond), summit)
            ahead = np.where(fresh, distance, ahead)
        for wrong, why in (
            (times > 1, "has more than one line; keep one"),
            ((height >= 0) & (summit < 0), "does not lead to an end; let the last place go on to end"),
        ):
            if wrong.any():
                place = self.symbols.names["place"][np.argwhere(wrong)[0][1]]
                raise WrongUse(f"{place} {why}, such as {place} 5 → end")
        return Trails(facts, height, onward, summit, ahead)

    def questions(self, rng: np.random.Generator, world: World, count: int) -> Array:
        assert isinstance(world, Trails)
        return self.ask(self._summit, choose(rng, world.height >= 0, count) + self._first)

    def truth(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Trails)
        rows, x = np.arange(len(world))[:, None], self.symbols.index("place", questions[..., 1])
        onward = world.onward[rows, x]
        there = self.symbols.is_name("place", questions[..., 1]) & (world.height[rows, x] >= 0)
        return np.select(
            [there & (questions[..., 0] == kind) for kind in (self._summit, self._height, self._next)],
            [
                self.symbols.number(world.summit[rows, x]),
                self.symbols.number(world.height[rows, x]),
                np.where(onward < 0, self._end, onward + self._first),
            ],
            IDK,
        )

    def level(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Trails)
        x = self.symbols.index("place", questions[..., 1])
        hard = self._asks(questions, self._summit)
        return np.where(hard, world.ahead[np.arange(len(world))[:, None], x], 0)

    # --- H --------------------------------------------------------------------------------------------------------

    def steps(self, questions: Array) -> Steps:
        is_number, x = self.symbols.is_number, questions[..., 1]
        hard, simple = self._asks(questions, self._summit), self._asks(questions, self._height, self._next)
        here = yield np.where(simple[..., None], questions, self.ask(self._height, x, where=hard))
        hard &= is_number(here)
        onward = yield self.ask(self._next, x, where=hard)
        goes_on = hard & self.symbols.is_name("place", onward)
        beyond = yield self.ask(self._summit, onward, where=goes_on)
        return np.select(
            [simple & (here != NOTHING), hard & (onward == self._end), goes_on & is_number(beyond)],
            [here, here, np.maximum(here, beyond)],
            IDK,
        )

    def lookup(self, rng: np.random.Generator, world: World, questions: Array) -> Array:
        truth = self.truth(world, questions)
        hard = self._asks(questions, self._summit) & (truth != IDK)
        return np.select([(questions == NOTHING).all(-1), hard], [NOTHING, ASSISTANT], truth)

    def _asks(self, questions: Array, *kinds: int) -> Flags:
        """Which questions are of these kinds, and well-formed."""
        return np.asarray(np.isin(questions[..., 0], kinds) & self.symbols.is_name("place", questions[..., 1]))

    # --- what people read and write -------------------------------------------------------------------------------

    def show_question(self, question: Array) -> str:
        good = self._asks(question, self._summit, self._height, self._next)
        return " ".join(self.symbols.texts[token] for token in question) if good else self.symbols.spell(question)

    def read_question(self, text: str) -> Array:
        kind, *rest = text.split() or [""]
        if kind not in ("summit", "height", "next") or len(rest) != 1:
            raise WrongUse(f"'{text}' is no question of trail; write it as summit a, height a or next a")
        return self.ask(self.symbols.token(kind), np.array(self.symbols.name("place", rest[0])))

    def show_fact(self, fact: Array) -> str:
        if not self._is_place(fact):
            return self.symbols.spell(fact)
        place, height, onward = (self.symbols.texts[token] for token in fact)
        return f"{place} {height} → {onward}"

    def read_fact(self, text: str) -> Array:
        words = text.replace("->", "→").replace("→", " → ").split()
        if len(words) != 4 or words[2] != "→" or words[1] not in map(str, self.symbols.numbers):
            raise WrongUse(f"'{text}' is no place of a trail; {NOTATION}")
        place, height, _, onward = words
        ends = onward == "end"
        return np.array(
            [
                self.symbols.name("place", place),
                self.symbols.token(height),
                self._end if ends else self.symbols.name("place", onward),
            ]
        )

    def _is_place(self, facts: Array) -> Flags:
        place, height, onward = facts[..., 0], facts[..., 1], facts[..., 2]
        follows = self.symbols.is_name("place", onward) | (onward == self._end)
        return np.asarray(self.symbols.is_name("place", place) & self.symbols.is_number(height) & follows)
