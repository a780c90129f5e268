"""How far off somebody's estimates tend to be."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cohobate.errors import WrongUse
from cohobate.fidelity import Estimate
from cohobate.fidelity.intervals import FEWEST

Pair = tuple[float, float]
"""An estimate and what was measured, both in seconds."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How somebody's estimates compare with what was measured. Errors are log10(estimate / measured)."""

    n: int
    bias: float | None
    """The median error: −1 for a tenth of what it takes, 1 for ten times; None if there are no estimates."""
    bias_interval: tuple[float, float] | None
    """An exact interval for the median error, at `confidence`; None where n is too small for one."""
    off: float | None
    """The median of the errors without their signs: half the estimates are off by a factor of 10**off at most."""
    spread: float | None
    """The median distance of the errors from the bias: how much they would still be off, were the bias corrected."""
    within_3: Estimate
    """The share within a factor of 3 of what was measured."""
    within_10: Estimate
    """The share within a factor of 10."""
    confidence: float

    @property
    def too_few(self) -> bool:
        """Whether there are fewer than five estimates."""
        return self.n < FEWEST

    @property
    def sentence(self) -> str:
        """What there is to say about it to the one who estimated."""
        if self.too_few or self.bias is None or self.off is None:
            return f"Too few estimates to say how you tend to be off (n = {self.n}; {FEWEST} are needed)."
        half = f"half of your {self.n} estimates are off by no more than a factor of {_factor(self.off)}"
        if abs(self.bias) < math.log10(1.25):
            return f"You tend to say about what it takes, and {half}."
        if self.bias_interval is None or self.bias_interval[0] <= 0 <= self.bias_interval[1]:
            return f"So far you tend to say {_of_what_it_takes(self.bias)}, which may be chance; {half}."
        return f"You tend to say {_of_what_it_takes(self.bias)}, and {half}."


def calibration(pairs: Iterable[Pair], confidence: float = 0.95) -> Calibration:
    """How far off estimates are, from pairs of what was estimated and what was measured, both in seconds.

    The interval for the median error presumes nothing of how errors are distributed, only that they are independent:
    its ends are the k-th smallest and the k-th largest error, with the largest k at which the sign test keeps its
    promise. At 95 % that takes six estimates. Source: W. R. Thompson, "On confidence ranges for the median and other
    expectation distributions for populations of unknown distribution form", Annals of Mathematical Statistics 7
    (1936), pp. 122-128.

    Raises WrongUse for times that are not positive and finite and a confidence that is not strictly between 0 and 1.
    """
    errors = sorted(_error(*pair) for pair in pairs)
    n = len(errors)
    sizes = [abs(one) for one in errors]
    # One part in a million million: 3 s for 1 s is within a factor of 3, whatever logarithms make of it.
    within = [sum(one <= math.log10(factor) + 1e-12 for one in sizes) for factor in (3, 10)]
    bias = statistics.median(errors) if n else None
    return Calibration(
        n,
        bias,
        _median_interval(errors, confidence),
        statistics.median(sizes) if n else None,
        None if bias is None else statistics.median(abs(one - bias) for one in errors),
        Estimate.of(within[0], n, confidence),
        Estimate.of(within[1], n, confidence),
        confidence,
    )


def _error(estimated: float, measured: float) -> float:
    for what, seconds in (("an estimate", estimated), ("a measurement", measured)):
        if not 0 < seconds < math.inf:
            raise WrongUse(f"{what} of {seconds} s: times are more than 0 and finite; leave out what has none")
    return math.log10(estimated) - math.log10(measured)


def _median_interval(ordered: Sequence[float], confidence: float) -> tuple[float, float] | None:
    """The order statistics k and n + 1 − k; they miss the true median with a chance of 2 P(Bin(n, ½) < k)."""
    if not 0 < confidence < 1:
        raise WrongUse(f"confidence {confidence}: it must lie strictly between 0 and 1; try 0.95")
    n, k, missed = len(ordered), 0, 0
    while 2 * k < n:
        missed += 2 * math.comb(n, k)
        if missed / 2**n > 1 - confidence:
            break
        k += 1
    return (ordered[k - 1], ordered[n - k]) if k else None


def _factor(power: float) -> str:
    # Beyond this, floats end.
    factor = 10 ** min(power, 300)
    return f"{factor:.2g}" if factor < 9.95 else f"{float(f'{factor:.1e}'):,.0f}" if factor < 1e6 else f"{factor:.0e}"


_PARTS = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 6: "a sixth", 7: "a seventh", 8: "an eighth"} | {
    9: "a ninth",
    10: "a tenth",
}


def _of_what_it_takes(bias: float) -> str:
    factor = 10 ** min(abs(bias), 300)
    if bias < 0:
        part = "two thirds" if factor < 1.75 else _PARTS.get(round(factor), f"one part in {_factor(-bias)}")
        return f"{part} of what it takes"
    return f"{'twice' if 1.75 <= factor < 2.25 else f'{_factor(bias)} times'} what it takes"


@dataclass(frozen=True, slots=True)
class SessionError:
    """How far off the estimates of one session were."""

    session: str
    n: int
    off: float | None
    """The median of |log10(estimate / measured)|: 0 for exact, 1 for a factor of ten; None if there are none."""

    @property
    def too_few(self) -> bool:
        """Whether there are fewer than five estimates."""
        return self.n < FEWEST


def over_sessions(sessions: Mapping[str, Sequence[Pair]]) -> tuple[SessionError, ...]:
    """How far off estimates were in each session, in the order given, to be drawn. Raises WrongUse as `calibration`."""
    found = ((name, calibration(pairs)) for name, pairs in sessions.items())
    return tuple(SessionError(name, one.n, one.off) for name, one in found)
