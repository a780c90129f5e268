"""`cohobate reader-test`: whether a text helps its readers, and how many of them it takes to show it."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from cohobate.cli.display import console, plain_table, told
from cohobate.cli.given import text_of
from cohobate.errors import RunProblem, WrongUse
from cohobate.runs import atomic_write, to_json

if TYPE_CHECKING:
    from cohobate.fidelity.crossover import Figure
    from cohobate.fidelity.paired import Finding
    from cohobate.frontmatter import Mistake
    from cohobate.practicum.reader_test import Outcome, Version

app = typer.Typer(help="Analyse what readers answered with and without a text, or plan such a test.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]

SHOWN = 20
"""Problems that are told one by one; of a file that is no ledger every line is one."""

WIDTH = 79
"""Letters in a line."""


@app.command(epilog="Example:  cohobate reader-test analyse answers.csv --picture outcome.svg")
def analyse(
    file: Annotated[Path, typer.Argument(help="A table of answers, comma-separated.", metavar="ANSWERS.csv")],
    as_json: AsJson = False,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the outcome into this file, as SVG.", metavar="FILE.svg")
    ] = None,
    margin: Annotated[
        float,
        typer.Option(help="How many points below the source's readers is still as well as they.", metavar="POINTS"),
    ] = 10.0,
) -> None:
    """Say whether a text helps: one sentence, and every figure with its interval.

    The table has the columns reader, item, arm (no text, source or distillation), correct, unanswered and seconds, and
    may have kind, background, passage and period. Mistakes are told line by line, with status 1. Tables of published
    answers with the columns article, paragraph, text, question, correct and unanswered are compared to their originals.
    """
    from cohobate.practicum import reader_test as tests

    text = text_of(file)
    if tests.is_published(text):
        if picture is not None:
            raise WrongUse(f"{file} does not tell readers apart, and there is no picture of that; leave out --picture")
        rows, mistakes = tests.read_published(text)
        stop_at(mistakes, file, as_json)
        found = tests.versions(rows)
        if as_json:
            typer.echo(to_json({"versions": [one.to_dict() for one in found]}, indent=2))
        else:
            console().print(versions_table(found))
            told(console(), "", *wrapped(told_of_versions(found)))
        return
    reading = tests.read_answers(text)
    stop_at(reading.mistakes, file, as_json)
    outcome = tests.analyse(reading.answers, margin / 100)
    if picture is not None:
        atomic_write(picture, tests.outcome_svg(outcome).encode())
    if as_json:
        typer.echo(to_json(outcome.to_dict(), indent=2))
        return
    told(console(), *wrapped(outcome.sentence()), "")
    console().print(outcome_table(outcome))
    parts = parts_table(outcome)
    if parts.row_count:
        told(console(), "")
        console().print(parts)
        told(console(), "", *wrapped(HINTS))
    told(console(), "", *wrapped(told_below(outcome)), *(line for note in outcome.notes for line in wrapped(note)))
    if picture is not None:
        told(console(), f"Picture: {picture}")


@app.command(epilog="Example:  cohobate reader-test plan --readers 12 --items-per-arm 10 --effect 0.2")
def plan(
    readers: Annotated[int, typer.Option(help="How many readers take part.", metavar="N")],
    items_per_arm: Annotated[int, typer.Option(help="Items that each answers in each arm.", metavar="M")],
    effect: Annotated[
        float,
        typer.Option(help="The help to be shown, as points, such as 20, or as a share, such as 0.2.", metavar="E"),
    ],
    baseline: Annotated[float, typer.Option(help="The share that is right without a text.")] = 0.4,
    reader_sd: Annotated[float, typer.Option(help="How far readers differ, in logits.")] = 1.0,
    item_sd: Annotated[float, typer.Option(help="How far items differ, in logits.")] = 1.0,
    reader_by_arm_sd: Annotated[float, typer.Option(help="How far readers differ from arm to arm, in logits.")] = 0.2,
    alpha: Annotated[float, typer.Option(help="One less the confidence of the interval.")] = 0.05,
    as_json: AsJson = False,
) -> None:
    """Say how likely a test is to show the help that there is, and under which model."""
    from cohobate.practicum import reader_test as tests

    if effect > 1:  # no share is, and a hundredth of a point is no effect that anybody looks for
        effect /= 100
    found = tests.plan(
        readers,
        items_per_arm,
        effect,
        baseline=baseline,
        reader_sd=reader_sd,
        item_sd=item_sd,
        reader_by_arm_sd=reader_by_arm_sd,
        alpha=alpha,
    ).to_dict()
    if as_json:
        typer.echo(to_json(found, indent=2))
        return
    needed, apart = found["readers_needed"], found["separate_groups"]
    lines = (
        f"{readers} readers with {items_per_arm} items in each arm show a help of {100 * effect:g} points with a "
        f"chance of {100 * found['power']:.0f} %.",
        f"For {100 * needed['power']:.0f} % it takes {so_many(needed['readers'])}, each their own comparison. In two "
        f"separate groups it would take {so_many(apart['readers_needed'])}, and with {readers} the chance would be "
        f"{100 * apart['power']:.0f} %.",
        f"The model: {found['model']['words']}",
    )
    told(console(), *(line for text in lines for line in wrapped(text)))


@app.command(epilog="Example:  cohobate reader-test verify ledger.jsonl registered.json")
def verify(
    ledger: Annotated[Path, typer.Argument(help="A server's ledger.", metavar="LEDGER.jsonl")],
    shown: Annotated[
        Path | None,
        typer.Argument(help="What was registered of one test, as its lead hands it on.", metavar="[REGISTERED.json]"),
    ] = None,
) -> None:
    """Check that a ledger is whole, and that what its outcomes say follows from their answers and plans.

    Every answer has to be in the arm that the plan's design deals. With the file of a test, its items, texts and
    sentences have to be those that were registered.
    """
    from cohobate.ledger import READER_TEST, entries_in
    from cohobate.practicum.reading.verifying import verified

    whole = text_of(ledger).encode()
    registered = None
    if shown is not None:
        try:
            registered = json.loads(text_of(shown))
        except ValueError as error:
            raise WrongUse(f"{shown} is not JSON ({error}); ask the lead of the test for another file") from None
    problems = verified(whole, registered)
    for problem in problems[:SHOWN]:
        told(console(stderr=True), f"cohobate: {problem}")
    if len(problems) > SHOWN:
        told(console(stderr=True), f"cohobate: and {len(problems) - SHOWN:,} more")
    if problems:
        raise typer.Exit(RunProblem.exit_status)
    entries = entries_in(whole)
    outcomes = sum(one.kind == READER_TEST for one in entries)
    many = f"{outcomes} {'outcome follows' if outcomes == 1 else 'outcomes follow'}"
    lines = [
        f"The chain of {len(entries)} entries is whole, and ends with the hash {entries[-1].hash}.",
        f"{many} from answers and plan." if outcomes else "It has no outcome of a reader test yet.",
    ]
    if registered is not None:
        lines.append(f"What {shown} shows is what was registered.")
    told(console(), *(line for text in lines for line in wrapped(text)))


def so_many(readers: int | None) -> str:
    """A number of readers that was searched for."""
    from cohobate.practicum.reader_test import MOST

    return f"more than {MOST} readers" if readers is None else f"about {readers} readers"


def stop_at(mistakes: Sequence[Mistake], file: Path, as_json: bool) -> None:
    """Tells every mistake with its line, and ends with status 1, if there are any."""
    if not mistakes:
        return
    if as_json:
        whole = {"file": str(file), "mistakes": [{"line": one.line, "sentence": one.sentence} for one in mistakes]}
        typer.echo(to_json(whole, indent=2))
    else:
        for one in mistakes:
            typer.echo(f"{file}:{one.line}: {one.sentence}", err=True)
    raise typer.Exit(1)


def wrapped(text: str) -> list[str]:
    """A text in lines of at most `WIDTH` letters."""
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


HINTS = "Parts are hints for another test: the more of them one looks at, the likelier one stands out by chance."
"""Of figures by part."""

NAMES = {
    "accuracy_no_text": "right, no text, %",
    "accuracy_source": "right, source, %",
    "accuracy_distillation": "right, distillation, %",
    "unanswered_no_text": "can't tell, no text, %",
    "unanswered_source": "can't tell, source, %",
    "unanswered_distillation": "can't tell, distillation, %",
    "help": "help, points",
    "distillation_less_source": "above the source, points",
    "distillation_preserves": "ratio to the source",
    "minutes_saved": "minutes saved",
    "time_ratio": "ratio of times",
}
"""What figures are called in tables."""


def outcome_table(outcome: Outcome) -> Table:
    """Every figure of all answers, with its interval for both scopes."""
    table = plain_table()
    for heading in ("", "found", "these items", "items like these", "readers"):
        table.add_column(heading, justify="left" if not heading else "right", no_wrap=True)
    for what, name in NAMES.items():
        one, other = (outcome.finding(what, scope) for scope in ("these items", "items like these"))
        if one is not None and other is not None:
            value, interval = shown(what, one)
            same = one.scope == other.scope
            table.add_row(name, value, interval, "–" if same else shown(what, other)[1], f"{one.readers}")
    return table


def parts_table(outcome: Outcome) -> Table:
    """What the distillation adds, by kind of items and by background of readers."""
    table = plain_table()
    for heading in ("these items, by part", "help, points", "ratio to the source", "readers", "items"):
        table.add_column(heading, justify="left" if heading.startswith("these") else "right", no_wrap=True)
    for part, name in parts_of(outcome.figures):
        help_, ratio = (
            outcome.finding(what, kind=part[0], background=part[1]) for what in ("help", "distillation_preserves")
        )
        if help_ is not None:
            beside = shown("distillation_preserves", ratio)[1] if ratio else "–"
            table.add_row(name, shown("help", help_)[1], beside, f"{help_.readers}", f"{help_.items}")
    return table


def parts_of(figures: Sequence[Figure]) -> Iterator[tuple[tuple[str, str], str]]:
    """Kind and background of each part that there is, and its name."""
    seen: dict[tuple[str, str], str] = {}
    for one in figures:
        if one.kind != "all" or one.background != "all":
            seen.setdefault(
                (one.kind, one.background), one.kind if one.background == "all" else f"readers: {one.background}"
            )
    yield from seen.items()


def shown(what: str, finding: Finding) -> tuple[str, str]:
    """A figure and its interval, as people read them."""
    from cohobate.practicum.reader_test import outwards, points

    if finding.too_few:
        return "–", "too few"
    if what in ("distillation_preserves", "time_ratio", "minutes_saved"):
        high = "no upper end" if finding.unbounded else f"{outwards(finding.high, 2, 1):.2f}"
        value = f"{outwards(finding.value, 2):.2f}" if math.isfinite(finding.value) else "–"
        return value.replace("-", "−"), f"{outwards(finding.low, 2, -1):.2f} to {high}".replace("-", "−")
    return points(finding.value), f"{points(finding.low, -1)} to {points(finding.high, 1)}"


def told_below(outcome: Outcome) -> str:
    """What the intervals are."""
    return (
        f'{100 * outcome.table.confidence:g} % intervals, each by itself. "These items": for readers like these. '
        '"Items like these": for other such items too. Times are typical ones, of these texts.'
    )


def told_of_versions(found: Sequence[Version]) -> str:
    """What the intervals are."""
    articles = max(one.articles for one in found)
    return (
        f"Ratio: to the original. 95 % intervals from drawing the {articles} articles anew, as readers are not told "
        "apart."
    )


def versions_table(found: Sequence[Version]) -> Table:
    """Published answers, by version of the texts."""
    table = plain_table()
    for heading in ("text", "right", "95 %", "ratio", "95 %", "can't tell"):
        table.add_column(heading, justify="left" if heading == "text" else "right", no_wrap=True)

    def ends(three: Any) -> tuple[str, str]:
        return (f"{three[0]:.3f}", f"{three[1]:.3f}–{three[2]:.3f}") if three else ("–", "–")

    for one in found:
        right, ratio = ends(one.accuracy), ends(one.ratio)
        intervals = ("too few", "too few" if one.ratio else "–") if one.too_few else (right[1], ratio[1])
        left = f"{100 * one.unanswered / one.answers:.1f} %"
        table.add_row(one.text, right[0], intervals[0], ratio[0], intervals[1], left)
    return table
