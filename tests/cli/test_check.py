"""`cohobate check`: advice for a draft, which never blocks."""

import json

import pytest

DRAFT = """---
title: Pumps
---
{example: The pump stood still.} {why: A town had no water.} {idea: Parts that share a shaft fail together.}

## More

{exmaple: This.} A {define: cohort} is a group.
"""


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "draft.md"
    path.write_text(DRAFT, "utf-8")
    return path


def test_advice_comes_with_file_and_line_and_never_blocks(cohobate, draft):
    checked = cohobate("check", str(draft))
    assert (checked.status, checked.err) == (0, "")
    first, second, *_ = checked.out.splitlines()
    assert first.startswith(f"{draft}:8: '{{exmaple:' is no mark; write {{example:")
    assert second.startswith(f"{draft}:8: 'cohort' is defined here and used nowhere")
    assert "Of 1 marked idea, 1 has its example in the paragraph, 0 in the section" in checked.out


def test_figures_stand_last_under_a_heading_that_says_what_they_are(cohobate, draft):
    *_, heading, count, length = cohobate("check", str(draft)).out.splitlines()
    assert heading.startswith("Background, no advice:")
    assert count.strip().startswith("23 words, 5 sentences")
    assert length.strip() == "4.6 words a sentence"


def test_a_draft_in_order_is_said_to_be(cohobate, draft):
    draft.write_text("{example: A pump stood still.} {why: No water.} {idea: Parts share.}\n" * 3, "utf-8")
    assert cohobate("check", str(draft)).out.startswith(f"{draft}: nothing to advise\n")


def test_programs_get_one_object(cohobate, draft):
    checked = cohobate("check", str(draft), "--json")
    found = json.loads(checked.out)
    assert checked.status == 0
    assert set(found) == {"file", "advice", "ideas", "figures", "marks"}
    assert [(one["kind"], one["line"], one["column"]) for one in found["advice"]] == [("mark", 8, 1), ("term", 8, 20)]
    assert found["ideas"] == {"paragraph": 1, "section": 0, "document": 0, "none": 0}
    assert [one["kind"] for one in found["marks"]] == ["example", "why", "idea", "define"]
    assert DRAFT[found["marks"][3]["inside"] : found["marks"][3]["inside_end"]] == "cohort"


@pytest.mark.parametrize(
    "text", ["", "# Title only\n", "plain words\n", "}" * 50, "{example: " * 50, "\x00\r\r\n\ufeff"]
)
def test_no_text_blocks(cohobate, draft, text):
    draft.write_bytes(text.encode())
    assert cohobate("check", str(draft)).status == 0
    assert json.loads(cohobate("check", str(draft), "--json").out)["file"] == str(draft)


def test_what_is_missing_or_no_text_is_refused_in_a_sentence(cohobate, draft, tmp_path):
    missing = cohobate("check", str(tmp_path / "none.md"))
    assert missing.status == 1
    assert "none.md could not be read: it does not exist; check the path" in missing.refusal
    folder = cohobate("check", str(tmp_path))
    assert folder.status == 1
    assert "could not be read: it is a folder, not a file" in folder.refusal
    draft.write_bytes(b"\x89PNG\xff\xfe\x00")
    picture = cohobate("check", str(draft), "--json")
    assert (picture.status, picture.out) == (2, "")
    assert "draft.md is no text in UTF-8 (byte 1 is 0x89); save it as such" in picture.refusal


def test_a_byte_order_mark_is_no_part_of_the_text(cohobate, draft):
    plain = json.loads(cohobate("check", str(draft), "--json").out)
    draft.write_bytes(b"\xef\xbb\xbf" + DRAFT.encode())
    assert json.loads(cohobate("check", str(draft), "--json").out) == plain


def test_a_list_of_ratings_adds_a_figure_for_the_background(cohobate, draft, tmp_path):
    table = tmp_path / "ratings.csv"
    table.write_text("word,rating\npump,4.9\n", "utf-8")
    checked = cohobate("check", str(draft), "--norms", str(table))
    assert (
        checked.out.splitlines()[-1]
        .strip()
        .startswith("how concrete words are on average, by your list: too few (1 of")
    )
    told = json.loads(cohobate("check", str(draft), "--norms", str(table), "--json").out)
    assert told["figures"]["concreteness"] == {"mean": None, "rated": 1, "words": 23}
