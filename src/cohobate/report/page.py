"""One-file pages: what a run's record and its pictures become in HTML that needs no script and nothing from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import altair as alt
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cohobate.fidelity import Estimate
from cohobate.report import compounding, pictures, trust, words
from cohobate.report.drawing import Drawing, dark_rules
from cohobate.report.pictures import NARROW, WIDE
from cohobate.report.reading import (
    AMPLIFICATION,
    COMPOUNDED,
    DISTILLATION,
    H_ALIKE,
    H_ALONE,
    H_WITH_X,
    X_ALONE,
    Iteration,
    Look,
    Node,
    Record,
    Transcript,
)
from cohobate.version import __version__

MEASURED = {
    AMPLIFICATION: "amplification preserves",
    DISTILLATION: "distillation preserves",
    H_ALONE: "H alone right",
    X_ALONE: "X alone right",
    H_WITH_X: "H with X right",
}
"""What the tables show, in their order, and the heads of its columns."""

MOST_NODES = 200
"""Of one tree; what is beyond is counted, not shown."""
OPEN_NODES = 40
"""A tree with more questions is folded below its second level."""
MOST_LOOKS = 25
"""Rows of the table of looks."""


@dataclass(frozen=True)
class Picture:
    """A picture in both its forms."""

    name: str
    """Of its file, and of its place in the page."""
    title: str
    description: str
    """What it shows, for those who do not see it."""
    file: str
    """A whole SVG file."""
    wide: Markup
    narrow: Markup
    """The same for a page, as SVG for a screen of a computer and of a phone."""


def picture(name: str, title: str, description: str, chart: Callable[[int], alt.TopLevelMixin]) -> Picture:
    """Draws a chart for the file, for the page and for a phone."""
    wide, narrow = Drawing(chart(WIDE)), Drawing(chart(NARROW))
    return Picture(
        name,
        title,
        description,
        file=wide.standalone(name, title, description),
        wide=Markup(wide.inline(f"{name}-wide", title, description)),
        narrow=Markup(narrow.inline(f"{name}-narrow", title, description)),
    )


# --- the page of one run --------------------------------------------------------------------------------------------


def run_pictures(record: Record) -> dict[str, Picture]:
    """The pictures for which the run has anything to show, by name."""
    looks = record.looks
    drawn: dict[str, Picture] = {}

    def add(name: str, title: str, description: str, chart: Callable[[Record, int], alt.TopLevelMixin]) -> None:
        drawn[name] = picture(name, title, description, lambda width: chart(record, width))

    if any(look.accuracy_by_level for look in looks):
        add("accuracy", "Accuracy at each level over training time", _accuracy_told(record), pictures.accuracy)
    if record.certified:
        add("trust", "Error per iteration, bounded and measured", _trust_told(record), pictures.trust)
    if any(of.decisions is not None for one in record.iterations for of in trust.drawn(one).values()):
        add("audits", "Bounds on the error against decisions by H", _audits_told(record), pictures.audits)
    if any(look.decisions for look in looks):
        add("decisions", "Accuracy against decisions by H", _decisions_told(record), pictures.decisions)
    if record.measured(AMPLIFICATION, DISTILLATION):
        add(
            "fidelity",
            "How faithful each iteration is",
            _measured_told(record, AMPLIFICATION, DISTILLATION),
            pictures.fidelity,
        )
    if record.measured(H_ALONE, X_ALONE, H_WITH_X):
        add(
            "together",
            "H alone, X alone, and H with X",
            _measured_told(record, H_WITH_X, X_ALONE, H_ALONE),
            pictures.together,
        )
    return drawn


def _accuracy_told(record: Record) -> str:
    last = record.looks[-1]
    shares = "; ".join(
        f"{title}: {last.x(levels) or 'not asked'}" for title, levels in pictures.panels_of(record.looks)
    )
    return f"Lines over training time, a panel for each level. X alone at the last look: {shares}."


def _decisions_told(record: Record) -> str:
    last = record.looks[-1]
    return f"A line that ends at {words.counted(last.decisions, 'decision')}, with an accuracy of {last.x()}."


def _trust_told(record: Record) -> str:
    last = record.iterations[-1]
    told = [f"{trust.CURVES[name]}: at most {trust.at_most(of.bound)}" for name, of in trust.drawn(last).items()]
    if last.measured_error is not None:
        told.append(f"{trust.CURVES[trust.MEASURED_ERROR]}: {last.measured_error}")
    return f"Lines over iterations. In the last one, {'; '.join(told)}.{_given(last)}"


def _audits_told(record: Record) -> str:
    last = record.iterations[-1]
    told = [
        f"{trust.CURVES[name]}: at most {trust.at_most(of.bound)} after {words.counted(of.decisions, 'decision')}"
        for name, of in trust.drawn(last).items()
        if of.decisions is not None
    ]
    return f"A mark for each iteration. In the last one, {'; '.join(told)}.{_given(last)}"


def _given(last: Iteration) -> str:
    return f" What is canonical holds {trust.CONDITION}." if last.canonical else ""


def _measured_told(record: Record, *whats: str) -> str:
    last = record.iterations[-1]
    told = [f"{MEASURED[what]}: {last.estimate(what)}" for what in whats if last.estimate(what)]
    return f"Estimates with intervals, per iteration. In the last one, {'; '.join(told)}."


def run_page(record: Record, drawn: Mapping[str, Picture]) -> str:
    """The whole report as HTML."""
    last = record.iterations[-1] if record.iterations else None
    measured = [what for what in MEASURED if any(one.estimate(what) for one in record.iterations)]
    by_level = [
        (title, record.looks[-1].x(levels), record.looks[-1].teacher(levels))
        for title, levels in pictures.panels_of(record.looks)
    ]
    return rendered(
        "run.html",
        record=record,
        pictures=drawn,
        lead=words.lead(record),
        tiles=_tiles(record),
        level_meaning=words.LEVELS.get(record.summary.task or ""),
        by_level=by_level,
        looks=pictures.thinned(record.looks, MOST_LOOKS),
        trust=_trust(record),
        together=record.together,
        heads=[MEASURED[what] for what in measured],
        iterations=[Measured([one.estimate(what) for what in measured], of=one) for one in record.iterations],
        last=last,
        last_rows=_by_level(last, measured) if last else [],
        pooled_rows=_pooled(last, measured) if last else [],
        cost=words.cost(record),
        single_steps=words.single_steps(record),
        failed=words.failed(record),
        transcripts=[Worked.of(transcript) for transcript in record.transcripts[:5]],
        configuration=words.flattened(record.configuration),
        made_with=words.flattened(record.made_with),
        trained_until=_day(record.written),
    )


@dataclass(frozen=True)
class Curve:
    """One curve of the picture of trust at one iteration, in words."""

    name: str
    meaning: str
    value: str
    """The bound, or the error measured."""
    print: str
    """What was seen, or the interval."""
    decisions: str
    """By H, that it rests on."""

    @classmethod
    def of(cls, one: Iteration, name: str) -> Curve | None:
        """None if the iteration does not have it."""
        called, bounds = (trust.CURVES[name], trust.meaning(name, one)), one.certificates
        if name in bounds:
            found = bounds[name]
            seen = "" if found.seen is None else f"{trust.seen(found.seen)} seen"
            value = f"≤ {trust.at_most(found.bound)}" if found.bound < 1 else "says nothing"
            return cls(*called, words.bound(value), words.bound(seen), words.number(found.decisions))
        if name == trust.MEASURED_ERROR and one.measured_error is not None:
            return cls(*called, *words.parts(one.measured_error), "none")
        return None


@dataclass(frozen=True)
class Level:
    """What is certified of questions of one kind and level."""

    kind: str
    level: int
    agreement: str
    """The least that is certified."""
    right: Estimate | None
    """How often X alone was right there."""


@dataclass(frozen=True)
class Trust:
    """What the page says of trust."""

    summary: str
    presumed: str = ""
    cost: str = ""
    last: Sequence[Curve] = ()
    """Every curve of the pictures at the last iteration."""
    heads: Sequence[str] = ()
    """What the curves are called, for the iterations as a table."""
    iterations: Sequence[tuple[Iteration, Sequence[Curve | None]]] = ()
    kinds: Sequence[str] = ()
    evidence: Sequence[tuple[str, Sequence[Estimate | None]]] = ()
    """What the bounds are made of: what it is, and an estimate for each of `kinds`, or for all questions."""
    canonical: bool = False
    """Whether there is a bound with a condition."""
    undrawn: bool = False
    """Whether there is a plain compounded bound that only the tables have."""
    levels: Sequence[Level] = ()
    """The last iteration's agreement, kind by kind and level by level."""


