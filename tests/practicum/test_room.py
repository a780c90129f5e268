"""Rooms as a fold: the same for whoever folds the same events; moving on destroys nothing, and shows nothing early."""

import copy
import random
import unicodedata
from collections import Counter
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.errors import Refused
from cohobate.events import HOUSE, problem, redacted
from cohobate.practicum.acts import ACTS, DEEPEST
from cohobate.practicum.facilitation import spent
from cohobate.practicum.room import KINDS, LOBBY, TAKEN_OUT, Person, Room, fingerprint, fold, plain
from cohobate.practicum.workshop import TRACKED

# --- any acts by anybody --------------------------------------------------------------------------------------------

PEOPLE = ("ann", "bob", "hal", "lea", "eve")
MOVING = ("advance", "back", "recurse", "return", "reveal")
OFTEN = (
    *("say", "write", "judge", "advance") * 4,
    *("offer", "decline", "strike", "recurse", "return", "reveal", "take", "join") * 2,
    *("stand", "back", "bring", "rate"),
)


def steps_of(*kinds):
    """Who does what, and two numbers that choose how."""
    step = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(kinds), st.integers(0, 11), st.integers(0, 5))
    return st.lists(step, min_size=10, max_size=60)


STEPS = steps_of(*OFTEN, "remove", "end")
SEATING = steps_of("join", "take", "take", "offer", "offer", "stand", "decline", "remove", "advance", "back")


def one_of(among, number):
    """One of several, or nothing of none."""
    among = list(among)
    return among[number % len(among)] if among else ""


def fields_for(game, who, kind, number, more):
    """What a form could well hold for that kind of act in that room; two numbers choose."""
    room = game.room
    entries, said = list(room.entries), list(room.said)
    judged = [{"of": one.id, "respect": "meant", "yes": "yes"} for one in room.talk if one.move == "say_back"]
    judged += [{"of": one.id, "respect": str(more % 2), "yes": "no"} for one in room.written("ideas")]
    judged += [{"of": f"{session}.0.{more % 2}", "respect": "same", "yes": "yes"} for session, _ in room.revealed]
    places = ["", *(f"{session}.{stage}" for session, stage in sorted(room.visited))]
    thing = one_of(room.stage.writes if room.stage and more else [*room.workshop.makes, TRACKED], number)
    words = {"text": f"secret {len(game.events)}!", "question": str(number % 3), "block": "all", "term": "a thing"}
    if thing == "guesses":
        words["text"] = f"{1000 + len(game.events)} ms"
    choices = {
        "join": {"name": who.capitalize(), "seat": one_of(["", *room.workshop.seats], number)},
        "take": {"seat": one_of(room.workshop.seats, number)},
        "decline": {"seat": one_of([seat for seat, to in room.offers if to == who], number)},
        "offer": {"to": one_of(PEOPLE, number)},
        "remove": {"person": one_of(PEOPLE, number)},
        "say": {
            "move": one_of(["ask", "say_back", "restate", "tell"], number),
            "text": "So?" if more else "",
            "aloud": "yes" if more < 2 else "",
            "concrete": "yes",
            "about": one_of(["", *entries, *said], number * more),
        },
        "judge": one_of(judged, number) or {},
        "write": {"thing": thing, "place": one_of(places, more), "under": one_of(entries, number), **words},
        "strike": {"entry": one_of(entries, number)},
        "bring": {"thing": one_of(room.workshop.needs, number), "text": "Some"},
        "recurse": {"about": "a word"},
        "return": {"text": "what it is"},
        "rate": {"value": str(number)},
    }
    if kind == "write" and number % 4 == 3:
        return {"entry": one_of(entries, more), **words}
    return choices.get(kind, {})


def seated(play, begun):
    """A room with people in it, in its lobby or in its first stage."""
    return play(explainer="ann", facilitator="bob", nowhere="hal lea", at="Alone" if begun else None)


def tried(game, step):
    """One act, if it is allowed; whether it was."""
    who, kind, number, more = step
    try:
        game.does(who, kind, **fields_for(game, who, kind, number, more))
    except Refused:
        return False
    return True


def contents(room):
    """What was written, said, brought and found, as far as it could be lost."""
    entries = {entry.id: (entry.values, entry.place, entry.struck) for entry in room.entries.values()}
    return copy.deepcopy((entries, list(room.said), room.brought, room.judged, room.visited, set(room.revealed)))


def copied(room):
    """The room as it is now, whatever comes; the workshop is the same one."""
    return copy.deepcopy(room, {id(room.workshop): room.workshop})


