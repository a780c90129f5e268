"""What is measured while a run goes on: looks at how it stands, and the figures that close an iteration.

Measuring draws fresh questions, of the task's own distribution and about contexts of full size, with chance of its
own: whether and how often one looks does not change what is learned. What H decides for the certificates is counted
as audits, and what it does besides, as only a script can, as measuring; H′ learns from neither.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cohobate.algorithmic.assistant import Answers, knows_nothing, reader
from cohobate.algorithmic.certifying import gather
from cohobate.algorithmic.overseer import Transcripts
from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING, Array, Flags, Task, World
from cohobate.algorithmic.training import Training
from cohobate.fidelity.budget import Budget
from cohobate.ledger import Count, certified, counted
from cohobate.ledger import measurements as with_intervals

LOOK, CLOSE, SHOW = 1, 2, 3
"""What chance is used for; with the seed and the step it makes the generator."""

BUDGET = Budget()
"""Of error, for all that a run's ledger claims."""

MEASURED = 15
"""How many things an iteration may measure for each kind and level of question; `close_iteration` and `gather` list
them. Levels may be one more than the task draws, and all together. `ALIKE` comes once besides."""

ALIKE = "h_alike_under_fresh_names"

QUESTIONS = 4
"""Questions about each context in a look: few, since questions about one context are right or wrong together. Closing
an iteration asks one question about each, so that its questions are independent and its intervals exact."""


def chance(training: Training, purpose: int, *more: int) -> np.random.Generator:
    """Randomness that depends on the seed, the step and the purpose only, and leaves the training's own alone."""
    return np.random.default_rng([training.settings.seed, purpose, training.steps, *more])


def everything(questions: Array) -> Flags:
    """All of the questions `(C, Q, L)` are wanted: `(C, Q)`."""
    return np.ones(questions.shape[:-1], dtype=bool)


# --- a look -------------------------------------------------------------------------------------------------------


