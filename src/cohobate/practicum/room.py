"""A room as a fold over its events: who sits where, what was said and written, which stage it is at.

The fold knows neither a clock nor the web, and takes every event as it is: whether an act is allowed was decided when
it was done (`acts.py`). So a late joiner, a reload and a replay of the first n events see the same, and going on, back
or into a sub-session destroys nothing: what was written belongs to its place, and places are never cleared.

A place is a session and a stage of it: (0, 2) is the third stage of the room itself, (1, 0) the first stage of the
first sub-session. Before it begins a room is in its lobby, stage -1.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Final, TypeAlias

from cohobate.errors import WrongUse
from cohobate.events import HOUSE, Event
from cohobate.practicum.workshop import Seat, Stage, Thing, Workshop
from cohobate.vocabulary import Transcript

Place: TypeAlias = tuple[int, int]
"""Session and stage, each from 0."""

LOBBY: Final = -1

MOVES: Final[Mapping[str, str]] = {
    "ask": "ask",
    "say_back": "say back",
    "restate": "restate",
    "tell": "tell",
}
"""The kinds of speech. To ask, say back and restate are what a facilitator is there for; to tell is to steer."""

TAKEN_OUT: Final = "[taken out on request]"
"""What stands where words were taken out."""


@dataclass(slots=True)
class Person:
    """Somebody who is, or was, in the room."""

    id: str
    name: str
    seat: str | None = None
    """None for somebody who only looks on."""
    removed: bool = False


@dataclass(slots=True)
class Session:
    """The room's own course through the stages, or a sub-session that goes into something vague."""

    number: int
    parent: Place | None
    """Where it was opened; None for the room's own."""
    about: str
    """What was vague."""
    first: int
    last: int
    """The stages that it runs through, both included."""
    at: int
    came_back: str | None = None
    """What it returned with; None while it is open."""


@dataclass(slots=True)
class Said:
    """Something that was said, in writing or aloud."""

    id: str
    sequence: int
    at: float
    by: str
    seat: str | None
    """Where the speaker sat when it was said."""
    move: str
    text: str
    """May be empty for what was said aloud."""
    aloud: bool
    concrete: bool
    """Whether it asked for something concrete."""
    about: str
    """The id of what it speaks of; "" if of nothing in particular."""
    place: Place
    steering: bool
    """Whether a facilitator told something."""
    why: str = ""
    """What made the guide ask; "" for what people say."""


@dataclass(slots=True)
class Entry:
    """Something that was written; an edit changes it, and the events keep what it was."""

    id: str
    thing: str
    place: Place
    by: str
    values: dict[str, str]
    under: str
    """The id of the entry that it stands under; "" at the top."""
    sequence: int
    at: float
    edits: int = 0
    struck: bool = False
    latest: int = 0
    """The sequence of its latest edit."""

    @property
    def text(self) -> str:
        """The main field."""
        return self.values.get("text", "")


@dataclass(slots=True)
class Ran:
    """What came of running a program."""

    place: Place
    blocks: dict[str, float | None]
    """Seconds that each block took; None for one that was not reached."""
    how: str
    """How it ended, as a sentence."""
    printed: str
    at: float
    sequence: int
    """Of the event: what was written later was not said before it."""


@dataclass(slots=True)
class Notes:
    """What another group revealed at the same stage."""

    room: str
    """The other room's id."""
    group: str
    """Its title."""
    texts: list[str]


