"""Sources and claims, their texts in all versions, and the links between them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from cohobate.web.slugs import slug

LONGEST_PATH = 600
"""Characters of a path, at most; PostgreSQL keeps no index of much longer ones."""
LONGEST_NAME = 300
"""Characters of a name, at most."""


class Text(models.Model):
    """A text under the hash of its bytes. It never changes, and outlives the source that it came with: whatever is
    pinned to a version keeps it."""

    digest = models.CharField(primary_key=True, max_length=64)
    """SHA-256 of the bytes, as hexadecimal."""
    text = models.TextField()
    """What it says; � stands for bytes that are no text."""
    raw = models.BinaryField(null=True)
    """The bytes where they are not just `text` in UTF-8; else None."""

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def content(self) -> bytes:
        """The bytes, as they came."""
        return self.text.encode() if self.raw is None else bytes(self.raw)


class Source(models.Model):
    """A file of the archive: a source, a claim, or what else was beside them. What it says is in its texts; all but
    the name and the path is read from the latest one."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    name = models.CharField(max_length=LONGEST_NAME, unique=True)
    """The stem of its file name, with a number where another one has that."""
    path = models.CharField(max_length=LONGEST_PATH, unique=True)
    """Where it stood in the folder that it came from, and will in an export."""
    type = models.CharField(max_length=10, db_index=True)
    """"source", "claim", "map" or "other"."""
    title = models.TextField()
    author = models.TextField(blank=True)
    status = models.CharField(max_length=20, blank=True)
    """A word of `cohobate.archive.record.STATUSES`; "" if there is none."""
    url = models.TextField(blank=True)
    date = models.CharField(max_length=10, blank=True)
    """As far as it is known: 2018, 2018-11, or 2018-11-30."""
    confidence = models.CharField(max_length=20, blank=True)
    problems = models.PositiveIntegerField(default=0)
    """How many things its latest text could do better."""
    key = models.CharField(max_length=LONGEST_NAME, db_index=True)
    """Its name as links compare it."""
    heading = models.CharField(max_length=LONGEST_NAME, db_index=True, blank=True)
    """Its title as links compare it."""
    latest = models.ForeignKey(Text, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(default=timezone.now, db_index=True)
    """When the latest text came."""
    by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")
    """Who brought it in; None for the command line."""
    gone_at = models.DateTimeField(null=True)
    """When it was taken off the shelf; None while it stands there."""

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """That a source had a text, from some time on."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="versions")
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.source_id} at {self.text_id[:12]}"


class Link(models.Model):
    """A mention of another file in the latest text of a source, wherever it leads."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="links")
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    """"text" for one between brackets, or the field of the front matter that it stands in."""
    target = models.TextField()
    """What it names, as it stands."""
    key = models.CharField(max_length=LONGEST_NAME, db_index=True)
    """The same as links compare it."""

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.source_id}, line {self.line}: {self.target}"


def standing() -> models.QuerySet[Source]:
    """What stands on the shelf."""
    return Source.objects.filter(gone_at=None)
