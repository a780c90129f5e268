"""A data folder filled with what a small group might have done in three weeks, for looking around.

Each room is a script (`cohobate.practicum.scripts`) that is played: the keeper decides each act by the rules and chains
its events, as it does for people, with a clock that goes by the script. What the group wrote, and how it was tested on
readers, is done in the same way (`cohobate.web.demo.written`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from django.db import connection, transaction

from cohobate.errors import CohobateError, RunProblem, WrongUse
from cohobate.frontmatter import read
from cohobate.practicum import fermi
from cohobate.practicum.scripts import Direction, Prompter, Script, moments, read_script, times_of
from cohobate.practicum.workshop import Workshop, read_workshop, shipped
from cohobate.web.demo.written import write
from cohobate.web.folder import DataFolder
from cohobate.web.serving import configure, prepare
from cohobate.web.slugs import LETTERS

if TYPE_CHECKING:
    from cohobate.web.people.models import Person
    from cohobate.web.rooms.keeper import Keeper
    from cohobate.web.rooms.models import Room

OWNER = "Ada"
"""Who owns the server in the demonstration."""
PEOPLE = {"Ada": 24, "Ben": 23, "Chidi": 23, "Dilnoza": 23, "Edda": 22, "Femi": 20}
"""Who is there, and how many days ago they came in."""
HOSTS = ("Ben", "Chidi", "Dilnoza")
"""Who may open rooms, besides the owner."""
FORKS = {"framing-on-foot": ("Dilnoza", 12)}
"""By whom each fork was saved, and how many days ago."""
DAY = 86_400.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Made:
    """A room that was made."""

    title: str
    workshop: str
    """The workshop's title."""
    state: str
    """"ended", "open", or "waiting" in its lobby."""
    people: int
    events: int


# --- what ships -----------------------------------------------------------------------------------------------------


def scripts() -> dict[str, Script]:
    """The scripts that come with Cohobate, by name. Raises WrongUse for one that does not read."""
    files = _files("sessions")
    return {name: read_script(text, name) for name, text in files.items()}


def forks() -> dict[str, Workshop]:
    """Workshops that the group made from others, by name. Raises WrongUse for one with mistakes."""
    found = {}
    ours = shipped()
    for name, text in _files("workshops").items():
        origin = str(read(text).fields.get("forked_from"))
        if origin not in ours:
            raise WrongUse(f"{name} was forked from '{origin}', which does not ship; there are {', '.join(ours)}")
        # The version that it was made from is the one that ships now.
        whole = read(text).with_field("forked_from", f"{origin}@{ours[origin].digest[:12]}").text
        reading = read_workshop(whole, name)
        if reading.workshop is None:
            raise WrongUse(f"{name}, {reading.mistakes[0]}")
        found[name] = reading.workshop
    return found


def _files(folder: str) -> dict[str, str]:
    here: Traversable = resources.files("cohobate.practicum") / "content" / "demo" / folder
    files = sorted((file for file in here.iterdir() if file.name.endswith(".md")), key=lambda file: file.name)
    return {file.name.removesuffix(".md"): file.read_bytes().decode("utf-8") for file in files}


# --- filling a folder -----------------------------------------------------------------------------------------------


def fill(data: Path, now: float, seed: int = 0) -> list[Made]:
    """Fills a new or empty data folder, whole or not at all; once a process. Gives the rooms.

    now:   seconds since 1970; the same now and seed give the same rooms and works

    Raises RunProblem for a folder that is in use, of no use, or holds rooms, people, works or sources.
    """
    folder = DataFolder(data)
    folder.make()
    folder.key()
    lock = folder.hold()
    try:
        configure(folder, "http://localhost:8000", ["localhost"])
        prepare()
        return make(now, seed)
    finally:
        connection.close()
        os.close(lock)


def make(now: float, seed: int = 0) -> list[Made]:
    """Fills the database that Django is set up for, whole or not at all. Raises RunProblem if it holds anything."""
    with transaction.atomic():
        _must_be_empty()
        performance = _Performance(now, seed)
        made = list(performance.given())
        write(performance.people, now, Random(f"written {seed}"))
        return made


def _must_be_empty() -> None:
    from cohobate.web.people.models import Person
    from cohobate.web.rooms.models import Room, Workshop
    from cohobate.web.sources.models import Source
    from cohobate.web.works.models import Registered

    found = ""
    # Who only started a server is its owner, without a name yet.
    for person in Person.objects.exclude(is_owner=True, name__in=("", OWNER)):
        found = f"people, such as {person}"
    if Workshop.objects.exists():
        found = "workshops that somebody wrote"
    if Source.objects.exists():
        found = "sources that somebody brought in"
    if Registered.objects.exists():
        found = "a ledger with entries"
    if rooms := Room.objects.count():
        found = f"{rooms:,} room{'s' if rooms > 1 else ''}"
    if found:
        raise RunProblem(f"this folder holds {found}; choose a new or empty one with --data, so that nothing is mixed")


