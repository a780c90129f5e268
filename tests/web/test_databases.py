"""What SQLite and PostgreSQL have to do alike. These tests run on both: see `make test`."""

import math
from concurrent.futures import ThreadPoolExecutor

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cohobate.events import problem
from cohobate.practicum.acts import Act, clean
from cohobate.web.rooms import models
from cohobate.web.rooms.keeper import Keeper, keeper
from cohobate.web.settings import database
from cohobate.web.slugs import slug

from .browsers import opened

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
    @hypothesis.settings(max_examples=60)
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


# --- several at once ------------------------------------------------------------------------------------------------


def said(number):
    return Act(f"act-number-{number:03}", "say", {"move": "tell", "text": f"thing {number}"})


@pytest.fixture
def begun(room, host, participant):
    """The room after its beginning, with two people in seats."""
    keeper.join(room.pk, host.person, "conjecturer")
    keeper.act(room.pk, participant.person.pk, Act(slug(), "take", {"seat": "facilitator"}))
    keeper.act(room.pk, host.person.pk, Act(slug(), "advance"))
    return room


def test_two_processes_that_write_to_one_room_make_one_chain(begun, host, participant):
    one, other = Keeper(), Keeper()
    one.room(begun.pk), other.room(begun.pk)
    before = one.room(begun.pk).sequence
    found = [
        who.act(begun.pk, person.person.pk, said(number))
        for number, (who, person) in enumerate(((one, host), (other, participant), (other, host), (one, host)))
    ]
    assert found == [(before + number, False) for number in range(1, 5)]
    assert problem(one.events(begun.pk)) is None
    assert one.room(begun.pk) == Keeper().room(begun.pk)


def test_an_act_that_was_stored_and_never_acknowledged_is_not_stored_again(begun, host):
    before_it_broke, afterwards = Keeper(), Keeper()
    afterwards.room(begun.pk)
    stored = before_it_broke.act(begun.pk, host.person.pk, said(1))
    assert afterwards.act(begun.pk, host.person.pk, said(1)) == (stored[0], True)
    assert len([event for event in keeper.events(begun.pk) if event.id == said(1).id]) == 1


@pytest.mark.django_db(transaction=True)
def test_many_threads_at_once_in_two_rooms_lose_and_double_nothing(host, participant):
    rooms = [opened(host.person), opened(host.person)]
    for room in rooms:
        keeper.join(room.pk, host.person, "conjecturer")
        keeper.join(room.pk, participant.person, "facilitator")
        keeper.act(room.pk, host.person.pk, Act(slug(), "advance"))
    people = [host.person.pk, participant.person.pk]

    def act(number):
        try:
            # Each act is sent twice, by two threads, as by a page that did not wait for the answer.
            return keeper.act(rooms[number % 2].pk, people[number // 2 % 2], said(number // 2))
        finally:
            connection.close()

    with ThreadPoolExecutor(settings.THREADS) as threads:
        found = list(threads.map(act, [number for number in range(0, 120) for _ in (1, 2)]))
    for room, own in zip(rooms, (found[::4] + found[1::4], found[2::4] + found[3::4]), strict=True):
        events = keeper.events(room.pk)
        assert problem(events) is None
        done = [event.sequence for event in events if event.id.startswith("act-number-")]
        assert sorted(sequence for sequence, doubled in own if not doubled) == done
        assert sorted(sequence for sequence, doubled in own if doubled) == done
        assert len(done) == 60


def test_a_server_never_waits_for_a_connection_that_waits_for_a_room():
    """As many connections as threads that answer, and some more: else those that have one and wait for a room's lock
    could keep them from whoever holds it."""
    found = database("postgresql://somebody@localhost/rooms")["OPTIONS"]["pool"]["max_size"]
    assert found > settings.THREADS + settings.STREAM_THREADS
