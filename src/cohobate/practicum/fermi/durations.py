"""Durations as people write and read them, in seconds or in cycles of a machine that is reckoned with."""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal

from cohobate.errors import WrongUse
from cohobate.practicum.fermi.words import clean

CYCLES_PER_SECOND = 1e9
"""What is reckoned with in an estimate, whatever the machine does."""

_UNITS = {
    "ns": "1e-9 ns nsec nanosecond nanoseconds",
    "µs": "1e-6 us µs μs usec microsecond microseconds",
    "ms": "1e-3 ms msec millisecond milliseconds",
    "s": "1 s sec secs second seconds",
    "min": "60 min mins minute minutes",
    "h": "3600 h hour hours",
    "cycles": "1e-9 cycle cycles",
}
_SECONDS = {word: Decimal(words.split()[0]) for words in _UNITS.values() for word in words.split()[1:]}
_MULTIPLES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_CONTEXT = Context(prec=60, Emax=10**7, Emin=-(10**7), traps=[])
_WORDS = re.compile(r"(?P<number>.*?)\s*(?P<words>[a-zμ\s]*)", re.DOTALL)
_POWER = re.compile(r"(?:(?P<times>.*?)\s*[*x×·]\s*)?10\s*(?:\^|\*\*)\s*(?P<power>[+-]?\d{1,6})")
_PLAIN = re.compile(
    r"(?P<whole>\d*|[1-9]\d{0,2}(?P<mark>[,'’_\u0020\u00a0\u2009\u202f])\d{3}(?:(?P=mark)\d{3})*)"
    r"(?P<part>\.\d*)?(?P<e>e[+-]?\d{1,6})?",
    re.ASCII,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_EXAMPLES = "write it as 2 ms, 0.5 s, 3e8 cycles or 10^8, where a bare number is cycles"


def to_seconds(cycles: float) -> float:
    """How long that many cycles take, at `CYCLES_PER_SECOND`."""
    return cycles / CYCLES_PER_SECOND


def to_cycles(seconds: float) -> float:
    """How many cycles that time is, at `CYCLES_PER_SECOND`."""
    return seconds * CYCLES_PER_SECOND


def parse_duration(text: str) -> float:
    """The seconds that somebody means: "2 ms", "1.5 min", "1e6 cycles", "2 million cycles", "10^8", "3 × 10⁸ cycles".

    A bare number means cycles. Units are h, min, s, ms, µs (or us), ns and cycles, in short or in full; capitals do not
    matter. Thousands can be set apart by commas, spaces, apostrophes or underscores. Decimals have a point. Raises
    WrongUse for what does not read so, for zero, for less, and for what is beyond the range of a float.
    """
    shown = f"'{' '.join(clean(text[:40]).split())}'"
    read = re.sub(r"10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: f"10^{found[1].translate(_RAISED)}", text[:200])
    read = read.strip().lstrip("~≈").replace("−", "-").casefold().strip()
    if len(text) > 100 or not read:
        raise WrongUse(f"{shown} is no estimate that can be read; {_EXAMPLES}")
    if re.fullmatch(r"[+-]?\s*(nan|inf|infinity|∞)(?![a-z]).*", read, re.DOTALL):
        raise WrongUse(f"{shown} is no time that a program takes; {_EXAMPLES}")
    parts = _WORDS.fullmatch(read)
    assert parts is not None
    words = parts["words"].split()
    multiple = _MULTIPLES[words.pop(0)] if words and words[0] in _MULTIPLES else 0
    unit = " ".join(words) or "cycles"
    if unit not in _SECONDS:
        raise WrongUse(
            f"{shown} has the unit '{unit}': the units are h, min, s, ms, µs, ns and cycles; use one of these"
        )
    number = parts["number"]
    amount = _amount(number[1:] if number[:1] in ("+", "-") else number)
    if amount is None:
        remedy = "decimals have a point and thousands a comma; " if "," in number else ""
        raise WrongUse(f"{shown} has no number that can be read; {remedy}{_EXAMPLES}")
    if number.startswith("-") or not amount:
        raise WrongUse(f"{shown} is not more than nothing: every block takes some time; say how much")
    seconds = float(_CONTEXT.multiply(_CONTEXT.scaleb(amount, multiple), _SECONDS[unit]))
    if not 0 < seconds < math.inf:
        raise WrongUse(f"{shown} is beyond what can be reckoned with; say something nearer to a second")
    return seconds


def _amount(number: str) -> Decimal | None:
    """A number as people write it, without its sign; None if it is none."""
    raised = _POWER.fullmatch(number)
    plain = _PLAIN.fullmatch((raised["times"] if raised and raised["times"] is not None else "1") if raised else number)
    if plain is None or not re.search(r"\d", plain["whole"] + (plain["part"] or "")):
        return None
    digits = re.sub(r"\D", "", plain["whole"])
    amount = _CONTEXT.create_decimal(f"{digits or 0}{plain['part'] or ''}{plain['e'] or ''}")
    return _CONTEXT.scaleb(amount, int(raised["power"])) if raised else amount


def say_duration(seconds: float) -> str:
    """A time as people read it, to three digits: 1.23 ms. `parse_duration` reads it back. Raises WrongUse below 0."""
    if not 0 <= seconds < math.inf:
        raise WrongUse(f"{seconds} seconds: a time is at least 0 and finite; check it")
    rounded = float(f"{seconds:.2e}")
    for unit, worth, below in (("ns", 1e-9, 1e-6), ("µs", 1e-6, 1e-3), ("ms", 1e-3, 1.0), ("s", 1.0, 600.0)):
        if rounded < below:
            return f"{rounded / worth:.3g} {unit}"
    unit, worth = ("min", 60.0) if rounded < 6000 else ("h", 3600.0)
    count = seconds / worth
    return f"{count:.3g} {unit}" if not 1000 <= count < 1e6 else f"{count:,.0f} {unit}"
