"""Is the power that a plan of a reader test promises what such tests have? A grid of designs, simulated another way.

    python benchmarks/reader_power.py
    python benchmarks/reader_power.py --tests 1000

The plan reckons with shares of readers in two arms. Here people go through a test without sources by `Design`, answer
item by item, and are analysed from the table of their answers; the model's middle logits are found by integration and
bisection of their own. Help is shown if its interval for these items lies above 0. Goal: within ±0.03 at every design
of the grid, and a plan in 2 s.

Then the case that plans are compared by: 12 readers with 10 items an arm and 20 points, by baseline and by how much
readers and items vary; and how many readers two separate groups need for a power of 0.8.
"""

import time
from itertools import product

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from _common import arguments, machine, print_table, record
from cohobate.fidelity.paired import difference_of, moments, weights
from cohobate.practicum.reader_test import ARMS, DISTILLATION, KINDS, NO_TEXT, Design, Item, Passage, plan

GOAL = "within ±0.03 of an independent simulation at every design of the grid; 2 s a plan"
READERS = (8, 12, 16, 24)
ITEMS = (5, 10, 20)
EFFECTS = (0.1, 0.2, 0.3)
BASELINES = (0.2, 0.45, 0.65)
SPREADS = ((0.5, 0.5, 0.0), (1.0, 1.0, 0.3))
PORTION = 500


def middle_logit(share, spread):
    """By bisection, of an integral by quadrature."""
    low, high = -15.0, 15.0
    for _ in range(60):
        middle = (low + high) / 2
        mean, _ = quad(lambda z, m=middle: norm.pdf(z) / (1 + np.exp(-m - spread * z)), -9, 9)
        low, high = (middle, high) if mean < share else (low, middle)
    return low


def simulated(readers, items, effect, baseline, spread, tests, chance):
    """The share of simulated tests that show the help."""
    passages = tuple(Passage(name, tuple(Item(f"{name}{k}", KINDS[k % 2]) for k in range(items))) for name in "pq")
    design = Design(passages, int(chance.integers(2**31)), source=False)
    ids = {item.id: place for place, item in enumerate(item for passage in passages for item in passage.items)}
    arms = np.full((readers, len(ids)), -1)
    for reader, sequence in enumerate(design.sequences(readers)):
        for period in sequence.periods:
            for item in period.items:
                arms[reader, ids[item]] = ARMS.index(period.arm)
    of_reader, of_item, in_arm = spread
    total = float(np.sqrt(np.square(spread).sum()))
    middle = {ARMS.index(NO_TEXT): middle_logit(baseline, total)}
    middle[ARMS.index(DISTILLATION)] = middle_logit(baseline + effect, total)
    shown = 0
    for begun in range(0, tests, PORTION):
        right = np.empty((min(PORTION, tests - begun), *arms.shape), bool)
        item = of_item * chance.standard_normal((len(right), len(ids)))
        for reader in range(readers):
            able = of_reader * chance.standard_normal((len(right), 1))
            for arm, logit in middle.items():
                here = arms[reader] == arm
                logits = logit + able + in_arm * chance.standard_normal((len(right), 1)) + item[:, here]
                # A standard logistic variate below the logit is what "right" is.
                right[:, reader, here] = chance.logistic(size=logits.shape) < logits
        low, _ = difference_of(moments(right, weights(arms, [2, 0])), "these items")
        shown += int((low > 0).sum())
    return shown / tests


parser = arguments(__doc__)
parser.add_argument("--tests", type=int, default=4000, help="simulated tests of each design (default 4,000)")
parser.add_argument("--cells", type=int, default=0, help="only so many designs; 0 for all")
asked = parser.parse_args()
facts = machine(asked.threads)

rows, grid, slowest = [], [], 0.0
cells = list(product(READERS, ITEMS, EFFECTS, BASELINES, SPREADS))[: asked.cells or None]
for number, (readers, items, effect, baseline, spread) in enumerate(cells):
    begun = time.perf_counter()
    of_reader, of_item, in_arm = spread
    model = {"baseline": baseline, "reader_sd": of_reader, "item_sd": of_item, "reader_by_arm_sd": in_arm}
    planned = plan(readers, items, effect, **model).power
    slowest = max(slowest, time.perf_counter() - begun)
    found = simulated(readers, items, effect, baseline, spread, asked.tests, np.random.default_rng([1, number]))
    grid.append(
        {"readers": readers, "items_per_arm": items, "effect": effect, **model, "plan": planned, "simulated": found}
    )
    rows.append([readers, items, effect, baseline, of_reader, of_item, in_arm, planned, found, planned - found])
print_table(
    ["readers", "items", "effect", "baseline", "readers' sd", "items' sd", "in arms", "plan", "simulated", "off"], rows
)
worst = max(abs(one["plan"] - one["simulated"]) for one in grid)
print(
    f"\n{len(grid)} designs, {asked.tests:,} tests each: at most {worst:.4f} off; a power takes up to {slowest:.2f} s\n"
)

reference, rows = [], []
for of_reader, of_item, in_arm in ((0.5, 0.5, 0.0), (0.7, 0.7, 0.0), (1.0, 1.0, 0.0), (1.0, 1.0, 0.3)):
    for baseline in (0.2, 0.3, 0.4, 0.5, 0.6):
        begun = time.perf_counter()
        model = {"baseline": baseline, "reader_sd": of_reader, "item_sd": of_item, "reader_by_arm_sd": in_arm}
        found = plan(12, 10, 0.2, **model).to_dict()
        seconds = time.perf_counter() - begun
        apart = found["separate_groups"]
        reference.append({**model, "power": found["power"], "separate_groups": apart, "seconds": round(seconds, 2)})
        rows.append(
            [of_reader, of_item, in_arm, baseline, found["power"], apart["power"], apart["readers_needed"], seconds]
        )
print_table(["readers' sd", "items' sd", "in arms", "baseline", "power", "apart", "apart need", "seconds"], rows)
record(
    asked.records,
    "reader_power",
    facts,
    GOAL,
    {"tests": asked.tests, "most_off": worst, "grid": grid, "twelve_readers_ten_items_twenty_points": reference},
)
