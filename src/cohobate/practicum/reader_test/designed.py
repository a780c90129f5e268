"""How likely the very test is to show the help that there is: its readers answer what its design deals them.

`plan` presumes as many items without a text as with the distillation. Where the source is read too, readers answer
about twice as many without one, and a test shows more than that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from scipy.special import expit

from cohobate.fidelity.crossover import ARMS, DISTILLATION, NO_TEXT
from cohobate.fidelity.intervals import Ints
from cohobate.fidelity.limits import Floats
from cohobate.fidelity.paired import weights
from cohobate.practicum.reader_test.design import Design
from cohobate.practicum.reader_test.power import Plan, lower_ends, power_of

COMPARED = (ARMS.index(DISTILLATION), ARMS.index(NO_TEXT))


@dataclass(frozen=True)
class DesignedPlan(Plan):
    """A plan in which readers answer what a design deals them; `items_per_arm` is what they answer with the
    distillation, on average."""

    design: Design = field(kw_only=True)

    @property
    def items_without(self) -> int:
        """What a reader answers without a text, on average."""
        return _average(self.design, NO_TEXT)

    @property
    def answers_each(self) -> int:
        return len(_arms(self.design)[0])

    @cached_property
    def power(self) -> float:
        """The share of tests that show the help, each reader being their own comparison."""
        return power_of(self, _as_dealt)

    @property
    def answered(self) -> str:
        return (
            f"Each reader answers {self.items_without} items without a text and {self.items_per_arm} with the "
            "distillation, on average and as the design deals them"
        )

    def to_dict(self) -> dict[str, Any]:
        """The plan, its power and its model as JSON values."""
        return super().to_dict() | {"items_without": self.items_without}


def planned(design: Design, readers: int, effect: float, **model: Any) -> DesignedPlan:
    """The plan of a test with that design; `model` as in `Plan`. Raises WrongUse for what no test can be."""
    return DesignedPlan(readers, _average(design, DISTILLATION), effect, **model, design=design)


@lru_cache(maxsize=16)
def _arms(design: Design) -> Ints:
    """`(readers of one block, items)`: in which of `ARMS` each answers each item, −1 in none."""
    place = {item.id: place for place, item in enumerate(item for one in design.passages for item in one.items)}
    found = np.full((design.block, len(place)), -1)
    for sequence in design.sequences():
        for period in sequence.periods:
            found[sequence.reader, [place[item] for item in period.items]] = ARMS.index(period.arm)
    return found


def _average(design: Design, arm: str) -> int:
    return round(float((_arms(design) == ARMS.index(arm)).sum(axis=1).mean()))


def _as_dealt(plan: DesignedPlan, tests: int, chance: np.random.Generator) -> Floats:
    """Readers who are dealt block after block; all blocks are alike but for their order."""
    block = _arms(plan.design)
    arms = block[np.arange(plan.readers) % len(block)]
    with_text = arms == COMPARED[0]
    of_reader = chance.normal(0, plan.reader_sd, (tests, plan.readers, 1))
    of_arm = chance.normal(0, plan.reader_by_arm_sd, (2, tests, plan.readers, 1)) + np.reshape(
        plan.logits, (2, 1, 1, 1)
    )
    of_item = chance.normal(0, plan.item_sd, (tests, 1, arms.shape[1]))
    logits = (of_reader + np.where(with_text, of_arm[0], of_arm[1]) + of_item).astype(np.float32)
    right = chance.random(logits.shape, np.float32) < expit(logits)
    weigh = weights(arms, COMPARED)
    # Each reader's own share: the weights of a reader in an arm add up to one by the number of readers.
    shares: Floats = np.einsum("tri,ari->tra", right.astype(np.float32), (weigh * plan.readers).astype(np.float32))
    return lower_ends(plan, shares.astype(np.float64), 1 / (weigh**2).sum(axis=(1, 2)))
