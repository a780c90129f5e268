"""A run's folder: who may use it, what is in it, and what survives an accident."""

import errno
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from cohobate import runs
from cohobate.errors import RunProblem, StorageProblem
from cohobate.runs import Run, append_line, atomic_write, storage, to_json
from cohobate.version import __version__

CONFIGURATION = {"task": "powering", "size": 8, "seed": 3}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs" / "demo"


@pytest.fixture
def full_disk(monkeypatch):
    """Every write takes five bytes, and then the disk is full."""
    write, room = os.write, [5]

    def limited(file, data):
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = write(file, bytes(data)[: room[0]])
        room[0] -= written
        return written

    monkeypatch.setattr(os, "write", limited)


# --- making and opening ---------------------------------------------------------------------------------------------


def test_a_new_run_writes_down_all_that_is_needed_to_run_it_again(folder):
    with Run.create(folder, CONFIGURATION, versions={"torch": "2.13.0"}, threads=2) as run:
        written = json.loads(run.config.read_text())
    assert written["configuration"] == run.configuration == CONFIGURATION
    assert written["cohobate"] == __version__
    assert (written["numpy"], written["torch"], written["threads"]) == (np.__version__, "2.13.0", 2)
    assert {"python", "platform"} <= written.keys()


def test_an_opened_run_knows_what_the_new_one_knew(folder):
    with Run.create(folder, CONFIGURATION) as made:
        opened = Run.open(folder)
    assert opened.configuration == made.configuration
    assert opened.made_with == made.made_with


def test_everything_in_the_folder_has_its_place(folder):
    with Run.create(folder, CONFIGURATION) as run:
        places = [run.config, run.ledger, run.metrics, run.summary, run.transcripts, run.checkpoints, run.report]
    assert " ".join(place.name for place in places) == (
        "config.json ledger.jsonl metrics.jsonl summary.json transcripts.jsonl checkpoints report.html"
    )
    assert {place.parent for place in places} == {folder}


def test_a_folder_that_holds_a_run_is_not_begun_again(folder):
    Run.create(folder, CONFIGURATION).release()
    before = (folder / "config.json").read_bytes()
    with pytest.raises(RunProblem, match="already holds a run; go on with `cohobate resume"):
        Run.create(folder, {"task": "other"})
    assert (folder / "config.json").read_bytes() == before


def test_a_folder_with_other_things_in_it_is_left_alone(folder):
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(RunProblem, match=r"is not empty \(it holds thesis.txt\)"):
        Run.create(folder, CONFIGURATION)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_an_empty_folder_or_what_a_crash_left_of_a_beginning_can_be_used(folder):
    folder.mkdir(parents=True)
    (folder / "lock").touch()
    (folder / ".config.json.123.half").write_text("{")
    with Run.create(folder, CONFIGURATION) as run:
        assert run.config.exists()


def test_a_file_is_no_folder_for_a_run(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunProblem, match="is a file"):
        Run.create(tmp_path / "file", CONFIGURATION)
    with pytest.raises(StorageProblem, match="a part of its path is a file"):
        Run.create(tmp_path / "file" / "run", CONFIGURATION)
    with pytest.raises(RunProblem, match="no config.json"):
        Run.open(tmp_path / "file")


def test_a_missing_and_a_foreign_folder_are_told_apart(tmp_path):
    with pytest.raises(RunProblem, match="does not exist"):
        Run.open(tmp_path / "none")
    with pytest.raises(RunProblem, match="no run's folder"):
        Run.open(tmp_path)
    for foreign in ("{}", '{"cohobate": 1, "configuration": {}}', '{"cohobate": "0.1.0"}'):
        (tmp_path / "config.json").write_text(foreign)
        with pytest.raises(RunProblem, match="was not written by Cohobate"):
            Run.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b'{"cohobate": "0.1', b"\xff\xfe", b"[1]", b"[" * 100_000])
def test_a_damaged_configuration_is_said_to_be_damaged(tmp_path, content):
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(RunProblem, match="is damaged"):
        Run.open(tmp_path)


