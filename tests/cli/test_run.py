"""`cohobate run` and `cohobate resume`: one command from nothing to a trained assistant, and every way it can end."""

import errno
import json
import os
import signal

import pytest

from cohobate.cli import run as run_
from cohobate.ledger import verify
from cohobate.runs import Run

SCRIPTED = ("powering", "--size", 4, "--bits", 2, "--overseer", "scripted")


# --- as anybody would start it --------------------------------------------------------------------------------------


def test_one_command_teaches_an_assistant_until_it_is_right(learned):
    folder, how = learned
    assert (how.status, how.err) == (0, "")
    summary = json.loads((folder / "summary.json").read_text())
    assert (summary["status"], summary["reached"], summary["until"]) == ("reached", True, 0.9)
    assert summary["accuracy"] >= 0.9
    assert summary["accuracy_by_kind"] == {"power": summary["accuracy"]}
    assert summary["evaluated"] >= 2000
    assert 0 < summary["decisions"] < summary["targets"]
    assert (summary["task"], summary["size"], summary["overseer"], summary["seed"]) == ("powering", 4, "imitated", 0)
    assert verify(folder / "ledger.jsonl", summary["ledger_length"], summary["ledger_head"]) == []


def test_it_learned_more_than_it_knew_at_first(learned):
    looks = Run.open(learned[0]).read_metrics()
    assert looks[0]["accuracy"] < looks[-1]["accuracy"] - 0.2


def test_off_a_terminal_it_writes_plain_lines_and_ends_with_three(learned):
    folder, how = learned
    assert "\x1b" not in how.out
    first, *looks, learned_, trust, report = how.out.splitlines()
    assert first == f"powering, size 4, bits 2 · overseer H′ · seed 0 · {folder}"
    assert looks[0].startswith("step 10 · ")
    assert learned_.startswith("Learned: X alone is right on ")
    assert trust.startswith(
        "Trust: with 95 % confidence, and if H's acts do not depend on names, the assistant agrees "
    )
    assert "; H was asked " in trust
    assert report == f"Report: {folder}/report.html"
    assert (folder / "report.html").exists()


# --- how a run ends -------------------------------------------------------------------------------------------------


def test_without_a_target_a_run_that_did_all_it_was_allowed_is_done(cohobate, tmp_path):
    done = cohobate("run", *SCRIPTED, "--steps", 5, "--out", tmp_path / "run")
    assert done.status == 0
    assert Run.open(tmp_path / "run").read_summary()["status"] == "finished"
    again = cohobate("resume", tmp_path / "run")
    assert (again.status, again.err) == (0, "")
    assert "is finished: nothing is left to do" in again.out
    assert cohobate("resume", tmp_path / "run", "--steps", 3).status == 0
    assert Run.open(tmp_path / "run").read_summary()["steps"] == 8


def test_a_run_that_missed_its_target_has_status_3_and_can_have_as_much_again(cohobate, tmp_path):
    missed = cohobate("run", *SCRIPTED, "--until", 1, "--steps", 5, "--out", tmp_path / "run")
    assert missed.status == 3
    assert "what was allowed is used up at accuracy " in missed.refusal
    assert f"go on with `cohobate resume {tmp_path / 'run'}`" in missed.refusal
    assert cohobate("resume", tmp_path / "run").status == 3
    assert Run.open(tmp_path / "run").read_summary()["steps"] == 10


def test_a_run_that_reached_its_target_says_so_and_can_be_given_a_higher_one(cohobate, tmp_path):
    assert cohobate("run", *SCRIPTED, "--until", 0.01, "--out", tmp_path / "run").status == 0
    before = (tmp_path / "run" / "ledger.jsonl").read_bytes()
    for more in ((), ("--steps", 5)):
        again = cohobate("resume", tmp_path / "run", *more)
        assert again.status == 0
        assert "has reached its target: nothing is left to do; give --until for a higher one" in again.out
    assert (tmp_path / "run" / "ledger.jsonl").read_bytes() == before
    assert cohobate("resume", tmp_path / "run", "--until", 1, "--steps", 4).status == 3


