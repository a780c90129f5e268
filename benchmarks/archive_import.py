"""Does an archive of ten thousand files come in without an abort, to the last byte, and soon?

    python benchmarks/archive_import.py
    python benchmarks/archive_import.py NOTES

Writes files with everything odd in them that is known of real archives, a part of them drawn by a seed each: partial
and impossible dates, doubled keys, front matter that is late, missing, not closed or has words pasted into it, other
names for fields, one value or a number for a list, statuses in free words, file names of 250 bytes, broken links, texts
that repeat themselves, bytes that are no UTF-8, and bytes of no sense at all. Imports them into SQLite with the command
line's own code, exports them, and compares every byte. With folders or files named, the same for those, and how often
each rule was broken.

Goal: all come in within 20 s, no abort, every remark with a file and a line, every file back to the last byte.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from _common import RECORDS, machine, print_table, record
from cohobate.archive.record import Record
from cohobate.archive.tree import File, content, files, records

GOAL = "10,000 files with everything odd in them imported in 20 s, none aborts it, each comes back to the last byte"
TEXT = (
    "a cup of tea cools faster than its pot because the wall is thin and the room is cold but nobody wrote down when "
    "the kettle was warm enough to pour or which of two kitchens had the better window for a thermometer"
)
WORDS = TEXT.split()
STATUSES = (
    "unprocessed",
    "processed",
    "null-result",
    "complete (13 pages)",
    "enrichment",
    "archive",
    "purple",
    "In progress",
)
DATES = (
    "2021-04-03",
    "2021-04",
    "2021",
    "2026-03-00",
    "2026-00-00",
    "2026-02-30",
    "April 2021",
    "3 April 2021",
    "spring",
    "",
)
OTHER_NAMES = {"url": "source", "date": "date_published", "format": "source_type", "enrichments": "enrichments_applied"}


def sentence(rng: random.Random, least: int = 6, most: int = 30) -> str:
    """Some words that mean nothing."""
    return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))


def made_up(number: int, rng: random.Random) -> tuple[str, bytes]:
    """A file of its own, with a name and a few oddities."""
    claim = rng.random() < 0.4
    title = f"{sentence(rng, 8, 25)} {number}"
    fields: dict[str, str] = {
        "type": rng.choice(("source", "source", "source", "evidence", "archive", "newsletter", "musing")),
        "title": f'"{title}"',
        "author": rng.choice(("a taster", '"a taster, a cook"', "[Ina, Jo]")),
        "url": f"https://tea.example/{number}",
        "date": rng.choice(DATES),
        "format": rng.choice(("essay", "paper", "tweet")),
        "status": rng.choice(STATUSES),
        "claims_extracted": rng.choice(
            ("[]", "3", f'\n  - "{sentence(rng)}"\n  - "{sentence(rng)}"', f"{{one: {number}}}")
        ),
        "enrichments": rng.choice(("[]", f'["{sentence(rng)}.md"]', "none")),
        "tags": rng.choice(("[tea, heat]", "tea, heat", "\n- tea\n- heat")),
        "unknown": rng.choice(("{ kept: [as, it, is] }", "|\n  several lines\n  of words", "'it''s'")),
    }
    if claim:
        fields = {
            "type": "claim",
            "confidence": rng.choice(("likely", "high", "0.8", "null", "[x]")),
            "source": f'"{sentence(rng)}"',
            "created": rng.choice(DATES),
            "depends_on": f'\n  - "[[{sentence(rng)}]]"',
            "challenged_by": f'["{sentence(rng)}"]',
        }
    lines = []
    for key, value in fields.items():
        if rng.random() < 0.05:
            continue
        name = OTHER_NAMES.get(key, key) if rng.random() < 0.1 else key
        lines.append(f"{name}: {value}".rstrip(" "))
        if rng.random() < 0.02:
            lines.append(f"{name}: {value} again")
    if rng.random() < 0.03:
        lines.insert(rng.randint(1, max(1, len(lines))), f"\n### More (confirm)\n\n{sentence(rng)}\n")
    front = "---\n" + "\n".join(lines) + "\n" + ("---\n" if rng.random() > 0.02 else "\n")
    if rng.random() < 0.05:
        front = ""
    elif rng.random() < 0.05:
        front = (
            f"notes/{number}.md\nIna 0a1b2c3d4e tea: a note (#{number})\nCo-authored-by: Jo <jo@tea.example>\n\n{front}"
        )
    paragraphs = [f"{sentence(rng, 20, 80)}." for _ in range(rng.randint(1, 12))]
    if rng.random() < 0.3:
        paragraphs.append(f"Relevant Notes:\n- [[{sentence(rng)}]]\n- [[{number - 1}]] -- {sentence(rng)}")
    if rng.random() < 0.05:
        paragraphs *= 3
    text = f"{front}\n# {title}\n\n" + "\n\n".join(paragraphs) + "\n"
    if rng.random() < 0.05:
        text = text.replace("\n", "\r\n")
    whole = text.encode("latin-1" if rng.random() < 0.02 else "utf-8")
    if rng.random() < 0.01:
        whole = rng.randbytes(rng.randint(0, 4000))
    name = f"{number}" if rng.random() < 0.7 else f"{title} {'x' * 250}"[: 250 - len(f" {number}.md")] + f" {number}"
    folder = rng.choice(("", "sources/", "claims/", "domains/tea/"))
    return f"{folder}{name}.md", whole


def write(folder: Path, number: int, seed: int) -> None:
    """So many made-up files."""
    rng = random.Random(seed)
    for i in range(number):
        name, whole = made_up(i, rng)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole)


def run(paths: list[Path], folder: Path) -> dict[str, Any]:
    """Imports, exports, compares."""
    from cohobate.web.archiving import bring_in

    rules: Counter[str] = Counter()
    with_a_line = 0
    taken = [one for one in files(paths) if isinstance(one, File)]

    def counted() -> Any:
        nonlocal with_a_line
        for one in records(paths):
            if isinstance(one, Record):
                rules.update(problem.code for problem in one.problems)
                with_a_line += sum(problem.line >= 1 for problem in one.problems)
            yield one

    began, worked = time.perf_counter(), time.process_time()
    outcome = bring_in(folder / "data", counted())
    first, worked = time.perf_counter() - began, time.process_time() - worked
    began = time.perf_counter()
    same = bring_in_again(paths)
    again = time.perf_counter() - began
    from cohobate.web.sources.importing import write_out

    began = time.perf_counter()
    written = write_out(folder / "out")
    out = time.perf_counter() - began
    renamed = dict(written.renamed)
    different = [
        one.name for one in taken if (folder / "out" / renamed.get(one.name, one.name)).read_bytes() != content(one)
    ]
    return {
        "files": len(taken),
        "bytes": sum(one.path.stat().st_size for one in taken),
        "imported": len(outcome.new),
        "unread": len(outcome.unread),
        "seconds": round(first, 2),
        "processor_seconds": round(worked, 2),
        "same_again": len(same.same),
        "seconds_again": round(again, 2),
        "exported": written.files,
        "seconds_export": round(out, 2),
        "renamed": len(renamed),
        "different": different,
        "remarks": sum(rules.values()),
        "remarks_with_a_line": with_a_line,
        "rules": dict(rules.most_common()),
    }


def bring_in_again(paths: list[Path]) -> Any:
    """The same once more, on the database that Django is set up for."""
    from cohobate.web.sources.importing import bring_in

    return bring_in(records(paths))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="files and folders in the place of made-up ones")
    parser.add_argument("--files", type=int, default=10_000, help="how many are made up (default 10000)")
    parser.add_argument("--seed", type=int, default=1, help="of those (default 1)")
    parser.add_argument("--threads", type=int, default=1, help="only goes into the record")
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder for the record (benchmarks/records)")
    given = parser.parse_args()
    facts = machine(given.threads)
    with tempfile.TemporaryDirectory(prefix="cohobate-archive-") as place:
        paths = given.paths or [Path(place) / "notes"]
        if not given.paths:
            write(paths[0], given.files, given.seed)
        found = run(paths, Path(place))
    whole = found["imported"] == found["same_again"] == found["exported"] == found["files"]
    sound = whole and not found["different"] and found["remarks"] == found["remarks_with_a_line"]
    met = sound and found["seconds"] <= 20 * max(1.0, found["files"] / 10_000)
    print(f"Goal: {GOAL}.\n")
    print_table(
        [
            "files",
            "MB",
            "import s",
            "of processor",
            "again s",
            "export s",
            "renamed",
            "different",
            "remarks",
            "with a line",
        ],
        [
            [
                *(found["files"], round(found["bytes"] / 1e6, 1), found["seconds"]),
                *(found["processor_seconds"], found["seconds_again"]),
                *(found["seconds_export"], found["renamed"], len(found["different"])),
                *(found["remarks"], found["remarks_with_a_line"]),
            ]
        ],
    )
    print()
    print_table(["rule", "times"], [[rule, times] for rule, times in found["rules"].items()])
    print(f"\ngoal met: {'yes' if met else 'no'}")
    results = found | {"goal_met": met, "made_up": not given.paths, "seed": given.seed}
    # Of what is somebody's own no names go into the record.
    results["different"] = len(found["different"])
    name = "archive_import" if not given.paths else "archive_import_given"
    record(given.records, name, facts, GOAL, results)


if __name__ == "__main__":
    main()
