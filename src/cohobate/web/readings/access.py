"""Who may see what of a reader test. What is not yours looks as if it did not exist.

lead      all but single answers before the end, and never who gave which
examiner  passages, items
rater     items that are answered in words, and these answers
reader    their own sitting, and what came of the test when it is done
work      whoever writes or reviews the work: that there is a test, and what came of it
owner     what the lead sees
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from cohobate.web.edge import problem
from cohobate.web.people.models import Person
from cohobate.web.readings.models import Sitting, Trial
from cohobate.web.works.models import Part

NONE = "There is no such reader test, or you have no part in it."


def trial_for(person: Person, id: str, *roles: str) -> Trial:
    """The test with that id, for whoever has one of these parts in it: lead, examiner, rater, reader, work. The owner
    of the server counts as a lead. Raises Http404 for anybody else."""
    found = Trial.objects.filter(pk=id).first()
    if found is None or not (parts_in(person, found) & set(roles)):
        raise Http404(NONE)
    return found


def parts_in(person: Person, trial: Trial) -> set[str]:
    """All parts that somebody has in a test."""
    found = set(trial.parts.filter(person=person).values_list("role", flat=True))
    if person.is_owner:
        found.add("lead")
    if Sitting.objects.filter(trial=trial, person=person).exists():
        # Who reads, reads: nothing else of the test is for them until it is done.
        return {"reader"}
    if Part.objects.filter(work_id=trial.work_id, person=person).exists():
        found.add("work")
    return found


def writes(person: Person, work: str) -> bool:
    """Whether somebody writes a work, and so can have it tested."""
    return bool(Part.objects.filter(work_id=work, person=person, role="writer").exists())


def somebody_else(request: HttpRequest) -> HttpResponse | None:
    """A refusal where a page was opened by somebody whose browser is another person's by now: what is sent from it is
    not theirs. None for whoever opened it."""
    meant = request.POST.get("as")
    if not meant or meant == request.person.pk:
        return None
    sentence = f"You are {request.person} here now, by another personal link, so nothing was taken from this page."
    return problem(request, 403, sentence, "Come in by your own link again, and then it goes on.")
