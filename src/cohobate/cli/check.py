"""`cohobate check`: advice for a draft, which never blocks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cohobate.cli.display import console, told
from cohobate.cli.given import text_of
from cohobate.runs import to_json

if TYPE_CHECKING:
    from cohobate.practicum.prose import Report


def check(
    file: Annotated[Path, typer.Argument(help="A draft in Markdown; front matter is skipped.", metavar="FILE")],
    norms: Annotated[
        Path | None,
        typer.Option(help="A list of how concrete words are, with the columns word and rating.", metavar="CSV"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object instead of lines.")] = False,
) -> None:
    """Give advice on a draft: examples before ideas, terms before their use, the opening. Status 0 whatever it is."""
    from cohobate.practicum.prose import check, read_norms

    report = check(text_of(file), None if norms is None else read_norms(text_of(norms)))
    if as_json:
        typer.echo(to_json({"file": str(file), **report.to_dict()}, indent=2))
    else:
        told(console(), *lines_of(file, report))


def lines_of(file: Path, report: Report) -> list[str]:
    """A report for people: advice first, then what there is of ideas, then the figures, labelled as what they are."""
    lines = [f"{file}:{one.line}: {one.sentence}" for one in report.advice]
    lines += [] if report.advice else [f"{file}: nothing to advise"]
    ideas = report.ideas
    if total := sum(ideas.values()):
        lines += [
            "",
            f"Of {total} marked {'idea' if total == 1 else 'ideas'}, {ideas['paragraph']} "
            f"{'has its' if ideas['paragraph'] == 1 else 'have their'} example in the paragraph, {ideas['section']} in "
            f"the section, {ideas['document']} further up, {ideas['none']} nowhere before.",
        ]
    figures = report.figures
    lines += ["", "Background, no advice: these figures say how a text is made, not whether it is understood."]
    lines.append(f"  {figures.words:,} words, {figures.sentences:,} sentences, {figures.minutes:g} minutes to read")
    if figures.words_a_sentence is not None:
        lines.append(f"  {figures.words_a_sentence:g} words a sentence")
    if figures.grade is not None:
        lines.append(f"  Coleman–Liau index {figures.grade:g}, about a school year in the United States")
    if report.concreteness is not None:
        lines.append(f"  how concrete words are on average, by your list: {report.concreteness}")
    return lines
