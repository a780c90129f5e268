"""The laws of a plan: who meets what."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.practicum.reader_test import DISTILLATION, KINDS, NO_TEXT, SOURCE, Design, Item, Passage


@st.composite
def designs(draw):
    passages = tuple(
        Passage(
            f"p{number}",
            tuple(
                Item(f"p{number}-{place}", kind)
                for place, kind in enumerate(draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=9)))
            ),
        )
        for number in range(draw(st.integers(2, 7)))
    )
    return Design(passages, draw(st.integers(0, 2**40)), draw(st.booleans()))


def spread(counts, cells):
    """The largest count less the smallest."""
    found = [counts[cell] for cell in cells]
    return max(found) - min(found)


@given(designs(), st.integers(0, 60))
def test_nobody_meets_a_passage_in_two_versions_nor_an_item_twice_and_no_text_comes_first(design, reader):
    one = design.sequence(reader)
    first, *read = one.periods
    assert (first.arm, first.passage) == (NO_TEXT, None)
    assert {period.arm for period in read} <= {SOURCE, DISTILLATION}
    assert sorted(period.passage for period in read) == sorted(passage.id for passage in design.passages)
    asked = [item for period in one.periods for item in period.items]
    assert sorted(asked) == sorted(item.id for passage in design.passages for item in passage.items)


@given(designs(), st.integers(0, 60))
def test_items_are_of_the_passage_that_is_read_and_of_the_half_that_was_not_asked_before(design, reader):
    one = design.sequence(reader)
    other = {"A": "B", "B": "A"}[one.form]
    for period in one.periods[1:]:
        assert set(period.items) == set(design.forms[period.passage][other])


@given(designs())
def test_halves_differ_by_one_item_at_most_in_all_and_of_each_kind(design):
    kinds = {item.id: item.kind for passage in design.passages for item in passage.items}
    for kind in (*KINDS, None):
        halves = {
            form: [[i for i in of[form] if kind in (None, kinds[i])] for of in design.forms.values()] for form in "AB"
        }
        for a, b in zip(halves["A"], halves["B"], strict=True):
            assert abs(len(a) - len(b)) <= 1
    assert abs(sum(len(of["A"]) - len(of["B"]) for of in design.forms.values())) <= 1


@given(designs(), st.integers(1, 60))
def test_everything_is_in_balance_up_to_one_whenever_people_stop_coming(design, readers):
    found = design.sequences(readers)
    ids = [passage.id for passage in design.passages]
    read = [(one.form, place, period) for one in found for place, period in enumerate(one.periods[1:])]
    assert spread(Counter(one.form for one in found), "AB") <= 1
    assert (
        spread(Counter((p.passage, place) for _, place, p in read), [(i, k) for i in ids for k in range(len(ids))]) <= 1
    )
    for passage in ids:
        versions = Counter((form, p.arm) for form, _, p in read if p.passage == passage)
        assert spread(versions, [(form, arm) for form in "AB" for arm in design.arms[1:]]) <= 1
        assert spread(Counter(p.arm for _, _, p in read if p.passage == passage), design.arms[1:]) <= 1


@given(designs())
def test_after_a_block_each_half_and_version_comes_with_each_order(design):
    found = design.sequences()
    cells = Counter(
        (
            one.form,
            tuple(p.passage for p in one.periods[1:]),
            tuple(sorted((p.passage, p.arm) for p in one.periods[1:])),
        )
        for one in found
    )
    assert len(cells) == len(found) == design.block
    for passage, place in ((p.id, k) for p in design.passages for k in range(len(design.passages))):
        here = Counter(
            (one.form, one.periods[1 + place].arm) for one in found if one.periods[1 + place].passage == passage
        )
        assert len(set(here.values())) == 1


@given(designs(), st.integers(0, 60))
def test_half_of_the_passages_are_read_in_each_version_as_near_as_can_be(design, reader):
    if design.source:
        arms = Counter(period.arm for period in design.sequence(reader).periods[1:])
        assert abs(arms[SOURCE] - arms[DISTILLATION]) <= len(design.passages) % 2


@given(designs())
def test_the_same_seed_makes_the_same_plan_and_another_one_another(design):
    again = Design(design.passages, design.seed, design.source)
    assert again.sequences(30) == design.sequences(30)
    others = [Design(design.passages, design.seed + k, design.source).sequences(30) for k in range(1, 4)]
    assert any(one != design.sequences(30) for one in others)


def test_items_come_in_different_orders_to_different_readers():
    items = tuple(Item(f"{k}", KINDS[0]) for k in range(12))
    design = Design((Passage("a", items[:6]), Passage("b", items[6:])), 1)
    orders = {one.periods[0].items for one in design.sequences(16)}
    assert len(orders) > 8
    assert all(set(a) == set(b) or not set(a) & set(b) for a, b in combinations(orders, 2))


ITEMS = (Item("1", "inference"), Item("2", "text-based"))
MORE = (Item("3", "inference"), Item("4", "text-based"))


@pytest.mark.parametrize(
    ("passages", "sentence"),
    [
        ((Passage("a", ITEMS),), "a test with 1 passage: .* at least two; add one"),
        ((Passage("a", ITEMS), Passage("b", MORE[:1])), "passage 'b' has 1 item: .* write at least two"),
        ((Passage("a", ITEMS), Passage("a", MORE)), "two passages have the id 'a'"),
        ((Passage("a", ITEMS), Passage("b", ITEMS)), "two items have the id '1'"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_a_sentence(passages, sentence):
    with pytest.raises(WrongUse, match=sentence):
        Design(passages, 0)


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(WrongUse, match="item 'x' is of the kind 'guess': choose one of text-based, inference"):
        Item("x", "guess")
