"""The pictures of a report. Each is a function from what was recorded and a width to a chart: page and file share it.

The width is that of the whole picture in pixels, roughly; narrow ones, for phones, stack what wide ones set side by
side. Nothing is told by colour alone: lines differ in their dashes too, and marks in their shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias, TypeVar

import altair as alt

from cohobate.fidelity import Estimate
from cohobate.report.drawing import DASHES, MUTED, SERIES, SHAPES
from cohobate.report.reading import AMPLIFICATION, DISTILLATION, H_ALONE, H_WITH_X, X_ALONE, Iteration, Look, Record
from cohobate.report.trust import CURVES, MEASURED_ERROR, drawn

WIDE, NARROW = 740, 350
MOST_POINTS = 200
"""Along one line; more would only make the file larger."""
MOST_DOTTED = 40
"""Looks up to which each gets a dot on its line."""
MOST_PANELS = 12
LEAST_ERROR = 0.001
"""On a logarithmic scale; smaller errors are drawn there."""
RARE = 40
"""Levels with fewer questions in a look share a panel with those above them."""

T = TypeVar("T")
Values: TypeAlias = list[dict[str, Any]]


def thinned(rows: Sequence[T], most: int) -> list[T]:
    """At most `most` of the rows, evenly spread, the first and the last among them."""
    if len(rows) <= most:
        return list(rows)
    return [rows[round(i * (len(rows) - 1) / (most - 1))] for i in range(most)]


def unit_of_time(seconds: float) -> tuple[float, str]:
    """How many seconds the unit has that suits a span of so many, and its name."""
    if seconds < 300:
        return 1, "seconds"
    return (60, "minutes") if seconds < 3 * 3600 else (3600, "hours")


def panels_of(looks: Sequence[Look]) -> list[tuple[str, list[int]]]:
    """The panels of levels, by title: a level each, and the highest together where they are many or rare."""
    levels = sorted({level for look in looks for level in look.accuracy_by_level})
    counts = looks[-1].evaluated_by_level if looks else {}
    most = len(levels) if len(levels) <= MOST_PANELS else MOST_PANELS - 1
    alone = min([most, *(i for i, level in enumerate(levels) if i and counts.get(level, 0) < RARE)])
    panels = [(f"level {level}", [level]) for level in levels[:alone]]
    rest = levels[alone:]
    if rest:
        panels.append((f"level {rest[0]}" if len(rest) == 1 else f"levels {rest[0]} to {rest[-1]}", rest))
    return panels


# --- parts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """What is drawn in one picture, told apart by the field `who`: by colour, and by dash or shape."""

    names: Sequence[str]
    width: int
    """Of the whole picture, which the legend has to fit."""
    lines: bool = True
    """Whether the legend shows lines, and not marks."""
    absent: Collection[str] = ()
    """Those that keep their colour and are left out of the legend."""

    @property
    def _legend(self) -> alt.Legend | None:
        if len(self.names) < 2:
            return None
        listed = [name for name in self.names if name not in self.absent]
        entry = 28 + 6.2 * min(42, max((len(name) for name in listed), default=0))
        columns = max(1, int((self.width - 30) / entry))
        symbol: dict[str, Any] = (
            {"symbolType": "stroke", "symbolSize": 260} if self.lines else {"symbolSize": 60, "symbolStrokeWidth": 0}
        )
        return alt.Legend(values=listed, columns=0 if columns >= len(listed) else columns, symbolOpacity=1, **symbol)

    def _scale(self, values: Sequence[Any], shift: int = 0) -> alt.Scale:
        # When the colours have been through, dashes and shapes go one further: no pair comes twice too soon.
        chosen = [values[(i + shift * (i // len(SERIES))) % len(values)] for i in range(len(self.names))]
        return alt.Scale(domain=list(self.names), range=chosen)

    @property
    def colour(self) -> alt.Color:
        return alt.Color("who:N", scale=self._scale(SERIES), legend=self._legend)

    @property
    def dash(self) -> alt.StrokeDash:
        return alt.StrokeDash("who:N", scale=self._scale(DASHES, 1), legend=self._legend)

    @property
    def shape(self) -> alt.Shape:
        return alt.Shape("who:N", scale=self._scale(SHAPES, 1), legend=self._legend)


def _share(
    title: str | None, field: str = "share", *, low: float = 0.0, values: Sequence[float] | None = None
) -> alt.Y:
    """Shares upwards, in per cent."""
    ticks: dict[str, Any] = {} if values is None else {"values": list(values)}
    axis = alt.Axis(title=title, format="~%", tickCount=5, **ticks)
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[low, 1], nice=False), axis=axis)


def _error(field: str, *, low: float = LEAST_ERROR) -> alt.Y:
    """Errors upwards, in per cent, on a logarithmic scale: halving a small one counts for as much as a large one."""
    scale = alt.Scale(type="log", domain=[low, 1], nice=False)
    ticks = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]
    axis = alt.Axis(title="error", format="~%", values=[tick for tick in ticks if tick >= low])
    return alt.Y(f"{field}:Q", scale=scale, axis=axis)


def _across(title: str | None, end: float, ticks: int) -> alt.X:
    """What was spent, from nothing to `end`, along the field `x`."""
    axis = alt.Axis(title=title, tickCount=ticks, labelOverlap=True)
    return alt.X("x:Q", scale=alt.Scale(domain=[0, end or 1], nice=ticks), axis=axis)


def _lines(values: Values, series: Series, x: alt.X, y: alt.Y, width: int, height: int) -> alt.LayerChart:
    base = alt.Chart(alt.InlineData(values=values)).encode(x=x, y=y, color=series.colour)
    layers = [base.mark_line(strokeWidth=2, strokeJoin="round").encode(strokeDash=series.dash)]
    if len({row["x"] for row in values}) <= MOST_DOTTED:
        layers.append(base.mark_point(filled=True, size=18, opacity=1))
    return alt.LayerChart(layer=layers, width=width, height=height)


def _iterations(iterations: Sequence[int], width: int) -> alt.X:
    """Iterations in whole numbers, along the field `x`."""
    first, last, most = iterations[0], iterations[-1], max(2, width // 45)
    ticks: dict[str, Any] = (
        {"values": list(iterations)} if len(iterations) <= most else {"tickMinStep": 1, "tickCount": most}
    )
    axis = alt.Axis(title="iteration", format="d", labelOverlap=True, **ticks)
    domain = [first, last] if last > first else [first - 0.5, first + 0.5]
    return alt.X("x:Q", scale=alt.Scale(domain=domain, nice=False, padding=14), axis=axis)


def _intervals(values: Values, series: Series, y: Callable[[str], alt.Y], width: int) -> alt.LayerChart:
    """An estimate for each iteration: a mark, its interval as a bar, and a faint line from mark to mark.

    y:  the scale upwards, for a field
    """
    iterations = sorted({row["iteration"] for row in values})
    first, last = iterations[0], iterations[-1]
    x = _iterations(iterations, width)
    slot = (width - 28) / max(1, last - first)
    # Series that share an iteration stand side by side, `step` pixels apart: no interval hides another.
    step = min(7.0, 0.7 * slot / len(series.names))
    middle = (len(series.names) - 1) / 2
    values = [row | {"x": row["iteration"] + (series.names.index(row["who"]) - middle) * step / slot} for row in values]
    base = alt.Chart(alt.InlineData(values=values)).encode(x=x, color=series.colour)
    roomy = step > 2
    layers = [
        base.mark_line(strokeWidth=1.2, opacity=0.45).encode(y=y("share")),
        base.mark_rule(strokeWidth=1.6 if roomy else 0.9).encode(y=y("low"), y2="high:Q"),
        base.mark_point(filled=True, size=36 if roomy else 12, opacity=1).encode(y=y("share"), shape=series.shape),
    ]
    return alt.LayerChart(layer=layers, width=width, height=220)


def _point(iteration: int, who: str, found: Estimate) -> dict[str, Any]:
    return {"iteration": iteration, "who": who, "share": found.share, "low": found.low, "high": found.high}


# --- the pictures of one run ----------------------------------------------------------------------------------------


def accuracy(record: Record, width: int) -> alt.ConcatChart:
    """A panel for each level: X's accuracy over the time of training, and its amplified teacher's."""
    panels = panels_of(record.looks)
    looks = thinned(record.looks, MOST_POINTS)
    length, unit = unit_of_time(looks[-1].seconds)
    taught = any(look.teacher() for look in looks)
    series = Series(["X alone", "its amplified teacher"] if taught else ["X alone"], width)
    columns = _panels_across(len(panels)) if width > 500 else min(len(panels), 2)
    inner = (width - 50) // columns - 36 if columns > 1 else width - 70
    charts = []
    for i, (title, levels) in enumerate(panels):
        values: Values = []
        for look in looks:
            for who, found in zip(series.names, (look.x(levels), look.teacher(levels)), strict=False):
                if found is not None and not found.too_few:
                    values.append({"x": look.seconds / length, "share": found.share, "who": who})
        below = i + columns >= len(panels)
        x = _across(f"{unit} of training" if below else None, looks[-1].seconds / length, ticks=4)
        y = _share("right answers" if i % columns == 0 else None, values=[0, 0.5, 1])
        height = 110 if columns > 1 else 220
        charts.append(_lines(values, series, x, y, inner, height).properties(title=title))
    return alt.concat(*charts, columns=columns, spacing={"row": 16, "column": 16})


def _panels_across(count: int) -> int:
    """How many panels a row has, 4 at most: what leaves the fewest places empty."""
    return count if count <= 4 else min((4, 3), key=lambda columns: -count % columns)


def decisions(record: Record, width: int) -> alt.LayerChart:
    """X's accuracy against the decisions that H had made by then for training, for each kind and for all."""
    kinds = record.kinds if len(record.kinds) > 1 else []
    series = Series(["all questions", *kinds], width)
    values: Values = []
    for look in thinned(record.looks, MOST_POINTS):
        shares = {"all questions": look.accuracy} | {kind: look.accuracy_by_kind.get(kind) for kind in kinds}
        values += [
            {"x": look.decisions, "share": share, "who": who} for who, share in shares.items() if share is not None
        ]
    x = _across("decisions by H for training", record.looks[-1].decisions, ticks=6 if width > 500 else 4)
    inner = width - 70
    chart = _lines(values, series, x, _share("right answers by X"), inner, 240)
    if record.summary.until is None:
        return chart
    target = alt.Chart(alt.InlineData(values=[{"share": record.summary.until}])).encode(y=_share("right answers by X"))
    layers = [target.mark_rule(stroke=MUTED, strokeDash=[2, 3]), chart]
    return alt.LayerChart(layer=layers, width=inner, height=240)


