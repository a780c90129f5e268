"""Checkpoints: nothing is lost, nothing changed goes unnoticed, nothing is executed."""

import errno
import hashlib
import math
import os
import pickle
from dataclasses import replace

import pytest
import torch

from cohobate.algorithmic import checkpoint
from cohobate.algorithmic.overseer import Transcripts
from cohobate.errors import RunProblem, StorageProblem
from cohobate.ledger import canonical

NOTES = {"ledger_length": 3, "ledger_head": "abc"}


def after(training, steps):
    for _ in range(steps):
        training.step()
    return training


def same(ours, theirs):
    """Whether two trainings are in the same state, to the last bit."""
    tensors, others = {}, {}
    one = {k: checkpoint._pack(v, k, tensors) for k, v in checkpoint._state(ours).items() if k != "seconds"}
    other = {k: checkpoint._pack(v, k, others) for k, v in checkpoint._state(theirs).items() if k != "seconds"}
    return canonical(one) == canonical(other) and all(torch.equal(tensors[name], others[name]) for name in tensors)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "checkpoints"


@pytest.mark.parametrize("overseer", ["imitated", "scripted", "supervised"])
def test_a_restored_training_goes_on_as_if_it_had_never_stopped(training, folder, overseer):
    ours = after(training(overseer=overseer, decisions_at_once=4), 5)
    checkpoint.save(ours, folder, NOTES)
    found, problems = checkpoint.newest(folder)
    assert (found.step, found.notes, problems) == (5, NOTES, [])
    theirs = training(overseer=overseer, decisions_at_once=4)
    checkpoint.restore(theirs, found)
    assert same(ours, theirs)
    assert theirs.seconds == ours.seconds
    assert all(isinstance(one, Transcripts) for one in theirs.recorded)
    after(ours, 7), after(theirs, 7)
    assert same(ours, theirs)


def test_what_a_training_gains_in_numbers_is_kept_without_further_ado(training, folder):
    ours = training()
    ours.pace, ours.history = {1: 0.5, "two": (1, None, True)}, [math.inf, "σ"]
    checkpoint.save(ours, folder, NOTES)
    theirs = training()
    theirs.pace = theirs.history = None
    checkpoint.restore(theirs, checkpoint.newest(folder)[0])
    assert (theirs.pace, theirs.history) == (ours.pace, ours.history)


def test_what_no_checkpoint_can_hold_is_refused_loudly(training, folder):
    ours = training()
    ours.surprise = object()
    with pytest.raises(TypeError, match="cannot hold surprise, which is a object"):
        checkpoint.save(ours, folder, NOTES)


def test_a_name_carries_the_step_and_the_hash_of_the_content(training, folder):
    path = checkpoint.save(after(training(overseer="scripted"), 2), folder, NOTES)
    assert path.name == f"step-00000002-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.safetensors"


def test_the_newest_two_are_kept(training, folder):
    ours = training(overseer="scripted")
    paths = []
    for _ in range(3):
        paths.append(checkpoint.save(after(ours, 1), folder, NOTES))
    assert checkpoint.files(folder) == paths[1:]
    assert checkpoint.newest(folder)[0].step == 3


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "renamed"])
def test_a_damaged_one_is_named_and_the_one_before_it_serves(training, folder, damage):
    ours = training(overseer="scripted")
    checkpoint.save(after(ours, 1), folder, NOTES)
    path = checkpoint.save(after(ours, 1), folder, NOTES)
    content = path.read_bytes()
    match damage:
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "changed":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "emptied":
            path.write_bytes(b"")
        case "renamed":
            path = path.rename(path.with_name(f"step-00000002-{'0' * 16}.safetensors"))
    found, problems = checkpoint.newest(folder)
    assert found.step == 1
    assert problems == [f"{path} is damaged: its content is not the one that its name was given for"]
    assert checkpoint.verify(folder) == problems


def test_if_none_is_whole_that_is_said_in_a_sentence(training, folder):
    path = checkpoint.save(training(), folder, NOTES)
    path.write_bytes(b"half")
    with pytest.raises(RunProblem, match=f"{path} is damaged: .*, and there is no other that is whole; restore"):
        checkpoint.newest(folder)


def test_where_there_never_was_one_there_is_none(folder):
    assert checkpoint.newest(folder) == (None, [])


def test_a_damaged_one_of_a_later_step_does_not_outlive_the_next(training, folder):
    ours = training(overseer="scripted")
    checkpoint.save(after(ours, 1), folder, NOTES)
    later = folder / f"step-00000009-{'0' * 16}.safetensors"
    later.write_bytes(b"damaged")
    path = checkpoint.save(after(ours, 1), folder, NOTES)
    assert checkpoint.files(folder)[-1] == path
    assert not later.exists()


def test_what_a_killed_process_left_half_written_is_cleared_away(training, folder):
    folder.mkdir()
    (folder / ".step-00000009-0123456789abcdef.safetensors.99.half").write_bytes(b"half")
    path = checkpoint.save(training(), folder, NOTES)
    assert list(folder.iterdir()) == [path]


def test_what_was_pickled_is_never_executed(tmp_path, folder):
    class Harm:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    content = pickle.dumps(Harm())
    folder.mkdir()
    path = folder / f"step-00000001-{hashlib.sha256(content).hexdigest()[:16]}.safetensors"
    path.write_bytes(content)
    with pytest.raises(RunProblem, match="is no checkpoint of Cohobate"):
        checkpoint.read(path)
    assert not (tmp_path / "harm").exists()


def test_one_of_other_shapes_does_not_fit(training, tiny, folder):
    checkpoint.save(training(), folder, NOTES)
    wider = training(assistant=replace(tiny().assistant, width=32))
    with pytest.raises(RunProblem, match="does not fit this run's configuration .* start a new run"):
        checkpoint.restore(wider, checkpoint.newest(folder)[0])


def test_one_of_another_task_or_version_does_not_fit(training, folder):
    ours = training()
    ours.something_new = 1
    checkpoint.save(ours, folder, NOTES)
    with pytest.raises(RunProblem, match=r"does not fit .*something_new"):
        checkpoint.restore(training(), checkpoint.newest(folder)[0])
    with pytest.raises(RunProblem, match="does not fit"):
        checkpoint.restore(training("wildcard"), checkpoint.newest(folder)[0])


def test_one_of_another_form_is_refused(training, folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "FORM", 2)
        path = checkpoint.save(training(), folder, NOTES)
    with pytest.raises(RunProblem, match="is of form 2 and this Cohobate reads form 1"):
        checkpoint.read(path)


def test_a_full_disk_leaves_the_checkpoints_that_there_were(training, folder, monkeypatch):
    ours = training(overseer="scripted")
    path = checkpoint.save(ours, folder, NOTES)
    after(ours, 1)

    def full(file, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageProblem, match="the disk is full"):
            checkpoint.save(ours, folder, NOTES)
    assert [one.name for one in folder.iterdir()] == [path.name]
    assert checkpoint.newest(folder)[0].step == 0


def test_only_what_is_asked_for_is_restored(training, folder):
    ours = after(training(overseer="scripted"), 3)
    checkpoint.save(ours, folder, NOTES)
    theirs = training(overseer="scripted", seed=5)
    before = theirs.x.out.weight.clone()
    checkpoint.restore(theirs, checkpoint.newest(folder)[0], only=("average",))
    assert torch.equal(theirs.average.out.weight, ours.average.out.weight)
    assert torch.equal(theirs.x.out.weight, before)
    assert theirs.steps == 0
