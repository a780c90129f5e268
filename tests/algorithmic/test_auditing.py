"""Audits: whole trees against H's own recursion, situations against renaming, and H's judgement of single nodes."""

import numpy as np
import pytest

from cohobate.algorithmic.auditing import Judged, Trees, acts_alike, situations_of, whole_trees
from cohobate.algorithmic.overseer import Transcripts, scripted
from cohobate.algorithmic.scripted import recurse, tree
from cohobate.algorithmic.situations import unnamed
from cohobate.algorithmic.task import IDK, NOTHING
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.tasks.powering import Powering

FINITE = ["powering", "assignments", "wildcard"]
ALL = [*FINITE, "shortest-path", "union-find"]


def drawn(task, count=60, seed=0):
    rng = np.random.default_rng(seed)
    world = task.draw(rng, count)
    return rng, world, task.questions(rng, world, 1)[:, 0]


def trees_of(task, overseer=None, **given):
    rng, world, questions = drawn(task, **given)
    return world, questions, whole_trees(task, rng, overseer or scripted(task), world, questions)


def transcripts_of(task, count=60):
    """H's transcripts with true sub-answers, one about each context."""
    rng, world, questions = drawn(task, count)
    found = scripted(task)(rng, world, questions[:, None], lambda asked, wanted: task.truth(world, asked))
    return world, found.flat()


# --- whole trees ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FINITE)
@pytest.mark.parametrize("size", [4, 8, 16])
def test_h_s_trees_answer_as_h_s_recursion_does_and_are_never_overgrown(name, size):
    task = make_task(name, size)
    world, questions, trees = trees_of(task)
    answers = trees.transcripts.answers[trees.roots]
    assert (answers == recurse(task, np.random.default_rng(0), world, questions[:, None])[:, 0]).all()
    assert not trees.overgrown.any()
    assert trees.sizes.max() <= task.largest_tree
    assert (trees.transcripts.questions[trees.roots] == questions).all()


@pytest.mark.parametrize("name", FINITE)
def test_the_nodes_of_a_tree_are_the_different_questions_that_h_works_out(name):
    task = make_task(name, 8)
    world, questions, trees = trees_of(task, count=20)
    for context in range(20):
        whole = tree(task, np.random.default_rng(0), world[context : context + 1], questions[context])
        worked_out = {node.question for node in whole.walk() if node.by == "H"}
        here = trees.transcripts.questions[trees.contexts == context]
        assert sorted(map(tuple, here.tolist())) == sorted(worked_out)


def test_the_largest_tree_is_not_larger_than_need_be():
    for name in ("powering", "wildcard"):
        task = make_task(name, 8)
        assert trees_of(task, count=300)[2].sizes.max() == task.largest_tree


def test_places_beyond_a_tree_are_empty_and_the_first_is_the_root():
    _, _, trees = trees_of(make_task("powering", 8, bits=4))
    assert (trees.at(np.zeros(60, dtype=int)) == trees.roots).all()
    assert (trees.at(trees.sizes) == -1).all()
    last = trees.at(trees.sizes - 1)
    assert (trees.contexts[last] == np.arange(60)).all()


def test_an_overseer_who_asks_its_own_question_grows_past_h_s_limits_and_does_not_go_on_for_ever():
    class Circling(Powering):
        def steps(self, questions):
            hard = self.level(self.where, questions[:, None] if questions.ndim == 2 else questions) > 1
            answer = yield np.where(hard.reshape(questions.shape[:-1])[..., None], questions, NOTHING)
            return np.where(answer == NOTHING, IDK, answer)

    task = Circling(8)
    rng, world, questions = drawn(task)

    def circling(rng, world, questions, assistant):
        task.where = world
        return scripted(task)(rng, world, questions, assistant)

    trees = whole_trees(task, rng, circling, world, questions)
    assert trees.overgrown.all()
    assert (trees.transcripts.answers == IDK).all()


def test_a_tree_with_more_nodes_than_h_s_largest_is_overgrown():
    class Narrow(Powering):
        largest_tree = 2

    _, _, trees = trees_of(Narrow(8, bits=4))
    levels = trees.transcripts.questions[trees.roots][:, 2] == Narrow(8, bits=4).symbols.token("1")
    assert trees.overgrown[levels].all()
    assert trees.sizes.max() <= 2


def test_trees_of_one_node_are_transcripts_as_they_stand():
    _, transcripts = transcripts_of(make_task("union-find", 8))
    trees = Trees.of_one(transcripts)
    assert trees.sizes.tolist() == [1] * 60
    assert trees.transcripts is transcripts
    assert not trees.overgrown.any()


# --- situations -----------------------------------------------------------------------------------------------------