@dataclass
class Room:
    """The state of a room. Made by `fold`, moved on by `apply`; nothing else changes it."""

    workshop: Workshop
    title: str = ""
    topic: str = ""
    host: str = ""
    alone: bool = False
    people: dict[str, Person] = field(default_factory=dict)
    offers: dict[tuple[str, str], str] = field(default_factory=dict)
    """Seats that somebody would hand over: (seat, to whom) → by whom. Seat and duty stay until it is taken."""
    sessions: list[Session] = field(default_factory=list)
    stack: list[int] = field(default_factory=list)
    """The sessions that are open, innermost last."""
    talk: list[Said] = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    brought: list[Entry] = field(default_factory=list)
    """What the workshop needed and was given."""
    earlier: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)
    """By thing: entries of earlier rooms that must not be repeated, as salts and fingerprints. Those are other people's
    words, so they are not kept here."""
    revealed: dict[Place, int] = field(default_factory=dict)
    """Where solo work was revealed, with the sequence of the event: what was written later is not solo any more."""
    visited: set[Place] = field(default_factory=set)
    judged: dict[tuple[str, str], dict[str, bool]] = field(default_factory=dict)
    """(of what, in which respect) → by whom → yes or no."""
    ratings: dict[str, int] = field(default_factory=dict)
    """What the room was worth to each, 1 … 5."""
    comments: dict[str, str] = field(default_factory=dict)
    program: tuple[str, str] | None = None
    """Name and source of the program to be estimated."""
    ran: list[Ran] = field(default_factory=list)
    delivered: dict[Place, list[Notes]] = field(default_factory=dict)
    redacted: int = 0
    """How many events had their words taken out."""
    opened_at: float = 0.0
    begun_at: float | None = None
    ended_at: float | None = None
    entered_at: float = 0.0
    """When the present place was entered."""
    spent: dict[Place, float] = field(default_factory=dict)
    """Seconds spent at places that were left."""
    sequence: int = 0
    """Of the latest event; 0 if nothing has happened."""
    last_at: float = 0.0

    # --- where it is ----------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The innermost open session."""
        return self.sessions[self.stack[-1]]

    @property
    def place(self) -> Place:
        """Where the room is."""
        session = self.session
        return session.number, session.at

    @property
    def stage(self) -> Stage | None:
        """The stage it is at; None in the lobby."""
        at = self.session.at
        return None if at == LOBBY else self.workshop.stages[at]

    @property
    def depth(self) -> int:
        """How many sub-sessions it is inside of."""
        return len(self.stack) - 1

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.ended_at is not None

    def elapsed(self, now: float) -> float:
        """Seconds that the room has been at its place, earlier stays included; 0 before the beginning.

        now: seconds since 1970. A clock that jumps back takes nothing away.
        """
        if self.begun_at is None:
            return 0.0
        end = self.ended_at if self.ended_at is not None else max(now, self.entered_at)
        return self.spent.get(self.place, 0.0) + max(0.0, end - self.entered_at)

    # --- who is in it ---------------------------------------------------------------------------------------------

    def seat_of(self, person: str) -> Seat | None:
        """Where somebody sits."""
        found = self.people.get(person)
        return None if found is None or found.seat is None else self.workshop.seats.get(found.seat)

    def sitting(self, seat: str) -> list[Person]:
        """Who sits there, in the order in which they came in."""
        return [person for person in self.people.values() if person.seat == seat and not person.removed]

    def acting(self, stage: Stage) -> list[Person]:
        """Who sits in a seat that acts in a stage."""
        return [person for seat in self.workshop.seats if seat in stage.acts for person in self.sitting(seat)]

    def name_of(self, person: str) -> str:
        """What somebody is called here."""
        if person == HOUSE:
            return "the guide" if self.alone else "the house"
        found = self.people.get(person)
        return found.name if found else "somebody"

    # --- who sees what --------------------------------------------------------------------------------------------

    def hidden(self, entry: Entry, viewer: str | None) -> bool:
        """Whether an entry is to be kept from somebody: solo work before the reveal, and what is not for their seat.

        viewer: None for somebody who is not in the room, who sees what everyone sees
        """
        if entry.by == viewer or entry.place[1] == LOBBY:
            return False
        stage = self.workshop.stages[entry.place[1]]
        if stage.solo and (not stage.reveal or entry.place not in self.revealed):
            return True
        thing = self.workshop.thing(entry.thing)
        if thing is None or self.for_everyone(thing):
            return False
        seat = self.seat_of(viewer) if viewer else None
        return seat is None or seat.name not in thing.seen

    def for_everyone(self, thing: Thing) -> bool:
        """Whether whoever is in the room sees what is written there, once it is revealed."""
        return len(thing.seen) == len(self.workshop.seats)

    def written(self, thing: str, session: int | None = None) -> Iterator[Entry]:
        """What stands under a name, in a session or in all of them, in the order of its first writing."""
        # Over a copy: another thread may add to them meanwhile.
        for entry in list(self.entries.values()):
            if entry.thing == thing and not entry.struck and (session is None or entry.place[0] == session):
                yield entry

    def at_place(self, place: Place) -> Iterator[Entry]:
        """What was written at a place."""
        return (entry for entry in list(self.entries.values()) if entry.place == place and not entry.struck)

    def thing(self, name: str) -> Thing | None:
        """What is written under that name."""
        return self.workshop.thing(name)

    def found_before(self, thing: str, text: str) -> bool:
        """Whether an earlier room has the same instance."""
        return any(fingerprint(salt, text) in found for salt, found in self.earlier.get(thing, ()))

    def thing_of(self, entry: Entry) -> Thing:
        """What an entry is an entry of."""
        found = self.workshop.thing(entry.thing)
        if found is None:
            raise WrongUse(f"'{entry.thing}' is not made in {self.workshop.name}; read the room with its own workshop")
        return found

    def depth_of(self, entry: Entry) -> int:
        """How deep an entry stands in its tree; 0 at the top."""
        depth = 0
        while entry.under in self.entries and depth < 1000:
            entry, depth = self.entries[entry.under], depth + 1
        return depth

    # --- as a transcript --------------------------------------------------------------------------------------------

    def transcript(self) -> Transcript[str, str]:
        """The room as an overseer's transcript: its topic, what was asked with what was answered, and what it came to.

        An ask takes as its answer what was said by others until the next ask. The answer of the whole is the last entry
        of what the workshop makes last; None while there is none.
        """
        transcript: Transcript[str, str] = Transcript(self.topic or self.title)
        question: str | None = None
        answers: list[str] = []
        asker = ""
        for said in self.talk:
            if said.move == "ask":
                if question is not None:
                    transcript = transcript.asked(question, " ".join(answers))
                question, answers, asker = said.text or "(asked aloud)", [], said.by
            elif question is not None and said.by != asker and said.text:
                answers.append(said.text)
        if question is not None:
            transcript = transcript.asked(question, " ".join(answers))
        last = None
        for name in self.workshop.makes:
            shown = [entry for entry in self.written(name, 0) if not self.hidden(entry, None)]
            last = shown[-1] if shown else last
        return transcript if last is None else transcript.answered(last.text)

    # --- moving on ------------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Takes in the next event. An event of a kind that it does not know only counts."""
        self.sequence = event.sequence
        self.last_at = event.at
        handler = _HANDLERS.get(event.kind)
        if handler is not None:
            handler(self, event)

    def _enter(self, session: int, stage: int, at: float) -> None:
        if self.begun_at is not None:
            left = self.place
            self.spent[left] = self.spent.get(left, 0.0) + max(0.0, at - self.entered_at)
        self.sessions[session].at = stage
        self.entered_at = at
        self.visited.add((session, stage))


