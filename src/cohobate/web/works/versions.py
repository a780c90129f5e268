"""The versions of a work: one of them, and what changed between two."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cohobate.errors import Refused
from cohobate.practicum.work import Version, Work
from cohobate.practicum.work.differences import difference, folded
from cohobate.practicum.work.publishing import page
from cohobate.web.people.access import allowed
from cohobate.web.words import cleaned
from cohobate.web.works import keeper, models
from cohobate.web.works.access import work_for


@allowed("person", "GET")
def versions(request: HttpRequest, work: str) -> HttpResponse:
    """All versions, the latest first, and the difference between any two."""
    row = work_for(request.person, work)
    state = keeper.work(row.pk)
    context = {"row": row, "work": state, "versions": list(state.versions.values())[::-1]} | about(state)
    context |= {"writes": state.has(request.person.pk, "writer"), "gone": taken_out(row.pk)}
    if "before" in request.GET or "after" in request.GET:
        before = find(state, request.GET.get("before", ""))
        after = find(state, request.GET.get("after", ""))
        context |= {"before": before, "after": after}
        try:
            texts = keeper.text_of(row.pk, before.digest), keeper.text_of(row.pk, after.digest)
            context["difference"] = folded(difference(*texts))
        except Refused as refused:
            context["refused"] = str(refused)
    return render(request, "works/versions.html", context)


@allowed("person", "GET")
def version(request: HttpRequest, work: str, digest: str) -> HttpResponse:
    """One version, as readers would see it and as it was written."""
    row = work_for(request.person, work)
    state = keeper.work(row.pk)
    found = find(state, digest)
    context = {"row": row, "work": state, "version": found, "writes": state.has(request.person.pk, "writer")}
    context |= {"reviews": state.has(request.person.pk, "reviewer")} | about(state)
    context["said"] = [(state.name_of(one.by), one) for one in state.reviews if one.digest == found.digest]
    try:
        text = keeper.text_of(row.pk, found.digest)
        shown = page(text, state.title)
        context |= {"text": text, "page": shown, "html": cleaned(shown.html)}
    except Refused as refused:
        context["refused"] = str(refused)
    return render(request, "works/version.html", context)


def about(state: Work) -> dict[str, object]:
    """What pages mark about versions: which is published, and which passed a milestone."""
    passed: dict[str, list[str]] = {}
    for which, (digest, _) in state.milestones.items():
        passed.setdefault(digest, []).append(which)
    return {"passed": passed, "public": state.published.digest if state.published else ""}


def find(state: Work, digest: str) -> Version:
    """The version whose digest begins so. Raises Http404."""
    for one in state.versions.values():
        if len(digest) >= 12 and one.digest.startswith(digest):
            return one
    raise Http404("There is no such version of this work.")


def taken_out(id: str) -> set[str]:
    """The digests of versions whose texts were taken out."""
    return set(models.Version.objects.filter(work=id, text="").values_list("digest", flat=True))
