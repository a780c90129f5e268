"""Looking at a server's data from outside of it, while it runs or not. Nothing is locked, migrated or written.

Django has to be set up for reading: see `look_into`. Once a process, as for a server.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count

from cohobate.errors import RunProblem, WrongUse
from cohobate.events import Event
from cohobate.practicum.record import as_json, as_markdown
from cohobate.practicum.room import Room, fold
from cohobate.web.folder import DataFolder
from cohobate.web.serving import configure


@dataclass(frozen=True, slots=True)
class Line:
    """A room in a list."""

    id: str
    title: str
    topic: str
    workshop: str
    """Its name."""
    people: int
    """Who came in, those that were taken off its list left out."""
    events: int
    opened_at: datetime
    ended_at: datetime | None


def look_into(data: Path) -> None:
    """Sets Django up to read the data of that folder. Raises RunProblem if there are none, or not in this form."""
    folder = DataFolder(data)
    folder.key()
    if not os.environ.get("DATABASE_URL") and not folder.database.is_file():
        raise RunProblem(f"{folder.database} does not exist; name a folder that `cohobate serve` made")
    configure(folder, "http://localhost", [], read_only=True)
    try:
        executor = MigrationExecutor(connection)
        known, there = set(executor.loader.disk_migrations), set(executor.loader.applied_migrations)
    except DatabaseError as error:
        raise _unreadable(error) from None
    ours = {app for app, _ in known}
    if later := [name for app, name in there - known if app in ours]:
        raise RunProblem(
            f"the data were last used by a later version of Cohobate (it has '{later[0]}'); install that one"
        )
    if known - there:
        raise RunProblem(f"the data are an earlier version's; run `cohobate serve --data {data}` once, and try again")


def _unreadable(error: Exception) -> RunProblem:
    return RunProblem(f"the database cannot be read ({' '.join(str(error).split())}); see that it is there and whole")


def lines() -> list[Line]:
    """All rooms, the one that was opened last first."""
    from cohobate.web.rooms import models

    try:
        with transaction.atomic():
            rows = list(models.Room.objects.select_related("workshop"))
            people, events = (_by_room(model) for model in (models.Member, models.Event))
    except DatabaseError as error:
        raise _unreadable(error) from None

    return [
        Line(
            id=row.pk,
            title=row.title,
            topic=row.topic,
            workshop=row.workshop.name,
            people=people.get(row.pk, 0),
            events=events.get(row.pk, 0),
            opened_at=row.opened_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def ledger() -> bytes:
    """The ledger of works and their readers, a line an entry; nothing if nothing was registered yet."""
    from cohobate.web.works import register

    try:
        return b"".join(register.lines())
    except DatabaseError as error:
        raise _unreadable(error) from None


def _by_room(model: Any) -> dict[str, int]:
    """How many rows of a model each room has."""
    return dict(model.objects.order_by().values_list("room").annotate(Count("pk")))


def as_record(room: str) -> dict[str, Any]:
    """The whole record of a room, with what its people do not see of each other. Raises WrongUse if there is none."""
    state, events = _read(room)
    return as_json(state, events, None, time.time(), everything=True)


def as_page(room: str) -> str:
    """The record of a room to read, as everybody in it may. Raises WrongUse if there is none."""
    return as_markdown(_read(room)[0], None, time.time())


def _read(room: str) -> tuple[Room, list[Event]]:
    from cohobate.web.rooms import shelf
    from cohobate.web.rooms.keeper import keeper

    try:
        with transaction.atomic():
            row = _find(room)
            events = keeper.events(row.pk)
            return fold(shelf.pinned(row.workshop_id), events), events
    except DatabaseError as error:
        raise _unreadable(error) from None


def _find(room: str) -> Any:
    """The room with that id, or else the only one with that title."""
    from cohobate.web.rooms import models

    row = models.Room.objects.filter(pk=room).first()
    if row is not None:
        return row
    rows = [one for one in models.Room.objects.all() if one.title.casefold() == " ".join(room.split()).casefold()]
    if not rows:
        raise WrongUse(f"there is no room '{room}'; `cohobate room list` tells which there are")
    if len(rows) > 1:
        ids = ", ".join(sorted(one.pk for one in rows))
        raise WrongUse(f"{len(rows)} rooms are called '{rows[0].title}'; name one by its id: {ids}")
    return rows[0]