def fold(workshop: Workshop, events: Iterable[Event]) -> Room:
    """The room after these events. The first n events give the room as it was after n."""
    room = Room(workshop, sessions=[Session(0, None, "", 0, len(workshop.stages) - 1, LOBBY)], stack=[0])
    apply = room.apply
    for event in events:
        apply(event)
    return room


# --- one handler a kind of event ----------------------------------------------------------------------------------


def _word(event: Event, name: str) -> str:
    return TAKEN_OUT if event.words is None else event.words.get(name, "")


def _open(room: Room, event: Event) -> None:
    room.title, room.topic = _word(event, "title"), _word(event, "topic")
    room.host, room.alone = event.actor, bool(event.data.get("alone"))
    room.opened_at = room.entered_at = event.at


def _join(room: Room, event: Event) -> None:
    seat = event.data.get("seat") or None
    person = room.people.setdefault(event.actor, Person(event.actor, ""))
    person.removed = False
    person.name = _word(event, "name") or person.name
    if seat and seat != person.seat:
        _sit(room, person, seat)


def _take(room: Room, event: Event) -> None:
    _sit(room, room.people[event.actor], event.data["seat"])


def _sit(room: Room, person: Person, seat: str) -> None:
    """Somebody sits down, and whoever had offered them the seat stands up."""
    giver = room.offers.get((seat, person.id))
    if giver is not None:
        room.people[giver].seat = None
    person.seat = seat
    _forget_offers(room)


