"""Who did what for a work, from its record and from nothing else: nobody can claim it, and nobody is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cohobate.practicum.work.state import Work


@dataclass(frozen=True, slots=True)
class Wrote:
    """Who kept versions."""

    who: str
    versions: int
    words: int
    """That came with these versions and were not there before."""
    share: float | None
    """Of all words that came, 0 … 1; None if none did."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Who reviewed, or made remarks on what others wrote."""

    who: str
    versions: int
    """That they went through."""
    remarks: int
    changed: int
    """Remarks that the writers settled as done."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Who did what; the most first."""

    wrote: tuple[Wrote, ...]
    reviewed: tuple[Reviewed, ...]


def credit(work: Work, added: Mapping[str, int]) -> Credit:
    """What the record says.

    added:  by digest, how many words came with a version that were not in the one before
    """
    versions, words = Counter[str](), Counter[str]()
    for version in work.versions.values():
        versions[version.by] += 1
        words[version.by] += added.get(version.digest, 0)
    total = words.total()
    wrote = [Wrote(who, n, words[who], words[who] / total if total else None) for who, n in versions.items()]
    through = Counter(review.by for review in work.reviews)
    remarks, changed = Counter[str](), Counter[str]()
    for comment in work.comments.values():
        if comment.by != work.versions[comment.digest].by:
            remarks[comment.by] += 1
            changed[comment.by] += comment.settled == "done"
    reviewed = [Reviewed(who, through[who], remarks[who], changed[who]) for who in dict.fromkeys([*through, *remarks])]
    return Credit(
        tuple(sorted(wrote, key=lambda one: (-one.words, -one.versions))),
        tuple(sorted(reviewed, key=lambda one: (-one.changed, -one.remarks, -one.versions))),
    )


def told(credit: Credit, work: Work) -> list[str]:
    """The same in sentences, with the names that people have in the work."""
    found = []
    for one in credit.wrote:
        share = "" if one.share is None or len(credit.wrote) == 1 else f", {100 * one.share:.0f} % of the words"
        found.append(f"{work.name_of(one.who)} wrote {_counted(one.versions, 'version')}{share}.")
    for other in credit.reviewed:
        done = []
        if other.versions:
            done.append(f"reviewed {_counted(other.versions, 'version')}")
        if other.remarks:
            led = f", of which {other.changed} led to a change" if other.changed else ""
            done.append(f"made {_counted(other.remarks, 'remark')}{led}")
        found.append(f"{work.name_of(other.who)} {' and '.join(done)}.")
    return found


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
