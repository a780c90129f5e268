"""The ledger: its bytes, its chain, and what it notices."""

import errno
import hashlib
import json
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohobate.errors import RunProblem, StorageProblem, WrongUse
from cohobate.fidelity.intervals import Estimate
from cohobate.ledger import NO_HASH, Entry, Ledger, canonical, check, follow, genesis, measurement, verify

CONFIGURATION = {"task": "powering", "size": 4, "seed": 0}


def chain(*data):
    entries = [genesis(CONFIGURATION)]
    for item in data:
        entries.append(follow(entries[-1], "iteration", item))
    return entries


def content_of(entries):
    return b"".join(entry.line + b"\n" for entry in entries)


ENTRIES = chain(
    {"iteration": 1, "measurements": [measurement("distillation preserves", "power", 2, Estimate.of(97, 100))]},
    {"iteration": 2, "decisions": 640, "note": "σ^3(a) → „b“\nand a line end"},
    {"iteration": 3, "loss": 0.1 + 0.2},
)
CONTENT = content_of(ENTRIES)
HEAD = ENTRIES[-1].hash


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(CONTENT)
    return path


def rehashed(value):
    """An entry's line with a hash that fits its content."""
    value = {key: item for key, item in value.items() if key != "hash"}
    return canonical(value | {"hash": hashlib.sha256(canonical(value)).hexdigest()})


# --- bytes ----------------------------------------------------------------------------------------------------------


def test_the_bytes_of_a_ledger_are_these():
    """A record: if this changes, ledgers that exist can no longer be verified, and VERSION has to change."""
    first = genesis({"task": "powering", "size": 4})
    second = follow(first, "iteration", {"share": 0.1 + 0.2, "n": 3, "text": "σ"})
    assert content_of([first, second]).decode() == (
        '{"configuration":{"size":4,"task":"powering"},'
        '"hash":"444bf04062f3d0f6f5b13621782a4b53b63d22b440820419f3e00a063e142da3",'
        '"index":0,"kind":"genesis",'
        '"previous":"0000000000000000000000000000000000000000000000000000000000000000","version":1}\n'
        '{"hash":"a7308ae0e5b0cf7eb98f9d0c73bdd79cbf6edc5fa2fb695424ff9b7f5b47cc41",'
        '"index":1,"kind":"iteration","n":3,'
        '"previous":"444bf04062f3d0f6f5b13621782a4b53b63d22b440820419f3e00a063e142da3",'
        '"share":0.30000000000000004,"text":"σ"}\n'
    )


def test_a_hash_is_the_sha_256_of_the_line_without_it():
    for entry in ENTRIES:
        unsigned = entry.line.replace(f'"hash":"{entry.hash}",'.encode(), b"")
        assert entry.hash == hashlib.sha256(unsigned).hexdigest()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text(max_size=5).map("x".__add__), json_values, max_size=2), max_size=3))
def test_whatever_json_holds_is_kept_and_verifies(data):
    entries = chain(*data)
    content = content_of(entries)
    assert check(content, len(entries), entries[-1].hash) == []
    assert [json.loads(line) for line in content.split(b"\n")[:-1]] == [entry.to_dict() for entry in entries]
    assert [entry.data for entry in entries[1:]] == data


@given(json_values)
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(value):
    assert canonical({"a": value, "b": 1}) == canonical({"b": 1, "a": value})
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_numpy_numbers_tuples_and_integer_keys_are_kept_as_plain_json():
    plain = chain({"by_level": {"9": 1, "10": 2}, "pair": [1, 2], "share": 0.5, "row": [1, 2]})
    by_level = {9: 1, 10: np.int64(2)}
    rich = chain({"by_level": by_level, "pair": (1, 2), "share": np.float64(0.5), "row": np.arange(1, 3)})
    assert rich == plain
    assert check(content_of(rich)) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("nan"), {1, 2}, "\ud800", object()])
def test_what_json_cannot_hold_is_refused_and_the_ledger_is_unchanged(path, value):
    ledger = Ledger.open(path)
    with pytest.raises(WrongUse, match="a record cannot hold this value"):
        ledger.append("iteration", {"value": value})
    assert path.read_bytes() == CONTENT
    assert len(ledger) == 4


@pytest.mark.parametrize("key", ["index", "previous", "hash", "kind"])
def test_the_chains_own_keys_cannot_be_overwritten(key):
    with pytest.raises(WrongUse, match=f"'{key}'"):
        follow(ENTRIES[-1], "iteration", {key: 1})


# --- verifying ------------------------------------------------------------------------------------------------------


