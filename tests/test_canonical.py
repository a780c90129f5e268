"""The one form of a JSON value: the same for the same value, another for another, and nothing that JSON cannot hold."""

import hashlib
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.canonical import canonical, digest
from cohobate.errors import WrongUse

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_comes_back_from_its_one_form(value):
    assert json.loads(canonical(value)) == value


@given(VALUES)
def test_the_form_does_not_change_when_it_is_read_and_written_again(value):
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(st.text("abc", max_size=2), st.integers(), max_size=5), st.randoms())
def test_the_order_of_keys_does_not_matter(value, random):
    keys = list(value)
    random.shuffle(keys)
    assert canonical({key: value[key] for key in keys}) == canonical(value)


def test_the_form_is_short_and_keeps_letters_as_they_are():
    assert canonical({"b": [1, 2.5, None], "a": "é ✓"}) == '{"a":"é ✓","b":[1,2.5,null]}'.encode()


def test_what_numpy_holds_is_written_as_plain_numbers():
    assert canonical({"n": np.int64(3), "row": np.array([1.5, 2.0])}) == b'{"n":3,"row":[1.5,2.0]}'


def test_the_digest_is_the_sha_256_of_the_form():
    assert digest({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()


NESTED = []
NESTED.append(NESTED)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, np.float32("nan"), object(), {1, 2}, b"bytes", {"a": {2: 1, "b": 1}}, "\ud800", NESTED],
)
def test_what_json_cannot_hold_is_refused_in_one_sentence(value):
    with pytest.raises(
        WrongUse, match="a record cannot hold this value .*; give it text, finite numbers, lists and map"
    ):
        canonical(value)