def _trust(record: Record) -> Trust:
    summary = trust.told(record)
    if not record.certified:
        return Trust(summary)
    last = record.iterations[-1]
    names = [name for name in trust.CURVES if any(Curve.of(one, name) for one in record.iterations)]
    shown = pictures.thinned(record.iterations, MOST_LOOKS)
    # What is known of H itself is of no kind.
    kinds = last.kinds(*(what for what in trust.EVIDENCE if what != H_ALIKE))
    columns = [*kinds, None] if len(kinds) > 1 else [None]
    return Trust(
        summary,
        trust.presumed(last),
        trust.cost(last, record.summary.overseer),
        last=[curve for name in names if (curve := Curve.of(last, name))],
        heads=[trust.CURVES[name] for name in names],
        iterations=[(one, [Curve.of(one, name) for name in names]) for one in shown],
        kinds=[*kinds, "all"] if len(kinds) > 1 else (),
        evidence=[
            (trust.evidence(what, last), [last.estimate(what, kind) for kind in columns])
            for what in trust.EVIDENCE
            if last.estimate(what)
        ],
        canonical=any(one.canonical for one in record.iterations),
        undrawn=any(COMPOUNDED in one.certificates and COMPOUNDED not in trust.drawn(one) for one in record.iterations),
        levels=[
            Level(kind, level, trust.least(1 - Decimal(str(share))), last.estimate(X_ALONE, kind, level))
            for kind, level, share in last.certified_cells
        ],
    )


