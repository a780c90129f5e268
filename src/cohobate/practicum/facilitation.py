"""How a room was facilitated, counted from what its people did: moves, steering, requests for concreteness, pictures.

Moves are typed by whoever makes them, as they are made; nothing is guessed from the words afterwards. Every figure
carries its n and an interval, and says "too few" where there are fewer than five observations. The intervals take the
observations of one session as independent draws (see `DRAWN`): they speak of these people in sessions like this one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from cohobate.fidelity.intervals import Estimate
from cohobate.fidelity.rates import Rate
from cohobate.practicum.room import LOBBY, MOVES, Place, Room

DRAWN = (
    "The intervals take the observations for independent draws. Within one session they are not quite that: a move "
    "follows from the one before, and pairs of marks share people. So the figures are less certain than they look."
)
"""What is to be said beside the intervals, for whoever reads them."""

TEN_MINUTES = 600.0
"""Seconds."""

WORTH_IT = 4
"""A rating from which on somebody found it worth their time."""


@dataclass(frozen=True, slots=True)
class AtStage:
    """Requests for concreteness at one place, against what the workshop asks for."""

    place: Place
    stage: str
    minutes: float
    """Spent there."""
    planned: int
    """Minutes that the workshop gives it."""
    asked: int
    """Requests for something concrete."""
    target: float | None
    """In ten minutes; None if the workshop sets none."""

    @property
    def wanted(self) -> int | None:
        """How many there should have been by now, rounded down; None without a target. Beyond the planned minutes, in a
        room that was left open, no more are wanted."""
        minutes = min(self.minutes, self.planned)
        return None if self.target is None else int(self.target * minutes * 60 / TEN_MINUTES)


@dataclass(frozen=True, slots=True)
class Measures:
    """What was counted in one room."""

    moves: dict[str, Estimate]
    """Of all that facilitators said, the share of each move."""
    steering: Estimate
    """The share that told something."""
    concrete: Rate
    """Requests for something concrete in ten minutes, by anybody, since the beginning."""
    meant: Estimate
    """Of what was said back and judged, the share that was meant so."""
    pictures: Estimate
    """Of the questions that two or more answered before the reveal and compared, the share in which all who compared
    found the answers alike."""
    marks: Estimate
    """Of the pairs of people who marked the same line of the same work, the share that marked it alike."""
    worth: Estimate
    """Of the ratings, the share that is 4 or 5."""
    stages: tuple[AtStage, ...]
    """By place, in the order of the stages."""


def measures(room: Room, now: float) -> Measures:
    """What can be counted in a room so far.

    now: seconds since 1970; of an ended room its end counts
    """
    facilitating = {seat.name for seat in room.workshop.seats.values() if seat.does == "facilitates"}
    theirs = [said for said in room.talk if said.seat in facilitating]
    minutes = spent(room, now)
    return Measures(
        moves={move: Estimate.of(sum(said.move == move for said in theirs), len(theirs)) for move in MOVES},
        steering=Estimate.of(sum(said.steering for said in theirs), len(theirs)),
        concrete=Rate.of(sum(said.concrete for said in room.talk), sum(minutes.values()) / TEN_MINUTES),
        meant=_all_agree(room, "meant"),
        pictures=_pictures(room),
        marks=_marks(room),
        worth=Estimate.of(sum(value >= WORTH_IT for value in room.ratings.values()), len(room.ratings)),
        stages=tuple(
            AtStage(
                place=place,
                stage=room.workshop.stages[place[1]].name,
                minutes=seconds / 60,
                planned=room.workshop.stages[place[1]].minutes,
                asked=sum(said.concrete and said.place == place for said in room.talk),
                target=room.workshop.stages[place[1]].target,
            )
            for place, seconds in sorted(minutes.items())
            if place[1] != LOBBY
        ),
    )


def spent(room: Room, now: float) -> dict[Place, float]:
    """Seconds spent at each place so far, the lobby left out."""
    seconds = {place: room.spent.get(place, 0.0) for place in room.visited if place[1] != LOBBY}
    if room.begun_at is not None:
        seconds[room.place] = room.elapsed(now)
    return seconds


def counter(room: Room, now: float) -> AtStage | None:
    """Requests for concreteness where the room is now; None in the lobby."""
    stage = room.stage
    if stage is None:
        return None
    place = room.place
    asked = sum(said.concrete and said.place == place for said in room.talk)
    return AtStage(place, stage.name, room.elapsed(now) / 60, stage.minutes, asked, stage.target)


def roles(room: Room) -> dict[str, dict[str, int]]:
    """By seat: who acted in it, and how often they spoke from there."""
    found: dict[str, dict[str, int]] = {}
    for said in room.talk:
        if said.seat:
            who = found.setdefault(said.seat, {})
            who[said.by] = who.get(said.by, 0) + 1
    return found


def worth_it(rooms: Iterable[Room]) -> Estimate:
    """The share of ratings that are 4 or 5, over rooms. People who rate several rooms count in each."""
    values = [value for room in rooms for value in room.ratings.values()]
    return Estimate.of(sum(value >= WORTH_IT for value in values), len(values))


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger one share is than another, with an interval."""

    one: Estimate
    other: Estimate
    low: float
    high: float
    """The ends for `one` less `other`, in -1 … 1."""

    @property
    def too_few(self) -> bool:
        """Whether one of the two has too few observations."""
        return self.one.too_few or self.other.too_few

    def __str__(self) -> str:
        """As people read it, in points of 100; the ends are rounded outwards."""
        if self.too_few:
            return f"too few (n = {self.one.asked:,} and {self.other.asked:,})"
        points = round(100 * (self.one.share - self.other.share))
        return f"{points:+d} points ({math.floor(100 * self.low):+d} to {math.ceil(100 * self.high):+d})"


