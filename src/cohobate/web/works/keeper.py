"""Works in the database: the only place that writes their events, versions and drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from cohobate.errors import Refused
from cohobate.events import Event
from cohobate.practicum.acts import Act, clean
from cohobate.practicum.work import Work, decide, fold
from cohobate.practicum.work.acts import fields
from cohobate.web.chains import Strands
from cohobate.web.people.models import Person
from cohobate.web.slugs import slug
from cohobate.web.works import models
from cohobate.web.works.register import register

strands: Strands[Work] = Strands(models.Event, "work", fold, decide)

REGISTERED = {"hypothesis", "version", "publish", "look_back"}
"""Acts that are entered in the ledger, under the name "work " and their own."""

LARGEST = 2_000_000
"""Characters in a draft, at most."""


def digest_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def work(id: str) -> Work:
    """The work as it is now. Not to be changed."""
    return strands.state(id)


def begin(person: Person, **given: Any) -> models.Work:
    """Begins a work, with its first writer. `given` are the fields of the act. Raises Refused, and then there is
    none."""
    with transaction.atomic():
        row = models.Work.objects.create(title="", kind="", made_by=person)
        act(row.pk, person, Act(slug(), "begin", fields(**given)))
        act(row.pk, person, Act(slug(), "join", fields(role="writer", name=person.name)))
        models.Draft.objects.create(work=row, saved_by=person)
    row.refresh_from_db()
    return row


def act(
    id: str,
    person: Person,
    act: Act,
    checked: Callable[[Work], None] | None = None,
) -> tuple[Event, bool]:
    """Does what somebody would do with a work.

    checked:  called within the transaction with the work as it is; raises Refused for what only a store can tell

    Returns the event, and whether it had been done before. Raises Refused.
    """

    def before(state: Work, data: dict[str, Any], words: dict[str, str]) -> Mapping[str, Any]:
        if checked is not None:
            checked(state)
        if act.kind not in REGISTERED:
            return {}
        # What was said goes in as a hash, with the event's id so that nobody finds short words by trying.
        said = digest_of("\n".join([act.id, *(f"{name}: {text}" for name, text in sorted(words.items()))]))
        entry = register(f"work {act.kind}", {"work": id, "by": person.pk, "act": act.id, "said": said} | data)
        return {"ledger": [entry.index, entry.hash]}

    return strands.act(id, person.pk, act, before, lambda event: _index(id, event))


def _index(id: str, event: Event) -> None:
    """Brings the rows for lists up to date."""
    rows = models.Work.objects.filter(pk=id)
    data, words = event.data, event.words or {}
    if event.kind in ("begin", "retitle"):
        rows.update(title=words["title"])
    if event.kind in ("begin", "rekind"):
        rows.update(kind=data["kind"])
    elif event.kind == "join":
        models.Part.objects.get_or_create(work_id=id, person_id=event.actor, role=data["role"])
    elif event.kind == "leave":
        models.Part.objects.filter(work_id=id, person_id=data["person"], role=data["role"]).delete()
    elif event.kind == "publish":
        rows.update(published=data["digest"], published_at=datetime.fromtimestamp(event.at, UTC))
    elif event.kind == "withdraw":
        rows.update(published="", published_at=None)


def keep_version(id: str, person: Person, text: str, note: str = "", act_id: str = "") -> tuple[Event, bool]:
    """Keeps a text as a version, and registers it. Raises Refused for an empty one, or one that is kept already."""
    text = clean(text)
    if not text.strip():
        raise Refused("the draft is empty; write something first")
    if len(text) > LARGEST:
        raise Refused(f"the draft has {len(text):,} characters; {LARGEST:,} are the most")
    given = fields(digest=digest_of(text), words=len(text.split()), note=note)
    with transaction.atomic():
        found = act(id, person, Act(act_id or slug(), "version", given))
        models.Version.objects.get_or_create(work_id=id, digest=given["digest"], defaults={"text": text})
    return found


def text_of(id: str, digest: str) -> str:
    """The text of a version. Raises Refused if there is none."""
    row = models.Version.objects.filter(work_id=id, digest=digest).first()
    if row is None:
        raise Refused("there is no such version of this work")
    return str(row.text)
