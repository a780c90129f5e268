"""How errors at single steps become the error of a whole answer.

An overseer answers a question by asking others, and those by asking others: a tree. Call a node faulty if something
went wrong there. If a tree without a faulty node has the right root, the chance of a wrong root is at most the chance
of a tree with any faulty node, which is at most the mean number of faulty nodes in a tree. Nothing is assumed of how
faults depend on one another.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cohobate.errors import WrongUse
from cohobate.fidelity.sequences import confidence_sequence


def compounded(steps: Iterable[tuple[float, float]]) -> float:
    """The chance of a tree with any faulty node, at most: the sum over sorts of nodes (levels, say) of how many of a
    sort a tree has in the mean, times the share of them that is faulty; at most 1.

    steps:  pairs of that number, 0 or more, and that share, 0 … 1; upper bounds of both give an upper bound. The share
            must be about nodes as they come up in trees, each as likely as every other.
    """
    total = 0.0
    for number, share in steps:
        if number < 0 or not 0 <= share <= 1:
            raise WrongUse(f"{number} nodes with a share of {share}: numbers are at least 0 and shares 0 … 1")
        total += number * share
    return min(1.0, total)


def mean_at_most(total: int, squares: int, asked: int, most: float, confidence: float = 0.95) -> float:
    """An upper bound, with this confidence, for a mean of which `asked` independent draws within 0 … `most` were seen.

    total:    their sum
    squares:  the sum of their squares

    The empirical Bernstein bound; `most` if fewer than two were seen. Source: A. Maurer, M. Pontil, "Empirical
    Bernstein bounds and sample variance penalization", COLT 2009, theorem 4.
    """
    if not 0 < confidence < 1:
        raise WrongUse(f"confidence {confidence}: it must lie strictly between 0 and 1; try 0.95")
    if asked < 2:
        return most
    mean = total / asked
    variance = max(0.0, (squares - asked * mean**2) / (asked - 1))
    nats = np.log(2 / (1 - confidence))
    return float(min(most, mean + np.sqrt(2 * variance * nats / asked) + 7 * most * nats / (3 * (asked - 1))))


def differs_anywhere(faulty: int, places: int, largest: int, confidence: float = 0.95) -> float:
    """An upper bound for the chance that a tree has any faulty node, from places drawn in trees; at any time.

    For each place a fresh tree is drawn, and one of `largest` places in it, at random: the tree's nodes stand in the
    first, one in each, and the rest are empty. A place is faulty if the node in it is; in a tree with more than
    `largest` nodes every place counts as faulty. So the chance of a faulty place is the mean number of faulty nodes
    in a tree divided by `largest`, nodes of large trees come up as often as they should (the draw is biased by
    size), and no mean size need be known. Of a fixed number of nodes seen, none of them faulty, the bound falls as
    (mean size of a tree) · 3 / nodes at 95 %, apart from the price of looking at any time.

    faulty, places:  how many of the places drawn so far were faulty, and how many were drawn
    largest:         the most nodes that a tree may have

    Holds at all numbers of places at once with `confidence`, as `confidence_sequence` does: drawing may stop whenever
    what has been seen so far suggests it.
    """
    if largest < 1:
        raise WrongUse(f"largest tree of {largest} nodes: a tree has at least its root; pass at least 1")
    _, share = confidence_sequence(faulty, places, confidence, side="high")
    return min(1.0, largest * share)
