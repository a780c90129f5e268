"""A rehearsal: what a rule finds in the texts, before people are asked. It is no result, and is never registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cohobate.practicum.reader_test import DISTILLATION, SOURCE
from cohobate.practicum.readers import (
    REHEARSAL,
    Keyed,
    Passage,
    Question,
    Row,
    guessing,
    looks,
    rehearse,
    rule_reader,
)
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


@dataclass(frozen=True, slots=True)
class Missed:
    """An item that the rule did not get right from the page, or from the source where there is no page yet."""

    question: str
    kind: str
    read: str
    """What it read: the source or the distillation."""
    took: str
    """The option that it took; "" if it could not tell."""
    sentence: str
    """Where it looked; "" if nowhere."""
    in_source: str
    """The source's sentence from which it got the item right; "" if it did not, or there is no page yet."""


@allowed("person", "POST")
def rehearsal(request: HttpRequest, trial: str) -> HttpResponse:
    """Lets the rule read, and shows what it found. Nothing is kept."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    read = passages(state)
    missing = [one for passage in read for one in missed(passage)]
    items = [item for passage in read for item in passage.items]
    guessed = guessing(rule_reader())([Question(one.question, one.options) for one in items])
    context = page(row, state, parts_in(request.person, row)) | {
        "label": REHEARSAL,
        "counted": counted(rehearse(read)),
        "lost": [one for one in missing if one.in_source],
        "missed": [one for one in missing if not one.in_source],
        "items": len(items),
        "longest": sum(answer == one.key for answer, one in zip(guessed, items, strict=True)),
        "chance": sum(1 / len(one.options) for one in items),
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


def missed(passage: Passage) -> list[Missed]:
    """What the rule did not get right from the page, and where it looked."""
    looked = {
        arm: looks([Question(one.question, one.options, text) for one in passage.items])
        for arm, text in passage.texts.items()
    }
    read = DISTILLATION if DISTILLATION in looked else SOURCE
    found = []
    for item, look, other in zip(passage.items, looked[read], looked[SOURCE], strict=True):
        if look.answer != item.key:
            found.append(
                Missed(
                    item.question,
                    item.kind,
                    read,
                    item.options[look.answer] if isinstance(look.answer, int) else "",
                    look.sentence,
                    other.sentence if other.answer == item.key else "",
                )
            )
    return found


def counted(rows: Sequence[Row]) -> list[Counted]:
    """The answers by arm. Without a text the rule never answers, so that says nothing."""
    found = []
    for arm in (SOURCE, DISTILLATION):
        here = [one for one in rows if one.arm == arm]
        if here:
            found.append(Counted(arm, sum(one.correct for one in here), sum(one.unanswered for one in here), len(here)))
    return found
