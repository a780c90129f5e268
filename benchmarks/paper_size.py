"""All five tasks at the paper's size, on a GPU or a processor, until accuracy 0.99 twice in a row; resumes per task.

    python benchmarks/paper_size.py --device cuda --seconds 600
    python benchmarks/paper_size.py --device cuda --seconds 500 --together   # all five at once on one GPU
    python benchmarks/paper_size.py --size 8 --seconds 60 --task powering    # on a processor: shows that it works

Each task has a run folder under `--runs`. Called again it goes on where it stopped, killed or not, so that short
sittings add up; a task that has reached its target is passed over. `--seconds` is per task and sitting. Contexts grow
from size 8. Goal: under 10 minutes of training each on one current data-centre GPU. The table has, for every task begun
so far, the seconds of training over all sittings; where 0.99 is not reached, they are only a lower bound.

On cuda forward passes run in bfloat16 by autocast and the rest in TF32 (`--precision float32` for TF32 alone); weights,
gradients and averages stay in float32. `--compile` compiles X's training step with torch.compile, in every sitting
anew, which counts as training. With `--together` each task is a process of its own, all side by side: one GPU then
serves five, and the seconds of each are an upper bound of what it would need alone. The first sitting decides the
settings; these three choices are no part of them. Needs nothing but torch, NumPy, SciPy and safetensors; without an
installation set PYTHONPATH=src.
"""

import argparse
import multiprocessing
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from _common import arguments, machine, print_table, record
from cohobate.algorithmic import running
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.task import Task
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.algorithmic.training import Training
from cohobate.runs import Run

GOAL = "0.99 within 600 s of training for each task, on one data-centre GPU"
UNTIL = 0.99


def settings_for(task: Task, given: argparse.Namespace) -> Settings:
    """Larger than the defaults where the contexts are: they suit sizes up to about 16."""
    settings = Settings.for_task(task, seed=given.seed, device=given.device, threads=given.threads)
    if task.size <= 16:
        return settings
    shape = replace(settings.assistant, width=128, registers=16, heads=4)
    return replace(settings, assistant=shape, questions=task.size // 2, look=50, iteration=500)


def sit(name: str, folder: Path, given: argparse.Namespace, stop: Callable[[], bool]) -> None:
    """One task, from where its folder stands, for at most `given.seconds` of training."""
    place = None
    if (folder / "config.json").exists():
        run = Run.open(folder)
        if run.summary.exists() and run.read_summary().get("reached"):
            return
        training, ledger, place, limits = running.again(run)
        limits = running.further(run, training, place, limits, until=UNTIL, seconds=given.seconds)
    else:
        task = make_task(name, given.size)
        limits = running.Limits(UNTIL, given.seconds)
        run, training, ledger = running.begin(folder, task, settings_for(task, given), limits)
    with run, precision(given):
        if given.compile:
            training.x.compile()
        running.run(training, run, ledger, until=UNTIL, seconds=limits.seconds, watch=watch, stop=stop, place=place)


def side_by_side(folders: Mapping[str, Path], given: argparse.Namespace, stop: Callable[[], bool]) -> list[str]:
    """All at once, each in a process of its own; returns the names of those that failed."""
    fresh = multiprocessing.get_context("spawn")  # a forked process cannot use CUDA
    sittings = [
        fresh.Process(target=sit_alone, args=(task, folders[task], given), name=task) for task in given.task or TASKS
    ]
    for sitting in sittings:
        sitting.start()
    passed_on = False
    while any(sitting.is_alive() for sitting in sittings):
        time.sleep(0.2)
        if stop() and not passed_on:  # once only: each hears it as "stop", and a second might meet it on its way out
            passed_on = True
            for sitting in sittings:
                sitting.terminate()
    return [sitting.name for sitting in sittings if sitting.exitcode]


def sit_alone(name: str, folder: Path, given: argparse.Namespace) -> None:
    """`sit`, at the top of a new process."""
    sit(name, folder, given, told_to_stop())


def told_to_stop() -> Callable[[], bool]:
    """Whether somebody has asked for an end since; nothing is killed in the middle of a step."""
    told: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: told.append(number))
    return lambda: bool(told)


def precision(given: argparse.Namespace) -> AbstractContextManager[object]:
    if given.device == "cuda":
        torch.set_float32_matmul_precision("high")
    chosen = given.precision or ("bf16" if given.device == "cuda" else "float32")
    if chosen == "float32":
        return nullcontext()
    # The context stays open over many steps: a cache of weights in bfloat16 would never see the optimiser's changes.
    return torch.autocast(given.device, torch.bfloat16, cache_enabled=False)


def watch(training: Training, found: Mapping[str, Any] | None) -> None:
    if found is not None:
        print(
            f"  {training.task.name}: step {found['step']}, {found['seconds']:.1f} s, contexts of {found['size']}, "
            f"accuracy {found['accuracy']:.4f}, decisions {found['decisions']}",
            flush=True,
        )


def main() -> None:
    parser = arguments(__doc__, seconds=600.0)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--task", action="append", choices=[*TASKS], help="only this one; may be given again")
    parser.add_argument("--precision", choices=("bf16", "float32"), help="bf16 on cuda, float32 on cpu by default")
    parser.add_argument("--compile", action="store_true", help="compile X's training step")
    parser.add_argument("--together", action="store_true", help="all tasks at once, each in a process of its own")
    parser.add_argument("--runs", type=Path, default=Path("runs/paper-size"), help="where the run folders are")
    given = parser.parse_args()
    facts = machine(given.threads)

    name = f"paper_size-{given.size}-{given.device}"
    folders = {task: given.runs / f"{task}-{given.size}-{given.device}-seed-{given.seed}" for task in TASKS}
    stop, failed = told_to_stop(), []
    if given.together:
        failed = side_by_side(folders, given, stop)
    else:
        for task in given.task or TASKS:
            if not stop():
                sit(task, folders[task], given, stop)
    results = [Run.open(folder).read_summary() for folder in folders.values() if (folder / "summary.json").exists()]
    print(f"\nSize {given.size} on {facts['gpu'] if given.device == 'cuda' else facts['cpu']}. Goal: {GOAL}.\n")
    shown = ("task", "reached", "seconds", "steps", "decisions", "targets", "accuracy", "peak_memory_mb")
    print_table(shown, [[r[key] for key in shown] for r in results])
    record(given.records, name, facts, GOAL, results)
    if failed:
        raise SystemExit(f"Ended with an error, as printed above: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
