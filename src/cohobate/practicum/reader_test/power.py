"""How likely a test is to show the help that there is, before anybody is asked to take it.

The model: a reader answers an item in an arm rightly with a chance whose logit is a sum of four: the arm's, the
reader's, the item's, and the reader's in that arm. The last three are drawn from normal distributions around 0. The
arms' are such that over all readers and items the shares of right answers are the baseline, and the baseline with the
effect: so the effect is what a test estimates. Tests of this model are simulated, and each is analysed as a real one
is: its help is shown if the interval for these items lies above 0. The power is the share of tests that show it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from cohobate.errors import WrongUse
from cohobate.fidelity.limits import Floats
from cohobate.fidelity.paired import FEWEST_READERS, SCOPES, Moments, difference_of

TESTS: Final = 10_000
"""That are simulated, at most: the power is then known to within a point. Of large tests there are fewer."""

ANSWERS: Final = 3_000_000
"""In all tests that are simulated; but there are at least 1,500 tests."""

MOST: Final = 400
"""Readers that are searched for."""

USUAL: Final = 0.8
"""The power that is usually asked for."""

_PORTION: Final = 2_000_000
"""Answers that are held in memory at once."""


@dataclass(frozen=True)
class Plan:
    """A test that is planned, and the model that its power is reckoned by."""

    readers: int
    """At least `FEWEST_READERS`."""
    items_per_arm: int
    """So many each reader answers without a text, and as many with the distillation."""
    effect: float
    """The help to be shown: over all readers and items, the share of right answers with the distillation less that
    without a text."""
    baseline: float = 0.4
    """The share of right answers without a text, strictly between 0 and 1."""
    reader_sd: float = 1.0
    """Standard deviations of the logit: between readers,"""
    item_sd: float = 1.0
    """between items,"""
    reader_by_arm_sd: float = 0.2
    """and of a reader's from arm to arm."""
    alpha: float = 0.05
    """One less the confidence of the interval."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not FEWEST_READERS <= self.readers <= MOST:
            raise WrongUse(f"{self.readers} readers: a test has from {FEWEST_READERS} to {MOST}; choose in between")
        if not 2 <= self.items_per_arm <= 100:
            raise WrongUse(f"items in each arm: {self.items_per_arm}, and a test has from 2 to 100; choose in between")
        if not 0 < self.baseline < 1:
            raise WrongUse(f"baseline {self.baseline}: it is a share strictly between 0 and 1; try 0.4")
        if not 0 < self.baseline + self.effect < 1 or self.effect < 0:
            raise WrongUse(
                f"effect {self.effect} on a baseline of {self.baseline}: it is 0 or more, and both together stay below "
                "1; try 0.2"
            )
        for name in ("reader_sd", "item_sd", "reader_by_arm_sd"):
            if not 0 <= getattr(self, name) <= 5:
                raise WrongUse(
                    f"{name} {getattr(self, name)}: a standard deviation of logits lies between 0 and 5; try 0.7"
                )
        if not 0 < self.alpha < 1:
            raise WrongUse(f"alpha {self.alpha}: it must lie strictly between 0 and 1; try 0.05")

    @property
    def tests(self) -> int:
        """How many are simulated."""
        return min(TESTS, max(1_500, ANSWERS // (self.readers * self.answers_each)))

    @property
    def answers_each(self) -> int:
        """How many answers of a reader are simulated."""
        return 2 * self.items_per_arm

    @cached_property
    def power(self) -> float:
        """The share of tests that show the help, each reader being their own comparison."""
        return power_of(self, _paired)

    @cached_property
    def separate_power(self) -> float:
        """The same if as many readers were split into two groups, one with the text and one without."""
        return power_of(self, _separate)

    def readers_needed(self, power: float = USUAL) -> int | None:
        """The fewest readers, an even number, whose plan has this power while that with two fewer has not; None if it
        takes more than `MOST`. It does not depend on this plan's own number."""
        return self._needed(power, lambda plan: plan.power)

    def separate_readers_needed(self, power: float = USUAL) -> int | None:
        """The same in two groups, both together."""
        return self._needed(power, lambda plan: plan.separate_power)

    def _needed(self, power: float, power_of: Callable[[Plan], float]) -> int | None:
        """By doubling the fewest readers that a test has, and then halving what is left."""
        if not 0 < power < 1:
            raise WrongUse(f"power {power}: it must lie strictly between 0 and 1; try {USUAL}")

        def reached(readers: int) -> bool:
            return power_of(replace(self, readers=readers)) >= power

        below, enough = FEWEST_READERS - 2, FEWEST_READERS
        while not reached(enough):
            if enough == MOST:
                return None
            below, enough = enough, min(2 * enough, MOST)
        while enough - below > 2:
            middle = (below + enough) // 4 * 2
            below, enough = (below, middle) if reached(middle) else (middle, enough)
        return enough

    @property
    def model(self) -> str:
        """What the power presumes, in words."""
        return (
            "A reader answers an item rightly with a chance whose logit is a sum of four: the arm's; the reader's, "
            f"with a standard deviation of {self.reader_sd:g} between readers; the item's, with {self.item_sd:g} "
            f"between items; and the reader's in that arm, with {self.reader_by_arm_sd:g}; all normal. Over all "
            f"readers and items, {100 * self.baseline:g} % are right without a text and "
            f"{100 * (self.baseline + self.effect):g} % with the distillation. {self.answered}; which half of the "
            "items goes without a text changes from reader to reader. Help is shown if the "
            f"{100 * (1 - self.alpha):g} % interval for these items lies above 0."
        )

    @property
    def answered(self) -> str:
        """How many items a reader answers, as the model says it."""
        return f"Each reader answers {self.items_per_arm} items in each arm"

    @cached_property
    def logits(self) -> tuple[float, float]:
        """Of the arms: with the distillation, and without a text."""
        spread = math.sqrt(self.reader_sd**2 + self.item_sd**2 + self.reader_by_arm_sd**2)
        points, weights = np.polynomial.hermite_e.hermegauss(61)

        def over_all(middle: float, share: float) -> float:
            return float(expit(middle + spread * points) @ weights / weights.sum()) - share

        with_text, without = (
            float(brentq(over_all, -60, 60, args=(share,))) for share in (self.baseline + self.effect, self.baseline)
        )
        return with_text, without

    def to_dict(self) -> dict[str, Any]:
        """The plan, its power and its model as JSON values."""
        return {
            "readers": self.readers,
            "items_per_arm": self.items_per_arm,
            "effect": self.effect,
            "power": self.power,
            "simulated_tests": self.tests,
            "readers_needed": {"power": USUAL, "readers": self.readers_needed()},
            "separate_groups": {"power": self.separate_power, "readers_needed": self.separate_readers_needed()},
            "model": {
                "words": self.model,
                "baseline": self.baseline,
                "reader_sd": self.reader_sd,
                "item_sd": self.item_sd,
                "reader_by_arm_sd": self.reader_by_arm_sd,
                "alpha": self.alpha,
                "test": f"help shown if its interval for {SCOPES[0]} lies above 0",
                "seed": self.seed,
            },
        }


