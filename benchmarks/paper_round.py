"""One round at the paper's size: answers of Amplify^H′ for 50 contexts of size 64, then one training step of X on them.

    python benchmarks/paper_round.py

The reference is the published adaptation of the 2018 code, measured on two shared cores, with an X of 35 million
parameters. Goal: at most a tenth of its time in all. The size of X and H′ is in the table; a smaller X is a departure
that learns as well, but it is part of the gain, so try `--width 512 --registers 32` before praising the code alone.

So that the figures are those of the middle of a training, H′ first learns from 300 decisions by H, and X's sub-answers
are computed and then replaced by the true ones: an untrained X would know nothing and cut every transcript short. H′
forgets before every round what it decided, as after a lesson. Timed is all that `Training` does for a round: drawing
contexts and questions, amplifying with sub-questions added where the settings say so, and the step of X with its
optimiser. Each context gets as many questions as it has facts, as in the reference. The time for a round of targets is
counted in full, though the settings let X take several steps on it.
"acts" are H's mean number of acts a question, "as H" is the share of whole transcripts in which H′ acts as H does.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
from torch import nn

from _common import arguments, machine, print_table, record
from cohobate.algorithmic.assistant import Answers
from cohobate.algorithmic.imitator import imitated
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.task import Array, Flags, World
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.algorithmic.training import Training

GOAL = "at most a tenth of the reference's seconds"

SHAPE = ("width", "registers", "heads", "reading", "answering")

REFERENCE = {
    "powering": (9.3, 4.9),
    "assignments": (16.0, 10.3),
    "wildcard": (4.3, 4.8),
    "shortest-path": (56.6, 12.3),
    "union-find": (26.0, 5.6),
}
"""Seconds of the published adaptation: amplification, step of X."""


class AsIfTrained(Training):
    """A training whose X is asked, and is then told the truth."""

    def assistant_for(self, world: World) -> Answers:
        x = super().assistant_for(world)

        def answers(questions: Array, wanted: Flags) -> Array:
            x(questions, wanted)
            return self.task.truth(world, questions)

        return answers


def measured(name: str, given: argparse.Namespace) -> dict[str, Any]:
    task = make_task(name, given.size)
    questions = task.fact_count
    settings = Settings.for_task(task, threads=given.threads, contexts=50, questions=questions, kept=1, smallest=None)
    training = AsIfTrained(task, replace(settings, assistant=replace(settings.assistant, **chosen(given))))
    world = training.draw(given.decisions)
    training.recorded = [training.h(training.rng, world, *asked(training, world, 1)).flat()]
    training.imitate(given.lessons, scale=1.0)
    as_h, acts = compared(training)
    amplifying, learning = [], []
    for _ in range(1 + given.rounds):
        training.overseer = imitated(task, training.imitator)
        with stopwatch(amplifying):
            training.amplify()
        with stopwatch(learning):
            training.distil()
    amplify, step = median(amplifying[1:]), median(learning[1:])  # the first is to warm up
    return {
        "task": name,
        "facts": task.fact_count,
        "questions": questions,
        "x": parameters(training.x),
        "passes": f"{training.x.shape.reading} + {training.x.shape.answering}",
        "h_prime": parameters(training.imitator),
        "as_h": as_h,
        "acts": acts,
        "amplify": amplify,
        "step": step,
        "reference": sum(REFERENCE[name]),
        "ratio": (amplify + step) / sum(REFERENCE[name]),
    }


def chosen(given: argparse.Namespace) -> dict[str, int]:
    """What was said about X's shape."""
    return {name: getattr(given, name) for name in SHAPE if getattr(given, name) is not None}


def asked(training: Training, world: World, count: int) -> tuple[Array, Answers]:
    return training.task.questions(training.rng, world, count), training.assistant_for(world)


def compared(training: Training) -> tuple[float, float]:
    """The share of transcripts that H and H′ make alike, and H's mean number of acts, on 16 contexts."""
    world = training.draw(16)
    questions, assistant = asked(training, world, 16)
    h, imitator = (
        overseer(np.random.default_rng(0), world, questions, assistant).flat()
        for overseer in (training.h, training.overseer)
    )
    alike = (h.asked == imitator.asked).all((1, 2)) & (h.answers == imitator.answers)
    return float(alike.mean()), h.acts / len(h)


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


@contextmanager
def stopwatch(times: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    times.append(time.perf_counter() - started)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--task", action="append", choices=[*TASKS], help="only this one; may be given again")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5, help="timed, after one to warm up (default 5)")
    parser.add_argument("--decisions", type=int, default=300, help="by H, for H′ to learn from (default 300)")
    parser.add_argument("--lessons", type=int, default=40, help="rounds of H′ on them, at most (default 40)")
    for name in SHAPE:
        parser.add_argument(f"--{name}", type=int, help="of X (default: what the settings say for the size)")
    given = parser.parse_args()
    facts, results = machine(given.threads), [measured(name, given) for name in given.task or TASKS]
    print(
        f"50 contexts of size {given.size}; median of {given.rounds} rounds on {given.threads} threads. Goal: {GOAL}.\n"
    )
    head = [
        "task",
        "facts",
        "questions",
        "X",
        "passes",
        "H′",
        "as H",
        "acts",
        "amplify s",
        "step s",
        "reference s",
        "ratio",
    ]
    print_table([*head, "goal met"], [[*r.values(), r["ratio"] <= 0.1] for r in results])
    if given.size != 64:
        print("\nThe reference is for size 64: these ratios mean nothing.")
    total, reference = (sum(sum(r[k] for k in keys) for r in results) for keys in (("amplify", "step"), ("reference",)))
    print(f"\nall together: {total:.2f} s, reference {reference:.1f} s, ratio {total / reference:.4f}")
    parts = ["paper_round", *(f"{name}-{value}" for name, value in chosen(given).items()), *(given.task or [])]
    parts += [f"size-{given.size}"] if given.size != 64 else []
    record(given.records, "-".join(parts), facts, GOAL, {"size": given.size, "rounds": given.rounds, "tasks": results})


if __name__ == "__main__":
    main()
