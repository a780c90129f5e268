"""What came of a test: made when it is closed, registered, and shown to whoever may see it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from cohobate.errors import WrongUse
from cohobate.fidelity.crossover import ALL, Crossover, Figure
from cohobate.fidelity.paired import FEWEST_READERS, SCOPES, Finding
from cohobate.practicum.reader_test import MARGIN, Answer, Outcome, analyse, items_of, outcome_svg
from cohobate.practicum.reading.grading import Graded, graded, reliability, to_grade
from cohobate.practicum.reading.sitting import Sitting
from cohobate.practicum.reading.trial import Made, Trial
from cohobate.web.edge import problem, sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper, models
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.order import order_of, wrote_themselves
from cohobate.web.readings.progress import left_at, never_began
from cohobate.web.readings.templatetags.readings import figure_name
from cohobate.web.readings.unlinked import unlinked
from cohobate.web.readings.views import attempt, page
from cohobate.web.words import counted
from cohobate.web.works import keeper as works
from cohobate.web.works.register import find

PEEKING = "Results are not shown before a test is closed."
WHY = (
    "Whoever looks while readers still come can stop when chance is kind, and then finds help where there is none. "
    "Close the test when the readers that were planned have read."
)
NOBODY = "No answer counts, and in a closed test nobody gives another; begin another test."


@allowed("person", "GET", "POST")
def outcome(request: HttpRequest, trial: str) -> HttpResponse:
    """The outcome; for a lead also the way to make it."""
    row = trial_for(request.person, trial, "lead", "examiner", "rater", "work", "reader")
    state = keeper.trials.state(row.pk)
    if state.state not in ("closed", "done"):
        return problem(request, 409, PEEKING, WHY, onward=(f"/tests/{row.pk}/", "Back to the test"))
    trouble = make(row, request.person, request.POST.get("id", "")) if request.method == "POST" else ""
    if request.method == "POST" and not trouble:
        messages.success(request, "The outcome is registered.")
        return redirect("trial-outcome", row.pk)
    parts = parts_in(request.person, row)
    context = page(row, state, parts) | {"trouble": trouble}
    if "lead" in parts:
        found = now(row.pk, state)
        context |= {"ungraded": [state.items[id] for id in found.ungraded], "waiting": found.notes()}
    if state.outcomes:
        made = state.outcomes[-1]
        context |= {"made": made, "earlier": state.outcomes[-2::-1], **shown(made)}
    return render(request, "readings/outcome.html", context, status=409 if trouble else 200)


def now(id: str, state: Trial) -> Graded:
    """What there is to analyse at the moment."""
    return of_sittings(id, state, keeper.all_sittings(id))


def of_sittings(id: str, state: Trial, there: Sequence[Sitting]) -> Graded:
    """What there is to analyse of these sittings."""
    return unlinked(id, graded(state, there, keeper.answer_id))


def make(row: models.Trial, person: Person, id: str = "") -> str:
    """Analyses what there is, and registers it; a sentence if that cannot be.

    id:  of the act
    """
    state = keeper.trials.state(row.pk)
    if not state.has(person.pk, "lead"):
        return "Only a lead of this test can do this; ask one of them to."
    there = keeper.all_sittings(row.pk)
    found = of_sittings(row.pk, state, there)
    if not found.answers:
        return NOBODY
    assert state.plan is not None
    try:
        made = analyse(found.answers, state.plan.margin)
    except WrongUse as wrong:
        return sentence_of(wrong)
    added = {
        "entry": made.entry()
        | {
            "plan": list(state.plan.ledger),
            "items": items_of(found.answers),
            "came": 1 + max(one.number for one in there),
        },
        "sentence": made.sentence(page_name(state)),
        "page": page_name(state),
        "notes": [*made.notes, *found.notes(), *_agreed(state, there), *_came(there), *said_of(state)],
        "readers": len({one.reader for one in found.answers}),
    }
    return attempt(row, person, "outcome", {"id": id}, added)


def page_name(state: Trial) -> str:
    """What a sentence calls the distillation."""
    tested = list(dict.fromkeys(one.version.of for one in state.passages.values() if one.version))
    return "these pages" if len(tested) > 1 else f"“{works.work(tested[0]).title}”"


def _came(there: Sequence[Sitting]) -> list[str]:
    """How many came, and where those went who are not through."""
    if not there:
        return []
    through = sum(one.standing == "done" for one in there)
    told = [f"{counted(len(there), 'reader')} came, and {through} went through all parts."]
    if left := [f"{counted(number, 'reader')} in part {part}" for part, number in left_at(there)]:
        told.append(f"Not through: {', '.join(left)}.")
    if idle := never_began(there):
        told.append(f"{counted(idle, 'reader')} never began, and took no place in the plan.")
    return [" ".join(told)]


def _agreed(state: Trial, there: Sequence[Sitting]) -> list[str]:
    """How far the raters agree, where there was something to grade."""
    if not state.grades:
        return []
    found = reliability(state, to_grade(state, there, keeper.answer_id))
    if found.too_few:
        return [f"Both raters graded {counted(found.units, 'answer')}: too few to say how far they agree."]
    if found.undefined:
        return [
            "The raters gave all answers in words one grade, so Krippendorff's α is undefined: chance agrees as well."
        ]
    return [f"The raters of what was answered in words agree with Krippendorff's {found}."]


def said_of(state: Trial) -> list[str]:
    """What belongs to every result of this test: when the items were written, and by whom."""
    found = [f"The items were {order_of(state)}."]
    if wrote_themselves(state):
        found.append("Items were written by somebody who leads the test or writes what is tested.")
    if state.regraded:
        some = counted(len(state.regraded), "answer was,answers were")
        found.append(f"{some} graded, or graded otherwise, when an outcome had been made already.")
    if state.rerated:
        found.append("The raters are not those of an earlier outcome.")
    return found


@lru_cache(maxsize=64)
def kept(index: int, hash: str) -> Outcome:
    """The outcome in an entry of the ledger."""
    entry = find(index)
    assert entry is not None
    assert entry.hash == hash
    return Outcome(Crossover.from_dict(entry.data["answers"]), margin=entry.data.get("margin", MARGIN), notes=())


def shown(made: Made) -> dict[str, Any]:
    """The figures of an outcome, as the page has them."""
    found = kept(*made.ledger)
    rows = _rows(found)
    return {
        "picture": mark_safe(outcome_svg(found)) if any(not one.figure.finding.too_few for one in rows) else "",
        "rows": [one for one in rows if not one.figure.finding.too_few],
        "too_few": too_few([one.figure for one in rows]),
        "fewest": FEWEST_READERS,
        "groups": [
            ("By kind of item", _groups(found.figures, lambda one: one.kind)),
            ("By how well readers know the field", _groups(found.figures, lambda one: one.background)),
        ],
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of all items and readers."""

    figure: Figure
    """As far as it speaks of these items."""
    like: Finding | None
    """The same as it speaks of items like these; times have one scope."""


