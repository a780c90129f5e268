"""Several openings of one work, compared by its people two at a time, and what came of it.

An opening has to hold a reader who has no reason yet to go on. Whoever wrote it cannot tell whether it does; so others
choose between two, without knowing whose they are, and what they chose is a ranking with intervals: see `ranking`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from cohobate.errors import Refused
from cohobate.practicum.acts import Act, Held

LONGEST: Final = 2_000
"""Characters of an opening, at most."""
MOST: Final = 12
"""Openings that stand at once, at most: more would take each person 66 comparisons and longer."""
BETTER: Final = ("left", "right", "neither")


@dataclass(slots=True)
class Opening:
    """How the work could begin."""

    id: str
    by: str
    text: str
    gone: bool = False
    """Whether a writer took it off the list; what was chosen stays."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose of two openings."""

    by: str
    left: str
    right: str
    better: str
    """left, right or neither."""


def standing(openings: Mapping[str, Opening]) -> list[Opening]:
    """Those that are still on the list, in their order."""
    return [one for one in openings.values() if not one.gone]


def next_pair(openings: Mapping[str, Opening], chosen: Sequence[Chosen], who: str) -> tuple[Opening, Opening] | None:
    """The two that somebody is to compare next: a pair that they have not compared, the one that was compared least;
    None if there is none. Openings that they wrote are not shown to them. Who sees which first, and on which side, is
    drawn from their id, so that no opening gains by its place."""
    others = [one for one in standing(openings) if one.by != who]
    done = {frozenset((one.left, one.right)) for one in chosen if one.by == who}
    times = Counter(frozenset((one.left, one.right)) for one in chosen)
    pairs = [pair for pair in combinations(others, 2) if frozenset((pair[0].id, pair[1].id)) not in done]
    if not pairs:
        return None
    one, other = min(pairs, key=lambda pair: (times[frozenset((pair[0].id, pair[1].id))], _draw(who, pair)))
    return (one, other) if _draw(who, (one, other))[0] < "8" else (other, one)


def _draw(who: str, pair: tuple[Opening, Opening]) -> str:
    return hashlib.sha256("\n".join([who, pair[0].id, pair[1].id]).encode()).hexdigest()


# --- what may be done -----------------------------------------------------------------------------------------------


def add(openings: Mapping[str, Opening], act: Act) -> Held:
    """What the event of a new opening is to hold. Raises Refused."""
    text = act.get("text")
    if not text:
        raise Refused("nothing is written there; write how the work could begin")
    if len(text) > LONGEST:
        raise Refused(f"that has {len(text):,} characters, and {LONGEST:,} are the most for an opening; shorten it")
    if len(standing(openings)) >= MOST:
        raise Refused(f"there are {MOST} openings already, which is the most; take one off first")
    if any(one.text == text for one in standing(openings)):
        raise Refused("this opening is on the list already, word for word")
    return {}, {"text": text}


def take_off(openings: Mapping[str, Opening], act: Act) -> Held:
    """The same for one that is to go off the list."""
    return {"hook": _there(openings, act.get("hook")).id}, {}


def compare(openings: Mapping[str, Opening], chosen: Sequence[Chosen], who: str, act: Act) -> Held:
    """The same for a choice between two."""
    left, right = (_there(openings, act.get(side)) for side in ("left", "right"))
    if left.id == right.id:
        raise Refused("that is one opening, and a comparison has two; reload the page")
    if act.get("better") not in BETTER:
        raise Refused(f"'{act.get('better')[:40]}' is no choice; there are {', '.join(BETTER)}")
    if any(one.by == who and {one.left, one.right} == {left.id, right.id} for one in chosen):
        raise Refused("you have compared these two already; go on with the next ones")
    return {"left": left.id, "right": right.id, "better": act.get("better")}, {}


def _there(openings: Mapping[str, Opening], id: str) -> Opening:
    found = openings.get(id)
    if found is None or found.gone:
        raise Refused("this opening is not on the list any more; reload the page")
    return found
