"""A run as a report reads it: its files, checked and typed, with estimates pooled from their counts.

What is missing is left out rather than made up: a run may have been interrupted before its first look, or have had no
overseer at all. Text from a run is only ever shown, never trusted; what a page cannot hold becomes �.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cohobate.algorithmic.reaching import first_of_two
from cohobate.errors import RunProblem
from cohobate.fidelity import Estimate
from cohobate.ledger import Ledger, verify
from cohobate.runs import Run

AMPLIFICATION = "amplification_preserves"
DISTILLATION = "distillation_preserves"
H_ALONE = "accuracy_h_alone"
X_ALONE = "accuracy_x_alone"
H_WITH_X = "accuracy_h_with_x"
SINGLE_STEPS = "single_step_acts"
FAILED = "failed_decompositions"
IMITATION_DRAWN = "imitation_drawn"
IMITATION_INDUCED = "imitation_induced"
IMITATION_DRAWN_CANONICAL = "imitation_drawn_canonical"
IMITATION_INDUCED_CANONICAL = "imitation_induced_canonical"
CONSISTENCY_DRAWN = "consistency_drawn"
CONSISTENCY_INDUCED = "consistency_induced"
H_RIGHT = "h_right"
TREE_OF_IMITATOR = "tree_of_imitator"
H_ALIKE = "h_alike_under_fresh_names"

COMPOUNDED = "compounded"
TREE_AUDIT = "tree_audit"
ONE_STEP = "step"
CANONICAL = {name: f"{name}_canonical" for name in (COMPOUNDED, TREE_AUDIT, ONE_STEP)}
"""Of each bound, the one that counts situations which differ only in names as one."""

# What XML cannot hold: control characters, and halves of surrogate pairs.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(value: Any) -> Any:
    """JSON values with every character in them fit for a page."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("�", value)
    if isinstance(value, Mapping):
        return {printable(key): printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return value


def _without_gaps(shares: Any) -> Any:
    return {key: share for key, share in shares.items() if share is not None} if isinstance(shares, dict) else shares


Share = Annotated[float, Field(ge=0, le=1)]
Confidence = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=0)]
ByKind = Annotated[dict[str, Share], BeforeValidator(_without_gaps)]
ByLevel = Annotated[dict[int, Share], BeforeValidator(_without_gaps)]
Counts = Annotated[dict[int, Count], BeforeValidator(_without_gaps)]


class Row(BaseModel):
    """One JSON object from a run's folder; keys that a report has no use for are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Look(Row):
    """One evaluation in the course of the training. Shares in 0 … 1."""

    step: int = 0
    seconds: float = 0.0
    """Of training so far."""
    size: int | None = None
    """Of the contexts that X is trained on."""
    accuracy: Share | None = None
    accuracy_by_kind: ByKind = {}
    accuracy_by_level: ByLevel = {}
    evaluated: Count = 0
    """How many fresh questions X was asked."""
    evaluated_by_level: Counts = {}
    teacher_accuracy: Share | None = None
    """None if the answers were the true ones, so that there was no teacher."""
    teacher_accuracy_by_level: ByLevel = {}
    teacher_evaluated: Count = 0
    teacher_evaluated_by_level: Counts = {}
    decisions: int = 0
    """By H, whole transcripts, for training."""

    def x(self, levels: Collection[int] | None = None) -> Estimate | None:
        """X's accuracy with its interval, on some levels together or on all; None if no such question was asked."""
        if levels is None:
            return _counted([(self.accuracy, self.evaluated)])
        return _counted([(self.accuracy_by_level.get(i), self.evaluated_by_level.get(i, 0)) for i in levels])

    def teacher(self, levels: Collection[int] | None = None) -> Estimate | None:
        """The same for the amplified teacher."""
        if levels is None:
            return _counted([(self.teacher_accuracy, self.teacher_evaluated)])
        shares, counts = self.teacher_accuracy_by_level, self.teacher_evaluated_by_level
        return _counted([(shares.get(i), counts.get(i, 0)) for i in levels])


