"""The review: remarks stand at their passages, in the version that they were made on and in all others."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohobate.errors import Refused
from cohobate.web.works import keeper
from cohobate.web.works.reading import blocks
from cohobate.web.works.reviewing import placed
from cohobate.web.works.selecting import selected, visible, whole

from .browsers import does, takes_part, words

TEXT = """# A party

{example: On *Friday* ten [people](https://example.org/p "who (all)") came & waited.} They waited
for each other, and each thought: \\*I\\* was told &copy; alone.

- One **th**ing.
- Another thing, and the same thing.

> It goes on
> over two lines.

| who | when |
|---|---|
| Ann | eight |
"""


@pytest.fixture
def version(writer, work):
    event, _ = keeper.keep_version(work.pk, writer.person, TEXT)
    return event.data["digest"]


def at(quote, block, last=None, before=0):
    """What stands in the text where that was selected."""
    found = blocks(TEXT)
    start, end = selected(TEXT, found[block - 1 : last or block], quote, before)
    return TEXT[start:end]


# --- from the page to the text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "block", "last", "stands"),
    [
        ("A party", 1, None, "A party"),
        ("On Friday ten people came", 2, None, 'On *Friday* ten [people](https://example.org/p "who (all)") came'),
        ("came & waited", 2, None, "came & waited"),
        ("waited. They", 2, None, "waited.} They"),
        ("They waited for each other", 2, None, "They waited\nfor each other"),
        ("*I* was", 2, None, "*I\\* was"),
        ("One thing.\n\nAnother", 3, 4, "One **th**ing.\n- Another"),
        ("goes on over two", 5, None, "goes on\n> over two"),
        ("Ann\teight", 6, None, "Ann | eight"),
    ],
)
def test_what_is_selected_on_the_page_is_found_in_the_markdown(quote, block, last, stands):
    assert at(quote, block, last) == stands


def test_of_the_same_words_in_one_paragraph_those_before_them_tell_which():
    text = blocks(TEXT)[3]
    first, second = (selected(TEXT, [text], "thing", before)[0] for before in (7, 25))
    assert TEXT[first - 8 : first] == "Another "
    assert TEXT[second - 5 : second] == "same "


@pytest.mark.parametrize("quote", ["", "  \n", "nowhere at all", "Friday\n\nOne"])
def test_what_was_not_on_the_page_is_refused(quote):
    with pytest.raises(Refused, match="select it again"):
        at(quote, 2)


def test_a_long_paragraph_is_remarked_on_at_its_beginning():
    text = "word " * 1_000
    start, end = whole(text, blocks(text)[0])
    assert (start, 1_900 < end <= 2_000) == (0, True)
    with pytest.raises(Refused, match="2,000 are the most"):
        selected(text, blocks(text), text, 0)


SIGNS = st.sampled_from([*"ab *_`[](){}<>&#|-\\.:\n", "&amp;", "](x)", "{term: ", "**", "\n\n", "é🙂"])


@given(st.lists(SIGNS, max_size=60).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_visible_stands_within_its_block_and_in_order(text):
    for block in blocks(text):
        places = [place for _, place in visible(text, block)]
        assert all(block.start <= place < max(block.end, block.start + 1) for place in places)
        assert places == sorted(places)


# --- remarks --------------------------------------------------------------------------------------------------------


def remark(browser, work, version, status=302, **given):
    return browser.do("say-of-work", work.pk, status=status, **({"kind": "comment", "digest": version} | given))


def said(work):
    """The remarks on a work."""
    return list(keeper.work(work.pk).comments.values())


def test_a_remark_keeps_its_passage_as_it_stands_in_the_version(reviewer, work, version):
    remark(reviewer, work, version, block=2, quote="ten people", before=8, text="Which ten?", id="remark-0001")
    (one,) = said(work)
    assert one.quote == TEXT[one.start : one.end] == "ten [people"
    assert TEXT[: one.start].endswith(one.before)
    page = reviewer.see("review-work", work.pk)
    assert "Which ten?" in page
    assert 'data-highlight="2" data-before="8" data-length="9"' in page


def test_without_a_script_a_paragraph_or_the_whole_is_remarked_on(reviewer, work, version):
    assert "Your remark" in words(reviewer.see("review-work", work.pk, on=3))
    remark(reviewer, work, version, block=3, text="A thing?", id="remark-0001")
    remark(reviewer, work, version, block=0, text="Shorter.", id="remark-0002")
    one, other = said(work)
    assert one.quote == "- One **th**ing."
    assert (other.start, other.end, other.quote) == (0, 0, "")


def test_a_remark_on_a_whole_paragraph_does_not_repeat_it_and_others_quote_without_marks(writer, reviewer, work):
    text = "{why: So {term: it} goes.}\n\nOn."
    digest = keeper.keep_version(work.pk, writer.person, text)[0].data["digest"]
    remark(reviewer, work, digest, block=1, text="All?", id="remark-0001")
    page = reviewer.see("review-work", work.pk)
    assert "<blockquote>" not in page
    assert "Why it matters" in page  # what a colour means
    remark(reviewer, work, digest, block=1, quote="So it", before=0, text="What?", id="remark-0002")
    assert "{term:" in said(work)[1].quote
    assert "<blockquote>So it" in reviewer.see("review-work", work.pk)


def test_the_same_remark_sent_twice_counts_once(reviewer, work, version):
    for _ in range(2):
        remark(reviewer, work, version, block=1, text="Once.", id="remark-0001")
    assert len(said(work)) == 1


def test_what_was_changed_after_it_had_arrived_is_not_taken_for_the_same(reviewer, work, version):
    remark(reviewer, work, version, block=1, text="Once.", id="remark-0001")
    response = remark(reviewer, work, version, status=409, block=1, text="Once, and more.", id="remark-0001")
    assert "You wrote: Once, and more." in words(response.content.decode())
    assert [one.text for one in said(work)] == ["Once."]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"block": 99, "text": "x"}, "no such paragraph"),
        ({"block": 2, "quote": "elsewhere", "text": "x"}, "not found in this version"),
        ({"block": 1, "text": " "}, "nothing is written there"),
        ({"block": 1, "text": "x", "digest": "f" * 64}, "no such version"),
        ({"kind": "publish"}, "nothing in a review is said like that"),
    ],
)
def test_what_cannot_be_is_refused_and_the_words_are_given_back(reviewer, work, version, given, sentence):
    response = remark(reviewer, work, version, status=409, **({"id": "remark-0001"} | given))
    page = words(response.content.decode())
    assert sentence in page.lower()
    assert ("You wrote: x" in page) == (given.get("text") == "x")
    assert said(work) == []


def test_writers_answer_and_settle_and_reviewers_only_answer(writer, reviewer, work, version):
    remark(reviewer, work, version, block=1, text="Why?", id="remark-0001")
    reviewer.do("say-of-work", work.pk, id="reply-00001", kind="reply", to="remark-0001", text="I mean the title.")
    reviewer.do("say-of-work", work.pk, status=409, id="settle-0001", do="done", to="remark-0001")
    writer.do("say-of-work", work.pk, status=409, id="settle-0001", do="declined", to="remark-0001")
    writer.do("say-of-work", work.pk, id="settle-0001", do="declined", to="remark-0001", text="It is one.")
    (one,) = said(work)
    assert (one.settled, [reply.text for reply in one.replies]) == ("declined", ["I mean the title.", "It is one."])


def test_whoever_has_reviewed_says_so_once(reviewer, work, version):
    given = {"kind": "reviewed", "digest": version, "text": "Begin with the door."}
    reviewer.do("say-of-work", work.pk, id="review-0001", **given)
    page = reviewer.see("review-work", work.pk)
    assert "Begin with the door." in page
    assert "I have reviewed this version" not in page
    reviewer.do("say-of-work", work.pk, status=409, id="review-0002", **given)


# --- in other versions ----------------------------------------------------------------------------------------------


def test_in_a_later_version_a_remark_stands_where_its_passage_went(writer, reviewer, work, version):
    remark(reviewer, work, version, block=4, quote="the same thing", before=20, text="Which?", id="remark-0001")
    later = TEXT.replace("# A party\n", "# A party\n\nSomething new.\n").replace(
        "the same thing", "the very same thing"
    )
    event, _ = keeper.keep_version(work.pk, writer.person, later)
    (one,) = placed(keeper.work(work.pk), later, event.data["digest"])
    assert later[one.start : one.end] == "the very same thing"
    assert (one.block, one.changed, one.lost, one.here) == (5, True, False, False)
    page = words(reviewer.see("review-work", work.pk))
    assert "made on version 1" in page
    assert "It was: the same thing" in page


def test_a_remark_whose_passage_is_gone_is_listed_apart(writer, reviewer, work, version):
    remark(reviewer, work, version, block=2, quote="ten people came", before=8, text="Which ten?", id="remark-0001")
    keeper.keep_version(work.pk, writer.person, "Nothing of it is left: another page altogether.")
    page = reviewer.see("review-work", work.pk)
    apart = page[page.index("On passages that are not there any more") :]
    assert "Which ten?" in apart
    assert "<del>ten [people" in apart
    assert "Which ten?" in reviewer.see("review-work", work.pk, version=1)


def test_in_the_draft_remarks_are_found_too(writer, reviewer, work, version):
    remark(reviewer, work, version, block=5, quote="over two lines", before=8, text="Two?", id="remark-0001")
    text = f"A new beginning.\n\n{TEXT}"
    writer.post(f"/works/{work.pk}/draft/", {"text": text, "revision": 0})
    page = writer.see("remarks", work.pk)
    assert f'data-at="{text.index("over two lines")}" data-words="over two lines"' in page
    answer = writer.do("remarks", work.pk, status=200, id="reply-00001", kind="reply", to="remark-0001", text="Two.")
    assert "Two." in words(answer.content.decode())


def test_words_that_were_taken_out_are_nowhere(writer, reviewer, work, version):
    remark(reviewer, work, version, block=2, quote="ten people", before=8, text="A secret.", id="remark-0001")
    keeper.strands.redact(work.pk, reviewer.person.pk, [said(work)[0].sequence])
    for page in (reviewer.see("review-work", work.pk), writer.see("remarks", work.pk)):
        assert "A secret." not in page
    later, _ = keeper.keep_version(work.pk, writer.person, "Another page.")
    assert later.data["digest"] in reviewer.see("review-work", work.pk)


def test_there_is_nothing_to_review_before_a_version(writer, reviewer, work):
    assert "There is no version to review yet." in words(reviewer.see("review-work", work.pk))
    reviewer.see("review-work", work.pk, status=404, version=3)


def test_words_of_one_work_are_in_no_other(writer, reviewer, work, version):
    other = keeper.begin(writer.person, title="Another", kind="propagating")
    stranger = takes_part(other, "Odo", "reviewer")
    stranger.see("review-work", work.pk, status=404)
    does(other, stranger.person, "leave", role="reviewer")


def test_a_long_version_is_shown_in_parts_each_with_its_own_remarks(writer, reviewer, work):
    text = "\n\n".join(f"Paragraph {number}." for number in range(1, 451))
    event, _ = keeper.keep_version(work.pk, writer.person, text)
    answer = remark(reviewer, work, event.data["digest"], block=250, part=2, text="Which?", id="remark-0001")
    assert answer.url.endswith("?part=2#c-remark-0001")
    first, second = (reviewer.see("review-work", work.pk, part=part) for part in (1, 2))
    assert "Paragraph 200." in first
    assert "Paragraph 201." in second
    assert ("Which?" in first, "Which?" in second) == (False, True)
    assert "Part 1 of 3; 1 remark in the others" in words(first)
    assert "Your remark" in words(reviewer.see("review-work", work.pk, on=450))
