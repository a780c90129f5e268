"""One reader's sitting as a fold over its events: what they were given, what they chose, and how long it took.

    background  data knows: new | read | work                                              words line
    begin       data number, parts [{arm, passage, items [[id, options], …], seconds}, …]   by the software
    start       data part
    answer      data part, item, choice: a number | "unsure" | null                        words text
    finish      data part, why: reader | time
    stop
    withdraw    the reader takes all their answers out of the analysis
    redact      data of

What somebody reads is dealt when they begin their first part, and not when they come: who comes and never begins takes
nobody's place in the plan.

Times are those of the events, which never go backwards. What arrives after the time was up, and a little grace for the
network, is kept apart and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cohobate.events import Event
from cohobate.practicum.room import TAKEN_OUT

GRACE: Final = 5.0
"""Seconds after the limit in which an answer may still come in: the network takes its time."""

UNSURE: Final = "unsure"
"""What is chosen for "I can't tell from this"."""

KNOWS: Final = {"new": "new to the field", "read": "have read about it", "work": "work in it"}
"""How well a reader knows the field, as they say."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was last given for an item."""

    at: float
    choice: int | None
    """Which option, from 0; None for words or "I can't tell"."""
    unsure: bool
    text: str
    gone: bool = False
    """Whether the words were taken out."""

    @property
    def as_sent(self) -> str:
        """The choice as a form has it."""
        return UNSURE if self.unsure else "" if self.choice is None else str(self.choice)


@dataclass(slots=True)
class Part:
    """One period: a text, or none, and items."""

    number: int
    arm: str
    passage: str | None
    items: dict[str, int]
    """How many options each has, in the order in which they are asked; 0 for an answer in words."""
    limit: float
    """Seconds."""
    started: float | None = None
    finished: float | None = None
    """When the reader said so, or came back after the time was up; None if neither happened."""
    why: str = ""
    given: dict[str, Given] = field(default_factory=dict)
    late: dict[str, Given] = field(default_factory=dict)
    """What came when the time was up."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each item took, from what was given before it to what was last given for it. Together they are the time
    that the part took: what is left at the end goes to the items that got no answer, or else to the last one."""
    latest: float = 0.0
    """When something counted was last done."""
    latest_item: str = ""

    @property
    def deadline(self) -> float:
        """When its time is up; infinite before it has started."""
        return float("inf") if self.started is None else self.started + self.limit

    @property
    def running(self) -> bool:
        """Whether it was started, and not finished."""
        return self.started is not None and self.finished is None

    @property
    def used(self) -> float:
        """Seconds that it took; to the last answer, if it was left."""
        return 0.0 if self.started is None else self.latest - self.started

    def left(self, now: float) -> float:
        """Seconds that are left, from 0 to the limit. A clock that was set back gives no more than there were."""
        return min(self.limit, max(0.0, self.deadline - now)) if self.started is not None else self.limit

    def take(self, at: float, item: str, given: Given | None) -> None:
        """Takes in an answer; None where it was taken back."""
        if self.finished is not None or at > self.deadline + GRACE:
            if given is not None:
                self.late[item] = given
            return
        self._until(at, [item])
        self.latest_item = item
        if given is None:
            self.given.pop(item, None)
        else:
            self.given[item] = given

    def finish(self, at: float, why: str) -> None:
        """Ends it."""
        silent = [item for item in self.items if item not in self.given]
        self._until(at, silent or [self.latest_item])
        self.finished, self.why = at, why

    def _until(self, at: float, items: list[str]) -> None:
        """Counts the time until then, at most until the limit, to these items."""
        at = max(self.latest, min(at, self.deadline))
        for item in items:
            self.seconds[item] = self.seconds.get(item, 0.0) + (at - self.latest) / len(items)
        self.latest = at


@dataclass(slots=True)
class Sitting:
    """A sitting after some of its events."""

    sequence: int = 0
    number: int = -1
    """In the order in which readers began, from 0; −1 before that."""
    parts: list[Part] = field(default_factory=list)
    """Nothing before the reader begins."""
    background: str = ""
    """One of `KNOWS`; "" if it was not said."""
    line: str = ""
    """What else the reader said of it."""
    stopped_at: float | None = None
    withdrawn: bool = False
    worded: list[int] = field(default_factory=list)
    """The events in which the reader wrote something that is still there."""
    answers: int = 0
    """How many events there are with an answer."""

    @property
    def current(self) -> Part | None:
        """The part that is under way."""
        return None if self.stopped else next((one for one in self.parts if one.running), None)

    @property
    def coming(self) -> Part | None:
        """The part that comes next; None while one is under way, and when there is none."""
        if self.stopped or self.current is not None:
            return None
        return next((one for one in self.parts if one.started is None), None)

    @property
    def stopped(self) -> bool:
        """Whether the reader went before the end."""
        return self.stopped_at is not None or self.withdrawn

    @property
    def done(self) -> bool:
        """Whether all parts were finished."""
        return bool(self.parts) and all(one.finished is not None for one in self.parts)

    @property
    def standing(self) -> str:
        """Where the reader is: came, reading, done, stopped or withdrawn."""
        if self.withdrawn:
            return "withdrawn"
        if self.done:
            return "done"
        if self.stopped_at is not None:
            return "stopped"
        return "reading" if any(one.started is not None for one in self.parts) else "came"

    def apply(self, event: Event) -> None:
        """Takes in the next event, whatever it is."""
        self.sequence = event.sequence
        if event.words:
            self.worded.append(event.sequence)
        _STEPS.get(event.kind, _nothing)(self, event, event.data)


def fold(events: Iterable[Event]) -> Sitting:
    """The sitting after these events."""
    sitting = Sitting()
    for event in events:
        sitting.apply(event)
    return sitting


def _nothing(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    """An event that changes nothing here, or of a kind that a later version knows."""


def _begin(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    sitting.number = data["number"]
    sitting.parts = [
        Part(number, one["arm"], one["passage"], dict(one["items"]), one["seconds"])
        for number, one in enumerate(data["parts"])
    ]


def _background(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    sitting.background = data["knows"]
    sitting.line = TAKEN_OUT if event.words is None else event.words.get("line", "")


def _start(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    part = sitting.parts[data["part"]]
    part.started = part.latest = event.at


def _answer(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    choice, gone = data["choice"], event.words is None
    text = "" if event.words is None else event.words.get("text", "")
    number = choice if isinstance(choice, int) else None
    sitting.answers += 1
    empty = choice is None and not text and not gone
    given = None if empty else Given(event.at, number, choice == UNSURE, text, gone)
    sitting.parts[data["part"]].take(event.at, data["item"], given)


def _finish(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    sitting.parts[data["part"]].finish(event.at, data["why"])


def _stop(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    sitting.stopped_at = event.at


def _withdraw(sitting: Sitting, event: Event, data: Mapping[str, Any]) -> None:
    sitting.withdrawn = True


_STEPS: Final = {
    "begin": _begin,
    "background": _background,
    "start": _start,
    "answer": _answer,
    "finish": _finish,
    "stop": _stop,
    "withdraw": _withdraw,
}
