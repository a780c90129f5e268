"""How far a work has come, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cohobate.practicum.work import Work
from cohobate.practicum.work.milestones import REVIEWS, reviewers
from cohobate.web.works.seams import Outcome

NEXT: Final = {
    "hypothesis": ("Say what will make it help, before you write it.", "work-hypothesis", "Register a hypothesis"),
    "draft": ("Write, and keep a first version.", "edit-work", "Write"),
    "minimum": ("Bring it to a minimum viable draft: short, and already of use.", "edit-work", "Write on"),
    "reviewed": ("Have it reviewed by two people.", "work-people", "Invite a reviewer"),
    "full": ("Bring it to the full draft.", "edit-work", "Write on"),
    "published": ("Publish a version, so that readers have something to read.", "work-versions", "Choose a version"),
    "tested": ("See whether it helps: test it on readers.", "new-trial", "Plan a test"),
    "looked back": ("Look back on what you thought would help.", "look-back", "Look back"),
}
"""The steps in their order: what to do, where (the name of an address), and what the button says."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a work."""

    name: str
    done: bool
    now: bool

    @property
    def title(self) -> str:
        """What it is called on pages."""
        return {"minimum": "minimum viable", "full": "full draft"}.get(self.name, self.name)

    @property
    def sentence(self) -> str:
        """What to do."""
        return NEXT[self.name][0]

    @property
    def address(self) -> str:
        """The name of the address where it is done."""
        return NEXT[self.name][1]

    @property
    def button(self) -> str:
        """What leads there."""
        return NEXT[self.name][2]


def steps(work: Work, outcomes: Sequence[Outcome]) -> list[Step]:
    """All steps; the first that is not done is now."""
    done = {
        "hypothesis": bool(work.hypotheses),
        "draft": bool(work.versions),
        "minimum": "minimum" in work.milestones,
        "reviewed": len(reviewers(work)) >= REVIEWS,
        "full": "full" in work.milestones,
        "published": bool(work.publications),
        "tested": bool(outcomes),
        "looked back": bool(work.looks_back),
    }
    first = next((name for name in NEXT if not done[name]), None)
    return [Step(name, done[name], name == first) for name in NEXT]


def coming(found: Sequence[Step]) -> Step | None:
    """What comes next; None if all is done."""
    return next((step for step in found if step.now), None)
