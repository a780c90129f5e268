"""A reader's own pages: what comes next, a text with its items, and the end.

A page is made from the reader's own sitting and from nothing else: the part that is under way, its text, its items
without their keys. What is not under way is not in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache

from cohobate.errors import Refused
from cohobate.practicum.acts import Act, clean
from cohobate.practicum.reader_test import DISTILLATION, NO_TEXT, SOURCE
from cohobate.practicum.reading.sitting import UNSURE, Given, Part, Sitting
from cohobate.practicum.reading.trial import Trial
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper, models, texts
from cohobate.web.readings.access import NONE, somebody_else
from cohobate.web.slugs import slug


@dataclass(frozen=True, slots=True)
class Asked:
    """An item, as a reader sees it."""

    id: str
    number: int
    question: str
    options: list[tuple[str, str]]
    """What a form sends, and what is written there."""
    given: Given | None

    @property
    def sent(self) -> str:
        """What was chosen, as a form has it."""
        return self.given.as_sent if self.given else ""


def own(request: HttpRequest, trial: str) -> models.Sitting:
    """The reader's own sitting. Raises Http404 for whoever has none."""
    found = models.Sitting.objects.select_related("trial").filter(trial_id=trial, person=request.person).first()
    if found is None:
        raise Http404(NONE)
    return found


@allowed("person", "GET")
@never_cache
def sitting(request: HttpRequest, trial: str) -> HttpResponse:
    """Where the reader is."""
    row = own(request, trial)
    state, of = keeper.sittings.state(row.pk), keeper.trials.state(row.trial_id)
    now = keeper.sittings.clock()
    context: dict[str, Any] = {"row": row, "trial": of, "sitting": state, "total": 1 + len(of.passages)}
    part = state.current
    if state.stopped or state.done or of.state != "open":
        context |= {"over": of.state != "open" and not state.stopped and not state.done}
        return render(request, "readings/thanks.html", context)
    if part is None:
        return render(request, "readings/between.html", context | _coming(of, state))
    if now >= part.deadline:
        return render(request, "readings/time.html", context | {"part": part})
    return render(request, "readings/sitting.html", context | shown(of, part) | {"left": part.left(now)})


def _coming(trial: Trial, sitting: Sitting) -> dict[str, Any]:
    """What is said of the part that comes next, also where it is not dealt yet."""
    part, plan = sitting.coming, trial.plan
    if part is not None:
        return {"number": part.number, "reads": bool(part.passage), "asked": str(len(part.items)), "limit": part.limit}
    assert plan is not None
    halves = {sum(len(of[form]) for of in trial.design.forms.values()) for form in "AB"}
    asked = " or ".join(str(one) for one in sorted(halves))
    return {"number": 0, "reads": False, "asked": asked, "limit": 60 * plan.minutes_without}


def shown(trial: Trial, part: Part) -> dict[str, Any]:
    """What a page has of a part that is under way."""
    return {
        "part": part,
        "title": trial.passages[part.passage].title if part.passage else "",
        "text": text_of(trial, part.arm, part.passage),
        "items": asked(trial, part),
    }


def text_of(trial: Trial, arm: str, passage: str | None) -> SafeString | None:
    """The text that is read in an arm; None where there is none."""
    if passage is None or arm == NO_TEXT:
        return None
    pair = trial.passages[passage]
    if arm == SOURCE:
        return texts.source_html(pair.source)
    assert arm == DISTILLATION
    assert pair.version is not None
    return texts.version_html(pair.version)


def asked(trial: Trial, part: Part) -> list[Asked]:
    """The items of a part, without what nobody is to see."""
    return [
        Asked(
            id=id,
            number=number,
            question=trial.items[id].question,
            options=[(str(place), option) for place, option in enumerate(trial.items[id].options)],
            given=part.given.get(id),
        )
        for number, id in enumerate(part.items, start=1)
    ]


