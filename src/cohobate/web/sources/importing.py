"""Bringing records onto the shelf, and writing what stands there into a folder.

A file is known by its path: with other content it is the next version of what stands there, with the same content
nothing happens. Under a path that is new, the same file name with the same content is the same file, from a folder that
was named differently; but not for two files of one import.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from cohobate.archive.links import slug, stem
from cohobate.archive.record import NAME_MOST, Record
from cohobate.archive.tree import Unread
from cohobate.errors import RunProblem
from cohobate.runs import storage
from cohobate.web.people.models import Person
from cohobate.web.sources.models import LONGEST_NAME, LONGEST_PATH, Link, Source, Text, Version, standing

AT_ONCE = 250
"""Files that are stored in one transaction, so that nobody waits long for a turn to write."""
TRIES = 3
"""How often a transaction is begun that another import got in the way of."""


@dataclass
class Outcome:
    """What came of an import: ids of sources, each in one list."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    """Of those whose content stands there already."""
    back: list[str] = field(default_factory=list)
    """Of those that were gone, whether their content changed or not."""
    unread: list[Unread] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """All that were read."""
        return [*self.new, *self.changed, *self.back, *self.same]


def bring_in(records: Iterable[Record | Unread], by: Person | None = None) -> Outcome:
    """Puts records onto the shelf, as many as can be read; `by` is who brings them, None for the command line."""
    outcome = Outcome()
    rest = iter(records)
    while some := list(islice(rest, AT_ONCE)):
        outcome.unread += [one for one in some if isinstance(one, Unread)]
        batch = [one for one in some if isinstance(one, Record)]
        for tried in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    found = _Batch(batch, by, frozenset(outcome.all)).stored()
                break
            except IntegrityError:
                if tried == TRIES:
                    raise
        outcome.new += found.new
        outcome.changed += found.changed
        outcome.same += found.same
        outcome.back += found.back
    return outcome


class _Batch:
    """Some records on their way onto the shelf."""

    def __init__(self, records: list[Record], by: Person | None, before: frozenset[str]) -> None:
        # Of a path that is named twice the later content counts.
        self.records = {kept_path(record.path): record for record in records}
        self.by, self.at = by, timezone.now()
        self.digests = {path: record.digest for path, record in self.records.items()}
        self.known = {row.path: row for row in Source.objects.filter(path__in=self.records)}
        self.elsewhere: dict[tuple[str, str], list[Source]] = {}
        twins = Source.objects.filter(latest__in=set(self.digests.values())).exclude(path__in=self.records)
        for row in twins:
            if row.pk not in before:
                self.elsewhere.setdefault((_file_name(row.path), row.latest_id), []).append(row)
        bases = [_base(record) for record in self.records.values()]
        self.names = set(Source.objects.filter(name__in=bases).values_list("name", flat=True))
        self.outcome = Outcome()

    def stored(self) -> Outcome:
        """Stores them."""
        texts = {self.digests[path]: text_of(record) for path, record in self.records.items()}
        Text.objects.bulk_create(texts.values(), ignore_conflicts=True)
        made: list[Source] = []
        again: list[Source] = []
        links: list[Link] = []
        versions: list[Version] = []
        for path, record in self.records.items():
            digest = self.digests[path]
            row = self.known.get(path) or self._twin(path, digest)
            if row is None:
                row = Source(path=path, name=self._free_name(record), by=self.by)
                made.append(row)
                self.outcome.new.append(row.pk)
            elif row.latest_id == digest and row.gone_at is None:
                self.outcome.same.append(row.pk)
                self._refreshed(row, record)
                continue
            else:
                again.append(row)
                (self.outcome.back if row.gone_at else self.outcome.changed).append(row.pk)
            if row.latest_id != digest:
                versions.append(Version(source=row, text_id=digest, at=self.at, by=self.by))
            row.latest_id, row.imported_at, row.gone_at = digest, self.at, None
            _fill(row, record)
            links += _links_of(row, record)
        for row in again:
            row.save()
        Link.objects.filter(source__in=again).delete()
        Source.objects.bulk_create(made)
        Version.objects.bulk_create(versions)
        Link.objects.bulk_create(links)
        return self.outcome

    def _twin(self, path: str, digest: str) -> Source | None:
        rows = self.elsewhere.get((_file_name(path), digest))
        return rows.pop() if rows else None

    def _refreshed(self, row: Source, record: Record) -> None:
        """Fills in what is read from a text anew, if it is read differently by now."""
        before = {name: getattr(row, name) for name in READ}
        _fill(row, record)
        if before != {name: getattr(row, name) for name in READ}:
            row.save()
            row.links.all().delete()
            Link.objects.bulk_create(_links_of(row, record))

    def _free_name(self, record: Record) -> str:
        name, number = _base(record), 1
        while name in self.names or (number > 1 and Source.objects.filter(name=name).exists()):
            number += 1
            name = f"{_base(record)} ({number})"
        self.names.add(name)
        return name


def _base(record: Record) -> str:
    return cut(record.name.replace("\x00", "") or "untitled", LONGEST_NAME - 10)


READ = ("type", "title", "author", "status", "url", "date", "confidence", "problems", "key", "heading")
"""What of a source is read from its text."""


def _fill(row: Source, record: Record) -> None:
    row.type, row.title, row.author, row.url = record.type, record.title, record.author, record.url
    row.status, row.confidence = record.status, record.confidence
    row.date = str(record.date or "")
    row.problems = len(record.problems)
    row.key, row.heading = slug(row.name), slug(record.title)


def _links_of(row: Source, record: Record) -> list[Link]:
    return [
        Link(source=row, line=one.line, kind=one.kind, target=one.target, key=slug(stem(one.target)))
        for one in record.links
    ]


def text_of(record: Record) -> Text:
    """The row of a record's text, not saved."""
    exact = record.text.encode() == record.content
    return Text(digest=record.digest, text=record.text, raw=None if exact else record.content)


