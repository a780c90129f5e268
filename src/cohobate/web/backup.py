"""A server's data in one file: a gzipped tar archive with the database, the key, and a manifest with their hashes.

SQLite's file is copied by SQLite itself, in one reading, so the copy is of one moment although the server goes on. Of
PostgreSQL all rows are written as JSON lines in one read-only transaction; they can be restored into SQLite too.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, TextIO

from cohobate.errors import RunProblem, StorageProblem, WrongUse
from cohobate.runs import storage, to_json
from cohobate.version import __version__
from cohobate.web.folder import DATABASE, SECRET, DataFolder

MANIFEST = "manifest.json"
ROWS = "rows.jsonl"
FORMAT = 1
KINDS = ({DATABASE, SECRET}, {ROWS, SECRET})
"""The files that a backup holds beside its manifest: of SQLite, or of PostgreSQL."""
PIECE = 1 << 20


# --- writing --------------------------------------------------------------------------------------------------------


def write(data: Path | str, file: Path | str) -> dict[str, Any]:
    """Writes a backup of a data folder and returns its manifest. The server may run.

    Raises RunProblem for a folder without data, StorageProblem if the file cannot be written; then there is none.
    """
    folder, file = DataFolder(data), Path(file)
    folder.key()
    with storage(file, "written"), tempfile.TemporaryDirectory(prefix=".backup-", dir=_place_for(file)) as made:
        work = Path(made)
        shutil.copyfile(folder.key_file, work / SECRET)
        if os.environ.get("DATABASE_URL"):
            _write_rows(folder, work / ROWS)
        else:
            _copy_database(folder.database, work / DATABASE)
        names = sorted(path.name for path in work.iterdir())
        manifest = {
            "cohobate": __version__,
            "format": FORMAT,
            "files": {name: {"sha256": _hash(work / name), "bytes": (work / name).stat().st_size} for name in names},
        }
        whole = work / "whole"
        _pack(whole, to_json(manifest, indent=2).encode() + b"\n", [work / name for name in names])
        os.replace(whole, file)
    return manifest


def _place_for(file: Path) -> Path:
    with storage(file, "written"):
        if file.is_dir():
            raise StorageProblem(f"{file} is a folder; name a file, such as {file / 'backup.tar.gz'}")
        if not file.parent.is_dir():
            raise StorageProblem(f"{file.parent} does not exist; make it, or choose another place for the backup")
    return file.parent


def _copy_database(source: Path, target: Path) -> None:
    if not source.is_file():
        raise RunProblem(f"{source} does not exist; name a folder that `cohobate serve` made")
    try:
        with (
            closing(_reading(source)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            # All at once: in parts it would begin anew whenever somebody wrote. A reader keeps nobody waiting.
            live.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            _check(copy, source)
    except sqlite3.Error as error:
        raise RunProblem(
            f"{source} could not be copied ({error}); see that it is whole and the disk not full"
        ) from None


def _reading(source: Path) -> sqlite3.Connection:
    """The database, to be read. Beside a server SQLite has to write into the folder; where that may not be, and there
    is no log of changes, nobody else writes either."""
    log = source.with_name(f"{source.name}-wal")
    if os.access(source.parent, os.W_OK) or (log.exists() and log.stat().st_size):
        return sqlite3.connect(source, timeout=30)
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _check(database: sqlite3.Connection, path: Path) -> None:
    found = database.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise RunProblem(f"{path} is damaged ({found[0]}); restore an earlier backup")


def _pack(target: Path, manifest: bytes, files: list[Path]) -> None:
    with open(target, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as raw:
        # No clock times inside: the same data give the same bytes.
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed,
            tarfile.open(fileobj=packed, mode="w") as archive,
        ):
            _add(archive, MANIFEST, len(manifest), io.BytesIO(manifest))
            for path in files:
                with path.open("rb") as content:
                    _add(archive, path.name, path.stat().st_size, content)
        raw.flush()
        os.fsync(raw.fileno())


def _add(archive: tarfile.TarFile, name: str, size: int, content: io.BufferedIOBase) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, content)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- restoring ------------------------------------------------------------------------------------------------------


def restore(file: Path | str, data: Path | str) -> None:
    """Puts a backup into a new or empty folder, whole or not at all; for rows of PostgreSQL, into the database that
    DATABASE_URL names or else into SQLite.

    Raises RunProblem for a backup that is damaged, of another format, or that a later version wrote, and for a folder
    that holds anything.
    """
    file, folder = Path(file), DataFolder(data)
    with storage(file, "read"):
        if not file.is_file():
            raise RunProblem(f"{file} does not exist; name a file that `cohobate data backup` wrote")
    with storage(folder.path, "made"):
        if folder.path.exists() and (not folder.path.is_dir() or any(folder.path.iterdir())):
            raise RunProblem(f"{folder.path} is not empty; choose a new folder, so that nothing is overwritten")
        folder.path.parent.mkdir(parents=True, exist_ok=True)
    with (
        storage(folder.path, "written"),
        tempfile.TemporaryDirectory(prefix=f".{folder.path.name}-", dir=folder.path.parent) as made,
    ):
        work = Path(made) / "data"
        work.mkdir(mode=0o700)
        names = _unpack(file, work)
        if DATABASE in names:
            if os.environ.get("DATABASE_URL"):
                raise WrongUse("this backup is of SQLite, and DATABASE_URL is set; unset it to restore into SQLite")
            with closing(sqlite3.connect(work / DATABASE)) as database:
                try:
                    _check(database, file)
                except sqlite3.Error as error:
                    raise _damaged(file, f"its database does not read: {error}") from None
        else:
            _read_rows(file, work)
        if folder.path.exists():
            folder.path.rmdir()
        os.replace(work, folder.path)


def _damaged(file: Path, why: str) -> RunProblem:
    return RunProblem(f"{file} is no whole backup ({why}); use another copy of it")


def _unpack(file: Path, work: Path) -> set[str]:
    """Writes the files of an archive into `work`, by names that are known and no others, and checks their hashes."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            first = archive.next()
            if first is None or first.name != MANIFEST or not first.isfile() or first.size > PIECE:
                raise _damaged(file, "it does not begin with a manifest")
            manifest = json.loads(_content(archive, first).read())
            expected = _expected(file, manifest)
            found: set[str] = set()
            while (member := archive.next()) is not None:
                # Nothing is ever written under a name from the archive that is not one of ours.
                if member.name not in expected or member.name in found or not member.isfile():
                    raise _damaged(file, f"it holds '{member.name}', which does not belong there")
                found.add(member.name)
                path = work / member.name
                with open(path, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                    shutil.copyfileobj(_content(archive, member), out, PIECE)
                    out.flush()
                    os.fsync(out.fileno())
                if _hash(path) != expected[member.name]:
                    raise _damaged(file, f"{member.name} is not as it was written")
            if found != set(expected):
                raise _damaged(file, f"it lacks {min(set(expected) - found)}")
            return found
    except (
        tarfile.TarError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        gzip.BadGzipFile,
        zlib.error,
        RecursionError,
    ) as error:
        raise _damaged(file, str(error) or type(error).__name__) from None


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    content = archive.extractfile(member)
    if content is None:
        raise ValueError(f"{member.name} has no content")
    return content


def _expected(file: Path, manifest: Any) -> dict[str, str]:
    """The hashes by name that a manifest promises."""
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise _damaged(file, "its manifest is none")
    if manifest.get("format") != FORMAT:
        raise RunProblem(
            f"{file} was written by Cohobate {manifest.get('cohobate')}; install that version to restore it"
        )
    found = {str(name): str(one["sha256"]) for name, one in manifest["files"].items()}
    if set(found) not in KINDS:
        raise _damaged(file, "its manifest names other files than a backup has")
    return found


# --- rows -----------------------------------------------------------------------------------------------------------


def _write_rows(folder: DataFolder, target: Path) -> None:
    from cohobate.web.serving import configure

    configure(folder, "http://localhost", [])
    from django.db import DatabaseError

    try:
        with target.open("w", encoding="utf-8") as out:
            dump(out)
    except DatabaseError as error:
        raise RunProblem(f"the database cannot be read ({' '.join(str(error).split())}); see DATABASE_URL") from None


def dump(out: TextIO) -> None:
    """Writes all rows as JSON lines, of one moment. Django has to be set up."""
    from django.core import serializers
    from django.db import connection, transaction

    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        serializers.serialize("jsonl", _all_rows(), stream=out)


def _models() -> list[Any]:
    """All of ours, each after those that it refers to."""
    from django.apps import apps

    ours = [
        one
        for config in apps.get_app_configs()
        if config.name.startswith("cohobate.web.")
        for one in config.get_models()
    ]
    refers = {
        one: [
            field.related_model
            for field in one._meta.concrete_fields
            if field.is_relation and field.related_model != one
        ]
        for one in ours
    }
    return list(TopologicalSorter(refers).static_order())


def _all_rows() -> Iterator[Any]:
    for model in _models():
        yield from model.objects.order_by("pk").iterator(chunk_size=500)


def _read_rows(file: Path, work: Path) -> None:
    """Fills the database of the data in `work`, which has to be empty, with the rows that are there as a file."""
    from cohobate.web.serving import configure, prepare

    configure(DataFolder(work), "http://localhost", [])
    from django.core.serializers.base import DeserializationError
    from django.db import DatabaseError, connection

    prepare()
    try:
        with (work / ROWS).open(encoding="utf-8") as lines:
            load(lines)
    except (DatabaseError, DeserializationError, ValueError) as error:
        raise _damaged(file, f"its rows do not read: {' '.join(str(error).split())}") from None
    finally:
        connection.close()
    (work / ROWS).unlink()


def load(lines: TextIO) -> None:
    """Reads what `dump` wrote into a database without any rows, all or nothing. Raises RunProblem if it has some."""
    from django.core import serializers
    from django.db import connection, transaction

    if any(model.objects.exists() for model in _models()):
        raise RunProblem("the database that DATABASE_URL names holds data already; restore into an empty one")
    with transaction.atomic():
        for row in serializers.deserialize("jsonl", lines):
            row.save()
        _restart_counters(connection)


def _restart_counters(connection: Any) -> None:
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
