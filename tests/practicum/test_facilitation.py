"""How a room was facilitated: every figure by hand on a small room, alarms, and an interval that holds."""

import numpy as np
import pytest
from scipy.stats import binom

from cohobate.fidelity import Estimate, Rate
from cohobate.practicum.facilitation import (
    QUIET,
    AtStage,
    alarms,
    counter,
    difference,
    measures,
    roles,
    spent,
    worth_it,
)
from cohobate.practicum.workshop import read_workshop


@pytest.fixture
def small(play):
    """Ann explains, bob facilitates, hal helps; a minute at Alone, ten at Together, no other time."""
    game = play(explainer="ann", facilitator="bob", helper="hal", listener="lea", at="Alone")
    for who, answer in (("ann", "A loom"), ("bob", "A loom")):
        for question in ("0", "1"):
            game.writes(who, "pictures", question=question, text=answer)
    game.does("ann", "reveal")
    game.now = game.room.entered_at + 60
    game.does("ann", "advance")
    for text in ("Which map?", "Where?", "When?", "Whose?"):
        game.says("bob", "ask", text, concrete="yes")
    game.says("bob", "ask", "Shall we go on?")
    game.backs = [game.says("bob", "say_back", text) for text in ("It tears.", "It bends.", "It folds.")]
    game.says("bob", "restate", "A map can be folded seven times.")
    game.says("bob", "tell", "You should look at sails.")
    game.says("hal", "ask", "Which sail?", concrete="yes")
    game.says("ann", "tell", "No sail.")
    game.now = game.room.entered_at + 600
    return game


# --- figures --------------------------------------------------------------------------------------------------------


def test_the_moves_of_those_who_facilitate_are_counted_by_kind(small):
    found = measures(small.room, small.now)
    assert {move: (share.agree, share.asked) for move, share in found.moves.items()} == {
        "ask": (5, 10),
        "say_back": (3, 10),
        "restate": (1, 10),
        "tell": (1, 10),
    }
    assert found.moves["ask"] == Estimate.of(5, 10)


def test_steering_is_the_share_of_what_facilitators_said_that_told_something(small):
    assert measures(small.room, small.now).steering == Estimate.of(1, 10)


def test_what_somebody_said_counts_by_the_seat_they_had_when_they_said_it(small):
    small.does("bob", "stand")
    small.does("hal", "take", seat="facilitator")
    assert measures(small.room, small.now).steering == Estimate.of(1, 10)
    small.says("hal", "tell", "Look at sails.")
    assert measures(small.room, small.now).steering == Estimate.of(2, 11)


def test_requests_for_concreteness_are_counted_by_anybody_in_ten_minutes(small):
    assert measures(small.room, small.now).concrete == Rate.of(5, 1.1)
    assert str(measures(small.room, small.now).concrete) == "4.5 (1.4–10.7, n = 5)"


def test_what_was_said_back_was_meant_if_all_who_judged_it_say_so(small):
    for back, verdict in zip(small.backs, ("yes", "no", "yes"), strict=True):
        small.does("ann", "judge", of=back, respect="meant", yes=verdict)
    assert measures(small.room, small.now).meant == Estimate.of(2, 3)
    small.does("ann", "judge", of=small.backs[1], respect="meant", yes="yes")
    assert measures(small.room, small.now).meant == Estimate.of(3, 3)


def test_two_pictures_are_alike_if_all_who_compared_the_answers_say_so(small):
    assert measures(small.room, small.now).pictures == Estimate.of(0, 0)
    small.does("ann", "judge", of="0.0.0", respect="same", yes="yes")
    small.does("ann", "judge", of="0.0.1", respect="same", yes="yes")
    assert measures(small.room, small.now).pictures == Estimate.of(2, 2)
    small.does("bob", "judge", of="0.0.1", respect="same", yes="no")
    assert measures(small.room, small.now).pictures == Estimate.of(1, 2)


def test_a_question_that_one_person_alone_answered_is_no_pair_of_pictures(play):
    game = play(explainer="ann", facilitator="bob", at="Alone")
    game.writes("ann", "pictures", question="0", text="A loom")
    game.does("ann", "reveal")
    game.does("ann", "judge", of="0.0.0", respect="same", yes="yes")
    assert measures(game.room, game.now).pictures == Estimate.of(0, 0)


def test_an_answer_written_or_changed_after_the_reveal_is_no_picture_of_ones_own(play):
    game = play(explainer="ann", facilitator="bob", helper="hal", at="Alone")
    answers = [game.writes(who, "pictures", question="0", text="A loom") for who in ("ann", "bob")]
    game.does("ann", "reveal")
    game.writes("hal", "pictures", question="0", text="A loom, as they say")
    game.does("ann", "judge", of="0.0.0", respect="same", yes="yes")
    assert measures(game.room, game.now).pictures == Estimate.of(1, 1)
    game.does("bob", "write", entry=answers[1], question="0", text="A loom, as Ann says")
    assert measures(game.room, game.now).pictures == Estimate.of(0, 0)


