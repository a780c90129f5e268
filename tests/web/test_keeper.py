"""The keeper of rooms, without pages."""

from datetime import UTC, datetime
from itertools import count

from cohobate.events import problem
from cohobate.practicum.acts import Act
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
