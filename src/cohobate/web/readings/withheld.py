"""What is kept from readers while they are under way, and from raters while they grade.

Readers are not shown whatever here shows the texts that they are asked about.

Whoever wants to look them up elsewhere can. But nothing here shows them by the way: not the pages of the tested works
and of all works on these sources, nothing of the shelf, and nothing of what is right in other tests. The shelf is
closed as a whole, since a search tells word by word what a text has, claims say what it says, and the same text may
stand there twice.

Raters are not shown what came of the test, wherever it stands, before they have graded all that there is to grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cohobate.web.people.models import Person
from cohobate.web.readings import keeper
from cohobate.web.readings.models import Sitting, TrialPart
from cohobate.web.sources.models import Version
from cohobate.web.works import keeper as works

WITHHELD = "You are asked about this text in a reader test, so it is kept from you until you are through, or stop."
CLOSED = "You are reading in a reader test, so this is closed to you until you are through, or stop."

GRADING = "You grade answers of this test, so what came of it is kept from you until you have graded all of them."
TELLING = {"trial-outcome", "ledger-file", "method", "method-version"}
"""Pages on which an outcome stands, beside those of the tested works."""

SHELF = {"sources", "new-source", "source", "gone-source", "source-version", "source-file"}
WORKS = {"new-work", "work-sources", "cite"}
TESTS = {"new-trial", "trial-passages", "trial-items", "trial-texts", "trial-preview", "trial-rehearsal"}
KEYS = {"trial-rating", "trial-registered"}
"""What is right in another test, which may ask the same."""
SHOWING = SHELF | WORKS | TESTS | KEYS
"""Pages on which any source or version can be looked at, or is taken up to be."""


def withheld(person: Person | None, name: str, about: Mapping[str, Any]) -> str:
    """Why somebody is not shown a page; "" if they are.

    name:   of the address
    about:  what the address names, by id
    """
    work = str(about.get("work", ""))
    if person is None or not (work or name in SHOWING | TELLING):
        return ""
    return _from_reader(person, name, work, about) or _from_rater(person, name, work, about)


def _from_rater(person: Person, name: str, work: str, about: Mapping[str, Any]) -> str:
    rates = TrialPart.objects.filter(person=person, role="rater", trial__state="done")
    for id in rates.values_list("trial", flat=True):
        here = about.get("trial") == id if name == "trial-outcome" else name in TELLING
        if (here or work in keeper.trials.state(id).works) and keeper.left_to(id, person):
            return GRADING
    return ""


def _from_reader(person: Person, name: str, work: str, about: Mapping[str, Any]) -> str:
    if not (work or name in SHOWING):
        return ""
    under_way = Sitting.objects.filter(person=person, ended_at=None, trial__state="open")
    for id in under_way.values_list("trial", flat=True):
        if about.get("trial") == id:
            continue  # which for its readers has no such page anyway
        if name in SHOWING:
            return CLOSED
        trial = keeper.trials.state(id)
        if work in trial.works or _sources({one.source.digest for one in trial.passages.values()}) & _of(work):
            return WITHHELD
    return ""


def _sources(digests: set[str]) -> set[str]:
    """The sources that have one of these texts, or had it."""
    return set(Version.objects.filter(text__in=digests).values_list("source", flat=True))


def _of(work: str) -> set[str]:
    return {one.source for one in works.work(work).sources}
