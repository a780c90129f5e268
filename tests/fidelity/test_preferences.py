"""Preferences from pairs: what they say, where they cannot say, and whether the intervals hold."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from cohobate.errors import WrongUse
from cohobate.fidelity.preferences import FEWEST_COMPARISONS, Comparison, preferences


def all_pairs(people, names, choose):
    return [
        Comparison(person, one, other, choose(person, one, other))
        for person in range(people)
        for one, other in itertools.combinations(names, 2)
    ]


def test_two_things_are_preferred_as_often_as_they_were_with_half_a_preference_added_each_way():
    found = preferences([Comparison(k, "a", "b", "a" if k < 8 else "b") for k in range(10)])
    assert [one.name for one in found.standings] == ["a", "b"]
    assert found.standings[0].chance == pytest.approx(8.5 / 11)
    assert (found.standings[0].preferred, found.standings[0].compared) == (8, 10)


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 8))
def test_chances_lie_in_their_intervals_and_who_comes_first_in_a_pair_does_not_matter(seed, things, people):
    chance = np.random.default_rng(seed)
    names = "abcde"[:things]
    asked = all_pairs(people, names, lambda person, one, other: [one, other, None][chance.integers(3)])
    found = preferences(asked)
    turned = preferences([Comparison(one.person, one.other, one.one, one.preferred) for one in asked])
    for one, same in zip(found.standings, turned.standings, strict=True):
        assert 0 < one.low < one.chance < one.high < 1
        assert (one.name, one.chance, one.low) == (same.name, pytest.approx(same.chance), pytest.approx(same.low))


def test_ties_count_half_for_each():
    found = preferences(all_pairs(8, "abc", lambda *_: None))
    assert all(one.chance == pytest.approx(0.5) and one.preferred == 8 for one in found.standings)


def test_what_always_wins_is_not_certain_to_win():
    first, *_ = preferences(all_pairs(8, "abc", lambda person, one, other: one)).standings
    assert first.name == "a"
    assert 0.8 < first.chance < first.high < 1
    assert first.low < 0.95


def test_things_that_nobody_compared_are_kept_apart_and_that_is_said_in_a_sentence():
    asked = all_pairs(8, "ab", lambda person, one, other: one) + all_pairs(8, "xy", lambda person, one, other: other)
    found = preferences(asked, names=["z"])
    assert found.groups == (("a", "b"), ("x", "y"), ("z",))
    assert found.sentence == (
        "Nobody compared things of these groups with each other, so they cannot be ordered among them: a, b; x, y; z."
    )
    assert [one.name for one in found.standings] == ["a", "b", "y", "x", "z"]
    assert found.standings[-1].too_few
    assert found.to_dict()["standings"][-1]["chance"] is None
    assert preferences(all_pairs(8, "ab", lambda person, one, other: one)).sentence == ""


def test_a_few_comparisons_or_people_are_too_few():
    assert all(one.too_few for one in preferences(all_pairs(5, "abc", lambda person, one, other: one)).standings)
    assert not any(one.too_few for one in preferences(all_pairs(6, "abc", lambda person, one, other: one)).standings)
    few = preferences([Comparison(k, "a", "b", "a") for k in range(FEWEST_COMPARISONS - 1)])
    assert str(few.standings[0]) == "a: too few (n = 4)"
    assert preferences([]).standings == ()


def test_people_who_differ_make_wider_intervals_than_people_who_do_not():
    alike = preferences(all_pairs(12, "ab", lambda person, one, other: one if person % 2 else other)).standings[0]
    asked = [Comparison(person, "a", "b", "ab"[person % 2]) for person in range(4) for _ in range(3)]
    assert preferences(asked).standings[0].high > alike.high


def test_impossible_comparisons_are_refused():
    with pytest.raises(WrongUse, match="'a' is compared with itself"):
        preferences([Comparison(1, "a", "a", "a")])
    with pytest.raises(WrongUse, match="'c' is preferred of 'a' and 'b'"):
        preferences([Comparison(1, "a", "b", "c")])
    with pytest.raises(WrongUse, match="confidence 0"):
        preferences([], confidence=0)


def test_of_many_things_that_were_seldom_compared_the_best_is_not_drawn_towards_the_others():
    names, chance = "abcdefghijklmno", np.random.default_rng(0)
    strengths = dict(zip(names, np.linspace(2, -2, 15), strict=True))
    true = expit(2 * 15 / 14)  # less the mean of the others
    pairs, held = list(itertools.combinations(names, 2)), []
    for _ in range(60):
        asked = [
            Comparison(person, one, other, one if chance.random() < expit(strengths[one] - strengths[other]) else other)
            for person in range(20)
            for one, other in (pairs[k] for k in chance.permutation(len(pairs))[:5])
        ]
        best = next(one for one in preferences(asked).standings if one.name == "a")
        held.append(best.low <= true <= best.high)
    assert np.mean(held) >= 0.9


def test_the_intervals_hold():
    chance, strengths = np.random.default_rng(0), dict(zip("abc", (0.5, 0.0, -0.5), strict=True))
    true = {"a": expit(0.75), "b": 0.5, "c": expit(-0.75)}
    held = [
        one.low <= true[one.name] <= one.high
        for _ in range(200)
        for one in preferences(
            all_pairs(
                12,
                "abc",
                lambda person, one, other: one if chance.random() < expit(strengths[one] - strengths[other]) else other,
            )
        ).standings
    ]
    assert np.mean(held) >= 0.94
