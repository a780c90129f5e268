"""Short random names for things that have an address."""

from __future__ import annotations

import secrets

LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""No letter that is easily taken for another."""


def slug() -> str:
    """Ten letters: nobody finds one by trying, and what they lead to is guarded all the same."""
    return "".join(secrets.choice(LETTERS) for _ in range(10))
