"""Rooms as they are now: each a fold of its events, kept in memory, written to the database first.

This is the only place that writes events. An act is decided, stored and taken in under the room's lock, so that of two
people who take the last seat one gets it; it is acknowledged only when the database has it. The same act sent twice is
found by its id and answered as the first time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from django.db import IntegrityError, transaction

from cohobate.errors import Refused
from cohobate.events import HOUSE, Event, follow
from cohobate.practicum.acts import Act, decide
from cohobate.practicum.alone import next_turn
from cohobate.practicum.room import TAKEN_OUT, Place, Room, fingerprint, fold, plain
from cohobate.practicum.workshop import Workshop
from cohobate.web.chains import settle, settle_rest
from cohobate.web.people.models import Person
from cohobate.web.rooms import models
from cohobate.web.rooms.hub import hub
from cohobate.web.rooms.messages import everything_anew, message
from cohobate.web.rooms.shelf import pinned, stored
from cohobate.web.slugs import slug

GUIDED = frozenset({"say", "judge", "advance", "back", "recurse", "return"})
"""After what the guide has its turn."""

log = logging.getLogger("cohobate.web")

MOST_KEPT = 300
"""Rooms in memory, at most; the one that was not asked for the longest goes first, and is folded again when needed."""

MOST_NOTES = 100
"""Entries that go to another group, at most."""

LARGEST = 50_000
"""Events in a room, at most."""


@dataclass(eq=False)
class Kept:
    """A room in memory. Two of one room are never there at once, so its lock is the room's lock."""

    id: str
    lock: threading.RLock = field(default_factory=threading.RLock)
    room: Room | None = None
    """None until it was read."""
    last: Event | None = None
    acts: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By act id: its sequence, and who did it."""
    group: str = ""

    @property
    def state(self) -> Room:
        """The room, which was read."""
        assert self.room is not None
        return self.room


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that a room starts from."""

    fields: Mapping[str, str]
    """By the fields of its form."""
    origin: tuple[str, str] | None = None
    """The room and the entry that it comes from, if it was made here."""


