"""A passage is found again where its words went, and never where they did not."""

import random
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cohobate.practicum.work.acts import AROUND
from cohobate.practicum.work.anchors import ENOUGH, LEAST, Found, Passage, find, passage

PROSE = (
    "On Friday ten people stand before one door. Each has been told that the others were told.\n\n"
    "Nobody knocks. A child asks whether the door is open, and then it is.\n\n"
    "Common knowledge is what all know that all know, and so on without an end.\n"
)


def at(text, words, occurrence=1):
    """The passage of these words."""
    start = -1
    for _ in range(occurrence):
        start = text.index(words, start + 1)
    return passage(text, start, start + len(words))


def stands(text, one):
    """What is found of a passage in a text, in words."""
    (found,) = find(text, [one])
    return None if found is None else text[found.start : found.end]


def test_a_passage_is_kept_with_what_stands_around_it():
    one = at(PROSE, "A child asks")
    assert one.quote == "A child asks"
    assert (len(one.before), len(one.after)) == (AROUND, AROUND)
    assert at(PROSE, "On Friday").before == ""


@st.composite
def texts(draw, least=1):
    words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    return " ".join(draw(st.lists(words, min_size=least, max_size=120)))


@st.composite
def texts_with_passages(draw):
    text = draw(texts(least=2))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, min(len(text), start + 300)))
    return text, start, end


@given(texts_with_passages())
def test_in_the_same_text_it_stands_in_the_same_place(given_text):
    text, start, end = given_text
    assert find(text, [passage(text, start, end)]) == [Found(start, end, 1.0)]


@given(texts_with_passages(), texts(), st.data())
def test_what_is_put_in_elsewhere_shifts_it_exactly(given_text, put_in, data):
    text, start, end = given_text
    one = passage(text, start, end)
    whole = one.before + one.quote + one.after
    # Where the same words stand twice with the same words around, nothing tells which one it was.
    before = data.draw(st.booleans())
    where = data.draw(
        st.integers(0, max(0, start - AROUND)) if before else st.integers(min(len(text), end + AROUND), len(text))
    )
    changed = text[:where] + put_in + text[where:]
    assume(changed.count(whole) == 1 and len(whole) >= ENOUGH)
    shift = len(put_in) if before else 0
    assert find(changed, [one]) == [Found(start + shift, end + shift, 1.0)]


@given(texts_with_passages())
def test_what_is_found_after_a_deletion_is_as_like_it_as_is_promised(given_text):
    text, start, end = given_text
    changed = text[:start] + text[end:]
    (found,) = find(changed, [passage(text, start, end)])
    if found is not None:
        assert found.kept >= LEAST
        assert (found.kept == 1.0) == (changed[found.start : found.end] == text[start:end])


@given(st.integers(0, 10**6))
@settings(max_examples=50)
def test_a_sentence_that_was_taken_out_is_nowhere(seed):
    chance = random.Random(seed)
    sentences = [made_up(chance, 12) for _ in range(30)]
    gone = chance.randrange(30)
    text = " ".join(sentences)
    rest = " ".join(sentences[:gone] + sentences[gone + 1 :])
    assert stands(rest, at(text, sentences[gone])) is None


def made_up(chance, words):
    """A sentence that nobody wrote before."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(words)).capitalize() + "."


def test_a_paragraph_that_was_moved_is_found_where_it_went():
    first, second, third = PROSE.split("\n\n")
    moved = "\n\n".join([third, first, "Something new in between.", second])
    for words in ("ten people stand before one door", second, "all know that all know, and so on"):
        assert stands(moved, at(PROSE, words)) == words


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("A child asks whether", "A small child asks whether"),
        ("whether the door is open", "if the door were open"),
        ("ten people stand", "twelve people stood"),
        ("Nobody knocks.", "Nobody ever knocks!"),
    ],
)
def test_small_changes_within_it_do_not_hide_it(before, now):
    changed = PROSE.replace(before, now)
    sentence = next(one for one in PROSE.replace("\n\n", " ").split(". ") if before.rstrip(".") in one)
    (found,) = find(changed, [at(PROSE.replace("\n\n", " "), sentence)])
    assert found is not None
    assert LEAST <= found.kept < 1
    assert now.rstrip("!") in changed[found.start : found.end]


def test_of_two_places_with_the_same_words_those_around_them_decide():
    text = "Before the bridge: mind the step, and go on.\n\nBehind the bridge: mind the step, and turn left.\n"
    for occurrence, follows in ((1, ", and go on"), (2, ", and turn left")):
        one = at(text, "mind the step", occurrence)
        for changed in ("Read this first.\n\n" + text, "\n\n".join(reversed(text.strip().split("\n\n"))), text * 2):
            (found,) = find(changed, [one])
            assert changed[found.end :].startswith(follows)


def test_a_short_word_is_not_found_among_other_words():
    one = at(PROSE, "door")
    assert stands("Another page altogether, on which some other door is painted green and blue.", one) is None


def test_a_short_text_is_found_whole():
    assert stands("Hello again, world", passage("Hello, world", 0, 12)) is None
    assert stands("So: Hello, world", passage("Hello, world", 0, 12)) == "Hello, world"


def test_nothing_at_all_is_nowhere():
    assert find("", [at(PROSE, "door")]) == [None]
    assert find(PROSE, [Passage(0, "")]) == [Found(0, 0, 1.0)]
    assert find(PROSE, []) == []


def test_letters_beyond_the_basic_plane_count_once():
    text = "𝔘𝔫𝔡 so 🙂 " * 3 + "endet es, wie es begann: mit einem Punkt."
    one = at(text, "wie es begann")
    assert find("🙂" + text, [one]) == [Found(one.start + 1, one.start + 14, 1.0)]


def test_in_a_text_of_the_same_few_letters_places_keep_their_distance():
    text = "la la " * 50_000
    found = find("x" + text, [passage(text, start, start + 50) for start in range(0, 200_000, 1000)])
    assert [one.start for one in found] == [start + 1 for start in range(0, 200_000, 1000)]


def test_two_thousand_passages_in_two_million_letters_take_less_than_a_second():
    chance = random.Random(4)
    paragraphs = [made_up(chance, 80) for _ in range(4_000)]
    text = "\n\n".join(paragraphs)
    starts = [chance.randrange(len(text) - 400) for _ in range(2_000)]
    kept = [passage(text, start, start + chance.randint(20, 300)) for start in starts]
    chance.shuffle(paragraphs)
    shuffled = "\n\n".join(paragraphs)
    fastest = 9.0
    for _ in range(3):
        began = time.process_time()
        found = find(shuffled, kept)
        fastest = min(fastest, time.process_time() - began)
    assert sum(one is not None for one in found) > 1_700
    assert fastest < 1
