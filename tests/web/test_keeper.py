"""The keeper of rooms, without pages."""

from datetime import UTC, datetime
from itertools import count

import pytest

from cohobate.errors import Refused
from cohobate.events import HOUSE, problem
from cohobate.practicum.acts import Act
from cohobate.web.people.models import Person
from cohobate.web.rooms import keeper as module
from cohobate.web.rooms import shelf
from cohobate.web.rooms.keeper import Keeper
from cohobate.web.rooms.models import Event, Room, Workshop


def test_the_times_of_a_rooms_row_are_those_of_its_events(host):
    times = iter(range(1_000_000, 2_000_000, 60))
    here = Keeper(lambda: float(next(times)))
    row = here.open(host.person, shelf.shipped()["conjecture"], "Hunches", "why maps lie")
    here.act(row.pk, host.person.pk, Act("the-end-of-it", "end"))
    first, *_, last = here.events(row.pk)
    kept = Room.objects.get(pk=row.pk)
    assert datetime(1970, 1, 12, tzinfo=UTC) < kept.opened_at <= datetime.fromtimestamp(first.at, UTC)
    assert kept.ended_at == datetime.fromtimestamp(last.at, UTC)
    assert Workshop.objects.get().made_at <= kept.opened_at


def test_with_ids_and_salts_that_are_given_a_record_comes_out_the_same_again(host):
    def chain():
        ids, salts = count(), count()
        here = Keeper(lambda: 1_000_000.0, lambda: f"number-{next(ids)}", lambda: f"{next(salts):016x}")
        row = here.open(host.person, shelf.shipped()["conjecture"], "Hunches", "why maps lie", alone=True)
        here.act(row.pk, host.person.pk, Act("they-sit-down", "take", {"seat": "conjecturer"}))
        here.act(row.pk, host.person.pk, Act("they-go-on", "advance"))
        events = here.events(row.pk)
        assert problem(events) is None
        assert events[-1].kind == "say"  # by the guide
        Event.objects.all().delete()
        Room.objects.all().delete()
        return row.pk, events

    assert chain() == chain()


def test_nobody_can_tell_ids_and_salts_otherwise(host):
    one, other = (Keeper().open(host.person, shelf.shipped()["conjecture"], "", "") for _ in range(2))
    found = Event.objects.all()
    assert one.pk != other.pk
    assert len({event.salt for event in found}) == len({event.act for event in found}) == len(found)
    assert all(len(event.salt) == 16 for event in found)


# --- memory and database --------------------------------------------------------------------------------


@pytest.fixture
def begun(host):
    """A conjecture room that has begun, with its host as the conjecturer; and its keeper."""
    here = Keeper()
    row = here.open(
        host.person, shelf.shipped()["conjecture"], "Hunches", "why maps lie", alone=True, seat="conjecturer"
    )
    here.act(row.pk, host.person.pk, Act("they-begin", "advance"))
    return here, row.pk, host.person.pk


def say(here, room, who, id, text="A map."):
    return here.act(room, who, Act(id, "say", {"move": "tell", "text": text}))


def agrees(here, room):
    """Whether memory has what the database has, and the chain is whole."""
    return problem(here.events(room)) is None and here.room(room) == Keeper().room(room)


class Full(Exception):
    pass


@pytest.mark.parametrize("what", ["say", "redact"])
def test_what_could_not_be_committed_is_not_in_memory_either(begun, monkeypatch, what):
    here, room, ann = begun
    say(here, room, ann, "said-before")
    sequence = next(event.sequence for event in here.events(room) if event.id == "said-before")
    store = Keeper._store

    def failing(self, kept, event):
        store(self, kept, event)
        raise Full

    def do():
        if what == "say":
            say(here, room, ann, "said-in-vain")
        else:
            here.redact(room, ann, [sequence], runs=False)

    with monkeypatch.context() as broken:
        broken.setattr(Keeper, "_store", failing)
        with pytest.raises(Full):
            do()
    assert agrees(here, room)
    do()
    assert agrees(here, room)


def test_a_room_that_is_dropped_from_memory_while_somebody_works_with_it_is_not_read_twice(begun, monkeypatch):
    here, room, ann = begun
    monkeypatch.setattr(module, "MOST_KEPT", 1)
    with here.reading(room) as state:
        here.open(Person.objects.get(pk=ann), shelf.shipped()["framing"], "Another", "maps")
        say(here, room, ann, "said-meanwhile")
        assert [said.id for said in state.talk if said.by == ann] == ["said-meanwhile"]
    assert agrees(here, room)


