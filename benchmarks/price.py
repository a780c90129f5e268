"""The price of amplification: how much longer X takes to 0.99 when it learns from Amplify^H′(X) than from the truth.

    python benchmarks/price.py

Powering, 8 elements, 3 bits, from three teachers: `supervised` the truth, `scripted` Amplify^H(X), `imitated`
Amplify^H′(X). For each seed the three train in turns, one look's worth of steps at a time, so that a machine that
becomes slower does so for all. Goal: the median time of `imitated` is at most 1.5 times that of `supervised`. The table
has every seed's seconds; with three seeds a median is rough, and a ratio of two more so. Where a seed did not get there
in the time allowed, it counts with that time: a ratio is then marked as not known.
"""

from statistics import median

from _common import Attempt, accuracy, arguments, machine, print_table, progress, record
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.training import Training

GOAL = "median time to 0.99, imitated over supervised, at most 1.5"
TEACHERS = ("supervised", "scripted", "imitated")


def main() -> None:
    given = arguments(__doc__, seeds=3, seconds=600.0).parse_args()
    facts, task = machine(given.threads), make_task("powering", 8, bits=3)
    results = []
    for seed in range(given.seeds):
        attempts = [
            Attempt(
                Training(task, Settings.for_task(task, overseer=teacher, seed=seed, threads=given.threads)),
                accuracy(0.99),
                given.seconds,
            )
            for teacher in TEACHERS
        ]
        while going := [one for one in attempts if not one.over]:
            for one in going:
                one.go_on()
                progress(one)
        results += [one.result() for one in attempts]

    by_teacher = {teacher: [r for r in results if r["overseer"] == teacher] for teacher in TEACHERS}
    seconds = {teacher: median(r["seconds"] for r in of) for teacher, of in by_teacher.items()}
    steps = {teacher: median(r["steps"] for r in of) for teacher, of in by_teacher.items()}
    known = all(r["reached"] for r in results if r["overseer"] != "scripted")
    rows = []
    for teacher, of in by_teacher.items():
        each = ", ".join(f"{r['seconds']:.1f}" + ("" if r["reached"] else " (not reached)") for r in of)
        ratios = (f"{x[teacher] / x['supervised']:.2f}" for x in (seconds, steps))
        rows.append([teacher, f"{seconds[teacher]:.1f}", f"{steps[teacher]:g}", *ratios, each])
    print(f"Powering, 8 elements, 3 bits. Goal: {GOAL}.\n")
    print_table(["teacher", "median s", "median steps", "× in time", "× in steps", "seconds of each seed"], rows)
    price = seconds["imitated"] / seconds["supervised"]
    verdict = ("met" if price <= 1.5 else "missed") if known else "not known, as some did not reach 0.99"
    print(f"\nprice of amplification: {price:.2f}, n = {given.seeds} seeds; goal {verdict}")
    record(given.records, "price", facts, GOAL, {"price": price if known else None, "attempts": results})


if __name__ == "__main__":
    main()
