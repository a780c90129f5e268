"""The page of a room while it is open: what is shown, what is done in it, and what happened since."""

from __future__ import annotations

import re
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from cohobate.errors import Refused
from cohobate.practicum import fermi
from cohobate.practicum.acts import Act
from cohobate.practicum.room import Room
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import View, allowed, room_for, room_id_for, runs
from cohobate.web.rooms import models
from cohobate.web.rooms.fragments import said_html
from cohobate.web.rooms.hub import hub
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.page import leads_here, live
from cohobate.web.rooms.programs import compared, pasted, program_of, run_program
from cohobate.web.rooms.stream import missed_by

NOT_FIELDS = frozenset({"id", "kind", "csrfmiddlewaretoken", "back", "as"})
_POINTING = ("entry", "latest", "move", "person", "place", "question", "respect", "seat", "thing", "to", "under")
_CHOSEN = ("aloud", "concrete", "direction", "side", "value", "yes")
NOT_TYPED = frozenset({*_POINTING, *_CHOSEN, "name"})
"""Fields that nobody types words into; what somebody is called comes from what is known of them."""


def as_themselves(view: View) -> View:
    """Marks a view to which a page says whose page it is (`as`), and refuses what comes from somebody else's.

    A browser is another person's once their personal link was opened in it, also for pages that were open before. What
    is typed there is not theirs, and what they may read is not for whoever types there.
    """

    @wraps(view)
    def asked(request: HttpRequest, room: str) -> HttpResponse:
        meant = request.POST.get("as") or request.GET.get("as")
        if not meant or meant == request.person.pk:
            return view(request, room)
        sentence = f"You are {request.person} here now, by another personal link, so nothing was sent from this page."
        if "text/html" not in request.headers.get("Accept", "") or "as" in request.GET:
            answer = {"ok": False, "as": request.person.pk, "sentence": sentence}
            return JsonResponse(answer, status=HTTPStatus.FORBIDDEN)
        return _not_done(request, room, sentence, request.POST.dict(), HTTPStatus.FORBIDDEN)

    return asked


@allowed("person", "GET")
def room(request: HttpRequest, room: str) -> HttpResponse:
    """The room: its prompt, what is made, who says what."""
    return render(request, "rooms/room.html", _context(request, room_for(request.person, room)))


@allowed("person", "GET")
@as_themselves
def part(request: HttpRequest, room: str) -> HttpResponse:
    """What changes while a room is open, without the page around it."""
    return render(request, "rooms/live.html", _context(request, room_for(request.person, room)))


def _context(request: HttpRequest, row: models.Room) -> dict[str, object]:
    with keeper.reading(row.pk) as state:
        me = request.person.pk
        shown = live(state, me, keeper.clock(), hub.present(row.pk))
        shown |= {"row": row, "runs": runs(request.person, row), "sequence": state.sequence}
        if state.stage is not None and state.stage.program:
            program = program_of(state)
            shown["program"] = program
            shown["programs"] = fermi.shipped().values() if shown["leads"] else ()
            shown["pasted_allowed"] = settings.PASTED_PROGRAMS
            shown["ran"] = state.ran[-1:]
            shown["compared"] = compared(state, me)
        if state.ended and request.person.pk in state.people:
            shown["rate"] = range(1, 6)
        return shown


@allowed("person", "POST")
@sensitive_post_parameters()
@as_themselves
def act(request: HttpRequest, room: str) -> HttpResponse:
    """Does one thing in a room. Sent twice with one id it is done once, and answered alike."""
    id = room_id_for(request.person, room)
    fields = {name: str(value) for name, value in request.POST.items() if name not in NOT_FIELDS}
    kind = request.POST.get("kind", "")
    if kind == "say":
        fields = _move(fields)
    elif kind == "join":
        fields.setdefault("name", request.person.name)
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        sequence, doubled = keeper.act(id, request.person.pk, Act(request.POST.get("id", ""), kind, fields))
    except Refused as refusal:
        sentence = sentence_of(refusal)
        if wants_json:
            return JsonResponse({"ok": False, "sentence": sentence}, status=HTTPStatus.CONFLICT)
        return _not_done(request, id, sentence, fields, HTTPStatus.CONFLICT)
    if wants_json:
        return JsonResponse({"ok": True, "sequence": sequence, "doubled": doubled})
    return HttpResponseRedirect(reverse("room", args=[id]) + "#" + _anchor(kind))