# --- names that can be kept -----------------------------------------------------------------------------------------


def kept_path(path: str) -> str:
    """A path as it is kept: without NUL, and not too long."""
    return cut(path.replace("\x00", ""), LONGEST_PATH) or "untitled"


def cut(name: str, most: int) -> str:
    """A name of at most so many characters; a longer one ends with a part of its hash, and stays the only one."""
    if len(name) <= most:
        return name
    mark = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    ending = os.path.splitext(name)[1][:12]
    return f"{name[: most - len(mark) - len(ending) - 1]}~{mark}{ending}"


def _file_name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


# --- writing it out -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote."""

    files: int
    renamed: tuple[tuple[str, str], ...]
    """Paths that could not be used as they are, and what was used in their place."""


def write_out(folder: Path) -> Written:
    """Writes all that stands on the shelf into a folder, each file to the last byte as it came; whole or not at all.

    Raises RunProblem for a folder that holds anything, StorageProblem if something cannot be written.
    """
    with storage(folder, "made"):
        if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
            raise RunProblem(f"{folder} is not empty; choose a new folder, so that nothing is overwritten")
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}-", dir=folder.absolute().parent))
    try:
        with storage(folder, "written"):
            written = _written(work)
            work.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            os.replace(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return written


def _written(work: Path) -> Written:
    count, renamed = 0, []
    names = _Names()
    with transaction.atomic():
        for row in standing().select_related("latest").order_by("path").iterator(chunk_size=100):
            path = names.free(row.path)
            target = work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(target, "xb") as file:
                file.write(row.latest.content)
            count += 1
            if path != row.path:
                renamed.append((row.path, path))
    return Written(count, tuple(renamed))


class _Names:
    """Paths of an export: each within its folder, no two the same even where case does not count, and none of them a
    file and a folder at once."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.folders: set[str] = set()

    def free(self, path: str) -> str:
        """A path as it is, or one like it that can be used."""
        *above, last = [_safe(part) for part in path.split("/") if part not in ("", ".")] or ["untitled"]
        place = ""
        for part in above:
            place += _first(place, part, self.files) + "/"
            self.folders.add(place.casefold().rstrip("/"))
        found = place + _first(place, last, self.files, self.folders)
        self.files.add(found.casefold())
        return found


def _first(place: str, name: str, *used: set[str]) -> str:
    """The name, or with a number behind it the first that is not used at that place."""
    base, ending = os.path.splitext(name)
    tried, number = name, 1
    while any((place + tried).casefold() in names for names in used):
        number += 1
        tried = _fitting(f"{base} ({number}){ending}")
    return tried


def _safe(part: str) -> str:
    part = re.sub(r"[\x00-\x1f\x7f]", "�", part)
    return _fitting("_" * len(part) if part.strip(". ") == "" else part)


def _fitting(part: str) -> str:
    """A file name that file systems take: of at most 255 bytes."""
    if len(part.encode("utf-8", "replace")) <= NAME_MOST:
        return part
    most = min(len(part) - 1, NAME_MOST)
    while len((short := cut(part, most)).encode("utf-8", "replace")) > NAME_MOST:
        most -= 1
    return short
