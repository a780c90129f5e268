import re
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from cohobate.algorithmic.scripted import one_step, run_steps
from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING
from cohobate.algorithmic.tasks.shortest_path import ShortestPath
from cohobate.errors import WrongUse

# a goes to b and c, both go on to d; e leads there and nowhere is a way to e.
CONTEXT = "a→c\na→b\nb→d\nc→d\nd→a\ne→a\na→b"


def world_and(*questions, size=5, context=CONTEXT):
    task = ShortestPath(size)
    return task, task.read_context(context), np.array([[task.read_question(text) for text in questions]])


def answers(task, tokens):
    return [task.show_answer(int(token)) for token in tokens[0]]


def test_a_hand_made_context_has_the_answers_one_expects():
    asked = (
        "distance a→d",
        "step a→d",
        "distance d→c",
        "step d->c",
        "distance a→e",
        "step a→e",
        "distance a→a",
        "step a→a",
    )
    task, world, questions = world_and(*asked, "edge a→b", "edge b→a", "neighbour b")
    expected = ["2", "b", "2", "a", "∞", "∞", "0", "a", "yes", "no", "d"]
    assert answers(task, task.truth(world, questions)) == expected
    assert answers(task, one_step(task, np.random.default_rng(0), world, questions)) == expected
    assert task.level(world, questions)[0].tolist() == [2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0]


def test_any_first_vertex_on_a_shortest_path_is_right():
    task, world, questions = world_and("step a→d")
    right = [name for name in "abcde" if task.correct(world, questions, np.array([[task.read_answer(name)]]))[0, 0]]
    assert right == ["b", "c"]
    assert not task.correct(world, questions, np.array([[IDK]]))[0, 0]


def test_what_can_be_read_off_the_context_is_simple_and_nothing_else():
    task, world, questions = world_and(
        "edge a→b", "neighbour a", "distance a→a", "step a→a", "distance a→b", "step a→b"
    )
    simple = task.lookup(np.random.default_rng(0), world, questions)[0] != ASSISTANT
    assert simple.tolist() == [True, True, True, True, False, False]


def test_neighbours_are_uniform_however_many_edges_lead_there():
    task, world, questions = world_and("neighbour a")
    found = task.lookup(np.random.default_rng(0), world, np.repeat(questions, 4000, axis=1))
    count = Counter(answers(task, found))
    assert set(count) == {"b", "c"}
    assert chisquare(list(count.values())).pvalue > 1e-4


def test_a_vertex_without_edges_has_no_neighbour_and_no_way_on():
    task, world, questions = world_and("neighbour c", "step c→a", "distance c→a", size=3, context="a→b\na→c")
    assert answers(task, task.lookup(np.random.default_rng(0), world, questions[:, :1])) == ["∞"]
    assert answers(task, one_step(task, np.random.default_rng(0), world, questions)) == ["∞", "∞", "∞"]


def test_a_vertex_that_no_edge_names_is_not_known_unless_the_graph_has_all_its_edges():
    asked = ("neighbour c", "step c→a", "distance a→c", "distance c→c", "step c→c", "edge a→c", "edge c→a")
    few, all_ = "a→b", "a→b\n" * 6
    for context, expected in ((few, ["I don't know"] * 7), (all_, ["∞", "∞", "∞", "0", "c", "no", "no"])):
        task, world, questions = world_and(*asked, size=3, context=context)
        assert answers(task, task.truth(world, questions)) == expected
        assert answers(task, one_step(task, np.random.default_rng(0), world, questions)) == expected
        assert (task.level(world, questions) == 0).all()
        simple = task.lookup(np.random.default_rng(0), world, questions)[0] != ASSISTANT
        assert simple.tolist() == [True, context == few, context == few, True, True, True, True]