def fidelity(record: Record, width: int) -> alt.ConcatChart:
    """Per iteration and kind, with intervals: what amplification preserves, and what distillation preserves."""
    iterations = thinned(record.iterations, MOST_POINTS)
    series = Series(
        list(dict.fromkeys(k for one in iterations for k in one.kinds(AMPLIFICATION, DISTILLATION))), width, False
    )
    titles = {AMPLIFICATION: "Amplification preserves", DISTILLATION: "Distillation preserves"}
    panels: dict[str, Values] = {}
    for what, title in titles.items():
        found = [(one.iteration, kind, one.estimate(what, kind)) for one in iterations for kind in series.names]
        values = [_point(iteration, kind, e) for iteration, kind, e in found if e is not None and e.asked]
        if values:
            panels[title] = values
    lowest = min(row["low"] for values in panels.values() for row in values)
    low = 0.0 if lowest < 0.5 else int(lowest * 10) / 10
    columns = min(len(panels), 2 if width > 500 else 1)
    inner = (width - 60) // columns - 26 if columns > 1 else width - 70
    charts = [
        _intervals(
            values, series, partial(_share, "same answer" if i % columns == 0 else None, low=low), inner
        ).properties(title=title)
        for i, (title, values) in enumerate(panels.items())
    ]
    return alt.concat(*charts, columns=columns, spacing={"row": 20, "column": 24})