def _not_done(
    request: HttpRequest, room: str, sentence: str, fields: dict[str, str], status: HTTPStatus
) -> HttpResponse:
    """The page about what was not done, with what was typed, to be copied."""
    kind = request.POST.get("kind", "")
    typed = [
        (name, text) for name, text in fields.items() if name not in NOT_FIELDS and text.strip() and _typed(kind, name)
    ]
    context = {"room_id": room, "sentence": sentence, "typed": typed}
    return render(request, "rooms/refused.html", context, status=status)


def _typed(kind: str, name: str) -> bool:
    """Whether somebody types words into a field of an act. Two names are now an id and now words."""
    return name not in NOT_TYPED and (kind, name) not in (("judge", "of"), ("say", "about"))


def _move(fields: dict[str, str]) -> dict[str, str]:
    """What a button's value stands for; a button without words logs what was said aloud."""
    if fields.get("move") == "example":
        fields |= {"move": "ask", "concrete": "yes"}
    if not fields.get("text", "").strip():
        fields["aloud"] = "yes"
    return fields


def _anchor(kind: str) -> str:
    return {"say": "moves", "write": "things", "strike": "things", "judge": "moves"}.get(kind, "stage")


@allowed("person", "GET")
@as_themselves
def since(request: HttpRequest, room: str) -> HttpResponse:
    """The messages after an event, for browsers that streams do not reach."""
    id = room_id_for(request.person, room)
    after = request.GET.get("after", "0")
    number = int(after) if re.fullmatch(r"\d{1,9}", after) else 0
    hub.saw(id, request.person.pk)
    found = [text for _, text in missed_by(id, request.person.pk, number)]
    return HttpResponse(f"[{','.join(found)}]", content_type="application/json")


@allowed("person", "GET")
def talk(request: HttpRequest, room: str) -> HttpResponse:
    """All that was said, for whoever wants to see further back than the page goes."""
    row = room_for(request.person, room)
    with keeper.reading(row.pk) as state:
        said = [said_html(state, one) for one in state.talk]
    return render(request, "rooms/talk.html", {"row": row, "talk": said})


# --- programs -------------------------------------------------------------------------------------------------------


def may_run(state: Room, person: str) -> None:
    """Refuses if the program may not be run now, or not by them. Raises Refused."""
    if state.stage is None or not state.stage.program:
        raise Refused("no program is run in this stage")
    if not leads_here(state, person):
        raise Refused("the program is chosen and run by whoever moves the room on")


@allowed("person", "POST")
@as_themselves
def choose(request: HttpRequest, room: str) -> HttpResponse:
    """Chooses the program that is to be estimated: one that ships, or a pasted one where the owner allows it."""
    row = room_for(request.person, room)
    state = keeper.room(row.pk)
    may_run(state, request.person.pk)
    name, source = request.POST.get("program", ""), request.POST.get("source", "")
    if name == "pasted":
        if not settings.PASTED_PROGRAMS:
            raise Refused("the owner of this server has not allowed pasted programs; choose one of those that ship")
        program = pasted(source.replace("\r\n", "\n"))
        keeper.house(row.pk, "program", {"name": "pasted"}, {"source": program.source})
    elif name in fermi.shipped():
        keeper.house(row.pk, "program", {"name": name})
    else:
        raise Refused("choose one of the programs in the list")
    return HttpResponseRedirect(reverse("room", args=[row.pk]) + "#things")


@allowed("person", "POST")
@as_themselves
def measure(request: HttpRequest, room: str) -> HttpResponse:
    """Runs the program in a process of its own, and puts down what each block took."""
    row = room_for(request.person, room)
    state = keeper.room(row.pk)
    may_run(state, request.person.pk)
    run_program(row.pk, state)
    return HttpResponseRedirect(reverse("room", args=[row.pk]) + "#things")
