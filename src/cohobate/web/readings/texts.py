"""The texts of a reader test: stretches of sources and of versions, pinned by their digests, as blocks and as pages.

A text under its digest never changes and outlives what it came with: a source that was taken off the shelf, or a work
that was withdrawn, is read to the end by whoever was to read it.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from cohobate.archive.passages import Passage, passages
from cohobate.errors import Refused
from cohobate.practicum.prose import without_marks
from cohobate.practicum.reading.trial import Stretch
from cohobate.web.sources.models import Source, Text, standing
from cohobate.web.words import cleaned
from cohobate.web.works import keeper as works
from cohobate.web.works.models import Version


@lru_cache(maxsize=16)
def source_blocks(digest: str) -> tuple[Passage, ...]:
    """The blocks of a source's text. Raises Refused if there is no such text."""
    row = Text.objects.filter(pk=digest).first()
    if row is None:
        raise Refused("the text of this source is not there; choose the source again")
    return passages(row.text)


def version_blocks(work: str, digest: str) -> tuple[Passage, ...]:
    """The blocks of a version's text, as it would be published: without the writer's marks. Raises Refused if there is
    no such version, or its text was taken out."""
    _there(work, digest)
    return _version_blocks(work, digest)


def _there(work: str, digest: str) -> None:
    """Whether the text still is where it was: what is kept here in memory must not outlive its removal."""
    if not Version.objects.filter(work_id=work, digest=digest).exclude(text="").exists():
        works.text_of(work, digest)  # which says why


@lru_cache(maxsize=16)
def _version_blocks(work: str, digest: str) -> tuple[Passage, ...]:
    return passages(without_marks(works.text_of(work, digest)))


@lru_cache(maxsize=256)
def source_html(stretch: Stretch) -> SafeString:
    """A stretch of a source, as readers see it."""
    return _html(source_blocks(stretch.digest), stretch)


def version_html(stretch: Stretch) -> SafeString:
    """A stretch of a version, as readers see it. Raises Refused if its text was taken out."""
    _there(stretch.of, stretch.digest)
    return _version_html(stretch)


@lru_cache(maxsize=256)
def _version_html(stretch: Stretch) -> SafeString:
    return _html(_version_blocks(stretch.of, stretch.digest), stretch)


def _html(blocks: tuple[Passage, ...], stretch: Stretch) -> SafeString:
    return mark_safe(cleaned("\n".join(one.html for one in blocks[stretch.first - 1 : stretch.last])))


def source_plain(stretch: Stretch) -> str:
    """The words of a stretch of a source. Raises Refused if there is no such text."""
    return _plain(source_blocks(stretch.digest), stretch)


def version_plain(stretch: Stretch) -> str:
    """The words of a stretch of a version. Raises Refused if its text was taken out."""
    return _plain(version_blocks(stretch.of, stretch.digest), stretch)


def _plain(blocks: tuple[Passage, ...], stretch: Stretch) -> str:
    return "\n\n".join(one.text for one in blocks[stretch.first - 1 : stretch.last])


def sources() -> list[Source]:
    """What stands on the shelf and can be chosen, by title."""
    return list(standing().filter(type__in=("source", "other", "claim")).only("pk", "title", "latest_id")[:500])


def source_named(id: str) -> Source:
    """A source that stands on the shelf. Raises Refused if there is none."""
    row = standing().filter(pk=id).first()
    if row is None:
        raise Refused("there is no such source on the shelf any more; choose another one")
    return row
