"""Measuring: the figures against assistants and overseers of which one knows what they do."""

import copy

import numpy as np
import pytest

from cohobate.algorithmic import certifying, measuring
from cohobate.algorithmic.measuring import close_iteration, everything, look, single_steps
from cohobate.algorithmic.overseer import scripted
from cohobate.algorithmic.task import IDK, NOTHING
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.algorithmic.tasks.powering import Powering
from cohobate.ledger import canonical


@pytest.fixture
def perfect(monkeypatch):
    """Whoever is read answers with the truth."""

    def make(task):
        def reader(model, facts, generator=None):
            return lambda questions, wanted: task.truth(task.world(facts), questions)

        monkeypatch.setattr(measuring, "reader", reader)
        monkeypatch.setattr(certifying, "reader", reader)

    return make


@pytest.fixture
def ignorant(monkeypatch):
    """Whoever is read answers "I don't know"."""

    def reader(model, facts, generator=None):
        return lambda questions, wanted: np.full(wanted.shape, IDK)

    monkeypatch.setattr(measuring, "reader", reader)
    monkeypatch.setattr(certifying, "reader", reader)


def found(entry, what, level=None):
    """`(agree, asked)` of a thing, over all kinds."""
    some = [m for m in entry["measurements"] if m["what"] == what and m["level"] == level]
    return sum(m["agree"] for m in some), sum(m["asked"] for m in some)


def whats(entry):
    return list(dict.fromkeys(m["what"] for m in entry["measurements"]))


# --- a look ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TASKS)
def test_a_perfect_assistant_is_found_perfect_and_so_is_its_teacher(training, perfect, name):
    ours = training(name, overseer="scripted")
    perfect(ours.task)
    seen = look(ours)
    assert seen["accuracy"] == seen["teacher_accuracy"] == 1.0
    assert set(seen["accuracy_by_kind"]) == set(ours.task.kinds)
    assert set(seen["accuracy_by_level"].values()) == {1.0}
    assert all(isinstance(level, str) for level in seen["accuracy_by_level"])
    assert (seen["idk"], seen["teacher_idk"]) == (0.0, 0.0)
    assert seen["evaluated"] == sum(seen["evaluated_by_level"].values()) == 64
    assert seen["teacher_evaluated"] == sum(seen["teacher_evaluated_by_kind"].values()) == 40


def test_an_ignorant_assistant_is_found_ignorant(training, ignorant):
    seen = look(training(overseer="scripted"))
    assert (seen["accuracy"], seen["idk"]) == (0.0, 1.0)
    # With it H can answer what two simple sub-questions suffice for, and no more.
    assert seen["teacher_accuracy_by_level"]["2"] == 1.0
    assert seen["teacher_accuracy_by_level"]["3"] == 0.0


def test_with_the_truth_for_a_teacher_no_teacher_is_looked_at(training):
    assert not any(key.startswith("teacher_") for key in look(training(overseer="supervised")))


@pytest.mark.parametrize("overseer", ["imitated", "scripted"])
def test_looking_does_not_change_what_is_learned(training, overseer):
    watched, unwatched = training(overseer=overseer), training(overseer=overseer)
    for _ in range(4):
        watched.step(), unwatched.step()
        look(watched)
        close_iteration(watched, 1)
    assert watched.rng.bit_generator.state == unwatched.rng.bit_generator.state
    assert all((a == b).all() for a, b in zip(watched.x.parameters(), unwatched.x.parameters(), strict=True))


def test_looks_at_the_same_step_see_the_same_and_at_another_step_fresh_questions(training):
    ours = training(overseer="supervised", evaluated=256)
    first, again = look(ours), look(ours)
    assert first == again
    ours.steps = 1
    assert look(ours)["evaluated_by_level"] != first["evaluated_by_level"]


def test_contexts_of_full_size_are_looked_at_whatever_size_is_being_learned(training):
    ours = training("union-find", 8, overseer="supervised", smallest=4)
    assert max(int(level) for level in look(ours)["accuracy_by_level"]) >= 4


# --- the end of an iteration ----------------------------------------------------------------------------------------


