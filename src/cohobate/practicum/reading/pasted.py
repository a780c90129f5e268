"""Items from a table that is pasted: comma-separated values, with a line that names the columns.

question, right, wrong, wrong, …       in any order of columns; `right` is the key, each `wrong` another option
kind                                   text-based (also where there is no such column) or inference
passage                                p1, p2, …; where there is none, the one that is chosen on the page
rubric                                 for an answer in words: then `right` and `wrong` stay empty
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from random import Random
from typing import Final

from cohobate.practicum.reading.trial_acts import OPTIONS

COLUMNS: Final = ("question", "right", "wrong", "kind", "passage", "rubric")


def pasted(text: str, passage: str, known: Sequence[str]) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """Each item as the fields of its act, with its line; and what is wrong with the table, a sentence each.

    The right option does not stay the first: where it stands is drawn from the question, the same each time.
    """
    first = text.lstrip().split("\n", 1)[0]
    mark = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text.strip()), delimiter=mark)
    found: list[tuple[int, dict[str, str]]] = []
    wrong: list[str] = []
    try:
        names = [one.strip().lower() for one in next(reader, [])]
        if strange := [one for one in names if one not in COLUMNS]:
            told = ", ".join(COLUMNS)
            return [], [f"Line 1: '{strange[0][:40]}' is no column; the first line names them, of {told}."]
        if "question" not in names:
            return [], ["Line 1: there is no column 'question'; the first line names the columns."]
        for row in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > len(names):
                wrong.append(f"Line {line}: {len(row)} values for {len(names)} columns; put quotes around commas.")
                continue
            cells = [(name, cell.strip()) for name, cell in zip(names, row, strict=False) if cell.strip()]
            fields, trouble = _item(cells, passage, known)
            if trouble:
                wrong.append(f"Line {line}: {trouble}")
            else:
                found.append((line, fields))
    except csv.Error as error:
        wrong.append(f"Line {reader.line_num}: this is no table of values ({error}); see that each quote is closed.")
    if not found and not wrong:
        wrong.append("There is no item in this table; write one a line, below the names of the columns.")
    return found, wrong


def _item(cells: list[tuple[str, str]], passage: str, known: Sequence[str]) -> tuple[dict[str, str], str]:
    values = dict(cells)
    fields = {
        "passage": values.get("passage", passage),
        "kind": values.get("kind", "text-based"),
        "question": values.get("question", ""),
    }
    if fields["passage"] not in known:
        return {}, f"'{fields['passage'][:20]}' is no passage of this test; there are {', '.join(known) or 'none yet'}."
    if "right" not in values:
        if "rubric" not in values:
            return {}, "neither a right option nor a rubric; an item has one of the two."
        return fields | {"form": "text", "rubric": values["rubric"]}, ""
    options = [values["right"], *(cell for name, cell in cells if name == "wrong")]
    if len(options) > OPTIONS[1]:
        return {}, f"{len(options)} options; {OPTIONS[1]} are the most."
    chance = Random(fields["question"])
    order = sorted(range(len(options)), key=lambda _: chance.random())
    fields |= {f"option{place}": options[one] for place, one in enumerate(order, start=1)}
    return fields | {"form": "choice", "key": str(order.index(0) + 1)}, ""
