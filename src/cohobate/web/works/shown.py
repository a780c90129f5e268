"""What pages show of a work beside its events: its sources as they are now, its kind, its names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cohobate.practicum.work import Work
from cohobate.practicum.work.kinds import shipped
from cohobate.practicum.work.parts import Kind
from cohobate.web.sources.models import Source
from cohobate.web.works import models


@dataclass(frozen=True, slots=True)
class SourceShown:
    """A source of a work."""

    id: str
    title: str
    author: str
    url: str
    digest: str
    gone: bool
    """Whether it stands on the shelf no more."""
    changed: bool
    """Whether its text is another one by now."""
    known: bool
    """Whether it has a page still."""


def sources_of(work: Work) -> list[SourceShown]:
    """The sources of a work, in the order in which they were chosen, also those that are gone."""
    rows = Source.objects.in_bulk([one.source for one in work.sources])
    found = []
    for one in work.sources:
        row = rows.get(one.source)
        if row is None:
            found.append(
                SourceShown(one.source, "a source that is no longer here", "", "", one.digest, True, False, False)
            )
        else:
            gone = row.gone_at is not None
            changed = bool(one.digest) and row.latest_id != one.digest
            url = row.url if row.url.startswith(("http://", "https://")) else ""
            found.append(SourceShown(row.pk, row.title, row.author, url, one.digest, gone, changed, True))
    return found


def kind_of(work: Work) -> Kind:
    """The kind with its definition, whether it ships or is the writer's own."""
    return shipped().get(work.kind.name, work.kind)


def kind_named(row: models.Work) -> str:
    """What a work's kind is called in a list."""
    return shipped()[row.kind].title if row.kind in shipped() else "a kind of its own"


def by_line(work: Work) -> str:
    """Who wrote it, in one line: who kept a version, or is a writer."""
    wrote = [version.by for version in work.versions.values()] or [one.id for one in work.having("writer")]
    return listed([work.name_of(who) for who in dict.fromkeys(wrote)])


def listed(names: Sequence[str]) -> str:
    """Names as people list them."""
    *most, last = names or ["nobody"]
    return f"{', '.join(most)} and {last}" if most else last
