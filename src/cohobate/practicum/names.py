"""What people may be called: whatever they like, as long as it is a line that others can see and tell from theirs."""

from __future__ import annotations

import re
import unicodedata

from cohobate.practicum.room import normal

LONGEST = 60
"""Characters in a name, at most."""

_JOINING = "\u200c\u200d"
"""Some scripts, and pictures made of several, are written with these: they stay, and make no name another."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""What nobody sees although it is no sign for control or format."""


def called(given: str) -> str:
    """A name in one line, as Unicode writes it (NFKC) and without what cannot be seen or would turn its direction; ""
    if nothing is left that can be seen. It may still be longer than `LONGEST`."""
    name = " ".join(normal("".join(one for one in given if one in _JOINING or not _hides(one))).split())
    return name if any(unicodedata.category(one)[0] in "LNPS" for one in _UNSEEN.sub("", name)) else ""


def same(one: str, other: str) -> bool:
    """Whether two names look alike but for their case: nobody is to be taken for somebody else in a room."""
    return _key(one) == _key(other)


def _hides(sign: str) -> bool:
    return not sign.isspace() and unicodedata.category(sign) in ("Cc", "Cf", "Cs")


def _key(name: str) -> str:
    shown = normal("".join(one for one in _UNSEEN.sub("", name) if not _hides(one)))
    return " ".join(_UNSEEN.sub("", normal(shown.casefold())).split())


__all__ = ["LONGEST", "called", "same"]
