"""What to ask H: how many decisions X needs to 0.99 by each policy, at the first of two looks in a row that find it.

    python benchmarks/asking.py
    python benchmarks/asking.py --task powering --seeds 1

`steady` asks H about any of the questions that H′ was asked last, as in the paper; `uncertain` half about those where
H′ is least sure of what it does itself; `disagreement` half about those where H′ and a second imitator, trained on the
same decisions from other weights, are most surprised by each other. Powering with 8 elements and 4 bits, and union find
with 8 vertices, H imitated. How often H is asked is the same for all: the oftener, the more its newest decisions
surprised H′. So a policy gains by what it asks, and loses by asking what surprises. No goal is set.
"""

from statistics import median

from _common import Attempt, accuracy, arguments, machine, print_table, progress, record
from cohobate.algorithmic.asking import POLICIES
from cohobate.algorithmic.reaching import first_of_two
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.training import Training

GOAL = "none: a comparison"
TASKS = {"powering": {"size": 8, "bits": 4}, "union-find": {"size": 8}}


def main() -> None:
    parser = arguments(__doc__, seeds=3, seconds=600.0)
    parser.add_argument("--task", action="append", choices=[*TASKS], help="only this one; may be given again")
    given = parser.parse_args()
    facts, results = machine(given.threads), []
    for name in given.task or TASKS:
        task = make_task(name, **TASKS[name])
        for seed in range(given.seeds):
            for ask in POLICIES:
                settings = Settings.for_task(task, ask=ask, seed=seed, threads=given.threads)
                one, looks = Attempt(Training(task, settings), accuracy(0.99), given.seconds), []
                while not one.over:
                    one.go_on()
                    progress(one)
                    looks.append({"accuracy": one.found["accuracy"], "decisions": one.training.decisions})
                at = first_of_two([found["accuracy"] for found in looks], 0.99)
                to_99 = None if at is None else looks[at]["decisions"]
                results.append({"ask": ask, "decisions_to_99": to_99, **one.result()})

    print("Decisions by H to 0.99, at the first of two looks in a row.\n")
    rows = []
    for name in given.task or TASKS:
        for ask in POLICIES:
            of = [r for r in results if (r["task"], r["ask"]) == (name, ask)]
            reached = [r["decisions_to_99"] for r in of if r["reached"]]
            each = ", ".join("not reached" if r["decisions_to_99"] is None else f"{r['decisions_to_99']:,}" for r in of)
            # A median over those that got there only would flatter the policy by which the others did not.
            middle = median(reached) if len(reached) == len(of) else "–"
            steps = ", ".join(f"{r['steps']:,}" for r in of)
            rows.append([name, ask, each, f"{middle}", steps, ", ".join(f"{r['seconds']:.0f}" for r in of)])
    print_table(["task", "ask", "decisions of each seed", "median", "steps in all", "seconds"], rows)
    record(given.records, "-".join(["asking", *(given.task or [])]), facts, GOAL, results)


if __name__ == "__main__":
    main()