def test_what_another_process_wrote_is_taken_in_and_the_act_decided_again(begun):
    here, room, ann = begun
    here.room(room)
    other = Keeper()
    say(other, room, ann, "said-elsewhere")
    assert "said-elsewhere" not in here.room(room).said
    say(here, room, ann, "said-here")
    assert "said-elsewhere" in here.room(room).said
    other.forget()
    say(other, room, ann, "said-last")
    assert [said.id for said in Keeper().room(room).talk if said.by == ann] == [
        "said-elsewhere",
        "said-here",
        "said-last",
    ]
    assert problem(here.events(room)) is None


def test_what_follows_from_an_act_does_not_change_its_answer_and_is_made_good(begun, monkeypatch):
    here, room, ann = begun

    def failing(room, facilitator=None):
        raise Full

    with monkeypatch.context() as broken:
        broken.setattr(module, "next_turn", failing)
        assert say(here, room, ann, "said-and-not-answered") == (here.room(room).sequence, False)
    asked = sum(said.by == HOUSE for said in here.room(room).talk)
    say(here, room, ann, "said-again", "On Friday I drew the harbour.")
    assert sum(said.by == HOUSE for said in here.room(room).talk) == asked + 1


def test_a_room_that_has_ended_takes_nothing_from_the_house(begun):
    here, room, ann = begun
    here.act(room, ann, Act("they-end-it", "end"))
    with pytest.raises(Refused, match="has ended"):
        here.house(room, "ran", {"place": [0, 0], "blocks": {}, "how": "It finished."})


# --- between rooms --------------------------------------------------------------------------------


@pytest.fixture
def groups(host, other_host):
    """Two rooms that compare notes at the third stage of their workshop, each with its host alone at work."""
    here = Keeper()
    workshop = shelf.shipped()["runtime-fermi"]
    first = here.open(host.person, workshop, "Here", "grids", seat="estimator")
    second = here.open(other_host.person, workshop, "There", "grids", seat="estimator", group=here.group_of(first.pk))
    stage = next(place for place, one in enumerate(workshop.stages) if one.across)
    people = {first.pk: host.person.pk, second.pk: other_host.person.pk}
    for room, who in people.items():
        for number in range(stage + 1):
            here.act(room, who, Act(f"on-and-on-{number}", "advance"))
        thing = workshop.stages[stage].writes[0]
        here.act(room, who, Act("what-surprised", "write", {"thing": thing, "text": f"Surprise of {people[room]}."}))
    return here, people, stage


def test_groups_get_each_others_notes_once_both_have_revealed(groups):
    here, people, stage = groups
    (first, ann), (second, bob) = people.items()
    here.act(first, ann, Act("they-reveal", "reveal"))
    assert not here.room(first).delivered
    here.act(second, bob, Act("they-reveal", "reveal"))
    for room, other in ((first, bob), (second, ann)):
        (notes,) = here.room(room).delivered[0, stage]
        assert notes.texts == [f"Surprise of {other}."]
    say(here, first, ann, "and-on-they-talk")
    assert len(here.room(first).delivered[0, stage]) == 1
    assert agrees(here, first)
    assert agrees(here, second)


def test_notes_that_could_not_be_delivered_come_with_the_next_act(groups, monkeypatch):
    here, people, stage = groups
    (first, ann), (second, bob) = people.items()
    here.act(first, ann, Act("they-reveal", "reveal"))

    def failing(self, kept, place, origin, words):
        raise Full

    with monkeypatch.context() as broken:
        broken.setattr(Keeper, "_deliver", failing)
        here.act(second, bob, Act("they-reveal", "reveal"))
    assert not here.room(first).delivered
    say(here, first, ann, "and-on-they-talk")
    assert here.room(first).delivered[0, stage]
    assert here.room(second).delivered[0, stage]


def test_notes_that_a_group_was_given_are_taken_out_with_what_they_were_made_of(groups):
    here, people, stage = groups
    (first, ann), (second, bob) = people.items()
    for room, who in people.items():
        here.act(room, who, Act("they-reveal", "reveal"))
    written = [event.sequence for event in here.events(first) if event.kind == "write"]
    here.redact(first, ann, written, runs=False)
    (notes,) = here.room(second).delivered[0, stage]
    assert notes.texts == []
    assert f"Surprise of {ann}" not in str([event.words for event in here.events(second)])
    assert agrees(here, second)


def test_of_what_was_written_every_version_is_taken_out(begun):
    here, room, ann = begun
    for number, text in enumerate(("A secret.", "A secret map.", "A map.")):
        here.act(room, ann, Act(f"version-{number}", "write", {"entry": "the-story", "thing": "story", "text": text}))
    latest = max(event.sequence for event in here.events(room) if event.kind == "write")
    here.redact(room, ann, [latest], runs=False)
    assert "secret" not in str([event.words for event in here.events(room)])
    assert agrees(here, room)
