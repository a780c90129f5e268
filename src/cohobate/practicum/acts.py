"""What may be done in a room, and by whom: the rules of the house.

`decide` takes what somebody would do, as it came from a form, and gives what the event is to hold; or it raises Refused
with one sentence that says why not and what to do. It changes nothing, and knows neither a clock nor the web.

The rules: a person moves the room on, never the clock. Nothing that was written is lost by it. Each writes only in
their own name. Solo work is nobody else's before the reveal. Who facilitates may ask, say back and restate; to tell is
possible, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from cohobate.errors import Refused, WrongUse
from cohobate.practicum.fermi import parse_duration
from cohobate.practicum.forms import LINE, TEXT, Form
from cohobate.practicum.names import LONGEST, called, same
from cohobate.practicum.room import LOBBY, MOVES, Entry, Person, Place, Room
from cohobate.practicum.workshop import MOST_PEOPLE, TRACKED, Stage, Thing

DEEPEST = 5
"""Sub-sessions within each other, at most."""

MOST_ENTRIES = 5_000
"""Entries in a room, at most."""

Held: TypeAlias = tuple[dict[str, Any], dict[str, str]]
"""What an event holds: its data and its words."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody would do, as a form sends it."""

    id: str
    """Chosen by whoever sends it: the same act sent twice has the same id."""
    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A field without the spaces around it; "" if there is none."""
        return clean(self.fields.get(name, "")).strip()

    def yes(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.get(name).lower() in ("yes", "true", "on", "1")


def clean(text: str) -> str:
    """A text that every store can keep: line ends as one sign, no control characters, no half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    return text.encode("utf-8", "replace").decode("utf-8") if re.search(r"[\ud800-\udfff]", text) else text


