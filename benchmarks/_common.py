"""What the benchmarks share: one training until it is good enough, a table, and a record with the machine's facts."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cohobate.algorithmic.measuring import look
from cohobate.algorithmic.running import peak_memory_mb
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.task import Task
from cohobate.algorithmic.training import Training
from cohobate.runs import atomic_write, to_json
from cohobate.version import __version__

RECORDS = Path(__file__).parent / "records"

Enough = Callable[[Mapping[str, Any]], bool]
"""Whether what a look found is good enough."""


def accuracy(least: float) -> Enough:
    """Over all questions, by the task's own distribution."""
    return lambda found: found["accuracy"] >= least


def every_kind(least: float) -> Enough:
    """Of each kind of question by itself."""
    return lambda found: min(found["accuracy_by_kind"].values()) >= least


# --- one training -------------------------------------------------------------------------------------------------


@dataclass
class Attempt:
    """A training that goes on from look to look until two in a row find enough, or `allowed` seconds are used up.

    Seconds are of training, H′ included; looks are not counted, as in `cohobate run`.
    """

    training: Training
    enough: Enough
    allowed: float
    hits: int = 0
    found: Mapping[str, Any] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return self.hits >= 2 or self.training.seconds >= self.allowed

    def go_on(self) -> None:
        """To the next look, and the look."""
        training = self.training
        for _ in range(training.settings.look):
            training.step()
            if training.seconds >= self.allowed:
                break
        self.found = look(training)
        self.hits = self.hits + 1 if self.enough(self.found) else 0

    def result(self) -> dict[str, Any]:
        training = self.training
        return {
            "task": training.task.name,
            **training.task.options,
            "overseer": training.settings.overseer,
            "seed": training.settings.seed,
            "reached": self.hits >= 2,
            "seconds": round(training.seconds, 2),
            "steps": training.steps,
            "decisions": training.decisions,
            "acts": training.acts,
            "accuracy": self.found["accuracy"],
            "accuracy_by_kind": self.found["accuracy_by_kind"],
            "evaluated": self.found["evaluated"],
            "peak_memory_mb": peak_memory_mb(),  # of the process, so with everything that ran in it before
            "settings": asdict(training.settings),
        }


def attempt(task: Task, settings: Settings, enough: Enough, allowed: float) -> dict[str, Any]:
    """One training from nothing to its end."""
    one = Attempt(Training(task, settings), enough, allowed)
    while not one.over:
        one.go_on()
        progress(one)
    return one.result()


def progress(one: Attempt) -> None:
    """A line for each look, apart from the table."""
    training = one.training
    print(
        f"  {training.task.name}, {training.settings.overseer}, seed {training.settings.seed}: step {training.steps}, "
        f"{training.seconds:.1f} s, accuracy {one.found['accuracy']:.4f}",
        file=sys.stderr,
        flush=True,
    )


# --- what is asked for on the command line --------------------------------------------------------------------------


def arguments(doc: str | None, **defaults: Any) -> argparse.ArgumentParser:
    """A parser with what every benchmark takes; `defaults` has `seconds` and `seeds` where they apply."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1, help="processor threads (default 1)")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder for the record (benchmarks/records)")
    if "seeds" in defaults:
        seeds = defaults["seeds"]
        parser.add_argument("--seeds", type=int, default=seeds, help=f"how many seeds, from 0 (default {seeds})")
    if "seconds" in defaults:
        seconds = defaults["seconds"]
        parser.add_argument(
            "--seconds", type=float, default=seconds, help=f"of training, at most, each (default {seconds:g})"
        )
    return parser


# --- what comes out ---------------------------------------------------------------------------------------------------


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as they need; texts to the left, everything else to the right."""
    lines = [[shown(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(head, *lines, strict=True)]
    left = [bool(rows) and isinstance(cell, str) for cell in rows[0]] if rows else [True] * len(head)

    def line(cells: Sequence[str]) -> str:
        put = (c.ljust(w) if to_left else c.rjust(w) for c, w, to_left in zip(cells, widths, left, strict=True))
        return "  ".join(put).rstrip()

    print(line(head), "  ".join("-" * width for width in widths), *map(line, lines), sep="\n")


def shown(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def machine(threads: int) -> dict[str, Any]:
    """Where and when figures were taken. `load` is what else was going on: runnable processes in the last minute."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "threads": threads,
        "load": round(os.getloadavg()[0], 2),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "platform": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "cohobate": __version__,
    }


def cpu_model() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def record(folder: Path, name: str, facts: Mapping[str, Any], goal: str, results: Any) -> None:
    """Writes `name`.json into `folder`; `facts` are from `machine`, taken before the work began."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {"benchmark": name, "command": sys.argv, "goal": goal, "machine": facts, "results": results}
    atomic_write(path, to_json(content, indent=1) + "\n")
    print(f"\nrecord: {path}")
