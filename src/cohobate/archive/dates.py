"""Dates as far as they are known: a year, a month or a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from cohobate.archive.diagnostics import Problem, quoted


@dataclass(frozen=True, slots=True)
class Date:
    """A year, and perhaps its month and day, all counted from 1."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


_NUMBERS = re.compile(
    r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2})(?P<time>[T ]\d{1,2}:\d{2}.*)?)?)?", re.ASCII
)
_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WORDS = (
    re.compile(rf"(?P<month>{_MONTH})\.?,? (?P<year>\d{{4}})", re.ASCII),
    re.compile(rf"(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})", re.ASCII),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)? (?P<month>{_MONTH})\.?,? (?P<year>\d{{4}})", re.ASCII),
)


def read_date(value: object, line: int) -> tuple[Date | None, list[Problem]]:
    """The date in a field, as far as it goes, and what is wrong with it; None for nothing, and for what is no date."""
    text = " ".join(str(value).split())
    if value is None or not text:
        return None, []
    if found := _NUMBERS.fullmatch(text):
        exact = not found["time"] and not re.search(r"[/.]", text) and len(text) in (4, 7, 10)
        date, code = _made(*(int(found[part]) if found[part] else None for part in ("year", "month", "day")))
        if date is not None:
            code = code or ("" if exact or found["time"] else "worded-date")
            return date, [Problem(line, code, quoted(text), str(date))] if code else []
    for pattern in _WORDS:
        if found := pattern.fullmatch(text.lower()):
            day = found.groupdict().get("day")
            date, code = _made(int(found["year"]), _MONTHS[found["month"]], int(day) if day else None)
            if date is not None:
                return date, [Problem(line, code or "worded-date", quoted(text), str(date))]
    return None, [Problem(line, "unread-date", quoted(text))]


def _made(year: int | None, month: int | None, day: int | None) -> tuple[Date | None, str]:
    """As much of it as can be, and the rule that it breaks."""
    if not year:
        return None, ""
    if month is None:
        return Date(year), ""
    if not 1 <= month <= 12:
        return Date(year), "impossible-date" if month or day else "partial-date"
    if day is None:
        return Date(year, month), ""
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return Date(year, month), "impossible-date" if day else "partial-date"
    return Date(year, month, day), ""
