"""What a parser does with a text is counted, and a text that would take very long is shown as it was typed."""

import sys
from collections.abc import Callable

import pytest

from cohobate import markdown
from cohobate.archive.passages import MARKDOWN, passages
from cohobate.markdown import NOTE, TooMuch, allowed, parse, plain, steps, usual
from cohobate.practicum.prose import check, marks, without_marks
from cohobate.practicum.work.publishing import below, page


def filled(piece: str) -> Callable[[int], str]:
    """Texts that are one piece again and again, of about so many characters."""
    return lambda size: piece * (size // len(piece))


TEXTS = {
    "quotations": lambda size: "> " * (size // 2) + "a",
    "quotations, lazy": lambda size: "> " * 20 + "a\n" * (size // 2),
    "quotations and lists": filled("> - > - > - a\n"),
    "lists, deep": lambda size: "- " * (size // 2) + "a",
    "lists, nested": lambda size: "".join("  " * (line % 9) + "- a\n" for line in range(size // 12)),
    "lists, flat": filled("- a\n"),
    "headings": filled("# a\n"),
    "headings, underlined": filled("a\n=\n"),
    "lines": filled("a\n"),
    "blank lines": filled(" \n"),
    "rules": filled("---\n"),
    "code": filled("```\n"),
    "brackets": filled("["),
    "brackets, closed": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "brackets, closing": filled("]"),
    "brackets, doubled": filled("[[a|"),
    "links, open": filled("[a]("),
    "links, within links": lambda size: ("[" * 15 + "a" + "](b)" * 15) * (size // 76),
    "links, by reference": filled("[a][b"),
    "definitions": filled("[a]: b\n"),
    "definitions, open": filled("[a\n"),
    "pictures, open": filled("!["),
    "pictures, within pictures": lambda size: ("![" * 15 + "a" + "](b)" * 15) * (size // 91),
    "backticks": lambda size: "".join("`" * length + " " for length in range(1, int((2 * size) ** 0.5))),
    "backticks, open": filled("`a ``b "),
    "emphasis": filled("*a_~~"),
    "emphasis, closing": filled("a* a** "),
    "emphasis, nested": lambda size: "*a **b " * (size // 14) + " a** b*" * (size // 14),
    "tables": lambda size: "a|b\n-|-\n" + "c|d\n" * (size // 4),
    "tables, not quite": filled("a|b\n-|-|-\n"),
    "markup": filled("<a "),
    "markup, comments": filled("<!-- a\n\n"),
    "markup, blocks": filled("<div>\n\n"),
    "addresses": filled("<http://a"),
    "entities": filled("&amp;&a"),
    "backslashes": filled("\\"),
    "spaces": filled(" "),
    "one word": filled("a"),
    "marks": filled("{example: A pump.} {idea: Parts fail.} "),
    "marks, nested": lambda size: "{idea: a " * (size // 11) + " }" * (size // 11),
    "marks, open": filled("{idea: a\n\n"),
    "marks, closing": filled("} "),
    "marks, empty": filled("{idea:}"),
    "marks, unknown": filled("{exampel: a} "),
    "marks, terms": lambda size: "".join(f"{{define: fault {one}}} fault {one}. " for one in range(size // 28)),
    "marks, in lists": filled("- {idea: a}\n"),
    "front matter": lambda size: "---\n" + "a: [\n" * (size // 5),
}


A_STEP = 120
"""Calls of functions for a step, at most; it is 15 to 105."""


def calls(work: Callable[[], object]) -> int:
    """How many functions are called in doing something; it depends on the machine in nothing."""
    count = 0

    def one_more(frame: object, event: str, what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(one_more)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def fresh(function):
    """A function that remembers nothing."""
    return getattr(function, "__wrapped__", function)


@pytest.fixture
def unbounded(monkeypatch):
    monkeypatch.setattr(markdown, "FREE", 10**9)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(
    "work",
    [check, without_marks, fresh(passages), lambda text: fresh(page)(text, "T")],
    ids=["check", "marks", "passages", "page"],
)
def test_twice_the_text_takes_about_twice_the_calls(kind, work, unbounded):
    work("A first one, after which nothing is made for the first time.")
    # Below that, what depends on nothing counts for more.
    once, twice = (calls(lambda size=size: work(TEXTS[kind](size))) for size in (1_500, 3_000))
    assert twice <= 2.4 * once + 500


@pytest.mark.parametrize("kind", TEXTS)
def test_steps_grow_with_the_text_and_calls_with_the_steps(kind, unbounded):
    once, twice = (steps(MARKDOWN, TEXTS[kind](size)) for size in (1_500, 3_000))
    assert twice <= 2.2 * once + 100
    text = TEXTS[kind](3_000)
    assert calls(lambda: parse(MARKDOWN, text)) <= A_STEP * twice + 20_000


@pytest.mark.parametrize(
    "kind", ["lists, flat", "brackets", "pictures, open", "headings", "marks, in lists", "emphasis"]
)
def test_however_a_text_is_made_it_gets_no_more_than_its_steps(kind, monkeypatch):
    monkeypatch.setattr(markdown, "FREE", -500)
    text = TEXTS[kind](4_000)
    assert steps(MARKDOWN, text) > allowed(text)

    def given_up() -> None:
        with pytest.raises(TooMuch):
            parse(MARKDOWN, text)

    assert calls(given_up) <= A_STEP * allowed(text) + 20_000
    note, *rest = fresh(passages)(text)
    assert (note.kind, note.text, NOTE in note.html) == ("note", "", True)
    assert {one.kind for one in rest} == {"plain"}
    assert "\n".join(one.text for one in rest) == text


def test_a_small_table_is_not_filled_up_to_a_very_large_one():
    text = "|" + "a|" * 256 + "\n|" + "-|" * 256 + "\n" + "|\n" * 256
    assert len(text) < 2_000
    assert calls(lambda: below(text)) < 1_000_000 < calls(lambda: usual().render(text))
    assert NOTE in below(text)


def test_a_table_is_the_same_whether_steps_are_counted_or_not():
    text = "|a|b|\n|-|-|\n" + "|c|\n" * 50 + "\n- one\n- two"
    parser = usual()
    counted = parser.renderer.render(parse(parser, text), parser.options, {})
    assert counted == parser.render(text)
    assert counted.count("<tr>") == 51


def test_the_published_page_is_what_was_typed_too_without_marks(monkeypatch):
    monkeypatch.setattr(markdown, "FREE", 0)
    made = page("{idea: <b>Both</b> [fail].}\n" * 20, "Pumps")
    assert made.title == "Pumps"
    assert made.html.startswith(f"<p><em>{NOTE}</em></p>\n<pre>&lt;b&gt;Both&lt;/b&gt; [fail].\n")
    assert made.markdown == "# Pumps\n\n" + "<b>Both</b> [fail].\n" * 20


def test_marks_are_found_also_where_markdown_is_not_followed(monkeypatch):
    text = "{example: A pump\nstood.}\n \n\r\n- {idea: `{idea: x}` Parts fail.}\n\n# T\n"
    kept = marks(text)
    monkeypatch.setattr(markdown, "FREE", 0)
    assert [one.words for one in marks(text)] == [one.words for one in kept]
    report = check(text)
    assert report.ideas["document"] == 1 or report.ideas["paragraph"] + report.ideas["section"] == 1


def test_prose_takes_few_steps():
    text = "The pump at *Elm Street* stood still on Tuesday, and [nobody](a) had thought that it could. " * 5 + "\n\n"
    assert steps(usual(), text * 2_000) < allowed(text * 2_000) / 2


def test_what_is_shown_as_typed_is_no_markup():
    assert plain("<a> & 'b'\n") == "<pre>&lt;a&gt; &amp; 'b'\n</pre>\n"
