"""Rooms, the versions of workshops that they are pinned to, and the events in them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from cohobate.events import Event as Happening
from cohobate.web.chains import Chained
from cohobate.web.slugs import slug


class Workshop(models.Model):
    """One version of a workshop file that somebody saved or a room used. It never changes."""

    digest = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=60, db_index=True)
    """What its versions have in common, and its file is called."""
    title = models.CharField(max_length=120)
    text = models.TextField()
    forked_from = models.CharField(max_length=100, blank=True)
    made_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")
    """None for what ships with Cohobate."""
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.title} ({self.digest[:12]})"


class Room(models.Model):
    """One run of one workshop about one topic."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    title = models.CharField(max_length=120)
    topic = models.CharField(max_length=400)
    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="rooms")
    host = models.ForeignKey("people.Person", models.PROTECT, related_name="hosted")
    opened_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    alone = models.BooleanField(default=False)
    """Whether one person works through it without others."""
    group = models.CharField(max_length=16, blank=True, db_index=True)
    """What rooms that compare notes have in common; "" if there are none."""

    class Meta:
        ordering = ["-opened_at", "id"]

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """Who has ever been in a room: an index for "my rooms". What they did there is in the events."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="members")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="one_membership_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.room_id}"


class Event(Chained):
    """One event of a room, as in `cohobate.events`."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="events")

    class Meta:
        ordering = ["room", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["room", "sequence"], name="one_event_a_place"),
            models.UniqueConstraint(fields=["room", "act"], name="one_event_an_act"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.sequence}: {self.kind}"

    @classmethod
    def of(cls, room: str, event: Happening) -> Event:
        """The row for an event of the room with that id, not saved yet."""
        return cls(room_id=room, **cls.columns(event))
