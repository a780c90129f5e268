"""The blocks that H′ is built from, and the optimiser for X and H′. The blocks of X are in `registers`.

Departures of both from the 2018 networks, each because it learns in fewer steps: root-mean-square normalisation before
each part instead of batch normalisation; queries and keys normalised as well; residual branches that start at zero; no
dropout (targets are never short); Muon for the weight matrices, Adam for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Attention(nn.Module):
    """Multi-head attention of vectors `x` `(B, S, D)` to one another."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.query_norm = nn.RMSNorm(width // heads)
        self.key_norm = nn.RMSNorm(width // heads)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`mask` is boolean, true where attention is allowed, broadcast to `(B, heads, S, S)`."""
        query = self.query_norm(self.query(x).unflatten(-1, (self.heads, -1))).transpose(1, 2)
        key, value = self.key_value(x).unflatten(-1, (2, self.heads, -1)).unbind(-3)
        mixed = F.scaled_dot_product_attention(
            query, self.key_norm(key).transpose(1, 2), value.transpose(1, 2), attn_mask=mask
        )
        result: Tensor = self.out(mixed.transpose(1, 2).flatten(-2))
        return result


class Block(nn.Module):
    """Attention, then a feed-forward layer, each added to its input."""

    def __init__(self, width: int, heads: int, expansion: int = 4) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(width)
        self.attention = Attention(width, heads)
        self.inner_norm = nn.RMSNorm(width)
        self.inner = nn.Linear(width, expansion * width)
        self.outer = nn.Linear(expansion * width, width)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` `(B, S, D)` to the same shape."""
        x = x + self.attention(self.attention_norm(x), mask)
        inner = F.gelu(self.inner(self.inner_norm(x)), approximate="tanh")
        result: Tensor = x + self.outer(inner)
        return result


class Stack(nn.ModuleList):
    """Blocks one after the other."""

    def __iter__(self) -> Iterator[Block]:
        return cast(Iterator[Block], super().__iter__())


class Muon(torch.optim.Optimizer):
    """Momentum whose step is made orthogonal, for the weight matrices inside a network.

    The orthogonal factor is approached by five Newton–Schulz iterations (Jordan et al. 2024, "Muon"); here for all
    matrices of one shape at once, which on a processor is several times faster than torch.optim.Muon one by one.
    """

    momentum = 0.95
    coefficients = (3.4445, -4.7750, 2.0315)

    def __init__(self, matrices: list[nn.Parameter], rate: float) -> None:
        super().__init__(matrices, {"lr": rate})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            shapes: dict[torch.Size, list[Tensor]] = {}
            for matrix in group["params"]:
                if matrix.grad is not None:
                    shapes.setdefault(matrix.shape, []).append(matrix)
            for (rows, columns), matrices in shapes.items():
                momenta = [self.state[m].setdefault("momentum", torch.zeros_like(m)) for m in matrices]
                gradients = [m.grad for m in matrices if m.grad is not None]
                torch._foreach_lerp_(momenta, gradients, 1 - self.momentum)
                directions = self.orthogonal(torch.stack(torch._foreach_lerp(gradients, momenta, self.momentum)))
                scale = -group["lr"] * max(1.0, rows / columns) ** 0.5
                torch._foreach_add_(matrices, list(directions.unbind()), alpha=scale)

    def orthogonal(self, stack: Tensor) -> Tensor:
        """Each matrix of a stack `(K, m, n)` to about the nearest one with orthonormal rows or columns."""
        a, b, c = self.coefficients
        tall = stack.shape[1] > stack.shape[2]
        x = stack.mT if tall else stack
        x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
        for _ in range(5):
            gram = x @ x.mT
            x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
        return x.mT if tall else x


class Optimiser:
    """Muon for the matrices inside blocks, Adam for embeddings, gains, biases and read-outs.

    `rate` is Muon's; Adam's is `adam_rate`. Both are scaled together by the argument of `step`.
    """

    def __init__(self, model: nn.Module, rate: float, adam_rate: float) -> None:
        matrices: list[nn.Parameter] = []
        rest: list[nn.Parameter] = []
        for module in model.modules():
            inside = isinstance(module, nn.Linear) and getattr(module, "orthogonal", True)
            for parameter in module.parameters(recurse=False):
                (matrices if inside and parameter.ndim == 2 else rest).append(parameter)
        self.parts: list[torch.optim.Optimizer] = [
            Muon(matrices, rate),
            torch.optim.AdamW(rest, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
        ]
        self.rates = [rate, adam_rate]
        self.parameters = matrices + rest

    def step(self, loss: Tensor, scale: float = 1.0) -> None:
        """One step down the gradient of `loss`, its norm clipped at 1."""
        for part in self.parts:
            part.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for part, rate in zip(self.parts, self.rates, strict=True):
            for group in part.param_groups:
                group["lr"] = rate * scale
            part.step()


def read_out(width: int, outputs: int, bias: bool = True) -> nn.Linear:
    """A linear layer that Adam trains, starting at zero: nothing is believed before it is learned."""
    layer = nn.Linear(width, outputs, bias=bias)
    layer.orthogonal = False  # type: ignore[assignment]
    nn.init.zeros_(layer.weight)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


@torch.no_grad()
def move_towards(averages: Iterable[Tensor], values: Iterable[Tensor], share: float) -> None:
    """averages ← averages + share · (values − averages), in place."""
    torch._foreach_lerp_(list(averages), list(values), share)
