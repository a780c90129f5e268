"""Union find: to which labelled vertex does a vertex belong, which way is it, and how far?

A context is a forest of N vertices in K = max(2, ⌊√N⌋) trees, each with one labelled vertex. In random order the first
K vertices found a tree each; every later one joins a uniformly chosen tree, at a uniformly chosen vertex of it (so
each is a random recursive tree). In each tree one vertex, uniformly chosen, gets a label, uniform in #1 … #8.
Facts are labels (`c #3`) and edges (`c–d`), each edge in both directions; a line of a context states both.

Kinds, equally likely, each about a uniformly drawn vertex: `label c` (the label of c's tree), `next c` (the next vertex
on the way to the labelled one, which is its own next), `depth c` (how many edges away that is). The level is the depth.
Simple questions: `own c` (c's own label, or none), `neighbour c` (a uniformly random one, or none), `edge c–d` (yes or
no).

H asks `own c` first. If c is labelled, that is the label, the next is c, the depth is 0. Else, for the label: p from
`next c`, then `label p`. For the depth: p from `next c`, then 1 more than `depth p`. For the next: three candidates,
the assistant's `next c`, twice (it may sample), and `neighbour c`; H asks of each the edge from c and the depth. Of
those with an edge and a depth the shallowest is the answer, ties by vertex order; "I don't know" if none counts.
Edges: H asks the question it was asked, so its tree has no end (`finite` is false). A depth beyond N − 1 is "I don't
know". H looks up a simple question as it stands. A context of one's own may have more trees.
A smaller context is a forest of n of the vertices, a random set of them, in max(2, ⌊√n⌋) trees. A vertex that no fact
names is not in the forest; about such: "I don't know".
Source: arXiv 1810.08575, section 4.1 and appendix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
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
    name_symbols,
)
from cohobate.errors import WrongUse

LABELS = tuple(f"#{i}" for i in range(1, 9))


@dataclass(frozen=True)
class Forests(World):
    """Contexts of union find; vertices and labels by index."""

    edges: Flags
    """`(C, N, N)`: whether two vertices are joined."""
    own: Array
    """`(C, N)`: the label of each vertex itself, −1 for none."""
    label: Array
    """`(C, N)`: the label of each vertex's tree, −1 for a vertex that is not in the forest."""
    next: Array
    """`(C, N)`: the next vertex on the way to the labelled one, which is its own."""
    depth: Array
    """`(C, N)`: how many edges away the labelled vertex is, −1 for a vertex that is not in the forest."""


def trees_of(size: int) -> int:
    """In how many trees a forest of `size` vertices is drawn."""
    return max(2, isqrt(size))


