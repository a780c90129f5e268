"""How often the rule reader is right: without a text, with a source, a distillation, a text that leaves the facts out,
and a text on something else; on passages and items written for this, in tests/practicum/passages.

    python benchmarks/rule_reader.py

The rule's numbers were chosen with fourteen of the passages in view; what counts are the ten others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from _common import arguments, machine, print_table, record
from cohobate.fidelity.intervals import Estimate
from cohobate.practicum.readers import NO_TEXT, Passage, guessing, rehearse, rule_reader, tallied

PASSAGES = Path(__file__).parents[1] / "tests" / "practicum" / "passages"
FRESH = {"canal", "choir", "grading", "heating", "maps", "orchard", "post", "queue", "seeds", "weights"}
GOAL = "right more often with the source and with the distillation than without a text, and with one on something else"


def passages() -> list[Passage]:
    """All of them, each also with the source of the next one as what has nothing to do with it."""
    data = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(PASSAGES.glob("*.yaml"))}
    names = list(data)
    after = dict(zip(names, names[1:] + names[:1], strict=True))
    return [Passage.from_dict(name, data[name] | {"unrelated": data[after[name]]["source"]}) for name in names]


def counted(chosen: Sequence[Passage], guess: bool = False, kind: str = "") -> list[dict[str, Any]]:
    """For each arm how many items, of a kind or of all, were right and left, with the interval for right of all."""
    rows = rehearse(chosen, guessing(rule_reader()) if guess else rule_reader())
    rows = tuple(one for one in rows if not kind or one.kind == kind)
    found = []
    for one in tallied(rows):
        share = Estimate.of(one.right, one.items)
        found.append({**asdict(one), "low": share.low, "high": share.high})
    return found


def main() -> None:
    given = arguments(__doc__).parse_args()
    facts, every = machine(given.threads), passages()
    fresh = [one for one in every if one.id in FRESH]
    found = {
        "fresh": counted(fresh),
        "fresh, text-based": counted(fresh, kind="text-based"),
        "fresh, inference": counted(fresh, kind="inference"),
        "fresh, guessing": counted(fresh, guess=True),
        "in view": counted([one for one in every if one.id not in FRESH]),
    }
    right = {one["arm"]: one["right"] for one in found["fresh"]}
    met = min(right["source"], right["distillation"]) > max(right[NO_TEXT], right["unrelated"])
    print(f"Goal: {GOAL}.\n")
    for title, arms in found.items():
        print(f"{title}:")
        print_table(
            ["text", "right", "of", "95 % interval", "can't tell"],
            [[a["arm"], a["right"], a["items"], f"{a['low']:.2f}–{a['high']:.2f}", a["unanswered"]] for a in arms],
        )
        print()
    print(f"goal met: {'yes' if met else 'no'}")
    record(given.records, "rule_reader", facts, GOAL, {**found, "goal_met": met})


if __name__ == "__main__":
    main()
