"""From what readers gave to what is analysed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.events import follow
from cohobate.practicum.reader_test import NO_TEXT, analyse
from cohobate.practicum.reading.grading import graded, reliability, to_grade
from cohobate.practicum.reading.sitting import GRACE

from .reading_steps import Test, named, sat


@pytest.fixture(scope="module")
def test():
    return Test().opened()


def test_a_choice_is_graded_by_its_key_and_not_being_able_to_tell_is_not_right(test):
    state = test.state
    first, second, *_ = state.items
    what = {first: "right", second: "unsure"}
    found = graded(state, [sat(test, 0, lambda arm, item: what.get(item, "wrong"))], named)
    marks = {one.item: (one.correct, one.unanswered) for one in found.answers}
    assert marks.pop(first) == (1.0, False)
    assert marks.pop(second) == (0.0, True)
    assert set(marks.values()) == {(0.0, False)}
    assert len(marks) == len(state.items) - 2
    assert all(one.background == "new to the field" for one in found.answers)


def test_what_was_left_empty_in_a_finished_part_was_not_answered_and_in_one_that_was_left_not_reached(test):
    half = graded(test.state, [sat(test, 0, lambda arm, item: None, parts=2, stops=True)], named)
    by_period = {period: [one for one in half.answers if one.period == period] for period in range(3)}
    assert {(one.correct, one.unanswered) for one in by_period[0]} == {(0.0, True)}
    assert {(one.correct, one.unanswered) for one in by_period[1] + by_period[2]} == {(None, False)}
    assert {one.seconds for one in by_period[1] + by_period[2]} == {None}


def test_a_part_whose_time_ran_out_counts_as_if_its_page_had_said_so_and_one_that_was_left_before_does_not(test):
    def answers(arm, item):
        return "right" if arm == NO_TEXT or item == "i1" else None

    def marks(closed_at, stopped_at=None):
        state, reader = test.state, sat(test, 0, answers, parts=2, stops=True)
        state.closed_at, reader.stopped_at = closed_at, stopped_at
        found = graded(state, [reader], named)
        before = reader.parts[1]
        assert before.finished is None
        return found, [(one.correct, one.unanswered) for one in found.answers if one.period == 1], before

    found, over, part = marks(closed_at=10_000.0)
    assert all(correct is not None for correct, _ in over)
    assert (0.0, True) in over
    assert found.ran_out == 1
    assert "In one part the time ran out" in found.notes()[0]
    spent = [one.seconds for one in found.answers if one.period == 1]
    assert sum(spent) == pytest.approx(part.limit)
    for closed, stopped in ((part.deadline + GRACE - 1, None), (10_000.0, part.deadline - 1), (None, None)):
        found, left, _ = marks(closed, stopped)
        assert (None, False) in left
        assert (0.0, True) not in left
        assert (found.ran_out, found.notes()) == (0, [])


def test_who_came_and_began_nothing_is_in_no_line(test):
    assert graded(test.state, [sat(test, 0, None, parts=0)], named).answers == ()


def test_when_all_readers_quit_half_way_they_are_analysed_as_what_they_are(test):
    there = [sat(test, number, lambda arm, item: "right", parts=2, stops=True) for number in range(8)]
    outcome = analyse(graded(test.state, there, named).answers)
    arms = outcome.by_arm()
    assert arms[NO_TEXT]["not_reached"] == 0
    assert arms["source"]["not_reached"] + arms["distillation"]["not_reached"] == 16
    assert outcome.finding("help").readers == 4
    assert "Too few readers" in outcome.sentence()


def test_when_nobody_finished_an_arm_the_outcome_says_so(test):
    there = [sat(test, number, lambda arm, item: "right", parts=1) for number in range(8)]
    outcome = analyse(graded(test.state, there, named).answers)
    assert "Nobody came as far as answering in the arm 'distillation'." in outcome.notes
    assert "Too few readers" in outcome.sentence()


def test_what_was_answered_in_words_is_graded_by_two_or_left_out_with_all_of_its_item():
    test = Test().opened(in_words=1)
    for who in ("raul", "rosa"):
        test.do("join", who=who, role="rater", name=who)
    test.do("close")
    written = [one.id for one in test.state.written]
    readers = [sat(test, n, lambda arm, item: "At the rim." if item in written else "right") for n in range(4)]
    there = to_grade(test.state, readers, named)
    assert len(there) == 8
    for one in there[:-1]:
        for who, grade in (("raul", 1), ("rosa", 0.5)):
            test.do("grade", who=who, answer=one.id, grade=grade)
    test.do("grade", who="raul", answer=there[-1].id, grade=1)
    found = graded(test.state, readers, named)
    assert found.ungraded == (there[-1].item,)
    assert "One item is left out" in found.notes()[0]
    marks = {one.correct for one in found.answers if one.item in written}
    assert marks == {0.75}
    assert there[-1].item not in {one.item for one in found.answers}
    test.do("grade", who="rosa", answer=there[-1].id, grade=1)
    whole = graded(test.state, readers, named)
    assert (whole.ungraded, whole.notes()) == ((), [])
    assert reliability(test.state, there).units == 8


def test_only_the_grades_of_its_two_raters_count_and_what_changes_after_an_outcome_is_known():
    test = Test().opened(in_words=1)
    for who in ("raul", "rosa"):
        test.do("join", who=who, role="rater", name=who)
    test.do("close")
    reader = sat(test, 0, lambda arm, item: "At the rim." if item in {"i1", "i5"} else "right")
    there = to_grade(test.state, [reader], named)
    for one in there:
        for who in ("raul", "rosa"):
            test.do("grade", who=who, answer=one.id, grade=1)
    assert (test.state.regraded, test.state.rerated) == (set(), False)
    test.events.append(
        follow(test.events[-1], id="out", at=2000, actor="lead", kind="outcome", data=OUTCOME, words={}, salt="s")
    )
    test.do("leave", role="rater", person="raul")
    test.do("join", who="rune", role="rater", name="Rune")
    state = test.do("grade", who="rune", answer=there[0].id, grade=0)
    assert state.grades_of(there[0].id) == {"rosa": 1, "rune": 0}
    assert (state.regraded, state.rerated) == ({there[0].id}, True)
    found = graded(state, [reader], named)
    assert {one.correct for one in found.answers if one.item == there[0].item} == {0.5}
    assert found.ungraded == (there[1].item,)


OUTCOME = {"sentence": "", "notes": [], "readers": 1, "ledger": [9, "h"]}


def test_who_took_their_answers_out_counts_nowhere_and_is_said(test):
    one, other = (sat(test, number, lambda arm, item: "right") for number in range(2))
    other.withdrawn = True
    found = graded(test.state, [one, other], named)
    assert {answer.reader for answer in found.answers} == {"r001"}
    assert found.notes() == ["One reader took their answers out; they count nowhere."]


def test_words_that_were_taken_out_alone_were_not_reached():
    test = Test().opened(in_words=4)
    reader = sat(test, 0, lambda arm, item: "words")
    item, given_ = next(iter(reader.parts[0].given.items()))
    object.__setattr__(given_, "gone", True)
    object.__setattr__(given_, "text", "")
    for who in ("raul", "rosa"):
        test.do("join", who=who, role="rater", name=who)
    state = test.state
    for one in to_grade(state, [reader], named):
        state.grades[one.id] = {"raul": 1.0, "rosa": 1.0}
    marks = {one.item: one.correct for one in graded(state, [reader], named).answers}
    assert marks.pop(item) is None
    assert set(marks.values()) == {1.0}


ANSWERS = st.lists(st.sampled_from(["right", "wrong", "unsure", None]), min_size=8, max_size=8)


@given(ANSWERS, st.integers(0, 7))
def test_the_seconds_of_a_passage_add_up_to_the_time_that_was_spent_on_it(what, number):
    test = FIXED
    items = list(test.state.items)
    reader = sat(test, number, lambda arm, item: what[items.index(item)])
    found = graded(test.state, [reader], named)
    for part in reader.parts:
        spent = [one.seconds for one in found.answers if one.period == part.number]
        assert sum(spent) == pytest.approx(part.used)


FIXED = Test().opened()