@settings(max_examples=150)
@given(STEPS, st.booleans(), st.integers(0, 80))
def test_whatever_people_do_the_room_is_the_fold_of_its_events_and_so_is_each_earlier_state(play, steps, begun, when):
    game = seated(play, begun)
    then = copied(game.room) if len(game.events) == when else None
    for step in steps:
        tried(game, step)
        if len(game.events) == when and then is None:
            then = copied(game.room)
    assert game.replayed() == game.room  # so what was refused has changed nothing
    assert problem(game.events) is None
    assert {event.kind for event in game.events} <= KINDS
    if then is not None:
        later = game.replayed(when)
        assert later == then
        for event in game.events[when:]:
            later.apply(event)
        assert later == game.room


@settings(max_examples=150)
@given(STEPS)
def test_going_on_back_in_and_out_destroys_nothing(play, steps):
    game = seated(play, True)
    for step in steps:
        before, places = contents(game.room), len(game.room.sessions)
        if tried(game, step):
            after = contents(game.room)
            assert before[0].keys() <= after[0].keys()
            assert before[1] == after[1][: len(before[1])]
            assert before[4] <= after[4]
            assert before[5] <= after[5]
            assert places <= len(game.room.sessions)
            if step[1] in MOVING:
                assert before[:4] == after[:4]


@settings(max_examples=150)
@given(STEPS)
def test_nobody_sees_what_another_wrote_alone_before_the_reveal(play, steps):
    game = seated(play, True)
    for step in steps:
        tried(game, step)
        room = game.room
        for entry in room.entries.values():
            stage = room.workshop.stages[entry.place[1]]
            if stage.solo and entry.place not in room.revealed:
                assert not room.hidden(entry, entry.by)
                assert all(room.hidden(entry, one) for one in (*PEOPLE, "stranger", None) if one != entry.by)
                assert entry.text not in str(room.transcript())


@settings(max_examples=300)
@given(SEATING)
def test_a_seat_never_has_more_people_than_it_takes_nor_a_stage_more_than_may_act_in_it(play, steps):
    game = seated(play, True)
    for step in steps:
        tried(game, step)
        room = game.room
        assert all(len(room.sitting(name)) <= seat.most for name, seat in room.workshop.seats.items())
        assert room.stage.most is None or len(room.acting(room.stage)) <= room.stage.most
        assert room.depth <= DEEPEST
        assert not any(person.removed and person.seat for person in room.people.values())
        assert all(room.people[giver].seat == seat for (seat, _), giver in room.offers.items())


@settings(max_examples=100)
@given(STEPS, st.floats(0, 500))
def test_the_seconds_at_all_places_add_up_to_all_since_the_beginning(play, steps, more):
    game = seated(play, True)
    for step in steps:
        tried(game, step)
        game.now += step[2]
    end = game.room.ended_at if game.room.ended else game.now + more
    assert sum(spent(game.room, game.now + more).values()) == pytest.approx(end - game.room.begun_at)


def test_acts_tried_at_random_are_allowed_often_enough_to_show_something(play):
    chance, done, tries = random.Random(0), Counter(), Counter()
    for _ in range(60):
        game = seated(play, chance.random() < 0.8)
        for _ in range(60):
            step = (chance.choice(PEOPLE), chance.choice(OFTEN), chance.randrange(12), chance.randrange(6))
            tries[step[1]] += 1
            done[step[1]] += tried(game, step)
    assert done.keys() == ACTS - {"end", "remove"}
    assert min(done.values()) >= 5
    assert done.total() >= tries.total() / 5


# --- people ---------------------------------------------------------------------------------------------------------


def test_a_late_joiner_sees_the_room_as_those_who_were_there_from_the_beginning(play):
    game = play(explainer="ann", facilitator="bob", at="Together")
    game.writes("ann", "story", text="Ann folds a map.")
    game.does("eve", "join", name="Eve")
    game.says("bob", "ask", "Which map?")
    assert game.replayed() == game.room
    assert [one.name for one in game.room.people.values()] == ["Ann", "Bob", "Eve"]


def test_people_have_names_and_the_house_is_called_by_what_it_does(play):
    game = play(explainer="ann")
    assert [game.room.name_of(who) for who in ("ann", "eve", HOUSE)] == ["Ann", "somebody", "the house"]
    assert play(alone=True).room.name_of(HOUSE) == "the guide"


