"""Gathering evidence: from assistants and imitators of which one knows what they do wrong."""

import numpy as np
import pytest

from cohobate.algorithmic import certifying
from cohobate.algorithmic.certifying import gather
from cohobate.algorithmic.overseer import scripted
from cohobate.algorithmic.task import IDK
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.tasks.powering import Powering
from cohobate.algorithmic.training import Training
from cohobate.fidelity.certificate import summed
from cohobate.fidelity.compounding import differs_anywhere


def truthful(task, world):
    return lambda questions, wanted: task.truth(world, questions)


class Forgetful(Powering):
    """H, but for an odd exponent it forgets the last step."""

    def steps(self, questions):
        blunt = questions.copy()
        blunt[..., -1] = self.symbols.token("0")
        return (yield from super().steps(np.where(self._exponent(questions)[..., None] > 3, blunt, questions)))


@pytest.fixture
def closing(monkeypatch, tiny):
    """Closes an iteration with an X that is always right: the evidence, and what was counted by what."""

    def close(training, number=1, count=400, seed=0):
        task, rng = training.task, np.random.default_rng(seed)
        world = task.draw(rng, count)
        questions = task.questions(rng, world, 1)[:, 0]
        monkeypatch.setattr(certifying, "reader", lambda model, facts: truthful(task, task.world(facts)))
        evidence, counts = gather(training, number, rng, world, questions, truthful(task, world))
        return evidence, {(what, level): (agree, asked) for what, _, level, agree, asked in counts}

    return close


def imitated(tiny, task=None, overseer=None, **changed):
    training = Training(task or make_task("powering", 8, bits=4), tiny(**changed))
    training.overseer = overseer or Training(training.task, tiny(overseer="scripted")).h
    return training


def test_an_imitator_that_does_as_h_does_and_an_assistant_that_is_right_leave_nothing_amiss(tiny, closing):
    evidence, counts = closing(imitated(tiny, audits=30))
    assert summed(evidence.answered) == (0, 400)
    assert (evidence.faulty, evidence.sent) == (0, 30)
    assert summed(evidence.differing)[0] == 0
    assert {what for what, _ in counts} == {
        *("consistency_drawn", "consistency_induced", "tree_of_imitator"),
        *("imitation_drawn", "imitation_induced", "imitation_drawn_canonical", "imitation_induced_canonical"),
    }
    assert all(agree == asked for agree, asked in counts.values())


def test_an_imitator_that_errs_on_some_questions_is_found_out_at_just_these(tiny, closing):
    task = make_task("powering", 8, bits=4)
    training = imitated(tiny, task, scripted(Forgetful(8, bits=4)), audits=200)
    evidence, counts = closing(training, count=1500)
    # Odd exponents above 3: 5 and 7 of level 3, four of level 4. So half of the nodes of these levels, none of level 2.
    for level, share in ((2, 1.0), (3, 0.5), (4, 0.5)):
        agree, asked = counts["imitation_drawn_canonical", level]
        assert agree / asked == pytest.approx(share, abs=0.12)
    assert counts["imitation_drawn", 2][0] == counts["imitation_drawn", 2][1]
    differing, trees = evidence.differing["power 2"]
    assert differing == 0 < trees
    assert evidence.differing["power 4"][0] > 0.6 * evidence.differing["power 4"][1]
    assert evidence.faulty > 0
    assert counts["tree_of_imitator", 4][0] < 0.5 * counts["tree_of_imitator", 4][1]


def test_the_audit_of_an_imitator_goes_on_until_it_learns_and_begins_anew_then(tiny, closing):
    training = imitated(tiny, audits=10)
    first, _ = closing(training)
    second, _ = closing(training, 2, seed=1)
    assert (first.imitator, second.imitator) == (1, 1)
    assert second.sent == 2 * first.sent == 20
    assert second.places > first.places
    training.lessons += 1
    third, _ = closing(training, 3, seed=2)
    assert (third.imitator, third.sent) == (2, 10)
    assert third.situations >= second.situations  # what H has judged stays judged


