"""What a room's page shows to one person: values for the templates, and nothing decided here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from cohobate.practicum.acts import DEEPEST, may_lead, may_write
from cohobate.practicum.facilitation import alarms, counter
from cohobate.practicum.forms import Field
from cohobate.practicum.room import TAKEN_OUT, Entry, Place, Room
from cohobate.practicum.workshop import TRACKED, Seat, Stage, Thing
from cohobate.web.rooms.fragments import (
    counter_html,
    entry_html,
    guide_html,
    move_label,
    said_html,
    tree_html,
    waiting_html,
)
from cohobate.web.rooms.programs import program_of
from cohobate.web.slugs import slug
from cohobate.web.words import markdown

LATEST = 150
"""Things that were said, shown at first."""


@dataclass(frozen=True)
class Step:
    """A stage in the strip."""

    number: int
    name: str
    minutes: int
    state: str
    """ "done", "now", "ahead", or "out" for a stage that this sub-session does not go through."""
    solo: bool


@dataclass(frozen=True)
class List:
    """A list of entries under a heading."""

    id: str
    heading: str
    html: SafeString
    empty: bool


@dataclass(frozen=True)
class Form:
    """What somebody may fill in."""

    id: str
    fields: Sequence[tuple[Field, str]]
    """Each with what stands in it already."""
    entry: str
    latest: int
    autosave: bool
    question: str = ""
    """What it answers; "" for a form that answers nothing in particular."""
    fixed: tuple[str, str] = ("", "")
    """The field that says which question, and its value."""
    under: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Panel:
    """What is made under one name, as the room's page shows it."""

    thing: Thing
    lists: Sequence[List]
    forms: Sequence[Form]
    waiting: SafeString
    hint: str
    compared: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class Move:
    """A button that logs something said."""

    value: str
    label: str
    key: str
    primary: bool


def live(room: Room, me: str, now: float, present: set[str]) -> dict[str, Any]:
    """Everything that a room's page shows to one person."""
    person = room.people.get(me)
    seat = room.seat_of(me)
    stage = room.stage
    place = room.place
    leads = leads_here(room, me)
    found = counter(room, now)
    can_reveal = leads and stage is not None and stage.solo and stage.reveal and place not in room.revealed
    return {
        "room": room,
        "me_here": person,
        "seat": seat,
        "stage": stage,
        "place": f"{place[0]}.{place[1]}",
        "strip": list(_strip(room)),
        "prompt": markdown(_prompt(room, seat)),
        "others": [
            (name, markdown(words))
            for name, words in (stage.prompts.items() if stage else ())
            if not seat or name != seat.name
        ],
        "panels": list(panels(room, me, seat)),
        "guide": guide_html(room),
        "tracked": _tracked(room, me),
        "moves": moves(seat) if room.begun_at is not None and not room.ended else [],
        "talk": [said_html(room, said) for said in room.talk[-LATEST:]],
        "earlier_talk": max(0, len(room.talk) - LATEST),
        "seats": list(_seats(room, me, present)),
        "onlookers": [one for one in room.people.values() if one.seat is None and not one.removed],
        "offers": [(seat_, room.name_of(by)) for (seat_, to), by in room.offers.items() if to == me],
        "hand_to": [one for one in room.people.values() if one.id != me and not one.removed and person and person.seat],
        "present": present,
        "leads": leads,
        "is_host": room.host == me,
        "can_back": leads and room.begun_at is not None and room.session.at > room.session.first,
        "can_go_on": leads and room.session.at < room.session.last,
        "next_stage": room.workshop.stages[room.session.at + 1].name if room.session.at < room.session.last else "",
        "can_recurse": leads and stage is not None and stage.if_vague is not None and room.depth < DEEPEST,
        "recurse_to": room.workshop.stages[stage.if_vague].name if stage and stage.if_vague is not None else "",
        "can_reveal": can_reveal,
        "go_class": "quiet" if can_reveal else "primary",
        "revealed": place in room.revealed,
        "came_back": [one for one in room.sessions if one.parent == place and one.came_back is not None],
        "inside": [room.sessions[number] for number in room.stack[1:]],
        "counter": counter_html(found.asked, found.wanted, found.target) if found else "",
        "facilitates": bool(seat and seat.does == "facilitates"),
        "elapsed": int(room.elapsed(now)),
        "alarms": alarms(room, now, present | {me}),
        "needs": _needs(room) if room.begun_at is None else [],
        "brought": [(room.workshop.needs[entry.thing].title, entry.values) for entry in room.brought],
        "notes": room.delivered.get(place, []),
        "my_rating": room.ratings.get(me),
        "my_comment": room.comments.get(me, ""),
        "fresh": slug,
    }


