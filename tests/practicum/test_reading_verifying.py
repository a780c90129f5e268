"""A finished reader test in a ledger, and the file that its lead hands on: what was changed afterwards is noticed.

The two files are those of the page on reader tests: a server's, of eight readers who all came through.
"""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.canonical import canonical, digest
from cohobate.fidelity.crossover import Crossover
from cohobate.ledger import reader_test
from cohobate.practicum.reader_test import PAGE, Outcome
from cohobate.practicum.reading.verifying import verified

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
WHOLE = (EXAMPLES / "ledger.jsonl").read_bytes()
ENTRIES = [json.loads(line) for line in WHOLE.splitlines()]
SHOWN = json.loads((EXAMPLES / "registered.json").read_text("utf-8"))
PLACES = {entry["kind"]: entry["index"] for entry in ENTRIES}
ITEMS, PLAN, OUTCOME = (PLACES[kind] for kind in ("items", "plan", "reader-test"))

FREE = {"readers", "spare", "minutes", "minutes_without", "baseline", "effect", "power", "by"}
"""What a plan's entry says that nothing else follows from: the chain alone keeps it."""
CHAIN = {"index", "previous", "hash", "kind"}


def leaves(value, path=()):
    """The places of all values in a JSON value that hold no others."""
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in pairs:
            yield from leaves(part, (*path, key))
    else:
        yield path


def at(value, path):
    for key in path:
        value = value[key]
    return value


def other(value):
    """Another value of the same sort."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}" if isinstance(value, str) else "something"


def changed(value, path, to=None):
    """The same with another value at one place."""
    again = copy.deepcopy(value)
    at(again, path[:-1])[path[-1]] = other(at(value, path)) if to is None else to
    return again


def written(entries):
    return b"".join(canonical(entry) + b"\n" for entry in entries)


def chained(entries, shown=SHOWN):
    """The ledger and the file of somebody who works all hashes out anew, and all places where they are named."""
    entries, shown, before = copy.deepcopy(entries), copy.deepcopy(shown), "0" * 64
    for entry in entries:
        entry["previous"] = before
        if entry["kind"] == "reader-test" and "plan" in entry and entry["plan"] == ENTRIES[OUTCOME]["plan"]:
            entry["plan"] = [PLAN, entries[PLAN]["hash"]]
        entry["hash"] = before = digest({name: entry[name] for name in entry if name != "hash"})
    shown["items"]["ledger"] = [ITEMS, entries[ITEMS]["hash"]]
    shown["plan"]["ledger"] = [PLAN, entries[PLAN]["hash"]]
    shown["outcomes"][0]["ledger"] = [OUTCOME, entries[OUTCOME]["hash"]]
    return written(entries), shown


def told(entries, shown=SHOWN, with_shown=True):
    whole, shown = chained(entries, shown)
    return [str(one) for one in verified(whole, shown if with_shown else None)]


def remade(outcome):
    """An outcome's entry whose figures and sentence are made again from its answers, as a careful cheat would."""
    table = Crossover.from_dict(outcome["answers"])
    sentence = Outcome(table, outcome["margin"], ()).sentence(PAGE)
    return outcome | json.loads(json.dumps(reader_test(table))) | {"sentence": sentence}


def moved(arms):
    """The ledger in which answers are in other arms, all else being made to fit; `arms` by place in the answers."""
    outcome = copy.deepcopy(ENTRIES[OUTCOME])
    for place, arm in arms.items():
        outcome["answers"]["given"][place][2] = arm
    return [*ENTRIES[:OUTCOME], remade(outcome)]


def test_what_a_server_wrote_holds():
    assert verified(WHOLE) == verified(WHOLE, SHOWN) == []
    assert told(ENTRIES) == []


def test_every_value_that_is_changed_in_the_ledger_is_noticed():
    places = [(number, path) for number, entry in enumerate(ENTRIES) for path in leaves(entry)]
    assert len(places) > 500
    for number, path in places:
        assert verified(written([*ENTRIES[:number], changed(ENTRIES[number], path), *ENTRIES[number + 1 :]])), path


def test_every_value_that_is_changed_in_the_file_is_noticed():
    places = list(leaves(SHOWN))
    assert len(places) > 90
    for path in places:
        assert verified(WHOLE, changed(SHOWN, path)), path


def test_an_answer_in_another_arm_is_noticed_though_all_hashes_figures_and_sentences_were_made_again():
    rows = ENTRIES[OUTCOME]["answers"]["given"]
    for place, row in enumerate(rows):
        # All of them go the same way: the figures, which take the time, are made again for every seventh.
        for arm in {0, 1, 2} - {row[2]} if place % 7 == 0 else ():
            (found,) = [one for one in told(moved({place: arm}), with_shown=False) if "moved to another arm" in one]
            assert f"reader {row[0]} has answers in arms that the plan dealt to nobody" in found


@settings(max_examples=30)
@given(st.dictionaries(st.integers(0, 63), st.integers(0, 2), min_size=1, max_size=6))
def test_however_many_answers_are_moved_the_rows_of_arms_are_those_that_were_dealt_or_it_is_noticed(arms):
    def rows(entries):
        given = entries[OUTCOME]["answers"]["given"]
        return sorted(tuple(one[1:3] for one in given if one[0] == reader) for reader in range(8))

    entries = copy.deepcopy(ENTRIES)
    for place, arm in arms.items():
        entries[OUTCOME]["answers"]["given"][place][2] = arm
    found = told(entries, with_shown=False)
    assert any("moved to another arm" in one for one in found) == (rows(entries) != rows(ENTRIES))


