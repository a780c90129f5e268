"""`cohobate data`: a server's data in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cohobate.cli.display import console, told

app = typer.Typer(help="Back up a server's data, or restore them.")

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