def test_without_limits_a_run_has_a_target_and_ten_minutes(cohobate, tmp_path, monkeypatch):
    monkeypatch.setattr(run_, "train", lambda folder, training, ledger, limits, place, stop: 1 / 0)
    cohobate("run", *SCRIPTED, "--out", tmp_path / "run")
    configuration = Run.open(tmp_path / "run").configuration
    assert configuration["budget"] == {"until": 0.99, "seconds": 600.0, "steps": None, "trust": None}
    assert configuration["task"] == "powering"
    assert configuration["options"] == {"size": 4, "bits": 2}


def test_supervised_and_seed_and_threads_are_written_down(cohobate, tmp_path):
    arguments = ("--size", 4, "--supervised", "--seed", 7, "--threads", 1, "--steps", 1, "--out", tmp_path / "run")
    assert cohobate("run", "wildcard", *arguments).status == 0
    run = Run.open(tmp_path / "run")
    assert run.configuration["settings"]["overseer"] == run.read_summary()["overseer"] == "supervised"
    assert (run.configuration["settings"]["seed"], run.made_with["threads"]) == (7, 1)


def test_the_same_seed_gives_the_same_ledger_from_the_command_line_too(cohobate, tmp_path):
    for name in "ab":
        cohobate("run", *SCRIPTED, "--steps", 9, "--out", tmp_path / name)
    assert (tmp_path / "a" / "ledger.jsonl").read_bytes() == (tmp_path / "b" / "ledger.jsonl").read_bytes()


def test_a_task_of_ones_own_runs_from_its_file(cohobate, tmp_path):
    (tmp_path / "own.py").write_text(
        "from cohobate.algorithmic.tasks.powering import Powering\n\nclass Own(Powering):\n    name = 'own'\n"
    )
    path = tmp_path / "own.py"
    done = cohobate("run", path, "--size", 4, "--overseer", "scripted", "--steps", 5, "--out", tmp_path / "run")
    assert done.status == 0
    assert "of own, size 4" in done.out
    assert cohobate("resume", tmp_path / "run", "--steps", 1).status == 0


# --- interruptions --------------------------------------------------------------------------------------------------


def test_ctrl_c_saves_and_resuming_leaves_the_ledger_of_a_run_never_interrupted(cohobate, tmp_path, processes):
    start, end = processes
    arguments = (*SCRIPTED, "--steps", 60, "--out")
    started = start("run", *arguments, tmp_path / "stopped")
    while not started.stdout.readline().startswith("step 8 "):
        assert started.poll() is None
    started.send_signal(signal.SIGINT)
    stopped = end(started)
    assert (stopped.status, stopped.err) == (130, "")
    summary = Run.open(tmp_path / "stopped").read_summary()
    assert summary["status"] == "interrupted"
    assert 8 <= summary["steps"] < 60
    resume = f"go on with `cohobate resume {tmp_path / 'stopped'}`"
    assert f"Interrupted and saved at step {summary['steps']}; {resume}" in stopped.out
    assert cohobate("resume", tmp_path / "stopped").status == 0
    assert cohobate("run", *arguments, tmp_path / "whole").status == 0
    ledgers = [(tmp_path / name / "ledger.jsonl").read_bytes() for name in ("stopped", "whole")]
    assert ledgers[0] == ledgers[1]


def test_a_second_ctrl_c_stops_at_once_and_the_run_can_still_be_gone_on_with(cohobate, tmp_path, monkeypatch):
    from cohobate.algorithmic.training import Training

    step = Training.step

    def twice_interrupted(self):
        step(self)
        if self.steps == 8:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "step", twice_interrupted)
        stopped = cohobate("run", *SCRIPTED, "--steps", 9, "--out", tmp_path / "run")
    assert stopped.status == 130
    assert stopped.refusal == "stopped at once; `cohobate resume` goes on from the newest checkpoint"
    assert cohobate("resume", tmp_path / "run").status == 0
    assert Run.open(tmp_path / "run").read_summary()["steps"] == 9


