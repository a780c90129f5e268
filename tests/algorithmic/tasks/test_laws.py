"""What holds for every task, at every size of task and context, seed and option."""

from contextlib import suppress
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from cohobate.algorithmic.scripted import one_step, recurse, run_steps
from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.errors import WrongUse

SIZES = {
    "powering": st.integers(2, 40),
    "assignments": st.integers(4, 40),
    "wildcard": st.sampled_from([4, 8, 16, 32, 64]),
    "shortest-path": st.integers(2, 40),
    "union-find": st.integers(4, 40),
}
QUESTIONS = 12

all_tasks = pytest.mark.parametrize("name", TASKS)
quick = settings(max_examples=10, deadline=None)
brief = settings(max_examples=5, deadline=None)  # where a few cases show it as well as many


class Case:
    """A task with a world of a few contexts, drawn questions, and a random generator."""

    def __init__(self, name, data):
        bits = data.draw(st.none() | st.integers(2, 7)) if name == "powering" else None
        self.task = make_task(name, data.draw(SIZES[name], label="size"), bits=bits)
        self.rng = np.random.default_rng(data.draw(st.integers(0, 2**32), label="seed"))
        self.context_size = data.draw(st.none() | st.sampled_from(self.task.sizes), label="size of the contexts")
        self.world = self.task.draw(self.rng, data.draw(st.integers(1, 4), label="contexts"), self.context_size)
        self.questions = self.task.questions(self.rng, self.world, QUESTIONS)

    def random_questions(self):
        """Questions of random tokens, and good ones (H's among them) of which a slot or two were overwritten."""
        task, shape = self.task, self.questions.shape
        noise = self.rng.integers(0, len(task.symbols), shape)
        asked = self.asked_by_h()
        source = asked[self.rng.integers(0, len(asked), shape[:2])]
        spoiled = np.where(self.rng.random(shape) < 1 / task.question_slots, noise, source)
        return np.concatenate([noise, source, spoiled], axis=1)

    def asked_by_h(self):
        """Every sub-question that H asks about the drawn questions: `(n, L)`, without context."""
        record = []
        one_step(self.task, self.rng, self.world, self.questions, record=record)
        return np.concatenate([asked.reshape(-1, asked.shape[-1]) for asked, _ in record])


def reads_back(task, question):
    try:
        return bool((task.read_question(task.show_question(question)) == question).all())
    except WrongUse:
        return False


def hashed_answers(task, asked):
    """Arbitrary answers that depend on the sub-question alone."""
    weights = 31 ** np.arange(1, asked.shape[-1] + 1) % 10007
    return (asked * weights).sum(-1) * 7919 % 10007 % len(task.symbols)


@all_tasks
@quick
@given(data=st.data())
def test_h_with_a_perfect_assistant_is_right(name, data):
    case = Case(name, data)
    answers = one_step(case.task, case.rng, case.world, case.questions)
    assert case.task.correct(case.world, case.questions, answers).all()


@all_tasks
@quick
@given(data=st.data())
def test_h_with_a_perfect_assistant_is_right_about_all_it_asks_too(name, data):
    case = Case(name, data)
    record = []
    one_step(case.task, case.rng, case.world, case.questions, record=record)
    for asked, _ in record:
        answers = one_step(case.task, case.rng, case.world, asked)
        real = (asked != NOTHING).any(-1)
        assert case.task.correct(case.world, asked, answers)[real].all()


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.finite])
@quick
@given(data=st.data())
def test_recursion_to_the_leaves_agrees_with_the_truth(name, data):
    case = Case(name, data)
    answers = recurse(case.task, case.rng, case.world, case.questions)
    assert (answers == case.task.truth(case.world, case.questions)).all()


@all_tasks
@brief
@given(data=st.data())
def test_h_keeps_to_its_number_of_acts(name, data):
    case = Case(name, data)
    record = []
    one_step(case.task, case.rng, case.world, case.questions, record=record)
    assert len(record) == case.task.most_acts


@all_tasks
@quick
@given(data=st.data())
def test_truths_are_right_and_lookups_agree_with_them(name, data):
    case = Case(name, data)
    asked = case.random_questions()
    truth, found = case.task.truth(case.world, asked), case.task.lookup(case.rng, case.world, asked)
    assert case.task.correct(case.world, asked, truth).all()
    looked_up = (found != ASSISTANT) & (found != NOTHING)
    assert case.task.correct(case.world, asked, found)[looked_up].all()


