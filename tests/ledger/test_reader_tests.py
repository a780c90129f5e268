"""A reader test in a ledger: its arithmetic is done again, and any figure that was changed is named."""

import copy
import json

import pytest

from cohobate.fidelity.crossover import Crossover, Given
from cohobate.ledger import READER_TEST, follow, genesis, reader_test, rederived


def table():
    """Eight readers, two passages with four items each."""
    given = tuple(
        Given(
            reader, item, arm, float((reader * item + arm) % 3 > 0), int((reader * item + arm) % 3 == 0), 5.0 + 20 * arm
        )
        for reader in range(8)
        for item in range(8)
        for arm in [0 if item % 2 == reader % 2 else 1 + (item // 4 + reader // 2) % 2]
    )
    return Crossover(given, ("inference",) * 8, ("p",) * 4 + ("q",) * 4, ("",) * 8)


def problems(data):
    return [str(one) for one in rederived([genesis({}), follow(genesis({}), READER_TEST, data)])]


def numbers_in(value, path=()):
    """The places of all numbers in a JSON value."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from numbers_in(part, (*path, key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from numbers_in(part, (*path, place))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path


def changed(data, path, change):
    again = copy.deepcopy(data)
    *before, last = path
    inside = again
    for key in before:
        inside = inside[key]
    inside[last] = change(inside[last])
    return again


DATA = json.loads(json.dumps(reader_test(table())))


def test_what_follows_from_its_answers_has_no_problem():
    assert problems(DATA) == []


def test_every_changed_figure_is_found():
    for path in numbers_in(DATA["measurements"], ("measurements",)):
        found = problems(changed(DATA, path, lambda number: number + 0.01))
        assert len(found) == 1, path
        assert f": {path[-1]} is " in found[0]
        assert found[0].endswith("restore the ledger from a copy")


def test_a_changed_answer_no_longer_makes_the_figures():
    marks = [path for path in numbers_in(DATA["answers"]["given"], ("answers", "given")) if path[-1] in (3, 4)]
    for path in marks:
        assert problems(changed(DATA, path, lambda mark: 1 - mark)), path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data["measurements"].pop(), "it is missing"),
        (lambda data: data["measurements"].append(data["measurements"][0]), "or it is there twice"),
        (
            lambda data: data["measurements"][0].update(what="truth"),
            "truth, these items: its answers make no such figure",
        ),
        (lambda data: data["measurements"][0].update(more=1), "more is 1"),
        (lambda data: data.pop("answers"), "does not read as a reader test's"),
        (lambda data: data["answers"].update(given=[[1, 2]]), "does not read as a reader test's"),
    ],
)
def test_what_is_missing_added_or_unreadable_is_found(change, words):
    data = copy.deepcopy(DATA)
    change(data)
    assert any(words in one for one in problems(data))


def test_iterations_before_and_after_are_counted_as_if_it_were_not_there():
    entries = [genesis({}), follow(genesis({}), READER_TEST, DATA)]
    entries.append(follow(entries[-1], "note", {}))
    assert rederived(entries) == []
