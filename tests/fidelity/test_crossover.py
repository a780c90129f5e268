"""The table of a reader test: what follows from it, and that it reads back."""

import dataclasses
import json

import pytest

from cohobate.errors import WrongUse
from cohobate.fidelity.crossover import (
    ALL,
    ARMS,
    HELP,
    LESS_SOURCE,
    MINUTES_SAVED,
    PRESERVES,
    TIME_RATIO,
    Crossover,
    Given,
)


def table(readers=8, seconds=(10.0, 60.0, 20.0), **changed):
    """Two passages with four items each; every reader is right in all but the arm without a text."""
    given = tuple(
        Given(reader, item, arm, float(arm > 0 or item % 4 == 0), int(arm == 0 and item % 4 == 1), seconds[arm])
        for reader in range(readers)
        for item in range(8)
        for arm in [0 if item % 2 == reader % 2 else 1 + (item // 4 + reader // 2) % 2]
    )
    whole = Crossover(
        given,
        ("text-based", "text-based", "inference", "inference") * 2,
        ("p",) * 4 + ("q",) * 4,
        ("new", "old") * (readers // 2),
    )
    return dataclasses.replace(whole, **changed)


def found(of, what, kind=ALL, background=ALL, scope="these items"):
    (one,) = [
        one
        for one in of.figures()
        if (one.what, one.kind, one.background) == (what, kind, background)
        and one.finding.scope in (scope, "these texts")
    ]
    return one


def test_shares_are_counted_and_compared():
    whole = table()
    without = found(whole, "accuracy_no_text")
    assert (without.agree, without.asked) == (8, 32)
    assert found(whole, "unanswered_no_text").agree == 8
    assert found(whole, HELP).finding.value == pytest.approx(0.75)
    assert found(whole, LESS_SOURCE).finding.value == 0
    assert found(whole, PRESERVES).finding.value == 1
    assert found(whole, HELP).agree is None


def test_times_are_of_a_passage_with_the_reading():
    # Two items each in 60 or 20 seconds.
    assert found(table(), MINUTES_SAVED).finding.value == pytest.approx(2 - 40 / 60)
    assert found(table(), TIME_RATIO).finding.value == pytest.approx(1 / 3)


def test_readers_who_did_not_finish_or_had_no_clock_do_not_enter_times():
    given = table().given
    first = next(place for place, one in enumerate(given) if one.arm == 1)
    for change in ({"seconds": None}, {"correct": None}):
        changed = (*given[:first], given[first]._replace(**change), *given[first + 1 :])
        assert found(table(given=changed), MINUTES_SAVED).finding.readers == 7


def test_each_kind_and_background_has_its_figures_for_these_items():
    parts = {(one.kind, one.background) for one in table().figures()}
    assert parts == {(ALL, ALL), ("inference", ALL), ("text-based", ALL), (ALL, "new"), (ALL, "old")}
    assert found(table(), HELP, kind="inference").finding.items == 4
    assert found(table(), HELP, background="new").finding.readers == 4
    assert found(table(), HELP, background="new").finding.too_few


def test_without_a_source_nothing_is_compared_to_it():
    given = tuple(one._replace(arm=2 * (one.arm > 0)) for one in table().given)
    names = {one.what for one in table(given=given).figures()}
    assert HELP in names
    assert not names & {LESS_SOURCE, PRESERVES, MINUTES_SAVED, "accuracy_source"}


def test_a_table_reads_back_from_json():
    whole = table()
    again = Crossover.from_dict(json.loads(json.dumps(whole.to_dict())))
    assert again == whole
    assert again.to_dict()["arms"] == list(ARMS)


@pytest.mark.parametrize(
    "change",
    [
        {"given": [[0, 0, 3, 1, 0, None]]},
        {"given": [[0, 0, 0, 2, 0, None]]},
        {"given": [[0, 0, 0, 1, 2, None]]},
        {"given": [[0, 0, 0, 1, 0, -1]]},
        {"given": [[9, 0, 0, 1, 0, None]]},
        {"given": [[0, 9, 0, 1, 0, None]]},
        {"given": [[0, 0, 0, 1, 0, 1]] * 2},
        {"given": [[0, 0]]},
        {"given": None},
        {"passages": ["p"]},
        {"confidence": 2},
    ],
)
def test_what_is_no_such_table_is_refused(change):
    with pytest.raises(WrongUse, match="restore them from a copy"):
        Crossover.from_dict(table().to_dict() | change)
