"""From what readers gave to what is analysed: a line an item, graded by its key or by two who did not know the arm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from cohobate.fidelity.raters import Reliability, krippendorff
from cohobate.practicum.reader_test import Answer
from cohobate.practicum.reading.sitting import GRACE, KNOWS, Given, Part, Sitting
from cohobate.practicum.reading.trial import Question, Trial

RATERS: Final = 2
"""Grades that an answer in words needs; it counts as their mean."""

Named = Callable[[Trial, int, str], str]
"""What raters know an answer by, from the test, the reader's number and the item."""


@dataclass(frozen=True, slots=True)
class ToGrade:
    """An answer in words, as a rater sees it, and nothing else of it."""

    id: str
    item: str
    text: str


@dataclass(frozen=True, slots=True)
class Graded:
    """What there is to analyse, and what was left out of it."""

    answers: tuple[Answer, ...]
    ungraded: tuple[str, ...]
    """Items of which an answer has not been graded by two; all answers to them are left out."""
    withdrawn: int
    """Readers who took their answers out."""
    late: int
    """Answers that came when the time was up."""
    ran_out: int
    """Parts whose time was up and whose readers never said that they were done."""

    def notes(self) -> list[str]:
        """What was left out, a sentence each."""
        found = []
        if self.ungraded:
            some = f"{len(self.ungraded)} items are" if len(self.ungraded) > 1 else "One item is"
            found.append(f"{some} left out, as not every answer in words has been graded by two raters.")
        if self.withdrawn:
            some = f"{self.withdrawn} readers" if self.withdrawn > 1 else "One reader"
            found.append(f"{some} took their answers out; they count nowhere.")
        if self.late:
            some = f"{self.late} answers" if self.late > 1 else "One answer"
            found.append(f"{some} came after the time was up, and did not count.")
        if self.ran_out:
            some = f"In {self.ran_out} parts" if self.ran_out > 1 else "In one part"
            found.append(f"{some} the time ran out and nobody came back; what was left empty counts as not answered.")
        return found


def to_grade(trial: Trial, sittings: Iterable[Sitting], named: Named) -> list[ToGrade]:
    """The answers in words that count, by item, and for each item in an order that tells nothing of who gave them."""
    found = [
        ToGrade(named(trial, sitting.number, item), item, given.text)
        for sitting in sittings
        if not sitting.withdrawn
        for part in sitting.parts
        for item, given in part.given.items()
        if given.text and not given.unsure
    ]
    order = {id: place for place, id in enumerate(trial.items)}
    return sorted(found, key=lambda one: (order[one.item], one.id))


def reliability(trial: Trial, there: Iterable[ToGrade]) -> Reliability:
    """How far the raters agree on these answers, distances between grades counting."""
    grades: list[Sequence[float]] = [list(trial.grades_of(one.id).values()) for one in there]
    return krippendorff(grades, "interval")


def graded(trial: Trial, sittings: Sequence[Sitting], named: Named) -> Graded:
    """The lines of the analysis.

    An item that was left empty in a part that the reader finished counts as not answered, like "I can't tell", and so
    it does where the time ran out, whether or not the page was still open to say so. Of a part that was left before,
    by stopping or when the test was closed, what was answered counts, and the rest was not reached; its time says
    nothing, and is left out.
    """
    began = [one for one in sittings if one.parts]
    ended = {one.number: [_at_its_end(trial, one, part) for part in one.parts] for one in began}
    counted = [one for one in began if not one.withdrawn and any(part.started is not None for part in one.parts)]
    ungraded = {one.item for one in to_grade(trial, counted, named) if len(trial.grades_of(one.id)) < RATERS}
    answers = [
        line
        for sitting in counted
        for part in ended[sitting.number]
        for line in _lines(trial, sitting, part, ungraded, named)
    ]
    return Graded(
        tuple(answers),
        tuple(id for id in trial.items if id in ungraded),
        sum(one.withdrawn for one in began),
        sum(len(part.late) for one in counted for part in one.parts),
        sum(
            part.running and ended[one.number][part.number].finished is not None
            for one in counted
            for part in one.parts
        ),
    )


def _at_its_end(trial: Trial, sitting: Sitting, part: Part) -> Part:
    """A part as it stood when nobody answered any more: finished by the time, if that was up before its reader stopped
    and before the test was closed. Nobody is to fare better for having closed a page."""
    ends = [at for at in (sitting.stopped_at, trial.closed_at) if at is not None]
    if not part.running or not ends or part.deadline + GRACE > min(ends):
        return part
    found = replace(part, seconds=dict(part.seconds))
    found.finish(part.deadline, "time")
    return found


def _lines(trial: Trial, sitting: Sitting, part: Part, ungraded: set[str], named: Named) -> Iterable[Answer]:
    items = [item for item in part.items if item not in ungraded]
    finished = part.finished is not None
    # The time of items that are left out was spent on this passage all the same.
    spare = sum(part.seconds.get(item, 0.0) for item in part.items if item in ungraded)
    for item in items:
        question, given = trial.items[item], part.given.get(item)
        correct, unanswered = _mark(trial, sitting, question, given, finished, named)
        seconds = part.seconds.get(item, 0.0) + spare / len(items) if finished and correct is not None else None
        yield Answer(
            reader=f"r{sitting.number + 1:03}",
            item=item,
            arm=part.arm,
            correct=correct,
            unanswered=unanswered,
            seconds=seconds,
            kind=question.kind,
            background=KNOWS.get(sitting.background, ""),
            passage=question.passage,
            period=part.number,
        )


def _mark(
    trial: Trial, sitting: Sitting, question: Question, given: Given | None, finished: bool, named: Named
) -> tuple[float | None, bool]:
    """How an item was answered, and whether it was left open; None for what was not reached."""
    if given is None:
        return (0.0, True) if finished else (None, False)
    if given.unsure:
        return 0.0, True
    if given.choice is not None:
        return float(given.choice == question.key), False
    if given.gone:
        return None, False
    return fmean(trial.grades_of(named(trial, sitting.number, question.id)).values()), False