def leads_here(room: Room, me: str) -> bool:
    """Whether somebody may move the room on, and it can still be moved."""
    return not room.ended and may_lead(room, me)


def _prompt(room: Room, seat: Seat | None) -> str:
    if room.stage is None:
        return room.workshop.words
    return room.stage.prompt(seat.name if seat else None)


def _strip(room: Room) -> Iterator[Step]:
    session = room.session
    for number, stage in enumerate(room.workshop.stages):
        if not session.first <= number <= session.last:
            state = "out"
        elif number == session.at and not room.ended:
            state = "now"
        else:
            state = "done" if (session.number, number) in room.visited else "ahead"
        yield Step(number + 1, stage.name, stage.minutes, state, stage.solo)


def _seats(room: Room, me: str, present: set[str]) -> Iterator[dict[str, Any]]:
    mine = room.people[me].seat if me in room.people else None
    for seat in room.workshop.seats.values():
        sitting = room.sitting(seat.name)
        yield {
            "seat": seat,
            "people": [(one, one.id in present, one.id == me) for one in sitting],
            "free": seat.most - len(sitting),
            "may_take": me in room.people and mine != seat.name and len(sitting) < seat.most and not room.ended,
            "mine": mine == seat.name,
        }


def _needs(room: Room) -> list[dict[str, Any]]:
    here = {entry.thing for entry in room.brought}
    return [
        {"need": need, "there": need.name in here, "fields": [(field, "") for field in need.form.fields]}
        for need in room.workshop.needs.values()
    ]


def moves(seat: Seat | None) -> list[Move]:
    """The moves of a seat, with their keys."""
    if seat is None or seat.does == "watches":
        return []
    facilitates = seat.does == "facilitates"
    every = [
        Move("example", "Ask for an example", "e", facilitates),
        Move("ask", "Ask", "a", False),
        Move("say_back", "Say back", "b", False),
        Move("restate", "Restate", "r", False),
        Move("tell", move_label("tell", seat.does), "t", not facilitates),
    ]
    return every if facilitates else [every[-1], *every[:-1]]


# --- what is written ----------------------------------------------------------------------------------------------


def panels(room: Room, me: str, seat: Seat | None) -> Iterator[Panel]:
    """What this stage writes; in the lobby and at the end, all that there is."""
    stage = room.stage
    if stage is None:
        return
    names = [*stage.writes, *stage.shows] if not room.ended else list(room.workshop.makes)
    for name in names:
        yield _panel(room, room.workshop.makes[name], stage, room.place, me, seat)


def _panel(room: Room, thing: Thing, stage: Stage, place: Place, me: str, seat: Seat | None) -> Panel:
    session = place[0] if not room.ended else None
    entries = [entry for entry in room.written(thing.name, session) if not room.hidden(entry, me)]
    may = not room.ended and may_write(room, me, thing, place)
    forms = list(_forms(room, thing, stage, place, me, entries)) if may else []
    # What is in a form that saves itself need not stand below it once more.
    in_forms = {form.entry for form in forms if form.autosave}
    shown = [entry for entry in entries if entry.id not in in_forms]
    waiting = waiting_html(room, thing, place) if stage.solo and place not in room.revealed else mark_safe("")
    return Panel(
        thing,
        lists_of(room, thing, shown, stage.questions if thing.name in stage.writes else ()),
        forms,
        waiting,
        _hint(room, thing, stage, place, seat, may),
        _compared(room, stage, place, me, entries) if thing.form.name == "answers" and not room.ended else (),
    )


def _tracked(room: Room, me: str) -> Form | None:
    """The note of what somebody keeps in mind, for nobody else."""
    thing = room.workshop.tracked
    if thing is None or room.begun_at is None or room.ended or not may_write(room, me, thing, (0, 0)):
        return None
    own = next((entry for entry in room.written(TRACKED) if entry.by == me), None)
    fields = [(field, own.values.get(field.name, "") if own else "") for field in thing.form.fields]
    return Form(f"form-{TRACKED}", fields, own.id if own else slug(), own.latest if own else 0, True)


