"""How far to trust an assistant: the sentence, never saying more than is certified, and the pictures beside it."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.fidelity import Estimate
from cohobate.report.reading import CANONICAL, COMPOUNDED, ONE_STEP, TREE_AUDIT, Iteration, pooled
from cohobate.report.trust import agreement, at_least, at_most, best, cost, drawn, least, presumed, summary
from cohobate.report.words import times

ENTRY = {
    "iteration": 3,
    "targets": 4096,
    "decisions_training": 412,
    "decisions_audit": 380,
    "confidence_together": 0.95,
    "evidence": {"imitator": 2, "endless": False},
    "tree_audit_bound": 0.114,
    "tree_audit_estimate": 0.004,
    "decisions_tree_audit": 192,
    "measurements": [],
}
CANONICALLY = {
    "tree_audit_bound_canonical": 0.029,
    "tree_audit_estimate_canonical": 0.004,
    "decisions_tree_audit_canonical": 204,
}


def closed(**said):
    return Iteration.model_validate(ENTRY | said)


def plain(text):
    return None if text is None else text.replace("\u00a0", " ")


def line(what, agree, asked, kind="power", level=None, confidence=0.9997):
    found = Estimate.of(agree, asked, confidence)
    ends = {"low": found.low, "high": found.high, "confidence": confidence}
    return {"what": what, "kind": kind, "level": level, "agree": agree, "asked": asked, **ends}


# --- the sentence -----------------------------------------------------------------------------------------------------


def test_the_sentence_gives_the_agreement_certified_how_sure_it_is_and_what_it_cost():
    assert plain(summary(closed(), "imitated")) == (
        "With 95 % confidence the assistant agrees with H on at least 88.6 % of questions like these; "
        "H was asked 412 times to train it and 380 times to check it."
    )


def test_a_condition_is_part_of_the_sentence_and_what_holds_without_it_stands_beside():
    one = closed(**CANONICALLY, measurements=[line("h_alike_under_fresh_names", 64, 64)])
    assert plain(summary(one, "imitated")).startswith(
        "With 95 % confidence, and if H's acts do not depend on names, the assistant agrees with H on at least 97.1 %"
    )
    assert "Without it, at least 88.6 % is certified." in plain(presumed(one))
    assert f"under other names, H acted alike in 100.0 % ({Estimate.of(64, 64, 0.9997).low * 100:.0f}" in plain(
        presumed(one)
    )
    assert "was not tried" in presumed(closed(**CANONICALLY))


def test_a_condition_that_gains_nothing_is_not_made():
    one = closed(**CANONICALLY | {"tree_audit_bound_canonical": 0.114})
    assert best(one) == TREE_AUDIT
    assert "names" not in summary(one, "imitated")


def test_where_the_tree_has_no_end_the_sentence_speaks_of_one_step():
    endless = {"imitator": 2, "endless": True}
    one = closed(tree_audit_bound=None, evidence=endless, step_bound=0.031, decisions_step=192)
    assert plain(summary(one, "imitated")).startswith(
        "With 95 % confidence the assistant answers as H would with its help on at least 96.9 % of questions"
    )
    assert "this speaks of one step" in presumed(one)
    assert "the audit of the next iteration begins anew." in cost(one, "imitated")
    assert agreement(one) == ("≥ 96.9\u00a0%", "one step", "192 decisions")


def test_a_step_that_says_more_on_a_condition_names_it():
    steps = {"step_bound": 0.75, "step_bound_canonical": 0.211, "decisions_step_canonical": 117}
    one = closed(tree_audit_bound=None, evidence={"imitator": 2, "endless": True}, **steps)
    assert best(one) == CANONICAL[ONE_STEP]
    assert plain(summary(one, "imitated")).startswith(
        "With 95 % confidence, and if H's acts do not depend on names, the assistant answers as H would with its help "
        "on at least 78.9 %"
    )
    assert "Without it, nothing is certified yet (an error of at most 75.0 %)." in plain(presumed(one))
    assert "this speaks of one step" in presumed(one)
    assert "though what H has judged of situations stays" in cost(one, "imitated")


def test_the_plain_compounded_bound_is_drawn_only_where_there_is_no_canonical_one():
    assert list(drawn(closed(compounded_bound=1))) == [COMPOUNDED, TREE_AUDIT]
    both = closed(compounded_bound=1, compounded_bound_canonical=0.2, **CANONICALLY)
    assert list(both.certificates) == [COMPOUNDED, CANONICAL[COMPOUNDED], TREE_AUDIT, CANONICAL[TREE_AUDIT]]
    assert list(drawn(both)) == list(both.certificates)[1:]


@pytest.mark.parametrize("nothing", [{"tree_audit_bound": None}, {"confidence_together": None}])
def test_without_a_bound_or_its_confidence_nothing_is_certified(nothing):
    one = closed(**nothing)
    assert one.certificates == {}
    assert (best(one), summary(one, "imitated"), agreement(one)) == (None, None, None)
    assert (presumed(one), cost(one, "imitated")) == ("", "")


def test_a_bound_that_is_no_ground_for_trust_says_so_first_and_whether_that_is_for_want_of_audits():
    few = closed(tree_audit_bound=0.5)
    assert plain(summary(few, "imitated")).startswith(
        "This says nothing yet, for too few decisions by H were audited: with 95 % confidence the assistant agrees "
        "with H on at least 50.0 % of"
    )
    bad = closed(tree_audit_bound=1, tree_audit_estimate=0.7)
    assert plain(summary(bad, "imitated")).startswith(
        "This is no ground for trust, for X was seen to differ from H too often: with 95 % confidence"
    )
    assert agreement(bad)[0] == "nothing yet"
    other = closed(**CANONICALLY, tree_audit_bound=0.62)
    assert "Without it, nothing is certified yet (an error of at most 62.0 %)." in plain(presumed(other))
    assert "Without it, nothing is certified yet." in presumed(closed(**CANONICALLY, tree_audit_bound=1))


def test_the_best_certificate_is_the_tree_audit_then_a_step_then_the_compounded_bound():
    bounds = {"compounded_bound": 0.01, "step_bound": 0.001}
    assert best(closed(**bounds)) == TREE_AUDIT
    assert best(closed(**bounds, **CANONICALLY)) == CANONICAL[TREE_AUDIT]
    assert best(closed(**bounds, tree_audit_bound=None)) == ONE_STEP
    assert best(closed(compounded_bound=0.01, tree_audit_bound=None)) == COMPOUNDED


@given(st.floats(0, 1))
def test_agreement_is_never_overstated_and_an_error_never_understated(error):
    exact, tenth = 100 * Fraction(str(error)), Fraction(1, 10)
    said, at = (Fraction(text.removesuffix(" %")) for text in (at_least(error), at_most(error)))
    assert 100 - exact - tenth < said <= 100 - exact
    assert exact <= at < exact + tenth


def test_a_round_bound_is_told_as_it_is():
    assert [at_least(error) for error in (0.029, 0.0, 1.0, 0.0004)] == ["97.1 %", "100.0 %", "0.0 %", "99.9 %"]
    assert [times(count) for count in (0, 1, 2, 1000)] == ["never", "once", "twice", "1,000 times"]


# --- what it cost -----------------------------------------------------------------------------------------------------


def test_the_cost_tells_what_taught_what_checked_and_what_the_bound_rests_on():
    assert plain(cost(closed(**CANONICALLY, decisions_measuring=1024), "imitated")) == (
        "That sentence cost 792 decisions by H: 412 to train and 380 to check. Its bound rests on 204 of those that "
        "check, which teach nothing. It is about H′ number 2; once H′ learns again, its audit begins anew, though what "
        "H has judged of situations stays. As a script, H also made 1,024 decisions for measurements that only a "
        "tireless overseer allows; no bound rests on those."
    )


def test_an_overseer_that_worked_out_every_target_is_not_said_to_have_been_asked_never():
    one = closed(decisions_training=0, evidence=None)
    assert "H itself worked out all 4,096 targets to train it, and was asked 380 times to check it." in summary(
        one, "scripted"
    )
    assert cost(one, "scripted") == (
        "That sentence cost H all of the targets, and 380 decisions to check. Its bound rests on 192 of those that "
        "check, which teach nothing."
    )


def test_h_itself_as_the_overseer_has_no_condition_and_no_audit_that_could_begin_anew():
    one = closed(evidence={"imitator": 0, "endless": False}, decisions_audit=0, **CANONICALLY)
    assert list(one.certificates) == [TREE_AUDIT]
    assert one.certificates[TREE_AUDIT].decisions is None
    assert "H was asked 412 times to train it, and itself worked out what it was checked against." in summary(
        one, "scripted"
    )
    assert cost(one, "scripted") == (
        "That sentence cost H 412 decisions to train, and to check as much as X was asked: H itself is the overseer "
        "here, and nobody counted what it worked out to compare with X."
    )
    unsure = closed(evidence={"imitator": 0}, tree_audit_bound=0.6)
    assert summary(unsure, "scripted").startswith("This says nothing yet, for too few questions were asked: with")


# --- level by level ---------------------------------------------------------------------------------------------------


def test_levels_are_in_the_order_of_their_numbers_and_kinds_in_that_of_the_entry():
    lines = [line("accuracy_x_alone", 9, 9, kind) for kind in ("step", "far away")]
    cells = {"far away 10": 0.971, "far away 9": 0.5, "step 2": 1.0}
    one = closed(certified=cells, measurements=lines)
    assert one.certified_cells == [("step", 2, 1.0), ("far away", 9, 0.5), ("far away", 10, 0.971)]
    assert closed(certified=cells, confidence_together=None).certified_cells == []
    assert [least(1 - Decimal(str(share))) for share in (0.971, 0.5)] == ["≥ 97.1\u00a0%", "nothing yet"]


# --- intervals that hold together -------------------------------------------------------------------------------------


def test_intervals_are_those_of_the_ledger():
    of_sequence = line("accuracy_x_alone", 90, 100) | {"low": 0.7, "high": 0.95}
    one = closed(measurements=[of_sequence])
    assert one.estimate("accuracy_x_alone") == Estimate(90, 100, 0.7, 0.95, 0.9997)
    wrong = one.measured_error
    assert (wrong.agree, wrong.asked, wrong.low, wrong.high) == (10, 100, pytest.approx(0.05), pytest.approx(0.3))


def test_without_a_known_truth_there_is_no_measured_error():
    assert closed().measured_error is None
    assert closed(measurements=[line("accuracy_x_alone", 0, 0)]).measured_error is None


def test_a_line_for_all_kinds_stands_for_those_of_each():
    lines = [line("h_right", 9, 9, "a"), line("h_right", 8, 9, "b"), line("h_right", 17, 18, None)]
    one = closed(measurements=lines)
    assert one.estimate("h_right") == Estimate.of(17, 18, 0.9997)
    assert one.estimate("h_right", "b") == Estimate.of(8, 9, 0.9997)


COUNTED = st.integers(0, 60).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked)))


@given(st.lists(COUNTED, min_size=2, max_size=5))
def test_what_is_pooled_holds_wherever_its_parts_hold(counts):
    parts = [Estimate.of(*count, 0.999) for count in counts]
    whole = pooled(parts, together=True)
    asked = sum(part.asked for part in parts)
    assert (whole.agree, whole.asked) == (sum(part.agree for part in parts), asked)
    if asked:
        for end in ("low", "high"):
            mixed = sum(getattr(part, end) * part.asked for part in parts) / asked
            assert getattr(whole, end) == pytest.approx(mixed)
    else:
        assert (whole.low, whole.high) == (0, 1)


def test_alone_what_is_pooled_has_an_exact_interval_of_its_own():
    assert pooled([Estimate.of(4, 5), Estimate.of(5, 7)], together=False) == Estimate.of(9, 12)


# --- what it takes ----------------------------------------------------------------------------------------------------


def test_the_words_need_neither_pictures_nor_templates_nor_torch():
    code = (
        f"import sys; sys.path[:0] = {[p for p in sys.path if p]!r}\n"
        "import cohobate.report.trust\nassert not {'altair', 'jinja2', 'torch'} & set(sys.modules)\n"
        "import cohobate.cli.display\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