def _counted(parts: Iterable[tuple[float | None, int]]) -> Estimate | None:
    """One estimate from shares of so many questions each."""
    known = [(round(share * count), count) for share, count in parts if share is not None and count > 0]
    asked = sum(count for _, count in known)
    return Estimate.of(sum(agree for agree, _ in known), asked) if asked else None


class Measurement(Row):
    """One line of an iteration's entry in the ledger."""

    what: str
    kind: str | None = None
    level: int | None = None
    agree: Count
    asked: Count
    low: Share | None = None
    high: Share | None = None
    confidence: float = 0.95

    @property
    def estimate(self) -> Estimate:
        """With the interval that the entry holds, or with an exact one where it holds none."""
        if self.low is None or self.high is None:
            return Estimate.of(self.agree, self.asked, self.confidence)
        return Estimate(self.agree, self.asked, self.low, self.high, self.confidence)


def pooled(parts: Sequence[Estimate], together: bool) -> Estimate:
    """One estimate for all that was asked in the parts, of which there is at least one.

    together:  whether the parts' intervals hold all at once. Then the interval of the whole is made of theirs and
               holds wherever they do, for questions mixed as those asked. Otherwise it is an exact one of its own.
    """
    if len(parts) == 1:
        return parts[0]
    agree, asked = sum(part.agree for part in parts), sum(part.asked for part in parts)
    if not together or not asked:
        return Estimate.of(agree, asked, parts[0].confidence)
    low = sum(part.low * part.asked for part in parts) / asked
    high = sum(part.high * part.asked for part in parts) / asked
    return Estimate(agree, asked, low, high, min(part.confidence for part in parts))


@dataclass(frozen=True)
class Certificate:
    """A bound on how often X answers otherwise than H, beside what was seen of it: shares in 0 … 1."""

    bound: float
    """1 says nothing."""
    seen: float | None
    """None if the entry does not say."""
    decisions: int | None
    """By H, in audits, that the bound rests on; None where they were not counted, as where H itself is the overseer."""


class Evidence(Row):
    """What an iteration's bounds rest on, as far as a report tells of it."""

    imitator: Count | None = None
    """Which frozen H′ was audited, counted from 1; 0 if H itself is the overseer."""
    endless: bool = False
    """Whether H's tree has no end."""


