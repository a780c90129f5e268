"""Runs from their beginning to their end, and what accidents in between leave of them."""

import json
import shutil
from dataclasses import asdict

import pytest

from cohobate.algorithmic import checkpoint, running
from cohobate.algorithmic.running import Limits, again, begin, further, made_from, trained
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.training import Training
from cohobate.errors import RunProblem, StorageProblem, WrongUse
from cohobate.ledger import Ledger, follow, verify
from cohobate.runs import Run

OWN = """
from cohobate.algorithmic.tasks.powering import Powering

class Shuffling(Powering):
    name = "shuffling"
"""


@pytest.fixture
def start(tiny, tmp_path):
    """A run just begun in a folder of that name, with any settings changed."""

    def begun(name="run", task=None, limits=None, **changed):
        return begin(tmp_path / name, task or make_task("powering", 4), tiny(**changed), limits or Limits(steps=20))

    return begun


def go_on(folder, training, ledger, place=None, limits=None, **given):
    limits = limits or Limits(**folder.configuration["budget"])
    outcome = running.run(training, folder, ledger, **asdict(limits), place=place, **given)
    folder.release()
    return outcome


def whole(start, name="whole", **changed):
    """A run that nothing interrupted."""
    folder, training, ledger = start(name, **changed)
    return folder, go_on(folder, training, ledger)


def resumed(path, **given):
    """A run's folder, opened and gone on with."""
    folder = Run.open(path)
    training, ledger, place, limits = again(folder)
    return folder, go_on(folder, training, ledger, place, further(folder, training, place, limits), **given), place


def crash_at_checkpoint(monkeypatch, number):
    """The disk fails when that checkpoint (counted from 1) is to be written."""
    save, calls = checkpoint.save, []

    def failing(*args):
        calls.append(args)
        if len(calls) == number:
            raise StorageProblem("the disk is full")
        return save(*args)

    monkeypatch.setattr(checkpoint, "save", failing)


# --- a run from beginning to end ------------------------------------------------------------------------------------


def test_a_finished_run_leaves_everything_that_the_next_one_needs_to_know(start):
    folder, outcome = whole(start, limits=Limits(steps=10))
    assert outcome.status == "finished"
    names = {path.name for path in folder.folder.iterdir()}
    assert names >= {"config.json", "ledger.jsonl", "metrics.jsonl", "summary.json", "transcripts.jsonl", "checkpoints"}
    summary = folder.read_summary()
    assert summary == outcome.summary | {"options": {"size": 4, "bits": 3}}
    wanted = (
        "task size options overseer seed status reached until accuracy accuracy_by_level accuracy_by_kind steps "
        "decisions acts decisions_audit acts_audit targets seconds ledger_length ledger_head peak_memory_mb version"
    )
    assert set(wanted.split()) <= set(summary)
    assert (summary["task"], summary["size"], summary["overseer"], summary["steps"]) == ("powering", 4, "imitated", 10)
    assert (summary["reached"], summary["until"]) == (None, None)
    assert verify(folder.ledger, summary["ledger_length"], summary["ledger_head"]) == []
    assert [row["step"] for row in folder.read_metrics()] == [4, 8, 10]
    assert folder.read_metrics()[-1]["accuracy"] == summary["accuracy"]


def test_iterations_close_at_their_steps_and_a_last_one_at_the_end(start):
    folder, outcome = whole(start, overseer="scripted", limits=Limits(steps=15))
    first, *iterations = Ledger.open(folder.ledger).entries()
    assert [(e.data["iteration"], e.data["step"]) for e in iterations] == [(1, 6), (2, 12), (3, 15)]
    assert outcome.iteration == iterations[-1].data
    assert [c.name[:13] for c in checkpoint.files(folder.checkpoints)] == ["step-00000012", "step-00000015"]


def test_an_end_at_an_iterations_own_step_closes_nothing_twice(start):
    folder, _ = whole(start, overseer="scripted", limits=Limits(steps=12))
    assert [e.data.get("step") for e in Ledger.open(folder.ledger).entries()] == [None, 6, 12]


