"""Openings of a work: who is shown which two, what may be done, and which ranking comes of it."""

import random
from collections import Counter

import pytest

from cohobate.errors import Refused
from cohobate.practicum.work.openings import MOST, Chosen, Opening, next_pair, standing
from cohobate.practicum.work.ranking import ranking

from .works import Played


@pytest.fixture
def game():
    game = Played()
    for who in ("rex", "roy"):
        game.does(who, "join", role="reviewer", name=who)
    for number in (1, 2, 3):
        game.does("ann", "hook", id=f"opening-{number}", text=f"Opening {number}.")
    return game


def shown(game, who):
    """What somebody is shown next, by ids."""
    pair = next_pair(game.work.openings, game.work.chosen, who)
    return pair and [one.id for one in pair]


def chooses(game, who, better="left"):
    left, right = shown(game, who)
    game.does(who, "compare", left=left, right=right, better=better)


def test_everybody_compares_each_pair_once_and_then_none(game):
    seen = []
    while shown(game, "rex"):
        seen.append(frozenset(shown(game, "rex")))
        chooses(game, "rex")
    assert len(seen) == len(set(seen)) == 3
    assert game.work == game.replayed()


def test_the_pair_that_was_compared_least_comes_next(game):
    chooses(game, "rex")
    chooses(game, "rex")
    done = {frozenset((one.left, one.right)) for one in game.work.chosen}
    assert frozenset(shown(game, "roy")) not in done


def test_nobody_is_shown_what_they_wrote(game):
    assert shown(game, "ann") is None
    game.does("bea", "join", role="writer", name="Bea")
    game.does("bea", "hook", id="opening-4", text="Opening 4.")
    while shown(game, "bea"):
        assert "opening-4" not in shown(game, "bea")
        chooses(game, "bea")
    assert len(game.work.chosen) == 3


def test_an_opening_stands_on_each_side_about_as_often():
    two = {name: Opening(name, "ann", name) for name in ("one", "other")}
    sides = Counter(next_pair(two, [], f"reader {number}")[0].id for number in range(400))
    assert 150 < sides["one"] < 250


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("hook", {"text": " "}, "nothing is written there"),
        ("hook", {"text": "x" * 2_001}, "2,001 characters, and 2,000 are the most"),
        ("hook", {"text": "Opening 1."}, "on the list already"),
        ("unhook", {"hook": "opening-9"}, "not on the list any more"),
        ("compare", {"left": "opening-1", "right": "opening-1", "better": "left"}, "a comparison has two"),
        ("compare", {"left": "opening-1", "right": "opening-2", "better": "both"}, "'both' is no choice"),
        ("compare", {"left": "opening-1", "right": "opening-9", "better": "left"}, "not on the list any more"),
    ],
)
def test_what_cannot_be_is_refused(game, kind, given, sentence):
    with pytest.raises(Refused, match=sentence):
        game.does("ann", kind, **given)


def test_nobody_chooses_twice_between_the_same_two_not_even_the_other_way_round(game):
    game.does("rex", "compare", left="opening-1", right="opening-2", better="left")
    with pytest.raises(Refused, match="compared these two already"):
        game.does("rex", "compare", left="opening-2", right="opening-1", better="left")


def test_there_are_no_more_openings_than_people_can_compare(game):
    for number in range(4, MOST + 1):
        game.does("ann", "hook", text=f"Opening {number}.")
    with pytest.raises(Refused, match="take one off first"):
        game.does("ann", "hook", text="One more.")
    game.does("ann", "unhook", hook="opening-1")
    game.does("ann", "hook", text="One more.")
    assert len(standing(game.work.openings)) == MOST


def test_the_better_one_comes_first_and_what_its_writer_chose_does_not_count():
    three = {name: Opening(name, "ann", name) for name in ("good", "fair", "poor")}
    chance, strength = random.Random(3), {"good": 2.0, "fair": 0.0, "poor": -2.0}
    chosen = []
    for number in range(20):
        while pair := next_pair(three, chosen, f"reader {number}"):
            left, right = (strength[one.id] + chance.gauss(0, 1) for one in pair)
            chosen.append(Chosen(f"reader {number}", pair[0].id, pair[1].id, "left" if left > right else "right"))
    mine = [Chosen("ann", "poor", other, "left") for other in ("good", "fair")]
    found = ranking(three, [*mine, *chosen])
    assert [one.name for one in found.standings] == ["good", "fair", "poor"]
    assert (found.people, found.comparisons) == (20, 60)
    good, _, poor = found.standings
    assert poor.high < 0.5 < good.low
    assert not good.too_few


def test_what_was_taken_off_or_taken_out_is_in_no_ranking(game):
    for who in ("rex", "roy"):
        for _ in range(3):
            chooses(game, who)
    game.does("ann", "unhook", hook="opening-1")
    found = ranking(game.work.openings, game.work.chosen)
    assert {one.name for one in found.standings} == {"opening-2", "opening-3"}
    assert all(one.too_few for one in found.standings)
