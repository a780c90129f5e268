"""Who may what. Whatever is not marked here is for people who came in by a link; the rest of a rule is in its view.

anybody   the landing page, links, what is kept
person    rooms that they are in
host      may open rooms, invite into them, and write workshops
owner     everything
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cohobate.web.edge import problem
from cohobate.web.people.links import COOKIE, find_person

if TYPE_CHECKING:
    from cohobate.web.people.models import Person
    from cohobate.web.rooms.models import Room

Who = Literal["anybody", "person", "host", "owner"]
View = Callable[..., HttpResponse]

REFUSALS = {
    "person": "This page is for people who came in by a link.",
    "host": "Only hosts can do this.",
    "owner": "Only the owner of this server can do this.",
}
REMEDIES = {
    "person": "Open your personal link or an invitation, and then come back to this page.",
    "host": "Ask the owner of this server for an invitation to host.",
    "owner": "Ask the owner to do it for you.",
}


def allowed(who: Who, *methods: str) -> Callable[[View], View]:
    """Marks a view: who may see it at all, and with which methods. GET brings HEAD along."""

    def mark(view: View) -> View:
        view.who = who  # type: ignore[attr-defined]
        view.methods = [*methods, *(["HEAD"] if "GET" in methods else [])]  # type: ignore[attr-defined]
        return view

    return mark


def is_one(person: Person | None, who: Who) -> bool:
    """Whether somebody, or nobody, belongs to these."""
    if who == "anybody":
        return True
    if person is None:
        return False
    return {"person": True, "host": person.hosts, "owner": person.is_owner}[who]


class Access:
    """The middleware that sets `request.person`, None for nobody, and denies what is not allowed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = person_in(request.COOKIES)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A refusal, or None to go on."""
        who: Who = getattr(view, "who", "person")
        if not is_one(request.person, who):
            missing: Who = "person" if request.person is None else who
            return problem(request, 403, REFUSALS[missing], REMEDIES[missing])
        methods = getattr(view, "methods", None)
        if methods and request.method not in methods:
            refused = problem(request, 405)
            refused["Allow"] = ", ".join(methods)
            return refused
        for withheld in _kept_back:
            match = request.resolver_match
            if sentence := withheld(request.person, match.view_name if match else "", kwargs):
                return problem(request, 403, sentence, "Go on with the test, and come back afterwards.")
        return None


Withheld = Callable[["Person | None", str, Mapping[str, Any]], str]
_kept_back: list[Withheld] = []


def keep_back(withheld: Withheld) -> None:
    """Lets a part of the server keep some pages from somebody for a time: from a person, or nobody, the name of an
    address, and what that names, it gives the sentence that says why, or ""."""
    if withheld not in _kept_back:
        _kept_back.append(withheld)


def person_in(cookies: Mapping[str, str]) -> Person | None:
    """Whose cookie it is."""
    token = cookies.get(COOKIE)
    return find_person(token, "cookie")[0] if token else None


# --- rooms ----------------------------------------------------------------------------------------------------------


def rooms_of(person: Person) -> QuerySet:
    """The rooms that somebody may look into: those they are in, those they host, and for the owner all."""
    rooms = apps.get_model("rooms", "Room").objects.select_related("workshop", "host")
    if person.is_owner:
        return rooms
    return rooms.filter(Q(host=person) | Q(pk__in=person.memberships.values("room")))


class NoRoom(Http404):
    """There is no such room, as far as somebody is to know."""

    def __init__(self, person: Person, room: str) -> None:
        super().__init__("There is no such room, or you are not in it.")
        # Whoever was taken off its list has words in it all the same, and a right to them.
        self.onward = (reverse("own-words", args=[room]), "Your own words there") if _was_in(person, room) else None


def room_for(person: Person, room: str) -> Room:
    """The room with that id. Raises Http404 if there is none that this person may look into."""
    found = rooms_of(person).filter(pk=room).first()
    if found is None:
        raise NoRoom(person, room)
    return found


def room_id_for(person: Person, room: str) -> str:
    """The id of that room, for what is done so often that reading all of the room takes too long. Raises Http404 for
    the same people as `room_for`."""
    if not looks_into(person, room):
        raise NoRoom(person, room)
    return room


def looks_into(person: Person, room: str) -> bool:
    """Whether there is such a room, and this person may look into it."""
    rooms = apps.get_model("rooms", "Room").objects.filter(pk=room)
    return (
        person.memberships.filter(room=room).exists()
        or (rooms if person.is_owner else rooms.filter(host=person)).exists()
    )


def room_of_words(person: Person, room: str) -> Room:
    """The room with that id, for whoever may look into it or did something in it once: what they said and wrote there
    is theirs to take out. Raises Http404 for anybody else."""
    if not (looks_into(person, room) or _was_in(person, room)):
        raise NoRoom(person, room)
    return apps.get_model("rooms", "Room").objects.select_related("workshop", "host").get(pk=room)


def _was_in(person: Person, room: str) -> bool:
    return bool(apps.get_model("rooms", "Event").objects.filter(room=room, actor=person.pk).exists())


def runs(person: Person, room: Room) -> bool:
    """Whether somebody runs a room: its host does, and the owner."""
    return person.is_owner or room.host_id == person.pk
