"""All five tasks at size 8, H imitated, until every kind of question is at 0.97 twice in a row on fresh contexts.

    python benchmarks/five_tasks.py
    python benchmarks/five_tasks.py --task wildcard --task union-find

Goal: at most 600 s of training each. "worst kind" is the lowest accuracy among a task's kinds of question, which is
what counts; "accuracy" is over all questions. A record of some tasks has their names in its own.
"""

from _common import arguments, attempt, every_kind, machine, print_table, record
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import TASKS, make_task

GOAL = "every kind of question at 0.97 within 600 s of training each"


def main() -> None:
    parser = arguments(__doc__, seeds=1, seconds=600.0)
    parser.add_argument("--task", action="append", choices=[*TASKS], help="only this one; may be given again")
    parser.add_argument("--size", type=int, default=8)
    given = parser.parse_args()
    facts, results = machine(given.threads), []
    for name in given.task or TASKS:
        task = make_task(name, given.size)
        for seed in range(given.seeds):
            settings = Settings.for_task(task, seed=seed, threads=given.threads)
            results.append(attempt(task, settings, every_kind(0.97), given.seconds))
    print(f"Size {given.size}, imitated. Goal: {GOAL}.\n")
    shown = ("task", "seed", "reached", "seconds", "steps", "decisions", "acts", "accuracy", "peak_memory_mb")
    print_table(
        [*shown, "worst kind", "goal met"],
        [
            [*(r[name] for name in shown), min(r["accuracy_by_kind"].values()), r["reached"] and r["seconds"] <= 600]
            for r in results
        ],
    )
    parts = ["five_tasks", *(given.task or []), *([f"size-{given.size}"] if given.size != 8 else [])]
    record(given.records, "-".join(parts), facts, GOAL, results)


if __name__ == "__main__":
    main()
