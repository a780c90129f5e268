"""What an overseer's failures do to the assistant: how they compound with height, and whether distillation filters
them.

A cell is one training from nothing: powering with 4 elements and exponents of 4 bits, the scripted H at work and
failing. Its heights are those of the question's tree, 1 to 3: the exponents 2 and 3, 4 to 7, 8 to 15. Everything a
teacher says is learned, "I don't know" as well, so that X comes to what its teacher does and no threshold helps it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

import numpy as np
import torch

from cohobate.algorithmic.assistant import Answers, AssistantShape, Manner, reader
from cohobate.algorithmic.failures import Failure, Sort
from cohobate.algorithmic.measuring import everything
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.studies.record import Cell, Key, Stop, Study
from cohobate.algorithmic.studies.statistics import Spread
from cohobate.algorithmic.studies.theory import FOLLOW_UP, Predicted, approximately, learned_exactly, predicted
from cohobate.algorithmic.task import IDK, Array, Task, World
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.training import Training

SORTS: tuple[Sort, ...] = get_args(Sort)
PROBABILITIES = (0.01, 0.1, 0.3)
MANNERS = {"sampled": Manner(temperature=1.0), "most probable": Manner()}
"""How the averaged X gives sub-answers while it teaches."""
MEASURES = ("amplify", "sampled", "most_probable")
"""What is measured at each height: Amplify^H(X) with the failing H, X asked by drawing, X's most probable answer."""

AFFECTED, LOOK = 11, 12
"""What chance is used for; with a seed it makes a generator."""


@dataclass(frozen=True)
class Protocol:
    """How a cell is trained and measured; the choices are explained in docs/studies/failures.md."""

    size: int = 4
    bits: int = 4
    contexts: int = 32
    questions: int = 16
    """In a batch."""
    reuse: int = 2
    kept: int = 2
    horizon: int = 50
    """Steps over which X is averaged into the teacher's assistant; longer than usual, as targets are noisy."""
    width: int = 32
    reading: int = 2
    answering: int = 3
    settle: int = 200
    calmer: float = 6.0
    """After `settle` steps the step sizes are divided by this. At their full height X wavers around what its teacher
    does, and the average of what wavers is surer of itself than the teacher is."""
    look: int = 20
    """Steps between looks."""
    looked_at: int = 600
    """Contexts in a look, with one question of each height about every one."""
    least: int = 500
    """Steps before convergence is looked for, …"""
    again: int = 80
    """… those between two tries, …"""
    most: int = 980
    """… and the most that a cell may take."""
    tolerance: float = 0.01
    """By how much the last third of the looks may differ from the third before it, beside chance."""

    def settings(self, failure: Failure, teaching: Manner, seed: int) -> Settings:
        return Settings(
            overseer="scripted",
            overseer_error=str(failure) if failure.probability else None,
            seed=seed,
            assistant=AssistantShape(width=self.width, reading=self.reading, answering=self.answering),
            contexts=self.contexts,
            questions=self.questions,
            reuse=self.reuse,
            kept=self.kept,
            horizon=self.horizon,
            teaching=teaching,
            unknown=1.0,
        )

    @property
    def task(self) -> Task:
        return make_task("powering", self.size, bits=self.bits)


FULL = Protocol()
QUICK = Protocol(bits=3, looked_at=100, settle=40, least=60, again=20, most=100)
"""Far from convergence: to see that everything works."""


def study(seeds: int, protocol: Protocol = FULL) -> Study:
    """The whole study: every sort of failure × probability × manner of teaching, and none at all, seed by seed."""
    every = list(itertools.product(SORTS, PROBABILITIES))
    # Last come those without failures or with next to none: nothing is expected of them but that all is right.
    least = [("none", 0.0), ("systematic", min(PROBABILITIES))]
    plan = [
        {"sort": sort, "probability": probability, "teaching": teaching, "seed": seed}
        for failing in ([one for one in every if one not in least], least)
        for seed in range(seeds)
        for (sort, probability), teaching in itertools.product(failing, MANNERS)
    ]
    return Study("failures", asdict(protocol), plan, lambda key, stop: measured(protocol, key, stop), concluded)


# --- one cell -------------------------------------------------------------------------------------------------------


