"""Milestones of a work: the minimum viable draft, and the full one. What is lacking is said, each with its remedy.

They look at what can be counted. Whether a draft is good is for its reviewers and readers.
"""

from __future__ import annotations

from typing import Final

from cohobate.practicum.prose import check
from cohobate.practicum.work.parts import Version
from cohobate.practicum.work.state import Work

MINIMUM_WORDS: Final = 150
"""Below this a draft is a note: nobody can be tested on it."""
REVIEWS: Final = 2
"""Reviewers that the full draft needs."""


def lacking(work: Work, which: str, version: Version | None, text: str) -> list[str]:
    """What a version lacks for a milestone, as sentences; none if it passes.

    which:    "minimum" or "full"
    version:  None if nothing was kept yet; then `text` is ""
    """
    if version is None:
        return ["Nothing is kept yet: write in the editor, and keep it as a version."]
    return {"minimum": _for_minimum, "full": _for_full}[which](work, version, text)


def _for_minimum(work: Work, version: Version, text: str) -> list[str]:
    found = []
    if not work.hypotheses:
        found.append("No hypothesis is registered: say what will make this work help its readers.")
    if not work.sources:
        found.append("It names no source: choose what it distils from the shelf.")
    if version.words < MINIMUM_WORDS:
        found.append(
            f"It has {version.words} words, and {MINIMUM_WORDS} are the least that readers can be tested on: write on."
        )
    if not any(mark.kind == "example" for mark in check(text).marks):
        found.append("Nothing is marked as an example: put one between {example: and }, before the idea it is one of.")
    return found


def _for_full(work: Work, version: Version, text: str) -> list[str]:
    found = []
    if "minimum" not in work.milestones:
        found.append("The minimum viable draft is not passed yet: pass it first.")
    missing = REVIEWS - len(reviewers(work))
    if missing > 0:
        have = {0: "Nobody has", 1: "One person has"}.get(REVIEWS - missing, f"{REVIEWS - missing} people have")
        found.append(f"{have} reviewed it, and {REVIEWS} should: invite a reviewer, or remind one.")
    open_ones = sum(comment.settled == "open" for comment in work.comments.values())
    if open_ones:
        remarks = "One remark is" if open_ones == 1 else f"{open_ones} remarks are"
        found.append(f"{remarks} open: settle each as done, or decline it with a reason.")
    for slip in check(text).advice:
        if slip.kind == "mark":
            found.append(f"Line {slip.line}: {slip.sentence}")
    return found


def reviewers(work: Work) -> list[str]:
    """Who has gone through a version, in the order of their first review. Nobody reviews what they write."""
    writers = {version.by for version in work.versions.values()} | {one.id for one in work.having("writer")}
    return list(dict.fromkeys(review.by for review in work.reviews if review.by not in writers))