@all_tasks
@quick
@given(data=st.data())
def test_a_malformed_question_gets_i_dont_know(name, data):
    case = Case(name, data)
    task = case.task
    asked = case.random_questions()
    good = np.array([[reads_back(task, question) for question in row] for row in asked])
    blank = (asked == NOTHING).all(-1)
    found, truth = task.lookup(case.rng, case.world, asked), task.truth(case.world, asked)
    answers = one_step(task, case.rng, case.world, asked)
    assert (found[~good & ~blank] == IDK).all()
    assert (found[blank] == NOTHING).all()
    assert (truth[~good] == IDK).all()
    assert (answers[~good] == IDK).all()
    assert (task.level(case.world, asked)[~good] == 0).all()


@pytest.mark.parametrize("name", [name for name in TASKS if name != "wildcard"])
@quick
@given(data=st.data())
def test_what_a_context_does_not_speak_of_gets_i_dont_know(name, data):
    case = Case(name, data)
    task, world = case.task, case.world
    asked = case.random_questions()
    spoken = (world.facts.reshape(len(world), -1, 1) == np.arange(len(task.symbols))).any(1)
    names = (asked >= len(task.symbols.words)) & (asked < task.symbols.first_number)
    unheard = (names & ~spoken[np.arange(len(world))[:, None, None], asked]).any(-1)
    if name == "shortest-path":  # a graph with all its edges has all vertices, named or not
        unheard &= (world.facts == NOTHING).any((1, 2))[:, None]
    for answers in (
        task.truth(world, asked),
        task.lookup(case.rng, world, asked),
        one_step(task, case.rng, world, asked),
    ):
        assert (answers[unheard] == IDK).all()
    assert (task.level(world, asked)[unheard] == 0).all()


@all_tasks
@quick
@given(data=st.data())
def test_a_context_speaks_of_as_many_names_as_its_size(name, data):
    case = Case(name, data)
    task, size = case.task, case.context_size or case.task.size
    for facts in case.world.facts:
        used = facts[(facts != NOTHING).any(-1)]
        if name == "wildcard":
            assert len(np.unique(used[:, :-1], axis=0)) == len(used) == size
        elif name == "shortest-path":
            assert len(used) == 2 * size
            assert len(np.unique(used)) <= size
        else:
            sort = next(iter(task.symbols.names))
            assert len(np.unique(used[task.symbols.is_name(sort, used)])) == size


@all_tasks
@brief
@given(data=st.data())
def test_contexts_of_different_sizes_go_together(name, data):
    case = Case(name, data)
    task = case.task
    other = task.draw(case.rng, 2, data.draw(st.sampled_from(task.sizes)))
    both = task.world(np.concatenate([case.world.facts, other.facts]))
    questions = task.questions(case.rng, both, QUESTIONS)
    truth = task.truth(both, questions)
    assert (truth != IDK).all()
    cut = len(case.world)
    assert (truth[:cut] == task.truth(case.world, questions[:cut])).all()
    assert (truth[cut:] == task.truth(other, questions[cut:])).all()
    assert task.correct(both, questions, one_step(task, case.rng, both, questions)).all()


@all_tasks
@quick
@given(data=st.data())
def test_drawn_questions_are_in_the_domain_read_back_and_need_the_assistant(name, data):
    case = Case(name, data)
    task = case.task
    assert all(reads_back(task, question) for question in case.questions.reshape(-1, task.question_slots))
    assert (task.truth(case.world, case.questions) != IDK).all()
    found = task.lookup(case.rng, case.world, case.questions)
    if task.finite or name == "union-find":
        assert (found == ASSISTANT).all()
    assert (task.kind(case.questions) >= 0).all()
    levels = task.level(case.world, case.questions)
    assert np.isin(levels, task.levels).all()


@all_tasks
@brief
@given(data=st.data())
def test_h_says_i_dont_know_when_all_it_hears_is_that(name, data):
    case = Case(name, data)
    answers = run_steps(case.task.steps(case.questions), lambda asked: np.full(asked.shape[:-1], IDK))
    assert (answers == IDK).all()


@all_tasks
@quick
@given(data=st.data())
def test_an_assistant_that_knows_nothing_makes_h_unsure_but_not_wrong(name, data):
    case = Case(name, data)
    answers = one_step(case.task, case.rng, case.world, case.questions, lambda _, asked: np.full(asked.shape[:2], IDK))
    assert ((answers == IDK) | case.task.correct(case.world, case.questions, answers)).all()


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.finite])
@quick
@given(data=st.data())
def test_a_single_i_dont_know_is_passed_on(name, data):
    case = Case(name, data)
    when = case.rng.integers(0, case.task.most_acts, case.questions.shape[:2])
    spoiled = np.zeros(when.shape, dtype=bool)
    act = 0

    def answer(asked):
        nonlocal act
        now = (when == act) & (asked != NOTHING).any(-1)
        spoiled[now] = True
        act += 1
        return np.where(now, IDK, case.task.truth(case.world, asked))

    answers = run_steps(case.task.steps(case.questions), answer)
    assert (answers[spoiled] == IDK).all()


