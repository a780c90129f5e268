"""X, the assistant: a network that has read a context and answers questions about it in one pass.

Facts attend to one another, without order, and a question attends to the facts; each in several passes through one and
the same block, since a step that helps once helps again. Facts and questions hold registers for names (see
`registers`), so the answer is a choice between pointing at a name and saying a word or a number. The context is read
once and shared by all questions and sub-questions about it.

X does not know names apart, only who stands where. The one exception: between names that are equally right, it may
learn to prefer those that come first or last in the task's order, since an overseer may break ties that way.

Departures from the 2018 network: names are pointed at, not embedded; one block in several passes instead of nine
blocks; answers are single tokens, so nothing is decoded step by step; 64 wide instead of 512; see `network` for
normalisation and optimiser.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from cohobate.algorithmic.network import read_out
from cohobate.algorithmic.registers import Block, Element, Norm
from cohobate.algorithmic.task import IDK, NOTHING, Array, Flags, Task

Answers = Callable[[Array, Flags], Array]
"""An assistant that has read a batch of contexts: questions `(C, Q, L)` and which of them to answer `(C, Q)`, to
answers `(C, Q)`; what it returns where nothing was asked is not looked at."""


POINTER_GAIN = 2.0
"""Factor of the logits of names, whose read-out starts at zero like all others but has fewer weights to grow."""


PORTION = 2**23
"""Registers of facts that X reads at once while it only answers: 32 million bytes for each intermediate result."""


@dataclass(frozen=True)
class AssistantShape:
    """How large X is. No size of its weights depends on how many names a task has."""

    width: int = 64
    """Of the content; divisible by `heads`."""
    registers: int = 8
    """For each name; divisible by `heads`."""
    heads: int = 2
    reading: int = 4
    """Passes in which facts attend to facts. A chain of 2^reading facts can be followed by doubling."""
    answering: int = 4
    """Passes in which questions attend to facts."""


Memory = tuple[tuple[Tensor, Tensor], Tensor]
"""What X keeps of contexts: keys and values of their facts, and which facts are real `(C, 1, 1, F)`."""


class Assistant(nn.Module):
    """X. `read` once per context, then `answer` as often as there are questions."""

    looks: Tensor
    name_sorts: Tensor
    places: Tensor

    def __init__(self, task: Task, shape: AssistantShape) -> None:
        super().__init__()
        symbols, width, registers = task.symbols, shape.width, shape.registers
        self.shape = shape
        self.words, self.names = len(symbols.words), symbols.first_number - len(symbols.words)
        sorts = np.repeat(np.arange(len(symbols.names)), [len(names) for names in symbols.names.values()])
        # What a token looks like apart from which name it is: words and numbers as they are, names by their sort.
        looks = np.concatenate(
            [
                np.arange(self.words),
                self.words + sorts,
                self.words + len(symbols.names) + np.arange(len(symbols.numbers)),
            ]
        )
        places = [np.linspace(0, 1, len(names)) for names in symbols.names.values()]
        self.register_buffer("looks", torch.from_numpy(looks), persistent=False)
        self.register_buffer("name_sorts", torch.from_numpy(sorts), persistent=False)
        self.register_buffer("places", torch.from_numpy(np.concatenate([[], *places])).float(), persistent=False)

        different = self.words + len(symbols.names) + len(symbols.numbers)
        self.fact_content = nn.Parameter(torch.randn(task.fact_slots, different, width) * 0.5)
        self.question_content = nn.Parameter(torch.randn(task.question_slots, different, width) * 0.5)
        self.fact_registers = nn.Parameter(registers_of_slots(task.fact_slots, registers))
        self.question_registers = nn.Parameter(registers_of_slots(task.question_slots, registers))
        self.reading = Block(width, registers, shape.heads)
        self.answering = Block(width, registers, shape.heads)
        self.memory_norm, self.answer_norm = Norm(width, registers), Norm(width, registers)
        self.out = read_out(width, self.words + len(symbols.numbers))
        self.pointer = read_out(width, registers)
        self.sort_out = read_out(width, max(len(symbols.names), 1))
        self.preference = nn.Parameter(torch.zeros(()))

    @property
    def device(self) -> torch.device:
        return self.out.weight.device

    @property
    def registers_of_a_fact(self) -> int:
        """How many numbers a fact holds for names: most of what reading takes in memory."""
        return max(self.names, 1) * self.shape.registers

    def read(self, facts: Tensor) -> Memory:
        """Facts `(C, F, A)` to what `answer` needs of them."""
        real = (facts != NOTHING).any(-1)[:, None, None, :]
        element = self.element(facts, self.fact_content, self.fact_registers)
        for _ in range(self.shape.reading):
            element = self.reading(element, real)
        return self.answering.attention.keys_values(self.memory_norm(element)), real

    def answer(self, memory: Memory, questions: Tensor) -> Tensor:
        """Questions `(C, Q, L)` to logits over the tokens `(C, Q, V)`."""
        keys_values, real = memory
        element = self.element(questions, self.question_content, self.question_registers)
        for _ in range(self.shape.answering):
            element = self.answering(element, real, keys_values)
        content, registers = self.answer_norm(element)
        said = self.out(content)
        pointed = (registers @ self.pointer(content)[..., None])[..., 0] * POINTER_GAIN
        pointed = pointed + self.sort_out(content)[..., self.name_sorts] + self.preference * self.places
        return torch.cat([said[..., : self.words], pointed, said[..., self.words :]], -1)

    def forward(self, facts: Tensor, questions: Tensor) -> Tensor:
        return self.answer(self.read(facts), questions)

    def element(self, tokens: Tensor, content: Tensor, registers: Tensor) -> Element:
        """Tokens `(C, E, S)` as they stand, by tables of content `(S, different, D)` and of registers `(S, R)`."""
        name = tokens - self.words
        here = name[..., None, :] == torch.arange(self.names, device=tokens.device)[:, None]
        return embed(content, self.looks[tokens]), here.to(registers.dtype) @ registers


def registers_of_slots(slots: int, registers: int) -> Tensor:
    """What a name's registers are at first, by the slot in which it stands `(S, R)`: one register a slot while there
    are enough, all mixed otherwise; of the same length in either case, so that `Norm` leaves it about as it is."""
    if slots <= registers:
        return torch.eye(slots, registers) * math.sqrt(registers)
    return torch.randn(slots, registers)


def embed(table: Tensor, tokens: Tensor) -> Tensor:
    """Tokens `(…, S)` by a table `(S, V, D)` to the sum of their slots' embeddings `(…, D)`."""
    slots, vocabulary, width = table.shape
    offsets = torch.arange(slots, device=tokens.device) * vocabulary
    rows = (tokens + offsets).flatten(0, -2)
    summed = nn.functional.embedding_bag(rows, table.flatten(0, 1), mode="sum")
    return summed.view(*tokens.shape[:-1], width)


