"""A trust budget: a run stops where what its ledger certifies falls below what it once had shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Trust:
    """Watches the agreement that is certified for each kind and level of question (`certified` in an entry).

    A level is armed once that agreement has reached `least`, and has fallen when it is below again. Of a new H′ little
    is known at first, and that alone is no fall: then the agreement that was *seen* has to be below `least` too, or as
    many trees to have been judged as when the level was last above.
    """

    least: float
    """A share strictly between 0 and 1."""
    armed: dict[str, int] = field(default_factory=dict)
    """The levels that were above, such as "power 4", each with how many of H′'s trees had been judged then."""

    def note(self, entry: Mapping[str, Any]) -> dict[str, float]:
        """After an iteration's entry: the levels that have fallen, with what is certified of them now.

        They are disarmed, so that a run that goes on stops for them only after they have been above once more. A level
        of which an entry says nothing stays as it was.
        """
        certified: Mapping[str, float] = entry.get("certified") or {}
        fallen = {}
        for level, share in certified.items():
            wrong, asked = entry["evidence"]["answered"][level]
            differing, trees = entry["evidence"]["differing"].get(level, (0, 0))
            seen = 1 - wrong / max(asked, 1) - differing / max(trees, 1)
            if share >= self.least:
                self.armed[level] = trees
            elif level in self.armed and (seen < self.least or trees >= self.armed[level]):
                fallen[level] = share
                del self.armed[level]
        return fallen
