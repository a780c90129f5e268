"""People, and the invitations that bring them in. There are no passwords: see `links`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cohobate.web.slugs import slug


class Person(models.Model):
    """Somebody who came in by a link and gave a name."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    name = models.CharField(max_length=60)
    is_owner = models.BooleanField(default=False)
    may_host = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    generation = models.PositiveIntegerField(default=1)
    """Of the personal link. Raising it makes the links and the cookies of earlier generations void."""
    consented_at = models.DateTimeField(null=True)
    came_by = models.CharField(max_length=64, null=True, unique=True, editable=False)
    """The form that they came in by, so that they come in once: see `once`."""

    def __str__(self) -> str:
        return self.name or "somebody without a name"

    @property
    def hosts(self) -> bool:
        """Whether they may open rooms and write workshops."""
        return self.may_host or self.is_owner


class Entrance(models.Model):
    """A link that lets people in: somewhere, as something, until it has expired, was used up or was withdrawn."""

    id = models.CharField(primary_key=True, max_length=16, default=slug, editable=False)
    expires_at = models.DateTimeField(null=True)
    most_uses = models.PositiveIntegerField(null=True)
    used = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["-made_at", "id"]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def over(self) -> str:
        """Why it lets nobody in any more, as a sentence; "" if it does."""
        if self.revoked_at:
            return "This invitation was withdrawn."
        if self.expires_at and self.expires_at <= timezone.now():
            return "This invitation has expired."
        if self.most_uses is not None and self.used >= self.most_uses:
            return "This invitation was used as often as it may be."
        return ""

    def take(self) -> bool:
        """Counts one use, in the database itself, so that of two people at the last use one comes in."""
        now = timezone.now()
        open_ones = type(self).objects.filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            Q(most_uses=None) | Q(used__lt=F("most_uses")),
            pk=self.pk,
            revoked_at=None,
        )
        return open_ones.update(used=F("used") + 1) == 1

    def give_back(self) -> None:
        """Takes back one use, of somebody who did not get in after all."""
        type(self).objects.filter(pk=self.pk, used__gt=0).update(used=F("used") - 1)


class Invitation(Entrance):
    """A link into a room, or, without one, to be a host on this server."""

    room = models.ForeignKey("rooms.Room", models.CASCADE, null=True, related_name="invitations")
    seat = models.CharField(max_length=60, blank=True)
    """The seat that it leads to; "" lets the room choose."""

    @property
    def over(self) -> str:
        """Why it lets nobody in any more, as a sentence; "" if it does."""
        found = super().over
        return "The room that this invitation leads to has ended." if not found and self.ended else found

    @property
    def ended(self) -> bool:
        """Whether the room that it leads to has ended."""
        return bool(self.room and self.room.ended_at)
