"""What holds for every command: help with an example, one sentence for what goes wrong, nothing heavy loaded early."""

import os
import re
import subprocess
import sys

import pytest

from cohobate.cli import app, look, main
from cohobate.version import __version__

COMMANDS = (
    *("tasks", "run", "resume", "report", "compare", "ask", "ledger", "ledger show", "ledger verify"),
    *("check", "serve", "demo-data", "data", "data backup", "data restore", "room", "room list", "room export"),
    *("workshop", "workshop list", "workshop show", "workshop check"),
)
GROUPS = {"ledger", "data", "room", "workshop"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cohobate, command):
    help_ = cohobate(*command.split(), "--help")
    assert help_.status == 0
    assert f"Example:  cohobate {command}" in help_.out


def test_every_command_there_is_was_looked_at(cohobate):
    names = {re.split(r"\s+", line)[1] for line in cohobate().out.splitlines() if line.startswith("│ ")}
    assert {name for name in names if not name.startswith("-")} >= {command.split()[0] for command in COMMANDS}
    registered = {one.name or one.callback.__name__ for one in app.registered_commands} | GROUPS
    assert registered == {command.split()[0] for command in COMMANDS}


def test_without_arguments_it_says_how_to_begin(cohobate):
    ended = cohobate()
    assert ended.status == 0
    assert "cohobate run powering --size 4 --bits 3 --out runs/first" in ended.out


def test_the_version_is_told(cohobate):
    assert cohobate("--version").out == f"cohobate {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("fly",), "No such command 'fly'; see `cohobate --help`"),
        (("run", "powering"), "Missing option '--out'; see `cohobate run --help`"),
        (("run", "powering", "--size", "big", "--out", "x"), "--size"),
        (("run", "powering", "--colour", "red", "--out", "x"), "No such option"),
        (("run", "powering", "--overseer", "god", "--out", "x"), "'god' is not one of"),
        (("ledger",), "Missing command; see `cohobate ledger --help`"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_2(cohobate, arguments, sentence):
    ended = cohobate(*arguments)
    assert sentence in ended.refusal
    assert ended.status == 2


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ZeroDivisionError("division by zero"), "something unexpected happened (ZeroDivisionError: division by zero);"),
        (MemoryError(), "the memory of this machine does not suffice; try a smaller --size"),
        (RuntimeError("two\nlines"), "(RuntimeError: two lines)"),
    ],
)
def test_what_is_unexpected_is_one_sentence_and_status_1(cohobate, monkeypatch, error, sentence):
    def failing(folder):
        raise error

    monkeypatch.setattr(look.Run, "open", failing)
    monkeypatch.delenv("COHOBATE_TRACEBACK", raising=False)
    ended = cohobate("report", "anything")
    assert sentence in ended.refusal
    assert ended.status == 1


@pytest.mark.parametrize(("module", "extra"), [("torch.nn", "torch"), ("altair", "torch"), ("django.db", "web")])
def test_what_is_not_installed_is_named_with_the_extra_that_brings_it(cohobate, monkeypatch, module, extra):
    def failing(folder):
        raise ModuleNotFoundError("No", name=module)

    monkeypatch.setattr(look.Run, "open", failing)
    ended = cohobate("report", "anything")
    assert ended.refusal == f"this needs {module}, which is not installed; pip install 'cohobate[{extra}]'"
    assert ended.status == 2


@pytest.mark.parametrize("how", ["option", "environment"])
def test_the_traceback_of_what_is_unexpected_is_shown_on_request(cohobate, monkeypatch, how):
    monkeypatch.setattr(look.Run, "open", lambda folder: 1 / 0)
    if how == "environment":
        monkeypatch.setenv("COHOBATE_TRACEBACK", "1")
    ended = cohobate(*(["--traceback"] if how == "option" else []), "report", "anything")
    assert "ZeroDivisionError" in ended.err
    assert "Traceback" in ended.err


def test_an_interruption_anywhere_else_is_status_130(cohobate, monkeypatch):
    def interrupted(folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(look.Run, "open", interrupted)
    assert cohobate("report", "anything").status == 130


def python(code, **environment):
    path = os.pathsep.join(path for path in sys.path if path)
    environment = os.environ | {"PYTHONPATH": path} | environment
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)


def test_the_command_line_loads_nothing_heavy_until_a_command_needs_it():
    heavy = "{'torch', 'safetensors', 'altair', 'django', 'uvicorn'}"
    code = f"import sys; from cohobate.cli import main; main(['tasks']); assert not {heavy} & set(sys.modules)"
    assert python(code).stderr == ""


def test_whoever_stops_reading_ends_the_output_quietly():
    code = (
        "import os, sys; from cohobate.cli import main\n"
        "read, write = os.pipe(); os.close(read); os.dup2(write, 1)\n"
        "sys.exit(main(['tasks', '--json']))"
    )
    ended = python(code)
    assert (ended.returncode, ended.stderr) == (1, "")


def test_a_terminal_without_greek_does_not_end_a_command():
    code = "import sys; from cohobate.cli import main; sys.exit(main(['tasks', 'powering']))"
    ended = python(code, PYTHONIOENCODING="ascii")
    assert ended.returncode == 0
    assert "?^k(x)" in ended.stdout


def test_main_takes_the_words_of_the_process_if_none_are_given(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["cohobate", "--version"])
    assert main() == 0
    assert __version__ in capsys.readouterr().out
