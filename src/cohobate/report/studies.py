"""The page of a study: what its `study.json` says, in pictures and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cohobate.errors import RunProblem
from cohobate.report import study_pictures as draw
from cohobate.report.page import picture, rendered
from cohobate.report.words import flattened
from cohobate.runs import atomic_write, read_object

Study = Mapping[str, Any]
"""What `study.json` says."""

WAYS = {"amplify": "Amplify", "sampled": "X drawn", "most_probable": "X most probable"}
SUB_ANSWERS = {"sampled": "drawn", "most probable": "most probable"}


def write(folder: Path | str) -> Path:
    """Writes a study's page, `report.html`, into its folder and returns its path.

    Raises RunProblem for a folder whose `study.json` is missing, damaged or of another version.
    """
    folder = Path(folder)
    path = folder / "study.json"
    if not path.is_file():
        raise RunProblem(f"{folder} holds no study that has come to an end; go on with `cohobate study`")
    found = read_object(path)
    try:
        page = {"failures": failures_page, "repair": repair_page}[found["study"]](found)
    except (KeyError, IndexError, TypeError):
        raise RunProblem(f"{path} is not as this version writes it; make the study anew") from None
    atomic_write(folder / "report.html", page)
    return folder / "report.html"


# --- failures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One height of one cell, seeds together."""

    failure: str
    sub_answers: str
    seeds: str
    height: int
    shares: Sequence[Mapping[str, Any]]
    """Amplify, X drawn, X most probable."""
    first: bool
    """Whether it is the first of its cell."""


def failures_page(study: Study) -> str:
    """The study of failures as HTML."""
    groups = study["groups"]
    pictures = []
    for teaching, told in SUB_ANSWERS.items():
        some = [group for group in groups if group["teaching"] == teaching and group["sort"] != "none"]
        if some:
            pictures.append(
                picture(
                    f"failures-{told.replace(' ', '-')}",
                    f"Right answers by height, sub-answers {told}",
                    _told(some),
                    lambda width, some=some: draw.by_height(some, width),  # type: ignore[misc]
                )
            )
    rows = [
        Row(
            named(group),
            SUB_ANSWERS[group["teaching"]],
            at_rest(group["converged"], len(group["seeds"])),
            row["height"],
            [row[way] for way in WAYS],
            row["height"] == 1,
        )
        for group in groups
        for row in group["heights"]
    ]
    systematic = [
        {
            "failure": named(group),
            "sub_answers": SUB_ANSWERS[group["teaching"]],
            "seed": seed,
            "height": row["height"],
            "affected": row["affected"][i],
            "predicted": row["amplify"]["predicted_each"][i],
            "found": [row[way]["each"][i] for way in WAYS],
        }
        for group in groups
        if group["sort"] == "systematic"
        for i, seed in enumerate(group["seeds"])
        for row in group["heights"]
        if row["affected"][i] > 0 or group["probability"] >= 0.1
    ]
    return rendered(
        "failures.html",
        study=study,
        pictures=pictures,
        ways=list(WAYS.values()),
        rows=rows,
        distances=distances(groups),
        systematic=systematic,
        moving=[(named(g), SUB_ANSWERS[g["teaching"]], g["moving"]) for g in groups if g["moving"]],
        protocol=flattened(study["protocol"]),
    )


def named(group: Mapping[str, Any]) -> str:
    return "none" if group["sort"] == "none" else f"{group['sort']} {group['probability']:g}"


def at_rest(converged: int, seeds: int) -> str:
    return f"{seeds}" if converged == seeds else f"{seeds}, {seeds - converged} not at rest"


def distances(groups: Sequence[Mapping[str, Any]]) -> list[tuple[str, float, float, int]]:
    """For each way of asking: by how much figures differ from those predicted, on average and at most, in shares, and
    how many figures those are."""
    found = []
    for way, told in WAYS.items():
        apart = [abs(row[way]["mean"] - row[way]["predicted"]) for group in groups for row in group["heights"]]
        found.append((told, sum(apart) / len(apart), max(apart), len(apart)))
    return found


def _told(groups: Sequence[Mapping[str, Any]]) -> str:
    last = [(named(group), group["heights"][-1]) for group in groups]
    shares = "; ".join(
        f"{name}: {100 * row['amplify']['mean']:.1f} % ({100 * row['amplify']['predicted']:.1f} % predicted)"
        for name, row in last
    )
    return f"Panels by sort and probability of failure. Amplify at height {last[0][1]['height']}: {shares}."


# --- repair ---------------------------------------------------------------------------------------------------------


def repair_page(study: Study) -> str:
    """The study of repair as HTML."""
    pictures = {}
    for part in ("overseers", "assistants"):
        some = [one for one in study["votes"] if one["part"] == part]
        if some:
            pictures[part] = picture(
                part,
                f"What a vote of {part} is worth",
                _errors_told(some),
                lambda width, some=some: draw.by_voters(some, width),  # type: ignore[misc]
            )
    if study["teachers"]:
        pictures["teachers"] = picture(
            "teachers",
            "What learning from a vote is worth",
            "Amplify's errors by height, for one overseer and for votes of three and five.",
            lambda width: draw.of_teachers(study["teachers"], width),
        )
    return rendered(
        "repair.html",
        study=study,
        pictures=pictures,
        ways=WAYS,
        protocol=flattened(study["protocol"]),
    )


def _errors_told(votes: Sequence[Mapping[str, Any]]) -> str:
    told = []
    for one in votes:
        errors = one["heights"][-1]["errors"]
        shares = ", ".join(f"{voters}: {100 * error['mean']:.1f} %" for voters, error in errors.items())
        told.append(f"{one['sort']} {one['probability']:g}, {one['seeds']}, {one['asked_for']}: {shares}")
    return f"Errors by number of voters, at the greatest height. {'; '.join(told)}."
