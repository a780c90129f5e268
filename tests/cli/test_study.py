"""`cohobate study`, and runs whose overseer fails."""

import json
from dataclasses import replace

import pytest

from cohobate.algorithmic.studies import failures, repair
from cohobate.runs import Run

TINY = replace(
    failures.QUICK,
    contexts=4, questions=4, width=16, reading=1, answering=1,
    looked_at=20, look=2, settle=4, least=6, again=2, most=6,
)  # fmt: skip


@pytest.fixture
def quick(monkeypatch):
    """Studies of a few tiny cells, without pictures."""
    monkeypatch.setattr("cohobate.report.studies.write", lambda out: out / "report.html")

    def few(module, chosen):
        whole = module.study

        def study(seeds, protocol):
            found = whole(seeds, protocol)
            return replace(found, plan=[key for key in found.plan if chosen(key)])

        monkeypatch.setattr(module, "QUICK", TINY)
        monkeypatch.setattr(module, "study", study)

    few(failures, lambda key: key["probability"] == 0.3 and key["sort"] != "act")
    few(repair, lambda key: key["part"] == "overseers" and key["probability"] == 0.3)


def test_a_study_ends_with_a_table_its_figures_and_a_page(cohobate, quick, tmp_path):
    out = tmp_path / "study"
    done = cohobate("study", "failures", "--quick", "--seeds", 1, "--out", out)
    assert done.status in (0, 3)
    assert "4 of 4 · systematic, 0.3, most probable, seed 0 · 6 steps" in done.out
    assert "random 0.3" in done.out
    assert f"Report: {out}/report.html" in done.out
    assert json.loads((out / "study.json").read_text())["done"] == 4
    assert {path.name for path in out.iterdir()} >= {"cells.jsonl", "study.json", "config.json"}
    again = cohobate("study", "failures", "--quick", "--seeds", 1, "--out", out)
    assert " of 4 ·" not in again.out


def test_with_json_nothing_else_is_on_the_output(cohobate, quick, tmp_path):
    done = cohobate("study", "repair", "--quick", "--seeds", 1, "--json", "--out", tmp_path / "study")
    assert json.loads(done.out)["study"] == "repair"
    assert "Report: " in done.err


def test_cells_that_do_not_come_to_rest_are_kept_and_said(cohobate, quick, tmp_path, monkeypatch):
    monkeypatch.setattr(failures, "QUICK", replace(TINY, tolerance=-1.0))
    done = cohobate("study", "failures", "--quick", "--seeds", 1, "--out", tmp_path / "study")
    assert done.status == 3
    assert "4 of 4 cells did not come to rest within 6 steps; they are kept and marked" in done.err
    assert json.loads((tmp_path / "study" / "study.json").read_text())["converged"] == 0
    assert "not converged" in done.out


def test_a_study_needs_steps_enough_to_judge_rest_by(cohobate, tmp_path):
    done = cohobate("study", "failures", "--steps", 10, "--out", tmp_path / "study")
    assert done.status == 2
    assert done.refusal.startswith("10 steps: whether a training has come to rest is judged from thirds")
    assert not (tmp_path / "study").exists()


def test_a_folder_that_holds_a_run_is_refused(cohobate, quick, finished):
    done = cohobate("study", "failures", "--quick", "--out", finished.folder)
    assert done.status == 2
    assert "holds a run" in done.refusal


def test_a_run_may_have_an_overseer_that_fails(cohobate, tmp_path):
    arguments = ("--size", 4, "--bits", 2, "--overseer", "scripted", "--steps", 4)
    done = cohobate("run", "powering", *arguments, "--overseer-error", "random:0.5", "--out", tmp_path / "run")
    assert done.status == 0
    assert "overseer H, failing random:0.5" in done.out
    assert Run.open(tmp_path / "run").configuration["settings"]["overseer_error"] == "random:0.5"
    assert cohobate("resume", tmp_path / "run", "--steps", 2).status == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--overseer-error", "random:1.5"), "failure with probability 1.5: it is a share from 0 to 1; try 0.1"),
        (("--overseer-error", "often"), "overseer error 'often': it is written SORT:P"),
        (("--overseer-error", "random:0.1", "--supervised"), "no overseer that could fail"),
    ],
)
def test_an_error_that_cannot_be_is_refused_before_there_is_a_folder(cohobate, tmp_path, arguments, sentence):
    done = cohobate("run", "powering", "--steps", 2, *arguments, "--out", tmp_path / "run")
    assert done.status == 2
    assert sentence in done.refusal
    assert not (tmp_path / "run").exists()
