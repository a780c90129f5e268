"""Scripts of sessions: what reads, when it happens, and what becomes of it by the rules."""

from itertools import count, pairwise
from random import Random

import pytest

from cohobate.errors import WrongUse
from cohobate.practicum.forms import AGAINST, FORMS, THING
from cohobate.practicum.room import fold
from cohobate.practicum.scripts import (
    AFTER,
    BEFORE,
    DIRECTIONS,
    NO_ACTS,
    Prompter,
    fields_of,
    moments,
    read_script,
    times_of,
)

HEAD = """---
title: A bench
topic: why it is so
workshop: bench
opens: 3 days before, 09:30
host: Ann
---
"""
NOW = 1_790_000_000.0
"""21 September 2026, 14:13 and 20 s."""

SESSION = f"""{HEAD}
It is tried whether everything can be done.

## Lobby (5 min)

Ann sits down as facilitator.

Bob comes in as explainer.

Cy comes in as helper.

Dee comes in.

Dee sits down as helper.

Dee stands up.

Ann brings claim: It is so.

Ann invites a listener.

## Alone (4 min)

Bob writes ideas [one]: The first
one.

Cy writes ideas [two]: The second one.

Bob writes pictures: 1 | So it is.

Cy writes pictures: 1 | It is not.

Bob writes pictures: 1 | So it is, I think.

Bob reveals.

Cy marks one: yes

Bob finds 1 alike.

Cy finds 1 different.

## Together (10.5 min)

Ann asks: Who?

Ann asks for an example [ask, about one]: Which one?

Ann asks for an example, aloud.

Bob tells: That one. \\
And this one.

Ann says back [back]: You mean this one.

Ann restates: So it is.

Bob did not mean that.

Bob meant that [about back].

Bob writes story: Once upon a time.

Bob writes story: Once upon a time there was one.

Bob writes freedoms: the example | its colour

Cy writes evidence: A list by a door. | against

Cy writes tree [root]: We walk.

Bob writes tree [leaf, under root]: It rains.

Bob changes leaf: It snows.

Cy writes hooks [hook]: One day. | why not

Cy strikes out hook.

Bob goes into: what one is

## Alone (1 min)

Bob returns: One is one.

## Together (1 min)

Bob offers the seat to Dee.

Ann ends.

## Afterwards (2 min)

Bob rates 5.

Cy rates 3: So so.

Cy takes out two.
"""
"""Every direction that a room takes, and some more than once."""


def played(script, play, workshop, host="ann"):
    """A room after all acts of a script, as whoever keeps a room does them, and the prompter."""
    game = play(workshop)
    people = {name: name.lower() for name in ("Ann", "Bob", "Cy", "Dee")}
    ids = count(1)
    prompter = Prompter(script, people, lambda: f"script-{next(ids):04d}")
    game.does(host, "join", name="Ann")
    for section in script.sections:
        if move := prompter.moved(game.room, section):
            who, act = move
            game.does(who, act.kind, act.id, **act.fields)
        for direction in section.directions:
            who, acts = prompter.acts(game.room, direction)
            for act in acts:
                game.does(who, act.kind, act.id, **act.fields)
    return game, prompter


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_script_is_its_sections_and_directions_with_their_lines():
    script = read_script(SESSION, "bench")
    assert (script.title, script.workshop, script.host, script.leads, script.alone) == (
        "A bench",
        "bench",
        "Ann",
        "Ann",
        False,
    )
    assert script.about == "It is tried whether everything can be done."
    assert [(one.stage, one.minutes) for one in script.sections][:3] == [(BEFORE, 5), ("Alone", 4), ("Together", 10.5)]
    assert script.sections[-1].stage == AFTER
    assert script.minutes == 23.5
    lines = SESSION.split("\n")
    for section in script.sections:
        assert lines[section.line - 1].startswith(f"## {section.stage} (")
        for one in section.directions:
            assert lines[one.line - 1].startswith(f"{one.who} ")
    assert {one.does for section in script.sections for one in section.directions} == set(DIRECTIONS) - {
        "back",
        "program",
        "ran",
    }


def test_lines_of_a_paragraph_are_one_and_a_backslash_keeps_them_apart():
    ones = {one.words for section in read_script(SESSION, "bench").sections for one in section.directions}
    assert "The first one." in ones
    assert "That one.\nAnd this one." in ones


def test_days_begin_at_midnight_and_minutes_end_now():
    script = read_script(SESSION, "bench")
    assert script.opened_at(NOW) == NOW - (4 * 60 + 43) * 60 - 20 - 3 * 86_400
    late = read_script(SESSION.replace("3 days before, 09:30", "40 minutes before"), "bench")
    assert late.opened_at(NOW) == NOW - 2400


