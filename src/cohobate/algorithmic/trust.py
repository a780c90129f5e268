"""A trust budget: a run stops where what its ledger certifies falls below what it once had shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Trust:
    """Watches the agreement that is certified for each kind and level of question (`certified` in an entry).

    A level is armed once that agreement has reached `least`. When it falls below again, the level is disarmed, so that
    a run that goes on stops for it only after it has been there once more.
    """

    least: float
    """A share strictly between 0 and 1."""
    armed: set[str] = field(default_factory=set)

    def note(self, entry: Mapping[str, Any]) -> dict[str, float]:
        """After an iteration's entry: the levels that have fallen, such as "power 4", with what is certified now.

        A level of which an entry says nothing stays as it was.
        """
        certified: Mapping[str, float] = entry.get("certified") or {}
        fallen = {level: share for level, share in certified.items() if level in self.armed and share < self.least}
        self.armed |= {level for level, share in certified.items() if share >= self.least}
        self.armed -= fallen.keys()
        return fallen
