"""What people prefer, from comparisons of two things at a time: the Bradley-Terry model, with intervals over people.

Each thing has a strength, and the chance that it is preferred to another is the logistic function of the difference
of theirs. Half a preference each way is added for each strength to be found, shared out as the comparisons are: so
strengths are finite where one thing always won, and are drawn together no more where many things were compared seldom.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import choix
import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.special import expit, stdtrit

from cohobate.errors import WrongUse
from cohobate.fidelity.limits import Floats
from cohobate.fidelity.paired import FEWEST_READERS

ADDED_WINS: Final = 0.5
"""Preferences added each way for each strength to be found: for two things, one; for K that are linked, K − 1."""

FEWEST_COMPARISONS: Final = 5
"""Below this many comparisons of a thing it is called too few to speak of."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One person's comparison of two things."""

    person: Hashable
    one: str
    other: str
    preferred: str | None
    """One of the two; None for a tie, which counts half for each."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a thing stands among those that it was compared with."""

    name: str
    chance: float
    """That it is preferred to a thing of the others' average strength; not a number if it was compared with none."""
    low: float
    high: float
    """The interval's ends."""
    preferred: float
    """How often it was, ties counting half."""
    compared: int
    too_few: bool
    """Whether it was compared fewer than `FEWEST_COMPARISONS` times, or by fewer than `FEWEST_READERS` people."""

    def __str__(self) -> str:
        if self.too_few:
            return f"{self.name}: too few (n = {self.compared})"
        low, high = math.floor(100 * self.low), math.ceil(100 * self.high)
        return f"{self.name}: {100 * self.chance:.0f} % ({low}–{high}, n = {self.compared})"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What came of comparisons."""

    standings: tuple[Standing, ...]
    """Of one group after the other, the strongest first in each."""
    groups: tuple[tuple[str, ...], ...]
    """Things that are linked by comparisons, directly or through others: only within a group can they be ordered."""
    people: int
    comparisons: int
    confidence: float

    @property
    def sentence(self) -> str:
        """What to know before one reads the standings; "" if all can be ordered."""
        if len(self.groups) < 2:
            return ""
        told = "; ".join(", ".join(group) for group in self.groups)
        return f"Nobody compared things of these groups with each other, so they cannot be ordered among them: {told}."

    def to_dict(self) -> dict[str, Any]:
        """JSON values; null for what is no number."""
        standings = [asdict(one) | {"chance": None if math.isnan(one.chance) else one.chance} for one in self.standings]
        return {
            "standings": standings,
            "groups": [list(group) for group in self.groups],
            "people": self.people,
            "comparisons": self.comparisons,
            "confidence": self.confidence,
            "sentence": self.sentence,
        }


def preferences(comparisons: Sequence[Comparison], names: Sequence[str] = (), confidence: float = 0.95) -> Preferences:
    """What is preferred, from comparisons in pairs.

    names:  things that may have been compared with none; those in the comparisons need not be named

    The estimate is the maximum of the likelihood; its variance is that of the likelihood, or that which people's
    differences show, whichever is larger, with the t distribution of people. Raises WrongUse for a comparison of a
    thing with itself, or in which a third one is preferred.
    """
    if not 0 < confidence < 1:
        raise WrongUse(f"confidence {confidence}: it must lie strictly between 0 and 1; try 0.95")
    for one in comparisons:
        if one.one == one.other:
            raise WrongUse(f"'{one.one}' is compared with itself: a comparison has two things; name two")
        if one.preferred not in (one.one, one.other, None):
            raise WrongUse(
                f"'{one.preferred}' is preferred of '{one.one}' and '{one.other}': it is one of the two, or neither; "
                "name one of them"
            )
    known = sorted({*names, *(name for one in comparisons for name in (one.one, one.other))})
    place = {name: number for number, name in enumerate(known)}
    wins = np.zeros((len(known), len(known)))
    for one in comparisons:
        for first, second in ((one.one, one.other), (one.other, one.one)):
            wins[place[first], place[second]] += 0.5 if one.preferred is None else float(one.preferred == first)
    number, labels = connected_components(wins + wins.T, directed=False) if known else (0, [])
    groups = [[name for name in known if labels[place[name]] == group] for group in range(number)]
    groups.sort(key=lambda group: (-len(group), group))
    standings = [one for group in groups for one in _within(group, comparisons, place, wins, confidence)]
    return Preferences(
        tuple(standings),
        tuple(tuple(group) for group in groups),
        len({one.person for one in comparisons}),
        len(comparisons),
        confidence,
    )


def _within(
    group: Sequence[str],
    comparisons: Sequence[Comparison],
    place: Mapping[str, int],
    wins: Floats,
    confidence: float,
) -> list[Standing]:
    """The standings of things that are linked."""
    if len(group) == 1:
        return [Standing(group[0], math.nan, 0.0, 1.0, 0.0, 0, True)]
    here = [place[name] for name in group]
    mine = wins[np.ix_(here, here)]
    strengths = _strengths(mine)
    asked = [one for one in comparisons if one.one in group]
    people = len({one.person for one in asked})
    contrast = (np.eye(len(group)) * len(group) - 1) / (len(group) - 1)  # each less the mean of the others
    variances = _variances(strengths, mine, asked, {name: k for k, name in enumerate(group)}, contrast)
    middle = contrast @ strengths
    half = -stdtrit(max(people - 1, 1), (1 - confidence) / 2) * np.sqrt(variances)
    compared = mine.sum(axis=1) + mine.sum(axis=0)
    found = [
        Standing(
            name,
            float(expit(middle[k])),
            float(expit(middle[k] - half[k])),
            float(expit(middle[k] + half[k])),
            float(mine[k].sum()),
            int(compared[k]),
            bool(compared[k] < FEWEST_COMPARISONS or people < FEWEST_READERS),
        )
        for k, name in enumerate(group)
    ]
    return sorted(found, key=lambda one: (-one.chance, one.name))


def _strengths(wins: Floats) -> Floats:
    """The strengths of linked things, with mean 0."""
    added = wins + _added(wins) * (wins + wins.T)
    found = np.asarray(choix.ilsr_pairwise_dense(added, max_iter=1000), np.float64)
    centred: Floats = found - found.mean()
    return centred


def _added(wins: Floats) -> float:
    """What is added each way, to each comparison."""
    return float(ADDED_WINS * (len(wins) - 1) / wins.sum())


def _variances(
    strengths: Floats, wins: Floats, asked: Sequence[Comparison], place: Mapping[str, int], contrast: Floats
) -> Floats:
    """Of each thing's strength less the mean of the others."""
    chances = expit(strengths[:, None] - strengths[None, :])
    weight = (wins + wins.T) * (1 + 2 * _added(wins)) * chances * (1 - chances)
    inverse = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    people = {person: number for number, person in enumerate({one.person: None for one in asked})}
    scores = np.zeros((len(people), len(place)))
    for one in asked:
        first, second = place[one.one], place[one.other]
        off = (0.5 if one.preferred is None else float(one.preferred == one.one)) - chances[first, second]
        scores[people[one.person], first] += off
        scores[people[one.person], second] -= off
    between = scores.T @ scores * len(people) / max(len(people) - 1, 1)
    of_people: Floats = np.einsum("ij,jk,ik->i", contrast @ inverse, between, contrast @ inverse)
    of_model: Floats = np.einsum("ij,jk,ik->i", contrast, inverse, contrast)
    return np.maximum(of_people, of_model)
