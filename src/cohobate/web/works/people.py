"""Who has a part in a work, the links that bring others in, and coming in by one."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cohobate.practicum.acts import Act
from cohobate.practicum.work.acts import fields
from cohobate.web.people.access import allowed
from cohobate.web.people.entrances import let_in, no_entrance
from cohobate.web.people.forms import LinkForm
from cohobate.web.people.links import Shown, signed, unsigned
from cohobate.web.people.models import Person
from cohobate.web.slugs import slug
from cohobate.web.works import keeper
from cohobate.web.works.access import has, work_for
from cohobate.web.works.models import Work, WorkInvitation
from cohobate.web.works.shown import by_line, kind_of

ROLES = {"reviewer": "to review it", "writer": "to write it"}


class WorkLinkForm(LinkForm):
    """A new link into a work."""

    role = forms.ChoiceField(label="It invites", choices=list(ROLES.items()))
    field_order = ("role", "lasts", "most_uses")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["most_uses"].help_text = "Left empty: once for a writer, any number of times for reviewers."


@allowed("person", "GET", "POST")
def people(request: HttpRequest, work: str) -> HttpResponse:
    """Who writes and reviews, and for writers the links that invite others."""
    row = work_for(request.person, work)
    state = keeper.work(row.pk)
    runs = request.person.is_owner or state.has(request.person.pk, "writer")
    if request.method == "POST" and not runs:
        raise PermissionDenied("Only a writer of this work can invite into it.")
    form = WorkLinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        most = cleaned["most_uses"] or (1 if cleaned["role"] == "writer" else None)
        WorkInvitation.objects.create(
            work=row, role=cleaned["role"], expires_at=form.expires_at, most_uses=most, made_by=request.person
        )
        messages.success(request, "The link is made. Copy it and send it.")
        return redirect("work-people", row.pk)
    context = {
        "row": row,
        "work": state,
        "involved": [(role, state.having(role)) for role in ("writer", "reviewer")],
        "runs": runs,
        "writes": state.has(request.person.pk, "writer"),
        "form": form,
        "links": _links(row) if runs else [],
    }
    return render(request, "works/people.html", context, status=422 if request.method == "POST" else 200)


def work_link(invitation: WorkInvitation) -> str:
    """The link to send to somebody, whole."""
    return settings.SITE_URL + reverse("enter-work", args=[signed("w", invitation.pk)])


def _links(row: Work) -> list[Shown]:
    return [
        Shown(one, work_link(one), reverse("withdraw-work-link", args=[row.pk, one.pk]), one.role)
        for one in row.invitations.select_related("made_by")
    ]


@allowed("person", "POST")
def withdraw(request: HttpRequest, work: str, invitation: str) -> HttpResponse:
    """Makes a link void."""
    row = work_for(request.person, work, "writer")
    found = row.invitations.filter(pk=invitation).first()
    if found is None:
        raise Http404("There is no such invitation, or it is not yours.")
    if not found.revoked_at:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
    messages.success(request, "The link is void. Whoever came in by it stays.")
    return redirect("work-people", row.pk)


@allowed("anybody", "GET", "POST")
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """What a link into a work leads to, and the way in."""
    value = unsigned("w", token)
    invitation = WorkInvitation.objects.select_related("work", "made_by").filter(pk=value).first() if value else None
    if invitation is None:
        return no_entrance(request)
    row = invitation.work
    if request.person and has(request.person, row.pk, invitation.role):
        return redirect("work", row.pk)

    def join(person: Person) -> None:
        keeper.act(row.pk, person, Act(slug(), "join", fields(role=invitation.role, name=person.name)))

    state = keeper.work(row.pk)
    context = {"row": row, "kind": kind_of(state), "by": by_line(state)}
    return let_in(request, invitation, "works/enter.html", context, join, reverse("work", args=[row.pk]))
