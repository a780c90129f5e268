"""The shelf of a data folder from outside of its server, while that runs or not: what the command line does with it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from cohobate.archive.record import Record
from cohobate.archive.tree import Unread
from cohobate.errors import RunProblem, WrongUse
from cohobate.web.folder import DataFolder
from cohobate.web.looking import look_into
from cohobate.web.serving import configure, prepare

if TYPE_CHECKING:
    from cohobate.web.sources.importing import Outcome, Written
    from cohobate.web.sources.models import Source


def bring_in(data: Path, records: Iterable[Record | Unread]) -> Outcome:
    """Brings records into a data folder, made if need be; once a process.

    Raises RunProblem for a folder that is of no use, or that a server of another version is using.
    """
    _open(data)
    from cohobate.web.sources.importing import bring_in as into_shelf

    try:
        return into_shelf(records)
    except DatabaseError as error:
        raise RunProblem(
            f"the database cannot be used ({' '.join(str(error).split())}); see that it is whole"
        ) from None
    finally:
        connection.close()


def _open(data: Path) -> None:
    folder = DataFolder(data)
    folder.make()
    folder.key()
    configure(folder, "http://localhost", [])
    try:
        lock = folder.hold()
    except RunProblem:
        # A server is running, whose database is in order; its tables are not to be changed below it.
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise RunProblem("a server of an earlier version is using this folder; end it, and try again") from None
        return
    try:
        prepare()
    finally:
        os.close(lock)


def write_out(data: Path, out: Path) -> Written:
    """Writes all that stands on the shelf of a data folder into a new or empty folder; once a process."""
    look_into(data)
    from cohobate.web.sources.importing import write_out as from_shelf

    return from_shelf(out)


def find(data: Path, name: str) -> Source:
    """The source of that name, path, id or title. Raises WrongUse if there is none, or several; once a process."""
    look_into(data)
    from cohobate.web.sources.shelf import called

    found = called(name)
    if not found:
        raise WrongUse(f"there is no source '{name}'; name one by its file name without the ending, or by its path")
    if len(found) > 1:
        paths = ", ".join(one.path for one in found[:5])
        raise WrongUse(f"{len(found)} sources go by '{name}'; name one by its path: {paths}")
    return found[0]