def _rows(found: Outcome) -> list[Row]:
    all_ = [one for one in found.figures if one.kind == one.background == ALL]
    like = {one.what: one.finding for one in all_ if one.finding.scope == SCOPES[1]}
    rows = [Row(one, like.get(one.what)) for one in all_ if one.finding.scope != SCOPES[1]]
    # What is said first comes first: the comparisons, the times, and then what they are made of.
    return sorted(rows, key=lambda one: one.figure.what.startswith(("accuracy", "unanswered")))


def too_few(figures: Iterable[Figure]) -> str:
    """All figures that too few readers are behind, in one line: which, how many, and how many it takes; "" if there are
    none."""
    found: dict[int, list[str]] = {}
    for one in figures:
        if one.finding.too_few:
            found.setdefault(one.finding.readers, []).append(figure_name(one))
    told = " ".join(f"From {counted(readers, 'reader')}: {'; '.join(names)}." for readers, names in found.items())
    return f"Too few to say, as each takes at least {FEWEST_READERS} readers. {told}" if told else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of some items or some readers."""

    name: str
    readers: int
    figures: list[Figure]
    """Nothing where all are of too few."""
    too_few: str
    """A sentence for what is of too few readers, where other things are not."""


def _groups(figures: Iterable[Figure], name: Callable[[Figure], str]) -> list[Group]:
    found: dict[str, list[Figure]] = {}
    for one in figures:
        if name(one) != ALL and not one.what.startswith("unanswered"):
            found.setdefault(name(one), []).append(one)
    return [
        Group(
            group,
            max(one.finding.readers for one in some),
            [one for one in some if not one.finding.too_few],
            too_few(some),
        )
        for group, some in found.items()
    ]


@allowed("person", "GET")
def answers(request: HttpRequest, trial: str) -> HttpResponse:
    """All answers as a file, readers by number; `cohobate reader-test analyse` reads it to the same result."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    if state.state not in ("closed", "done"):
        return problem(request, 409, PEEKING, WHY)
    response = HttpResponse(as_csv(now(row.pk, state).answers), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="answers-{row.pk}.csv"'
    return response


def as_csv(answers: tuple[Answer, ...]) -> str:
    """Answers as a table; what was not reached has no mark."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    names = [one.name for one in fields(Answer)]
    table.writerow(names)
    for one in answers:
        values = dict(zip(names, astuple(one), strict=True))
        values["unanswered"] = "" if one.correct is None else int(one.unanswered)
        table.writerow("" if value is None else value for value in values.values())
    return out.getvalue()
