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

from django.db import IntegrityError, connection, transaction

from cohobate.errors import Refused
from cohobate.events import HOUSE, Event, follow
from cohobate.practicum.acts import Act, decide
from cohobate.practicum.alone import next_turn
from cohobate.practicum.forms import Form
from cohobate.practicum.room import Entry, Room, fingerprint, fold, plain
from cohobate.practicum.workshop import Workshop, read_workshop
from cohobate.web.people.models import Person
from cohobate.web.rooms import models
from cohobate.web.rooms.hub import hub
from cohobate.web.rooms.messages import everything_anew, message
from cohobate.web.slugs import slug

GUIDED = frozenset({"say", "judge", "advance", "back", "recurse", "return"})
"""After what the guide has its turn."""

log = logging.getLogger("cohobate.web")

MOST_KEPT = 300
"""Rooms in memory, at most; the one that was not asked for the longest goes first, and is folded again when needed."""

LARGEST = 50_000
"""Events in a room, at most."""


@dataclass
class Kept:
    """A room in memory."""

    id: str
    room: Room
    last: Event | None
    acts: dict[str, tuple[int, str]]
    """By act id: its sequence, and who did it."""
    group: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)


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
        self._lock = threading.Lock()
        self._workshops: dict[str, Workshop] = {}

    # --- reading --------------------------------------------------------------------------------------------------

    def room(self, id: str) -> Room:
        """The room as it is now. Not to be changed, and not to be kept: ask again. Raises Refused if there is none."""
        return self._get(id).room

    @contextmanager
    def reading(self, id: str) -> Iterator[Room]:
        """The room, and nobody changes it meanwhile."""
        kept = self._get(id)
        with kept.lock:
            yield kept.room

    def events(self, id: str, after: int = 0) -> list[Event]:
        """The events of a room from the database, those with a sequence above `after`."""
        rows = models.Event.objects.filter(room_id=id, sequence__gt=after).order_by("sequence")
        return [row.happened() for row in rows.iterator(chunk_size=2000)]

    def workshop(self, digest: str) -> Workshop:
        """The workshop of that version."""
        if digest not in self._workshops:
            row = models.Workshop.objects.get(pk=digest)
            found = read_workshop(row.text, row.name).workshop
            if found is None:
                raise Refused(f"the workshop file {row.name} of this room does not read any more; restore a backup")
            self._workshops[digest] = found
        return self._workshops[digest]

    def _get(self, id: str) -> Kept:
        with self._lock:
            if id in self._kept:
                self._kept.move_to_end(id)
                return self._kept[id]
        row = models.Room.objects.filter(pk=id).first()
        if row is None:
            raise Refused("there is no such room; check the address")
        kept = self._read(row)
        with self._lock:
            kept = self._kept.setdefault(id, kept)
            self._kept.move_to_end(id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def _read(self, row: models.Room) -> Kept:
        events = self.events(row.pk)
        room = fold(self.workshop(row.workshop_id), events)
        acts = {event.id: (event.sequence, event.actor) for event in events}
        return Kept(row.pk, room, events[-1] if events else None, acts, row.group)

    def _reread(self, kept: Kept) -> None:
        fresh = self._read(models.Room.objects.get(pk=kept.id))
        kept.room, kept.last, kept.acts = fresh.room, fresh.last, fresh.acts

    def forget(self, id: str | None = None) -> None:
        """Drops what is in memory of one room, or of all."""
        with self._lock:
            if id is None:
                self._kept.clear()
                self._workshops.clear()
            else:
                self._kept.pop(id, None)

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
                data, words = decide(kept.room, who, act)
                try:
                    event = self._add(kept, act.id, who, act.kind, data, words)
                    break
                except IntegrityError:
                    # Another process wrote to this room: see what it did, and decide again.
                    self._reread(kept)
                    if attempt == 3:
                        raise
            self._afterwards(kept, event)
            return event.sequence, False

    @staticmethod
    def _same_words(id: str, sequence: int, act: Act) -> None:
        """A form that is sent a second time may have been filled in anew, on a page that the browser went back to."""
        words = models.Event.objects.get(room_id=id, sequence=sequence).happened().words or {}
        if "text" in words and words["text"].split() != act.get("text").split():
            raise Refused("this form was sent before, with other words; reload the page, and send these again")

    def house(self, id: str, kind: str, data: Mapping[str, Any], words: Mapping[str, str] | None = None) -> Event:
        """What the software itself does in a room, such as delivering another group's notes."""
        kept = self._get(id)
        with kept.lock:
            return self._add(kept, self.slug(), HOUSE, kind, data, words or {})

    def _add(
        self, kept: Kept, id: str, actor: str, kind: str, data: Mapping[str, Any], words: Mapping[str, str]
    ) -> Event:
        """Stores an event, takes it in, and tells whoever listens."""
        if kept.last is not None and kept.last.sequence >= LARGEST and kind not in ("end", "redact"):
            raise Refused(f"this room has {LARGEST:,} events, which is the most; end it, and go on in a new one")
        salt = None if self.salt is None else self.salt()
        event = follow(kept.last, id=id, at=self.clock(), actor=actor, kind=kind, data=data, words=words, salt=salt)
        with transaction.atomic():
            models.Event.objects.bulk_create([models.Event.of(kept.id, event)])
            if kind == "join":
                models.Member.objects.get_or_create(room_id=kept.id, person_id=actor)
            elif kind == "remove":
                models.Member.objects.filter(room_id=kept.id, person_id=data["person"]).delete()
            elif kind == "end":
                models.Room.objects.filter(pk=kept.id).update(ended_at=moment(event.at))
        kept.room.apply(event)
        kept.last = event
        kept.acts[event.id] = (event.sequence, actor)
        self._tell(kept, event)
        return event

    def _tell(self, kept: Kept, event: Event) -> None:
        made: dict[bool, str] = {}

        def for_person(person: str) -> str:
            entry = kept.room.entries.get(event.data.get("entry", ""))
            sees = entry is None or not kept.room.hidden(entry, person)
            if sees not in made:
                made[sees] = message(kept.room, event, sees)
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
        room = kept.room
        if room.alone and (event.kind in GUIDED or (event.kind == "write" and _finished(event))):
            turn = next_turn(room)
            if turn is not None:
                seat = next((one.name for one in room.workshop.seats.values() if one.does == "facilitates"), None)
                data = {"move": turn.move, "concrete": turn.concrete, "aloud": False, "steering": False, "seat": seat}
                self._add(kept, self.slug(), HOUSE, "say", data, {"text": turn.text, "why": turn.why})
        if event.kind == "reveal" and kept.group and room.workshop.stages[event.data["place"][1]].across:
            self._exchange(kept, event.data["place"])

    # --- with another group -----------------------------------------------------------------------------------------

    def _exchange(self, kept: Kept, place: Sequence[int]) -> None:
        """Gives the rooms of a group that revealed the same stage each other's work, once."""
        stage = place[1]
        rows = models.Room.objects.filter(group=kept.group, ended_at=None).exclude(pk=kept.id)
        for other in rows.values_list("pk", flat=True):
            theirs = self._get(other)
            if theirs.room.workshop.digest != kept.room.workshop.digest or (0, stage) not in theirs.room.revealed:
                continue
            # Two locks are never held at once, so the other room is written to from a thread of its own.
            ours, their = self._notes(kept, stage), self._notes(theirs, stage)
            if their:
                self._deliver(kept, stage, other, their)
            if ours:
                threading.Thread(target=self._deliver_and_close, args=(theirs, stage, kept.id, ours)).start()

    def _deliver(self, kept: Kept, stage: int, group: str, words: Mapping[str, str]) -> None:
        with kept.lock:
            if not any(notes.room == group for notes in kept.room.delivered.get((0, stage), ())):
                self._add(kept, self.slug(), HOUSE, "deliver", {"place": [0, stage], "from": group}, words)

    def _deliver_and_close(self, kept: Kept, stage: int, group: str, words: Mapping[str, str]) -> None:
        try:
            self._deliver(kept, stage, group, words)
        finally:
            connection.close()

    @staticmethod
    def _notes(kept: Kept, stage: int) -> dict[str, str]:
        room = kept.room
        shown = [
            "\n".join(entry.values.values()) for entry in room.at_place((0, stage)) if not room.hidden(entry, None)
        ]
        return {"group": room.title, **{str(number): text for number, text in enumerate(shown[:100])}} if shown else {}

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
        with transaction.atomic():
            kept_workshop, _ = models.Workshop.objects.get_or_create(
                pk=workshop.digest,
                defaults={
                    "name": workshop.name,
                    "title": workshop.title,
                    "text": workshop.text,
                    "forked_from": workshop.forked_from or "",
                    "made_at": moment(self.clock()),
                },
            )
            row = models.Room.objects.create(
                pk=self.slug(),
                title=title,
                topic=topic,
                workshop=kept_workshop,
                host=host,
                opened_at=moment(self.clock()),
                alone=alone,
                group=group,
            )
            kept = Kept(row.pk, fold(workshop, ()), None, {}, group)
            self._add(
                kept,
                self.slug(),
                host.pk,
                "open",
                {"workshop": workshop.digest, "alone": alone},
                {"title": title, "topic": topic},
            )
            join = Act(self.slug(), "join", {"name": host.name or "the host", "seat": seat})
            self._add(kept, join.id, host.pk, "join", *decide(kept.room, host.pk, join))
            for name, entries in (brought or {}).items():
                for one in entries:
                    bring = Act(self.slug(), "bring", {"thing": name, **one.fields})
                    data, words = decide(kept.room, host.pk, bring)
                    origin = {"from": list(one.origin)} if one.origin else {}
                    self._add(kept, bring.id, host.pk, "bring", data | origin, words)
            for thing in workshop.makes.values():
                if thing.unlike_earlier and (found := self._earlier(workshop, topic, thing.name, row.pk)):
                    salt = self.slug()
                    prints = [fingerprint(salt, text) for text in found]
                    self._add(
                        kept, self.slug(), HOUSE, "earlier", {"thing": thing.name, "salt": salt, "found": prints}, {}
                    )
        with self._lock:
            self._kept[row.pk] = kept
        return row

    def _earlier(self, workshop: Workshop, topic: str, thing: str, but: str) -> list[str]:
        """What earlier rooms on the same topic wrote under that name."""
        rows = models.Room.objects.filter(workshop__name=workshop.name).exclude(pk=but)
        found: dict[str, str] = {}
        for id, other in rows.values_list("pk", "topic").order_by("opened_at"):
            if plain(other) == plain(topic):
                room = self.room(id)
                for entry in room.written(thing):
                    if not room.hidden(entry, None):
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
            chosen = [event for event in named if event.words and event.kind != "open"]
            if not chosen:
                raise Refused("there are no words to take out; choose something that was said or written")
            if kept.room.alone:
                chosen += _quotations(events, after=chosen[0].sequence)
            self._take_out(kept, by, chosen)
        self._take_out_copies(id, {event.data["entry"] for event in chosen if event.kind == "write"})
        _settle()
        return len(chosen)

    def _take_out(self, kept: Kept, by: str, chosen: Iterable[Event]) -> None:
        gone = sorted({event.sequence for event in chosen})
        with transaction.atomic():
            models.Event.objects.filter(room_id=kept.id, sequence__in=gone).update(words=None, salt="")
            self._add(kept, self.slug(), by, "redact", {"of": gone}, {})
        self._reread(kept)

    def _take_out_copies(self, id: str, entries: set[str]) -> None:
        """Takes out what other rooms were given of these entries: brought along from one, or notes of the group's."""
        if not entries:
            return
        copies = models.Event.objects.filter(kind__in=("bring", "deliver"), words__isnull=False).exclude(room_id=id)
        found: dict[str, list[Event]] = {}
        for row in copies.filter(data__contains=id):
            origin = row.data.get("from")
            if origin == id or (isinstance(origin, list) and origin[0] == id and origin[1] in entries):
                found.setdefault(row.room_id, []).append(row.happened())
        for other, events in found.items():
            kept = self._get(other)
            with kept.lock:
                self._take_out(kept, HOUSE, events)


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


def _settle() -> None:
    """Empties SQLite's log of changes, in which words that were just taken out still stand. Does nothing where others
    are reading just now: then it is emptied later."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# --- what a room may start from -----------------------------------------------------------------------------------


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


MOST_OFFERED = 60
"""Entries that are offered for one need, at most: the latest."""


def offers(person: Person, workshop: Workshop) -> dict[str, list[Offer]]:
    """What this person could start the workshop from, by the name of the need: from rooms that they were in, what has
    that name and form, and is not hidden from them."""
    found: dict[str, list[Offer]] = {name: [] for name in workshop.needs}
    if not found:
        return found
    for row in models.Room.objects.filter(members__person=person).order_by("-opened_at")[:40]:
        for entry, name in _fitting(keeper.room(row.pk), workshop, person.pk):
            label = f"{' '.join(entry.text.split())[:90]} (from {row.title})"
            found[name].append(Offer(f"{row.pk}.{entry.id}", label))
    return {name: some[:MOST_OFFERED] for name, some in found.items()}


def _fitting(room: Room, workshop: Workshop, person: str) -> Iterator[tuple[Entry, str]]:
    for need in workshop.needs.values():
        thing = room.workshop.makes.get(need.name)
        if thing is not None and thing.form is need.form:
            shown = (entry for entry in room.written(need.name) if not room.hidden(entry, person))
            yield from ((entry, need.name) for entry in reversed(list(shown)))


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that a room starts from."""

    fields: Mapping[str, str]
    """By the fields of its form."""
    origin: tuple[str, str] | None = None
    """The room and the entry that it comes from, if it was made here."""


def brought(person: Person, workshop: Workshop, given: Mapping[str, Given]) -> dict[str, list[Brought]]:
    """What was chosen or pasted, by need. Raises Refused for an offer that is gone."""
    found: dict[str, list[Brought]] = {}
    for name, one in given.items():
        if one.offer:
            room_id, _, entry_id = one.offer.partition(".")
            there = _fitting(keeper.room(room_id), workshop, person.pk) if _was_in(person, room_id) else ()
            fitting = {entry.id: entry for entry, need in there if need == name}
            if entry_id not in fitting:
                raise Refused("what you chose to start from is not to be had any more; choose again, or paste it")
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


keeper = Keeper()
"""The server's one keeper."""


def join(room: models.Room, person: Person, seat: str) -> None:
    """Lets somebody who came by an invitation into a room. Not within a transaction. Raises Refused."""
    keeper.join(room.pk, person, seat)
