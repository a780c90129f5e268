"""What an event changes on the pages that are open, as one small message.

parts    pieces of HTML: each replaces the piece with its id, or is added to the end of a list
refresh  parts of the page that everybody fetches anew, since they differ from person to person
gone     ids of pieces that are no longer there
notice   one sentence for the live region
anew     whether the count of events goes on from this one, be it higher or lower than the page's
"""

from __future__ import annotations

import json
from typing import Any

from cohobate.events import HOUSE, Event
from cohobate.practicum.facilitation import counter
from cohobate.practicum.room import LOBBY, Room
from cohobate.web.rooms.fragments import container_of, counter_html, entry_html, guide_html, said_html, waiting_html

PEOPLE = frozenset({"join", "take", "stand", "offer", "decline", "remove"})
STAGE = frozenset({"advance", "back", "recurse", "return", "reveal", "end", "program", "ran", "deliver", "bring"})


def message(room: Room, event: Event, sees: bool) -> str:
    """The message of an event, as JSON.

    sees:  whether the reader may see what was written, if something was
    """
    return json.dumps(
        {"sequence": event.sequence, "by": event.actor, **_content(room, event, sees)}, ensure_ascii=False
    )


def everything_anew(sequence: int) -> str:
    """The message that lets a page fetch all of it anew, and count from there: also where an older backup was restored,
    and there is less than the page has seen."""
    return json.dumps({"sequence": sequence, "anew": True, "refresh": ["all"]})


def _content(room: Room, event: Event, sees: bool) -> dict[str, Any]:
    data = event.data
    if event.kind == "say":
        said = room.said[event.id]
        parts = [{"id": f"said-{said.id}", "in": "talk", "html": said_html(room, said)}]
        if said.by == HOUSE:
            parts.append({"id": "guide", "html": guide_html(room)})
        if said.concrete:
            parts.append(counter_part(room, event.at))
        return {"parts": parts}
    if event.kind == "write":
        entry = room.entries[data["entry"]]
        thing = room.thing_of(entry)
        parts = []
        if sees:
            where = container_of(room, entry)
            parts.append({"id": f"entry-{entry.id}", "in": where, "html": entry_html(room, entry)})
        if entry.place[1] != LOBBY and room.workshop.stages[entry.place[1]].solo:
            parts.append({"id": f"waiting-{thing.name}", "html": waiting_html(room, thing, entry.place)})
        return {"parts": parts, "place": list(entry.place)}
    if event.kind == "strike":
        return {"gone": [f"entry-{data['entry']}"]}
    if event.kind == "judge":
        if data["respect"] == "same":
            return {"refresh": ["things"]}
        said_, entry_ = room.said.get(data["of"]), room.entries.get(data["of"])
        if said_ is not None:
            return {"parts": [{"id": f"said-{said_.id}", "in": "talk", "html": said_html(room, said_)}]}
        if entry_ is not None and not room.hidden(entry_, None):
            return {"parts": [{"id": f"entry-{entry_.id}", "html": entry_html(room, entry_)}]}
        return {}
    if event.kind in PEOPLE:
        return {"refresh": ["people"], "notice": _notice(room, event)}
    if event.kind in STAGE:
        return {"refresh": ["stage", "people"], "notice": _notice(room, event)}
    if event.kind == "redact":
        return {"refresh": ["all"], "notice": "Words were taken out on request."}
    return {}


def counter_part(room: Room, now: float) -> dict[str, Any]:
    """The counter of requests for examples, as a part of a message."""
    found = counter(room, now)
    if found is None:
        return {"id": "counter", "html": ""}
    return {"id": "counter", "html": counter_html(found.asked, found.wanted, found.target)}


def _notice(room: Room, event: Event) -> str:
    who = room.name_of(event.actor)
    stage = room.stage.name if room.stage else "the lobby"
    return {
        "join": f"{who} came in.",
        "take": f"{who} is now the {event.data.get('seat')}.",
        "stand": f"{who} left the seat {event.data.get('seat')}.",
        "offer": f"{who} would hand over the seat {event.data.get('seat')}.",
        "decline": f"{who} would rather not take the seat {event.data.get('seat')}.",
        "remove": "Somebody was taken off the list.",
        "advance": f"{who} went on to “{stage}”.",
        "back": f"{who} went back to “{stage}”.",
        "recurse": f"{who} went into “{room.session.about}”, from “{stage}”.",
        "return": f"{who} returned to “{stage}”.",
        "reveal": f"{who} revealed what everybody wrote.",
        "end": f"{who} ended the room.",
        "program": f"{who} chose a program.",
        "ran": "The program was run.",
        "deliver": "Another group's notes have come.",
        "bring": f"{who} brought something to start from.",
    }.get(event.kind, "")
