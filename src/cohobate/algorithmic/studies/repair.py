"""What a vote of three or five repairs, where those who vote fail independently and where they fail together.

Three parts, all in the setting of the study of failures (see `studies.failures`), by height of the question:

overseers   copies of an overseer that fails, all with the help of one X that was trained without failures
assistants  X's trained from different seeds, each under an overseer that fails; asked by drawing or for their most
            probable answers
teachers    an X trained under a vote of overseers that fail, from nothing: what the vote does to compounding
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import torch

from cohobate.algorithmic.assistant import Model, reader
from cohobate.algorithmic.failures import Failure, Sort, failing
from cohobate.algorithmic.measuring import everything
from cohobate.algorithmic.overseer import Overseer, scripted
from cohobate.algorithmic.studies.failures import (
    FULL,
    MANNERS,
    QUICK,
    Protocol,
    brought_to_rest,
    figures,
    of_every_height,
)
from cohobate.algorithmic.studies.record import Cell, Key, Stop, Study
from cohobate.algorithmic.studies.statistics import Dependence, Spread
from cohobate.algorithmic.studies.theory import Channel, predicted
from cohobate.algorithmic.task import IDK, Array, World
from cohobate.algorithmic.training import Training
from cohobate.algorithmic.voting import voted, voting_overseers

__all__ = ["FULL", "QUICK", "VOTERS", "study"]

VOTERS = (1, 3, 5)
MOST = max(VOTERS)
SHARED = ("independent", "shared")
"""Whether the voters' overseers fail with seeds of their own, or all with the same."""
ASKED = 4096
"""Questions of each height, one about each context."""
TRAINED = Failure("random", 0.3)
"""How the overseers fail that are voted on while X learns."""
QUESTIONS = 21
"""What chance is used for; with a seed it makes a generator."""


def study(seeds: int, protocol: Protocol = FULL) -> Study:
    """The whole study, the parts that take longer later."""
    sorts: tuple[Sort, ...] = ("random", "systematic")
    plan: list[Key] = []
    for seed in range(seeds):
        for sort, probability, together in itertools.product(sorts, (0.1, 0.3), SHARED):
            plan.append(_key("overseers", Failure(sort, probability), together, seed))
    for seed in range(seeds):
        plan += [_key("teachers", TRAINED, "independent", seed, voters=voters) for voters in VOTERS]
        plan.append(_key("teachers", TRAINED, "shared", seed, voters=VOTERS[1]))
    for seed in range(seeds):
        plan.append(_key("assistants", Failure("random", 0.3), "independent", seed))
        plan += [_key("assistants", Failure("systematic", 0.3), together, seed) for together in SHARED]
    return Study("repair", asdict(protocol), plan, lambda key, stop: measured(protocol, key, stop), concluded)


def _key(part: str, failure: Failure, together: str, seed: int, **more: Any) -> Key:
    what = {"part": part, "sort": failure.sort, "probability": failure.probability, "seeds": together}
    return {**what, **more, "seed": seed}


def measured(protocol: Protocol, key: Key, stop: Stop) -> Cell | None:
    """One cell. Of the first two parts: `votes`, as `compared` gives them, for each way of asking. Of the third: as in
    the study of failures. `converged` says of all whether what was trained for it came to rest."""
    part = {"overseers": of_overseers, "assistants": of_assistants, "teachers": of_teachers}[key["part"]]
    return part(protocol, key, stop)


def copies(protocol: Protocol, key: Key, count: int) -> list[Overseer]:
    """Overseers that fail as a cell says: with one seed, or each with its own."""
    failure, task = Failure(key["sort"], key["probability"]), protocol.task
    seeds = [MOST * key["seed"] + (0 if key["seeds"] == "shared" else i) for i in range(count)]
    return [scripted(task, failing(task, failure, seed)) for seed in seeds]


def of_overseers(protocol: Protocol, key: Key, stop: Stop) -> Cell | None:
    x = faultless(protocol, key["seed"], stop)
    if x is None:
        return None
    average, converged = x
    rng, world, questions = asked(protocol, key["seed"])
    occasion, x_answers = int(rng.integers(2**63)), reader(average, world.facts)
    answers = [
        one(np.random.default_rng(occasion), world, questions, x_answers).answers for one in copies(protocol, key, MOST)
    ]
    return {"converged": converged, "votes": {"most probable": compared(protocol, world, questions, np.stack(answers))}}


@cache
def _faultless(protocol: Protocol, seed: int) -> list[tuple[Model, bool]]:
    return []


def faultless(protocol: Protocol, seed: int, stop: Stop) -> tuple[Model, bool] | None:
    """An averaged X that learned from H itself, made once for all cells of a seed, and whether it came to rest."""
    made = _faultless(protocol, seed)
    if not made:
        training = Training(protocol.task, protocol.settings(Failure("random", 0.0), MANNERS["most probable"], seed))
        looks = brought_to_rest(training, protocol, stop)
        if looks is None:
            return None
        made.append((training.average, not looks.moving(protocol.tolerance)))
    return made[0]


