"""A collective: several specialists in the place of one X, together of the same number of weights.

Each is an `Assistant` of its own, only narrower. Every specialist reads the context, and a question goes to the one
whose it is, by its kind or by its level; so do its gradients, and none learns from what another is asked. By kind, what
is of no kind (simple or malformed questions) goes to the first; by level, what is below or above all levels goes to the
nearest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from cohobate.algorithmic.assistant import Assistant, AssistantShape, Memory
from cohobate.algorithmic.task import NOTHING, Array, Task
from cohobate.errors import WrongUse

Assistants = Literal["one", "kinds", "levels"]

MOST_OFF = 0.1
"""By how much, as a share, a collective's weights may be more or fewer than those of the one X that it stands for."""


@dataclass(frozen=True)
class Division:
    """Whose each question is."""

    names: tuple[str, ...]
    """Of the specialists."""
    whose: Callable[[Array], Array]
    """Questions `(…, L)` to the places of their specialists `(…)`."""


def division(task: Task, by: Assistants) -> Division:
    """How a task's questions are divided. Raises WrongUse where there would be one specialist, or no telling whose a
    question is."""
    match by:
        case "one":
            return Division(("all",), lambda questions: np.zeros(questions.shape[:-1], dtype=np.int64))
        case "kinds":
            if len(task.kinds) < 2:
                raise WrongUse(
                    f"assistants by kinds: {task.name} has only one kind of question, {task.kinds[0]}; "
                    "leave out --assistants, or try --assistants levels"
                )
            return Division(task.kinds, lambda questions: np.maximum(task.kind(questions), 0))
    first, last = task.levels[0], task.levels[-1]
    if task.level_of_question(np.full((1, task.question_slots), NOTHING)) is None:
        other = "leave out --assistants" + (", or try --assistants kinds" if len(task.kinds) > 1 else "")
        raise WrongUse(
            f"assistants by levels: the level of a question of {task.name} cannot be told without its context; {other}"
        )
    if first == last:
        raise WrongUse(f"assistants by levels: {task.name} has only level {first} at this size; leave out --assistants")

    def level(questions: Array) -> Array:
        found = task.level_of_question(questions)
        assert found is not None
        return np.clip(found, first, last) - first

    return Division(tuple(f"level {one}" for one in range(first, last + 1)), level)


class Collective(nn.Module):
    """Specialists side by side; used as an `Assistant` is."""

    def __init__(self, task: Task, shape: AssistantShape, division: Division) -> None:
        super().__init__()
        self.division = division
        self.members = nn.ModuleList(Assistant(task, one) for one in shapes(task, shape, len(division.names)))

    @property
    def specialists(self) -> list[Assistant]:
        """In the order of `division.names`."""
        return [member for member in self.members if isinstance(member, Assistant)]

    @property
    def device(self) -> torch.device:
        return self.specialists[0].device

    @property
    def registers_of_a_fact(self) -> int:
        """While one specialist reads; they read one after the other."""
        return max(member.registers_of_a_fact for member in self.specialists)

    def read(self, facts: Tensor) -> list[Memory]:
        """Facts `(C, F, A)` to what `answer` needs of them, of each specialist."""
        return [member.read(facts) for member in self.specialists]

    def answer(self, memories: list[Memory], questions: Tensor) -> Tensor:
        """Questions `(C, Q, L)` to logits over the tokens `(C, Q, V)`."""
        whose = torch.from_numpy(self.division.whose(questions.cpu().numpy())).to(questions.device)
        parts, places = [], []
        for i, (member, memory) in enumerate(zip(self.specialists, memories, strict=True)):
            # Its questions are moved to the front of their context's row; what fills up a row is not looked at.
            mine = whose == i
            most = int(mine.sum(1).max()) if mine.numel() else 0
            if most == 0:
                continue
            front = (~mine).to(torch.int8).argsort(dim=1, stable=True)[:, :most]
            asked = questions.gather(1, front[..., None].expand(-1, -1, questions.shape[-1]))
            context, place = mine.gather(1, front).nonzero(as_tuple=True)
            parts.append(member.answer(memory, asked)[context, place])
            places.append(context * questions.shape[1] + front[context, place])
        found = torch.cat(parts)
        result: Tensor = found[torch.cat(places).argsort()].unflatten(0, questions.shape[:2])
        return result

    def forward(self, facts: Tensor, questions: Tensor) -> Tensor:
        return self.answer(self.read(facts), questions)


def make_assistant(task: Task, shape: AssistantShape, by: Assistants) -> Assistant | Collective:
    """X: one network of this shape, or specialists with as many weights in all. Raises WrongUse as `division` and
    `shapes` do."""
    return Assistant(task, shape) if by == "one" else Collective(task, shape, division(task, by))


def shapes(task: Task, shape: AssistantShape, count: int) -> list[AssistantShape]:
    """The shapes of `count` specialists with about as many weights in all as one X of `shape`, alike but for their
    widths, which differ by one step at most. Raises WrongUse if there are too many of them to be narrow enough."""
    size = cache(lambda width: weights(task, replace(shape, width=width)))
    widths = range(shape.heads, shape.width + 1, shape.heads)
    whole = left = size(shape.width)
    chosen = []
    for remaining in range(count, 0, -1):
        aim = left / remaining
        place = bisect_left(widths, aim, key=size)
        nearest = min(widths[max(place - 1, 0) : place + 1], key=lambda width: abs(size(width) - aim))
        chosen.append(replace(shape, width=nearest))
        left -= size(nearest)
    if abs(left) > MOST_OFF * whole:
        raise WrongUse(
            f"{count} specialists cannot share {whole:,} weights: the narrowest has {size(shape.heads):,}; "
            "make X wider, or leave out --assistants"
        )
    return chosen


def weights(task: Task, shape: AssistantShape) -> int:
    """How many an X of this shape has, without making it."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in Assistant(task, shape).parameters())
