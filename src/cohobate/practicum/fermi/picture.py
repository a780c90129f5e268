"""A picture of estimates against measurements."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from cohobate.practicum.fermi.calibration import Pair, calibration
from cohobate.practicum.fermi.durations import say_duration
from cohobate.practicum.fermi.words import clean

_WIDTH, _HEIGHT, _LEFT, _TOP, _SIDE = 480, 480, 76, 16, 384
_DECADES = (-10, 6)
"""The smallest and the largest power of ten that is drawn; what lies beyond is drawn at the edge."""


def calibration_svg(sessions: Mapping[str, Sequence[Pair]]) -> str:
    """A picture of estimates against measurements, both on logarithmic axes, as SVG to be put into a page.

    sessions:  pairs of seconds, by session, the oldest first; the newest is drawn filled, older ones as rings that are
               the lighter the older they are

    The line is where estimates are right, the band where they are within a factor of ten. Colours are `currentColor`,
    and there are classes for a page to style: fermi-chart, fermi-band, fermi-line, fermi-grid, fermi-tick, fermi-label,
    fermi-point, fermi-new, fermi-old. It has no scripts and no styles. Raises WrongUse as `calibration` does.
    """
    pairs = [pair for one in sessions.values() for pair in one]
    whole = calibration(pairs)
    low, high = _range(pairs)

    def place(seconds: float) -> float:
        return _SIDE * (min(max(math.log10(seconds), low), high) - low) / (high - low)

    def x(seconds: float) -> str:
        return f"{_LEFT + place(seconds):.1f}"

    def y(seconds: float) -> str:
        return f"{_TOP + _SIDE - place(seconds):.1f}"

    ends, up, down = (10.0**low, 10.0**high), 10.0 ** (low + 1), 10.0 ** (high - 1)
    corners = [(ends[0], ends[0]), (ends[0], up), (down, ends[1]), (ends[1], ends[1]), (ends[1], down), (up, ends[0])]
    drawn = [
        f'<polygon class="fermi-band" fill="currentColor" fill-opacity="0.1" '
        f'points="{" ".join(f"{x(one)},{y(two)}" for one, two in corners)}"/>',
        *_axes(low, high, x, y),
        f'<line class="fermi-line" x1="{x(ends[0])}" y1="{y(ends[0])}" x2="{x(ends[1])}" y2="{y(ends[1])}" '
        'stroke="currentColor" stroke-width="1.5"/>',
    ]
    for age, (name, one) in enumerate(reversed(list(sessions.items()))):
        for estimated, measured in one:
            said = f"{name}: said {say_duration(estimated)}, took {say_duration(measured)}"
            drawn.append(
                f'<circle class="fermi-point {"fermi-old" if age else "fermi-new"}" cx="{x(measured)}" '
                f'cy="{y(estimated)}" r="5" fill="{"none" if age else "currentColor"}" stroke="currentColor" '
                f'opacity="{max(0.25, 0.75 - 0.1 * age) if age else 1:.2f}"><title>{_in_xml(said)}</title></circle>'
            )
    title = "Estimated and measured times"
    told = (
        f"{_per_session(sessions)} Within a factor of 3: {whole.within_3}. Within a factor of 10: {whole.within_10}. "
        f"{whole.sentence}"
        if pairs
        else "There are no estimates yet."
    )
    about = (
        "Each point is a block of a program: to the right how long it took, upwards how long it was said to take, both "
        f"on logarithmic axes. On the line the two are equal, in the band within a factor of ten. {told}"
    )
    # Two pictures in one page must not share their ids.
    key = hashlib.sha256("".join([*drawn, about]).encode()).hexdigest()[:12]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fermi-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="fermi-{key}-title fermi-{key}-about" color="currentColor">'
        f'<title id="fermi-{key}-title">{title}</title><desc id="fermi-{key}-about">{_in_xml(about)}</desc>'
        + "".join(drawn)
        + "</svg>"
    )


def _range(pairs: Sequence[Pair]) -> tuple[int, int]:
    """The powers of ten between which all lies, at least three of them apart, as far as `_DECADES` allow."""
    least, most = _DECADES
    logs = [min(max(math.log10(seconds), least), most) for pair in pairs for seconds in pair] or [-6.0, 0.0]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    while high - low < 3:
        low, high = max(least, low - 1), min(most, high + 1)
    return low, high


def _axes(low: int, high: int, x: Callable[[float], str], y: Callable[[float], str]) -> Iterable[str]:
    bottom, text = _TOP + _SIDE, 'fill="currentColor" font-size="13"'
    # With many decades, only every third is named: 1 µs, 1 ms, 1 s.
    named = [one for one in range(low, high + 1) if high - low <= 6 or one % 3 == 0]
    for power in range(low, high + 1):
        seconds = 10.0**power
        for line in (
            f'x1="{x(seconds)}" y1="{_TOP}" x2="{x(seconds)}" y2="{bottom}"',
            f'x1="{_LEFT}" y1="{y(seconds)}" x2="{_LEFT + _SIDE}" y2="{y(seconds)}"',
        ):
            yield f'<line class="fermi-grid" {line} stroke="currentColor" stroke-opacity="0.2"/>'
        if power in named:
            for where in (
                f'x="{x(seconds)}" y="{bottom + 20}" text-anchor="middle"',
                f'x="{_LEFT - 8}" y="{float(y(seconds)) + 4:.1f}" text-anchor="end"',
            ):
                yield f'<text class="fermi-tick" {where} {text}>{_tick(power)}</text>'
    middle = _TOP + _SIDE / 2
    yield (
        f'<text class="fermi-label" x="{_LEFT + _SIDE / 2}" y="{bottom + 46}" text-anchor="middle" {text}>'
        "measured</text>"
        f'<text class="fermi-label" x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})" '
        f"{text}>estimated</text>"
    )


def _tick(power: int) -> str:
    unit, worth = next(one for one in (("s", 0), ("ms", -3), ("µs", -6), ("ns", -9), ("ps", -12)) if power >= one[1])
    return f"{10 ** (power - worth):,} {unit}"


def _per_session(sessions: Mapping[str, Sequence[Pair]]) -> str:
    told = [f"{name}: {len(pairs)}" for name, pairs in sessions.items()]
    return f"Estimates by session, the oldest first: {', '.join(told)}."


def _in_xml(text: str) -> str:
    """Text that may stand in XML, which does without most control characters even when they are escaped."""
    return escape(clean(text))
