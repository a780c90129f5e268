"""Entries and their chain: append-only, each entry chained to the one before by hash.

One entry is one line of canonical JSON: keys sorted, no spaces, UTF-8, floats in the shortest form that reads back
the same, nothing that is not a number. Its hash is the SHA-256 of that line without the hash. The first entry, the
genesis, names the configuration. There are no clock times: the same work leaves the same bytes.

What the chain shows: that nothing was changed, reordered or cut out *given the length and the last hash*, which are
therefore also kept elsewhere (a run's summary). What it does not show: that what was written was true. Whoever can
rewrite the whole file and the place where the last hash is kept can rewrite history.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cohobate.canonical import canonical, digest
from cohobate.errors import RunProblem, WrongUse
from cohobate.runs import append_line, atomic_write, drop_unfinished_line, storage

VERSION = 1
"""Of the form of the entries; a ledger of a newer version is refused."""

GENESIS = "genesis"
NO_HASH = "0" * 64
"""What the genesis entry has for a previous hash."""

RESERVED = ("hash", "index", "kind", "previous")


# --- entries and their chain: no files ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a ledger."""

    index: int
    """0 for the genesis, then counting up."""
    previous: str
    """The hash of the entry before, 64 hexadecimal digits."""
    hash: str
    kind: str
    """What the entry records, such as "iteration"."""
    data: Mapping[str, Any]
    """The rest of the entry, as JSON values."""

    @property
    def line(self) -> bytes:
        """The entry as it stands in a file, without the line end."""
        return canonical(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """The whole entry as one JSON object."""
        chain = {"index": self.index, "previous": self.previous, "hash": self.hash, "kind": self.kind}
        return chain | dict(self.data)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a ledger, as one sentence."""

    line: int | None
    """Counted from 1; None if it concerns the ledger as a whole."""
    sentence: str

    def __str__(self) -> str:
        return self.sentence if self.line is None else f"line {self.line}: {self.sentence}"


def follow(previous: Entry | None, kind: str, data: Mapping[str, Any]) -> Entry:
    """The entry that comes after `previous` (None: the first). Raises WrongUse for data that an entry cannot hold."""
    taken = [key for key in RESERVED if key in data]
    if taken:
        raise WrongUse(f"entry data has the key '{taken[0]}', which the chain uses itself; name it otherwise")
    index, before = (0, NO_HASH) if previous is None else (previous.index + 1, previous.hash)
    # Written and read back, so that an entry just made equals the same entry read later: tuples and NumPy numbers
    # become plain, and integer keys become text *before* they are sorted.
    value = json.loads(canonical({"index": index, "previous": before, "kind": kind} | dict(data)))
    return _entry(value, digest(value))


def genesis(configuration: Mapping[str, Any]) -> Entry:
    """The first entry of a ledger."""
    return follow(None, GENESIS, {"version": VERSION, "configuration": configuration})


def check(content: bytes, length: int | None = None, head: str | None = None) -> list[Problem]:
    """All that is wrong with a ledger's bytes; nothing if it is whole. Never raises, whatever the bytes.

    length, head:  how many entries there must be and the hash of the last, if they are known. Without them, entries
                   missing from the end, or a chain rewritten to its end, cannot be noticed.
    """
    *lines, unfinished = content.split(b"\n")
    problems: list[Problem] = []
    before: Entry | None = None
    intact = True  # whether `before` can be relied on: one change must not read as two
    for number, line in enumerate(lines, start=1):
        entry, fault = _read(line)
        if number == 1 and entry is not None and _version(entry) > VERSION:
            newer = f"it is of version {_version(entry)}, this Cohobate reads up to {VERSION}; install a newer one"
            return [Problem(1, newer)]
        if fault:
            problems.append(Problem(number, fault))
        elif entry is not None and intact and (misplaced := _misplaced(entry, before)):
            problems.append(Problem(number, misplaced))
        before, intact = entry, fault is None
    if unfinished:
        problems.append(
            Problem(len(lines) + 1, "the line is unfinished, as after a crash; resuming the run repairs it")
        )
    if not content:
        problems.append(Problem(None, "the ledger is empty: its genesis entry is missing"))
    if length is not None and len(lines) != length:
        problems.append(Problem(None, f"the ledger has {len(lines)} entries and {length} were expected"))
    elif head is not None and before is not None and intact and before.hash != head:
        problems.append(Problem(None, f"the last entry's hash is {before.hash} and {head} was expected"))
    return problems


def entries_in(content: bytes) -> list[Entry]:
    """The entries in a ledger's bytes. Raises RunProblem at one that is damaged."""
    found = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        entry, fault = _read(line)
        if entry is None or fault:
            raise RunProblem(f"line {number}: {fault}")
        found.append(entry)
    return found


def _read(line: bytes) -> tuple[Entry | None, str | None]:
    """The entry on a line, if one can be made out at all, and what is wrong with it by itself."""
    try:
        value = json.loads(line.decode("utf-8"))
        plain = canonical(value)
    except (ValueError, RecursionError, WrongUse):
        return None, "it is not JSON in UTF-8; restore the ledger from a copy"
    shape = {"index": int, "previous": str, "hash": str, "kind": str}
    if not isinstance(value, dict) or any(type(value.get(key)) is not of for key, of in shape.items()):
        return None, "it is no ledger entry (index, previous, hash and kind are needed); restore the ledger from a copy"
    stated = value.pop("hash")
    entry = _entry(value, stated)
    if plain != line:
        return entry, "it is not in canonical form (sorted keys, no spaces), so it was changed; restore it from a copy"
    if digest(value) != stated:
        return entry, "its content does not match its hash, so it was changed; restore the ledger from a copy"
    return entry, None


def _misplaced(entry: Entry, before: Entry | None) -> str | None:
    """What is wrong with an entry's place after `before` (None: at the start)."""
    if before is None:
        if entry.index != 0 or entry.previous != NO_HASH or entry.kind != GENESIS or _version(entry) < 1:
            return f"the ledger begins with entry {entry.index} of kind {entry.kind!r} and must begin with its genesis"
    elif entry.index != before.index + 1:
        return f"entry {entry.index} follows entry {before.index}: entries are missing, doubled or out of order"
    elif entry.previous != before.hash:
        return f"entry {entry.index} does not continue from the entry before it: one of the two was replaced"
    return None


def _version(first: Entry) -> int:
    """The version that a genesis entry states, 0 if it states none."""
    version = first.data.get("version")
    return version if type(version) is int else 0


def _entry(value: dict[str, Any], digest: str) -> Entry:
    data = {key: item for key, item in value.items() if key not in RESERVED}
    return Entry(value["index"], value["previous"], digest, value["kind"], data)


# --- in a file ----------------------------------------------------------------------------------------------------


class Ledger:
    """A ledger in a file. One process writes it at a time: hold the run's folder (`Run.hold`) while appending."""

    def __init__(self, path: Path, last: Entry, size: int, dropped: str | None = None) -> None:
        self.path = path
        self.dropped = dropped
        """One sentence on the unfinished line that opening repaired away, or None."""
        self._last = last
        self._size = size

    @classmethod
    def create(cls, path: Path | str, configuration: Mapping[str, Any]) -> Ledger:
        """A new ledger with its genesis entry. Raises RunProblem if there is one already, StorageProblem."""
        path = Path(path)
        if path.exists():
            raise RunProblem(
                f"{path} exists already and a ledger is never overwritten; open it, or choose another place"
            )
        first = genesis(configuration)
        atomic_write(path, first.line + b"\n")
        return cls(path, first, len(first.line) + 1)

    @classmethod
    def open(cls, path: Path | str, *, repair: bool = False) -> Ledger:
        """An existing ledger, checked from its first entry to its last.

        repair:  drop an unfinished last line, which a crash while appending leaves; `dropped` then says so. Every
                 other damage is refused all the same.

        Raises RunProblem with the first problem found.
        """
        path = Path(path)
        content = _content(path)
        dropped = None
        if repair and not content.endswith(b"\n") and b"\n" in content:
            lost = drop_unfinished_line(path)
            content = content[: len(content) - len(lost)]
            number = content.count(b"\n") + 1
            dropped = f"line {number} of {path} was unfinished and has been dropped"
        problems = check(content)
        if problems:
            raise RunProblem(f"{path} cannot be trusted: {problems[0]}")
        last = _read(content[:-1].rpartition(b"\n")[2])[0]
        assert last is not None
        return cls(path, last, len(content), dropped)

    def append(self, kind: str, data: Mapping[str, Any]) -> Entry:
        """Adds an entry and waits until it is on the disk.

        kind:  what it records, such as "iteration"
        data:  JSON values; NumPy numbers and arrays become plain ones. Keys other than index, previous, hash, kind.

        Raises WrongUse for data that an entry cannot hold, StorageProblem if it cannot be written, RunProblem if the
        file is not as this object left it; in each case the ledger is unchanged.
        """
        entry = follow(self._last, kind, data)
        with storage(self.path, "written"):
            size = os.stat(self.path).st_size
        if size != self._size:
            raise RunProblem(f"{self.path} was changed by somebody else since it was opened; open it again")
        append_line(self.path, entry.line, sync=True)
        self._last, self._size = entry, size + len(entry.line) + 1
        return entry

    def entries(self) -> Iterator[Entry]:
        """All entries from the genesis on, read from the file. Raises RunProblem at one that is damaged."""
        for number, line in enumerate(_content(self.path).split(b"\n")[:-1], start=1):
            entry, fault = _read(line)
            if entry is None or fault:
                raise RunProblem(f"{self.path}, line {number}: {fault}")
            yield entry

    @property
    def head(self) -> str:
        """The hash of the last entry."""
        return self._last.hash

    def __len__(self) -> int:
        """How many entries there are, the genesis included."""
        return self._last.index + 1


def verify(path: Path | str, length: int | None = None, head: str | None = None) -> list[Problem]:
    """All that is wrong with a ledger's file, as `check` does for bytes; a missing file is a problem too.

    Raises StorageProblem if the file exists and may not be read.
    """
    try:
        return check(_content(Path(path)), length, head)
    except RunProblem as missing:
        return [Problem(None, str(missing))]


def _content(path: Path) -> bytes:
    with storage(path, "read"):
        if not path.is_file():
            raise RunProblem(f"{path} is not there: the run has no ledger; check the path")
        return path.read_bytes()
