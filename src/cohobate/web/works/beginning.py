"""Beginning a work: first what it distils, from the shelf or from nothing yet; then what it is to be."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.practicum.work.acts import MOST_SOURCES
from cohobate.practicum.work.kinds import shipped, umbrella
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.sources.models import Source, standing
from cohobate.web.works import keeper
from cohobate.web.works.access import work_for
from cohobate.web.works.models import Fulfilment, Wish, Work
from cohobate.web.works.shown import sources_of

MOST_FOUND = 25
"""Sources that a search shows."""


@allowed("person", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Begins a work."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = list(standing().filter(pk__in=given.getlist("source")[:MOST_SOURCES]))
    wish = Wish.objects.filter(pk=given.get("wish", "")).first()
    if request.method != "POST" and "go" not in given:
        context = {"chosen": chosen, "found": search(given.get("q", ""), chosen), "q": given.get("q", ""), "wish": wish}
        return render(request, "works/new_sources.html", context)
    trouble, status = "", 200
    if request.method == "POST":
        try:
            return redirect("work", _begun(request.person, given, chosen, wish).pk)
        except Refused as refused:
            trouble, status = sentence_of(refused), 409
    context = {
        "chosen": chosen,
        "wish": wish,
        "kinds": shipped(),
        "umbrella": umbrella(),
        "typed": given,
        "title": given.get("title", "") or (wish.title if wish else ""),
        "trouble": trouble,
    }
    return render(request, "works/new.html", context, status=status)


@transaction.atomic
def _begun(person: Person, given: Any, chosen: list[Source], wish: Wish | None) -> Work:
    fields = {name: given.get(name, "") for name in ("title", "name", "definition", "is_one", "is_not", "confidence")}
    sources = "\n".join(f"{one.pk}@{one.latest_id}" for one in chosen)
    row = keeper.begin(person, given.get("id", ""), kind=given.get("which", ""), sources=sources, **fields)
    if wish is not None:
        Fulfilment.objects.get_or_create(wish=wish, work=row, by=person)
    return row


@allowed("person", "GET")
def sources(request: HttpRequest, work: str) -> HttpResponse:
    """What a work distils, and what else it could."""
    row = work_for(request.person, work)
    state = keeper.work(row.pk)
    shown = sources_of(state)
    there = [one.id for one in shown]
    q = request.GET.get("q", "")
    context = {
        "row": row,
        "work": state,
        "sources": shown,
        "writes": state.has(request.person.pk, "writer"),
        "found": [one for one in search(q, []) if one.pk not in there],
        "q": q,
    }
    return render(request, "works/sources.html", context)


def search(q: str, chosen: list[Source]) -> QuerySet[Source]:
    """What stands on the shelf with all these words in its title, author or name; without words, what came last."""
    found = standing().filter(type__in=("source", "claim", "other")).exclude(pk__in=[one.pk for one in chosen])
    for word in q.split()[:8]:
        found = found.filter(Q(title__icontains=word) | Q(author__icontains=word) | Q(name__icontains=word))
    return found.order_by("-imported_at", "pk")[:MOST_FOUND]