def difference(one: Estimate, other: Estimate, confidence: float = 0.95) -> Difference:
    """One share less another. Each side gets half of the allowed error, so the interval is wide, and the two shares may
    hang together as they like. Within each, the observations are taken for independent draws: where one person rates
    several rooms, they are fewer than they look.
    """
    each = 1 - (1 - confidence) / 2
    a, b = (Estimate.of(share.agree, share.asked, each) for share in (one, other))
    return Difference(one, other, a.low - b.high, a.high - b.low)


def _all_agree(room: Room, respect: str) -> Estimate:
    verdicts = [set(by.values()) for (_, what), by in room.judged.items() if what == respect]
    return Estimate.of(sum(verdict == {True} for verdict in verdicts), len(verdicts))


def _pictures(room: Room) -> Estimate:
    """A question counts once somebody compared it and two or more had answered it alone: what was written or changed
    after the reveal is no picture of one's own any more."""
    compared = same = 0
    for (of, respect), by in room.judged.items():
        if respect != "same":
            continue
        session, stage, question = map(int, of.split("."))
        reveal = room.revealed.get((session, stage), 0)
        answered = {
            entry.by
            for entry in room.at_place((session, stage))
            if entry.values.get("question") == str(question) and entry.latest < reveal
        }
        if len(answered) >= 2:
            compared += 1
            same += set(by.values()) == {True}
    return Estimate.of(same, compared)


def _marks(room: Room) -> Estimate:
    pairs = [
        one == other
        for (_, respect), by in room.judged.items()
        if respect not in ("meant", "same")
        for one, other in combinations(by.values(), 2)
    ]
    return Estimate.of(sum(pairs), len(pairs))


# --- alarms -------------------------------------------------------------------------------------------------------

QUIET = 240.0
"""Seconds without a request for concreteness after which a stage that has a target raises an alarm."""


def alarms(room: Room, now: float, present: Iterable[str] | None = None) -> list[str]:
    """Duties that nobody covers, each as one sentence for everyone in the room.

    A seat is a duty to see that something is done when nobody else does it; so an empty seat, or one whose people are
    away, is told of, and so is a stage in which nobody asks for anything concrete.

    present: the people who have the room open; None if that is not known
    """
    stage = room.stage
    if stage is None or room.ended or room.alone:
        return []
    here = None if present is None else set(present)
    found = []
    for name in room.workshop.seats:
        seat = room.workshop.seats[name]
        if name not in stage.acts or not seat.least:
            continue
        sitting = room.sitting(name)
        duty = f": whoever sits there {seat.duty}" if seat.duty else ""
        if not sitting:
            found.append(f"Nobody sits in the seat {name}{duty}. Whoever is free, take it.")
        elif here is not None and not any(person.id in here for person in sitting):
            names = " and ".join(person.name for person in sitting)
            are = "is" if len(sitting) == 1 else "are"
            found.append(f"{names} {are} away, so nobody is {name}{duty}. See to it, or take the seat over.")
    if stage.target and not stage.solo:
        here_since = [said.at for said in room.talk if said.concrete and said.place == room.place]
        quiet = now - max([room.entered_at, *here_since])
        if quiet >= QUIET:
            found.append(f"For {int(quiet // 60)} minutes nobody has asked for an example. Ask for one.")
    return found


__all__ = [
    "DRAWN",
    "QUIET",
    "TEN_MINUTES",
    "WORTH_IT",
    "AtStage",
    "Difference",
    "Measures",
    "alarms",
    "counter",
    "difference",
    "measures",
    "roles",
    "spent",
    "worth_it",
]
