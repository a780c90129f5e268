"""Is an answer lost when the server is killed while people read in a test?

    python benchmarks/reader_kills.py
    python benchmarks/reader_kills.py --database postgres

People read and answer, all through the web, and ten times over the server gets a SIGKILL at a random moment and is
started again. Clients do what the page does: an answer that was not acknowledged stays in the outbox and is sent again
with its id. Goal: every acknowledged answer is there exactly once, what counts in the end is what was answered last,
and every chain is whole.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from _common import RECORDS, machine, print_table, record
from _readers import Reader, compared, in_process
from _rooms import Server, database, load, per_cents, run, software

GOAL = "of acknowledged answers 0 missing, 0 doubled, 0 changed; everybody through; all chains whole"


async def measured(
    server: Server, there: dict[str, str], readers: int, every: float, kills: int, apart: float
) -> dict[str, Any]:
    """Kills and starts a server that listens, under load; `apart` is the mean time that it lives, in seconds."""
    everybody = [Reader(server.port, there["path"], there["trial"], number, every) for number in range(readers)]
    reading = asyncio.gather(*(one.read() for one in everybody))
    rng, found = random.Random(), []
    for number in range(kills):
        lived = rng.uniform(0.2, 2 * apart)
        await asyncio.sleep(lived)
        under_way = sum(bool(one.given) and not one.given[-1].status for one in everybody)
        if reading.done():
            break
        server.kill()
        down = time.monotonic()
        await asyncio.to_thread(server.start)
        found.append({"lived": round(lived, 2), "under_way": under_way, "down": round(time.monotonic() - down, 2)})
        print(f"  kill {number + 1}: {found[-1]}", file=sys.stderr, flush=True)
    await reading
    for one in everybody:
        await one.browser.close()
    given = [one for reader in everybody for one in reader.given]
    return {
        "readers": readers,
        "every": every,
        "kills": found,
        "through": sum(one.through for one in everybody),
        "answers": len(given),
        "tried_again": sum(one.tries > 1 for one in given),
        "stored_before_and_sent_again": sum(one.doubled for one in given),
        "refused": sum(one.status == 409 for one in given),
        "answers_ms": per_cents([one.acknowledged - one.sent for one in given if one.acknowledged is not None]),
        "kept": compared(everybody, in_process(server, "kept", there["trial"])),
    }


def met(found: dict[str, Any], kills: int) -> bool:
    """Whether the goal was met."""
    wrong = ("missing", "doubled", "elsewhere", "not_what_was_answered_last", "chains_broken")
    return (
        not any(found["kept"][name] for name in wrong)
        and found["through"] == found["readers"] == found["kept"]["sittings"]
        and len(found["kills"]) == kills
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10, help="how many (default 10)")
    parser.add_argument("--apart", type=float, default=2.0, help="seconds that it lives, in the mean (default 2)")
    parser.add_argument("--readers", type=int, default=40, help="how many (default 40)")
    parser.add_argument("--every", type=float, default=2.5, help="seconds between two answers of one (default 2.5)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite", help="(default sqlite)")
    parser.add_argument("--strict", action="store_true", help="status 1 if the goal was not met")
    parser.add_argument("--threads", type=int, default=1, help="only goes into the record")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder for the record (benchmarks/records)")
    given = parser.parse_args()
    facts = machine(given.threads)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cohobate-readers-")))
        server = Server(data / "data", environment={"DATABASE_URL": stack.enter_context(database(given.database))})
        there = in_process(server, "furnish", str(given.readers), "30")
        stack.callback(server.stop)
        server.start()
        facts |= software(server.environment["DATABASE_URL"])
        found = run(lambda: measured(server, there, given.readers, given.every, given.kills, given.apart))
    found = {
        "database": given.database,
        **found,
        "load_afterwards": load(),
        "goal_met": met(found, given.kills),
    }
    print(f"{len(found['kills'])} kills, {found['readers']} readers, {given.database}. Goal: {GOAL}.\n")
    print_table(
        ["lived s", "answers under way", "until it listened again s"], [list(one.values()) for one in found["kills"]]
    )
    print()
    for name in found:
        if name not in ("kills", "answers_ms"):
            print(f"{name.replace('_', ' ')}: {found[name]}")
    record(given.records, f"reader_kills-{given.database}", facts, GOAL, found)
    if given.strict and not found["goal_met"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
