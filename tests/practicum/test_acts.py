"""The rules of the house: what may be done and by whom, what is refused and with which sentence."""

import ast
import contextlib
import copy
import inspect
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.canonical import canonical
from cohobate.errors import Refused
from cohobate.events import redacted
from cohobate.practicum import acts
from cohobate.practicum.acts import ACTS, DEEPEST, MOST_ENTRIES, Act, checked, clean, decide, may_lead, may_write
from cohobate.practicum.forms import AGAINST, BOTH, FOR, FORMS, LINE, LONG, TEXT, THING
from cohobate.practicum.record import seen_by
from cohobate.practicum.room import KINDS, LOBBY, fingerprint
from cohobate.practicum.workshop import MOST_PEOPLE, TRACKED, read_workshop

# --- what is refused ------------------------------------------------------------------------------------------------
#
# In each scene ann is the host and the explainer, bob facilitates, hal helps, lea listens, and nic looks on without a
# seat. What was said and written there is in `ids`, by the names that the fields below have in braces. A sentence that
# ends in … goes on.


def seated(play, **more):
    return play(
        **{"explainer": "ann", "facilitator": "bob", "helper": "hal", "listener": "lea", "nowhere": "nic"} | more
    )


def lobby(play):
    """Nobody has begun, and nothing was brought."""
    return seated(play), {}


def half(play):
    """Nobody facilitates; what has to be brought was brought."""
    game = play(explainer="ann", nowhere="nic")
    game.does("ann", "bring", thing="claim", text="It is so.")
    return game, {}


def alone(play):
    """A room that is run alone, and nobody has a seat."""
    game = play(alone=True, nowhere="ann")
    game.does("ann", "bring", thing="claim", text="It is so.")
    return game, {}


def full(play):
    """As many people as a room holds."""
    return play(explainer="ann", nowhere=" ".join(f"p{n}" for n in range(MOST_PEOPLE - 1))), {}


def apart(play):
    """Each alone, before the reveal; an earlier room had a kite."""
    game = seated(play)
    game.house("earlier", {"thing": "ideas", "salt": "salt", "found": [fingerprint("salt", "A kite")]})
    game.does("ann", "bring", thing="claim", text="It is so.")
    game.goes_to("Alone")
    ids = {"idea": game.writes("ann", "ideas", text="A loom"), "gone": game.writes("ann", "ideas", text="A drum")}
    ids["answer"] = game.writes("ann", "pictures", question="0", text="A loom at rest")
    game.does("ann", "strike", entry=ids["gone"])
    return game, ids


def shown(play):
    """Still in the first stage, after the reveal."""
    game, ids = apart(play)
    game.does("ann", "reveal")
    return game, ids


def together(play):
    """In the second stage, where all is written at once."""
    game, ids = shown(play)
    game.goes_to("Together")
    ids["story"] = game.writes("ann", "story", text="Ann folds a map.")
    ids["look"] = game.writes("hal", "looks", text="Fold it once and look at the crease.")
    ids["plan"] = game.writes("hal", "tree", text="Fold it in three")
    ids["failure"] = game.writes("ann", "tree", text="It tears", under=ids["plan"])
    ids["cut"] = game.writes("hal", "tree", text="Fold it in four")
    game.does("hal", "strike", entry=ids["cut"])
    ids["asked"] = game.says("bob", "ask", "Which map?", concrete="yes")
    ids["back"] = game.says("bob", "say_back", "So the crease is the limit.")
    ids["own"] = game.says("ann", "restate", "The crease is the limit.")
    return game, ids


def deep_branch(play):
    """A branch of the tree as deep as one can be."""
    game, ids = together(play)
    for depth in range(61):
        place, under = [0, 1], f"branch-{depth - 1:04d}" if depth else ""
        data = {"entry": f"branch-{depth:04d}", "thing": "tree", "place": place, "values": {}, "under": under}
        game.take_in("hal", "write", data, {"text": "and then"})
    return game, ids


def crowded(play):
    """As many entries as a room holds."""
    game, ids = together(play)
    for number in range(MOST_ENTRIES - len(game.room.entries)):
        data = {"entry": f"many-{number:04d}", "thing": "instances", "place": [0, 1], "values": {}}
        game.take_in("hal", "write", data, {"text": "one"})
    return game, ids


def hard(play):
    """In the stage that is for two."""
    game, ids = together(play)
    game.does("hal", "stand")
    game.goes_to("Hard")
    return game, ids


def diary(play):
    """In the last stage, whose work stays with its writers."""
    game, ids = hard(play)
    game.goes_to("Diary")
    game.does("hal", "take", seat="helper")
    return game, ids


def inside(play):
    """In a sub-session, at its first stage."""
    game, ids = together(play)
    game.does("ann", "recurse", about="what a crease is")
    return game, ids


def inside_at_its_end(play):
    """In a sub-session, at the stage from which it was entered."""
    game, ids = inside(play)
    game.goes_to("Together")
    return game, ids


def deepest(play):
    """In as many sub-sessions as there can be."""
    game, ids = together(play)
    for _ in range(DEEPEST):
        game.does("ann", "recurse", about="what that is")
        game.goes_to("Together")
    return game, ids


def removed(play):
    """The helper was taken off the list."""
    game, ids = together(play)
    game.does("ann", "remove", person="hal")
    return game, ids


def ended(play):
    """All over."""
    game, ids = together(play)
    game.does("ann", "end")
    return game, ids