def test_who_sits_and_who_acts_stand_in_the_order_in_which_they_came(play):
    game = play(helper="hal bob", explainer="ann", listener="lea", nowhere="nic")
    room = game.room
    assert [one.id for one in room.sitting("helper")] == ["hal", "bob"]
    assert [one.id for one in room.acting(room.workshop.stages[1])] == ["ann", "hal", "bob"]
    assert (room.seat_of("lea").does, room.seat_of("nic"), room.seat_of("eve")) == ("watches", None, None)
    assert room.people["nic"] == Person("nic", "Nic")


# --- places ---------------------------------------------------------------------------------------------------------


def test_before_it_begins_a_room_is_in_its_lobby_and_no_time_passes(play):
    game = play(explainer="ann", facilitator="bob")
    room = game.room
    assert (room.place, room.stage, room.depth, room.ended) == ((0, LOBBY), None, 0, False)
    assert room.elapsed(game.now + 1000) == 0
    assert room.visited == set()


def test_a_room_without_events_is_an_empty_room(bench):
    room = fold(bench, [])
    assert (room.sequence, room.people, room.place) == (0, {}, (0, LOBBY))


def test_the_time_at_a_place_adds_up_over_all_stays_and_stands_still_at_the_end(play):
    game = play(explainer="ann", facilitator="bob", at="Alone")
    game.now += 59
    assert game.room.elapsed(game.now) == 60
    game.does("ann", "advance")
    game.now += 100
    assert game.room.elapsed(game.now) == 101
    game.does("ann", "back")
    game.now += 9
    assert game.room.elapsed(game.now) == 60 + 10
    game.does("ann", "advance")
    for _ in range(2):
        game.does("ann", "recurse", about="a map")
        game.now += 30
        game.does("ann", "return", text="a sheet")
    game.does("ann", "end")
    assert game.room.elapsed(game.now + 1_000_000) == 101 + 3
    assert game.room.spent == {(0, 0): 60 + 10, (0, 1): 101 + 2, (1, 0): 31, (2, 0): 31}


def test_a_clock_that_jumps_back_takes_no_time_away(play):
    game = play(explainer="ann", facilitator="bob", at="Alone")
    game.now += 59
    game.says("ann", "ask", "So?")
    assert game.room.elapsed(0) == 0
    game.does("ann", "advance")
    assert game.room.spent[0, 0] == 61


def test_a_sub_session_has_places_of_its_own_and_returns_to_where_it_was_opened(play):
    game = play(explainer="ann", facilitator="bob", at="Together")
    game.writes("ann", "story", text="Outside")
    game.does("ann", "recurse", about="what a\nmap is")
    game.goes_to("Together")
    game.writes("ann", "story", text="Inside")
    assert game.room.place == (1, 1)
    assert [entry.text for entry in game.room.at_place((1, 1))] == ["Inside"]
    game.does("bob", "return", text="A map is a sheet.")
    assert game.room.place == (0, 1)
    assert [entry.text for entry in game.room.written("story", 0)] == ["Outside"]
    assert [entry.text for entry in game.room.written("story")] == ["Outside", "Inside"]
    inner = game.room.sessions[1]
    assert (inner.parent, inner.first, inner.last) == ((0, 1), 0, 1)
    assert (inner.about, inner.came_back) == ("what a map is", "A map is a sheet.")


def test_vague_words_in_the_conjecture_workshop_begin_again_from_the_story(play, workshops):
    game = play(workshops["conjecture"], conjecturer="ann", facilitator="bob", at="Formal properties")
    game.does("bob", "recurse", about="message")
    assert game.room.stage.name == "Story"
    game.goes_to("Concrete claim")
    game.does("bob", "recurse", about="helper")
    assert [game.room.sessions[one].about for one in game.room.stack] == ["", "message", "helper"]
    game.does("ann", "return", text="A helper is one of the cooks.")
    assert game.room.stage.name == "Concrete claim"
    game.does("ann", "return", text="A message is a slip of paper.")
    assert (game.room.stage.name, game.room.depth) == ("Formal properties", 0)


# --- who sees what --------------------------------------------------------------------------------------------------


def test_solo_work_is_its_writers_own_until_the_reveal_and_everybodys_after(play):
    game = play(explainer="ann", facilitator="bob", nowhere="eve", at="Alone")
    idea = game.room.entries[game.writes("ann", "ideas", text="A loom")]
    everybody = ("ann", "bob", "eve", "stranger", None)
    assert [game.room.hidden(idea, who) for who in everybody] == [False, True, True, True, True]
    game.does("ann", "advance")
    assert game.room.hidden(idea, "bob")
    game.does("ann", "back")
    game.does("ann", "reveal")
    assert not any(game.room.hidden(idea, who) for who in everybody)


