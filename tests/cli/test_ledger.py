"""`cohobate ledger`."""

import json

import pytest

from cohobate.ledger import Ledger


def test_every_measurement_is_an_object_for_programs(cohobate, finished):
    shown = json.loads(cohobate("ledger", "show", finished.folder, "--json").out)
    ledger = Ledger.open(finished.ledger)
    assert (shown["length"], shown["head"]) == (len(ledger), ledger.head)
    assert shown["configuration"]["task"] == "powering"
    assert [one["iteration"] for one in shown["iterations"]] == [1, 2]
    assert [one["step"] for one in shown["iterations"]] == [6, 8]
    measured = [one for entry in list(ledger.entries())[1:] for one in entry.data["measurements"]]
    assert len(shown["entries"]) == len(measured)
    for one, in_ledger in zip(shown["entries"], measured, strict=True):
        assert {"iteration", "step", "targets", "decisions_training", "decisions_audit"} <= set(one)
        keys = ("what", "kind", "level", "agree", "asked", "low", "high", "confidence")
        assert {key: one[key] for key in keys} == in_ledger


def test_people_get_a_line_for_each_iteration_and_the_newest_in_full(cohobate, finished):
    shown = cohobate("ledger", "show", finished.folder)
    assert shown.status == 0
    assert shown.out.startswith("3 entries, the last with the hash ")
    assert "X differs from H at most, and is wrong by the truth, in per cent" in shown.out
    assert (
        "Iteration 2 in full, with intervals that hold all together with 95 % (~: for orientation only):" in shown.out
    )
    assert "single_step_acts            power      all levels  ~100.0 %" in shown.out
    assert "distillation_preserves      power      all levels" in shown.out
    assert "n = 40)" in shown.out


def test_every_iteration_has_its_bounds_and_what_they_took_of_h_for_programs(cohobate, finished):
    shown = json.loads(cohobate("ledger", "show", finished.folder, "--json").out)
    wanted = {
        *("compounded_bound", "tree_audit_bound", "tree_audit_bound_canonical", "measured_error"),
        *("decisions_training", "decisions_audit"),
    }
    assert all(wanted <= set(one) for one in [*shown["iterations"], *shown["entries"]])


def test_where_there_is_no_tree_to_audit_its_bounds_are_null(cohobate, tmp_path):
    run = ("run", "union-find", "--size", 4, "--supervised", "--steps", 3, "--out", tmp_path / "run")
    assert cohobate(*run).status == 0
    (last,) = json.loads(cohobate("ledger", "show", tmp_path / "run", "--json").out)["iterations"]
    assert last["compounded_bound"] is last["tree_audit_bound"] is last["tree_audit_bound_canonical"] is None
    assert 0 <= last["measured_error"] <= 1
    assert cohobate("ledger", "show", tmp_path / "run").status == 0


def test_a_whole_run_verifies(cohobate, finished):
    verified = cohobate("ledger", "verify", finished.folder)
    assert (verified.status, verified.err) == (0, "")
    assert "the chain of 3 entries is whole and ends as the summary says; all " in verified.out
    assert "intervals, and the bounds of 2 iterations, follow from their counts; 2 checkpoints are as" in verified.out
    assert verified.out.endswith("X, questioned again, answers the last iteration's 64 questions as it says.\n")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("changed", "line 2: its content does not match its hash"),
        ("cut", "the ledger has 2 entries and 3 were expected"),
        ("gone", "is not there"),
        ("head", "the last entry's hash is"),
        ("no summary", "has no summary yet; finish the run"),
        ("checkpoint", "is damaged: its content is not the one"),
    ],
)
def test_whatever_does_not_hold_is_named_with_status_2(cohobate, finished, damage, sentence):
    content = finished.ledger.read_bytes()
    match damage:
        case "changed":
            finished.ledger.write_bytes(content.replace(b'"step":6', b'"step":5'))
        case "cut":
            finished.ledger.write_bytes(b"".join(content.splitlines(keepends=True)[:2]))
        case "gone":
            finished.ledger.unlink()
        case "head":
            finished.write_summary(finished.read_summary() | {"ledger_head": "0" * 64})
        case "no summary":
            finished.summary.unlink()
        case "checkpoint":
            newest = sorted(finished.checkpoints.iterdir())[-1]
            newest.write_bytes(newest.read_bytes()[:-1])
    found = cohobate("ledger", "verify", finished.folder)
    assert found.status == 2
    assert sentence in found.refusal