def test_with_a_perfect_assistant_every_figure_is_what_it_must_be(training, perfect):
    ours = training(overseer="scripted")
    perfect(ours.task)
    entry = close_iteration(ours, 1)
    for what in ("distillation_preserves", "accuracy_h_with_x", "h_right"):
        assert found(entry, what) == (40, 40)
    for what in ("accuracy_x_alone", "consistency_drawn", "tree_of_imitator"):
        assert found(entry, what) == (64, 64)
    assert entry["measured_error"] == 0.0
    assert found(entry, "failed_decompositions") == (0, 40)
    acts, of = found(entry, "single_step_acts")
    assert acts == of > 40
    easy, _ = found(entry, "accuracy_h_alone", level=2)
    assert found(entry, "accuracy_h_alone") == (easy, 40)
    assert found(entry, "accuracy_h_alone", level=3)[0] == 0


def test_with_an_ignorant_assistant_what_h_cannot_do_alone_fails(training, ignorant):
    entry = close_iteration(training(overseer="scripted"), 1)
    hard = found(entry, "failed_decompositions", level=3)[1]
    assert found(entry, "accuracy_x_alone") == (0, 64)
    assert entry["measured_error"] == 1.0
    assert found(entry, "failed_decompositions") == (hard, 40)
    assert found(entry, "accuracy_h_with_x") == found(entry, "accuracy_h_alone") == (40 - hard, 40)
    assert found(entry, "distillation_preserves") == (hard, 40)  # both do not know


def test_what_is_measured_depends_on_who_oversees(training):
    always = ["accuracy_h_alone", "accuracy_x_alone", "accuracy_h_with_x", "h_right", "single_step_acts"]
    overseen = ["distillation_preserves", "failed_decompositions", *always]
    x_at_nodes = ["consistency_drawn", "consistency_induced", "tree_of_imitator"]
    h_at_nodes = ["imitation_drawn", "imitation_induced", "imitation_drawn_canonical", "imitation_induced_canonical"]
    assert whats(close_iteration(training(overseer="supervised"), 1)) == ["distillation_preserves", *always]
    assert whats(close_iteration(training(overseer="scripted"), 1)) == [*overseen, *x_at_nodes]
    imitated = whats(close_iteration(training(overseer="imitated"), 1))
    assert [what for what in imitated if what not in (*h_at_nodes, "h_alike_under_fresh_names")] == [
        "amplification_preserves",
        *overseen,
        *x_at_nodes,
    ]
    assert set(h_at_nodes) & set(imitated)


@pytest.mark.parametrize("name", ["shortest-path", "union-find"])
def test_an_imitator_that_does_as_h_does_preserves_everything_though_look_ups_are_random(training, name):
    ours = training(name, 8, overseer="imitated")
    ours.overseer = scripted(ours.task)
    assert found(close_iteration(ours, 1), "amplification_preserves") == (40, 40)


def test_an_imitator_that_does_nothing_preserves_only_what_h_fails_at_too(training, ignorant):
    ours = training(overseer="imitated")

    def silent(rng, world, questions, assistant):
        return scripted(ours.task)(rng, world, np.full_like(questions, NOTHING), assistant)

    ours.overseer = silent
    entry = close_iteration(ours, 1)
    assert found(entry, "failed_decompositions") == (40, 40)
    assert found(entry, "amplification_preserves") == (found(entry, "failed_decompositions", level=3)[1], 40)


def test_supervised_distillation_is_measured_against_the_truth(training, perfect):
    ours = training("shortest-path", overseer="supervised")
    perfect(ours.task)
    assert found(close_iteration(ours, 1), "distillation_preserves") == (40, 40)


def test_levels_add_up_to_their_kind(training):
    entry = close_iteration(training("union-find", 8, overseer="scripted"), 1)
    for what in whats(entry):
        for kind in ("label", "next", "depth"):
            some = [m for m in entry["measurements"] if (m["what"], m["kind"]) == (what, kind)]
            whole, *parts = some
            assert whole["level"] is None
            assert (whole["agree"], whole["asked"]) == tuple(sum(p[k] for p in parts) for k in ("agree", "asked"))
            assert whole["low"] * whole["asked"] <= whole["agree"] <= whole["high"] * whole["asked"]


