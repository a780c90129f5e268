import re
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from cohobate.algorithmic.scripted import one_step, run_steps
from cohobate.algorithmic.task import ASSISTANT, IDK
from cohobate.algorithmic.tasks.union_find import UnionFind
from cohobate.errors import WrongUse

# b is labelled in the chain a–b–c–d, e in e–f.
CONTEXT = "a–b\nb–c\nc–d\ne–f\nb #3\ne #8"


def world_and(*questions):
    task = UnionFind(6)
    return task, task.read_context(CONTEXT), np.array([[task.read_question(text) for text in questions]])


def answers(task, tokens):
    return [task.show_answer(int(token)) for token in tokens[0]]


def test_a_hand_made_context_has_the_answers_one_expects():
    asked = (
        "label d",
        "next d",
        "depth d",
        "label b",
        "next b",
        "depth b",
        "label f",
        "own d",
        "own e",
        "edge c–d",
        "edge d-e",
    )
    task, world, questions = world_and(*asked, "neighbour f")
    expected = ["#3", "c", "2", "#3", "b", "0", "#8", "none", "#8", "yes", "no", "e"]
    assert answers(task, task.truth(world, questions)) == expected
    assert answers(task, one_step(task, np.random.default_rng(0), world, questions)) == expected
    assert task.level(world, questions)[0].tolist() == [2, 2, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0]


def test_what_can_be_read_off_the_context_is_simple_and_nothing_else():
    task, world, questions = world_and("own a", "neighbour a", "edge a–b", "label b", "next b", "depth b")
    simple = task.lookup(np.random.default_rng(0), world, questions)[0] != ASSISTANT
    assert simple.tolist() == [True, True, True, False, False, False]


def test_a_context_shows_each_edge_once_and_holds_both_directions():
    task, world, _ = world_and("own a")
    assert task.show_context(world.facts[0]) == CONTEXT
    assert [task.show_fact(fact) for fact in world.facts[0][:4]] == ["a–b", "b–a", "b–c", "c–b"]


def test_neighbours_are_uniform():
    task, world, questions = world_and("neighbour b")
    found = task.lookup(np.random.default_rng(0), world, np.repeat(questions, 4000, axis=1))
    count = Counter(answers(task, found))
    assert set(count) == {"a", "c"}
    assert chisquare(list(count.values())).pvalue > 1e-4


def assert_forest(task, facts, size, trees):
    """That the facts are a forest of so many vertices in so many trees, with a label each."""
    lines = task.show_context(facts).splitlines()
    labels = [line.split()[0] for line in lines if "#" in line]
    edges = [line.split("–") for line in lines if "–" in line]
    assert (len(labels), len(edges)) == (trees, size - trees)
    group = {name: name for name in task.symbols.names["vertex"]}
    for a, b in edges:
        assert group[a] != group[b], "a cycle"
        group = {name: group[b] if root == group[a] else root for name, root in group.items()}
    assert len({group[name] for name in labels}) == trees


@pytest.mark.parametrize(("size", "trees"), [(4, 2), (8, 2), (9, 3), (30, 5), (64, 8)])
def test_a_drawn_forest_has_the_square_root_of_its_size_in_trees_each_with_one_label(size, trees):
    for task in (UnionFind(size), UnionFind(64)):
        for facts in task.draw(np.random.default_rng(1), 10, size).facts:
            assert_forest(task, facts, size, trees)


def test_a_vertex_that_no_fact_names_is_not_known():
    task = UnionFind(8)
    world = task.read_context("f–b\nb #3\nh #1")
    asked = ["label a", "next a", "depth c", "own a", "neighbour a", "edge a–b", "edge f–g", "edge a–c"]
    questions = np.array([[task.read_question(text) for text in [*asked, "label f", "own f", "depth h"]]])
    expected = ["I don't know"] * len(asked) + ["#3", "none", "0"]
    assert answers(task, task.truth(world, questions)) == expected
    assert answers(task, one_step(task, np.random.default_rng(0), world, questions)) == expected
    found = task.lookup(np.random.default_rng(0), world, questions)[0].tolist()
    assert found == [IDK] * len(asked) + [ASSISTANT, task.read_answer("none"), ASSISTANT]
    assert task.level(world, questions)[0].tolist() == [0] * len(asked) + [1, 0, 0]


