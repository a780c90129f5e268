"""Dates, words of the vocabularies, titles of claims, links, repetitions, and new files."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cohobate.archive.claims import check_title
from cohobate.archive.dates import read_date
from cohobate.archive.links import Link, Shelf, links_in, slug
from cohobate.archive.passages import passages
from cohobate.archive.record import read_record
from cohobate.archive.repeats import repeats, without
from cohobate.archive.vocabulary import CONFIDENCES, STATUSES, word_of
from cohobate.archive.writing import LONGEST, file_name, new_claim, new_source

from .examples import PARAGRAPH

# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "date", "code"),
    [
        ("2018-11-30", "2018-11-30", None),
        ("2018-11", "2018-11", None),
        (2018, "2018", None),
        ("2024-02-29", "2024-02-29", None),
        ("2018-11-30T12:00:00Z", "2018-11-30", None),
        ("2018-11-30 12:00", "2018-11-30", None),
        (None, None, None),
        ("", None, None),
        ("2026-03-00", "2026-03", "partial-date"),
        ("2026-00-00", "2026", "partial-date"),
        ("2026-02-30", "2026-02", "impossible-date"),
        ("2023-02-29", "2023-02", "impossible-date"),
        ("2026-13-01", "2026", "impossible-date"),
        ("2018/11/30", "2018-11-30", "worded-date"),
        ("2018-1-5", "2018-01-05", "worded-date"),
        ("November 2018", "2018-11", "worded-date"),
        ("Nov. 30th, 2018", "2018-11-30", "worded-date"),
        ("30 Sept 2018", "2018-09-30", "worded-date"),
        ("31 November 2018", "2018-11", "impossible-date"),
        ("0000-00-00", None, "unread-date"),
        ("last spring", None, "unread-date"),
        ("20181130", None, "unread-date"),
        ("2018-11-30-12", None, "unread-date"),
    ],
)
def test_a_date_goes_as_far_as_it_can_be_true(value, date, code):
    found, problems = read_date(value, 3)
    assert (None if found is None else str(found)) == date
    assert [problem.code for problem in problems] == ([code] if code else [])


@given(st.dates())
def test_every_day_that_there_was_reads_as_itself(day):
    assert str(read_date(day.isoformat(), 1)[0]) == day.isoformat()


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("processed", "processed"),
        ("Complete (13 pages)", "processed"),
        ("null-result", "null-result"),
        ("null result", "null-result"),
        ("archive", "archived"),
        ("In  progress, by Ina", "processing"),
        ("unprocessed", "unprocessed"),
        ("new-ish", ""),
        ("purple", ""),
    ],
)
def test_a_status_in_free_words_is_the_word_that_it_begins_with(text, word):
    assert word_of(text, STATUSES) == word


def test_no_word_stands_for_two():
    for words in (STATUSES, CONFIDENCES):
        every = [other for others in words.values() for other in others]
        assert len(every) == len(set(every))
        assert all(word_of(word, words) == word for word in words)


# --- claims ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("tea cools faster in thin cups because their walls hold less heat", []),
        ("thin cups are cheap but they break", []),
        ("steeping twice outperforms steeping long, as two kitchens measured", []),
        ("tea cools faster in thin cups", ["no-reason"]),
        ("the cooling of tea", ["topic"]),
        ("persistent warm disagreement", ["topic"]),
        ("tea", ["topic"]),
        ("does tea cool?", ["question"]),
    ],
)
def test_a_claim_is_a_whole_proposition_with_a_reason(title, codes):
    assert [problem.code for problem in check_title(title, 1)] == codes


# --- links ----------------------------------------------------------------------------------------------------------

SHELF = Shelf(
    [
        ("1", "notes/How tea cools.md", ["The cooling of tea"]),
        ("2", "cups-are-thin-because-clay-is-dear.md", ["Cups are thin, because clay is dear"]),
        ("3", "cups-are-thin-because-kilns-are-small.md", ["Kilns"]),
        ("4", "a/index.md", []),
        ("5", "b/index.md", []),
        ("6", "Ünïcode – name.md", []),
    ]
)


@pytest.mark.parametrize(
    ("target", "way", "found"),
    [
        ("How tea cools", "name", "1"),
        ("How tea cools.md", "name", "1"),
        ("elsewhere/How tea cools", "name", "1"),
        ("how-tea-cools", "slug", "1"),
        ("the cooling of tea", "heading", "1"),
        ("cups are thin because clay", "beginning", "2"),
        ("cups are thin because clay is dear and so on", "beginning", "2"),
        ("Cups are thin because clay’s dear", "", ""),
        ("cups are thin because", "beginning", "23"),
        ("index", "name", "45"),
        ("cups are", "", ""),
        ("ünïcode name", "slug", "6"),
        ("", "", ""),
        ("???", "", ""),
    ],
)
def test_a_link_is_followed_by_name_then_slug_then_heading_then_beginning(target, way, found):
    led = SHELF.follow(target)
    assert (led.way, "".join(led.found)) == (way, found)


def test_links_are_found_between_brackets_with_their_lines():
    text = "[[one]] and [[two|words]]\n[[three#part]] [[]] [[four\n]] ![[five]]\n[[[six]]]"
    assert links_in(text) == [
        Link(1, "one"),
        Link(1, "two"),
        Link(2, "three"),
        Link(2, ""),
        Link(3, "five"),
        Link(4, "six"),
    ]


@given(st.text(max_size=60))
def test_a_slug_of_a_slug_is_itself(text):
    assert slug(slug(text)) == slug(text)


# --- repetitions ----------------------------------------------------------------------------------------------------


def lines(found):
    return [(one.start, one.end, one.first_start, one.first_end) for one in found]


def test_a_text_that_is_there_three_times_is_found_with_its_lines():
    text = "\n".join([PARAGRAPH.replace("cup", thing) for thing in ("cup", "pot", "can")] * 3)
    found = repeats(text)
    assert lines(found) == [(7, 17, 1, 5)]
    assert without(text, found).split() == text[: len(text) // 3].split()


def test_a_line_that_comes_again_right_below_is_found_and_a_word_is_not():
    assert lines(repeats("How tea cools\nHow tea cools\n\nHow tea cools\n")) == [(2, 4, 1, 1)]
    assert repeats("yes\nyes\nyes\n") == ()


def test_one_long_line_is_compared_sentence_by_sentence():
    text = PARAGRAPH.strip() + " " + PARAGRAPH.strip() + " And then it was cold."
    (found,) = repeats(text)
    assert lines([found]) == [(1, 1, 1, 1)]
    assert without(text, [found]).split() == f"{PARAGRAPH} And then it was cold.".split()


def test_what_is_short_or_stands_once_is_no_repetition():
    assert repeats(f"{PARAGRAPH}\n- short\n\nOther words.\n\n- short\n") == ()
    assert repeats("") == ()


@given(
    st.lists(st.sampled_from([PARAGRAPH, "short\n", "a line of words\n", "\n", "x. y. z.\n"]), max_size=12).map("".join)
)
def test_without_its_repetitions_a_text_repeats_nothing_long(text):
    found = repeats(text)
    assert all(one.first_start <= one.first_end and one.start <= one.end for one in found)
    assert all(one.first_end <= one.start for one in found)
    assert without(text, found).count(PARAGRAPH.strip()) == min(1, text.count(PARAGRAPH))


def test_twice_the_text_takes_about_twice_the_time():
    def seconds(text):
        began = time.process_time()
        repeats(text)
        return time.process_time() - began

    for line in ("a b c d\n", "x\n", "x y. "):
        small, large = (min(seconds(line * n) for _ in range(3)) for n in (10_000, 80_000))
        assert large < 8 * small * 4


# --- passages -------------------------------------------------------------------------------------------------------


def test_blocks_and_items_are_passages_and_front_matter_is_none():
    text = (
        "---\ntitle: x\n---\n# Head\n\nOne\nparagraph.\n\n3. three\n4. four\n   - deeper\n\n---\n\n> said\n\n"
        "```\ncode\n```\n\n| a |\n|---|\n| b |\n"
    )
    found = passages(text)
    assert [(one.number, one.start, one.end, one.kind) for one in found] == [
        (1, 4, 4, "heading"),
        (2, 6, 7, "paragraph"),
        (3, 9, 9, "item"),
        (4, 10, 11, "item"),
        (5, 15, 15, "quotation"),
        (6, 17, 19, "code"),
        (7, 21, 23, "table"),
    ]
    assert '<ol start="4">' in found[3].html
    assert "deeper" in found[3].html
    assert passages("") == ()


def test_links_between_brackets_and_references_lead_on_and_markup_is_shown():
    (one, two) = passages("[[a & b|words]] and [here][x] <b>no</b>\n\n- `[[not]]`\n\n[x]: https://tea.example\n")
    assert '<a href="wiki:a%20%26%20b">words</a>' in one.html
    assert '<a href="https://tea.example">here</a>' in one.html
    assert "&lt;b&gt;" in one.html
    assert "[[not]]" in two.html


# --- new files ------------------------------------------------------------------------------------------------------


def test_a_new_source_and_a_new_claim_read_back_as_what_they_were_made_from():
    text = new_source(
        "Tea: a study", "Words.", author="Ina", date="2021-04", tags=["tea"], claims_extracted=["x y"], mine=1
    )
    one = read_record("x.md", text.encode())
    assert (one.title, one.author, str(one.date), one.tags) == ("Tea: a study", "Ina", "2021-04", ("tea",))
    assert (one.status, one.document.fields["mine"], one.problems) == ("unprocessed", 1, ())
    proposition = "tea cools faster in thin cups because their walls hold less heat"
    two = read_record("y.md", new_claim(proposition, "Words.", confidence="likely", source="[[x]]").encode())
    assert (two.title, two.confidence, two.type, two.problems) == (proposition, "likely", "claim", ())


@given(st.text(max_size=400))
@example("茶" * 200)
@example("a" * 119 + "é")
@example("…")
def test_a_file_name_that_every_system_takes_can_be_made_of_any_title(title):
    name = file_name(title)
    assert name.endswith(".md")
    assert "/" not in name
    assert len(".md") < len(name.encode()) <= LONGEST + len(".md")
