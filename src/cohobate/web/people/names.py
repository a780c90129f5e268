"""The name in a form. What people may be called is settled where rooms are."""

from __future__ import annotations

from django.http import HttpRequest

from cohobate.practicum.names import LONGEST, called

ASKED = f"Give a name of up to {LONGEST} letters: the others in your rooms see it."


def name_in(request: HttpRequest) -> str:
    """The name in a form, in one line; "" if there is none, or none that can be."""
    name = called(request.POST.get("name", ""))
    return name if len(name) <= LONGEST else ""
