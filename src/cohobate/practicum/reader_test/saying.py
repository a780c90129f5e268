"""An outcome in one plain sentence that is true whatever came out.

Ledgers hold such sentences, and checking one makes them again: whoever words them otherwise keeps the old words for the
entries that have them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from cohobate.fidelity.crossover import HELP, LESS_SOURCE, TIME_RATIO
from cohobate.fidelity.paired import FEWEST_READERS, Finding

MARGIN: Final = 0.10
"""Ten points: readers do "as well as" those of the source if the whole interval of the difference lies within, and "at
least as well as" they if its lower end does."""

FRACTIONS: Final = {
    1 / 10: "a tenth",
    1 / 5: "a fifth",
    1 / 4: "a quarter",
    1 / 3: "a third",
    2 / 5: "two fifths",
    1 / 2: "half",
    3 / 5: "three fifths",
    2 / 3: "two thirds",
    3 / 4: "three quarters",
    4 / 5: "four fifths",
    9 / 10: "nine tenths",
}


def sentence(found: Callable[[str], Finding | None], page: str, margin: float = MARGIN) -> str:
    """An outcome in one sentence.

    found:   gives a finding by its name, such as "help"; None if there is none
    page:    what the distillation is called
    margin:  as in `MARGIN`

    More and less are only said where the interval shows it, "as well as" and "at least as well as" only where it shows
    that up to the margin, which is said too.
    """
    help_ = found(HELP)
    if help_ is None or help_.too_few:
        number = help_.readers if help_ else 0
        return (
            f"Too few readers answered both with {page} and without it to say whether it helps: {number}, and it takes "
            f"at least {FEWEST_READERS}."
        )
    return f"{_help(help_, page)}{_beside_source(found(LESS_SOURCE), found(TIME_RATIO), margin)}."


def points(share: float, direction: int = 0) -> str:
    """A share in points: rounded to the nearest, down (−1) or up (1), to tenths where it would read as 0."""

    def rounded(exact: float) -> float:
        nearly = round(exact, 6)  # 0.29 × 100 is a little less than 29
        return (round(nearly), math.ceil(nearly), math.floor(nearly))[direction]

    found = rounded(100 * share) or rounded(1000 * share) / 10
    return f"{'−' if found < 0 else ''}{abs(found):g}"


def outwards(number: float, digits: int, direction: int = 0) -> float:
    """A number rounded to so many digits after the point: to the nearest, down (−1) or up (1)."""
    nearly = round(number * 10**digits, 6)
    whole = (round(nearly), math.ceil(nearly), math.floor(nearly))[direction]
    return float(whole / 10**digits)


def _interval(finding: Finding, sign: int = 1) -> str:
    """Both ends in points, rounded outwards; turned round for what is told as "less"."""
    low, high = sorted((sign * finding.low, sign * finding.high))
    return f"{points(low, -1)} to {points(high, 1)}"


def _sure(finding: Finding) -> str:
    return f"{100 * finding.confidence:g} % interval"


def _so_many(value: float, direction: int = 0) -> str:
    text = points(abs(value), direction)
    return f"{text} point" if text == "1" else f"{text} points"


def _help(help_: Finding, page: str) -> str:
    told = f"{help_.readers} readers"
    if help_.low > 0:
        return (
            f"Readers of {page} answer {_so_many(help_.value)} more than without it ({_sure(help_)} "
            f"{_interval(help_)}, {told})"
        )
    if help_.high < 0:
        return (
            f"Readers of {page} answer {_so_many(help_.value)} less than without it ({_sure(help_)} "
            f"{_interval(help_, -1)}, {told}): it does harm"
        )
    return (
        f"No help is shown: readers of {page} answer {_so_many(help_.value)} {_way(help_.value)} than without it, and "
        f"anything from {_so_many(help_.low, 1)} less to {_so_many(help_.high, 1)} more fits ({_sure(help_)}, {told})"
    )


def _way(value: float) -> str:
    return "less" if points(value).startswith("−") else "more"


def _beside_source(less: Finding | None, time: Finding | None, margin: float) -> str:
    """How they compare with readers of the source; nothing if there are none."""
    if less is None:
        return ""
    if less.too_few:
        return f"; too few read both a source and a distillation to compare them ({less.readers})"
    spent = _time(time)
    in_time = f", in {spent}" if spent else ""
    source = "readers of the source"
    near = f"{source}, to within {points(margin)} points ({_interval(less)})"
    if less.low > -margin and less.high < margin:
        return f", as well as {near}{in_time}"
    if less.low > 0:
        return f", {_so_many(less.value)} more than {source} ({_interval(less)}){in_time}"
    if less.high < 0:
        return f", {_so_many(less.value)} less than {source} ({_interval(less, -1)}){in_time}"
    if less.low > -margin:
        return f", at least as well as {near}{in_time}"
    but = f", but it took {spent}" if spent else ""
    seen = f"{_so_many(less.value)} {_way(less.value)}, {_interval(less)} fits"
    return f"; whether as well as {source} cannot be told ({seen}){but}"


def _time(ratio: Finding | None) -> str:
    """The time it took as a part of the source's, where a difference is shown; in words where they fit the interval."""
    if ratio is None or ratio.too_few or ratio.low <= 1 <= ratio.high:
        return ""
    ends = f"({math.floor(100 * ratio.low)} to {math.ceil(100 * ratio.high)} %)"
    near = min(FRACTIONS, key=lambda one: abs(math.log(one / ratio.value)))
    if min(FRACTIONS) <= ratio.value <= max(FRACTIONS) and ratio.low <= near <= ratio.high:
        return f"{FRACTIONS[near]} {'the' if near == 1 / 2 else 'of the'} time {ends}"
    if ratio.value < 1:
        return f"{points(ratio.value)} % of the time {ends}"
    return f"{float(f'{ratio.value:.2g}'):g} times the time {ends}"
