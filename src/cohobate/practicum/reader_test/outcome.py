"""What came of a reader test: every figure with its interval, one sentence, and the data of a ledger's entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from cohobate.errors import WrongUse
from cohobate.fidelity.crossover import ALL, ARMS, DISTILLATION, NO_TEXT, SOURCE, Crossover, Figure
from cohobate.fidelity.paired import FEWEST_READERS, SCOPES, Finding
from cohobate.ledger import reader_test
from cohobate.practicum.reader_test.answers import Answer, contradictions, crossover
from cohobate.practicum.reader_test.saying import MARGIN, sentence

PAGE: Final = "the page"
"""What a ledger's sentence calls the distillation: no title stands in a ledger."""


@dataclass(frozen=True)
class Outcome:
    """What came of a reader test."""

    table: Crossover
    """The answers, as numbers: all else follows from them."""
    margin: float
    """How far below the source's share is still "as well as": a share, 0 … 1."""
    notes: tuple[str, ...]
    """What to know before one believes it, a sentence each; nothing if all went as planned."""

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure: of all items and readers for both scopes, then by kind and by background."""
        return self.table.figures()

    def finding(self, what: str, scope: str = SCOPES[0], kind: str = ALL, background: str = ALL) -> Finding | None:
        """One finding, such as "help" or "accuracy_source"; None if the test has none. Times have one scope."""
        for one in self.figures:
            if (one.what, one.kind, one.background) == (what, kind, background) and (
                one.finding.scope == scope or one.finding.scope not in SCOPES
            ):
                return one.finding
        return None

    def sentence(self, page: str = "your page", scope: str = SCOPES[0]) -> str:
        """The outcome in one sentence. `page` is what the distillation is called, such as "the page on maps"."""
        return sentence(lambda what: self.finding(what, scope), page, self.margin)

    def entry(self) -> dict[str, Any]:
        """The data of a ledger's entry of the kind `READER_TEST`: measurements, the answers they follow from, the
        margin, and the sentence that both make, of `PAGE`."""
        return reader_test(self.table) | {"margin": self.margin, "sentence": self.sentence(PAGE)}

    def to_dict(self) -> dict[str, Any]:
        """The outcome as JSON values, the answers left out."""
        return {
            "sentence": self.sentence(),
            "margin": self.margin,
            "fewest_readers": FEWEST_READERS,
            "notes": list(self.notes),
            "readers": len(self.table.backgrounds),
            "items": len(self.table.kinds),
            "arms": self.by_arm(),
            "measurements": [one.to_dict() for one in self.figures],
        }

    def by_arm(self) -> dict[str, dict[str, int]]:
        """For each arm that occurs: how many readers answered in it, how many items, how many answers, how many of them
        were "I can't tell", and how many items were not reached."""
        found = {}
        for arm, name in enumerate(ARMS):
            here = [one for one in self.table.given if one.arm == arm]
            answered = [one for one in here if one.correct is not None]
            if here:
                found[name] = {
                    "readers": len({one.reader for one in answered}),
                    "items": len({one.item for one in answered}),
                    "answers": len(answered),
                    "unanswered": sum(one.unanswered for one in answered),
                    "not_reached": len(here) - len(answered),
                }
        return found


def analyse(answers: Iterable[Answer], margin: float = MARGIN, confidence: float = 0.95) -> Outcome:
    """What came of a test.

    answers:     no reader and item twice
    margin:      how far below the source is still "as well as", a share strictly between 0 and 1
    confidence:  of every interval by itself, strictly between 0 and 1

    Raises WrongUse for answers that contradict one another, or if there are none.
    """
    all_ = list(answers)
    if not 0 < margin < 1:
        raise WrongUse(f"margin {margin}: it is a share strictly between 0 and 1; try {MARGIN}")
    if not 0 < confidence < 1:
        raise WrongUse(f"confidence {confidence}: it must lie strictly between 0 and 1; try 0.95")
    if not all_:
        raise WrongUse("there are no answers to analyse; add them")
    for mistake in contradictions(list(enumerate(all_, start=1))):
        raise WrongUse(f"answer {mistake.line}: {mistake.sentence}")
    table = crossover(all_, confidence)
    outcome = Outcome(table, margin, ())
    return Outcome(table, margin, tuple(_notes(all_, outcome.by_arm())))


def _notes(answers: list[Answer], by_arm: Mapping[str, Mapping[str, int]]) -> Iterable[str]:
    for arm in ARMS:
        if arm not in by_arm:
            yield f"Nobody answered in the arm '{arm}'."
        elif not by_arm[arm]["answers"]:
            yield f"Nobody came as far as answering in the arm '{arm}'."
    in_arms = {
        arm: {one.reader for one in answers if one.arm == arm and one.correct is not None}
        for arm in (NO_TEXT, DISTILLATION)
    }
    apart = len(in_arms[NO_TEXT] ^ in_arms[DISTILLATION])
    if apart and all(in_arms.values()):
        tell = "tells" if apart == 1 else "tell"
        yield f"{_people(apart)} answered only with or only without the distillation, and {tell} nothing of its help."
    missed = sum(one["not_reached"] for one in by_arm.values())
    if missed:
        count = "it counts" if missed == 1 else "they count"
        yield f"{_items(missed)} not reached; {count} as neither right nor wrong."
    versions = Counter({(one.reader, one.passage, one.arm) for one in answers if one.passage and one.arm != NO_TEXT})
    spoilt = Counter((reader, passage) for reader, passage, _ in versions)
    twice = len({reader for (reader, _), times in spoilt.items() if times > 1})
    if twice:
        yield (
            f"{_people(twice)} met a passage both as {SOURCE} and as {DISTILLATION}: who has read one version is "
            "spoilt for the other, so the comparison with the source flatters whichever came second."
        )
    late = _read_before(answers)
    if late:
        yield f"{_people(len(late))} had read something before the items without text, which may have helped there."


def _read_before(answers: Iterable[Answer]) -> set[str]:
    """Readers who had read something before the last of their items without text."""
    first_read: dict[str, int] = {}
    last_without: dict[str, int] = {}
    for one in answers:
        if one.period is not None and one.arm == NO_TEXT:
            last_without[one.reader] = max(one.period, last_without.get(one.reader, one.period))
        elif one.period is not None:
            first_read[one.reader] = min(one.period, first_read.get(one.reader, one.period))
    return {reader for reader, period in first_read.items() if period < last_without.get(reader, period)}


def _people(number: int) -> str:
    return "One reader" if number == 1 else f"{number} readers"


def _items(number: int) -> str:
    return "One item was" if number == 1 else f"{number} items were"
