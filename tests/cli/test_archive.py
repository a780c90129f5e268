"""`cohobate archive`: checking files, and a shelf that is filled, shown and written out, while a server runs or not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import end, start

TEA = """---
type: source
title: How tea cools
date: 2026-03-00
status: complete (13 pages)
---
# How tea cools

See [[nowhere at all]].
"""
CLAIM = """---
type: claim
confidence: likely
source: "[[tea]]"
---
# tea cools faster in thin cups because their walls hold less heat

Nine minutes.
"""


@pytest.fixture
def folder(tmp_path):
    odd = b"Plain words, and many\r\n\xff\x00"
    files = {"tea.md": TEA.encode(), "claims/thin cups.md": CLAIM.encode(), "plain.txt": odd}
    for name, content in files.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "notes"


def told(*words, **environment):
    """How `cohobate archive …` ended, in a process of its own: Django is set up once in each."""
    whole = [sys.executable, "-m", "cohobate.cli", "archive", *map(str, words)]
    path = os.pathsep.join(path for path in sys.path if path)
    return subprocess.run(
        whole, capture_output=True, env=os.environ | {"PYTHONPATH": path, "DATABASE_URL": ""} | environment
    )


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- check ----------------------------------------------------------------------------------------------------------


def test_each_problem_is_a_line_with_its_place_and_remedy(cohobate, folder):
    checked = cohobate("archive", "check", folder)
    assert checked.status == 0
    assert (
        f"{folder}/tea.md:4: warning: '2026-03-00' is no day, and was taken for 2026-03; write 2026-03" in checked.out
    )
    assert checked.out.splitlines()[-1].startswith("3 files: 0 errors, ")


def test_programs_get_an_object_for_each_file(cohobate, folder):
    checked = json.loads(cohobate("archive", "check", folder, "--json").out)
    assert [one["path"] for one in checked] == [
        f"{folder}/{name}" for name in ("claims/thin cups.md", "plain.txt", "tea.md")
    ]
    claim, plain, tea = checked
    assert (claim["type"], claim["status"], claim["problems"]) == ("claim", None, [])
    assert (plain["type"], tea["type"], tea["status"], tea["date"]) == ("source", "source", "processed", "2026-03")
    assert [(one["line"], one["code"], one["severity"]) for one in tea["problems"]] == [
        (4, "partial-date", "warning"),
        (5, "worded-status", "note"),
        (9, "broken-link", "warning"),
    ]
    for one in checked:
        for problem in one["problems"]:
            assert set(problem) == {"file", "line", "severity", "code", "value", "rule", "remedy"}
            assert problem["file"] == one["path"]


def test_a_file_that_cannot_be_read_is_an_object_too_and_gives_status_1(cohobate, folder):
    (folder / "loop.md").symlink_to("loop.md")
    checked = cohobate("archive", "check", folder, folder / "missing.md", "--json")
    assert checked.status == 1
    found = {one["path"].removeprefix(f"{folder}/"): one for one in json.loads(checked.out)}
    assert set(found) == {"claims/thin cups.md", "plain.txt", "tea.md", "loop.md", "missing.md"}
    assert (found["missing.md"]["type"], found["missing.md"]["status"]) == (None, None)
    assert [one["code"] for one in found["loop.md"]["problems"]] == ["unreadable"]


def test_an_empty_folder_has_no_files_and_that_is_no_mistake(cohobate, tmp_path):
    checked = cohobate("archive", "check", tmp_path, "--json")
    assert (checked.status, json.loads(checked.out)) == (0, [])


def test_checking_does_without_django_and_markdown(folder):
    code = (
        "import sys; from cohobate.cli import main; main(['archive', 'check', sys.argv[1]])\n"
        "assert not {'django', 'markdown_it', 'torch'} & set(sys.modules), 'too much was imported'"
    )
    ended = end(start(folder, code=code))
    assert (ended.status, ended.err) == (0, "")


# --- the shelf ------------------------------------------------------------------------------------------------------


def test_what_was_brought_in_is_shown_and_comes_out_to_the_last_byte(folder, tmp_path):
    data, out = tmp_path / "data", tmp_path / "out"
    first = told("import", folder, "--data", data, "--json")
    assert first.returncode == 0, first.stderr
    counts = json.loads(first.stdout)
    assert {name: counts[name] for name in ("new", "changed", "same", "back", "unread")} == {
        **{"new": 3, "changed": 0, "same": 0},
        **{"back": 0, "unread": 0},
    }
    assert counts["problems"] == {"error": 0, "warning": 4, "note": 3}
    (folder / "tea.md").write_text(TEA.replace("See", "See also"))
    again = told("import", folder, "--data", data)
    assert b"On the shelf: 0 new, 1 changed, 2 as before\n" in again.stdout
    shown = json.loads(told("show", "tea", "--data", data, "--json").stdout)
    assert (shown["title"], shown["status"], shown["date"]) == ("How tea cools", "processed", "2026-03")
    assert shown["mentioned_in"] == ["thin cups"]
    assert len(shown["versions"]) == 2
    page = told("show", "How tea cools", "--data", data).stdout.decode()
    assert "nowhere at all (leads nowhere)" in page
    assert "line 4: '2026-03-00' is no day" in page
    assert told("show", "plain", "--data", data, "--text").stdout == b"Plain words, and many\r\n\xff\x00"
    exported = told("export", "--data", data, out)
    assert (exported.returncode, exported.stdout) == (0, f"Written: {out}, 3 files\n".encode())
    assert contents(out) == contents(folder)


def test_an_origin_is_told_with_what_each_part_of_it_is(tmp_path):
    listing = "kitchen/tea.md\nIna 0a1b2c3d4e a first note\nCo-authored-by: Ina <ina@tea.example>\n\n"
    (tmp_path / "tea.md").write_text(listing + TEA)
    assert told("import", tmp_path / "tea.md", "--data", tmp_path / "data").returncode == 0
    page = told("show", "tea", "--data", tmp_path / "data").stdout.decode()
    assert "  kept as kitchen/tea.md\n  commit 0a1b2c3d4e: a first note\n  by Ina\n  with Ina\n" in page


def refusal(ended):
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"cohobate: ")
    assert ended.stderr.count(b"\n") == 1
    return ended.stderr.decode()


def test_what_cannot_be_is_refused_in_one_sentence(folder, tmp_path):
    data = tmp_path / "data"
    assert "could not be read: it does not exist" in refusal(told("export", "--data", data, tmp_path / "out"))
    assert told("import", folder, "--data", data).returncode == 0
    assert "there is no source 'cocoa'" in refusal(told("show", "cocoa", "--data", data))
    assert "is not empty; choose a new folder" in refusal(told("export", "--data", data, folder))
    assert "is no data folder" in refusal(told("import", folder, "--data", folder))
    (folder / "again").mkdir()
    (folder / "again" / "tea.md").write_text(TEA.replace("See", "Read"))
    assert told("import", folder, "--data", data).returncode == 0
    ambiguous = refusal(told("show", "how tea cools", "--data", data))
    assert "2 sources go by 'how tea cools'; name one by its path: " in ambiguous
    assert "again/tea.md" in ambiguous
    assert b"Read" in told("show", "again/tea.md", "--data", data, "--text").stdout
    assert b"See" in told("show", "tea", "--data", data, "--text").stdout


def test_import_counts_what_is_odd_as_check_does(folder, tmp_path):
    checked = told("check", folder).stdout.decode().splitlines()[-1].partition(": ")[2]
    assert checked == "0 errors, 4 warnings, 3 notes"
    assert f"Odd in them: {checked};" in told("import", folder, "--data", tmp_path / "data").stdout.decode()


def test_what_could_not_be_read_is_told_and_the_rest_is_brought_in(folder, tmp_path):
    brought = told("import", folder, folder / "missing.md", "--data", tmp_path / "data")
    assert brought.returncode == 1
    assert b"missing.md:1: error: the file could not be read: it does not exist" in brought.stderr
    assert b"On the shelf: 3 new" in brought.stdout


def test_a_shelf_is_filled_while_a_server_runs(folder, tmp_path):
    sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
    from _rooms import Server

    server = Server(tmp_path / "data", environment={"DATABASE_URL": ""})
    server.start()
    try:
        assert told("import", folder, "--data", tmp_path / "data").returncode == 0
        assert told("export", "--data", tmp_path / "data", tmp_path / "out").returncode == 0
    finally:
        server.stop()
    assert contents(tmp_path / "out") == contents(folder)