class Iteration(Row):
    """What the ledger says about one iteration."""

    iteration: int
    step: int = 0
    size: int | None = None
    targets: int = 0
    decisions_training: int = 0
    acts_training: int = 0
    decisions_audit: int = 0
    acts_audit: int = 0
    decisions_measuring: Count | None = None
    """What H did besides, as a script: what nobody would be asked for."""
    measurements: tuple[Measurement, ...] = ()
    confidence_together: Confidence | None = None
    """How sure it is that all intervals and bounds of the whole run hold at once; None where each holds by itself."""
    evidence: Evidence | None = None
    """None where nothing is certified."""
    certified: ByKind = {}
    """Of questions of each kind and level, such as "power 3", the least agreement: 0 says nothing."""
    compounded_bound: Share | None = None
    compounded_estimate: Share | None = None
    decisions_compounded: Count | None = None
    compounded_bound_canonical: Share | None = None
    compounded_estimate_canonical: Share | None = None
    decisions_compounded_canonical: Count | None = None
    tree_audit_bound: Share | None = None
    tree_audit_estimate: Share | None = None
    decisions_tree_audit: Count | None = None
    tree_audit_bound_canonical: Share | None = None
    tree_audit_estimate_canonical: Share | None = None
    decisions_tree_audit_canonical: Count | None = None
    step_bound: Share | None = None
    step_estimate: Share | None = None
    decisions_step: Count | None = None
    step_bound_canonical: Share | None = None
    step_estimate_canonical: Share | None = None
    decisions_step_canonical: Count | None = None

    @property
    def imitator(self) -> int | None:
        """Which frozen H′ the audits are about, counted from 1; 0 if H itself is the overseer."""
        return self.evidence.imitator if self.evidence else None

    @property
    def endless(self) -> bool:
        """Whether H's tree of sub-questions has no end, so that only one step can be certified."""
        return self.evidence is not None and self.evidence.endless

    @cached_property
    def certificates(self) -> Mapping[str, Certificate]:
        """What is certified, by name, in the order in which it is shown; empty for a ledger that certifies nothing.

        If H itself is the overseer there are no acts of H′ to judge by situations: then the canonical bounds are the
        plain ones, and only those are given.
        """
        if self.confidence_together is None:
            return {}
        found = {}
        by_h = self.imitator == 0
        for plain in CANONICAL:
            for suffix in ("",) if by_h else ("", "_canonical"):
                bound = getattr(self, f"{plain}_bound{suffix}")
                seen, made = (getattr(self, f"{one}{suffix}") for one in (f"{plain}_estimate", f"decisions_{plain}"))
                if bound is not None:
                    found[f"{plain}{suffix}"] = Certificate(bound, seen, None if by_h else made)
        return found

    @cached_property
    def canonical(self) -> bool:
        """Whether any bound, and with it the agreement at each level, has the condition of what is canonical."""
        return any(name in self.certificates for name in CANONICAL.values())

    @cached_property
    def certified_cells(self) -> list[tuple[str, int, float]]:
        """Kinds and levels with the least agreement that is certified there: kinds as in the entry, levels rising."""
        if not self.certificates:
            return []
        named = [(*name.rpartition(" ")[::2], share) for name, share in self.certified.items()]
        order = {kind: place for place, kind in enumerate(self.kinds(X_ALONE))}
        found = [(kind, int(level), share) for kind, level, share in named if level.isdecimal()]
        return sorted(found, key=lambda cell: (order.get(cell[0], len(order)), cell[:2]))

    @property
    def measured_error(self) -> Estimate | None:
        """How often X is wrong by the truth, where that is known."""
        right = self.estimate(X_ALONE)
        if right is None or not right.asked:
            return None
        return right.opposite

    def kinds(self, *whats: str) -> list[str]:
        """The kinds of question that these things were measured for, in the order of the entry."""
        return list(dict.fromkeys(m.kind for m in self.measurements if m.what in whats and m.kind is not None))

    def cells(self, *whats: str) -> list[tuple[str, int]]:
        """The kinds and levels that any of these things was measured for: kinds as in the entry, levels rising."""
        order = {kind: place for place, kind in enumerate(self.kinds(*whats))}
        places = {(m.kind, m.level) for m in self.measurements if m.what in whats}
        found = [(kind, level) for kind, level in places if kind is not None and level is not None]
        return sorted(found, key=lambda place: (order[place[0]], place[1]))

    def estimate(self, what: str, kind: str | None = None, level: int | None = None) -> Estimate | None:
        """The counts of all that fits added up, with their interval; None if it was not measured."""
        found = [m for m in self._by_what.get(what, ()) if kind is None or m.kind == kind]
        if level is not None:
            found = [m for m in found if m.level == level]
        # A line for all kinds or levels together stands for theirs, which would count its questions twice.
        found = [m for m in found if m.level is None] or found
        found = [m for m in found if m.kind is None] or found
        if not found:
            return None
        return pooled([m.estimate for m in found], self.confidence_together is not None)

    @cached_property
    def _by_what(self) -> dict[str, list[Measurement]]:
        by_what: dict[str, list[Measurement]] = {}
        for measurement in self.measurements:
            by_what.setdefault(measurement.what, []).append(measurement)
        return by_what


class Step(Row):
    """One sub-question of a transcript, and who answered it."""

    question: str
    answer: str
    by: str = ""
    """"context", where it was looked up; "assistant", X; "H", who worked it out."""


