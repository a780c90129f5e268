"""The sources of a work beside its draft, passage by passage, each with what cites it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from cohobate.web.people.access import allowed
from cohobate.web.sources.models import Text
from cohobate.web.sources.reading import shown
from cohobate.web.works import keeper
from cohobate.web.works.access import work_for
from cohobate.web.works.shown import SourceShown, sources_of

A_PAGE = 60
"""Passages that are shown at once."""
LONGEST = 60
"""Characters of a source's title in a citation."""


@dataclass(frozen=True, slots=True)
class Citable:
    """A passage of a source."""

    number: int
    html: SafeString
    address: str
    """Of the passage, in the version that the work is on."""
    citation: str
    """As Markdown."""


@allowed("person", "GET")
def cite(request: HttpRequest, work: str) -> HttpResponse:
    """The passages of one of the sources; `find` leaves those that have all of its words."""
    row = work_for(request.person, work)
    sources = [one for one in sources_of(keeper.work(row.pk)) if one.digest]
    chosen = next((one for one in sources if one.id == request.GET.get("source")), sources[0] if sources else None)
    sought = request.GET.get("find", "").strip()[:200]
    text = Text.objects.filter(pk=chosen.digest).first() if chosen else None
    found = _citable(chosen, text, sought) if chosen and text else []
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"row": row, "sources": sources, "chosen": chosen, "sought": sought, "page": page, "here": text}
    return render(request, "works/_cite.html" if "part" in request.GET else "works/cite.html", context)


def _citable(source: SourceShown, text: Text, sought: str) -> list[Citable]:
    # A source that is gone, or has another text by now, is cited in the version that the work is on.
    current = not source.gone and not source.changed
    where = reverse("source", args=[source.id]) if current else reverse("source-version", args=[source.id, text.pk])
    title = source.title if len(source.title) <= LONGEST else f"{source.title[: LONGEST - 1].rstrip()}…"
    title = title.replace("[", "(").replace("]", ")")
    words = sought.casefold().split()
    found = []
    for one in shown(text):
        said = strip_tags(one.html).casefold() if words else ""
        if all(word in said for word in words):
            address = f"{where}#p{one.number}"
            found.append(Citable(one.number, one.html, address, f"[{title}, {one.number}]({address})"))
    return found
