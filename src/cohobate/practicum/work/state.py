"""A work as a fold over its events: who writes and reviews, what was claimed, which versions there are, what was said
of them.

    begin       data kind, sources [[source, digest], …]            words title, and of an own kind name, definition,
                                                                     is_one, is_not; data confidence
    join        data role                                            words name
    leave       data role, person
    retitle                                                          words title
    rekind      as begin
    source      data source, digest, gone (true: it is taken off)
    hypothesis  data predicted {points, low, high} or null,          words text
                method {method, digest} or null, ledger [index, hash]
    version     data digest, words (how many), ledger                words note
    comment     data digest, start, end                              words quote, before, after, text
    reply       data to                                              words text
    settle      data to, how: done | declined | open
    reviewed    data digest                                          words text
    hook        words text: how the work could begin
    unhook      data hook
    compare     data left, right, better: left | right | neither
    milestone   data which: minimum | full, digest
    publish     data digest, ledger
    withdraw
    look_back   data ledger                                          words text, next
    redact      data of
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cohobate.events import Event
from cohobate.practicum.room import TAKEN_OUT
from cohobate.practicum.work.openings import Chosen, Opening
from cohobate.practicum.work.parts import (
    ROLES,
    Comment,
    Hypothesis,
    Kind,
    Ledger,
    LookBack,
    Published,
    Reply,
    Reviewed,
    SourceOf,
    Version,
    Writer,
)


@dataclass(slots=True)
class Work:
    """A work after some of its events."""

    sequence: int = 0
    title: str = ""
    kind: Kind = field(default_factory=lambda: Kind(""))
    people: dict[str, Writer] = field(default_factory=dict)
    """Everybody who has, or had, a part."""
    sources: list[SourceOf] = field(default_factory=list)
    hypotheses: list[Hypothesis] = field(default_factory=list)
    versions: dict[str, Version] = field(default_factory=dict)
    """By digest, the oldest first."""
    comments: dict[str, Comment] = field(default_factory=dict)
    reviews: list[Reviewed] = field(default_factory=list)
    openings: dict[str, Opening] = field(default_factory=dict)
    chosen: list[Chosen] = field(default_factory=list)
    """What people chose between two openings."""
    milestones: dict[str, tuple[str, float]] = field(default_factory=dict)
    """minimum and full: the version that passed, and when it did first."""
    publications: list[Published] = field(default_factory=list)
    withdrawn: bool = False
    looks_back: list[LookBack] = field(default_factory=list)
    redacted: int = 0
    """Events whose words were taken out."""

    @property
    def published(self) -> Published | None:
        """What readers see; None before publication, and once it was withdrawn."""
        return self.publications[-1] if self.publications and not self.withdrawn else None

    @property
    def latest(self) -> Version | None:
        """The version that was kept last."""
        return max(self.versions.values(), key=lambda one: one.number, default=None)

    def has(self, who: str, *roles: str) -> bool:
        """Whether somebody has one of these roles now; without roles, whether they have any."""
        person = self.people.get(who)
        return person is not None and bool(person.roles & set(roles or ROLES))

    def having(self, role: str) -> list[Writer]:
        """Who has that role now, in the order in which they came."""
        return [one for one in self.people.values() if role in one.roles]

    def name_of(self, who: str) -> str:
        """What somebody is called in this work."""
        return self.people[who].name if who in self.people else "somebody"

    def apply(self, event: Event) -> None:
        """Takes in the next event, whatever it is: whether it was allowed was decided when it was done."""
        self.sequence = event.sequence
        words = {} if event.words is None else event.words
        told = _Words(words, gone=event.words is None)
        self.redacted += event.words is None
        _STEPS.get(event.kind, _nothing)(self, event, event.data, told)


class _Words:
    """The words of an event; where they were taken out, that stands in their place."""

    def __init__(self, words: Mapping[str, str], gone: bool) -> None:
        self._words, self._gone = words, gone

    def get(self, name: str) -> str:
        return TAKEN_OUT if self._gone else self._words.get(name, "")


def fold(events: Iterable[Event]) -> Work:
    """The work after these events."""
    work = Work()
    for event in events:
        work.apply(event)
    return work


def _nothing(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    """An event that changes nothing here, or of a kind that a later version knows."""


def _begin(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.title = words.get("title")
    _rekind(work, event, data, words)
    work.sources = [SourceOf(*one) for one in data["sources"]]


def _rekind(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    said = {name: words.get(name) for name in ("definition", "is_one", "is_not")} if data["kind"] == "own" else {}
    title = words.get("name") if data["kind"] == "own" else ""
    work.kind = Kind(data["kind"], title=title, confidence=data.get("confidence"), **said)


def _join(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    person = work.people.setdefault(event.actor, Writer(event.actor, ""))
    person.name = words.get("name")
    person.roles.add(data["role"])


def _leave(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    if data["person"] in work.people:
        work.people[data["person"]].roles.discard(data["role"])


def _retitle(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.title = words.get("title")


def _source(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    one = SourceOf(data["source"], data["digest"])
    work.sources = [other for other in work.sources if other.source != one.source]
    if not data.get("gone"):
        work.sources.append(one)


def _hypothesis(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    predicted = data.get("predicted") or {}
    method = data.get("method")
    work.hypotheses.append(
        Hypothesis(
            id=event.id,
            sequence=event.sequence,
            at=event.at,
            by=event.actor,
            text=words.get("text"),
            points=predicted.get("points"),
            low=predicted.get("low"),
            high=predicted.get("high"),
            method=(method["method"], method["digest"]) if method else None,
            ledger=_ledger(data),
        )
    )


def _version(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    if data["digest"] not in work.versions:
        number = len(work.versions) + 1
        work.versions[data["digest"]] = Version(
            data["digest"],
            number,
            event.sequence,
            event.at,
            event.actor,
            words.get("note"),
            data["words"],
            _ledger(data),
        )


def _comment(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.comments[event.id] = Comment(
        id=event.id,
        sequence=event.sequence,
        at=event.at,
        by=event.actor,
        digest=data["digest"],
        start=data["start"],
        end=data["end"],
        quote=words.get("quote"),
        before=words.get("before"),
        after=words.get("after"),
        text=words.get("text"),
    )


def _reply(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.comments[data["to"]].replies.append(Reply(event.id, event.at, event.actor, words.get("text")))


def _settle(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    comment = work.comments[data["to"]]
    comment.settled = data["how"]
    if why := words.get("text"):
        comment.replies.append(Reply(event.id, event.at, event.actor, why))


def _reviewed(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.reviews.append(Reviewed(event.actor, data["digest"], event.at, words.get("text")))


def _hook(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    # An opening without its words cannot be compared.
    work.openings[event.id] = Opening(event.id, event.actor, words.get("text"), gone=event.words is None)


def _unhook(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.openings[data["hook"]].gone = True


def _compare(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.chosen.append(Chosen(event.actor, data["left"], data["right"], data["better"]))


def _milestone(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.milestones.setdefault(data["which"], (data["digest"], event.at))


def _publish(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.publications.append(Published(data["digest"], event.at, event.actor, _ledger(data), event.sequence))
    work.withdrawn = False


def _withdraw(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.withdrawn = True


def _look_back(work: Work, event: Event, data: Mapping[str, Any], words: _Words) -> None:
    work.looks_back.append(LookBack(event.at, event.actor, words.get("text"), words.get("next"), _ledger(data)))


def _ledger(data: Mapping[str, Any]) -> Ledger:
    index, hash = data.get("ledger") or (-1, "")
    return int(index), str(hash)


_STEPS: Final = {
    "begin": _begin,
    "join": _join,
    "leave": _leave,
    "retitle": _retitle,
    "rekind": _rekind,
    "source": _source,
    "hypothesis": _hypothesis,
    "version": _version,
    "comment": _comment,
    "reply": _reply,
    "settle": _settle,
    "reviewed": _reviewed,
    "hook": _hook,
    "unhook": _unhook,
    "compare": _compare,
    "milestone": _milestone,
    "publish": _publish,
    "withdraw": _withdraw,
    "look_back": _look_back,
}
