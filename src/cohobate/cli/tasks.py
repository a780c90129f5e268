"""`cohobate tasks`: which tasks there are, what they are about, and how their contexts are written."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from cohobate.cli.display import console, told
from cohobate.errors import WrongUse
from cohobate.runs import to_json

if TYPE_CHECKING:
    from cohobate.algorithmic.task import Task

LARGEST = 1024
"""The largest size that a task is made in."""


def tasks(
    task: Annotated[
        str | None, typer.Argument(help="One task, by name or as path/to/task.py; else all.", metavar="TASK")
    ] = None,
    size: Annotated[int | None, typer.Option(help="For the example; 8 by default.", metavar="N")] = None,
    bits: Annotated[int | None, typer.Option(help="Bits of powering's exponents.", metavar="B")] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print a context, in the notation that `cohobate ask --context` reads.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the example.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Objects instead of a table.")] = False,
) -> None:
    """List the tasks, describe one, or print an example of its contexts."""
    from cohobate.algorithmic.tasks import TASKS, make_task

    if example and task is None:
        raise WrongUse("an example of which task? name it: cohobate tasks powering --example")
    within_reach(size)
    chosen = [make_task(task, size, bits=bits)] if task else [make_task(name, size) for name in TASKS]
    if example:
        told(console(), *example_of(chosen[0], seed))
    elif as_json:
        typer.echo(to_json([described(one) for one in chosen], indent=2))
    elif task:
        told(console(), inspect.getdoc(inspect.getmodule(type(chosen[0]))) or chosen[0].title)
    else:
        table = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False)
        for heading in ("task", "what is asked", "kinds of question"):
            table.add_column(heading)
        for one in chosen:
            table.add_row(one.name, one.title, ", ".join(one.kinds))
        console().print(table)


def within_reach(size: int | None) -> None:
    """Raises WrongUse for a size of which no machine could hold the contexts."""
    if size is not None and size > LARGEST:
        raise WrongUse(f"size {size}: at most {LARGEST} is within reach; try --size 64")


def described(task: Task) -> dict[str, Any]:
    """A task in JSON."""
    return {
        "name": task.name,
        "title": task.title,
        "kinds": task.kinds,
        "options": task.options,
        "least_size": task.least_size,
        "levels": list(task.levels),
        "most_acts": task.most_acts,
        "finite": task.finite,
    }


def example_of(task: Task, seed: int) -> list[str]:
    """The lines of a context file: a context drawn at random, and in comments questions that one can ask about it."""
    import numpy as np

    rng = np.random.default_rng(seed)
    world = task.draw(rng, 1)
    questions = dict.fromkeys(task.show_question(question) for question in task.questions(rng, world, 16)[0])
    options = ", ".join(f"{key} {value}" for key, value in task.options.items())
    return [
        f"# {task.name}, {options}: {task.title}",
        *task.show_context(world.facts[0]).splitlines(),
        "# Questions that one can ask about it:",
        *(f"#   {question}" for question in list(questions)[:5]),
    ]
