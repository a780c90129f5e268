"""`cohobate report`, `cohobate compare` and `cohobate ask`: looking at what a run has come to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from rich.tree import Tree

from cohobate.cli.display import console, per_cent, plain_table, told
from cohobate.cli.given import text_of
from cohobate.errors import WrongUse
from cohobate.runs import Run, to_json

Folder = Annotated[Path, typer.Argument(help="The run's folder.", metavar="DIR")]


def report(folder: Folder) -> None:
    """Draw a run's page anew: report.html, with its pictures, in the run's folder."""
    run = Run.open(folder)
    from cohobate.report import write

    told(console(), f"Report: {write(run)}")


def draw_report(run: Run) -> None:
    """Draws the page at the end of a run. If that fails, a line says so: the run itself is done and saved."""
    try:
        from cohobate.report import write

        line = f"Report: {write(run)}"
    except ModuleNotFoundError as missing:
        line = (
            f"Report: not drawn, as {missing.name} is not installed; pip install 'cohobate[torch]', then {again(run)}"
        )
    except Exception as error:
        line = f"Report: not drawn ({error}); {again(run)} tries once more"
    told(console(), " ".join(line.split()))


def again(run: Run) -> str:
    """The command that draws a run's page."""
    return f"`cohobate report {run.folder}`"


def compare(
    folders: Annotated[list[Path], typer.Argument(help="The runs' folders, two or more.", metavar="RUN")],
    out: Annotated[Path, typer.Option(help="The page to write.", metavar="FILE")] = Path("comparison.html"),
) -> None:
    """Put runs side by side: a table here, and a page."""
    if len(folders) < 2:
        raise WrongUse("one run has nothing to be compared with; name two or more")
    runs = [Run.open(folder) for folder in folders]
    summaries = [run.read_summary() for run in runs]
    columns = (
        "task",
        "size",
        "overseer",
        "seed",
        "accuracy",
        "seconds",
        "steps",
        "decisions",
        "decisions_to_99",
        "status",
    )
    table = plain_table()
    table.add_column("run", overflow="fold")
    for column in columns:
        numeric = column not in ("task", "overseer", "status")
        table.add_column(column.replace("_to_99", " to 99 %"), justify="right" if numeric else "left", overflow="fold")
    for run, summary in zip(runs, summaries, strict=True):
        cells = [summary.get(column) for column in columns]
        cells[4] = f"{per_cent(summary.get('accuracy'))} %"
        cells[5] = f"{summary.get('seconds') or 0:.1f}"
        table.add_row(run.folder.name, *("–" if cell is None else str(cell) for cell in cells))
    console().print(table)
    from cohobate.report import compare as draw

    told(console(), f"Page: {draw(runs, out)}")


def ask(
    folder: Folder,
    questions: Annotated[
        list[str] | None, typer.Argument(help="Questions as the task writes them.", metavar="QUESTION")
    ] = None,
    context: Annotated[
        Path | None,
        typer.Option(
            help="The context, as `cohobate tasks TASK --example` writes one; else one is drawn.", metavar="FILE"
        ),
    ] = None,
    questions_file: Annotated[
        Path | None, typer.Option("--questions", help="More questions, one a line; # begins a comment.", metavar="FILE")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the context that is drawn if none is given.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects instead of trees.")] = False,
) -> None:
    """Ask a trained assistant, and see beside its answer what H would have had to ask."""
    run = Run.open(folder)
    asked = [(text, f"'{text}'") for text in questions or []]
    if questions_file is not None:
        asked += lines_of(questions_file)
    if not asked:
        raise WrongUse("no question was given; write one after the folder, or name a file with --questions")

    import numpy as np

    from cohobate.algorithmic.running import made_from, trained
    from cohobate.algorithmic.showing import consulted

    task, _ = made_from(run)
    parsed = []
    for text, where in asked:
        try:
            parsed.append(task.read_question(text))
        except WrongUse as error:
            raise WrongUse(str(error) if where == f"'{text}'" else f"{where}: {error}") from None
    if context is None:
        world = task.draw(np.random.default_rng(seed), 1)
    else:
        try:
            world = task.read_context(text_of(context))
        except WrongUse as error:
            raise WrongUse(f"{context}: {error}") from None
    training, problems = trained(run)
    for problem in problems:
        told(console(stderr=True), f"cohobate: {problem}; asking the one before it")
    facts = task.show_context(world.facts[0]).splitlines()
    found = [{**consulted(task, training.average, world, question), "context": facts} for question in parsed]
    if as_json:
        typer.echo(to_json(found, indent=2))
        return
    told(console(), f"Context: {'   '.join(facts)}")
    for one in found:
        told(console(), "", f"{one['question']}: X answers {one['answer']}, which is {verdict(one)}")
        console().print(drawn(one["tree"]))


def verdict(one: dict[str, Any]) -> str:
    """Whether X's answer is right, in words."""
    right = "right" if one["correct"] else f"wrong: it is {one['truth']}"
    return right + (" (but it is a simple question: H looks it up, and X never learned it)" if one["simple"] else "")


def drawn(tree: dict[str, Any]) -> Tree:
    """A tree as `showing` gives it, for the terminal: H's work, with X's direct answers beside it."""

    def label(node: dict[str, Any]) -> Text:
        text = Text(f"{node['question']} = {node['answer']}")
        if node["by"] == "context":
            text.append("  looked up", style="dim")
        else:
            text.append("  X: ", style="dim")
            text.append(node["assistant"], style="green" if node["correct"] else "red")
            text.append("" if node["correct"] else f", wrong: {node['truth']}", style="red")
        return text

    def grow(branch: Tree, node: dict[str, Any]) -> None:
        for child in node["children"]:
            grow(branch.add(label(child)), child)

    root = Tree(label(tree), guide_style="dim")
    grow(root, tree)
    return root


def lines_of(path: Path) -> list[tuple[str, str]]:
    """The questions in a file, each with the words that say where it stands."""
    lines = [line.partition("#")[0].strip() for line in text_of(path).splitlines()]
    return [(line, f"{path}, line {number}") for number, line in enumerate(lines, start=1) if line]