def decide(room: Room, who: str, act: Act) -> Held:
    """What the event of this act is to hold. Raises Refused if it may not be done, or not now, or not by them.

    who:  a person of the room, or somebody about to join it. What the house does is not decided here: it is trusted
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", act.id):
        raise Refused("this act has no proper id, so it could count twice; reload the page and send it again")
    rule = _RULES.get(act.kind)
    if rule is None:
        raise Refused(f"'{clean(act.kind)[:40]}' is nothing that one does in a room; reload the page")
    person = room.people.get(who)
    if act.kind != "join":
        if person is None:
            raise Refused("you are not in this room; come in by an invitation first")
        if person.removed:
            raise Refused("you were taken off this room's list; ask its host for a new invitation")
    if room.ended and act.kind not in ("rate", "judge"):
        raise Refused("this room has ended, and its record stays as it is; copy what you wrote if you need it")
    return rule(room, person or Person(who, ""), act)


# --- people and seats ---------------------------------------------------------------------------------------------


def _join(room: Room, person: Person, act: Act) -> Held:
    name = called(act.get("name")) or person.name
    if not name:
        raise Refused("a name is missing; write what the others call you")
    if len(name) > LONGEST:
        raise Refused(f"the name has {len(name)} characters; {LONGEST} are the most")
    here = [one for one in room.people.values() if not one.removed]
    known = any(one.id == person.id for one in here)
    if not known and len(here) >= MOST_PEOPLE:
        raise Refused(f"this room is full: {MOST_PEOPLE} people are in it; ask its host to make room")
    if any(same(one.name, name) and one.id != person.id for one in here):
        raise Refused(f"somebody in this room is called {name} already; add a letter or a second name")
    seat = act.get("seat")
    if seat and not (known and person.seat == seat):
        _free(room, person, seat)
    return {"seat": seat}, {"name": name}


def _take(room: Room, person: Person, act: Act) -> Held:
    seat = act.get("seat")
    if person.seat == seat:
        raise Refused(f"you sit there already: you are the {seat}")
    _free(room, person, seat)
    return {"seat": seat}, {}


def _free(room: Room, person: Person, seat: str) -> None:
    """Whether somebody may sit down there."""
    found = room.workshop.seats.get(seat)
    if found is None:
        raise Refused(f"'{seat[:40]}' is no seat here; there are {', '.join(room.workshop.seats)}")
    sitting = room.sitting(seat)
    if len(sitting) >= found.most and (seat, person.id) not in room.offers:
        names = ", ".join(one.name for one in sitting)
        raise Refused(f"the seat {seat} is taken by {names}; ask to have it handed over, or take another")
    stage = room.stage
    if stage and stage.most and seat in stage.acts:
        acting = [one for one in room.acting(stage) if one.id != person.id]
        giver = room.offers.get((seat, person.id))
        if len([one for one in acting if one.id != giver]) >= stage.most:
            raise Refused(f"'{stage.name}' is for {_people(stage.most)} at most; look on until the next stage")


def _stand(room: Room, person: Person, act: Act) -> Held:
    if person.seat is None:
        raise Refused("you have no seat to leave")
    return {"seat": person.seat}, {}


def _offer(room: Room, person: Person, act: Act) -> Held:
    to = room.people.get(act.get("to"))
    if person.seat is None:
        raise Refused("you have no seat to hand over; take one first")
    if to is None or to.removed or to.id == person.id:
        raise Refused("choose somebody else in this room to hand your seat to")
    return {"seat": person.seat, "to": to.id}, {}


def _decline(room: Room, person: Person, act: Act) -> Held:
    seat = act.get("seat")
    if (seat, person.id) not in room.offers:
        raise Refused("nobody is offering you that seat any more")
    return {"seat": seat}, {}


def _remove(room: Room, person: Person, act: Act) -> Held:
    other = room.people.get(act.get("person"))
    if person.id != room.host:
        raise Refused("only the host takes people off the list")
    if other is None or other.removed:
        raise Refused("that person is not in this room")
    if other.id == room.host:
        raise Refused("the host cannot be taken off the list")
    return {"person": other.id}, {}


# --- speaking -----------------------------------------------------------------------------------------------------


def _say(room: Room, person: Person, act: Act) -> Held:
    seat = room.seat_of(person.id)
    if seat is None or seat.does == "watches":
        raise Refused("you look on here, and speak after the end; take a seat to take part")
    if room.begun_at is None:
        raise Refused("the workshop has not begun; what is said is logged from the first stage on")
    move = act.get("move")
    if move not in MOVES:
        raise Refused(f"'{move[:40]}' is no move; one can {', '.join(MOVES.values())}")
    text, aloud = act.get("text"), act.yes("aloud")
    _not_too_long("what you say", text, TEXT)
    if not text and not aloud:
        raise Refused("there are no words; write some, or log that it was said aloud")
    about = act.get("about")
    if about and about not in room.said and about not in room.entries:
        raise Refused("what you speak of is not in this room; reload the page")
    if about in room.entries and room.hidden(room.entries[about], person.id):
        raise Refused("that is not revealed yet; wait for the reveal")
    data = {
        "move": move,
        "aloud": aloud,
        "concrete": move == "ask" and act.yes("concrete"),
        "steering": move == "tell" and seat.does == "facilitates",
    }
    if about:
        data["about"] = about
    return data, {"text": text} if text else {}


def _judge(room: Room, person: Person, act: Act) -> Held:
    of, respect = act.get("of"), act.get("respect")
    if act.get("yes").lower() not in ("yes", "no"):
        raise Refused("say yes or no")
    if respect == "meant":
        _may_confirm(room, person, of)
    elif respect == "same":
        of = _may_match(room, person, of)
    else:
        respect = _may_mark(room, person, of, respect)
    return {"of": of, "respect": respect, "yes": act.yes("yes")}, {}


def _may_confirm(room: Room, person: Person, of: str) -> None:
    said = room.said.get(of)
    if said is None or said.move not in ("say_back", "restate"):
        raise Refused("only what was said back or restated can be what you meant; choose such a one")
    if said.by == person.id:
        raise Refused("whether you said it back rightly is for the others to say")
    explaining = [seat for seat in room.workshop.seats.values() if seat.does == "explains"]
    seat = room.seat_of(person.id)
    if seat is None or seat.does == "watches" or (explaining and seat.does != "explains"):
        raise Refused("whether it was meant so is for the one who explains to say")


def _may_match(room: Room, person: Person, of: str) -> str:
    """The question that is meant, written in the one way, so that nobody judges it twice."""
    numbers = [_number(part) for part in of.split(".")]
    place: Place = (numbers[0], numbers[1]) if len(numbers) == 3 else (0, LOBBY)
    if place not in room.visited or numbers[2] not in range(len(room.workshop.stages[place[1]].questions)):
        raise Refused("that is no question of this room; reload the page")
    if place not in room.revealed:
        raise Refused("the answers are not revealed yet; compare them after the reveal")
    if not any(entry.by == person.id and entry.values.get("question") for entry in room.at_place(place)):
        raise Refused("only those who answered compare the answers")
    return ".".join(str(number) for number in numbers)


def _may_mark(room: Room, person: Person, of: str, respect: str) -> str:
    """The line of the rubric that is meant."""
    entry, line = room.entries.get(of), _number(respect)
    thing = room.thing(entry.thing) if entry and not entry.struck else None
    if entry is None or thing is None or line not in range(len(thing.rubric)):
        raise Refused("that is nothing to be marked; reload the page")
    if room.hidden(entry, person.id):
        raise Refused("that is not revealed yet; mark it after the reveal")
    if entry.by == person.id:
        raise Refused("your own work is for the others to mark")
    return str(line)


def _number(text: str) -> int:
    """A number from a form, as in "3"; -1 for what is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else -1


