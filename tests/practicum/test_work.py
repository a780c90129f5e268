"""Works: what may be done and by whom, what is refused and with which sentence, and what a fold over events keeps."""

import ast
import inspect
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.errors import Refused
from cohobate.events import Event, problem, redacted
from cohobate.practicum.acts import Act
from cohobate.practicum.room import TAKEN_OUT
from cohobate.practicum.work import acts, decide, fold
from cohobate.practicum.work.acts import (
    LONGEST_QUOTE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_COMMENTS,
    MOST_SOURCES,
    kinds_of_acts,
)
from cohobate.practicum.work.kinds import UMBRELLA, shipped, umbrella
from cohobate.practicum.work.parts import Comment, SourceOf

from .works import Played, digest, reviewed

ONE, TWO = digest("one two three"), digest("one two three four")
OWN = {"kind": "own", "name": "A warning", "definition": "Says what breaks.", "is_one": "a list", "is_not": "a manual"}

# --- what is done -----------------------------------------------------------------------------------------------------


def test_a_work_begins_with_a_title_a_kind_and_its_sources():
    game = Played(title="  Why \n pumps  fail ")
    assert game.work.title == "Why pumps fail"
    assert game.work.kind.name == "propagating"
    assert game.work.sources == [SourceOf("src-one", "aa"), SourceOf("src-two", "bb")]
    assert [writer.name for writer in game.work.having("writer")] == ["Ann"]


def test_a_work_may_begin_without_a_source_and_with_a_kind_of_its_own():
    game = Played(sources="", **OWN, confidence="0.2")
    assert game.work.sources == []
    kind = game.work.kind
    assert (kind.title, kind.definition, kind.is_one, kind.is_not) == (
        "A warning",
        "Says what breaks.",
        "a list",
        "a manual",
    )
    assert kind.confidence == 0.2
    game.does("ann", "rekind", kind="rosetta")
    assert (game.work.kind.name, game.work.kind.title) == ("rosetta", "")


def test_what_was_played_is_in_the_state():
    work = reviewed().work
    hypothesis = work.hypotheses[0]
    assert (hypothesis.points, hypothesis.low, hypothesis.high) == (20, 5, 35)
    assert hypothesis.method == ("cases", "m1")
    assert hypothesis.ledger == (1, "hash 1")
    assert [(one.number, one.words, one.by) for one in work.versions.values()] == [(1, 3, "ann"), (2, 4, "bea")]
    assert work.latest.digest == TWO
    comment = work.comments["comment-1"]
    assert (comment.quote, comment.before, comment.after, comment.settled) == ("two", "one ", "", "done")
    assert [reply.text for reply in comment.replies] == ["The second."]
    assert work.reviews[0].by == "rex"
    assert work.milestones["minimum"][0] == TWO
    assert work.published.digest == TWO


def test_what_is_withdrawn_is_not_published_until_it_is_published_again():
    game = reviewed()
    game.does("bea", "withdraw")
    assert game.work.published is None
    game.does("ann", "publish", digest=TWO)
    assert game.work.published.digest == TWO
    assert len(game.work.publications) == 2


def test_a_hypothesis_may_be_without_a_number_and_earlier_ones_stay():
    game = reviewed()
    game.does("bea", "hypothesis", text="No: numbers first.")
    assert [one.points for one in game.work.hypotheses] == [20, None]


@pytest.mark.parametrize("points", ["12,5", "12.5", "-12,5", "−12.5"])
def test_points_are_written_as_people_write_numbers(points):
    game = Played()
    game.does("ann", "hypothesis", text="So.", points=points, low="-100", high="100")
    assert abs(game.work.hypotheses[0].points) == 12.5


def test_a_source_is_added_once_and_taken_off():
    game = Played()
    game.does("ann", "source", source="src-three", digest="cc")
    game.does("ann", "source", source="src-one", digest="a2")
    assert {(one.source, one.digest) for one in game.work.sources} == {
        ("src-two", "bb"),
        ("src-three", "cc"),
        ("src-one", "a2"),
    }
    game.does("ann", "source", source="src-two", digest="bb", gone="yes")
    assert [one.source for one in game.work.sources] == ["src-three", "src-one"]


def test_whoever_goes_keeps_their_name_in_what_they_did():
    game = reviewed()
    game.does("ann", "leave", person="rex", role="reviewer")
    assert not game.work.has("rex")
    assert game.work.name_of("rex") == "Rex"
    game.does("bea", "leave", role="writer")
    assert [one.id for one in game.work.having("writer")] == ["ann"]
    assert game.work.name_of("nobody-known") == "somebody"


