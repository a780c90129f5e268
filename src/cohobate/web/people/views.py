"""One's own link and name, coming back, signing out, and the page about what is kept."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cohobate.version import __version__
from cohobate.web.edge import problem
from cohobate.web.people.access import allowed
from cohobate.web.people.links import find_person, forget, person_link, remember
from cohobate.web.people.models import Person
from cohobate.web.people.names import ASKED, name_in
from cohobate.web.people.once import leave_the_door

GONE = {
    "altered": (404, "This personal link is not complete, or was altered.", "Copy the whole link once more."),
    "renewed": (
        410,
        "This personal link was replaced by a newer one.",
        "Use the newer link; if you have none, ask the host to invite you again.",
    ),
}


@allowed("anybody", "GET", "POST")
@never_cache
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Comes in as the person whose personal link this is. To look at it changes nothing."""
    person, why = find_person(token)
    if person is None:
        return problem(request, *GONE[why])
    name = name_in(request) or person.name
    trouble = ""
    if request.method == "POST":
        if name:
            changed = {"name": name} if name != person.name else {}
            if person.consented_at is None:
                changed["consented_at"] = timezone.now()
            if changed:
                Person.objects.filter(pk=person.pk).update(**changed)
            response = redirect("home")
            remember(response, person)
            return response
        trouble = ASKED
    context = {"person": person, "action": request.path, "trouble": trouble}
    return render(request, "people/come_back.html", context, status=422 if trouble else 200)


@allowed("person", "GET")
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """One's own link, and what one can do about it."""
    return render(request, "people/me.html", {"link": person_link(request.person)})


@allowed("person", "POST")
def rename(request: HttpRequest) -> HttpResponse:
    """Another name."""
    name = name_in(request)
    if not name:
        messages.error(request, ASKED)
    else:
        Person.objects.filter(pk=request.person.pk).update(name=name)
        messages.success(request, f"You are {name} from now on. Rooms that you are in already know you as before.")
    return redirect("me")


@allowed("person", "POST")
def renew(request: HttpRequest) -> HttpResponse:
    """A new personal link; the old one, and whoever came in by it elsewhere, are out."""
    Person.objects.filter(pk=request.person.pk).update(generation=F("generation") + 1, came_by=None)
    request.person.refresh_from_db()
    messages.success(request, "You have a new personal link. The old one is void, and other devices are signed out.")
    response = redirect("me")
    remember(response, request.person)
    return response


@allowed("person", "POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leaves this browser; the personal link stays as it is."""
    messages.success(request, "You are signed out here. Your personal link brings you back.")
    response = redirect("home")
    forget(response)
    leave_the_door(response)
    return response


@allowed("anybody", "GET")
def about(request: HttpRequest) -> HttpResponse:
    """What this server is, what is kept, and who sees it."""
    owner = Person.objects.filter(is_owner=True).first()
    return render(request, "people/about.html", {"owner": owner, "version": __version__})


@allowed("anybody", "GET")
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
