"""What people may be called, and when two are called the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.practicum.names import called, same


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("  Hedda\n Maria ", "Hedda Maria"),
        ("Zoë 👩‍🔬", "Zoë 👩‍🔬"),
        ("می‌ترا", "می‌ترا"),
        ("明 明", "明 明"),
        ("Hedda\u200b", "Hedda"),
        ("\u202eaddeH", "addeH"),
        ("Ｈｅｄｄａ", "Hedda"),
        ("Hed\x00da\x07", "Hedda"),
        ("\u200d\u3164\u2800", ""),
        ("\u0301", ""),
        ("", ""),
    ],
)
def test_a_name_is_a_line_that_others_can_see(given, name):
    assert called(given) == name


@pytest.mark.parametrize(
    "like",
    ["hedda", "HEDDA", "Hed\u200dda", "He\u00addda", "Hedda\ufe0f", "Ｈedda", " Hedda\u3164", "\u202aHedda\u202c"],
)
def test_names_that_look_alike_are_the_same(like):
    assert same("Hedda", like)
    assert same(like, "Hedda")


@pytest.mark.parametrize("other", ["Hedda G.", "Hédda", "Heda", "Hed da", "2"])
def test_names_that_look_different_are_not(other):
    assert not same("Hedda", other)


@given(st.text(st.characters(codec="utf-8")))
def test_whatever_is_given_a_name_has_nothing_in_it_that_would_turn_or_break_a_line(text):
    name = called(text)
    assert {unicodedata.category(one) for one in name if one not in "\u200c\u200d"} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    } == set()
    assert called(name) == name
    assert same(text, name) or not name