def test_looking_back_comes_after_a_hypothesis_and_a_publication():
    game = reviewed()
    game.does("ann", "look_back", text="It was the shaft.", next="Ask for the shaft first.")
    assert game.work.looks_back[0].next == "Ask for the shaft first."


def test_the_first_version_that_passed_a_milestone_stays_the_one():
    game = reviewed()
    game.does("ann", "milestone", which="full", digest=ONE)
    assert {name: found[0] for name, found in game.work.milestones.items()} == {"minimum": TWO, "full": ONE}


# --- by whom ----------------------------------------------------------------------------------------------------------

GIVEN = {
    "retitle": {"title": "Another"},
    "rekind": {"kind": "rosetta"},
    "source": {"source": "src-nine", "digest": "99"},
    "hypothesis": {"text": "So."},
    "version": {"digest": "new", "words": 3},
    "comment": {"digest": ONE, "start": 0, "end": 0, "text": "Well."},
    "reply": {"to": "comment-1", "text": "Yes."},
    "settle": {"to": "comment-1", "how": "open"},
    "reviewed": {"digest": ONE, "text": "Good."},
    "hook": {"text": "On Friday."},
    "unhook": {"hook": "opening-1"},
    "compare": {"left": "opening-1", "right": "opening-2", "better": "left"},
    "milestone": {"which": "full", "digest": TWO},
    "publish": {"digest": ONE},
    "withdraw": {},
    "look_back": {"text": "So it was."},
    "leave": {"role": "writer"},
    "join": {"role": "writer", "name": "New"},
}


def test_every_act_is_tried():
    assert set(GIVEN) | {"begin"} == set(kinds_of_acts())


@pytest.mark.parametrize("kind", GIVEN)
@pytest.mark.parametrize("who", ["ann", "bea", "rex", "ox"])
def test_each_act_is_for_its_parts_and_for_nobody_else(kind, who):
    game = reviewed()
    roles = kinds_of_acts()[kind]
    parts = {"ann": "writer", "bea": "writer", "rex": "reviewer", "ox": ""}
    if roles and parts[who] not in roles:
        with pytest.raises(Refused, match="^only a (writer|reviewer|writer or a reviewer) of this work can do this"):
            game.does(who, kind, **GIVEN[kind])
    elif roles:
        game.does(who, kind, **GIVEN[kind])
        assert game.work == game.replayed()


# --- what is refused --------------------------------------------------------------------------------------------------

