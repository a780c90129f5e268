"""Events: each once, each chained to the one before; words can be taken out, and nothing else can be changed."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.events import FIRST, HOUSE, Event, follow, problem, redacted

PLAIN = st.none() | st.booleans() | st.integers(-99, 99) | st.text("aé✓\n", max_size=4)
MADE = st.fixed_dictionaries(
    {
        "id": st.text("abc123", min_size=1, max_size=4),
        "at": st.floats(0, 2e9) | st.integers(0, 2_000_000_000),
        "actor": st.sampled_from(["ann", "bob", HOUSE]),
        "kind": st.sampled_from(["say", "write", "advance"]),
        "data": st.dictionaries(st.text("pq", max_size=2), PLAIN | st.lists(PLAIN, max_size=2), max_size=3),
        "words": st.dictionaries(st.sampled_from(["text", "why"]), st.text("aé✓ ", max_size=5), max_size=2),
    }
)


def chained(rows):
    events = []
    for row in rows:
        events.append(follow(events[-1] if events else None, **row))
    return events


@pytest.fixture
def three():
    return chained(
        {"id": f"e{n}", "at": 100.0 + n, "actor": "ann", "kind": "say", "data": {"n": n}, "words": {"text": "Yes."}}
        for n in range(3)
    )


# --- the chain ------------------------------------------------------------------------------------------------------


@given(st.lists(MADE, max_size=6))
def test_events_that_follow_each_other_are_a_whole_chain_numbered_from_one(rows):
    events = chained(rows)
    assert problem(events) is None
    assert [event.sequence for event in events] == list(range(1, len(rows) + 1))
    assert [event.previous for event in events] == [FIRST, *(event.hash for event in events)][: len(rows)]


def test_no_events_are_a_whole_chain():
    assert problem([]) is None


def test_an_event_that_was_changed_is_found(three):
    three[1] = replace(three[1], data={"n": 7})
    assert problem(three) == "event 2 is not as it was written: it was changed"


def test_words_that_were_changed_are_found(three):
    three[1] = replace(three[1], words={"text": "No."})
    assert problem(three) == "the words of event 2 are not those that were said: they were changed"


def test_an_event_that_is_missing_is_found(three):
    del three[1]
    assert problem(three) == "event 2 has the number 3: one is missing, doubled or out of order"


def test_events_out_of_order_are_found(three):
    three[1], three[2] = three[2], three[1]
    assert problem(three) == "event 2 has the number 3: one is missing, doubled or out of order"


def test_an_event_that_stands_twice_is_found(three):
    three.insert(1, three[1])
    assert problem(three) == "event 3 has the number 2: one is missing, doubled or out of order"


def test_an_event_that_was_made_anew_with_a_hash_of_its_own_does_not_fit_the_next(three):
    three[1] = follow(three[0], id="other", at=101.0, actor="bob", kind="say", words={"text": "No."})
    assert problem(three) == "event 3 does not follow the one before it: one of them was changed or exchanged"


def test_what_is_cut_off_at_the_end_is_found_by_whoever_kept_the_length_and_the_last_hash(three):
    assert problem(three[:2]) is None
    assert three[1].hash != three[2].hash


@given(st.lists(MADE, min_size=1, max_size=4), st.data())
def test_any_change_of_any_field_of_any_event_is_found_but_for_words_taken_out(rows, data):
    events = chained(rows)
    place = data.draw(st.integers(0, len(events) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(Event)]))
    new = data.draw(
        {
            "sequence": st.integers(-2, 9),
            "at": st.floats(0, 2e9),
            "data": MADE.map(lambda row: row["data"]),
            "words": MADE.map(lambda row: row["words"]) | st.none(),
        }.get(name, st.text("abc0", max_size=5))
    )
    if new != getattr(events[place], name):
        events[place] = replace(events[place], **{name: new})
        assert problem(events) is not None


# --- words ----------------------------------------------------------------------------------------------------------


@given(st.lists(MADE, min_size=1, max_size=5), st.data())
def test_words_can_be_taken_out_of_any_events_and_the_chain_stays_whole(rows, data):
    events = chained(rows)
    gone = data.draw(st.sets(st.integers(0, len(events) - 1)))
    after = [redacted(event) if place in gone else event for place, event in enumerate(events)]
    assert problem(after) is None
    assert [event.hash for event in after] == [event.hash for event in events]
    for place in gone:
        assert after[place].redacted
        assert (after[place].words, after[place].salt) == (None, "")
        assert after[place].data == events[place].data


def test_nothing_of_the_words_or_their_salt_is_left_when_they_were_taken_out():
    event = follow(None, id="e1", at=1.0, actor="ann", kind="say", data={"move": "ask"}, words={"text": "Saffron?"})
    assert "Saffron" in str(event.to_dict())
    left = str(redacted(event).to_dict())
    assert "Saffron" not in left
    assert event.salt not in left


def test_words_taken_out_while_their_salt_stays_are_found_since_they_could_still_be_guessed(three):
    three[2] = replace(three[2], words=None)
    assert problem(three) == "event 3 has no words and still their salt, so short ones can be guessed; take it out too"


def test_the_same_words_twice_have_different_seals():
    one = follow(None, id="e1", at=1.0, actor="ann", kind="say", words={"text": "Yes."})
    two = follow(one, id="e2", at=1.0, actor="ann", kind="say", words={"text": "Yes."})
    assert one.seal != two.seal
    assert len(one.salt) == 16


def test_an_event_without_words_is_not_one_whose_words_were_taken_out():
    event = follow(None, id="e1", at=1.0, actor="ann", kind="advance")
    assert event.words == {}
    assert not event.redacted


# --- clocks and forms -----------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 4e9), min_size=1, max_size=8))
def test_a_clock_that_is_set_back_does_not_take_the_record_back(times):
    events = chained({"id": f"e{n}", "at": at, "actor": "ann", "kind": "say"} for n, at in enumerate(times))
    stamps = [event.at for event in events]
    assert stamps == sorted(stamps)
    assert stamps[-1] == round(max(times), 3)


def test_a_clock_in_whole_seconds_makes_the_same_event_as_one_with_decimals():
    """Else a store that keeps times as decimals would give back an event with another hash."""
    whole, decimal = (follow(None, id="e1", at=at, actor="ann", kind="say", salt="s") for at in (100, 100.0))
    assert whole.hash == decimal.hash
    assert problem([replace(whole, at=100.0)]) is None


@given(st.lists(MADE, max_size=4), st.booleans())
def test_an_event_comes_back_from_its_json_object(rows, gone):
    for event in chained(rows):
        event = redacted(event) if gone else event
        assert Event.from_dict(json.loads(json.dumps(event.to_dict()))) == event


def test_a_chain_that_was_written_as_json_and_read_again_is_whole(three):
    assert problem(Event.from_dict(json.loads(json.dumps(event.to_dict()))) for event in three) is None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({}, "this event has no 'sequence'"),
        ({"sequence": 1}, "this event has no 'id'"),
        (None, "this is no event"),
        ([], "this is no event"),
        ("event", "this is no event"),
    ],
)
def test_what_is_no_event_is_refused(value, sentence):
    with pytest.raises(WrongUse, match=f"{sentence}; give an object that `to_dict` made"):
        Event.from_dict(value)


@pytest.mark.parametrize("held", [{"at": float("nan")}, {"data": {"n": object()}}, {"words": {"text": "\ud800"}}])
def test_what_json_cannot_hold_makes_no_event(held):
    with pytest.raises(WrongUse, match="a record cannot hold this value"):
        follow(None, **{"id": "e1", "at": 1.0, "actor": "ann", "kind": "say", **held})


def test_an_event_shares_nothing_with_what_it_was_made_from():
    data, words = {"n": 1}, {"text": "Yes."}
    event = follow(None, id="e1", at=1.0, actor="ann", kind="say", data=data, words=words)
    data["n"], words["text"] = 2, "No."
    assert problem([event]) is None
