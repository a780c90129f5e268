"""A room's record, to be kept and shown: as JSON with every event, and as a Markdown page to read.

What a viewer may not see is left out in the way in which words are taken out on request: the event stays, its words do
not. So every record of a room, whoever downloaded it, has the same chain, and it can be checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from cohobate.events import Event, problem, redacted
from cohobate.fidelity.intervals import Estimate
from cohobate.fidelity.rates import Rate
from cohobate.practicum.facilitation import DRAWN, measures, roles
from cohobate.practicum.forms import Form
from cohobate.practicum.room import LOBBY, MOVES, Entry, Room, Session

VERSION = 1
"""Of the form of the JSON."""


def seen_by(room: Room, events: Sequence[Event], viewer: str | None) -> list[Event]:
    """The events as somebody may see them: without the words of what is hidden from them.

    viewer: a person of the room; None for what everybody in it sees
    """
    return [redacted(event) if _hidden(room, event, viewer) else event for event in events]


def _hidden(room: Room, event: Event, viewer: str | None) -> bool:
    entry = room.entries.get(event.data.get("entry", "")) if event.kind == "write" else None
    return entry is not None and room.hidden(entry, viewer)


def as_json(
    room: Room, events: Sequence[Event], viewer: str | None, now: float, *, everything: bool = False
) -> dict[str, Any]:
    """The whole record as one JSON object: the room, the events, what was made, and what was measured.

    viewer:      whose record it is, as for `seen_by`
    everything:  whether what nobody else may see is put in all the same, as for whoever keeps the data folder
    """
    wrong = problem(events)
    if not everything:
        events = seen_by(room, events, viewer)
    found = measures(room, now)
    return {
        "version": VERSION,
        "title": room.title,
        "topic": room.topic,
        "workshop": {
            "name": room.workshop.name,
            "title": room.workshop.title,
            "version": room.workshop.version,
            "digest": room.workshop.digest,
            "forked_from": room.workshop.forked_from,
        },
        "opened_at": room.opened_at,
        "begun_at": room.begun_at,
        "ended_at": room.ended_at,
        "people": [{"id": one.id, "name": one.name, "seat": one.seat} for one in room.people.values()],
        "made": {
            name: [
                {"id": one.id, "by": one.by, "place": list(one.place), **one.values}
                for one in room.written(name)
                if everything or not room.hidden(one, viewer)
            ]
            for name in room.workshop.makes
        },
        "measures": {
            "moves": {move: measured(estimate) for move, estimate in found.moves.items()},
            "steering": measured(found.steering),
            "requests_for_concreteness_per_ten_minutes": measured(found.concrete),
            "meant": measured(found.meant),
            "pictures_matched": measured(found.pictures),
            "marks_alike": measured(found.marks),
            "worth_it": measured(found.worth),
            "stages": [asdict(stage) | {"place": list(stage.place)} for stage in found.stages],
        },
        "chain": {"whole": wrong is None, "problem": wrong, "head": events[-1].hash if events else None},
        "redacted": room.redacted,
        "events": [event.to_dict() for event in events],
    }


def measured(figure: Estimate | Rate) -> dict[str, Any]:
    """A figure as JSON values: its counts, its ends, and how people read it."""
    if isinstance(figure, Estimate):
        share = None if not figure.asked else figure.share
        counts = {"count": figure.agree, "n": figure.asked, "share": share}
    else:
        rate = None if not figure.units else figure.per_unit
        counts = {"count": figure.count, "units": figure.units, "rate": rate}
    high = figure.high if figure.high != float("inf") else None
    return {**counts, "low": figure.low, "high": high, "too_few": figure.too_few, "text": str(figure)}


# --- to read ------------------------------------------------------------------------------------------------------


def as_markdown(room: Room, viewer: str | None, now: float) -> str:
    """The record as a page to read and pass on: what was made, how it came about, and the figures."""
    return "\n".join(_lines(room, viewer, now)).rstrip() + "\n"


def _lines(room: Room, viewer: str | None, now: float) -> Iterator[str]:
    yield f"# {_as_typed(room.title or room.workshop.title)}"
    yield ""
    yield f"*{_as_typed(room.topic)}*" if room.topic else ""
    yield ""
    version = f"{room.workshop.title}, version {room.workshop.version} ({room.workshop.digest[:12]})"
    yield f"- Workshop: {version}"
    yield f"- Opened: {_when(room.opened_at)}" + (
        f"; ended: {_when(room.ended_at)}" if room.ended_at else "; not ended"
    )
    by_seat = {seat: [one.name for one in room.sitting(seat)] for seat in room.workshop.seats}
    for seat, names in by_seat.items():
        if names:
            yield f"- {seat.capitalize()}: {', '.join(_as_typed(name) for name in names)}"
    spoke = {seat: ", ".join(_as_typed(room.name_of(one)) for one in who) for seat, who in roles(room).items()}
    for seat, names_ in spoke.items():
        yield f"- Spoke as {seat}: {names_}"
    yield ""
    if room.brought:
        yield "## What it started from"
        yield ""
        for entry in room.brought:
            yield from _entry(room.workshop.needs[entry.thing].form, entry, "")
        yield ""
    yield "## What was made"
    yield ""
    hidden = 0
    tracked = room.workshop.tracked
    for thing in [*room.workshop.makes.values(), *([tracked] if tracked else [])]:
        entries = list(room.written(thing.name))
        shown = [one for one in entries if not room.hidden(one, viewer)]
        hidden += len(entries) - len(shown)
        if not shown:
            continue
        yield f"### {thing.title}"
        yield ""
        for one in shown:
            indent = "  " * room.depth_of(one) if thing.form.nested else ""
            questions = room.workshop.stages[one.place[1]].questions
            yield from _entry(thing.form, one, indent, _as_typed(room.name_of(one.by)), _where(room, one), questions)
        yield ""
    if hidden:
        yield f"*{hidden} more {'is' if hidden == 1 else 'are'} not for everybody, and left out here.*"
        yield ""
    yield "## How it went"
    yield ""
    found = measures(room, now)
    for move, estimate in found.moves.items():
        yield f"- Facilitators: {MOVES[move]} {estimate}"
    yield f"- Steering: {found.steering}"
    yield f"- Requests for something concrete, in ten minutes: {found.concrete}"
    yield f"- Of what was said back, was meant so: {found.meant}"
    yield f"- Two pictures alike: {found.pictures}"
    if found.marks.asked:
        yield f"- Marks alike: {found.marks}"
    yield f"- Found it worth their time (4 or 5 of 5): {found.worth}"
    yield ""
    yield DRAWN
    yield ""
    yield "| stage | minutes | planned | asked for something concrete | wanted by then |"
    yield "|---|---|---|---|---|"
    for stage in found.stages:
        name = stage.stage if not stage.place[0] else f"{stage.stage} (sub-session {stage.place[0]})"
        wanted = "–" if stage.wanted is None else stage.wanted
        yield f"| {name} | {stage.minutes:.0f} | {stage.planned} | {stage.asked} | {wanted} |"
    yield ""
    for session in room.sessions[1:]:
        yield from _sub_session(room, session)
    if room.talk:
        yield "## What was said"
        yield ""
        for said in room.talk:
            words = _as_typed(said.text) if said.text else "*(aloud)*"
            kind = "ask for an example" if said.concrete else MOVES[said.move]
            verdicts = "".join(
                f" *({_as_typed(room.name_of(who))}: {'meant so' if yes else 'not meant so'})*"
                for who, yes in room.judged.get((said.id, "meant"), {}).items()
            )
            yield f"- **{_as_typed(room.name_of(said.by))}**, {kind}: {words}{verdicts}"
        yield ""
    comments = [(who, text) for who, text in room.comments.items() if text]
    if comments:
        yield "## Afterwards"
        yield ""
        for who, text in comments:
            yield f"- **{_as_typed(room.name_of(who))}**: {_as_typed(text)}"


def _sub_session(room: Room, session: Session) -> Iterator[str]:
    parent = session.parent
    where = room.workshop.stages[parent[1]].name if parent and parent[1] != LOBBY else "the lobby"
    yield f"**Sub-session {session.number}**, from {where}, on “{_as_typed(session.about)}”: " + (
        "still open" if session.came_back is None else _as_typed(session.came_back)
    )
    yield ""


def _entry(
    form: Form, entry: Entry, indent: str, by: str = "", where: str = "", questions: Sequence[str] = ()
) -> Iterator[str]:
    parts = []
    for one in form.fields:
        value = entry.values.get(one.name, "")
        if one.name == "question" and value.isdecimal() and int(value) < len(questions):
            value = questions[int(value)]
        if value and one.name != "text":
            parts.append(f"{one.label}: {_as_typed(value)}")
    head, *rest = _as_typed(entry.text).split("\n") or [""]
    note = "; ".join(filter(None, (*parts, by, where)))
    yield f"{indent}- {head}" + (f" ({note})" if note and not rest else "")
    for line in rest:
        yield f"{indent}  {line}".rstrip()
    if rest and note:
        yield f"{indent}  ({note})"


def _where(room: Room, entry: Entry) -> str:
    return f"sub-session {entry.place[0]}" if entry.place[0] else ""


def _as_typed(text: str) -> str:
    """Words as words: what would be HTML or a heading in Markdown is shown as it was typed."""
    text = text.replace("\\", "\\\\").replace("<", "\\<").replace("[", "\\[").replace("`", "\\`").replace("*", "\\*")
    return "\n".join(
        f"\\{line}" if line.startswith(("#", ">", "-", "+", "|", "=")) else line for line in text.split("\n")
    )


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