@pytest.mark.parametrize(("overseer", "times"), [("imitated", 4), ("scripted", 4), ("supervised", 3)])
def test_decisions_of_h_that_only_measure_are_counted_apart(training, overseer, times):
    ours = training(overseer=overseer)
    entry = close_iteration(ours, 1)
    assert (ours.decisions, entry["decisions_training"]) == (0, 0)
    assert entry["decisions_measuring"] == ours.decisions_measuring
    assert entry["acts_measuring"] == ours.acts_measuring > ours.decisions_measuring
    if overseer == "scripted":  # H itself works out all trees
        assert ours.decisions_measuring > 40 * times + 64
    else:
        assert ours.decisions_measuring == 40 * times
    before = ours.decisions_measuring
    seen = look(ours)
    looked = seen["teacher_evaluated"] if overseer == "scripted" else 0
    assert ours.decisions_measuring == before + looked


@pytest.mark.parametrize("overseer", ["imitated", "scripted", "supervised"])
def test_only_an_imitator_is_audited(training, overseer):
    ours = training(overseer=overseer)
    entry = close_iteration(ours, 1)
    assert entry["decisions_audit"] == ours.decisions_audit
    assert (ours.decisions_audit >= 6) == (overseer == "imitated")


def test_a_snapshot_is_a_copy_of_the_average_that_then_stays(training):
    ours = training(overseer="scripted")
    ours.step(), ours.step()
    close_iteration(ours, 1)
    snapshot = copy.deepcopy(ours.frozen.state_dict())
    assert all((snapshot[name] == value).all() for name, value in ours.average.state_dict().items())
    ours.step()
    assert all((snapshot[name] == value).all() for name, value in ours.frozen.state_dict().items())
    assert any((snapshot[name] != value).any() for name, value in ours.average.state_dict().items())


def test_an_entry_says_where_the_run_stands_and_is_the_same_each_time(training):
    entries = []
    for _ in range(2):
        ours = training()
        ours.step()
        entries.append(close_iteration(ours, 7))
    assert canonical(entries[0]) == canonical(entries[1])
    figures = {
        "iteration": 7,
        "step": 1,
        "size": 4,
        "targets": ours.targets,
        "decisions_training": 16,
        "acts_training": ours.acts,
        "decisions_audit": ours.decisions_audit,
        "acts_audit": ours.acts_audit,
        "decisions_measuring": 160,
        "confidence_together": 0.95,
    }
    assert figures.items() <= entries[0].items()


# --- single steps ---------------------------------------------------------------------------------------------------


def acts_of(task, questions=None):
    rng = np.random.default_rng(0)
    world = task.draw(rng, 20)
    questions = task.questions(rng, world, 3)
    transcripts = scripted(task)(rng, world, questions, lambda asked, wanted: task.truth(world, asked))
    single, there = single_steps(task, world, transcripts)
    assert single.shape == there.shape == (20, 3, task.most_acts + 1)
    assert there.sum() == transcripts.acts
    return single, there


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("size", [4, 8])
def test_every_act_of_the_scripted_h_is_a_single_step(name, size):
    single, there = acts_of(make_task(name, size))
    assert single[there].all()


def test_an_h_that_answers_a_hard_question_outright_is_caught():
    class Outright(Powering):
        def steps(self, questions):
            yield np.full_like(questions, NOTHING)
            return questions[..., 1]

    single, there = acts_of(Outright(8))
    assert there[..., -1].all()
    assert not there[..., :-1].any()
    assert not single[there].any()


def test_an_h_that_says_it_does_not_know_takes_a_single_step():
    class Modest(Powering):
        def steps(self, questions):
            yield np.full_like(questions, NOTHING)
            return np.full(questions.shape[:-1], IDK)

    single, there = acts_of(Modest(8))
    assert single[there].all()


def test_an_h_whose_tree_should_end_and_who_asks_its_own_question_is_caught():
    class Circling(Powering):
        def steps(self, questions):
            answer = yield questions
            return answer

    single, there = acts_of(Circling(8))
    assert not single[..., 0].any()
    assert single[..., -1].all()


def test_all_questions_are_wanted():
    assert everything(np.zeros((2, 3, 5), dtype=np.int64)).tolist() == [[True] * 3] * 2