def _stand(room: Room, event: Event) -> None:
    room.people[event.actor].seat = None
    _forget_offers(room)


def _offer(room: Room, event: Event) -> None:
    room.offers[event.data["seat"], event.data["to"]] = event.actor


def _decline(room: Room, event: Event) -> None:
    room.offers.pop((event.data["seat"], event.actor), None)


def _remove(room: Room, event: Event) -> None:
    person = room.people[event.data["person"]]
    person.seat, person.removed = None, True
    _forget_offers(room)


def _forget_offers(room: Room) -> None:
    """Keeps the offers of those who still sit there, to those who are still here."""
    room.offers = {
        (seat, to): giver
        for (seat, to), giver in room.offers.items()
        if room.people[giver].seat == seat and not room.people[to].removed
    }


def _say(room: Room, event: Event) -> None:
    data = event.data
    person = room.people.get(event.actor)
    said = Said(
        event.id,
        event.sequence,
        event.at,
        event.actor,
        data.get("seat") if event.actor == HOUSE else person.seat if person else None,
        data["move"],
        _word(event, "text"),
        data.get("aloud", False),
        data.get("concrete", False),
        data.get("about", ""),
        room.place,
        data.get("steering", False),
        _word(event, "why") if event.actor == HOUSE else "",
    )
    room.talk.append(said)
    room.said[event.id] = said


def _write(room: Room, event: Event) -> None:
    data = event.data
    values = dict(event.words) if event.words is not None else {"text": TAKEN_OUT}
    values.update(data.get("values", ()))
    old = room.entries.get(data["entry"])
    if old is None:
        room.entries[data["entry"]] = Entry(
            data["entry"],
            data["thing"],
            (data["place"][0], data["place"][1]),
            event.actor,
            values,
            data.get("under", ""),
            event.sequence,
            event.at,
            latest=event.sequence,
        )
    else:
        old.values, old.at, old.latest, old.struck = values, event.at, event.sequence, False
        old.edits += 1


def _strike(room: Room, event: Event) -> None:
    room.entries[event.data["entry"]].struck = True


def _bring(room: Room, event: Event) -> None:
    values = dict(event.words) if event.words is not None else {"text": TAKEN_OUT}
    values.update(event.data.get("values", ()))
    room.brought.append(
        Entry(event.id, event.data["thing"], (0, LOBBY), event.actor, values, "", event.sequence, event.at)
    )


def _earlier(room: Room, event: Event) -> None:
    known = event.data["salt"], frozenset(event.data["found"])
    room.earlier.setdefault(event.data["thing"], []).append(known)


def fingerprint(salt: str, text: str) -> str:
    """What stands for a text where its words must not: equal for equal instances under one salt."""
    return hashlib.sha256(f"{salt} {plain(text)}".encode()).hexdigest()[:24]


def plain(text: str) -> str:
    """A text without case, signs and spaces, for telling whether two are the same instance.

    Accents and vowel signs stay, however they are encoded; of a text of nothing but signs, all stay.
    """
    folded = normal(normal(text).casefold())
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN") or folded.strip()