def of_assistants(protocol: Protocol, key: Key, stop: Stop) -> Cell | None:
    averages, converged = [], True
    for i, overseer in enumerate(copies(protocol, key, MOST)):
        failure = Failure(key["sort"], key["probability"])
        settings = protocol.settings(failure, MANNERS["sampled"], MOST * key["seed"] + i)
        training = Training(protocol.task, settings)
        training.overseer = overseer
        looks = brought_to_rest(training, protocol, stop)
        if looks is None:
            return None
        averages.append(training.average)
        converged &= not looks.moving(protocol.tolerance)
    rng, world, questions = asked(protocol, key["seed"])
    votes = {}
    for name, manner in MANNERS.items():
        drawing = torch.Generator().manual_seed(key["seed"])
        each = [reader(one, world.facts, manner, drawing)(questions, everything(questions)) for one in averages]
        votes[name] = compared(protocol, world, questions, np.stack(each))
    return {"converged": converged, "votes": votes}


def of_teachers(protocol: Protocol, key: Key, stop: Stop) -> Cell | None:
    training = Training(protocol.task, protocol.settings(TRAINED, MANNERS["sampled"], key["seed"]))
    training.overseer = voting_overseers(copies(protocol, key, key["voters"]))
    looks = brought_to_rest(training, protocol, stop)
    if looks is None:
        return None
    shared = key["seeds"] == "shared"
    expected = predicted(TRAINED, protocol.size, protocol.bits, True, key["voters"], shared=shared)
    return figures(looks, protocol, training.steps, expected)


def asked(protocol: Protocol, seed: int) -> tuple[np.random.Generator, World, Array]:
    """Fresh contexts and a question of each height about every one, the same for all cells of a seed."""
    rng = np.random.default_rng([seed, QUESTIONS])
    world = protocol.task.draw(rng, ASKED if protocol != QUICK else protocol.looked_at)
    return rng, world, of_every_height(protocol.task, rng, world)


def compared(protocol: Protocol, world: World, questions: Array, answers: Array) -> list[dict[str, Any]]:
    """What a vote is worth, for each height, from the answers of all voters `(voters, C, heights)`:

    asked       how many questions
    wrong       by number of voters: how many answers were wrong, for one voter the mean of all
    predicted   by number of voters: the share that would be wrong if each answered as they do on average,
                independently of the others
    dependence  as in `Dependence`
    """
    right = np.stack([protocol.task.correct(world, questions, one) for one in answers])
    rows = []
    for h in range(questions.shape[1]):
        channel = Channel(float(right[..., h].mean()), float((answers[..., h] == IDK).mean()), protocol.size)
        wrong: dict[str, float] = {"1": float((~right[..., h]).sum(1).mean())}
        for voters in VOTERS[1:]:
            outcome = voted(answers[:voters])
            wrong[str(voters)] = int((~protocol.task.correct(world, questions, outcome))[:, h].sum())
        rows.append(
            {
                "height": h + 1,
                "asked": len(world),
                "wrong": wrong,
                "predicted": {str(voters): 1 - channel.voted(voters).right for voters in VOTERS},
                "dependence": Dependence.of(~right[..., h]).to_dict(),
            }
        )
    return rows


# --- all cells together ---------------------------------------------------------------------------------------------


def concluded(cells: Sequence[Cell]) -> Mapping[str, Any]:
    """The study's summary: seeds taken together."""
    groups: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in cells:
        ways = list(cell["votes"]) if "votes" in cell else [None]
        for way in ways:
            names = ("part", "sort", "probability", "seeds", "voters")
            groups.setdefault((*(cell.get(name) for name in names), way), []).append(cell)
    return {
        "converged": sum(cell["converged"] for cell in cells),
        "seeds": len({cell["seed"] for cell in cells}),
        "votes": [votes_of(key, some) for key, some in groups.items() if key[-1] is not None],
        "teachers": [teachers_of(some) for key, some in groups.items() if key[-1] is None],
    }


def votes_of(key: tuple[Any, ...], cells: Sequence[Cell]) -> dict[str, Any]:
    """Cells of the first two parts that differ in their seed alone, asked in one way."""
    part, sort, probability, together, _, way = key
    heights = []
    for rows in zip(*(cell["votes"][way] for cell in cells), strict=True):
        errors = {
            str(voters): {
                **Spread.of([(round(row["wrong"][str(voters)]), row["asked"]) for row in rows]).to_dict(),
                "predicted": float(np.mean([row["predicted"][str(voters)] for row in rows])),
            }
            for voters in VOTERS
        }
        heights.append(
            {"height": rows[0]["height"], "errors": errors, "dependence": [row["dependence"] for row in rows]}
        )
    return {
        "part": part,
        "sort": sort,
        "probability": probability,
        "seeds": together,
        "asked_for": way,
        "groups": [cell["seed"] for cell in cells],
        "converged": sum(cell["converged"] for cell in cells),
        "heights": heights,
    }


def teachers_of(cells: Sequence[Cell]) -> dict[str, Any]:
    """Cells of the third part that differ in their seed alone: errors by height of Amplify and of X, drawn."""
    first = cells[0]
    heights = []
    for h in range(len(first["right"]["amplify"])):
        figures_of = {
            name: {
                **Spread.of([(cell["asked"] - cell["right"][name][h], cell["asked"]) for cell in cells]).to_dict(),
                "predicted": 1 - float(np.mean([cell["predicted"][name][h] for cell in cells])),
            }
            for name in ("amplify", "sampled", "most_probable")
        }
        heights.append({"height": h + 1, **figures_of})
    return {
        "sort": first["sort"],
        "probability": first["probability"],
        "seeds": first["seeds"],
        "voters": first["voters"],
        "groups": [cell["seed"] for cell in cells],
        "converged": sum(cell["converged"] for cell in cells),
        "heights": heights,
    }
