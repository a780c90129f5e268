"""Whether a figure that was stated is the one that was found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

CLOSE = 1e-9
"""Figures that differ by less are the same: other versions of SciPy may round otherwise."""


def same(stated: Any, found: Any) -> bool:
    """Equal, numbers up to rounding."""
    if isinstance(found, Mapping):
        return (
            isinstance(stated, Mapping)
            and stated.keys() == found.keys()
            and all(same(stated[key], found[key]) for key in found)
        )
    if isinstance(found, float) or isinstance(stated, float):
        numbers = all(isinstance(one, (int, float)) for one in (stated, found))
        return numbers and math.isclose(stated, found, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(stated == found)
