"""One X against a collective of specialists with as many weights in all: how error compounds in each.

    python benchmarks/one_against_many.py
    python benchmarks/one_against_many.py --task powering --seeds 1

Powering with 8 elements and 4 bits, a specialist for each level; union find with 8 vertices, one for each kind of
question. H imitated. Both train for the same number of steps, so on as many targets, from the same seeds; the
collective takes longer. On the way and at the end each is asked fresh questions, one about each context. By level is
counted how often X is wrong ("I don't know" is wrong too); how often X answers otherwise than its own amplification
Amplify^H′(X), which is the error of the one step; and how often that amplification is wrong, which is what errors at
sub-questions carry upwards. In powering all sub-questions are of lower levels than the question; in union find some are
of its own.

Counts are added up over seeds. An interval (exact, 95 %) is about these networks and says nothing of other seeds, so
every seed's error in all is shown as well. No goal is set.
"""

import sys
from typing import Any

import numpy as np

from _common import arguments, machine, print_table, record
from cohobate.algorithmic.assistant import reader
from cohobate.algorithmic.collective import Assistants, Collective
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.task import Task
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.training import Training
from cohobate.fidelity import Estimate
from cohobate.fidelity.agreement import by_kind_and_level

GOAL = "none: a comparison"
TASKS: dict[str, tuple[dict[str, int], Assistants]] = {
    "powering": ({"size": 8, "bits": 4}, "levels"),
    "union-find": ({"size": 8}, "kinds"),
}
ERRORS = ("x_wrong", "x_differs_from_amplified", "amplified_wrong")


def errors(training: Training, asked: int) -> list[dict[str, Any]]:
    """For every kind and level, how many fresh questions there were, and the errors of each sort."""
    task = training.task
    rng = np.random.default_rng([training.settings.seed, training.steps, 4])  # the same questions for both
    world = task.draw(rng, asked)
    questions = task.questions(rng, world, 1)
    alone = reader(training.average, world.facts)
    x = alone(questions, np.ones((asked, 1), dtype=bool))
    amplified = training.overseer(rng, world, questions, alone).answers
    wrong = [~task.correct(world, questions, x), x != amplified, ~task.correct(world, questions, amplified)]
    kinds, levels = task.kind(questions), task.level(world, questions)
    counted = [by_kind_and_level(flags, kinds, levels) for flags in wrong]
    return [
        {"kind": task.kinds[kind], "level": level, "asked": found.asked}
        | {name: of[kind, level].agree for name, of in zip(ERRORS, counted, strict=True)}
        for (kind, level), found in counted[0].items()
    ]


def trained(
    task: Task, assistants: Assistants, seed: int, steps: list[int], asked: int, threads: int
) -> dict[str, Any]:
    """One training, and its errors after so many steps each."""
    training = Training(task, Settings.for_task(task, assistants=assistants, seed=seed, threads=threads))
    found = []
    for step in range(1, steps[-1] + 1):
        training.step()
        if step in steps:
            found.append({"steps": step, "seconds": round(training.seconds, 2), "errors": errors(training, asked)})
            wrong = sum(one["x_wrong"] for one in found[-1]["errors"]) / asked
            told = f"  {task.name}, {assistants}, seed {seed}: step {step}, {training.seconds:.1f} s, wrong {wrong:.4f}"
            print(told, file=sys.stderr, flush=True)
    members = training.x.specialists if isinstance(training.x, Collective) else [training.x]
    return {
        "task": task.name,
        **task.options,
        "assistants": assistants,
        "seed": seed,
        "weights": sum(parameter.numel() for parameter in training.x.parameters()),
        "widths": [member.shape.width for member in members],
        "decisions": training.decisions,
        "at": found,
    }


def pooled(results: list[dict[str, Any]], place: int, sort: str, level: int | None) -> Estimate:
    """The errors of one sort at one level, or at all, over all seeds."""
    rows = [row for r in results for row in r["at"][place]["errors"] if level is None or row["level"] == level]
    return Estimate.of(sum(row[sort] for row in rows), sum(row["asked"] for row in rows))


def show(results: list[dict[str, Any]], steps: list[int]) -> None:
    """A task's tables: by level after each number of steps, and every seed's error."""
    one, many = ([r for r in results if (r["assistants"] == "one") == alone] for alone in (True, False))
    levels = sorted({row["level"] for r in results for row in r["at"][-1]["errors"]})
    head = ["steps", "level", "n"]
    head += [
        f"{what}, {who}" for what in ("X wrong %", "X ≠ amplified %", "amplified wrong %") for who in ("one", "many")
    ]
    rows = []
    for place, step in enumerate(steps):
        for level in [*levels, None]:
            cells = [pooled(of, place, sort, level) for sort in ERRORS for of in (one, many)]
            rows.append([step, "all" if level is None else str(level), cells[0].asked, *map(shown, cells)])
    print(
        f"{one[0]['task']}: one of {one[0]['weights']:,} weights against {len(many[0]['widths'])} by "
        f"{many[0]['assistants']} of {many[0]['weights']:,} in all (widths {one[0]['widths']}, {many[0]['widths']})\n"
    )
    print_table(head, rows)
    print()
    each = [
        [
            r["assistants"],
            r["seed"],
            *(f"{100 * sum(e['x_wrong'] for e in at['errors']) / asked_in(at):.2f}" for at in r["at"]),
            r["at"][-1]["seconds"],
            r["decisions"],
        ]
        for r in sorted(results, key=lambda r: (r["assistants"] != "one", r["seed"]))
    ]
    print_table(["assistants", "seed", *(f"wrong % at {step}" for step in steps), "seconds", "decisions"], each)
    print()


def asked_in(at: dict[str, Any]) -> int:
    return sum(row["asked"] for row in at["errors"])


def shown(found: Estimate) -> str:
    if found.too_few:
        return "too few"
    return f"{100 * found.share:.2f} ({100 * found.low:.2f}–{100 * found.high:.2f})"


def main() -> None:
    parser = arguments(__doc__, seeds=3)
    parser.add_argument("--task", action="append", choices=[*TASKS], help="only this one; may be given again")
    parser.add_argument("--steps", type=int, default=200, help="of X; errors are also counted after ¼ and ½ (200)")
    parser.add_argument("--asked", type=int, default=4096, help="fresh questions each time (default 4096)")
    given = parser.parse_args()
    steps = [given.steps // 4, given.steps // 2, given.steps]
    facts, results = machine(given.threads), []
    for name in given.task or TASKS:
        options, by = TASKS[name]
        of_task = [
            trained(make_task(name, **options), assistants, seed, steps, given.asked, given.threads)
            for seed in range(given.seeds)
            for assistants in ("one", by)
        ]
        show(of_task, steps)
        results += of_task
    record(given.records, "-".join(["one_against_many", *(given.task or [])]), facts, GOAL, results)


if __name__ == "__main__":
    main()
