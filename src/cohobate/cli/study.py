"""`cohobate study`: many trainings that answer one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from cohobate.cli.display import console, per_cent, plain_table, told
from cohobate.cli.run import INTERRUPTED, interruptible
from cohobate.errors import BudgetSpent, WrongUse
from cohobate.runs import to_json

if TYPE_CHECKING:
    from cohobate.algorithmic.studies.failures import Protocol
    from cohobate.algorithmic.studies.record import Cell, Study

app = typer.Typer(help="Measure what an overseer's failures do, and what a vote repairs.")

Out = Annotated[
    Path, typer.Option(help="The study's folder: new, empty, or of this study, which then goes on.", metavar="DIR")
]
Seeds = Annotated[int, typer.Option(min=1, help="Seeds for each cell; below 3 there is no interval over seeds.")]
Steps = Annotated[
    int | None, typer.Option(min=1, help="The most steps of X in one training; 980 by default.", metavar="N")
]
Quick = Annotated[bool, typer.Option("--quick", help="Cut everything short: to see that it works, not to learn from.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print study.json instead of the table.")]


@app.command(epilog="Example:  cohobate study failures --out studies/failures --seeds 3")
def failures(out: Out, seeds: Seeds = 3, steps: Steps = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """Let overseers fail at random, act by act and systematically, and see what comes of their assistants.

    Every sort and probability of failure × drawn or most probable sub-answers × seeds: each is one training, until
    nothing moves any more. Run again on the same folder, the command goes on.
    """
    with interruptible() as stop:
        from cohobate.algorithmic.studies import failures as the_study

        protocol = limited(the_study.QUICK if quick else the_study.FULL, steps)
        found = carry_out(the_study.study(seeds, protocol), out, stop, as_json)
    show(found, out, as_json, failures_table)


@app.command(epilog="Example:  cohobate study repair --out studies/repair --seeds 3")
def repair(out: Out, seeds: Seeds = 3, steps: Steps = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """Let three or five who fail vote, and measure how far their mistakes go together.

    Run again on the same folder, the command goes on.
    """
    with interruptible() as stop:
        from cohobate.algorithmic.studies import repair as the_study

        protocol = limited(the_study.QUICK if quick else the_study.FULL, steps)
        found = carry_out(the_study.study(seeds, protocol), out, stop, as_json)
    show(found, out, as_json, repair_table)


def limited(protocol: Protocol, steps: int | None) -> Protocol:
    """The protocol with another limit on steps. Raises WrongUse for one that leaves nothing to judge rest by."""
    if steps is None:
        return protocol
    if steps < 3 * protocol.look:
        raise WrongUse(
            f"{steps} steps: whether a training has come to rest is judged from thirds of its looks, one in "
            f"{protocol.look} steps; allow at least {3 * protocol.look}"
        )
    return replace(protocol, most=steps)


def carry_out(study: Study, out: Path, stop: Callable[[], bool], as_json: bool) -> dict[str, Any]:
    """Does what is to be done and tells of each cell; what `study.json` then says. Raises Exit if interrupted."""
    from cohobate.algorithmic.studies.record import carried_out, conclusion

    for done, cell in carried_out(study, out, stop):
        told(console(stderr=as_json), f"{done} of {len(study.plan)} · {line_of(study, cell)}")
    found = conclusion(out)
    if stop() and found["done"] < found["planned"]:
        told(
            console(stderr=as_json),
            f"Interrupted after {found['done']} of {found['planned']} cells, which are saved; "
            "the same command goes on from there.",
        )
        raise typer.Exit(INTERRUPTED)
    return found


def line_of(study: Study, cell: Cell) -> str:
    """A cell as one line: which it is, and whether it came to rest."""
    names = [str(cell[name]) for name in study.plan[0] if name != "seed" and name in cell]
    steps = f" · {cell['steps']} steps" if "steps" in cell else ""
    return f"{', '.join(names)}, seed {cell['seed']}{steps} · {'at rest' if cell['converged'] else 'not converged'}"


def show(found: Mapping[str, Any], out: Path, as_json: bool, table: Callable[[Mapping[str, Any]], Table]) -> None:
    """What came of the study, and its page. Raises BudgetSpent if some cells did not come to rest."""
    if as_json:
        typer.echo(to_json(found, indent=2))
    else:
        console().print(table(found))
    from cohobate.report.studies import write

    told(console(stderr=as_json), f"Report: {write(out)}")
    if (moving := found["done"] - found["converged"]) > 0:
        raise BudgetSpent(
            f"{moving} of {found['done']} cells did not come to rest within {found['protocol']['most']} steps; they "
            "are kept and marked; allow more with --steps, in a new folder"
        )


def failures_table(found: Mapping[str, Any]) -> Table:
    """Right answers by height, each beside what was predicted."""
    caption = "right answers in per cent, in brackets those predicted; * not all seeds came to rest"
    table = plain_table(caption)
    for heading in ("failures", "sub-answers", "height", "Amplify", "X drawn", "X most probable"):
        table.add_column(heading, justify="left" if heading in ("failures", "sub-answers") else "right")
    for group in found["groups"]:
        whole = "" if group["converged"] == len(group["seeds"]) else " *"
        name = "none" if group["sort"] == "none" else f"{group['sort']} {group['probability']:g}"
        drawn = in_words(group["teaching"])
        for row in group["heights"]:
            first = row["height"] == 1
            cells = [beside(row[of]["mean"], row[of]["predicted"]) for of in ("amplify", "sampled", "most_probable")]
            table.add_row(name + whole if first else "", drawn if first else "", str(row["height"]), *cells)
    return table


def repair_table(found: Mapping[str, Any]) -> Table:
    """Errors of one, three and five by height, each beside what independence would give."""
    caption = "wrong answers in per cent, in brackets those predicted if all failed independently"
    table = plain_table(caption)
    for heading in ("who votes", "failures", "height", "one", "three", "five", "φ"):
        table.add_column(heading, justify="left" if heading in ("who votes", "failures") else "right")
    for group in found["votes"]:
        who = f"{group['part']}, {in_words(group['asked_for'])}"
        what = f"{group['sort']} {group['probability']:g}, {group['seeds']}"
        for row in group["heights"]:
            first = row["height"] == 1
            errors = [beside(one["mean"], one["predicted"]) for one in row["errors"].values()]
            known = [one["correlation"] for one in row["dependence"] if one["correlation"] is not None]
            correlation = f"{sum(known) / len(known):.2f}" if known else "too few"
            table.add_row(who if first else "", what if first else "", str(row["height"]), *errors, correlation)
    return table


def in_words(manner: str) -> str:
    """How X was asked."""
    return "drawn" if manner == "sampled" else manner


def beside(found: float, predicted: float) -> str:
    return f"{per_cent(found)} ({per_cent(predicted)})"
