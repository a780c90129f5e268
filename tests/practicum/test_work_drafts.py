"""What is made of a work's drafts: what changed, what they lack, the page for readers, credit, and predictions."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.practicum.work.credit import credit, told
from cohobate.practicum.work.differences import Paragraph, Piece, Unchanged, difference, folded, words_added
from cohobate.practicum.work.milestones import MINIMUM_WORDS, lacking, reviewers
from cohobate.practicum.work.predicting import Compared, compared
from cohobate.practicum.work.publishing import as_file, below, page

from .works import Played, digest, reviewed

# --- what changed -----------------------------------------------------------------------------------------------------

TEXTS = st.lists(
    st.sampled_from(
        ["One.", "Two three.", "two three four", " ", "\n", "\n\n", "\n \n", "{example: x}", "é", "a b a b"]
    )
).map("".join)


def put_together(paragraphs, *changes):
    return "".join(piece.text for one in paragraphs for piece in one.pieces if piece.change in changes)


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS)
def test_what_stayed_and_went_is_the_one_text_and_what_stayed_and_came_the_other(before, after):
    found = difference(before, after)
    assert put_together(found, "same", "removed") == before
    assert put_together(found, "same", "added") == after
    assert all(piece.text for one in found for piece in one.pieces)


@given(TEXTS)
def test_nothing_changed_between_a_text_and_itself(text):
    assert {one.change for one in difference(text, text)} <= {"same"}
    assert words_added(text, text) == 0


def test_a_changed_word_is_shown_within_its_paragraph():
    before = "One.\n\nThe pump is old.\n\nThree.\n"
    assert difference(before, before.replace("old", "new")) == (
        Paragraph((Piece("same", "One.\n\n"),)),
        Paragraph(
            (Piece("same", "The pump is "), Piece("removed", "old"), Piece("added", "new"), Piece("same", ".\n\n"))
        ),
        Paragraph((Piece("same", "Three.\n"),)),
    )


def test_a_paragraph_before_one_that_was_changed_does_not_hide_that_it_is_the_same_one():
    before = "The pump in the cellar is old.\n"
    after = "Something else comes first.\n\nThe pump in the cellar is new.\n"
    assert [one.change for one in difference(before, after)] == ["added", "changed"]


def test_a_paragraph_that_was_exchanged_is_shown_as_two():
    found = difference("All is well with the pumps.\n", "Nobody knows a thing about valves.\n")
    assert [one.change for one in found] == ["added", "removed"]


def test_long_stretches_that_stayed_are_folded():
    before = "\n\n".join(f"Paragraph number {n}." for n in range(20))
    found = folded(difference(before, before.replace("number 9.", "number nine.")))
    assert [one.paragraphs if isinstance(one, Unchanged) else one.change for one in found] == [
        8,
        "same",
        "changed",
        "same",
        9,
    ]
    assert folded(difference(before, before)) == [Unchanged(20)]


def test_words_that_came_are_counted():
    assert words_added("One two.\n", "One two.\n\nThree four five.\n") == 3
    assert words_added("", "One two") == 2
    assert words_added("One two", "") == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "\n\n".join(f"This is line {n} of it." for n in range(20_000)),
            "\n\n".join(f"{n} is it." for n in range(20_000)),
        ),
        ("a b " * 100_000, "b a " * 100_000),
        ("a\n\nb\n\n" * 20_000, "b\n\na\n\n" * 20_000),
        (" " * 500_000 + "x", "x" + " " * 500_000),
        (" ".join(f"w{n}" for n in range(50_000)), " ".join(f"w{n}" for n in reversed(range(50_000)))),
    ],
    ids=["nothing alike", "one paragraph", "two lines over and over", "spaces", "backwards"],
)
def test_long_texts_take_no_longer_than_their_length_wherever_they_differ(before, after):
    start = time.process_time()
    found = difference(before, after)
    assert time.process_time() - start < 10
    assert put_together(found, "same", "removed") == before


# --- milestones -------------------------------------------------------------------------------------------------------

ENOUGH = "{example: On Tuesday the pump stood still.} " + "So it goes on. " * 40


def drafted(text=ENOUGH, **given):
    game = Played(**given)
    game.does("ann", "hypothesis", text="Cases first.")
    game.keeps("ann", text)
    return game


def missing(game, which, text=ENOUGH):
    return lacking(game.work, which, game.work.latest, text)


def test_a_minimum_viable_draft_has_a_hypothesis_a_source_enough_words_and_an_example():
    assert missing(drafted(), "minimum") == []


def test_what_a_draft_lacks_is_said_with_its_remedy():
    game = Played(sources="")
    game.keeps("ann", "Two words")
    assert missing(game, "minimum", "Two words") == [
        "No hypothesis is registered: say what will make this work help its readers.",
        "It names no source: choose what it distils from the shelf.",
        f"It has 2 words, and {MINIMUM_WORDS} are the least that readers can be tested on: write on.",
        "Nothing is marked as an example: put one between {example: and }, before the idea it is one of.",
    ]


def test_without_a_version_that_is_all_there_is_to_say():
    for which in ("minimum", "full"):
        assert missing(Played(), which, "") == ["Nothing is kept yet: write in the editor, and keep it as a version."]


def test_the_full_draft_needs_the_minimum_two_reviewers_no_open_remark_and_whole_marks():
    text = ENOUGH + "{idea: never closed"
    game = drafted(text)
    game.does("rex", "join", role="reviewer", name="Rex")
    game.does("rex", "comment", id="comment-1", digest=digest(text), start=0, end=0, text="Which pump?")
    first, second, third, *rest = missing(game, "full", text)
    assert first == "The minimum viable draft is not passed yet: pass it first."
    assert second == "Nobody has reviewed it, and 2 should: invite a reviewer, or remind one."
    assert third == "One remark is open: settle each as done, or decline it with a reason."
    assert rest
    assert all(sentence.startswith("Line 1: ") for sentence in rest)
    game.does("ann", "milestone", which="minimum", digest=digest(text))
    for who in ("rex", "rea"):
        if who == "rea":
            game.does(who, "join", role="reviewer", name="Rea")
        game.does(who, "reviewed", digest=digest(text), text="Good.")
    game.does("ann", "settle", to="comment-1", how="declined", text="The text says which.")
    assert missing(game, "full", ENOUGH) == []


def test_whoever_writes_is_no_reviewer_of_it():
    game = drafted()
    game.does("ann", "join", role="reviewer", name="Ann")
    game.does("ann", "reviewed", digest=digest(ENOUGH), text="I like it.")
    assert reviewers(game.work) == []


# --- credit -----------------------------------------------------------------------------------------------------------


def test_credit_says_who_wrote_how_much_and_whose_remarks_led_to_a_change():
    game = reviewed()
    added = {digest("one two three"): 3, digest("one two three four"): 1}
    found = credit(game.work, added)
    assert [(one.who, one.versions, one.words, one.share) for one in found.wrote] == [
        ("ann", 1, 3, 0.75),
        ("bea", 1, 1, 0.25),
    ]
    assert [(one.who, one.versions, one.remarks, one.changed) for one in found.reviewed] == [("rex", 1, 1, 1)]
    assert told(found, game.work) == [
        "Ann wrote 1 version, 75 % of the words.",
        "Bea wrote 1 version, 25 % of the words.",
        "Rex reviewed 1 version and made 1 remark, of which 1 led to a change.",
    ]


def test_nobody_is_credited_for_remarks_on_their_own_version_nor_for_what_was_declined():
    game = reviewed()
    two = digest("one two three four")
    game.does("bea", "comment", id="comment-2", digest=two, start=0, end=0, text="Mine, and still.")
    game.does("ann", "comment", id="comment-3", digest=two, start=0, end=0, text="Shorter?")
    game.does("bea", "settle", to="comment-3", how="declined", text="No.")
    found = {one.who: one for one in credit(game.work, {}).reviewed}
    assert set(found) == {"rex", "ann"}
    assert (found["ann"].remarks, found["ann"].changed) == (1, 0)


def test_credit_without_any_words_has_no_shares():
    game = Played()
    assert credit(game.work, {}).wrote == ()
    game.keeps("ann", "one")
    assert credit(game.work, {}).wrote[0].share is None
    assert told(credit(game.work, {}), game.work) == ["Ann wrote 1 version."]


# --- the page for readers ---------------------------------------------------------------------------------------------


def test_readers_get_no_marks_and_no_front_matter():
    found = page("---\nsource: x\n---\n{example: A pump.} It {term: cavitates}.\n", "Pumps")
    assert found.title == "Pumps"
    assert found.markdown == "# Pumps\n\nA pump. It cavitates.\n"
    assert found.html == "<p>A pump. It cavitates.</p>\n"


def test_a_first_heading_is_the_title_and_stands_once():
    found = page("# Why *two* pumps\n\nText.\n\n## Further\n", "Pumps")
    assert found.title == "Why two pumps"
    assert found.markdown.count("# Why") == 1
    assert found.html == "<p>Text.</p>\n<h2>Further</h2>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A\n## B\n", "<h2>A</h2>\n<h3>B</h3>\n"),
        ("### A\n# B\n", "<h4>A</h4>\n<h2>B</h2>\n"),
        ("###### A\n", "<h2>A</h2>\n"),
        ("no heading", "<p>no heading</p>\n"),
        ("", ""),
    ],
)
def test_headings_stand_below_the_pages_own(text, html):
    assert below(text) == html


def test_markup_in_a_draft_is_shown_and_not_followed():
    assert page("<script>x</script>\n\nA <b>b</b>.", "T").html == (
        "<p>&lt;script&gt;x&lt;/script&gt;</p>\n<p>A &lt;b&gt;b&lt;/b&gt;.</p>\n"
    )


def test_a_file_is_whole_and_says_who_wrote_it():
    text = as_file("Pumps & <valves>", "<p>Text.</p>\n", "By Ann & Bea", ["Ann wrote 1 version.", "<end>"])
    assert text.startswith("<!doctype html>")
    assert "<title>Pumps &amp; &lt;valves&gt;</title>" in text
    assert "By Ann &amp; Bea" in text
    assert "<p>&lt;end&gt;</p>" in text
    assert "@media print" in text
    for outside in ("<script", "<link", "src=", "@import", "url("):
        assert outside not in text


# --- predictions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("predicted", "measured", "verdict", "score"),
    [
        ((20, 10, 30), (20, 15, 25), "held", 20),
        ((20, 10, 30), (12, 10, 30), "held", 20),
        ((20, 10, 30), (28, 20, 36), "open", 20),
        ((20, 10, 30), (31, 29, 33), "open", 20 + 40),
        ((20, 10, 30), (40, 31, 49), "missed", 20 + 400),
        ((20, 10, 30), (-10, -20, 0), "missed", 20 + 800),
        ((20, -100, 100), (3, -5, 11), "held", 200),
        (None, (20, 10, 30), "none", None),
        ((20, 10, 30), None, "too few", None),
    ],
)
def test_a_prediction_is_held_against_its_outcome(predicted, measured, verdict, score):
    found = Compared(predicted, measured, 12)
    assert found.verdict == verdict
    assert found.score == score
    assert found.sentence()


def test_a_comparison_says_both_with_their_intervals_and_how_many_readers():
    assert Compared((20, 10, 30), (40, 31, 49), 12).sentence() == (
        "You predicted 20 points, and were 95 % sure of 10 to 30. 12 readers answered 40 points more with the page "
        "than without (31 to 49). None of that lies where you said it would."
    )
    assert "9 readers answered 5 points fewer" in Compared((20, 10, 30), (-5, -12, 2), 9).sentence()
    assert "3 readers are too few" in Compared((20, 10, 30), None, 3).sentence()


def test_what_came_of_a_prediction_has_the_figures_of_the_outcome_with_ends_rounded_outwards():
    assert "7 readers answered 55 points more with the page than without (−1 to 90)." in (
        Compared((30, 10, 60), (55.4, -0.1, 89.3), 7).sentence()
    )
    assert "answered 1 point fewer with the page than without (−13 to 11)." in (
        Compared((30, 10, 60), (-1.2, -12.3, 10.1), 7).sentence()
    )


def test_what_counts_is_the_last_hypothesis_before_the_test_was_registered():
    game = Played()
    for points in (10, 20, 30):
        game.does("ann", "hypothesis", text="So.", points=points, low=points - 5, high=points + 5)
    places = [one.ledger[0] for one in game.work.hypotheses]
    assert places == [1, 2, 3]
    assert compared(game.work.hypotheses, 3, (20, 16, 24), 9).predicted == (20, 15, 25)
    assert compared(game.work.hypotheses, 1, (20, 16, 24), 9).predicted is None
    game.does("ann", "hypothesis", text="No number.")
    assert compared(game.work.hypotheses, 9, (20, 16, 24), 9).verdict == "none"