@pytest.mark.parametrize("size", [2, 5, 12])
def test_distances_agree_with_a_walk_from_each_vertex(size):
    task, rng = ShortestPath(12), np.random.default_rng(1)
    world = task.draw(rng, 5, size)
    names = task.symbols.names["vertex"]
    for c, facts in enumerate(world.facts):
        edges = [line.split("→") for line in task.show_context(facts).splitlines()]
        assert len(edges) == 2 * size
        assert all(a != b for a, b in edges)
        there = {a for edge in edges for a in edge} if size < 12 else set(names)
        for a in there:
            distance, ring = {a: 0}, [a]
            while ring:
                ring = sorted({b for x, b in edges if x in ring} - distance.keys())
                distance |= dict.fromkeys(ring, max(distance.values()) + 1)
            asked = np.array([[task.read_question(f"distance {a}→{b}") for b in names]])
            expected = [str(distance.get(b, "∞")) if b in there else "I don't know" for b in names]
            assert answers(task, task.truth(world[c : c + 1], asked)) == expected


def test_questions_are_uniform_over_the_kinds_and_the_pairs_with_a_way():
    task, world, _ = world_and("distance a→b")
    questions = task.questions(np.random.default_rng(2), world, 6000)[0]
    count = Counter(task.show_question(question) for question in questions)
    pairs = {text.split()[1] for text in count}
    assert pairs == {f"{a}→{b}" for a in "abcde" for b in "abcd" if a != b} - {"e→e"}
    assert len(count) == 2 * len(pairs)
    assert chisquare(list(count.values())).pvalue > 1e-4


def h_hears(*heard, question):
    """H's answer to one question when it hears these texts one after the other."""
    task = ShortestPath(8)
    rest = iter(heard)
    said = []

    def answer(asked):
        said.append(task.show_question(asked))
        return np.array(task.read_answer(next(rest)))

    told = run_steps(task.steps(task.read_question(question)), answer)
    assert next(rest, None) is None, "H did not ask for all it was to hear"
    return task.show_answer(int(told)), ", ".join(said)


def test_h_takes_the_nearest_candidate_that_is_a_neighbour():
    assert h_hears("no", "c", "d", "e", "yes", "3", "yes", "2", "no", "0", question="step a→h") == (
        "d",
        "edge a→h, step a→h, step a→h, neighbour a, "
        "edge a→c, distance c→h, edge a→d, distance d→h, edge a→e, distance e→h",
    )


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (["no", "d", "c", "e", "yes", "2", "yes", "2", "yes", "2"], "c"),  # a tie goes by vertex order
        (["no", "∞", "∞", "e", "yes", "∞"], "∞"),
        (["no", "∞", "∞", "∞"], "∞"),
        (["no", "?", "?", "∞"], "∞"),
        (["no", "?", "?", "e", "yes", "?"], "I don't know"),
        (["no", "d", "3", "yes", "no", "1"], "I don't know"),
        (["no", "d", "?", "e", "yes", "∞", "yes", "4"], "e"),
        (["?"], "I don't know"),
        (["yes"], "h"),
    ],
)
def test_h_chooses_a_step(heard, answer):
    assert h_hears(*heard, question="step a→h")[0] == answer


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (["yes"], "1"),
        (["no", "c", "3"], "4"),
        (["no", "c", "7"], "∞"),
        (["no", "c", "∞"], "∞"),
        (["no", "∞"], "∞"),
        (["no", "5"], "I don't know"),
        (["no", "c", "yes"], "I don't know"),
    ],
)
def test_h_measures_a_distance(heard, answer):
    assert h_hears(*heard, question="distance a→h")[0] == answer


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        ("a→a", "'a→a' leads nowhere; an edge joins two vertices"),
        ("", "a graph needs at least one edge"),
        ("a→z", "'z' is no vertex; use one of a…e"),
        ("a b", "'a b' is no edge; write it as a→b or a->b"),
    ],
)
def test_a_context_that_cannot_be_is_refused(context, sentence):
    with pytest.raises(WrongUse, match=re.escape(sentence)):
        ShortestPath(5).read_context(context)


def test_facts_of_stray_tokens_are_refused():
    task, world, _ = world_and("distance a→b")
    facts = world.facts.copy()
    facts[0, 0, 0] = NOTHING
    with pytest.raises(WrongUse, match="is no edge"):
        task.world(facts)
