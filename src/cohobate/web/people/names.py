"""What people may be called: whatever they like, as long as it is a line that others can see."""

from __future__ import annotations

import unicodedata

from django.http import HttpRequest

LONGEST = 60
"""Characters in a name, at most; the database's column has as many."""
ASKED = f"Give a name of up to {LONGEST} letters: the others in your rooms see it."

_TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that would turn the direction of what stands beside a name."""


def name_in(request: HttpRequest) -> str:
    """The name in a form, in one line; "" if there is none, or none that can be."""
    given = " ".join(request.POST.get("name", "").split())
    name = "".join(one for one in given if unicodedata.category(one) not in ("Cc", "Cs") and one not in _TURNS)
    seen = any(unicodedata.category(one)[0] in "LNPS" for one in name)
    return name if seen and len(name) <= LONGEST else ""
