"""The published page of a work: for anybody who has its link, to read, print and keep."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify

from cohobate.practicum.work import Work
from cohobate.practicum.work.parts import Published
from cohobate.practicum.work.publishing import Page, as_file, page
from cohobate.web.edge import problem
from cohobate.web.people.access import allowed
from cohobate.web.words import cleaned
from cohobate.web.works import credits, keeper, models, seams
from cohobate.web.works.access import sees
from cohobate.web.works.shown import by_line, kind_of, sources_of


@allowed("anybody", "GET")
def published(request: HttpRequest, work: str) -> HttpResponse:
    """What readers see."""
    found = _find(work)
    if found is None:
        return _withdrawn(request)
    state, version, shown = found
    context = {
        "id": work,
        "work": state,
        "page": shown,
        "html": cleaned(shown.html),
        "by": by_line(state),
        "kind": kind_of(state),
        "published": version,
        "sources": sources_of(state),
        "credit": credits.sentences(work, state),
        "outcomes": [one for one in seams.outcomes_of(work) if one.digest in ("", version.digest)],
        "inside": request.person is not None and sees(request.person, work),
    }
    return render(request, "works/published.html", context)


@allowed("anybody", "GET")
def markdown_file(request: HttpRequest, work: str) -> HttpResponse:
    """The same as Markdown."""
    found = _find(work)
    if found is None:
        return _withdrawn(request)
    return _file(found[2].markdown, "text/markdown; charset=utf-8", found[2], "md")


@allowed("anybody", "GET")
def html_file(request: HttpRequest, work: str) -> HttpResponse:
    """The same as one HTML file that needs nothing else."""
    found = _find(work)
    if found is None:
        return _withdrawn(request)
    state, version, shown = found
    notes = [
        *(f"It distils: {_source(one)}" for one in sources_of(state)),
        *credits.sentences(work, state),
        f"Version {state.versions[version.digest].number}, SHA-256 {version.digest}. "
        f"{settings.SITE_URL}{reverse('published', args=[work])}",
    ]
    text = as_file(shown.title, cleaned(shown.html), f"By {by_line(state)}", notes)
    return _file(text, "text/html; charset=utf-8", shown, "html")


def _source(one: Any) -> str:
    by = f", by {one.author}" if one.author else ""
    return f"{one.title}{by}{f' ({one.url})' if one.url else ''}."


def _find(id: str) -> tuple[Work, Published, Page] | None:
    """A work, what of it is published, and the page; None if it was withdrawn. Raises Http404 if nothing ever was."""
    state = keeper.work(id) if models.Work.objects.filter(pk=id).exists() else Work()
    if not state.publications:
        raise Http404("There is no such page.")
    version = state.published
    if version is None:
        return None
    return state, version, page(keeper.text_of(id, version.digest), state.title)


def _withdrawn(request: HttpRequest) -> HttpResponse:
    sentence = "This page was withdrawn by those who wrote it."
    return problem(request, 410, sentence, "Ask whoever gave you the link.")


def _file(text: str, kind: str, page: Page, ending: str) -> HttpResponse:
    name = f"{slugify(page.title)[:60] or 'page'}.{ending}"
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