# --- writing ------------------------------------------------------------------------------------------------------


def _write(room: Room, person: Person, act: Act) -> Held:
    if room.begun_at is None:
        raise Refused("the workshop has not begun; write from the first stage on")
    entry = act.get("entry") or act.id
    old = room.entries.get(entry)
    thing = room.thing(old.thing if old else act.get("thing"))
    if thing is None:
        raise Refused("nothing of that name is made here; reload the page")
    # What somebody keeps in mind goes with them from stage to stage, and so has one place.
    place = old.place if old else (0, 0) if thing.name == TRACKED else _place(room, act.get("place"))
    _writes(room, person.id, thing, place)
    if old is not None and old.by != person.id:
        raise Refused(f"{room.name_of(old.by)} wrote that; write one of your own beside it")
    if old is None and not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", entry):
        raise Refused("this entry has no proper id; reload the page and send it again")
    if old is not None and act.get("latest") and act.get("latest") != str(old.latest):
        raise Refused("this was changed in another window meanwhile; compare the two, then send yours again")
    if old is None and len(room.entries) >= MOST_ENTRIES:
        raise Refused(f"this room holds {MOST_ENTRIES:,} entries, which is the most; change one instead")
    values, words = checked(thing.form, act)
    if thing.form.single:
        mine = [one.id for one in room.at_place(place) if one.thing == thing.name and one.by == person.id]
        if mine not in ([], [entry]):
            raise Refused("you have one of these here already; change that one")
    if thing.form.name == "answers":
        values["question"] = _question(room, person, place, entry, words.pop("question"))
    if thing.form.name == "estimates":
        try:
            words["seconds"] = repr(parse_duration(words["text"]))
        except WrongUse as error:
            raise Refused(str(error)) from None
    if old is not None:
        _same_place(old, values | words)
    if room.workshop.stages[place[1]].solo or not room.for_everyone(thing):
        # What somebody chose is as much theirs as what they wrote, and a record leaves out words alone.
        values, words = {}, words | values
    data: dict[str, Any] = {"entry": entry, "thing": thing.name, "place": list(place), "values": values}
    text = words.get("text", "")
    if thing.unlike_earlier and text and room.found_before(thing.name, text):
        raise Refused(f"'{text[:60]}' was found before, in an earlier room; look for one unlike it")
    under = old.under if old else act.get("under") if thing.form.nested else ""
    if under:
        above = room.entries.get(under)
        if above is None or above.struck or above.thing != thing.name or room.hidden(above, person.id):
            raise Refused("what this should stand under is not there; reload the page")
        if room.depth_of(above) >= 60:
            raise Refused("this branch is 60 deep, which is the most; begin a new one")
        data["under"] = under
    return data, words


def checked(form: Form, act: Act) -> tuple[dict[str, str], dict[str, str]]:
    """The choices and the words of an entry of a form. Raises Refused for what is missing, too long or no choice."""
    values: dict[str, str] = {}
    words: dict[str, str] = {}
    for one in form.fields:
        given = clean(act.fields.get(one.name, ""))
        given = given if one.kind == "long" else given.strip()
        if one.kind == "choice":
            given = given or one.choices[0]
            if given not in one.choices:
                raise Refused(f"'{given[:40]}' cannot be chosen for '{one.label}'; choose one of {_or(one.choices)}")
            values[one.name] = given
            continue
        if one.kind == "line":
            given = " ".join(given.split())
        if not given.strip() and one.required and form.name != "note":
            raise Refused(f"'{one.label}' is empty; write something there")
        _not_too_long(f"'{one.label}'", given, one.most)
        if given or one.required:
            words[one.name] = given
    return values, words


def _same_place(old: Entry, given: Mapping[str, str]) -> None:
    """Whether a change leaves an answer at its question, and an estimate at its block."""
    for name in ("question", "block"):
        if name in old.values and given.get(name) != old.values[name]:
            raise Refused(f"this entry is for another {name}, and stays there; reload the page and write it again")