def test_raters_agree_by_the_pairs_who_marked_the_same_line_of_the_same_work(small):
    look = small.writes("ann", "looks", text="Fold it once.")
    for who, line, verdict in (
        *(("bob", "0", "yes"), ("hal", "0", "yes"), ("lea", "0", "no")),
        *(("bob", "1", "no"), ("hal", "1", "no")),
    ):
        small.does(who, "judge", of=look, respect=line, yes=verdict)
    assert measures(small.room, small.now).marks == Estimate.of(2, 4)


def test_a_room_was_worth_the_time_of_those_who_rate_it_four_or_five(small, play):
    for who, value in (("ann", "5"), ("bob", "4"), ("hal", "3"), ("lea", "1")):
        small.does(who, "rate", value=value)
    assert measures(small.room, small.now).worth == Estimate.of(2, 4)
    other = play(explainer="ann", facilitator="bob", at="Alone")
    other.does("ann", "rate", value="5")
    assert worth_it([small.room, other.room]) == Estimate.of(3, 5)
    assert worth_it([]) == Estimate.of(0, 0)


def test_figures_of_fewer_than_five_say_so(play):
    game = play(explainer="ann", facilitator="bob", at="Together")
    game.says("bob", "ask", "Which map?", concrete="yes")
    found = measures(game.room, game.now)
    for figure in (found.steering, found.concrete, found.moves["ask"]):
        assert str(figure) == "too few (n = 1)"
    for figure in (found.meant, found.pictures, found.marks, found.worth):
        assert str(figure) == "too few (n = 0)"


def test_before_the_beginning_there_is_nothing_to_count(play):
    game = play(explainer="ann", facilitator="bob")
    found = measures(game.room, game.now + 1000)
    assert found.stages == ()
    assert found.concrete == Rate.of(0, 0)
    assert counter(game.room, game.now) is None


def test_in_a_workshop_that_nobody_facilitates_no_moves_are_counted_and_all_else_is(play, bench):
    workshop = read_workshop(bench.text.replace("does: facilitates", "does: works")).workshop
    game = play(workshop, explainer="ann", facilitator="bob", at="Together")
    game.says("bob", "ask", "Which map?", concrete="yes")
    game.says("bob", "tell", "A road map.")
    found = measures(game.room, game.now)
    assert (found.steering.asked, found.concrete.count) == (0, 1)


# --- by stage and by person -----------------------------------------------------------------------------------------


def test_requests_stand_beside_what_the_workshop_asks_for_stage_by_stage(small):
    assert measures(small.room, small.now).stages == (
        AtStage(place=(0, 0), stage="Alone", minutes=1.0, planned=5, asked=0, target=None),
        AtStage(place=(0, 1), stage="Together", minutes=10.0, planned=10, asked=5, target=6),
    )
    assert [stage.wanted for stage in measures(small.room, small.now).stages] == [None, 6]


def test_the_counter_tells_of_the_place_where_the_room_is(small):
    assert counter(small.room, small.now) == measures(small.room, small.now).stages[1]
    small.does("ann", "recurse", about="a map")
    assert counter(small.room, small.now + 30).asked == 0
    small.goes_to("Together")
    assert counter(small.room, small.now).place == (1, 1)


@pytest.mark.parametrize(("seconds", "wanted"), [(0, 0), (99, 0), (100, 1), (599, 5), (600, 6), (1200, 6)])
def test_what_is_wanted_grows_with_the_time_up_to_what_is_planned_and_is_rounded_down(seconds, wanted):
    assert AtStage((0, 1), "Together", seconds / 60, 10, 0, 6).wanted == wanted


def test_time_is_that_of_all_stays_and_stands_still_at_the_end(small):
    assert spent(small.room, small.now) == {(0, 0): 60, (0, 1): 600}
    small.does("ann", "back")
    small.now += 29
    assert spent(small.room, small.now) == {(0, 0): 90, (0, 1): 600}
    small.does("ann", "end")
    assert spent(small.room, small.now + 1_000) == {(0, 0): 90, (0, 1): 600}


def test_seats_are_told_by_who_spoke_from_them(small):
    small.does("bob", "stand")
    small.does("hal", "take", seat="facilitator")
    small.says("hal", "ask", "Which?")
    assert roles(small.room) == {"facilitator": {"bob": 10, "hal": 1}, "helper": {"hal": 1}, "explainer": {"ann": 1}}


# --- differences ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize(("one", "other"), [(1, 1), (3, 12), (15, 15), (40, 8)])
def test_the_interval_of_a_difference_holds_at_least_as_often_as_it_says(confidence, one, other):
    """No simulation: the chance of coverage is summed over all pairs of outcomes, for a grid of true shares."""
    lows, highs = np.empty((one + 1, other + 1)), np.empty((one + 1, other + 1))
    for i, j in np.ndindex(lows.shape):
        found = difference(Estimate.of(i, one), Estimate.of(j, other), confidence)
        lows[i, j], highs[i, j] = found.low, found.high
    for p in np.linspace(0, 1, 21):
        for q in np.linspace(0, 1, 21):
            chance = np.outer(binom.pmf(np.arange(one + 1), one, p), binom.pmf(np.arange(other + 1), other, q))
            assert chance[(lows <= p - q) & (p - q <= highs)].sum() >= confidence - 1e-12


