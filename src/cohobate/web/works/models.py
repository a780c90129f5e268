"""Works, their drafts and versions; methods; the board; and the ledger.

What was done is in the events of a work (`cohobate.practicum.work`). The other rows are texts, and indexes for lists.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from cohobate.web.chains import Chained
from cohobate.web.people.models import Entrance
from cohobate.web.slugs import slug


class Registered(models.Model):
    """One entry of the server's ledger, as in `cohobate.ledger`. It holds hashes, ids and numbers, of
    results also who of its readers, under a drawn number, answered what rightly; and nothing that anybody wrote."""

    index = models.PositiveIntegerField(primary_key=True)
    kind = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64)
    line = models.TextField()
    """The whole entry, as it stands in a file."""

    class Meta:
        ordering = ["index"]

    def __str__(self) -> str:
        return f"{self.index}: {self.kind}"


class Work(models.Model):
    """A work, for lists."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    made_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    published = models.CharField(max_length=64, blank=True)
    """The digest of the version that readers see; "" if there is none."""
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "id"]

    def __str__(self) -> str:
        return self.title


class Part(models.Model):
    """Who has a part in a work now: an index for lists. What they did is in the events."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="parts")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="parts")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work", "person", "role"], name="one_part_a_role")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role} of {self.work_id}"


class Event(Chained):
    """One event of a work."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="events")

    class Meta:
        ordering = ["work", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["work", "sequence"], name="one_event_a_place_in_a_work"),
            models.UniqueConstraint(fields=["work", "act"], name="one_event_an_act_in_a_work"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.sequence}: {self.kind}"


class Version(models.Model):
    """The text of a version. Which number it has, and who kept it, is in the events."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="versions")
    digest = models.CharField(max_length=64)
    """The SHA-256 of the text in UTF-8."""
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work", "digest"], name="one_version_a_text")]

    def __str__(self) -> str:
        return f"{self.work_id} {self.digest[:12]}"


class Draft(models.Model):
    """What the editor holds: saved at every pause, and kept as a version when the writer says so."""

    work = models.OneToOneField(Work, models.CASCADE, primary_key=True, related_name="draft")
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    """Counts every saving. Who saves names the revision that they began from; from an older one it is a conflict."""
    saved_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    act = models.CharField(max_length=64, blank=True)
    """The id of the last saving. Whoever never got its answer knows by it that they go on from their own words."""

    def __str__(self) -> str:
        return f"{self.work_id}, revision {self.revision}"


class Earlier(models.Model):
    """A text that the editor holds or held, kept so that nothing which was typed is lost. See `works.revisions`."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="earlier")
    text = models.TextField(blank=True)
    """The whole text; or, where `before` is a number, only what stands between what it shares with the one before."""
    before = models.PositiveIntegerField(null=True, default=None)
    """How many characters at its beginning are those of the text before it; None for one that is whole."""
    after = models.PositiveIntegerField(null=True, default=None)
    """The same at its end."""
    words = models.PositiveIntegerField(default=0)
    """How many it has."""
    listed = models.BooleanField(default=True)
    """Whether it stands in the list; the others are reached from those beside them."""
    revision = models.PositiveIntegerField()
    """That it was saved as; of what was set aside, that it was begun from."""
    by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    aside = models.BooleanField(default=False)
    """Whether it never became the draft, as somebody else had saved meanwhile."""

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["work", "revision"], name="earlier_of_a_work")]

    def __str__(self) -> str:
        return f"{self.work_id}, revision {self.revision}{' (aside)' if self.aside else ''}"


class WorkInvitation(Entrance):
    """A link that lets somebody take part in a work."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=20)


class Method(models.Model):
    """How somebody goes about a distillation, and what they think makes one good: a text that they write on."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    title = models.CharField(max_length=200)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="methods")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "id"]

    def __str__(self) -> str:
        return self.title


class MethodVersion(models.Model):
    """One version of a method. It never changes."""

    method = models.ForeignKey(Method, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    text = models.TextField()
    ledger = models.PositiveIntegerField()
    """The place of its entry in the ledger."""
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["method", "number"]
        constraints = [models.UniqueConstraint(fields=["method", "number"], name="one_method_version_a_number")]

    def __str__(self) -> str:
        return f"{self.method_id} {self.number}"


class Wish(models.Model):
    """Somebody asks for a distillation."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=16, blank=True)
    """The id of a source on this server, if it is about one."""
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    """When whoever asked said that they have what they asked for, or no longer want it."""

    class Meta:
        ordering = ["-at", "id"]

    def __str__(self) -> str:
        return self.title


class Fulfilment(models.Model):
    """Somebody points to a distillation that was asked for, or says that they will write one."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="fulfilments")
    work = models.ForeignKey(Work, models.SET_NULL, null=True, related_name="fulfils")
    url = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"for {self.wish_id}"


class Sorted(models.Model):
    """Which kind of distillation somebody takes an example for."""

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    example = models.CharField(max_length=64)
    """The SHA-256 of the example: should it be changed, it is another one."""
    said = models.CharField(max_length=40)
    """A kind that ships, "other" for a distillation of another kind, or "none" for what is no distillation."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "example"], name="one_sorting_a_person_and_example")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.said}"
