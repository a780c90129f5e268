"""Coming into a reader test by a link. To look at it changes nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.reading.sitting import KNOWS
from cohobate.practicum.reading.trial_acts import BLIND
from cohobate.web.edge import problem, sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.links import person_link, remember
from cohobate.web.people.models import Person
from cohobate.web.people.names import name_in
from cohobate.web.people.once import at_the_door, came_here, key_of, mark_of, newcomer, who_came
from cohobate.web.readings import keeper
from cohobate.web.readings.links import FOR, find
from cohobate.web.readings.models import TrialInvitation
from cohobate.web.slugs import slug

ASKED = "Give a name of up to 60 letters. It may be made up; nobody who reads the result sees it."
OWNER = "This server is yours and shows you all of a test, so you know too much of this one to read in it."
LAST_ONE_TAKEN = "Somebody else used this link for the last time just now."


@allowed("anybody", "GET", "POST")
@never_cache
def read(request: HttpRequest, token: str) -> HttpResponse:
    """What a link leads to, and the way in. Who is in already goes on where they were."""
    invitation = find(token)
    if invitation is None:
        sentence = "This link is not complete, or was altered."
        return problem(request, 404, sentence, "Copy the whole link once more, or ask for a new one.")
    id, role, me = invitation.trial_id, invitation.role, request.person
    again = who_came(mark_of(request, invitation, name_in(request)))
    if again is not None:
        return _is_in(request, invitation, again, new=True)
    if me and keeper.sitting_of(id, me):
        return redirect("sitting", id)
    trial = keeper.trials.state(id)
    if me and trial.has(me.pk, role):
        return redirect("trial", id)
    asked = f"Ask {invitation.made_by.name or 'whoever sent it'}."
    if role == "rater" and me and (trial.has(me.pk, "lead") or keeper.sees_arms(id, me)):
        return problem(request, 403, sentence_of(Refused(BLIND)), "Send the link to somebody else.")
    if role == "reader":
        if me and (why := keeper.knows_too_much(id, me)):
            sentence = OWNER if me.is_owner else sentence_of(Refused(why))
            return problem(request, 403, sentence, "Send the link to somebody else.")
        if trial.state in ("closed", "done"):
            return problem(request, 410, "This test was closed, so nobody begins to read in it any more.", asked)
        if trial.state != "open":
            return problem(request, 410, "This test has not been opened yet.", f"Come back later. {asked}")
    lost = came_here(request, invitation) if invitation.over else None  # let in, and the answer never came
    if invitation.over and lost is None:
        return problem(request, 410, invitation.over.replace("invitation", "link"), f"{asked[:-1]} for a new one.")
    context: dict[str, Any] = {
        "trial": trial,
        "role": role,
        "does": FOR[role],
        "invitation": invitation,
        "key": key_of(request, invitation),
        "as_other": me is None or "other" in request.GET,
        "action": request.path,
        "knows": list(KNOWS.items()),
        "chosen": request.POST.get("knows", ""),
        "line": request.POST.get("line", ""),
        "name": lost.name if lost else "",
    }
    if role == "reader" and trial.plan:
        context |= {"parts": trial.dealt(0), "minutes": sum(one["seconds"] for one in trial.dealt(0)) / 60}
    if request.method != "POST":
        return at_the_door(request, render(request, "readings/enter.html", context))
    return _entered(request, invitation, context)


def _entered(request: HttpRequest, invitation: TrialInvitation, context: dict[str, Any]) -> HttpResponse:
    me = request.person if request.POST.get("as") == "me" else None
    name = name_in(request)
    context |= {"name": name, "as_other": me is None}
    role = invitation.role
    if me is None and not name:
        context["trouble"] = ASKED
    elif not request.POST.get("consent"):
        context["trouble"] = "Tick the box if you agree to what is kept; without that nobody can come in."
    elif role == "reader" and request.POST.get("knows") not in KNOWS:
        context["trouble"] = "Say how well you know the field; choose one of the three."
    if "trouble" in context:
        return render(request, "readings/enter.html", context, status=422)
    try:
        person = _come_in(invitation, me, name, mark_of(request, invitation, name), request.POST)
    except Refused as refused:
        context["trouble"] = sentence_of(refused)
        return render(request, "readings/enter.html", context, status=409)
    return _is_in(request, invitation, person, new=me is None)


def _is_in(request: HttpRequest, invitation: TrialInvitation, person: Person, new: bool) -> HttpResponse:
    """Leads somebody on whom the link has let in."""
    response = redirect("sitting" if invitation.role == "reader" else "trial", invitation.trial_id)
    if new:
        messages.info(request, person_link(person), extra_tags="personal-link")
    remember(response, person)
    return response


def _come_in(invitation: TrialInvitation, me: Person | None, name: str, mark: str | None, sent: Any) -> Person:
    """Counts the use and lets them in, or neither. Raises Refused."""
    with transaction.atomic():
        taken = invitation.take()  # where two send the same form at once, one of them waits here for the other
        there = me if me and keeper.sitting_of(invitation.trial_id, me) else None if me else who_came(mark)
        if there is not None:
            if taken:
                invitation.give_back()
            return there
        if not taken:
            raise Refused(LAST_ONE_TAKEN)
        person = me or newcomer(name, mark)
        if person.consented_at is None:
            person.consented_at = timezone.now()
            person.save(update_fields=["consented_at"])
        if invitation.role == "reader":
            keeper.arrive(invitation.trial_id, person, sent.get("knows", ""), sent.get("line", ""))
        else:
            given = {"role": invitation.role, "name": person.name}
            keeper.act(invitation.trial_id, person, Act(slug(), "join", given))
    return person
