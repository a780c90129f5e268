"""The command line: one file a group of commands, no logic, and heavy imports only inside the command that needs them.

Exit statuses, the same for every command:

    0    done: the target was reached, or none was given
    1    something unexpected, a disk that is full, or mistakes in a file that was to be checked
    2    wrong use: what was asked for cannot be; a folder is missing, foreign, damaged or in use; an extra is missing
    3    the time or the steps allowed were used up before the target was reached
    4    what is certified has fallen below the trust asked for, and saved
    130  interrupted, and saved
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cohobate.cli import archive, check, data, demo, ledger, look, reader_test, room, run, serve, study, tasks, workshop
from cohobate.errors import CohobateError
from cohobate.version import __version__

HEAVY = dict.fromkeys(("torch", "safetensors", "altair", "vl_convert"), "torch") | dict.fromkeys(
    (
        *(
            "django",
            "asgiref",
            "csp",
            "django_htmx",
            "dj_database_url",
            "nh3",
            "psycopg",
            "psycopg_pool",
        ),
        *("servestatic", "uvicorn"),
    ),
    "web",
)
"""Modules that a base installation does without, with the extra that brings each."""

STATUSES = (
    "Exit statuses: 0 done, 1 unexpected, 2 wrong use, 3 allowance used up before the target, 4 trust lost and saved, "
    "130 interrupted and saved"
)

app = typer.Typer(
    name="cohobate",
    help="Iterated distillation and amplification: a weak assistant grows past its overseer, every step measured.",
    epilog=f"Begin with:  cohobate run powering --size 4 --bits 3 --out runs/first\n\n{STATUSES}",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(epilog="Example:  cohobate tasks wildcard --size 8 --example > context.txt")(tasks.tasks)
app.command(epilog=f"Example:  cohobate run powering --size 8 --bits 4 --out runs/powering\n\n{STATUSES}")(run.run)
app.command(epilog="Example:  cohobate resume runs/powering --seconds 120")(run.resume)
app.command(epilog="Example:  cohobate report runs/powering")(look.report)
app.command(epilog="Example:  cohobate compare runs/imitated runs/supervised")(look.compare)
app.command(epilog="Example:  cohobate ask runs/powering 'σ^13(c)' --context context.txt")(look.ask)
app.command(epilog="Example:  cohobate check draft.md")(check.check)
app.command(epilog="Example:  cohobate serve --data rooms --port 8000")(serve.serve)
app.command("demo-data", epilog="Example:  cohobate demo-data --data cohobate-demo")(demo.demo_data)
app.add_typer(data.app, name="data", epilog="Example:  cohobate data backup --data cohobate-data backup.tar.gz")
app.add_typer(room.app, name="room", epilog="Example:  cohobate room list --data cohobate-data")
app.add_typer(archive.app, name="archive", epilog="Example:  cohobate archive check notes/")
app.add_typer(workshop.app, name="workshop", epilog="Example:  cohobate workshop list")
app.add_typer(ledger.app, name="ledger", epilog="Example:  cohobate ledger verify runs/powering")
app.add_typer(
    reader_test.app, name="reader-test", epilog="Example:  cohobate reader-test analyse answers.csv --picture out.svg"
)
app.add_typer(study.app, name="study", epilog="Example:  cohobate study failures --out studies/failures")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cohobate {__version__}")
        raise typer.Exit


@app.callback()
def options(
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where in the code an unexpected error arose.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """What every command understands, put before its name; `main` looks for --traceback itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line, by default the process's own, and returns its exit status.

    Whatever goes wrong becomes one sentence on the error stream. `--traceback`, or COHOBATE_TRACEBACK in the
    environment, shows the traceback of what was not expected.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without σ must not end a run
    try:
        status = app(words or ["--help"], prog_name="cohobate", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except CohobateError as error:
        return _refused(str(error), error.exit_status)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "cohobate"
        return _refused(f"{error.format_message().rstrip('.')}; see `{command} --help`", error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has had enough; without this Python complains once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if "--traceback" in words or os.environ.get("COHOBATE_TRACEBACK"):
            traceback.print_exc()
        missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
        if extra := HEAVY.get(missing.partition(".")[0]):
            return _refused(f"this needs {missing}, which is not installed; pip install 'cohobate[{extra}]'", 2)
        if isinstance(error, MemoryError):
            return _refused("the memory of this machine does not suffice; try a smaller --size", 1)
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        return _refused(f"something unexpected happened ({what}); `cohobate --traceback …` shows where", 1)


def _refused(sentence: str, status: int) -> int:
    typer.echo(f"cohobate: {' '.join(sentence.split())}", err=True)
    return status