def lists_of(room: Room, thing: Thing, entries: Sequence[Entry], questions: Sequence[str] = ()) -> list[List]:
    """Entries under the headings that their form gives them.

    questions:  what is asked at the stage that is looked at, so that there is a list for each
    """
    if thing.form.name == "freedoms":
        return [
            _list(
                room,
                f"list-{thing.name}-{number}",
                choice,
                [one for one in entries if one.values.get("side") == choice],
            )
            for number, choice in enumerate(thing.form.fields[0].choices)
        ]
    if thing.form.name == "answers":
        asked = dict(enumerate(questions))
        answers: dict[int, list[Entry]] = {number: [] for number in asked}
        gone: list[Entry] = []  # to which question is among the words that were taken out
        for one in entries:
            if "question" not in one.values:
                gone.append(one)
                continue
            number = int(one.values["question"])
            asked.setdefault(number, room.workshop.stages[one.place[1]].questions[number])
            answers.setdefault(number, []).append(one)
        rest = [_list(room, f"list-{thing.name}", TAKEN_OUT, gone)] if gone else []
        return rest + [
            _list(room, f"list-{thing.name}-{number}", asked[number], some) for number, some in answers.items()
        ]
    if thing.form.nested:
        return [List(f"list-{thing.name}", "", tree_html(room, entries), not entries)]
    return [_list(room, f"list-{thing.name}", "", entries)]


def _list(room: Room, id: str, heading: str, entries: Sequence[Entry]) -> List:
    html = mark_safe("".join(entry_html(room, entry) for entry in entries))
    return List(id, heading, html, not entries)


def _forms(room: Room, thing: Thing, stage: Stage, place: Place, me: str, entries: Sequence[Entry]) -> Iterator[Form]:
    fields = thing.form.fields
    own = [entry for entry in entries if entry.by == me and entry.place == place]
    if thing.form.name == "answers":
        for number, question in enumerate(stage.questions):
            old = next((entry for entry in own if entry.values.get("question") == str(number)), None)
            yield Form(
                f"form-{thing.name}-{number}",
                [
                    (field, old.values.get(field.name, "") if old else "")
                    for field in fields
                    if field.name != "question"
                ],
                old.id if old else slug(),
                old.latest if old else 0,
                True,
                question,
                ("question", str(number)),
            )
    elif thing.form.name == "estimates" and (program := program_of(room)) is not None:
        for number, block in enumerate(program.blocks):
            old = next((entry for entry in own if entry.values.get("block") == block.name), None)
            yield Form(
                f"form-{thing.name}-{number}",
                [(field, old.values.get(field.name, "") if old else "") for field in fields if field.name != "block"],
                old.id if old else slug(),
                old.latest if old else 0,
                True,
                block.name,
                ("block", block.name),
            )
    elif thing.form.single:
        old = own[0] if own else None
        yield Form(
            f"form-{thing.name}",
            [(field, old.values.get(field.name, "") if old else "") for field in fields],
            old.id if old else slug(),
            old.latest if old else 0,
            True,
        )
    else:
        under = [(entry.id, f"{'– ' * room.depth_of(entry)}{entry.text[:80]}") for entry in entries]
        blank = [(field, "") for field in fields]
        yield Form(f"form-{thing.name}", blank, "", 0, False, under=under if thing.form.nested else ())


def _hint(room: Room, thing: Thing, stage: Stage, place: Place, seat: Seat | None, may: bool) -> str:
    parts = []
    if not thing.seen:
        parts.append("Only you see what you write here.")
    elif stage.solo and not stage.reveal and may:
        parts.append("What you write here stays with you.")
    elif stage.solo and place not in room.revealed and may:
        parts.append("Hidden from the others until the reveal.")
    if seat and not may and not room.ended and thing.name in stage.writes:
        parts.append(f"Written by {' and '.join(sorted(thing.by))}.")
    if thing.unlike_earlier and may:
        parts.append("Nothing that was found in an earlier room counts.")
    if thing.rubric and not may:
        parts.append("Mark each line for what others wrote.")
    return " ".join(parts)


def _compared(room: Room, stage: Stage, place: Place, me: str, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """After the reveal: each question with the verdicts on whether the answers are alike."""
    if place not in room.revealed:
        return []
    answered = {entry.by for entry in entries if entry.place == place}
    found = []
    for number, question in enumerate(stage.questions):
        of = f"{place[0]}.{place[1]}.{number}"
        verdicts = room.judged.get((of, "same"), {})
        found.append(
            {
                "of": of,
                "question": question,
                "verdicts": [(room.name_of(who), yes) for who, yes in verdicts.items()],
                "mine": verdicts.get(me),
                "may": me in answered,
            }
        )
    return found
