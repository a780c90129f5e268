"""Reader tests and sittings in the database: the only place that writes their events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.crypto import salted_hmac

from cohobate.canonical import digest
from cohobate.errors import Refused
from cohobate.events import HOUSE, Event
from cohobate.practicum.acts import Act
from cohobate.practicum.reading import grading, sitting_acts, trial_acts
from cohobate.practicum.reading import sitting as sittings_fold
from cohobate.practicum.reading import trial as trials_fold
from cohobate.practicum.reading.grading import ToGrade
from cohobate.practicum.reading.sitting import Sitting
from cohobate.practicum.reading.trial import Stretch, Trial
from cohobate.web.chains import Strands, settle
from cohobate.web.people.models import Person
from cohobate.web.readings import models
from cohobate.web.readings.meeting import meets, none_meets, source_meets_none, version_meets_none
from cohobate.web.slugs import below, digits, slug
from cohobate.web.works.drafts import draft_of, words_of
from cohobate.web.works.keeper import claimed, text_of
from cohobate.web.works.models import Event as WorkEvent
from cohobate.web.works.register import register

trials: Strands[Trial] = Strands(models.TrialEvent, "trial", trials_fold.fold, trial_acts.decide)
sittings: Strands[Sitting] = Strands(models.SittingEvent, "sitting", sittings_fold.fold, sitting_acts.decide)

REGISTERED = {"register": "items", "plan": "plan", "outcome": "reader-test"}
"""Acts that are entered in the ledger, and the kinds of their entries."""


def begin(person: Person, work: str, title: str, id: str = "") -> models.Trial:
    """Begins a test of a work, with its first lead; with an id from a form, once. Raises Refused, and then there is
    none."""
    with transaction.atomic():
        row = claimed(models.Trial, id, work_id=work, made_by=person)
        if not trials.state(row.pk).sequence:
            act(row.pk, person, Act(slug(), "begin", {"work": work, "title": title}))
            act(row.pk, person, Act(slug(), "join", {"role": "lead", "name": person.name}))
    row.refresh_from_db()
    return row


def act(id: str, person: Person, act: Act, added: Mapping[str, Any] | None = None) -> tuple[Event, bool]:
    """Does what somebody would do with a test.

    added:  what the event is to hold beside what the rules say, by whoever worked it out

    Returns the event, and whether it had been done before. Raises Refused.
    """
    given = {**act.fields}
    if act.kind == "register":
        given |= {"salt": digits(32), "editor": digits(32)}
    elif act.kind == "plan":
        given["seed"] = str(below(2**32))
    elif act.kind == "join":
        given |= {"reads": "yes" if _reads(id, person) else "", "knows": "yes" if sees_arms(id, person) else ""}
    elif act.kind == "grade":
        given |= {"knows": "yes" if sees_arms(id, person) else "", "seen": "yes" if may_see(id, person) else ""}

    def before(trial: Trial, data: dict[str, Any], words: dict[str, str], salt: str) -> Mapping[str, Any]:
        more = dict(added or {})
        if act.kind == "register":
            more |= {"drafted": words_of(trial.work), "drafts": _held(trial, words["editor"])}
        if act.kind == "passage" and "source" in data:
            source_meets_none(trial, data["passage"], Stretch(*data["source"]))
        if act.kind == "text":
            version_meets_none(trial, data["passage"], Stretch(*data["version"]))
        if act.kind in ("plan", "open"):
            none_meets(trial)
        if act.kind == "open":
            for one in trial.passages.values():
                assert one.version is not None
                text_of(one.version.of, one.version.digest)
        if act.kind not in REGISTERED:
            return more
        entry = register(REGISTERED[act.kind], {"test": id, "by": person.pk, **_entered(act.kind, data, more)})
        return more | {"ledger": [entry.index, entry.hash]}

    return trials.act(id, person.pk, Act(act.id, act.kind, given), before, lambda event: _index(id, event))


def _held(trial: Trial, salt: str) -> list[list[Any]]:
    """Of each work in a test what its editor holds: the work, the text's hash, and how many words it has. The text is
    kept from now on, so that it can be shown."""
    texts = [(work, draft_of(work).text) for work in trial.works]
    return [[work, digest([salt, work, text]), len(text.split())] for work, text in texts]


def _entered(kind: str, data: Mapping[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What the ledger has of an event: hashes, numbers and ids."""
    if kind == "outcome":
        return dict(more.pop("entry"))
    return {**data, **more}


