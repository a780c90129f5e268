"""Works in the database: the only place that writes their events, versions and drafts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from cohobate import canonical
from cohobate.errors import Refused
from cohobate.events import Event
from cohobate.practicum.acts import Act, clean
from cohobate.practicum.prose import count_words
from cohobate.practicum.work import Work, decide, fold
from cohobate.practicum.work.acts import fields
from cohobate.web.chains import Strands, settle_rest
from cohobate.web.people.models import Person
from cohobate.web.slugs import LETTERS, slug
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


def begin(person: Person, id: str = "", **given: Any) -> models.Work:
    """Begins a work, with its first writer.

    id:     what the work is to be called in addresses, as a form that can be sent twice has it: it is begun once.
            Drawn if it is left out
    given:  the fields of the act

    Raises Refused, and then there is none.
    """
    with transaction.atomic():
        row = claimed(models.Work, id, made_by=person)
        if not work(row.pk).sequence:
            act(row.pk, person, Act(slug(), "begin", fields(**given)))
            act(row.pk, person, Act(slug(), "join", fields(role="writer", name=person.name)))
            models.Draft.objects.create(work=row, saved_by=person)
    row.refresh_from_db()
    return row


def claimed(kind: Any, id: str, **given: Any) -> Any:
    """The new row with that id, or the one that the same form made before. Raises Refused if it is somebody else's."""
    if id and not re.fullmatch(f"[{LETTERS}]{{10}}", id):
        raise Refused("this form has no proper id, so it could count twice; reload the page and send it again")
    row = kind.objects.filter(pk=id).first() if id else None
    if row is None:
        return kind.objects.create(**({"pk": id} if id else {}), **given)
    if any(getattr(row, name) != value for name, value in given.items() if isinstance(value, Person)):
        raise Refused("somebody else used the id of this form; reload the page and send it again")
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

    def before(state: Work, data: dict[str, Any], words: dict[str, str], salt: str) -> Mapping[str, Any]:
        if checked is not None:
            checked(state)
        if act.kind not in REGISTERED:
            return {}
        digest = {"digest": data["digest"]} if "digest" in data else {}
        entry = register(
            f"work {act.kind}",
            {"work": id, "by": person.pk, "act": act.id, "said": said(salt, act.id, data, words)} | digest,
        )
        return {"ledger": [entry.index, entry.hash]}

    done = strands.act(id, person.pk, act, before, lambda event: _index(id, event))
    settle_rest()
    return done


def said(salt: str, act: str, data: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """What the ledger has of an event: the hash of all that it holds, with the salt of its words. Only the event has
    that, and loses it with the words: from then on nobody finds them by trying. `data` is without the place in the
    ledger."""
    return canonical.digest([salt, act, {name: data[name] for name in data if name != "ledger"}, dict(words)])


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
    given = fields(digest=digest_of(text), words=count_words(text), note=note)
    with transaction.atomic():
        found, before = act(id, person, Act(act_id or slug(), "version", given))
        if not before:
            models.Version.objects.create(work_id=id, digest=given["digest"], text=text)
    return found, before


def text_of(id: str, digest: str) -> str:
    """The text of a version. Raises Refused if there is none, or none any more."""
    row = models.Version.objects.filter(work_id=id, digest=digest).first()
    if row is None:
        raise Refused("there is no such version of this work")
    if not row.text:
        raise Refused("the text of this version was taken out; choose another version")
    return str(row.text)
