"""The benchmarks run, print a table and leave a record. Their figures are not looked at: networks are tiny here."""

import json
import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cohobate.algorithmic.assistant import AssistantShape
from cohobate.algorithmic.imitator import ImitatorShape
from cohobate.algorithmic.settings import Settings
from cohobate.fidelity import Budget

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

SMALL = {
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
    "questioned": 64,
    "audits": 6,
}


@pytest.fixture
def benchmark(tmp_path, monkeypatch, capsys):
    """Runs a benchmark with these arguments: what it prints, and its only record."""
    for_task = Settings.for_task.__func__
    monkeypatch.setattr(
        Settings, "for_task", classmethod(lambda cls, task, **given: for_task(cls, task, **SMALL | given))
    )
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def run(name, *arguments):
        records = tmp_path / "records"
        monkeypatch.setattr(sys, "argv", [name, *arguments, "--threads", "1", "--records", str(records)])
        runpy.run_path(str(BENCHMARKS / name), run_name="__main__")
        (record,) = records.iterdir()
        return capsys.readouterr().out, json.loads(record.read_text())

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)
    sys.modules.pop("_common", None)


@pytest.mark.parametrize("name", ["small.py", "powering.py"])
def test_a_benchmark_has_a_line_for_each_seed_and_names_the_machine_in_its_record(benchmark, name):
    printed, record = benchmark(name, "--seeds", "2", "--seconds", "0.1")
    assert "goal met" in printed
    assert [result["seed"] for result in record["results"]] == [0, 1]
    assert record["machine"]["threads"] == 1
    assert {"date", "cpu", "cores", "torch"} <= set(record["machine"])
    assert {"reached", "seconds", "steps", "decisions", "acts", "accuracy", "accuracy_by_kind"} <= set(
        record["results"][0]
    )


def test_five_tasks_looks_at_every_kind_of_question(benchmark):
    printed, record = benchmark("five_tasks.py", "--seconds", "0.1", "--task", "shortest-path")
    assert "worst kind" in printed
    assert set(record["results"][0]["accuracy_by_kind"]) == {"distance", "step"}


def test_price_trains_from_three_teachers_and_gives_no_price_where_the_target_was_not_reached(benchmark):
    printed, record = benchmark("price.py", "--seeds", "1", "--seconds", "0.1")
    assert "not known" in printed
    assert record["results"]["price"] is None
    assert [one["overseer"] for one in record["results"]["attempts"]] == ["supervised", "scripted", "imitated"]


def test_paper_round_times_both_halves_of_a_round_against_the_reference(benchmark):
    given = ("--size", "8", "--width", "16", "--reading", "1", "--rounds", "1", "--decisions", "16", "--lessons", "1")
    _, record = benchmark("paper_round.py", "--task", "union-find", "--task", "wildcard", *given)
    union_find, wildcard = record["results"]["tasks"]
    assert union_find["amplify"] > 0 < union_find["step"]
    assert union_find["ratio"] == pytest.approx((union_find["amplify"] + union_find["step"]) / 31.6)
    assert (wildcard["facts"], wildcard["questions"]) == (8, 8)


def test_decisions_says_for_each_number_of_them_how_many_fresh_transcripts_are_reproduced(benchmark):
    few = ("--decisions", "16", "--rounds", "1", "--pool", "64", "--fresh", "50", "--size", "4", "--seeds", "1")
    printed, record = benchmark("decisions.py", "--task", "powering", "--ask", "uncertain", *few)
    assert "Goal: 99.9 %" in printed
    results = record["results"]
    assert [(r["ask"], r["decisions"]) for r in results] == [("uncertain", n) for n in (2, 4, 8, 16)]
    assert all(0 <= r["low"] <= r["share"] == r["reproduced"] / 50 <= r["high"] <= 1 for r in results)


def test_asking_compares_the_policies_by_the_decisions_to_99(benchmark):
    printed, record = benchmark("asking.py", "--task", "powering", "--seeds", "1", "--seconds", "0.1")
    assert "not reached" in printed
    assert [(r["ask"], r["decisions_to_99"]) for r in record["results"]] == [
        ("steady", None),
        ("uncertain", None),
        ("disagreement", None),
    ]


def test_one_against_many_counts_errors_at_every_level_of_both(benchmark):
    printed, record = benchmark(
        "one_against_many.py", "--task", "union-find", "--seeds", "1", "--steps", "4", "--asked", "40"
    )
    assert "X ≠ amplified %, many" in printed
    one, many = record["results"]
    assert (one["assistants"], many["assistants"], len(many["widths"])) == ("one", "kinds", 3)
    assert [at["steps"] for at in many["at"]] == [1, 2, 4]
    assert all(sum(row["asked"] for row in at["errors"]) == 40 for r in (one, many) for at in r["at"])


def test_paper_size_goes_on_where_it_stopped(benchmark, tmp_path):
    given = ("--task", "powering", "--size", "9", "--seconds", "0.1", "--device", "cpu", "--runs", str(tmp_path / "r"))
    _, first = benchmark("paper_size.py", *given)
    _, second = benchmark("paper_size.py", *given)
    assert 0 < first["results"][0]["steps"] < second["results"][0]["steps"]
    assert second["results"][0]["seconds"] > first["results"][0]["seconds"]


