"""The pages of the shelf: all that stands on it, one source or claim, and bringing something in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cohobate.archive.claims import Evidence, sides
from cohobate.archive.diagnostics import Problem
from cohobate.archive.links import Followed, links_in
from cohobate.archive.record import Record, read_record
from cohobate.archive.together import link_problem
from cohobate.archive.vocabulary import CONFIDENCES, STATUSES
from cohobate.archive.writing import file_name, new_source
from cohobate.errors import WrongUse
from cohobate.web.edge import problem, sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.sources.importing import Outcome, bring_in
from cohobate.web.sources.models import Source, Version, standing
from cohobate.web.sources.reading import Shown, shown
from cohobate.web.sources.shelf import follow, mentions, record_of

A_PAGE = 50
"""Sources in one page of the list."""
TYPES = {"source": "Sources", "claim": "Claims", "map": "Maps", "other": "Others"}
ORDERS = {
    "latest": ("Latest first", ["-imported_at", "title", "id"]),
    "title": ("By title", ["title", "id"]),
    "date": ("By date", ["-date", "title", "id"]),
    "odd": ("Oddest first", ["-problems", "title", "id"]),
}


# --- the list -------------------------------------------------------------------------------------------------------


@allowed("person", "GET")
def sources(request: HttpRequest) -> HttpResponse:
    """All that stands on the shelf, or what of it was asked for, in pages."""
    asked = {name: request.GET.get(name, "").strip() for name in ("type", "status", "words", "order")}
    gone = asked["type"] == "gone"
    rows = Source.objects.filter(gone_at__isnull=False) if gone else standing()
    words = asked["words"].split()[:10]
    rows = _matching(rows, words)
    if asked["status"] in STATUSES:
        rows = rows.filter(status=asked["status"])
    elif asked["status"] in CONFIDENCES:
        rows = rows.filter(confidence=asked["status"])
    counts = dict(rows.order_by().values_list("type").annotate(Count("pk")))
    if asked["type"] in TYPES:
        rows = rows.filter(type=asked["type"])
    order = asked["order"] if asked["order"] in ORDERS else next(iter(ORDERS))
    page = Paginator(rows.defer("latest").select_related("by").order_by(*ORDERS[order][1]), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "asked": asked | {"order": order},
        "tabs": [("", "All", sum(counts.values())), *((one, name, counts.get(one, 0)) for one, name in TYPES.items())],
        "gone": Source.objects.filter(gone_at__isnull=False).count(),
        "orders": [(name, label) for name, (label, _) in ORDERS.items()],
        "statuses": STATUSES,
        "confidences": CONFIDENCES,
        "rest": _rest(request, "page"),
        "untyped": _rest(request, "page", "type"),
        "narrowed": bool(words or asked["status"]),
        "any": Source.objects.exists(),
    }
    return render(request, "sources/sources.html", context)


def _matching(rows: QuerySet[Source], words: list[str]) -> QuerySet[Source]:
    for word in words:
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(name__icontains=word)
            | Q(author__icontains=word)
            | Q(latest__text__icontains=word)
        )
    return rows


def _rest(request: HttpRequest, *without: str) -> str:
    """The query of this page's address without some of it, to be gone on with."""
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return f"{query.urlencode()}&" if query else ""


# --- one of them ----------------------------------------------------------------------------------------------------


@allowed("person", "GET")
def source(request: HttpRequest, source: str, digest: str = "") -> HttpResponse:
    """One source or claim: what is known of it, its text in passages, and what leads to it and from it."""
    row = _source(source)
    version = _version(row, digest)
    record = record_of(row, version.text)
    led = follow(link.target for link in record.links)
    passages = shown(version.text)
    once = bool(request.GET.get("once"))
    context = {
        "source": row,
        "record": record,
        "version": version,
        "web": record.url.lower().startswith(("http://", "https://")),
        "current": version.text_id == row.latest_id,
        "versions": row.versions.select_related("by"),
        "front": "".join(block.text for block in record.document.blocks).strip("\r\n"),
        "problems": _problems(record, led, passages),
        "listed": [
            (title, _leading(record, led, kind))
            for kind, title in (("claims_extracted", "Claims taken from it"), ("enrichments", "Claims it was added to"))
        ],
        "links": _leading(record, led, "text") + _leading(record, led, "related"),
        "mentions": mentions(row),
        "evidence": [(side, _named(sides(record.evidence, side))) for side in ("for", "against")],
        "passages": [one for one in passages if not (once and one.again)],
        "again": sum(one.again for one in passages),
        "once": once,
        "sees_to": sees_to(request.person, row),
    }
    return render(request, "sources/source.html", context)


@allowed("person", "GET")
def file(request: HttpRequest, source: str, digest: str) -> HttpResponse:
    """The file itself, to the last byte."""
    row = _source(source)
    version = _version(row, digest)
    response = HttpResponse(version.text.content, content_type="application/octet-stream")
    name = re.sub(r'[\x00-\x1f\x7f/\\"]', "_", row.path.rsplit("/", 1)[-1])
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    whole = quote(name.encode("utf-8", "replace"))
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"
    return response


@allowed("person", "POST")
def gone(request: HttpRequest, source: str) -> HttpResponse:
    """Takes a source off the shelf, or puts it back. Whatever is pinned to a version of it keeps that."""
    row = _source(source)
    if not sees_to(request.person, row):
        return problem(request, 403, "Only who brought this in, or the owner, can take it off the shelf.")
    row.gone_at = None if row.gone_at else timezone.now()
    row.save(update_fields=["gone_at"])
    what = "is off the shelf. Works on it keep their text" if row.gone_at else "is on the shelf again"
    messages.success(request, f"“{_short(row.title)}” {what}.")
    return redirect("source", row.pk)


