"""A rehearsal: what a rule finds in the texts, before people are asked. It is no result, and is never registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cohobate.practicum.reader_test import ARMS, DISTILLATION, SOURCE
from cohobate.practicum.readers import REHEARSAL, Keyed, Passage, Row, rehearse
from cohobate.practicum.reading.trial import Trial
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper, texts
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.views import page


@dataclass(frozen=True, slots=True)
class Counted:
    """What the rule did in one arm."""

    arm: str
    right: int
    unanswered: int
    items: int


@allowed("person", "POST")
def rehearsal(request: HttpRequest, trial: str) -> HttpResponse:
    """Lets the rule read, and shows what it found. Nothing is kept."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    rows = rehearse(passages(state))
    missed = {one.item for one in rows if one.arm == DISTILLATION and not one.correct}
    context = page(row, state, parts_in(request.person, row)) | {
        "label": REHEARSAL,
        "counted": counted(rows),
        "missed": [state.items[id] for id in state.items if id in missed],
        "words": len(state.written),
    }
    return render(request, "readings/rehearsal.html", context)


def passages(state: Trial) -> list[Passage]:
    """The test as the rule reads it: what is answered by choosing, and the texts that there are."""
    found = []
    for pair in state.passages.values():
        read = {SOURCE: texts.source_plain(pair.source)}
        if pair.version:
            read[DISTILLATION] = texts.version_plain(pair.version)
        items = [
            Keyed(one.id, one.question, one.options, one.key, one.kind)
            for one in state.items_of(pair.id)
            if one.key is not None
        ]
        found.append(Passage(pair.id, read, tuple(items)))
    return found


def counted(rows: Sequence[Row]) -> list[Counted]:
    """The answers by arm."""
    found = []
    for arm in ARMS:
        here = [one for one in rows if one.arm == arm]
        if here:
            found.append(Counted(arm, sum(one.correct for one in here), sum(one.unanswered for one in here), len(here)))
    return found
