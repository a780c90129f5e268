"""`cohobate archive`: sources and claims as files, checked, brought onto a server's shelf, and written out again."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cohobate.cli.display import console, plain_table, told
from cohobate.runs import to_json

if TYPE_CHECKING:
    from cohobate.archive.diagnostics import Problem, Severity
    from cohobate.archive.provenance import Provenance
    from cohobate.archive.record import Record

app = typer.Typer(help="Check files of sources and claims, bring them onto a server's shelf, and write them out.")

Data = Annotated[Path, typer.Option(help="The server's data folder.", metavar="DIR")]
Paths = Annotated[list[Path], typer.Argument(help="Files and folders, one or more.", metavar="PATH")]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@app.command(epilog="Example:  cohobate archive check notes/ --json")
def check(
    paths: Paths,
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects, one a file.")] = False,
) -> None:
    """Say what is odd about files, each with its line and remedy. Status 1 only if one could not be read."""
    from cohobate.archive.record import Record
    from cohobate.archive.together import check_together
    from cohobate.archive.tree import File, files, record_of

    found = [record_of(one, one.shown()) if isinstance(one, File) else one for one in files(paths)]
    together = check_together([one for one in found if isinstance(one, Record)])
    checked: list[tuple[str, Record | None, list[Problem]]] = []
    for one in found:
        if isinstance(one, Record):
            problems = sorted([*one.problems, *together[one.path]], key=lambda problem: problem.line)
            checked.append((one.path, one, problems))
        else:
            checked.append((one.file.shown(), None, [one.problem]))
    if as_json:
        typer.echo(to_json([_object(*one) for one in checked], indent=2).encode())
    else:
        for path, _, problems in checked:
            told(console(), *(problem.at(path) for problem in problems))
        count = f"{len(checked):,} file{'' if len(checked) == 1 else 's'}"
        told(console(), f"{count}: {_counted([problem for _, _, problems in checked for problem in problems])}")
    if any(record is None for _, record, _ in checked):
        raise typer.Exit(1)


def _object(path: str, record: Record | None, problems: list[Problem]) -> dict[str, Any]:
    about: dict[str, Any] = {"path": path, "type": None, "status": None}
    if record is not None:
        about |= {
            "type": record.type,
            "status": record.status or None,
            "status_text": record.status_text or None,
            "title": record.title,
            "date": str(record.date) if record.date else None,
            "url": record.url or None,
            "claims_extracted": [entry.text for entry in record.claims_extracted],
            "digest": record.digest,
        }
    return about | {"problems": [problem.as_json(path) for problem in problems]}


def _by_severity(problems: list[Problem]) -> dict[Severity, int]:
    by = Counter(problem.severity for problem in problems)
    return {one: by[one] for one in SEVERITIES}


def _counted(problems: list[Problem]) -> str:
    return ", ".join(f"{count:,} {one}{'' if count == 1 else 's'}" for one, count in _by_severity(problems).items())


@app.command("import", epilog="Example:  cohobate archive import notes/ --data cohobate-data")
def import_(
    paths: Paths,
    data: Data = Path("cohobate-data"),
    as_json: Annotated[bool, typer.Option("--json", help="An object in the place of lines.")] = False,
) -> None:
    """Bring files onto the shelf of a server, while it runs or not; a folder that does not exist yet is made."""
    from cohobate.archive.record import Record
    from cohobate.archive.together import Outline, check_together
    from cohobate.archive.tree import records
    from cohobate.web.archiving import bring_in

    problems: list[Problem] = []
    outlines: list[Outline] = []

    def counted() -> Any:
        for one in records(paths):
            if isinstance(one, Record):
                problems.extend(one.problems)
                outlines.append(Outline.of(one))
            else:
                problems.append(one.problem)
            yield one

    outcome = bring_in(data, counted())
    problems.extend(one for some in check_together(outlines).values() for one in some)
    counts = {
        "new": len(outcome.new),
        "changed": len(outcome.changed),
        "same": len(outcome.same),
        "back": len(outcome.back),
        "unread": len(outcome.unread),
    }
    if as_json:
        by = _by_severity(problems)
        unread = [one.problem.as_json(one.file.shown()) for one in outcome.unread]
        typer.echo(to_json({**counts, "problems": by, "unread_files": unread}, indent=2).encode())
    else:
        for one in outcome.unread:
            told(console(stderr=True), one.problem.at(one.file.shown()))
        back = f", {counts['back']:,} back again" if counts["back"] else ""
        told(
            console(),
            f"On the shelf: {counts['new']:,} new, {counts['changed']:,} changed, {counts['same']:,} as before{back}",
            f"Odd in them: {_counted(problems)}; `cohobate archive check` says where",
        )
    if outcome.unread:
        raise typer.Exit(1)


@app.command(epilog="Example:  cohobate archive show my-notes --data cohobate-data")
def show(
    name: Annotated[str, typer.Argument(help="A file name without its ending, a path, or a title.", metavar="NAME")],
    data: Data = Path("cohobate-data"),
    text: Annotated[bool, typer.Option("--text", help="The file itself, to the last byte.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="An object in the place of a page.")] = False,
) -> None:
    """Show one source or claim: what its front matter says, what is odd about it, where it leads and is mentioned."""
    from cohobate.web.archiving import find

    source = find(data, name)
    if text:
        sys.stdout.buffer.write(source.latest.content)
        sys.stdout.buffer.flush()
        return
    from cohobate.web.sources.shelf import follow, mentions, record_of

    record = record_of(source)
    led = follow(link.target for link in record.links)
    versions = [
        {"digest": one.text_id, "at": one.at.isoformat(timespec="seconds"), "by": one.by and one.by.name}
        for one in source.versions.select_related("by")
    ]
    about = _object(source.path, record, list(record.problems)) | {
        "name": source.name,
        "author": record.author or None,
        "confidence": record.confidence or None,
        "provenance": asdict(record.provenance) if record.provenance else None,
        "gone": source.gone_at is not None,
        "evidence": [{"side": one.side, "line": one.line, "text": one.text} for one in record.evidence],
        "links": [
            {"line": one.line, "kind": one.kind, "target": one.target, "way": led[one.target].way or None}
            for one in record.links
        ],
        "mentioned_in": [one.source.name for one in mentions(source)],
        "versions": versions,
    }
    if as_json:
        typer.echo(to_json(about, indent=2).encode())
        return
    facts = ("path", "type", "status_text", "author", "date", "url", "confidence", "digest")
    told(console(), record.title, "")
    table = plain_table()
    table.show_header = False
    for fact in facts:
        if about.get(fact):
            table.add_row(fact.partition("_")[0], str(about[fact]))
    console().print(table, markup=False)
    for heading, lines in (
        ("origin", _origin(record.provenance)),
        ("claims extracted", about["claims_extracted"]),
        ("evidence", [f"{one['side']}: {one['text']}" for one in about["evidence"]]),
        ("links", [f"{one['target']} ({one['way'] or 'leads nowhere'})" for one in about["links"]]),
        ("mentioned in", about["mentioned_in"]),
        ("odd", [f"line {problem.line}: {problem.sentence}" for problem in record.problems]),
        ("versions", [f"{one['at']} {one['digest'][:12]}" for one in versions]),
    ):
        if lines:
            told(console(), "", heading, *(f"  {line}" for line in lines))


def _origin(origin: Provenance) -> list[str]:
    """Where a file comes from, a line for each thing that is known."""
    said = {
        "kept as": origin.path,
        "commit": f"{origin.commit}{': ' if origin.commit and origin.message else ''}{origin.message}",
        "by": origin.by,
        "with": ", ".join(origin.co_authors),
        "at": origin.at,
    }
    return [f"{name} {value}" for name, value in said.items() if value]


@app.command(epilog="Example:  cohobate archive export --data cohobate-data archive/")
def export(
    out: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="OUT")],
    data: Data = Path("cohobate-data"),
) -> None:
    """Write all that stands on the shelf into a folder, each file to the last byte as it came."""
    from cohobate.web.archiving import write_out

    written = write_out(data, out)
    for before, after in written.renamed:
        told(console(stderr=True), f"'{before}' was written as '{after}'")
    told(console(), f"Written: {out}, {written.files:,} files")
