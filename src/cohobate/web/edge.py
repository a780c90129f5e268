"""Where exceptions become pages: one sentence for what happened, and one for what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.core.signals import got_request_exception
from django.db import DatabaseError, DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from cohobate.errors import CohobateError, Refused, StorageProblem

log = logging.getLogger("cohobate.web")

AGAIN = "Go back, reload the page and try again."
SENTENCES = {
    400: ("The server could not make sense of this request.", AGAIN),
    403: ("You may not do this.", "Go back to your rooms, or open the link that was sent to you."),
    404: ("There is no such page, or it is not yours to see.", "Check the address, or go back to your rooms."),
    405: ("This address is not for that.", AGAIN),
    409: ("The room does not allow this.", "Go back and see what it does allow."),
    410: ("This was here once, and is not any more.", "Ask whoever sent you the link for a new one."),
    413: ("This is more than the server takes at once.", "Send less, or send it in parts."),
    500: (
        "Something went wrong on the server, and not through you.",
        "Try again; if it happens again, tell the owner.",
    ),
    503: ("The server is too busy at the moment.", "Wait a few seconds and try again."),
    507: (
        "The server's disk is full, so this could not be saved.",
        "Keep a copy of what you wrote, and tell the owner of this server.",
    ),
}
"""By status: what happened, and what to do."""


def problem(
    request: HttpRequest, status: int, sentence: str = "", remedy: str = "", onward: tuple[str, str] | None = None
) -> HttpResponse:
    """A page, or a line for a part of a page, or an object for a script, about what went wrong.

    remedy:  if it is left out, the usual one of that status; none where the sentence has its own, behind a semicolon
    onward:  an address where the page leads on to, and what is there
    """
    usual, what = SENTENCES[status]
    sentence = sentence or usual
    remedy = remedy or ("" if "; " in sentence else what)
    told = f"{sentence} {remedy}".strip()
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": False, "sentence": told}, status=status)
    if getattr(request, "htmx", False):
        return HttpResponse(told, status=status, content_type="text/plain; charset=utf-8")
    context = {"status": status, "sentence": sentence, "remedy": remedy, "onward": onward}
    return render(request, "problem.html", context, status=status)


class Edge:
    """The middleware that every response passes: nothing is indexed or kept, and what goes wrong becomes a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if most := getattr(request, "scope", {}).get("cohobate.too_large"):
            sentence = f"This is more than the server takes at once here: {most // 10**6} MB."
            response = problem(request, 413, sentence)
        else:
            response = self.get_response(request)
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        # What stands in one of these may be taken out for good later, and then be in no browser either.
        match = request.resolver_match
        removable = match is not None and not {"room", "work", "trial"}.isdisjoint(match.kwargs)
        response.headers.setdefault("Cache-Control", "no-store" if removable else "private, no-cache")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for what was raised on purpose, and for a database that cannot go on."""
        if isinstance(error, Refused):
            return problem(request, 409, sentence_of(error))
        if isinstance(error, StorageProblem):
            log.error("%s", error)
            return problem(request, 507)
        if isinstance(error, CohobateError):
            return problem(request, 400, sentence_of(error))
        if isinstance(error, DataError):
            return problem(request, 400)  # a sign that PostgreSQL keeps none of, in an address
        if isinstance(error, DatabaseError):
            told = str(error).lower()
            if "disk is full" in told or "no space left" in told:
                log.error("The disk is full.")
                return problem(request, 507)
            if "locked" in told or "busy" in told:
                return problem(request, 503)
        return None


def sentence_of(error: Exception) -> str:
    """What an exception says, as a sentence of a page."""
    text = str(error).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _log_unexpected(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    # By the name of the view: the address may hold a link that lets somebody in.
    match = getattr(request, "resolver_match", None)
    log.exception("unexpected, in the view %s", match.view_name if match else "of an unknown address")


got_request_exception.connect(_log_unexpected)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django finds suspicious: a host that is not ours, a form with too many fields; or with too many files, which
    anybody sends who brings in a folder."""
    if isinstance(exception, TooManyFilesSent):
        return problem(request, 413, f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES} files are the most at once here.")
    return problem(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What a view forbids."""
    return problem(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What does not exist, or is not theirs to see: nobody learns which."""
    told = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return problem(request, 404, told, onward=getattr(exception, "onward", None))


def broken(request: HttpRequest) -> HttpResponse:
    """What was not expected."""
    return problem(request, 500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from another site, or one whose cookie is gone."""
    return problem(
        request,
        403,
        "This form could not be checked: the page was open for too long, or your browser takes no cookies from here.",
        "Go back, reload the page, and send it again.",
    )


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What every template knows."""
    return {"me": getattr(request, "person", None), "site_url": settings.SITE_URL}
