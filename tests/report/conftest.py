"""Run folders as a training leaves them, made up: no network is trained here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cohobate.fidelity import Estimate
from cohobate.ledger import Ledger, measurement
from cohobate.runs import Run

MakeRun = Callable[..., Run]

STEPS = ("amplification_preserves", "distillation_preserves", "failed_decompositions")


def skill(progress: float, level: int) -> float:
    """How often a made-up X is right: later for harder questions."""
    return 0.1 + 0.897 / (1 + math.exp(-14 * (progress - 0.12 - 0.07 * level)))


def tree(question: str, depth: int, x_wrong: str | None = None) -> dict[str, Any]:
    """A made-up tree that asks two sub-questions all the way down; X is wrong on one of them."""
    if depth == 0:
        leaf = {"question": f"{question}·", "answer": "b", "by": "context", "assistant": None, "truth": "b"}
        return leaf | {"correct": None, "children": []}
    below = [tree(f"{question}{i}", depth - 1, x_wrong) for i in (0, 1)]
    said = "c" if question == x_wrong else "a"
    return {
        "question": question, "answer": "a", "by": "H", "assistant": said, "truth": "a", "correct": said == "a",
        "children": below,
    }  # fmt: skip


TOGETHER = 0.9997
"""What each interval holds by itself, so that all of a run hold at once."""


def certificates(iteration: int, progress: float, endless: bool, cells: Sequence[str], by_h: bool) -> dict[str, Any]:
    """Made-up bounds that come down as X learns and H is asked; from the fifth iteration on, another H′ is audited."""
    audited = 0 if by_h else 48 * (iteration if iteration < 5 else iteration - 4)
    judged = 0 if by_h else audited + 12
    off = round(0.4 * (1 - progress) ** 2 + 0.004, 6)
    unsure = 0.02 if by_h else 21 / audited
    unsure_canonical = 0.02 if by_h else 6 / audited
    evidence = {
        "iteration": iteration, "imitator": 0 if by_h else 1 if iteration < 5 else 2, "endless": endless,
        "sent": audited, "situations": judged,
    }  # fmt: skip
    ending: dict[str, Any] = {
        "confidence_together": 0.95,
        "decisions_measuring": 1024 * iteration,
        "evidence": evidence,
        "certified": {cell: max(0.0, 1 - off - unsure_canonical - 0.2 * i) for i, cell in enumerate(cells)},
    }
    for name in ("step",) if endless else ("compounded", "tree_audit"):
        times = 4 if name == "compounded" else 1
        for suffix, more, made in (("", 5 * times * unsure, audited), ("_canonical", times * unsure_canonical, judged)):
            more = unsure if name != "compounded" and not suffix else more
            ending |= {
                f"{name}_bound{suffix}": min(1.0, times * off + more),
                f"{name}_estimate{suffix}": min(1.0, times * off),
                f"decisions_{name}{suffix}": made,
            }
    return ending


CERTIFYING = {
    "imitation_drawn": 0.998,
    "imitation_induced": 0.996,
    "imitation_drawn_canonical": 0.999,
    "imitation_induced_canonical": 0.998,
    "consistency_drawn": 0.994,
    "consistency_induced": 0.99,
    "h_right": 1.0,
    "tree_of_imitator": 0.985,
}
AUDITS = [what for what in CERTIFYING if what.startswith("imitation")]


def transcript(question: str, depth: int, right: bool = True, **more: Any) -> dict[str, Any]:
    return {
        "context": ["a→b", "b→c", "c→a"],
        "question": question,
        "kind": "power",
        "level": depth,
        "overseer": "imitated",
        "steps": [
            {"question": f"{question}0", "answer": "b", "by": "assistant"},
            {"question": f"{question}1", "answer": "a" if right else "c", "by": "context"},
        ],
        "answer": "a" if right else "c",
        "truth": "a",
        "correct": right,
        "assistant": "a",
        "assistant_correct": True,
        "tree": tree(question, depth, f"{question}0"),
    } | more


def make_run(
    folder: Path,
    *,
    task: str = "powering",
    options: Mapping[str, Any] | None = None,
    overseer: str = "imitated",
    kinds: Sequence[str] = ("power",),
    levels: Sequence[int] = (2, 3, 4),
    looks: int = 30,
    iterations: int = 8,
    seconds: float = 93.4,
    evaluated: int = 2048,
    audited: int = 512,
    until: float | None = 0.99,
    status: str | None = "reached",
    transcripts: Sequence[Mapping[str, Any]] | None = None,
    seed: int = 0,
    speed: float = 1.0,
    certified: bool = False,
    endless: bool = False,
    told: Mapping[str, Any] | None = None,
) -> Run:
    """A run's folder. `status` None: training still goes on, and there is no summary.

    certified:  iterations have bounds, and their intervals hold together. endless: H's tree of sub-questions has no end
    told:       what the last iteration's entry is to say instead
    """
    rng = np.random.default_rng(seed)
    options = dict(options or {"size": 8, "bits": 4})
    shape = {"width": 64, "layers": 3, "dropout": 0.0}
    settings = {"overseer": overseer, "seed": seed, "device": "cpu", "threads": 2, "smallest": None, "assistant": shape}
    configuration = {"task": task, "options": options, "settings": settings}
    budget = {"until": until, "seconds": None, "steps": None}
    run = Run.create(folder, {**configuration, "budget": budget}, versions={"torch": "2.13.0"}, threads=2)
    ledger = Ledger.create(run.ledger, configuration)
    share = np.array([0.6**i for i in range(len(levels))])
    share /= share.sum()

    def drawn(progress: float, questions: int, gain: float = 0.0) -> tuple[dict[str, int], dict[str, int]]:
        counts = dict(zip(map(str, levels), rng.multinomial(questions, share).tolist(), strict=True))
        chances = {k: min(0.9995, skill(min(1.0, speed * progress) + gain, i)) for i, k in enumerate(counts)}
        return counts, {k: int(rng.binomial(n, chances[k])) for k, n in counts.items()}

    def figures(whose: str, counts: dict[str, int], right: dict[str, int]) -> dict[str, Any]:
        total = sum(counts.values())
        mean = sum(right.values()) / max(1, total)
        return {
            f"{whose}accuracy": mean,
            f"{whose}accuracy_by_kind": {k: min(1.0, mean + 0.01 * i) for i, k in enumerate(kinds)},
            f"{whose}accuracy_by_level": {k: right[k] / n for k, n in counts.items() if n},
            f"{whose}evaluated": total,
            f"{whose}evaluated_by_level": {k: n for k, n in counts.items() if n},
        }

    confidence = TOGETHER if certified else 0.95
    each = 108 if certified else 1536  # audits in an iteration
    taught = overseer != "supervised"
    made = 0
    found: dict[str, Any] = {}
    for i in range(looks):
        progress = (i + 1) / looks
        made = round(96 + 300 * progress**0.5) if overseer == "imitated" else 0
        found = {
            "step": 25 * (i + 1),
            "seconds": round(seconds * progress, 3),
            **figures("", *drawn(progress, evaluated)),
            **(figures("teacher_", *drawn(progress, audited, 0.06)) if taught else {}),
            "decisions": made,
            "acts": made * 4,
            "targets": 512 * (i + 1),
            "size": options["size"],
            "loss": None if i == 0 else 1.5 - progress,
            "surprise": 0.1,
        }
        run.append_metrics(found)

    def measured(what: str, chance: float, asked: Mapping[str, list[int]]) -> list[dict[str, Any]]:
        rows = []
        for kind, counts in asked.items():
            agree = [int(rng.binomial(n, chance)) for n in counts]
            rows.append(measurement(what, kind, None, Estimate.of(sum(agree), sum(counts), confidence)))
            pairs = zip(levels, agree, counts, strict=True)
            rows += [measurement(what, kind, level, Estimate.of(a, n, confidence)) for level, a, n in pairs if n]
        return rows

    for i in range(iterations):
        progress = min(1.0, speed * (i + 1) / iterations)
        asked = {kind: rng.multinomial(audited // len(kinds), share).tolist() for kind in kinds}
        chances = {
            "amplification_preserves": min(0.998, 0.8 + 0.25 * progress),
            "distillation_preserves": min(0.995, 0.3 + 0.8 * progress),
            "failed_decompositions": 0.15 * (1 - progress),
            "accuracy_h_alone": 0.12,
            "accuracy_x_alone": min(0.993, 0.2 + 0.85 * progress),
            "accuracy_h_with_x": min(0.997, 0.3 + 0.85 * progress),
            "single_step_acts": 1.0,
            **(CERTIFYING if certified else {}),
        }
        skipped = {
            "imitated": (), "scripted": (STEPS[0], *AUDITS), "supervised": (STEPS[0], STEPS[2], *CERTIFYING)
        }[overseer]  # fmt: skip
        whats = [what for what in chances if what not in skipped]
        measurements = [row for what in whats for row in measured(what, chances[what], asked)]
        ending: dict[str, Any] = {"confidence_together": 0.95, "evidence": None} if certified else {}
        if certified and taught:
            cells = [f"{kind} {level}" for kind in kinds for level in levels]
            ending = certificates(i + 1, progress, endless, cells, overseer == "scripted")
            if overseer == "imitated":
                alike = Estimate.of(64 + i, 64 + i, confidence)
                measurements.append(measurement("h_alike_under_fresh_names", "all", None, alike))
        ledger.append(
            "iteration",
            {
                "iteration": i + 1,
                "step": 100 * (i + 1),
                "size": options["size"],
                "targets": 4096 * (i + 1),
                "decisions_training": made,
                "acts_training": made * 4,
                "decisions_audit": each * (i + 1),
                "acts_audit": 4 * each * (i + 1),
                "measurements": measurements,
                **ending,
                **(told or {} if i == iterations - 1 else {}),
            },
        )
    if status not in (None, "interrupted"):
        kept = [transcript(f"σ^{5 + i}(b)", i + 1, right=i != 3) for i in range(5)]
        run.write_transcripts(kept if transcripts is None else transcripts)
    if status is not None:
        run.write_summary(
            {
                "task": task.rsplit("/", 1)[-1].removesuffix(".py"),
                "size": options["size"],
                "options": options,
                "overseer": overseer,
                "seed": seed,
                "device": "cpu",
                "status": status,
                "reached": None if until is None else status == "reached",
                "until": until,
                **{key: found.get(key) for key in ("accuracy", "accuracy_by_level", "accuracy_by_kind", "evaluated")},
                "steps": 25 * looks,
                "decisions": made,
                "acts": made * 4,
                "decisions_audit": each * iterations,
                "acts_audit": 4 * each * iterations,
                "targets": 512 * looks,
                "seconds": seconds if looks else 0.0,
                "ledger_length": len(ledger),
                "ledger_head": ledger.head,
                "peak_memory_mb": 812.4,
                "version": "0.1.0",
            }
        )
    run.release()
    return run


@pytest.fixture(name="make_run", scope="session")
def make_run_fixture(tmp_path_factory: pytest.TempPathFactory) -> MakeRun:
    def make(name: str = "demo", **settings: Any) -> Run:
        return make_run(tmp_path_factory.mktemp("runs") / name, **settings)

    return make


@pytest.fixture(name="make_transcript", scope="session")
def make_transcript_fixture() -> Callable[..., dict[str, Any]]:
    return transcript
