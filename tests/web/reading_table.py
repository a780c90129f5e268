"""Who may what with reader tests: every address with every method that it has, while a test is open."""

ROLES = ("nobody", "stranger", "reader", "examiner", "rater", "reviewer", "lead", "owner")
"""The reviewer has a part in the work, and none in the test. The owner of the server has neither."""


def row(get, post):
    """What each role gets, in the order of ROLES: a refusal, or "in" for any page or redirect, also for one that says
    what is missing from a form, or why something is not done now."""
    return {"GET": get.split(), "POST": post.split()}


EVERYBODY = "in in in in in in in in"
KNOWN = "403 in in in in in in in"
NOT_FOR_KNOWN = "403 405 405 405 405 405 405 405"
LEADS = "403 404 404 404 404 404 in in"
MAKERS = "403 404 404 in 404 404 in in"
RATERS = "403 404 404 404 in 404 in in"
INVOLVED = "403 404 404 in in in in in"
TOLD = "403 404 in in in in in in"
READERS = "403 404 in 404 404 404 404 404"

TABLE = {
    "trials": row(KNOWN, NOT_FOR_KNOWN),
    "new-trial": row("403 404 403 404 404 404 in 404", "403 404 403 404 404 404 in 404"),
    "trial": row(INVOLVED, INVOLVED),
    "trial-passages": row(MAKERS, MAKERS),
    "trial-items": row(MAKERS, MAKERS),
    "trial-texts": row(LEADS, LEADS),
    "trial-plan": row(LEADS, LEADS),
    "trial-links": row(LEADS, LEADS),
    "trial-link-withdraw": row(NOT_FOR_KNOWN, LEADS),
    "trial-progress": row(LEADS, NOT_FOR_KNOWN),
    "trial-preview": row(LEADS, NOT_FOR_KNOWN),
    "trial-rehearsal": row(NOT_FOR_KNOWN, LEADS),
    "trial-rating": row(RATERS, RATERS),
    "trial-outcome": row(TOLD, TOLD),
    "trial-answers": row(LEADS, NOT_FOR_KNOWN),
    "trial-registered": row(LEADS, NOT_FOR_KNOWN),
    "sitting": row(READERS, NOT_FOR_KNOWN),
    "sitting-answer": row(NOT_FOR_KNOWN, READERS),
    "sitting-go": row(NOT_FOR_KNOWN, READERS),
    "sitting-own": row(READERS, READERS),
    "read": row("in in in 403 403 403 403 403", "in in in 403 403 403 403 403"),
}
