"""The documentation is true: its code and commands run, its links lead somewhere, and every public name is in it.

A page is read by its blocks:

    ```python          is run, all of a page in order and in one namespace
    ```text            right after it: what it printed
    ```python FILE     is a part of docs/examples/FILE (see test_tutorial.py)
    ```console         commands after `$`, each with exactly what it prints
    ```sh              commands; what they print is not looked at
    ```markdown        a workshop file, which has no mistakes
    ```nginx           or another program's configuration, which is not run; its braces have to match

Commands are run in order in an empty folder that has the docs in it. Training is cut short, and its networks learn
next to nothing. Of `make` only the target is checked, and a server is ended once it listens.
"""

import contextlib
import importlib
import inspect
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest
import typer

import cohobate
from cohobate.algorithmic import running
from cohobate.algorithmic.assistant import AssistantShape
from cohobate.algorithmic.imitator import ImitatorShape
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.studies import failures
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.cli import app, main, study
from cohobate.ledger import Ledger
from cohobate.practicum.workshop import read_workshop
from cohobate.runs import Run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

SMALL = {
    "threads": 1,
    "assistant": AssistantShape(width=16, heads=2, reading=1, answering=1),
    "imitator": ImitatorShape(width=16, heads=2, depth=1, pointer=8),
    "contexts": 8,
    "questions": 4,
    "first_decisions": 16,
    "first_lesson": 1,
    "lesson": 1,
    "look": 2,
    "iteration": 2,
    "evaluated": 64,
    "audited": 40,
}

CONFIGURATIONS = ("nginx", "caddyfile", "ini")
"""Languages of other programs."""

MODULES = {
    "vocabulary": ("cohobate.vocabulary",),
    "loop": ("cohobate.loop",),
    "fidelity": (
        "cohobate.fidelity",
        "cohobate.fidelity.paired",
        "cohobate.fidelity.limits",
        "cohobate.fidelity.times",
        "cohobate.fidelity.resampling",
        "cohobate.fidelity.raters",
        "cohobate.fidelity.preferences",
    ),
    "reader-tests": ("cohobate.practicum.reader_test", "cohobate.fidelity.crossover"),
    "frontmatter": ("cohobate.frontmatter",),
    "archive": tuple(
        f"cohobate.archive.{name}"
        for name in (
            *("record", "diagnostics", "tree", "together", "links", "repeats", "passages"),
            *("claims", "writing", "vocabulary"),
        )
    ),
    "writing-workshops": ("cohobate.practicum.workshop", "cohobate.practicum.forms"),
    "events": ("cohobate.events", "cohobate.canonical"),
    "writing": ("cohobate.practicum.prose", "cohobate.markdown"),
    "readers": ("cohobate.practicum.readers",),
    "rooms": ("cohobate.practicum.room", "cohobate.practicum.acts"),
    "works": (
        "cohobate.practicum.work",
        "cohobate.practicum.work.anchors",
        "cohobate.practicum.work.credit",
        "cohobate.practicum.work.differences",
        "cohobate.practicum.work.kinds",
        "cohobate.practicum.work.merging",
        "cohobate.practicum.work.milestones",
        "cohobate.practicum.work.openings",
        "cohobate.practicum.work.predicting",
        "cohobate.practicum.work.publishing",
        "cohobate.practicum.work.ranking",
    ),
    "scripts": ("cohobate.practicum.scripts",),
    "facilitation": ("cohobate.practicum.facilitation", "cohobate.practicum.alone"),
    "ledger": ("cohobate.ledger",),
    "runs": ("cohobate.runs",),
    "algorithmic": (
        "cohobate.algorithmic.task",
        "cohobate.algorithmic.tasks",
        "cohobate.algorithmic.scripted",
    ),
    "command-line": ("cohobate.errors",),
    "report": ("cohobate.report",),
}
"""Which page tells of which modules."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    of: str
    """What follows the language: a file's name, or nothing."""
    text: str
    line: int


def blocks_of(page):
    """The fenced blocks of a page, in order."""
    content = page.read_text("utf-8")
    found = re.finditer(r"^```(\w*)[ ]?([^\n]*)\n(.*?)^```$", content, re.M | re.S)
    return [Block(one[1], one[2], one[3], content[: one.start()].count("\n") + 1) for one in found]


def words_of(page):
    """All names and the like that stand in the code of a page's sentences and tables."""
    sentences = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    return set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", sentences))))


def pages_with(*languages):
    chosen = [page for page in PAGES if any(one.language in languages for one in blocks_of(page))]
    return pytest.mark.parametrize("page", chosen, ids=lambda page: page.name)


