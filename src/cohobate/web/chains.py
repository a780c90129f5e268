"""Events in the database: rows of a chain, and what is read from and added to one.

A strand is the events of one thing, such as a work or a reader's sitting. Its state is folded anew when the database
has more events than the fold at hand, so that several processes agree. Rooms, which many people watch at once, have a
keeper of their own.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import IntegrityError, connection, models, transaction

from cohobate.errors import Refused
from cohobate.events import HOUSE, Event, follow
from cohobate.practicum.acts import Act, Held
from cohobate.web.slugs import digits, slug

State = TypeVar("State")

MOST_FOLDED = 300
"""Folds in memory, at most, for each kind of strand."""

ATTEMPTS = 5
"""How often an act is decided anew because somebody else came first."""


class Written(models.TextField):
    """JSON that the database gives back as it was written, to the last sign of a number and in the same order.

    PostgreSQL's own type for JSON sorts keys and writes 1e16 as an integer, which has another hash.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """The value in a row."""
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        """What goes into a row."""
        return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False)

    def to_python(self, value: Any) -> Any:
        """The value in a backup's row."""
        return json.loads(value) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        """What goes into a backup's row."""
        return str(self.get_prep_value(self.value_from_object(obj)))


class Chained(models.Model):
    """One event, as in `cohobate.events`. What it belongs to, and that places and acts are unique there, is said by
    each kind of it."""

    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=64)
    """The event's id."""
    at = models.FloatField()
    actor = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    data = Written()
    words = Written(null=True)
    salt = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        abstract = True

    @staticmethod
    def columns(event: Event) -> dict[str, Any]:
        """What a row holds for an event, but for what it belongs to."""
        found = event.to_dict()
        found["act"] = found.pop("id")
        return found

    def happened(self) -> Event:
        """The event in this row."""
        return Event(
            sequence=self.sequence,
            id=self.act,
            at=self.at,
            actor=self.actor,
            kind=self.kind,
            data=self.data,
            words=self.words,
            salt=self.salt,
            seal=self.seal,
            previous=self.previous,
            hash=self.hash,
        )


class Strands(Generic[State]):
    """All strands of one kind."""

    def __init__(
        self,
        rows: type[Chained],
        of: str,
        fold: Callable[[Iterable[Event]], State],
        decide: Callable[[State, str, Act], Held],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """rows:    the model of its events
        of:      the name of the rows' foreign key to what an event belongs to
        fold:    the state after some events; it is shared between threads, and nobody may change it
        decide:  what the event of an act is to hold; raises Refused. See `cohobate.practicum.acts.decide`
        clock:   seconds since 1970
        """
        self.rows, self.of, self.clock = rows, of, clock
        self._fold, self._decide = fold, decide
        self._folded: OrderedDict[str, tuple[str, State]] = OrderedDict()
        self._lock = threading.Lock()

    def events(self, id: str) -> list[Event]:
        """All events of a strand, from the database."""
        rows = self.rows.objects.filter(**{f"{self.of}_id": id}).order_by("sequence")
        return [row.happened() for row in rows.iterator(chunk_size=2000)]

    def state(self, id: str) -> State:
        """The state of a strand as it is now; that of no events where there are none. Not to be changed."""
        return self._read(id)[0]

    def _read(self, id: str) -> tuple[State, Event | None]:
        last = self.rows.objects.filter(**{f"{self.of}_id": id}).order_by("-sequence").first()
        head = last.hash if last else ""
        # Words can be taken out of earlier events without a change of the last hash, but not without a later event.
        with self._lock:
            known = self._folded.get(id)
            if known is not None and known[0] == head:
                self._folded.move_to_end(id)
                return known[1], last and last.happened()
        events = self.events(id)
        state = self._fold(events)
        with self._lock:
            self._folded[id] = (events[-1].hash if events else "", state)
            while len(self._folded) > MOST_FOLDED:
                self._folded.popitem(last=False)
        return state, events[-1] if events else None

    def forget(self) -> None:
        """Drops what is in memory."""
        with self._lock:
            self._folded.clear()

    def act(
        self,
        id: str,
        who: str,
        act: Act,
        before: Callable[[State, dict[str, Any], dict[str, str], str], Mapping[str, Any]] | None = None,
        after: Callable[[Event], None] | None = None,
    ) -> tuple[Event, bool]:
        """Does what somebody would do, if the rules allow it.

        before:  called within the transaction with the state, what the event is to hold, and the salt of its words;
                 what it returns is added to the event's data. Registering in the ledger belongs here
        after:   called within the transaction with the event that was stored; rows that lists are made from belong here

        Returns the event, and whether it had been done before: the same act sent twice counts once. Raises Refused.
        """
        for attempt in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    self._take_turn(id)
                    done = self.rows.objects.filter(**{f"{self.of}_id": id, "act": act.id}).first()
                    if done is not None:
                        if done.actor != who:
                            raise Refused("somebody else used the id of this act; reload the page and send it again")
                        return done.happened(), True
                    state, last = self._read(id)
                    data, words = self._decide(state, who, act)
                    salt = digits(16)
                    if before is not None:
                        data = {**data, **before(state, data, words, salt)}
                    return self._store(id, last, act.id, who, act.kind, data, words, salt, after), False
            except IntegrityError:
                # Another process was faster: see what it did, and decide again.
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError

    def house(self, id: str, kind: str, data: Mapping[str, Any], words: Mapping[str, str] | None = None) -> Event:
        """What the software itself does. Within a transaction."""
        self._take_turn(id)
        _, last = self._read(id)
        return self._store(id, last, slug(), HOUSE, kind, data, words or {}, digits(16), None)

    def _take_turn(self, id: str) -> None:
        """Lets nobody else write to this strand until the transaction ends. SQLite has one writer at a time anyway."""
        owner = self.rows._meta.get_field(self.of).related_model
        owner.objects.select_for_update().filter(pk=id).values_list("pk").first()

    def _store(
        self,
        id: str,
        last: Event | None,
        act: str,
        who: str,
        kind: str,
        data: Mapping[str, Any],
        words: Mapping[str, str],
        salt: str,
        after: Callable[[Event], None] | None,
    ) -> Event:
        event = follow(last, id=act, at=self.clock(), actor=who, kind=kind, data=data, words=words, salt=salt)
        self.rows.objects.bulk_create([self.rows(**{f"{self.of}_id": id}, **Chained.columns(event))])
        if after is not None:
            after(event)
        return event

    def redact(self, id: str, by: str, sequences: Sequence[int]) -> Event:
        """Takes the words out of events for good, and says so in an event. Who may do so is settled elsewhere."""
        with transaction.atomic():
            self._take_turn(id)
            _, last = self._read(id)  # before the words go: should all be undone, the fold has them still
            rows = self.rows.objects.filter(**{f"{self.of}_id": id, "sequence__in": list(sequences)})
            rows.update(words=None, salt="")
            return self._store(id, last, slug(), by, "redact", {"of": sorted(sequences)}, {}, digits(16), None)


# --- what was taken out -----------------------------------------------------------------------------------------------

_unsettled = threading.Event()


def settle() -> None:
    """Empties SQLite's log of changes, in which words that were just taken out still stand. Where others are reading
    just now it stays for `settle_rest`."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 100")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                _unsettled.set()
            else:
                _unsettled.clear()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def settle_rest() -> None:
    """Does it where it could not be done before; called after each act."""
    if _unsettled.is_set():
        settle()
