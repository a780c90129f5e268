"""What stands on the shelf: by name, and where links between it lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max, Q

from cohobate.archive.links import SHORTEST, Followed, Shelf, slug, stem
from cohobate.archive.record import Record, read_record
from cohobate.web.sources.models import Link, Source, Text, Version, standing


@lru_cache(maxsize=16)
def _read(path: str, digest: str) -> Record:
    return read_record(path, Text.objects.get(pk=digest).content)


def record_of(source: Source, text: Text | None = None) -> Record:
    """A source, read: its latest text, or another one of its texts."""
    return _read(source.path, source.latest_id if text is None else text.pk)


def called(name: str) -> list[Source]:
    """The sources that somebody may mean by a name: by its id, name or path; else by its title, or as links do."""
    exact = Source.objects.filter(Q(pk=name) | Q(name=name) | Q(path=name) | Q(name=stem(name)))
    if found := sorted(exact, key=lambda one: one.path != name):
        return found[:1] if found[0].path == name else found
    if found := [one for one in standing().filter(heading=slug(name)) if slug(name)]:
        return found
    led = follow([name])[name]
    by_id = {one.pk: one for one in Source.objects.filter(pk__in=led.found)}
    return [by_id[id] for id in led.found]


def on_shelf(id: str, digest: str) -> bool:
    """Whether that source has, or ever had, the text with that digest."""
    return Source.objects.filter(Q(latest=digest) | Q(versions__text=digest), pk=id).exists()


def follow(targets: Iterable[str]) -> Mapping[str, Followed]:
    """Where links lead, to ids of what stands on the shelf."""
    asked = set(targets)
    if not asked:
        return {}
    of = Source.objects.aggregate(Count("pk"), Count("gone_at"), Max("gone_at"), Max("imported_at"))
    # A clock that was set back would make the latest import look like an earlier one.
    latest = Version.objects.aggregate(Max("pk"))
    shelf = _all((*of.values(), *latest.values()))
    return {target: shelf.follow(target) for target in asked}


@lru_cache(maxsize=2)
def _all(state: tuple[Any, ...]) -> Shelf:
    """All that links can lead to, read once for each state of the shelf."""
    return Shelf((id, name, (title,)) for id, name, title in standing().values_list("pk", "name", "title"))


def _parts(keys: Iterable[str], size: int = 400) -> list[list[str]]:
    whole = sorted(keys)
    return [whole[i : i + size] for i in range(0, len(whole), size)]


@dataclass(frozen=True, slots=True)
class Mention:
    """That another file mentions this one."""

    source: Source
    lines: tuple[int, ...]
    kinds: tuple[str, ...]


def mentions(source: Source) -> list[Mention]:
    """Where a source is mentioned, by files that stand on the shelf, by their titles."""
    # A link that was cut short is a beginning of the name, and the other way round.
    keys = {source.key[:length] for length in range(SHORTEST, len(source.key))} | {source.key, source.heading} - {""}
    rows: list[Link] = []
    for some in _parts(keys):
        rows += Link.objects.filter(key__in=some, source__gone_at=None).select_related("source")
    rows += Link.objects.filter(key__startswith=f"{source.key}-", source__gone_at=None).select_related("source")[:200]
    led = follow({row.target for row in rows})
    by_source: dict[str, list[Link]] = {}
    for row in rows:
        if source.pk in led[row.target].found and row.source_id != source.pk:
            by_source.setdefault(row.source_id, []).append(row)
    found = [
        Mention(rows[0].source, tuple(sorted({row.line for row in rows})), tuple(sorted({row.kind for row in rows})))
        for rows in by_source.values()
    ]
    return sorted(found, key=lambda one: one.source.title.casefold())
