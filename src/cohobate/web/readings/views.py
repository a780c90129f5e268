"""A reader test's own page: where it stands, what comes next, who takes part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.reading.trial import STATES, Trial
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper, models
from cohobate.web.readings.access import parts_in, trial_for, writes
from cohobate.web.readings.order import order_of
from cohobate.web.readings.power import foreseen
from cohobate.web.slugs import slug
from cohobate.web.works.models import Work


@allowed("person", "GET")
def trials(request: HttpRequest) -> HttpResponse:
    """The tests that somebody has a part in, and those that they read in."""
    mine = models.Trial.objects.filter(parts__person=request.person).distinct()
    read = models.Sitting.objects.filter(person=request.person).select_related("trial").order_by("-begun_at")
    others = models.Trial.objects.exclude(pk__in=mine.values("pk")) if request.person.is_owner else []
    return render(request, "readings/trials.html", {"mine": mine, "read": read, "others": others})


@allowed("person", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Begins a test of a work that one writes; without a work, shows which one could choose."""
    if not (request.GET.get("work") or request.POST.get("work")):
        mine = Work.objects.filter(parts__person=request.person, parts__role="writer").distinct().order_by("title")
        return render(request, "readings/new_of.html", {"mine": mine})
    work = Work.objects.filter(pk=request.GET.get("work") or request.POST.get("work", "")).first()
    if work is None or not writes(request.person, work.pk):
        raise Http404("There is no such work, or you do not write it.")
    trouble = ""
    if request.method == "POST":
        try:
            row = keeper.begin(request.person, work.pk, request.POST.get("title", ""), request.POST.get("id", ""))
        except Refused as refused:
            trouble = sentence_of(refused)
        else:
            return redirect("trial", row.pk)
    context = {"work": work, "trouble": trouble, "title": request.POST.get("title", f"{work.title}, in questions")}
    return render(request, "readings/new.html", context, status=422 if trouble else 200)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a test, as its page shows it."""

    name: str
    url: str
    state: str
    """done, now, or coming."""
    told: str = ""


def steps(trial: Trial, id: str) -> list[Step]:
    """All steps, and where the test is."""
    at = STATES.index(trial.state)
    items, texts = len(trial.items), sum(one.version is not None for one in trial.passages.values())
    ready = texts == len(trial.passages)
    found = [
        ("passages", "trial-passages", len(trial.passages) > 1 or at > 0, f"{len(trial.passages)} chosen"),
        ("items", "trial-items", at > 0, "registered" if at else f"{items} written"),
        (
            "texts",
            "trial-texts",
            at > 0 and ready,
            f"{texts} of {len(trial.passages)} chosen" if trial.passages else "",
        ),
        ("plan", "trial-plan", at > 1, f"{trial.plan.readers} readers" if trial.plan else ""),
        ("readers", "trial-progress", at > 3, ""),
        ("outcome", "trial-outcome", at > 4, ""),
    ]
    before = True
    shown = []
    for name, view, done, told in found:
        now = before and not done
        before = before and bool(done)
        shown.append(Step(name, reverse(view, args=[id]), "done" if done else "now" if now else "coming", told))
    return shown


@allowed("person", "GET", "POST")
def trial(request: HttpRequest, trial: str) -> HttpResponse:
    """Where a test stands."""
    row = trial_for(request.person, trial, "lead", "examiner", "rater", "work")
    trouble = _act(request, row) if request.method == "POST" else ""
    if request.method == "POST" and not trouble:
        return redirect("trial-links" if request.POST.get("kind") == "open" else "trial", row.pk)
    if trouble:
        messages.error(request, trouble)
    state = keeper.trials.state(row.pk)
    parts = parts_in(request.person, row)
    context = page(row, state, parts) | {
        "foreseen": foreseen(state) if state.state == "writing" else {},
        "to_grade": keeper.left_to(row.pk, request.person) if "rater" in parts else 0,
    }
    return render(request, "readings/trial.html", context, status=409 if trouble else 200)


def page(row: models.Trial, state: Trial, parts: set[str]) -> dict[str, Any]:
    """What pages of a test have in common."""
    return {
        "row": row,
        "trial": state,
        "parts": parts,
        "leads": "lead" in parts,
        "steps": steps(state, row.pk),
        "order": order_of(state) if state.registered else "",
        "only_lead": len(state.having("lead")) == 1,
        "members": [one for one in state.people.values() if one.roles],
        "id": slug(),
    }


HERE = {"retitle", "register", "open", "close", "leave"}
"""What is done on this page."""


def _act(request: HttpRequest, row: models.Trial) -> str:
    """Does what the page's forms are for; a sentence if it may not be done."""
    kind = request.POST.get("kind", "")
    if kind not in HERE:
        return "That is nothing that one does here; reload the page."
    fields = {name: request.POST.get(name, "") for name in ("title", "role", "person")}
    trouble = attempt(row, request.person, kind, fields | {"id": request.POST.get("id", "")})
    if kind == "open" and not trouble and not row.invitations.filter(role="reader").exists():
        invite(row, request.person, "reader")
        messages.success(request, "The test is open. Here is a link for its readers.")
    return trouble


def invite(row: models.Trial, by: Person, role: str, most: int | None = None) -> models.TrialInvitation:
    """Makes a link into a test: for readers with as many uses as the plan has places, for others with one."""
    plan = keeper.trials.state(row.pk).plan
    places = plan.readers + plan.spare if plan and role == "reader" else 1
    return models.TrialInvitation.objects.create(trial=row, role=role, most_uses=most or places, made_by=by)


def attempt(row: models.Trial, person: Person, kind: str, given: Any, added: Any = None) -> str:
    """Does something with the fields of a form; a sentence if it may not be done."""
    fields = {name: given.get(name, "") for name in given}
    try:
        keeper.act(row.pk, person, Act(fields.pop("id", "") or slug(), kind, fields), added)
    except Refused as refused:
        return sentence_of(refused)
    return ""
