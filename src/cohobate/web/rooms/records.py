"""A room's record: its course at any point, the figures, downloads, and taking words out."""

from __future__ import annotations

import json
import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify

from cohobate.errors import Refused
from cohobate.events import Event, problem
from cohobate.practicum.facilitation import DRAWN, measures, roles
from cohobate.practicum.record import as_json, as_markdown, seen_by
from cohobate.practicum.room import MOVES, Room, fold
from cohobate.practicum.workshop import Thing
from cohobate.web.people.access import allowed, looks_into, room_for, room_of_words, runs
from cohobate.web.rooms.fragments import entry_html, said_html
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.own import of_others, of_person
from cohobate.web.rooms.page import List, lists_of
from cohobate.web.rooms.programs import compared


@allowed("person", "GET")
def record(request: HttpRequest, room: str) -> HttpResponse:
    """What a room came to, and how it got there."""
    row = room_for(request.person, room)
    events = keeper.events(row.pk)
    wrong = problem(events)
    me = request.person.pk
    with keeper.reading(row.pk) as state:
        found = measures(state, keeper.clock())
        context = {
            "row": row,
            "room": state,
            "runs": runs(request.person, row),
            "made": _made(state, me),
            "measures": found,
            "drawn": DRAWN,
            "moves": [(MOVES[move], estimate) for move, estimate in found.moves.items()],
            "roles": [(seat, [(state.name_of(who), n) for who, n in by.items()]) for seat, by in roles(state).items()],
            "whole": wrong is None,
            "wrong": wrong,
            "head": events[-1].hash if events else "",
            "count": len(events),
            "sub_sessions": state.sessions[1:],
            "mine": of_person(events, me),
            "others": of_others(state, events, me) if runs(request.person, row) else [],
            "compared": compared(state, me),
            "comments": [(state.name_of(who), text) for who, text in state.comments.items() if text],
        }
        context |= _at(state, events, len(events), me)
    return render(request, "rooms/record.html", context)


@allowed("person", "GET")
def at(request: HttpRequest, room: str) -> HttpResponse:
    """The room as it was after so many events."""
    row = room_for(request.person, room)
    events = keeper.events(row.pk)
    given = request.GET.get("n", "")
    number = min(len(events), int(given)) if re.fullmatch(r"\d{1,9}", given) else len(events)
    page = "rooms/at.html" if "part" in request.GET else "rooms/then.html"
    with keeper.reading(row.pk) as state:
        context = _at(state, events, number, request.person.pk) | {"row": row}
    return render(request, page, context)


def _at(now: Room, events: list[Event], number: int, me: str) -> dict[str, object]:
    # What is hidden now stays hidden in the past; what was revealed since is shown, as it is known anyway.
    shown = seen_by(now, events[:number], me)
    then = fold(now.workshop, shown)
    hidden = {entry.id for entry in now.entries.values() if now.hidden(entry, me)}
    latest = events[number - 1] if number else None
    return {
        "then": then,
        "number": number,
        "count": len(events),
        "then_stage": then.stage.name if then.stage else "the lobby",
        "then_latest": latest,
        "then_who": now.name_of(latest.actor) if latest else "",
        "then_talk": [said_html(then, said) for said in then.talk[-8:]],
        "then_entries": [
            entry_html(then, entry)
            for entry in sorted(then.entries.values(), key=lambda entry: entry.latest)[-8:]
            if entry.id not in hidden and not entry.struck
        ],
    }


def _made(state: Room, me: str) -> list[tuple[Thing, list[List]]]:
    found = []
    for thing in state.workshop.makes.values():
        entries = [entry for entry in state.written(thing.name) if not state.hidden(entry, me)]
        if entries:
            found.append((thing, [one for one in lists_of(state, thing, entries) if not one.empty]))
    return found


@allowed("person", "GET")
def markdown_file(request: HttpRequest, room: str) -> HttpResponse:
    """The record to read, as a file."""
    row = room_for(request.person, room)
    with keeper.reading(row.pk) as state:
        text = as_markdown(state, request.person.pk, keeper.clock())
    return _file(text, "text/markdown; charset=utf-8", f"{_name(row.title)}.md")


@allowed("person", "GET")
def json_file(request: HttpRequest, room: str) -> HttpResponse:
    """The record with its events, as a file."""
    row = room_for(request.person, room)
    events = keeper.events(row.pk)
    with keeper.reading(row.pk) as state:
        value = as_json(state, events, request.person.pk, keeper.clock())
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _file(text, "application/json; charset=utf-8", f"{_name(row.title)}.json")


def _name(title: str) -> str:
    return slugify(title)[:60] or "room"


def _file(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@allowed("person", "POST")
def redact(request: HttpRequest, room: str) -> HttpResponse:
    """Takes words out of the record for good: chosen ones, or all that somebody said and wrote."""
    row = room_of_words(request.person, room)
    whose = request.POST.get("person", "") or request.person.pk
    if request.POST.get("all"):
        chosen = [event.sequence for event in keeper.events(row.pk) if event.actor == whose and event.words]
    else:
        chosen = [int(one) for one in request.POST.getlist("event") if re.fullmatch(r"\d{1,9}", one)]
    if not chosen:
        raise Refused("nothing was chosen; tick what is to be taken out")
    keeper.redact(row.pk, request.person.pk, chosen, runs=runs(request.person, row))
    page = "record" if looks_into(request.person, row.pk) else "own-words"
    return HttpResponseRedirect(reverse(page, args=[row.pk]) + "#mine")
