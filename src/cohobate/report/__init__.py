"""Pages for people: what a run learned, how faithfully and at what cost, and how several runs compare.

A page is one HTML file that loads nothing, runs no script, and can be printed and mailed. Its pictures are SVG.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cohobate.errors import WrongUse
from cohobate.runs import Run, atomic_write, storage

__all__ = ["compare", "write"]


def write(run: Run) -> Path:
    """Writes the run's report into its folder and returns the path of the page, `report.html`.

    The pictures in it are written as files too, `pictures/*.svg`. A run that is still going on, or was interrupted,
    gets a report on what there is. Raises RunProblem for files that do not read as a run's, StorageProblem for files
    that cannot be read or written.
    """
    # Drawing takes a second to load, and needs more than the base install has.
    from cohobate.report.page import run_page, run_pictures
    from cohobate.report.reading import read

    record = read(run)
    pictures = run_pictures(record)
    folder = run.folder / "pictures"
    if pictures:
        with storage(folder, "made"):
            folder.mkdir(exist_ok=True)
    for picture in pictures.values():
        atomic_write(folder / f"{picture.name}.svg", picture.file)
    atomic_write(run.report, run_page(record, pictures))
    return run.report


def compare(runs: Sequence[Run], out: Path | str) -> Path:
    """Writes one page that sets these runs side by side to `out`, and returns its path.

    Raises WrongUse if there are no runs, and as `write` does.
    """
    from cohobate.report.page import comparison_page
    from cohobate.report.reading import read

    if not runs:
        raise WrongUse("no runs to compare; name two or more folders that `cohobate run` made")
    page = comparison_page([read(run) for run in runs])
    atomic_write(out, page)
    return Path(out)