class Node(Step):
    """A question in a tree of questions."""

    assistant: str | None = None
    """What X answers directly; None for what is looked up."""
    truth: str | None = None
    """The exact answer; where several are right, one of them."""
    correct: bool | None = None
    """Whether X's direct answer is right."""
    children: tuple[Node, ...] = ()

    @cached_property
    def count(self) -> int:
        """How many questions the tree has, this one included."""
        return 1 + sum(child.count for child in self.children)

    @property
    def depth(self) -> int:
        """How many levels there are below this question."""
        return 1 + max((child.depth for child in self.children), default=-1)

    @property
    def right(self) -> bool | None:
        """Whether the answer is right; None if that is not known, as where it is not the only right one."""
        if self.by == "context" or self.truth is None:
            return None
        if self.answer == self.truth:
            return True
        return self.correct if self.answer == self.assistant else None


class Transcript(Row):
    """One question as it was worked out."""

    question: str
    kind: str | None = None
    level: int | None = None
    context: tuple[str, ...] = ()
    """Its facts, as people write them."""
    overseer: str | None = None
    """"imitated" for H′, "scripted" for H."""
    steps: tuple[Step, ...] = ()
    answer: str
    truth: str | None = None
    correct: bool | None = None
    """Whether `answer` is right."""
    assistant: str | None = None
    """What X answers directly."""
    assistant_correct: bool | None = None
    tree: Node | None = None
    """What H would have asked, and asked for that, and so on."""

    @property
    def asked(self) -> Node:
        """The transcript itself as a tree of one level; what is known of a sub-question is taken from `tree`."""
        known = {node.question: node for node in self.tree.children} if self.tree else {}
        steps = []
        for step in self.steps:
            node = known.get(step.question, Node(question=step.question, answer=step.answer))
            steps.append(node.model_copy(update={"answer": step.answer, "by": step.by, "children": ()}))
        return Node(question=self.question, answer=self.answer, children=tuple(steps))


class Summary(Row):
    """How a run stands; empty for one that has not come to a summary."""

    task: str | None = None
    size: int | None = None
    options: dict[str, Any] = {}
    overseer: Literal["imitated", "scripted", "supervised"] | str | None = None
    seed: int | None = None
    status: str | None = None
    reached: bool | None = None
    until: Share | None = None
    trust: Share | None = None
    """The agreement with H that had to stay certified, once it was."""
    fallen: ByKind = {}
    """Of kinds and levels, such as "power 3", that fell below it, what was certified still."""
    accuracy: Share | None = None
    evaluated: Count | None = None
    """How many questions `accuracy` is about; `evaluated_at_step` says when."""
    evaluated_at_step: int | None = None
    steps: int | None = None
    decisions: int | None = None
    acts: int | None = None
    decisions_audit: int | None = None
    acts_audit: int | None = None
    targets: int | None = None
    seconds: float | None = None
    ledger_length: int | None = None
    ledger_head: str | None = None
    peak_memory_mb: float | None = None


@dataclass(frozen=True)
class Record:
    """All of a run that its report shows."""

    name: str
    """Of its folder."""
    configuration: Mapping[str, Any]
    made_with: Mapping[str, Any]
    summary: Summary
    finished: bool
    """Whether there is a summary at all."""
    looks: Sequence[Look]
    """Oldest first."""
    iterations: Sequence[Iteration]
    transcripts: Sequence[Transcript]
    ledger_length: int
    """0 if there is no ledger that can be read."""
    ledger_head: str | None
    ledger_problem: str | None
    """One sentence on the first thing that is wrong with the ledger, if anything is."""
    written: float | None
    """When the last look was taken, in seconds since 1970 (UTC)."""

    @property
    def last(self) -> Look | None:
        return self.looks[-1] if self.looks else None

    @property
    def accuracy(self) -> Estimate | None:
        """X's accuracy at the end."""
        if self.summary.accuracy is not None and self.summary.evaluated:
            return _counted([(self.summary.accuracy, self.summary.evaluated)])
        return self.last.x() if self.last else None

    @property
    def seconds(self) -> float:
        """Of training."""
        said = self.summary.seconds
        return said if said is not None else self.last.seconds if self.last else 0.0

    @property
    def steps(self) -> int:
        said = self.summary.steps
        return said if said is not None else self.last.step if self.last else 0

    @property
    def decisions(self) -> int:
        """By H, for training."""
        said = self.summary.decisions
        return said if said is not None else self.last.decisions if self.last else 0

    @property
    def kinds(self) -> list[str]:
        """Kinds of question, in the order in which they first appear."""
        looked = [kind for look in self.looks for kind in look.accuracy_by_kind]
        measured = [kind for one in self.iterations for kind in one.kinds(DISTILLATION, X_ALONE)]
        return list(dict.fromkeys(looked + measured))

    @property
    def together(self) -> float | None:
        """How sure it is that all intervals and bounds in the ledger hold at once; None where each holds by itself."""
        return self.iterations[-1].confidence_together if self.iterations else None

    @property
    def certified(self) -> bool:
        """Whether any iteration has a bound."""
        return any(one.certificates for one in self.iterations)

    def measured(self, *whats: str) -> bool:
        """Whether any of these things was measured on any question of any iteration."""
        return any(m.asked for one in self.iterations for m in one.measurements if m.what in whats)

    @property
    def decisions_to_99(self) -> int | None:
        """By H, for training, at the first of two looks in a row at which X was right on 99 % or more."""
        at = first_of_two([look.accuracy for look in self.looks], 0.99)
        return None if at is None else self.looks[at].decisions

    def first_at(self, share: float) -> Look | None:
        """The first look at which X was right on at least this share of the questions."""
        return next((look for look in self.looks if look.accuracy is not None and look.accuracy >= share), None)


