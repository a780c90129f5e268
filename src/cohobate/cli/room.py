"""`cohobate room`: the rooms of a data folder, and their records, while a server runs or not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cohobate.cli.display import console, plain_table
from cohobate.runs import to_json

app = typer.Typer(help="List the rooms of a server, or write one's record.")

Data = Annotated[Path, typer.Option(help="The server's data folder.", metavar="DIR")]


@app.command("list", epilog="Example:  cohobate room list --data cohobate-data")
def list_(
    data: Data = Path("cohobate-data"),
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects instead of a table.")] = False,
) -> None:
    """List all rooms, the latest first."""
    from cohobate.web.looking import lines, look_into

    look_into(data)
    found = lines()
    if as_json:
        whole = [
            asdict(one)
            | {"opened_at": one.opened_at.isoformat(), "ended_at": one.ended_at and one.ended_at.isoformat()}
            for one in found
        ]
        typer.echo(to_json(whole, indent=2).encode())
        return
    table = plain_table()
    table.add_column("room", no_wrap=True)
    for heading in ("title", "workshop", "topic"):
        table.add_column(heading, overflow="fold")
    for heading in ("people", "events"):
        table.add_column(heading, justify="right")
    for heading in ("opened", "ended"):
        table.add_column(heading, no_wrap=True)
    for one in found:
        ended = f"{one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at else "–"
        opened = f"{one.opened_at:%Y-%m-%d %H:%M}"
        table.add_row(one.id, one.title, one.workshop, one.topic, f"{one.people}", f"{one.events}", opened, ended)
    console().print(table, markup=False) if found else typer.echo("There are no rooms yet.")


@app.command(epilog="Example:  cohobate room export vjcq4kp2ws --data cohobate-data > room.md")
def export(
    room: Annotated[str, typer.Argument(help="The room's id, or its title if no other has it.", metavar="ROOM")],
    data: Data = Path("cohobate-data"),
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Every event as one JSON object, with what people do not see of each other."),
    ] = False,
) -> None:
    """Write the record of a room: as a page to read, with what all in it may see, or as JSON with everything."""
    from cohobate.web.looking import as_page, as_record, look_into

    look_into(data)
    if as_json:
        typer.echo(to_json(as_record(room)).encode())  # its hashes are of UTF-8, whatever the terminal takes
    else:
        typer.echo(as_page(room).encode(), nl=False)