class Keeper:
    """The rooms of one server."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        slug: Callable[[], str] = slug,
        salt: Callable[[], str] | None = None,
    ) -> None:
        """clock: seconds since 1970; all times of a room are by it, those of its row too
        slug:  a new id, never the same one twice
        salt:  what the words of the next event are hashed with; drawn if None

        Whoever gives a salt that others can tell beforehand, so that records come out the same again, gives up that
        words are safe once they were taken out.
        """
        self.clock, self.slug, self.salt = clock, slug, salt
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        # What was dropped from the above while somebody still works with it must not be read a second time.
        self._known: WeakValueDictionary[str, Kept] = WeakValueDictionary()
        self._lock = threading.Lock()

    # --- reading --------------------------------------------------------------------------------------------------

    def room(self, id: str) -> Room:
        """The room as it is now. Not to be changed, and not to be kept: ask again; to look through all of it, take
        `reading`. Raises Refused if there is none."""
        return self._get(id).state

    @contextmanager
    def reading(self, id: str) -> Iterator[Room]:
        """The room, and nobody changes it meanwhile."""
        kept = self._get(id)
        with kept.lock:
            yield kept.state

    def events(self, id: str, after: int = 0) -> list[Event]:
        """The events of a room from the database, those with a sequence above `after`."""
        rows = models.Event.objects.filter(room_id=id, sequence__gt=after).order_by("sequence")
        return [row.happened() for row in rows.iterator(chunk_size=2000)]

    def _get(self, id: str) -> Kept:
        with self._lock:
            kept = self._known.get(id)
            if kept is None:
                kept = self._known[id] = Kept(id)
            self._kept[id] = kept
            self._kept.move_to_end(id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        if kept.room is None:
            with kept.lock:
                if kept.room is None:
                    try:
                        self._read(kept)
                    except BaseException:
                        self.forget(id)
                        raise
        return kept

    def _read(self, kept: Kept) -> None:
        """Folds a room from the database, as it is there now."""
        row = models.Room.objects.filter(pk=kept.id).first()
        if row is None:
            raise Refused("there is no such room; check the address")
        events = self.events(row.pk)
        room = fold(pinned(row.workshop_id), events)
        kept.acts = {event.id: (event.sequence, event.actor) for event in events}
        kept.last = events[-1] if events else None
        kept.group = row.group
        kept.room = room

    def forget(self, id: str | None = None) -> None:
        """Drops what is in memory of one room, or of all."""
        with self._lock:
            if id is None:
                self._kept.clear()
                self._known.clear()
            else:
                self._kept.pop(id, None)
                self._known.pop(id, None)

    # --- acting ---------------------------------------------------------------------------------------------------

    def act(self, id: str, who: str, act: Act) -> tuple[int, bool]:
        """Does what somebody would do, if the rules of the room allow it.

        Returns the event's sequence, and whether it had been done before. Raises Refused.
        """
        kept = self._get(id)
        with kept.lock:
            for attempt in (1, 2, 3):
                done = kept.acts.get(act.id)
                if done is not None:
                    if done[1] != who:
                        raise Refused("somebody else used the id of this act; reload the page and send it again")
                    self._same_words(id, done[0], act)
                    return done[0], True
                data, words = decide(kept.state, who, act)
                try:
                    event = self._add(kept, act.id, who, act.kind, data, words)
                    break
                except IntegrityError:
                    # Another process wrote to this room: see what it did, and decide again.
                    self._read(kept)
                    if attempt == 3:
                        raise
        try:
            self._afterwards(kept, event)
        except Exception:
            # What was done is stored, and must be acknowledged. What follows from it is tried again after the next act.
            log.exception("what follows from an event of kind %s could not be done", event.kind)
        return event.sequence, False

    @staticmethod
    def _same_words(id: str, sequence: int, act: Act) -> None:
        """A form that is sent a second time may have been filled in anew, on a page that the browser went back to."""
        words = models.Event.objects.get(room_id=id, sequence=sequence).happened().words or {}
        if "text" in words and words["text"].split() != act.get("text").split():
            raise Refused("this form was sent before, with other words; reload the page, and send these again")

    def house(self, id: str, kind: str, data: Mapping[str, Any], words: Mapping[str, str] | None = None) -> Event:
        """What the software itself does in a room, such as putting down what a program took. Raises Refused if the room
        has ended."""
        return self._house(self._get(id), kind, data, words or {})

    def _house(self, kept: Kept, kind: str, data: Mapping[str, Any], words: Mapping[str, str]) -> Event:
        with kept.lock:
            for attempt in (1, 2):
                if kept.state.ended:
                    raise Refused("this room has ended, and its record stays as it is")
                try:
                    return self._add(kept, self.slug(), HOUSE, kind, data, words)
                except IntegrityError:
                    self._read(kept)
                    if attempt == 2:
                        raise
        raise AssertionError

    def _add(
        self, kept: Kept, id: str, actor: str, kind: str, data: Mapping[str, Any], words: Mapping[str, str]
    ) -> Event:
        """Stores an event, and then takes it in and tells whoever listens. Not within a transaction, other than that of
        a room which nobody knows of yet: memory must not run ahead of the database."""
        event = self._next(kept, id, actor, kind, data, words)
        with transaction.atomic():
            self._store(kept, event)
        kept.state.apply(event)
        kept.last = event
        kept.acts[event.id] = (event.sequence, actor)
        self._tell(kept, event)
        return event

    def _next(
        self, kept: Kept, id: str, actor: str, kind: str, data: Mapping[str, Any], words: Mapping[str, str]
    ) -> Event:
        if kept.last is not None and kept.last.sequence >= LARGEST and kind not in ("end", "redact"):
            raise Refused(f"this room has {LARGEST:,} events, which is the most; end it, and go on in a new one")
        salt = None if self.salt is None else self.salt()
        return follow(kept.last, id=id, at=self.clock(), actor=actor, kind=kind, data=data, words=words, salt=salt)

    def _store(self, kept: Kept, event: Event) -> None:
        models.Event.objects.bulk_create([models.Event.of(kept.id, event)])
        if event.kind == "join":
            models.Member.objects.get_or_create(room_id=kept.id, person_id=event.actor)
        elif event.kind == "remove":
            models.Member.objects.filter(room_id=kept.id, person_id=event.data["person"]).delete()
        elif event.kind == "end":
            models.Room.objects.filter(pk=kept.id).update(ended_at=moment(event.at))

    def _tell(self, kept: Kept, event: Event) -> None:
        made: dict[bool, str] = {}

        def for_person(person: str) -> str:
            entry = kept.state.entries.get(event.data.get("entry", ""))
            sees = entry is None or not kept.state.hidden(entry, person)
            if sees not in made:
                made[sees] = message(kept.state, event, sees)
            return made[sees]

        try:
            hub.tell(kept.id, event.sequence, for_person)
        except Exception:
            # What was done is stored, and must be acknowledged whatever becomes of showing it.
            log.exception("an event of kind %s could not be shown", event.kind)
            hub.tell(kept.id, event.sequence, lambda _: everything_anew(event.sequence))
        if event.kind == "remove":
            hub.cut(kept.id, event.data["person"])

    def _afterwards(self, kept: Kept, event: Event) -> None:
        """What follows from an act by itself: the guide's turn, and notes that go to another group."""
        if kept.state.alone and (event.kind in GUIDED or (event.kind == "write" and _finished(event))):
            self._guide(kept)
        if kept.group:
            self._exchange(kept)
        settle_rest()

    def _guide(self, kept: Kept) -> None:
        with kept.lock:
            room = kept.state
            turn = next_turn(room)
            if turn is not None:
                seat = next((one.name for one in room.workshop.seats.values() if one.does == "facilitates"), None)
                data = {"move": turn.move, "concrete": turn.concrete, "aloud": False, "steering": False, "seat": seat}
                self._house(kept, "say", data, {"text": turn.text, "why": turn.why})

    # --- with another group -----------------------------------------------------------------------------------------

    def _exchange(self, kept: Kept) -> None:
        """Gives the rooms of a group that revealed the stage where this one is each other's work, once.

        It is tried after each act at that stage, so one that failed is made good. Two rooms' locks are never held at
        once.
        """
        ours = self._notes(kept)
        if ours is None:
            return
        place = ours[0]
        rows = models.Room.objects.filter(group=kept.group, workshop_id=kept.state.workshop.digest, ended_at=None)
        for other in rows.exclude(pk=kept.id).values_list("pk", flat=True):
            sister = self._get(other)
            theirs = self._notes(sister, place)
            if theirs is not None:
                self._deliver(kept, place, sister.id, theirs[1])
                self._deliver(sister, place, kept.id, ours[1])

    def _deliver(self, kept: Kept, place: Place, origin: str, words: Mapping[str, str]) -> None:
        with kept.lock:
            there = kept.state.delivered.get(place, ())
            if words and not kept.state.ended and not any(notes.room == origin for notes in there):
                self._house(kept, "deliver", {"place": list(place), "from": origin}, words)

    @staticmethod
    def _notes(kept: Kept, place: Place | None = None) -> tuple[Place, dict[str, str]] | None:
        """What a room has revealed at a place where it compares notes, by default the one where it is; None if it
        compares none there, or has not revealed them."""
        with kept.lock:
            room = kept.state
            place = place or room.place
            across = place[0] == 0 and place[1] >= 0 and room.workshop.stages[place[1]].across
            if not across or place not in room.revealed:
                return None
            texts = []
            for entry in room.at_place(place):
                if not room.hidden(entry, None):
                    fields = [one.name for one in room.thing_of(entry).form.fields if one.name != "question"]
                    texts.append("\n".join(entry.values[name] for name in fields if entry.values.get(name)))
            numbered = {str(number): text for number, text in enumerate(texts[:MOST_NOTES])}
            return place, {"group": room.title, **numbered} if texts else {}

    # --- opening, joining, taking words out -------------------------------------------------------------------------

    def open(
        self,
        host: Person,
        workshop: Workshop,
        title: str,
        topic: str,
        *,
        alone: bool = False,
        seat: str = "",
        group: str = "",
        brought: Mapping[str, Sequence[Brought]] | None = None,
    ) -> models.Room:
        """Opens a room, with its host in it.

        seat:     the seat that the host takes; "" for none
        group:    rooms of one group compare notes where the workshop says so
        brought:  what the workshop needs, by its name

        Raises Refused, and then nothing was opened.
        """
        topic = " ".join(topic.split())
        title = " ".join(title.split()) or workshop.title
        for what, text, most in (("title", title, 120), ("topic", topic, 400)):
            if len(text) > most:
                raise Refused(f"the {what} has {len(text)} characters; {most} are the most")
        # Before the transaction: a room has a lock of its own, and whoever holds it waits for the database.
        earlier = {
            thing.name: found
            for thing in workshop.makes.values()
            if thing.unlike_earlier and (found := self._earlier(workshop, topic, thing.name))
        }
        with transaction.atomic():
            row = models.Room.objects.create(
                pk=self.slug(),
                title=title,
                topic=topic,
                workshop=stored(workshop, at=moment(self.clock())),
                host=host,
                opened_at=moment(self.clock()),
                alone=alone,
                group=group,
            )
            kept = Kept(row.pk, room=fold(workshop, ()), group=group)
            self._add(
                kept,
                self.slug(),
                host.pk,
                "open",
                {"workshop": workshop.digest, "alone": alone},
                {"title": title, "topic": topic},
            )
            join = Act(self.slug(), "join", {"name": host.name or "the host", "seat": seat})
            self._add(kept, join.id, host.pk, "join", *decide(kept.state, host.pk, join))
            for name, entries in (brought or {}).items():
                for one in entries:
                    bring = Act(self.slug(), "bring", {"thing": name, **one.fields})
                    data, words = decide(kept.state, host.pk, bring)
                    origin = {"from": list(one.origin)} if one.origin else {}
                    self._add(kept, bring.id, host.pk, "bring", data | origin, words)
            for thing_name, found in earlier.items():
                salt = self.slug()
                prints = [fingerprint(salt, text) for text in found]
                self._add(kept, self.slug(), HOUSE, "earlier", {"thing": thing_name, "salt": salt, "found": prints}, {})
        with self._lock:
            self._kept[row.pk] = self._known[row.pk] = kept
        return row

    def _earlier(self, workshop: Workshop, topic: str, thing: str) -> list[str]:
        """What earlier rooms on the same topic wrote under that name."""
        rows = models.Room.objects.filter(workshop__name=workshop.name)
        found: dict[str, str] = {}
        for id, other in rows.values_list("pk", "topic").order_by("opened_at"):
            if plain(other) == plain(topic):
                with self.reading(id) as room:
                    for entry in room.written(thing):
                        if not room.hidden(entry, None) and entry.text != TAKEN_OUT:
                            found.setdefault(plain(entry.text), entry.text)
        return list(found.values())[-2000:]

    def group_of(self, id: str) -> str:
        """The group of a room, made if it has none yet: rooms of one group compare notes."""
        kept = self._get(id)
        with kept.lock:
            if not kept.group:
                group = slug()
                models.Room.objects.filter(pk=id).update(group=group)
                kept.group = group
            return kept.group

    def join(self, id: str, person: Person, seat: str = "") -> None:
        """Lets somebody in, who may be there already. Raises Refused, for instance if the seat is taken."""
        room = self.room(id)
        here = room.people.get(person.pk)
        if here is not None and not here.removed and (not seat or here.seat == seat):
            return
        self.act(id, person.pk, Act(self.slug(), "join", {"name": person.name, "seat": seat}))

    def redact(self, id: str, by: str, sequences: Iterable[int], *, runs: bool) -> int:
        """Takes the words out of events for good: one's own, or anybody's for whoever runs the room.

        Returns of how many. Raises Refused.
        """
        kept = self._get(id)
        with kept.lock:
            wanted = set(sequences)
            events = self.events(id)
            named = [event for event in events if event.sequence in wanted]
            if not runs and any(event.actor != by for event in named):
                raise Refused("those are somebody else's words; only they, or whoever runs the room, take them out")
            # Of what was written, every version goes: a text that saves itself has many.
            entries = {event.data["entry"] for event in named if event.kind == "write"}
            named += [event for event in events if event.kind == "write" and event.data["entry"] in entries]
            chosen = {event.sequence: event for event in named if event.words and event.kind != "open"}
            if not chosen:
                raise Refused("there are no words to take out; choose something that was said or written")
            if kept.state.alone:
                chosen |= {event.sequence: event for event in _quotations(events, after=min(chosen))}
            self._take_out(kept, by, chosen)
        self._take_out_copies(id, entries)
        settle()
        return len(chosen)

    def _take_out(self, kept: Kept, by: str, sequences: Iterable[int]) -> None:
        gone = sorted(sequences)
        event = self._next(kept, self.slug(), by, "redact", {"of": gone}, {})
        with transaction.atomic():
            models.Event.objects.filter(room_id=kept.id, sequence__in=gone).update(words=None, salt="")
            self._store(kept, event)
        self._read(kept)
        self._tell(kept, event)

    def _take_out_copies(self, id: str, entries: set[str]) -> None:
        """Takes out what other rooms were given of these entries: brought along from one, or notes of the group's."""
        if not entries:
            return
        copies = models.Event.objects.filter(kind__in=("bring", "deliver"), words__isnull=False).exclude(room_id=id)
        found: dict[str, list[int]] = {}
        for row in copies.filter(data__contains=id):
            origin = row.data.get("from")
            if origin == id or (isinstance(origin, list) and origin[0] == id and origin[1] in entries):
                found.setdefault(row.room_id, []).append(row.sequence)
        for other, sequences in found.items():
            kept = self._get(other)
            with kept.lock:
                self._take_out(kept, HOUSE, sequences)


def _quotations(events: Iterable[Event], after: int) -> list[Event]:
    """What the guide said in the words of the one whom it led."""
    return [
        event
        for event in events
        if event.sequence > after
        and event.actor == HOUSE
        and event.kind == "say"
        and (event.words or {}).get("text")
        and ((event.words or {}).get("why") or event.data["move"] == "say_back")
    ]


def moment(at: float) -> datetime:
    """Seconds since 1970 as databases keep them."""
    return datetime.fromtimestamp(at, UTC)


def _finished(event: Event) -> bool:
    """Whether what was written ends as a sentence does: texts save themselves in the middle of one, too."""
    text = (event.words or {}).get("text", "").rstrip(" \n)]\"'”’»")
    return text.endswith((".", "!", "?", "…", "。", "؟"))


keeper = Keeper()
"""The server's one keeper."""


def join(room: models.Room, person: Person, seat: str) -> None:
    """Lets somebody who came by an invitation into a room. Not within a transaction. Raises Refused."""
    keeper.join(room.pk, person, seat)
