"""Records: whatever the bytes are they are read, and come back; a field that is changed changes its own lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.archive.dates import Date
from cohobate.archive.fields import Entry
from cohobate.archive.passages import passages
from cohobate.archive.record import LONGEST_FRONT, read_record
from cohobate.errors import WrongUse

from .examples import CLAIM, SOURCE, claim, source


def record(text, path="notes/how-tea-cools.md"):
    return read_record(path, text.encode() if isinstance(text, str) else text)


def codes(text, path="x.md"):
    return [problem.code for problem in record(text, path).problems]


# --- what is read ---------------------------------------------------------------------------------------------------


def test_a_source_is_read_with_all_that_its_front_matter_says():
    one = record(source(claims_extracted="\n  - tea cools\n  - cups differ", format="essay", domain="kitchens"))
    assert (one.type, one.title, one.author) == ("source", "How tea cools", "a taster")
    assert (one.url, one.date, one.status) == ("https://tea.example/cooling", Date(2021, 4, 3), "unprocessed")
    assert (one.format, one.domain, one.tags) == ("essay", "kitchens", ("tea", "heat"))
    assert [entry.text for entry in one.claims_extracted] == ["tea cools", "cups differ"]
    assert one.name == "how-tea-cools"
    assert one.problems == ()


def test_a_claim_is_what_its_heading_says_with_evidence_on_both_sides():
    text = claim().replace(
        "---\n\n#", "depends_on:\n  - '[[cups]]'\nchallenged_by:\n  - A saucer cools faster still\n---\n\n#"
    )
    one = record(text + "\n## Evidence\n\nNine minutes.\n\n## Challenges\n\nOne cup only.\n")
    assert one.type == "claim"
    assert one.title == "tea cools faster in a thin cup because its wall holds less heat"
    assert one.confidence == "likely"
    assert [(one.side, one.line, one.text) for one in one.evidence] == [
        ("for", 6, "[[cups]]"),
        ("for", 4, "[[how-tea-cools]]"),
        ("against", 8, "A saucer cools faster still"),
        ("for", 15, "Evidence"),
        ("against", 19, "Challenges"),
    ]


def test_more_evidence_counts_for_the_side_that_it_names():
    sections = "## Additional evidence (confirm)\n\n## Additional evidence (challenge)\n\n```\n## Evidence\n```\n"
    found = record(claim(source=None) + sections).evidence
    assert [(one.side, one.line) for one in found] == [("for", 9), ("against", 11)]


def test_names_that_stand_for_others_are_understood():
    text = (
        "---\ntype: evidence\nsource: https://tea.example\nauthors: [Ina, Jo]\ndate_published: 2020\n"
        "source_type: essay\nextracted_claims: [one]\nenrichments_applied: [two]\nkeywords: a, b\n---\n# Tea\n\nSaid.\n"
    )
    one = record(text)
    assert (one.type, one.url, one.author, str(one.date)) == ("source", "https://tea.example", "Ina, Jo", "2020")
    assert (one.format, one.tags) == ("essay", ("a", "b"))
    assert (one.claims_extracted, one.enrichments) == ((Entry(7, "one"),), (Entry(8, "two"),))


def test_where_a_list_belongs_a_number_is_none_and_a_map_is_its_values():
    one = record(source(claims_extracted="4", enrichments="{first: tea cools, second: null}", tags="tea"))
    assert one.claims_extracted == ()
    assert [entry.text for entry in one.enrichments] == ["tea cools", "second"]
    assert one.tags == ("tea",)
    assert [problem.code for problem in one.problems] == ["no-list"] * 3


def test_a_few_lines_that_stand_for_thousands_of_millions_of_values_cost_nothing():
    rows = [f"  - &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)]
    bomb = f"\n  - &a [x]\n{''.join(rows)}"
    maps = [f"  {b}: &{b} {{{', '.join(f'{n}: *{a}' for n in 'uvwxyz')}}}\n" for a, b in pairwise("abcdefghijklmnop")]
    mapped = f"\n  a: &a {{x: y}}\n{''.join(maps)}"
    for key in ("tags", "title", "type", "status", "date", "author", "claims_extracted", "source"):
        assert record(source(**{key: bomb})).content
        assert record(source(**{key: mapped})).content
    assert record(source(tags=bomb, keywords=bomb)).tags
    assert "'a map'" in next(one.sentence for one in record(source(type=mapped)).problems if one.code == "unknown-type")


def test_front_matter_that_is_too_long_is_not_read_by_the_way(monkeypatch):
    def read(self, *path):
        raise AssertionError("it was read")

    monkeypatch.setattr("cohobate.frontmatter._value", read)
    for rest in ("", "Words that were pasted: here.\nAnd here\n"):
        text = f"---\nnotes:\n{'  - {a: b}' * LONGEST_FRONT}\n{rest}---\nThe body.\n"
        assert [problem.code for problem in record(text).problems] == ["long-front-matter", "no-title"]


def test_front_matter_that_is_endless_is_left_unread_and_kept():
    text = source(notes="x" * LONGEST_FRONT)
    one = record(text)
    assert [problem.code for problem in one.problems] == ["long-front-matter", "no-title"]
    assert one.document.text == text


def test_what_was_pasted_into_front_matter_is_told_and_costs_no_field():
    text = SOURCE.replace("status:", "\n### More (confirm)\n\nIt was seen again, and\nwritten down.\n\nstatus:")
    one = record(text)
    assert one.date == Date(2021, 4, 3)
    assert one.status == "unprocessed"
    assert [(problem.line, problem.code) for problem in one.problems] == [(10, "stray")]
    assert one.document.text == text


def test_a_number_where_words_belong_counts_as_it_was_written():
    one = record("---\ntype: source\ntitle: 1.10\nauthor: true\ndate: 2026.10   # not January\n---\nText.\n")
    assert (one.title, one.author, one.date) == ("1.10", "true", Date(2026, 10))


@pytest.mark.parametrize("key", ["tea; cups", "cup' s", "a b"])
def test_a_key_is_told_as_it_stands_whatever_signs_are_in_it(key):
    twice, unread = record(f"---\ntype: other\n{key}: 1\n{key}: 2\nx{key}: b: c\n---\nText.\n").problems[-2:]
    assert twice.sentence == f"'{key}' stands in line 3 already, and the later one counts; keep one of them"
    assert unread.sentence.startswith(f"'x{key}' does not read (")


def test_what_does_not_belong_into_front_matter_has_its_own_line_below_a_comment():
    (problem,) = record(SOURCE.replace("type:", "# a comment\nPasted words\ntype:")).problems
    assert (problem.line, problem.code, problem.value) == (3, "stray", "'Pasted words'")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("How tea cools\n\nThin cups.", "How tea cools"),
        ("\n\n# A heading #\nHow tea cools", "A heading"),
        ("It is said that tea cools.\n\nThin cups.", "x"),
        (f"{'long ' * 40}\n\nThin cups.", "x"),
        ("", "x"),
        ("\ufeffHow tea cools", "How tea cools"),
    ],
)
def test_a_plain_text_is_a_source_whose_title_is_guessed_and_that_is_said(text, title):
    one = record(text, "x.txt")
    assert (one.type, one.title) == ("source", title)
    assert {"no-front-matter", "no-title"} <= {problem.code for problem in one.problems}


def test_a_page_of_links_without_a_type_is_a_map():
    assert record("# Tea\n\n- [[a]]\n- [[b]]\n", "x.md").type == "map"
    assert record("# Tea\n", "_map.md").type == "map"


def test_the_origin_that_a_listing_tells_above_the_front_matter_is_kept():
    listing = (
        "kitchen/archive/2021-tea.md\nIna 0a1b2c3d4e kitchen: a first note (#7)\nCo-authored-by: Jo <jo@tea.example>\n"
        "Co-committed-by: Jo <jo@tea.example>\nCo-authored-by: Kim\n2021-04-05 10:00:00 +00:00\n\n12 lines\n\n"
    )
    one = record(listing + SOURCE)
    origin = one.provenance
    assert (origin.path, origin.commit, origin.by) == ("kitchen/archive/2021-tea.md", "0a1b2c3d4e", "Ina")
    assert (origin.message, origin.at) == ("kitchen: a first note (#7)", "2021-04-05 10:00:00 +00:00")
    assert origin.co_authors == ("Jo", "Kim")
    assert one.title == "How tea cools"
    assert not record(SOURCE).provenance


# --- whatever the bytes are -----------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "---\n",
            "type: claim\n",
            "type: [a]\n",
            "type: 3\n",
            "title: ",
            "title:\n  x: {y: [1]}\n",
            "date: 2026-02-30\n",
        ),
        *("date: [1]\n", "date: 0000-00-00\n", "tags: 3\n", "claims_extracted: 7\n", "source: [{url: null}]\n"),
        *("status: done (1)\n", "confidence: 0.8\n", "depends_on: [[x]]\n", "[[a|b]]", "[[", "# H\n", "\n", "\n\n"),
        *(
            "a line",
            "\x00",
            "\ufeff",
            "\r\n",
            "\r",
            "é",
            "\u2028",
            "- item\n",
            "1. x\n",
            "> q\n",
            "***\n",
            "```\n",
            "    c\n",
        ),
        *(
            "|a|b|\n|-|-|\n",
            "*Source: [[x]]*\n",
            "a: *b\n",
            "Co-authored-by: A <b@c>\n",
            "a/b.md\n",
            "x f2bfe00ad2 y\n",
        ),
    ]
)
BYTES = st.lists(PIECES.map(str.encode) | st.binary(max_size=4), max_size=14).map(b"".join)


@given(BYTES, st.booleans())
def test_any_bytes_are_read_come_back_and_are_told_of_in_words(content, fenced):
    content = b"---\n" + content if fenced else content
    one = read_record("x.md", content)
    assert one.document.text.encode("utf-8", "surrogateescape") == content == one.content
    lines = content.count(b"\n") + 1
    for problem in one.problems:
        assert 1 <= problem.line <= lines
        assert problem.sentence.encode()
    for words in (one.text, one.title, one.author, one.url, one.description, *one.tags):
        assert "\x00" not in words
        assert words.encode() is not None


@given(BYTES)
def test_any_text_falls_into_passages_that_are_what_stands_in_their_lines(content):
    text = read_record("x.md", content).text
    lines = [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]
    last = 0
    for number, passage in enumerate(passages(text), start=1):
        assert passage.number == number
        assert last < passage.start <= passage.end <= len(lines)
        assert passage.text == "\n".join(lines[passage.start - 1 : passage.end])
        last = passage.end


# --- changing a field -----------------------------------------------------------------------------------------------


def test_a_changed_field_changes_its_own_lines_and_what_nobody_knows_stays():
    text = SOURCE.replace("status:", "# a remark\nunknown:   { kept:  as it is }\nstatus:").replace(
        "date:", "date_published:"
    )
    changed = record(text).with_field("date", "2022-05")
    before, after = text.splitlines(), changed.document.text.splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("date_published: 2021-04-03", "date_published: 2022-05")
    ]
    assert changed.date == Date(2022, 5)


def test_a_field_that_is_missing_is_added_and_bytes_that_are_no_text_stay():
    content = SOURCE.replace("Thin", "Café").encode("latin-1")
    changed = read_record("x.md", content).with_field("confidence", "likely")
    assert changed.content == content.replace(b"---\n\n#", b"confidence: likely\n---\n\n#")


def test_a_field_given_the_value_that_it_has_leaves_every_byte():
    one = record(SOURCE)
    assert one.with_field("tags", ["tea", "heat"]).content == one.content


def test_what_is_no_plain_value_is_refused():
    with pytest.raises(WrongUse, match="cannot be written to front matter"):
        record(CLAIM).with_field("confidence", object())