def test_the_ledger_names_what_was_run_and_not_how_long(start):
    folder, _ = whole(start, overseer="scripted", seed=3, limits=Limits(until=1.0, steps=2))
    configuration = next(iter(Ledger.open(folder.ledger).entries())).data["configuration"]
    assert configuration == {key: folder.configuration[key] for key in ("task", "options", "settings")}
    assert folder.configuration["budget"] == {"until": 1.0, "seconds": None, "steps": 2, "trust": None}
    assert configuration["settings"]["seed"] == 3


def test_the_same_seed_gives_the_same_ledger_and_another_seed_another(start):
    ledgers = [whole(start, name, seed=seed)[0].ledger.read_bytes() for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    assert ledgers[0] == ledgers[1]
    assert ledgers[0].split(b"\n")[1:] != ledgers[2].split(b"\n")[1:]


def test_the_folder_and_its_configuration_are_there_before_training_starts(start):
    folder, training, _ = start()
    assert folder.config.exists()
    assert training.steps == 0
    assert folder.made_with["threads"] == 1
    assert {"torch", "safetensors", "scipy"} <= set(folder.made_with)
    folder.release()


def test_transcripts_show_five_questions_from_easy_to_hard_with_all_that_was_said(start):
    folder, _ = whole(start, overseer="scripted", limits=Limits(steps=1))
    sample = folder.read_transcripts()
    task = make_task("powering", 4)
    assert [one["level"] for one in sample] == sorted(one["level"] for one in sample)
    assert len(sample) == 5
    for one in sample:
        world = task.read_context("\n".join(one["context"]))
        question = task.read_question(one["question"])
        truth = task.truth(world, question[None, None])[0, 0]
        assert one["truth"] == task.show_answer(truth)
        assert one["correct"] == (one["answer"] == one["truth"])
        assert {step["by"] for step in one["steps"]} <= {"context", "assistant"}
        tree = one["tree"]
        assert (tree["question"], tree["answer"], tree["by"]) == (one["question"], one["truth"], "H")
        assert tree["assistant"] == one["assistant"]
        assert tree["correct"] == one["assistant_correct"]
        assert tree["children"][0]["question"] == one["steps"][0]["question"]


# --- limits ---------------------------------------------------------------------------------------------------------


def looking(monkeypatch, *accuracies):
    """Looks find these accuracies, one after the other."""
    rest, look = list(accuracies), running.look
    monkeypatch.setattr(running, "look", lambda training: look(training) | {"accuracy": rest.pop(0)})


def test_the_target_has_to_be_found_twice_in_a_row(start, monkeypatch):
    looking(monkeypatch, 0.95, 0.89, 0.9, 0.91, 0.2)
    folder, outcome = whole(start, overseer="scripted", limits=Limits(until=0.9))
    assert outcome.status == "reached"
    assert (outcome.summary["reached"], outcome.summary["steps"], outcome.summary["accuracy"]) == (True, 16, 0.91)


def test_the_decisions_to_99_are_those_at_the_first_of_two_looks_in_a_row_whatever_the_target(start, monkeypatch):
    def decisions_to_99(name, overseer, *accuracies):
        with monkeypatch.context() as patch:
            looking(patch, *accuracies)
            folder, outcome = whole(start, name, overseer=overseer, limits=Limits(steps=4 * len(accuracies)))
        return outcome.summary["decisions_to_99"], [found["decisions"] for found in folder.read_metrics()]

    found, decisions = decisions_to_99("a", "scripted", 0.995, 0.5, 0.99, 1.0)
    assert found == decisions[2]
    assert decisions_to_99("b", "scripted", 0.995, 0.5, 0.99)[0] is None
    assert decisions_to_99("c", "supervised", 1.0, 1.0)[0] is None


def test_a_budget_spent_before_the_target_is_told_from_one_without_a_target(start, monkeypatch):
    _, outcome = whole(start, "a", overseer="scripted", limits=Limits(until=1.0, steps=4))
    assert (outcome.status, outcome.summary["reached"]) == ("budget", False)
    _, outcome = whole(start, "b", overseer="scripted", limits=Limits(seconds=1e-6))
    assert (outcome.status, outcome.summary["steps"]) == ("finished", 1)


def test_looks_and_audits_are_not_counted_as_training_time(start, monkeypatch):
    folder, training, ledger = start(overseer="scripted")
    monkeypatch.setattr(Training, "step", lambda self: setattr(self, "steps", self.steps + 1))
    assert go_on(folder, training, ledger).summary["seconds"] == 0.0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"until": 99}, "accuracy 99: it is a share above 0 and at most 1; try --until 0.99"),
        ({"until": float("nan")}, "accuracy nan"),
        ({"seconds": 0}, "0 seconds: the time must be more than none"),
        ({"seconds": float("inf")}, "inf seconds"),
        ({"steps": 0}, "0 steps: there must be at least one"),
    ],
)
def test_limits_that_cannot_be_are_refused(given, sentence):
    with pytest.raises(WrongUse, match=sentence):
        Limits(**given)


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        ({}, (0.9, 30.0, 40)),  # it has used its 20 steps up and gets as many again, and as much time
        ({"steps": 5}, (0.9, None, 25)),
        ({"seconds": 2.5}, (0.9, 12.5, None)),
        ({"until": 0.95, "steps": 5}, (0.95, None, 25)),
        ({"until": 0.95}, (0.95, 30.0, 40)),
    ],
)
def test_what_is_given_on_resuming_counts_from_there(start, given, limits):
    folder, training, _ = start(limits=Limits(until=0.9, seconds=20.0, steps=20))
    training.steps, training.seconds = 20, 10.0
    folder.write_summary({"status": "budget"})
    place = running.Place(last=None, hits=1)
    assert further(folder, training, place, Limits(0.9, 20.0, 20), **given) == Limits(*limits)
    assert place.hits == (0 if "until" in given else 1)
    folder.release()


