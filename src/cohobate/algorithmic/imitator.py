"""H′, the imitator: a network that learns from recorded transcripts what H would do next.

Like H it is a function of the transcript and of nothing else. One vector stands for the question and one for each turn
(sub-question and answer); each attends to those before it, and from each the next turn is predicted: a sub-question,
nothing (H passes), and after the last turn the answer.

Every slot of an act is one choice among candidates: a token written out, a token copied from any place of the
transcript, and for answers also the successor of a number told, or the sum of two. Of a name H′ sees only its sort,
where in the transcript the same name first stood, and, between answers, which comes first: so what it learns about
some names holds for all, and a few hundred decisions are enough. That H treats names alike is an assumption about H;
a task whose H does not must write such names as words.

Departures from the 2018 imitator: acts are predicted as wholes, not token by token; copying is by place; numbers are
values; 64 wide and 2 blocks deep instead of 128 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from cohobate.algorithmic.assistant import Answers, embed
from cohobate.algorithmic.network import Block, Stack, read_out
from cohobate.algorithmic.overseer import Overseer, Slips, Transcripts, blank, faultless, tell
from cohobate.algorithmic.situations import situations
from cohobate.algorithmic.task import NOTHING, Array, Task, World

UNLIKELY = -6.0
"""Starting logit of writing out a number instead of deriving it from the transcript."""

MOST_REMEMBERED = 200_000
"""Situations whose decision an overseer keeps; past that it starts afresh."""


@dataclass(frozen=True)
class ImitatorShape:
    """How large H′ is; one shape has served every task and size so far."""

    width: int = 64
    heads: int = 4
    depth: int = 2
    pointer: int = 32
    """Width of the keys by which places are chosen."""


class Imitator(nn.Module):
    """H′. Rows `R` are transcripts; moments 0 … T are the question and the turns; a moment has `P = L + 1` places,
    the last of them the answer told (at moment 0: nothing)."""

    value_classes = 6
    look: Tensor
    moment_index: Tensor
    pairs: Tensor

    def __init__(self, task: Task, shape: ImitatorShape) -> None:
        super().__init__()
        self.task, self.turns, self.places = task, task.most_acts, task.question_slots + 1
        symbols, width, moments = task.symbols, shape.width, task.most_acts + 1
        tokens, words = len(symbols), len(symbols.words)
        sorts = np.concatenate(
            [np.arange(words), *(np.full(len(n), words + i) for i, n in enumerate(symbols.names.values()))]
        )
        sorts = np.concatenate([sorts, np.full(len(symbols.numbers), words + len(symbols.names))])
        self.register_buffer("look", torch.from_numpy(sorts), persistent=False)
        self.register_buffer("moment_index", torch.arange(moments), persistent=False)
        self.first_name, self.first_number = words, symbols.first_number
        self.lowest = symbols.numbers[0] if len(symbols.numbers) else 0

        self.looks = nn.Parameter(torch.randn(self.places, int(sorts.max()) + 1, width) * 0.5)
        self.moments = nn.Parameter(torch.randn(moments, width) * 0.5)
        self.first_stood = nn.Parameter(torch.randn(self.places, moments * self.places, width) * 0.2)
        self.values = nn.Parameter(torch.randn(self.value_classes, width) * 0.5)
        self.orders = nn.Parameter(torch.randn(moments, moments, 4, width) * 0.5)
        self.blocks = Stack([Block(width, shape.heads) for _ in range(shape.depth)])
        self.norm = nn.RMSNorm(width)

        self.numeric = len(symbols.numbers) > 0
        pairs = [(i, j) for j in range(1, moments) for i in range(1, j)] if self.numeric else []
        self.register_buffer("pairs", torch.tensor(pairs, dtype=torch.long).reshape(-1, 2), persistent=False)
        self.write = read_out(width, self.places * tokens, bias=False)
        bias = torch.zeros(moments, self.places, tokens)
        bias[..., words:] = UNLIKELY
        bias[..., words : symbols.first_number] = -torch.inf
        self.write_bias = nn.Parameter(bias)
        self.query = nn.Linear(width, self.places * shape.pointer, bias=False)
        self.key = nn.Linear(width, self.places * shape.pointer, bias=False)
        self.copy_bias = nn.Parameter(torch.zeros(moments, self.places, moments, self.places))
        if self.numeric:
            self.number_query = nn.Linear(width, 2 * shape.pointer, bias=False)
            self.number_key = nn.Linear(width, 2 * shape.pointer, bias=False)
            self.successor_bias = nn.Parameter(torch.zeros(moments, moments))
            self.sum_bias = nn.Parameter(torch.zeros(moments, len(pairs)))

    # --- what H′ sees -------------------------------------------------------------------------------------------

    def see(self, grid: Tensor) -> Tensor:
        """Transcripts as tokens by moment and place `(R, M, P)` to vectors `(R, M, D)`."""
        rows, moments, places = grid.shape
        seen: Tensor = self.moments[:moments] + embed(self.looks, self.look[grid])
        flat = grid.flatten(1)
        is_name = (flat >= self.first_name) & (flat < self.first_number)
        same = flat[:, :, None] == flat[:, None, :]
        first = same.int().argmax(-1)
        stood = is_name & (first != torch.arange(moments * places, device=grid.device))
        table = self.first_stood
        index = torch.where(stood, first, 0).unflatten(1, (moments, places))
        old = stood.unflatten(1, (moments, places))
        for p in range(places):
            seen = seen + table[p][index[..., p]] * old[..., p, None]
        told = grid[..., -1]
        look = self.look[told]
        if self.numeric:
            value = (told - self.first_number + self.lowest).clamp(-1, self.value_classes - 2) + 1
            seen = seen + self.values[value] * (told >= self.first_number)[..., None]
        alike = (look[:, :, None] == look[:, None, :]) & (told >= self.first_name)[:, :, None]
        order = torch.where(alike, 2 + (told[:, :, None] - told[:, None, :]).sign(), 0)
        for earlier in range(1, moments - 1):
            seen[:, earlier + 1 :] += self.orders[
                self.moment_index[earlier + 1 : moments], earlier, order[:, earlier + 1 :, earlier]
            ]
        return seen

    # --- what H′ would do ---------------------------------------------------------------------------------------

    def choices(self, grid: Tensor, last: bool = False) -> tuple[Tensor, Tensor]:
        """Every candidate for every slot of the act that follows each moment, or only of the one that follows the last.

        Returns logits `(R, m, P, K)` and the tokens that the candidates stand for `(R, m, P or 1, K)`, m = M or 1; a
        candidate that cannot be has the logit −∞. The acts after moments 0 … T−1 are sub-questions (places 0 … L−1),
        the one after moment T is the answer (the last place).
        """
        rows, moments, places = grid.shape
        x = self.see(grid)
        causal = torch.ones(moments, moments, dtype=torch.bool, device=grid.device).tril()
        for block in self.blocks:
            x = block(x, mask=causal)
        x = self.norm(x)
        when = slice(moments - 1 if last else 0, moments)
        now, seen = x[:, when], causal[when]
        written = self.write(now).unflatten(-1, (places, -1)) + self.write_bias[when]
        query = self.query(now).unflatten(-1, (places, -1))
        key = self.key(x).unflatten(-1, (places, -1))
        copied = query.flatten(1, 2) @ key.flatten(1, 2).mT / query.shape[-1] ** 0.5
        copied = copied.view(rows, -1, places, moments, places) + self.copy_bias[when, :, :moments]
        possible = seen[:, None, :, None] & (grid != NOTHING)[:, None, None]
        copied = copied.masked_fill(~possible, -torch.inf).flatten(-2)
        tokens = torch.arange(written.shape[-1], device=grid.device).expand(rows, len(seen), 1, -1)
        sources = grid.flatten(1)[:, None, None].expand(-1, len(seen), -1, -1)
        logits, stand_for = [written, copied], [tokens, sources]
        if self.numeric:
            number_logits, number_tokens = self.derived_numbers(x, grid, seen, when)
            logits.append(number_logits[:, :, None].expand(-1, -1, places, -1))
            stand_for.append(number_tokens[:, :, None])
        return torch.cat(logits, -1), torch.cat(stand_for, -1)

    def derived_numbers(self, x: Tensor, grid: Tensor, seen: Tensor, when: slice) -> tuple[Tensor, Tensor]:
        """Successors of numbers told, and sums of two of them: logits and tokens `(R, m, K)`."""
        rows, moments, _ = grid.shape
        told = grid[..., -1]
        is_number = told >= self.first_number
        value = told - self.first_number + self.lowest
        query = self.number_query(x[:, when]).unflatten(-1, (2, -1))
        key = self.number_key(x).unflatten(-1, (2, -1))
        score = torch.einsum("rmkd,rnkd->rmkn", query, key) / query.shape[-1] ** 0.5
        usable = seen & is_number[:, None]
        next_logits = score[:, :, 0] + self.successor_bias[when, :moments]
        first, second = self.pairs[self.pairs[:, 1] < moments].unbind(1)
        sum_logits = score[:, :, 1][..., first] + score[:, :, 1][..., second] + self.sum_bias[when, : len(first)]
        values = torch.cat([value + 1, value[:, first] + value[:, second]], -1)
        logits = torch.cat([next_logits, sum_logits], -1)
        usable = torch.cat([usable, usable[..., first] & usable[..., second]], -1)
        fits = (values >= self.lowest) & (values < self.lowest + len(self.task.symbols.numbers))
        tokens = torch.where(fits, values - self.lowest + self.first_number, 0)
        usable = usable & fits[:, None]
        return logits.masked_fill(~usable, -torch.inf), tokens[:, None].expand(-1, len(seen), -1)

    def surprises(self, grid: Tensor, answers: Tensor) -> Tensor:
        """Mean surprise per act at each of whole transcripts `(R, T + 1, P)` with answers `(R)`, in nats `(R)`."""
        logits, tokens = self.choices(grid)
        shares = logits.log_softmax(-1)
        asked = grid[:, 1:, :-1]
        right = tokens[:, :-1].expand(-1, -1, self.places, -1)[:, :, :-1] == asked[..., None]
        turns = shares[:, :-1, :-1].masked_fill(~right, -1e4).logsumexp(-1)
        right = tokens[:, -1, -1] == answers[:, None]
        last = shares[:, -1, -1].masked_fill(~right, -1e4).logsumexp(-1)
        # A token that no candidate with any weight stands for would give −∞: bounded, so that one cannot spoil all.
        return -(turns.clamp(min=-20).sum((1, 2)) + last.clamp(min=-20)) / (self.turns + 1)

    def most_probable(self, logits: Tensor, tokens: Tensor) -> Tensor:
        """The most probable token of each choice `(…, K)`: candidates for the same token count together."""
        shares = logits.softmax(-1)
        total = torch.zeros(*shares.shape[:-1], len(self.task.symbols), device=shares.device, dtype=shares.dtype)
        return total.scatter_add_(-1, tokens.expand(shares.shape), shares).argmax(-1)


def grid_of(transcripts: Transcripts) -> Array:
    """Flat transcripts as tokens by moment and place `(R, T + 1, L + 1)`."""
    questions = np.concatenate([transcripts.questions, np.full((len(transcripts), 1), NOTHING)], -1)
    turns = np.concatenate([transcripts.asked, transcripts.told[..., None]], -1)
    return np.concatenate([questions[:, None], turns], 1)


def imitated(task: Task, model: Imitator, slips: Slips = faultless) -> Overseer:
    """H′, as it is now, as an overseer: its most probable act each time.

    Situations that differ only in names are decided once, and what was decided is remembered. An overseer made before
    a lesson must not be used after it.
    """
    decided: dict[bytes, Array] = {}

    def decide(grid: Array, turn: int) -> Array:
        """Acts `(R, L)`, or answers `(R, 1)` after the last turn."""
        canonical, back = situations(task.symbols, grid)
        rows = np.ascontiguousarray(canonical.reshape(len(grid), -1).astype(np.int16))
        keys = rows.view(f"V{rows.itemsize * rows.shape[1]}")[:, 0]
        distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
        names = distinct.tolist()
        new = [i for i, name in enumerate(names) if name not in decided]
        if new:
            if len(decided) > MOST_REMEMBERED:
                decided.clear()
                new = list(range(len(names)))
            acts = choose(canonical[first[new]], turn)
            decided.update((names[i], act) for i, act in zip(new, acts, strict=True))
        return np.take_along_axis(back, np.stack([decided[name] for name in names])[which], axis=1)

    def choose(grid: Array, turn: int) -> Array:
        with torch.no_grad():
            logits, tokens = model.choices(torch.from_numpy(grid).to(model.moments.device), last=True)
            slots = slice(-1, None) if turn == task.most_acts else slice(0, -1)
            return model.most_probable(logits[:, 0, slots], tokens[:, 0]).cpu().numpy()

    def oversee(rng: np.random.Generator, world: World, questions: Array, assistant: Answers) -> Transcripts:
        transcripts = blank(task, questions)
        for turn in range(task.most_acts):
            now = decide(grid_of(transcripts.flat())[:, : turn + 1], turn)
            now[now[:, 0] == NOTHING] = NOTHING
            transcripts.asked[..., turn, :] = slips(rng, world, transcripts, turn, now.reshape(questions.shape))
            transcripts.told[..., turn] = tell(task, rng, world, transcripts.asked[..., turn, :], assistant)
        answers = decide(grid_of(transcripts.flat()), task.most_acts)
        answers = answers.reshape(transcripts.answers.shape)
        transcripts.answers[...] = slips(rng, world, transcripts, task.most_acts, answers)
        return transcripts

    return oversee