def _index(id: str, event: Event) -> None:
    """Brings the rows for lists up to date."""
    rows = models.Trial.objects.filter(pk=id)
    data, words = event.data, event.words or {}
    if event.kind in ("begin", "retitle"):
        rows.update(title=words["title"])
    elif event.kind == "join":
        models.TrialPart.objects.get_or_create(trial_id=id, person_id=event.actor, role=data["role"])
    elif event.kind == "leave":
        models.TrialPart.objects.filter(trial_id=id, person_id=data["person"], role=data["role"]).delete()
    elif state := _STATES.get(event.kind):
        rows.update(state=state)


_STATES = {
    "register": "registered",
    "text": "registered",
    "plan": "planned",
    "open": "open",
    "close": "closed",
    "outcome": "done",
}


def _reads(id: str, person: Person) -> bool:
    return bool(models.Sitting.objects.filter(trial_id=id, person=person).exists())


def knows(id: str, person: Person) -> bool:
    """Whether somebody has, or ever had, a part in one of the works that are tested, and so knows what it says."""
    return bool(WorkEvent.objects.filter(work_id__in=trials.state(id).works, actor=person.pk).exists())


def sees_arms(id: str, person: Person) -> bool:
    """Whether somebody is no rater, as they may know from which text an answer is: whoever has, or had, a part in the
    works, and the owner of the server, to whom all is shown."""
    return person.is_owner or knows(id, person)


def to_grade(id: str) -> list[ToGrade]:
    """The answers in words of a test that raters grade."""
    return grading.to_grade(trials.state(id), all_sittings(id), answer_id)


def left_to(id: str, person: Person) -> int:
    """How many answers a rater has still to grade; none for who may not grade any more."""
    if sees_arms(id, person):
        return 0
    grades = trials.state(id).grades
    return sum(person.pk not in grades.get(one.id, {}) for one in to_grade(id))


def may_see(id: str, person: Person) -> bool:
    """Whether an outcome is there, and this rater has graded all, so that nothing keeps them from looking at it."""
    return bool(trials.state(id).outcomes) and not left_to(id, person)


# --- readers --------------------------------------------------------------------------------------------------------

FAMILIAR = "you know too much of this test to read in it: you helped to make it, or to write what is tested"
MET = (
    "you know too much of this test to read in it: you read one of its passages in another test, or helped to make that"
)


def knows_too_much(id: str, person: Person) -> str:
    """Why somebody cannot read in a test; "" if they can.

    The owner of the server cannot, to whom all of it is shown, nor who has, or ever had, a part in making it or in the
    works, nor who has met one of its passages in another test.
    """
    trial = trials.state(id)
    if person.is_owner or person.pk in trial.people or knows(id, person):
        return FAMILIAR
    began = models.Sitting.objects.filter(person=person, number__isnull=False).values_list("trial_id", flat=True)
    helped = models.TrialEvent.objects.filter(actor=person.pk).values_list("trial_id", flat=True)
    others = {*began, *helped} - {id}
    return MET if others and meets(trial, map(trials.state, sorted(others))) else ""


def sitting_of(id: str, person: Person) -> models.Sitting | None:
    """Somebody's sitting in a test."""
    return models.Sitting.objects.filter(trial_id=id, person=person).first()


def arrive(id: str, person: Person, knows: str, line: str) -> models.Sitting:
    """Lets somebody in as a reader; what they read is dealt when they begin. Who is in already stays who they were.
    Raises Refused."""
    with transaction.atomic():
        models.Trial.objects.select_for_update().get(pk=id)
        there = sitting_of(id, person)
        if there is not None:
            return there
        trial = trials.state(id)
        if trial.state != "open":
            raise Refused("this test is not open, so nobody can begin to read in it")
        if why := knows_too_much(id, person):
            raise Refused(why)
        row = models.Sitting.objects.create(trial_id=id, person=person)
        sittings.act(row.pk, person.pk, Act(slug(), "background", {"knows": knows, "line": line}))
    return row


