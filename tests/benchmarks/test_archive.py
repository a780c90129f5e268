"""The benchmark of the archive runs, and what comes in comes out. How long it takes is not looked at."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("given", [False, True])
def test_every_file_comes_in_and_out_to_the_last_byte(tmp_path, given):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "tea.md").write_bytes(b"---\ndate: 2026-03-00\n---\r\nT\xe9a\n")
    command = [sys.executable, BENCHMARKS / "archive_import.py", "--records", tmp_path / "records"]
    command += [tmp_path / "notes"] if given else ["--files", "150"]
    path = os.pathsep.join(path for path in sys.path if path)
    environment = os.environ | {"PYTHONPATH": path, "DATABASE_URL": ""}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert ended.returncode == 0, ended.stderr
    (record,) = (tmp_path / "records").iterdir()
    results = json.loads(record.read_text())["results"]
    assert (
        results["files"] == results["imported"] == results["same_again"] == results["exported"] == (1 if given else 150)
    )
    assert (results["different"], results["unread"]) == (0, 0)
    assert results["remarks"] == results["remarks_with_a_line"] > 0
    assert results["made_up"] is not given
