"""The pages on workshops tell of every key and form, and their figures are those of the files."""

import re
from pathlib import Path

import pytest

from cohobate.practicum.forms import FORMS
from cohobate.practicum.workshop import REMEDIES, read_workshop, shipped

DOCS = Path(__file__).parents[2] / "docs"
WRITING = (DOCS / "writing-workshops.md").read_text("utf-8")
CATALOGUE = (DOCS / "workshops.md").read_text("utf-8")
SHIPPED = shipped()

ROWS = {name: cells.split("|") for name, cells in re.findall(r"^\| `([\w-]+)` \|(.*)\|$", CATALOGUE, re.M)}


def test_the_page_on_writing_begins_with_a_whole_file_that_has_no_mistakes():
    before, text = WRITING.split("```markdown\n")[0], WRITING.split("```markdown\n")[1].split("```\n")[0]
    assert before.count("\n\n") == 2
    reading = read_workshop(text)
    assert reading.mistakes == ()
    assert reading.workshop is not None


def test_every_key_has_a_line_in_a_table():
    told = set(re.findall(r"^\| `(\w+)` \|", WRITING, re.M))
    assert {key for key in REMEDIES if key.isidentifier()} <= told


def test_every_form_has_a_line_and_no_other_has():
    table = WRITING.split("## Forms")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) == list(FORMS)


def test_the_catalogue_has_every_workshop_once():
    assert set(ROWS) == set(SHIPPED)
    assert len(re.findall(r"^\*\*", CATALOGUE, re.M)) == len(SHIPPED)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_catalogues_figures_are_those_of_the_file(name):
    workshop = SHIPPED[name]
    _, people, minutes, needs, makes = ROWS[name]
    assert people.strip() == "–".join(map(str, workshop.people))
    assert int(minutes) == workshop.minutes
    assert re.findall(r"`([\w-]+)`", makes) == list(workshop.makes)
    assert re.findall(r"`([\w-]+)`(\??)", needs) == [
        (need.name, "?" if need.optional else "") for need in workshop.needs.values()
    ]


def test_the_catalogue_counts_the_concepts_for_framing():
    assert f"{len(SHIPPED['framing'].topics)} concepts" in CATALOGUE
