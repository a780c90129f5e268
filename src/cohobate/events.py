"""Append-only events: what people did, in order, each once, each chained to the one before by hash.

State is a fold over them, so a late joiner, a reload and a replay see the same. An event keeps what its actor said in
words apart from the rest: the chain holds a salted hash of the words, not the words. So they can be taken out for good,
on request, and the record still shows that nothing else was changed.

What the chain shows is what a ledger's chain shows: that nothing was changed, reordered or cut out, given the length
and the last hash. It does not show that what was written was true.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cohobate.canonical import canonical, digest
from cohobate.errors import WrongUse

HOUSE = "house"
"""The actor of what no person does, such as delivering another group's notes."""

FIRST = "0" * 64
"""What the first event has for a previous hash."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    sequence: int
    """Its place among the events, from 1, without gaps."""
    id: str
    """Chosen by whoever acts. The same act sent twice carries the same id, and counts once."""
    at: float
    """Seconds since 1970 (UTC); never before the event that it follows."""
    actor: str
    kind: str
    data: Mapping[str, Any]
    """What has to stay even if the words go: kinds, places, numbers, choices."""
    words: Mapping[str, str] | None
    """What the actor said, by field; None once it was taken out."""
    salt: str
    """What the words were hashed with, so that nobody can find short words by trying; "" once they were taken out."""
    seal: str
    """The salted hash of the words."""
    previous: str
    hash: str
    """The SHA-256 of all of this but the words and their salt."""

    @property
    def redacted(self) -> bool:
        """Whether its words were taken out."""
        return self.words is None

    def to_dict(self) -> dict[str, Any]:
        """The event as one JSON object."""
        return {
            "sequence": self.sequence,
            "id": self.id,
            "at": self.at,
            "actor": self.actor,
            "kind": self.kind,
            "data": dict(self.data),
            "words": None if self.words is None else dict(self.words),
            "salt": self.salt,
            "seal": self.seal,
            "previous": self.previous,
            "hash": self.hash,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Event:
        """The event in a JSON object. Raises WrongUse if it is none."""
        try:
            return cls(**{name: value[name] for name in cls.__slots__})
        except KeyError as missing:
            raise WrongUse(f"this event has no {missing}; give an object that `to_dict` made") from None
        except TypeError:
            raise WrongUse("this is no event; give an object that `to_dict` made") from None


def follow(
    previous: Event | None,
    *,
    id: str,
    at: float,
    actor: str,
    kind: str,
    data: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
    salt: str | None = None,
) -> Event:
    """The event that comes after `previous` (None: the first).

    A clock that was set back does not take the record back: `at` is at least the previous event's.
    `salt` is drawn unless it is given, as tests do. Raises WrongUse for what JSON cannot hold.
    """
    words = dict(words or {})
    salt = secrets.token_hex(8) if salt is None else salt
    at = round(float(at), 3)  # a store gives decimals back, and 100 has another hash than 100.0
    bare = Event(
        sequence=previous.sequence + 1 if previous else 1,
        id=id,
        at=max(at, previous.at) if previous else at,
        actor=actor,
        kind=kind,
        data=dict(data or {}),
        words=words,
        salt=salt,
        seal=_seal(salt, words),
        previous=previous.hash if previous else FIRST,
        hash="",
    )
    return replace(bare, hash=_hash(bare))


def redacted(event: Event) -> Event:
    """The event without its words: the same in the chain, and nobody can tell any more what was said."""
    return replace(event, words=None, salt="")


def problem(events: Iterable[Event]) -> str | None:
    """The first thing that is wrong with a chain of events, as one sentence; None if it is whole."""
    before: Event | None = None
    for place, event in enumerate(events, start=1):
        if event.sequence != place:
            return f"event {place} has the number {event.sequence}: one is missing, doubled or out of order"
        if event.previous != (before.hash if before else FIRST):
            return f"event {place} does not follow the one before it: one of them was changed or exchanged"
        if event.words is not None and event.seal != _seal(event.salt, event.words):
            return f"the words of event {place} are not those that were said: they were changed"
        if event.words is None and event.salt:
            return f"event {place} has no words and still their salt, so short ones can be guessed; take it out too"
        if event.hash != _hash(event):
            return f"event {place} is not as it was written: it was changed"
        before = event
    return None


def _seal(salt: str, words: Mapping[str, str]) -> str:
    return hashlib.sha256(salt.encode() + canonical(dict(words))).hexdigest()


def _hash(event: Event) -> str:
    return digest(
        [event.previous, event.sequence, event.id, event.at, event.actor, event.kind, dict(event.data), event.seal]
    )
