"""What a person sees while a run goes on and when it ends: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cohobate.ledger import estimate_of

if TYPE_CHECKING:
    from cohobate.algorithmic.running import Limits, Watch
    from cohobate.algorithmic.training import Training

Row = Mapping[str, Any]

REDRAWN = 0.1
"""Seconds between two pictures, at least."""


def per_cent(share: float | None) -> str:
    """A share as people read it, rounded down: 99.96 % must not read as everything."""
    return "–" if share is None else f"{math.floor(1000 * share + 1e-9) / 10:.1f}"


def console(stderr: bool = False) -> Console:
    """Where to write; as wide as the terminal, and wider than most where there is none."""
    found = Console(stderr=stderr, highlight=False)
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, width=120)


def told(console: Console, *lines: str) -> None:
    """Lines as they are, neither wrapped nor coloured."""
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)


def plain_table(caption: str | None = None) -> Table:
    """A table without lines."""
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, caption=caption, caption_justify="left")


# --- while it goes on -----------------------------------------------------------------------------------------------


@contextmanager
def watching(console: Console, limits: Limits, title: str) -> Iterator[Watch]:
    """What `running.run` is to tell about every step."""
    if not console.is_terminal or console.is_dumb_terminal:
        told(console, title)

        def line(training: Training, found: Row | None) -> None:
            if found is not None:
                told(console, plain_line(found))

        yield line
        return
    rows: list[Row] = []
    drawn = 0.0
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:

        def draw(training: Training, found: Row | None) -> None:
            nonlocal drawn
            rows.extend([found] if found is not None else [])
            if found is not None or time.monotonic() - drawn > REDRAWN:
                done = share_done(limits, training.steps, training.seconds, rows[-1]["accuracy"] if rows else 0.0)
                progress = f"step {training.steps:,} · {training.seconds:.1f} s"
                live.update(picture(console.width, console.height, title, progress, done, rows), refresh=True)
                drawn = time.monotonic()

        yield draw


def plain_line(found: Row) -> str:
    """One look as one line."""
    parts = [f"step {found['step']}", f"{found['seconds']:.1f} s", f"accuracy {per_cent(found['accuracy'])} %"]
    if "teacher_accuracy" in found:
        parts.append(f"teacher {per_cent(found['teacher_accuracy'])} %")
    parts.append("levels " + " ".join(f"{k}: {per_cent(v)}" for k, v in found["accuracy_by_level"].items()))
    parts.append(f"{found['decisions']} decisions by H")
    if found.get("surprise") is not None:
        parts.append(f"H′ surprise {found['surprise']:.3f}")
    return " · ".join(parts)


def share_done(limits: Limits, steps: int, seconds: float, accuracy: float) -> float:
    """How much of what is allowed is used up, 0 … 1; if nothing limits the run, how near the accuracy asked for is."""
    shares = [steps / limits.steps] if limits.steps else []
    shares += [seconds / limits.seconds] if limits.seconds else []
    if not shares and limits.until:
        shares = [accuracy / limits.until]
    return min(1.0, max(shares, default=0.0))


@dataclass(frozen=True)
class Column:
    """One column of the live table."""

    title: str
    text: Callable[[Row], str]
    width: int


def columns_that_fit(width: int, newest: Row) -> list[Column]:
    """As many columns as a terminal of `width` letters holds, the most telling first."""
    columns = [
        Column("step", lambda row: f"{row['step']}", 7),
        Column("accuracy", lambda row: per_cent(row["accuracy"]), 8),
        Column("seconds", lambda row: f"{row['seconds']:.1f}", 7),
    ]
    if "teacher_accuracy" in newest:
        columns.append(Column("teacher", lambda row: per_cent(row.get("teacher_accuracy")), 7))
    columns.append(Column("decisions", lambda row: f"{row['decisions']}", 9))
    if newest.get("surprise") is not None:
        columns.append(Column("surprise", lambda row: f"{row['surprise']:.3f}", 8))
    columns += [Column(f"lv {level}", partial(_of_level, level), 5) for level in newest["accuracy_by_level"]]
    kept, used = [], 0
    for column in columns:
        used += column.width + 2
        if used > width:
            break
        kept.append(column)
    return kept


def _of_level(level: str, row: Row) -> str:
    return per_cent(row["accuracy_by_level"].get(level))


def picture(width: int, height: int, title: str, progress: str, done: float, rows: Sequence[Row]) -> RenderableType:
    """The live display for a terminal of so many letters and lines: where it stands, and the newest looks."""
    bar = Table.grid(padding=(0, 2, 0, 0))
    bar.add_column(no_wrap=True)
    bar.add_column(no_wrap=True)
    bar.add_row(ProgressBar(total=1.0, completed=done, width=max(5, min(40, width - 30))), progress)
    lines: list[RenderableType] = [
        Text(title, style="bold", no_wrap=True, overflow="ellipsis"),
        bar,
    ]
    if rows:
        shown = rows[-max(1, height - 5) :]
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        columns = columns_that_fit(width, rows[-1])
        for column in columns:
            table.add_column(column.title, justify="right", no_wrap=True, min_width=column.width)
        for row in shown:
            style = "bold" if row is rows[-1] else ""
            table.add_row(*(column.text(row) for column in columns), style=style)
        lines.append(table)
    lines.append(Text("Ctrl-C saves and stops", style="dim", no_wrap=True, overflow="ellipsis"))
    return Group(*lines)


# --- when it ends ---------------------------------------------------------------------------------------------------


def what_was_learned(summary: Row) -> str:
    """The first of the three lines that end a run."""
    made = summary.get("decisions_to_99")
    to_99 = "" if made is None else f" ({made:,} to 99 %)"
    taught = {
        "imitated": f"H was asked for {summary['decisions']:,} decisions{to_99}",
        "scripted": "H itself was the overseer",
        "supervised": "the truth was the teacher",
    }[summary["overseer"]]
    return (
        f"Learned: X alone is right on {per_cent(summary['accuracy'])} % of {summary['evaluated']:,} fresh questions "
        f"of {summary['task']}, size {summary['size']}, after {summary['steps']:,} steps and "
        f"{summary['seconds']:.1f} s; {taught}."
    )


def how_far_to_trust(overseer: str, iteration: Row | None) -> str:
    """The second line: what the newest entry of the ledger certifies, in the words of the report.

    Where it certifies nothing, what it measured, for the worst kind of question.
    """
    if iteration is None:
        return "Trust: no iteration was closed, so nothing was measured yet."
    # The report's words take a moment to load, and this line comes once, at the end.
    from cohobate.report import trust
    from cohobate.report.reading import Iteration

    certified = trust.summary(Iteration.model_validate(iteration), overseer)
    if certified is not None:
        return f"Trust: {certified[0].lower()}{certified[1:]}".replace("\u00a0", " ")
    teacher = {"imitated": "Amplify^H′(X)", "scripted": "Amplify^H(X)", "supervised": "the truth"}[overseer]
    parts = []
    for what, sentence in (
        ("distillation_preserves", f"X answers as its teacher {teacher} on {{}}"),
        ("amplification_preserves", "the teacher as Amplify^H(X) on {}"),
    ):
        measured = [m for m in iteration["measurements"] if m["what"] == what and m["level"] is None]
        if measured:
            worst = min(measured, key=lambda m: m["low"])
            kind = f" of kind {worst['kind']}, the worst" if len(measured) > 1 else ""
            parts.append(sentence.format(f"{estimate_of(worst)} of fresh questions{kind}"))
    together = iteration.get("confidence_together")
    hold = "95 % intervals" if together is None else f"all intervals at once, with {100 * together:.6g} % confidence"
    return f"Trust: {', '.join(parts)} ({hold})."