@all_tasks
@quick
@given(data=st.data())
def test_h_survives_any_question_and_any_answer(name, data):
    case = Case(name, data)
    asked = case.random_questions()
    tokens = len(case.task.symbols)
    answers = run_steps(case.task.steps(asked), lambda more: case.rng.integers(0, tokens, more.shape[:-1]))
    assert answers.shape == asked.shape[:-1]
    assert ((answers >= 0) & (answers < tokens) & (answers != NOTHING)).all()


@all_tasks
@quick
@given(data=st.data())
def test_rows_of_a_batch_do_not_influence_each_other_in_h(name, data):
    case = Case(name, data)
    asked = case.random_questions().reshape(-1, case.task.question_slots)
    order = case.rng.permutation(len(asked))

    def h(questions):
        return run_steps(case.task.steps(questions), lambda more: hashed_answers(case.task, more))

    whole = h(asked)
    assert (h(asked[order]) == whole[order]).all()
    assert (np.concatenate([h(asked[:7]), h(asked[7:])]) == whole).all()
    assert [int(h(question)) for question in asked[:5]] == whole[:5].tolist()


@all_tasks
@quick
@given(data=st.data())
def test_contexts_and_questions_of_a_batch_do_not_influence_each_other(name, data):
    case = Case(name, data)
    task, world, asked = case.task, case.world, case.random_questions()
    chosen = task.symbols.token("neighbour") if name in ("shortest-path", "union-find") else -1
    rows, columns = case.rng.permutation(len(world)), case.rng.permutation(asked.shape[1])

    def tables(world, asked):
        found = task.lookup(case.rng, world, asked)
        found = np.where(asked[..., 0] == chosen, IDK, found)  # a neighbour is drawn at random
        return np.stack([task.truth(world, asked), task.level(world, asked), found])

    whole = tables(world, asked)
    assert (tables(world[rows], asked[rows][:, columns]) == whole[:, rows][:, :, columns]).all()
    assert (tables(world[:1], asked[:1]) == whole[:, :1]).all()


@all_tasks
@quick
@given(data=st.data())
def test_facts_are_all_that_a_world_holds(name, data):
    case = Case(name, data)
    again = case.task.world(case.world.facts)
    for field in fields(case.world):
        assert (getattr(again, field.name) == getattr(case.world, field.name)).all(), field.name


@all_tasks
@quick
@given(data=st.data())
def test_facts_contexts_and_answers_read_back(name, data):
    case = Case(name, data)
    task = case.task
    facts = case.world.facts[0]
    assert facts.shape == (task.fact_count, task.fact_slots)
    for fact in facts[(facts != NOTHING).any(-1)]:
        assert (task.read_fact(task.show_fact(fact)) == fact).all()
    assert (task.read_context(task.show_context(facts)).facts[0] == facts).all()
    for answer in np.unique([IDK, *task.truth(case.world, case.questions).ravel()]):
        assert task.read_answer(task.show_answer(int(answer))) == answer


@all_tasks
@quick
@given(data=st.data())
def test_order_of_lines_comments_and_ascii_make_no_difference_to_a_context(name, data):
    case = Case(name, data)
    task = case.task
    lines = task.show_context(case.world.facts[0]).splitlines()
    shuffled = [lines[i] for i in case.rng.permutation(len(lines))]
    plain = [line.replace("→", "->").replace("–", "-").replace("−", "-") + "  # a remark" for line in shuffled]
    again = task.read_context("\n# A context.\n\n" + "\n".join(plain))
    assert (task.truth(again, case.questions[:1]) == task.truth(case.world[:1], case.questions[:1])).all()


@all_tasks
@brief
@given(data=st.data())
def test_the_same_seed_draws_the_same(name, data):
    case = Case(name, data)
    seed = data.draw(st.integers(0, 2**32))

    def draw(size):
        rng = np.random.default_rng(seed)
        world = case.task.draw(rng, 3, size)
        return world.facts, case.task.questions(rng, world, 5)

    for size, same in ((case.context_size, case.context_size), (None, case.task.size)):
        for one, other in zip(draw(size), draw(same), strict=True):
            assert (one == other).all()


