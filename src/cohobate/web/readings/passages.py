"""Choosing what is read: stretches of sources, and later what the works make of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from cohobate.errors import Refused
from cohobate.practicum.reading.trial import Stretch, Trial
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper, models, texts
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.views import attempt, page
from cohobate.web.works import keeper as works
from cohobate.web.works.models import Part, Work


@allowed("person", "GET", "POST")
def passages(request: HttpRequest, trial: str) -> HttpResponse:
    """The stretches of sources that items are about."""
    row = trial_for(request.person, trial, "lead", "examiner")
    trouble = _passage(request, row) if request.method == "POST" else ""
    if request.method == "POST" and not trouble:
        return redirect("trial-passages", row.pk)
    state = keeper.trials.state(row.pk)
    chosen = request.POST.get("source") or request.GET.get("source", "")
    context = page(row, state, parts_in(request.person, row)) | {"trouble": trouble, "chosen": chosen}
    if state.state == "writing":
        own = {one.source for one in works.work(row.work_id).sources}
        context |= {"sources": sorted(texts.sources(), key=lambda one: one.pk not in own), "first_choice": own}
        if chosen:
            source = texts.source_named(chosen)
            context |= {"source": source, "blocks": texts.source_blocks(source.latest_id), "given": request.POST}
    context["pairs"] = [
        (one, len(state.items_of(one.id)), texts.source_html(one.source)) for one in state.passages.values()
    ]
    return render(request, "readings/passages.html", context, status=409 if trouble else 200)


def _passage(request: HttpRequest, row: models.Trial) -> str:
    names = ("id", "passage", "title", "source", "first", "last", "gone")
    given = {name: request.POST.get(name, "") for name in names}
    if not given["gone"]:
        try:
            source = texts.source_named(given["source"])
            blocks = texts.source_blocks(source.latest_id)
        except Refused as refused:
            return sentence_of(refused)
        given |= {"digest": source.latest_id, "blocks": str(len(blocks))}
        given["title"] = given["title"] or source.title[:200]
    return attempt(row, request.person, "passage", given)


@allowed("person", "GET", "POST")
def versions(request: HttpRequest, trial: str) -> HttpResponse:
    """Which version of which work is read for each passage, and which stretch of it."""
    row = trial_for(request.person, trial, "lead")
    trouble = _text(request, row) if request.method == "POST" else ""
    if request.method == "POST" and not trouble:
        return redirect("trial-texts", row.pk)
    state = keeper.trials.state(row.pk)
    context = page(row, state, parts_in(request.person, row)) | {
        "trouble": trouble,
        "trouble_at": request.POST.get("passage", ""),
        "given": request.POST,
        "choices": _choices(request.person, state),
        "pairs": [(one, _read_as(one.version), _label(one.version)) for one in state.passages.values()],
    }
    return render(request, "readings/texts.html", context, status=409 if trouble else 200)


def _read_as(version: Stretch | None) -> SafeString | None:
    return texts.version_html(version) if version else None


def _label(version: Stretch | None) -> str:
    if version is None:
        return ""
    work = works.work(version.of)
    number = work.versions[version.digest].number
    return f"version {number} of “{work.title}”, blocks {version.first} to {version.last}"


def _choices(person: Person, state: Trial) -> list[tuple[str, str]]:
    """Versions that can be read: of the test's own work, of works that this person writes, and what is published; the
    latest first."""
    mine = Part.objects.filter(person=person, role="writer").values("work")
    rows = Work.objects.filter(pk__in=mine) | Work.objects.exclude(published="") | Work.objects.filter(pk=state.work)
    found = []
    for row in sorted(rows.distinct()[:100], key=lambda one: one.pk != state.work):
        work = works.work(row.pk)
        writes = row.pk == state.work or work.has(person.pk, "writer")
        for version in sorted(work.versions.values(), key=lambda one: -one.number)[:20]:
            published = version.digest == row.published
            if writes or published:
                told = f"{work.title}, version {version.number}{' (published)' if published else ''}"
                found.append((f"{row.pk}@{version.digest}", told))
    return found


def _text(request: HttpRequest, row: models.Trial) -> str:
    work, _, digest = request.POST.get("version", "").partition("@")
    state = keeper.trials.state(row.pk)
    if f"{work}@{digest}" not in dict(_choices(request.person, state)):
        return "Choose a version that is there; keep the draft as a version first."
    given = {name: request.POST.get(name, "") for name in ("id", "passage", "first", "last")}
    given |= {"work": work, "digest": digest, "blocks": str(len(texts.version_blocks(work, digest)))}
    return attempt(row, request.person, "text", given)
