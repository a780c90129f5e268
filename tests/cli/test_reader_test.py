"""`cohobate reader-test`: from a file of answers to a sentence, and from a plan to its power."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
LEDGER, SHOWN = EXAMPLES / "ledger.jsonl", EXAMPLES / "registered.json"

HEAD = "reader,item,arm,correct,unanswered,seconds,kind,background"


@pytest.fixture
def file(tmp_path):
    """Eight readers of eight items, who know next to nothing without a text."""
    path = tmp_path / "answers.csv"
    rows = []
    for reader in range(8):
        for item in range(8):
            version = [("source", 60), ("distillation", 20)][(item // 4 + reader // 2) % 2]
            arm, seconds = ("no text", 9) if item % 2 == reader % 2 else version
            right, kind = int(arm != "no text" or item % 4 == 0), "inference" if item % 3 else "text-based"
            rows.append(f"r{reader},i{item},{arm},{right},0,{seconds},{kind},lay")
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return path


def test_analyse_says_one_sentence_and_shows_every_figure_in_eighty_columns(cohobate, file):
    ended = cohobate("reader-test", "analyse", file)
    assert ended.status == 0
    assert ended.out.startswith("Readers of your page answer 75 points more than without it")
    for name in ("right, no text, %", "help, points", "ratio to the source", "minutes saved", "readers: lay"):
        assert name in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


def test_analyse_as_json_has_the_sentence_and_every_measurement(cohobate, file):
    told = json.loads(cohobate("reader-test", "analyse", file, "--json").out)
    assert told["readers"] == 8
    (help_,) = [
        one
        for one in told["measurements"]
        if (one["what"], one["kind"], one["background"], one["scope"]) == ("help", "all", "all", "these items")
    ]
    assert help_["value"] == pytest.approx(0.75)
    assert help_["readers"] == 8
    assert told["sentence"].startswith("Readers of your page")


def test_analyse_draws_a_picture(cohobate, file, tmp_path):
    ended = cohobate("reader-test", "analyse", file, "--picture", tmp_path / "out.svg")
    assert f"Picture: {tmp_path / 'out.svg'}" in ended.out
    assert ET.parse(tmp_path / "out.svg").getroot().get("role") == "img"


def test_the_margin_decides_what_is_as_well_as(cohobate, file):
    assert "as well as readers of the source, to within 30 points" in " ".join(
        cohobate("reader-test", "analyse", file, "--margin", "30").out.split()
    )
    assert "margin 1.5: it is a share" in cohobate("reader-test", "analyse", file, "--margin", "150").refusal


def test_mistakes_are_told_line_by_line_with_status_1(cohobate, tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text(f"{HEAD}\nr,i,page,1,0,3,,\nr,j,source,7,0,3,,\n", "utf-8")
    ended = cohobate("reader-test", "analyse", file)
    assert ended.status == 1
    assert [line.split(": ")[0] for line in ended.err.splitlines()] == [f"{file}:2", f"{file}:3"]
    told = json.loads(cohobate("reader-test", "analyse", file, "--json").out)
    assert [one["line"] for one in told["mistakes"]] == [2, 3]


def test_files_that_are_no_text_or_not_there_are_refused(cohobate, tmp_path):
    (tmp_path / "latin.csv").write_bytes(HEAD.encode() + b"\nr\xe9,i,source,1,0,3,,\n")
    assert "is no text in UTF-8 (byte" in cohobate("reader-test", "analyse", tmp_path / "latin.csv").refusal
    missing = cohobate("reader-test", "analyse", tmp_path / "none.csv")
    assert "none.csv could not be read: it does not exist; check the path" in missing.refusal
    assert missing.status == 1


def test_published_answers_are_compared_to_their_originals(cohobate, tmp_path):
    file = tmp_path / "published.csv"
    rows = []
    for article in range(12):
        for text in ("Original", "Short"):
            right = int(text == "Original" or article % 2)
            unsure = int(text != "Original" and article % 4 == 0)
            rows += [f"{article},1,{text},{question},{right},{unsure}" for question in (1, 2, 3)]
    file.write_text("\n".join(["article,paragraph,text,question,correct,unanswered", *rows]) + "\n", "utf-8")
    ended = cohobate("reader-test", "analyse", file)
    assert ended.status == 0
    assert "Short" in ended.out
    assert "drawing the 12 articles anew" in ended.out
    first, second = json.loads(cohobate("reader-test", "analyse", file, "--json").out)["versions"]
    assert (first["text"], second["ratio"]["value"], second["unanswered_share"]) == ("Original", 0.5, 0.25)
    assert "leave out --picture" in cohobate("reader-test", "analyse", file, "--picture", "x.svg").refusal


def test_plan_tells_the_power_and_the_model_that_it_presumes(cohobate):
    given = ("reader-test", "plan", "--readers", 12, "--items-per-arm", 10, "--effect", 0.2)
    ended = cohobate(*given)
    assert "12 readers with 10 items in each arm show a help of 20 points with a chance" in ended.out
    assert "The model:" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80
    told = json.loads(cohobate(*given, "--baseline", 0.3, "--json").out)
    assert 0.7 < told["power"] < 0.9
    assert told["model"]["baseline"] == 0.3
    assert told["readers_needed"]["readers"] < told["separate_groups"]["readers_needed"]


def test_an_effect_is_given_in_points_or_as_a_share(cohobate):
    given = ("reader-test", "plan", "--readers", 8, "--items-per-arm", 5, "--json", "--effect")
    assert cohobate(*given, 20).out == cohobate(*given, 0.2).out


def test_a_plan_that_cannot_be_is_refused(cohobate):
    given = ("reader-test", "plan", "--readers", 12, "--items-per-arm", 10, "--effect", 0.9)
    assert "effect 0.9 on a baseline of 0.4" in cohobate(*given).refusal


def test_a_ledger_and_what_was_registered_of_a_test_are_checked(cohobate):
    told = " ".join(cohobate("reader-test", "verify", LEDGER, SHOWN).out.split())
    assert "The chain of 6 entries is whole" in told
    assert "1 outcome follows from answers and plan." in told
    assert "shows is what was registered." in told
    assert "registered." not in cohobate("reader-test", "verify", LEDGER).out


def test_what_does_not_hold_is_told_with_status_2(cohobate, tmp_path):
    changed = tmp_path / "changed.json"
    changed.write_text(SHOWN.read_text("utf-8").replace("answer 50 points more", "answer 90 points more"), "utf-8")
    ended = cohobate("reader-test", "verify", LEDGER, changed)
    assert ended.status == 2
    assert "do not make it" in " ".join(ended.err.split())
    changed.write_text("{", "utf-8")
    assert "is not JSON" in cohobate("reader-test", "verify", LEDGER, changed).refusal
    assert cohobate("reader-test", "verify", tmp_path / "none.jsonl").status == 1


def test_of_a_file_that_is_no_ledger_not_every_line_is_told(cohobate, tmp_path):
    other = tmp_path / "other.md"
    other.write_text("no ledger\n" * 120, "utf-8")
    ended = cohobate("reader-test", "verify", other)
    assert ended.status == 2
    lines = ended.err.splitlines()
    assert len(lines) == 21
    assert "line 1: it is not JSON" in lines[0]
    assert lines[-1] == "cohobate: and 100 more"
