"""Do the certificates hold as often as they say? Simulated runs in which every true rate is known.

    python benchmarks/coverage.py
    python benchmarks/coverage.py --delta 0.5     # how much the bounds have to spare

A simulated run has questions of three levels and trees as powering has, six iterations, an H′ that learns at some of
them, and an X that grows. Trees are easy or hard, and hard ones are hard all over: errors at the nodes of a tree depend
on one another, and on its size. H′ differs from H in some situations, which are its own; X answers otherwise than its
amplification at a rate for each level and hardness. In half of the runs some trees of H′ grow past H's limits. In a
fifth of them H itself oversees, and trees may be cut off at limits too small for it. X's answer is wrong if anything in
its tree is: no error is undone, so the bounds have nothing to spare. Rates, situations and lessons are drawn anew for
each run. Left out: several kinds of question, and trees without an end (there a tree is one node).

A run holds if every interval in its ledger has the true share within it and no bound is below the true error, at all of
its iterations. Goal: at least 95 % of the runs, for everything together and so for each certificate.

The confidence sequence is reckoned out exactly, for every number of questions up to 10,000.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from _common import arguments, machine, print_table, record
from cohobate.algorithmic.auditing import Audit
from cohobate.fidelity import Estimate
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import OVERGROWN, Evidence, sort_of
from cohobate.fidelity.intervals import Side
from cohobate.fidelity.sequences import log_ratio
from cohobate.ledger import Count, certified, measurements

GOAL = "everything that a ledger claims holds together in at least 95 % of 2,000 runs"
KIND = "power"
LEVELS = (2, 3, 4)
LARGEST = 7
ITERATIONS = 6
CLAIMS = 35
"""The most measurements of an iteration."""
SITUATIONS = 20
"""At each level."""
NODES = np.array([[1, 0, 0], [2, 1, 0], [4, 2, 1]])
"""How many nodes of each level a tree has, by the level of its root."""
DEPTHS = [np.repeat([root - d for d in range(root + 1)], [2**d for d in range(root + 1)]) for root in range(3)]
"""The levels of a tree's nodes, less 2, by the level of its root: [0], [1, 0, 0], and so on, without their order."""


# --- a world in which everything is known ---------------------------------------------------------------------------


@dataclass
class World:
    """The rates of one run. Axes: `L` levels of nodes, `R` levels of roots, 2 for easy and hard."""

    roots: Any
    """How likely each level of a root is `(R,)`."""
    hard: Any
    """How likely a tree is hard, by the level of its root `(R,)`."""
    situations: Any
    """How likely each situation of a level is in easy and in hard trees `(L, 2, S)`."""
    differs: Any
    """In which situations H′ differs from H `(L, S)`."""
    inconsistent: Any
    """How often X answers otherwise than its amplification `(L, 2)`."""
    overgrown: float
    """How many trees are past H's limits."""
    itself: bool
    """Whether H itself is the overseer."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "World":
        roots = rng.dirichlet(np.full(3, 5.0))
        situations = rng.dirichlet(np.full(SITUATIONS, 0.3), (3, 2))
        overgrown = 0.0 if rng.random() < 0.5 else float(10 ** rng.uniform(-3, -1))
        nothing = np.zeros((3, SITUATIONS), bool), np.zeros((3, 2))
        return cls(roots, rng.uniform(0, 0.4, 3), situations, *nothing, overgrown, bool(rng.random() < 0.2))

    def learned(self, rng: np.random.Generator) -> None:
        """H′ has had another lesson."""
        self.differs = rng.random((3, SITUATIONS)) < 10 ** rng.uniform(-3, -0.7)

    def trained(self, rng: np.random.Generator) -> None:
        """X has been trained on."""
        rate = 10 ** rng.uniform(-4, -0.5)
        self.inconsistent = np.minimum(rate * rng.uniform(0.2, 1, (3, 2)) * [[1.0, 5.0]], 0.9)

    def truths(self) -> tuple[dict[tuple[str, int | None], float], dict[int | None, float]]:
        """The true share behind each measurement, and the true error of X by the level of the question, all under
        None."""
        hardness = np.stack([1 - self.hard, self.hard], 1)  # (R, 2)
        differ = (self.situations * self.differs[:, None]).sum(-1)  # (L, 2)
        shares: dict[tuple[str, int | None], float] = {}
        of_root = self.roots[:, None] * hardness  # (R, 2), sums to 1
        below = NODES - np.eye(3, dtype=int)
        induced = np.einsum("rh,rl->lh", of_root, below)  # how many nodes of a level and hardness a tree has below
        for name, rate in (("consistency", self.inconsistent), ("imitation", differ)):
            for level in range(3):
                shares[f"{name}_drawn", LEVELS[level]] = 1 - (hardness[level] * rate[level]).sum()
                if level < 2:
                    there = induced[level]
                    shares[f"{name}_induced", LEVELS[level]] = 1 - (there * rate[level]).sum() / there.sum()
            shares[f"{name}_drawn", None] = 1 - (of_root * rate).sum()
            shares[f"{name}_induced", None] = 1 - (induced * rate).sum() / induced.sum()
        right = {}
        for name, clean in (("tree", 1 - self.inconsistent), ("all", (1 - self.inconsistent) * (1 - differ))):
            whole = np.exp(np.einsum("rl,lh->rh", NODES, np.log(clean)))
            of_level = (hardness * whole).sum(1)
            right[name] = {level: of_level[i] for i, level in enumerate(LEVELS)} | {None: float(self.roots @ of_level)}
        for level, share in right["tree"].items():
            shares["tree_of_imitator", level] = share * (1 - self.overgrown if self.itself else 1)
        for name in ("imitation_drawn", "imitation_induced"):
            for level in (*LEVELS, None):
                if (name, level) in shares:
                    shares[f"{name}_canonical", level] = shares[name, level]
        return shares, {level: 1 - share * (1 - self.overgrown) for level, share in right["all"].items()}


# --- a run in it ----------------------------------------------------------------------------------------------------


@dataclass
class Run:
    """What a run's audits have shown so far."""

    audit: Audit = field(default_factory=Audit)
    judged: set[tuple[int, int, bool]] = field(default_factory=set)
    """Situations: a level, a number, and whether H′ differs from H there."""

    def learned(self) -> None:
        self.audit = Audit(self.audit.number + 1)