def test_a_whole_ledger_has_no_problems(path):
    assert verify(path) == []
    assert verify(path, length=4, head=HEAD) == []


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed_even_without_length_and_head(at, change):
    changed = bytearray(CONTENT)
    changed[at] ^= change
    assert check(bytes(changed))


@given(st.integers(0, len(CONTENT) - 1))
def test_any_cut_at_the_end_is_noticed(at):
    assert check(CONTENT[:at], length=4)
    assert check(CONTENT[:at], head=HEAD)


@given(st.permutations(range(4)))
def test_any_reordering_is_noticed(order):
    problems = check(content_of([ENTRIES[i] for i in order]))
    assert bool(problems) == (order != [0, 1, 2, 3])


@given(st.sets(st.integers(0, 3), max_size=3))
def test_any_removal_is_noticed(kept):
    assert check(content_of([ENTRIES[i] for i in sorted(kept)]), length=4, head=HEAD)


@given(st.binary(max_size=200), st.integers(0, len(CONTENT)), st.integers(0, len(CONTENT)))
def test_no_bytes_whatever_end_in_a_traceback(noise, start, end):
    problems = check(CONTENT[:start] + noise + CONTENT[end:], length=4, head=HEAD)
    assert problems or CONTENT[:start] + noise + CONTENT[end:] == CONTENT
    assert all("\n" not in str(problem) for problem in problems)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b"9" * 5000,
        b'{"index":1e999}',
        b'{"hash":"\\ud800","index":4,"kind":"k","previous":"p"}',
        b'{"hash":"h","index":true,"kind":"k","previous":"p"}',
        b"\xff\xfe",
        "\ufeff{}".encode(),
    ],
)
def test_a_strange_line_is_one_problem_with_its_number(line):
    (problem,) = check(CONTENT + line + b"\n")
    assert problem.line == 5
    assert str(problem).startswith("line 5: it is no")


def test_one_change_reads_as_one_problem():
    changed = CONTENT.replace(b'"decisions":640', b'"decisions":641')
    assert [str(problem) for problem in check(changed, 4, HEAD)] == [
        "line 3: its content does not match its hash, so it was changed; restore the ledger from a copy"
    ]
    forged = CONTENT.replace(ENTRIES[1].hash.encode(), b"0" * 64, 1)
    assert [problem.line for problem in check(forged, 4, HEAD)] == [2]


def test_a_line_written_otherwise_is_noticed_though_it_says_the_same():
    spaced = CONTENT.replace(b'"iteration":1,', b'"iteration": 1,')
    doubled = CONTENT.replace(b'"iteration":1,', b'"iteration":1,"iteration":1,')
    for content in (spaced, doubled, CONTENT.replace(b"\n", b"\r\n")):
        assert "not in canonical form" in str(check(content)[0])


def test_an_entry_replaced_with_a_fitting_hash_breaks_the_link_after_it():
    lines = CONTENT.split(b"\n")
    lines[2] = rehashed(json.loads(lines[2]) | {"decisions": 1})
    (problem,) = check(b"\n".join(lines))
    assert str(problem) == "line 4: entry 3 does not continue from the entry before it: one of the two was replaced"


def test_the_last_entry_replaced_with_a_fitting_hash_is_noticed_by_the_head():
    lines = CONTENT.split(b"\n")
    lines[3] = rehashed(json.loads(lines[3]) | {"loss": 0})
    assert check(b"\n".join(lines)) == []
    (problem,) = check(b"\n".join(lines), 4, HEAD)
    assert str(problem).endswith(f"{HEAD} was expected")


def test_missing_and_doubled_entries_are_named():
    cut = content_of([ENTRIES[0], ENTRIES[2], ENTRIES[3]])
    assert [str(p) for p in check(cut)] == [
        "line 2: entry 2 follows entry 0: entries are missing, doubled or out of order"
    ]
    headless = content_of(ENTRIES[1:])
    assert str(check(headless)[0]).startswith("line 1: the ledger begins with entry 1")
    assert [str(p) for p in check(content_of(ENTRIES[:3]), 4, HEAD)] == ["the ledger has 3 entries and 4 were expected"]


def test_what_an_entry_holds_cannot_break_a_sentence_in_two():
    first = json.loads(ENTRIES[0].line)
    problems = check(rehashed(first | {"kind": "a\nb"}) + b"\n" + canonical(first | {"hash": "c\nd"}) + b"\n", 2, "e")
    assert [str(problem).count("\n") for problem in problems] == [0, 0]


def test_a_newer_version_is_refused_and_says_what_to_do(path):
    first = json.loads(ENTRIES[0].line)
    path.write_bytes(rehashed(first | {"version": 2}) + b"\n")
    (problem,) = verify(path)
    assert "version 2" in str(problem)
    with pytest.raises(RunProblem, match="install a newer"):
        Ledger.open(path)