every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """An empty folder to work in, with the docs in it."""
    (tmp_path / "docs").symlink_to(DOCS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small(monkeypatch):
    """Quick networks, no page at the end of a run, and two cells of a study."""
    begin = running.begin

    def begin_small(folder, task, settings, limits):
        return begin(folder, task, replace(settings, **SMALL), limits)

    monkeypatch.setattr(running, "begin", begin_small)
    monkeypatch.setattr("cohobate.cli.run.draw_report", lambda run: None)
    shortest = replace(failures.QUICK, contexts=4, questions=4, width=16, looked_at=20, least=60, most=60)
    carry_out = study.carry_out

    def carry_out_two(whole, *rest):
        return carry_out(replace(whole, plan=whole.plan[:2]), *rest)

    monkeypatch.setattr(study, "limited", lambda protocol, steps: shortest)
    monkeypatch.setattr(study, "carry_out", carry_out_two)


# --- what is in the blocks ------------------------------------------------------------------------------------------


@every_page
def test_blocks_are_of_a_kind_that_is_checked(page):
    blocks = blocks_of(page)
    assert page.read_text("utf-8").count("\n```") == 2 * len(blocks)
    for before, block in zip([None, *blocks], blocks, strict=False):
        known = ("python", "text", "console", "sh", "markdown", *CONFIGURATIONS)
        assert block.language in known, f"{page.name}, line {block.line}"
        if block.language in CONFIGURATIONS:
            assert block.text.count("{") == block.text.count("}")
        if block.language == "text":
            assert before is not None
            assert before.language == "python"


@pages_with("python")
def test_the_code_of_a_page_runs_and_prints_what_the_page_says(page, workplace):
    (workplace / "runs").mkdir()
    printed, names = "", {"__name__": "docs"}
    for block in blocks_of(page):
        if block.language == "python" and not block.of:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                # Empty lines before it, so that an error names the line of the page.
                exec(compile("\n" * block.line + block.text, page, "exec"), names)
            printed = out.getvalue()
        elif block.language == "text":
            assert printed == block.text


@pages_with("console")
def test_commands_print_what_the_page_says(page, workplace, capsys):
    for block in blocks_of(page):
        if block.language == "console":
            for session in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
                command, _, expected = session.partition("\n")
                program, *arguments = shlex.split(command)
                assert program == "cohobate"
                assert main(arguments) == 0
                assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == expected.splitlines()


@pages_with("sh")
def test_commands_run(page, workplace, small, capsys):
    targets = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), re.M))
    for block in blocks_of(page):
        if block.language != "sh":
            continue
        for line in block.text.splitlines():
            program, *arguments = shlex.split(line, comments=True)
            if program == "make":
                assert set(arguments) <= targets
                continue
            assert program.removeprefix(".venv/bin/") == "cohobate", (
                f"{page.name}, line {block.line}: nobody checks {program}"
            )
            into = None
            if ">" in arguments:
                arguments, (_, into) = arguments[:-2], arguments[-2:]
            capsys.readouterr()
            assert shortened(arguments) == 0, f"{line}: {capsys.readouterr().err}"
            if into:
                (workplace / into).write_text(capsys.readouterr().out, "utf-8")


@pages_with("markdown")
def test_workshop_files_in_a_page_have_no_mistakes(page):
    for block in blocks_of(page):
        if block.language == "markdown":
            assert read_workshop(block.text).mistakes == (), f"{page.name}, line {block.line}"


def shortened(arguments):
    """The exit status of a command line, 0 where only the shortening made it miss its target."""
    if arguments[0] == "serve":
        return served(arguments)
    if arguments[0] == "room":
        return about_a_room(arguments)
    # A process each, as Django is set up once a process.
    if arguments[0] in ("demo-data", "archive") or arguments[:2] == ["data", "ledger"]:
        with process(COMMAND, *arguments) as command:
            sys.stdout.write(command.stdout.read())
            return command.wait(60)
    if arguments[0] == "study":
        return main(arguments) % 3
    if arguments[0] not in ("run", "resume"):
        return main(arguments)
    status = main([*arguments, "--steps", "2"])
    return 0 if status == 3 and "--until" in arguments else status


def served(arguments):
    """The exit status of a server that is asked to end once it listens, on any port."""
    with process(COMMAND, *arguments, "--port", "0", "--no-browser") as server:
        assert server.stdout.readline().startswith("owner link: http")
        server.terminate()
        return server.wait(30)


def about_a_room(arguments):
    """The exit status of a command about rooms, in a folder that has one; the page's id stands for any."""
    with process(OPEN_A_ROOM, arguments[arguments.index("--data") + 1]) as opening:
        room = opening.stdout.read().strip()
    words = [room if re.fullmatch(r"[2-9a-z]{10}", word) else word for word in arguments]
    with process(COMMAND, *words) as command:
        # What it prints goes where the page's commands print.
        sys.stdout.write(command.stdout.read())
        return command.wait(30)