def normal(text: str) -> str:
    """A text in the form NFKC. `unicodedata` moves each mark past all marks before it that belong behind it, one by
    one, which takes it a second for a line of nothing but marks; given them in order it has nothing to move."""
    if text.isascii():
        return text
    apart = "".join(unicodedata.normalize("NFKD", sign) for sign in text)
    marks = groupby(apart, lambda one: bool(unicodedata.combining(one)))
    runs = (sorted(run, key=unicodedata.combining) for _, run in marks)
    return unicodedata.normalize("NFKC", "".join(chain.from_iterable(runs)))


def _judge(room: Room, event: Event) -> None:
    room.judged.setdefault((event.data["of"], event.data["respect"]), {})[event.actor] = event.data["yes"]


def _reveal(room: Room, event: Event) -> None:
    room.revealed.setdefault((event.data["place"][0], event.data["place"][1]), event.sequence)


def _advance(room: Room, event: Event) -> None:
    number, at = room.place
    room._enter(number, at + 1, event.at)
    if room.begun_at is None:
        room.begun_at = event.at


def _back(room: Room, event: Event) -> None:
    number, at = room.place
    room._enter(number, at - 1, event.at)


def _recurse(room: Room, event: Event) -> None:
    number, at = room.place
    first = event.data["to"]
    inner = Session(len(room.sessions), (number, at), _word(event, "about"), first, at, first)
    room.spent[number, at] = room.spent.get((number, at), 0.0) + max(0.0, event.at - room.entered_at)
    room.sessions.append(inner)
    room.stack.append(inner.number)
    room.entered_at = event.at
    room.visited.add(room.place)


def _return(room: Room, event: Event) -> None:
    place = room.place
    room.spent[place] = room.spent.get(place, 0.0) + max(0.0, event.at - room.entered_at)
    room.session.came_back = _word(event, "text")
    room.stack.pop()
    room.entered_at = event.at


def _rate(room: Room, event: Event) -> None:
    room.ratings[event.actor] = event.data["value"]
    room.comments[event.actor] = _word(event, "comment")


def _end(room: Room, event: Event) -> None:
    room.ended_at = event.at


def _program(room: Room, event: Event) -> None:
    room.program = (event.data["name"], _word(event, "source"))


def _run(room: Room, event: Event) -> None:
    data = event.data
    place = (data["place"][0], data["place"][1])
    room.ran.append(Ran(place, dict(data["blocks"]), data["how"], _word(event, "printed"), event.at, event.sequence))


def _deliver(room: Room, event: Event) -> None:
    place = (event.data["place"][0], event.data["place"][1])
    words = event.words if event.words is not None else {"group": TAKEN_OUT}
    texts = [text for name, text in words.items() if name != "group"]
    room.delivered.setdefault(place, []).append(Notes(event.data["from"], words.get("group", ""), texts))


def _redact(room: Room, event: Event) -> None:
    room.redacted += len(event.data["of"])


_HANDLERS: Final[Mapping[str, Callable[[Room, Event], None]]] = {
    "open": _open,
    "join": _join,
    "take": _take,
    "stand": _stand,
    "offer": _offer,
    "decline": _decline,
    "remove": _remove,
    "say": _say,
    "write": _write,
    "strike": _strike,
    "bring": _bring,
    "earlier": _earlier,
    "judge": _judge,
    "reveal": _reveal,
    "advance": _advance,
    "back": _back,
    "recurse": _recurse,
    "return": _return,
    "rate": _rate,
    "end": _end,
    "program": _program,
    "ran": _run,
    "deliver": _deliver,
    "redact": _redact,
}

KINDS: Final = frozenset(_HANDLERS)
"""Everything that can happen in a room."""

__all__ = [
    "KINDS",
    "LOBBY",
    "MOVES",
    "TAKEN_OUT",
    "Entry",
    "Notes",
    "Person",
    "Place",
    "Ran",
    "Room",
    "Said",
    "Session",
    "fingerprint",
    "fold",
    "plain",
]
