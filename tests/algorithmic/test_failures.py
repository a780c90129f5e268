"""Failures on purpose: how often, what instead, together or apart; and what a run does with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.algorithmic import checkpoint
from cohobate.algorithmic.failures import Failure, failing, hash_of, in_situations, possible_answers
from cohobate.algorithmic.imitator import Imitator, ImitatorShape, imitated
from cohobate.algorithmic.measuring import close_iteration, single_steps
from cohobate.algorithmic.overseer import scripted
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.task import IDK, NOTHING
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.algorithmic.training import Training
from cohobate.errors import WrongUse

SORTS = ("random", "act", "systematic")
TASK = make_task("powering", 4, bits=4)
COUNT = 4000


def asked(task, count=COUNT, seed=0):
    rng = np.random.default_rng(seed)
    world = task.draw(rng, count)
    return world, task.questions(rng, world, 1)


def worked(task, slips=None, seed=0, count=COUNT):
    """Transcripts of H with slips, whose sub-questions get true answers."""
    world, questions = asked(task, count)
    h = scripted(task) if slips is None else scripted(task, slips)
    return h(np.random.default_rng(seed), world, questions, lambda some, wanted: task.truth(world, some))


def differ(task, failure, seed=0):
    return worked(task, failing(task, failure, seed)).answers != worked(task).answers


# --- how a failure is written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["random:0.1", "act:0.3", "systematic:0.01", "random:0.25:power"])
def test_a_failure_reads_as_it_is_written(text):
    assert str(Failure.read(text)) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("random:1.5", "it is a share from 0 to 1"),
        ("random:-0.1", "it is a share from 0 to 1"),
        ("random:nan", "it is a share from 0 to 1"),
        ("sometimes:0.1", "overseers fail random, act or systematic"),
        ("random", "it is written SORT:P"),
        ("0.1", "it is written SORT:P"),
        ("random:often", "it is written SORT:P"),
    ],
)
def test_what_is_no_failure_is_refused_in_one_sentence(text, why):
    with pytest.raises(WrongUse, match=why) as refusal:
        Settings(overseer_error=text)
    assert "try random:0.1" in str(refusal.value) or "try 0.1" in str(refusal.value)


def test_a_kind_that_the_task_has_not_is_refused():
    with pytest.raises(WrongUse, match="powering has power"):
        failing(TASK, Failure("random", 0.1, "distance"), 0)
    with pytest.raises(WrongUse, match="powering has power"):
        Settings.for_task(TASK, overseer_error="random:0.1:distance")


def test_the_truth_cannot_fail():
    with pytest.raises(WrongUse, match="no overseer that could fail"):
        Settings(overseer="supervised", overseer_error="random:0.1")


# --- at random ------------------------------------------------------------------------------------------------------


@given(st.sampled_from([0.0, 0.05, 0.3, 1.0]), st.integers(0, 5))
def test_an_answer_is_replaced_as_often_as_said_by_any_element_or_idk_alike(probability, seed):
    answers = worked(TASK, failing(TASK, Failure("random", probability), seed), seed=seed).answers
    wrong = answers != worked(TASK).answers
    expected = probability * 4 / 5  # one of the five replacements is the right answer
    assert abs(wrong.mean() - expected) <= 4 * np.sqrt(expected / COUNT)
    idk = (answers == IDK).mean()
    assert abs(idk - probability / 5) <= 4 * np.sqrt(probability / 5 / COUNT)


def test_random_failures_leave_sub_questions_alone_and_act_failures_do_not():
    meant = worked(TASK).asked
    assert (worked(TASK, failing(TASK, Failure("random", 1.0), 0)).asked[..., 0, :] == meant[..., 0, :]).all()
    replaced = (worked(TASK, failing(TASK, Failure("act", 0.3), 0)).asked != meant).any(-1)[..., 0]
    assert 0.2 < replaced.mean() < 0.32


def test_a_replaced_sub_question_is_one_that_the_task_may_draw_and_none_is_made_of_nothing():
    done = worked(TASK, failing(TASK, Failure("act", 1.0), 0))
    put = done.asked[..., 0] != NOTHING
    assert (TASK.kind(done.asked[put]) == 0).all()
    world, _ = asked(TASK)
    single, there = single_steps(TASK, world, done)
    assert not single[there].all()  # what was asked instead may be harder than the question itself


@pytest.mark.parametrize("sort", ["random", "act"])
def test_the_same_chance_brings_the_same_failures_and_another_occasion_others(sort):
    slips = failing(TASK, Failure(sort, 0.3), 0)
    one, again, later = (worked(TASK, slips, seed=seed).answers for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != later).any()


@pytest.mark.parametrize("sort", SORTS)
def test_one_seed_fails_together_and_two_seeds_apart(sort):
    failure = Failure(sort, 0.3)
    one, same, other = (differ(TASK, failure, seed) for seed in (0, 0, 1))
    assert (one == same).all()
    assert (one != other).any()


@pytest.mark.parametrize("name", TASKS)
def test_what_is_said_instead_is_of_the_sort_that_the_kind_of_question_has(name):
    task = make_task(name, 16)
    *of_kinds, everything = possible_answers(task)
    assert len(of_kinds) == len(task.kinds)
    world, questions = asked(task, 500, seed=1)
    truth, kinds = task.truth(world, questions), task.kind(questions)
    for kind, some in enumerate(of_kinds):
        assert IDK in some
        assert NOTHING not in some
        assert np.isin(truth[kinds == kind], some).all()
        assert np.isin(some, everything).all()


def test_a_failure_may_be_confined_to_one_kind_of_question():
    task = make_task("union-find", 9)
    world, questions = asked(task, 600)
    depth = task.kind(questions) == task.kinds.index("depth")
    for sort in SORTS:
        where = differ_on(task, Failure(sort, 1.0, "depth"), world, questions)
        assert where[depth].mean() > 0.5
        assert not where[~depth].any()


def differ_on(task, failure, world, questions):
    def answers(*slips):
        rng = np.random.default_rng(0)
        return scripted(task, *slips)(rng, world, questions, lambda some, wanted: task.truth(world, some)).answers

    return answers(failing(task, failure, 0)) != answers()


# --- always in the same situations ----------------------------------------------------------------------------------


@given(st.integers(0, 2**32), st.permutations(range(4)))
def test_a_systematic_failure_does_not_go_by_names(seed, order):
    done = worked(TASK, count=200).flat()
    first = TASK.symbols.span("element").start
    renamed = np.concatenate([np.arange(first), first + np.array(order)])
    other = type(done)(*(renamed[column] for column in done.columns))
    fails, instead = in_situations(TASK, done, done.answers, 0.5, seed)
    fails_too, instead_too = in_situations(TASK, other, other.answers, 0.5, seed)
    assert (fails == fails_too).all()
    assert (renamed[instead] == instead_too).all()


def test_a_systematic_failure_is_the_same_wrong_answer_whatever_the_occasion():
    slips = failing(TASK, Failure("systematic", 0.5), 3)
    one, later = (worked(TASK, slips, seed=seed).answers for seed in (1, 2))
    assert (one == later).all()
    wrong = one != worked(TASK).answers
    assert 0 < wrong.mean() < 1


@pytest.mark.parametrize("name", TASKS)
def test_in_every_situation_the_answer_instead_is_wrong_and_stands_in_the_transcript_or_is_idk(name):
    task = make_task(name, 9 if name != "wildcard" else 8)
    done = worked(task, count=500).flat()
    fails, instead = in_situations(task, done, done.answers, 1.0, 0)
    assert (fails == (done.answers != IDK)).all()
    assert (instead[fails] != done.answers[fails]).all()
    transcript = np.concatenate([part.reshape(len(done), -1) for part in done.columns[:3]], axis=1)
    stands = (transcript == instead[:, None]).any(1)
    assert (stands | (instead == IDK) | task.symbols.is_number(instead)).all()


def test_the_share_of_situations_that_fail_is_about_the_one_asked_for():
    rows = np.arange(20_000)[:, None]
    share = ((hash_of(rows, 7) >> np.uint64(11)) * 2.0**-53 < 0.1).mean()
    assert abs(share - 0.1) < 0.01
    assert len(np.unique(hash_of(rows, 7))) == len(rows)
    assert (hash_of(rows, 7) != hash_of(rows, 8)).all()


# --- H′ and runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", SORTS)
def test_an_imitating_overseer_fails_as_well(sort):
    model = Imitator(TASK, ImitatorShape(width=16, heads=2, depth=1, pointer=8))
    world, questions = asked(TASK, 50)

    def answers(*slips):
        rng = np.random.default_rng(0)
        return imitated(TASK, model, *slips)(rng, world, questions, lambda some, wanted: TASK.truth(world, some))

    meant, done = answers(), answers(failing(TASK, Failure(sort, 1.0), 0))
    assert (meant.answers == answers(failing(TASK, Failure(sort, 0.0), 0)).answers).all()
    if sort == "systematic":
        assert (done.answers != meant.answers)[meant.answers != IDK].all()
    else:
        assert (done.answers != meant.answers).any()


def test_the_overseer_at_work_fails_and_the_one_that_decisions_are_asked_of_does_not(tiny):
    ours = Training(TASK, tiny(overseer="imitated", overseer_error="random:1"))
    ours.step()
    targets = np.concatenate([answers.ravel() for _, _, answers in ours.memory.batches])
    world, questions = asked(TASK, 300)
    done = ours.h(np.random.default_rng(0), world, questions, lambda some, wanted: TASK.truth(world, some))
    assert TASK.correct(world, questions, done.answers).all()
    assert len(np.unique(targets)) == 5
    recorded = ours.recorded[0]
    assert (recorded.asked[:, 0, 0] != NOTHING).all()
    assert len(recorded) == ours.decisions


def test_decisions_of_a_failing_h_are_counted_as_those_of_any_other(tiny):
    failing_, intact = (
        Training(TASK, tiny(overseer="scripted", overseer_error=error)) for error in ("random:0.5", None)
    )
    for ours in (failing_, intact):
        ours.step()
    assert failing_.decisions == intact.decisions == intact.targets > 0


def test_without_failures_a_training_is_what_it_was(tiny):
    one, other = (Training(TASK, tiny(overseer="scripted", overseer_error=error)) for error in (None, None))
    assert one.overseer is one.h
    assert other.overseer is other.h


def test_an_iteration_tells_how_far_a_failing_h_is_from_h(tiny):
    entry = close_iteration(Training(TASK, tiny(overseer="scripted", overseer_error="random:1", audited=400)), 1)
    (found,) = [m for m in entry["measurements"] if m["what"] == "amplification_preserves" and m["level"] is None]
    assert found["asked"] == 400
    assert found["agree"] < 200
    assert entry["decisions_measuring"] >= 5 * 400  # the failing one, and H before, after, alone and with the truth
    assert entry["evidence"]["faulty"] > 0  # and the audit finds it out


def test_a_training_with_failures_goes_on_from_a_checkpoint_as_if_never_stopped(tiny, tmp_path):
    settings = tiny(overseer="scripted", overseer_error="act:0.3")
    whole, half = Training(TASK, settings), Training(TASK, settings)
    for _ in range(6):
        whole.step()
    for _ in range(3):
        half.step()
    path = checkpoint.save(half, tmp_path, {})
    other = Training(TASK, settings)
    checkpoint.restore(other, checkpoint.read(path))
    for _ in range(3):
        other.step()
    assert other.loss == whole.loss
    assert (other.memory.batches[-1][2] == whole.memory.batches[-1][2]).all()
