"""Do the intervals for raters' agreement and for preferences hold as often as they say? Both are simulated.

    python benchmarks/rater_coverage.py
    python benchmarks/rater_coverage.py --tests 100

Agreement: 10, 20 or 40 units, two or three raters. A unit has a true value; a rater gives it, or else one at random
(nominal) or a neighbour (ordinal, interval). The true α is that of 40,000 units. Samples in which every rating is the
same have no α, and are not counted.

Preferences: 8, 12 or 20 people compare every pair of three or five things once, or five pairs of ten things each, drawn
at random. Strengths are even or up to three logits apart, and people are alike or have tastes of their own. The true
chance is what 20,000 people come to.

Goal: every interval holds in at least 94 % of the samples of each sort.
"""

from itertools import combinations, product

import numpy as np
from scipy.special import expit

from _common import arguments, machine, print_table, record
from cohobate.fidelity.preferences import Comparison, preferences
from cohobate.fidelity.raters import krippendorff

GOAL = "every interval holds in at least 94 % of the samples of each sort"
SCALES = {
    "nominal, even": ("nominal", (0.5, 0.5)),
    "nominal, 85 to 15": ("nominal", (0.85, 0.15)),
    "nominal, three": ("nominal", (0.4, 0.3, 0.3)),
    "ordinal": ("ordinal", (0.2,) * 5),
    "interval": ("interval", (0.2,) * 5),
}
PAIRS = 5
"""Of ten things, that each compares."""
STRENGTHS = {"even": 0.0, "one logit": 1.0, "three logits": 3.0}


def ratings(units, raters, level, shares, right, chance):
    true = chance.choice(len(shares), (units, 1), p=shares)
    if level == "nominal":
        other = chance.choice(len(shares), (units, raters), p=shares)
    else:
        other = np.clip(true + chance.integers(-1, 2, (units, raters)), 0, len(shares) - 1)
    return np.where(chance.random((units, raters)) < right, true, other)


def true_alpha(raters, level, shares, right, chance):
    """The mean α of twenty large samples: the jackknife of a single one as large as all would take too long."""
    return np.mean(
        [krippendorff(ratings(2000, raters, level, shares, right, chance).tolist(), level).alpha for _ in range(20)]
    )


def compared(people, strengths, taste, chance):
    """Everybody compares all pairs once, or `PAIRS` of more."""
    own = strengths + taste * chance.standard_normal((people, len(strengths)))
    pairs = list(combinations(range(len(strengths)), 2))
    each = PAIRS if len(strengths) > 5 else len(pairs)
    dealt = np.argsort(np.argsort(chance.random((people, len(pairs))), axis=1), axis=1) < each
    found = []
    for pair, (one, other) in enumerate(pairs):
        first = chance.random(people) < expit(own[:, one] - own[:, other])
        found += [
            Comparison(person, str(one), str(other), str(one if first[person] else other))
            for person in np.flatnonzero(dealt[:, pair]).tolist()
        ]
    return found


parser = arguments(__doc__)
parser.add_argument("--tests", type=int, default=1000, help="samples of each sort (default 1,000)")
parser.add_argument("--cells", type=int, default=0, help="only so many sorts of each; 0 for all")
asked = parser.parse_args()
facts = machine(asked.threads)
chance = np.random.default_rng(0)

rows, agreement = [], []
for name, raters, right in list(product(SCALES, (2, 3), (0.5, 0.8, 0.95)))[: asked.cells or None]:
    level, shares = SCALES[name]
    truth = true_alpha(raters, level, shares, right, chance)
    for units in (10, 20, 40):
        found = [
            krippendorff(ratings(units, raters, level, shares, right, chance).tolist(), level)
            for _ in range(asked.tests)
        ]
        known = [one for one in found if not one.undefined]
        held = float(np.mean([one.low <= truth <= one.high for one in known]))
        width = float(np.mean([one.high - one.low for one in known]))
        agreement.append(
            {"scale": name, "raters": raters, "units": units, "alpha": truth, "held": held, "width": width}
            | {"undefined": len(found) - len(known)}
        )
        rows.append([name, raters, units, float(truth), held, width, len(found) - len(known)])
print_table(["scale", "raters", "units", "α", "held", "width", "undefined"], rows)
print(f"\nthe least: {min(one['held'] for one in agreement):.3f}\n")

# From a seed of their own, so that either part can be had by itself.
chance = np.random.default_rng(1)
rows, preferred = [], []
for things, (name, apart), taste in list(product((3, 5, 10), STRENGTHS.items(), (0.0, 0.7)))[: asked.cells or None]:
    strengths = apart * np.linspace(0.5, -0.5, things)
    many = {one.name: one.chance for one in preferences(compared(20_000, strengths, taste, chance)).standings}
    for people in (8, 12, 20):
        held, widths = [], []
        for _ in range(asked.tests):
            for one in preferences(compared(people, strengths, taste, chance)).standings:
                held.append(one.low <= many[one.name] <= one.high)
                widths.append(one.high - one.low)
        preferred.append(
            {"things": things, "strengths": name, "taste": taste, "people": people}
            | {"held": float(np.mean(held)), "width": float(np.mean(widths))}
        )
        rows.append([things, name, taste, people, float(np.mean(held)), float(np.mean(widths))])
print_table(["things", "strengths", "tastes", "people", "held", "width"], rows)
print(f"\nthe least: {min(one['held'] for one in preferred):.3f}")
record(
    asked.records,
    "rater_coverage",
    facts,
    GOAL,
    {"tests": asked.tests, "agreement": agreement, "preferences": preferred},
)
