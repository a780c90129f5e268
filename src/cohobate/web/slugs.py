"""Short random names for things that have an address, and whatever else is drawn by lot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random, SystemRandom

LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""No letter that is easily taken for another."""

_NOBODY_KNOWS = SystemRandom()
_chance: ContextVar[Random] = ContextVar("chance")


def slug() -> str:
    """Ten letters: nobody finds one by trying, and what they lead to is guarded all the same."""
    return "".join(_chance.get(_NOBODY_KNOWS).choice(LETTERS) for _ in range(10))


def digits(number: int) -> str:
    """So many hexadecimal digits, which nobody finds by trying."""
    return f"{_chance.get(_NOBODY_KNOWS).getrandbits(4 * number):0{number}x}"


def below(end: int) -> int:
    """A whole number from 0 to below an end."""
    return _chance.get(_NOBODY_KNOWS).randrange(end)


@contextmanager
def drawn_by(chance: Random) -> Iterator[None]:
    """While this lasts, all of it comes from a generator that somebody seeded. Only for what is made up."""
    before = _chance.set(chance)
    try:
        yield
    finally:
        _chance.reset(before)
