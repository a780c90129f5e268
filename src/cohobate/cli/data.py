"""`cohobate data`: a server's data in one file, and back; and its ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cohobate.cli.display import console, told
from cohobate.errors import RunProblem
from cohobate.ledger import check
from cohobate.runs import atomic_write

app = typer.Typer(help="Back up a server's data, restore them, or write its ledger.")

Data = Annotated[Path, typer.Option(help="The server's data folder.", metavar="DIR")]


@app.command(epilog="Example:  cohobate data backup --data cohobate-data backup.tar.gz")
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE")],
    data: Data = Path("cohobate-data"),
) -> None:
    """Write all data, consistent also while the server runs, into one file; it holds the key, so keep it safe."""
    from cohobate.web.backup import write

    manifest = write(data, file)
    told(console(), f"Backup: {file}, {file.stat().st_size:,} bytes, with the {' and the '.join(manifest['files'])}")


@app.command(epilog="Example:  cohobate data restore backup.tar.gz --data restored")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `cohobate data backup` wrote.", metavar="FILE")],
    data: Data = Path("cohobate-data"),
) -> None:
    """Restore a backup into a new or empty folder."""
    from cohobate.web.backup import restore as put_back

    put_back(file, data)
    told(console(), f"Restored: {data}; go on with `cohobate serve --data {data}`")


@app.command(epilog="Example:  cohobate data ledger --data cohobate-data ledger.jsonl")
def ledger(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; left out, it is printed.", metavar="[OUT]")
    ] = None,
    data: Data = Path("cohobate-data"),
) -> None:
    """Write what works and reader tests registered, in order and chained by hash, and check that the chain is whole."""
    from cohobate.web.looking import ledger as registered
    from cohobate.web.looking import look_into

    look_into(data)
    content = registered()
    if file is None:
        typer.echo(content, nl=False)
    else:
        atomic_write(file, content)
    problems = check(content) if content else []
    if problems:
        raise RunProblem(f"the ledger of {data} cannot be trusted: {problems[0]}")
    if file is not None:
        count = content.count(b"\n")
        end = f"whole, the last with the hash {json.loads(content.splitlines()[-1])['hash']}" if count else "none yet"
        told(console(), f"Ledger: {file}, {count:,} {'entry' if count == 1 else 'entries'}, {end}")