def test_a_reveal_is_of_its_place_alone(play):
    game = play(explainer="ann", facilitator="bob", at="Alone")
    game.does("ann", "reveal")
    game.goes_to("Together")
    game.does("ann", "recurse", about="a word")
    inner = game.room.entries[game.writes("ann", "ideas", text="A loom")]
    assert inner.place == (1, 0)
    assert game.room.hidden(inner, "bob")


def test_what_stays_with_its_writer_is_never_shown_even_after_the_end(play):
    game = play(explainer="ann", facilitator="bob", at="Diary")
    note = game.room.entries[game.writes("ann", "diary", text="Dull.")]
    game.does("ann", "end")
    assert [game.room.hidden(note, who) for who in ("ann", "bob", None)] == [False, True, True]


def test_what_some_seats_see_is_hidden_from_the_others_and_from_those_without_one(play):
    game = play(explainer="ann", facilitator="bob", helper="hal", listener="lea", nowhere="eve", at="Together")
    hook = game.room.entries[game.writes("hal", "hooks", text="A map tears.")]
    assert [game.room.hidden(hook, who) for who in ("ann", "bob", "hal", "lea", "eve", None)] == [
        *(False, True, False),
        *(True, True, True),
    ]
    game.does("bob", "take", seat="helper")
    assert not game.room.hidden(hook, "bob")


def test_what_was_brought_is_for_everybody(play):
    game = play(explainer="ann", facilitator="bob", at="Alone")
    assert not game.room.hidden(game.room.brought[0], None)


# --- what the house does --------------------------------------------------------------------------------------------


def test_the_house_gives_a_program_and_says_how_it_ran(play):
    game = play(explainer="ann", facilitator="bob", at="Together")
    game.house("program", {"name": "sums"}, {"source": "print(1)"})
    ran = {"place": [0, 1], "blocks": {"all": 0.25, "rest": None}, "how": "it ended"}
    game.house("ran", ran, {"printed": "1\n"})
    assert game.room.program == ("sums", "print(1)")
    (run,) = game.room.ran
    assert (run.place, run.blocks, run.how, run.printed) == ((0, 1), {"all": 0.25, "rest": None}, "it ended", "1\n")


def test_the_house_delivers_what_another_group_revealed_at_the_same_stage(play):
    game = play(explainer="ann", facilitator="bob", at="Alone")
    game.house("deliver", {"place": [0, 0], "from": "room-2"}, {"group": "The others", "0": "A loom", "1": "A drum"})
    (notes,) = game.room.delivered[0, 0]
    assert (notes.group, notes.texts) == ("The others", ["A loom", "A drum"])


def test_the_guide_speaks_from_a_seat_and_says_why(play):
    game = play(alone=True, explainer="ann", at="Together")
    held = {"seat": "facilitator", "move": "ask", "concrete": True}
    said = game.room.said[game.house("say", held, {"text": "Which one?", "why": "things"}).id]
    assert (said.by, said.seat, said.concrete, said.steering, said.why) == (HOUSE, "facilitator", True, False, "things")


def test_an_event_of_a_kind_that_is_not_known_counts_and_changes_nothing_else(play):
    game = play(explainer="ann", facilitator="bob", at="Alone")
    before = game.replayed()
    game.house("celebrate", {"how": "loudly"})
    changed = {one.name for one in fields(Room) if getattr(before, one.name) != getattr(game.room, one.name)}
    assert changed == {"sequence", "last_at"}


# --- words taken out ------------------------------------------------------------------------------------------------


def everything(play):
    """A room in which all that has words has happened."""
    game = play(explainer="ann", facilitator="bob", at="Together")
    game.house("earlier", {"thing": "ideas", "salt": "salt", "found": [fingerprint("salt", "A kite")]})
    game.house("program", {"name": "sums"}, {"source": "print(1)"})
    game.house("ran", {"place": [0, 1], "blocks": {}, "how": "it ended"}, {"printed": "1"})
    game.house("deliver", {"place": [0, 0], "from": "room-2"}, {"group": "The others", "0": "A loom"})
    game.writes("ann", "story", text="Ann folds a map.")
    game.writes("ann", "freedoms", text="The colour")
    game.says("bob", "ask", "Which map?")
    game.says("ann", "tell", "", aloud="yes")
    game.does("ann", "recurse", about="a word")
    game.does("ann", "return", text="a thing")
    game.does("bob", "rate", value="5", comment="Good.")
    return game


