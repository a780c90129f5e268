"""What was registered, in the clear: with it and the ledger anybody can check what came first, and that it stayed
(`cohobate.practicum.reading.verifying`).

It holds the keys, so it is for the lead, who hands it on, and only when nobody reads any more.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from cohobate.canonical import digest
from cohobate.practicum.reading.trial import Registered, Trial
from cohobate.web.edge import problem
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper
from cohobate.web.readings.access import trial_for
from cohobate.web.works.access import has
from cohobate.web.works.drafts import held

NOT_YET = "What was registered is shown when the test is closed."
WHY = "It holds the answers to all questions, and readers may still come."


@allowed("person", "GET")
def registered(request: HttpRequest, trial: str) -> HttpResponse:
    """The items with their salt, the texts by their digests, what was said of outcomes, and places in the ledger."""
    row = trial_for(request.person, trial, "lead")
    state = keeper.trials.state(row.pk)
    if state.state not in ("closed", "done"):
        return problem(request, 409, NOT_YET, WHY, onward=(f"/tests/{row.pk}/", "Back to the test"))
    response = JsonResponse(
        in_the_clear(row.pk, state, request.person), json_dumps_params={"indent": 1, "ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="registered-{row.pk}.json"'
    return response


def in_the_clear(id: str, trial: Trial, person: Person) -> dict[str, Any]:
    """What the ledger has as hashes, as JSON values.

    items     hashed: what was hashed, the salt first; hash; ledger: place and hash of the entry
    editor    hashed, of each work that was in the test when the items were registered: salt, work, and the text that
              its editor held. None where this person does not write the work, or the text is not kept any more
    texts     for each passage its source and its version: id, digest of the whole text, first and last block
    plan      ledger; the entry holds the rest in the clear, the seed and the digests among it
    outcomes  of each, the earliest first: ledger, the sentence that was shown, and what that calls the distillation
    """
    items, plan = trial.registered, trial.plan
    assert items is not None
    assert plan is not None
    return {
        "test": id,
        "items": {"hashed": trial.hashed(items.salt), "hash": items.hash, "ledger": items.ledger},
        "editor": [{"work": work, "hashed": _held(items, person, work, hash)} for work, hash, _ in items.drafts],
        "texts": [
            {
                "passage": one.id,
                "source": one.source.to_list(),
                "version": one.version.to_list() if one.version else None,
            }
            for one in trial.passages.values()
        ],
        "plan": {"ledger": plan.ledger},
        "outcomes": [{"ledger": one.ledger, "page": one.page, "sentence": one.sentence} for one in trial.outcomes],
    }


def _held(items: Registered, person: Person, work: str, hash: str) -> list[str] | None:
    """What makes this hash of a work's text, for whoever may see the text: everybody, where there was none."""
    texts = held(work) if person.is_owner or has(person, work, "writer") else ()
    made = ([items.editor, work, text] for text in chain([""], texts))
    return next((one for one in made if digest(one) == hash), None)