LONG = "x" * (LONGEST_TEXT + 1)
REFUSALS = [
    ("ann", "fly", {}, "'fly' is nothing that one does with a work; reload the page"),
    ("ann", "begin", {"title": "x", "kind": "rosetta"}, "this work was begun already"),
    ("ox", "retitle", {"title": "x"}, "only a writer of this work can do this; ask one of them to"),
    ("ox", "reply", {"to": "comment-1", "text": "x"}, "only a writer or a reviewer of this work …"),
    ("ann", "retitle", {"title": " \n "}, "a title is missing; write what the work is about, it can be changed later"),
    ("ann", "retitle", {"title": "t" * 250}, "the title has 250 characters; 200 are the most"),
    ("ann", "rekind", {"kind": "opera"}, "'opera' is no kind of distillation; there are Propagating, Bushwhacking, …"),
    ("ann", "rekind", {}, "no kind is chosen; choose what it is to be: Propagating, Bushwhacking, …"),
    ("ann", "rekind", {"kind": "distillation"}, "'distillation' is no kind of distillation; there are …"),
    ("ann", "rekind", OWN | {"is_not": ""}, "nothing is written there; say an example of what is not one"),
    (
        "ann",
        "rekind",
        OWN | {"confidence": "high"},
        "the confidence 'high' is no share; write a number from 0 to 1, such as 0.4",
    ),
    ("ann", "source", {"source": "src-nine", "digest": "x", "gone": "yes"}, "that is no source of this work"),
    ("ann", "join", {"role": "king", "name": "Ann"}, "'king' is no part in a work; there are writer, reviewer"),
    ("ox", "join", {"role": "writer", "name": "\u200b"}, "give a name of up to 60 letters; the others see it"),
    ("ox", "join", {"role": "writer", "name": "o" * 61}, "give a name of up to 60 letters; the others see it"),
    ("rex", "join", {"role": "reviewer", "name": "Rex"}, "you are a reviewer of this work already"),
    ("rex", "leave", {"role": "writer"}, "they have no such part in this work"),
    ("rex", "leave", {"person": "ann", "role": "writer"}, "only a writer of this work takes others off it"),
    (
        "ann",
        "hypothesis",
        {"text": ""},
        "nothing is written there; say what you think will make this work help its readers",
    ),
    ("ann", "hypothesis", {"text": LONG}, "that has 10,001 characters; 10,000 are the most"),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "5", "low": "9", "high": "12"},
        "5 points do not lie between 9 and 12; choose ends that hold them",
    ),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "5", "low": "9", "high": "2"},
        "the lower end, 9, lies above the upper one, 2; write the lower end first",
    ),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "much", "low": "9", "high": "12"},
        "'much' for the points is no number of points; write one from −100 to 100, …",
    ),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "5", "low": "", "high": "12"},
        "a prediction has three numbers, and this one lacks the lower end; say all three, or leave all three empty",
    ),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "", "low": "10", "high": "30"},
        "a prediction has three numbers, and this one lacks the points; …",
    ),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "20"},
        "a prediction has three numbers, and this one lacks the lower end and the upper end; …",
    ),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "5", "low": "0", "high": "101"},
        "'101' for the upper end is no number of points; …",
    ),
    (
        "ann",
        "hypothesis",
        {"text": "x", "points": "nan", "low": "0", "high": "1"},
        "'nan' for the points is no number of points; …",
    ),
    ("bea", "version", {"digest": ONE, "words": 3}, "this is word for word version 1, which is kept already"),
    (
        "bea",
        "version",
        {"digest": "new", "words": 3, "note": "n" * 201},
        "the note has 201 characters; 200 are the most",
    ),
    ("ann", "milestone", {"which": "first", "digest": ONE}, "'first' is no milestone; there are minimum and full"),
    ("ann", "milestone", {"which": "minimum", "digest": ONE}, "this milestone was passed already"),
    (
        "ann",
        "milestone",
        {"which": "full", "digest": "none"},
        "there is no such version of this work; keep the draft as a version first",
    ),
    ("ann", "publish", {"digest": TWO}, "this version is what readers see already"),
    ("ann", "look_back", {"text": ""}, "nothing is written there; say what came of your hypothesis"),
    (
        "rex",
        "comment",
        {"digest": ONE, "start": 0, "end": 3000, "quote": "q" * (LONGEST_QUOTE + 1), "text": "x"},
        "the passage has 3,000 characters; choose a shorter one, of 2,000 at most",
    ),
    ("rex", "comment", {"digest": ONE, "start": 0, "end": 0, "text": " "}, "nothing is written there; say your remark"),
    ("ann", "reply", {"to": "no-such-remark", "text": "x"}, "there is no such remark on this work"),
    (
        "ann",
        "settle",
        {"to": "comment-1", "how": "maybe"},
        "'maybe' is no way to settle a remark; there are done, declined, open",
    ),
    ("ann", "settle", {"to": "comment-1", "how": "done"}, "this remark is done already"),
    ("ann", "settle", {"to": "comment-1", "how": "declined"}, "nothing is written there; say why you decline it"),
    (
        "rex",
        "reviewed",
        {"digest": TWO, "text": "Again."},
        "you have reviewed this version already; add remarks if there is more to say",
    ),
    ("rex", "reviewed", {"digest": ONE, "text": ""}, "nothing is written there; say what the writer should do first"),
]


@pytest.mark.parametrize(("who", "kind", "given", "sentence"), REFUSALS)
def test_what_is_refused_is_refused_with_one_sentence_and_changes_nothing(who, kind, given, sentence):
    game = reviewed()
    with pytest.raises(Refused) as refused:
        game.does(who, kind, **given)
    said = str(refused.value)
    assert said.startswith(sentence[:-1]) if sentence.endswith("…") else said == sentence
    assert game.work == game.replayed()


def elsewhere():
    """Refusals that need another work than the one above."""
    yield Played(), "bea", Act("short", "join"), "this act has no proper id"
    begun = Played()
    begun.work = type(begun.work)()
    yield begun, "ann", Act("act-number-9", "retitle", {"title": "x"}), "this work was not begun yet"
    sources = "\n".join(f"s{n}@d" for n in range(MOST_SOURCES + 1))
    act = Act("act-number-9", "begin", {"title": "x", "kind": "rosetta", "sources": sources})
    yield begun, "ann", act, "21 sources; 20 are the most"
    yield Played(), "ann", Act("act-number-9", "leave", {"role": "writer"}), "a work needs a writer"
    yield Played(), "ann", Act("act-number-9", "withdraw"), "nothing of this work is published"
    yield Played(), "ann", Act("act-number-9", "look_back", {"text": "x"}), "looking back needs a hypothesis"
    told = Played()
    told.does("ann", "hypothesis", text="So.")
    yield told, "ann", Act("act-number-9", "look_back", {"text": "x"}), "looking back needs a published work"
    many = Played(sources="\n".join(f"s{n}@d" for n in range(MOST_SOURCES)))
    yield many, "ann", Act("act-number-9", "source", {"source": "more", "digest": "d"}), "this work has 20 sources"
    full = reviewed()
    one = full.work.comments["comment-1"]
    full.work.comments = {str(n): one for n in range(MOST_COMMENTS)}
    yield full, "rex", Act("act-number-99", "comment", {"digest": ONE, "text": "x"}), "this work has 2,000 remarks"


