"""Grading what was answered in words: a rater sees item, rubric and answer, and nothing of whose it is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.practicum.reading.grading import RATERS, ToGrade, reliability
from cohobate.practicum.reading.trial import Trial
from cohobate.practicum.reading.trial_acts import BLIND, SEEN
from cohobate.web.edge import problem, sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper, models
from cohobate.web.readings.access import parts_in, somebody_else, trial_for
from cohobate.web.readings.views import attempt, page

NOT_YET = "What was answered in words is graded when the test is closed."


@allowed("person", "GET", "POST")
def rating(request: HttpRequest, trial: str) -> HttpResponse:
    """For a rater, the answers to grade; for a lead, how far the raters agree."""
    if (elsewhere := somebody_else(request)) is not None:
        return elsewhere
    row = trial_for(request.person, trial, "lead", "rater")
    state = keeper.trials.state(row.pk)
    if state.state not in ("closed", "done"):
        why = "Readers may still change their answers, and who comes when would tell raters whose is whose."
        return problem(request, 409, NOT_YET, why, onward=(f"/tests/{row.pk}/", "Back to the test"))
    there = keeper.to_grade(row.pk)
    rates = state.has(request.person.pk, "rater")
    if rates and keeper.sees_arms(row.pk, request.person):
        return problem(request, 403, sentence_of(Refused(BLIND)), "Leave it to somebody else, and tell the lead.")
    if request.method == "POST":
        return _graded(request, row, state, there)
    context = page(row, state, parts_in(request.person, row)) | {"rates": rates}
    if rates:
        context |= _to_grade(state, there, request.person.pk)
        context["seen"] = sentence_of(Refused(SEEN)) if keeper.may_see(row.pk, request.person) else ""
    else:
        context |= agreement(state, there)
    return render(request, "readings/rating.html", context)


def _graded(request: HttpRequest, row: models.Trial, state: Trial, there: list[ToGrade]) -> HttpResponse:
    """Takes in one grade from a script, or all that stand in a form."""
    known = {one.id for one in there}
    mine = {id: grades.get(request.person.pk) for id, grades in state.grades.items()}
    trouble = ""
    given = {name[6:]: value for name, value in request.POST.items() if name.startswith("grade-")}
    for id, grade in given.items():
        if id not in known:
            trouble = "That answer is not there to be graded any more; reload the page."
        elif not trouble and grade != (f"{mine[id]:g}" if mine.get(id) is not None else ""):
            fields = {"answer": id, "grade": grade, "id": request.POST.get("id", "") if len(given) == 1 else ""}
            trouble = attempt(row, request.person, "grade", fields)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": not trouble, "sentence": trouble}, status=409 if trouble else 200)
    if trouble:
        messages.error(request, trouble)
    return redirect("trial-rating", row.pk)


def _to_grade(state: Trial, there: list[ToGrade], me: str) -> dict[str, Any]:
    items = [
        (question, [(one, _mine(state, one.id, me)) for one in there if one.item == question.id])
        for question in state.written
    ]
    done = sum(_mine(state, one.id, me) != "" for one in there)
    return {"to_grade": items, "done": done, "total": len(there)}


def _mine(state: Trial, answer: str, me: str) -> str:
    grade = state.grades_of(answer).get(me)
    return "" if grade is None else f"{grade:g}"


def agreement(state: Trial, there: list[ToGrade]) -> dict[str, Any]:
    """How far the raters are, how far they agree, and where they do not."""
    pairs = [(one, list(state.grades_of(one.id).values())) for one in there]
    apart = [
        (state.items[one.item].question, one.text, [f"{grade:g}" for grade in grades])
        for one, grades in pairs
        if len(grades) >= RATERS and max(grades) != min(grades)
    ]
    both = sum(len(grades) >= RATERS for _, grades in pairs)
    by_rater = Counter(who for one in there for who in state.grades_of(one.id))
    raters = [(one.name, by_rater[one.id]) for one in state.having("rater")]
    told = {"apart": apart, "both": both, "total": len(there), "raters": raters}
    return told | {"alpha": str(reliability(state, there)) if both else ""}
