"""Choosing what is read: stretches of sources, and later what the works make of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from cohobate.archive.passages import Passage as Block
from cohobate.errors import Refused
from cohobate.practicum.reading.trial import Pair, Stretch, Trial
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper, models, texts
from cohobate.web.readings.access import parts_in, trial_for
from cohobate.web.readings.views import attempt, page
from cohobate.web.works import keeper as works
from cohobate.web.works.models import Part, Version, Work


@allowed("person", "GET", "POST")
def passages(request: HttpRequest, trial: str) -> HttpResponse:
    """The stretches of sources that items are about."""
    row = trial_for(request.person, trial, "lead", "examiner")
    trouble = _passage(request, row) if request.method == "POST" else ""
    if request.method == "POST" and not trouble:
        source = request.POST.get("source", "")
        return redirect(f"{request.path}?{urlencode({'source': source})}" if source else request.path)
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
        return redirect(f"{request.path}?{urlencode({'version': request.POST.get('version', '')})}")
    state = keeper.trials.state(row.pk)
    choices = _choices(request.person, state) if state.state in ("registered", "planned") else []
    chosen = _version_shown(request, state, dict(choices))
    context = page(row, state, parts_in(request.person, row)) | {
        "trouble": trouble,
        "trouble_at": request.POST.get("passage", ""),
        "choices": choices,
        "chosen": chosen,
        "blocks": _blocks(state, chosen),
        "pairs": [_shown(request, one, chosen) for one in state.passages.values()],
    }
    return render(request, "readings/texts.html", context, status=409 if trouble else 200)


def _version_shown(request: HttpRequest, state: Trial, choices: dict[str, str]) -> str:
    """The version whose blocks are shown, as work@digest: the one that is asked for, the one that was chosen last, or
    the first that there is; "" if there is none."""
    asked = request.POST.get("version") or request.GET.get("version", "")
    taken = [f"{one.version.of}@{one.version.digest}" for one in state.passages.values() if one.version]
    return next((one for one in (asked, *reversed(taken), *choices) if one in choices), "")


def _blocks(state: Trial, chosen: str) -> list[tuple[Block, str]]:
    """The blocks of a version, each with the passage that it is read for already."""
    work, _, digest = chosen.partition("@")
    if not chosen:
        return []
    read = {
        number: one.id
        for one in state.passages.values()
        if one.version and one.version.digest == digest
        for number in range(one.version.first, one.version.last + 1)
    }
    return [(block, read.get(block.number, "")) for block in texts.version_blocks(work, digest)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage with what is read for it, as the page has it."""

    pair: Pair
    html: SafeString | None
    label: str
    first: str
    """What stands in the fields. Where nothing was chosen it is nothing: no blocks are right for every passage."""
    last: str


def _shown(request: HttpRequest, pair: Pair, chosen: str) -> Shown:
    version, first, last = pair.version, "", ""
    if request.POST.get("passage") == pair.id:
        first, last = request.POST.get("first", ""), request.POST.get("last", "")
    elif version and f"{version.of}@{version.digest}" == chosen:
        first, last = str(version.first), str(version.last)
    label = _label(version)
    try:
        html = texts.version_html(version) if version else None
    except Refused:
        html, label = None, f"{label}: its text was taken out; choose another one"
    return Shown(pair, html, label, first, last)


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
        there = set(Version.objects.filter(work=row).exclude(text="").values_list("digest", flat=True))
        writes = row.pk == state.work or work.has(person.pk, "writer")
        for version in sorted(work.versions.values(), key=lambda one: -one.number)[:20]:
            published = version.digest == row.published
            if version.digest in there and (writes or published):
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