def test_an_interrupted_run_keeps_what_was_left_of_its_limits(start):
    folder, training, _ = start()
    training.steps = 5
    limits = Limits(0.9, None, 20)
    assert further(folder, training, running.Place(last=None), limits) == limits
    folder.release()


def test_a_run_that_crashed_just_before_its_end_ends_without_another_allowance(start):
    folder, training, _ = start()
    training.steps = 20
    assert further(folder, training, running.Place(last=None), Limits(steps=20)) == Limits(steps=20)
    folder.release()


# --- stopping, crashing, going on -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("overseer", "at"), [("imitated", 9), ("scripted", 4), ("scripted", 6), ("supervised", 0)])
def test_a_run_told_to_stop_and_gone_on_with_leaves_the_ledger_of_one_never_stopped(start, overseer, at):
    expected, _ = whole(start, overseer=overseer)
    folder, training, ledger = start("stopped", overseer=overseer)
    outcome = go_on(folder, training, ledger, stop=lambda: training.steps >= at)
    assert (outcome.status, outcome.summary["steps"]) == ("interrupted", at)
    assert len(ledger) == 1 + at // 6
    assert folder.read_summary()["ledger_head"] == ledger.head
    again_, outcome, _ = resumed(folder.folder)
    assert outcome.status == "finished"
    assert again_.ledger.read_bytes() == expected.ledger.read_bytes()
    assert (
        [r["step"] for r in again_.read_metrics()] == [r["step"] for r in expected.read_metrics()] == [4, 8, 12, 16, 20]
    )


@pytest.mark.parametrize(
    ("overseer", "number"),  # checkpoints are written at steps 6, 12, 18, and at the end, step 20
    [("imitated", 2), ("scripted", 1), ("scripted", 2), ("scripted", 3), ("scripted", 4)],
)
def test_a_crash_between_an_entry_and_its_checkpoint_does_no_harm(start, monkeypatch, overseer, number):
    expected, _ = whole(start, overseer=overseer)
    folder, training, ledger = start("crashed", overseer=overseer)
    with monkeypatch.context() as patch:
        crash_at_checkpoint(patch, number)
        with pytest.raises(StorageProblem):
            go_on(folder, training, ledger)
    folder.release()
    assert len(Ledger.open(folder.ledger)) == number + 1
    after, outcome, place = resumed(folder.folder)
    assert outcome.status == "finished"
    assert after.ledger.read_bytes() == expected.ledger.read_bytes()
    assert [row["step"] for row in after.read_metrics()] == [4, 8, 12, 16, 20]


