"""How tight are the bounds on a finished run of powering, 8 elements and 4 exponent bits?

    python benchmarks/tightness.py

Goal: the canonical tree audit, under its assumption, bounds X's error by at most twice the measured error and one
percentage point, on at most 400 decisions by H that audit. Beside it the plain audit, and how many decisions it would
need for the same bound: as many nodes, without a difference, as bring the part of the bound that they decide down to
the canonical audit's.
"""

import tempfile
from dataclasses import asdict
from typing import Any

import numpy as np

from _common import arguments, machine, print_table, record
from cohobate.algorithmic.running import Limits, begin, run
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import make_task
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import Evidence, summed
from cohobate.fidelity.compounding import differs_anywhere
from cohobate.fidelity.sequences import confidence_sequence
from cohobate.ledger import Ledger

GOAL = "canonical tree audit at most 2 × measured error + 1 percentage point, on at most 400 audits"


def finished(seed: int, threads: int, seconds: float) -> list[dict[str, Any]]:
    """The iterations of a run until 99 %, as its ledger has them."""
    task = make_task("powering", 8, bits=4)
    settings = Settings.for_task(task, seed=seed, threads=threads)
    limits = Limits(until=0.99, seconds=seconds)
    with tempfile.TemporaryDirectory() as folder:
        run_, training, ledger = begin(f"{folder}/run", task, settings, limits)
        with run_:
            run(training, run_, ledger, **asdict(limits))
        return [dict(entry.data) for entry in list(Ledger.open(run_.ledger).entries())[1:]]


def needed(entry: dict[str, Any]) -> int:
    """Decisions that the plain audit would need for the canonical bound, if it met no difference."""
    evidence = Evidence.from_dict(entry["evidence"])
    confidence = 1 - Budget().of("imitators", evidence.imitator) / 3
    differing, trees = summed(evidence.differing)
    _, aim = confidence_sequence(differing, trees, confidence, side="high")
    low, high = 0, 10_000_000
    while high - low > 1:
        middle = (low + high) // 2
        enough = differs_anywhere(0, middle, evidence.largest, confidence) <= aim
        low, high = (low, middle) if enough else (middle, high)
    nodes = sum(total for sort, (total, _) in evidence.nodes.items() if sort != "overgrown")
    return round(high * nodes / summed(evidence.answered)[1] / evidence.largest)


def main() -> None:
    given = arguments(__doc__, seeds=3, seconds=360.0).parse_args()
    facts, results = machine(given.threads), []
    for seed in range(given.seeds):
        iterations = finished(seed, given.threads, given.seconds)
        last = iterations[-1]
        kept = (
            "iteration step measured_error tree_audit_bound_canonical tree_audit_bound compounded_bound_canonical "
            "compounded_bound decisions_tree_audit_canonical decisions_tree_audit decisions_training decisions_audit"
        )
        result = {"seed": seed} | {name: last[name] for name in kept.split()}
        result["allowed"] = 2 * last["measured_error"] + 0.01
        result["plain_would_need"] = needed(last)
        result["met"] = (
            last["tree_audit_bound_canonical"] <= result["allowed"] and last["decisions_tree_audit_canonical"] <= 400
        )
        result["curve"] = [{name: one[name] for name in kept.split()} for one in iterations]
        results.append(result)
    print(f"Powering, 8 elements, 4 bits, until 99 %. Goal: {GOAL}. Errors in per cent.\n")
    per_cent = ("measured_error", "allowed", "tree_audit_bound_canonical", "tree_audit_bound")
    print_table(
        [
            "seed",
            "measured",
            "allowed",
            "canonical",
            "plain",
            "audits",
            "canonical rests on",
            "plain on",
            "needs",
            "met",
        ],
        [
            [
                r["seed"],
                *(float(np.round(100 * r[name], 2)) for name in per_cent),
                *(r[name] for name in ("decisions_audit", "decisions_tree_audit_canonical", "decisions_tree_audit")),
                r["plain_would_need"],
                r["met"],
            ]
            for r in results
        ],
    )
    record(given.records, "tightness", facts, GOAL, results)


if __name__ == "__main__":
    main()
