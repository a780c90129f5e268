"""Drafts: saved at every pause of somebody who writes, and never over what somebody else has saved meanwhile.

Whoever saves names the revision that they began from. Every text that was ever saved is kept (`revisions`), so that two
who began from one text can be put together, and nothing that was typed is lost. The list of earlier texts has one every
few minutes, and those of which much was lost or which somebody else replaced at once; the others stand between them.
What was never saved is set aside, not thrown away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.practicum.acts import clean
from cohobate.practicum.work.differences import Paragraph, Unchanged, difference, folded
from cohobate.practicum.work.merging import alike_ends, put_together
from cohobate.web.people.models import Person
from cohobate.web.works import revisions
from cohobate.web.works.access import has
from cohobate.web.works.keeper import LARGEST
from cohobate.web.works.models import Draft, Earlier

EVERY: Final = timedelta(minutes=2)
LOST: Final = 200
"""Characters that may go at once without the text before being listed."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else saved meanwhile: what is there now, and what could be done."""

    theirs: Draft
    mine: str
    base: int
    """The revision that mine was begun from."""
    both: str | None
    """The two put together, where their changes do not meet."""

    @property
    def sides(self) -> list[Paragraph | Unchanged]:
        """Theirs and mine, side by side."""
        return folded(difference(self.theirs.text, self.mine))


def draft_of(work: str) -> Draft:
    """The draft of a work, to write on: from now on its text is among those that are listed."""
    draft, _ = Draft.objects.select_related("saved_by").get_or_create(work_id=work)
    _list(draft)
    return draft


def held(work: str) -> Iterator[str]:
    """The texts that the editor of a work holds, or held before and has kept."""
    yield from Draft.objects.filter(work=work).values_list("text", flat=True)
    yield from revisions.every(work)


def words_of(work: str) -> int:
    """How many words the longest of them has."""
    held = Draft.objects.filter(work=work).values_list("text", flat=True).first() or ""
    before = Earlier.objects.filter(work=work).aggregate(most=Max("words"))["most"] or 0
    return max(len(held.split()), before)


def save(
    work: str, person: Person, text: str, revision: int, act: str = "", follows: Collection[str] = ()
) -> Draft | Conflict:
    """Saves a text, if nobody saved since the revision that it was begun from.

    act:      under which id, chosen by whoever sends it
    follows:  ids of earlier savings whose answers they never got; if one of them was the last one, they go on from it

    Gives the draft as it is then, or the conflict, and then nothing was changed. Raises Refused for a text that is too
    long, or from somebody who is no writer.
    """
    text = checked(work, person, text)
    with transaction.atomic():
        now, _ = Draft.objects.get_or_create(work_id=work)
        if now.text == text:
            return now
        if now.revision == revision or (now.act and now.act in follows):
            if _is_due(now, person, text):
                _list(now)
            changed = Draft.objects.filter(work_id=work, revision=now.revision).update(
                text=text, revision=now.revision + 1, saved_by=person, saved_at=timezone.now(), act=act
            )
            if changed:
                draft = Draft.objects.select_related("saved_by").get(work_id=work)
                revisions.append(now, draft)
                return draft
    return conflict(work, text, revision)


def conflict(work: str, mine: str, base: int) -> Conflict:
    """What stands against a text that was begun from a revision."""
    theirs = draft_of(work)
    start = revisions.at(work, base) if base else ""
    both = None if start is None else put_together(start, mine, theirs.text)
    return Conflict(theirs, mine, base, both if both is None or len(both) <= LARGEST else None)


def set_aside(work: str, person: Person, text: str, base: int) -> Earlier | None:
    """Keeps a text that does not become the draft; None where there is nothing to keep. Raises Refused."""
    text = checked(work, person, text)
    if not text.strip():
        return None
    same = Earlier.objects.filter(work_id=work, text=text, aside=True).first()
    return same or Earlier.objects.create(
        work_id=work, text=text, words=len(text.split()), revision=base, by=person, aside=True
    )


def checked(work: str, person: Person, text: str) -> str:
    """A text as it can be kept. Raises Refused if it is too long, or from somebody who does not write here."""
    if not has(person, work, "writer"):
        raise Refused("only a writer of this work can do this; ask one of them to")
    text = clean(text)
    if len(text) > LARGEST:
        raise Refused(
            f"the draft has {len(text):,} characters, and {LARGEST:,} are the most; take a part out into another work"
        )
    return text


def earlier(work: str) -> QuerySet[Earlier]:
    """The listed texts before the one that is there, the latest first, without their words."""
    now = Draft.objects.filter(work_id=work).values_list("revision", flat=True).first()
    listed = Earlier.objects.filter(work_id=work, listed=True).select_related("by").defer("text")
    return listed.exclude(aside=False, revision=now)


def _is_due(now: Draft, person: Person, text: str) -> bool:
    """Whether what is about to be replaced is to be listed: it is time to, or much of it goes."""
    last = Earlier.objects.filter(work_id=now.work_id, aside=False, listed=True).order_by("-revision").first()
    before, after = alike_ends(now.text, text)
    return (
        last is None
        or now.saved_by_id != person.pk
        or len(now.text) - before - after > LOST
        # A clock that runs backwards is no reason to list nothing.
        or abs(timezone.now() - last.at) >= EVERY
    )


def _list(draft: Draft) -> None:
    row = revisions.keep(draft)
    if row is not None and not row.listed:
        Earlier.objects.filter(pk=row.pk).update(listed=True)