def test_a_crash_after_a_short_last_iteration_is_gone_on_from_whatever_the_clock_says(start, monkeypatch):
    """The run ended at step 8 by its clock; the second time the clock has not run out there."""
    folder, training, ledger = start(overseer="scripted", limits=Limits(seconds=1000.0))
    step = Training.step

    def until_the_clock_runs_out(self):
        step(self)
        self.seconds = 1000.0 if self.steps == 8 else 1.0

    with monkeypatch.context() as patch:
        patch.setattr(Training, "step", until_the_clock_runs_out)
        crash_at_checkpoint(patch, 2)
        with pytest.raises(StorageProblem):
            go_on(folder, training, ledger)
    folder.release()
    assert [e.data.get("step") for e in Ledger.open(folder.ledger).entries()] == [None, 6, 8]
    folder = Run.open(folder.folder)
    training, ledger, place, _ = again(folder)
    assert [entry.data["step"] for entry in place.ahead] == [8]
    outcome = go_on(folder, training, ledger, place, Limits(steps=7))  # too little to reach what was already done
    assert [e.data.get("step") for e in Ledger.open(folder.ledger).entries()] == [None, 6, 8]
    assert outcome.summary["steps"] == 8


def test_a_run_that_crashed_before_its_first_checkpoint_begins_again(start):
    expected, _ = whole(start, overseer="scripted")
    folder, training, ledger = start("crashed", overseer="scripted")
    training.step()
    folder.release()
    folder.ledger.unlink()
    after, _, _ = resumed(folder.folder)
    assert after.ledger.read_bytes() == expected.ledger.read_bytes()


def test_a_damaged_newest_checkpoint_is_named_and_the_one_before_it_leads_to_the_same_ledger(start):
    expected, _ = whole(start, overseer="scripted")
    folder, training, ledger = start("damaged", overseer="scripted")
    go_on(folder, training, ledger, stop=lambda: training.steps >= 14)
    newest = checkpoint.files(folder.checkpoints)[-1]
    newest.write_bytes(newest.read_bytes()[:1000])
    after, _, place = resumed(folder.folder)
    assert place.problems == [f"{newest} is damaged: its content is not the one that its name was given for"]
    assert after.ledger.read_bytes() == expected.ledger.read_bytes()


def test_an_entry_that_comes_up_differently_the_second_time_is_refused(start, monkeypatch):
    folder, training, ledger = start(overseer="scripted")
    with monkeypatch.context() as patch:
        crash_at_checkpoint(patch, 2)
        with pytest.raises(StorageProblem):
            go_on(folder, training, ledger)
    folder.release()
    *kept, last = Ledger.open(folder.ledger).entries()
    forged = follow(kept[-1], "iteration", {**last.data, "targets": 1})
    folder.ledger.write_bytes(b"".join(entry.line + b"\n" for entry in (*kept, forged)))
    with pytest.raises(RunProblem, match="entry 2 of .* does not come up again as it stands there; go on .* or start"):
        resumed(folder.folder)


def test_a_ledger_and_a_checkpoint_of_different_runs_are_told_apart(start):
    one, _ = whole(start, "one", overseer="scripted")
    other, _ = whole(start, "other", overseer="scripted", seed=1)
    shutil.rmtree(one.checkpoints)
    shutil.copytree(other.checkpoints, one.checkpoints)
    with pytest.raises(RunProblem, match="was saved at entry 5 of another ledger than .*; restore both from one copy"):
        again(Run.open(one.folder))


def test_a_ledger_that_lost_its_end_is_noticed_by_the_checkpoint(start):
    folder, _ = whole(start, overseer="scripted")
    folder.ledger.write_bytes(b"".join(folder.ledger.read_bytes().splitlines(keepends=True)[:3]))
    with pytest.raises(RunProblem, match="another ledger"):
        again(Run.open(folder.folder))


def test_a_line_unfinished_by_a_crash_is_repaired_and_said(start):
    expected, _ = whole(start, overseer="scripted")
    folder, training, ledger = start("crashed", overseer="scripted")
    go_on(folder, training, ledger, stop=lambda: training.steps >= 9)
    with folder.ledger.open("ab") as file:
        file.write(b'{"unfini')
    after, _, place = resumed(folder.folder)
    assert place.problems == [f"line 3 of {folder.ledger} was unfinished and has been dropped"]
    assert after.ledger.read_bytes() == expected.ledger.read_bytes()


