"""What works are told of their tests: what came of them, what waits for somebody, and who helped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from cohobate.practicum.reading.trial import STATES as ALL
from cohobate.practicum.reading.trial import Trial
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper, models
from cohobate.web.readings.outcomes import kept
from cohobate.web.words import counted
from cohobate.web.works import seams
from cohobate.web.works.seams import Help, Outcome, Test, Waiting


def tests_of(work: str, *states: str) -> list[tuple[models.Trial, Trial]]:
    """The tests in which texts of that work are read, in one of these states, the oldest first."""
    texts = models.TrialEvent.objects.filter(kind="text").annotate(held=Cast("data", TextField()))
    also = texts.filter(held__contains=f'"{work}"').values("trial")
    rows = models.Trial.objects.filter(Q(work=work) | Q(pk__in=also), state__in=states).order_by("made_at", "pk")
    found = [(row, keeper.trials.state(row.pk)) for row in rows]
    return [(row, state) for row, state in found if work in state.works]


def of_work(work: str) -> list[Outcome]:
    """What came of the tests of a work, each as it was made last."""
    found = []
    for row, state in tests_of(work, "done"):
        made = state.outcomes[-1]
        help_ = kept(*made.ledger).finding("help")
        says = help_ is not None and not help_.too_few
        digests = [one.version.digest for one in state.passages.values() if one.version and one.version.of == work]
        found.append(
            Outcome(
                title=state.title,
                address=reverse("trial-outcome", args=[row.pk]),
                readers=help_.readers if help_ else 0,
                points=100 * help_.value if help_ and says else None,
                low=100 * help_.low if help_ and says else None,
                high=100 * help_.high if help_ and says else None,
                sentence=made.sentence,
                digest=digests[0] if digests else "",
                registered=state.plan.ledger[0] if state.plan else 0,
            )
        )
    return found


STATES = {"writing": "items are written", "planned": "to be opened"}
"""What a state is called where it stands alone."""


def tests_of_work(work: str) -> list[Test]:
    """The tests of a work, in whatever state they are."""
    found = tests_of(work, *ALL)
    return [Test(row.title, reverse("trial", args=[row.pk]), STATES.get(row.state, row.state)) for row, _ in found]


def read_now(work: str) -> set[str]:
    """The versions of a work that are read in tests which are open."""
    pairs = [one for _, state in tests_of(work, "open") for one in state.passages.values()]
    return {one.version.digest for one in pairs if one.version and one.version.of == work}


def helpers_of(work: str) -> Help:
    """Who wrote items, graded and read for a work; readers by their number alone."""
    items: Counter[str] = Counter()
    rated: Counter[str] = Counter()
    readers = 0
    for row, state in tests_of(work, "open", "closed", "done"):
        items.update(one.by for one in state.items.values())
        rated.update(who for grades in state.grades.values() for who in grades)
        readers += row.sittings.exclude(number=None).count()
    return Help(dict(items), dict(rated), readers)


def waiting_for(person: Person) -> Sequence[Waiting]:
    """What waits for somebody in reader tests."""
    found = []
    for sitting in models.Sitting.objects.filter(person=person, ended_at=None, trial__state="open"):
        trial = keeper.trials.state(sitting.trial_id)
        found.append(Waiting("To read", trial.title, reverse("sitting", args=[sitting.trial_id])))
    for row in models.Trial.objects.filter(parts__person=person).distinct():
        state = keeper.trials.state(row.pk)
        if state.has(person.pk, "lead"):
            if told := _for_lead(row, state):
                found.append(Waiting("Reader tests", row.title, reverse("trial", args=[row.pk]), told))
        elif state.state == "writing" and state.has(person.pk, "examiner"):
            told = f"{len(state.items)} so far"
            found.append(Waiting("Items to write", row.title, reverse("trial-items", args=[row.pk]), told))
        grades = state.state in ("closed", "done") and state.has(person.pk, "rater")
        if grades and (left := keeper.left_to(row.pk, person)):
            told = counted(left, "answer")
            found.append(Waiting("Answers to grade", row.title, reverse("trial-rating", args=[row.pk]), told))
    return found


def _for_lead(row: models.Trial, state: Trial) -> str:
    """What comes next, in a few words; "" if nothing does."""
    if state.state == "open" and state.plan:
        return f"{row.sittings.exclude(ended_at=None).count()} of {state.plan.readers} readers are through"
    return {
        "writing": "items to write and register",
        "registered": "texts to choose, and a plan to settle",
        "planned": "to be opened",
        "closed": f"{counted(state.raters_lack, 'rater')} to invite"
        if state.raters_lack
        else "the outcome is to be made",
    }.get(state.state, "")


def tell() -> None:
    """Lets works know, once."""
    for seam, knows in (
        (seams.outcomes, of_work),
        (seams.tests, tests_of_work),
        (seams.waiting, waiting_for),
        (seams.read, read_now),
        (seams.helped, helpers_of),
    ):
        if knows not in seam:
            seam.append(knows)  # type: ignore[arg-type]
