"""Coming in once, however often the same form is sent: by a second click, or anew when the connection was lost.

The form carries a key, which is the same each time that this browser opens this link as the same person, or as nobody;
and the browser a cookie that no page shows. Who sends both again, with the same name, is whoever came in by them. A key
alone, from another browser, lets in somebody new.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

from cohobate.web.people.models import Entrance, Person

COOKIE: Final = "cohobate-door"
LASTS: Final = 24 * 3600
"""Seconds that a browser keeps it."""
AGAIN: Final = timedelta(hours=1)
"""For so long after somebody came in, the same form leads to them."""


def key_of(request: HttpRequest, entrance: Entrance) -> str:
    """What the form of an entrance carries. Draws the browser's cookie if it has none yet."""
    if not re.fullmatch("[A-Za-z0-9]{32}", request.COOKIES.get(COOKIE, "")):
        request.COOKIES[COOKIE] = get_random_string(32)
    return _digest(entrance, request.COOKIES[COOKIE], request.person.pk if request.person else "")


def at_the_door(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with a page that has such a form; its browser is known by its cookie from now on."""
    value = request.COOKIES[COOKIE]
    response.set_cookie(COOKIE, value, max_age=LASTS, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return response


def leave_the_door(response: HttpResponse) -> None:
    """Lets no form that was sent before lead to whoever was here."""
    response.delete_cookie(COOKIE, samesite="Lax")


def mark_of(request: HttpRequest, entrance: Entrance, name: str) -> str | None:
    """What whoever comes in by this form is found by if it is sent again; None where the browser cannot be told from
    others. Nobody works it out without the cookie and this server's secret."""
    key, cookie = request.POST.get("key", ""), request.COOKIES.get(COOKIE, "")
    if not re.fullmatch("[0-9a-f]{64}", key) or not re.fullmatch("[A-Za-z0-9]{32}", cookie):
        return None
    return _digest(entrance, cookie, key, name)


def _digest(entrance: Entrance, *words: str) -> str:
    whole = " ".join((type(entrance).__name__, entrance.pk, *words))
    return salted_hmac("cohobate.once", whole, algorithm="sha256").hexdigest()


def who_came(mark: str | None) -> Person | None:
    """Who came in by that form; None if nobody did, or too long ago."""
    if mark is None:
        return None
    return Person.objects.filter(came_by=mark, made_at__gt=timezone.now() - AGAIN).first()


def came_here(request: HttpRequest, entrance: Entrance) -> Person | None:
    """Whom this browser's form of an entrance let in: looked for when the link is opened again, with no name sent."""
    if request.method != "GET" or COOKIE not in request.COOKIES:
        return None
    key = key_of(request, entrance)
    lately = Person.objects.filter(came_by__isnull=False, made_at__gt=timezone.now() - AGAIN)
    cookie = request.COOKIES[COOKIE]
    return next((one for one in lately if one.came_by == _digest(entrance, cookie, key, one.name)), None)


def newcomer(name: str, mark: str | None) -> Person:
    """Somebody new."""
    free = mark is not None and not Person.objects.filter(came_by=mark).exists()
    return Person.objects.create(name=name, came_by=mark if free else None)
