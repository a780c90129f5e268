"""The pictures of studies: what was found, with intervals over seeds, beside what was predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from cohobate.report.drawing import DASHES
from cohobate.report.pictures import Series, Values

Group = Mapping[str, Any]

WAYS = {"amplify": "Amplify", "sampled": "X, drawn", "most_probable": "X, most probable"}
APART = 7
"""Pixels between marks that share a place."""


def by_height(groups: Sequence[Group], width: int) -> alt.ConcatChart:
    """Right answers by height: a row of panels for each sort of failure, one for each probability."""
    series = Series(list(WAYS.values()), width, False)
    columns = len({group["probability"] for group in groups}) if width > 500 else 1
    inner = _inner(width, columns)
    charts = []
    for i, group in enumerate(groups):
        values: Values = [_mark(row["height"], who, row[way]) for row in group["heights"] for way, who in WAYS.items()]
        title = f"{group['sort']}, p = {group['probability']:g}"
        edge = i % columns == 0
        low_edge = i + columns >= len(groups)
        charts.append(
            _panel(
                values, series, inner, ("height" if low_edge else None, "right answers" if edge else None)
            ).properties(title=title)
        )
    return alt.concat(*charts, columns=columns, spacing={"row": 16, "column": 16})


def by_voters(votes: Sequence[Group], width: int) -> alt.ConcatChart:
    """Wrong answers by number of voters: a panel for each way of failing, a series for each height."""
    names = [f"height {row['height']}" for row in votes[0]["heights"]]
    series = Series(names, width, False)
    columns = 2 if width > 500 else 1
    inner = _inner(width, columns)
    charts = []
    for i, one in enumerate(votes):
        values: Values = [
            _mark(int(voters), f"height {row['height']}", error)
            for row in one["heights"]
            for voters, error in row["errors"].items()
        ]
        asked = "" if one["part"] == "overseers" else f", {_asked(one['asked_for'])}"
        title = f"{one['sort']}, p = {one['probability']:g}, {one['seeds']}{asked}"
        edge, low_edge = i % columns == 0, i + columns >= len(votes)
        titles = ("voters" if low_edge else None, "wrong answers" if edge else None)
        charts.append(_panel(values, series, inner, titles).properties(title=title))
    return alt.concat(*charts, columns=columns, spacing={"row": 16, "column": 16})


def of_teachers(teachers: Sequence[Group], width: int) -> alt.LayerChart:
    """Amplify's wrong answers by height, a series for each vote that X learned from."""
    names = [teacher_name(one) for one in teachers]
    values: Values = [
        _mark(row["height"], name, row["amplify"])
        for name, one in zip(names, teachers, strict=True)
        for row in one["heights"]
    ]
    return _panel(values, Series(names, width, False), width - 70, ("height", "wrong answers"), 220)


def teacher_name(one: Group) -> str:
    return "one" if one["voters"] == 1 else f"{one['voters']}, {one['seeds']}"


def _asked(way: str) -> str:
    return "drawn" if way == "sampled" else way


def _inner(width: int, columns: int) -> int:
    return (width - 50) // columns - 36 if columns > 1 else width - 70


def _mark(x: int, who: str, found: Mapping[str, Any]) -> dict[str, Any]:
    # Where there are too few seeds for an interval over them, the mark stands without one.
    low, high = (found["mean"] if found[end] is None else found[end] for end in ("low", "high"))
    return {"at": x, "who": who, "share": found["mean"], "low": low, "high": high, "predicted": found["predicted"]}


def _panel(
    values: Values, series: Series, width: int, titles: tuple[str | None, str | None], height: int = 130
) -> alt.LayerChart:
    """Marks with intervals at a few places, and what was predicted as a broken line behind them."""
    places = sorted({row["at"] for row in values})
    slot = (width - 28) / max(1, places[-1] - places[0])
    middle = (len(series.names) - 1) / 2
    values = [row | {"x": row["at"] + (series.names.index(row["who"]) - middle) * APART / slot} for row in values]
    axis = alt.Axis(title=titles[0], values=places, format="d")
    x = alt.X("x:Q", scale=alt.Scale(domain=[places[0], places[-1]], nice=False, padding=18), axis=axis)

    def y(field: str) -> alt.Y:
        shares = alt.Axis(title=titles[1], format="~%", values=[0, 0.25, 0.5, 0.75, 1])
        return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=shares)

    base = alt.Chart(alt.InlineData(values=values)).encode(x=x, color=series.colour)
    layers = [
        base.mark_line(strokeWidth=1.4, strokeDash=DASHES[2], opacity=0.8).encode(y=y("predicted")),
        base.mark_rule(strokeWidth=1.6).encode(y=y("low"), y2="high:Q"),
        base.mark_point(filled=True, size=36, opacity=1).encode(y=y("share"), shape=series.shape),
    ]
    return alt.LayerChart(layer=layers, width=width, height=height)
