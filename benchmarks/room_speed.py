"""How long does it take to read a large room again, and to show it?

    python benchmarks/room_speed.py

Folds 10,000 events of one room. Then opens pages of rooms with 1,000 events through Django's test client, so without
the network: a mixed room, one with 1,000 things said, and one with 1,000 entries in one panel. Warm is a page of a room
that the server has in memory; cold is the first page after it was read from the database and folded.

Goal: the fold at most 50 ms, a page at most 200 ms, warm and cold.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _common import RECORDS, machine, print_table, record
from _rooms import OPEN, WORDS, WORKSHOP
from cohobate.events import Event, follow
from cohobate.practicum.room import fold
from cohobate.practicum.workshop import shipped

GOAL = "10,000 events folded in 50 ms; a page of 1,000 events in 200 ms of server time, warm and cold"
PEOPLE = ("asker", "searcher1", "searcher2", "searcher3")
MIXES = {
    "mixed": {"say": 60, "write": 20, "edit": 5, "judge": 15},
    "1,000 said": {"say": 1},
    "1,000 entries in one panel": {"write": 1},
}


def made_up(number: int, mix: dict[str, int], seed: int = 1) -> list[Event]:
    """A room's events: opened, four people in it, at the stage of the panel, and `number` things done."""
    rng = random.Random(seed)
    events: list[Event] = []
    entries: list[tuple[str, str]] = []

    def add(actor: str, kind: str, data: dict[str, Any] | None = None, **words: str) -> None:
        before = events[-1] if events else None
        id = f"event-{len(events):06}"
        events.append(follow(before, id=id, at=1e9 + len(events), actor=actor, kind=kind, data=data, words=words))

    add(PEOPLE[0], "open", {"alone": False}, title="A large room", topic="what is seen already")
    for who in PEOPLE:
        add(who, "join", {"seat": "asker" if who == "asker" else "searcher"}, name=who.capitalize())
    for stage in range(-1, 3):
        add(PEOPLE[0], "advance", {"from": [0, stage]})
    kinds, weights = list(mix), list(mix.values())
    for _ in range(number):
        kind = rng.choices(kinds, weights)[0]
        who, text = rng.choice(PEOPLE), " ".join(rng.choices(WORDS, k=rng.randint(4, 30)))
        if kind == "say" or (not entries and kind != "write"):
            move = rng.choice(("ask", "tell", "say_back", "restate"))
            add(who, "say", {"move": move, "aloud": False, "concrete": move == "ask", "steering": False}, text=text)
        elif kind == "judge":
            entry, by = rng.choice(entries)
            judge = rng.choice([one for one in PEOPLE if one != by])
            add(judge, "judge", {"of": entry, "respect": str(rng.randrange(3)), "yes": rng.random() < 0.7})
        else:
            entry, by = rng.choice(entries) if kind == "edit" else (f"entry-{len(events):06}", rng.choice(PEOPLE[1:]))
            place = [int(part) for part in OPEN.split(".")]
            add(
                by,
                "write",
                {"entry": entry, "thing": "evidence", "place": place, "values": {"direction": "for"}},
                text=text,
            )
            if kind == "write":
                entries.append((entry, by))
    return events


def milliseconds(what: Callable[[], Any], times: int, before: Callable[[], Any] = lambda: None) -> list[float]:
    """How long something takes, each time."""
    found = []
    for _ in range(times):
        before()
        began = time.perf_counter()
        what()
        found.append(round(1000 * (time.perf_counter() - began), 2))
    return found


def pages(folder: Path, events: int, times: int) -> list[dict[str, Any]]:
    """The pages of three rooms, warm and cold."""
    from cohobate.web.folder import DataFolder
    from cohobate.web.serving import configure, prepare

    data = DataFolder(folder)
    data.make()
    configure(data, "http://testserver", ["testserver"])
    prepare()
    from django.test import Client

    from cohobate.web.people.links import COOKIE, cookie_of
    from cohobate.web.people.models import Person
    from cohobate.web.rooms import models, shelf
    from cohobate.web.rooms.keeper import keeper

    for who in PEOPLE:
        Person.objects.create(pk=who, name=who.capitalize(), may_host=True)

    def one_room(name: str, mix: dict[str, int]) -> dict[str, Any]:
        row = models.Room.objects.create(title="A large room", topic="x", workshop=workshop, host_id=PEOPLE[0])
        models.Event.objects.bulk_create([models.Event.of(row.pk, event) for event in made_up(events, mix)], 500)
        for who in PEOPLE:
            row.members.create(person_id=who)
        browser = Client()
        browser.cookies[COOKIE] = cookie_of(Person.objects.get(pk=PEOPLE[1]))

        def page(path: str = "") -> int:
            answer = browser.get(f"/rooms/{row.pk}/{path}")
            assert answer.status_code == 200, answer
            return len(answer.content)

        size = page()  # the templates are read once
        return {
            "room": name,
            "events": events,
            "kilobytes": size // 1000,
            "warm": milliseconds(page, times),
            "cold": milliseconds(page, times, lambda: keeper.forget(row.pk)),
            "changed_part": milliseconds(lambda: page("live/"), times),
            "record": milliseconds(lambda: page("record/"), times),
        }

    workshop = shelf.stored(shelf.shipped()[WORKSHOP])
    return [one_room(name, mix) for name, mix in MIXES.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1000, help="in the rooms whose pages are opened (default 1000)")
    parser.add_argument("--folded", type=int, default=10_000, help="events that are folded (default 10000)")
    parser.add_argument("--times", type=int, default=15, help="that each is done (default 15)")
    parser.add_argument("--threads", type=int, default=1, help="only goes into the record")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder for the record (benchmarks/records)")
    given = parser.parse_args()
    facts, workshop = machine(given.threads), shipped()[WORKSHOP]
    events = made_up(given.folded, MIXES["mixed"])
    gc.freeze()  # as a server does once it has started
    folding = milliseconds(lambda: fold(workshop, events), given.times)
    with tempfile.TemporaryDirectory(prefix="cohobate-rooms-") as folder:
        rooms = pages(Path(folder) / "data", given.events, given.times)
    median = statistics.median
    met = median(folding) <= 50 and all(median(room[how]) <= 200 for room in rooms for how in ("warm", "cold"))
    print(f"Goal: {GOAL}. Medians of {given.times}, with the longest.\n")

    def both(times: list[float]) -> str:
        return f"{median(times):.1f} ({max(times):.1f})"

    print_table(["fold of", "ms"], [[f"{given.folded:,} events", both(folding)]])
    print()
    columns = ("warm", "cold", "changed_part", "record")
    print_table(
        ["room", "kB", *(f"{column.replace('_', ' ')} ms" for column in columns)],
        [[room["room"], room["kilobytes"], *(both(room[column]) for column in columns)] for room in rooms],
    )
    print(f"\ngoal met: {'yes' if met else 'no'}")
    record(given.records, "room_speed", facts, GOAL, {"fold_ms": folding, "rooms": rooms, "goal_met": met})


if __name__ == "__main__":
    main()