REFUSALS = [
    # who may act at all
    (lobby, "nic", "fly", {}, "'fly' is nothing that one does in a room; reload the page"),
    (lobby, "nic", "\ud800\0fly", {}, "'?fly' is nothing that one does in a room; reload the page"),
    (lobby, "eve", "take", {"seat": "helper"}, "you are not in this room; come in by an invitation first"),
    (removed, "hal", "stand", {}, "you were taken off this room's list; ask its host for a new invitation"),
    (ended, "ann", "say", {"move": "tell", "text": "So?"}, "this room has ended, and its record stays as it is; …"),
    (ended, "eve", "join", {"name": "Eve"}, "this room has ended, and its record stays as it is; …"),
    # joining
    (lobby, "eve", "join", {}, "a name is missing; write what the others call you"),
    (lobby, "eve", "join", {"name": " \n\0 "}, "a name is missing; write what the others call you"),
    (lobby, "eve", "join", {"name": "e" * 61}, "the name has 61 characters; 60 are the most"),
    (full, "eve", "join", {"name": "Eve"}, "this room is full: 20 people are in it; ask its host to make room"),
    (lobby, "eve", "join", {"name": " ANN "}, "somebody in this room is called ANN already; add a letter or …"),
    (lobby, "eve", "join", {"name": "Eve", "seat": "king"}, "'king' is no seat here; there are explainer, …"),
    (lobby, "eve", "join", {"name": "Eve", "seat": "explainer"}, "the seat explainer is taken by Ann; ask to …"),
    # seats
    (lobby, "ann", "take", {"seat": "explainer"}, "you sit there already: you are the explainer"),
    (lobby, "nic", "take", {"seat": "facilitator"}, "the seat facilitator is taken by Bob; ask to have it handed …"),
    (lobby, "nic", "take", {}, "'' is no seat here; there are explainer, facilitator, helper, listener"),
    (hard, "hal", "take", {"seat": "helper"}, "'Hard' is for 2 people at most; look on until the next stage"),
    (lobby, "nic", "stand", {}, "you have no seat to leave"),
    (lobby, "nic", "offer", {"to": "ann"}, "you have no seat to hand over; take one first"),
    (lobby, "ann", "offer", {"to": "ann"}, "choose somebody else in this room to hand your seat to"),
    (lobby, "ann", "offer", {"to": "eve"}, "choose somebody else in this room to hand your seat to"),
    (removed, "ann", "offer", {"to": "hal"}, "choose somebody else in this room to hand your seat to"),
    (lobby, "nic", "decline", {"seat": "explainer"}, "nobody is offering you that seat any more"),
    (lobby, "bob", "remove", {"person": "nic"}, "only the host takes people off the list"),
    (lobby, "ann", "remove", {"person": "eve"}, "that person is not in this room"),
    (removed, "ann", "remove", {"person": "hal"}, "that person is not in this room"),
    (lobby, "ann", "remove", {"person": "ann"}, "the host cannot be taken off the list"),
    # speaking
    (together, "nic", "say", {"move": "ask", "text": "Why?"}, "you look on here, and speak after the end; take …"),
    (together, "lea", "say", {"move": "ask", "text": "Why?"}, "you look on here, and speak after the end; take …"),
    (lobby, "ann", "say", {"move": "ask", "text": "Why?"}, "the workshop has not begun; what is said is logged …"),
    (together, "bob", "say", {"move": "sing", "text": "La"}, "'sing' is no move; one can ask, say back, restate, tell"),
    (together, "bob", "say", {"move": "ask", "text": "a" * (TEXT + 1)}, "what you say has 20,001 characters; 20,000 …"),
    (together, "bob", "say", {"move": "ask", "text": " \n"}, "there are no words; write some, or log that it was …"),
    (together, "bob", "say", {"move": "ask", "text": "?", "about": "x"}, "what you speak of is not in this room; …"),
    (apart, "bob", "say", {"move": "ask", "text": "?", "about": "{idea}"}, "that is not revealed yet; wait for the …"),
    # judging
    (together, "ann", "judge", {"of": "{back}", "respect": "meant", "yes": "perhaps"}, "say yes or no"),
    (together, "ann", "judge", {"of": "{asked}", "respect": "meant", "yes": "yes"}, "only what was said back or …"),
    (together, "ann", "judge", {"of": "nothing", "respect": "meant", "yes": "yes"}, "only what was said back or …"),
    (
        together,
        "bob",
        "judge",
        {"of": "{back}", "respect": "meant", "yes": "yes"},
        "whether you said it back rightly …",
    ),
    (together, "hal", "judge", {"of": "{back}", "respect": "meant", "yes": "yes"}, "whether it was meant so is for …"),
    (together, "lea", "judge", {"of": "{back}", "respect": "meant", "yes": "yes"}, "whether it was meant so is for …"),
    (shown, "ann", "judge", {"of": "0.0", "respect": "same", "yes": "yes"}, "that is no question of this room; …"),
    (shown, "ann", "judge", {"of": "0.3.0", "respect": "same", "yes": "yes"}, "that is no question of this room; …"),
    (shown, "ann", "judge", {"of": "0.0.2", "respect": "same", "yes": "yes"}, "that is no question of this room; …"),
    (shown, "ann", "judge", {"of": "0.0.-1", "respect": "same", "yes": "yes"}, "that is no question of this room; …"),
    (shown, "ann", "judge", {"of": "0.0.٠", "respect": "same", "yes": "yes"}, "that is no question of this room; …"),
    (together, "ann", "judge", {"of": "0.1.0", "respect": "same", "yes": "yes"}, "that is no question of this room; …"),
    (apart, "ann", "judge", {"of": "0.0.0", "respect": "same", "yes": "yes"}, "the answers are not revealed yet; …"),
    (shown, "bob", "judge", {"of": "0.0.0", "respect": "same", "yes": "yes"}, "only those who answered compare …"),
    (together, "bob", "judge", {"of": "{look}", "respect": "2", "yes": "yes"}, "that is nothing to be marked; …"),
    (together, "bob", "judge", {"of": "{look}", "respect": "x", "yes": "yes"}, "that is nothing to be marked; …"),
    (
        together,
        "bob",
        "judge",
        {"of": "{look}", "respect": "9" * 5000, "yes": "yes"},
        "that is nothing to be marked; …",
    ),
    (together, "bob", "judge", {"of": "{story}", "respect": "0", "yes": "yes"}, "that is nothing to be marked; …"),
    (together, "bob", "judge", {"of": "{gone}", "respect": "0", "yes": "yes"}, "that is nothing to be marked; …"),
    (
        apart,
        "bob",
        "judge",
        {"of": "{idea}", "respect": "0", "yes": "yes"},
        "that is not revealed yet; mark it after …",
    ),
    (
        together,
        "hal",
        "judge",
        {"of": "{look}", "respect": "0", "yes": "yes"},
        "your own work is for the others to mark",
    ),
    # writing
    (lobby, "ann", "write", {"thing": "ideas", "text": "A loom"}, "the workshop has not begun; write from the first …"),
    (together, "ann", "write", {"thing": "poems", "text": "Ah"}, "nothing of that name is made here; reload the page"),
    (
        together,
        "hal",
        "write",
        {"entry": "{story}", "text": "Hal folds."},
        "Ann wrote that; write one of your own beside …",
    ),
    (
        together,
        "ann",
        "write",
        {"thing": "hooks", "entry": "x y", "text": "Ah"},
        "this entry has no proper id; reload …",
    ),
    (
        together,
        "ann",
        "write",
        {"entry": "{story}", "latest": "1", "text": "B"},
        "this was changed in another window …",
    ),
    (crowded, "ann", "write", {"thing": "hooks", "text": "Ah"}, "this room holds 5,000 entries, which is the most; …"),
    (
        together,
        "ann",
        "write",
        {"thing": "story", "text": "Two"},
        "you have one of these here already; change that one",
    ),
    (together, "hal", "write", {"thing": "guesses", "block": "all", "text": "long"}, "'long' has the unit 'long': …"),
    (apart, "ann", "write", {"thing": "ideas", "text": "a kite!"}, "'a kite!' was found before, in an earlier room; …"),
    (together, "ann", "write", {"thing": "tree", "text": "No", "under": "x"}, "what this should stand under is not …"),
    (together, "ann", "write", {"thing": "tree", "text": "No", "under": "{story}"}, "what this should stand under …"),
    (
        together,
        "ann",
        "write",
        {"thing": "tree", "text": "No", "under": "{cut}"},
        "what this should stand under is not …",
    ),
    (deep_branch, "ann", "write", {"thing": "tree", "text": "No", "under": "branch-0060"}, "this branch is 60 deep, …"),
    (together, "ann", "write", {"thing": "freedoms", "side": "up", "text": "x"}, "'up' cannot be chosen for 'Which …"),
    (together, "ann", "write", {"thing": "instances", "text": " "}, "'The instance' is empty; write something there"),
    (together, "ann", "write", {"thing": "terms", "term": "m" * 501}, "'Name' has 501 characters; 500 are the most, …"),
    (
        apart,
        "ann",
        "write",
        {"thing": "pictures", "question": "2", "text": "x"},
        "that is no question of this stage; …",
    ),
    (
        apart,
        "ann",
        "write",
        {"thing": "pictures", "question": "²", "text": "x"},
        "that is no question of this stage; …",
    ),
    (apart, "ann", "write", {"thing": "pictures", "question": "00", "text": "x"}, "you have answered this question …"),
    (
        apart,
        "ann",
        "write",
        {"entry": "{answer}", "question": "1", "text": "x"},
        "this entry is for another question, …",
    ),
    (apart, "ann", "write", {"thing": "story", "place": "0.1", "text": "x"}, "that stage has not been opened yet; …"),
    (apart, "ann", "write", {"thing": "story", "place": "0.-1", "text": "x"}, "that stage has not been opened yet; …"),
    (apart, "ann", "write", {"thing": "story", "text": "x"}, "'Story' is not written in the stage 'Alone'"),
    (together, "nic", "write", {"thing": "story", "text": "x"}, "you look on here; take a seat to write"),
    (together, "lea", "write", {"thing": "story", "text": "x"}, "you look on here; take a seat to write"),
    (together, "bob", "write", {"thing": "freedoms", "text": "x"}, "'Freedoms' is for explainer to write; ask your …"),
    (diary, "hal", "write", {"thing": "diary", "text": "x"}, "the helper does not act in the stage 'Diary'"),
    # striking out and bringing
    (together, "ann", "strike", {"entry": "x"}, "that is not there any more; reload the page"),
    (apart, "ann", "strike", {"entry": "{gone}"}, "that is not there any more; reload the page"),
    (apart, "bob", "strike", {"entry": "{idea}"}, "that is not there any more; reload the page"),
    (together, "bob", "strike", {"entry": "{story}"}, "Ann wrote that; only they strike it out"),
    (together, "hal", "strike", {"entry": "{plan}"}, "something stands under it; strike that out first"),
    (lobby, "nic", "bring", {"thing": "claim", "text": "So"}, "you look on here; take a seat, or let the host bring …"),
    (apart, "ann", "bring", {"thing": "claim", "text": "So"}, "the workshop has begun; what it starts from is settled"),
    (lobby, "ann", "bring", {"thing": "story", "text": "So"}, "this workshop does not need that; reload the page"),
    (lobby, "ann", "bring", {"thing": "claim", "text": ""}, "'The statement' is empty; write something there"),
    (lobby, "ann", "bring", {"thing": "notes", "text": " \n"}, "'Old notes' is empty; write something there"),
    # moving on
    (together, "nic", "advance", {}, "the room is moved on by explainer or facilitator, or by its host"),
    (together, "lea", "back", {}, "the room is moved on by explainer or facilitator, or by its host"),
    (together, "hal", "recurse", {"about": "x"}, "the room is moved on by explainer or facilitator, or by its host"),
    (inside, "hal", "return", {"text": "x"}, "the room is moved on by explainer or facilitator, or by its host"),
    (apart, "hal", "reveal", {}, "the room is moved on by explainer or facilitator, or by its host"),
    (together, "hal", "end", {}, "the room is moved on by explainer or facilitator, or by its host"),
    (together, "bob", "advance", {"place": "0.0"}, "the room has gone to 'Together' meanwhile; nothing was changed"),
    (lobby, "ann", "advance", {"place": "0.0"}, "the room has gone to 'the lobby' meanwhile; nothing was changed"),
    (inside, "bob", "back", {"place": "0.1"}, "the room has gone to 'Alone' meanwhile; nothing was changed"),
    (together, "ann", "advance", {}, "'Hard' is for 2 people at most, and Ann, Bob, Hal sit in seats that act; let …"),
    (inside_at_its_end, "ann", "advance", {}, "this is where you went in; return with what you found"),
    (diary, "ann", "advance", {}, "this is the last stage; end the room when you are done"),
    (diary, "ann", "back", {}, "'Hard' is for 2 people at most, and Ann, Bob, Hal sit in seats that act; let …"),
    (lobby, "ann", "advance", {}, "the workshop starts from The claim, which nobody has brought yet; bring it first"),
    (half, "ann", "advance", {}, "the seat facilitator takes one person, and nobody sits there; invite somebody, …"),
    (alone, "ann", "advance", {}, "nobody has a seat; take one"),
    (inside, "ann", "back", {}, "this is the first stage of what you went into; return instead"),
    (apart, "ann", "back", {}, "this is the first stage; there is nothing before it"),
    (lobby, "ann", "back", {}, "this is the first stage; there is nothing before it"),
    (together, "ann", "reveal", {}, "everyone sees what is written in this stage; there is nothing to reveal"),
    (lobby, "ann", "reveal", {}, "everyone sees what is written in this stage; there is nothing to reveal"),
    (diary, "ann", "reveal", {}, "what is written in this stage stays with its writers"),
    (shown, "ann", "reveal", {}, "it is revealed already"),
    (
        apart,
        "ann",
        "recurse",
        {"about": "x"},
        "from this stage there is nothing to go into; ask for an example instead",
    ),
    (
        deepest,
        "ann",
        "recurse",
        {"about": "x"},
        "you are 5 sub-sessions deep, which is the most; return from one first",
    ),
    (together, "ann", "recurse", {"about": " "}, "say what is vague, in a few words"),
    (together, "ann", "recurse", {"about": "x" * 501}, "what is vague has 501 characters; 500 are the most, so make …"),
    (together, "ann", "return", {"text": "x"}, "you are in no sub-session; there is nothing to return from"),
    (inside, "ann", "return", {"text": " "}, "say what you return with, in a sentence or two"),
    (lobby, "bob", "end", {}, "the workshop has not begun; only the host closes it before that"),
    (lobby, "ann", "rate", {"value": "5"}, "the workshop has not begun; rate it when you know it"),
    (ended, "ann", "rate", {"value": "6"}, "a rating is 1, 2, 3, 4 or 5"),
    (ended, "ann", "rate", {"value": "5", "comment": "a" * (TEXT + 1)}, "the comment has 20,001 characters; …"),
]


