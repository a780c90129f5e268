"""Writing items: one form each, or many at once from a table that is pasted."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.practicum.reader_test import KINDS
from cohobate.practicum.reading.pasted import pasted
from cohobate.practicum.reading.trial import Trial
from cohobate.practicum.reading.trial_acts import OPTIONS
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper, models, texts
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.views import attempt, page
from cohobate.web.words import counted

NAMES = ("id", "item", "passage", "kind", "form", "question", "key", "rubric")
NAMES += tuple(f"option{number}" for number in range(1, OPTIONS[1] + 1))  # type: ignore[assignment]


@allowed("person", "GET", "POST")
def items(request: HttpRequest, trial: str) -> HttpResponse:
    """The items of a test, with their keys, and a form for another one."""
    row = trial_for(request.person, trial, "lead", "examiner")
    trouble, wrong = "", []
    if request.method == "POST":
        if "pasted" in request.POST:
            wrong = _pasted(request, row)
        elif request.POST.get("kind_of_act") == "unitem":
            trouble = attempt(row, request.person, "unitem", {"item": request.POST.get("item", "")})
        else:
            before = set(keeper.trials.state(row.pk).items)
            trouble = attempt(row, request.person, "item", {name: request.POST.get(name, "") for name in NAMES})
            _tell_doubled(request, row, before)
        if not trouble and not wrong:
            chosen = {name: request.POST.get(name, "") for name in ("passage", "kind", "form")}
            return redirect(f"{request.path}?{urlencode({name: one for name, one in chosen.items() if one})}")
    state = keeper.trials.state(row.pk)
    context = page(row, state, parts_in(request.person, row)) | {
        "trouble": trouble,
        "wrong": wrong,
        "by_passage": [(one, state.items_of(one.id), texts.source_html(one.source)) for one in state.passages.values()],
        "kinds": KINDS,
        "given": _given(request, state),
        "numbers": range(1, OPTIONS[1] + 1),
        "draft": f"cohobate.draft.{row.pk}.{request.person.pk}.item",
    }
    return render(request, "readings/items.html", context, status=409 if trouble or wrong else 200)


def _tell_doubled(request: HttpRequest, row: models.Trial, before: set[str]) -> None:
    """Says which new items ask what another one of their passage asks: it may be meant, or sent twice."""
    items = keeper.trials.state(row.pk).items.values()
    asked = Counter((one.passage, one.question.casefold()) for one in items)
    new = [one for one in items if one.id not in before]
    twice = dict.fromkeys(one.question for one in new if asked[one.passage, one.question.casefold()] > 1)
    for question in twice:
        messages.warning(request, f"“{question[:60]}” is asked twice now; take one off if it came in by mistake.")


def _given(request: HttpRequest, state: Trial) -> dict[str, object]:
    """What the form begins with: what was sent and refused, an item that is to be changed, or nothing."""
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in NAMES}
        options = [given.get(f"option{number}", "") for number in range(1, OPTIONS[1] + 1)]
        return given | {"options": options, "pasted": request.POST.get("pasted", "")}
    found = state.items.get(request.GET.get("item", ""))
    if found is None:
        begun = {"passage": "", "form": "choice", "kind": KINDS[0]}
        return {name: request.GET.get(name, usual) for name, usual in begun.items()} | {"options": [""] * OPTIONS[1]}
    options = [*found.options, *[""] * (OPTIONS[1] - len(found.options))]
    key = "" if found.key is None else str(found.key + 1)
    return {**found.to_dict(), "item": found.id, "options": options, "key": key}


def _pasted(request: HttpRequest, row: models.Trial) -> list[str]:
    """Takes in all items of a pasted table, or none, and says what is wrong with it."""
    state = keeper.trials.state(row.pk)
    found, wrong = pasted(request.POST["pasted"], request.POST.get("passage", ""), list(state.passages))
    if wrong:
        return wrong
    done, before = 0, set(state.items)
    for line, fields in found:
        if trouble := attempt(row, request.person, "item", fields):
            in_ = f" The {done} before it are in; take them off your table." if done else ""
            return [f"Line {line}: {trouble[:1].lower()}{trouble[1:]}{in_}"]
        done += 1
    messages.success(request, f"{counted(done, 'item')} taken over.")
    _tell_doubled(request, row, before)
    return []