def test_a_missing_or_empty_ledger_is_a_problem_and_no_accident(tmp_path):
    assert "is not there" in str(verify(tmp_path / "none")[0])
    assert "is not there" in str(verify(tmp_path)[0])
    (tmp_path / "empty").touch()
    assert "is empty" in str(verify(tmp_path / "empty")[0])


# --- in a file ------------------------------------------------------------------------------------------------------


def test_a_ledger_written_entry_by_entry_is_the_chain(tmp_path):
    ledger = Ledger.create(tmp_path / "ledger.jsonl", CONFIGURATION)
    assert (len(ledger), ledger.head) == (1, ENTRIES[0].hash)
    made = [ledger.append("iteration", entry.data) for entry in ENTRIES[1:]]
    assert made == ENTRIES[1:]
    assert ledger.path.read_bytes() == CONTENT
    assert list(ledger.entries()) == ENTRIES
    assert (len(ledger), ledger.head) == (4, HEAD)


def test_an_opened_ledger_goes_on_where_it_stopped(path):
    ledger = Ledger.open(path)
    entry = ledger.append("iteration", {"iteration": 4})
    assert (entry.index, entry.previous) == (4, HEAD)
    assert verify(path, 5, entry.hash) == []
    assert list(Ledger.open(path).entries())[-1] == entry


def test_a_ledger_is_never_overwritten(path):
    with pytest.raises(RunProblem, match="never overwritten"):
        Ledger.create(path, CONFIGURATION)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("cut", [1, 10, len(ENTRIES[-1].line)])
def test_a_line_unfinished_by_a_crash_is_dropped_only_when_repair_is_asked_for(path, cut):
    path.write_bytes(CONTENT[:-cut])
    with pytest.raises(RunProblem, match="line 4: the line is unfinished"):
        Ledger.open(path)
    assert path.read_bytes() == CONTENT[:-cut]
    ledger = Ledger.open(path, repair=True)
    assert ledger.dropped == f"line 4 of {path} was unfinished and has been dropped"
    assert path.read_bytes() == content_of(ENTRIES[:3])
    ledger.append("iteration", ENTRIES[3].data)
    assert path.read_bytes() == CONTENT


def test_repair_leaves_a_whole_ledger_alone_and_refuses_any_other_damage(path):
    assert Ledger.open(path, repair=True).dropped is None
    assert path.read_bytes() == CONTENT
    damaged = CONTENT.replace(b'"decisions":640', b'"decisions":641')
    path.write_bytes(damaged)
    with pytest.raises(RunProblem, match="line 3"):
        Ledger.open(path, repair=True)
    path.write_bytes(ENTRIES[0].line)
    with pytest.raises(RunProblem, match="unfinished"):
        Ledger.open(path, repair=True)


def test_a_damaged_ledger_is_not_read_past_the_damage(path):
    ledger = Ledger.open(path)
    path.write_bytes(CONTENT.replace(b'"decisions":640', b'"decisions":641'))
    entries = ledger.entries()
    assert [next(entries), next(entries)] == ENTRIES[:2]
    with pytest.raises(RunProblem, match="line 3"):
        next(entries)


def test_a_second_writer_is_noticed_before_it_does_harm(path):
    ours, theirs = Ledger.open(path), Ledger.open(path)
    theirs.append("iteration", {"iteration": 4})
    before = path.read_bytes()
    with pytest.raises(RunProblem, match="changed by somebody else"):
        ours.append("iteration", {"iteration": 4})
    assert path.read_bytes() == before


def test_a_full_disk_leaves_the_ledger_as_it_was_and_usable(path, monkeypatch):
    ledger, write = Ledger.open(path), os.write

    def half_then_full(file, data):
        if len(data) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, bytes(data)[: len(data) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half_then_full)
        with pytest.raises(StorageProblem, match="the disk is full"):
            ledger.append("iteration", {"iteration": 4})
    assert path.read_bytes() == CONTENT
    ledger.append("iteration", {"iteration": 4})
    assert verify(path, 5, ledger.head) == []


def test_a_measurement_says_what_was_asked_of_whom_and_how_sure_it_is():
    assert measurement("X alone", "power", None, Estimate(3, 4, 0.25, 0.99, 0.95)) == {
        "what": "X alone",
        "kind": "power",
        "level": None,
        "agree": 3,
        "asked": 4,
        "low": 0.25,
        "high": 0.99,
        "confidence": 0.95,
    }


def test_the_genesis_names_the_configuration():
    assert ENTRIES[0] == Entry(0, NO_HASH, ENTRIES[0].hash, "genesis", {"version": 1, "configuration": CONFIGURATION})
