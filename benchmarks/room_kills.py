"""Is anything lost when the server of the rooms is killed while people work in them?

    python benchmarks/room_kills.py
    python benchmarks/room_kills.py --database postgres

People act in rooms, all through the web, and twenty times over the server gets a SIGKILL at a random moment and is
started again. Clients do what the page does: an act that was not acknowledged stays in the outbox and is sent again
with its id; a stream that broke off comes back and names the last event that it had. Goal: every acknowledged act is in
the record exactly once, nobody's stream had a gap or anything twice, and every chain is whole.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from _common import RECORDS, machine, print_table, record
from _rooms import Arrived, Kept, Server, database, furnished, load, per_cents, run, settled, software, streams_open

GOAL = "of acknowledged acts 0 missing, 0 doubled; in streams 0 gaps, 0 doubled; all chains whole"


async def measured(server: Server, rooms: int, people: int, every: float, kills: int, apart: float) -> dict[str, Any]:
    """Kills and starts a server that listens, under load; `apart` is the mean time that it lives, in seconds."""
    everybody = await furnished(server, rooms, people)
    for one in everybody:
        await one.open_page()
    listening = [asyncio.ensure_future(one.listen()) for one in everybody]
    listening += [asyncio.ensure_future(one.refresh()) for one in everybody]
    rng, found = random.Random(), []
    over = asyncio.Event()
    try:
        await streams_open(everybody)
        acting = asyncio.gather(*(one.act_until(over, every) for one in everybody))
        for number in range(kills):
            lived = rng.uniform(0.2, 2 * apart)
            await asyncio.sleep(lived)
            under_way = sum(bool(one.done) and one.done[-1].acknowledged is None for one in everybody)
            server.kill()
            down = time.monotonic()
            await asyncio.to_thread(server.start)
            found.append({"lived": round(lived, 2), "under_way": under_way, "down": round(time.monotonic() - down, 2)})
            print(f"  kill {number + 1}: {found[-1]}", file=sys.stderr, flush=True)
        await asyncio.sleep(2 * apart)
        over.set()
        await acting
        await settled(everybody)
        memory = server.peak_memory_mb
    finally:
        for one_ in listening:
            one_.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        for one in everybody:
            await one.browser.close()
    acts = [act for one in everybody for act in one.done]
    arrived, kept = Arrived.of(everybody), Kept.of(server, everybody)
    return {
        "rooms": rooms,
        "people": len(everybody),
        "every": every,
        "kills": found,
        "acts": len(acts),
        "acknowledged": sum(act.acknowledged is not None for act in acts),
        "tried_again": sum(act.tries > 1 for act in acts),
        "stored_before_and_sent_again": sum(act.doubled for act in acts),
        "refused": dict(sum((one.refused for one in everybody), Counter())),
        "statuses": dict(Counter(str(act.status) for act in acts)),
        "streams_reopened": sum(one.connections - 1 for one in everybody),
        "fetched_anew": sum(one.anew for one in everybody),
        "to_others_ms": per_cents(arrived.seconds),
        "lost": arrived.lost,
        "doubled": arrived.doubled,
        "gaps": arrived.gaps,
        "shown_without_words": arrived.unseen,
        "hidden_but_shown": arrived.leaked,
        "kept": asdict(kept),
        "server_peak_memory_mb": memory,
    }


def met(found: dict[str, Any]) -> bool:
    """Whether the goal was met."""
    kept = found["kept"]
    streams = ("lost", "doubled", "gaps", "fetched_anew", "shown_without_words", "hidden_but_shown")
    return not any(found[name] for name in streams) and not (
        kept["missing"] or kept["doubled"] or kept["elsewhere"] or kept["broken"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="how many (default 20)")
    parser.add_argument(
        "--apart", type=float, default=2.0, help="seconds that the server lives, in the mean (default 2)"
    )
    parser.add_argument("--rooms", type=int, default=10, help="how many (default 10)")
    parser.add_argument("--people", type=int, default=4, help="in each (default 4)")
    parser.add_argument("--every", type=float, default=0.4, help="seconds between two acts of a person (default 0.4)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite", help="(default sqlite)")
    parser.add_argument("--strict", action="store_true", help="status 1 if the goal was not met")
    parser.add_argument("--threads", type=int, default=1, help="only goes into the record")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder for the record (benchmarks/records)")
    given = parser.parse_args()
    facts = machine(given.threads)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cohobate-rooms-")))
        server = Server(data / "data", environment={"DATABASE_URL": stack.enter_context(database(given.database))})
        stack.callback(server.stop)
        server.start()
        facts |= software(server.environment["DATABASE_URL"])
        found = run(lambda: measured(server, given.rooms, given.people, given.every, given.kills, given.apart))
    found = {
        "database": given.database,
        **found,
        "load_afterwards": load(),
        "goal_met": met(found),
    }
    print(f"{given.kills} kills, {found['people']} people in {given.rooms} rooms, {given.database}. Goal: {GOAL}.\n")
    print_table(
        ["lived s", "acts under way", "until it listened again s"],
        [list(one.values()) for one in found["kills"]],
    )
    print()
    for name in found:
        if name not in ("kills", "to_others_ms"):
            print(f"{name.replace('_', ' ')}: {found[name]}")
    record(given.records, f"room_kills-{given.database}", facts, GOAL, found)
    if given.strict and not found["goal_met"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
