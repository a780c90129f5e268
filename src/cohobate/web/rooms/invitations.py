"""Making, listing and withdrawing invitations: into a room, and to host on this server."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from cohobate.web.edge import problem
from cohobate.web.people.access import allowed, room_for, runs
from cohobate.web.people.links import Shown, invitation_link
from cohobate.web.people.models import Invitation, Person
from cohobate.web.rooms import shelf
from cohobate.web.rooms.forms import InvitationForm
from cohobate.web.rooms.models import Room


@allowed("person", "GET", "POST")
def of_room(request: HttpRequest, room: str) -> HttpResponse:
    """The links into a room."""
    found = room_for(request.person, room)
    if not runs(request.person, found):
        return problem(request, 403, "Only the room's host can invite into it.", f"Ask {found.host} to invite them.")
    workshop = shelf.pinned(found.workshop_id)
    form = InvitationForm(workshop, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _make(request, form, found)
        return redirect("room-invitations", found.pk)
    context = {"room": found, "workshop": workshop, "form": form, "runs": True, "links": _links(found)}
    return render(request, "rooms/invitations.html", context, status=422 if request.method == "POST" else 200)


@allowed("owner", "GET", "POST")
def hosts(request: HttpRequest) -> HttpResponse:
    """Who may open rooms here, and the links that make somebody a host."""
    form = InvitationForm(None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _make(request, form, None)
        return redirect("hosts")
    people = Person.objects.filter(may_host=True).order_by("-is_owner", "name")
    context = {"form": form, "hosts": people, "links": _links(None)}
    return render(request, "rooms/hosts.html", context, status=422 if request.method == "POST" else 200)


@allowed("owner", "POST")
def host(request: HttpRequest, person: str) -> HttpResponse:
    """Takes back that somebody may open rooms; the rooms that they host stay theirs."""
    found = get_object_or_404(Person, pk=person, is_owner=False)
    Person.objects.filter(pk=found.pk).update(may_host=False)
    messages.success(request, f"{found} opens no more rooms here. The rooms there are go on.")
    return redirect("hosts")


@allowed("person", "POST")
def withdraw(request: HttpRequest, invitation: str) -> HttpResponse:
    """Makes a link void."""
    found = get_object_or_404(Invitation.objects.select_related("room"), pk=invitation)
    if not (request.person.is_owner or (found.room and runs(request.person, found.room))):
        raise Http404("There is no such invitation, or it is not yours.")
    if not found.revoked_at:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
    messages.success(request, "The link is void. Whoever came in by it stays in.")
    return redirect("room-invitations", found.room_id) if found.room_id else redirect("hosts")


def _make(request: HttpRequest, form: InvitationForm, room: Room | None) -> Invitation:
    cleaned = form.cleaned_data
    made = Invitation.objects.create(
        room=room,
        seat=cleaned.get("seat", ""),
        expires_at=form.expires_at,
        most_uses=cleaned["most_uses"] or (None if room else 1),
        made_by=request.person,
    )
    messages.success(request, "The link is made. Copy it and send it.")
    return made


def _links(room: Room | None) -> list[Shown]:
    found = Invitation.objects.filter(room=room).select_related("made_by", "room")
    return [
        Shown(one, invitation_link(one), reverse("withdraw", args=[one.pk]), (one.seat or "any seat") if room else "")
        for one in found
    ]
