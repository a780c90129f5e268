"""Fifty rooms at once: how long does what somebody does take to reach the others, and does all of it arrive?

    python benchmarks/rooms.py
    python benchmarks/rooms.py --database postgres
    python benchmarks/rooms.py --small

Starts `cohobate serve` on a temporary folder and, through the web, opens 50 rooms with 4 people each. Then all 200 keep
their event streams open and act about every 3 seconds for two minutes: they say things in writing, log what was said
aloud, write entries (some where only they see them), change their own, mark those of others, and now and then move the
room. Pages fetch what a move changed, as in a browser. Clients are one other process on the same machine.

Goal: of what is done, 95 % are on the others' screens within 500 ms; nothing is lost or doubled; at most 500 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from _common import RECORDS, machine, print_table, record
from _rooms import (
    Arrived,
    Connections,
    Kept,
    Loop,
    Server,
    database,
    furnished,
    load,
    own_processor_seconds,
    per_cents,
    run,
    settled,
    software,
    streams_open,
)

GOAL = "95th percentile to the others at most 500 ms, 0 lost, 0 doubled, at most 500 MB"


async def measured(server: Server, rooms: int, people: int, every: float, seconds: float) -> dict[str, Any]:
    """One run against a server that listens."""
    began = time.monotonic()
    everybody = await furnished(server, rooms, people)
    furnishing = time.monotonic() - began
    for one in everybody:
        await one.open_page()
    listening = [asyncio.ensure_future(one.listen()) for one in everybody]
    listening += [asyncio.ensure_future(one.refresh()) for one in everybody]
    loop, connections = Loop(), Connections(server.environment["DATABASE_URL"])
    try:
        await streams_open(everybody)
        listening.append(asyncio.ensure_future(connections.watch()))
        await asyncio.sleep(3.0)
        with_streams_alone = connections.found[-1:]
        listening.append(asyncio.ensure_future(loop.watch()))
        before, own = server.processor_seconds, own_processor_seconds()
        began = time.monotonic()
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, over.set)
        await asyncio.gather(*(one.act_until(over, every) for one in everybody))
        lasted = time.monotonic() - began
        used, own = server.processor_seconds - before, own_processor_seconds() - own
        await settled(everybody)
        memory = server.peak_memory_mb
    finally:
        for one_ in listening:
            one_.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        for one in everybody:
            await one.browser.close()
    acts = [act for one in everybody for act in one.done]
    answered = [act for act in acts if act.acknowledged is not None]
    arrived = Arrived.of(everybody)
    kept = Kept.of(server, everybody)
    return {
        "rooms": rooms,
        "people": len(everybody),
        "every": every,
        "seconds": round(lasted, 1),
        "furnishing_seconds": round(furnishing, 1),
        "acts": len(acts),
        "acknowledged": len(answered),
        "kinds": dict(Counter(act.kind for act in answered)),
        "refused": dict(sum((one.refused for one in everybody), Counter())),
        "statuses": dict(Counter(str(act.status) for act in acts)),
        "tried_again": sum(act.tries > 1 for act in acts),
        "to_others_ms": per_cents(arrived.seconds),
        "to_acknowledgement_ms": per_cents([act.acknowledged - act.sent for act in answered if act.acknowledged]),
        "parts_fetched_ms": per_cents([took for one in everybody for took in one.fetched]),
        "lost": arrived.lost,
        "doubled": arrived.doubled,
        "gaps": arrived.gaps,
        "shown_without_words": arrived.unseen,
        "hidden_but_shown": arrived.leaked,
        "streams_reopened": sum(one.connections - 1 for one in everybody),
        "kept": asdict(kept),
        "server_peak_memory_mb": memory,
        "server_processor_seconds": round(used, 1),
        "server_processor_ms_per_act": round(1000 * used / max(1, len(acts)), 2),
        "connections": connections.found
        and {"with_streams_alone": with_streams_alone[0], "at_most": max(connections.found)},
        "clients_processor_seconds": round(own, 1),
        "clients_loop_late_ms": per_cents(loop.samples),
    }


def met(found: dict[str, Any]) -> bool:
    """Whether the goal was met."""
    kept = found["kept"]
    return (
        found["to_others_ms"].get("p95", float("inf")) <= 500
        and not any(found[name] for name in ("lost", "doubled", "gaps", "shown_without_words", "hidden_but_shown"))
        and not (kept["missing"] or kept["doubled"] or kept["elsewhere"] or kept["broken"])
        and found["server_peak_memory_mb"] <= 500
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=50, help="how many (default 50)")
    parser.add_argument("--people", type=int, default=4, help="in each (default 4)")
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two acts of a person (default 3)")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long they act (default 120)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite", help="(default sqlite)")
    parser.add_argument("--small", action="store_true", help="two rooms for three seconds, to see that it works")
    parser.add_argument("--strict", action="store_true", help="status 1 if the goal was not met")
    parser.add_argument("--threads", type=int, default=1, help="only goes into the record")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder for the record (benchmarks/records)")
    parser.add_argument("--record", help="name of the record (default rooms-DATABASE)")
    given = parser.parse_args()
    if given.small:
        given.rooms, given.people, given.every, given.seconds = 2, 3, 0.3, 3.0
    facts = machine(given.threads)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cohobate-rooms-")))
        server = Server(data / "data", environment={"DATABASE_URL": stack.enter_context(database(given.database))})
        stack.callback(server.stop)
        started = server.start()
        facts |= software(server.environment["DATABASE_URL"])
        found = run(lambda: measured(server, given.rooms, given.people, given.every, given.seconds))
    found = {
        "database": given.database,
        "start_seconds": round(started, 2),
        **found,
        "load_afterwards": load(),
        "goal_met": met(found),
    }
    print(f"{found['people']} people in {given.rooms} rooms, {given.database}, {found['acts']:,} acts. Goal: {GOAL}.\n")
    names = {"to_others_ms": "request to others", "to_acknowledgement_ms": "request to acknowledgement"}
    names |= {"parts_fetched_ms": "changed parts fetched"}
    rows = [
        [label, *(found[name].get(key, "–") for key in ("n", "median", "p95", "p99", "max"))]
        for name, label in names.items()
    ]
    print_table(["milliseconds", "n", "median", "95 %", "99 %", "max"], rows)
    print()
    for name in ("lost", "doubled", "gaps", "shown_without_words", "hidden_but_shown", "refused", "statuses", "kept"):
        print(f"{name.replace('_', ' ')}: {found[name]}")
    print(f"server: {found['server_peak_memory_mb']} MB, {found['server_processor_seconds']} processor seconds")
    if found["connections"]:
        print(f"connections to the database: {found['connections']}")
    print(f"goal met: {'yes' if found['goal_met'] else 'no'}")
    record(given.records, given.record or f"rooms-{given.database}", facts, GOAL, found)
    if given.strict and not found["goal_met"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
