"""The library of workshops, and the editor for them. What is saved is a new version; nothing is ever overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cohobate.errors import WrongUse
from cohobate.practicum import workshop as files
from cohobate.web.edge import sentence_of
from cohobate.web.library.outcomes import outcomes
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.rooms import shelf
from cohobate.web.rooms.models import Room
from cohobate.web.rooms.shelf import Version


@allowed("person", "GET")
def workshops(request: HttpRequest) -> HttpResponse:
    """All workshops, in their current versions."""
    versions = [found[0] for found in shelf.shelf().values()]
    return render(request, "library/workshops.html", {"versions": versions})


@allowed("person", "GET")
def workshop(request: HttpRequest, name: str, digest: str = "") -> HttpResponse:
    """One workshop with its stages, its versions and forks, and how far its topics were taken up."""
    versions = _versions(name)
    version = _version(versions, digest)
    against = _against(version, versions, request.GET.get("against", ""))
    origin = _origin(version.workshop)
    context = {
        "version": version,
        "workshop": version.workshop,
        "current": versions[0],
        "versions": versions,
        "against": against,
        "difference": files.difference(against.workshop, version.workshop) if against else [],
        "origin": origin,
        "forks": (forks := _forks(name)),
        "outcomes": outcomes(version, [*versions, *([origin] if origin else []), *(fork for _, fork in forks)]),
        "coverage": coverage(version.workshop),
        "writes": shelf.writes(request.person, name),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "library/workshop.html", context)


@allowed("person", "GET")
def file(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    """The file itself."""
    version = _version(_versions(name), digest)
    response = HttpResponse(version.workshop.text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.md"'
    return response


# --- writing --------------------------------------------------------------------------------------------------------


@dataclass
class Draft:
    """What the editor holds."""

    name: str
    """What the file is to be called; fixed for a workshop that exists."""
    text: str
    based_on: str = ""
    """The digest of the version that it was begun from, where it follows one under the same name."""
    fixed: bool = False
    trouble: str = ""
    newer: Version | None = None
    """What somebody saved meanwhile."""
    difference: tuple[str, ...] = ()
    """What they changed."""


@allowed("host", "GET", "POST")
def begin(request: HttpRequest) -> HttpResponse:
    """Writes a new workshop, from nothing or from another one (?from=digest)."""
    if request.method == "POST":
        draft = Draft(request.POST.get("name", "").strip(), _text(request))
        try:
            name = shelf.checked_name(draft.name)
            return _saved(request, name, draft.text, None)
        except WrongUse as wrong:
            draft.trouble = sentence_of(wrong)
        return _editor(request, draft, 422)
    if not request.GET.get("from"):
        return _editor(request, Draft("", resources.files(__package__).joinpath("starter.md").read_text("utf-8")))
    origin = shelf.find(request.GET["from"])
    if origin is None:
        raise Http404("There is no such workshop.")
    return _editor(request, Draft(shelf.free_name(origin.name), files.forked(origin)))


@allowed("host", "GET", "POST")
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Writes the next version of a workshop of one's own; of another's, a fork."""
    versions = _versions(name)
    current = versions[0]
    if not shelf.writes(request.person, name):
        return redirect(f"{reverse('new-workshop')}?from={current.digest}")
    if request.method != "POST":
        return _editor(request, Draft(name, current.workshop.text, current.digest, fixed=True))
    draft = Draft(name, _text(request), request.POST.get("based_on", ""), fixed=True)
    try:
        return _saved(request, name, draft.text, draft)
    except WrongUse as wrong:
        draft.trouble = sentence_of(wrong)
        return _editor(request, draft, 409 if draft.newer else 422)