def _tiles(record: Record) -> list[tuple[str, str, str]]:
    """The few figures that matter most: a name, a value, a small print."""
    last = record.iterations[-1] if record.iterations else None
    said = record.summary
    tiles = [("X alone is right", *_told(record.accuracy))]
    agreement = trust.agreement(last) if last else None
    if last and agreement:
        share, how, rests = agreement
        name = trust.best(last)
        given = trust.CONDITION if trust.conditional(name) else ""
        whom = "H with X" if trust.of_one_step(name) else "H"
        tiles.append((f"X certified to agree with {whom}", share, ", ".join(filter(None, (how, rests, given)))))
    tiles.append(("training", words.duration(record.seconds), words.counted(record.steps, "step")))
    if said.overseer != "supervised":
        audit = f"and {said.decisions_audit:,} to audit" if said.decisions_audit else "for training"
        tiles.append(("decisions by H", words.decisions(record), audit))
        tiles.append(("decisions to 99 %", *words.decisions_to_99(record)))
        if last:
            for what in (AMPLIFICATION, DISTILLATION):
                if last.estimate(what):
                    tiles.append((MEASURED[what], *_told(last.estimate(what))))
    return tiles


def _told(estimate: Estimate | None) -> tuple[str, str]:
    return words.parts(estimate) if estimate is not None else ("–", "not measured")


@dataclass(frozen=True)
class Measured:
    """A row of a table of what was measured."""

    estimates: Sequence[Estimate | None]
    """For each thing measured."""
    kind: str = ""
    level: str = ""
    of: Iteration | None = None

    @property
    def asked(self) -> int | None:
        """How many questions each estimate is about; None if they differ."""
        counts = {estimate.asked for estimate in self.estimates if estimate is not None}
        return counts.pop() if len(counts) == 1 else None


def _by_level(last: Iteration, measured: Sequence[str]) -> list[Measured]:
    """Rows of the last iteration's table, for every kind and level."""
    return [
        Measured([last.estimate(what, kind, level) for what in measured], kind, str(level))
        for kind, level in last.cells(*measured)
    ]


def _pooled(last: Iteration, measured: Sequence[str]) -> list[Measured]:
    """The same over all levels: a row for each kind, and one for all kinds if there are several."""
    kinds = last.kinds(*measured)
    rows = [Measured([last.estimate(what, kind) for what in measured], kind, "all") for kind in kinds]
    return rows if len(kinds) < 2 else [*rows, Measured([last.estimate(what) for what in measured], "all", "all")]


def _day(seconds: float | None) -> str | None:
    try:
        return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return None


# --- trees ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Branch:
    """A question in a tree as the page shows it."""

    node: Node
    children: tuple[Branch, ...]
    left_out: int
    """How many questions below it are not shown."""
    folded: bool
    """Whether what is below it is folded away at first."""


def cut(root: Node) -> Branch:
    """A tree cut to what a page can show, layer by layer: questions near the root come before those far from it."""
    shown: set[int] = set()
    layer = [root]
    while layer and len(shown) < MOST_NODES:
        shown |= {id(node) for node in layer[: MOST_NODES - len(shown)]}
        layer = [child for node in layer if id(node) in shown for child in node.children]

    def branch(node: Node, depth: int) -> Branch:
        children = tuple(branch(child, depth + 1) for child in node.children if id(child) in shown)
        left_out = sum(child.count for child in node.children if id(child) not in shown)
        return Branch(node, children, left_out, root.count > OPEN_NODES and depth >= 2 and bool(children))

    return branch(root, 0)


