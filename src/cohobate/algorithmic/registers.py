"""The parts of X: elements that hold registers for names, and attention between them that no renaming can change.

An element (a fact, or a question) is a pair. Its `content` is a vector, as in any transformer. Its `registers` hold a
few numbers for every name that the task has: what that name is to this element. At first they say in which slots of
the element the name stands, and all are zero for a name that stands in none. So a register, read across the names, is a
pointer: it may point at one name, at several, or at none.

Every weight that touches registers mixes registers, never names. Hence renaming everything changes nothing but the
names in the answer; what is learned about some names holds for all, at every number of names; and looking up the fact
whose first slot is the name that this register points at is one product of registers, not a table to learn by heart.

Shapes: C contexts, E elements, M elements attended to, D width of the content, N names, R registers, H heads. Content
is `(C, E, D)`, registers `(C, E, N, R)`. A task may have no names: N = 0.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cohobate.algorithmic.network import read_out

Element = tuple[Tensor, Tensor]
"""Content `(C, E, D)` and registers `(C, E, N, R)`."""

SHARPNESS = 8.0
"""Starting factor of the cosine between a query and a key: a full match outweighs e^8 others that do not match."""


class Norm(nn.Module):
    """Content and registers at a root mean square of about 1 each: content over D; registers over all names together,
    but divided by R only, so that it makes no difference how many other names there are."""

    def __init__(self, width: int, registers: int) -> None:
        super().__init__()
        self.content = nn.RMSNorm(width)

    def forward(self, element: Element) -> Element:
        content, registers = element
        size = torch.linalg.vector_norm(registers.flatten(-2), dim=-1)[..., None, None]
        return self.content(content), registers * (registers.shape[-1] ** 0.5 / (size + 1e-3))


class Attention(nn.Module):
    """Elements attend to elements by content and registers at once: a key matches as far as both of its parts do.

    Each head reads D / H of content and R / H of registers for every name. Queries and keys are of unit length, and a
    head has a sharpness of its own. What registers ask, and what is done with those that come back, is scaled by the
    content: so a question may attend or not, point or not, by what kind of question it is.
    """

    def __init__(self, width: int, registers: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.register_query = nn.Linear(registers, registers, bias=False)
        self.register_key_value = nn.Linear(registers, 2 * registers, bias=False)
        self.register_out = nn.Linear(registers, registers, bias=False)
        self.gates = read_out(width, 2 * registers)
        nn.init.ones_(self.gates.bias)
        self.sharpness = nn.Parameter(torch.full((heads, 1, 1), SHARPNESS))
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.register_out.weight)

    def by_head(self, content: Tensor, registers: Tensor) -> Tensor:
        """`(C, E, D)` and `(C, E, N, R)` to `(C, H, E, D / H + N · R / H)`."""
        heads = registers.unflatten(-1, (self.heads, -1)).transpose(-3, -2).flatten(-2)
        return torch.cat([content.unflatten(-1, (self.heads, -1)), heads], -1).transpose(1, 2)

    def keys_values(self, memory: Element) -> tuple[Tensor, Tensor]:
        """Keys and values `(C, H, M, D / H + N · R / H)`; worth keeping when the memory is asked again."""
        content, registers = memory
        key, value = self.key_value(content).chunk(2, -1)
        register_key, register_value = self.register_key_value(registers).chunk(2, -1)
        return unit(self.by_head(key, register_key)), self.by_head(value, register_value)

    def forward(self, element: Element, keys_values: tuple[Tensor, Tensor], mask: Tensor) -> Element:
        """`mask` is boolean, true where attention is allowed, broadcast to `(C, H, E, M)`."""
        content, registers = element
        names = registers.shape[-2]
        ask, keep = self.gates(content)[..., None, :].chunk(2, -1)
        query = unit(self.by_head(self.query(content), self.register_query(registers) * ask), self.sharpness)
        mixed = F.scaled_dot_product_attention(query, *keys_values, attn_mask=mask, scale=1.0).transpose(1, 2)
        found, pointed = mixed.tensor_split([content.shape[-1] // self.heads], -1)
        pointed = pointed.unflatten(-1, (names, registers.shape[-1] // self.heads)).transpose(-3, -2).flatten(-2)
        return self.out(found.flatten(-2)), self.register_out(pointed * keep)


def unit(vectors: Tensor, length: Tensor | float = 1.0) -> Tensor:
    """`(…, K)`, of this length each. In one product, which is what most of the time goes into where K is large."""
    lengths: Tensor = torch.linalg.vector_norm(vectors, dim=-1, keepdim=True)
    return vectors * (length / (lengths + 1e-6))


class Block(nn.Module):
    """Attention, then a feed-forward layer, each added to its input.

    The feed-forward layer of the content also sees how far pairs of registers point at the same names. That of the
    registers works name by name without a bias, scaled by the content: a name that plays no part stays at zero.
    """

    def __init__(self, width: int, registers: int, heads: int, expansion: int = 2) -> None:
        super().__init__()
        self.attention_norm = Norm(width, registers)
        self.attention = Attention(width, registers, heads)
        self.inner_norm = Norm(width, registers)
        self.inner_widths = [expansion * width, registers]
        self.compared = nn.Linear(registers, 2 * registers, bias=False)
        self.inner = nn.Linear(width + registers, sum(self.inner_widths))
        self.outer = nn.Linear(expansion * width, width)
        self.register_inner = nn.Linear(registers, expansion * registers, bias=False)
        self.register_outer = nn.Linear(expansion * registers, registers, bias=False)
        for layer in (self.outer, self.register_outer):
            nn.init.zeros_(layer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, element: Element, mask: Tensor, keys_values: tuple[Tensor, Tensor] | None = None) -> Element:
        """The element attends to `keys_values`, or to all elements beside it."""
        content, registers = element
        seen = self.attention_norm(element)
        found, pointed = self.attention(seen, keys_values or self.attention.keys_values(seen), mask)
        content, registers = content + found, registers + pointed
        seen_content, seen_registers = self.inner_norm((content, registers))
        these, those = self.compared(seen_registers).chunk(2, -1)
        inner = self.inner(torch.cat([seen_content, (these * those).sum(-2)], -1))
        inner, scale = inner.split(self.inner_widths, -1)
        content = content + self.outer(F.relu(inner))
        by_name = self.register_outer(F.relu(self.register_inner(seen_registers)))
        return content, registers + by_name * scale[..., None, :]
