"""The ledger as a page and as a file: what was registered, in which order, and whether the chain is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cohobate.practicum.reading.verifying import verified
from cohobate.web.people.access import allowed
from cohobate.web.works.models import Registered
from cohobate.web.works.register import entry_in, lines

CALLED = {"digest": "text", "said": "act"}
"""What a hash is of, by its name in an entry."""
A_PAGE = 100
"""Entries that are shown at once."""


@allowed("person", "GET")
def ledger(request: HttpRequest) -> HttpResponse:
    """The entries, the latest first."""
    given = request.GET.get("before", "")
    rows = Registered.objects.order_by("-index")
    last = rows.first()
    if re.fullmatch(r"\d{1,9}", given):
        rows = rows.filter(index__lt=int(given))
    shown = list(rows[:A_PAGE])
    context = {
        "entries": [(row, list(holds(row))) for row in shown],
        "last": last,
        "count": last.index + 1 if last else 0,
        "earlier": shown[-1].index if shown and shown[-1].index else None,
        "checked": "check" in request.GET,
    }
    if last and context["checked"]:
        context["problems"] = [str(one) for one in verified(b"".join(lines()))]
    return render(request, "works/ledger.html", context)


def holds(row: Registered) -> Iterator[tuple[str, str]]:
    """The hashes that an entry holds, each with what it is of, as other pages show them."""
    for name, value in entry_in(row).data.items():
        if isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value):
            yield CALLED.get(name, name), value


@allowed("person", "GET")
def file(request: HttpRequest) -> HttpResponse:
    """The whole ledger, an entry a line."""
    response = HttpResponse(b"".join(lines()), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ledger.jsonl"'
    return response