def plan(readers: int, items_per_arm: int, effect: float, **model: Any) -> Plan:
    """The plan of a test; `model` as in `Plan`. Raises WrongUse for what no test can be."""
    return Plan(readers, items_per_arm, effect, **model)


Planned = TypeVar("Planned", bound=Plan)
Simulate = Callable[[Planned, int, np.random.Generator], Floats]
"""The lower ends of so many tests' intervals."""


def power_of(plan: Planned, simulate: Simulate[Planned]) -> float:
    """The share of simulated tests whose intervals lie above 0."""
    tests, chance = plan.tests, np.random.default_rng(plan.seed)
    at_once = max(1, _PORTION // (plan.readers * plan.answers_each))
    shown = 0
    for begun in range(0, tests, at_once):
        shown += int((simulate(plan, min(at_once, tests - begun), chance) > 0).sum())
    return shown / tests


def _paired(plan: Plan, tests: int, chance: np.random.Generator) -> Floats:
    """Readers who answer one half of the items in each arm."""
    readers, items = plan.readers, plan.items_per_arm
    of_reader = chance.normal(0, plan.reader_sd, (tests, readers, 1, 1))
    of_reader = of_reader + chance.normal(0, plan.reader_by_arm_sd, (tests, readers, 2, 1))
    of_item = chance.normal(0, plan.item_sd, (tests, 1, 2, items))
    # Every other reader has the halves the other way round.
    swapped = (np.arange(readers) % 2 == 1)[:, None, None]
    of_item = np.where(swapped, of_item[:, :, ::-1], of_item)
    return lower_ends(plan, _shares(plan, of_reader + of_item, chance), _answers(plan, readers))


def _separate(plan: Plan, tests: int, chance: np.random.Generator) -> Floats:
    """Two groups of readers who answer the same items, each in one arm."""
    readers, items = plan.readers // 2, plan.items_per_arm
    of_reader = chance.normal(0, np.hypot(plan.reader_sd, plan.reader_by_arm_sd), (tests, readers, 2, 1))
    of_item = chance.normal(0, plan.item_sd, (tests, 1, 1, items))
    shares = _shares(plan, of_reader + of_item, chance)
    return lower_ends(plan, shares, _answers(plan, readers), together=False)


def _shares(plan: Plan, logits: Floats, chance: np.random.Generator) -> Floats:
    """What share each reader gets right in each arm `(tests, R, 2)`: first with the distillation, then without."""
    # Single precision, as this is where all the time goes.
    chances = expit((logits + np.array(plan.logits)[:, None]).astype(np.float32))
    found: Floats = (chance.random(logits.shape, np.float32) < chances).mean(axis=-1)
    return found


def _answers(plan: Plan, readers: int) -> Floats:
    return np.full(2, float(readers * plan.items_per_arm))


def lower_ends(plan: Plan, shares: Floats, answers: Floats, together: bool = True) -> Floats:
    """The lower ends of tests' intervals for the help.

    shares:    `(tests, R, 2)`: of each reader, first with the distillation, then without
    answers:   `(2,)`: in each arm, fewer if some readers gave few
    together:  whether the same readers are in both arms
    """
    tests, readers, _ = shares.shape
    off = shares - shares.mean(axis=1, keepdims=True)
    by_readers = np.swapaxes(off, 1, 2) @ off / (readers * (readers - 1))
    if not together:
        by_readers = by_readers * np.eye(2)
    nothing = np.zeros((tests, 2))
    found = Moments(
        shares.mean(axis=1),
        by_readers,
        np.zeros_like(by_readers),
        nothing,
        nothing + answers,
        np.full(tests, float(readers)),
        np.full(tests, 2.0 * plan.items_per_arm),
    )
    return difference_of(found, SCOPES[0], 1 - plan.alpha)[0]
