"""Do the intervals of reader tests hold as often as they say? Simulated tests in which every true figure is known.

    python benchmarks/reader_coverage.py
    python benchmarks/reader_coverage.py --tests 500 --seeds 1

A simulated test has two passages with so many items in each half, and readers who go through it by `Design`. A reader
answers an item in an arm rightly with a chance whose logit is the arm's, the reader's, the item's and that of the
reader in the arm, as in `reader_test.power`; and chooses "I can't tell" likewise. Every test draws its own readers
and items. "These items" holds if the interval has the mean over readers at the very items of the test, "items like
these" if it has the mean over all readers and items: each simulated test tries both. Among the cells are tests in
which nothing varies but chance, and tests that a third of the readers leave half-way, wherever they are. Tests with
fewer than six readers left are said to be too few, and not counted.

Times are drawn by themselves: those of one reader go together, and are spread as a normal distribution of logarithms,
as one in which some are much slower in both, as a gamma distribution, or as a mixture in which one in twelve takes
three times as long.

Widths are relative to the plain t interval over reader differences, on the same tests. Goal: every interval in at
least 94 % of 2,000 tests, in every cell, at 8, 12 and 20 readers.
"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, stdtrit

from _common import arguments, machine, print_table, record
from cohobate.fidelity.paired import FEWEST_READERS, SCOPES, difference_of, moments, ratio_of, shares_of, weights
from cohobate.fidelity.times import times_of
from cohobate.practicum.reader_test import ARMS, KINDS, Design, Item, Passage

GOAL = "every interval holds the true figure in at least 94 % of 2,000 tests, in every cell, at 8, 12 and 20 readers"
READERS = (6, 8, 12, 20)
HALVES = (5, 10)
"""Items in each half of a passage: as many are answered from each version, twice as many without a text."""
SPREADS = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.0), (1.0, 1.0, 0.3), (1.5, 1.0, 0.5))
"""Standard deviations of logits: of readers, of items, of readers in an arm."""
CHANCES = (
    (0.05, 0.05, 0.05),
    (0.05, 0.30, 0.50),
    (0.05, 0.95, 0.95),
    (0.25, 0.80, 0.75),
    (0.40, 0.60, 0.60),
    (0.30, 0.60, 0.95),
    (0.70, 0.95, 0.95),
    (0.95, 0.95, 0.95),
)
"""At the average reader and item: without a text, with the source, with the distillation."""
UNSURE = (0.50, 0.05, 0.12)
"""The same for "I can't tell"."""
LEFT = (0.0, 1 / 3)
"""The share of readers who leave half-way."""
POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
BY = {"distillation": 2, "source": 1, "no text": 0}


@dataclass(frozen=True)
class Cell:
    """One sort of test."""

    readers: int
    half: int
    chances: tuple[float, float, float]
    spread: tuple[float, float, float]
    left: float


def over_readers(logits, spread):
    """Mean chances over readers whose logits are spread so around these."""
    return (expit(np.asarray(logits)[..., None] + spread * POINTS) * WEIGHTS).sum(-1) / WEIGHTS.sum()


def arms_of(cell, chance):
    """In which arm each reader answers each item `(R, I)`."""
    passages = tuple(
        Passage(name, tuple(Item(f"{name}{k}", KINDS[k % 2]) for k in range(2 * cell.half))) for name in "pq"
    )
    design = Design(passages, int(chance.integers(2**31)))
    ids = [item.id for passage in passages for item in passage.items]
    arms = np.empty((cell.readers, len(ids)), int)
    for reader, sequence in enumerate(design.sequences(cell.readers)):
        for period in sequence.periods:
            arms[reader, [ids.index(item) for item in period.items]] = ARMS.index(period.arm)
    return arms


def answers(cell, chances, arms, tests, chance):
    """Right or not `(T, R, I)`, and the true shares of the arms `(T, 3)`: of these items, and of items like these."""
    readers, items = arms.shape
    of_reader, of_item, in_arm = cell.spread
    middle = logit(np.array(chances))
    item = chance.normal(0, of_item, (tests, 1, items))
    apart = chance.normal(0, in_arm, (tests, readers, 3))[:, np.arange(readers)[:, None], arms]
    logits = middle[arms] + chance.normal(0, of_reader, (tests, readers, 1)) + item + apart
    spread = np.hypot(of_reader, in_arm)
    these = over_readers(middle + item[:, 0, :, None], spread).mean(1)
    like = over_readers(middle, np.hypot(spread, of_item))
    return chance.random(logits.shape) < expit(logits), these, np.broadcast_to(like, these.shape)


def within(low, high, truth, counted=True):
    """How often the truth lies within, of the tests that count."""
    holds = (low - 1e-9 <= truth) & (truth <= high + 1e-9)
    return float(holds[np.broadcast_to(counted, holds.shape)].mean())


def tried(cell, tests, chance):
    """How often each interval holds, and how wide it is beside the plain t interval."""
    arms = arms_of(cell, chance)
    right, *truths = answers(cell, cell.chances, arms, tests, chance)
    unsure, *of_unsure = answers(cell, UNSURE, arms, tests, chance)
    if cell.left:
        # In an order of their own, "no text" first, readers answer until they leave; that may be at once.
        order = np.argsort(np.argsort((arms > 0) + chance.random((tests, *arms.shape)), axis=-1), axis=-1)
        leaves = chance.random((tests, cell.readers, 1)) < cell.left
        gone = leaves & (order >= arms.shape[1] * chance.random((tests, cell.readers, 1)))
        arms = np.where(gone, -1, arms)
    found = {}
    for name, arm in BY.items():
        for what, values, true in (("share", right, truths), ("unanswered", unsure, of_unsure)):
            seen = moments(values, weights(arms, [arm]))
            for scope, truth in zip(SCOPES, true, strict=True):
                low, high = shares_of(seen, scope)
                found[what, name, scope] = (
                    within(low[:, 0], high[:, 0], truth[:, arm], seen.readers >= FEWEST_READERS),
                    None,
                )
    for name, other in (("help", 0), ("difference", 1), ("ratio", 1)):
        seen = moments(right, weights(arms, [2, other]))
        enough = seen.readers >= FEWEST_READERS
        plain = -stdtrit(np.maximum(seen.readers - 1, 1), 0.025) * np.sqrt(
            np.maximum(seen.by_readers @ [1, -1] @ [1, -1], 0)
        )
        for scope, truth in zip(SCOPES, truths, strict=True):
            one, two = truth[:, 2], truth[:, other]
            low, high = (ratio_of if name == "ratio" else difference_of)(seen, scope)
            width = None if name == "ratio" else float((high - low).mean() / (2 * plain).mean())
            found[name, "", scope] = within(low, high, one / two if name == "ratio" else one - two, enough), width
    return found


def of_times(readers, sort, tests, chance):
    """The same for times: minutes saved, and the ratio."""
    between, middle = chance.normal(0, 0.4, (tests, readers, 1)), np.log([6.0, 2.0])
    if sort == "normal":
        logs, mean = chance.normal(0, 0.35, (tests, readers, 2)), 0.0
    elif sort == "slow in both":
        between, logs, mean = 2.5 * between, chance.normal(0, 0.1, (tests, readers, 2)), 0.0
    elif sort == "gamma":
        logs, mean = (
            np.log(chance.gamma(4.0, 1.0, (tests, readers, 2))),
            float(np.log(chance.gamma(4.0, 1.0, 10**7)).mean()),
        )
    else:
        slow = chance.random((tests, readers, 2)) < 1 / 12
        logs, mean = chance.normal(0, 0.35, slow.shape) + slow * np.log(3), np.log(3) / 12
    found = times_of(np.exp(between + middle + logs))
    one, two = np.exp(middle + mean)
    return within(*found.saved, one - two), within(*found.ratio, two / one)


parser = arguments(__doc__, seeds=3)
parser.add_argument("--tests", type=int, default=2000, help="simulated tests in each cell (default 2,000)")
parser.add_argument("--cells", type=int, default=0, help="only so many cells; 0 for all")
asked = parser.parse_args()
facts, begun = machine(asked.threads), time.perf_counter()

cells = [
    Cell(readers, half, chances, spread, left)
    for left in LEFT
    for readers in READERS
    for half in HALVES
    for chances in CHANCES
    for spread in SPREADS
    if not left or (half == HALVES[-1] and spread == SPREADS[2])
][: asked.cells or None]
whole, lowest = {}, {}
for number, cell in enumerate(cells):
    for seed in range(asked.seeds):
        for key, (held, width) in tried(cell, asked.tests, np.random.default_rng([seed, number])).items():
            what = f"{key[0]} {key[1]}".strip()
            whole.setdefault((cell.readers, what, key[2]), []).append((held, width, seed, cell))
for readers in READERS:
    for sort in ("normal", "slow in both", "gamma", "mixture"):
        for seed in range(asked.seeds):
            pair = of_times(readers, sort, asked.tests, np.random.default_rng([seed, readers]))
            for what, held in zip(("minutes saved", "time ratio"), pair, strict=True):
                whole.setdefault((readers, what, "these texts"), []).append((held, None, seed, sort))

rows, results = [], []
for (readers, what, scope), held in sorted(whole.items(), key=lambda one: (one[0][1:], one[0][0])):
    cell_means = {}
    for share, _, _, cell in held:
        cell_means.setdefault(cell, []).append(share)
    means = {cell: float(np.mean(shares)) for cell, shares in cell_means.items()}
    worst = min(means, key=means.get)
    widths = [width for _, width, _, _ in held if width is not None]
    width = float(np.mean(widths)) if widths else None
    least = min(share for share, *_ in held)
    rows.append(
        [what, scope, readers, len(held), float(np.mean([s for s, *_ in held])), least, means[worst], width or "–"]
    )
    results.append(
        {
            "what": what,
            "scope": scope,
            "readers": readers,
            "simulated": len(held),
            "tests_each": asked.tests,
            "mean": float(np.mean([s for s, *_ in held])),
            "least_of_one_seed": least,
            "least_over_seeds": means[worst],
            "least_at": str(worst),
            "below_94": sum(share < 0.94 for share, *_ in held),
            "width_beside_plain_t": width,
            "widest_beside_plain_t": max(widths, default=None),
        }
    )
print_table(["interval", "scope", "readers", "cells × seeds", "mean", "least", "least, all seeds", "width"], rows)
counted = [one for one in results if one["readers"] >= 8]
print(
    f"\nat 8, 12 and 20 readers: {sum(one['below_94'] for one in counted)} of "
    f"{sum(one['simulated'] for one in counted):,} below 94 %, the least "
    f"{min(one['least_of_one_seed'] for one in counted):.4f}; "
    f"{time.perf_counter() - begun:.0f} s"
)
record(asked.records, "reader_coverage", facts, GOAL, results)