def refusal(play, scene, who, kind, fields):
    """The refusal, the game and its room as it was before."""
    game, ids = scene(play)
    act = Act("a-new-act", kind, {name: value.format(**ids) for name, value in fields.items()})
    with pytest.raises(Refused) as refused:
        decide(game.room, who, act)
    return refused, game


@pytest.mark.parametrize(
    ("scene", "who", "kind", "fields", "sentence"),
    REFUSALS,
    ids=[f"{scene.__name__}-{who}-{kind.strip()}-{number}" for number, (scene, who, kind, *_) in enumerate(REFUSALS)],
)
def test_what_may_not_be_done_is_refused_with_a_sentence_and_changes_nothing(play, scene, who, kind, fields, sentence):
    refused, game = refusal(play, scene, who, kind, fields)
    expected = sentence.removesuffix("…")
    assert str(refused.value)[: len(expected) if expected != sentence else None] == expected
    assert game.room == game.replayed()


def test_every_refusal_that_is_written_down_is_met_in_the_table(play):
    """By counting: the lines of `acts.py` that raise Refused, and those at which the table was refused."""
    raising = {
        line: node.lineno
        for node in ast.walk(ast.parse(inspect.getsource(acts)))
        if isinstance(node, ast.Raise) and "Refused" in ast.unparse(node)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    improper, _ = lobby(play)
    with pytest.raises(Refused) as refused:
        decide(improper.room, "ann", Act("short", "stand"))
    met = {raising[refused.traceback[-1].lineno + 1]}
    for scene, who, kind, fields, _ in REFUSALS:
        refused, _ = refusal(play, scene, who, kind, fields)
        met.add(raising[refused.traceback[-1].lineno + 1])
    assert sorted(set(raising.values()) - met) == []


@pytest.mark.parametrize(
    "id", ["", "short", "seven-7", "x" * 65, "with space", "new\nline-1", "ünicode-id", "a/b/c/d/e/f"]
)
def test_an_act_without_a_proper_id_is_refused_since_it_could_count_twice(play, id):
    game, _ = lobby(play)
    with pytest.raises(Refused, match="this act has no proper id, so it could count twice; reload the page"):
        decide(game.room, "ann", Act(id, "stand"))


def test_refusals_are_one_sentence_and_none_repeats_what_is_hidden(play):
    for scene, who, kind, fields, _ in REFUSALS:
        refused, _ = refusal(play, scene, who, kind, fields)
        assert "\n" not in str(refused.value)
        if who != "ann":
            assert "loom" not in str(refused.value)


# --- people and seats -----------------------------------------------------------------------------------------------


def seats_of(game):
    return {person.id: person.seat for person in game.room.people.values() if person.seat}


def test_a_session_in_which_everything_is_done_once(play):
    game, ids = hard(play)
    game.does("ann", "offer", to="nic")
    game.does("nic", "decline", seat="explainer")
    game.does("ann", "back")
    game.does("ann", "recurse", about="what a crease is")
    game.does("ann", "return", text="A crease is a line.")
    game.does("ann", "judge", of=ids["back"], respect="meant", yes="yes")
    game.does("hal", "take", seat="helper")
    game.does("ann", "remove", person="nic")
    game.does("bob", "end")
    game.does("lea", "rate", value="4")
    assert {event.kind for event in game.events} & ACTS == ACTS
    assert game.room == game.replayed()


def test_what_people_do_and_what_the_house_does_is_all_that_happens():
    assert ACTS < KINDS
    assert {"open", "earlier", "program", "ran", "deliver", "redact"} == KINDS - ACTS


def test_somebody_joins_to_look_on_or_to_a_seat(play):
    game = play()
    game.does("ann", "join", name="  Ann\n B. ", seat="explainer")
    game.does("bob", "join", name="Bob")
    assert [(one.name, one.seat) for one in game.room.people.values()] == [("Ann B.", "explainer"), ("Bob", None)]


@pytest.mark.parametrize("name", ["عائشة", "🦊", "Zoë 2", "<b>Bo</b>", "O'Neil & Søn", "李"])
def test_a_name_is_whatever_somebody_is_called(play, name):
    game = play()
    game.does("eve", "join", name=name)
    assert game.room.name_of("eve") == name


@pytest.mark.parametrize("name", ["Ann\u200b", "\u202eAnn", "ANN", "Ａnn", "A\u200dnn", "An\u3164n"])
def test_nobody_is_called_what_looks_like_anothers_name(play, name):
    game = play(explainer="ann")
    assert "is called" in game.refused("eve", "join", name=name)


def test_joining_again_keeps_the_seat_and_the_name_unless_others_are_given(play):
    game = play(explainer="ann", facilitator="bob")
    game.does("ann", "join")
    game.does("bob", "join", name="Robert", seat="facilitator")
    assert seats_of(game) == {"ann": "explainer", "bob": "facilitator"}
    assert [one.name for one in game.room.people.values()] == ["Ann", "Robert"]
    game.does("bob", "join", seat="helper")
    assert seats_of(game) == {"ann": "explainer", "bob": "helper"}


def test_of_two_who_take_the_last_seat_the_second_is_refused(play):
    game = play(explainer="ann", nowhere="bob hal")
    game.does("bob", "take", seat="facilitator")
    sentence = game.refused("hal", "take", seat="facilitator")
    assert sentence == "the seat facilitator is taken by Bob; ask to have it handed over, or take another"
    assert seats_of(game) == {"ann": "explainer", "bob": "facilitator"}


def test_a_room_holds_twenty_people_and_whoever_is_removed_makes_room(play):
    game, _ = full(play)
    game.refused("eve", "join", name="Eve")
    game.does("ann", "remove", person="p3")
    game.does("eve", "join", name="P3")
    assert len([one for one in game.room.people.values() if not one.removed]) == MOST_PEOPLE


def test_whoever_was_removed_has_no_seat_and_may_come_in_again(play):
    game, _ = removed(play)
    assert game.room.people["hal"].removed
    assert "hal" not in seats_of(game)
    game.does("hal", "join", seat="helper")
    assert not game.room.people["hal"].removed
    assert seats_of(game)["hal"] == "helper"


# --- handing over ---------------------------------------------------------------------------------------------------


def test_a_seat_that_is_handed_over_stays_until_it_is_taken(play):
    game, _ = together(play)
    game.does("bob", "offer", to="nic")
    assert seats_of(game)["bob"] == "facilitator"
    game.says("bob", "ask", "Which one?")
    game.does("nic", "take", seat="facilitator")
    assert seats_of(game)["nic"] == "facilitator"
    assert "bob" not in seats_of(game)
    assert game.room.offers == {}


def test_an_offer_that_is_declined_is_gone_and_the_seat_stays(play):
    game, _ = together(play)
    game.does("bob", "offer", to="nic")
    game.does("nic", "decline", seat="facilitator")
    assert seats_of(game)["bob"] == "facilitator"
    assert game.refused("nic", "take", seat="facilitator").startswith("the seat facilitator is taken by Bob")


def test_of_two_who_are_offered_a_seat_the_first_has_it(play):
    game, _ = together(play)
    game.does("bob", "offer", to="nic")
    game.does("bob", "offer", to="hal")
    game.does("nic", "take", seat="facilitator")
    assert game.refused("hal", "take", seat="facilitator").startswith("the seat facilitator is taken by Nic")


def test_a_seat_that_was_offered_may_be_taken_by_coming_in_too_and_is_handed_over_then(play):
    game, _ = together(play)
    game.does("bob", "offer", to="nic")
    game.does("nic", "join", seat="facilitator")
    assert [one.id for one in game.room.sitting("facilitator")] == ["nic"]


@pytest.mark.parametrize(
    ("who", "kind", "fields"),
    [("bob", "stand", {}), ("bob", "take", {"seat": "helper"}), ("bob", "join", {"seat": "helper"})],
)
def test_whoever_leaves_a_seat_can_no_longer_hand_it_over(play, who, kind, fields):
    game, _ = together(play)
    game.does("bob", "offer", to="nic")
    game.does(who, kind, **fields)
    assert game.room.offers == {}


@pytest.mark.parametrize("gone", ["bob", "nic"])
def test_an_offer_by_or_to_somebody_who_is_removed_is_gone(play, gone):
    game, _ = together(play)
    game.does("bob", "offer", to="nic")
    game.does("ann", "remove", person=gone)
    assert game.room.offers == {}


def test_in_a_stage_for_two_a_seat_is_handed_over_though_nobody_may_be_added(play):
    game, _ = hard(play)
    assert game.refused("eve", "join", name="Eve", seat="helper").startswith("'Hard' is for 2 people at most")
    game.does("bob", "offer", to="hal")
    game.does("hal", "take", seat="facilitator")
    assert seats_of(game) == {"ann": "explainer", "hal": "facilitator", "lea": "listener"}


# --- speaking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["ask", "say_back", "restate", "tell"])
@pytest.mark.parametrize("who", ["ann", "bob", "hal"])
def test_everyone_who_takes_part_makes_every_move_and_telling_is_steering_from_the_facilitators_seat_alone(
    play, move, who
):
    game, _ = together(play)
    said = game.room.said[game.says(who, move, "That is so", concrete="on")]
    assert (said.by, said.move, said.text, said.place) == (who, move, "That is so", (0, 1))
    assert said.seat == game.room.people[who].seat
    assert said.steering == (move == "tell" and who == "bob")
    assert said.concrete == (move == "ask")


def test_what_was_said_aloud_needs_no_words(play):
    game, _ = together(play)
    said = game.room.said[game.says("bob", "ask", "", aloud="yes", concrete="true")]
    assert (said.text, said.aloud, said.concrete) == ("", True, True)


def test_a_move_speaks_of_something_that_was_said_or_written(play):
    game, ids = together(play)
    for of in (ids["asked"], ids["story"], ids["idea"]):
        assert game.room.said[game.says("ann", "tell", "This one", about=of)].about == of
    assert game.room.said[game.says("ann", "tell", "Nothing in particular")].about == ""


def test_whoever_wrote_something_alone_may_speak_of_it_before_the_reveal(play):
    game, ids = apart(play)
    assert game.says("ann", "ask", "Is this one?", about=ids["idea"])


# --- judging --------------------------------------------------------------------------------------------------------


def test_the_explainer_says_whether_what_was_said_back_was_meant_and_may_change_their_mind(play):
    game, ids = together(play)
    game.does("ann", "judge", of=ids["back"], respect="meant", yes="no")
    game.does("ann", "judge", of=ids["back"], respect="meant", yes="yes")
    assert game.room.judged == {(ids["back"], "meant"): {"ann": True}}


def test_where_no_seat_explains_whoever_else_takes_part_says_whether_it_was_meant(play, bench):
    workshop = read_workshop(bench.text.replace("does: explains", "does: works")).workshop
    game = play(workshop, explainer="ann", facilitator="bob", helper="hal", listener="lea", at="Together")
    back = game.says("bob", "say_back", "So it tears.")
    game.refused("bob", "judge", of=back, respect="meant", yes="yes")
    game.refused("lea", "judge", of=back, respect="meant", yes="yes")
    game.does("hal", "judge", of=back, respect="meant", yes="yes")


@pytest.mark.parametrize(("given", "held"), [("0.0.0", "0.0.0"), ("00.0.01", "0.0.1"), ("0.00.0001", "0.0.1")])
def test_a_question_has_one_name_however_it_is_written_so_that_nobody_compares_it_twice(play, given, held):
    game, _ = shown(play)
    assert game.does("ann", "judge", of=given, respect="same", yes="yes").data["of"] == held


def test_a_line_of_a_rubric_has_one_name_however_it_is_written(play):
    game, ids = together(play)
    assert game.does("bob", "judge", of=ids["look"], respect="01", yes="no").data["respect"] == "1"
    assert game.does("lea", "judge", of=ids["look"], respect="1", yes="yes").data["respect"] == "1"
    assert game.room.judged == {(ids["look"], "1"): {"bob": False, "lea": True}}


def test_what_was_struck_out_is_not_marked(play):
    game, ids = together(play)
    game.does("hal", "strike", entry=ids["look"])
    assert game.refused("bob", "judge", of=ids["look"], respect="0", yes="yes").startswith(
        "that is nothing to be marked"
    )


def test_after_the_end_people_still_judge_and_rate_and_the_last_rating_counts(play):
    game, ids = ended(play)
    game.does("ann", "judge", of=ids["back"], respect="meant", yes="yes")
    game.does("nic", "rate", value="2", comment="Too long.")
    game.does("nic", "rate", value="5")
    assert game.room.ratings == {"nic": 5}
    assert game.room.comments == {"nic": ""}


# --- writing --------------------------------------------------------------------------------------------------------

WRITTEN = [
    ("story", {"text": "Ann folds a map."}, {"text": "Ann folds a map."}),
    ("examples", {"of": "It bends", "text": "A map"}, {"of": "It bends", "text": "A map"}),
    ("examples", {"text": "A map"}, {"text": "A map"}),
    ("terms", {"term": " the\ncrease ", "type": "a line"}, {"term": "the crease", "type": "a line"}),
    ("freedoms", {"side": BOTH, "text": "the colour"}, {"side": BOTH, "text": "the colour"}),
    ("freedoms", {"text": "the colour"}, {"side": THING, "text": "the colour"}),
    ("instances", {"text": "A sail", "interesting": "It folds."}, {"text": "A sail", "interesting": "It folds."}),
    ("evidence", {"text": "Worn maps", "direction": AGAINST}, {"text": "Worn maps", "direction": AGAINST}),
    ("evidence", {"text": "Worn maps"}, {"text": "Worn maps", "direction": FOR}),
    ("looks", {"text": "Fold it", "takes": "a minute"}, {"text": "Fold it", "takes": "a minute"}),
    ("hooks", {"text": "A map\ntears."}, {"text": "A map\ntears."}),
    ("guesses", {"block": "all", "text": "20 ms"}, {"block": "all", "text": "20 ms", "seconds": "0.02"}),
    ("tree", {"text": "Fold it twice"}, {"text": "Fold it twice"}),
]


@pytest.mark.parametrize(("thing", "fields", "held"), WRITTEN)
def test_each_form_is_written_as_its_fields_say(play, thing, fields, held):
    game, _ = shown(play)
    game.goes_to("Together")
    entry = game.room.entries[game.writes("ann", thing, **fields)]
    assert (entry.values, entry.thing, entry.by, entry.place) == (held, thing, "ann", (0, 1))


def test_lists_answers_and_notes_are_written_alone(play):
    game, _ = apart(play)
    assert game.room.entries[game.writes("bob", "ideas", text="A sail")].values == {"text": "A sail"}
    answer = game.room.entries[game.writes("bob", "pictures", question="1", text="A tear")]
    assert answer.values == {"question": "1", "text": "A tear"}
    game.does("hal", "stand")
    game.goes_to("Diary")
    note = game.room.entries[game.writes("bob", "diary", text="  first\r\nlines \n")]
    assert note.text == "  first\nlines \n"
    game.does("bob", "write", entry=note.id, text="")
    assert note.text == ""


def test_every_form_is_tried_in_one_of_these_two(bench):
    tried = {thing for thing, *_ in WRITTEN} | {"ideas", "pictures", "diary"}
    assert {bench.makes[thing].form for thing in tried} == set(FORMS.values())


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_a_field_holds_as_much_as_its_kind_says_and_no_more(form):
    most = {"line": LINE, "text": TEXT, "long": LONG}
    filled = {one.name: one.choices[0] if one.choices else "a" * most[one.kind] for one in form.fields}
    values, words = checked(form, Act("some-id-1", "write", filled))
    assert values | words == filled
    for one in form.fields:
        if one.kind != "choice":
            with pytest.raises(Refused, match=f"'{re.escape(one.label)}' has .* are the most, so make two"):
                checked(form, Act("some-id-1", "write", filled | {one.name: "a" * (most[one.kind] + 1)}))


def test_what_was_chosen_or_reckoned_alone_is_in_the_words_so_that_a_record_leaves_it_out_until_the_reveal(play):
    game, _ = apart(play)
    for thing, fields in (("evidence", {"text": "Worn maps", "direction": AGAINST}), ("guesses", {"text": "20 ms"})):
        game.writes("hal", thing, block="all", **fields)
        bare = str(redacted(game.events[-1]).to_dict())
        assert AGAINST not in bare
        assert "0.02" not in bare
    assert [one.values["direction"] for one in game.room.written("evidence")] == [AGAINST]
    assert [one.values["seconds"] for one in game.room.written("guesses")] == ["0.02"]


def test_which_question_somebody_answers_alone_is_in_the_words_too(play):
    game, _ = apart(play)
    game.writes("hal", "pictures", question="1", text="A tear")
    assert "question" not in str(redacted(game.events[-1]).to_dict())
    assert [one.values["question"] for one in game.room.written("pictures") if one.by == "hal"] == ["1"]
    assert "answered this question already" in game.refused("hal", "write", thing="pictures", question="1", text="Two")


def test_what_is_chosen_in_a_thing_that_not_everyone_sees_is_in_the_words_wherever_it_is_written(bench, play):
    text = bench.text.replace("{form: evidence}", "{form: evidence, seen: [explainer]}")
    game = seated(lambda **seats: play(read_workshop(text, "bench").workshop, at="Together", **seats))
    entry = game.room.entries[game.writes("hal", "evidence", text="Worn maps", direction=AGAINST)]
    assert entry.values["direction"] == AGAINST
    assert game.events[-1].data["values"] == {}
    assert AGAINST not in str(seen_by(game.room, game.events, "bob")[-1].to_dict())
    assert AGAINST in str(seen_by(game.room, game.events, "ann")[-1].to_dict())


def test_what_was_chosen_where_everyone_sees_it_stays_when_the_words_are_taken_out(play):
    game = seated(play, at="Together")
    game.writes("hal", "evidence", text="Worn maps", direction=AGAINST)
    assert redacted(game.events[-1]).data["values"] == {"direction": AGAINST}


def test_only_its_writer_changes_an_entry_and_it_stays_at_its_place(play):
    game, ids = together(play)
    entry = game.room.entries[ids["story"]]
    first = entry.latest
    game.does("ann", "write", entry=entry.id, text="Ann folds two maps.", latest=str(first))
    assert (entry.text, entry.edits, entry.sequence, entry.latest) == (
        "Ann folds two maps.",
        1,
        first,
        game.room.sequence,
    )
    assert game.refused("ann", "write", entry=entry.id, text="No.", latest=str(first)).startswith(
        "this was changed in an"
    )


def test_an_entry_may_choose_its_id_and_nobody_changes_it_by_an_act_of_that_id(play):
    game, _ = together(play)
    assert game.writes("ann", "hooks", entry="anns-hook", text="A map tears.") == "anns-hook"
    with pytest.raises(Refused, match="Ann wrote that; write one of your own beside it"):
        decide(game.room, "hal", Act("anns-hook", "write", {"thing": "hooks", "text": "Hal was here."}))


def test_what_was_struck_out_is_gone_from_the_page_and_its_writer_brings_it_back_by_writing_it_again(play):
    game, ids = together(play)
    game.does("ann", "strike", entry=ids["story"])
    assert list(game.room.written("story")) == []
    game.does("ann", "write", entry=ids["story"], text="Ann folds a map again.")
    assert [entry.text for entry in game.room.written("story")] == ["Ann folds a map again."]


def test_a_statement_struck_out_does_not_come_back_beside_a_new_one(play):
    game, ids = together(play)
    game.does("ann", "strike", entry=ids["story"])
    game.writes("ann", "story", text="Another.")
    assert game.refused("ann", "write", entry=ids["story"], text="Two.").startswith(
        "you have one of these here already"
    )


def test_a_statement_is_one_a_person_and_place(play):
    game, ids = together(play)
    game.writes("hal", "story", text="Hal cuts a sail.")
    game.does("ann", "recurse", about="what a map is")
    game.goes_to("Together")
    game.writes("ann", "story", text="A map is a sheet.")
    assert [entry.place for entry in game.room.written("story")] == [(0, 1), (0, 1), (1, 1)]


def test_a_move_in_a_tree_stands_under_another_and_does_not_come_back_without_it(play):
    game, ids = together(play)
    assert [game.room.depth_of(game.room.entries[ids[name]]) for name in ("plan", "failure")] == [0, 1]
    game.does("ann", "strike", entry=ids["failure"])
    game.does("hal", "strike", entry=ids["plan"])
    sentence = game.refused("ann", "write", entry=ids["failure"], text="It tears at once")
    assert sentence == "what this should stand under is not there; reload the page"
    game.does("hal", "write", entry=ids["plan"], text="Fold it in three")
    game.does("ann", "write", entry=ids["failure"], text="It tears at once")
    assert game.room.entries[ids["failure"]].under == ids["plan"]


def test_a_question_is_answered_once_by_each_and_the_answer_may_be_changed(play):
    game, ids = apart(play)
    game.does("ann", "write", entry=ids["answer"], question="0", text="A loom")
    game.writes("ann", "pictures", question="1", text="No loom")
    sentence = game.refused("ann", "write", entry=ids["answer"], question="1", text="A loom")
    assert sentence == "you have answered this question already; change that answer"
    game.writes("bob", "pictures", question="0", text="A drum")


def test_an_answer_stays_at_its_question_and_an_estimate_at_its_block(play):
    game, ids = apart(play)
    sentence = game.refused("ann", "write", entry=ids["answer"], question="1", text="A loom")
    assert sentence == "this entry is for another question, and stays there; reload the page and write it again"
    game, ids = together(play)
    guess = game.writes("hal", "guesses", block="sort", text="20 ms")
    sentence = game.refused("hal", "write", entry=guess, block="count", text="30 ms")
    assert sentence == "this entry is for another block, and stays there; reload the page and write it again"
    game.does("hal", "write", entry=guess, block="sort", text="30 ms")
    assert game.room.entries[guess].values["text"] == "30 ms"


def test_what_an_earlier_room_found_is_not_found_again_however_it_is_written(play):
    game, _ = apart(play)
    for text in ("A kite", "a  KITE.", "a-kite!"):
        assert game.refused("bob", "write", thing="ideas", text=text).endswith("look for one unlike it")
    idea = game.writes("bob", "ideas", text="A kite with a tail")
    assert game.refused("bob", "write", entry=idea, text="A kite").endswith("look for one unlike it")
    assert game.writes("bob", "pictures", question="0", text="A kite")


def test_what_was_typed_is_kept_at_its_place_though_the_room_has_gone_on(play):
    game, _ = together(play)
    late = game.room.entries[game.writes("hal", "ideas", text="A sieve", place="0.0")]
    assert late.place == (0, 0)
    assert late in list(game.room.at_place((0, 0)))
    assert game.room.place == (0, 1)


def test_what_each_keeps_in_mind_is_their_own_note_from_any_stage_with_one_place(play):
    game, _ = diary(play)
    notes = [game.room.entries[game.writes(who, TRACKED, text=f"{who}'s map")] for who in ("ann", "bob", "hal")]
    assert {note.place for note in notes} == {(0, 0)}
    assert [game.room.hidden(notes[0], who) for who in ("ann", "bob", "hal", "lea", None)] == [False, *[True] * 4]
    game.does("hal", "stand")
    game.does("ann", "back")
    game.does("ann", "write", entry=notes[0].id, text="another map")
    assert (notes[0].text, notes[0].place) == ("another map", (0, 0))
    assert game.refused("ann", "write", thing=TRACKED, text="two").startswith("you have one of these here already")
    assert game.refused("lea", "write", thing=TRACKED, text="mine") == "you look on here; take a seat to write"


def test_where_a_workshop_tracks_nothing_there_is_no_such_note(play, bench):
    workshop = read_workshop(bench.text.replace("tracks: [a prototypical example]\n", "")).workshop
    game = play(workshop, explainer="ann", facilitator="bob", at="Together")
    assert game.refused("ann", "write", thing=TRACKED, text="a map").startswith("nothing of that name is made here")


def test_whoever_facilitates_cannot_fill_the_degrees_of_freedom(play, workshops):
    game = play(workshops["conjecture"], conjecturer="ann", facilitator="bob", at="Formal properties")
    sentence = game.refused("bob", "write", thing="freedoms", side=THING, text="The colour")
    assert sentence == "'What can vary' is for conjecturer to write; ask your questions, and let them fill it in"
    game.writes("ann", "freedoms", side=THING, text="The colour")
    game.writes("bob", "terms", term="colour", type="a number")


# --- moving on ------------------------------------------------------------------------------------------------------


def test_the_hard_steps_of_the_conjecture_workshop_take_two_people_and_any_number_who_listen(play, workshops):
    game = play(workshops["conjecture"], conjecturer="ann", facilitator="bob", listener="lea lou")
    game.goes_to("Formal properties")
    assert game.room.stage.most == 2
    assert [one.id for one in game.room.acting(game.room.stage)] == ["ann", "bob"]


def test_whoever_has_a_leading_seat_moves_the_room_and_so_does_its_host_without_any(play):
    game, _ = together(play)
    game.does("ann", "stand")
    for who in ("bob", "ann"):
        game.does(who, "back")
        game.does(who, "advance")


def test_where_no_leading_seat_is_taken_whoever_works_moves_the_room_and_nobody_who_listens(play):
    game, _ = together(play)
    game.does("ann", "stand")
    game.does("bob", "stand")
    game.refused("lea", "back")
    game.refused("nic", "back")
    game.does("hal", "back", place="0.1")
    assert game.room.place == (0, 0)


@pytest.mark.parametrize(("at", "move"), [("Alone", "advance"), ("Together", "back")])
def test_who_may_move_the_room_and_write_in_it_is_who_is_not_refused(play, at, move):
    """So that a page offers what the room allows, and nothing else."""
    game = seated(play, at=at)
    for who in ("ann", "bob", "hal", "lea", "nic", "stranger"):
        copied = copy.deepcopy(game)
        try:
            copied.does(who, move)
        except Refused:
            assert not may_lead(game.room, who)
        else:
            assert may_lead(game.room, who)
        for name in (*game.workshop.makes, TRACKED):
            thing, place = game.room.thing(name), game.room.place
            fields = {one.name: "1 s" for one in thing.form.fields if one.kind != "choice"}
            fields |= {"question": "0"} if "question" in fields else {}
            try:
                copy.deepcopy(game).does(who, "write", thing=name, **fields)
            except Refused:
                assert not may_write(game.room, who, thing, place), (who, name)
            else:
                assert may_write(game.room, who, thing, place), (who, name)


def test_an_act_that_was_meant_for_another_stage_changes_nothing(play):
    """Two press the button at once: the room goes on once."""
    game, _ = apart(play)
    game.does("ann", "advance", place="0.0")
    before = game.replayed()
    assert game.refused("bob", "advance", place="0.0").endswith("nothing was changed")
    assert game.room == before


def test_a_workshop_begins_when_all_that_it_needs_was_brought_and_every_seat_is_taken(play):
    game = play(explainer="ann", nowhere="bob")
    assert game.refused("ann", "advance").startswith("the workshop starts from The claim, which nobody has brought yet")
    game.does("ann", "bring", thing="notes", text="Old ones.")
    game.does("ann", "bring", thing="claim", text="It is so.")
    assert game.refused("ann", "advance").startswith("the seat facilitator takes one person, and nobody sits there")
    game.does("bob", "take", seat="facilitator")
    game.does("bob", "advance", place=f"0.{LOBBY}")
    assert [(one.thing, one.text) for one in game.room.brought] == [("notes", "Old ones."), ("claim", "It is so.")]
    assert game.room.begun_at is not None


def test_what_a_workshop_needs_is_brought_by_whoever_has_a_seat_or_hosts(play):
    game = play(nowhere="ann", listener="lea")
    game.does("ann", "bring", thing="claim", text="It is so.")
    game.does("lea", "bring", thing="claim", text="It is not so.")
    assert len(game.room.brought) == 2


def test_a_room_that_is_run_alone_begins_with_one_person(play):
    game = play(alone=True, explainer="ann", at="Alone")
    assert game.room.place == (0, 0)


def test_sub_sessions_go_from_an_earlier_stage_to_where_they_were_opened_and_return(play):
    game, _ = together(play)
    for depth in range(1, DEEPEST + 1):
        game.does("ann", "recurse", about=f"vague {depth}")
        assert (game.room.depth, game.room.place) == (depth, (depth, 0))
        game.goes_to("Together")
    for depth in range(DEEPEST, 0, -1):
        game.does("bob", "return", text=f"clear {depth}")
        assert game.room.depth == depth - 1
    assert game.room.place == (0, 1)
    assert [one.about for one in game.room.sessions] == ["", *(f"vague {n}" for n in range(1, 6))]
    assert [one.came_back for one in game.room.sessions] == [None, *(f"clear {n}" for n in range(1, 6))]


def test_the_host_may_close_a_room_that_never_began(play):
    game, _ = lobby(play)
    game.does("ann", "end")
    assert game.room.ended
    assert game.room.begun_at is None


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script> & \"'", "<script>alert(1)</script> & \"'"),
        ("שלום \u202eabc\u202c", "שלום \u202eabc\u202c"),
        ("👩‍👩‍👧 e\u0301", "👩‍👩‍👧 e\u0301"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("a\0b\x07c\x7fd\te", "abcd\te"),
        ("half \ud83d sign \udc00", "half ? sign ?"),
    ],
)
def test_words_are_kept_as_they_were_typed_but_for_what_no_store_can_keep(play, typed, kept):
    assert clean(typed) == kept
    game, _ = together(play)
    assert game.room.said[game.says("ann", "tell", typed)].text == kept.strip()
    assert game.room.entries[game.writes("ann", "hooks", text=typed)].text == kept.strip()


