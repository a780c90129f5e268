"""The keeper of rooms, without pages."""

from datetime import UTC, datetime

from cohobate.practicum.acts import Act
from cohobate.web.rooms import shelf
from cohobate.web.rooms.keeper import Keeper
from cohobate.web.rooms.models import Room, Workshop


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
