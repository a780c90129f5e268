"""Reader tests and the sittings of their readers.

What was done is in two kinds of strands: the events of a test, which hold its items and its plan, and those of each
sitting, which hold what one reader was given and answered. The other rows are indexes for lists.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from cohobate.web.chains import Chained
from cohobate.web.people.models import Entrance
from cohobate.web.slugs import slug


class Trial(models.Model):
    """A reader test, for lists. It is called a trial here, as its rows would be taken for tests of the software."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    title = models.CharField(max_length=200)
    work = models.ForeignKey("works.Work", models.PROTECT, related_name="trials")
    """The work that it was begun for; others may take part with passages of theirs."""
    made_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=20, default="writing")
    """writing, registered, planned, open, closed or done."""

    class Meta:
        ordering = ["-made_at", "id"]

    def __str__(self) -> str:
        return self.title


class TrialPart(models.Model):
    """Who has a part in a test, other than reading: lead, examiner or rater."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="parts")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="trial_parts")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "person", "role"], name="one_trial_part_a_role")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role} of {self.trial_id}"


class TrialEvent(Chained):
    """One event of a test."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="events")

    class Meta:
        ordering = ["trial", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "sequence"], name="one_event_a_place_in_a_trial"),
            models.UniqueConstraint(fields=["trial", "act"], name="one_event_an_act_in_a_trial"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.sequence}: {self.kind}"


class TrialInvitation(Entrance):
    """A link that lets somebody read in a test, write its items or rate its answers."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=20)


class Sitting(models.Model):
    """One reader in one test. Whoever comes again, by whichever link, comes back to the same sitting."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    trial = models.ForeignKey(Trial, models.CASCADE, related_name="sittings")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="sittings")
    number = models.PositiveIntegerField(null=True)
    """In the order in which readers began, from 0: by it the plan deals what they read. None before they begin."""
    begun_at = models.DateTimeField(default=timezone.now)
    """When they came."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["trial", "number"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "person"], name="one_sitting_a_reader"),
            models.UniqueConstraint(fields=["trial", "number"], name="one_sitting_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {'–' if self.number is None else self.number}"


class SittingEvent(Chained):
    """One event of a sitting."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="events")

    class Meta:
        ordering = ["sitting", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "sequence"], name="one_event_a_place_in_a_sitting"),
            models.UniqueConstraint(fields=["sitting", "act"], name="one_event_an_act_in_a_sitting"),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.sequence}: {self.kind}"
