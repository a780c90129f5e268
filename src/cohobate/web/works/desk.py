"""The desk: what somebody works on, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cohobate.practicum.work import Work
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.sources.models import standing
from cohobate.web.works import keeper, models, seams
from cohobate.web.works.access import works_of
from cohobate.web.works.seams import Waiting
from cohobate.web.works.shown import kind_named
from cohobate.web.works.steps import Step, coming, steps

LATELY = 8
"""Sources that are shown."""


@dataclass(frozen=True, slots=True)
class Mine:
    """A work that somebody has a part in."""

    row: models.Work
    kind: str
    roles: list[str]
    step: Step | None
    """What comes next; None if all is done, or for who does not write it."""


@allowed("person", "GET")
def desk(request: HttpRequest) -> HttpResponse:
    """Works with their next step, what waits, and the sources that came last."""
    me = request.person
    mine, waiting = [], []
    for row in works_of(me):
        state = keeper.work(row.pk)
        roles = [role for role in ("writer", "reviewer") if state.has(me.pk, role)]
        step = coming(steps(state, seams.outcomes_of(row.pk))) if "writer" in roles else None
        mine.append(Mine(row, kind_named(row), roles, step))
        waiting += waiting_in(me, row, state)
    waiting += seams.waiting_for(me)
    groups: dict[str, list[Waiting]] = {}
    for one in waiting:
        groups.setdefault(one.group, []).append(one)
    context = {
        "mine": mine,
        "others": models.Work.objects.exclude(pk__in=[one.row.pk for one in mine]) if me.is_owner else [],
        "groups": list(groups.items()),
        "sources": standing().filter(by=me).order_by("-imported_at", "pk")[:LATELY],
    }
    return render(request, "works/desk.html", context)


def waiting_in(me: Person, row: models.Work, state: Work) -> list[Waiting]:
    """What waits for somebody in one work: a version to review, and remarks to answer."""
    found = []
    review = reverse("review-work", args=[row.pk])
    latest = state.latest
    if (
        latest
        and state.has(me.pk, "reviewer")
        and not any(review.by == me.pk and review.digest == latest.digest for review in state.reviews)
    ):
        found.append(Waiting("To review", row.title, review, f"version {latest.number}"))
    # Who said the last word waits for the others.
    last = {one.id: one.replies[-1].by if one.replies else one.by for one in state.comments.values()}
    open_ones = [one for one in state.comments.values() if one.settled == "open" and last[one.id] != me.pk]
    if not state.has(me.pk, "writer"):
        open_ones = [one for one in open_ones if one.by == me.pk]
    if open_ones:
        remarks = "one remark" if len(open_ones) == 1 else f"{len(open_ones)} remarks"
        found.append(Waiting("Remarks to answer", row.title, review, remarks))
    return found
