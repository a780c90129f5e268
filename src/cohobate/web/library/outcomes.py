"""What came of versions of a workshop: whether a fork does better than what it was made from, with an interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cohobate.fidelity.intervals import Estimate
from cohobate.practicum.facilitation import Difference, difference, worth_it
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.models import Room
from cohobate.web.rooms.shelf import Version

MOST_ROOMS = 100
"""Rooms of a version that are looked at, at most: the latest."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rooms of one version came to."""

    version: Version
    rooms: int
    worth: Estimate
    """The share of ratings that are 4 or 5."""
    against: Difference | None
    """That share less the one of the version that is looked at; None for that one itself."""


def outcomes(shown: Version, others: Iterable[Version]) -> list[Outcome]:
    """The versions of which there are rooms, the one that is looked at first; nothing if it has no company."""
    first = _outcome(shown, None)
    rest = [_outcome(one, first.worth) for one in others if one.digest != shown.digest]
    found = [one for one in (first, *rest) if one.rooms]
    return found if len(found) > 1 or first.worth.asked else []


def _outcome(version: Version, against: Estimate | None) -> Outcome:
    ids = Room.objects.filter(workshop_id=version.digest).order_by("-opened_at").values_list("pk", flat=True)
    rooms = [keeper.room(id) for id in ids[:MOST_ROOMS]]
    worth = worth_it(rooms)
    return Outcome(version, len(rooms), worth, None if against is None else difference(worth, against))
