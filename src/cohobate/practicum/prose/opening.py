"""The hook: whether a draft opens with something to see, and says why it matters.

Whether one hook is better than another is for readers to say, who compare them in pairs.
"""

from __future__ import annotations

from collections.abc import Iterator

from cohobate.practicum.prose.marks import Marked, words_in

OPENING = 120
"""Words that count as the opening, headings left out."""


def about_the_opening(marked: Marked) -> Iterator[tuple[int, str]]:
    """Gentle sentences, each with its offset; one alone if nothing is marked, as then nothing else can be said."""
    first, end = opening(marked)
    if first == end:
        yield first, "there are no words here yet"
    elif not marked.marks:
        yield (
            first,
            "nothing is marked, so nothing can be said about examples, terms and the opening; begin with {example: …} "
            "around the first thing that one can see",
        )
    else:
        there = {mark.kind for mark in marked.marks if mark.start < end}
        if "example" not in there:
            yield (
                first,
                f"the first {OPENING} words hold no example; what could a reader see here, before anything else?",
            )
        if "why" not in there:
            yield first, f"the first {OPENING} words do not say why it matters, and to whom; mark it with {{why: …}}"


def opening(marked: Marked) -> tuple[int, int]:
    """Where the first words of running text begin and end; the same twice if there are none."""
    first, end, left = None, 0, OPENING
    for block in marked.draft.paragraphs:
        if block.kind != "text":
            continue
        for word in words_in(marked.visible[block.start : block.end]):
            if first is None:
                first = block.start + word.start()
            end, left = block.start + word.end(), left - 1
            if left == 0:
                return first, end
    return (0, 0) if first is None else (first, end)
