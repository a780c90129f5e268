"""Links and cookies that say who somebody is. They are signed with the data folder's key and stored nowhere.

/me/<person>.<generation>.<signature>    comes back as that person, on any device
/i/<invitation>.<signature>              enters a room, or becomes a host
/w/<invitation>.<signature>              takes part in a work
/r/<invitation>.<signature>              reads in a reader test, or helps to make one
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from cohobate.web.people.models import Entrance, Invitation, Person

COOKIE = "cohobate"
LASTS = 365 * 24 * 3600
"""Seconds that a browser keeps somebody's cookie."""


def signature(purpose: str, value: str) -> str:
    """128 bits that only this server can make; what is signed for one purpose is void for another."""
    whole = salted_hmac(f"cohobate.{purpose}", value, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(whole[:16]).decode().rstrip("=")


def signed(purpose: str, value: str) -> str:
    """The value with its signature."""
    return f"{value}.{signature(purpose, value)}"


def unsigned(purpose: str, token: str) -> str | None:
    """The value in a token, or None if it was altered."""
    value, _, given = token.rpartition(".")
    return value if value and constant_time_compare(given, signature(purpose, value)) else None


def person_link(person: Person) -> str:
    """The personal link, whole."""
    return settings.SITE_URL + reverse("come-back", args=[signed("me", f"{person.pk}.{person.generation}")])


def invitation_link(invitation: Invitation) -> str:
    """The link to send to somebody, whole."""
    return settings.SITE_URL + reverse("enter", args=[signed("i", invitation.pk)])


@dataclass(frozen=True, slots=True)
class Shown:
    """A link in a list of those that were made."""

    invitation: Entrance
    link: str
    """The whole of it."""
    withdraw: str
    """The address that makes it void."""
    leads: str = ""
    """What it leads to, in a word or two."""


def find_person(token: str, purpose: str = "me") -> tuple[Person | None, str]:
    """Whose personal link or cookie a token is, and why it is nobody's, as "altered" or "renewed"."""
    value = unsigned(purpose, token)
    found = re.fullmatch(r"(\w{1,16})\.(\d{1,9})", value or "")
    person = Person.objects.filter(pk=found[1]).first() if found else None
    if person is None or found is None:
        return None, "altered"
    return (person, "") if person.generation == int(found[2]) else (None, "renewed")


def find_invitation(token: str) -> Invitation | None:
    """The invitation that a token leads to; None if it was altered."""
    value = unsigned("i", token)
    return Invitation.objects.select_related("room", "made_by").filter(pk=value).first() if value else None


def cookie_of(person: Person) -> str:
    """What a browser keeps."""
    return signed("cookie", f"{person.pk}.{person.generation}")


def remember(response: object, person: Person) -> None:
    """Lets the browser that gets this response be that person from now on."""
    response.set_cookie(  # type: ignore[attr-defined]
        COOKIE, cookie_of(person), max_age=LASTS, httponly=True, samesite="Lax", secure=settings.HTTPS
    )


def forget(response: object) -> None:
    """Lets the browser be nobody."""
    response.delete_cookie(COOKIE, samesite="Lax")  # type: ignore[attr-defined]