def test_h_decides_as_many_nodes_as_it_is_to_and_judges_hardly_more_situations(tiny, closing):
    training = imitated(tiny, audits=5)
    closing(training)
    assert 5 < training.decisions_audit <= 5 + 5 + training.task.largest_tree
    assert training.acts_audit >= training.decisions_audit
    assert (training.decisions, training.recorded) == (0, [])


def test_a_situation_that_h_has_judged_is_not_sent_to_it_again_but_for_the_nodes_sent_as_they_stand(tiny, closing):
    training = imitated(tiny, audits=60)
    for seed in range(4):
        closing(training, seed + 1, seed=seed)
    before = training.decisions_audit
    closing(training, 5, seed=9)
    assert training.decisions_audit - before <= 60 + 3
    assert training.judged.again > 0
    assert training.judged.alike == training.judged.again


def test_h_itself_as_the_overseer_is_not_audited(tiny, closing):
    training = Training(make_task("powering", 8, bits=4), tiny(overseer="scripted"))
    evidence, counts = closing(training)
    assert (evidence.imitator, evidence.sent, training.decisions_audit) == (0, 0, 0)
    assert not any(what.startswith("imitation") for what, _ in counts)


def test_trees_of_h_itself_that_a_limit_too_small_cuts_off_count_against_the_assistant(tiny, closing):
    class Narrow(Powering):
        largest_tree = 3

    evidence, counts = closing(Training(Narrow(8, bits=4), tiny(overseer="scripted")))
    assert evidence.imitator == 0
    assert evidence.answered["power 4"][0] > 0.7 * evidence.answered["power 4"][1]
    assert counts["tree_of_imitator", 2] == (evidence.answered["power 2"][1],) * 2
    assert evidence.nodes["overgrown"][0] == sum(wrong for wrong, _ in evidence.answered.values())


@pytest.mark.parametrize("audits", [1, 2, 5])
def test_where_trees_have_no_end_no_decision_is_lost_and_at_least_one_question_is_audited(tiny, closing, audits):
    training = imitated(tiny, make_task("union-find", 8), audits=audits)
    evidence, _ = closing(training)
    assert evidence.sent == (audits + 1) // 2
    assert sum(asked for _, asked in training.audit.acts.values()) == audits


@pytest.mark.parametrize("name", ["shortest-path", "union-find"])
def test_where_trees_have_no_end_single_steps_are_audited_and_each_iteration_begins_anew(tiny, closing, name):
    training = imitated(tiny, make_task(name, 8), audits=20)
    evidence, counts = closing(training)
    assert evidence.endless
    assert (evidence.largest, evidence.sent, evidence.places) == (1, 10, 10)
    assert evidence.faulty == 0
    assert counts["imitation_induced", None] == (10, 10) or ("imitation_induced", 1) in counts
    assert closing(training, 2, seed=1)[0].imitator == 2
    assert not evidence.nodes


def test_the_numbers_of_nodes_are_those_of_the_trees(tiny, closing):
    evidence, _ = closing(imitated(tiny), count=300)
    for level, asked in ((level, evidence.answered[f"power {level}"][1]) for level in (2, 3, 4)):
        assert evidence.nodes[f"drawn power {level}"] == (asked, asked)
    four = evidence.answered["power 4"][1]
    # Below a root of level 4 stand two nodes of level 3 at most; fewer where a question comes up twice.
    assert four < evidence.nodes["induced power 3"][0] <= 2 * four
    assert evidence.nodes["overgrown"] == (0, 0)
    assert "induced power 4" not in evidence.nodes


def test_an_overseer_that_knows_nothing_agrees_with_an_assistant_that_knows_nothing_and_not_with_h(tiny, closing):
    task = make_task("powering", 8, bits=4)

    def silent(rng, world, questions, assistant):
        blank_ = scripted(task)(rng, world, np.full_like(questions, 1), assistant)
        return type(blank_)(questions, blank_.asked, blank_.told, np.full_like(blank_.answers, IDK))

    evidence, counts = closing(imitated(tiny, task, silent, audits=12))
    differing, trees = summed(evidence.differing)
    assert differing == trees > 0
    assert evidence.faulty == evidence.sent == 12
    assert counts["imitation_drawn", None][0] == 0
    assert differs_anywhere(evidence.faulty, evidence.places, evidence.largest) == 1.0
