"""Who may what with works: every address with every method that it has."""

ROLES = ("nobody", "stranger", "reviewer", "writer", "host", "owner")
"""The host hosts rooms, and has no part in the work."""


def row(get, post):
    """What each role gets, in the order of ROLES: a refusal, or "in" for any page or redirect, also for one that says
    what is missing from a form."""
    return {"GET": get.split(), "POST": post.split()}


EVERYBODY = "in in in in in in"
NOT_A_METHOD = "405 405 405 405 405 405"
KNOWN = "403 in in in in in"
NOT_FOR_KNOWN = "403 405 405 405 405 405"
INVOLVED = "403 404 in in 404 in"
WRITERS = "403 404 403 in 404 in"

TABLE = {
    "desk": row(KNOWN, NOT_FOR_KNOWN),
    "enter-work": row(EVERYBODY, EVERYBODY),
    "new-work": row(KNOWN, KNOWN),
    "work": row(INVOLVED, NOT_FOR_KNOWN),
    "act-on-work": row(NOT_FOR_KNOWN, INVOLVED),
    "work-hypothesis": row(WRITERS, WRITERS),
    "work-sources": row(INVOLVED, NOT_FOR_KNOWN),
    "work-versions": row(INVOLVED, NOT_FOR_KNOWN),
    "work-version": row(INVOLVED, NOT_FOR_KNOWN),
    "work-people": row(INVOLVED, WRITERS),
    "withdraw-work-link": row(NOT_FOR_KNOWN, WRITERS),
    "work-words": row(INVOLVED, NOT_FOR_KNOWN),
    "redact-work": row(NOT_FOR_KNOWN, INVOLVED),
    "look-back": row(WRITERS, WRITERS),
    "edit-work": row(WRITERS, WRITERS),
    "save-draft": row(WRITERS, WRITERS),
    "set-aside": row(NOT_FOR_KNOWN, WRITERS),
    "preview-work": row(NOT_FOR_KNOWN, WRITERS),
    "advice": row(NOT_FOR_KNOWN, WRITERS),
    "cite": row(INVOLVED, NOT_FOR_KNOWN),
    "earlier-texts": row(WRITERS, NOT_FOR_KNOWN),
    "earlier-text": row(WRITERS, WRITERS),
    "review-work": row(INVOLVED, NOT_FOR_KNOWN),
    "remarks": row(WRITERS, WRITERS),
    "say-of-work": row(NOT_FOR_KNOWN, INVOLVED),
    "hooks-work": row(INVOLVED, INVOLVED),
    "openings": row(KNOWN, NOT_FOR_KNOWN),
    "published": row(EVERYBODY, NOT_A_METHOD),
    "published-markdown": row(EVERYBODY, NOT_A_METHOD),
    "published-page": row(EVERYBODY, NOT_A_METHOD),
    "methods": row(KNOWN, NOT_FOR_KNOWN),
    "new-method": row(KNOWN, KNOWN),
    "method": row(KNOWN, NOT_FOR_KNOWN),
    "edit-method": row("403 404 404 in 404 404", "403 404 404 in 404 404"),
    "method-version": row(KNOWN, NOT_FOR_KNOWN),
    "board": row(KNOWN, KNOWN),
    "wish": row(KNOWN, KNOWN),
    "kinds": row(KNOWN, KNOWN),
    "ledger": row(KNOWN, NOT_FOR_KNOWN),
    "ledger-file": row(KNOWN, NOT_FOR_KNOWN),
}
