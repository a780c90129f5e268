"""Checks of drafts: the marks, the law that examples come before ideas, terms, the opening, and figures."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cohobate.practicum.prose import LEVELS, MOST, check, count_words, marks, spans, without_marks
from cohobate.practicum.prose.concrete import concrete_before_abstract
from cohobate.practicum.prose.figures import sentences_in
from cohobate.practicum.prose.marks import read_marks
from cohobate.practicum.prose.structure import read_draft
from cohobate.practicum.prose.terms import key_of

GOLDEN = Path(__file__).parents[1] / "golden"


def advised(text, kind):
    return [(one.line, one.sentence) for one in check(text).advice if one.kind == kind]


# --- marks ------------------------------------------------------------------------------------------------------------


def test_a_mark_has_its_kind_its_place_and_its_words():
    text = "One.\n\nTwo {example of shared failure: the *pump*  stood\nstill} three."
    (mark,) = marks(text)
    assert (mark.kind, mark.of, mark.words) == ("example", "shared failure", "the *pump* stood still")
    assert (mark.line, mark.column) == (3, 5)
    assert text[mark.start : mark.end] == "{example of shared failure: the *pump*  stood\nstill}"
    assert text[mark.inside : mark.inside_end] == "the *pump*  stood\nstill"


def test_marks_vanish_and_leave_their_words():
    assert without_marks("A {define: cohort} is a {Term: group }. {why: So.}") == "A cohort is a group. So."


def test_a_mark_may_hold_paragraphs_marks_and_braces():
    text = "{example:\n\nFirst {term: a}.\n\nThen {x: {y}} and {why: this}.\n\n}\nEnd."
    assert [mark.kind for mark in marks(text)] == ["example", "term", "why"]
    assert without_marks(text) == "\nFirst a.\n\nThen {x: {y}} and this.\n\nEnd."


def test_a_line_of_marks_alone_goes_unless_it_keeps_paragraphs_apart():
    assert without_marks("{example:\n- one\n- two\n}\n\nEnd.") == "- one\n- two\n\nEnd."
    assert without_marks("One.\n{example:\nTwo.\n}\nThree.") == "One.\n\nTwo.\n\nThree."
    assert without_marks("One.\r\n\r\n{idea:\r\nTwo.\r\n}") == "One.\r\n\r\nTwo.\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "`{idea: a}`",
        "`` ` {idea: a} ``",
        "```\n{idea: a}\n```",
        "> ~~~ python\n> {idea: a}\n> ~~~",
        "- a\n\n      {idea: a}",
        "    {idea: a}",
        "<!-- {idea: a} -->",
        "a <!-- {idea: a} --> b",
        '<div title="{idea: a}">\n</div>',
        "[a](<x{idea: a}>)",
        "[a]({idea:a})",
        "[a](http://a.b/c(d){idea:a})",
        r"\{idea: a}",
        "{idea a}",
        "{ idea: a}",
        "{ideas-of: a}",
        "{{a}}",
        "{i: i > 0}",
        "$\\{i: i > 0\\}$",
        '{"name": 1}',
        "{name:value}",
        "[[a: b]] [^1]: {#id .class}",
        "---\ntitle: '{idea: a}'\n---\n",
    ],
)
def test_what_is_no_mark_stays(text):
    assert marks(text) == ()
    assert without_marks(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "[a](b) {idea: a}",
        "\\`{idea: a}\\`",
        "`` `{idea: a}",
        "`a` {idea: a} `b`",
        "> {idea: a}",
        "- x\n  {idea: a}",
        "| a | {idea: b} |\n|---|---|\n| c | d |",
        "## {idea: a}",
        "see <https://a.b> {idea: a}",
        "a <!-- {idea: a}",
        "---\ntitle: b\n---\n{idea: a}",
        "A rule\n\n---\nnote: {idea: a}\n\n---\n",
    ],
)
def test_what_stands_beside_code_links_and_lists_is_marked(text):
    (mark,) = marks(text)
    assert mark.kind == "idea"
    assert "{idea: " not in without_marks(text)


def test_code_within_a_mark_stays_and_closes_nothing():
    text = "{example: the call `f({a: b}` and `}` stay} end"
    assert without_marks(text) == "the call `f({a: b}` and `}` stay end"
    assert without_marks("{example: `a`}") == "`a`"


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a\n\n{example: b\n\nc", 3, "'{example:' is not closed; put a }"),
        ("a\nb }", 2, "this } closes nothing; remove it"),
        ("{exmaple: a}", 1, "'{exmaple:' is no mark; write {example:"),
        ("{picture: a}", 1, "'{picture:' is no mark; marks are example, idea, term, define, why"),
        ("a {idea: }", 1, "'{idea:' marks nothing"),
        ("{define: " + "word " * 9 + "}", 1, "holds a sentence; mark only the term itself"),
        ("{define: " + "w" * 300 + "}", 1, "holds a sentence; mark only the term itself"),
    ],
)
def test_a_mark_that_is_not_whole_is_told_with_line_and_remedy(text, line, part):
    ((at, sentence),) = advised(text, "mark")
    assert at == line
    assert part in sentence


def test_what_is_not_whole_is_text_and_spoils_no_other_mark():
    text = "{example: a {idea: b} c\n\n{why: d}"
    assert [mark.kind for mark in marks(text)] == ["idea", "why"]
    assert without_marks(text) == "{example: a b c\n\nd"


def test_spans_cover_each_mark_in_three_parts():
    text = "a {example: b {term: c} d}"
    found = [(text[span.start : span.end], span.kind, span.part) for span in spans(text)]
    assert found == [
        ("{example: ", "example", "mark"),
        ("b {term: c} d", "example", "words"),
        ("{term: ", "term", "mark"),
        ("c", "term", "words"),
        ("}", "term", "mark"),
        ("}", "example", "mark"),
    ]


anything = st.text(st.sampled_from("ab \n\r\t{}:`\\<>[]()#-*|.é\u2028😀") | st.characters(codec="utf-8"), max_size=60)
pieces = st.lists(
    st.sampled_from(
        [
            *(
                "{example: ",
                "{idea: ",
                "{term: ",
                "{define: ",
                "{why: ",
                "{exampel: ",
                "{example of a: ",
                "{",
                "}",
                "}\n",
            ),
            *(
                "a ",
                "b. ",
                "\n",
                "\n\n",
                "\r\n",
                "# ",
                "- ",
                "> ",
                "```\n",
                "`",
                "    ",
                "\\",
                "<!--",
                "-->",
                "](",
                "---\n",
            ),
        ]
    ),
    max_size=30,
).map("".join)


@given(anything | pieces)
@example("{")
@example("")
def test_any_text_is_read_and_its_marks_are_where_they_say(text):
    report = check(text)
    json.dumps(report.to_dict())
    draft = read_draft(text)
    for mark in report.marks:
        assert text[mark.start] + text[mark.end - 1] == "{}"
        assert mark.start < mark.inside <= mark.inside_end < mark.end <= len(text)
        assert draft.place(mark.start) == (mark.line, mark.column)
    for one in report.advice:
        assert 1 <= one.line <= text.count("\n") + text.count("\r") + 1
        assert one.sentence
    if not report.marks:
        assert without_marks(text) == text
    for before, after in pairwise(sorted(read_marks(text).vanishing)):
        assert before[1] <= after[0]
    for paragraph, after in pairwise(draft.paragraphs):
        assert paragraph.end <= after.start


@given(anything | pieces)
def test_nothing_but_marks_and_blank_space_is_ever_taken_away(text):
    left = iter("".join(without_marks(text).split()))
    kept = [letter for letter in "".join(text.split()) if letter in "ab"]
    signs = sum(text[m.start : m.inside].count(letter) for m in marks(text) for letter in "ab")
    assert sum(letter in "ab" for letter in left) == len(kept) - signs


# --- concrete before abstract -----------------------------------------------------------------------------------------


@st.composite
def drafts(draw):
    """A draft as its blocks: ("h", level) or ("p", marks); a mark is (kind, of, the mark within it or None)."""
    kinds, names = st.sampled_from(["example", "idea"]), st.sampled_from([None, None, "pump", "Pumps", "tide"])
    plain = st.tuples(kinds, names, st.none())
    nested = st.tuples(kinds, names, plain)
    block = st.tuples(st.just("h"), st.integers(1, 4)) | st.tuples(st.just("p"), st.lists(plain | nested, max_size=3))
    return draw(st.lists(block, max_size=12))


def written(blocks, marked=True):
    """A draft as its text."""

    def mark(one, depth=0):
        kind, of, within = one
        words = f"words{' ' + mark(within, depth + 1) if within else ''} end."
        return f"{{{kind}{' of ' + of if of else ''}: {words}}}" if marked else words

    lines = [f"{'#' * of} Heading" if what == "h" else " ".join(["Plain.", *map(mark, of)]) for what, of in blocks]
    return "\n\n".join(lines)


def by_definition(blocks):
    """The level of each idea, straight from the law, with no thought of time."""
    stands, clock = [], 0  # (kind, of, paragraph, begins, ends)
    for number, (what, of) in enumerate(blocks):
        for kind, name, within in of if what == "p" else ():
            begins, clock = clock, clock + 1
            if within:
                stands.append((within[0], within[1], number, clock, clock + 1))
                clock += 2
            stands.append((kind, name, number, begins, clock))
            clock += 1

    def innermost(number):
        return next((n for n in range(number, -1, -1) if blocks[n][0] == "h"), None)

    def around(heading):
        found = []
        while heading is not None:
            level = blocks[heading][1]
            heading = next(
                (n for n in range(heading - 1, -1, -1) if blocks[n][0] == "h" and blocks[n][1] < level), None
            )
            found.append(heading)
        return found

    def same(idea, other):
        return idea is None or other is None or key_of(idea) == key_of(other)

    found = []
    for kind, name, number, begins, _ in sorted(stands, key=lambda one: one[3]):
        if kind != "idea":
            continue
        before = [one for one in stands if one[0] == "example" and one[4] < begins]
        right = [one for one in before if same(name, one[1])]
        if any(one[2] == number for one in right):
            found.append(("paragraph", None))
        elif any(innermost(one[2]) == innermost(number) for one in right):
            found.append(("section", None))
        elif any(innermost(one[2]) in around(innermost(number)) for one in right):
            found.append(("document", None))
        else:
            found.append((None, "section" if before else "document"))
    return found


@given(drafts())
def test_the_law_is_what_its_definition_says(blocks):
    found = list(concrete_before_abstract(read_marks(written(blocks))))
    assert [(one.level, one.lacking) for one in found] == by_definition(blocks)
    report = check(written(blocks))
    assert report.ideas == {level: sum(one.level == level for one in found) for level in LEVELS} | {
        "none": sum(one.level is None for one in found)
    }
    assert [one.line for one in report.advice if one.kind == "example"] == [
        one.idea.line for one in found if one.level is None
    ]


@given(drafts())
def test_a_draft_is_published_as_it_would_have_been_written_without_marks(blocks):
    assert without_marks(written(blocks)) == written(blocks, marked=False)
    assert not marks(without_marks(written(blocks)))


@given(drafts(), st.data())
def test_an_example_at_the_very_beginning_serves_all_ideas(blocks, data):
    assert check("{example: A case.}\n\n" + written(blocks)).ideas["none"] == 0


@given(drafts())
def test_under_one_heading_only_the_first_ideas_can_be_without_an_example(blocks):
    flat = [("p", [(kind, None, None) for kind, *_ in of]) for what, of in blocks if what == "p"]
    levels = [level for level, _ in by_definition(flat)]
    assert levels == sorted(levels, key=lambda level: level is not None)
    assert check(written(flat)).ideas["none"] == levels.count(None)


def test_an_example_beside_within_or_behind_does_not_count():
    beside = "# A\n\n## B\n\n{example: b}\n\n## C\n\n{idea: c}"
    ((line, sentence),) = advised(beside, "example")
    assert line == 9
    assert "has no example before it in its section, nor in one around it" in sentence
    assert "under 'C' (line 7)" in sentence
    assert check("# A\n\n{example: a}\n\n## C\n\n{idea: c}").ideas["document"] == 1
    assert check("{idea: a {example: b}}").ideas["none"] == 1
    assert check("{example: a {idea: b}}").ideas["none"] == 1
    assert check("{idea: a} {example: b}").ideas["none"] == 1


def test_an_idea_of_something_wants_an_example_of_the_same_or_of_nothing_in_particular():
    assert check("{example of tides: a} {idea of Tide: b}").ideas["paragraph"] == 1
    assert check("{example: a} {idea of tide: b}").ideas["paragraph"] == 1
    assert check("{example of pumps: a} {idea: b}").ideas["paragraph"] == 1
    ((_, sentence),) = advised("{example of pumps: a} {idea of tide: b}", "example")
    assert "put one of tide before it" in sentence


def test_an_example_may_be_a_list_a_table_or_code():
    for held in ("- a\n- b", "| a |\n|---|\n| b |", "```\na\n```", "> a"):
        assert check(f"# A\n\n{{example:\n{held}\n}}\n\n{{idea: c}}").ideas["section"] == 1


def test_sections_follow_levels_and_underlined_headings_and_not_headings_in_code_or_quotations():
    text = "A\n=\n\n### B\n\n## C\n\n```\n# no\n```\n\n> # no\n\n# D #\n\n{idea: x}"
    found = [(one.level, one.title, one.line, one.above) for one in read_draft(text).sections]
    assert found == [(0, "", 1, None), (1, "A", 1, 0), (3, "B", 4, 1), (2, "C", 6, 1), (1, "D", 14, 0)]


def test_what_is_left_of_a_line_of_marks_is_no_front_matter():
    text = "{why: ---}\na: b\n---\n\n# A\n\n{idea: c}"
    assert [(one.title, one.line) for one in read_marks(text).draft.sections[1:]] == [("a: b", 2), ("A", 5)]


# --- terms ------------------------------------------------------------------------------------------------------------


def test_a_term_used_before_it_is_defined_is_told_at_its_first_use():
    text = "# Cohorts\n\nTwo Cohorts met.\nA cohort left.\n\nA {define: cohort} is a group."
    ((line, sentence),) = advised(text, "term")
    assert line == 3
    assert sentence.startswith("'cohort' is used here and defined only in line 6; define it here")
    assert [(one.line, one.column) for one in check(text).advice if one.kind == "term"] == [(3, 5)]


def test_a_term_used_and_defined_in_one_line_is_told_so():
    ((_, sentence),) = advised("Each cohort is a {define: cohort}.", "term")
    assert sentence.startswith("'cohort' is used here and defined only later in this line; define it here")


@pytest.mark.parametrize(
    "before",
    ["`cohort`", "[x](cohort)", "<http://cohort.org>", "http://a.org/cohort", "cohorting", "subcohort", "## Cohort"],
)
def test_code_addresses_headings_and_parts_of_words_are_no_uses(before):
    assert advised(f"{before}\n\nA {{define: cohort}} is a group. The cohort left.", "term") == []


def test_a_term_may_have_several_words_and_stand_on_two_lines():
    text = "The audit\ntrails are long.\n\nAn {define: audit trail} is a list."
    ((line, sentence),) = advised(text, "term")
    assert (line, sentence[:13]) == (1, "'audit trail'")


def test_where_two_terms_begin_alike_the_longer_is_meant():
    text = "The audit trail. An {define: audit trail} is. An {define: audit} is. Each audit."
    assert [sentence[:13] for _, sentence in advised(text, "term")] == ["'audit trail'"]


def test_a_term_is_defined_once_and_used():
    assert "is defined here and used nowhere" in advised("A {define: cohort} is.", "term")[0][1]
    twice = "A {define: cohort} is. The cohort.\n\nA {define: cohorts} is."
    assert advised(twice, "term") == [(3, "'cohorts' is defined in line 1 already; keep one of the two")]


def test_a_term_that_is_marked_wants_a_definition():
    assert "is marked as a term and defined nowhere" in advised("A {term: cohort} left.", "term")[0][1]
    assert advised("A {define: cohort} is. A {term: Cohort} left.", "term") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("cohort", "Cohorts"), ("class", "classes"), ("theory", "theories"), ("bias", "bias"), ("box", "boxes")),
        *(("writer", "writer's"), ("Audit trail", "audit  trails"), ("HCH", "hch")),
        *(("hypothesis", "Hypotheses"), ("bias", "biases"), ("cache", "caches"), ("index", "indices")),
    ],
)
def test_names_are_the_same_up_to_case_and_plural(one, other):
    assert key_of(one) == key_of(other) != ()


def test_words_that_only_look_alike_are_different_names():
    assert key_of("pres") != key_of("press")
    assert key_of("audit") != key_of("audit trail")


# --- the opening ------------------------------------------------------------------------------------------------------


def test_an_opening_shows_something_and_says_why_it_matters():
    assert advised("{example: The pump stood still.} {why: A town had no water.}", "opening") == []
    missing = [sentence for _, sentence in advised("Words. {idea: More words.}", "opening")]
    assert len(missing) == 2
    assert "hold no example" in missing[0]
    assert "do not say why it matters" in missing[1]


def test_what_comes_after_the_first_120_words_does_not_open():
    late = "# A title of words\n\n" + "word " * 119 + "{why: w} {example: late}"
    assert [sentence[:29] for _, sentence in advised(late, "opening")] == ["the first 120 words hold no e"]


def test_where_nothing_is_marked_one_sentence_says_so():
    ((line, sentence),) = advised("# Title\n\nJust words.", "opening")
    assert line == 3
    assert "nothing is marked" in sentence
    assert [one.sentence for one in check("").advice] == ["there are no words here yet"]
    assert [one.sentence for one in check("# Only a title").advice] == ["there are no words here yet"]


# --- figures ----------------------------------------------------------------------------------------------------------


def test_figures_are_of_running_text_and_marks_change_none():
    plain = "# Title\n\nThe pump stood still. Who saw it?\n\n- One item\n\n```\ncode here\n```\n\nSee [x](http://a.b)."
    figures = check(plain).figures
    assert (figures.words, figures.sentences, figures.words_a_sentence) == (11, 4, 2.8)
    assert (
        check(plain.replace("The pump", "{example: The pump} {term:").replace("still.", "still.}")).figures == figures
    )
    assert figures.grade is None  # too few words for it
    assert count_words(plain) == figures.words


def test_the_readability_formula_is_coleman_and_liaus():
    figures = check("Word four long here. " * 30).figures  # 4.0 letters a word, a sentence in four words
    assert figures.words == 120
    assert figures.grade == pytest.approx(0.0588 * 400 - 0.296 * 25 - 15.8, abs=0.05)
    assert figures.minutes == pytest.approx(120 / 238, abs=0.05)


def test_figures_come_with_the_words_that_they_are_no_advice():
    assert "none is advice" in check("a").to_dict()["figures"]["note"]


def test_abbreviations_end_no_sentence():
    text = "Dr. Johnson, e.g., spoke of A. Pope. “Why?” she asked. It cost 3.5 pounds… and more!"
    assert sentences_in(text) == [
        "Dr. Johnson, e.g., spoke of A. Pope.",
        "“Why?”",
        "she asked.",
        "It cost 3.5 pounds…",
        "and more!",
    ]


def test_of_very_much_advice_only_the_beginning_is_given():
    advice = check("a } b\n" * 1000).advice
    assert len(advice) == MOST
    assert (advice[-1].line, advice[-1].sentence[:38]) == (MOST - 1, "from here on 502 more could be said; s")


# --- the whole --------------------------------------------------------------------------------------------------------


def test_a_worked_draft_gets_the_advice_on_record():
    draft = (GOLDEN / "draft.md").read_text("utf-8")
    report = check(draft)
    said = "".join(f"{one.line}:{one.column} {one.kind}: {one.sentence}\n" for one in report.advice)
    said += f"{report.ideas}\n{report.figures}\n"
    assert said == (GOLDEN / "draft-advice.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "{example: ",
            "{idea: a} ",
            "}",
            "{",
            "`",
            "` `` ",
            "<!-- ",
            "](",
            "](a(",
            "<a",
            "[a\n",
            "> ",
            "* a\n",
            " ",
            "\n",
        ),
        *("{define: a b} a ", "{example of ", "\\`", "{idea: x\n\n", "# a {idea: b}\n", "---\na: b\n", ". ", "|a|b|\n"),
    ],
)
def test_no_text_takes_long_for_its_length(unit):
    text = unit * (100_000 // len(unit))
    began = time.process_time()  # of this process alone, whatever else is going on
    check(text)
    without_marks(text)
    assert time.process_time() - began < 10  # what tried things twice would need minutes
