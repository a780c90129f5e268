"""What SQLite and PostgreSQL have to do alike. These tests run on both: see `make test`."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.events import problem
from cohobate.practicum.acts import clean
from cohobate.web.rooms import models
from cohobate.web.rooms.keeper import keeper

AWKWARD = {
    "zebra": 1.0,
    "a": 1e-05,
    "much longer than the others": 1e16,
    "b": 5e-324,
    "c": 1.7976931348623157e308,
    "d": -0.0,
    "e": 100.0,
    "f": 0.1 + 0.2,
    "g": None,
    "h": 3,
    "i": 2**63,
    "": True,
}


def stored_again(room, data, words=None):
    """What the database gives back of an event with these data, its chain checked."""
    written = keeper.house(room.pk, "noted", data, words)
    event = keeper.events(room.pk)[-1]
    assert problem(keeper.events(room.pk)) is None
    assert (event.data, event.words, event.at) == (written.data, written.words, written.at)
    return event


def test_numbers_come_back_as_they_were_written_so_the_chain_holds(room):
    found = stored_again(room, {"blocks": AWKWARD}).data["blocks"]
    assert {name: (type(value), repr(value)) for name, value in found.items()} == {
        name: (type(value), repr(value)) for name, value in AWKWARD.items()
    }


def test_what_has_an_order_keeps_it(room):
    event = stored_again(room, {"blocks": AWKWARD}, {"zz": "1", "a": "2", "mmm": "3"})
    assert list(event.data["blocks"]) == list(AWKWARD)
    assert list(event.words) == ["zz", "a", "mmm"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text().map(clean),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text().map(clean), inner, max_size=3),
    max_leaves=8,
)


def test_whatever_json_can_hold_comes_back(room):
    @settings(max_examples=60)
    @given(st.dictionaries(st.text().map(clean), values, max_size=4), st.dictionaries(st.text(), st.text().map(clean)))
    def check(data, words):
        stored_again(room, data, {clean(name): text for name, text in words.items()})

    check()


@pytest.mark.parametrize("at", [0.0, 1.001, 1764098773.123, 4102444800.999, 2**31 + 0.5, math.pi * 1e9])
def test_the_time_of_an_event_comes_back_to_the_thousandth(room, monkeypatch, at):
    monkeypatch.setattr(keeper, "clock", lambda: at)
    stored_again(room, {})


def test_words_that_were_taken_out_are_nothing_in_the_database(room, host):
    keeper.house(room.pk, "noted", {}, {"text": "a secret"})
    event = keeper.events(room.pk)[-1]
    keeper.redact(room.pk, host.person.pk, [event.sequence], runs=True)
    row = models.Event.objects.get(room=room, sequence=event.sequence)
    assert (row.words, row.salt) == (None, "")
    assert models.Event.objects.filter(room=room, words=None).count() == 1
