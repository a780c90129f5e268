"""`cohobate serve`: the server for rooms."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def serve(
    data: Annotated[Path, typer.Option(help="The folder for all that is kept; made if need be.", metavar="DIR")] = Path(
        "cohobate-data"
    ),
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.", metavar="P")
    ] = 8000,
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 lets other machines in.", metavar="H")
    ] = "127.0.0.1",
    url: Annotated[
        str | None, typer.Option(help="Where people reach it, if not at that address.", metavar="URL")
    ] = None,
    pasted_programs: Annotated[
        bool,
        typer.Option("--pasted-programs", help="Let rooms run programs that people paste, shut off as far as can be."),
    ] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the owner's link here.")] = False,
) -> None:
    """Serve rooms for workshops until Ctrl-C; prints the link that lets its owner in."""
    from cohobate.web.serving import serve as go_on

    def listening(link: str) -> None:
        typer.echo(f"owner link: {link}")
        sys.stdout.flush()
        if not no_browser and sys.stdout.isatty() and has_screen():
            import webbrowser

            webbrowser.open(link)

    go_on(data, host, port, url, listening, pasted_programs=pasted_programs)


def has_screen() -> bool:
    """Whether a browser could open a window; one within the terminal would be in the way."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
