"""How a test goes: who came, who is through, who stopped where; and what a reader would see. No answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.practicum.reading.sitting import Part, Sitting
from cohobate.practicum.reading.trial import Trial
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.sitting import shown
from cohobate.web.readings.views import page


@dataclass(frozen=True, slots=True)
class Row:
    """The readers of one sequence."""

    sequence: str
    came: int
    reading: int
    done: int
    quit: int


@allowed("person", "GET")
def progress(request: HttpRequest, trial: str) -> HttpResponse:
    """Counts of readers, by what they read."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    there = keeper.all_sittings(row.pk)
    context = page(row, state, parts_in(request.person, row)) | {
        "rows": rows(state, there),
        "standing": Counter(one.standing for one in there),
        "left_at": left_at(there),
        "never_began": never_began(there),
        "came": len(there),
    }
    return render(request, "readings/progress.html", context)


def rows(trial: Trial, sittings: list[Sitting]) -> list[Row]:
    """The sittings counted by what is read, in the order in which these sequences came first; not of those to whom
    nothing was dealt, as they have not begun."""
    found: dict[str, Counter[str]] = {}
    for one in sittings:
        if not one.parts:
            continue
        found.setdefault(sequence_of(trial, one), Counter())[one.standing] += 1
    return [
        Row(name, sum(some.values()), some["came"] + some["reading"], some["done"], some["stopped"] + some["withdrawn"])
        for name, some in found.items()
    ]


def sequence_of(trial: Trial, sitting: Sitting) -> str:
    """What a reader reads, in order."""
    read = [part for part in sitting.parts if part.passage]
    return ", then ".join(f"“{trial.passages[part.passage].title}” as {part.arm}" for part in read if part.passage)


def left_at(sittings: Iterable[Sitting]) -> list[tuple[int, int]]:
    """How many stopped, or have not come back, in which part, counted from 1."""
    parts = [
        next(part.number + 1 for part in one.parts if part.finished is None)
        for one in sittings
        if one.parts and one.standing in ("came", "reading", "stopped")
    ]
    return sorted(Counter(parts).items())


def never_began(sittings: Iterable[Sitting]) -> int:
    """How many came, and have not begun the first part."""
    return sum(not one.parts for one in sittings)


@allowed("person", "GET")
def preview(request: HttpRequest, trial: str) -> HttpResponse:
    """What a reader sees, for whoever makes the test. Nothing is kept of it."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    if state.plan is None:
        return redirect("trial-plan", row.pk)
    reader, at = _number(request, "reader", state.plan.readers), _number(request, "part", 100)
    parts = state.dealt(reader)
    if at >= len(parts):
        raise Http404("There is no such part.")
    one = parts[at]
    part = Part(at, one["arm"], one["passage"], dict(one["items"]), one["seconds"])
    context: dict[str, Any] = {"row": row, "trial": state, "preview": True, "total": len(parts), "reader": reader}
    context |= {"left": part.limit, "others": range(min(state.design.block, state.plan.readers))}
    return render(request, "readings/sitting.html", context | shown(state, part) | {"numbers": range(len(parts))})


def _number(request: HttpRequest, name: str, most: int) -> int:
    given = request.GET.get(name, "0")
    if not re.fullmatch(r"\d{1,6}", given) or int(given) >= most:
        raise Http404("There is no such reader.")
    return int(given)
