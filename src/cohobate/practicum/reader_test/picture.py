"""A picture of an outcome: what is answered in each arm, and what the distillation adds."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from cohobate.fidelity.crossover import ARMS, HELP, LESS_SOURCE
from cohobate.fidelity.paired import SCOPES, Finding
from cohobate.practicum.reader_test.outcome import Outcome
from cohobate.practicum.reader_test.saying import points

# As narrow as a telephone, so that it need not shrink there: words stand above the lines, not beside them.
_WIDTH, _MARGIN, _ROW, _TOP = 320, 14, 46, 30
_NAMES: Final = {"no text": "without a text", "source": "with the source", "distillation": "with the distillation"}
_COMPARED: Final = {HELP: "than without a text", LESS_SOURCE: "than with the source"}


def outcome_svg(outcome: Outcome, scope: str = SCOPES[0]) -> str:
    """A picture of an outcome as SVG, to be put into a page or a file.

    Above, the share answered in each arm; below, by how many points more from the distillation; each as a point on its
    interval, or nothing where it is of too few. Colours are `currentColor`, and there are classes for a page to style:
    reader-chart, reader-grid, reader-zero, reader-tick, reader-label, reader-interval, reader-point, reader-value. It
    has no scripts, no styles.
    """
    arms = {
        arm: finding
        for arm in ARMS
        if (finding := outcome.finding(f"accuracy_{arm.replace(' ', '_')}", scope)) and finding.readers
    }
    compared = {
        name: finding
        for what, name in _COMPARED.items()
        if (finding := outcome.finding(what, scope)) and finding.readers
    }
    drawn = list(_panel({_NAMES[arm]: one for arm, one in arms.items()}, 0, 100, _TOP, "right answers, in per cent"))
    height = _TOP + _ROW * len(arms) + 46
    if compared:
        ends = [100 * end for one in compared.values() if not one.too_few for end in (one.low, one.high)]
        low, high = 20 * math.floor(min([0, *ends]) / 20), 20 * math.ceil(max([20, *ends]) / 20)
        drawn += _panel(compared, low, high, height + _TOP, "more with the distillation, in points")
        height += _TOP + _ROW * len(compared) + 46
    about = " ".join(
        [
            *(f"Right {_NAMES[arm]}: {_told(one)}." for arm, one in arms.items()),
            *(f"More with the distillation {name}: {_told(one)}." for name, one in compared.items()),
            f"The lines are {100 * outcome.table.confidence:g} % intervals that speak of {scope}. {outcome.sentence()}",
        ]
    )
    # Two pictures in one page must not share their ids.
    key = hashlib.sha256("".join([*drawn, about]).encode()).hexdigest()[:12]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="reader-chart" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="reader-{key}-title reader-{key}-about" color="currentColor" font-family="sans-serif">'
        f'<title id="reader-{key}-title">What readers answered</title>'
        f'<desc id="reader-{key}-about">{escape(about)}</desc>' + "".join(drawn) + "</svg>"
    )


def _panel(rows: dict[str, Finding], low: int, high: int, top: int, heading: str) -> Iterator[str]:
    """Rows of points on lines over one axis, from `low` to `high` in per cent or points."""
    left, right, bottom = _MARGIN, _WIDTH - _MARGIN, top + _ROW * len(rows)
    text = 'fill="currentColor" font-size="13"'

    def x(value: float) -> str:
        return f"{left + (right - left) * (value - low) / (high - low):.1f}"

    yield f'<text class="reader-label" x="{left}" y="{top - 10}" {text} font-weight="bold">{heading}</text>'
    heights = [top + _ROW * row + 34 for row in range(len(rows))]
    yield from _grid(low, high, heights, bottom, x)
    for y, (name, one) in zip(heights, rows.items(), strict=True):
        yield (
            f'<text class="reader-label" x="{left}" y="{y - 14}" {text}>{escape(name)}</text>'
            f'<text class="reader-value" x="{right}" y="{y - 14}" text-anchor="end" {text}>{escape(_short(one))}</text>'
        )
        if not one.too_few:
            yield (
                f'<line class="reader-interval" x1="{x(100 * one.low)}" y1="{y}" x2="{x(100 * one.high)}" y2="{y}" '
                'stroke="currentColor" stroke-width="3" stroke-opacity="0.5" stroke-linecap="round"/>'
                f'<circle class="reader-point" cx="{x(100 * one.value)}" cy="{y}" r="5" fill="currentColor"/>'
            )


def _grid(low: int, high: int, heights: list[int], bottom: int, x: Callable[[float], str]) -> Iterator[str]:
    """Short lines about each row, so that none runs through words."""
    apart = 20 if high - low <= 140 else 40
    for value in range(low + -low % apart, high + 1, apart):
        zero = value == 0 > low
        yield (
            f'<path class="{"reader-zero" if zero else "reader-grid"}" '
            f'd="{" ".join(f"M{x(value)} {y - 9}v18" for y in heights)}" stroke="currentColor" '
            f'stroke-opacity="{0.8 if zero else 0.25}"/>'
            f'<text class="reader-tick" x="{x(value)}" y="{bottom + 18}" text-anchor="middle" fill="currentColor" '
            f'font-size="12">{points(value / 100)}</text>'
        )


def _short(one: Finding) -> str:
    """What stands above a line: there is little room."""
    if one.too_few:
        return f"too few (n = {one.readers})"
    return f"{points(one.value)} ({points(one.low, -1)} to {points(one.high, 1)})"


def _told(one: Finding) -> str:
    return f"{_short(one)}, {one.readers} readers"