def book(cells: dict[str, list[int]], name: str, true: bool) -> None:
    cell = cells.setdefault(name, [0, 0])
    cell[0] += int(true)
    cell[1] += 1


def close(
    rng: np.random.Generator, world: World, run: Run, iteration: int, questioned: int, audits: int, budget: Budget
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Draws what an iteration draws, and claims what it claims: its measurements and its bounds."""
    roots = rng.choice(3, questioned, p=world.roots)
    hard = (rng.random(questioned) < world.hard[roots]).astype(int)
    place = rng.integers(0, LARGEST, questioned)
    overgrown = rng.random(questioned) < world.overgrown
    counts: list[Count] = []
    seen: dict[str, dict[int, list[int]]] = {}
    answered: dict[str, tuple[int, int]] = {}
    trees = []
    for root in range(3):
        here = np.flatnonzero(roots == root)
        levels = DEPTHS[root]
        which = levels[None], hard[here][:, None]
        inconsistent = rng.random((len(here), len(levels))) < world.inconsistent[which]
        chance = rng.random((len(here), len(levels), 1))
        situation = (chance > world.situations[which].cumsum(-1)).sum(-1).clip(max=SITUATIONS - 1)
        differs = world.differs[levels[None], situation]
        wrong = inconsistent.any(1) | (overgrown[here] & world.itself)
        answered[f"{KIND} {LEVELS[root]}"] = (int(wrong.sum()), len(here))
        seen.setdefault("consistency_drawn", {})[LEVELS[root]] = [int((~inconsistent[:, 0]).sum()), len(here)]
        seen.setdefault("tree_of_imitator", {})[LEVELS[root]] = [int((~wrong).sum()), len(here)]
        # The node in the place drawn, if there is one and it is below the root.
        for row in np.flatnonzero((place[here] > 0) & (place[here] < len(levels))).tolist():
            node = place[here][row]
            cell = seen.setdefault("consistency_induced", {}).setdefault(LEVELS[levels[node]], [0, 0])
            cell[0] += int(not inconsistent[row, node])
            cell[1] += 1
        trees += [(int(index), root, levels, situation[row], differs[row]) for row, index in enumerate(here.tolist())]
    trees.sort(key=lambda tree: tree[0])
    if not world.itself:
        audit(run, trees, place, overgrown, audits)
    for what, by_level in seen.items():
        counts.append((what, KIND, None, *(int(n) for n in np.sum(list(by_level.values()), axis=0))))
        counts += [(what, KIND, level, *pair) for level, pair in sorted(by_level.items())]
    for what, cells in (("imitation_{}", run.audit.acts), ("imitation_{}_canonical", run.audit.acts_canonical)):
        for where in ("drawn", "induced"):
            found = {int(sort.split()[-1]): pair for sort, pair in cells.items() if sort.startswith(where)}
            if found:
                counts.append((what.format(where), KIND, None, *(int(n) for n in np.sum(list(found.values()), axis=0))))
                counts += [(what.format(where), KIND, level, *pair) for level, pair in sorted(found.items())]
    evidence = Evidence(
        iteration=iteration,
        imitator=run.audit.number,
        endless=False,
        largest=LARGEST,
        levels=3,
        answered=answered,
        nodes=numbers_of_nodes(roots, overgrown),
        faulty=run.audit.faulty,
        places=run.audit.places,
        sent=run.audit.sent,
        differing={sort: (a, b) for sort, (a, b) in run.audit.differing.items()},
        situations=len(run.judged),
    )
    measured = measurements(counts, CLAIMS, iteration, budget)
    return measured, certified(evidence, measured, budget)


def audit(run: Run, trees: list[Any], place: Any, overgrown: Any, audits: int) -> None:
    """The nodes and the situations that H decides, stopping as the real audit stops."""
    sent, known = 0, set(run.judged)
    for index, _, levels, situation, differs in trees:
        if sent == audits:
            break
        run.audit.places += 1
        node = place[index]
        if overgrown[index]:
            run.audit.faulty += 1
        elif node < len(levels):
            sent += 1
            run.audit.sent += 1
            run.audit.faulty += int(differs[node])
            book(run.audit.acts, sort_of("induced" if node else "drawn", KIND, LEVELS[levels[node]]), not differs[node])
            run.judged.add((int(levels[node]), int(situation[node]), bool(differs[node])))
    new: set[tuple[int, int, bool]] = set()
    for index, root, levels, situation, differs in trees:
        if len(new) >= audits:
            break
        if overgrown[index]:
            book(run.audit.differing, f"{KIND} {LEVELS[root]}", True)
            continue
        keys = set(zip(levels.tolist(), situation.tolist(), differs.tolist(), strict=True))
        new |= keys - known
        run.judged |= keys
        book(run.audit.differing, f"{KIND} {LEVELS[root]}", bool(differs.any()))
        node = place[index]
        if node < len(levels):
            name = sort_of("induced" if node else "drawn", KIND, LEVELS[levels[node]])
            book(run.audit.acts_canonical, name, not differs[node])


def numbers_of_nodes(roots: Any, overgrown: Any) -> dict[str, tuple[int, int]]:
    found = {OVERGROWN: (int(overgrown.sum()), int(overgrown.sum()))}
    for level in range(3):
        drawn = int((roots == level).sum())
        found[sort_of("drawn", KIND, LEVELS[level])] = (drawn, drawn)
        if level < 2:
            each = (NODES - np.eye(3, dtype=int))[roots, level]
            found[sort_of("induced", KIND, LEVELS[level])] = (int(each.sum()), int((each**2).sum()))
    return found


# --- what holds -----------------------------------------------------------------------------------------------------

BOUNDS = (
    "tree_audit_bound",
    "tree_audit_bound_canonical",
    "compounded_bound",
    "compounded_bound_canonical",
)


def broken(world: World, measured: list[dict[str, Any]], bounds: Mapping[str, Any]) -> list[str]:
    """The names of claims of an iteration that are false."""
    shares, errors = world.truths()
    slack = 1e-12
    false = [
        one["what"]
        for one in measured
        if not one["low"] - slack <= shares[one["what"], one["level"]] <= one["high"] + slack
    ]
    false += [name for name in BOUNDS if bounds[name] < errors[None] - slack]
    levels = {f"{KIND} {level}": errors[level] for level in LEVELS}
    return false + ["certified" for sort, share in bounds["certified"].items() if share > 1 - levels[sort] + slack]


def simulate(runs: int, questioned: int, audits: int, seed: int, budget: Budget) -> dict[str, Any]:
    """So many runs: for each claim in how many of them it held throughout, and how far it was from the truth."""
    failed: dict[str, int] = {}
    widths: dict[str, list[float]] = {}
    for number in range(runs):
        rng = np.random.default_rng([seed, number])
        world, run, false = World.drawn(rng), Run(), set()
        for iteration in range(1, ITERATIONS + 1):
            if not world.itself and (iteration == 1 or rng.random() < 0.4):
                world.learned(rng)
                run.learned()
            world.trained(rng)
            measured, bounds = close(rng, world, run, iteration, questioned, audits, budget)
            false |= set(broken(world, measured, bounds))
            if iteration == ITERATIONS:
                error = world.truths()[1][None]
                for name in BOUNDS:
                    widths.setdefault(name, []).append(bounds[name] - error)
                for one in measured:
                    widths.setdefault(one["what"], []).append(one["high"] - one["low"])
        for name in false:
            failed[name] = failed.get(name, 0) + 1
        failed["everything together"] = failed.get("everything together", 0) + bool(false)
        if (number + 1) % 100 == 0:
            print(f"  {number + 1} runs, {failed['everything together']} of them broken", flush=True)
    return {
        name: {
            "runs": runs,
            "held": runs - failed.get(name, 0),
            "share": (estimate := Estimate.of(runs - failed.get(name, 0), runs)).share,
            "low": estimate.low,
            "high": estimate.high,
            "mean_width": float(np.mean(widths[name])) if name in widths else None,
        }
        for name in ["everything together", *BOUNDS, "certified", *sorted(set(widths) - set(BOUNDS))]
    }


# --- the confidence sequence, exactly -------------------------------------------------------------------------------


def ever_left_out(share: float, side: Side, most: int, confidence: float = 0.95) -> float:
    """The chance that the sequence leaves the true share out at any number of questions up to `most`.

    Summed over all sequences of answers: after each question, those that have left it out are taken away.
    """
    alive, least, lost = np.array([1.0]), 0, 0.0
    for asked in range(1, most + 1):
        alive = np.append(alive * (1 - share), 0) + np.append(0, alive * share)
        reachable = np.flatnonzero(alive > 1e-20)
        # What is too rare to follow counts as left out.
        lost += alive[: reachable[0]].sum() + alive[reachable[-1] + 1 :].sum()
        alive = alive[reachable[0] : reachable[-1] + 1]
        least += int(reachable[0])
        out = log_ratio(least + np.arange(len(alive)), asked, share, side) >= -np.log(1 - confidence)
        lost += alive[out].sum()
        alive = np.where(out, 0.0, alive)
    return float(lost)


def sequences(most: int) -> list[dict[str, Any]]:
    """The sequence at 95 %, each side, for shares near the ends and in the middle."""
    return [
        {"share": share, "side": side, "questions": most, "left_out": ever_left_out(share, side, most)}
        for side in ("both", "low", "high")
        for share in (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
    ]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="simulated runs (default 2,000)")
    parser.add_argument("--questioned", type=int, default=512, help="questions an iteration (default 512)")
    parser.add_argument("--audits", type=int, default=24, help="decisions of each sort an iteration (default 24)")
    parser.add_argument("--delta", type=float, default=0.05, help="the error budget (default 0.05)")
    parser.add_argument("--most", type=int, default=10_000, help="questions of a sequence (default 10,000)")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    facts = machine(given.threads)
    results = simulate(given.runs, given.questioned, given.audits, given.seed, Budget(given.delta))
    print(f"\n{given.runs} simulated runs of {ITERATIONS} iterations. Goal: {GOAL}.\n")
    print_table(
        ["claim", "held in", "of runs", "share", "95 % interval", "mean width"],
        [
            [name, r["held"], r["runs"], r["share"], f"{r['low']:.4f} to {r['high']:.4f}", r["mean_width"] or 0.0]
            for name, r in results.items()
        ],
    )
    exact = sequences(given.most)
    print(f"\nThe confidence sequence at 95 %, at every number of questions up to {given.most:,}, reckoned exactly.\n")
    print_table(
        ["side", "true share", "ever left out"], [[one["side"], one["share"], one["left_out"]] for one in exact]
    )
    name = "coverage" if given.delta == 0.05 else f"coverage_delta_{given.delta:g}"
    record(given.records, name, facts, GOAL, {"runs": results, "sequences": exact})


if __name__ == "__main__":
    main()
