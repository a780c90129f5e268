"""Sequential assignments: which value does a variable get?

A context defines N variables x1 … xN, one after the other. The first K = max(3, ⌊√N⌋) of them are constants (`x4 = 2`),
the others apply f to two earlier variables (`x1 = f(x4, x6)`), drawn uniformly and with repetition. f takes two of
the K values 1 … K to a third, uniformly, and is given (`f(1, 2) = 3`) only where the value of some variable needs it.
Which name comes when is random, so names tell nothing.

The question is `value x`; variables are drawn uniformly, constants included. The level is the depth of the
expression, 0 for a constant. Simple questions: `first x` (the first argument, or the constant itself), `second x`,
and `f(a, b)`.
H asks `first x`, and answers if that is a value; else `second x`, then the values of both, then f of these.
Edges: a constant has no second argument, f may not be given for a pair: "I don't know". H looks up a simple question
as it stands. A context of one's own may have more constants and more of f, as long as its facts are not too many.
A smaller context of n variables defines a random set of them, with max(3, ⌊√n⌋) constants and a random set of as many
values; about the others: "I don't know".
Source: arXiv 1810.08575, section 4.1 and appendix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isqrt

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
    subsets,
)
from cohobate.errors import WrongUse


@dataclass(frozen=True)
class Definitions(World):
    """Contexts of assignments; variables and values by index."""

    first: Array
    """`(C, N)`: the first argument of each variable, −1 for a constant, and for a variable that is not defined."""
    second: Array
    """`(C, N)`: the second argument, −1 likewise."""
    table: Array
    """`(C, K, K)`: f, −1 where it is not given."""
    values: Array
    """`(C, N)`: the value of each variable, −1 for one that is not defined."""
    depth: Array
    """`(C, N)`: the depth of each variable's expression, 0 for a constant, and for a variable that is not defined."""


def constants_of(size: int) -> int:
    """How many of `size` variables are constants, and how many values there are."""
    return max(3, isqrt(size))


