"""`cohobate workshop`: listing what ships, printing it, checking files of one's own."""

import json

import pytest

from cohobate.practicum.workshop import read_workshop, shipped

GOOD = shipped()["conjecture"].text


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.md"
    path.write_text(GOOD, "utf-8")
    return path


def test_what_ships_is_listed(cohobate):
    listed = cohobate("workshop", "list")
    assert listed.status == 0
    for name, workshop in shipped().items():
        assert any(line.startswith(name) and f"{workshop.minutes} min" in line for line in listed.out.splitlines())


def test_programs_get_all_about_it(cohobate):
    listed = json.loads(cohobate("workshop", "list", "--json").out)
    assert {one["name"] for one in listed} == set(shipped())
    conjecture = next(one for one in listed if one["name"] == "conjecture")
    assert set(conjecture) == {
        *("name", "title", "version", "digest", "people", "minutes", "needs", "makes", "stages"),
    }
    assert conjecture["digest"] == shipped()["conjecture"].digest
    assert conjecture["people"] == [2, 20]
    assert conjecture["stages"][0] == {"name": "Story", "minutes": 10}
    assert {"name": "claim", "form": "statement"} in conjecture["makes"]


def test_a_file_is_printed_so_that_one_can_begin_from_it(cohobate):
    shown = cohobate("workshop", "show", "conjecture")
    assert (shown.status, shown.out) == (0, GOOD)
    assert read_workshop(shown.out).mistakes == ()


def test_what_does_not_ship_is_refused_with_what_does(cohobate):
    refused = cohobate("workshop", "show", "nothing")
    assert refused.status == 2
    assert "'nothing' is no workshop that ships; there are " in refused.refusal
    assert "conjecture" in refused.refusal


def test_a_file_without_mistakes_is_one_line(cohobate, file):
    checked = cohobate("workshop", "check", file)
    assert checked.status == 0
    assert checked.out == f"{file}: no mistakes; Conjecture workshop, 6 stages, 80 min, 2–20 people\n"


def test_each_mistake_is_a_line_with_its_place_and_remedy(cohobate, file):
    file.write_text(GOOD.replace("minutes: 10", "minutes: soon", 1), "utf-8")
    line = GOOD[: GOOD.index("minutes: 10")].count("\n") + 1
    checked = cohobate("workshop", "check", file)
    assert checked.status == 1
    assert checked.err == ""
    assert checked.out == (
        f"{file}:{line}: 'minutes' of stage 1 is 'soon' and must be a whole number; "
        "write a whole number of minutes, as in minutes: 10\n"
    )


def test_one_bad_file_among_good_ones_is_enough_for_status_1(cohobate, file, tmp_path):
    checked = cohobate("workshop", "check", file, tmp_path / "nothing.md", tmp_path, file)
    assert checked.status == 1
    good, missing, folder = checked.out.splitlines()
    assert "no mistakes" in good
    assert missing == f"{tmp_path / 'nothing.md'}:1: could not be read: it does not exist; check the path"
    assert folder.startswith(f"{tmp_path}:1: could not be read: it is a folder")


def test_programs_get_the_mistakes_of_every_file(cohobate, file, tmp_path):
    bad = tmp_path / "bad.md"
    bad.write_bytes(b"---\ntitle: \xff\n---\n")
    checked = cohobate("workshop", "check", file, bad, "--json")
    assert checked.status == 1
    good, found = json.loads(checked.out)
    digest = read_workshop(GOOD).workshop.digest
    assert good == {"file": str(file), "mistakes": [], "title": "Conjecture workshop", "digest": digest}
    assert found["mistakes"] == [{"line": 2, "sentence": "this is not UTF-8; save the file as UTF-8"}]
    assert (found["title"], found["digest"]) == (None, None)