def test_an_answer_that_was_left_out_and_a_whole_reader_too_many_are_noticed():
    outcome = copy.deepcopy(ENTRIES[OUTCOME])
    del outcome["answers"]["given"][9]
    assert any("left out or added" in one for one in told([*ENTRIES[:OUTCOME], remade(outcome)]))
    outcome = copy.deepcopy(ENTRIES[OUTCOME])
    again = [[8, *one[1:]] for one in outcome["answers"]["given"] if one[0] == 0]
    outcome["answers"]["given"] += again
    outcome["answers"]["backgrounds"].append("")
    assert any("fewer than have them" in one for one in told([*ENTRIES[:OUTCOME], remade(outcome)]))


def test_an_item_that_is_left_out_though_it_has_a_key_is_noticed_with_the_file():
    outcome = copy.deepcopy(ENTRIES[OUTCOME])
    answers = outcome["answers"]
    answers["given"] = [one for one in answers["given"] if one[1] != 7]
    for name in ("kinds", "passages"):
        answers[name].pop()
    outcome["items"].pop()
    entries = [*ENTRIES[:OUTCOME], remade(outcome)]
    assert told(entries, with_shown=False) == []
    assert any("i8 is graded by its key" in one for one in told(entries))


@pytest.mark.parametrize("path", [path for path in leaves(ENTRIES[PLAN]) if path[0] not in FREE | CHAIN])
def test_what_a_plan_registered_is_noticed_when_it_is_changed_with_all_hashes(path):
    assert told([*ENTRIES[:PLAN], changed(ENTRIES[PLAN], path), *ENTRIES[PLAN + 1 :]]), path


def test_another_margin_or_sentence_is_noticed_though_each_is_made_to_fit():
    wider = ENTRIES[OUTCOME] | {"margin": 0.3}
    assert any("the margin is 0.3, and the plan has 0.1" in one for one in told([*ENTRIES[:OUTCOME], remade(wider)]))
    praise = ENTRIES[OUTCOME] | {"sentence": "Readers of the page answer everything."}
    (found, *_) = told([*ENTRIES[:OUTCOME], praise])
    assert "the sentence is “Readers of the page answer everything.”, and the answers make “Readers of the" in found
    shown = changed(SHOWN, ("outcomes", 0, "sentence"), "Readers of “Coffee and queues” answer everything.")
    assert any("do not make it" in str(one) for one in verified(WHOLE, shown))


@pytest.mark.parametrize("name", ["margin", "sentence", "plan", "items", "came"])
def test_what_an_outcome_has_to_say_is_not_left_out(name):
    entries = copy.deepcopy(ENTRIES)
    del entries[OUTCOME][name]
    assert told(entries, with_shown=False), name


def test_a_plan_that_came_after_the_first_is_the_one_that_counts():
    entries = copy.deepcopy(ENTRIES)
    entries.insert(OUTCOME, entries[PLAN] | {"index": OUTCOME})
    entries[-1]["index"] = OUTCOME + 1
    shown = copy.deepcopy(SHOWN)
    before = "0" * 64
    for entry in entries:
        entry["previous"] = before
        entry["hash"] = before = digest({key: entry[key] for key in entry if key != "hash"})
    assert "does not name the last plan" in str(verified(written(entries), shown)[0])


def test_a_text_that_the_editor_held_is_shown_or_not_and_no_other_is():
    assert SHOWN["editor"][0]["hashed"][2]
    held_back = changed(SHOWN, ("editor", 0, "hashed"), to=[])
    held_back["editor"][0]["hashed"] = None
    assert verified(WHOLE, held_back) == []
    shown = changed(SHOWN, ("editor", 0, "hashed", 2), "")
    assert "does not make the hash or the words" in str(verified(WHOLE, shown)[0])
    assert any("whose editors were looked at" in str(one) for one in verified(WHOLE, SHOWN | {"editor": []}))


def test_entries_from_before_all_this_are_checked_as_they_were():
    entries, shown = copy.deepcopy(ENTRIES), copy.deepcopy(SHOWN)
    for index, names in (
        (ITEMS, ["drafts"]),
        (PLAN, ["margin", "passages"]),
        (OUTCOME, ["margin", "sentence", "plan", "items", "came"]),
    ):
        for name in names:
            del entries[index][name]
    del shown["editor"]
    shown["outcomes"] = [{}]
    assert told(entries, shown) == []
    entries[OUTCOME]["measurements"][0]["value"] += 0.01
    assert any("value is" in one for one in told(entries, shown))


def test_an_outcome_of_a_plan_from_before_is_checked_for_its_sentence():
    entries = copy.deepcopy(ENTRIES)
    for name in ("margin", "passages"):
        del entries[PLAN][name]
    assert told(entries) == []
    entries[OUTCOME]["sentence"] = "It helps."
    assert any("the sentence is “It helps.”" in one for one in told(entries))


@pytest.mark.parametrize("shown", [[], {}, 3, {"test": SHOWN["test"]}, SHOWN | {"outcomes": 3}, SHOWN | {"items": {}}])
def test_a_file_that_is_no_such_file_is_told_in_a_sentence(shown):
    assert "the file of the test does not read" in str(verified(WHOLE, shown)[-1])


def test_a_ledger_that_knows_nothing_of_the_test_says_so():
    assert "no items or no plan" in str(verified(WHOLE, SHOWN | {"test": "another"})[0])
    assert "not JSON" in str(verified(b"what?\n", SHOWN)[0])


def test_so_many_readers_that_nobody_could_count_them_are_refused():
    entries = copy.deepcopy(ENTRIES)
    entries[OUTCOME]["came"] = 10**12
    assert any("are said to have come" in one for one in told(entries))
