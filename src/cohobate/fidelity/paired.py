"""Answers of the same people in several arms: the share of each arm, differences and ratios, with intervals.

Readers answer items, each item once, in some arm. What is estimated is the mean over readers of each reader's own share
in an arm. Of readers it is presumed that they are drawn at random from readers like them. Of items there are two
readings, and each finding names its own:

    these items        the items are these and no others: only readers are drawn
    items like these   the items are drawn too, and others might have been: the interval is wider

The spread between readers contains everything that differs between them, the halves of the items included; where the
halves were dealt evenly, that makes the intervals somewhat wider than they need be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from cohobate.errors import WrongUse
from cohobate.fidelity.limits import Floats, ratio_limits, share_limits

Scope = Literal["these items", "items like these"]

SCOPES: Final[tuple[Scope, Scope]] = ("these items", "items like these")
"""What an interval can speak of."""

FEWEST_READERS: Final = 6
"""Below this many readers a finding is called too few to speak of. Six who all lean one way are the fewest that chance
alone, heads or tails, would bring about less than once in twenty times."""


ADDED: Final = 2
"""Right answers, and as many wrong ones, that are put into each arm for the interval of a comparison."""


SKEWED: Final = 2
"""For the interval of a share, the variance between N readers is taken 1 + `SKEWED` / N fold: near 0 and 1, the few who
are far from the others are most often not among those that were seen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure that was found from readers' answers, with its interval."""

    value: float
    """Not a number if nothing was seen, or if it is a ratio to nothing."""
    low: float
    high: float
    """The interval's ends; of a ratio the upper one may be infinite."""
    readers: int
    """How many it rests on: those with an answer in each arm that it speaks of."""
    items: int
    """How many different items they answered in these arms."""
    scope: str
    """What the interval speaks of: one of `SCOPES`, or "these texts"."""
    confidence: float

    @property
    def too_few(self) -> bool:
        """Whether fewer than `FEWEST_READERS` readers were seen."""
        return self.readers < FEWEST_READERS

    @property
    def unbounded(self) -> bool:
        """Whether the interval has no upper end."""
        return math.isinf(self.high)

    def to_dict(self) -> dict[str, Any]:
        """JSON values; null for what is no finite number."""
        return {
            "value": _finite(self.value),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "readers": self.readers,
            "items": self.items,
            "scope": self.scope,
            "confidence": self.confidence,
            "too_few": self.too_few,
        }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


# --- from answers to moments ----------------------------------------------------------------------------------------


class Moments(NamedTuple):
    """What the answers in A arms amount to; any number of axes may stand in front of those named."""

    shares: Floats
    """`(A,)`: the mean over readers of the share of each."""
    by_readers: Floats
    """`(A, A)`: the covariance of the shares, from how readers differ."""
    by_items: Floats
    """`(A, A)`: what the difference between items adds, and once more what chance in single answers does."""
    by_answers: Floats
    """`(A,)`: what chance in single answers does, so that it can be taken out of where it stands twice."""
    answers: Floats
    """`(A,)`: how many there are, fewer if some readers gave few."""
    readers: Floats
    items: Floats


def weights(arms: ArrayLike, which: Sequence[int]) -> Floats:
    """What each answer weighs in the share of each arm `(…, A, R, I)`: readers weigh the same, and so do their answers.

    arms:   `(…, R, I)`: in which arm reader r answered item i; −1 where there is no answer
    which:  A arms. Readers without an answer in one of them weigh nothing in all.
    """
    given = np.asarray(arms)[..., None, :, :] == np.asarray(which)[:, None, None]
    each = given.sum(axis=-1, keepdims=True)
    both = (each > 0).all(axis=-3, keepdims=True)
    readers = both.sum(axis=-2, keepdims=True)
    found: Floats = np.where(given & both, 1.0 / np.maximum(each * readers, 1), 0.0)
    return found


