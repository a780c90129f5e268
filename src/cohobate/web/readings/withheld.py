"""What is kept from readers while they are under way: the pages of the very texts that they are asked about.

Whoever wants to look them up elsewhere can. But nothing on this server shows them by the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cohobate.web.people.models import Person
from cohobate.web.readings import keeper
from cohobate.web.readings.models import Sitting

WITHHELD = "You are asked about this text in a reader test, so it is kept from you until you are through."


def withheld(person: Person | None, about: Mapping[str, Any]) -> str:
    """Why somebody is not shown a source's or a work's page; "" if they are.

    about:  what the address names: `source` or `work`, by id
    """
    named = {about[name] for name in ("source", "work") if name in about}
    if person is None or not named:
        return ""
    for id in Sitting.objects.filter(person=person, ended_at=None, trial__state="open").values_list("trial", flat=True):
        trial = keeper.trials.state(id)
        if named & {*trial.works, *(one.source.of for one in trial.passages.values())}:
            return WITHHELD
    return ""