@pytest.mark.parametrize("version", ["0.2.0", "7.1.0", "0.0.9", "banana"])
def test_a_run_of_another_version_is_refused_with_the_version_to_install(folder, version):
    Run.create(folder, CONFIGURATION).release()
    settings = json.loads((folder / "config.json").read_text()) | {"cohobate": version}
    (folder / "config.json").write_text(json.dumps(settings))
    with pytest.raises(RunProblem, match=rf"made by Cohobate {version} .* install cohobate=={version}"):
        Run.open(folder)


def test_a_release_that_differs_only_in_its_third_number_reads_the_run(folder):
    Run.create(folder, CONFIGURATION).release()
    patched = __version__.rsplit(".", 1)[0] + ".99"
    settings = json.loads((folder / "config.json").read_text()) | {"cohobate": patched}
    (folder / "config.json").write_text(json.dumps(settings))
    assert Run.open(folder).made_with["cohobate"] == patched


# --- one process at a time ------------------------------------------------------------------------------------------


HOLD = "import sys; from cohobate.runs import Run; run = Run.{how}; print('held', flush=True); sys.stdin.read()"


def another_process(how):
    path = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(how=how)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("end", ["let go", "killed"])
def test_a_second_process_is_refused_until_the_first_one_ends(folder, end):
    with another_process(f"create({str(folder)!r}, {{}})") as other:
        run = Run.open(folder)  # reading is free
        with pytest.raises(RunProblem, match=f"{folder} is in use by process {other.pid}; wait"):
            run.hold()
        if end == "killed":
            other.kill()
        else:
            other.stdin.close()
        other.wait()
        with run.hold():
            run.write_summary({"reached": True})
    assert run.read_summary() == {"reached": True}


def test_a_new_run_is_held_from_its_beginning_and_let_go_at_its_end(folder):
    with Run.create(folder, CONFIGURATION), pytest.raises(RunProblem, match=f"process {os.getpid()}"):
        Run.open(folder).hold()
    Run.open(folder).hold().release()


def test_two_processes_cannot_begin_in_one_folder(folder, monkeypatch):
    """The second one looks before the first has written its configuration, and comes to the lock after."""
    folder.mkdir(parents=True)
    acquire = runs.lock_folder

    def overtaken(where):
        monkeypatch.setattr(runs, "lock_folder", acquire)
        Run.create(where, {"task": "theirs"}).release()
        return acquire(where)

    monkeypatch.setattr(runs, "lock_folder", overtaken)
    with pytest.raises(RunProblem, match="already holds a run"):
        Run.create(folder, CONFIGURATION)
    assert Run.open(folder).configuration == {"task": "theirs"}
    Run.open(folder).hold().release()


def test_holding_clears_away_what_a_crash_left_half_written(folder):
    with Run.create(folder, CONFIGURATION) as run:
        run.append_metrics({"step": 1})
    (folder / ".summary.json.99.half").write_text("{")
    with run.metrics.open("ab") as file:
        file.write(b'{"step": 2, "lo')
    assert [row["step"] for row in run.read_metrics()] == [1]
    with run.hold():
        run.append_metrics({"step": 2})
    assert [row["step"] for row in run.read_metrics()] == [1, 2]
    assert not list(folder.glob(".*.half"))


# --- what is in it --------------------------------------------------------------------------------------------------


def test_metrics_come_back_in_order_with_times_and_nulls_for_what_is_no_number(folder):
    with Run.create(folder, CONFIGURATION) as run:
        assert run.read_metrics() == []
        run.append_metrics({"step": np.int64(1), "loss": float("nan"), "by_level": {2: np.float32(0.5)}})
        run.append_metrics({"step": 2, "accuracies": np.array([0.25, np.inf])})
    first, second = run.read_metrics()
    assert 0 < first.pop("time") <= second.pop("time")
    assert first == {"step": 1, "loss": None, "by_level": {"2": 0.5}}
    assert second == {"step": 2, "accuracies": [0.25, None]}


