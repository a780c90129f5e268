"""Front matter: read in whatever state it is, each mistake with its line; what is not changed comes back as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate import frontmatter
from cohobate.errors import WrongUse
from cohobate.frontmatter import DEEPEST, read

SIMPLE = """---
title: "A claim: with a colon"
date: 2026-03-00   # no such day
level: 3
share: 0.5
open: true
nothing:
yes: yes
tags: [one, two]
seats:
  explainer: {min: 1, max: 2}
  facilitator:
    about: asks
list:
- first
- second
---
# Body

Text.
"""


def sentences(text):
    return [str(mistake) for mistake in read(text).mistakes]


# --- what is read ---------------------------------------------------------------------------------------------------


def test_values_are_plain_and_what_yaml_would_take_for_a_date_stays_text():
    assert dict(read(SIMPLE).fields) == {
        "title": "A claim: with a colon",
        "date": "2026-03-00",
        "level": 3,
        "share": 0.5,
        "open": True,
        "nothing": None,
        "yes": "yes",
        "tags": ["one", "two"],
        "seats": {"explainer": {"min": 1, "max": 2}, "facilitator": {"about": "asks"}},
        "list": ["first", "second"],
    }
    assert read(SIMPLE).mistakes == ()


def test_every_value_has_its_line_and_what_is_not_there_that_of_the_nearest():
    document = read(SIMPLE)
    assert document.line("title") == 2
    assert document.line("seats", "facilitator", "about") == 13
    assert document.line("list", 1) == 16
    assert document.line("seats", "facilitator", "min") == 12
    assert document.line("missing") == 1
    assert (document.body, document.body_line) == ("# Body\n\nText.\n", 18)


def test_lines_are_counted_as_editors_count_them():
    document = read('---\na: "one\u2028two\x85three\u2029"\nb:\n  c: "\u2028"\n  d: 1\n---\n')
    assert document.mistakes == ()
    assert document.line("b", "d") == 5
    (mistake,) = read('---\na: 1\nb:\n  c: "\u2028"\n  d: e: f\n---\n').mistakes
    assert mistake.line == 5


def test_aliases_are_followed_once_however_much_they_stand_for():
    rows = [f"  - &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)]
    document = read(f"---\nlist:\n  - &a [x]\n{''.join(rows)}---\n")
    assert document.mistakes == ()
    assert document.line("list", 11) == 14
    assert document.line("list", 1, 8) == 3


def test_no_more_brackets_are_followed_into_each_other_than_anybody_writes():
    deep = "[" * DEEPEST + "]" * DEEPEST
    assert read(f"---\na: {deep}\n---\n").mistakes == ()
    (mistake,) = read(f"---\na: [{deep}]\nb: 1\n---\n").mistakes
    assert mistake.line == 2
    assert f"more than {DEEPEST} brackets are open at once" in mistake.sentence


def test_a_map_that_would_be_merged_into_others_is_a_value_as_any_other():
    document = read("---\na:\n  one: &one {x: 1}\n  two: {<<: *one, y: 2}\n---\n")
    assert document.mistakes == ()
    assert document.fields["a"] == {"one": {"x": 1}, "two": {"<<": {"x": 1}, "y": 2}}
    assert read(document.with_field("b", {"<<": 1}).text).fields["b"] == {"<<": 1}


@pytest.mark.parametrize("text", ["", "\n\n", "# Only a body\n", "Text\n\n---\n\nmore text\n", "---", "a: b\n"])
def test_a_text_without_front_matter_is_all_body_and_no_mistake_but_an_open_fence(text):
    document = read(text)
    assert document.text == text
    assert dict(document.fields) == {}
    assert (document.mistakes == ()) == (text != "---")


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: one: two\nok: 1\n---\n", ["line 2: 'title' does not read (mapping values are not allowed here)"]),
        ("---\nok: 1\nlist: [a, b\n---\n", ["line 3: 'list' does not read ("]),
        ("---\na: 1\nb: 2\na: 3\n---\n", ["line 4: 'a' stands in line 2 already; keep one of them"]),
        ("---\nmap:\n  x: 1\n  x: 2\n---\n", ["line 4: 'x' stands in line 3 already; keep one of them"]),
        ("---\nstray words\na: 1\n---\n", ["line 2: this is no key with a value; write it as key: value"]),
        ("Scraped.\n\n---\na: 1\n---\nBody\n", ["line 1: something stands before the front matter; move it below"]),
        ("---\na: 1\nb: 2\n\n# Body\n", ["line 3: the front matter is not closed; put a line --- after it"]),
        ("---\na: *nowhere\n---\n", ["line 2: 'a' does not read (found undefined alias"]),
        ("---\na: !!python/object:os.system x\n---\n", ["line 2: 'a' does not read ("]),
        ("---\na: !!timestamp x\n---\n", ["line 2: 'a' does not read ("]),
        ("---\na: !!binary x\n---\n", ["line 2: 'a' does not read ("]),
        ("---\na: !!bool perhaps\n---\n", ["line 2: 'a' does not read ("]),
        ("---\na: !!int ''\n---\n", ["line 2: 'a' does not read ("]),
        ("---\na:\n  ? [b]\n  : 1\n---\n", ["line 2: 'a' does not read (a list or a map is no name for a value)"]),
        ("---\na: &a [*a]\n---\n", ["line 2: 'a' does not read ("]),
    ],
)
def test_a_mistake_is_named_with_its_line_and_costs_nothing_else(text, expected):
    found = sentences(text)
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found
    assert read(text).text == text


def test_a_value_that_does_not_read_is_kept_as_text_beside_those_that_do():
    fields = read("---\ntitle: one: two\nok: 1\n---\n").fields
    assert dict(fields) == {"title": "one: two", "ok": 1}


def test_of_a_key_that_stands_twice_the_later_one_counts():
    assert read("---\na: 1\na: 2\n---\n").fields["a"] == 2


def test_words_that_were_pasted_in_cost_nothing_but_a_mistake_of_their_own():
    text = "---\na: 1\n\nPasted words, and\nsome more.\n\nb: [x,\ny]\nc:\n- z\n---\nbody\n"
    document = read(text)
    assert dict(document.fields) == {"a": 1, "b": ["x", "y"], "c": ["z"]}
    (mistake,) = document.mistakes
    assert (str(mistake), mistake.kind) == ("line 4: this is no key with a value; write it as key: value", "stray")
    assert document.text == text
    assert document.with_field("a", 2).text == text.replace("a: 1", "a: 2")


PARTS = (
    *(
        "k: ",
        "k:",
        "\n",
        "- ",
        "  - ",
        "[",
        "]",
        ", ",
        " ",
        '"',
        "'",
        "a",
        "true",
        "No",
        "null",
        "~",
        "1",
        "0.5",
        "1e5",
        "-",
        "é",
    ),
    *(
        "#",
        " #",
        ":",
        "\t",
        "\r\n",
        "http://x",
        "?",
        "=",
        "%",
        "@",
        "(",
        "\\",
        "{",
        "}",
        "&a",
        "*a",
        "!",
        "|\n",
        ">",
        "\xa0",
    ),
    *("\u2028", "<<", "…", "1_000", "0x1f", "1:30", "12e3", ".", "\n  x", "\n   y", "\n\n", "|", "  "),
)


@given(st.lists(st.sampled_from(PARTS), max_size=10).map("".join))
@settings(max_examples=400)
def test_what_is_read_without_yaml_is_what_yaml_reads(inner):
    for front in (
        f"k: {inner}",
        f"k:\n{inner}",
        f"k: [{inner}]",
        f"k: [a, {inner}, b]",
        f"k:\n  - {inner}\n  - x",
        f"k: |\n  {inner}\n  z",
    ):
        for block in read(f"---\n{front}\n---\n").blocks:
            key = frontmatter._KEY.match(block.text)
            if block.key is not None and (simple := frontmatter._simple(block.text, key.end())):
                value, lines, mistakes = frontmatter._by_yaml(block, key)
                assert (repr(value), mistakes) == (repr(simple[0]), [])
                assert lines == {(place,): block.line + below for place, below in enumerate(simple[1])}


@pytest.mark.parametrize(
    "value",
    [
        "words",
        '"words: of all # sorts"',
        "'it'",
        "3",
        "0.5",
        "true",
        "[a, 'b', 3]",
        "[]",
        "\n  - a\n  - b: c",
        "\n- a\n- 2",
        "|\n  a\n   b",
    ],
)
def test_what_people_write_most_is_read_without_yaml(value):
    (block,) = read(f"---\nkey: {value}\n---\n").blocks
    assert (frontmatter._simple(block.text, 4) is not None) == (": c" not in value)


# --- what comes back ------------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("ab:-#'\"[]{}|>&*!\\ \t\r\n0.~"), max_size=80), st.booleans())
def test_whatever_is_read_comes_back_to_the_last_letter(text, fenced):
    whole = f"---\n{text}\n---\nbody\n" if fenced else text
    document = read(whole)
    assert document.text == whole
    assert isinstance(document.mistakes, tuple)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(PLAIN, st.sampled_from(["title", "tags", "list", "new"]))
def test_a_value_that_is_set_reads_back_and_everything_else_stays(value, key):
    before = read(SIMPLE)
    after = before.with_field(key, value)
    assert after.fields[key] == value
    assert after.mistakes == ()
    assert {name: one for name, one in after.fields.items() if name != key} == {
        name: one for name, one in before.fields.items() if name != key
    }
    assert after.body == before.body
    assert "date: 2026-03-00   # no such day\n" in after.text


def test_a_value_that_is_set_to_what_it_is_changes_no_letter():
    document = read(SIMPLE)
    for key, value in document.fields.items():
        assert document.with_field(key, value).text == SIMPLE


def test_a_text_without_front_matter_is_given_one():
    assert read("Body\n").with_field("title", "T").text == "---\ntitle: T\n---\nBody\n"


def test_a_key_that_stood_twice_stands_once_after_it_was_set():
    assert read("---\na: 1\nb: 2\na: 3\n---\n").with_field("a", 4).text == "---\nb: 2\na: 4\n---\n"


def test_comments_and_blank_lines_below_a_value_stay():
    text = "---\na: 1\n\n# about b\nb: 2\n---\n"
    assert read(text).with_field("a", 5).text == "---\na: 5\n\n# about b\nb: 2\n---\n"


def test_line_ends_are_those_of_the_text():
    assert read("---\r\na: 1\r\n---\r\nBody\r\n").with_field("a", 2).text == "---\r\na: 2\r\n---\r\nBody\r\n"


def test_what_is_no_plain_value_is_refused():
    with pytest.raises(WrongUse, match="'a' cannot be written to front matter"):
        read("").with_field("a", object())


LONG = ("a" + " " * 1_000_000, "a" + " b" * 500_000, "a" + " :b" * 300_000, '"' + " " * 1_000_000)


@pytest.mark.parametrize("line", LONG, ids=["spaces", "words", "colons", "a quote"])
def test_a_long_line_is_taken_apart_at_once(line):
    assert read(f"---\n{line}\n---\n").text == f"---\n{line}\n---\n"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("a: 1", "a"),
        ("a b : 1", "a b"),
        ("a\t b\t: 1", "a\t b"),
        ("'a: b': 1", "a: b"),
        ("a:b: 1", None),
        ("ab:c", None),
        ("a :", "a"),
    ],
)
def test_a_key_is_what_stands_before_the_first_colon_if_a_space_follows_that(line, key):
    assert [block.key for block in read(f"---\n{line}\n---\n").blocks] == [key]
