"""Two texts from one: put together where their changes do not meet, and never where they do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.practicum.work.merging import alike_ends, put_together

BASE = "On Friday ten people come. Nobody knocks.\n\nA child asks. Then they go in.\n\nThe end."
pieces = st.lists(st.sampled_from(["One. ", "Two! ", "Three\n", "\n", "No end", "Why? ", "e.g. this. "]), max_size=12)
texts = pieces.map("".join)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (("ten", "twelve"), ("The end.", "An end."), True),
        (("Nobody knocks.", "Somebody knocks."), ("A child asks.", "A child asks why."), True),
        (("On Friday ten people come. ", ""), ("Then they go in.", "Then they went in."), True),
        (("ten", "twelve"), ("people", "guests"), False),
        (("Nobody knocks.", ""), ("Nobody knocks.", "Nobody knocked."), False),
        (("The end.", "The end. And on."), ("The end.", "The end. Or not."), False),
        (("ten people come. Nobody", "ten come. Nobody"), ("Nobody knocks.", "No one knocks."), False),
    ],
)
def test_changes_are_put_together_if_something_untouched_stands_between_them(one, other, both):
    mine, theirs = BASE.replace(*one), BASE.replace(*other)
    expected = BASE.replace(*one).replace(*other) if both else None
    assert put_together(BASE, mine, theirs) == put_together(BASE, theirs, mine) == expected


@given(texts, texts)
def test_who_changed_nothing_gets_what_the_other_has(base, changed):
    assert put_together(base, base, changed) == put_together(base, changed, base) == changed
    assert put_together(base, changed, changed) == changed


@given(texts, texts, texts)
def test_it_does_not_matter_who_was_first(base, one, other):
    assert put_together(base, one, other) == put_together(base, other, one)


@given(texts, texts, texts, texts)
def test_what_each_wrote_at_their_own_end_is_there(base, top, bottom, middle):
    """Of two people one writes above an untouched line, and the other below it."""
    base = f"{base}\n=== untouched {middle}===\n"
    both = put_together(base, f"{top} above.\n{base}", f"{base}{bottom} below.\n")
    assert both == f"{top} above.\n{base}{bottom} below.\n"


@given(texts, texts)
def test_alike_ends_are_alike_and_no_longer_ones_are(one, other):
    before, after = alike_ends(one, other)
    shorter = min(len(one), len(other))
    assert one[:before] == other[:before]
    assert one[len(one) - after :] == other[len(other) - after :]
    assert before + after <= shorter
    assert before == shorter or one[before] != other[before]
    assert before + after == shorter or one[-1 - after] != other[-1 - after]


def test_two_very_different_long_texts_take_no_longer_than_reading_them():
    base, one, other = ("".join(f"{word} {i}. " for i in range(60_000)) for word in ("Base", "One", "Other"))
    began = time.process_time()
    assert put_together(base, one, other) is None
    assert put_together(base, f"{base}And on.", f"First. {base}") == f"First. {base}And on."
    assert time.process_time() - began < 3
