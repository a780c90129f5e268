"""Coming into a room by an invitation, or becoming a host."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from cohobate.web.people.access import allowed
from cohobate.web.people.entrances import let_in, no_entrance
from cohobate.web.people.links import find_invitation
from cohobate.web.people.models import Invitation, Person
from cohobate.web.rooms import keeper, shelf


@allowed("anybody", "GET", "POST")
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation leads to, and the way in."""
    invitation = find_invitation(token)
    if invitation is None:
        return no_entrance(request)
    room = invitation.room
    if room is None:
        host = {"may_host": True}
        return let_in(request, invitation, "rooms/enter.html", {}, lambda person: None, reverse("home"), host)
    if request.person and _is_in(request.person, invitation):
        return redirect("room", room.pk)
    workshop = shelf.pinned(room.workshop_id)
    context = {"room": room, "workshop": workshop, "seat": workshop.seats.get(invitation.seat)}

    def join(person: Person) -> None:
        keeper.join(room, person, invitation.seat)

    return let_in(request, invitation, "rooms/enter.html", context, join, reverse("room", args=[room.pk]))


def _is_in(person: Person, invitation: Invitation) -> bool:
    return bool(invitation.room.members.filter(person=person).exists())