def test_a_summary_is_replaced_as_a_whole_and_missed_in_a_sentence(folder):
    with Run.create(folder, CONFIGURATION) as run:
        with pytest.raises(RunProblem, match="no summary yet; finish the run with `cohobate resume"):
            run.read_summary()
        run.write_summary({"reached": False, "accuracy": 0.5})
        run.write_summary({"reached": True})
        assert run.read_summary() == {"reached": True}
        run.summary.write_text('{"reached"')
        with pytest.raises(RunProblem, match="is damaged"):
            run.read_summary()


def test_transcripts_are_a_sample_one_a_line(folder):
    with Run.create(folder, CONFIGURATION) as run:
        assert run.read_transcripts() == []
        run.write_transcripts([{"question": "σ^5(a)"}, {"question": "σ^2(b)"}])
    assert run.transcripts.read_text("utf-8") == '{"question": "σ^5(a)"}\n{"question": "σ^2(b)"}\n'
    assert run.read_transcripts() == [{"question": "σ^5(a)"}, {"question": "σ^2(b)"}]


def test_a_damaged_line_is_named(folder):
    with Run.create(folder, CONFIGURATION) as run:
        run.metrics.write_bytes(b'{"step": 1}\nnoise\n')
        with pytest.raises(RunProblem, match="is damaged in line 2"):
            run.read_metrics()


# --- writing --------------------------------------------------------------------------------------------------------


def test_an_atomic_write_takes_text_or_bytes_and_leaves_nothing_else(tmp_path):
    atomic_write(tmp_path / "a", "σ")
    atomic_write(tmp_path / "b", b"\x00\xff")
    atomic_write(tmp_path / "a", "τ")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": "τ".encode(), "b": b"\x00\xff"}


def test_on_a_full_disk_the_old_file_stays_whole(tmp_path, full_disk):
    (tmp_path / "summary.json").write_bytes(b"the old one")
    with pytest.raises(StorageProblem, match="summary.json could not be written: the disk is full; free some space"):
        atomic_write(tmp_path / "summary.json", "the new and longer one")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"summary.json": b"the old one"}


def test_on_a_full_disk_a_line_is_added_whole_or_not_at_all(tmp_path, full_disk):
    (tmp_path / "metrics").write_bytes(b"one\n")
    with pytest.raises(StorageProblem, match="the disk is full"):
        append_line(tmp_path / "metrics", b"two, three", sync=False)
    assert (tmp_path / "metrics").read_bytes() == b"one\n"


def test_a_disk_that_is_full_from_the_start_leaves_no_run_and_no_lock(folder, full_disk):
    with pytest.raises(StorageProblem, match="the disk is full"):
        Run.create(folder, CONFIGURATION)
    assert not (folder / "config.json").exists()


def test_an_interruption_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old")
    monkeypatch.setattr(os, "fsync", lambda file: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        atomic_write(tmp_path / "a", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "x could not be written: the disk is full; free some space and try again"),
        (errno.EACCES, "x could not be written: permission is denied; choose a place that you may use, or change its"),
        (errno.EROFS, "x could not be written: the file system is read-only; choose a place that may be written"),
        (errno.ENOTDIR, "x could not be written: a part of its path is a file, not a folder; choose another place"),
        (errno.EIO, "x could not be written: the system says 'Input/output error'; see to that and try again"),
    ],
)
def test_what_the_system_refuses_becomes_one_sentence_with_a_remedy(number, sentence):
    with pytest.raises(StorageProblem) as caught, storage("x", "written"):
        raise OSError(number, os.strerror(number))
    assert str(caught.value).startswith(sentence)


def test_a_folder_that_cannot_be_made_is_a_sentence_too(tmp_path):
    with pytest.raises(StorageProblem, match="the name is too long"):
        Run.create(tmp_path / ("x" * 300), CONFIGURATION)
    with pytest.raises(StorageProblem, match="does not exist"):
        atomic_write(tmp_path / "none" / "file", "text")


def test_json_is_strict():
    value = {"a": [np.float64("nan"), float("-inf"), np.bool_(True)], 1: None}
    assert to_json(value) == '{"a": [null, null, true], "1": null}'
