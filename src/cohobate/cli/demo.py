"""`cohobate demo-data`: rooms and works to look around in."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cohobate.cli.display import console, plain_table, told


def demo_data(
    data: Annotated[Path, typer.Option(help="A new or empty folder for a server's data.", metavar="DIR")] = Path(
        "cohobate-demo"
    ),
    seed: Annotated[int, typer.Option(help="For ids and for how long each pause is.", metavar="N")] = 0,
    now: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M"], help="What counts as now, UTC, so that all comes out the same.", metavar="TIME"
        ),
    ] = None,
) -> None:
    """Fill a new folder with what a made-up group did: rooms, sources, and works, one of them tested on readers."""
    from cohobate.web.demo import OWNER, fill

    made = fill(data, time.time() if now is None else now.replace(tzinfo=UTC).timestamp(), seed)
    table = plain_table()
    for heading in ("room", "workshop", "state", "people", "events"):
        table.add_column(heading, justify="right" if heading in ("people", "events") else "left", overflow="fold")
    for one in made:
        table.add_row(one.title, one.workshop, one.state, str(one.people), str(one.events))
    console().print(table)
    told(
        console(),
        f"Filled: {data}, {len(made)} rooms with {sum(one.events for one in made):,} events, sources, works, a board "
        f"and a reader test; its owner is {OWNER}, and everybody in it is made up",
        f"Next: cohobate serve --data {data}",
    )
