"""Every rule has a file that breaks it, and what is said of that file is on record: golden/archive-diagnostics.txt."""

from pathlib import Path

import pytest

from cohobate.archive.diagnostics import RULES, Problem, quoted
from cohobate.archive.record import read_record
from cohobate.archive.together import check_together

from .examples import CLAIM, ON_DISK, ONE_FILE, SOURCE, TOGETHER

GOLDEN = Path(__file__).parents[1] / "golden" / "archive-diagnostics.txt"


def record(path, content):
    return read_record(path, content if isinstance(content, bytes) else content.encode())


def told():
    """What is said of every example, by rule."""
    found = {}
    for code, (path, content) in ONE_FILE.items():
        found[code] = [problem.at(path) for problem in record(path, content).problems]
    for code, contents in TOGETHER.items():
        records = [record(path, content) for path, content in contents.items()]
        beside = check_together(records)
        found[code] = [problem.at(one.path) for one in records for problem in (*one.problems, *beside[one.path])]
    return found


def test_what_is_said_of_each_example_is_what_is_on_record():
    written = "".join(f"# {code}\n" + "".join(f"{line}\n" for line in lines) + "\n" for code, lines in told().items())
    assert written == GOLDEN.read_text("utf-8")


def test_every_rule_has_an_example_that_breaks_it():
    assert set(ONE_FILE) | set(TOGETHER) | set(ON_DISK) == set(RULES)
    assert not set(ONE_FILE) & set(TOGETHER)


def test_every_rule_is_told_in_the_documentation_as_it_is():
    page = (Path(__file__).parents[2] / "docs" / "archive.md").read_text("utf-8")
    for code, rule in RULES.items():
        said = f"{rule.says}; {rule.remedy}".format(value="…", more="…")
        assert f"| `{code}` | {rule.severity} | {said} |" in page


@pytest.mark.parametrize("code", ONE_FILE)
def test_each_example_breaks_its_rule_and_comes_back_as_it_was(code):
    path, content = ONE_FILE[code]
    one = record(path, content)
    assert code in [problem.code for problem in one.problems]
    assert one.document.text.encode("utf-8", "surrogateescape") == one.content


@pytest.mark.parametrize("text", [SOURCE, CLAIM])
def test_of_a_file_that_is_as_it_should_be_nothing_is_said(text):
    assert record("how-tea-cools.md", text).problems == ()


def test_a_sentence_names_the_value_the_rule_and_the_remedy():
    problem = Problem(4, "partial-date", quoted("2026-03-00"), "2026-03")
    assert problem.at("a.md") == ("a.md:4: warning: '2026-03-00' is no day, and was taken for 2026-03; write 2026-03")
    assert problem.as_json("a.md") == {
        "file": "a.md",
        "line": 4,
        "severity": "warning",
        "code": "partial-date",
        "value": "'2026-03-00'",
        "rule": "'2026-03-00' is no day, and was taken for 2026-03",
        "remedy": "write 2026-03",
    }


def test_a_long_value_is_shown_by_its_beginning_on_one_line():
    assert quoted("a\nb") == "'a b'"
    assert len(quoted("x" * 500)) == 82
