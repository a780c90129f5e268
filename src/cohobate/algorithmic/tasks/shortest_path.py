"""Shortest path: how far is it from a to b, and where does one step first?

A context is a directed graph of N vertices with 2N edges (`a→b`), each drawn uniformly, self-loops redrawn; an edge may
come twice. Kinds, equally likely, each about a pair a ≠ b drawn uniformly from those where b can be reached from a:
`distance a→b`, the number of edges on a shortest path, and `step a→b`, the first vertex on one (any is right; the exact
answer is the first in vertex order). The level is the distance, 0 if there is no way. Simple questions:
`edge a→b` (yes or no), `neighbour a` (a uniformly random vertex with an edge from a, counted once however many edges
lead there, or ∞), `distance a→a` (0), `step a→a` (a). If there is no way from a to b, both kinds are answered by ∞.

H for the distance: `edge a→b`, and 1 if there is one; else c from `step a→b`, then 1 more than `distance c→b`.
H for the step: `edge a→b`, and b if there is one; else three candidates: the assistant's `step a→b`, twice (it may
sample), and `neighbour a`. H asks of each the edge from a and the distance to b. Of those with an edge and a distance
the nearest is the answer, ties by vertex order; ∞ if the nearest is ∞ away, or if no candidate counts and a has no
neighbour.
Edges: H asks the question it was asked, so its tree has no end (`finite` is false). A distance beyond N − 1 is ∞. H
looks up a simple question as it stands.
A smaller context has 2n edges among n of the vertices, a random set of them. A graph of all 2N edges has all N
vertices, one of fewer edges only those that an edge names; about the others: "I don't know". A context of one's own may
have any number of edges up to 2N.
Source: arXiv 1810.08575, section 4.1 and appendix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

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
class Graphs(World):
    """Contexts of shortest path; vertices by index."""

    edges: Flags
    """`(C, N, N)`: whether an edge leads from the first vertex to the second."""
    distances: Array
    """`(C, N, N)`: edges on a shortest path from the first vertex to the second, N if there is no way; −1 where one of
    the two is not in the graph."""


class ShortestPath(Task):
    """Distances and first steps in a directed graph of `size` vertices and twice as many edges."""

    name = "shortest-path"
    title = "how far is it from a to b, and where does one step first?"
    kinds = ("distance", "step")
    finite = False
    ordered = True
    most_acts = 10

    def __init__(self, size: int) -> None:
        super().__init__(size)
        words = ("distance", "step", "edge", "neighbour", "yes", "no", "∞")
        self.symbols = Symbols.of(words, {"vertex": name_symbols(size, avoid=words)}, range(size))
        self._distance, self._step, self._edge, self._neighbour, self._yes, self._no, self._no_way = (
            self.symbols.token(word) for word in words
        )
        self._first = self.symbols.span("vertex").start
        self.fact_slots, self.fact_count = 2, 2 * size
        self.question_slots = 3
        self.levels = range(1, size)

    def draw(self, rng: np.random.Generator, count: int, size: int | None = None) -> Graphs:
        n = self.chosen_size(size)
        rows, some = np.arange(count)[:, None], subsets(rng, count, self.size, n)
        start = rng.integers(0, n, (count, 2 * n))
        end = (start + rng.integers(1, n, start.shape)) % n
        facts = np.full((count, self.fact_count, 2), NOTHING)
        facts[:, : 2 * n] = np.stack([some[rows, start], some[rows, end]], -1) + self._first
        return self._graphs(facts)

    def world(self, facts: Array) -> Graphs:
        blank = (facts == NOTHING).all(-1)
        stray = ~(blank | self.symbols.is_name("vertex", facts).all(-1))
        if stray.any():
            raise WrongUse(f"'{self.show_fact(facts[stray][0])}' is no edge; write it as a→b or a->b")
        loop = ~blank & (facts[..., 0] == facts[..., 1])
        if loop.any():
            raise WrongUse(f"'{self.show_fact(facts[loop][0])}' leads nowhere; an edge joins two vertices, such as a→b")
        if blank.all(-1).any():
            raise WrongUse("a graph needs at least one edge; write one a line, such as a→b or a->b")
        return self._graphs(facts)

    def _graphs(self, facts: Array) -> Graphs:
        real = facts[..., 0] != NOTHING
        context, place = np.nonzero(real)
        start, end = facts[context, place].T - self._first
        edges = np.zeros((len(facts), self.size, self.size), dtype=bool)
        edges[context, start, end] = True
        reached = np.broadcast_to(np.eye(self.size, dtype=bool), edges.shape)
        distances = np.where(reached, 0, self.size)
        front, roads = reached.astype(np.float32), edges.astype(np.float32)
        for distance in range(1, self.size):
            fresh = (front @ roads > 0) & ~reached
            if not fresh.any():
                break
            distances[fresh] = distance
            reached, front = reached | fresh, fresh.astype(np.float32)
        there = edges.any(1) | edges.any(2) | real.all(-1)[:, None]
        return Graphs(facts, edges, np.where(there[:, :, None] & there[:, None, :], distances, -1))

    def questions(self, rng: np.random.Generator, world: World, count: int) -> Array:
        assert isinstance(world, Graphs)
        pairs = (world.distances > 0) & (world.distances < self.size)
        a, b = np.divmod(choose(rng, pairs.reshape(len(world), -1), count), self.size)
        kind = np.where(rng.integers(0, 2, a.shape) == 0, self._distance, self._step)
        return self.ask(kind, a + self._first, b + self._first)

    def _pairs(self, questions: Array) -> Flags:
        """Which questions are well-formed and about two vertices."""
        kind: Array = questions[..., 0]
        good = (kind == self._distance) | (kind == self._step) | (kind == self._edge)
        return np.asarray(good & self.symbols.is_name("vertex", questions[..., 1:]).all(-1))

    def _neighbours(self, questions: Array) -> Flags:
        """Which questions are well-formed and ask for a neighbour."""
        good = self.symbols.is_name("vertex", questions[..., 1]) & (questions[..., 2] == NOTHING)
        return np.asarray(good & (questions[..., 0] == self._neighbour))

    def _in_domain(self, world: Graphs, questions: Array) -> tuple[Flags, Flags]:
        """Which questions are about two vertices of the graph, and which ask for a neighbour of one."""
        rows, a, b = self._indices(questions)
        pairs = self._pairs(questions) & (world.distances[rows, a, b] >= 0)
        return pairs, self._neighbours(questions) & (world.distances[rows, a, a] >= 0)

    def _indices(self, questions: Array) -> tuple[Array, Array, Array]:
        """Indices of contexts, of a and of b, to look up with; 0 where there is none."""
        a, b = (self.symbols.index("vertex", questions[..., i]) for i in (1, 2))
        return np.arange(len(questions))[:, None], a, b

    def truth(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Graphs)
        kind, (rows, a, b) = questions[..., 0], self._indices(questions)
        pairs, neighbours = self._in_domain(world, questions)
        distance = world.distances[rows, a, b]
        first_step = np.where(a == b, a, self._on_the_way(world, rows, a, b).argmax(-1))
        beside = world.edges[rows, a]
        first_neighbour = np.where(beside.any(-1), beside.argmax(-1) + self._first, self._no_way)
        return np.select(
            [
                neighbours,
                ~pairs,
                kind == self._edge,
                distance == self.size,
                kind == self._distance,
            ],
            [
                first_neighbour,
                np.full_like(kind, IDK),
                np.where(world.edges[rows, a, b], self._yes, self._no),
                np.full_like(kind, self._no_way),
                self.symbols.number(distance),
            ],
            first_step + self._first,
        )

    def _on_the_way(self, world: Graphs, rows: Array, a: Array, b: Array) -> Flags:
        """Which vertices begin a shortest path from a ≠ b: `(C, Q, N)`."""
        rest = world.distances.swapaxes(1, 2)[rows, b]
        return np.asarray(world.edges[rows, a] & (rest == world.distances[rows, a, b][..., None] - 1))

    def correct(self, world: World, questions: Array, answers: Array) -> Flags:
        """Any first vertex on a shortest path is right, and any neighbour."""
        assert isinstance(world, Graphs)
        rows, a, b = self._indices(questions)
        vertex = self.symbols.is_name("vertex", answers)
        c = np.where(vertex, answers - self._first, 0)
        step = self._pairs(questions) & (questions[..., 0] == self._step) & vertex & (a != b)
        ahead = world.edges[rows, a, c] & (world.distances[rows, c, b] == world.distances[rows, a, b] - 1)
        beside = self._neighbours(questions) & vertex & world.edges[rows, a, c]
        return np.asarray(np.where(step, ahead, beside | (answers == self.truth(world, questions))))

    def level(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Graphs)
        distance = world.distances[self._indices(questions)]
        asked = self._pairs(questions) & (questions[..., 0] != self._edge) & (distance < self.size)
        return np.where(asked, np.maximum(distance, 0), 0)

    def lookup(self, rng: np.random.Generator, world: World, questions: Array) -> Array:
        assert isinstance(world, Graphs)
        kind, (rows, a, b) = questions[..., 0], self._indices(questions)
        pairs, neighbours = self._in_domain(world, questions)
        blank = (questions == NOTHING).all(-1)
        edge = np.where(world.edges[rows, a, b], self._yes, self._no)
        same = np.where(kind == self._distance, self.symbols.number(0), a + self._first)
        found = np.select(
            [blank, pairs & (kind == self._edge), pairs & (a == b), pairs],
            [np.full_like(kind, NOTHING), edge, same, np.full_like(kind, ASSISTANT)],
            IDK,
        )
        chance = rng.random(kind.shape)  # drawn for every row, so that none depends on what the others ask
        if neighbours.any():
            roads = world.edges[np.nonzero(neighbours)[0], a[neighbours]]
            which = (chance[neighbours] * roads.sum(-1)).astype(np.int64)
            neighbour = (roads.cumsum(-1) > which[:, None]).argmax(-1) + self._first
            found[neighbours] = np.where(roads.any(-1), neighbour, self._no_way)
        return found

    def steps(self, questions: Array) -> Steps:
        kind, a, b = (questions[..., i] for i in range(3))
        is_vertex, is_number, n = partial(self.symbols.is_name, "vertex"), self.symbols.is_number, self.size
        simple = self._neighbours(questions) | self._pairs(questions) & ((kind == self._edge) | (a == b))
        hard = self._pairs(questions) & ~simple
        found = yield np.where(simple[..., None], questions, self.ask(self._edge, a, b, where=hard))
        adjacent, apart = hard & (found == self._yes), hard & (found == self._no)
        measure, choose = apart & (kind == self._distance), apart & (kind == self._step)

        first = yield self.ask(self._step, a, b, where=apart)
        rest = self.ask(self._distance, first, b, where=measure & is_vertex(first))
        second = yield np.where(choose[..., None], self.ask(self._step, a, b), rest)
        third = yield self.ask(self._neighbour, a, where=choose)

        none = n * (n + 1)
        best = np.full(kind.shape, none)
        for candidate in (first, second, third):
            offered = choose & is_vertex(candidate)
            edge = yield self.ask(self._edge, a, candidate, where=offered)
            distance = yield self.ask(self._distance, candidate, b, where=offered)
            counts = offered & (edge == self._yes) & (is_number(distance) | (distance == self._no_way))
            far = np.where(is_number(distance), self.symbols.value(distance), n)
            best = np.where(counts, np.minimum(best, far * n + candidate - self._first), best)

        longer = self.symbols.value(second) + 1
        return np.select(
            [
                simple & (found != NOTHING),
                adjacent,
                measure & ((first == self._no_way) | (second == self._no_way) | is_number(second) & (longer >= n)),
                measure & is_number(second),
                choose & (best < n * n),
                choose & ((best < none) | (third == self._no_way)),
            ],
            [
                found,
                np.where(kind == self._distance, self.symbols.number(1), b),
                np.full_like(kind, self._no_way),
                self.symbols.number(longer),
                best % n + self._first,
                np.full_like(kind, self._no_way),
            ],
            IDK,
        )

    def show_question(self, question: Array) -> str:
        kind, a, b = (self.symbols.texts[token] for token in question)
        if self._pairs(question):
            return f"{kind} {a}→{b}"
        return f"{kind} {a}" if self._neighbours(question) else self.symbols.spell(question)

    def read_question(self, text: str) -> Array:
        kind, *rest = text.strip().split(maxsplit=1) or [""]
        sides = rest[0].replace("->", "→").split("→") if rest else []
        if len(sides) != {"distance": 2, "step": 2, "edge": 2, "neighbour": 1}.get(kind):
            notation = "distance a→b, distance a->b, step a→b, edge a→b or neighbour a"
            raise WrongUse(f"'{text}' is no question of shortest-path; write it as {notation}")
        return self.ask(self.symbols.token(kind), *(np.array(self.symbols.name("vertex", side)) for side in sides))

    def show_fact(self, fact: Array) -> str:
        return "→".join(self.symbols.texts[token] for token in fact)

    def read_fact(self, text: str) -> Array:
        sides = text.replace("->", "→").split("→")
        if len(sides) != 2:
            raise WrongUse(f"'{text}' is no edge; write it as a→b or a->b")
        return np.array([self.symbols.name("vertex", side) for side in sides])
