"""Texts that the editor held once: to look at beside the one that is there, and to take back."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.practicum.work.differences import difference, folded
from cohobate.web.people.access import allowed
from cohobate.web.slugs import slug
from cohobate.web.works import drafts, keeper, revisions
from cohobate.web.works.access import work_for
from cohobate.web.works.models import Earlier

A_PAGE: Final = 50
"""Texts that are listed at once."""


@allowed("person", "GET")
def earlier(request: HttpRequest, work: str) -> HttpResponse:
    """The list of them, for a part of the editor's page."""
    row = work_for(request.person, work, "writer")
    context = {"row": row, "work": keeper.work(row.pk), "earlier": page_of(row.pk, request.GET.get("page"))}
    return render(request, "works/_earlier.html", context)


def page_of(work: str, number: str | None = None) -> Page[Earlier]:
    """A page of the list, and the first one if there is none of that number."""
    return Paginator(drafts.earlier(work), A_PAGE).get_page(number)


@allowed("person", "GET", "POST")
def one(request: HttpRequest, work: str, earlier: int) -> HttpResponse:
    """One of them, listed or not, and what changed since; sent back, it becomes the draft again."""
    row = work_for(request.person, work, "writer")
    found = Earlier.objects.select_related("by").filter(work=row, pk=earlier).first()
    if found is None:
        raise Http404("There is no such earlier text.")
    text = revisions.text_of(found)
    if request.method == "POST":
        given = request.POST.get("revision", "")
        revision = int(given) if given.isdecimal() and len(given) < 10 else -1
        saved = drafts.save(row.pk, request.person, text, revision, slug())
        if isinstance(saved, drafts.Conflict):
            raise Refused("somebody saved the draft meanwhile; look at it first, and then take this text back")
        messages.success(request, "The earlier text is the draft again. What was there before it is kept here, too.")
        return redirect("edit-work", row.pk)
    draft = drafts.draft_of(row.pk)
    before, after = revisions.beside(found)
    context = {
        "row": row,
        "found": found,
        "text": text,
        "before": before,
        "after": after,
        "draft": draft,
        "sides": folded(difference(text, draft.text)),
    }
    return render(request, "works/earlier.html", context)