@dataclass
class Looks:
    """What the looks of one training have found: shares by measure, height and look."""

    asked: int
    """Questions of each height in a look."""
    right: list[Array] = field(default_factory=list)
    """`(measures, heights)` each, counts."""
    idk: list[Array] = field(default_factory=list)

    def thirds(self) -> tuple[Array, Array]:
        """Counts `(measures, heights)` over the last third of the looks and over the third before."""
        third = len(self.right) // 3
        return np.sum(self.right[-third:], axis=0), np.sum(self.right[-2 * third : -third], axis=0)

    def moving(self, tolerance: float) -> list[tuple[str, int]]:
        """The measures and heights that the last third and the one before differ in: by more than `tolerance` and
        two standard errors of the difference."""
        now, before = (counts / (len(self.right) // 3 * self.asked) for counts in self.thirds())
        share = (now + before) / 2
        error = np.sqrt(2 * share * (1 - share) / (len(self.right) // 3 * self.asked))
        found = np.argwhere(np.abs(now - before) > tolerance + 2 * error)
        return [(MEASURES[measure], int(height) + 1) for measure, height in found]


def measured(protocol: Protocol, key: Key, stop: Stop) -> Cell | None:
    """Trains one cell until nothing moves any more, or `protocol.most` steps are done.

    The figures, as JSON values; those by height are lists, from height 1 on:

    steps, converged, moving   how long it took; whether it came to rest, and what did not
    asked                      questions of each height, over the last third of the looks
    right, idk                 by measure, how many of those were right, and how many "I don't know"
    predicted                  by measure, the share of right answers to be expected
    affected                   the share of H's own answers that the failure replaces by wrong ones while sub-answers
                               are right; None for random failures, whose share is their probability
    course                     by measure and height, the share right at each look
    """
    training = Training(protocol.task, protocol.settings(failure_of(key), MANNERS[key["teaching"]], key["seed"]))
    looks = brought_to_rest(training, protocol, stop)
    if looks is None:
        return None
    expected, affected = foreseen(protocol, key, training)
    return {**figures(looks, protocol, training.steps, expected), "affected": affected}


def failure_of(key: Key) -> Failure:
    """How a cell's overseer fails; none at all is a random failure that never happens."""
    return Failure("random" if key["sort"] == "none" else key["sort"], key["probability"])


def figures(looks: Looks, protocol: Protocol, steps: int, expected: Predicted) -> Cell:
    """What a training came to, as in `measured`."""
    right, _ = looks.thirds()
    third, moving = len(looks.right) // 3, looks.moving(protocol.tolerance)
    return {
        "steps": steps,
        "converged": not moving,
        "moving": [f"{measure} at height {height}" for measure, height in moving],
        "asked": looks.asked * third,
        "right": {name: right[i].tolist() for i, name in enumerate(MEASURES)},
        "idk": {name: np.sum(looks.idk[-third:], axis=0)[i].tolist() for i, name in enumerate(MEASURES)},
        "predicted": {name: [round(share, 6) for share in shares] for name, shares in asdict(expected).items()},
        "course": {
            name: [[round(float(one[i, h]) / looks.asked, 4) for one in looks.right] for h in range(len(right[i]))]
            for i, name in enumerate(MEASURES)
        },
    }


def brought_to_rest(training: Training, protocol: Protocol, stop: Stop) -> Looks | None:
    """Trains until nothing moves any more or to the last step; the looks on the way, or None if told to stop."""
    looks = Looks(protocol.looked_at)
    while training.steps < protocol.most:
        if stop():
            return None
        training.step()
        if training.steps == protocol.settle:
            training.x_optimiser.rates = [rate / protocol.calmer for rate in training.x_optimiser.rates]
        if training.steps % protocol.look == 0:
            look(training, looks)
        due = training.steps >= protocol.least and (training.steps - protocol.least) % protocol.again == 0
        if due and not looks.moving(protocol.tolerance):
            break
    return looks


def look(training: Training, looks: Looks) -> None:
    """Notes how Amplify and the averaged X stand, with chance of its own."""
    task, settings = training.task, training.settings
    rng = np.random.default_rng([settings.seed, LOOK, training.steps])
    drawing = torch.Generator().manual_seed(int(rng.integers(2**62)))
    world = task.draw(rng, looks.asked)
    questions = of_every_height(task, rng, world)

    def x(manner: Manner) -> Answers:
        return reader(training.average, world.facts, manner, drawing)

    answers = (
        training.overseer(rng, world, questions, x(settings.teaching)).answers,
        x(MANNERS["sampled"])(questions, everything(questions)),
        x(MANNERS["most probable"])(questions, everything(questions)),
    )
    looks.right.append(np.array([task.correct(world, questions, one).sum(0) for one in answers]))
    looks.idk.append(np.array([(one == IDK).sum(0) for one in answers]))


def of_every_height(task: Task, rng: np.random.Generator, world: World) -> Array:
    """A question of each height about every context `(C, heights, L)`."""
    drawn = task.questions(rng, world, 20 * len(task.levels))
    levels = task.level(world, drawn)
    first = np.stack([(levels == level).argmax(1) for level in task.levels], axis=1)
    return np.take_along_axis(drawn, first[..., None], axis=1)


def foreseen(protocol: Protocol, key: Key, training: Training) -> tuple[Predicted, list[float] | None]:
    """What is to be expected of a cell, and which share of H's answers its failure reaches (see `measured`)."""
    if key["sort"] != "systematic":
        return predicted(failure_of(key), protocol.size, protocol.bits, key["teaching"] == "sampled"), None
    task, rng = training.task, np.random.default_rng([key["seed"], AFFECTED])
    world = task.draw(rng, 4096)
    questions = of_every_height(task, rng, world)

    def right(assistant: Answers) -> tuple[float, ...]:
        answers = training.overseer(rng, world, questions, assistant).answers
        return tuple(task.correct(world, questions, answers).mean(0).tolist())

    # Without chance there is only one answer to each question, whichever way X is asked for it.
    whole = right(learned_exactly(training.overseer, world))
    single = right(lambda asked, wanted: task.truth(world, asked))
    return Predicted(whole, whole, whole), [round(1 - share, 6) for share in single]


# --- all cells together ---------------------------------------------------------------------------------------------


def concluded(cells: Sequence[Cell]) -> Mapping[str, Any]:
    """The study's summary: seeds taken together by sort, probability and manner, and the comparison with earlier
    figures."""
    groups: dict[tuple[str, float, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell["sort"], cell["probability"], cell["teaching"]), []).append(cell)
    order = {name: i for i, name in enumerate(["none", *SORTS])}
    keys = sorted(groups, key=lambda key: (order[key[0]], key[1], key[2] != "sampled"))
    found = [together(*groups[key]) for key in keys]
    return {
        "converged": sum(cell["converged"] for cell in cells),
        "seeds": len({cell["seed"] for cell in cells}),
        "groups": found,
        "follow_up": compared(found),
    }


def together(*cells: Cell) -> dict[str, Any]:
    """Cells that differ in their seed alone."""
    first = cells[0]
    heights = []
    for h in range(len(first["right"]["amplify"])):
        figures: dict[str, Any] = {"height": h + 1}
        for name in MEASURES:
            spread = Spread.of([(cell["right"][name][h], cell["asked"]) for cell in cells])
            figures[name] = {
                **spread.to_dict(),
                "predicted": float(np.mean([cell["predicted"][name][h] for cell in cells])),
                "idk": sum(cell["idk"][name][h] for cell in cells) / spread.asked,
                "each": [round(cell["right"][name][h] / cell["asked"], 5) for cell in cells],
                "predicted_each": [cell["predicted"][name][h] for cell in cells],
            }
        figures["affected"] = None if first["affected"] is None else [cell["affected"][h] for cell in cells]
        heights.append(figures)
    return {
        "sort": first["sort"],
        "probability": first["probability"],
        "teaching": first["teaching"],
        "seeds": [cell["seed"] for cell in cells],
        "steps": [cell["steps"] for cell in cells],
        "converged": sum(cell["converged"] for cell in cells),
        "moving": sorted({what for cell in cells for what in cell["moving"]}),
        "heights": heights,
    }


def compared(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Random failures with drawn sub-answers beside the follow-up's table, for each probability and height 1 and 2."""
    rows = []
    for group in groups:
        if group["sort"] != "random" or group["teaching"] != "sampled" or group["probability"] not in FOLLOW_UP:
            continue
        theirs, size = FOLLOW_UP[group["probability"]], 4
        for h, (theory, amplify, x) in enumerate(theirs[: len(group["heights"])]):
            ours = group["heights"][h]
            rows.append(
                {
                    "probability": group["probability"],
                    "height": h + 1,
                    "their_theory": theory,
                    "their_amplify": amplify,
                    "their_x": x,
                    "two_sub_answers": round(approximately(group["probability"], size, h + 1)[h], 6),
                    "predicted": ours["amplify"]["predicted"],
                    "amplify": ours["amplify"]["mean"],
                    "x_sampled": ours["sampled"]["mean"],
                    "x_most_probable": ours["most_probable"]["mean"],
                }
            )
    return rows
