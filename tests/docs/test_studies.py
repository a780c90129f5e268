"""The pages of studies say what their records say: every row of their tables is worked out again from the record."""

import json
from pathlib import Path

import pytest

from cohobate.report.words import signed

STUDIES = Path(__file__).parents[2] / "docs" / "studies"
WAYS = ("amplify", "sampled", "most_probable")


def record(name):
    return json.loads((STUDIES / "records" / name / "study.json").read_text("utf-8"))


def per_cent(share, digits=1):
    return f"{100 * share:.{digits}f}"


def spread(one):
    """Mean, interval over seeds if there is one, and what was predicted."""
    interval = "" if one["low"] is None else f" ({per_cent(one['low'])}–{per_cent(one['high'])})"
    return f"{per_cent(one['mean'])}{interval} *{per_cent(one['predicted'])}*"


def row(*cells):
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def named(group):
    return "none" if group["sort"] == "none" else f"{group['sort']} {group['probability']:g}"


def failures():
    found = record("failures")
    for group in found["groups"]:
        drawn = "drawn" if group["teaching"] == "sampled" else group["teaching"]
        rest = f"{group['converged']} of {len(group['seeds'])}"
        for one in group["heights"]:
            yield row(named(group), drawn, rest, one["height"], *(spread(one[way]) for way in WAYS))
    for one in found["follow_up"]:
        theirs = (per_cent(one[f"their_{what}"], 2) for what in ("theory", "amplify", "x"))
        ours = (per_cent(one[what], 2) for what in ("predicted", "amplify", "x_sampled", "x_most_probable"))
        yield row(one["probability"], one["height"], *theirs, *ours)


def repair():
    found = record("repair")
    for group in found["votes"]:
        asked = "drawn" if group["asked_for"] == "sampled" else group["asked_for"]
        for one in group["heights"]:
            errors = (spread(error) for error in one["errors"].values())
            together = "; ".join(f"{per_cent(d['both'])} *{per_cent(d['product'])}*" for d in one["dependence"])
            correlation = "; ".join(
                "too few"
                if d["correlation"] is None
                else f"{signed(d['correlation'])} ({signed(d['low'])} to {signed(d['high'])})"
                for d in one["dependence"]
            )
            who = (group["part"], asked) if group["part"] == "assistants" else (group["part"], "")
            yield row(*who, named(group), group["seeds"], one["height"], *errors, together, correlation)
    for group in found["teachers"]:
        for one in group["heights"]:
            yield row(group["voters"], group["seeds"], one["height"], *(spread(one[way]) for way in WAYS))


@pytest.mark.parametrize(("name", "rows"), [("failures", failures), ("repair", repair)])
def test_the_tables_of_a_study_are_those_of_its_record(name, rows):
    page = (STUDIES / f"{name}.md").read_text("utf-8")
    expected = list(rows())
    assert expected
    missing = [one for one in expected if one not in page]
    assert not missing, missing[:3]
    counts = record(name)
    assert f"{counts['done']} of {counts['planned']}" in page
    assert f"{counts['converged']} of {counts['done']}" in page