def test_after_a_run_ctrl_c_means_again_what_it_meant_before(cohobate, tmp_path):
    before = signal.getsignal(signal.SIGINT)
    cohobate("run", *SCRIPTED, "--steps", 1, "--out", tmp_path / "run")
    assert signal.getsignal(signal.SIGINT) is before


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("chess",), "there is no task 'chess'; give powering, "),
        (("nowhere/own.py",), "there is no file nowhere/own.py"),
        (("powering", "--size", 1), "size 1: powering needs at least 2"),
        (("powering", "--size", 10**9), "size 1000000000: at most 1024 is within reach; try --size 64"),
        (("powering", "--size", -3), "size -3"),
        (("powering", "--bits", 40), "bits 40: exponents have 2 to 16 bits; try --bits 4"),
        (("wildcard", "--size", 6), "size 6: wildcard counts all strings of L bits, so a power of two; try --size 4"),
        (("wildcard", "--bits", 3), "wildcard takes no --bits; leave it out"),
        (("powering", "--device", "tpu"), "device 'tpu': runs go on cpu or cuda; try --device cpu"),
        (("powering", "--supervised", "--overseer", "scripted"), "leave out --overseer scripted"),
        (("powering", "--until", 99), "accuracy 99: it is a share above 0 and at most 1; try --until 0.99"),
        (("powering", "--until", "nan"), "accuracy nan"),
        (("powering", "--seconds", 0), "0 seconds: the time must be more than none"),
        (("powering", "--steps", 0), "0 steps: there must be at least one"),
        (("powering", "--seed", -1), "--seed"),
        (("powering", "--threads", 0), "--threads"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_no_folder_is_made(cohobate, tmp_path, arguments, sentence):
    refused = cohobate("run", *arguments, "--out", tmp_path / "run")
    assert sentence in refused.refusal
    assert refused.status == 2
    assert not (tmp_path / "run").exists()


def test_cuda_without_one_is_refused(cohobate, tmp_path, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    refused = cohobate("run", "powering", "--device", "cuda", "--out", tmp_path / "run")
    assert refused.refusal == ("device 'cuda': torch finds no GPU here; try --device cpu, or install torch with CUDA")
    assert refused.status == 2


def test_a_folder_that_is_not_free_is_left_as_it_is(cohobate, finished, tmp_path):
    before = {path.name: path.read_bytes() for path in finished.folder.iterdir() if path.is_file()}
    again = cohobate("run", *SCRIPTED, "--steps", 1, "--out", finished.folder)
    assert "already holds a run; go on with `cohobate resume" in again.refusal
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").touch()
    foreign = cohobate("run", *SCRIPTED, "--steps", 1, "--out", tmp_path / "foreign")
    assert "is not empty (it holds thesis.txt)" in foreign.refusal
    assert again.status == foreign.status == 2
    assert {path.name: path.read_bytes() for path in finished.folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("command", ["resume", "report", "ask", "ledger show", "ledger verify"])
def test_a_missing_foreign_or_other_versions_folder_is_refused_by_every_command(cohobate, tmp_path, command):
    words = [*command.split(), tmp_path / "run", *(["σ^3(a)"] if command == "ask" else [])]
    assert "does not exist; check the path, or start a run" in cohobate(*words).refusal
    (tmp_path / "run").mkdir()
    assert "is no run's folder (it has no config.json)" in cohobate(*words).refusal
    (tmp_path / "run" / "config.json").write_text('{"cohobate": "7.1.0", "configuration": {}}')
    refused = cohobate(*words)
    assert "was made by Cohobate 7.1.0 and this is" in refused.refusal
    assert refused.status == 2


def test_two_processes_on_one_run_are_one_too_many(cohobate, finished):
    with finished.hold():
        refused = cohobate("resume", finished.folder, "--steps", 1)
    assert "is in use by process" in refused.refusal
    assert refused.status == 2


def test_a_half_written_checkpoint_is_named_and_the_one_before_it_used(cohobate, finished):
    *_, before, newest = sorted(finished.checkpoints.iterdir())
    newest.write_bytes(newest.read_bytes()[:100])
    resumed = cohobate("resume", finished.folder, "--steps", 1)
    assert resumed.status == 0
    assert f"{newest} is damaged" in resumed.refusal
    assert "going on from step 6" in resumed.refusal
    assert cohobate("ledger", "verify", finished.folder).status == 0


def test_a_run_with_no_whole_checkpoint_is_refused_and_left_alone(cohobate, finished):
    for path in finished.checkpoints.iterdir():
        path.write_bytes(b"half")
    summary = finished.summary.read_bytes()
    refused = cohobate("resume", finished.folder, "--steps", 1)
    assert "there is no other that is whole; restore one from a copy" in refused.refusal
    assert refused.status == 2
    assert finished.summary.read_bytes() == summary


def test_a_changed_ledger_is_refused_and_left_alone(cohobate, finished):
    changed = finished.ledger.read_bytes().replace(b'"iteration":1', b'"iteration":9')
    finished.ledger.write_bytes(changed)
    refused = cohobate("resume", finished.folder, "--steps", 1)
    assert "cannot be trusted: line 2" in refused.refusal
    assert refused.status == 2
    assert finished.ledger.read_bytes() == changed


def test_a_full_disk_is_a_sentence_and_the_run_can_be_gone_on_with(cohobate, tmp_path, monkeypatch):
    write, written = os.write, []

    def nearly_full(file, data):
        written.append(len(data))
        if sum(written) > 100_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", nearly_full)
        full = cohobate("run", *SCRIPTED, "--steps", 8, "--out", tmp_path / "run")
    assert "could not be written: the disk is full; free some space and try again" in full.refusal
    assert full.status == 1
    assert cohobate("resume", tmp_path / "run").status == 0
    assert cohobate("run", *SCRIPTED, "--steps", 8, "--out", tmp_path / "other").status == 0
    assert (tmp_path / "run" / "ledger.jsonl").read_bytes() == (tmp_path / "other" / "ledger.jsonl").read_bytes()


def test_a_report_that_cannot_be_drawn_does_not_fail_the_run(cohobate, finished, monkeypatch, capsys):
    from cohobate.cli.look import draw_report

    for error, line in (
        (ModuleNotFoundError("No", name="altair"), "Report: not drawn, as altair is not installed; pip install"),
        (ValueError("no\npicture"), "Report: not drawn (no picture); `cohobate report"),
    ):

        def failing(run, error=error):
            raise error

        monkeypatch.setattr("cohobate.report.write", failing)
        draw_report(finished)
        assert capsys.readouterr().out.startswith(line)


# --- who is asked what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", ["steady", "disagreement"])
def test_what_h_is_asked_is_a_choice(cohobate, tmp_path, ask):
    ran = cohobate("run", "powering", "--size", 4, "--steps", 2, "--ask", ask, "--out", tmp_path / "run")
    assert ran.status == 0
    assert Run.open(tmp_path / "run").configuration["settings"]["ask"] == ask


@pytest.mark.parametrize("taught", [("--supervised",), ("--overseer", "scripted")])
def test_where_nobody_imitates_h_there_is_nothing_to_ask(cohobate, tmp_path, taught):
    refused = cohobate("run", "powering", *taught, "--ask", "steady", "--out", tmp_path / "run")
    assert refused.status == 2
    assert f"--ask steady: {' '.join(taught)} has no H′ that learns from H's decisions" in refused.refusal


def test_x_may_be_a_collective(cohobate, tmp_path):
    given = ("--size", 4, "--steps", 2, "--assistants", "kinds", "--out", tmp_path / "run")
    assert cohobate("run", "union-find", *given).status == 0
    assert Run.open(tmp_path / "run").configuration["settings"]["assistants"] == "kinds"
    asked = cohobate("ask", tmp_path / "run", "depth a", "label b")
    assert asked.status == 0


def test_a_collective_that_cannot_be_is_refused_before_there_is_a_folder(cohobate, tmp_path):
    refused = cohobate("run", "powering", "--assistants", "kinds", "--out", tmp_path / "run")
    assert refused.status == 2
    assert "powering has only one kind of question" in refused.refusal
    assert not (tmp_path / "run").exists()
