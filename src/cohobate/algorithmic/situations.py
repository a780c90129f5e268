"""Transcripts up to who is called what: two that differ only in names are one situation."""

from __future__ import annotations

import math

import numpy as np

from cohobate.algorithmic.task import Array, Symbols


def unnamed(symbols: Symbols, tokens: Array) -> Array:
    """Tokens `(R, K)` with each name replaced by its sort and the first place where it stands in its row: a negative
    number, the same for all rows of a situation, whatever the names and their order."""
    different = tokens.copy()
    first = (tokens[:, :, None] == tokens[:, None, :]).argmax(-1)
    for i, sort in enumerate(symbols.names):
        different = np.where(symbols.is_name(sort, tokens), -1 - i - len(symbols.names) * first, different)
    return different


def situations(symbols: Symbols, grid: Array) -> tuple[Array, Array]:
    """Transcripts `(R, …)` with the names of each sort replaced by the first names of that sort in the same order,
    and for each row the way back `(R, V)`.

    Two transcripts that become one differ only in who is called what, and H′ acts alike on both.
    """
    flat = grid.reshape(len(grid), math.prod(grid.shape[1:]))  # −1 would not do where there is no row
    rows = np.arange(len(flat))[:, None]
    canonical = flat.copy()
    back = np.broadcast_to(np.arange(len(symbols)), (len(flat), len(symbols))).copy()
    for sort in symbols.names:
        span = symbols.span(sort)
        present = np.zeros((len(flat), len(span) + 1), dtype=bool)
        here = (flat >= span.start) & (flat < span.stop)
        present[rows, np.where(here, flat - span.start, len(span))] = True
        rank = present[:, :-1].cumsum(1) - 1
        forth = rank + span.start
        canonical = np.where(here, forth[rows, np.where(here, flat - span.start, 0)], canonical)
        row, name = np.nonzero(present[:, :-1])
        back[row, span.start + rank[row, name]] = span.start + name
    return canonical.reshape(grid.shape), back
