"""Claims: whole propositions, with what speaks for them and against them.

A good title says what is so, and why one may believe it or what stands in the way: "spaced repetition helps because …",
"… but only where …". No grammar is known here, so the checks go by plain signs and can be wrong; they are advice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cohobate.archive.diagnostics import Problem, quoted

SHORTEST = 4
"""Words of a proposition, at least."""

_REASON = re.compile(
    r"\b(because|since|as|so|but|by|though|although|unless|which|when|whenever|if|despite|not|without|rather than|"
    r"only|even|therefore|due to|through|while|until|yet|from|when)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(is|are|was|were|be|been|being|am|has|have|had|do|does|did|can|cannot|could|may|might|must|will|would|shall|should"
    r"|need|needs|make|let|keep|take|give|get|go|come|help|show|lead|fall|rise|grow|cost|mean|depend|require|remain|become"
    r"|follow|outperform|converge|create|cause|prevent|work|tend|learn|fail|emerge|solve|enable|explain|drive|produce"
    r"|reduce|increase|improve|survive|compress|accept|shift|scale|transfer|gate|bound|stall|exist|differ|change|know"
    r"|push|pull|hold|turn|put|set|cut|hit|beat|win|lose|say|see|want|use|find|think|feel|build|write|read|teach)\b",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\w{2,}(?:[^s\W]s|ed|n't)", re.IGNORECASE)
_FOR = re.compile(r"(evidence|support|supporting|arguments? for)\b|additional evidence\b", re.IGNORECASE)
_AGAINST = re.compile(
    r"(challenges?|limitations?|counter\w*|objections?|arguments? against|why it might not)\b"
    r"|additional evidence \((challeng|contra|against)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"#{1,6}[ \t]++(?P<words>.*+)$")
_FENCE = re.compile(r"[ ]{0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that is said for a claim or against it."""

    side: Literal["for", "against"]
    line: int
    """Counted from 1, in the whole file."""
    text: str
    """An item of the front matter, or the heading of a section."""


def check_title(title: str, line: int) -> list[Problem]:
    """What a claim's title lacks for being a whole proposition."""
    words = title.split()
    if title.rstrip().endswith("?"):
        return [Problem(line, "question", quoted(title))]
    said = [word.strip(",;:.()\"'") for word in words[1:]]
    verb = any(_VERB.fullmatch(word) for word in said) or any(_ENDING.fullmatch(word) for word in said[:-1])
    if len(words) < SHORTEST or not verb:
        return [Problem(line, "topic", quoted(title))]
    return [] if _REASON.search(title) else [Problem(line, "no-reason")]


def sections(body: str, first: int) -> list[Evidence]:
    """The sections of a claim's body that say something for it or against it.

    first:  the line on which the body begins
    """
    found: list[Evidence] = []
    fenced = False
    if "#" not in body:
        return found
    for number, line in enumerate(body.split("\n"), start=first):
        if _FENCE.match(line):
            fenced = not fenced
        if fenced or not line.startswith("#") or not (heading := _HEADING.match(line.rstrip("\r"))):
            continue
        words = heading["words"].rstrip(" \t#")
        if _AGAINST.match(words):
            found.append(Evidence("against", number, words))
        elif _FOR.match(words):
            found.append(Evidence("for", number, words))
    return found


def sides(evidence: Sequence[Evidence], side: str) -> list[Evidence]:
    """What is on one side."""
    return [one for one in evidence if one.side == side]