@all_tasks
@given(text=st.text(max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_text_reads_or_is_refused(name, text):
    task = make_task(name)
    for read in (task.read_question, task.read_fact, task.read_answer, task.read_context):
        with suppress(WrongUse):  # anything else than this would be a traceback for a person
            read(text)


@all_tasks
@pytest.mark.parametrize(
    "text", ["", "hello", "distance", "f(1,2", "σ^3", "01", "edge", "label", "a→b→c", "x1 = = 2", "?"]
)
def test_a_refusal_shows_how_to_write_it(name, text):
    task = make_task(name)
    examples = {
        "powering": ("σ^", "a→b"),
        "assignments": ("value x3", "x3 = f(x1, x2)"),
        "wildcard": ("0*1", "010 → −1"),
        "shortest-path": ("distance a→b", "a->b"),
        "union-find": ("label c", "c–d"),
    }
    for read, example in zip((task.read_question, task.read_fact), examples[name], strict=True):
        with pytest.raises(WrongUse, match="write it as|write the|such as") as refusal:
            read(text)
        assert example in str(refusal.value)


@all_tasks
def test_a_context_that_does_not_read_names_its_line(name):
    with pytest.raises(WrongUse, match="line 2: "):
        make_task(name).read_context("# a remark\nno fact")


@all_tasks
def test_too_many_facts_are_refused(name):
    task = make_task(name)
    lines = task.show_context(task.draw(np.random.default_rng(0), 1).facts[0]).splitlines()
    with pytest.raises(WrongUse, match=f"more than {task.fact_count} facts"):
        task.read_context("\n".join(lines * 3))


@all_tasks
def test_an_empty_context_is_refused(name):
    with pytest.raises(WrongUse):
        make_task(name).read_context("# nothing here\n")


@all_tasks
@pytest.mark.parametrize("size", [-3, 0, 1])
def test_an_impossible_size_is_refused_with_a_size_that_works(name, size):
    with pytest.raises(WrongUse, match=rf"size {size}: .*try --size \d+"):
        make_task(name, size)


@all_tasks
@pytest.mark.parametrize("size", [0, 1, 9, 17, 100])
def test_a_size_of_contexts_that_the_task_has_not_is_refused_with_those_it_has(name, size):
    task = make_task(name, 8)
    with pytest.raises(WrongUse, match=rf"contexts of size {size}: {name} of size 8 draws {task.sizes[0]}.*8; choose"):
        task.draw(np.random.default_rng(0), 1, size)


@pytest.mark.parametrize(
    ("name", "size", "sizes"),
    [
        ("powering", 30, [8, 10, 12, 15, 19, 24, 30]),
        ("assignments", 9, [4, 5, 6, 8, 9]),
        ("wildcard", 64, [4, 8, 16, 32, 64]),
        ("shortest-path", 4, [2, 3, 4]),
        ("union-find", 8, [8]),
    ],
)
def test_contexts_grow_by_about_a_quarter_up_to_the_full_size(name, size, sizes):
    task = make_task(name, size)
    assert [task.grows(one) for one in sizes] == [*sizes[1:], None]


@all_tasks
def test_every_size_that_contexts_grow_to_is_one_that_can_be_drawn(name):
    task = make_task(name, 64)
    assert list(task.sizes) == sorted(set(task.sizes))
    assert (task.sizes[0], task.sizes[-1]) == (task.least_size, 64)
    assert all(task.grows(size) in task.sizes for size in range(64))


@all_tasks
def test_every_name_is_as_likely_as_another_in_a_smaller_context(name):
    task, rng = make_task(name, 8), np.random.default_rng(5)
    facts = task.draw(rng, 400, 4).facts
    for sort in list(task.symbols.names)[:1]:
        contexts = (facts[..., None] == np.array(task.symbols.span(sort))).any((1, 2)).sum(0)
        assert chisquare(contexts).pvalue > 1e-4
    if name == "wildcard":  # each of the 3 · 2 faces of the cube
        faces = np.unique(facts[:, :4, :-1].reshape(400, -1), axis=0, return_counts=True)[1]
        assert len(faces) == 6
        assert chisquare(faces).pvalue > 1e-4


@all_tasks
def test_the_least_size_and_a_large_one_work(name):
    for size in (TASKS[name].least_size, 512 if name != "shortest-path" else 400):
        task, rng = make_task(name, size), np.random.default_rng(0)
        world = task.draw(rng, 2)
        questions = task.questions(rng, world, 5)
        assert task.correct(world, questions, one_step(task, rng, world, questions)).all()
        assert len(set(task.symbols.texts)) == len(task.symbols)


@all_tasks
def test_kinds_and_levels_say_what_they_are(name):
    task = make_task(name)
    assert task.title
    assert all(task.symbols.token(kind) for kind in task.kinds)
    assert len(task.levels) >= 2
