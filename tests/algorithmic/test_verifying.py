"""Checking a run as a whole: what is told twice must be told the same."""

import json
from dataclasses import asdict

import pytest
import torch

from cohobate.algorithmic import checkpoint, running
from cohobate.algorithmic.running import Limits, begin
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.verifying import verified
from cohobate.ledger import Ledger, follow
from cohobate.runs import Run


@pytest.fixture(params=["imitated", "supervised"])
def run(request, tiny, tmp_path):
    """A short run."""
    limits = Limits(steps=14)
    folder, training, ledger = begin(tmp_path / "run", make_task("powering", 4), tiny(overseer=request.param), limits)
    with folder:
        running.run(training, folder, ledger, **asdict(limits))
    return Run.open(folder.folder)


def test_a_whole_run_holds_and_x_is_questioned_again(run):
    verdict = verified(run)
    assert (verdict.problems, verdict.left_out) == ([], [])
    assert len(verdict.done) == 4
    assert verdict.done[-1] == "X, questioned again, answers the last iteration's 64 questions as it says"


def rewritten(run, change):
    """The ledger written anew from its third entry on, its chain whole, as by somebody who knows how."""
    first, second, *rest = Ledger.open(run.ledger).entries()
    entries = [first, second]
    for entry in rest:
        data = json.loads(json.dumps(dict(entry.data)))
        change(data)
        entries.append(follow(entries[-1], entry.kind, data))
    run.ledger.write_bytes(b"".join(entry.line + b"\n" for entry in entries))
    run.write_summary(run.read_summary() | {"ledger_head": entries[-1].hash})


def test_a_figure_that_does_not_follow_is_found_in_a_chain_that_holds(run):
    rewritten(run, lambda data: data.update(measured_error=0.0001))
    assert any("the measured error is 0.0001, and its counts make" in problem for problem in verified(run).problems)


def test_a_ledger_rewritten_to_its_end_does_not_go_with_the_checkpoint(run):
    rewritten(run, lambda data: data.update(size=5))
    assert any("was saved at entry 4 of another ledger than this" in problem for problem in verified(run).problems)


def test_a_summary_that_counts_otherwise_than_the_last_entry_is_found(run):
    run.write_summary(run.read_summary() | {"targets": 7})
    assert any("the summary counts 7 targets and the last entry" in problem for problem in verified(run).problems)


def test_an_x_that_answers_otherwise_than_the_ledger_says_is_found(run, monkeypatch):
    read = checkpoint.restore

    def restore(training, newest, only=None):
        read(training, newest, only)
        with torch.no_grad():
            for weights in training.average.parameters():
                weights.copy_(torch.randn_like(weights))

    monkeypatch.setattr(checkpoint, "restore", restore)
    assert verified(run).problems == [
        f"X of {checkpoint.files(run.checkpoints)[-1].name} does not answer the questions of the last iteration as the "
        "ledger says"
    ]


def test_on_another_machine_x_is_not_questioned_and_that_is_said(run, monkeypatch):
    monkeypatch.setattr("platform.platform", lambda: "another")
    verdict = verified(run)
    assert verdict.problems == []
    assert verdict.left_out == [
        "X was not questioned again: the run was made on another device or machine, or with another torch."
    ]
