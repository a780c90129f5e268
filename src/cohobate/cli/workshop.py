"""`cohobate workshop`: the workshop files that ship, and whether one's own hold together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohobate.cli.display import console, plain_table, told
from cohobate.errors import StorageProblem, WrongUse
from cohobate.frontmatter import Mistake
from cohobate.runs import to_json

if TYPE_CHECKING:
    from cohobate.practicum.workshop import Reading, Workshop

app = typer.Typer(help="List the workshops that ship, print one, or check files of one's own.")


@app.command("list", epilog="Example:  cohobate workshop list --json")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects instead of a table.")] = False,
) -> None:
    """List the workshops that ship."""
    from cohobate.practicum.workshop import shipped

    found = list(shipped().values())
    if as_json:
        typer.echo(to_json([described(one) for one in found], indent=2))
        return
    table = plain_table()
    for heading in ("name", "title", "people", "time", "needs", "makes"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("name", "time"))
    for one in found:
        needs = ", ".join(f"{need.name}{' (optional)' if need.optional else ''}" for need in one.needs.values())
        table.add_row(
            one.name, one.title, as_range(one.people), f"{one.minutes} min", needs or "–", ", ".join(one.makes)
        )
    console().print(table)


@app.command(epilog="Example:  cohobate workshop show conjecture > mine.md")
def show(
    name: Annotated[str, typer.Argument(help="The workshop, as `cohobate workshop list` names it.", metavar="NAME")],
) -> None:
    """Print the file of a workshop, so that one can begin from it."""
    from cohobate.practicum.workshop import shipped

    found = shipped()
    if name not in found:
        raise WrongUse(f"'{name}' is no workshop that ships; there are {', '.join(found)}")
    typer.echo(found[name].text, nl=False)


@app.command(epilog="Example:  cohobate workshop check mine.md")
def check(
    files: Annotated[list[Path], typer.Argument(help="Workshop files, one or more.", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects, one a file.")] = False,
) -> None:
    """Check workshop files: a line for each mistake, with its place and its remedy. Status 1 if there are any."""
    readings = {file: read(file) for file in files}
    if as_json:
        typer.echo(to_json([checked(file, reading) for file, reading in readings.items()], indent=2))
    else:
        for file, reading in readings.items():
            told(console(), *(f"{file}:{one.line}: {one.sentence}" for one in reading.mistakes))
            if reading.workshop is not None:
                told(console(), f"{file}: no mistakes; {in_a_line(reading.workshop)}")
    if any(reading.workshop is None for reading in readings.values()):
        raise typer.Exit(1)


def read(file: Path) -> Reading:
    """A file; that it cannot be read is a mistake too."""
    from cohobate.practicum.workshop import Reading, load

    try:
        return load(file)
    except StorageProblem as problem:
        return Reading(None, (Mistake(1, str(problem).removeprefix(f"{file} ")),))


def checked(file: Path, reading: Reading) -> Mapping[str, Any]:
    """What came of a file, in JSON."""
    return {
        "file": str(file),
        "mistakes": [{"line": one.line, "sentence": one.sentence} for one in reading.mistakes],
        "title": reading.workshop.title if reading.workshop else None,
        "digest": reading.workshop.digest if reading.workshop else None,
    }


def described(workshop: Workshop) -> Mapping[str, Any]:
    """A workshop in JSON."""
    return {
        "name": workshop.name,
        "title": workshop.title,
        "version": workshop.version,
        "digest": workshop.digest,
        "people": list(workshop.people),
        "minutes": workshop.minutes,
        "needs": [
            {"name": need.name, "form": need.form.name, "optional": need.optional} for need in workshop.needs.values()
        ],
        "makes": [{"name": thing.name, "form": thing.form.name} for thing in workshop.makes.values()],
        "stages": [{"name": stage.name, "minutes": stage.minutes} for stage in workshop.stages],
    }


def in_a_line(workshop: Workshop) -> str:
    """The size of a workshop, in words."""
    return (
        f"{workshop.title}, {len(workshop.stages)} stages, {workshop.minutes} min, {as_range(workshop.people)} people"
    )


def as_range(pair: tuple[int, int]) -> str:
    """2, or 2–20."""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}–{pair[1]}"
