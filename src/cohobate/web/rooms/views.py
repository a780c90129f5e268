"""Pages around a room: my rooms, a new room, who is in one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed, room_for, rooms_of, runs
from cohobate.web.people.models import Person
from cohobate.web.rooms import shelf, starting
from cohobate.web.rooms.forms import ALONE, RoomForm
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.models import Room


@allowed("anybody", "GET")
def home(request: HttpRequest) -> HttpResponse:
    """My rooms; for nobody, how one gets in."""
    if request.person is None:
        return render(request, "rooms/landing.html")
    me = request.person
    # A query that counts is not ordered by itself.
    rooms = rooms_of(me).annotate(people=Count("members")).order_by("-opened_at", "pk")
    mine = rooms.filter(Q(host=me) | Q(pk__in=me.memberships.values("room")))
    listed = {
        "open": mine.filter(ended_at=None),
        "ended": mine.exclude(ended_at=None),
        "others": rooms.exclude(pk__in=mine.values("pk")) if me.is_owner else [],
    }
    return render(request, "rooms/home.html", listed)


@allowed("host", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Starts a room: first which workshop, then what it is about."""
    digest = request.POST.get("workshop") or request.GET.get("workshop", "")
    if not digest:
        return render(request, "rooms/which.html", {"versions": [found[0] for found in shelf.shelf().values()]})
    workshop = shelf.find(digest)
    if workshop is None:
        raise Http404("There is no such workshop.")
    offers = starting.offers(request.person, workshop)
    beside = starting.besides(request.person, workshop)
    form = RoomForm(workshop, offers, beside, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            room = _opened(request.person, form)
        except Refused as refused:
            form.add_error(None, sentence_of(refused))
        else:
            others = "" if room.alone else " Nobody else knows of it yet: make a link for them."
            messages.success(request, f"The room is open.{others}")
            return redirect("room" if room.alone else "room-invitations", room.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "rooms/new.html", {"form": form, "workshop": workshop}, status=status)


def _opened(host: Person, form: RoomForm) -> Room:
    cleaned = form.cleaned_data
    workshop = form.workshop
    return keeper.open(
        host,
        workshop,
        cleaned["title"],
        cleaned["topic"],
        alone=cleaned["people"] == ALONE,
        seat=cleaned["seat"],
        group=keeper.group_of(cleaned["beside"]) if cleaned.get("beside") else "",
        brought=starting.brought(host, workshop, form.given),
    )


@allowed("person", "GET")
def people(request: HttpRequest, room: str) -> HttpResponse:
    """Who has been in a room."""
    found = room_for(request.person, room)
    # By the names that they have in the room, which may have been taken out.
    with keeper.reading(found.pk) as state:
        there = [one for one in state.people.values() if not one.removed]
    return render(request, "rooms/people.html", {"room": found, "there": there, "runs": runs(request.person, found)})
