"""The one way to write a JSON value as bytes, so that the same value has the same hash everywhere."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from cohobate.errors import WrongUse


def canonical(value: Any) -> bytes:
    """The one way to write a JSON value as bytes. Raises WrongUse for what JSON cannot hold (NaN and infinity, too)."""
    try:
        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_numpy_to_plain
        )
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise WrongUse(
            f"a record cannot hold this value ({error}); give it text, finite numbers, lists and maps"
        ) from None


def digest(value: Any) -> str:
    """The SHA-256 of a JSON value in its one form, 64 hexadecimal digits. Raises WrongUse as `canonical` does."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _numpy_to_plain(value: Any) -> Any:
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} is no JSON value")
