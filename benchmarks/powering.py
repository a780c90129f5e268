"""Powering with 8 elements and 4 exponent bits, H imitated, until accuracy 0.99 twice in a row.

    python benchmarks/powering.py

Goal: at most 180 s of training. A line for each seed; single seeds vary much, so read all of them.
"""

from _common import accuracy, arguments, attempt, machine, print_table, record
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import make_task

GOAL = "accuracy 0.99 within 180 s of training"


def main() -> None:
    given = arguments(__doc__, seeds=3, seconds=360.0).parse_args()
    facts, task = machine(given.threads), make_task("powering", 8, bits=4)
    results = [
        attempt(task, Settings.for_task(task, seed=seed, threads=given.threads), accuracy(0.99), given.seconds)
        for seed in range(given.seeds)
    ]
    print(f"Powering, 8 elements, 4 bits, imitated. Goal: {GOAL}.\n")
    shown = ("seed", "reached", "seconds", "steps", "decisions", "acts", "accuracy", "peak_memory_mb")
    print_table(
        [*shown, "goal met"], [[*(r[name] for name in shown), r["reached"] and r["seconds"] <= 180] for r in results]
    )
    record(given.records, "powering", facts, GOAL, results)


if __name__ == "__main__":
    main()
