"""A work's own page, and what is done there with a button."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.work import Work
from cohobate.practicum.work.kinds import shipped
from cohobate.practicum.work.milestones import lacking
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.sources.shelf import on_shelf
from cohobate.web.works import credits, keeper, seams
from cohobate.web.works.access import sees, work_for
from cohobate.web.works.looking import results
from cohobate.web.works.shown import by_line, kind_of, sources_of
from cohobate.web.works.steps import coming, steps

BUTTONS = {
    "retitle": "work",
    "rekind": "work",
    "milestone": "work",
    "publish": "work",
    "withdraw": "work",
    "source": "work-sources",
    "leave": "work-people",
}
"""What is done with a button, and the page that follows. What is written has a page of its own."""


@allowed("person", "GET")
def work(request: HttpRequest, work: str) -> HttpResponse:
    """What a work is, how far it has come, and what comes next."""
    row = work_for(request.person, work)
    return render(request, "works/work.html", about(request.person, row.pk) | {"row": row})


def about(person: Person, id: str) -> dict[str, Any]:
    """What the page of a work shows to somebody."""
    state = keeper.work(id)
    outcomes = seams.outcomes_of(id)
    found = steps(state, outcomes)
    step = coming(found)
    kind = kind_of(state)
    newest = state.latest.digest if state.latest else ""
    return {
        "work": state,
        "kind": kind,
        "kinds": shipped(),
        "own": asdict(kind) | {"name": kind.title} if kind.name == "own" else {},
        "by": by_line(state),
        "sources": sources_of(state),
        "writes": state.has(person.pk, "writer"),
        "reviews": state.has(person.pk, "reviewer"),
        "has_reviewed": any(one.by == person.pk and one.digest == newest for one in state.reviews),
        "steps": found,
        "step": step,
        "lacking": _lacking(id, state),
        "open_remarks": sum(comment.settled == "open" for comment in state.comments.values()),
        "results": results(state, outcomes),
        "tests": seams.tests_of(id),
        "credit": credits.sentences(id, state),
    }


def _lacking(id: str, state: Work) -> list[tuple[str, list[str]]]:
    """The next milestone that is not passed, and what the latest version lacks for it."""
    for which in ("minimum", "full"):
        if which not in state.milestones:
            return [(which, lacking_for(id, state, which))]
    return []


def lacking_for(id: str, state: Work, which: str) -> list[str]:
    """What the latest version lacks for a milestone."""
    version = state.latest
    try:
        text = keeper.text_of(id, version.digest) if version else ""
    except Refused:
        return ["The text of the latest version was taken out: keep another one."]
    return lacking(state, which, version, text)


@allowed("person", "POST")
def act(request: HttpRequest, work: str) -> HttpResponse:
    """Does what takes one button, and shows the page that follows."""
    row = work_for(request.person, work)
    kind = request.POST.get("kind", "")
    if kind not in BUTTONS:
        raise Refused("nothing here is done like that; go back to the work's page, and do it there")
    fields = {name: str(value) for name, value in request.POST.items()}
    if kind == "rekind":
        fields["kind"] = fields.get("which", "")
    act = Act(fields.get("id", ""), kind, fields)

    def checked(state: Work) -> None:
        if kind == "milestone":
            _checked_milestone(row.pk, state, fields)
        if kind == "publish":
            keeper.text_of(row.pk, fields.get("digest", ""))
        if kind == "source" and not act.yes("gone") and not on_shelf(act.get("source"), act.get("digest")):
            raise Refused("there is no such source with that text; reload the page, and choose it again")

    keeper.act(row.pk, request.person, act, checked)
    return redirect(BUTTONS[kind], row.pk) if sees(request.person, row.pk) else redirect("desk")


def _checked_milestone(id: str, state: Work, fields: dict[str, str]) -> None:
    if state.latest is None or fields.get("digest") != state.latest.digest:
        raise Refused("another version was kept meanwhile; look at what it lacks first")
    missing = lacking_for(id, state, fields.get("which", ""))
    if missing:
        raise Refused(missing[0])
