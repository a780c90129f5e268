"""Links into a reader test: for readers, for who writes its items, and for who grades what was written.

/r/<invitation>.<signature>
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from cohobate.practicum.reading.trial import Trial
from cohobate.web.people.access import allowed
from cohobate.web.people.links import Shown, signed, unsigned
from cohobate.web.readings import keeper
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.models import TrialInvitation
from cohobate.web.readings.views import invite, page

PURPOSE = "r"

FOR = {
    "reader": "reads and answers",
    "examiner": "knows the source, and writes items",
    "rater": "grades what was answered in words",
    "lead": "leads the test as well",
}


def link(invitation: TrialInvitation) -> str:
    """The link to send to somebody, whole."""
    return settings.SITE_URL + reverse("read", args=[signed(PURPOSE, invitation.pk)])


def find(token: str) -> TrialInvitation | None:
    """The invitation that a token leads to; None if it was altered."""
    value = unsigned(PURPOSE, token)
    return TrialInvitation.objects.select_related("trial", "made_by").filter(pk=value).first() if value else None


class LinkForm(forms.Form):
    """A new link."""

    role = forms.ChoiceField(label="For somebody who", choices=list(FOR.items()))
    most_uses = forms.IntegerField(
        label="Uses, at most",
        min_value=1,
        max_value=1000,
        required=False,
        help_text="Left empty: for readers as many as the plan has places, for others one.",
    )

    def __init__(self, trial: Trial, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fits = {"reader": trial.state in ("planned", "open"), "examiner": trial.state == "writing"}
        self.fields["role"].choices = [one for one in FOR.items() if fits.get(one[0], True)]


@allowed("person", "GET", "POST")
def links(request: HttpRequest, trial: str) -> HttpResponse:
    """The links into a test, and a form for another one."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    form = LinkForm(state, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        invite(row, request.person, form.cleaned_data["role"], form.cleaned_data["most_uses"])
        messages.success(request, "The link is made. Copy it and send it.")
        return redirect("trial-links", row.pk)
    found = [
        Shown(one, link(one), reverse("trial-link-withdraw", args=[row.pk, one.pk]), one.role)
        for one in row.invitations.select_related("made_by")
    ]
    context = page(row, state, parts_in(request.person, row)) | {"form": form, "links": found}
    return render(request, "readings/links.html", context, status=422 if request.method == "POST" else 200)


@allowed("person", "POST")
def withdraw(request: HttpRequest, trial: str, invitation: str) -> HttpResponse:
    """Makes a link void; whoever came in by it stays in."""
    row = trial_for(request.person, trial, "lead")
    found = get_object_or_404(row.invitations, pk=invitation)
    if not found.revoked_at:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
    messages.success(request, "The link is void. Whoever came in by it stays in.")
    return redirect("trial-links", row.pk)
