"""Intervals that may be looked at again and again while the evidence comes in."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincc, betaln, xlog1py, xlogy

from cohobate.fidelity.intervals import Floats, Side, counts

HALVINGS = 60
"""Of the bracket around an end: enough for every bit of a double."""


@overload
def confidence_sequence(agree: int, asked: int, confidence: float = ..., side: Side = ...) -> tuple[float, float]: ...
@overload
def confidence_sequence(
    agree: ArrayLike, asked: ArrayLike, confidence: float = ..., side: Side = ...
) -> tuple[Floats, Floats]: ...
def confidence_sequence(agree: Any, asked: Any, confidence: float = 0.95, side: Side = "both") -> tuple[Any, Any]:
    """The interval for a share that holds after every question at once, however many there will be.

    With at least `confidence`, the true share lies in the intervals of *all* the counts that one sequence of questions
    passes through. So one may look after each question, stop when the interval is narrow enough, or go on: what is read
    then still holds. The interval of `clopper_pearson` promises this only for a number of questions fixed beforehand;
    it is narrower, by the price of being allowed to look.

    agree:       how often it happened so far, 0 … asked; an integer, or an array of integers
    asked:       out of how many questions; arrays broadcast with `agree`
    confidence:  strictly between 0 and 1
    side:        "both" for both ends; "low" for a lower bound alone (the upper end is 1), "high" for an upper bound

    Assumes that each question, whatever came before, has the same chance of agreement. Returns the ends (low, high),
    floats for integers and arrays of float64 for arrays; they are rounded outwards. Raises WrongUse as
    `clopper_pearson` does.

    A share p is left out as soon as the other shares (all of them; for "low" those above p, for "high" those below),
    mixed uniformly, make the sequence 1 / (1 − confidence) times as probable as p does. If p is the true share, the
    ratio is a martingale (for one side a supermartingale) that starts at 1, and passes that value with a probability
    of at most 1 − confidence. Sources: J. Ville, "Étude critique de la notion de collectif" (1939), for the inequality;
    H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical Statistics
    41 (1970), pp. 1397-1409, for mixtures.
    """
    k, n = (np.asarray(array, dtype=np.float64) for array in counts(agree, asked, confidence, side))
    most = -math.log(1 - confidence)

    def ratio(share: Floats) -> Floats:
        return log_ratio(k, n, share, side)

    # At the share seen the ratio is at most 1, and from there to either end it crosses the limit once: for both sides
    # because its logarithm is convex; for "low" because (1 − p) times the slope is 1 + n − k/p − 1/ratio, which, once
    # positive above the limit, stays so up to the share seen; "high" is its mirror image.
    seen = np.divide(k, n, out=np.full(k.shape, 0.5), where=n > 0)
    low = np.zeros(k.shape) if side == "high" else np.where(k > 0, left_out(ratio, np.zeros(k.shape), seen, most), 0)
    high = np.ones(k.shape) if side == "low" else np.where(k < n, left_out(ratio, np.ones(k.shape), seen, most), 1)
    if k.ndim == 0:
        return float(low), float(high)
    return low, high


def log_ratio(agree: ArrayLike, asked: ArrayLike, share: ArrayLike, side: Side = "both") -> Floats:
    """How much more probable than `share` the mixture of other shares makes so many agreements, as a logarithm.

    Where this reaches −log(1 − confidence), `confidence_sequence` leaves the share out. Arguments as there.
    """
    k, n, p = (np.asarray(array, dtype=np.float64) for array in (agree, asked, share))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = betaln(k + 1, n - k + 1) - xlogy(k, p) - xlog1py(n - k, -p)
        if side == "low":
            ratio = ratio + np.log(betaincc(k + 1, n - k + 1, p)) - np.log1p(-p)
        elif side == "high":
            ratio = ratio + np.log(betainc(k + 1, n - k + 1, p)) - np.log(p)
    return ratio


def left_out(ratio: Callable[[Floats], Floats], out: Floats, within: Floats, most: float) -> Floats:
    """Between a share that is left out and one that is not, the last that is."""
    for _ in range(HALVINGS):
        middle = (out + within) / 2
        rejected = ratio(middle) >= most
        out, within = np.where(rejected, middle, out), np.where(rejected, within, middle)
    return out
