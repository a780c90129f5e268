"""The command line, called in this process where it can be and as its own where it must."""

import functools
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from cohobate.algorithmic.assistant import AssistantShape
from cohobate.algorithmic.imitator import ImitatorShape
from cohobate.algorithmic.settings import Settings
from cohobate.cli import main
from cohobate.runs import Run

SMALL = {
    "threads": 1,
    "assistant": AssistantShape(width=16, heads=2, reading=1, answering=1),
    "imitator": ImitatorShape(width=16, heads=2, depth=1, pointer=8),
    "contexts": 8,
    "questions": 4,
    "first_decisions": 16,
    "first_lesson": 1,
    "lesson": 1,
    "look": 4,
    "iteration": 6,
    "evaluated": 64,
    "audited": 40,
    "questioned": 64,
    "audits": 6,
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one sentence that it was refused with."""
        assert "Traceback" not in self.err
        assert self.err.startswith("cohobate: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("cohobate: ").rstrip("\n")


@pytest.fixture
def cohobate(capsys, monkeypatch):
    """`cohobate(...)` in this process, with networks that are quick and learn next to nothing, and no report."""
    monkeypatch.setattr(Settings, "for_task", classmethod(lambda cls, task, **given: cls(**SMALL | given)))
    monkeypatch.setattr("cohobate.cli.run.draw_report", lambda run: None)

    def command(*arguments):
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Ended(status, written.out, written.err)

    return command


PROCESS = "import sys; from cohobate.cli import main; sys.exit(main())"

SMALL_PROCESS = f"""
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.assistant import AssistantShape
from cohobate.algorithmic.imitator import ImitatorShape
Settings.for_task = classmethod(lambda cls, task, **given: cls(**{SMALL!r} | given))
{PROCESS}"""


def start(*arguments, code=PROCESS):
    """`cohobate …` as a process of its own, by default with the real settings."""
    path = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, "-c", code, *(str(argument) for argument in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
    )


def end(started):
    """Waits for such a process and says how it ended."""
    out, err = started.communicate()
    return Ended(started.returncode, out, err)


@pytest.fixture
def processes():
    """`start` and `end`, with the networks of `cohobate`."""
    return functools.partial(start, code=SMALL_PROCESS), end


@pytest.fixture(scope="session")
def learned(tmp_path_factory):
    """A run from nothing to its target, as anybody would start it: its folder, and how the command ended."""
    folder = tmp_path_factory.mktemp("runs") / "learned"
    arguments = ("--size", 4, "--bits", 2, "--until", 0.9, "--seconds", 120, "--threads", 1, "--out", folder)
    return folder, end(start("run", "powering", *arguments))


@pytest.fixture
def finished(cohobate, tmp_path):
    """A short run that learned next to nothing."""
    folder = tmp_path / "finished"
    arguments = ("--size", 4, "--overseer", "scripted", "--steps", 8, "--out", folder)
    assert cohobate("run", "powering", *arguments).status == 0
    return Run.open(folder)