class _Clock:
    """What the keeper takes for the time."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class _Performance:
    """All scripts, played one after the other in the order in which their rooms were opened."""

    def __init__(self, now: float, seed: int) -> None:
        from cohobate.web.rooms.keeper import Keeper

        self.now = now
        self.chance = Random(seed)
        self.clock = _Clock()
        self.people: dict[str, Person] = {}
        self.keeper: Keeper = Keeper(self.clock, self._slug, lambda: f"{self.chance.getrandbits(64):016x}")

    def _slug(self) -> str:
        return "".join(self.chance.choice(LETTERS) for _ in range(10))

    def given(self) -> Iterator[Made]:
        """Makes everything, and tells of each room."""
        from cohobate.web.rooms import shelf

        people = self.people = self._people()
        workshops = shipped()
        for name, fork in forks().items():
            by, days = FORKS[name]
            row = shelf.stored(fork, people[by])
            row.made_at = self._ago(days)
            row.save()
            workshops[name] = fork
        for script in sorted(scripts().values(), key=lambda one: one.opened_at(self.now)):
            if script.workshop not in workshops:
                known = ", ".join(workshops)
                raise WrongUse(f"{script.name} plays '{script.workshop}', which is no workshop; there are {known}")
            yield self._play(script, workshops[script.workshop], people)

    def _ago(self, days: float) -> object:
        from cohobate.web.rooms.keeper import moment

        return moment(self.now - days * DAY)

    def _people(self) -> dict[str, Person]:
        from cohobate.web.people.models import Person

        found = {}
        for name, days in PEOPLE.items():
            owns = name == OWNER
            person = (Person.objects.filter(is_owner=True).first() if owns else None) or Person(pk=self._slug())
            person.name, person.is_owner, person.may_host = name, owns, owns or name in HOSTS
            person.made_at = person.consented_at = self._ago(days)
            person.save()
            found[name] = person
        return found

    def _play(self, script: Script, workshop: Workshop, people: Mapping[str, Person]) -> Made:
        began = script.opened_at(self.now)
        self.clock.now = began
        prompter = Prompter(script, {name: person.pk for name, person in people.items()}, self._slug)
        host = people.get(script.host)
        if host is None:
            raise WrongUse(f"{script.name}: the host {script.host} is nobody; there are {', '.join(people)}")
        row = self.keeper.open(host, workshop, script.title, script.topic, alone=script.alone)
        for section, (at, times) in zip(script.sections, moments(script, self.chance), strict=True):
            self.clock.now = began + at
            line = section.line
            try:
                if move := prompter.moved(self.keeper.room(row.pk), section):
                    self.keeper.act(row.pk, *move)
                for direction, time in zip(section.directions, times, strict=True):
                    line = direction.line
                    self._do(row, prompter, direction, began + time)
            except CohobateError as refusal:
                where = f"{script.name}, line {line}: "
                raise WrongUse(f"{where}{str(refusal).removeprefix(where)}") from None
        self.keeper.forget(row.pk)
        row.refresh_from_db()
        room = self.keeper.room(row.pk)
        state = "ended" if room.ended else "open" if room.stage else "waiting"
        return Made(row.title, workshop.title, state, len(room.people), room.sequence)

    def _do(self, row: Room, prompter: Prompter, direction: Direction, until: float) -> None:
        who, acts = prompter.acts(self.keeper.room(row.pk), direction)
        since = self.clock.now
        for number, act in enumerate(acts, start=1):
            # Several clicks are as many moments.
            self.clock.now = since + (until - since) * number / len(acts)
            self.keeper.act(row.pk, who, act)
        self.clock.now = until
        match direction.does:
            case "program":
                self._choose(row, who, direction)
            case "ran":
                self._run(row, who, direction)
            case "invite":
                self._invite(row, who, direction)
            case "redact":
                self._take_out(row, who, [prompter.ids[label] for label in direction.what.split(", ")])

    # --- what is done beside the acts of a room -------------------------------------------------------------------

    def _choose(self, row: Room, who: str, direction: Direction) -> None:
        if direction.what not in fermi.shipped():
            raise WrongUse(f"'{direction.what}' is no program; there are {', '.join(fermi.shipped())}")
        self._may_run(row, who)
        self.keeper.house(row.pk, "program", {"name": direction.what})

    def _run(self, row: Room, who: str, direction: Direction) -> None:
        """Puts down times that were measured before: to measure them now would give others each time."""
        self._may_run(row, who)
        room = self.keeper.room(row.pk)
        times = times_of(direction.words)
        program = fermi.shipped()[room.program[0]] if room.program else None
        if program is None or list(times) != [block.name for block in program.blocks]:
            raise WrongUse("the times are not those of the program that was chosen; give one for each of its blocks")
        data = {"place": list(room.place), "blocks": times, "how": "It finished.", "covered": [], "not_covered": []}
        self.keeper.house(row.pk, "ran", data, {"printed": ""})

    def _may_run(self, row: Room, who: str) -> None:
        from cohobate.web.rooms.live import may_run

        may_run(self.keeper.room(row.pk), who)

    def _invite(self, row: Room, who: str, direction: Direction) -> None:
        from cohobate.web.people.models import Invitation
        from cohobate.web.rooms.keeper import moment

        seats = self.keeper.room(row.pk).workshop.seats
        seat = "" if direction.what == "somebody" else direction.what.removeprefix("a ").removeprefix("an ")
        if who != row.host_id or (seat and seat not in seats):
            remedy = f"let the host invite somebody, or a {' or a '.join(seats)}"
            raise WrongUse(f"'{direction.what}' cannot be invited by {direction.who}; {remedy}")
        Invitation.objects.create(
            pk=self._slug(), room=row, seat=seat, made_by=row.host, made_at=moment(self.clock.now)
        )

    def _take_out(self, row: Room, who: str, ids: list[str]) -> None:
        events = [
            event.sequence for event in self.keeper.events(row.pk) if event.id in ids or event.data.get("entry") in ids
        ]
        self.keeper.redact(row.pk, who, events, runs=who == row.host_id)
