"""Is a run that was killed, and resumed, the same as one left alone? To the last byte of its ledger.

    python benchmarks/kills.py

A short run is left alone. Then, twenty times over, the same run is started, killed (SIGKILL) at a random moment between
its start and its end, and resumed. Goal: twenty ledgers identical to the first.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from _common import arguments, machine, print_table, record

GOAL = "20 kills, 20 identical ledgers"
RUN = ["powering", "--size", "4", "--bits", "3", "--seed", "7"]


def command(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "cohobate.cli", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def killed(folder: Path, begin: list[str], after: float) -> dict[str, Any]:
    """A run killed after so many seconds and resumed to its end."""
    process = command("run", *begin, "--out", str(folder))
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    ledger = folder / "ledger.jsonl"
    entries = len(ledger.read_bytes().splitlines()) if ledger.exists() else 0
    checkpoints = len(list((folder / "checkpoints").glob("step-*"))) if folder.exists() else 0
    if (folder / "config.json").exists():
        status = command("resume", str(folder)).wait()
    else:  # killed before there was a run at all
        status = command("run", *begin, "--out", str(folder)).wait()
    return {"after": round(after, 2), "entries": entries, "checkpoints": checkpoints, "status": status}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how many (default 20)")
    parser.add_argument("--steps", type=int, default=110, help="of the run (default 110)")
    given = parser.parse_args()
    facts, rng, results = machine(given.threads), np.random.default_rng(), []
    begin = [*RUN, "--steps", str(given.steps)]
    with tempfile.TemporaryDirectory() as base:
        alone = Path(base) / "alone"
        started = time.monotonic()
        assert command("run", *begin, "--out", str(alone)).wait() == 0
        lasted = time.monotonic() - started
        wanted = (alone / "ledger.jsonl").read_bytes()
        for number in range(given.kills):
            folder = Path(base) / f"killed-{number}"
            result = killed(folder, begin, float(rng.uniform(0, lasted)))
            result["identical"] = (folder / "ledger.jsonl").read_bytes() == wanted
            result["verified"] = command("ledger", "verify", str(folder)).wait() == 0
            results.append(result)
            print(f"  {result}", file=sys.stderr, flush=True)
    print(f"A run of {given.steps} steps and {lasted:.1f} s, {len(wanted.splitlines())} entries. Goal: {GOAL}.\n")
    print_table(
        ["killed after s", "entries then", "checkpoints then", "resumed with status", "identical", "verified"],
        [list(result.values()) for result in results],
    )
    same = sum(result["identical"] and result["verified"] for result in results)
    print(f"\n{same} of {len(results)} ledgers are identical to that of the run left alone, and verify.")
    record(given.records, "kills", facts, GOAL, {"identical": same, "kills": results})


if __name__ == "__main__":
    main()
