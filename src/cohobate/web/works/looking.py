"""Looking back: what was predicted beside what came of it, and what the writer makes of both."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.work import Work
from cohobate.practicum.work.predicting import Compared, compared
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.works import keeper, seams
from cohobate.web.works.access import work_for
from cohobate.web.works.seams import Outcome


def results(work: Work, outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Compared]]:
    """Each outcome with the last prediction that was registered before it."""
    found = []
    for one in outcomes:
        measured = None
        if one.points is not None and one.low is not None and one.high is not None:
            measured = (one.points, one.low, one.high)
        found.append((one, compared(work.hypotheses, one.registered, measured, one.readers)))
    return found


@allowed("person", "GET", "POST")
def look_back(request: HttpRequest, work: str) -> HttpResponse:
    """What came of the hypothesis; open only once there is one, and something was published."""
    row = work_for(request.person, work, "writer")
    trouble, status = "", 200
    if request.method == "POST":
        fields = {name: str(value) for name, value in request.POST.items()}
        try:
            keeper.act(row.pk, request.person, Act(fields.get("id", ""), "look_back", fields))
            return redirect("work", row.pk)
        except Refused as refused:
            trouble, status = sentence_of(refused), 409
    state = keeper.work(row.pk)
    context = {
        "row": row,
        "work": state,
        "open": bool(state.hypotheses and state.publications),
        "results": results(state, seams.outcomes_of(row.pk)),
        "trouble": trouble,
        "typed": request.POST,
    }
    return render(request, "works/look_back.html", context, status=status)
