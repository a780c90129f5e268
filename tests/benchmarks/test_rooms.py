"""The benchmarks of rooms run, each as a process of its own since Django is set up once in each, and leave a record."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def benchmark(tmp_path):
    """Runs a benchmark with these arguments: what it prints, and its only record."""

    def run(name, *arguments):
        ended = subprocess.run(
            [sys.executable, str(BENCHMARKS / name), *arguments, "--records", str(tmp_path / "records")],
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "DATABASE_URL": ""},
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        (record,) = (tmp_path / "records").iterdir()
        return ended.stdout, json.loads(record.read_text())

    return run


def test_rooms_says_how_long_things_take_to_the_others_and_loses_nothing(benchmark):
    printed, record = benchmark("rooms.py", "--small")
    assert "request to others" in printed
    found = record["results"]
    assert found["to_others_ms"]["n"] == 2 * found["acts"] > 0
    assert {"median", "p95", "p99", "max"} <= set(found["to_others_ms"])
    assert not any(found[name] for name in ("lost", "doubled", "gaps", "shown_without_words", "hidden_but_shown"))
    kept = found["kept"]
    assert kept["acknowledged"] == found["acts"]
    assert not any(kept[name] for name in ("missing", "doubled", "elsewhere", "broken"))
    assert {"load", "date", "cpu"} <= set(record["machine"])


def test_room_kills_kills_a_server_under_load_and_loses_nothing(benchmark):
    given = ("--kills", "2", "--rooms", "2", "--people", "3", "--every", "0.2", "--apart", "0.5", "--strict")
    printed, record = benchmark("room_kills.py", *given)
    assert "acts under way" in printed
    found = record["results"]
    assert len(found["kills"]) == 2
    assert found["streams_reopened"] >= 2 * 6
    assert found["goal_met"]


def test_room_speed_folds_and_shows_rooms_warm_and_cold(benchmark):
    printed, record = benchmark("room_speed.py", "--events", "40", "--folded", "200", "--times", "2")
    assert "1,000 entries in one panel" in printed
    found = record["results"]
    assert len(found["fold_ms"]) == 2
    assert [room["room"] for room in found["rooms"]] == ["mixed", "1,000 said", "1,000 entries in one panel"]
    assert all(len(room[how]) == 2 for room in found["rooms"] for how in ("warm", "cold"))


def test_readers_says_how_long_pages_take_and_loses_no_answer(benchmark):
    printed, record = benchmark("readers.py", "--small")
    assert "an answer kept" in printed
    found = record["results"]
    assert found["through"] == found["kept"]["sittings"] == 4
    assert found["pages_ms"]["n"] == 4 * 8
    assert found["kept"]["acknowledged"] == found["answers"] >= 4 * 24
    wrong = ("missing", "doubled", "elsewhere", "not_what_was_answered_last", "chains_broken")
    assert not any(found["kept"][name] for name in wrong)


def test_reader_kills_kills_a_server_while_people_read_and_loses_no_answer(benchmark):
    given = ("--kills", "2", "--readers", "4", "--every", "0.4", "--apart", "1", "--strict")
    printed, record = benchmark("reader_kills.py", *given)
    assert "answers under way" in printed
    assert len(record["results"]["kills"]) == 2
    assert record["results"]["goal_met"]