CLOSED = "this test was closed, so nothing more is kept; what you answered before counts"


def do(row: models.Sitting, person: Person, act: Act) -> tuple[Event, bool]:
    """Does what a reader would do. Returns the event, and whether it had been done before. Raises Refused."""
    if act.kind != "start":
        return _do(row, person, act)
    with transaction.atomic():
        _deal(row)
        return _do(row, person, act)


def _deal(row: models.Sitting) -> None:
    """Settles what a reader reads who begins now: the next sequence of the plan. Within a transaction: if the reader
    does not begin after all, nothing was dealt. Raises Refused in a test that is not open."""
    # One after the other, so that each has a number of their own.
    models.Trial.objects.select_for_update().get(pk=row.trial_id)
    trial, sitting = trials.state(row.trial_id), sittings.state(row.pk)
    if sitting.parts or sitting.stopped:
        return
    if trial.state != "open":
        raise Refused(CLOSED)
    last = models.Sitting.objects.filter(trial_id=row.trial_id).aggregate(number=Max("number"))["number"]
    number = 0 if last is None else last + 1
    models.Sitting.objects.filter(pk=row.pk).update(number=number)
    sittings.house(row.pk, "begin", {"number": number, "parts": trial.dealt(number)})


def _do(row: models.Sitting, person: Person, act: Act) -> tuple[Event, bool]:
    def before(*_: Any) -> Mapping[str, Any]:
        # Within the transaction: whoever waited for their turn while the test was closed comes too late.
        if act.kind not in ("withdraw", "stop") and trials.state(row.trial_id).state != "open":
            raise Refused(CLOSED)
        return {}

    def after(event: Event) -> None:
        ends = event.kind in ("stop", "withdraw") or _last(row, event)
        if ends and row.ended_at is None:
            row.ended_at = datetime.fromtimestamp(event.at, UTC)
            models.Sitting.objects.filter(pk=row.pk).update(ended_at=row.ended_at)

    return sittings.act(row.pk, person.pk, act, before, after)


def _last(row: models.Sitting, event: Event) -> bool:
    return event.kind == "finish" and event.data["part"] == len(sittings.state(row.pk).parts) - 1


def take_out(row: models.Sitting, person: Person) -> None:
    """Takes a reader's answers out of the analysis, and what they wrote in words for good."""
    with transaction.atomic():
        if not sittings.state(row.pk).withdrawn:
            do(row, person, Act(slug(), "withdraw", {}))
        if worded := sittings.state(row.pk).worded:
            sittings.redact(row.pk, person.pk, worded)
    settle()


def all_sittings(id: str) -> list[Sitting]:
    """All sittings of a test: those who began in the order in which they did, then the others."""
    order = models.Sitting.objects.filter(trial_id=id).order_by(F("number").asc(nulls_last=True), "begun_at", "pk")
    events: dict[str, list[Event]] = {pk: [] for pk in order.values_list("pk", flat=True)}
    rows = models.SittingEvent.objects.filter(sitting__trial_id=id).order_by("sitting_id", "sequence")
    for row in rows.iterator(chunk_size=2000):
        events[row.sitting_id].append(row.happened())
    return [sittings_fold.fold(some) for some in events.values()]


def answer_id(trial: Trial, number: int, item: str) -> str:
    """What raters know an answer by: nobody can tell from it who gave it, nor to which of two items. The salt alone
    would not do, as the lead may hand it on; this server's secret stays with it."""
    salt = trial.registered.salt if trial.registered else ""
    return salted_hmac("cohobate.readings.answer", f"{salt} {number} {item}", algorithm="sha256").hexdigest()[:20]


__all__ = [
    "CLOSED",
    "FAMILIAR",
    "HOUSE",
    "act",
    "all_sittings",
    "answer_id",
    "arrive",
    "begin",
    "do",
    "knows",
    "knows_too_much",
    "left_to",
    "may_see",
    "sees_arms",
    "sitting_of",
    "sittings",
    "take_out",
    "to_grade",
    "trials",
]