def look(training: Training) -> dict[str, Any]:
    """How the averaged X stands, and its teacher, by most probable answers.

    `accuracy`, `accuracy_by_kind`, `accuracy_by_level` and `idk` (the share of "I don't know") on `evaluated`
    questions, at least `settings.evaluated`; `evaluated_by_kind` and `evaluated_by_level` say how many of each. The
    same with `teacher_` in front for Amplify^overseer(average) on the first `teacher_evaluated` of them, unless the
    truth is the teacher. Maps have text for keys. All shares are in 0 … 1.
    """
    task, settings = training.task, training.settings
    rng = chance(training, LOOK)
    world = task.draw(rng, -(-settings.evaluated // QUESTIONS))
    questions = task.questions(rng, world, QUESTIONS)
    answers = reader(training.average, world.facts)(questions, everything(questions))
    figures = _figures("", task, world, questions, answers)
    if settings.overseer == "supervised":
        return figures
    some = -(-settings.audited // QUESTIONS)
    world, questions = world[:some], questions[:some]
    transcripts = training.overseer(rng, world, questions, reader(training.average, world.facts))
    if settings.overseer == "scripted":
        training.for_measuring(transcripts)
    return figures | _figures("teacher_", task, world, questions, transcripts.answers)


def _figures(whose: str, task: Task, world: World, questions: Array, answers: Array) -> dict[str, Any]:
    right = task.correct(world, questions, answers)
    kinds, levels = task.kind(questions), task.level(world, questions)
    present = np.unique(levels).tolist()
    return {
        f"{whose}accuracy": float(right.mean()),
        f"{whose}accuracy_by_kind": {
            name: float(right[kinds == i].mean()) for i, name in enumerate(task.kinds) if (kinds == i).any()
        },
        f"{whose}accuracy_by_level": {str(level): float(right[levels == level].mean()) for level in present},
        f"{whose}idk": float((answers == IDK).mean()),
        f"{whose}evaluated": right.size,
        f"{whose}evaluated_by_kind": {name: int((kinds == i).sum()) for i, name in enumerate(task.kinds)},
        f"{whose}evaluated_by_level": {str(level): int((levels == level).sum()) for level in present},
    }


# --- the end of an iteration --------------------------------------------------------------------------------------


def close_iteration(training: Training, iteration: int) -> dict[str, Any]:
    """Freezes X_{i+1}, a copy of the averaged X, and gives what the ledger is to say of the step from X_i to it.

    iteration:  i + 1, counted from 1

    `measurements` holds, for each kind of question over all levels and then for each level, by most probable answers
    and sub-answers, and with intervals that hold together with all others of the run (`confidence_together`):

    amplification_preserves  Amplify^H′(X_i) answers as Amplify^H(X_i) does; where H′, or an H that fails on purpose, is
                             the overseer
    distillation_preserves   X_{i+1} answers as Amplify^overseer(X_i) does; right, where the truth is the teacher
    failed_decompositions    Amplify^overseer(X_i) answers "I don't know"; where there is an overseer
    accuracy_h_alone         H is right with an assistant that knows nothing
    accuracy_x_alone         X_{i+1} is right
    accuracy_h_with_x        Amplify^H(X_{i+1}) is right
    h_right                  H is right with true sub-answers
    single_step_acts         of the acts of H with X_{i+1}, those that `single_steps` finds to be one step; must be all
    h_alike_under_fresh_names  H, asked again in a situation that it had judged under other names, judged the same

    and what `certifying.gather` counts at single nodes of X_{i+1}. Questions are fresh, each about a context of its
    own: `settings.questioned` for X alone and for the certificates, the first `settings.audited` of them for the rest.
    That rest needs an H that does not tire: its decisions are booked as measuring and not as audits.

    Then `evidence` and the bounds that follow from it (`cohobate.fidelity.certificate`); `measured_error`, the share of
    X_{i+1}'s answers that are wrong; and counts since the run began: `targets`, and decisions and acts of H for
    training, for audits and for measuring.
    """
    task, settings = training.task, training.settings
    everyone, asked_all = fresh_questions(training)
    world, questions = everyone[: settings.audited], asked_all[: settings.audited]
    kinds, levels = task.kind(questions), task.level(world, questions)
    before, after = reader(training.frozen, world.facts), reader(training.average, world.facts)
    counts: list[Count] = []

    def lookups() -> np.random.Generator:
        return chance(training, CLOSE, 1)

    def h(assistant: Answers) -> Transcripts:
        return training.for_measuring(training.h(lookups(), world, questions, assistant))

    def measured(what: str, true: Flags, kinds: Array = kinds, levels: Array = levels) -> None:
        counts.extend(counted(what, true.ravel(), task.kinds, kinds.ravel(), levels.ravel()))

    x = reader(training.average, everyone.facts)
    answers = x(asked_all, everything(asked_all))
    right = task.correct(everyone, asked_all, answers)
    alone = answers[: settings.audited]
    if settings.overseer == "supervised":
        measured("distillation_preserves", right[: settings.audited])
    else:
        teacher = training.overseer(lookups(), world, questions, before)
        if settings.overseer == "scripted":
            training.for_measuring(teacher)
        if training.overseer is not training.h:
            measured("amplification_preserves", teacher.answers == h(before).answers)
        measured("distillation_preserves", alone == teacher.answers)
        measured("failed_decompositions", teacher.answers == IDK)
    with_x = h(after)
    measured("accuracy_h_alone", task.correct(world, questions, h(knows_nothing).answers))
    measured("accuracy_x_alone", right, task.kind(asked_all), task.level(everyone, asked_all))
    measured("accuracy_h_with_x", task.correct(world, questions, with_x.answers))
    measured("h_right", task.correct(world, questions, h(lambda asked, _: task.truth(world, asked)).answers))
    single, there = single_steps(task, world, with_x)
    of_acts = (np.broadcast_to(of[..., None], there.shape)[there] for of in (kinds, levels))
    measured("single_step_acts", single[there], *of_acts)
    evidence = None
    if settings.overseer != "supervised":
        evidence, seen = gather(training, iteration, lookups(), everyone, asked_all[:, 0], x)
        counts += seen
        if training.judged.again:
            counts.append((ALIKE, "all", None, training.judged.alike, training.judged.again))
    training.frozen.load_state_dict(training.average.state_dict())
    claims = max(MEASURED * len(task.kinds) * (len(task.levels) + 2) + 1, len(counts))
    measurements = with_intervals(counts, claims, iteration, BUDGET)
    return {
        "iteration": iteration,
        "step": training.steps,
        "size": training.growing.size,
        "targets": training.targets,
        "decisions_training": training.decisions,
        "acts_training": training.acts,
        "decisions_audit": training.decisions_audit,
        "acts_audit": training.acts_audit,
        "decisions_measuring": training.decisions_measuring,
        "acts_measuring": training.acts_measuring,
        "confidence_together": 1 - BUDGET.delta,
        "claims": claims,
        "measured_error": float(1 - right.mean()),
        "evidence": evidence and evidence.to_dict(),
        **(certified(evidence, measurements, BUDGET) if evidence else {}),
        "measurements": measurements,
    }


def fresh_questions(training: Training) -> tuple[World, Array]:
    """The contexts of an iteration that closes now, and one question about each `(C, 1, L)`."""
    task, settings, rng = training.task, training.settings, chance(training, CLOSE)
    world = task.draw(rng, max(settings.questioned, settings.audited))
    return world, task.questions(rng, world, 1)


def x_alone(training: Training) -> list[Count]:
    """What an iteration that closes now counts as `accuracy_x_alone`."""
    world, questions = fresh_questions(training)
    answers = reader(training.average, world.facts)(questions, everything(questions))
    right = training.task.correct(world, questions, answers)[:, 0]
    kinds, levels = training.task.kind(questions), training.task.level(world, questions)
    return counted("accuracy_x_alone", right, training.task.kinds, kinds[:, 0], levels[:, 0])


def single_steps(task: Task, world: World, transcripts: Transcripts) -> tuple[Flags, Flags]:
    """Which acts of an overseer were single steps, and which acts there were: both `(C, Q, T + 1)`, the answer last.

    A sub-question is a single step if it is simple, or of a level below the question's; for tasks whose tree has no
    end every sub-question is. An answer is one if it follows a sub-question, or is "I don't know": who answers a
    question outright has done all of its steps at once.
    """
    contexts, count, turns, slots = transcripts.asked.shape
    asked = transcripts.asked.reshape(contexts, count * turns, slots)
    put = transcripts.asked[..., 0] != NOTHING
    simple = task.lookup(np.random.default_rng(0), world, asked) != ASSISTANT
    below = task.level(world, asked).reshape(put.shape) < task.level(world, transcripts.questions)[..., None]
    sub_questions = simple.reshape(put.shape) | below | (not task.finite)
    answers = (transcripts.lengths > 0) | (transcripts.answers == IDK)
    single = np.concatenate([sub_questions, answers[..., None]], -1)
    return single, np.concatenate([put, np.ones_like(answers)[..., None]], -1)
