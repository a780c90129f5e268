"""`cohobate ledger`: what was measured, and whether the record is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cohobate.cli.display import console, estimate_of, told
from cohobate.errors import RunProblem
from cohobate.ledger import Entry, Ledger, verify
from cohobate.runs import Run, to_json

app = typer.Typer(help="Read a run's ledger, or check that nothing in it was changed.")

Folder = Annotated[Path, typer.Argument(help="The run's folder.", metavar="DIR")]

SHORT = {
    "amplification_preserves": "H′ as H",
    "distillation_preserves": "X as teacher",
    "accuracy_h_alone": "H right",
    "accuracy_x_alone": "X right",
    "accuracy_h_with_x": "H+X right",
    "single_step_acts": "single steps",
    "failed_decompositions": "failed",
}


@app.command(epilog="Example:  cohobate ledger show runs/powering --json")
def show(
    folder: Folder, as_json: Annotated[bool, typer.Option("--json", help="Every measurement as an object.")] = False
) -> None:
    """Show what each iteration measured, per kind of question."""
    ledger = Ledger.open(Run.open(folder).ledger)
    first, *iterations = ledger.entries()
    if as_json:
        typer.echo(to_json(flattened(first, iterations, ledger), indent=2))
        return
    told(console(), f"{len(ledger)} entries, the last with the hash {ledger.head}")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, caption="iterations; in per cent, over all levels")
    for heading in ("no.", "step", "kind", *SHORT.values()):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for entry in iterations:
        by_kind: dict[str, dict[str, str]] = {}
        for one in entry.data.get("measurements", []):
            if one["level"] is None:
                by_kind.setdefault(one["kind"], {})[one["what"]] = share(one)
        for kind, found in by_kind.items():
            cells = [found.get(what, "–") for what in SHORT]
            table.add_row(str(entry.data["iteration"]), str(entry.data["step"]), kind, *cells)
    console().print(table)
    if iterations:
        told(console(), "", f"Iteration {iterations[-1].data['iteration']} in full, with 95 % intervals:")
        for one in iterations[-1].data["measurements"]:
            level = "all levels" if one["level"] is None else f"level {one['level']}"
            told(console(), f"  {one['what']:<24} {one['kind']:<10} {level:<11} {estimate_of(one)}")


def share(one: dict[str, Any]) -> str:
    """A measurement in one word."""
    found = estimate_of(one)
    return "too few" if found.too_few else f"{100 * found.share:.1f}"


def flattened(first: Entry, iterations: list[Entry], ledger: Ledger) -> dict[str, Any]:
    """A ledger as tables: `entries`, one object a measurement, with its iteration's figures; `iterations`, one each."""
    each = [{k: v for k, v in entry.to_dict().items() if k not in ("measurements", "kind")} for entry in iterations]
    figures = [{k: v for k, v in one.items() if k not in ("index", "previous", "hash")} for one in each]
    return {
        "length": len(ledger),
        "head": ledger.head,
        "configuration": first.data["configuration"],
        "iterations": each,
        "entries": [
            {**of, **one}
            for of, entry in zip(figures, iterations, strict=True)
            for one in entry.data.get("measurements", [])
        ],
    }


@app.command("verify", epilog="Example:  cohobate ledger verify runs/powering")
def verify_(folder: Folder) -> None:
    """Check the ledger's chain, that it ends as the summary says, and that the checkpoints are as they were written."""
    run = Run.open(folder)
    problems: list[str] = []
    summary: dict[str, Any] = {}
    try:
        summary = run.read_summary()
    except RunProblem as error:
        problems.append(str(error))
    problems += [str(p) for p in verify(run.ledger, summary.get("ledger_length"), summary.get("ledger_head"))]

    from cohobate.algorithmic import checkpoint

    problems += checkpoint.verify(run.checkpoints)
    if problems:
        for problem in problems:
            told(console(stderr=True), f"cohobate: {problem}")
        raise typer.Exit(RunProblem.exit_status)
    told(
        console(),
        f"{folder}: the chain of {summary['ledger_length']} entries is whole and ends as the summary says, "
        f"and {len(checkpoint.files(run.checkpoints))} checkpoints are as they were written.",
    )
