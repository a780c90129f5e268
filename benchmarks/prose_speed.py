"""How long the checks of a draft take: one of 5,000 words, one of 50,000, and one of two megabytes, all full of marks.

    python benchmarks/prose_speed.py

The draft is made of the passages in tests/practicum/passages: every first sentence of a paragraph is marked as an
example, every second one as an idea, and each source is a section. Start-up is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import yaml

from _common import arguments, machine, print_table, record
from cohobate.practicum.prose import check, without_marks
from cohobate.practicum.prose.figures import sentences_in

PASSAGES = Path(__file__).parents[1] / "tests" / "practicum" / "passages"
GOAL = "5,000 words within 300 ms"
SIZES = {"5,000 words": 5_050, "50,000 words": 50_500, "2 MB": 372_000}
"""Drafts by their words; two megabytes are about the last."""


def paragraphs() -> Iterator[str]:
    """Marked paragraphs without end, with a heading before each source."""
    sources = [yaml.safe_load(path.read_text("utf-8"))["source"] for path in sorted(PASSAGES.glob("*.yaml"))]
    for number, source in enumerate(cycle(sources), 1):
        yield f"## Number {number}"
        for paragraph in source.strip().split("\n\n"):
            first, second, *rest = [*sentences_in(paragraph), ""]
            yield " ".join([f"{{example: {first}}}", f"{{idea: {second}}}", *rest])


def draft(words: int) -> str:
    """A draft of at least so many words."""
    every, parts, found = paragraphs(), [], 0
    while found < words:
        parts += islice(every, 1)
        found += sum(word[0] not in "#{" for word in parts[-1].split())
    return "\n\n".join(parts)


def seconds(text: str, times: int) -> list[float]:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        check(text)
        found.append(time.perf_counter() - began)
    return found


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--times", type=int, default=9, help="that each draft is checked (default 9)")
    parser.add_argument("--largest", type=int, default=10**9, help="words of a draft, at most (default: no limit)")
    given = parser.parse_args()
    facts, rows = machine(given.threads), []
    check(draft(100))
    for name, words in SIZES.items():
        text = draft(min(words, given.largest))
        taken = seconds(text, given.times if words < 100_000 else 1)
        report = check(text)
        began = time.perf_counter()
        without_marks(text)
        rows.append(
            {
                "draft": name,
                "characters": len(text),
                "words": report.figures.words,
                "marks": len(report.marks),
                "median_s": statistics.median(taken),
                "longest_s": max(taken),
                "without_marks_s": time.perf_counter() - began,
            }
        )
    met = rows[0]["longest_s"] <= 0.3
    print(f"Goal: {GOAL}.\n")
    print_table(
        ["draft", "characters", "words", "marks", "check s", "longest", "marks out s"],
        [list(row.values()) for row in rows],
    )
    print(f"\ngoal met: {'yes' if met else 'no'}")
    record(given.records, "prose_speed", facts, GOAL, {"drafts": rows, "goal_met": met})


if __name__ == "__main__":
    main()
