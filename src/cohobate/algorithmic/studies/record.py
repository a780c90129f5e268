"""A study's folder: what each cell came to, written as it ends, and what all of them say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from cohobate.errors import RunProblem
from cohobate.runs import Run, append_line, atomic_write, drop_unfinished_line, read_lines, read_object, to_json
from cohobate.version import __version__

Key = Mapping[str, Any]
"""What tells a cell from the others, as JSON values."""
Cell = Mapping[str, Any]
"""What a cell came to: its key, and figures as JSON values."""
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Study:
    """What is to be done, cell by cell."""

    name: Literal["failures", "repair"]
    protocol: Mapping[str, Any]
    """How each cell is measured, as JSON values; a folder holds cells of one protocol."""
    plan: Sequence[Key]
    """The cells, in the order in which they are measured."""
    measure: Callable[[Key, Stop], Cell | None]
    """One cell's figures; None if it was told to stop."""
    conclude: Callable[[Sequence[Cell]], Mapping[str, Any]]
    """What all cells say together."""


def carried_out(study: Study, out: Path | str, stop: Stop) -> Iterator[tuple[int, Cell]]:
    """Measures those cells of the study that its folder lacks, and gives each as it has been written, with the number
    of those that are done by then. Told to stop, it ends early.

    `cells.jsonl` in the folder has a line for each cell; at the end, `study.json` says what came of all those that are
    planned and done. Raises RunProblem for a folder that holds something else, or cells of another protocol.
    """
    folder = _opened(study, Path(out))
    with folder:
        cells = folder.folder / "cells.jsonl"
        drop_unfinished_line(cells)
        done = [cell for key in study.plan for cell in read_lines(cells) if _of(key, cell)]
        for key in study.plan:
            if any(_of(key, cell) for cell in done):
                continue
            if stop() or (figures := study.measure(key, stop)) is None:
                break
            done.append({**key, **figures})
            append_line(cells, to_json(done[-1]).encode(), sync=True)
            yield len(done), done[-1]
        outcome = {
            "study": study.name,
            "version": __version__,
            "protocol": study.protocol,
            "planned": len(study.plan),
            "done": len(done),
            **(study.conclude(done) if done else {}),
        }
        atomic_write(folder.folder / "study.json", to_json(outcome, indent=1) + "\n")


def conclusion(out: Path | str) -> dict[str, Any]:
    """What `study.json` says. Raises RunProblem for a folder without one, or one that is damaged."""
    return read_object(Path(out) / "study.json")


def _of(key: Key, cell: Cell) -> bool:
    return all(cell.get(name) == value for name, value in key.items())


def _opened(study: Study, out: Path) -> Run:
    configuration = {"study": study.name, "protocol": dict(study.protocol)}
    if not (out / "config.json").is_file():
        return Run.create(out, configuration, versions={"torch": torch.__version__}, threads=torch.get_num_threads())
    folder = Run.open(out)
    if dict(folder.configuration) != configuration:
        held = folder.configuration.get("study")
        what = f"a study of {held}" if held != study.name else "this study by another protocol"
        raise RunProblem(
            f"{out} holds {what if held else 'a run'}; choose a new folder, or the options that it was begun with"
        )
    return folder.hold()