ANY_TEXT = st.text(st.characters() | st.sampled_from("\0\r\n\ud800\u202e👩²٣"), max_size=20)


@given(ANY_TEXT)
def test_what_was_cleaned_is_clean_and_can_be_written_anywhere(text):
    once = clean(text)
    assert clean(once) == once
    assert canonical(once)


FIELDS = (
    *("about", "aloud", "block", "comment", "concrete", "direction", "entry", "latest", "move", "name", "of"),
    *("person", "place", "question", "respect", "seat", "side", "term", "text", "thing", "to", "under", "value", "yes"),
)


LIKELY = st.sampled_from(
    [
        *("ann", "bob", "hal", "lea", "nic", "eve", "explainer", "facilitator", "helper", "listener"),
        *("ask", "say_back", "tell", "yes", "no", "0", "1", "5", "01", "0.0", "0.1", "0.0.0", "0.0.1", "meant", "same"),
        *("ideas", "pictures", "story", "tree", "guesses", "freedoms", "claim", "20 ms", "9" * 5000),
        *(f"event-{number:04d}" for number in range(6, 24)),
    ]
)


@settings(max_examples=300)
@given(st.sampled_from([lobby, apart, shown, together, inside, ended]), st.data())
def test_whatever_a_form_sends_is_held_or_refused_and_never_an_accident(play, scene, data):
    game, _ = scene(play)
    for number in range(4):
        who = data.draw(st.sampled_from(["ann", "bob", "hal", "lea", "nic", "eve"]))
        kind = data.draw(st.sampled_from(sorted(ACTS)))
        fields = data.draw(st.dictionaries(st.sampled_from(FIELDS), LIKELY | ANY_TEXT, max_size=8))
        with contextlib.suppress(Refused):
            held = decide(game.room, who, Act(f"any-act-{number}", kind, fields))
            assert canonical(held)
            game.take_in(who, kind, *held, id=f"any-act-{number}")
    assert game.room == game.replayed()