def test_a_difference_reads_in_points_with_its_ends_rounded_outwards():
    found = difference(Estimate.of(30, 40), Estimate.of(20, 40))
    assert str(found) == "+25 points (-12 to +57)"
    assert -12 < 100 * found.low < -11
    assert 56 < 100 * found.high < 57
    assert str(difference(Estimate.of(20, 40), Estimate.of(20, 40))).startswith("+0 points")


def test_a_difference_of_too_few_says_so():
    assert str(difference(Estimate.of(3, 4), Estimate.of(1200, 2000))) == "too few (n = 4 and 2,000)"
    assert not difference(Estimate.of(3, 5), Estimate.of(2, 5)).too_few


# --- alarms ---------------------------------------------------------------------------------------------------------

QUIET_SINCE = "minutes nobody has asked for an example. Ask for one."


@pytest.fixture
def busy(play):
    """A room at the stage that has a target, just entered."""
    return play(explainer="ann", facilitator="bob", helper="hal", listener="lea", at="Together")


def test_a_room_whose_seats_are_taken_raises_no_alarm(busy):
    assert alarms(busy.room, busy.now) == []
    assert alarms(busy.room, busy.now, present=["ann", "bob"]) == []


def test_an_empty_seat_is_an_alarm_that_names_its_duty(busy):
    busy.does("bob", "stand")
    assert alarms(busy.room, busy.now, present=["ann", "hal"]) == [
        "Nobody sits in the seat facilitator: whoever sits there asks for examples. Whoever is free, take it."
    ]


def test_a_seat_whose_people_are_away_is_an_alarm(busy):
    assert alarms(busy.room, busy.now, present=["ann", "hal"]) == [
        "Bob is away, so nobody is facilitator: whoever sits there asks for examples. See to it, or take the seat over."
    ]
    assert alarms(busy.room, busy.now, present=None) == []


def test_a_seat_of_several_is_covered_by_any_of_them(play, bench):
    workshop = read_workshop(bench.text.replace("helper: {min: 0,", "helper: {min: 2,").replace("most: 2", "")).workshop
    game = play(workshop, explainer="ann", facilitator="bob", helper="hal hob", at="Together")
    assert alarms(game.room, game.now, present=["ann", "bob", "hob"]) == []
    assert alarms(game.room, game.now, present=["ann", "bob"]) == [
        "Hal and Hob are away, so nobody is helper. See to it, or take the seat over."
    ]


def test_a_seat_that_may_stay_empty_or_does_not_act_now_is_no_alarm(play):
    game = play(explainer="ann", facilitator="bob", at="Diary")
    assert alarms(game.room, game.now, present=["ann", "bob"]) == []


def test_a_facilitator_who_is_quiet_is_an_alarm_and_asking_for_something_concrete_ends_it(busy):
    entered = busy.room.entered_at
    assert alarms(busy.room, entered + QUIET - 1) == []
    assert alarms(busy.room, entered + QUIET) == [f"For 4 {QUIET_SINCE}"]
    busy.now = entered + 400
    busy.says("bob", "ask", "Shall we go on?")
    assert alarms(busy.room, busy.now) == [f"For 6 {QUIET_SINCE}"]
    busy.says("hal", "ask", "Which one?", concrete="yes")
    assert alarms(busy.room, busy.now) == []
    assert alarms(busy.room, busy.now + QUIET) == [f"For 4 {QUIET_SINCE}"]


def test_a_place_that_was_just_come_back_to_is_not_quiet_yet(busy):
    busy.says("bob", "ask", "Which one?", concrete="yes")
    busy.does("ann", "recurse", about="a map")
    busy.now += 3_000
    busy.does("ann", "return", text="a sheet")
    assert alarms(busy.room, busy.now) == []
    assert alarms(busy.room, busy.now + QUIET) == [f"For 4 {QUIET_SINCE}"]


@pytest.mark.parametrize("stage", ["Alone", "Diary"])
def test_where_each_works_alone_or_no_requests_are_wanted_nobody_has_to_ask(play, stage):
    game = play(explainer="ann", facilitator="bob", at=stage)
    assert alarms(game.room, game.now + 10_000) == []


def test_there_is_no_alarm_in_the_lobby_after_the_end_or_in_a_room_that_is_run_alone(play, busy):
    assert alarms(play(explainer="ann").room, 2e6) == []
    assert alarms(play(alone=True, explainer="ann", at="Together").room, 2e6) == []
    busy.does("bob", "stand")
    assert len(alarms(busy.room, busy.now + QUIET)) == 2
    busy.does("ann", "end")
    assert alarms(busy.room, busy.now + QUIET) == []