@allowed("person", "POST")
def answer(request: HttpRequest, trial: str) -> HttpResponse:
    """One answer from a script, or all that stand in the form of a page without one."""
    if (elsewhere := somebody_else(request)) is not None:
        return elsewhere
    row = own(request, trial)
    if "item" in request.POST:
        return _one(request, row)
    state = keeper.sittings.state(row.pk)
    number = request.POST.get("part", "")
    part = state.parts[int(number)] if re.fullmatch(r"\d{1,2}", number) and int(number) < len(state.parts) else None
    late = 0
    for item, options in part.items.items() if part else ():
        fields = _in_form(request, item, options)
        if fields is None or not _differs(part, item, fields):
            continue
        event, _ = keeper.do(row, request.person, Act(slug(), "answer", {"part": number, "item": item, **fields}))
        late += _late(keeper.sittings.state(row.pk), event.data["part"], event.at)
    if late:
        messages.warning(request, LATE)
    if request.POST.get("do") == "finish" and part is not None and part.running:
        keeper.do(row, request.person, Act(slug(), "finish", {"part": number, "why": request.POST.get("why", "")}))
    return redirect("sitting", row.trial_id)


LATE = "Some of this came after the time was up. It is kept, and does not count."


def _in_form(request: HttpRequest, item: str, options: int) -> dict[str, str] | None:
    """What stands in a form for an item; None if nothing does."""
    choice, text = request.POST.get(f"item-{item}"), request.POST.get(f"text-{item}")
    if options or choice == UNSURE:
        return None if choice is None else {"choice": choice}
    return None if text is None else {"text": clean(text).strip()}


def _differs(part: Part | None, item: str, fields: dict[str, str]) -> bool:
    given = part.given.get(item) if part else None
    if "text" in fields:
        return fields["text"] != (given.text if given else "") or bool(given and given.unsure)
    return fields["choice"] != (given.as_sent if given else "")


def _one(request: HttpRequest, row: models.Sitting) -> HttpResponse:
    fields = {name: request.POST.get(name, "") for name in ("part", "item", "choice", "text")}
    try:
        event, before = keeper.do(row, request.person, Act(request.POST.get("id", ""), "answer", fields))
    except Refused as refused:
        return JsonResponse({"ok": False, "sentence": sentence_of(refused)}, status=409)
    late = _late(keeper.sittings.state(row.pk), event.data["part"], event.at)
    return JsonResponse({"ok": True, "doubled": before, "late": late, "sequence": event.sequence})


def _late(state: Sitting, part: int, at: float) -> bool:
    """Whether something that was given then came too late."""
    return any(one.at == at for one in state.parts[part].late.values())


GOES = {"start", "finish", "stop"}


@allowed("person", "POST")
def go(request: HttpRequest, trial: str) -> HttpResponse:
    """Starts a part, ends one, or stops."""
    if (elsewhere := somebody_else(request)) is not None:
        return elsewhere
    row = own(request, trial)
    kind = request.POST.get("kind", "")
    if kind not in GOES:
        raise Refused("that is nothing that one does here; reload the page")
    fields = {name: request.POST.get(name, "") for name in ("part", "why")}
    try:
        keeper.do(row, request.person, Act(request.POST.get("id") or slug(), kind, fields))
    except Refused as refused:
        # A second click, or another tab: where the reader is now is what they want to see.
        messages.warning(request, sentence_of(refused))
    return redirect("sitting", row.trial_id)


@allowed("person", "GET", "POST")
@never_cache
def mine(request: HttpRequest, trial: str) -> HttpResponse:
    """What a reader said, and how they take it out."""
    if (elsewhere := somebody_else(request)) is not None:
        return elsewhere
    row = own(request, trial)
    if request.method == "POST":
        keeper.take_out(row, request.person)
        messages.success(request, "Your answers are out: they count in no result that is made from now on.")
        return redirect("sitting-own", row.trial_id)
    state, of = keeper.sittings.state(row.pk), keeper.trials.state(row.trial_id)
    said = [
        (of.items[item].question, given.text)
        for part in state.parts
        for item, given in {**part.late, **part.given}.items()
        if given.text
    ]
    context = {"row": row, "trial": of, "sitting": state, "said": said, "counted": state.answers}
    return render(request, "readings/own.html", context)
