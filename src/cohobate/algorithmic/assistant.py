"""X, the assistant: a network that has read a context and answers questions about it in one pass.

Facts become vectors (one embedding per slot and token, summed) that attend to one another without order; a question
becomes one vector that attends to the facts; the answer is one softmax over the task's tokens. The context is read
once and shared by all questions and sub-questions about it.

Departures from the 2018 network: answers are single tokens, so nothing is decoded step by step; 64 wide instead of
512; see `network` for normalisation and optimiser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from cohobate.algorithmic.network import Block, Stack, read_out
from cohobate.algorithmic.task import IDK, NOTHING, Array, Flags, Task

Answers = Callable[[Array, Flags], Array]
"""An assistant that has read a batch of contexts: questions `(C, Q, L)` and which of them to answer `(C, Q)`, to
answers `(C, Q)`; what it returns where nothing was asked is not looked at."""


@dataclass(frozen=True)
class AssistantShape:
    """How large X is. The defaults suit sizes up to about 16 on two processor cores."""

    width: int = 64
    heads: int = 4
    reading: int = 3
    """Blocks in which facts attend to facts."""
    answering: int = 3
    """Blocks in which questions attend to facts."""


Memory = tuple[list[tuple[Tensor, Tensor]], Tensor]
"""What X keeps of contexts: keys and values for each answering block, and which facts are real `(C, 1, 1, F)`."""


class Assistant(nn.Module):
    """X. `read` once per context, then `answer` as often as there are questions."""

    def __init__(self, task: Task, shape: AssistantShape) -> None:
        super().__init__()
        tokens, width = len(task.symbols), shape.width
        self.fact_embedding = nn.Parameter(torch.randn(task.fact_slots, tokens, width) * 0.5)
        self.question_embedding = nn.Parameter(torch.randn(task.question_slots, tokens, width) * 0.5)
        self.reading = Stack([Block(width, shape.heads) for _ in range(shape.reading)])
        self.answering = Stack([Block(width, shape.heads) for _ in range(shape.answering)])
        self.memory_norm, self.answer_norm = nn.RMSNorm(width), nn.RMSNorm(width)
        self.out = read_out(width, tokens)

    def read(self, facts: Tensor) -> Memory:
        """Facts `(C, F, A)` to what `answer` needs of them."""
        real = (facts != NOTHING).any(-1)[:, None, None, :]
        x = embed(self.fact_embedding, facts)
        for block in self.reading:
            x = block(x, mask=real)
        x = self.memory_norm(x)
        return [block.attention.keys_values(x) for block in self.answering], real

    def answer(self, memory: Memory, questions: Tensor) -> Tensor:
        """Questions `(C, Q, L)` to logits over the tokens `(C, Q, V)`."""
        kept, real = memory
        x = embed(self.question_embedding, questions)
        for block, keys_values in zip(self.answering, kept, strict=True):
            x = block(x, keys_values, mask=real)
        logits: Tensor = self.out(self.answer_norm(x))
        return logits

    def forward(self, facts: Tensor, questions: Tensor) -> Tensor:
        return self.answer(self.read(facts), questions)


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


def reader(
    model: Assistant, facts: Array, manner: Manner = MOST_PROBABLE, generator: torch.Generator | None = None
) -> Answers:
    """X having read contexts, as a function from questions to answers. Drawing needs a generator."""
    device = model.out.weight.device
    with torch.no_grad():
        memory = model.read(torch.from_numpy(facts).to(device))

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
            chosen = choose(model.answer(memory, asked))
        result = np.full(wanted.shape, NOTHING)
        np.put_along_axis(result, front, chosen.cpu().numpy(), axis=1)
        return result

    return answers


def knows_nothing(questions: Array, wanted: Flags) -> Array:
    """The assistant that answers every question with "I don't know": with it, H is alone."""
    return np.full(wanted.shape, IDK)
