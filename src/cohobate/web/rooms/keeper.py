"""What changes a room. A placeholder: it keeps the list of members, and no events yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from cohobate.errors import Refused
from cohobate.practicum.workshop import MOST_PEOPLE, Workshop
from cohobate.web.people.models import Person
from cohobate.web.rooms.models import Member, Room


@dataclass(frozen=True, slots=True)
class Offer:
    """Something made in an earlier room that a new one can start from."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a new room starts from, for one of the workshop's needs."""

    offer: str
    """The id of an offer that was chosen; "" if the words were pasted."""
    words: str
    """What was pasted; "" if an offer was chosen."""


def offers(person: Person, workshop: Workshop) -> dict[str, list[Offer]]:
    """What this person could start the workshop from, by the name of the need."""
    return {name: [] for name in workshop.needs}


def open_room(room: Room, given: Mapping[str, Given]) -> None:
    """Begins a room that was just made, within its transaction. Raises Refused for an offer that is not to be had."""


@transaction.atomic
def join(room: Room, person: Person, seat: str) -> None:
    """Seats somebody; "" lets the room choose. Raises Refused if they cannot come in. Twice is once."""
    if room.members.filter(person=person).exists():
        return
    if room.ended_at:
        raise Refused("the room has ended")
    if room.members.count() >= MOST_PEOPLE:
        raise Refused(f"the room is full: it holds {MOST_PEOPLE}")
    Member.objects.create(room=room, person=person)