def _question(room: Room, person: Person, place: Place, entry: str, given: str) -> str:
    """The number of the question that is answered, which nobody answers twice."""
    questions = room.workshop.stages[place[1]].questions
    number = _number(given)
    if number not in range(len(questions)):
        raise Refused("that is no question of this stage; reload the page")
    for one in room.at_place(place):
        if one.by == person.id and one.values.get("question") == str(number) and one.id != entry:
            raise Refused("you have answered this question already; change that answer")
    return str(number)


def _place(room: Room, given: str) -> Place:
    """The place that a form was filled in at: where the room was then, which need not be where it is now."""
    if not given:
        return room.place
    session, _, stage = given.partition(".")
    place = _number(session), _number(stage)
    if place not in room.visited:
        raise Refused("that stage has not been opened yet; reload the page")
    return place


def may_write(room: Room, who: str, thing: Thing, place: Place) -> bool:
    """Whether somebody may write that at a place where the room has been, as far as seats and stages go."""
    try:
        _writes(room, who, thing, place)
    except Refused:
        return False
    return True


def _writes(room: Room, who: str, thing: Thing, place: Place) -> None:
    """Whether somebody may write that there."""
    stage = room.workshop.stages[place[1]]
    if thing.name not in stage.writes and thing.name != TRACKED:
        raise Refused(f"'{thing.title}' is not written in the stage '{stage.name}'")
    seat = room.seat_of(who)
    if seat is None or seat.does == "watches":
        raise Refused("you look on here; take a seat to write")
    if seat.name not in thing.by:
        seats = " or ".join(sorted(thing.by))
        raise Refused(f"'{thing.title}' is for {seats} to write; ask your questions, and let them fill it in")
    if seat.name not in stage.acts and thing.name != TRACKED:
        raise Refused(f"the {seat.name} does not act in the stage '{stage.name}'")


def _strike(room: Room, person: Person, act: Act) -> Held:
    entry = room.entries.get(act.get("entry"))
    if entry is None or entry.struck or room.hidden(entry, person.id):
        raise Refused("that is not there any more; reload the page")
    if entry.by != person.id:
        raise Refused(f"{room.name_of(entry.by)} wrote that; only they strike it out")
    if any(one.under == entry.id and not one.struck for one in room.entries.values()):
        raise Refused("something stands under it; strike that out first")
    return {"entry": entry.id}, {}


def _bring(room: Room, person: Person, act: Act) -> Held:
    if person.id != room.host and person.seat is None:
        raise Refused("you look on here; take a seat, or let the host bring it")
    if room.begun_at is not None:
        raise Refused("the workshop has begun; what it starts from is settled")
    need = room.workshop.needs.get(act.get("thing"))
    if need is None:
        raise Refused("this workshop does not need that; reload the page")
    values, words = checked(need.form, act)
    if not any(text.strip() for text in words.values()):
        raise Refused(f"'{need.title}' is empty; write something there")
    return {"thing": need.name, "values": values}, words


# --- moving on ----------------------------------------------------------------------------------------------------


def may_lead(room: Room, who: str) -> bool:
    """Whether somebody may move the room on: its host, whoever sits in a leading seat, and where nobody does, whoever
    works."""
    seat = room.seat_of(who)
    leading = any(room.sitting(name) for name in room.workshop.leads)
    works = seat is not None and seat.does != "watches" and (seat.name in room.workshop.leads or not leading)
    return who == room.host or works


def _leads(room: Room, person: Person, act: Act) -> None:
    """Whether somebody may move the room, and means the place where it is."""
    if not may_lead(room, person.id):
        seats = " or ".join(sorted(room.workshop.leads))
        raise Refused(f"the room is moved on by {seats}, or by its host")
    meant = act.get("place")
    if meant and meant != f"{room.place[0]}.{room.place[1]}":
        stage = room.stage
        raise Refused(f"the room has gone to '{stage.name if stage else 'the lobby'}' meanwhile; nothing was changed")


def _enterable(room: Room, stage: Stage) -> None:
    acting = room.acting(stage)
    if stage.most is not None and len(acting) > stage.most:
        names = ", ".join(one.name for one in acting)
        raise Refused(
            f"'{stage.name}' is for {_people(stage.most)} at most, and {names} sit in seats that act; "
            "let somebody stand up and look on"
        )


def _advance(room: Room, person: Person, act: Act) -> Held:
    _leads(room, person, act)
    session = room.session
    if session.at >= session.last:
        if room.depth:
            raise Refused("this is where you went in; return with what you found")
        raise Refused("this is the last stage; end the room when you are done")
    if room.stage is None:
        _beginnable(room)
    _enterable(room, room.workshop.stages[session.at + 1])
    return {"from": list(room.place)}, {}


