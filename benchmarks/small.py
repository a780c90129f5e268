"""The small setting: powering with 4 elements and 3 exponent bits, H imitated, until accuracy 0.99 twice in a row.

    python benchmarks/small.py

Goal: at most 30 s of training and 700 decisions by H. The published adaptation of the 2018 code takes 1,090 s and 1,967
decisions. A line for each seed; single seeds vary much, so read all of them. With 4 elements there are only 576
different pairs of permutation and question, so this measures speed, not generalisation.
"""

from _common import accuracy, arguments, attempt, machine, print_table, record
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import make_task

GOAL = "accuracy 0.99 within 30 s of training and 700 decisions"


def main() -> None:
    given = arguments(__doc__, seeds=3, seconds=120.0).parse_args()
    facts, task = machine(given.threads), make_task("powering", 4, bits=3)
    results = [
        attempt(task, Settings.for_task(task, seed=seed, threads=given.threads), accuracy(0.99), given.seconds)
        for seed in range(given.seeds)
    ]
    print(f"Powering, 4 elements, 3 bits, imitated. Goal: {GOAL}.\n")
    shown = ("seed", "reached", "seconds", "steps", "decisions", "acts", "accuracy", "peak_memory_mb")
    rows = [
        [*(r[name] for name in shown), r["reached"] and r["seconds"] <= 30 and r["decisions"] <= 700] for r in results
    ]
    print_table([*shown, "goal met"], rows)
    record(given.records, "small", facts, GOAL, results)


if __name__ == "__main__":
    main()
