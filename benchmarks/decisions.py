"""How many decisions by H an H′ needs, at the paper's size: 64 elements (6 bits), variables, strings or vertices.

    python benchmarks/decisions.py
    python benchmarks/decisions.py --task powering --seeds 1

H decides fresh questions of the task's own, each about a context of its own, sub-answers true. H′ learns from these
decisions and from nothing else, to its end. Then H and H′ both work through fresh questions, with the same contexts,
true sub-answers and look-ups. A transcript counts as reproduced if all of it is the same: every sub-question, every
sub-answer, every pass, and the answer. H′ goes on from its own acts, never from H's.

An eighth of the decisions allowed is asked for first, then as many again, and again until all are used; H′ begins anew
each time. `steady` asks about any question; `uncertain` asks, from the second time on, half about those of 5,000 more
questions where the H′ so far doubts most what it does itself, half about any of them.

Goal: at least 99.9 % of 5,000 fresh transcripts (the point figure) from a tenth of the decisions that the paper used,
by `uncertain`: 700 for powering, 600 for assignments, 1,000 for wildcard, 2,400 for shortest path, 2,000 for union
find. Intervals are exact ones at 95 %.
"""

import argparse
import sys
import time
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from _common import arguments, machine, print_table, record
from cohobate.algorithmic.imitator import Imitator, ImitatorShape, imitated
from cohobate.algorithmic.lessons import as_tensors, imitator_optimiser, lesson
from cohobate.algorithmic.overseer import Overseer, Transcripts, scripted
from cohobate.algorithmic.schedule import to_ask
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.task import Flags, Task
from cohobate.algorithmic.tasks import make_task
from cohobate.fidelity.agreement import estimate

GOAL = "99.9 % of 5,000 fresh whole transcripts from a tenth of the paper's decisions"
ALLOWED = {"powering": 700, "assignments": 600, "wildcard": 1_000, "shortest-path": 2_400, "union-find": 2_000}
"""A tenth of what the paper used."""
LEAST = 0.999
PARTS = (8, 4, 2, 1)
"""One such part of what is allowed, at each turn."""
POLICIES = ("uncertain", "steady")
SCALES = (1.0, 0.5, 0.25, 0.1, 0.05)
"""Of the step sizes of H′, a lesson each: the last ones settle it."""
PORTION = 1_000
"""Transcripts worked out at once."""


def decide(overseer: Overseer, task: Task, count: int, *seed: int) -> Transcripts:
    """Transcripts of fresh questions about a context each, sub-answers true; the same ones for the same seed, as far
    as the overseer acts the same."""
    parts = []
    for done in range(0, count, PORTION):
        drawing, looking_up = (np.random.default_rng([*seed, done, use]) for use in (0, 1))
        world = task.draw(drawing, min(PORTION, count - done))
        questions = task.questions(drawing, world, 1)
        parts.append(overseer(looking_up, world, questions, lambda asked, wanted, w=world: task.truth(w, asked)).flat())
    return Transcripts.joined(parts)


def alike(ours: Transcripts, theirs: Transcripts) -> Flags:
    """Which of the transcripts are the same from the first act to the answer."""
    pairs = zip(ours.columns, theirs.columns, strict=True)
    return np.logical_and.reduce([(a == b).reshape(len(ours), -1).all(1) for a, b in pairs])


def taught(task: Task, decisions: Transcripts, shape: ImitatorShape, seed: int, rounds: int) -> Imitator:
    """An H′ that has learned from these decisions as much as it can."""
    torch.manual_seed(seed)
    imitator, rng = Imitator(task, shape), np.random.default_rng(seed)
    optimiser = imitator_optimiser(imitator)
    for scale in SCALES:
        lesson(rng, imitator, optimiser, decisions, rounds, scale)
    return imitator


def in_doubt(h: Overseer, task: Task, imitator: Imitator, count: int, pool: int, *seed: int) -> Transcripts:
    """H's decisions on `count` of `pool` questions, half of them those where H′ doubts most what it does itself."""
    own = decide(imitated(task, imitator), task, pool, *seed)
    with torch.no_grad():
        parts = (own[start : start + PORTION] for start in range(0, pool, PORTION))
        doubts = torch.cat([imitator.surprises(*as_tensors(imitator, part)) for part in parts]).numpy()
    which, _ = to_ask(np.random.default_rng([*seed, 0]), doubts[:, None], count)
    # H need not decide the others; that it does here is only shorter to write.
    return decide(h, task, pool, *seed)[which]


