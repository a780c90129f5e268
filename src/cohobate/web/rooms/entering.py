"""Coming in by an invitation. To look at it changes nothing, as programs that show previews of links do that."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cohobate.errors import Refused
from cohobate.web.edge import problem, sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.links import find_invitation, person_link, remember
from cohobate.web.people.models import Invitation, Person
from cohobate.web.people.names import ASKED, name_in
from cohobate.web.rooms import keeper, shelf

LAST_ONE_TAKEN = "Somebody else used this invitation for the last time just now."


@allowed("anybody", "GET", "POST")
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation leads to, and the way in."""
    invitation = find_invitation(token)
    if invitation is None:
        sentence = "This invitation is not complete, or was altered."
        return problem(request, 404, sentence, "Copy the whole link once more, or ask for a new one.")
    room = invitation.room
    if room and request.person and _is_in(request.person, invitation):
        return redirect("room", room.pk)
    if invitation.over:
        return problem(request, 410, invitation.over, f"Ask {_asked(invitation)} for a new link.")
    context = {
        "invitation": invitation,
        "room": room,
        "workshop": shelf.pinned(room.workshop_id) if room else None,
        "as_other": request.person is None or "other" in request.GET,
        "action": request.path,
    }
    context["seat"] = context["workshop"].seats.get(invitation.seat) if room else None
    if request.method != "POST":
        return render(request, "rooms/enter.html", context)
    me = request.person if request.POST.get("as") == "me" else None
    name = name_in(request)
    context |= {"name": name, "as_other": me is None}
    if me is None and not name:
        context["trouble"] = ASKED
    elif not (me and me.consented_at) and not request.POST.get("consent"):
        context["trouble"] = "Tick the box if you agree to what is kept; without that nobody can come in."
    if "trouble" in context:
        return render(request, "rooms/enter.html", context, status=422)
    try:
        person, room_id = _come_in(invitation, me, name)
    except Refused as refused:
        context["trouble"] = sentence_of(refused)
        return render(request, "rooms/enter.html", context, status=409)
    response = redirect("room", room_id) if room_id else redirect("home")
    if me is None:
        messages.info(request, person_link(person), extra_tags="personal-link")
    remember(response, person)
    return response


def _come_in(invitation: Invitation, me: Person | None, name: str) -> tuple[Person, str | None]:
    """Counts the use and lets them in, or neither. Raises Refused, and what a database raises that cannot go on."""
    with transaction.atomic():
        if not invitation.take():
            raise Refused(LAST_ONE_TAKEN)
        person = me or Person.objects.create(name=name)
        # Only what changes: the rest of this row may have been changed elsewhere since it was read.
        changed = []
        if person.consented_at is None:
            person.consented_at = timezone.now()
            changed.append("consented_at")
        if invitation.room is None:
            person.may_host = True
            changed.append("may_host")
        if changed:
            person.save(update_fields=changed)
    if invitation.room is not None:
        # Not within the transaction: a room has a lock of its own, and whoever holds it waits for the database.
        try:
            keeper.join(invitation.room, person, invitation.seat)
        except Exception:
            with transaction.atomic():
                invitation.give_back()
                if me is None:
                    person.delete()
            raise
    return person, invitation.room_id


def _is_in(person: Person, invitation: Invitation) -> bool:
    return bool(invitation.room.members.filter(person=person).exists())


def _asked(invitation: Invitation) -> str:
    return invitation.made_by.name or "whoever sent it"