def test_what_else_is_refused():
    for game, who, act, sentence in elsewhere():
        with pytest.raises(Refused, match=sentence):
            decide(game.work, who, act)


def test_every_refusal_that_is_written_down_is_met_in_the_tables():
    """By counting: the lines of `acts.py` that raise Refused, and those at which somebody was refused."""
    raising = {
        line: node.lineno
        for node in ast.walk(ast.parse(inspect.getsource(acts)))
        if isinstance(node, ast.Raise) and "Refused" in ast.unparse(node)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    met = set()
    for game, who, act, _ in elsewhere():
        with pytest.raises(Refused) as refused:
            decide(game.work, who, act)
        met.add(raising[refused.traceback[-1].lineno + 1])
    for who, kind, given_, _ in REFUSALS:
        with pytest.raises(Refused) as refused:
            reviewed().does(who, kind, **given_)
        met.add(raising[refused.traceback[-1].lineno + 1])
    assert sorted(set(raising.values()) - met) == []


# --- the fold ---------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["", "one", "one two", "It is so.", "{example: a pump}", "<b>", "t" * LONGEST_TITLE])
NAMES = st.sampled_from(["title", "text", "to", "how", "digest", "role", "person", "name", "which", "kind", "source"])
FIELDS = st.dictionaries(
    NAMES, st.one_of(WORDS, st.sampled_from([ONE, TWO, "comment-1", "done", "open", "writer", "ann"]))
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ann", "bea", "rex", "ox"]), st.sampled_from(sorted(GIVEN)), FIELDS), max_size=12
    )
)
def test_whatever_people_do_the_fold_over_events_is_the_same_as_step_by_step(done):
    game = reviewed()
    for who, kind, more in done:
        try:
            game.does(who, kind, **(GIVEN[kind] | more))
        except Refused:
            continue
    assert game.work == game.replayed()
    assert problem(game.events) is None
    for number in range(len(game.events)):
        part = fold(game.events[:number])
        for event in game.events[number:]:
            part.apply(event)
        assert part == game.work
    # A work always has a writer, and what is published is a version that is there.
    assert game.work.having("writer")
    assert game.work.published is None or game.work.published.digest in game.work.versions


def test_without_its_words_a_record_is_as_whole_and_says_that_they_are_gone():
    game = reviewed()
    game.does("ann", "look_back", text="It was so.")
    bare = [redacted(event) for event in game.events]
    assert problem(bare) is None
    work = fold(bare)
    assert work.redacted == len(bare)
    assert work.title == work.hypotheses[0].text == work.looks_back[0].text == TAKEN_OUT
    comment = work.comments["comment-1"]
    assert {comment.text, comment.quote, comment.replies[0].text, work.reviews[0].text} == {TAKEN_OUT}
    assert {person.name for person in work.people.values()} == {TAKEN_OUT}
    assert (work.hypotheses[0].points, comment.settled, work.published.digest) == (20, "done", TWO)
    assert [one.digest for one in work.versions.values()] == [ONE, TWO]


def test_an_event_of_a_kind_that_nobody_knows_changes_nothing():
    game = reviewed()
    before = fold(game.events)
    last = game.events[-1]
    game.work.apply(replace(last, sequence=last.sequence + 1, kind="from a later version"))
    assert game.work.sequence == before.sequence + 1
    game.work.sequence = before.sequence
    assert game.work == before


def test_a_clock_that_runs_backwards_does_not_take_a_record_back():
    game = reviewed()
    assert all(isinstance(event, Event) for event in game.events)
    assert [event.at for event in game.events] == sorted(event.at for event in game.events)


# --- kinds ------------------------------------------------------------------------------------------------------------


def test_every_kind_has_a_definition_examples_and_a_confidence():
    assert list(shipped()) == ["propagating", "bushwhacking", "rosetta", "field-mapping"]
    for kind in (umbrella(), *shipped().values()):
        assert kind.title
        assert kind.definition
        assert kind.is_one != kind.is_not
        assert 0 < kind.confidence < 1
    assert UMBRELLA not in shipped()


def test_a_remark_is_open_until_somebody_settles_it():
    assert Comment("c", 1, 0.0, "ann", "d", 0, 0, "", "", "", "text").settled == "open"