def test_a_run_gone_on_with_has_no_summary_until_it_ends(start, monkeypatch):
    folder, _ = whole(start, overseer="scripted")
    training, ledger, place, limits = again(folder)
    with monkeypatch.context() as patch:
        crash_at_checkpoint(patch, 1)
        with pytest.raises(StorageProblem):
            go_on(folder, training, ledger, place, Limits(steps=30))
    assert not folder.summary.exists()
    folder.release()


def test_two_processes_cannot_go_on_with_one_run(start):
    folder, _, _ = start()
    with pytest.raises(RunProblem, match="is in use by process"):
        again(Run.open(folder.folder))
    folder.release()


# --- what a folder may ask for --------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "shuffling.py"
    path.write_text(OWN)
    return path


def test_a_run_of_ones_own_task_is_gone_on_with_as_long_as_the_task_is_the_same(start, own):
    folder, training, ledger = start(task=make_task(str(own), 4), overseer="scripted")
    go_on(folder, training, ledger, stop=lambda: training.steps >= 3)
    assert folder.configuration["task"] == str(own)
    assert folder.read_summary()["task"] == "shuffling"
    assert made_from(Run.open(folder.folder))[0].name == "shuffling"
    own.write_text(OWN + "# changed\n")
    with pytest.raises(RunProblem, match=f"the task of this run, {own}, has been changed since"):
        again(Run.open(folder.folder))
    own.unlink()
    with pytest.raises(RunProblem, match="is not there any more; put the file back"):
        again(Run.open(folder.folder))


@pytest.mark.parametrize("place", ["inside", "relative"])
def test_a_task_that_came_with_a_run_is_not_executed(start, tmp_path, place):
    folder, training, ledger = start(overseer="scripted", limits=Limits(steps=1))
    go_on(folder, training, ledger)
    harm = folder.folder / "harm.py"
    harm.write_text(f"open({str(tmp_path / 'executed')!r}, 'w')")
    settings = json.loads(folder.config.read_text())
    settings["configuration"]["task"] = str(harm) if place == "inside" else "harm.py"
    settings["configuration"]["task_sha256"] = running._sha256(harm)
    folder.config.write_text(json.dumps(settings))
    for use in (again, trained):
        opened = Run.open(folder.folder)
        with pytest.raises(RunProblem, match="a task that came with a run is not executed"):
            use(opened)
        opened.release()
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"task": "chess"}, "no shipped task and no file of your own"),
        ({"options": {"size": 1}}, "names a task that cannot be made: size 1"),
        ({"options": None}, "names no task, options and settings"),
        ({"settings": {}}, "the settings do not read"),
        ({"settings": {"colour": "red"}}, "unknown settings: colour"),
        ({"budget": {"until": 7}}, "does not say how long the run may go on"),
        ({"budget": None}, "does not say how long the run may go on"),
    ],
)
def test_a_configuration_that_does_not_read_is_refused(start, change, sentence):
    folder, _, _ = start()
    folder.release()
    settings = json.loads(folder.config.read_text())
    settings["configuration"] |= change
    folder.config.write_text(json.dumps(settings))
    opened = Run.open(folder.folder)
    with pytest.raises(RunProblem, match=sentence):
        again(opened)
    opened.release()


def test_a_device_that_there_is_not_is_refused_before_a_folder_is_made(start, tmp_path, monkeypatch):
    monkeypatch.setattr(running.torch.cuda, "is_available", lambda: False)
    for device, sentence in (("cuda", "torch finds no GPU here"), ("tpu", "device 'tpu': runs go on cpu or cuda")):
        with pytest.raises(WrongUse, match=sentence):
            start("nowhere", device=device)
    assert not (tmp_path / "nowhere").exists()


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_trained_assistant_is_the_averaged_one_of_the_newest_checkpoint(start):
    folder, training, ledger = start(overseer="scripted")
    go_on(folder, training, ledger)
    found, problems = trained(Run.open(folder.folder))
    assert problems == []
    ours, theirs = found.average.state_dict(), training.average.state_dict()
    assert all((ours[name] == theirs[name]).all() for name in theirs)
    assert not (training.x.out.weight == training.average.out.weight).all()


def test_a_run_without_a_checkpoint_cannot_be_asked(start):
    folder, _, _ = start()
    folder.release()
    with pytest.raises(RunProblem, match="has no checkpoint yet; let it train further with `cohobate resume"):
        trained(Run.open(folder.folder))