class UnionFind(Task):
    """Labels, ways and depths in a forest of `size` vertices."""

    name = "union-find"
    title = "to which labelled vertex does a vertex belong, which way, and how far?"
    kinds = ("label", "next", "depth")
    least_size = 4
    finite = False
    ordered = True
    most_acts = 10

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.trees = trees_of(size)
        """K."""
        words = ("label", "next", "depth", "own", "neighbour", "edge", "yes", "no", "none")
        self.symbols = Symbols.of(words, {"vertex": name_symbols(size, avoid=words), "label": LABELS}, range(size))
        tokens = [self.symbols.token(word) for word in words]
        self._label, self._next, self._depth, self._own, self._neighbour, self._edge = tokens[:6]
        self._yes, self._no, self._none = tokens[6:]
        self._first = self.symbols.span("vertex").start
        self._first_label = self.symbols.span("label").start
        self.fact_slots, self.fact_count = 3, 2 * (size - self.trees) + self.trees
        self.question_slots = 3
        self.levels = range(0, size - self.trees + 1)

    def draw(self, rng: np.random.Generator, count: int, size: int | None = None) -> Forests:
        n = self.chosen_size(size)
        k = trees_of(n)
        order = rng.permuted(np.tile(np.arange(self.size), (count, 1)), axis=1)[:, :n]
        founders = np.broadcast_to(np.arange(k), (count, k))
        tree = np.concatenate([founders, rng.integers(0, k, (count, n - k))], axis=1)
        earlier = np.tri(n, k=-1, dtype=bool)[k:] & (tree[:, k:, None] == tree[:, None, :])
        joined = np.where(earlier, rng.random(earlier.shape), -1).argmax(-1)
        inside = tree[:, None, :] == np.arange(k)[:, None]
        labelled = np.where(inside, rng.random(inside.shape), -1).argmax(-1)

        one, other = order[:, k:], np.take_along_axis(order, joined, axis=1)
        edges = np.stack([np.stack([one, other], -1), np.stack([other, one], -1)], 2).reshape(count, -1, 2)
        facts = np.full((count, self.fact_count, 3), NOTHING)
        facts[:, : edges.shape[1], 0], facts[:, : edges.shape[1], 1:] = self._edge, edges + self._first
        labels = facts[:, edges.shape[1] : edges.shape[1] + k]
        labels[..., 0] = self._label
        labels[..., 1] = np.take_along_axis(order, labelled, axis=1) + self._first
        labels[..., 2] = rng.integers(0, len(LABELS), (count, k)) + self._first_label
        return self._forests(facts)

    def _forests(self, facts: Array) -> Forests:
        """The tables of a forest; a vertex that no label reaches keeps the label and the depth −1."""
        count, n = len(facts), self.size
        context, place = np.nonzero(facts[..., 0] == self._edge)
        start, end = facts[context, place, 1:].T - self._first
        edges = np.zeros((count, n, n), dtype=bool)
        edges[context, start, end] = True
        context, place = np.nonzero(facts[..., 0] == self._label)
        own = np.full((count, n), -1)
        own[context, facts[context, place, 1] - self._first] = facts[context, place, 2] - self._first_label

        depth, towards = np.where(own >= 0, 0, -1), np.tile(np.arange(n), (count, 1))
        label = own
        for level in range(1, n):
            uphill = edges & (depth == level - 1)[:, None, :]
            fresh = uphill.any(-1) & (depth < 0)
            if not fresh.any():
                break
            towards = np.where(fresh, uphill.argmax(-1), towards)
            label = np.where(fresh, np.take_along_axis(label, towards, axis=1), label)
            depth = np.where(fresh, level, depth)
        return Forests(facts, edges, own, label, towards, depth)

    def world(self, facts: Array) -> Forests:
        tag, names = facts[..., 0], self.symbols.texts
        vertex = [self.symbols.is_name("vertex", facts[..., i]) for i in range(3)]
        edge_facts = (tag == self._edge) & vertex[1] & vertex[2] & (facts[..., 1] != facts[..., 2])
        label_facts = (tag == self._label) & vertex[1] & self.symbols.is_name("label", facts[..., 2])
        stray = ~(edge_facts | label_facts | (facts == NOTHING).all(-1))
        if stray.any():
            raise WrongUse(f"'{self.show_fact(facts[stray][0])}' is no fact of union-find; {self._fact_notation()}")

        for some, what in ((edge_facts, "given"), (label_facts, "labelled")):
            for one in range(len(facts)):
                seen = facts[one, some[one], 1:] if what == "given" else facts[one, some[one], 1:2]
                different, times = np.unique(seen, axis=0, return_counts=True)
                if (times > 1).any():
                    twice = "–".join(names[token] for token in different[times > 1][0])
                    raise WrongUse(f"{twice} is {what} more than once; keep one line, {self._fact_notation()}")
        forests = self._forests(facts)
        for wrong, why in (
            (forests.edges & ~forests.edges.swapaxes(1, 2), "is given in one direction only; give both"),
            (self._between_labels(forests), "joins the trees of two labels; keep one label a tree, such as c #3"),
            (self._closing(forests), "closes a cycle, but a forest has none; leave out one edge of it"),
        ):
            if wrong.any():
                _, a, b = np.argwhere(wrong)[0] + self._first
                raise WrongUse(f"the edge {names[a]}–{names[b]} {why}")
        unlabelled = (forests.depth < 0) & forests.edges.any(-1)
        if unlabelled.any():
            lost = names[np.argwhere(unlabelled)[0][1] + self._first]
            raise WrongUse(f"{lost} is in a tree without a label; add a line such as {lost} #3")
        if not label_facts.any(-1).all():
            raise WrongUse("a forest needs at least one labelled vertex; add a line such as c #3")
        return forests

    def _between_labels(self, forests: Forests) -> Flags:
        """Edges between vertices that are reached from different labelled vertices `(C, N, N)`."""
        root = np.where(forests.depth >= 0, forests.next, -1)
        for _ in range(self.size.bit_length()):
            root = np.where(root >= 0, np.take_along_axis(root, root, axis=1), -1)
        a, b = root[:, :, None], root[:, None, :]
        return np.asarray(forests.edges & (a != b))

    def _closing(self, forests: Forests) -> Flags:
        """Edges off the way to the label, each of which closes a cycle `(C, N, N)`; in an unlabelled tree none."""
        rows, all_ = np.arange(len(forests))[:, None], np.arange(self.size)
        off = forests.edges & (forests.depth >= 0)[:, :, None]
        off[rows, all_, forests.next] = False
        off[rows, forests.next, all_] = False
        return off

    def questions(self, rng: np.random.Generator, world: World, count: int) -> Array:
        assert isinstance(world, Forests)
        kinds = np.array([self._label, self._next, self._depth])
        kind = kinds[rng.integers(0, 3, (len(world), count))]
        return self.ask(kind, choose(rng, world.depth >= 0, count) + self._first)

    def _about(self, questions: Array, *kinds: int) -> Flags:
        """Which questions are of these kinds, about one vertex, and well-formed."""
        good = self.symbols.is_name("vertex", questions[..., 1]) & (questions[..., 2] == NOTHING)
        return np.asarray(good & np.isin(questions[..., 0], kinds))

    def _joins(self, questions: Array) -> Flags:
        """Which questions are well-formed and ask for an edge."""
        known = self.symbols.is_name("vertex", questions[..., 1:]).all(-1)
        return np.asarray(known & (questions[..., 0] == self._edge))

    def _indices(self, questions: Array) -> tuple[Array, Array, Array]:
        """Indices of contexts and of the two vertices, to look up with; 0 where there is none."""
        x, y = (self.symbols.index("vertex", questions[..., i]) for i in (1, 2))
        return np.arange(len(questions))[:, None], x, y

    def truth(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Forests)
        rows, x, y = self._indices(questions)
        own, beside = world.own[rows, x], world.edges[rows, x]
        joins = self._joins(questions)
        outside = (world.depth[rows, x] < 0) | joins & (world.depth[rows, y] < 0)
        return np.select(
            [
                outside,
                self._about(questions, self._label),
                self._about(questions, self._next),
                self._about(questions, self._depth),
                self._about(questions, self._own),
                self._about(questions, self._neighbour),
                joins,
            ],
            [
                np.full_like(own, IDK),
                world.label[rows, x] + self._first_label,
                world.next[rows, x] + self._first,
                self.symbols.number(world.depth[rows, x]),
                np.where(own >= 0, own + self._first_label, self._none),
                np.where(beside.any(-1), beside.argmax(-1) + self._first, self._none),
                np.where(world.edges[rows, x, y], self._yes, self._no),
            ],
            IDK,
        )

    def correct(self, world: World, questions: Array, answers: Array) -> Flags:
        """Any neighbour is right."""
        assert isinstance(world, Forests)
        rows, x, _ = self._indices(questions)
        vertex = self.symbols.is_name("vertex", answers)
        beside = world.edges[rows, x, np.where(vertex, answers - self._first, 0)]
        neighbour = self._about(questions, self._neighbour) & vertex & beside
        return np.asarray(neighbour | (answers == self.truth(world, questions)))

    def level(self, world: World, questions: Array) -> Array:
        assert isinstance(world, Forests)
        rows, x, _ = self._indices(questions)
        asked = self._about(questions, self._label, self._next, self._depth)
        return np.where(asked, np.maximum(world.depth[rows, x], 0), 0)

    def lookup(self, rng: np.random.Generator, world: World, questions: Array) -> Array:
        assert isinstance(world, Forests)
        rows, x, _ = self._indices(questions)
        blank, there = (questions == NOTHING).all(-1), world.depth[rows, x] >= 0
        asked = self._about(questions, self._label, self._next, self._depth) & there
        found = np.select([blank, asked], [NOTHING, ASSISTANT], self.truth(world, questions))
        chance = rng.random(found.shape)  # drawn for every row, so that none depends on what the others ask
        neighbours = self._about(questions, self._neighbour) & there
        if neighbours.any():
            beside = world.edges[np.nonzero(neighbours)[0], x[neighbours]]
            which = (chance[neighbours] * beside.sum(-1)).astype(np.int64)
            neighbour = (beside.cumsum(-1) > which[:, None]).argmax(-1) + self._first
            found[neighbours] = np.where(beside.any(-1), neighbour, self._none)
        return found

    def steps(self, questions: Array) -> Steps:
        kind, x = questions[..., 0], questions[..., 1]
        is_vertex, is_number, n = partial(self.symbols.is_name, "vertex"), self.symbols.is_number, self.size
        simple = self._about(questions, self._own, self._neighbour) | self._joins(questions)
        hard = self._about(questions, self._label, self._next, self._depth)
        own = yield np.where(simple[..., None], questions, self.ask(self._own, x, where=hard))
        labelled, other = hard & self.symbols.is_name("label", own), hard & (own == self._none)
        choose = other & (kind == self._next)
        climb = other & ~choose

        first = yield self.ask(self._next, x, where=other)
        above = self.ask(kind, first, where=climb & is_vertex(first))
        second = yield np.where(choose[..., None], self.ask(self._next, x), above)
        third = yield self.ask(self._neighbour, x, where=choose)

        none = n * n
        best = np.full(kind.shape, none)
        for candidate in (first, second, third):
            offered = choose & is_vertex(candidate)
            edge = yield self.ask(self._edge, x, candidate, where=offered)
            depth = yield self.ask(self._depth, candidate, where=offered)
            counts = offered & (edge == self._yes) & is_number(depth)
            rank = self.symbols.value(depth) * n + candidate - self._first
            best = np.where(counts, np.minimum(best, rank), best)

        return np.select(
            [
                simple & (own != NOTHING),
                labelled,
                climb & (kind == self._label) & self.symbols.is_name("label", second),
                climb & (kind == self._depth) & is_number(second),
                choose & (best < none),
            ],
            [
                own,
                np.select([kind == self._label, kind == self._next], [own, x], self.symbols.number(0)),
                second,
                self.symbols.number(self.symbols.value(second) + 1),
                best % n + self._first,
            ],
            IDK,
        )

    def show_question(self, question: Array) -> str:
        kind, x, y = (self.symbols.texts[token] for token in question)
        if self._joins(question):
            return f"edge {x}–{y}"
        one = self._about(question, self._label, self._next, self._depth, self._own, self._neighbour)
        return f"{kind} {x}" if one else self.symbols.spell(question)

    def read_question(self, text: str) -> Array:
        kind, *rest = text.strip().split(maxsplit=1) or [""]
        sides = re.split("[–-]", rest[0]) if rest else []
        wanted = 2 if kind == "edge" else 1 if kind in ("label", "next", "depth", "own", "neighbour") else None
        if len(sides) != wanted:
            raise WrongUse(
                f"'{text}' is no question of union-find; "
                "write it as label c, next c, depth c, own c, neighbour c, edge c–d or edge c-d"
            )
        return self.ask(self.symbols.token(kind), *(np.array(self.symbols.name("vertex", side)) for side in sides))

    def show_fact(self, fact: Array) -> str:
        tag, x, y = (self.symbols.texts[token] for token in fact)
        return {"edge": f"{x}–{y}", "label": f"{x} {y}"}.get(tag, self.symbols.spell(fact))

    def read_fact(self, text: str) -> Array:
        if len(sides := re.split("[–-]", text)) == 2:
            return np.array([self._edge, *(self.symbols.name("vertex", side) for side in sides)])
        if len(sides := text.split()) == 2:
            return np.array([self._label, self.symbols.name("vertex", sides[0]), self.symbols.name("label", sides[1])])
        raise WrongUse(f"'{text}' is no fact of union-find; {self._fact_notation()}")

    def _fact_notation(self) -> str:
        return "such as c–d or c-d for an edge, c #3 for a label"

    def read_line(self, line: str) -> list[Array]:
        """A label, or an edge in both directions."""
        fact = self.read_fact(line)
        return [fact, fact[[0, 2, 1]]] if fact[0] == self._edge else [fact]

    def show_context(self, facts: Array) -> str:
        """Each edge once, though the facts hold both directions."""
        shown, seen = [], set()
        for fact in facts:
            line, reverse = self.show_fact(fact), self.show_fact(fact[[0, 2, 1]])
            if (fact != NOTHING).any() and not (fact[0] == self._edge and reverse in seen):
                shown.append(line)
                seen.add(line)
        return "\n".join(shown)