def test_where_words_were_taken_out_the_room_says_so_and_all_else_stays(play):
    game = everything(play)
    bare = fold(game.workshop, [redacted(event) for event in game.events])
    assert (bare.title, bare.topic, bare.name_of("ann")) == (TAKEN_OUT, TAKEN_OUT, TAKEN_OUT)
    assert [one.text for one in bare.written("story")] == [TAKEN_OUT]
    assert [one.values for one in bare.written("freedoms")] == [
        {"text": TAKEN_OUT, "side": next(game.room.written("freedoms")).values["side"]}
    ]
    assert [one.text for one in bare.talk] == [TAKEN_OUT, TAKEN_OUT]
    assert bare.sessions[1].about == bare.sessions[1].came_back == TAKEN_OUT
    assert (bare.comments, bare.program, bare.ran[0].printed) == ({"bob": TAKEN_OUT}, ("sums", TAKEN_OUT), TAKEN_OUT)
    assert (bare.delivered[0, 0][0].group, bare.delivered[0, 0][0].texts) == (TAKEN_OUT, [])
    for name in ("place", "stack", "visited", "spent", "ratings", "begun_at", "offers", "sequence"):
        assert getattr(bare, name) == getattr(game.room, name)
    assert [(one.move, one.by, one.place) for one in bare.talk] == [
        (one.move, one.by, one.place) for one in game.room.talk
    ]


def test_no_word_is_left_in_a_room_whose_words_were_taken_out(play):
    game = everything(play)
    said = [word for event in game.events for word in (event.words or {}).values() if len(word) > 3]
    bare = fold(game.workshop, [redacted(event) for event in game.events])
    left = str([getattr(bare, one.name) for one in fields(Room) if one.name != "workshop"])
    assert [word for word in said if word in left] == []


def test_the_room_counts_how_many_events_had_their_words_taken_out(play):
    game = play(explainer="ann", facilitator="bob")
    game.house("redact", {"of": ["event-0002", "event-0003"]})
    game.house("redact", {"of": ["event-0001"]})
    assert game.room.redacted == 3


# --- as a transcript, and as plain words ----------------------------------------------------------------------------


def test_a_room_is_an_overseers_transcript_of_its_topic(play):
    game = play(explainer="ann", facilitator="bob", helper="hal", at="Together")
    assert game.room.transcript().answer is None
    game.says("ann", "tell", "Not an answer to anything.")
    game.says("bob", "ask", "Which map?")
    game.says("ann", "tell", "The road map.")
    game.says("bob", "say_back", "Not an answer: the asker's own words.")
    game.says("hal", "restate", "A road map.")
    game.says("bob", "ask", "", aloud="yes")
    game.writes("ann", "story", text="Ann folds a road map.")
    game.writes("ann", "tree", text="Fold it twice")
    found = game.room.transcript()
    assert (found.question, found.answer) == ("why it is so", "Fold it twice")
    assert [(step.question, step.answer) for step in found.steps] == [
        ("Which map?", "The road map. A road map."),
        ("(asked aloud)", ""),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A Kite!", "a  kite"),
        ("caf\u00e9", "cafe\u0301"),
        ("ＫＩＴＥ", "kite"),
        ("Straße", "STRASSE"),
        ("2 kites", "2-kites"),
        ("👩‍👩‍👧", "👩‍👩‍👧 "),
    ],
)
def test_two_texts_that_differ_in_case_signs_or_encoding_are_the_same_instance(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"), [("दिन", "दान"), ("cafe", "café"), ("👍", "👎"), ("→", "∀"), ("kite", "kites"), ("2", "3")]
)
def test_two_texts_that_differ_in_a_letter_a_vowel_sign_or_a_lone_sign_are_not(one, other):
    assert plain(one) != plain(other)


MARKS = "\u0301\u0316\u0345\u05ae\u0f73\u3099\uff9e"
"""Of several classes, in which they have to be sorted; two are made of others."""


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(f"ae\u00e9\u212b\uac01{MARKS}"))))
def test_a_text_is_brought_into_one_form_as_unicode_says(text):
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert plain(text) == ("".join(one for one in folded if unicodedata.category(one)[0] in "LMN") or folded.strip())


def test_a_line_of_nothing_but_marks_is_compared_in_no_time():
    assert plain("a" + "\u0301\u0316" * 100_000) == "á" + "\u0316" * 100_000 + "\u0301" * 99_999
