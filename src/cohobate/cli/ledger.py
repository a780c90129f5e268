"""`cohobate ledger`: what was measured, and whether the record is whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cohobate.cli.display import console, plain_table, told
from cohobate.errors import RunProblem
from cohobate.ledger import Entry, Ledger, estimate_of
from cohobate.runs import Run, to_json

app = typer.Typer(help="Read a run's ledger, or check that nothing in it was changed.")

Folder = Annotated[Path, typer.Argument(help="The run's folder.", metavar="DIR")]

CERTIFIED = {
    "compounded_bound": "compounded",
    "compounded_bound_canonical": "compounded*",
    "tree_audit_bound": "tree audit",
    "tree_audit_bound_canonical": "tree audit*",
    "step_bound": "one step",
    "step_bound_canonical": "one step*",
    "measured_error": "measured",
}
"""Errors of X: what is certified of them at most, and what was measured."""

MEASURED = {
    "amplification_preserves": "H′ as H",
    "distillation_preserves": "X as teacher",
    "accuracy_h_alone": "H right",
    "accuracy_x_alone": "X right",
    "accuracy_h_with_x": "H+X right",
    "single_step_acts": "single steps",
    "failed_decompositions": "failed",
}

ORIENTATION = ("single_step_acts", "h_alike_under_fresh_names")
"""Outside the sum of all that holds together: see the page on the guarantee."""

ALWAYS = ("compounded_bound", "tree_audit_bound", "tree_audit_bound_canonical", "measured_error")
"""What every iteration has in JSON, null where there is none."""


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
    rows = [entry.data for entry in iterations]
    bounds = [name for name in CERTIFIED if any(row.get(name) is not None for row in rows)]
    if bounds:
        console().print(certified_table(rows, bounds))
    console().print(measured_table(rows))
    if rows:
        together = rows[-1].get("confidence_together")
        how = "95 % intervals" if together is None else f"intervals that hold all together with {100 * together:g} %"
        told(console(), "", f"Iteration {rows[-1]['iteration']} in full, with {how} (~: for orientation only):")
        for one in rows[-1]["measurements"]:
            level = "all levels" if one["level"] is None else f"level {one['level']}"
            mark = "~" if one["what"] in ORIENTATION else ""
            told(console(), f"  {one['what']:<27} {one['kind']:<10} {level:<11} {mark}{estimate_of(one)}")


def certified_table(rows: Sequence[Mapping[str, Any]], bounds: Sequence[str]) -> Table:
    """How often X errs at most, by each certificate, and what that took of H."""
    star = ", * if H's acts do not depend on names" if any(name.endswith("canonical") for name in bounds) else ""
    table = plain_table(f"X differs from H at most, and is wrong by the truth, in per cent{star}; decisions by H")
    for heading in ("no.", "H′", *(CERTIFIED[name] for name in bounds), "to train", "to check"):
        table.add_column(heading, justify="right")
    for row in rows:
        number = (row.get("evidence") or {}).get("imitator")
        errors = [as_error(name, row.get(name)) for name in bounds]
        cost = [f"{row.get(name, 0):,}" for name in ("decisions_training", "decisions_audit")]
        table.add_row(str(row["iteration"]), str(number or "–"), *errors, *cost)
    return table


def as_error(name: str, share: float | None) -> str:
    """A bound is rounded up, what was measured to the nearest."""
    if share is None:
        return "–"
    return f"{100 * share:.1f}" if name == "measured_error" else f"{math.ceil(1000 * share - 1e-9) / 10:.1f}"


def measured_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """What each iteration measured, by kind of question."""
    table = plain_table("measured, in per cent, over all levels")
    for heading in ("no.", "step", "kind", *MEASURED.values()):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for row in rows:
        by_kind: dict[str, dict[str, str]] = {}
        for one in row.get("measurements", []):
            if one["level"] is None and one["what"] in MEASURED:
                by_kind.setdefault(one["kind"], {})[one["what"]] = share(one)
        for kind, found in by_kind.items():
            cells = [found.get(what, "–") for what in MEASURED]
            table.add_row(str(row["iteration"]), str(row["step"]), kind, *cells)
    return table


def share(one: dict[str, Any]) -> str:
    """A measurement in one word."""
    found = estimate_of(one)
    return "too few" if found.too_few else f"{100 * found.share:.1f}"


def flattened(first: Entry, iterations: list[Entry], ledger: Ledger) -> dict[str, Any]:
    """A ledger as tables: `entries`, one object a measurement, with its iteration's figures; `iterations`, one each."""
    left_out = ("measurements", "kind")
    each = [
        dict.fromkeys(ALWAYS) | {key: value for key, value in entry.to_dict().items() if key not in left_out}
        for entry in iterations
    ]
    not_repeated = ("index", "previous", "hash", "evidence", "certified")
    figures = [{key: value for key, value in one.items() if key not in not_repeated} for one in each]
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
    """Check the ledger's chain and arithmetic, the checkpoints, and that they and the summary tell the same story."""
    from cohobate.algorithmic.verifying import verified

    verdict = verified(Run.open(folder))
    for problem in verdict.problems:
        told(console(stderr=True), f"cohobate: {problem}")
    if verdict.problems:
        raise typer.Exit(RunProblem.exit_status)
    told(console(), f"{folder}: " + "; ".join(verdict.done) + ".", *verdict.left_out)
