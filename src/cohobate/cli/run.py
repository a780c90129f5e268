"""`cohobate run` and `cohobate resume`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cohobate.cli.display import console, how_far_to_trust, per_cent, told, watching, what_was_learned
from cohobate.cli.look import draw_report
from cohobate.cli.tasks import within_reach
from cohobate.errors import BudgetSpent, CohobateError, TrustLost, WrongUse
from cohobate.runs import Run

if TYPE_CHECKING:
    from cohobate.algorithmic.running import Limits, Outcome, Place
    from cohobate.algorithmic.training import Training
    from cohobate.ledger import Ledger

UNTIL, SECONDS = 0.99, 600.0
"""What a run is to reach, and within which time, if nothing is said."""

INTERRUPTED = 130
"""The exit status of a run that was told to stop: 128 and the number of the signal that Ctrl-C sends."""


Until = Annotated[
    float | None,
    typer.Option(
        help="The accuracy to reach, a share such as 0.99; two looks in a row must find it.", metavar="ACCURACY"
    ),
]
Seconds = Annotated[float | None, typer.Option(help="Seconds of training allowed; looks do not count.", metavar="T")]
Steps = Annotated[int | None, typer.Option(help="Steps of X allowed.", metavar="N")]
Trust = Annotated[
    float | None,
    typer.Option(
        help="Stop if the agreement with H that is certified for a level, once at this share, falls below it.",
        metavar="SHARE",
    ),
]


def run(
    task: Annotated[
        str, typer.Argument(help="A task's name (see `cohobate tasks`), or path/to/task.py.", metavar="TASK")
    ],
    out: Annotated[Path, typer.Option(help="The run's folder, new or empty.", metavar="DIR")],
    size: Annotated[
        int | None, typer.Option(help="Elements, variables, strings or vertices; 8 by default.", metavar="N")
    ] = None,
    bits: Annotated[int | None, typer.Option(help="Bits of powering's exponents.", metavar="B")] = None,
    overseer: Annotated[
        Literal["imitated", "scripted"] | None,
        typer.Option(help="H′, which imitates H (the default), or H by its script."),
    ] = None,
    overseer_error: Annotated[
        str | None,
        typer.Option(
            help="Make the overseer fail: random, act or systematic, with a probability, as in random:0.1.",
            metavar="SORT:P",
        ),
    ] = None,
    supervised: Annotated[
        bool, typer.Option("--supervised", help="Learn from true answers instead: the yardstick.")
    ] = False,
    ask: Annotated[
        Literal["steady", "uncertain", "disagreement"] | None,
        typer.Option(
            help="What H decides of what H′ was asked: any, half where H′ is unsure (the default), or half where two "
            "imitators disagree."
        ),
    ] = None,
    assistants: Annotated[
        Literal["one", "kinds", "levels"],
        typer.Option(help="One X, or one smaller for each kind of question or each level, as many weights in all."),
    ] = "one",
    seed: Annotated[
        int, typer.Option(min=0, max=2**32 - 1, help="The same seed on the same machine gives the same ledger.")
    ] = 0,
    until: Until = None,
    seconds: Seconds = None,
    steps: Steps = None,
    trust: Trust = None,
    audits: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=100_000,
            help="Decisions by H to check each iteration: so many nodes, and about as many situations; 24 by default.",
        ),
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    threads: Annotated[int | None, typer.Option(min=1, help="Processor threads to use; 1 by default.")] = None,
) -> None:
    """Train an assistant from nothing, and leave everything about it in a folder.

    Without --until, --seconds and --steps it trains until 0.99, for at most 600 seconds. Ctrl-C saves and stops.
    """
    if supervised and overseer is not None:
        raise WrongUse(f"--supervised learns from the truth and has no overseer; leave out --overseer {overseer}")
    if supervised and trust is not None:
        raise WrongUse("--supervised has no overseer whose agreement could be certified; leave out --trust")
    if ask is not None and (supervised or overseer == "scripted"):
        taught = "--supervised" if supervised else "--overseer scripted"
        raise WrongUse(f"--ask {ask}: {taught} has no H′ that learns from H's decisions; leave out one of the two")
    within_reach(size)
    with interruptible() as stop:
        from cohobate.algorithmic.running import Limits, begin
        from cohobate.algorithmic.settings import Settings
        from cohobate.algorithmic.tasks import make_task

        if until is seconds is steps is None:
            until, seconds = UNTIL, SECONDS
        limits = Limits(until, seconds, steps, trust)
        made = make_task(task, size, bits=bits)
        settings = Settings.for_task(
            made,
            overseer="supervised" if supervised else overseer or "imitated",
            overseer_error=overseer_error,
            seed=seed,
            device=device,
        )
        settings = replace(settings, ask=ask or settings.ask, assistants=assistants)
        if threads is not None:
            settings = replace(settings, threads=threads)
        if audits is not None:
            settings = replace(settings, audits=audits)
        folder, training, ledger = begin(out, made, settings, limits)
        with folder:
            outcome = train(folder, training, ledger, limits, None, stop)
    told_how_it_ended(folder, outcome)


def resume(
    folder: Annotated[Path, typer.Argument(help="The run's folder.", metavar="DIR")],
    until: Until = None,
    seconds: Seconds = None,
    steps: Steps = None,
    trust: Trust = None,
) -> None:
    """Go on with a run that was interrupted, or whose time or steps were used up.

    --seconds and --steps count from here. Without them an interrupted run goes on to its own end, and one that has
    used up its allowance is given the same again.
    """
    opened = Run.open(folder)
    status = opened.read_summary().get("status") if opened.summary.exists() else None
    if status == "reached" and until is None:
        told(console(), f"{folder} has reached its target: nothing is left to do; give --until for a higher one.")
        return
    if status == "finished" and until is seconds is steps is None:
        told(console(), f"{folder} is finished: nothing is left to do; give --until, --seconds or --steps for more.")
        return
    with interruptible() as stop, opened:
        from cohobate.algorithmic.running import again, further

        training, ledger, place, limits = again(opened)
        for problem in place.problems:
            told(console(stderr=True), f"cohobate: {problem}; going on from step {training.steps}")
        limits = further(opened, training, place, limits, until=until, seconds=seconds, steps=steps, trust=trust)
        outcome = train(opened, training, ledger, limits, place, stop)
    told_how_it_ended(opened, outcome)


def train(
    folder: Run, training: Training, ledger: Ledger, limits: Limits, place: Place | None, stop: Callable[[], bool]
) -> Outcome:
    """Goes on to the end and shows how it goes."""
    from cohobate.algorithmic.running import run as go_on

    task, settings = training.task, training.settings
    options = ", ".join(f"{key} {value}" for key, value in task.options.items())
    taught = {"imitated": "overseer H′", "scripted": "overseer H", "supervised": "taught the truth"}
    fails = f", failing {settings.overseer_error}" if settings.overseer_error else ""
    title = f"{task.name}, {options} · {taught[settings.overseer]}{fails} · seed {settings.seed} · {folder.folder}"
    with watching(console(), limits, title) as watch:
        return go_on(training, folder, ledger, **asdict(limits), watch=watch, stop=stop, place=place)


def told_how_it_ended(folder: Run, outcome: Outcome) -> None:
    """Says what came of it and draws the report. Raises BudgetSpent, and Exit if the run was interrupted."""
    summary = outcome.summary
    if outcome.status == "interrupted":
        told(
            console(), f"Interrupted and saved at step {summary['steps']}; go on with `cohobate resume {folder.folder}`"
        )
        raise typer.Exit(INTERRUPTED)
    told(console(), what_was_learned(summary), how_far_to_trust(summary["overseer"], outcome.iteration))
    draw_report(folder)
    if outcome.status == "distrusted":
        fell = " and ".join(f"{level} at {per_cent(share)} %" for level, share in summary["fallen"].items())
        raise TrustLost(
            f"certified agreement fell below {per_cent(summary['trust'])} % ({fell}); all is saved, "
            f"`cohobate resume {folder.folder}` goes on"
        )
    if outcome.status == "budget":
        raise BudgetSpent(
            f"what was allowed is used up at accuracy {per_cent(summary['accuracy'])} %, before two looks in a row "
            f"found {per_cent(summary['until'])} %; go on with `cohobate resume {folder.folder}`"
        )


class Stopped(CohobateError):
    """Told to stop a second time: nothing more is saved."""

    exit_status = INTERRUPTED


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Whether the process was told to stop (Ctrl-C, or a termination signal): a run then ends at its next step.

    Told a second time, it stops at once, and goes on later from its newest checkpoint.
    """
    told_to: list[int] = []

    def note(number: int, frame: object) -> None:
        if told_to:
            raise Stopped("stopped at once; `cohobate resume` goes on from the newest checkpoint")
        told_to.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(told_to)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