def together(record: Record, width: int) -> alt.LayerChart:
    """Per iteration, with intervals: right answers of H with X, of X alone, and of H alone."""
    whos = {X_ALONE: "X alone", H_WITH_X: "H with X", H_ALONE: "H alone"}
    values: Values = []
    for one in thinned(record.iterations, MOST_POINTS):
        for what, who in whos.items():
            found = one.estimate(what)
            if found is not None and found.asked:
                values.append(_point(one.iteration, who, found))
    present = {row["who"] for row in values}
    series = Series([who for who in whos.values() if who in present], width, False)
    return _intervals(values, series, partial(_share, "right answers"), width - 70)


def trust(record: Record, width: int) -> alt.LayerChart:
    """Per iteration, on one scale: the bounds on the error, with a band down to what was seen, and the error measured.

    The band of the measured error is its interval.
    """
    values = [row for one in thinned(record.iterations, MOST_POINTS) for row in _errors(one)]
    iterations = sorted({row["iteration"] for row in values})
    dotted = len(iterations) <= MOST_DOTTED
    series, inner = _curves(values, width, lines=not dotted), width - 70
    error = _errors_upwards(values)
    if len(iterations) == 1:
        return _intervals(values, series, error, inner)
    values = [row | {"x": row["iteration"]} for row in values]
    base = alt.Chart(alt.InlineData(values=values)).encode(x=_iterations(iterations, inner), color=series.colour)
    layers = [
        base.mark_area(opacity=0.13).encode(y=error("low"), y2="high:Q"),
        base.mark_line(strokeWidth=2, strokeJoin="round").encode(y=error("share"), strokeDash=series.dash),
    ]
    if dotted:
        layers.append(base.mark_point(filled=True, size=36, opacity=1).encode(y=error("share"), shape=series.shape))
    return alt.LayerChart(layer=layers, width=inner, height=280)


