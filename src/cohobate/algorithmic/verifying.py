"""Checking a run as a whole: its ledger's chain and arithmetic, its checkpoints, and that they tell the same story."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from typing import Any

import torch

from cohobate.algorithmic import checkpoint
from cohobate.algorithmic.measuring import x_alone
from cohobate.algorithmic.running import made_from
from cohobate.algorithmic.training import Training
from cohobate.errors import RunProblem, WrongUse
from cohobate.ledger import Entry, Ledger, rederived, verify
from cohobate.runs import Run

TOLD_TWICE = (
    ("targets", "targets"),
    ("decisions_training", "decisions"),
    ("acts_training", "acts"),
    ("decisions_audit", "decisions_audit"),
    ("acts_audit", "acts_audit"),
)
"""What both a ledger's last entry and the summary state of the same moment, by its name in each."""


@dataclass
class Verdict:
    """What was found."""

    problems: list[str] = field(default_factory=list)
    """A sentence each; all holds if there is none."""
    done: list[str] = field(default_factory=list)
    """What was checked, a clause each."""
    left_out: list[str] = field(default_factory=list)
    """What could not be, and why: a sentence each."""


def verified(run: Run) -> Verdict:
    """Checks everything about a run that can be: each step needs that the one before it holds.

    1. The chain of entries is whole, and ends as the summary says. 2. Every interval and bound follows from its counts.
    3. Checkpoints are as they were written, and the newest belongs to this ledger. 4. The summary says what they say.
    5. X, from the newest checkpoint, answers the questions of the last iteration as the ledger says. Never raises for
    damage; raises StorageProblem for files that may not be read.
    """
    verdict = Verdict()
    summary: dict[str, Any] = {}
    try:
        summary = run.read_summary()
    except RunProblem as problem:
        verdict.problems.append(str(problem))
    length, head = summary.get("ledger_length"), summary.get("ledger_head")
    verdict.problems += [str(problem) for problem in verify(run.ledger, length, head)]
    verdict.problems += checkpoint.verify(run.checkpoints)
    if verdict.problems:
        return verdict
    entries = list(Ledger.open(run.ledger).entries())
    verdict.done.append(f"the chain of {len(entries)} entries is whole and ends as the summary says")
    verdict.problems += [str(problem) for problem in rederived(entries)]
    if not verdict.problems:
        measured = sum(len(entry.data.get("measurements", ())) for entry in entries)
        bounds = sum(entry.data.get("evidence") is not None for entry in entries)
        verdict.done.append(
            f"all {measured:,} intervals, and the bounds of {bounds} iterations, follow from their counts"
        )
    verdict.problems += _against_summary(entries[-1], summary)
    newest, problems = checkpoint.newest(run.checkpoints)
    verdict.problems += problems
    if newest is not None:
        _against_checkpoint(run, verdict, entries, newest)
    return verdict


def _against_summary(last: Entry, summary: dict[str, Any]) -> list[str]:
    """Where the summary says of the run's end what its last entry does not."""
    if last.data.get("step") != summary.get("steps"):
        return []
    return [
        f"the summary counts {summary[theirs]} {theirs} and the last entry {last.data[ours]}"
        for ours, theirs in TOLD_TWICE
        if ours in last.data and summary.get(theirs) != last.data[ours]
    ]


def _against_checkpoint(run: Run, verdict: Verdict, entries: list[Entry], newest: checkpoint.Checkpoint) -> None:
    count = len(checkpoint.files(run.checkpoints))
    length, head = newest.notes.get("ledger_length"), newest.notes.get("ledger_head")
    if length != len(entries) or head != entries[-1].hash:
        verdict.problems.append(f"{newest.path.name} was saved at entry {length} of another ledger than this")
        return
    verdict.done.append(f"{count} checkpoints are as they were written, and the newest belongs to this ledger")
    stated = [one for one in entries[-1].data.get("measurements", ()) if one["what"] == "accuracy_x_alone"]
    if not stated or entries[-1].data.get("step") != newest.step:
        return
    try:
        task, settings = made_from(run)
        here = {"torch": torch.__version__, "platform": platform.platform()}
        if settings.device != "cpu" or not here.items() <= run.made_with.items():
            raise WrongUse("the run was made on another device or machine, or with another torch")
        training = Training(task, settings)
        checkpoint.restore(training, newest, only=("average", "steps"))
    except (WrongUse, RunProblem) as error:
        verdict.left_out.append(f"X was not questioned again: {error}.")
        return
    training.average.eval()
    found = {(kind, level): (agree, asked) for _, kind, level, agree, asked in x_alone(training)}
    if found != {(one["kind"], one["level"]): (one["agree"], one["asked"]) for one in stated}:
        verdict.problems.append(
            f"X of {newest.path.name} does not answer the questions of the last iteration as the ledger says"
        )
    else:
        asked = sum(of for (_, level), (_, of) in found.items() if level is None)
        verdict.done.append(f"X, questioned again, answers the last iteration's {asked:,} questions as it says")