def with_other_names(task, transcripts, seed=1):
    """The same transcripts with the names of each sort exchanged at random, differently in each row."""
    rng = np.random.default_rng(seed)
    table = np.tile(np.arange(len(task.symbols)), (len(transcripts), 1))
    for sort in task.symbols.names:
        span = task.symbols.span(sort)
        table[:, span.start : span.stop] = rng.permuted(table[:, span.start : span.stop], axis=1)
    rows = np.arange(len(transcripts))

    def exchanged(tokens):
        return table[rows.reshape(-1, *[1] * (tokens.ndim - 1)), tokens]

    return Transcripts(*(exchanged(column) for column in transcripts.columns))


@pytest.mark.parametrize("name", FINITE)
def test_transcripts_that_differ_only_in_names_are_one_situation(name):
    task = make_task(name, 8)
    transcripts = trees_of(task)[2].transcripts
    assert situations_of(task, transcripts) == situations_of(task, with_other_names(task, transcripts))


@pytest.mark.parametrize("name", FINITE)
def test_h_acts_alike_in_all_transcripts_of_a_situation(name):
    task = make_task(name, 8)
    transcripts = trees_of(task)[2].transcripts
    assert acts_alike(task, with_other_names(task, transcripts))[0].all()


@pytest.mark.parametrize("name", ["powering", "shortest-path"])
def test_no_transcripts_are_no_situations(name):
    task = make_task(name, 8)
    _, transcripts = transcripts_of(task)
    assert situations_of(task, transcripts[:0]) == []


def test_where_h_looks_at_the_order_of_names_it_is_part_of_the_situation():
    task = make_task("shortest-path", 8)
    _, transcripts = transcripts_of(task, 200)
    other = with_other_names(task, transcripts)
    alike = np.array(situations_of(task, transcripts)) == np.array(situations_of(task, other))
    assert alike.any()
    assert not alike.all()
    assert acts_alike(task, other[alike])[0].all()


@pytest.mark.parametrize("change", ["answer", "exponent", "which name"])
def test_what_h_might_act_on_makes_another_situation(change):
    task = make_task("powering", 8, bits=4)
    _, transcripts = transcripts_of(task, 1)
    questions, asked, told, answers = (column.copy() for column in transcripts.columns)
    match change:
        case "answer":
            answers[0] = IDK
        case "exponent":
            questions[0, -1] = task.symbols.token("0") + task.symbols.token("1") - questions[0, -1]
        case "which name":
            told[0, 0] = questions[0, 1] if told[0, 0] != questions[0, 1] else questions[0, 1] + 1
    assert situations_of(task, transcripts) != situations_of(task, Transcripts(questions, asked, told, answers))


def test_a_name_becomes_its_sort_and_where_it_first_stands():
    task = make_task("powering", 8)
    a = task.symbols.span("element").start
    rows = np.array([[a + 5, 2, a + 1, a + 5, NOTHING, a], [a + 2, 2, a + 7, a + 2, NOTHING, a + 3]])
    first, second = unnamed(task.symbols, rows)
    assert first.tolist() == second.tolist()
    assert first[0] == first[3] < 0
    assert len({*first.tolist()}) == 5
    assert (first[[1, 4]] == [2, NOTHING]).all()


# --- H's judgement --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_h_acts_as_its_own_transcripts_say_at_the_price_of_as_many_acts(name):
    task = make_task(name, 8)
    _, transcripts = transcripts_of(task)
    same, acts = acts_alike(task, transcripts)
    assert same.all()
    assert acts == transcripts.acts


@pytest.mark.parametrize("part", ["asked", "told", "answers"])
@pytest.mark.parametrize("name", ALL)
def test_a_transcript_with_any_act_changed_is_not_what_h_would_do(name, part):
    task = make_task(name, 8)
    _, transcripts = transcripts_of(task)
    questions, asked, told, answers = (column.copy() for column in transcripts.columns)
    if part == "asked":
        asked[:, 0, 0] = IDK
    elif part == "told":
        told[:, 0] = IDK  # H would then say that it does not know, or ask no more
    else:
        answers[...] = np.where(answers == IDK, IDK + 2, IDK)
    changed = Transcripts(questions, asked, told, answers)
    assert not acts_alike(task, changed)[0].any()


def test_h_is_not_asked_further_once_it_acts_otherwise():
    task = make_task("powering", 8)
    _, transcripts = transcripts_of(task)
    asked = transcripts.asked.copy()
    asked[:, 0] = NOTHING
    _, acts = acts_alike(task, Transcripts(transcripts.questions, asked, transcripts.told, transcripts.answers))
    assert acts == len(transcripts)


def test_the_first_judgement_of_a_situation_stands_and_later_ones_are_compared_with_it():
    judged = Judged()
    for situation, same in (("a", True), ("b", False), ("a", True), ("a", False)):
        judged.note(situation, same)
    assert judged.same == {"a": True, "b": False}
    assert (judged.alike, judged.again) == (1, 2)
