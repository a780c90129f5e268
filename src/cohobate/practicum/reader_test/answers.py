"""A file of answers: one line an item that a reader was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cohobate.fidelity.crossover import ALL, ARMS, Crossover, Given
from cohobate.frontmatter import Mistake
from cohobate.practicum.reader_test.table import Row, nearest, number_in, rows_of

COLUMNS: Final = ("reader", "item", "arm", "correct", "unanswered", "seconds")
"""That a file of answers has to have."""

MORE_COLUMNS: Final = ("kind", "background", "passage", "period")
"""That it may have."""

LONGEST: Final = 86_400.0
"""Seconds, a day. An answer that took longer was not watched by a clock."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One item that a reader was given."""

    reader: str
    item: str
    arm: str
    """One of `ARMS`."""
    correct: float | None
    """1 right, 0 wrong or unanswered, grades between; None if the reader did not get as far as this."""
    unanswered: bool = False
    """Whether "I can't tell from this" was chosen."""
    seconds: float | None = None
    """From when the item, or the text before it, was shown until it was answered: those of a passage add up to the time
    spent on it, the reading included."""
    kind: str = ""
    """Of the item."""
    background: str = ""
    """Of the reader."""
    passage: str = ""
    """That the item is about."""
    period: int | None = None
    """The how-manieth thing that the reader did, from 0."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file of answers holds, or what is wrong with it: one of the two is empty."""

    answers: tuple[Answer, ...]
    mistakes: tuple[Mistake, ...]


def read_answers(text: str) -> Reading:
    """The answers in a file's text, or every mistake with its line; nothing is guessed."""
    rows, found = rows_of(text, COLUMNS, MORE_COLUMNS)
    mistakes = list(found)
    decimal_comma = ";" in text.removeprefix("\ufeff").lstrip("\r\n").partition("\n")[0]
    answers: list[tuple[int, Answer]] = []
    for row in rows:
        wrong: list[str] = []
        answer = _answer(row, decimal_comma, wrong.append)
        mistakes += [Mistake(row.line, sentence) for sentence in wrong]
        if not wrong:
            answers.append((row.line, answer))
    mistakes += contradictions(answers)
    if mistakes:
        return Reading((), tuple(sorted(mistakes, key=lambda one: one.line)))
    return Reading(tuple(answer for _, answer in answers), ())


def contradictions(answers: Sequence[tuple[int, Answer]]) -> list[Mistake]:
    """What is wrong with answers taken together, each with its line: given twice, or told in two ways."""
    mistakes = []
    given: dict[tuple[str, str], int] = {}
    told: dict[tuple[str, str, str], tuple[str, int]] = {}
    for line, one in answers:
        before = given.setdefault((one.reader, one.item), line)
        if before != line:
            mistakes.append(
                Mistake(
                    line,
                    f"reader '{one.reader}' answers item '{one.item}' a second time, after line {before}: who has "
                    "answered an item knows it; keep the first",
                )
            )
        for what, whose, of in (
            ("kind", f"item '{one.item}'", one.kind),
            ("passage", f"item '{one.item}'", one.passage),
            ("background", f"reader '{one.reader}'", one.background),
        ):
            if of == ALL and (what, whose, "") not in told and what != "passage":
                mistakes.append(
                    Mistake(line, f"the {what} of {whose} is '{ALL}', which stands for every {what}; call it otherwise")
                )
            said, where = told.setdefault((what, whose, ""), (of, line))
            if said != of:
                mistakes.append(
                    Mistake(
                        line,
                        f"the {what} of {whose} is '{of}' here and '{said}' in line {where}: it has one; correct one "
                        "of them",
                    )
                )
    return mistakes


def items_of(answers: Iterable[Answer]) -> list[str]:
    """The names of the items, in the order in which `crossover` counts them."""
    return sorted({one.item for one in answers})


def crossover(answers: Iterable[Answer], confidence: float = 0.95) -> Crossover:
    """The answers as a table of numbers: readers and items are counted in the order of their names.

    What the readers are called is left out.
    """
    all_ = list(answers)
    readers, items = sorted({one.reader for one in all_}), items_of(all_)
    place_of_reader = {name: place for place, name in enumerate(readers)}
    place_of_item = {name: place for place, name in enumerate(items)}
    given = sorted(
        Given(
            place_of_reader[one.reader],
            place_of_item[one.item],
            ARMS.index(one.arm),
            one.correct,
            int(one.unanswered),
            one.seconds,
        )
        for one in all_
    )
    kinds, passages = ({one.item: getattr(one, of) for one in all_} for of in ("kind", "passage"))
    backgrounds = {one.reader: one.background for one in all_}
    return Crossover(
        tuple(given),
        tuple(kinds[item] for item in items),
        tuple(passages[item] for item in items),
        tuple(backgrounds[reader] for reader in readers),
        confidence,
    )


def _answer(row: Row, decimal_comma: bool, wrong: Callable[[str], None]) -> Answer:
    cells = row.cells
    for name in ("reader", "item"):
        if not cells[name]:
            wrong(f"the {name} is empty: every answer is some {name}'s; name it")
    if cells["arm"] not in ARMS:
        said = f"'{cells['arm']}' is no arm" if cells["arm"] else "the arm is empty"
        wrong(f"{said}: arms are {', '.join(ARMS)}; {nearest(cells['arm'], ARMS)}")
    correct, unanswered = _marks(cells["correct"], cells["unanswered"], decimal_comma, wrong)
    seconds = number_in(cells["seconds"], decimal_comma) if cells["seconds"] else None
    if cells["seconds"] and (seconds is None or not 0 <= seconds <= LONGEST):
        wrong(
            f"seconds '{cells['seconds']}': a time is a number from 0 to {LONGEST:,.0f}, a day; correct it, or leave "
            "it empty if it was not taken"
        )
    period = cells["period"]
    if period and not (period.isascii() and period.isdigit()):
        wrong(f"period '{period}': periods are counted in whole numbers from 0; correct it, or leave it empty")
    return Answer(
        cells["reader"],
        cells["item"],
        cells["arm"],
        correct,
        unanswered,
        seconds,
        cells["kind"],
        cells["background"],
        cells["passage"],
        int(period) if period.isascii() and period.isdigit() else None,
    )


def _marks(
    correct: str, unanswered: str, decimal_comma: bool, wrong: Callable[[str], None]
) -> tuple[float | None, bool]:
    """How the item was answered; nothing, if the reader did not get as far."""
    if not correct and not unanswered:
        return None, False
    mark = number_in(correct, decimal_comma)
    if mark is None or not 0 <= mark <= 1:
        wrong(f"correct '{correct}': 1 is right, 0 is wrong, grades lie between; write a number from 0 to 1")
    if unanswered not in ("0", "1"):
        wrong(f"unanswered '{unanswered}': 1 is \"I can't tell from this\", 0 is any other answer; write 0 or 1")
    elif unanswered == "1" and mark:
        wrong(f"correct is {correct} and unanswered is 1: what was not answered is not right; correct one of them")
    return mark, unanswered == "1"