def moments(values: ArrayLike, of: Floats) -> Moments:
    """The moments of answers.

    values:  `(…, R, I)`, 0 … 1; what stands where there is no answer does not count, but must be a number
    of:      `(…, A, R, I)`, as `weights` gives them. There are to be at least two readers and two items.
    """
    y = np.asarray(values, np.float64)[..., None, :, :]
    shares = (of * y).sum(axis=(-1, -2))
    off = of * (y - shares[..., None, None])
    readers, items = ((of.sum(axis=axis) > 0).any(axis=-2).sum(axis=-1).astype(np.float64) for axis in (-1, -2))

    def spread(parts: Floats, number: Floats) -> Floats:
        found: Floats = parts @ np.swapaxes(parts, -1, -2) * (number / np.maximum(number - 1, 1))[..., None, None]
        return found

    squares = (of * of).sum(axis=(-1, -2))
    return Moments(
        shares,
        spread(off.sum(axis=-1), readers),
        spread(off.sum(axis=-2), items),
        (off * off).sum(axis=(-1, -2)),
        1 / np.where(squares > 0, squares, 1.0),
        readers,
        items,
    )


# --- from moments to intervals --------------------------------------------------------------------------------------


def shares_of(found: Moments, scope: Scope, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The interval of each arm's share, `(…, A)` low and high.

    For items like these, chance in single answers stays in twice: near 0 and 1 the spread is small just when the share
    is too near the end.
    """
    readers = found.readers[..., None]
    by_readers = _diagonal(found.by_readers) * (1 + SKEWED / np.maximum(readers, 1))
    degrees = _degrees(readers)
    if scope == "these items":
        return share_limits(found.shares, by_readers, found.answers, degrees, confidence)
    by_items = _diagonal(found.by_items)
    degrees = _joint_degrees(by_readers, degrees, by_items, _degrees(found.items)[..., None])
    like = share_limits(found.shares, by_readers + by_items, found.answers, degrees, confidence)
    return _no_narrower(like, shares_of(found, SCOPES[0], confidence))


def difference_of(found: Moments, scope: Scope, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The interval of the first arm's share less the second's, low and high, each in −1 … 1.

    A t interval over readers' differences, with `ADDED` right and as many wrong answers put into each arm: that moves
    the middle a little towards 0, and leaves a width where all readers are alike. After A. Agresti, B. Caffo, "Simple
    and effective confidence intervals for proportions and differences of proportions result from adding two successes
    and two failures", The American Statistician 54 (2000), pp. 280-288, who have independent answers.
    """
    shares = _with_added(found)
    one, other, both, t = _along(found, scope, np.ones_like(shares[..., 0]), confidence)
    middle, half = shares[..., 0] - shares[..., 1], t * np.sqrt(np.maximum(one + other - 2 * both, 0.0))
    seen = found.shares[..., 0] - found.shares[..., 1]
    ends = np.maximum(np.minimum(middle - half, seen), -1.0), np.minimum(np.maximum(middle + half, seen), 1.0)
    return ends if scope == SCOPES[0] else _no_narrower(ends, difference_of(found, SCOPES[0], confidence))


def ratio_of(found: Moments, scope: Scope, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The interval of the first arm's share by the second's; the upper end may be infinite.

    The same t interval, turned round: it holds the ratios r for which that of the first share less r times the second
    holds 0.
    """
    shares = _with_added(found)
    one, other, both, t = _along(found, scope, shares[..., 0] / shares[..., 1], confidence)
    ends = ratio_limits(shares[..., 0], shares[..., 1], (one, other, both), t)
    return ends if scope == SCOPES[0] else _no_narrower(ends, ratio_of(found, SCOPES[0], confidence))


def _no_narrower(like: tuple[Floats, Floats], these: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Who speaks of more items is no surer: with the items come degrees of freedom, which would now and then outweigh
    what they vary."""
    return np.minimum(like[0], these[0]), np.maximum(like[1], these[1])


def _with_added(found: Moments) -> Floats:
    moved: Floats = (found.shares * found.answers + ADDED) / (found.answers + 2 * ADDED)
    return moved


def _along(found: Moments, scope: Scope, ratio: Floats, confidence: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Variances of the shares of the first two arms, their covariance, and the t quantile for one − ratio · other."""
    matrices, squares = found.by_readers[..., :2, :2], ratio * ratio
    by_readers = _of_difference(matrices, ratio)
    degrees = _degrees(found.readers)
    if scope != "these items":
        spread = _of_difference(found.by_items[..., :2, :2], ratio)
        chance = found.by_answers[..., 0] + squares * found.by_answers[..., 1]
        # Chance in single answers is in the spread between readers already: only what goes beyond it is the items'.
        beyond = np.maximum(1 - np.divide(chance, spread, out=np.ones_like(spread), where=spread > 0), 0.0)
        matrices = matrices + beyond[..., None, None] * found.by_items[..., :2, :2]
        degrees = _joint_degrees(by_readers, degrees, beyond * spread, _degrees(found.items))
    added = ADDED / found.answers**2
    t = -stdtrit(degrees, (1 - confidence) / 2)
    return matrices[..., 0, 0] + added[..., 0], matrices[..., 1, 1] + added[..., 1], matrices[..., 0, 1], t


def _joint_degrees(one: Floats, of_one: Floats, other: Floats, of_other: Floats) -> Floats:
    """F. E. Satterthwaite's degrees of freedom for the sum of two variances with degrees of their own."""
    rest = one**2 / of_one + other**2 / of_other
    return np.divide((one + other) ** 2, rest, out=np.array(np.broadcast_to(of_one, rest.shape)), where=rest > 0)


def _diagonal(matrices: Floats) -> Floats:
    return np.diagonal(matrices, axis1=-2, axis2=-1)


def _of_difference(matrices: Floats, ratio: Floats) -> Floats:
    """The variance of the first less so many times the second."""
    found: Floats = matrices[..., 0, 0] + ratio * ratio * matrices[..., 1, 1] - 2 * ratio * matrices[..., 0, 1]
    return found


def _degrees(number: Floats) -> Floats:
    return np.maximum(number - 1, 1.0)


# --- one test -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paired:
    """The answers of one test, to be asked for findings."""

    values: NDArray[np.float64]
    """`(R, I)`: 0 … 1; not a number where there is no answer."""
    arms: NDArray[np.int64]
    """`(R, I)`: in which arm, counted from 0; −1 where there is no answer."""
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.values.shape != self.arms.shape or self.values.ndim != 2:
            raise WrongUse(
                f"values {self.values.shape} and arms {self.arms.shape}: both are one row a reader and one column an "
                "item; pass two tables of the same shape"
            )
        seen = self.values[self.arms >= 0]
        if not ((seen >= 0) & (seen <= 1)).all():  # not a number is neither
            raise WrongUse("a value of an answer is outside 0 … 1: right is 1, wrong is 0, grades lie between")

    def share(self, arm: int, scope: Scope = "these items") -> Finding:
        """The share of an arm, of all readers with an answer in it."""
        return self._finding([arm], scope, "share")

    def difference(self, arm: int, other: int, scope: Scope = "these items") -> Finding:
        """The share of an arm less that of another, of the readers with answers in both."""
        return self._finding([arm, other], scope, "difference")

    def ratio(self, arm: int, other: int, scope: Scope = "these items") -> Finding:
        """The share of an arm by that of another, of the readers with answers in both."""
        return self._finding([arm, other], scope, "ratio")

    def _finding(self, which: list[int], scope: Scope, what: str) -> Finding:
        if scope not in SCOPES:
            raise WrongUse(f"scope '{scope}': an interval speaks of {' or of '.join(SCOPES)}; choose one")
        found = moments(np.nan_to_num(self.values), weights(self.arms, which))
        readers, items = int(found.readers), int(found.items)
        first, second = float(found.shares[0]), float(found.shares[-1])
        if what == "share":
            value, (low, high) = first, (float(one[0]) for one in shares_of(found, scope, self.confidence))
            whole = (0.0, 1.0)
        elif what == "difference":
            value, (low, high) = first - second, map(float, difference_of(found, scope, self.confidence))
            whole = (-1.0, 1.0)
        else:
            value = first / second if second else math.nan
            low, high = map(float, ratio_of(found, scope, self.confidence))
            whole = (0.0, math.inf)
        if readers < 2 or (items < 2 and scope != "these items"):
            low, high = whole
        return Finding(value if readers else math.nan, low, high, readers, items, scope, self.confidence)
