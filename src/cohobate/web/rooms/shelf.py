"""Which workshops there are: those that ship with Cohobate, and those that people saved here, in all their versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from cohobate.errors import Refused, WrongUse
from cohobate.practicum import workshop as files
from cohobate.practicum.workshop import Reading
from cohobate.web.people.models import Person
from cohobate.web.rooms.models import Workshop

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
DIGEST = re.compile(r"[0-9a-f]{64}")
RESERVED = ("new", "check", "preview")


@dataclass(frozen=True, slots=True)
class Version:
    """One version on the shelf."""

    workshop: files.Workshop
    made_by: Person | None
    """None for what ships with Cohobate."""
    made_at: datetime | None
    """None for a shipped version that nobody has used yet."""

    @property
    def digest(self) -> str:
        """The whole digest."""
        return self.workshop.digest

    @property
    def short(self) -> str:
        """As much of the digest as an address needs."""
        return self.workshop.digest[:12]


@lru_cache(maxsize=1)
def shipped() -> dict[str, files.Workshop]:
    """What ships; it does not change while a server runs."""
    return files.shipped()


@lru_cache(maxsize=256)
def read(name: str, text: str) -> Reading:
    """A file, read once."""
    return files.read_workshop(text, name)


def shelf() -> dict[str, list[Version]]:
    """All versions by name, the current one first, in the order of their titles.

    What shipped is current under its name, whatever is older; else it is what was saved last.
    """
    found: dict[str, list[Version]] = {name: [Version(one, None, None)] for name, one in shipped().items()}
    for row in Workshop.objects.select_related("made_by"):
        workshop = read(row.name, row.text).workshop
        if workshop is None:  # the rules for files have changed; rooms that are pinned to it say so
            continue
        versions = found.setdefault(row.name, [])
        if versions and versions[0].digest == row.digest:
            versions[0] = Version(workshop, row.made_by, row.made_at)
        else:
            versions.append(Version(workshop, row.made_by, row.made_at))
    return dict(sorted(found.items(), key=lambda one: one[1][0].workshop.title.casefold()))


def versions_of(name: str) -> list[Version]:
    """The versions of that name, the current one first; none if there is no such workshop."""
    return shelf().get(name, [])


def find(digest: str) -> files.Workshop | None:
    """The version with that digest."""
    for one in shipped().values():
        if one.digest == digest:
            return one
    row = Workshop.objects.filter(pk=digest).first() if DIGEST.fullmatch(digest) else None
    return read(row.name, row.text).workshop if row else None


def pinned(digest: str) -> files.Workshop:
    """The version that a room is pinned to. Raises Refused where it does not read any more."""
    found = find(digest)
    if found is None:
        raise Refused("the workshop file of this room does not read any more; restore a backup")
    return found


def stored(workshop: files.Workshop, by: Person | None = None, at: datetime | None = None) -> Workshop:
    """The row of a version, made if this is its first use: by whom, if it was saved, and when, by default now."""
    row, _ = Workshop.objects.get_or_create(
        digest=workshop.digest,
        defaults={
            "name": workshop.name,
            "title": workshop.title,
            "text": workshop.text,
            "forked_from": workshop.forked_from or "",
            "made_by": by,
            "made_at": at or timezone.now(),
        },
    )
    return row


def writes(person: Person, name: str) -> bool:
    """Whether somebody may save a version under that name: who saved the first one, and the owner. Nobody may under
    a name that ships."""
    if name in shipped():
        return False
    first = Workshop.objects.filter(name=name).order_by("made_at").first()
    return person.hosts and (first is None or person.is_owner or first.made_by_id == person.pk)


def checked_name(name: str) -> str:
    """A name that a new workshop may have. Raises WrongUse for one that it may not."""
    name = name.strip().lower()
    if not NAME.fullmatch(name) or name in RESERVED:
        raise WrongUse(f"'{name}' is no name for a workshop's file; use 2 to 40 small letters, digits and -")
    if name in shipped() or Workshop.objects.filter(name=name).exists():
        raise WrongUse(f"there is a workshop called '{name}' already; choose another name")
    return name


def free_name(like: str) -> str:
    """A name that nobody has yet, made from another one."""
    base = re.sub(r"[^a-z0-9]+", "-", like.lower()).strip("-")[:32] or "workshop"
    base = base if NAME.fullmatch(base) else f"w-{base}"
    taken = set(shipped()) | set(Workshop.objects.values_list("name", flat=True)) | set(RESERVED)
    return next(name for name in (f"{base}-{number}" for number in range(2, 10_000)) if name not in taken)
