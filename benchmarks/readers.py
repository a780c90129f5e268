"""A hundred readers at once in reader tests: how long does a page take, and is every answer kept once?

    python benchmarks/readers.py
    python benchmarks/readers.py --database postgres
    python benchmarks/readers.py --small

Starts `cohobate serve` on a temporary folder with an open test of two passages and 24 items. Then 100 people come by
its link within 20 seconds and go through all three parts: each starts a part, gets its page with a text of 3,000 or 800
words, answers an item about every 5 seconds, changes some answers, and finishes. Clients are one other process on the
same machine.

Goal: 95 % of pages within 300 ms; no acknowledged answer lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from _common import RECORDS, machine, print_table, record
from _readers import Reader, compared, in_process
from _rooms import Loop, Server, database, load, own_processor_seconds, per_cents, run, software

GOAL = "95th percentile of a page at most 300 ms, of acknowledged answers 0 lost, 0 doubled"


async def measured(server: Server, there: dict[str, str], readers: int, every: float, within: float) -> dict[str, Any]:
    """One run against a server that listens; the readers come within so many seconds."""
    everybody = [Reader(server.port, there["path"], there["trial"], number, every) for number in range(readers)]
    loop = Loop()
    watching = asyncio.ensure_future(loop.watch())
    before, own, began = server.processor_seconds, own_processor_seconds(), time.monotonic()

    async def come(reader: Reader) -> None:
        await asyncio.sleep(reader.random.uniform(0, within))
        await reader.read()

    await asyncio.gather(*(come(one) for one in everybody))
    lasted = time.monotonic() - began
    used, own = server.processor_seconds - before, own_processor_seconds() - own
    watching.cancel()
    for one in everybody:
        await one.browser.close()
    given = [one for reader in everybody for one in reader.given]
    return {
        "readers": readers,
        "every": every,
        "seconds": round(lasted, 1),
        "through": sum(one.through for one in everybody),
        "pages_ms": per_cents([took for one in everybody for took in one.pages]),
        "answers_ms": per_cents([one.acknowledged - one.sent for one in given if one.acknowledged is not None]),
        "answers": len(given),
        "late": sum(one.late for one in given),
        "tried_again": sum(one.tries > 1 for one in given),
        "statuses": {str(status): number for status, number in sum((r.statuses for r in everybody), Counter()).items()},
        "kept": compared(everybody, in_process(server, "kept", there["trial"])),
        "server_peak_memory_mb": server.peak_memory_mb,
        "server_processor_seconds": round(used, 1),
        "clients_processor_seconds": round(own, 1),
        "clients_loop_late_ms": per_cents(loop.samples),
    }


def met(found: dict[str, Any]) -> bool:
    """Whether the goal was met."""
    wrong = ("missing", "doubled", "elsewhere", "not_what_was_answered_last", "chains_broken")
    return (
        found["pages_ms"].get("p95", float("inf")) <= 300
        and found["through"] == found["readers"] == found["kept"]["sittings"]
        and not any(found["kept"][name] for name in wrong)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=100, help="how many (default 100)")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two answers of one (default 5)")
    parser.add_argument("--within", type=float, default=20.0, help="seconds within which they come (default 20)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite", help="(default sqlite)")
    parser.add_argument("--small", action="store_true", help="four readers in a hurry, to see that it works")
    parser.add_argument("--strict", action="store_true", help="status 1 if the goal was not met")
    parser.add_argument("--threads", type=int, default=1, help="only goes into the record")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder for the record (benchmarks/records)")
    given = parser.parse_args()
    if given.small:
        given.readers, given.every, given.within = 4, 0.05, 0.2
    facts = machine(given.threads)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cohobate-readers-")))
        server = Server(data / "data", environment={"DATABASE_URL": stack.enter_context(database(given.database))})
        there = in_process(server, "furnish", str(given.readers), "30")
        stack.callback(server.stop)
        server.start()
        facts |= software(server.environment["DATABASE_URL"])
        found = run(lambda: measured(server, there, given.readers, given.every, given.within))
    found = {"database": given.database, **found, "load_afterwards": load(), "goal_met": met(found)}
    print(f"{found['readers']} readers, {given.database}, {found['answers']:,} answers. Goal: {GOAL}.\n")
    rows = [
        [label, *(found[name].get(key, "–") for key in ("n", "median", "p95", "p99", "max"))]
        for name, label in {"pages_ms": "a page", "answers_ms": "an answer kept"}.items()
    ]
    print_table(["milliseconds", "n", "median", "95 %", "99 %", "max"], rows)
    print()
    for name in ("seconds", "through", "late", "tried_again", "statuses", "kept"):
        print(f"{name.replace('_', ' ')}: {found[name]}")
    print(f"server: {found['server_peak_memory_mb']} MB, {found['server_processor_seconds']} processor seconds")
    print(f"goal met: {'yes' if found['goal_met'] else 'no'}")
    record(given.records, f"readers-{given.database}", facts, GOAL, found)
    if given.strict and not found["goal_met"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
