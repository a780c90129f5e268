"""Tables that people send: comma-separated text as spreadsheets write it, with the line of each mistake."""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cohobate.frontmatter import Mistake

SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    line: int
    """In the file, from 1; of a row that goes over several lines, the last."""
    cells: Mapping[str, str]
    """By the name of the column, without spaces around; "" where a column is missing."""


def rows_of(text: str, needed: Sequence[str], optional: Sequence[str] = ()) -> tuple[list[Row], list[Mistake]]:
    """The rows of a table whose first line names its columns, and what is wrong with it.

    A mark of the byte order is dropped. Columns may come in any order, with others among them, which are passed over.
    Separators are commas, semicolons or tabs, whichever there are most of in the first line. Empty lines are passed
    over.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return [], [
            Mistake(1, f"the file is empty: its first line names the columns; begin it with {','.join(needed)}")
        ]
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    names: list[str] = []
    rows: list[Row] = []
    mistakes: list[Mistake] = []
    try:
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip().lower() for cell in cells]
                mistakes = _in_first_line(names, line, needed, optional)
                if mistakes:
                    break
            elif len(cells) != len(names):
                mistakes.append(
                    Mistake(
                        line,
                        f"{len(cells)} cells, and the first line names {len(names)} columns: each row has one cell a "
                        f"column; check the {SEPARATORS[separator]} and the quotation marks",
                    )
                )
            else:
                found = dict(zip(names, (cell.strip() for cell in cells), strict=True))
                rows.append(Row(line, {name: found.get(name, "") for name in (*needed, *optional)}))
    except csv.Error as error:
        mistakes.append(
            Mistake(reader.line_num, f"the line does not read ({error}): quotation marks open and close; check them")
        )
    if not rows and not mistakes:
        mistakes.append(Mistake(1, "there is no answer below the first line: each answer is a line; add them"))
    return rows, mistakes


def columns_of(text: str) -> set[str]:
    """The names in the first line."""
    first = text.removeprefix("\ufeff").lstrip("\r\n").partition("\n")[0]
    return {one.strip().strip('"').lower() for one in first.split(max(SEPARATORS, key=first.count))}


def number_in(cell: str, decimal_comma: bool = False) -> float | None:
    """A plain number; None if it is none, or not a finite one."""
    try:
        found = float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in cell else None


def nearest(word: str, choices: Sequence[str]) -> str:
    """The one that was perhaps meant, as a remedy; all of them if none is near."""
    plain = word.lower().replace("_", " ").replace("-", " ").strip()
    close = difflib.get_close_matches(plain, choices, n=1, cutoff=0.6)
    return f"write '{close[0]}'" if close else f"write one of {', '.join(choices)}"


def _in_first_line(names: Sequence[str], line: int, needed: Sequence[str], optional: Sequence[str]) -> list[Mistake]:
    missing = [name for name in needed if name not in names]
    if missing:
        there = ", ".join(name for name in names if name) or "none"
        columns, are, them = ("columns", "are", "them") if len(missing) > 1 else ("column", "is", "it")
        return [
            Mistake(
                line,
                f"the {columns} {', '.join(missing)} {are} missing: a table of answers has {', '.join(needed)}, and "
                f"this one {there}; add {them}",
            )
        ]
    twice = sorted({name for name in (*needed, *optional) if names.count(name) > 1})
    return [
        Mistake(line, f"the column {name} is there twice: a name stands for one column; remove one") for name in twice
    ]
