"""Everything that decides a run, besides its task."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from cohobate.algorithmic.assistant import AssistantShape, Manner
from cohobate.algorithmic.collective import Assistants
from cohobate.algorithmic.failures import Failure
from cohobate.algorithmic.imitator import ImitatorShape
from cohobate.algorithmic.task import Task
from cohobate.errors import RunProblem, WrongUse

LEAST_CONTEXTS = 8
"""The size of contexts from which larger ones grow."""

Teacher = Literal["imitated", "scripted", "supervised"]
Ask = Literal["steady", "uncertain", "disagreement"]


@dataclass(frozen=True)
class Settings:
    """Written to `config.json`; the same settings, task and machine give the same ledger."""

    overseer: Teacher = "imitated"
    """Whose answers X learns: Amplify^H′(X), Amplify^H(X), or the truth (the yardstick)."""
    overseer_error: str | None = None
    """How the overseer at work fails on purpose, as `SORT:P` or `SORT:P:KIND` (see `failures`); never the H that
    decisions are asked of. None: not at all."""
    seed: int = 0
    device: str = "cpu"
    threads: int = 1
    """Processor threads. Part of the settings because the order of sums, and so the last bit, depends on it; 1 because
    two on a machine where something else runs were four times slower than one (docs/log.md)."""
    assistant: AssistantShape = field(default_factory=AssistantShape)
    assistants: Assistants = "one"
    """One X, or in its place a collective with as many weights: a specialist for each kind of question or each level
    (see `collective`). `assistant` is the shape of the one."""
    imitator: ImitatorShape = field(default_factory=ImitatorShape)

    contexts: int = 64
    """Contexts in a batch of X."""
    questions: int = 8
    """Questions about each."""
    reuse: int = 4
    """Steps of X for every batch of targets made."""
    kept: int = 4
    """Batches of targets remembered; each step draws its contexts from all of them."""
    horizon: int = 5
    """Steps over which X is averaged into the teacher's assistant."""
    teaching: Manner = field(default_factory=lambda: Manner(temperature=0.0, sure=0.5))
    """How the averaged X gives sub-answers while it teaches: below `sure`, guesses are not passed on."""
    unknown: float = 0.0
    """Weight of a target that is "I don't know" against one that is an answer."""
    induced: float = 0.0
    """Share of X's questions that are sub-questions which H′ asked, instead of questions the task drew."""
    rate: float = 0.03
    """Step size of Muon."""
    adam_rate: float = 5e-3
    warm_up: int = 20
    """Steps over which X's step sizes rise to their full height."""
    smallest: int | None = None
    """Size of the first contexts; they grow from it to the task's size. None: full size at once."""
    grow_at: float = 0.85
    """Agreement of X with its targets at which contexts grow."""

    first_decisions: int = 96
    """Decisions by H recorded before X's first step."""
    decisions_at_once: int = 16
    """Decisions recorded whenever H is asked again."""
    first_lesson: int = 12
    """The most rounds of H′ on the first decisions."""
    lesson: int = 2
    """The most rounds whenever there are new ones."""
    ask: Ask = "uncertain"
    """Which of the questions that H′ was asked last H decides: see `asking`."""

    look: int = 10
    """Steps between evaluations."""
    iteration: int = 25
    """Steps between snapshots of the averaged X, each closing an iteration with a ledger entry."""
    evaluated: int = 2048
    """Fresh questions in an evaluation of X alone."""
    audited: int = 512
    """Fresh questions on which an iteration shows what H would do, where H is a script that one may ask anything."""
    questioned: int = 2048
    """Fresh questions, at least `audited`, from which an iteration's certificates come; they cost no decision by H."""
    audits: int = 24
    """Nodes that H decides for them as they stand, and at most about as many situations that it judges anew."""

    def __post_init__(self) -> None:
        """Raises WrongUse for no audits, and for an overseer's error that does not read, or without an overseer."""
        if self.audits < 1:
            raise WrongUse(f"{self.audits} audits: an iteration is checked by at least one decision; try --audits 24")
        if self.overseer_error is not None:
            Failure.read(self.overseer_error)
            if self.overseer == "supervised":
                raise WrongUse(
                    f"overseer error {self.overseer_error}: who learns from the truth has no overseer that could fail; "
                    "leave one of the two out"
                )

    @classmethod
    def for_task(cls, task: Task, **given: Any) -> Settings:
        """The settings that serve a task best, as far as we have found (docs/log.md), changed as `given`.

        X passes over large contexts more often than over small ones, and begins with contexts of about 8. Where H's
        tree has no end, sub-questions lead where the task's own questions do not (to pairs without a way, say): X
        learns from them too, and learns what it cannot know.
        """
        passes = 2 + math.ceil(math.log2(max(task.size, 2)) / 2)
        chosen: dict[str, Any] = {
            "assistant": AssistantShape(reading=passes, answering=passes),
            "smallest": next((size for size in task.sizes if size >= LEAST_CONTEXTS), None),
        }
        # A single question about each of many contexts is slow where contexts are large or questions go far.
        most = 2048 if task.finite else 1024
        chosen["questioned"] = max(cls.audited, most * LEAST_CONTEXTS // max(task.size, LEAST_CONTEXTS))
        if not task.finite:
            chosen |= {"rate": 0.02, "teaching": Manner(), "unknown": 0.3, "induced": 0.5}
        if given.get("overseer_error") is not None:
            Failure.read(given["overseer_error"]).check(task)
        return cls(**chosen | given)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Settings:
        """The inverse of `to_dict`. Raises RunProblem for settings that this version does not know."""
        unknown = set(data) - {f.name for f in fields(cls)}
        if unknown:
            raise RunProblem(f"unknown settings: {', '.join(sorted(unknown))}; the run was made by another version")
        try:
            return cls(
                **data
                | {
                    "assistant": AssistantShape(**data["assistant"]),
                    "imitator": ImitatorShape(**data["imitator"]),
                    "teaching": Manner(**data["teaching"]),
                }
            )
        except (KeyError, TypeError) as error:
            raise RunProblem(f"the settings do not read ({error}); the run was made by another version") from None