@dataclass(frozen=True)
class Manner:
    """How X gives its answers while it is asked for them."""

    temperature: float = 0.0
    """0: its most probable answer. Above 0 an answer is drawn, from X's distribution at 1, as in the paper, and from a
    sharper one below."""
    sure: float = 0.0
    """Without drawing, the probability below which X answers "I don't know" instead of its guess."""


MOST_PROBABLE = Manner()


class Model(Protocol):
    """What answers as X: one network, or several."""

    @property
    def device(self) -> torch.device: ...
    @property
    def registers_of_a_fact(self) -> int: ...
    def read(self, facts: Tensor) -> Any: ...
    def answer(self, memory: Any, questions: Tensor) -> Tensor: ...


def reader(
    model: Model, facts: Array, manner: Manner = MOST_PROBABLE, generator: torch.Generator | None = None
) -> Answers:
    """X having read contexts, as a function from questions to answers. Drawing needs a generator.

    Contexts go through X by the portion, so that many large ones take no more working memory than a few.
    """
    device = model.device
    facts = without_empty(facts)
    portion = max(1, PORTION // (facts.shape[1] * model.registers_of_a_fact))
    with torch.no_grad():
        memories = [model.read(some) for some in torch.from_numpy(facts).to(device).split(portion)]

    def choose(logits: Tensor) -> Tensor:
        if manner.temperature > 0:
            shares = (logits.float() / manner.temperature).softmax(-1)
            return torch.multinomial(shares.flatten(0, 1), 1, generator=generator).view(shares.shape[:-1])
        most_probable, chosen = logits.float().softmax(-1).max(-1)
        return torch.where(most_probable < manner.sure, IDK, chosen)

    def answers(questions: Array, wanted: Flags) -> Array:
        # Only the wanted questions are computed: they are moved to the front of their context's row.
        most = int(wanted.sum(1).max(initial=0))
        if most == 0:
            return np.full(wanted.shape, NOTHING)
        front = np.argsort(~wanted, axis=1, kind="stable")[:, :most]
        asked = torch.from_numpy(np.take_along_axis(questions, front[..., None], axis=1)).to(device)
        with torch.no_grad():
            logits = [model.answer(m, some) for m, some in zip(memories, asked.split(portion), strict=True)]
            chosen = choose(torch.cat(logits))
        result = np.full(wanted.shape, NOTHING)
        np.put_along_axis(result, front, chosen.cpu().numpy(), axis=1)
        return result

    return answers


def without_empty(facts: Array) -> Array:
    """Facts `(C, F, A)` less those that are empty in every context: X cannot tell, and contexts that have not grown yet
    are mostly empty."""
    real = (facts != NOTHING).any((0, 2))
    real[0] = True
    return facts[:, real]


def knows_nothing(questions: Array, wanted: Flags) -> Array:
    """The assistant that answers every question with "I don't know": with it, H is alone."""
    return np.full(wanted.shape, IDK)
