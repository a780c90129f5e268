"""What was registered, in the clear: with it and the ledger anybody can check what came first, and that it stayed.

It holds the keys, so it is for the lead, who hands it on, and only when nobody reads any more.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from cohobate.practicum.reading.trial import Trial
from cohobate.web.edge import problem
from cohobate.web.people.access import allowed
from cohobate.web.readings import keeper
from cohobate.web.readings.access import trial_for

NOT_YET = "What was registered is shown when the test is closed."
WHY = "It holds the answers to all questions, and readers may still come."


@allowed("person", "GET")
def registered(request: HttpRequest, trial: str) -> HttpResponse:
    """The items with their salt, the texts by their digests, and the places in the ledger, as a file."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    if state.state not in ("closed", "done"):
        return problem(request, 409, NOT_YET, WHY, onward=(f"/tests/{row.pk}/", "Back to the test"))
    response = JsonResponse(in_the_clear(row.pk, state), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="registered-{row.pk}.json"'
    return response


def in_the_clear(id: str, trial: Trial) -> dict[str, Any]:
    """What the ledger has as hashes, as JSON values.

    items     hashed: what was hashed, the salt first; hash; ledger: place and hash of the entry
    texts     for each passage its source and its version: id, digest of the whole text, first and last block
    plan      ledger; the entry holds the rest in the clear, the seed and the digests among it
    outcomes  ledger of each, the earliest first
    """
    items, plan = trial.registered, trial.plan
    assert items is not None
    assert plan is not None
    return {
        "test": id,
        "items": {"hashed": trial.hashed(items.salt), "hash": items.hash, "ledger": items.ledger},
        "texts": [
            {
                "passage": one.id,
                "title": one.title,
                "source": one.source.to_list(),
                "version": one.version.to_list() if one.version else None,
            }
            for one in trial.passages.values()
        ],
        "plan": {"ledger": plan.ledger},
        "outcomes": [{"ledger": one.ledger} for one in trial.outcomes],
    }