def read(run: Run) -> Record:
    """Reads what a run has left so far. Raises RunProblem or StorageProblem if a file does not read."""
    metrics = [row for row in run.read_metrics() if isinstance(row, dict) and "accuracy" in row]
    finished = run.summary.exists()
    configuration = printable(run.configuration)
    if finished:
        summary = _rows(Summary, [run.read_summary()], run.summary)[0]
    else:
        summary = _rows(Summary, [_settings_in(configuration)], run.config)[0]
    entries, problem = _entries(run, summary)
    times = [row["time"] for row in metrics if isinstance(row.get("time"), (int, float))]
    return Record(
        name=printable(run.folder.resolve().name or str(run.folder)),
        configuration=configuration,
        made_with=printable(run.made_with),
        summary=summary,
        finished=finished,
        looks=_rows(Look, metrics, run.metrics),
        iterations=_rows(Iteration, [entry for kind, entry in entries if kind == "iteration"], run.ledger),
        transcripts=_rows(Transcript, run.read_transcripts(), run.transcripts),
        ledger_length=len(entries),
        ledger_head=entries[-1][1]["hash"] if entries else None,
        ledger_problem=problem,
        written=times[-1] if times else None,
    )


def _settings_in(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """What a configuration says of itself, wherever in it that stands: a run without a summary has only this."""
    found: dict[str, Any] = {}
    for key, value in configuration.items():
        found |= {key: value, **(value if isinstance(value, Mapping) else {})}
    return {key: found[key] for key in ("task", "size", "options", "overseer", "seed", "until") if key in found}


def _entries(run: Run, summary: Summary) -> tuple[list[tuple[str, dict[str, Any]]], str | None]:
    """The entries of the ledger, each with its kind, and what is wrong with it: then there are none to show."""
    if not run.ledger.exists():
        return [], None
    broken = verify(run.ledger)
    if broken:
        return [], printable(str(broken[0]))
    entries = [(entry.kind, entry.to_dict()) for entry in Ledger.open(run.ledger).entries()]
    ends = verify(run.ledger, summary.ledger_length, summary.ledger_head)
    return entries, printable(str(ends[0])) if ends else None


R = TypeVar("R", bound=Row)


def _rows(form: type[R], rows: Iterable[Any], path: Path) -> list[R]:
    try:
        return [form.model_validate(printable(row)) for row in rows]
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "a row"
        raise RunProblem(
            f"{path} does not read as a run's: {place}: {first['msg'].lower()}; "
            "restore it from a copy, or make the report with the version that made the run"
        ) from None
    except RecursionError:
        raise RunProblem(f"{path} is nested too deeply to be a run's; restore it from a copy") from None