@dataclass(frozen=True)
class Worked:
    """A transcript as the page shows it."""

    row: Transcript
    asked: Branch
    """The transcript itself."""
    whole: Branch | None
    """All that H would have had to ask, where that is more."""

    @classmethod
    def of(cls, row: Transcript) -> Worked:
        more = row.tree is not None and (row.tree.depth > 1 or not row.steps)
        return cls(row, cut(row.asked), cut(row.tree) if row.tree is not None and more else None)

    @property
    def small(self) -> bool:
        """Whether the whole tree is small enough to be shown at once."""
        return self.whole is not None and self.whole.node.count <= 16


# --- the page of a comparison ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """One run's row in a comparison."""

    name: str
    record: Record
    goal: float
    """The accuracy for which time and decisions are given."""

    @property
    def at_goal(self) -> Look | None:
        """The look at which X was first seen at the goal."""
        return self.record.first_at(self.goal)

    @property
    def overseen(self) -> bool:
        """Whether there was an overseer, whose decisions count."""
        return self.record.summary.overseer != "supervised"

    @property
    def last(self) -> Iteration | None:
        return self.record.iterations[-1] if self.record.iterations else None

    @property
    def agreement(self) -> tuple[str, str, str] | None:
        """What is certified: a share, how, and on how many decisions; None if nothing is."""
        return trust.agreement(self.last) if self.last else None

    def estimate(self, what: str) -> Estimate | None:
        return self.last.estimate(what) if self.last else None


def comparison_page(records: Sequence[Record]) -> str:
    """Several runs side by side, as HTML."""
    named = list(zip(words.distinct_names(records), records, strict=True))
    goals = {record.summary.until for record in records}
    goal = goals.pop() if len(goals) == 1 else None
    goal = 0.99 if goal is None else goal
    drawn = {}
    if any(record.looks for record in records):
        told = "; ".join(f"{name}: {record.accuracy}" for name, record in named if record.accuracy)
        drawn["seconds"] = picture(
            "seconds",
            "Accuracy over training time",
            f"A line for each run. Accuracy at the end: {told}.",
            lambda width: pictures.over_seconds(named, width),
        )
    if any(record.last and record.last.decisions for record in records):
        ends = "; ".join(
            f"{name}: {words.counted(record.last.decisions, 'decision')}" for name, record in named if record.last
        )
        drawn["decisions"] = picture(
            "decisions",
            "Accuracy against decisions by H",
            f"A line for each run that has an overseer. Decisions at the end: {ends}.",
            lambda width: pictures.over_decisions(named, width),
        )
    asked = {(record.summary.task, words.settings_of_task(record)) for record in records}
    found = list(compounding.sentences(named)) if len(asked) == 1 else []
    if found:
        drawn["levels"] = picture(
            "levels",
            "Wrong answers by X, level by level",
            f"A line for each run over the levels of the questions. {' '.join(found)}",
            lambda width: compounding.picture(named, width),
        )
    return rendered(
        "comparison.html",
        rows=[Compared(name, record, goal) for name, record in named],
        goal=goal,
        lead=words.compared(named, goal),
        pictures=drawn,
        same_questions=len(asked) == 1,
        certified=any(record.certified for record in records),
        together=any(record.together is not None for record in records),
        found=found,
        errors=compounding.table(named) if found else [],
        without_decisions=[name for name, record in named if not (record.last and record.last.decisions)],
    )


# --- templates ------------------------------------------------------------------------------------------------------


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cohobate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": words.number,
        "duration": words.duration,
        "per_cent": words.per_cent,
        "parts": words.parts,
        "task_name": words.task_name,
        "task_title": words.task_title,
        "task_settings": words.settings_of_task,
        "overseer": words.overseer,
        "decisions": words.decisions,
        "decisions_to_99": words.decisions_to_99,
        "outcome": words.outcome,
        "signed": words.signed,
    }
    environment.globals |= {
        "version": __version__,
        "measured": MEASURED,
        "dark_rules": Markup(dark_rules("figure svg")),
        "counted": words.counted,
    }
    return environment


def rendered(template: str, **values: Any) -> str:
    """A page from one of the templates."""
    return _environment().get_template(template).render(**values)
