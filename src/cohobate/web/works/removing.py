"""Words that are taken out of a work for good: one's own by everybody, all by its writers, and whole drafts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.events import Event
from cohobate.web.chains import settle
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.works import keeper, models, seams
from cohobate.web.works.access import has, sees, work_of_words
from cohobate.web.works.models import Work
from cohobate.web.works.versions import taken_out

STAYING = ("begin", "retitle")
"""Events whose words stay: without a title nobody finds the work again. It can be changed."""
CALLED = {
    "join": "name",
    "rekind": "kind",
    "hypothesis": "hypothesis",
    "version": "note on a version",
    "comment": "remark",
    "reply": "answer",
    "settle": "reason",
    "reviewed": "review",
    "hook": "opening",
    "look_back": "looking back",
}
"""What the words of an event are, on a page."""


@allowed("person", "GET")
def words(request: HttpRequest, work: str) -> HttpResponse:
    """What somebody said and wrote in a work, to take it out; for a writer, also what others did."""
    row = work_of_words(request.person, work)
    state = keeper.work(row.pk)
    events = keeper.strands.events(row.pk)
    me = request.person.pk
    runs = _runs(request.person, row.pk)
    others = dict.fromkeys(event.actor for event in events if event.actor != me and what(event)) if runs else {}
    gone = taken_out(row.pk)
    context = {
        "row": row,
        "work": state,
        "inside": sees(request.person, row.pk),
        "mine": of_person(events, me),
        "others": [(who, state.name_of(who), of_person(events, who)) for who in others],
        "drafts": [one for one in state.versions.values() if one.digest not in gone and (runs or one.by == me)],
        "editor": runs and _held(row.pk),
        "read": seams.read_now(row.pk),
        "public": state.published.digest if state.published else "",
    }
    return render(request, "works/words.html", context)


def of_person(events: Iterable[Event], person: str) -> list[tuple[Event, str, str]]:
    """The events in which somebody's words still stand, each with these in a line, and what they are."""
    return [
        (event, told, CALLED.get(event.kind, event.kind))
        for event in events
        if event.actor == person and (told := what(event))
    ]


def what(event: Event) -> str:
    """The words of an event in one line; "" if there are none that can be taken out."""
    if not event.words or event.kind in STAYING:
        return ""
    said = [text for name, text in event.words.items() if text and name not in ("quote", "before", "after")]
    return " · ".join(said)[:160] or ("a remark without words" if event.kind == "comment" else "")


@allowed("person", "POST")
def redact(request: HttpRequest, work: str) -> HttpResponse:
    """Takes words and drafts out: chosen ones, or all that somebody said."""
    row = work_of_words(request.person, work)
    whose = request.POST.get("person", "") or request.person.pk
    if request.POST.get("all"):
        events = keeper.strands.events(row.pk)
        chosen = [event.sequence for event in events if event.actor == whose and what(event)]
    else:
        chosen = [int(one) for one in request.POST.getlist("event") if re.fullmatch(r"\d{1,9}", one)]
    digests = request.POST.getlist("draft")
    editor = bool(request.POST.get("editor"))
    if not (chosen or digests or editor):
        raise Refused("nothing was chosen; tick what is to be taken out")
    take_out(row, request.person, chosen, digests, editor)
    messages.success(request, "It is taken out, for good.")
    return redirect("work-words", row.pk)


def take_out(
    row: Work, person: Person, sequences: Iterable[int], digests: Iterable[str] = (), editor: bool = False
) -> None:
    """Takes out the words of events and the texts of versions.

    digests:  of versions: their texts go, and so do remarks that quote from them. What they were called in the ledger
              stays, and so do their numbers
    editor:   whether what the editor holds, and held before, goes too

    Raises Refused, and then all is as it was.
    """
    with transaction.atomic():
        # Who writes to it waits: what is looked at here is what is taken out.
        Work.objects.select_for_update().get(pk=row.pk)
        state = keeper.work(row.pk)
        runs = _runs(person, row.pk)
        digests = set(digests)
        if digests & seams.read_now(row.pk):
            raise Refused("a reader test that is open reads this version; close the test first, then take it out")
        for digest in digests:
            if digest not in state.versions:
                raise Refused("there is no such version of this work")
            if state.published and state.published.digest == digest:
                raise Refused("readers see this version; withdraw it from publication first, then take it out")
            if not runs and state.versions[digest].by != person.pk:
                raise Refused("that is somebody else's version; only they, or a writer of the work, take it out")
        if editor and not runs:
            raise Refused("only a writer of the work empties its editor")
        wanted = set(sequences)
        events = [event for event in keeper.strands.events(row.pk) if event.words]
        named = [event for event in events if event.sequence in wanted and event.kind not in STAYING]
        if not runs and any(event.actor != person.pk for event in named):
            raise Refused("those are somebody else's words; only they, or a writer of the work, take them out")
        named += [event for event in events if event.kind == "comment" and event.data["digest"] in digests]
        if not (named or digests or editor):
            raise Refused("there are no words to take out; choose something that was said or written")
        models.Version.objects.filter(work=row, digest__in=digests).update(text="")
        if editor:
            # Another revision: whoever has it open is told, and does not save it back unawares.
            models.Draft.objects.filter(work=row).update(text="", revision=F("revision") + 1, act="")
            models.Earlier.objects.filter(work=row).delete()
        keeper.strands.redact(row.pk, person.pk, sorted({event.sequence for event in named}))
    settle()


def _held(id: str) -> bool:
    return bool(
        models.Draft.objects.filter(work=id).exclude(text="").exists()
        or models.Earlier.objects.filter(work=id).exists()
    )


def _runs(person: Person, id: str) -> bool:
    return person.is_owner or has(person, id, "writer")
