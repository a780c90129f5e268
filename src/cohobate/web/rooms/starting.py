"""What a new room may start from: things made in earlier rooms, or words that are pasted; and rooms to stand beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cohobate.errors import Refused
from cohobate.practicum.forms import Form
from cohobate.practicum.room import TAKEN_OUT, Entry, Room
from cohobate.practicum.workshop import Workshop
from cohobate.web.people.models import Person
from cohobate.web.rooms import models
from cohobate.web.rooms.keeper import Brought, keeper


@dataclass(frozen=True, slots=True)
class Offer:
    """Something made in an earlier room that a new one can start from."""

    id: str
    """The room and the entry, with a dot between."""
    label: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a new room starts from, for one of the workshop's needs."""

    offer: str
    """The id of an offer that was chosen; "" if the words were pasted."""
    words: str
    """What was pasted; "" if an offer was chosen."""


def besides(person: Person, workshop: Workshop) -> list[tuple[str, str]]:
    """The open rooms that somebody hosts and whose groups could compare notes with a new one: (id, title)."""
    if not any(stage.across for stage in workshop.stages):
        return []
    rows = models.Room.objects.filter(host=person, workshop_id=workshop.digest, ended_at=None, alone=False)
    return list(rows.values_list("pk", "title"))


GONE = "what you chose to start from is not to be had any more; choose again, or paste it"

MOST_OFFERED = 60
"""Entries that are offered for one need, at most: the latest."""


def offers(person: Person, workshop: Workshop) -> dict[str, list[Offer]]:
    """What this person could start the workshop from, by the name of the need: from rooms that they were in, what has
    that name and form, and is not hidden from them."""
    found: dict[str, list[Offer]] = {name: [] for name in workshop.needs}
    if not found:
        return found
    for row in models.Room.objects.filter(members__person=person).order_by("-opened_at")[:40]:
        with keeper.reading(row.pk) as room:
            fitting = list(_fitting(room, workshop, person.pk))
        for entry, name in fitting:
            label = f"{' '.join(entry.text.split())[:90]} (from {row.title})"
            found[name].append(Offer(f"{row.pk}.{entry.id}", label))
    return {name: some[:MOST_OFFERED] for name, some in found.items()}


def _fitting(room: Room, workshop: Workshop, person: str) -> Iterator[tuple[Entry, str]]:
    for need in workshop.needs.values():
        thing = room.workshop.makes.get(need.name)
        if thing is not None and thing.form is need.form:
            shown = (one for one in room.written(need.name) if not room.hidden(one, person) and one.text != TAKEN_OUT)
            yield from ((entry, need.name) for entry in reversed(list(shown)))


def brought(person: Person, workshop: Workshop, given: Mapping[str, Given]) -> dict[str, list[Brought]]:
    """What was chosen or pasted, by need. Raises Refused for an offer that is gone."""
    found: dict[str, list[Brought]] = {}
    for name, one in given.items():
        if one.offer:
            room_id, _, entry_id = one.offer.partition(".")
            if not _was_in(person, room_id):
                raise Refused(GONE)
            with keeper.reading(room_id) as room:
                fitting = {entry.id: entry for entry, need in _fitting(room, workshop, person.pk) if need == name}
            if entry_id not in fitting:
                raise Refused(GONE)
            values = fitting[entry_id].values
            fields = {key: value for key, value in values.items() if key not in ("seconds", "question")}
            found[name] = [Brought(fields, (room_id, entry_id))]
        else:
            found[name] = [Brought({"text": one.words, **_heads(workshop.needs[name].form)})]
    return found


def _heads(form: Form) -> dict[str, str]:
    """A word for required lines that pasted text leaves open."""
    return {one.name: "pasted" for one in form.fields if one.required and one.kind == "line" and one.name != "text"}


def _was_in(person: Person, room: str) -> bool:
    return bool(models.Member.objects.filter(room_id=room, person=person).exists())