BODY = "## Lobby (3 min)\n\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hello.", "line 1: 'title' is missing; write it between the lines ---"),
        (HEAD.replace("title: A bench\n", ""), "line 1: 'title' is missing; write it between the lines ---"),
        (HEAD.replace("host", "hots") + BODY, "line 6: 'hots' is not a key here; did you mean 'host'?"),
        (HEAD.replace("A bench", "[a]") + BODY, "line 2: 'title' must be a text; write it as such"),
        (
            HEAD.replace("host: Ann", "host: Ann\nalone: perhaps") + BODY,
            "line 7: 'alone' must be true or false; write it",
        ),
        (HEAD.replace("3 days before, 09:30", "soon") + BODY, "line 5: 'soon' is no time to open; write as in 15 days"),
        (HEAD.replace("09:30", "24:30") + BODY, "line 5: '3 days before, 24:30' is no time to open"),
        (HEAD, "line 8: nothing happens; write a heading, as in ## Lobby (3 min)"),
        (f"{HEAD}## Lobby\n", "line 8: '## Lobby' is no heading; write the stage and its time, as in ## Story (9 min)"),
        (
            f"{HEAD}{BODY}Ann waves.",
            "line 10: 'waves' is nothing that one does; one can say, for instance, that somebody",
        ),
        (f"{HEAD}{BODY}Ann asks", "line 10: 'Ann asks' is no direction; write as in Ada asks: Which one?"),
        (f"{HEAD}{BODY}Ann asks.", "line 10: the words are missing; write them behind 'asks:'"),
        (f"{HEAD}{BODY}Ann ends: now.", "line 10: 'ends' has no words; end it with a full stop"),
        (f"{HEAD}{BODY}Ann writes story, aloud: So.", "line 10: only what is said is said aloud; take ', aloud' out"),
        (f"{HEAD}{BODY}Ann ends [it].", "line 10: only what is said or written has a label; take [it] out"),
        (
            f"{HEAD}{BODY}Ann asks [by it]: So?",
            "line 10: '[by it]' is no label; write as in [a1], [about a1] or [under a1]",
        ),
        (f"{HEAD}{BODY}Ann asks [about it]: So?", "line 10: nothing above is called 'it'; write [it] where it is said"),
        (f"{HEAD}{BODY}Ann strikes out it.", "line 10: nothing above is called 'it'; write [it] where it is said"),
        (f"{HEAD}{BODY}Ann takes out it, that.", "line 10: nothing above is called 'it'"),
        (f"{HEAD}{BODY}Ann asks [it]: So?\n\nAnn asks [it]: So?", "line 12: 'it' is called so already; choose another"),
        (f"{HEAD}{BODY}Ann asks [it, about it]: So?", "line 10: nothing above is called 'it'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_remedy(text, sentence):
    with pytest.raises(WrongUse) as error:
        read_script(text, "bench")
    assert str(error.value).startswith(f"bench, {sentence}")


# --- time -----------------------------------------------------------------------------------------------------------


def test_everything_happens_one_after_the_other_and_within_its_section():
    script = read_script(SESSION, "bench")
    found = moments(script, Random(1))
    times = [time for begins, some in found for time in (begins, *some)]
    assert all(earlier < later for earlier, later in pairwise(times))
    begins = [begin for begin, _ in found]
    assert begins == [0, 300, 540, 1170, 1230, 1290]
    assert times[-1] < 60 * script.minutes
    assert found == moments(script, Random(1)) != moments(script, Random(2))


def test_what_is_longer_to_say_takes_longer():
    long = "word " * 200
    script = read_script(f"{HEAD}{BODY}Ann asks: So?\n\nBob tells: {long}\n\nAnn asks: So?", "bench")
    ((_, (first, second, third)),) = moments(script, Random(1))
    assert second - first > 5 * (third - second)


# --- playing --------------------------------------------------------------------------------------------------------


def test_a_script_is_played_by_the_rules(play, bench):
    game, prompter = played(read_script(SESSION, "bench"), play, bench)
    room = game.room
    assert room.ended
    assert room == fold(bench, game.events)
    assert [one.text for one in room.written("ideas")] == ["The first one.", "The second one."]
    assert [one.text for one in room.written("story")] == ["Once upon a time there was one."]
    assert [one.text for one in room.written("pictures")] == ["So it is, I think.", "It is not."]
    assert [one.values["side"] for one in room.written("freedoms")] == [THING]
    assert [one.values["direction"] for one in room.written("evidence")] == [AGAINST]
    leaf = room.entries[prompter.ids["leaf"]]
    assert (leaf.text, leaf.under, leaf.edits) == ("It snows.", prompter.ids["root"], 1)
    assert not list(room.written("hooks"))
    assert [said.move for said in room.talk] == ["ask", "ask", "ask", "tell", "say_back", "restate"]
    assert [said.concrete for said in room.talk] == [False, True, True, False, False, False]
    assert [said.aloud for said in room.talk] == [False, False, True, False, False, False]
    assert room.said[prompter.ids["ask"]].about == prompter.ids["one"]
    assert room.judged[prompter.ids["back"], "meant"] == {"bob": True}
    assert room.judged[room.talk[-1].id, "meant"] == {"bob": False}
    assert room.judged["0.0.0", "same"] == {"bob": True, "cy": False}
    assert room.judged[prompter.ids["one"], "0"] == {"cy": True}
    assert [(one.about, one.came_back) for one in room.sessions[1:]] == [("what one is", "One is one.")]
    assert room.ratings == {"bob": 5, "cy": 3}
    assert room.comments == {"bob": "", "cy": "So so."}


def test_what_is_beside_the_rules_of_a_room_gives_no_acts(play, bench):
    game = play()
    prompter = Prompter(read_script(SESSION, "bench"), {"Ann": "ann", "Cy": "cy"}, lambda: "script-0001")
    sections = prompter.script.sections
    beside = [one for section in sections for one in section.directions if one.does in NO_ACTS]
    assert [one.does for one in beside] == ["invite", "redact"]
    assert all(prompter.acts(game.room, one)[1] == [] for one in beside)


def test_one_goes_back_by_a_heading_and_stays_by_the_same_one(play, bench):
    text = f"{HEAD}{BODY}Ann brings claim: So.\n\nAnn sits down as facilitator.\n\nBob comes in as explainer.\n\n"
    stages = "## Alone (1 min)\n\n## Together (1 min)\n\n## Together (1 min)\n\n## Alone (1 min)\n"
    game, _ = played(read_script(text + stages, "bench"), play, bench)
    assert [event.kind for event in game.events][-3:] == ["advance", "advance", "back"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("## Diary (1 min)", "line 8: from the lobby no step leads to 'Diary'; see the stages of bench"),
        ("## Afterwards (1 min)", "line 8: from the lobby no step leads to 'Afterwards'"),
        (f"{BODY}Ann ends.\n\n## Alone (1 min)", "line 12: from its end no step leads to 'Alone'"),
        (f"{BODY}Eve comes in.", "line 10: there is nobody called Eve; there are Ann, Bob, Cy, Dee"),
        (f"{BODY}Ann brings cake: So.", "line 10: 'cake' fits nothing in the room as it is there; check it"),
        (f"{BODY}Ann writes cake: So.", "line 10: 'cake' fits nothing in the room as it is there; check it"),
        (f"{BODY}Ann writes evidence: So. | sideways", "line 10: 'evidence' fits nothing in the room"),
        (f"{BODY}Ann writes ideas: So. | so | so", "line 10: 'ideas' fits nothing in the room"),
        (f"{BODY}Ann meant that.", "line 10: 'meant' fits nothing in the room"),
    ],
)
def test_what_cannot_be_in_this_room_is_told_with_its_line(play, bench, body, sentence):
    with pytest.raises(WrongUse) as error:
        played(read_script(HEAD + body, "bench"), play, bench)
    assert str(error.value).startswith(f"bench, {sentence}")


# --- words as fields ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "words", "fields"),
    [
        ("list", "one | two", None),
        ("list", "one|two", {"text": "one|two"}),
        ("terms", "sheet | a set | two pages", {"term": "sheet", "type": "a set", "text": "two pages"}),
        ("terms", "sheet | | two pages", {"term": "sheet", "type": "", "text": "two pages"}),
        ("examples", "only this", {"text": "only this"}),
        ("answers", "2 | yes", {"question": "1", "text": "yes"}),
        ("estimates", "sort | 20 ms", {"block": "sort", "text": "20 ms"}),
        ("hooks", "Once. | because", {"text": "Once.", "why": "because"}),
    ],
)
def test_words_with_bars_between_them_are_fields(form, words, fields):
    if fields is None:
        with pytest.raises(LookupError):
            fields_of(FORMS[form], words)
    else:
        assert fields_of(FORMS[form], words) == fields


def test_times_are_read_by_block():
    assert times_of("sort, once = 51.7 ms; look = 2 s") == {"sort, once": pytest.approx(0.0517), "look": 2.0}