def attempts(name: str, ask: str, seed: int, given: argparse.Namespace) -> list[dict[str, Any]]:
    """One seed of one task: what came of each number of decisions."""
    task, allowed = make_task(name, given.size), given.decisions or ALLOWED[name]
    shape = Settings.for_task(task).imitator
    h = scripted(task)
    fresh = decide(h, task, given.fresh, seed, 1)
    any_, decisions = decide(h, task, allowed, seed, 0), None
    imitator, seconds, results = None, 0.0, []
    for part in PARTS:
        count, had = allowed // part, 0 if decisions is None else len(decisions)
        started = time.perf_counter()
        if ask == "steady" or decisions is None:
            decisions = any_[:count]
        else:
            decisions = Transcripts.joined(
                [decisions, in_doubt(h, task, imitator, count - had, given.pool, seed, 2, part)]
            )
        imitator = taught(task, decisions, shape, seed, given.rounds)
        seconds += time.perf_counter() - started
        found = estimate(alike(fresh, decide(imitated(task, imitator), task, given.fresh, seed, 1)))
        print(f"  {name}, {ask}, seed {seed}: {count} decisions, {found}, {seconds:.1f} s", file=sys.stderr, flush=True)
        results.append(
            {
                "task": name,
                **task.options,
                "ask": ask,
                "seed": seed,
                "decisions": len(decisions),
                "acts": decisions.acts,
                "allowed": allowed,
                "reproduced": found.agree,
                "fresh": found.asked,
                "share": found.share,
                "low": found.low,
                "high": found.high,
                "seconds": round(seconds, 2),
                "imitator": asdict(shape),
            }
        )
    return results


def main() -> None:
    parser = arguments(__doc__, seeds=3)
    parser.add_argument("--task", action="append", choices=[*ALLOWED], help="only this one; may be given again")
    parser.add_argument("--ask", action="append", choices=[*POLICIES], help="only this way; may be given again")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--fresh", type=int, default=5_000, help="fresh transcripts to reproduce (default 5000)")
    parser.add_argument("--pool", type=int, default=5_000, help="questions among which H′ may doubt (default 5000)")
    parser.add_argument("--decisions", type=int, help="allowed, instead of a tenth of the paper's")
    parser.add_argument("--rounds", type=int, default=12, help="of each of the five lessons, at most (default 12)")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    facts, results = machine(given.threads), []
    for name in given.task or ALLOWED:
        for ask in given.ask or POLICIES:
            for seed in range(given.seeds):
                results += attempts(name, ask, seed, given)

    print(
        f"Size {given.size}; fresh transcripts reproduced, of {given.fresh:,}, and exact 95 % intervals in per cent.\n"
    )
    head = ["task", "ask", "decisions", "goal", *(f"seed {seed}" for seed in range(given.seeds)), "at least", "seconds"]
    rows = []
    for name, ask, count in dict.fromkeys((r["task"], r["ask"], r["decisions"]) for r in results):
        of = [r for r in results if (r["task"], r["ask"], r["decisions"]) == (name, ask, count)]
        worst = min(of, key=lambda r: r["share"])
        interval = f"{100 * worst['share']:.2f} ({100 * worst['low']:.2f}–{100 * worst['high']:.2f})"
        seconds = f"{max(r['seconds'] for r in of):.0f}"
        rows.append([name, ask, count, worst["share"] >= LEAST, *(r["reproduced"] for r in of), interval, seconds])
    print_table(head, rows)
    judged = [r for r in results if r["ask"] == "uncertain" and r["decisions"] == r["allowed"]]
    missed = sorted({r["task"] for r in judged if r["share"] < LEAST})
    verdict = f"missed in {', '.join(missed)}" if missed else "met" if judged else "not judged"
    print(f"\nGoal: {GOAL}, every seed; {verdict}.")
    parts = [
        "decisions",
        *(given.task or []),
        *(given.ask or []),
        *([f"size-{given.size}"] if given.size != 64 else []),
    ]
    record(given.records, "-".join(parts), facts, GOAL, results)


if __name__ == "__main__":
    main()