def test_paper_size_trains_tasks_side_by_side(tmp_path):
    # By itself: whoever starts processes is left with one more, which looks after what they share.
    command = [sys.executable, str(BENCHMARKS / "paper_size.py"), "--together", "--device", "cpu", "--size", "9"]
    command += ["--task", "powering", "--task", "union-find", "--seconds", "0.1"]
    command += ["--runs", str(tmp_path / "runs"), "--records", str(tmp_path / "records")]
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run(command, check=True, capture_output=True, env=surroundings)
    results = json.loads((tmp_path / "records" / "paper_size-9-cpu.json").read_text())["results"]
    assert [(one["task"], one["steps"] > 0) for one in results] == [("powering", True), ("union-find", True)]


def test_paper_size_explains_itself_and_needs_none_of_the_libraries_for_people():
    code = (
        "import runpy, sys\n"
        f"sys.path[:0] = {[str(BENCHMARKS), *(p for p in sys.path if p)]!r}\n"
        "sys.argv = ['paper_size.py', '--help']\n"
        "try:\n"
        f"    runpy.run_path({str(BENCHMARKS / 'paper_size.py')!r}, run_name='__main__')\n"
        "except SystemExit:\n"
        "    assert not {'typer', 'rich', 'pydantic', 'altair', 'jinja2'} & set(sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "--precision" in told


def test_coverage_counts_broken_claims_and_reckons_sequences_exactly(benchmark):
    printed, record = benchmark("coverage.py", "--runs", "4", "--questioned", "60", "--audits", "4", "--most", "40")
    assert "everything together" in printed
    runs, sequences = record["results"]["runs"], record["results"]["sequences"]
    assert all(0 <= claim["held"] <= claim["runs"] == 4 for claim in runs.values())
    assert runs["compounded_bound"]["mean_width"] > 0
    assert all(0 <= one["left_out"] <= 0.05 for one in sequences)


def test_coverage_finds_claims_that_are_false(benchmark, monkeypatch):
    monkeypatch.setattr(Budget, "each", lambda self, iteration, claims: 0.01)
    _, record = benchmark("coverage.py", "--runs", "8", "--questioned", "60", "--audits", "4", "--most", "5")
    assert record["results"]["runs"]["everything together"]["held"] == 0


def test_tightness_sets_every_bound_beside_the_measured_error(benchmark):
    printed, record = benchmark("tightness.py", "--seeds", "1", "--seconds", "0.1")
    assert "canonical" in printed
    (result,) = record["results"]
    assert result["measured_error"] <= 1
    assert result["plain_would_need"] >= 0
    assert result["curve"][-1]["step"] == result["step"]


def test_tampering_notices_every_change(benchmark):
    _, record = benchmark("tampering.py", "--changes", "12", "--commands", "2")
    assert all(noticed == of > 0 for noticed, of in record["results"].values())


def test_a_run_that_was_killed_comes_to_the_same_ledger(benchmark):
    _, record = benchmark("kills.py", "--kills", "1", "--steps", "3")
    assert record["results"]["identical"] == 1


def test_reader_coverage_tells_for_each_interval_and_number_of_readers_how_often_it_holds(benchmark):
    printed, record = benchmark("reader_coverage.py", "--tests", "40", "--seeds", "1", "--cells", "2")
    assert "below 94 %" in printed
    names = {(one["what"], one["scope"]) for one in record["results"]}
    assert {("help", "these items"), ("ratio", "items like these"), ("minutes saved", "these texts")} <= names
    assert all(0.5 < one["mean"] <= 1 for one in record["results"])


def test_reader_power_compares_plans_with_tests_simulated_another_way(benchmark):
    printed, record = benchmark("reader_power.py", "--tests", "600", "--cells", "2")
    assert "2 designs, 600 tests each" in printed
    assert record["results"]["most_off"] < 0.05


def test_reader_reference_compares_published_answers_with_the_reference(benchmark, tmp_path):
    rows = [f"{article},1,Original,{k},{int(k < 8)},0" for article in range(12) for k in range(10)]
    file = tmp_path / "published.csv"
    file.write_text("\n".join(["article,paragraph,text,question,correct,unanswered", *rows]) + "\n", "utf-8")
    printed, record = benchmark("reader_reference.py", str(file))
    assert "Original: as in the reference: no" in printed
    assert record["results"]["compared"] == [{"text": "Original", "as_in_the_reference": False}]


def test_rater_coverage_tells_how_often_both_intervals_hold(benchmark):
    _, record = benchmark("rater_coverage.py", "--tests", "5", "--cells", "1")
    assert [one["units"] for one in record["results"]["agreement"]] == [10, 20, 40]
    assert [one["people"] for one in record["results"]["preferences"]] == [8, 12, 20]


def test_prose_speed_times_drafts_of_three_sizes(benchmark):
    printed, record = benchmark("prose_speed.py", "--times", "1", "--largest", "6000")
    assert "goal met" in printed
    assert [one["words"] >= 5000 for one in record["results"]["drafts"]] == [True, True, True]


def test_rule_reader_tells_what_it_gets_right_in_each_arm(benchmark):
    printed, record = benchmark("rule_reader.py")
    assert "can't tell" in printed
    fresh = {one["arm"]: one for one in record["results"]["fresh"]}
    assert list(fresh) == ["no text", "source", "distillation", "lacking", "unrelated"]
    assert fresh["no text"]["right"] == 0 < fresh["source"]["right"] <= fresh["source"]["items"] == 60
    assert all(one["low"] <= one["right"] / one["items"] <= one["high"] for one in fresh.values())
