"""How error compounds: wrong answers level by level, in several runs that were asked the same questions.

A level is how deep the work below a question goes, so the error at a level is what the errors below it and the error of
the step itself come to. All of it is from each run's last iteration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from cohobate.fidelity import Estimate
from cohobate.report import words
from cohobate.report.pictures import Series
from cohobate.report.reading import DISTILLATION, X_ALONE, Record

Named = Sequence[tuple[str, Record]]
"""Runs, each with the name that it goes by on the page."""


@dataclass(frozen=True)
class Errors:
    """A row of the table: one kind and level of question, or one level over all kinds."""

    kind: str
    level: int
    of_runs: Sequence[tuple[Estimate | None, Estimate | None]]
    """For each run, how often X is wrong, and how often X answers otherwise than its predecessor amplified (where the
    truth was the teacher, the same as wrong)."""


def error(record: Record, what: str, kind: str | None = None, level: int | None = None) -> Estimate | None:
    """The share that is *not* as `what` says, in the last iteration; None if it was not measured."""
    found = record.iterations[-1].estimate(what, kind, level) if record.iterations else None
    return None if found is None else found.opposite


def levels_of(records: Named) -> list[int]:
    """Every level that any of the runs was asked about, rising."""
    return sorted({level for _, level in _cells(records)})


def _cells(records: Named) -> list[tuple[str, int]]:
    found = [cell for _, record in records if record.iterations for cell in record.iterations[-1].cells(X_ALONE)]
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    return sorted(set(found), key=lambda cell: (kinds.index(cell[0]), cell[1]))


def table(records: Named) -> list[Errors]:
    """For every kind and level, and if there are several kinds for every level over all of them."""
    places: list[tuple[str | None, int]] = [*_cells(records)]
    if len({kind for kind, _ in places}) > 1:
        places += [(None, level) for level in levels_of(records)]
    return [
        Errors(
            kind or "all",
            level,
            [(error(record, X_ALONE, kind, level), error(record, DISTILLATION, kind, level)) for _, record in records],
        )
        for kind, level in places
    ]


def sentences(records: Named) -> Iterator[str]:
    """What was found of each run: its error at the lowest and the highest level that say something, and of the step."""
    for name, record in records:
        told = [(level, error(record, X_ALONE, level=level)) for level in levels_of(records)]
        known = [(level, found) for level, found in told if found is not None and not found.too_few]
        if len(known) < 2:
            continue
        (low, least), (high, most) = known[0], known[-1]
        step = error(record, DISTILLATION)
        taught = "the truth" if record.summary.overseer == "supervised" else "its amplified predecessor"
        of_step = (
            f"; it differs from {taught} on {words.share_of(step)} of all"
            if step is not None and not step.too_few
            else ""
        )
        yield words.bound(
            f"In {name} ({assistants(record)}) X is wrong on {words.share_of(least)} at level {low} and on "
            f"{words.share_of(most)} at level {high}{of_step}."
        )


def assistants(record: Record) -> str:
    """Whether X is one network or several, in words."""
    settings = record.configuration.get("settings")
    by = settings.get("assistants", "one") if isinstance(settings, dict) else "one"
    return {"one": "one X", "kinds": "a specialist a kind", "levels": "a specialist a level"}.get(str(by), str(by))


def picture(records: Named, width: int) -> alt.LayerChart:
    """Wrong answers of X by level, a line for each run, with intervals."""
    names, levels = [name for name, _ in records], levels_of(records)
    values: list[dict[str, Any]] = []
    for i, (name, record) in enumerate(records):
        for level in levels:
            found = error(record, X_ALONE, level=level)
            if found is not None and not found.too_few:
                # Runs stand side by side at a level, so that no interval hides another.
                x = level + (i - (len(records) - 1) / 2) * min(0.08, 0.6 / len(records))
                values.append({"x": x, "share": found.share, "low": found.low, "high": found.high, "who": name})
    series = Series(names, width, absent=set(names) - {row["who"] for row in values})
    top = max((row["high"] for row in values), default=1.0)

    def up(field: str) -> alt.Y:
        axis = alt.Axis(title="wrong answers by X", format="~%", tickCount=5)
        return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, top], nice=True), axis=axis)

    domain = alt.Scale(domain=[levels[0] - 0.5, levels[-1] + 0.5], nice=False)
    axis = alt.Axis(title="level of the question", values=levels, format="d", labelOverlap=True)
    base = alt.Chart(alt.InlineData(values=values)).encode(x=alt.X("x:Q", scale=domain, axis=axis), color=series.colour)
    layers = [
        base.mark_line(strokeWidth=2, strokeJoin="round").encode(y=up("share"), strokeDash=series.dash),
        base.mark_rule(strokeWidth=1.4).encode(y=up("low"), y2="high:Q"),
        base.mark_point(filled=True, size=36, opacity=1).encode(y=up("share")),
    ]
    return alt.LayerChart(layer=layers, width=width - 70, height=240)