def audits(record: Record, width: int) -> alt.LayerChart:
    """The same bounds against the decisions by H that each rests on: marks by iteration, a line for each frozen H′."""
    values = [row for one in thinned(record.iterations, MOST_POINTS) for row in _errors(one)]
    series, inner, error = _curves(values, width), width - 70, _errors_upwards(values)
    values = [row | {"x": row["decisions"]} for row in values if row["decisions"] is not None]
    series = replace(series, absent=set(series.names) - {row["who"] for row in values})
    x = _across("decisions by H that it rests on", max(row["x"] for row in values), ticks=6 if width > 500 else 4)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=x, y=error("share"), color=series.colour, order="iteration:Q", detail="imitator:N"
    )
    layers = [
        base.mark_line(strokeWidth=1.2, opacity=0.6).encode(strokeDash=series.dash),
        base.mark_point(filled=True, size=36, opacity=1).encode(shape=series.shape),
    ]
    return alt.LayerChart(layer=layers, width=inner, height=220)


def _errors(one: Iteration) -> Values:
    """What trust rests on after an iteration, as rows fit for a logarithmic scale."""
    found = [(name, of.bound, of.seen, of.bound, of.decisions) for name, of in drawn(one).items()]
    wrong = one.measured_error
    if wrong is not None:
        found.append((MEASURED_ERROR, wrong.share, wrong.low, wrong.high, None))
    return [
        {
            "iteration": one.iteration,
            "imitator": one.imitator,
            "who": CURVES[name],
            "share": max(share, LEAST_ERROR),
            "low": max(share if low is None else low, LEAST_ERROR),
            "high": max(high, LEAST_ERROR),
            "decisions": decisions,
        }
        for name, share, low, high, decisions in found
    ]


def _errors_upwards(values: Values) -> Callable[[str], alt.Y]:
    """A scale that begins at the tenfold below the least of the rows, the same for both pictures of a run."""
    low = min(0.1, *(row["low"] for row in values))
    return partial(_error, low=max(LEAST_ERROR, 10.0 ** math.floor(math.log10(low))))


def _curves(values: Values, width: int, lines: bool = False) -> Series:
    present = {row["who"] for row in values}
    return Series([who for who in CURVES.values() if who in present], width, lines)


# --- the pictures of a comparison -----------------------------------------------------------------------------------


def over_seconds(records: Sequence[tuple[str, Record]], width: int) -> alt.LayerChart:
    """X's accuracy over the time of training, a line for each named run."""
    length, unit = unit_of_time(max(look.seconds for _, record in records for look in record.looks))
    values: Values = [
        {"x": look.seconds / length, "share": look.accuracy, "who": name}
        for name, record in records
        for look in thinned(record.looks, MOST_POINTS)
    ]
    return _compared(values, records, f"{unit} of training", width)


def over_decisions(records: Sequence[tuple[str, Record]], width: int) -> alt.LayerChart:
    """X's accuracy against decisions by H for training, a line for each named run that has any."""
    values: Values = [
        {"x": look.decisions, "share": look.accuracy, "who": name}
        for name, record in records
        for look in thinned(record.looks, MOST_POINTS)
        if record.looks[-1].decisions
    ]
    return _compared(values, records, "decisions by H for training", width)


def _compared(values: Values, records: Sequence[tuple[str, Record]], title: str, width: int) -> alt.LayerChart:
    values = [row for row in values if row["share"] is not None]
    names = [name for name, _ in records]
    # A run that is absent here may be in the other picture, and every run keeps its colour.
    series = Series(names, width, absent=set(names) - {row["who"] for row in values})
    x = _across(title, max((row["x"] for row in values), default=1), ticks=6 if width > 500 else 4)
    return _lines(values, series, x, _share("right answers by X"), width - 70, 280)