COMMAND = "import sys; from cohobate.cli import main; sys.exit(main())"
OPEN_A_ROOM = """
import sys
from cohobate.web.folder import DataFolder
from cohobate.web.serving import configure, owner_link, prepare
folder = DataFolder(sys.argv[1])
folder.make()
configure(folder, "http://localhost", [])
prepare()
owner_link()
from cohobate.web.people.models import Person
from cohobate.web.rooms import shelf
from cohobate.web.rooms.keeper import keeper
print(keeper.open(Person.objects.get(), shelf.shipped()["conjecture"], "Hunches", "why maps lie").pk)
"""


def process(code, *arguments):
    """Python as a process of its own: Django is set up once a process, for one folder."""
    path = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": path, "DATABASE_URL": ""},
    )


# --- what must be in the pages --------------------------------------------------------------------------------------


def public_names(module):
    """Those a module declares or, if it declares none, those that it makes."""
    return getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and name not in ("annotations",)
        and (
            thing.__module__ == module.__name__
            if inspect.isclass(thing) or inspect.isfunction(thing)
            else name.isupper()
        )
        and not (name.isupper() and len(name) == 1)
    ]


@pytest.mark.parametrize("page", MODULES)
def test_every_public_name_is_in_its_page(page):
    told = words_of(DOCS / f"{page}.md")
    for module in MODULES[page]:
        names = public_names(importlib.import_module(module))
        assert names
        assert set(names) <= told, f"{module}: {sorted(set(names) - told)}"


def test_every_name_of_the_package_is_in_some_page():
    told = set().union(*(words_of(DOCS / f"{page}.md") for page in MODULES))
    assert set(cohobate.__all__) - {"__version__"} <= told


def test_every_setting_is_told():
    told = words_of(DOCS / "algorithmic.md")
    assert {one.name for one in fields(Settings)} <= told


def test_everything_in_a_runs_files_is_told(workplace, small):
    assert main(["run", "powering", "--size", "4", "--steps", "2", "--out", "runs/short"]) == 0
    run = Run.open("runs/short")
    told = words_of(DOCS / "runs.md")
    look = {key.removeprefix("teacher_") for row in run.read_metrics() for key in row}
    assert set(run.read_summary()) | look <= told
    assert {path.name for path in run.folder.iterdir()} <= set(re.findall(r"[\w.]+", (DOCS / "runs.md").read_text()))
    ledger = words_of(DOCS / "ledger.md")
    *_, last = Ledger.open(run.ledger).entries()
    assert {one["what"] for one in last.data["measurements"]} | set(last.data) <= ledger


def commands(group, before=()):
    """All commands, as tuples of words, with their options."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name), [option for one in command.params for option in one.opts if option[:2] == "--"]


def test_every_command_has_a_section_with_an_example_and_every_option_is_told():
    page = DOCS / "command-line.md"
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page.read_text("utf-8"), re.M | re.S))
    told = page.read_text("utf-8")
    for words, options in commands(typer.main.get_command(app)):
        title = " ".join(("cohobate", *words))
        assert title in sections
        assert f"\n{title} " in sections[title] or f"\n{title}\n" in sections[title]
        for option in set(options) - {"--help"}:
            assert re.search(rf"`{option}\b", told), f"{title} {option}"


def test_the_notations_of_all_tasks_read():
    rows = re.findall(r"^\| `([\w-]+)` \|[^|]*\|([^|]*)\|([^|]*)\|", (DOCS / "algorithmic.md").read_text("utf-8"), re.M)
    rows = [row for row in rows if row[0] in TASKS]
    assert [name for name, *_ in rows] == list(TASKS)
    for name, facts, questions in rows:
        task = make_task(name, 8 if name != "assignments" else 16)
        for text in re.findall(r"`([^`]+)`", facts):
            assert task.show_fact(task.read_fact(text)) == text
        for text in re.findall(r"`([^`]+)`", questions):
            assert task.show_question(task.read_question(text)) == text


@every_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, heading = target.partition("#")
        if "://" in target:
            continue
        file = page.parent / path if path else page
        assert file.exists(), f"{page.name}: {target}"
        if heading:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.M)
            assert heading in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}, target


@every_page
def test_every_page_is_reached_from_the_index(page):
    if page.is_relative_to(DOCS) and page.name != "index.md":
        assert f"]({page.relative_to(DOCS)})" in (DOCS / "index.md").read_text("utf-8")
