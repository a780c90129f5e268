"""Is every change to a run's ledger and checkpoints noticed?

    python benchmarks/tampering.py

On the ledger of a short run: 1,000 changes of one byte at random places to random other values, and the removal of its
last k entries for every k. On its checkpoints: 1,000 changes of one byte, truncation, and exchange. Each is checked
with what `cohobate ledger verify` does; some are also put to the command itself, which must end with status 2, one
sentence a problem, and no traceback. Goal: all are noticed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np

from _common import arguments, machine, print_table, record
from cohobate.algorithmic import checkpoint
from cohobate.algorithmic.running import Limits, begin, run
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import make_task
from cohobate.ledger import check
from cohobate.runs import Run

GOAL = "every change is noticed, and none with a traceback"


def changed(rng: np.random.Generator, content: bytes) -> bytes:
    """One byte is another."""
    place = int(rng.integers(len(content)))
    other = (content[place] + int(rng.integers(1, 256))) % 256
    return content[:place] + bytes([other]) + content[place + 1 :]


def noticed_by_command(folder: Path) -> bool:
    """Whether `cohobate ledger verify` refuses this folder as it should."""
    found = subprocess.run(
        [sys.executable, "-m", "cohobate.cli", "ledger", "verify", str(folder)],
        capture_output=True,
        text=True,
        env=os.environ | {"COHOBATE_TRACEBACK": "1"},
    )
    sentences = found.stderr.strip().splitlines()
    return (
        found.returncode == 2
        and bool(sentences)
        and all(sentence.startswith("cohobate: ") for sentence in sentences)
        and "Traceback" not in found.stderr + found.stdout
    )


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--changes", type=int, default=1000, help="of one byte, to each (default 1,000)")
    parser.add_argument("--commands", type=int, default=40, help="of them put to the command itself (default 40)")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    facts, rng = machine(given.threads), np.random.default_rng(given.seed)
    noticed: dict[str, tuple[int, int]] = {}
    with tempfile.TemporaryDirectory() as base:
        task, limits = make_task("powering", 4, bits=3), Limits(steps=60)
        folder, training, ledger = begin(f"{base}/run", task, Settings.for_task(task, threads=given.threads), limits)
        with folder:
            run(training, folder, ledger, **asdict(limits))
        summary, content = folder.read_summary(), folder.ledger.read_bytes()
        length, head = summary["ledger_length"], summary["ledger_head"]
        assert not check(content, length, head)
        found = [bool(check(changed(rng, content), length, head)) for _ in range(given.changes)]
        noticed["one byte of the ledger"] = (sum(found), len(found))
        lines = content.splitlines(keepends=True)
        found = [bool(check(b"".join(lines[:-k]), length, head)) for k in range(1, len(lines) + 1)]
        noticed["the last k entries gone"] = (sum(found), len(found))

        files = checkpoint.files(folder.checkpoints)
        original, found = {path: path.read_bytes() for path in files}, []
        for number in range(given.changes):
            path = files[number % len(files)]
            path.write_bytes(changed(rng, original[path]))
            found.append(bool(checkpoint.verify(folder.checkpoints)))
            path.write_bytes(original[path])
        noticed["one byte of a checkpoint"] = (sum(found), len(found))
        path, other = files[-1], files[0]
        found = []
        for wrong in (original[path][:-1], original[path][: len(original[path]) // 2], b"", original[other]):
            path.write_bytes(wrong)
            found.append(bool(checkpoint.verify(folder.checkpoints)))
            path.write_bytes(original[path])
        noticed["a checkpoint cut short or exchanged"] = (sum(found), len(found))

        found = []
        for number in range(given.commands):
            copy = Path(base) / f"copy-{number}"
            shutil.copytree(folder.folder, copy)
            target = Run.open(copy)
            which = [target.ledger, checkpoint.files(target.checkpoints)[-1]][number % 2]
            which.write_bytes(changed(rng, which.read_bytes()))
            found.append(noticed_by_command(copy))
            shutil.rmtree(copy)
        noticed["one byte, by the command itself"] = (sum(found), len(found))
    print(f"A run of {length} entries, {len(content):,} bytes. Goal: {GOAL}.\n")
    print_table(["change", "noticed", "of"], [[what, *counts] for what, counts in noticed.items()])
    record(given.records, "tampering", facts, GOAL, {what: list(counts) for what, counts in noticed.items()})


if __name__ == "__main__":
    main()