def _beginnable(room: Room) -> None:
    """Whether a workshop has what it needs to begin."""
    missing = [
        need.title
        for need in room.workshop.needs.values()
        if not need.optional and not any(entry.thing == need.name for entry in room.brought)
    ]
    if missing:
        raise Refused(f"the workshop starts from {_and(missing)}, which nobody has brought yet; bring it first")
    if room.alone:
        if not any(room.people[one].seat for one in room.people):
            raise Refused("nobody has a seat; take one")
        return
    for seat in room.workshop.seats.values():
        here = len(room.sitting(seat.name))
        if here < seat.least:
            raise Refused(
                f"the seat {seat.name} takes {_people(seat.least)}, and {here or 'nobody'} sits there; "
                "invite somebody, or take it yourself"
            )


def _back(room: Room, person: Person, act: Act) -> Held:
    _leads(room, person, act)
    session = room.session
    if session.at <= session.first:
        if room.depth:
            raise Refused("this is the first stage of what you went into; return instead")
        raise Refused("this is the first stage; there is nothing before it")
    _enterable(room, room.workshop.stages[session.at - 1])
    return {"from": list(room.place)}, {}


def _reveal(room: Room, person: Person, act: Act) -> Held:
    _leads(room, person, act)
    stage = room.stage
    if stage is None or not stage.solo:
        raise Refused("everyone sees what is written in this stage; there is nothing to reveal")
    if not stage.reveal:
        raise Refused("what is written in this stage stays with its writers")
    if room.place in room.revealed:
        raise Refused("it is revealed already")
    return {"place": list(room.place)}, {}


def _recurse(room: Room, person: Person, act: Act) -> Held:
    _leads(room, person, act)
    stage = room.stage
    if stage is None or stage.if_vague is None:
        raise Refused("from this stage there is nothing to go into; ask for an example instead")
    if room.depth >= DEEPEST:
        raise Refused(f"you are {DEEPEST} sub-sessions deep, which is the most; return from one first")
    about = " ".join(act.get("about").split())
    if not about:
        raise Refused("say what is vague, in a few words")
    _not_too_long("what is vague", about, LINE)
    _enterable(room, room.workshop.stages[stage.if_vague])
    return {"from": list(room.place), "to": stage.if_vague}, {"about": about}


def _return(room: Room, person: Person, act: Act) -> Held:
    _leads(room, person, act)
    if not room.depth:
        raise Refused("you are in no sub-session; there is nothing to return from")
    text = act.get("text")
    if not text:
        raise Refused("say what you return with, in a sentence or two")
    _not_too_long("what you return with", text, TEXT)
    parent = room.session.parent
    if parent is not None:
        _enterable(room, room.workshop.stages[parent[1]])
    return {"from": list(room.place)}, {"text": text}


def _end(room: Room, person: Person, act: Act) -> Held:
    _leads(room, person, act)
    if room.begun_at is None and person.id != room.host:
        raise Refused("the workshop has not begun; only the host closes it before that")
    return {}, {}


def _rate(room: Room, person: Person, act: Act) -> Held:
    if room.begun_at is None:
        raise Refused("the workshop has not begun; rate it when you know it")
    value = act.get("value")
    if value not in ("1", "2", "3", "4", "5"):
        raise Refused("a rating is 1, 2, 3, 4 or 5")
    comment = act.get("comment")
    _not_too_long("the comment", comment, TEXT)
    return {"value": int(value)}, {"comment": comment} if comment else {}


# --- how it is said -----------------------------------------------------------------------------------------------


def _not_too_long(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Refused(f"{what} has {len(text):,} characters; {most:,} are the most, so make two of it")


def _people(number: int) -> str:
    return "one person" if number == 1 else f"{number} people"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


_RULES: Final[Mapping[str, Callable[[Room, Person, Act], Held]]] = {
    "join": _join,
    "take": _take,
    "stand": _stand,
    "offer": _offer,
    "decline": _decline,
    "remove": _remove,
    "say": _say,
    "judge": _judge,
    "write": _write,
    "strike": _strike,
    "bring": _bring,
    "advance": _advance,
    "back": _back,
    "reveal": _reveal,
    "recurse": _recurse,
    "return": _return,
    "end": _end,
    "rate": _rate,
}

ACTS: Final = frozenset(_RULES)
"""What people do. To open, deliver, run a program and take words out is for the software, and not among them."""

__all__ = [
    "ACTS",
    "DEEPEST",
    "MOST_ENTRIES",
    "Act",
    "Held",
    "checked",
    "clean",
    "decide",
    "may_lead",
    "may_write",
]