@transaction.atomic
def _saved(request: HttpRequest, name: str, text: str, draft: Draft | None) -> HttpResponse:
    """Saves a version. Raises WrongUse for one with mistakes, or that does not follow the current one."""
    reading = shelf.read(name, text)
    if reading.workshop is None:
        first = reading.mistakes[0]
        more = f" (and {len(reading.mistakes) - 1} more)" if len(reading.mistakes) > 1 else ""
        raise WrongUse(f"line {first.line}: {first.sentence}{more}")
    current = shelf.versions_of(name)
    if draft is not None and current and current[0].digest not in (draft.based_on, reading.workshop.digest):
        draft.newer = current[0]
        before = shelf.find(draft.based_on)
        draft.difference = tuple(files.difference(before, current[0].workshop)) if before else ()
        draft.based_on = current[0].digest
        raise WrongUse(
            f"{current[0].made_by or 'somebody'} saved another version while you were writing; take over from it what "
            "you want, and save again"
        )
    row = shelf.stored(reading.workshop, request.person)
    if row.name != name:
        raise WrongUse(f"this is word for word the workshop {row.name}; change something, or use that one")
    messages.success(request, f"Saved as version {row.digest[:12]}. Rooms that use an earlier one keep it.")
    key = draft_key(request.person, draft is not None and name)
    return redirect(f"{reverse('workshop', args=[name])}?saved={key}")


def draft_key(person: Person, name: str | bool) -> str:
    """Under which name a browser keeps what is being typed."""
    return f"{name or 'new'}-{person.pk}"


def _editor(request: HttpRequest, draft: Draft, status: int = 200) -> HttpResponse:
    reading = shelf.read(draft.name or "workshop", draft.text)
    key = draft_key(request.person, draft.fixed and draft.name)
    context = {"draft": draft, "key": key, "mistakes": reading.mistakes, "workshop": reading.workshop}
    return render(request, "library/editor.html", context, status=status)


@allowed("host", "POST")
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with a text, for a part of the editor's page."""
    reading = files.read_workshop(_text(request))
    return render(request, "library/_mistakes.html", {"mistakes": reading.mistakes, "workshop": reading.workshop})


@allowed("host", "POST")
def preview(request: HttpRequest) -> HttpResponse:
    """How a text will look, for a part of the editor's page."""
    reading = files.read_workshop(_text(request))
    return render(request, "library/_preview.html", {"mistakes": reading.mistakes, "workshop": reading.workshop})


def _text(request: HttpRequest) -> str:
    # Browsers send the lines of a text field with the ends of another age.
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\r", "\n")


# --- what a page needs ----------------------------------------------------------------------------------------------


def _versions(name: str) -> list[Version]:
    versions = shelf.versions_of(name)
    if not versions:
        raise Http404("There is no such workshop.")
    return versions


def _version(versions: list[Version], digest: str) -> Version:
    for version in versions:
        if not digest or (len(digest) >= 12 and version.digest.startswith(digest)):
            return version
    raise Http404("There is no such version of this workshop.")


def _against(version: Version, versions: list[Version], digest: str) -> Version | None:
    """What a version is to be compared with: another one of its own, or the one that it was forked from."""
    if len(digest) < 12:
        return None
    candidates = [*versions, *([origin] if (origin := _origin(version.workshop)) else [])]
    return next((one for one in candidates if one.digest.startswith(digest)), None)


def _origin(workshop: files.Workshop) -> Version | None:
    name, _, digest = (workshop.forked_from or "").partition("@")
    return next((one for one in shelf.versions_of(name) if digest and one.digest.startswith(digest)), None)


def _forks(name: str) -> list[tuple[str, Version]]:
    found = []
    for other, versions in shelf.shelf().items():
        if other != name and (versions[0].workshop.forked_from or "").startswith(f"{name}@"):
            found.append((other, versions[0]))
    return found


def coverage(workshop: files.Workshop) -> list[tuple[str, int]]:
    """For each topic that a workshop suggests, how many rooms have worked on it; on all its versions. Topics that
    people brought themselves are not told, as they are theirs."""
    topics = Room.objects.filter(workshop__name=workshop.name).values_list("topic", flat=True)
    taken = [" ".join(topic.split()).casefold() for topic in topics]
    return [(topic, taken.count(" ".join(topic.split()).casefold())) for topic in workshop.topics]