@pytest.mark.parametrize("size", [4, 11, 30])
def test_following_next_leads_to_the_label_in_as_many_steps_as_the_depth(size):
    task, rng = UnionFind(30), np.random.default_rng(2)
    world = task.draw(rng, 4, size)
    for c in range(4):
        vertices = np.flatnonzero(world.depth[c] >= 0)
        assert len(vertices) == size
        for x in vertices:
            y, steps = x, 0
            while world.own[c, y] < 0:
                assert world.edges[c, y, world.next[c, y]]
                y, steps = world.next[c, y], steps + 1
            assert (world.label[c, x], world.depth[c, x]) == (world.own[c, y], steps)


def test_labels_roots_kinds_and_vertices_are_uniform():
    task, rng = UnionFind(8), np.random.default_rng(3)
    world = task.draw(rng, 3000)
    labels = world.facts[:, -task.trees :]
    assert chisquare(np.unique(labels[..., 2], return_counts=True)[1]).pvalue > 1e-4
    assert chisquare(np.unique(labels[:, 0, 1], return_counts=True)[1]).pvalue > 1e-4
    questions = task.questions(rng, world, 2)
    assert chisquare(np.bincount(task.kind(questions).ravel())).pvalue > 1e-4
    assert chisquare(np.unique(questions[..., 1], return_counts=True)[1]).pvalue > 1e-4


def test_the_labelled_vertex_is_uniform_in_its_tree():
    task, rng = UnionFind(4), np.random.default_rng(4)
    world = task.draw(rng, 6000)
    sizes = (world.edges.sum((1, 2)) // 2, world.edges.sum(-1).max(-1))
    chain = sizes[1] == 2  # a path of three vertices and a single one
    middle = world.own[np.arange(6000), world.edges.sum(-1).argmax(-1)] >= 0
    assert chisquare([middle[chain].sum(), (~middle[chain]).sum() / 2, (~middle[chain]).sum() / 2]).pvalue > 1e-4


def h_hears(*heard, question):
    """H's answer to one question when it hears these texts one after the other."""
    task = UnionFind(8)
    rest = iter(heard)
    told = run_steps(task.steps(task.read_question(question)), lambda _: np.array(task.read_answer(next(rest))))
    assert next(rest, None) is None, "H did not ask for all it was to hear"
    return task.show_answer(int(told))


@pytest.mark.parametrize(
    ("question", "heard", "answer"),
    [
        ("label h", ["#2"], "#2"),
        ("label h", ["none", "c", "#5"], "#5"),
        ("label h", ["none", "c", "4"], "I don't know"),
        ("label h", ["none", "?"], "I don't know"),
        ("label h", ["yes"], "I don't know"),
        ("depth h", ["#2"], "0"),
        ("depth h", ["none", "c", "3"], "4"),
        ("depth h", ["none", "c", "7"], "I don't know"),
        ("depth h", ["none", "#1"], "I don't know"),
        ("next h", ["#2"], "h"),
        ("next h", ["none", "c", "d", "e", "yes", "3", "yes", "2", "no", "0"], "d"),
        ("next h", ["none", "d", "c", "e", "yes", "2", "yes", "2", "yes", "3"], "c"),
        ("next h", ["none", "?", "none", "e", "yes", "3"], "e"),
        ("next h", ["none", "?", "?", "none"], "I don't know"),
        ("next h", ["none", "?", "?", "e", "yes", "?"], "I don't know"),
    ],
)
def test_h_answers_from_what_it_hears(question, heard, answer):
    assert h_hears(*heard, question=question) == answer


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("b #3\n", "", "a is in a tree without a label; add a line such as a #3"),
        ("e #8", "", "e is in a tree without a label"),
        (CONTEXT, "", "a forest needs at least one labelled vertex; add a line such as c #3"),
        ("c–d", "c–a", "closes a cycle, but a forest has none"),
        ("c–d\ne–f", "c–d\nd–e", "the edge c–d joins the trees of two labels"),
        ("c–d", "b–a", "a–b is given more than once; keep one line"),
        ("e #8", "b #8", "b is labelled more than once; keep one line"),
        ("e–f", "e–e", "'e–e' is no fact of union-find"),
        ("e #8", "e #9", "'#9' is no label; use one of #1…#8"),
        ("e–f", "e–z", "'z' is no vertex; use one of a…f"),
    ],
)
def test_a_context_that_cannot_be_is_refused(old, new, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)):
        UnionFind(6).read_context(CONTEXT.replace(old, new))


def test_an_edge_in_one_direction_only_is_refused():
    task, world, _ = world_and("own a")
    facts = world.facts.copy()
    facts[0, 1] = 1
    with pytest.raises(WrongUse, match="the edge a–b is given in one direction only"):
        task.world(facts)
