"""Every text that was ever saved from an editor, each kept as what changed since the one before.

Somebody who types for an afternoon saves some two thousand times, and nearly every text is the one before with a few
letters more. So of most of them there is kept only what stands between what they share with the one before, at both
ends. Now and then one is kept whole, so that none takes long to put together again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Length

from cohobate.practicum.work.merging import alike_ends
from cohobate.web.works.models import Draft, Earlier

CHAIN: Final = 500
"""Texts after a whole one that are kept as changes, at most."""


def append(old: Draft, new: Draft) -> None:
    """Keeps the text of a draft, which was saved over an old one."""
    if not _chain(new.work_id).filter(revision=old.revision).exists():
        if not old.text:
            _whole(new)
            return
        # Saved by a program that did not keep every text.
        _whole(old)
    before, after = alike_ends(old.text, new.text)
    piece = new.text[before : len(new.text) - after]
    count, signs = _since_whole(new.work_id)
    if count >= CHAIN or signs + len(piece) > len(new.text):
        _whole(new)
    else:
        _kept(new, piece, before, after)


def keep(draft: Draft) -> Earlier | None:
    """The text that a draft has now, kept; None for one without words."""
    if not draft.text.strip():
        return None
    found = _chain(draft.work_id).filter(revision=draft.revision).first()
    return found or _whole(draft)


def text_of(row: Earlier) -> str:
    """A text, put together."""
    if row.before is None:
        return row.text
    chain = _chain(row.work_id).filter(revision__lte=row.revision)
    begin = chain.filter(before=None).order_by("-revision").values_list("revision", flat=True)[0]
    *_, text = _in_turn(chain.filter(revision__gte=begin))
    return text


def every(work: str) -> Iterator[str]:
    """All texts that are kept of a work, one after the other."""
    yield from Earlier.objects.filter(work_id=work, aside=True).values_list("text", flat=True).iterator(chunk_size=20)
    yield from _in_turn(_chain(work))


def at(work: str, revision: int) -> str | None:
    """The text that was saved as a revision; None where none was kept."""
    row = _chain(work).filter(revision=revision).first()
    return None if row is None else text_of(row)


def beside(row: Earlier) -> tuple[Earlier | None, Earlier | None]:
    """The text that was saved before this one, and the one after it."""
    if row.aside:
        return None, None
    chain = _chain(row.work_id).defer("text")
    return (
        chain.filter(revision__lt=row.revision).order_by("-revision").first(),
        chain.filter(revision__gt=row.revision).order_by("revision").first(),
    )


def _in_turn(chain: QuerySet[Earlier]) -> Iterator[str]:
    """The texts of a chain, or of a part of it that begins with a whole one."""
    text = ""
    rows = chain.order_by("revision").values_list("text", "before", "after")
    for piece, before, after in rows.iterator(chunk_size=20):
        text = piece if before is None else text[:before] + piece + text[len(text) - after :]
        yield text


def _chain(work: str) -> QuerySet[Earlier]:
    return Earlier.objects.filter(work_id=work, aside=False)


def _since_whole(work: str) -> tuple[int, int]:
    """How many texts are kept as changes since the last whole one, and of how many characters these are."""
    begin = _chain(work).filter(before=None).order_by("-revision").values_list("revision", flat=True)[0]
    found = _chain(work).filter(revision__gt=begin).aggregate(count=Count("pk"), signs=Sum(Length("text")))
    return found["count"], found["signs"] or 0


def _whole(draft: Draft) -> Earlier:
    return _kept(draft, draft.text)


def _kept(draft: Draft, text: str, before: int | None = None, after: int | None = None) -> Earlier:
    row = Earlier(
        work_id=draft.work_id, text=text, before=before, after=after, words=len(draft.text.split()), listed=False
    )
    row.revision, row.by_id, row.at = draft.revision, draft.saved_by_id, draft.saved_at
    row.save(force_insert=True)
    return row
