"""Programs in a room: which one is estimated, what came of running it, and how well somebody estimates over time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from cohobate.errors import Refused, WrongUse
from cohobate.practicum import fermi
from cohobate.practicum.room import TAKEN_OUT, Entry, Room
from cohobate.web.people.access import allowed, rooms_of
from cohobate.web.rooms.keeper import keeper

_RUNNING = threading.Semaphore(1)
"""One program at a time: two would slow each other down, and the times would be of no use."""

_ASKING = threading.Semaphore(3)
"""Who has a program run, or waits for it, each in one of the few threads that answer everybody."""

PATIENCE = 5.0
"""Seconds that somebody waits for another room's program."""


def program_of(state: Room) -> fermi.Program | None:
    """The program that the room estimates; None if none was chosen yet, if its text was taken out, or if it is no
    program any more. Raises CohobateError if no process can be started to read it."""
    if state.program is None:
        return None
    name, source = state.program
    if name in fermi.shipped():
        return fermi.shipped()[name]
    if source == TAKEN_OUT:
        return None
    try:
        return pasted(source)
    except WrongUse:  # it was read when it was chosen, by another version of Python
        return None


@lru_cache(maxsize=128)
def pasted(source: str) -> fermi.Program:
    """The program in a text that somebody pasted. It takes a process to read one, and pages ask again and again.

    Raises WrongUse for what is no program, and CohobateError if no process can be started.
    """
    return fermi.read_program(source, "pasted")


def run_program(id: str, state: Room) -> None:
    """Runs a room's program and puts down what each block took. Raises Refused."""
    program = program_of(state)
    if program is None:
        raise Refused("no program is chosen yet; choose one first")
    place = state.place
    busy = "another room's program is running; try again in a minute"
    if not _ASKING.acquire(blocking=False):
        raise Refused(busy)
    try:
        if not _RUNNING.acquire(timeout=PATIENCE):
            raise Refused(busy)
        try:
            measured = fermi.measure(program, pasted=program.name not in fermi.shipped())
        finally:
            _RUNNING.release()
    finally:
        _ASKING.release()
    data = {
        "place": list(place),
        "blocks": dict(measured.seconds),
        "how": measured.ended,
        "covered": list(measured.covered),
        "not_covered": list(measured.not_covered),
    }
    keeper.house(id, "ran", data, {"printed": measured.printed})


def compared(state: Room, viewer: str) -> list[dict[str, Any]]:
    """Block by block: what it took in the latest run, and what each had said before, as far as the viewer may see."""
    if not state.ran:
        return []
    said: dict[str, list[tuple[str, str, float]]] = {}
    shown = (entry for entry in state.entries.values() if not state.hidden(entry, viewer))
    for (block, who), entry in said_before(state, shown).items():
        said.setdefault(block, []).append((state.name_of(who), entry.text, float(entry.values["seconds"])))
    return [
        {
            "block": block,
            "took": "not reached" if took is None else fermi.say_duration(took),
            "guesses": [
                {"who": who, "said": text, "off": _off(seconds, took)}
                for who, text, seconds in said.get(_folded(block), ())
            ],
        }
        for block, took in state.ran[-1].blocks.items()
    ]


def said_before(state: Room, entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """The estimates that count, by block and person: one of each person for each block, from before its time was known.

    Of what somebody estimated several times, what stands first in the workshop counts, as what each says alone does
    before what is agreed on; and of that what was written last. What was changed once the time was known counts for
    nothing: it may have been right before, and is no estimate any more.
    """
    known = {_folded(block): run.sequence for run in state.ran for block in run.blocks}
    known |= {block: sequence for block, (sequence, _) in _measured(state).items()}
    order = {name: place for place, name in enumerate(state.workshop.makes)}
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = _folded(entry.values.get("block", "")), entry.by
        if entry.struck or not entry.values.get("seconds") or entry.latest >= known.get(key[0], 0):
            continue
        old = found.get(key)
        if old is None or (order.get(entry.thing, 0), -entry.latest) < (order.get(old.thing, 0), -old.latest):
            found[key] = entry
    return found


def _measured(state: Room) -> dict[str, tuple[int, float]]:
    """By block: the first run in which it came to its end, by the event's sequence, and what it took then, in seconds.
    What somebody says of it later they say knowing that."""
    found: dict[str, tuple[int, float]] = {}
    for run in state.ran:
        for block, seconds in run.blocks.items():
            if seconds:
                found.setdefault(_folded(block), (run.sequence, seconds))
    return found


def _off(guess: float, took: float | None) -> str:
    if not took:
        return ""
    if guess >= took:
        return f"{times(guess / took)} times as long"
    return f"{times(took / guess)} times too short"


def times(factor: float) -> str:
    """A factor of 1 or more as people read it, to two digits: 1.4, 66, 120, 3e+08."""
    rounded = float(f"{factor:.2g}")
    return f"{rounded:,.0f}" if 10 <= rounded < 1e6 else f"{rounded:.2g}"


def _folded(block: str) -> str:
    return " ".join(block.split()).casefold()


def sessions_of(person: str, states: Mapping[str, Room]) -> dict[str, list[tuple[float, float]]]:
    """By room title: what somebody estimated before the program ran and what it took then, in seconds, each block once
    and rooms in their order."""
    found: dict[str, list[tuple[float, float]]] = {}
    for number, state in enumerate(states.values(), start=1):
        took = _measured(state)
        own = (entry for entry in state.entries.values() if entry.by == person)
        pairs = [
            (float(entry.values["seconds"]), took[block][1])
            for (block, _), entry in said_before(state, own).items()
            if block in took
        ]
        if pairs:
            found[f"{number}. {state.title}"] = pairs
    return found


def _factor(session: fermi.SessionError) -> str:
    return "–" if session.off is None else times(10 ** min(session.off, 300))


@allowed("person", "GET")
def calibration(request: HttpRequest) -> HttpResponse:
    """How far off somebody's estimates are, over all the rooms in which they made any."""
    ids = (
        rooms_of(request.person)
        .filter(members__person=request.person)
        .order_by("opened_at")
        .values_list("pk", flat=True)
    )
    sessions = sessions_of(request.person.pk, {id: keeper.room(id) for id in ids})
    pairs = [pair for some in sessions.values() for pair in some]
    context = {
        "calibration": fermi.calibration(pairs),
        "sessions": [(one, _factor(one)) for one in fermi.over_sessions(sessions)],
        "picture": mark_safe(fermi.calibration_svg(sessions)) if pairs else "",
        "n": len(pairs),
    }
    return render(request, "rooms/calibration.html", context)