class Assignments(Task):
    """The values of `size` variables, each a constant or f of two earlier ones."""

    name = "assignments"
    title = "which value does a variable get?"
    kinds = ("value",)
    least_size = 4
    most_acts = 5

    @property
    def largest_tree(self) -> int:
        return self.size

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.constants = constants_of(size)
        """K: how many variables are constants, and how many values there are."""
        variables = tuple(f"x{i + 1}" for i in range(size))
        values = tuple(str(i + 1) for i in range(self.constants))
        words = ("value", "first", "second", "apply", "constant", "application", "entry")
        self.symbols = Symbols.of(words, {"variable": variables, "value": values})
        self._value, self._first, self._second, self._apply, self._constant, self._application, self._entry = (
            self.symbols.token(word) for word in words
        )
        self._variables = self.symbols.span("variable").start
        self._values = self.symbols.span("value").start
        self.fact_slots = 4
        self.fact_count = size + min(self.constants**2, size - self.constants)
        self.question_slots = 3
        self.levels = range(0, size - self.constants + 1)

    def draw(self, rng: np.random.Generator, count: int, size: int | None = None) -> Definitions:
        n = self.chosen_size(size)
        k = constants_of(n)
        rows = np.arange(count)[:, None]
        order = rng.permuted(np.tile(np.arange(self.size), (count, 1)), axis=1)[:, :n]
        earlier = rng.integers(0, np.arange(k, n)[:, None], (count, n - k, 2))
        arguments = np.take_along_axis(order[:, :, None], earlier, axis=1)
        given = rng.integers(0, k, (count, k))
        results = rng.integers(0, k, (count, k, k))
        some = subsets(rng, count, self.constants, k)
        given = some[rows, given]
        table = np.full((count, self.constants, self.constants), -1)
        table[rows[..., None], some[:, :, None], some[:, None, :]] = some[rows[..., None], results]

        first, second, constant = (np.full((count, self.size), -1) for _ in range(3))
        constant[rows, order[:, :k]] = given
        first[rows, order[:, k:]], second[rows, order[:, k:]] = arguments[..., 0], arguments[..., 1]
        values, depth = self._evaluate(first, second, constant, table)

        used = np.zeros(table.shape, dtype=bool)
        pairs = values[rows[..., None], arguments]
        used[rows, pairs[..., 0], pairs[..., 1]] = True
        facts = np.full((count, self.fact_count, 4), NOTHING)
        facts[:, :k, 0], facts[:, k:n, 0] = self._constant, self._application
        facts[:, :n, 1] = order + self._variables
        facts[:, :k, 2] = given + self._values
        facts[:, k:n, 2:] = arguments + self._variables
        context, a, b = np.nonzero(used)
        place = n - 1 + used.reshape(count, -1).cumsum(-1).reshape(used.shape)[context, a, b]
        entries = np.stack([a, b, table[context, a, b]], -1) + self._values
        facts[context, place, 0], facts[context, place, 1:] = self._entry, entries
        return Definitions(facts, first, second, np.where(used, table, -1), values, depth)

    def _evaluate(self, first: Array, second: Array, constant: Array, table: Array) -> tuple[Array, Array]:
        """Values and depths `(C, N)`; the value −1 where an argument or f is missing, or in a cycle."""
        rows = np.arange(len(first))[:, None]
        values, depth = constant, np.zeros_like(constant)
        for level in range(1, self.size):
            a, b = values[rows, first], values[rows, second]
            ready = (values < 0) & (first >= 0) & (a >= 0) & (b >= 0)
            if not ready.any():
                break
            values = np.where(ready, table[rows, a, b], values)
            depth = np.where(ready, level, depth)
        return values, depth

    def world(self, facts: Array) -> Definitions:
        tag = facts[..., 0]
        variable = [self.symbols.is_name("variable", facts[..., i]) for i in range(4)]
        value = [self.symbols.is_name("value", facts[..., i]) for i in range(4)]
        constants = (tag == self._constant) & variable[1] & value[2] & (facts[..., 3] == NOTHING)
        applications = (tag == self._application) & variable[1] & variable[2] & variable[3]
        entries = (tag == self._entry) & value[1] & value[2] & value[3]
        stray = ~(constants | applications | entries | (facts == NOTHING).all(-1))
        if stray.any():
            raise WrongUse(f"'{self.show_fact(facts[stray][0])}' is no fact of assignments; {self._fact_notation()}")

        count, n, k = len(facts), self.size, self.constants
        named = np.zeros((count, n), dtype=np.int64)
        context, place = np.nonzero(constants | applications)
        np.add.at(named, (context, facts[context, place, 1] - self._variables), 1)
        used = np.zeros((count, n), dtype=bool)
        context, place = np.nonzero(applications)
        used[context[:, None], facts[context, place, 2:] - self._variables] = True
        for wrong, what in (
            (used & (named == 0), "used but not defined; add a line"),
            (named > 1, "defined more than once; keep one line,"),
        ):
            if wrong.any():
                x = f"x{np.argwhere(wrong)[0][1] + 1}"
                raise WrongUse(f"{x} is {what} such as {x} = 2, so that each variable has one definition")
        if not named.any(-1).all():
            raise WrongUse(f"a context of assignments defines at least one variable; {self._fact_notation()}")

        first, second, constant = (np.full((count, n), -1) for _ in range(3))
        context, place = np.nonzero(constants)
        x, given, _ = facts[context, place, 1:].T
        constant[context, x - self._variables] = given - self._values
        context, place = np.nonzero(applications)
        x, y, z = facts[context, place, 1:].T - self._variables
        first[context, x], second[context, x] = y, z
        context, place = np.nonzero(entries)
        a, b, result = facts[context, place, 1:].T - self._values
        times = np.zeros((count, k, k), dtype=np.int64)
        np.add.at(times, (context, a, b), 1)
        if (times > 1).any():
            _, p, q = np.argwhere(times > 1)[0] + 1
            raise WrongUse(f"f({p}, {q}) is given more than once; keep one line, such as f({p}, {q}) = 3")
        table = np.full((count, k, k), -1)
        table[context, a, b] = result

        values, depth = self._evaluate(first, second, constant, table)
        open_ = (named > 0) & (values < 0)
        if open_.any():
            rows = np.arange(count)[:, None]
            p, q = values[rows, first], values[rows, second]
            missing = open_ & (p >= 0) & (q >= 0)
            if missing.any():
                c, i = np.argwhere(missing)[0]
                pair = f"f({p[c, i] + 1}, {q[c, i] + 1})"
                raise WrongUse(f"x{i + 1} needs {pair}, which is not given; add a line such as {pair} = 3")
            x = f"x{np.argwhere(open_)[0][1] + 1}"
            raise WrongUse(f"{x} depends on itself, or on a variable that does; define it from others, or as {x} = 2")
        return Definitions(facts, first, second, table, values, depth)

    def questions(self, rng: np.random.Generator, world: World, count: int) -> Array:
        assert isinstance(world, Definitions)
        return self.ask(self._value, choose(rng, world.values >= 0, count) + self._variables)

    def _about(self, questions: Array, kind: int) -> Flags:
        """Which questions ask `kind` of a variable, well-formed."""
        known = self.symbols.is_name("variable", questions[..., 1]) & (questions[..., 2] == NOTHING)
        return np.asarray(known & (questions[..., 0] == kind))

    def _applies(self, questions: Array) -> Flags:
        """Which questions ask for f of two values, well-formed."""
        known = self.symbols.is_name("value", questions[..., 1]) & self.symbols.is_name("value", questions[..., 2])
        return np.asarray(known & (questions[..., 0] == self._apply))

    def truth(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Definitions)
        rows = np.arange(len(world))[:, None]
        x = self.symbols.index("variable", questions[..., 1])
        defined = world.values[rows, x] >= 0
        value, first, second = (
            defined & self._about(questions, kind) for kind in (self._value, self._first, self._second)
        )
        apply = self._applies(questions)
        a, b = (self.symbols.index("value", questions[..., i]) for i in (1, 2))
        y, z, result = world.first[rows, x], world.second[rows, x], world.table[rows, a, b]
        constant = y < 0
        return np.select(
            [value | first & constant, first, second & ~constant, apply & (result >= 0)],
            [world.values[rows, x] + self._values, y + self._variables, z + self._variables, result + self._values],
            IDK,
        )

    def level(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Definitions)
        depth = world.depth[np.arange(len(world))[:, None], self.symbols.index("variable", questions[..., 1])]
        return np.where(self._about(questions, self._value), depth, 0)

    def lookup(self, rng: np.random.Generator, world: World, questions: Array) -> Array:
        blank, truth = (questions == NOTHING).all(-1), self.truth(world, questions)
        value = self._about(questions, self._value) & (truth != IDK)
        return np.select([blank, value], [NOTHING, ASSISTANT], truth)

    def steps(self, questions: Array) -> Steps:
        x, value = questions[..., 1], self._about(questions, self._value)
        simple = self._about(questions, self._first) | self._about(questions, self._second) | self._applies(questions)
        first = yield np.where(simple[..., None], questions, self.ask(self._first, x, where=value))
        applied = value & self.symbols.is_name("variable", first)
        second = yield self.ask(self._second, x, where=applied)
        applied &= self.symbols.is_name("variable", second)
        a = yield self.ask(self._value, first, where=applied)
        applied &= self.symbols.is_name("value", a)
        b = yield self.ask(self._value, second, where=applied)
        applied &= self.symbols.is_name("value", b)
        result = yield self.ask(self._apply, a, b, where=applied)
        answer = np.where(applied, result, first)
        known = self.symbols.is_name("value", answer) | simple & (answer != NOTHING)
        return np.where(known, answer, IDK)

    def show_question(self, question: Array) -> str:
        kind, a, b = (self.symbols.texts[token] for token in question)
        if self._applies(question):
            return f"f({a}, {b})"
        if any(self._about(question, simple) for simple in (self._value, self._first, self._second)):
            return f"{kind} {a}"
        return self.symbols.spell(question)

    def read_question(self, text: str) -> Array:
        pair = re.fullmatch(r"\s*f\s*\(([^(),]*),([^(),]*)\)\s*", text)
        if pair:
            return self.ask(self._apply, *(np.array(self.symbols.name("value", side)) for side in pair.groups()))
        words = text.split()
        if len(words) != 2 or words[0] not in ("value", "first", "second"):
            notation = "value x3, first x3, second x3 or f(1, 2)"
            raise WrongUse(f"'{text}' is no question of assignments; write it as {notation}")
        return self.ask(self.symbols.token(words[0]), np.array(self.symbols.name("variable", words[1])))

    def show_fact(self, fact: Array) -> str:
        tag, a, b, c = (self.symbols.texts[token] for token in fact)
        return {"constant": f"{a} = {b}", "application": f"{a} = f({b}, {c})", "entry": f"f({a}, {b}) = {c}"}.get(
            tag, self.symbols.spell(fact)
        )

    def read_fact(self, text: str) -> Array:
        tokens, symbols = [], self.symbols
        if found := re.fullmatch(r"\s*f\s*\(([^(),=]*),([^(),=]*)\)\s*=([^(),=]*)", text):
            tokens = [self._entry, *(symbols.name("value", side) for side in found.groups())]
        elif found := re.fullmatch(r"([^(),=]*)=\s*f\s*\(([^(),=]*),([^(),=]*)\)\s*", text):
            tokens = [self._application, *(symbols.name("variable", side) for side in found.groups())]
        elif found := re.fullmatch(r"([^(),=]*)=([^(),=]*)", text):
            tokens = [self._constant, symbols.name("variable", found[1]), symbols.name("value", found[2]), NOTHING]
        else:
            raise WrongUse(f"'{text}' is no fact of assignments; {self._fact_notation()}")
        return np.array(tokens)

    def _fact_notation(self) -> str:
        return "write it as x1 = 2, x3 = f(x1, x2) or f(1, 2) = 3"
