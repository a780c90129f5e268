"""Words in a room that can be taken out: one's own, also after one was taken off its list, and all for who runs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cohobate.events import Event
from cohobate.practicum.record import seen_by
from cohobate.practicum.room import Room
from cohobate.web.people.access import allowed, room_of_words
from cohobate.web.rooms.keeper import keeper


@allowed("person", "GET")
def own(request: HttpRequest, room: str) -> HttpResponse:
    """What somebody said and wrote in a room, to take it out, and nothing else of it."""
    row = room_of_words(request.person, room)
    return render(request, "rooms/own.html", {"row": row, "mine": of_person(keeper.events(row.pk), request.person.pk)})


def of_person(events: Iterable[Event], person: str) -> list[tuple[Event, str]]:
    """The events in which somebody's words still stand, each with these in a line; of what they wrote the latest
    version alone, as taking it out takes all of them."""
    found: dict[str, tuple[Event, str]] = {}
    for event in events:
        if event.actor == person and (told := what(event)):
            found[event.data["entry"] if event.kind == "write" else event.id] = (event, told)
    return list(found.values())


def of_others(room: Room, events: Sequence[Event], me: str) -> list[tuple[str, str, list[tuple[Event, str]]]]:
    """The same for everybody else: who, what they are called, and their events. Words that are hidden from whoever
    looks are left out; they go with all of that person's."""
    shown = seen_by(room, events, me)
    who = dict.fromkeys(event.actor for event in events if event.actor != me and what(event))
    return [(one, room.name_of(one), of_person(shown, one)) for one in who]


def what(event: Event) -> str:
    """The words of an event in one line, for choosing which to take out."""
    if not event.words or event.kind == "open":
        return ""
    return " · ".join(text for text in event.words.values() if text)[:160]