def sees_to(person: Person, row: Source) -> bool:
    """Whether somebody may take a source off the shelf: who brought it in, and the owner."""
    return person.is_owner or (row.by_id is not None and row.by_id == person.pk)


def _source(id: str) -> Source:
    row = Source.objects.select_related("latest", "by").filter(pk=id).first()
    if row is None:
        raise Http404("There is no such source.")
    return row


def _version(row: Source, digest: str) -> Version:
    wanted = digest or row.latest_id
    found = row.versions.select_related("text", "by").filter(text__digest__startswith=wanted).first()
    if found is None or len(wanted) < 12:
        raise Http404("There is no such version of this source.")
    return found


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem on a page."""

    problem: Problem
    passage: int | None
    """The number of the passage that it is about; None for what stands above the text."""


def _problems(record: Record, led: Mapping[str, Followed], passages: Sequence[Shown]) -> list[Remark]:
    titles = dict(
        Source.objects.filter(pk__in=[id for one in led.values() for id in one.found]).values_list("pk", "name")
    )
    found = list(record.problems)
    for link in record.links:
        where = led[link.target]
        named = Followed(where.way, tuple(titles.get(id, id) for id in where.found))
        if wrong := link_problem(link, named):
            found.append(wrong)
    by_line = {line: one.number for one in passages for line in range(one.start, one.end + 1)}
    return [Remark(one, by_line.get(one.line)) for one in sorted(found, key=lambda one: one.line)]


@dataclass(frozen=True, slots=True)
class Leading:
    """A link on a page."""

    line: int
    text: str
    source: Source | None
    """What it leads to; None if nowhere."""
    way: str


def _leading(record: Record, led: Mapping[str, Followed], kind: str) -> list[Leading]:
    links = {link.target: link for link in reversed(record.links) if link.kind == kind}
    found = Source.objects.in_bulk([led[target].found[0] for target in links if led[target].found])
    made = [
        Leading(
            link.line,
            target,
            found.get(led[target].found[0]) if led[target].found else None,
            led[target].way,
        )
        for target, link in links.items()
    ]
    return sorted(made, key=lambda one: one.line)


def _named(evidence: Sequence[Evidence]) -> list[Leading]:
    """Evidence, with what it leads to where it names a file."""
    targets = [
        links_in(one.text)[0].target if "[[" in one.text and links_in(one.text) else one.text for one in evidence
    ]
    led = follow(targets)
    found = Source.objects.in_bulk([where.found[0] for where in led.values() if where.found])
    return [
        Leading(one.line, target, found.get(led[target].found[0]) if led[target].found else None, led[target].way)
        for one, target in zip(evidence, targets, strict=True)
    ]


def _short(title: str) -> str:
    return title if len(title) <= 80 else f"{title[:79].rstrip()}…"


# --- bringing in ----------------------------------------------------------------------------------------------------


@allowed("person", "GET", "POST")
def bring(request: HttpRequest) -> HttpResponse:
    """Brings in files, or a text that somebody pastes."""
    if request.method != "POST":
        return render(request, "sources/new.html", {"given": {}})
    given = {name: request.POST.get(name, "").strip() for name in ("title", "author", "url", "date")}
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        records = _uploaded(request) or [_pasted(given, text)]
    except WrongUse as wrong:
        context = {"given": given | {"text": text}, "trouble": sentence_of(wrong)}
        return render(request, "sources/new.html", context, status=422)
    outcome = bring_in(records, request.person)
    messages.success(request, _told(outcome))
    return redirect("source", outcome.all[0]) if len(outcome.all) == 1 else redirect("sources")


def _uploaded(request: HttpRequest) -> list[Record]:
    """The files that were sent. One whose name only one file on the shelf has is the next version of that."""
    found = []
    for file in request.FILES.getlist("files"):
        same = standing().filter(Q(path=file.name) | Q(path__endswith=f"/{file.name}")).values_list("path", flat=True)
        paths = list(same[:2])
        found.append(read_record(paths[0] if len(paths) == 1 else file.name, file.read()))
    return found


def _pasted(given: dict[str, str], text: str) -> Record:
    if not text.strip():
        raise WrongUse("there is neither a file nor a text; choose files, or paste a text")
    if not given["title"]:
        raise WrongUse("the text has no title; write one, so that others find it")
    name = file_name(given["title"])
    base, number = name.removesuffix(".md"), 1
    while Source.objects.filter(path=name).exists():
        number += 1
        name = f"{base}-{number}.md"
    return read_record(name, new_source(given.pop("title"), text, **given).encode("utf-8", "replace"))


def _told(outcome: Outcome) -> str:
    counts = ((outcome.new, "new"), (outcome.changed, "changed"), (outcome.back, "back"), (outcome.same, "as before"))
    if len(outcome.all) == 1:
        return {
            "new": "It stands on the shelf now, for everybody here.",
            "changed": "It is the next version of this file. Earlier ones are kept.",
            "back": "It is on the shelf again.",
            "as before": "It stood on the shelf already, word for word.",
        }[next(word for ids, word in counts if ids)]
    return f"On the shelf: {', '.join(f'{len(ids)} {word}' for ids, word in counts if ids)}."
