"""The openings of a work: its writers list several, its people compare two at a time, and a ranking comes of it.

All that somebody may see of them, over all works, is kept on a page to learn from.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.prose import without_marks
from cohobate.practicum.work import Work
from cohobate.practicum.work.openings import LONGEST, next_pair, standing
from cohobate.practicum.work.ranking import ranking
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.works import keeper, models
from cohobate.web.works.access import work_for, works_of

ACTS: Final = ("hook", "unhook", "compare")


@allowed("person", "GET", "POST")
def openings(request: HttpRequest, work: str) -> HttpResponse:
    """The next two to compare; for writers, and for whoever has compared all, also what came of it."""
    row = work_for(request.person, work)
    trouble, typed = "", ""
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        fields = {name: str(value) for name, value in request.POST.items()}
        try:
            if kind not in ACTS:
                raise Refused("nothing is done with openings like that; reload the page and send it again")
            keeper.act(row.pk, request.person, Act(fields.get("id", ""), kind, fields))
        except Refused as refusal:
            trouble, typed = sentence_of(refusal), fields.get("text", "")
        else:
            if kind == "hook":
                messages.success(request, "It is on the list.")
            return redirect("hooks-work", row.pk)
    state = keeper.work(row.pk)
    me = request.person.pk
    pair = next_pair(state.openings, state.chosen, me) if state.has(me) else None
    writes = state.has(me, "writer")
    context = {
        "row": row,
        "work": state,
        "writes": writes,
        "openings": [(one, without_marks(one.text)) for one in standing(state.openings)],
        "pair": pair,
        "first": without_marks(pair[0].text) if pair else "",
        "second": without_marks(pair[1].text) if pair else "",
        "mine": sum(one.by == me for one in state.chosen),
        "ranking": _ranked(state) if _may_see_ranking(state, request.person) else None,
        "longest": LONGEST,
        "trouble": trouble,
        "typed": typed,
    }
    return render(request, "works/openings.html", context, status=HTTPStatus.CONFLICT if trouble else HTTPStatus.OK)


@allowed("person", "GET")
def library(request: HttpRequest) -> HttpResponse:
    """The openings of all works that somebody sees, each with what people preferred, or with what is still to do."""
    rows = models.Work.objects.all() if request.person.is_owner else works_of(request.person)
    found = []
    for row in rows.order_by("title", "pk"):
        state = keeper.work(row.pk)
        if there := [without_marks(one.text) for one in standing(state.openings)]:
            sees = _may_see_ranking(state, request.person)
            found.append((row, _ranked(state) if sees else None, there, not sees))
    return render(request, "works/library.html", {"found": found})


def _may_see_ranking(state: Work, person: Person) -> bool:
    """What others prefer is not for whoever has still to choose."""
    if person.is_owner or state.has(person.pk, "writer"):
        return True
    return state.has(person.pk) and next_pair(state.openings, state.chosen, person.pk) is None


def _ranked(state: Work) -> dict[str, object] | None:
    """The openings from the most preferred on, each with its standing."""
    if len(standing(state.openings)) < 2:
        return None
    found = ranking(state.openings, state.chosen)
    rows = [
        {
            "text": without_marks(state.openings[one.name].text),
            "by": state.name_of(state.openings[one.name].by),
            "compared": one.compared,
            "too_few": one.too_few,
            "chance": f"{100 * one.chance:.0f}",
            "low": f"{100 * one.low:.0f}",
            "high": f"{100 * one.high:.0f}",
        }
        for one in found.standings
    ]
    return {"rows": rows, "people": found.people, "comparisons": found.comparisons, "apart": len(found.groups) > 1}
