"""Two versions of one passage are known by their words."""

from hypothesis import given
from hypothesis import strategies as st

from cohobate.practicum.reading.alike import RUN, shared

WORDS = st.lists(st.sampled_from([f"word{number}" for number in range(60)]), max_size=80)
RIM = (
    "When a drop of coffee dries on a table, the stain is darkest at its rim, because the drop's edge stays where it "
    "is and more water leaves there than in the middle, so that what floats in it is carried outwards."
)
QUEUE = (
    "People who stand in a queue that walks keep their order as long as nobody stops, and whoever stops is passed by "
    "all who come behind, since in the middle of a street nobody waits for somebody else."
)


def test_a_rewriting_of_a_passage_is_a_version_of_it_and_a_text_on_something_else_is_none():
    rewritten = RIM.replace("coffee", "tea").replace("darkest", "blackest").replace("carried", "washed")
    assert shared(RIM, rewritten).too_much
    assert not shared(RIM, QUEUE).too_much
    assert shared(RIM, QUEUE).run == ""


def test_a_line_that_two_long_texts_both_quote_makes_no_version():
    line = "nobody steps into one river twice"
    found = shared(f"{RIM} {line}", f"{QUEUE} {line}")
    assert (found.words, found.run) == (6, line)
    assert not found.too_much


def test_capitals_signs_and_line_ends_make_no_other_text():
    assert shared(RIM, RIM.upper().replace(",", "\n\n—")).share == 1


def test_a_text_without_words_is_like_none():
    assert [shared(one, other).share for one, other in (("", RIM), ("…", "…"), (RIM, " "))] == [0, 0, 0]


@given(WORDS, WORDS)
def test_what_is_shared_stands_in_both_and_is_the_same_whichever_comes_first(one, other):
    first, second = " ".join(one), " ".join(other)
    found = shared(first, second)
    assert 0 <= found.share <= 1
    assert bool(found.run) == bool(found.words)
    assert found.words >= len(found.run.split())
    if len(one) != len(other):
        assert found == shared(second, first)
        assert found.run in min(first, second, key=lambda text: len(text.split()))


@given(WORDS.filter(lambda some: len(some) >= RUN), WORDS, WORDS)
def test_a_text_that_stands_within_another_is_wholly_shared(inner, before, after):
    assert shared(" ".join(inner), " ".join([*before, *inner, *after])).share == 1
