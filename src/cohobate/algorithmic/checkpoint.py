"""Checkpoints: all that changes while a run goes on, in one file that cannot execute anything.

A file is in safetensors form, with the tensors in their places and everything else as JSON in the metadata. Its name
carries the step and the beginning of the SHA-256 of its content, so that a changed or half-copied file is noticed. It
is written whole or not at all, and the newest two are kept.

What belongs to a run's state is read off a `Training` itself: every attribute but those that its task and settings
determine. So a number added there is saved and restored without a word here; a thing of a new type is refused loudly.
Restored into a `Training` made from the same task and settings, the run goes on to the last bit as if it had never
stopped.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from cohobate.algorithmic.network import Optimiser
from cohobate.algorithmic.overseer import Transcripts
from cohobate.algorithmic.training import Training
from cohobate.errors import RunProblem
from cohobate.runs import atomic_write, storage

KEPT = 2
"""So many of the newest checkpoints stay; should the last one be damaged, the one before it serves."""

FORM = 1
"""Of what a file holds; a file of another form is refused."""

NAME = re.compile(r"step-(?P<step>\d{8,})-(?P<hash>[0-9a-f]{16})\.safetensors")

DETERMINED = ("task", "settings", "h", "overseer", "teach")
"""Attributes of a `Training` that its task and settings, with the rest, determine."""


@dataclass(frozen=True)
class Checkpoint:
    """One file, read and found whole."""

    path: Path
    step: int
    notes: Mapping[str, Any]
    """What `save` was given beside the training, as JSON values."""
    state: Mapping[str, Any]
    tensors: Mapping[str, Tensor]


def save(training: Training, folder: Path, notes: Mapping[str, Any]) -> Path:
    """Writes a checkpoint into `folder`, which is made if need be, and removes those that it supersedes.

    notes:  JSON values that are to come back with it

    Raises StorageProblem, and then the checkpoints that were there are untouched.
    """
    tensors: dict[str, Tensor] = {}
    state = {name: _pack(value, name, tensors) for name, value in _state(training).items()}
    document = {"form": FORM, "step": training.steps, "notes": notes, "state": state}
    content = safetensors.torch.save(tensors, {"cohobate": json.dumps(document, allow_nan=False)})
    with storage(folder, "made"):
        folder.mkdir(exist_ok=True)
    path = folder / f"step-{training.steps:08d}-{_digest(content)}.safetensors"
    atomic_write(path, content)
    # A later one is there only if it was passed over as damaged.
    earlier = [other for other in files(folder) if _step(other) < training.steps]
    kept = {path, *earlier[-(KEPT - 1) :]}
    half_written = folder.glob(".step-*.half")  # by a process that was killed
    for other in [*(other for other in files(folder) if other not in kept), *half_written]:
        with storage(other, "removed"):
            other.unlink()
    return path


def files(folder: Path) -> list[Path]:
    """The checkpoints in `folder`, oldest step first; none if there is no such folder."""
    with storage(folder, "read"):
        found = [path for path in folder.glob("step-*.safetensors") if NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (_step(path), path.name))


def read(path: Path) -> Checkpoint:
    """The checkpoint in a file. Raises RunProblem if it is half-written, changed, or of another form."""
    name = NAME.fullmatch(path.name)
    with storage(path, "read"):
        content = path.read_bytes()
    if name is None or _digest(content) != name["hash"]:
        raise RunProblem(f"{path} is damaged: its content is not the one that its name was given for")
    try:
        length = int.from_bytes(content[:8], "little")
        document = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["cohobate"])
        if document["form"] != FORM:
            raise RunProblem(f"{path} is of form {document['form']} and this Cohobate reads form {FORM}")
        tensors = safetensors.torch.load(content)
        return Checkpoint(path, int(document["step"]), dict(document["notes"]), dict(document["state"]), tensors)
    except (ValueError, KeyError, TypeError, RecursionError, safetensors.SafetensorError):
        raise RunProblem(f"{path} is no checkpoint of Cohobate") from None


def newest(folder: Path) -> tuple[Checkpoint | None, list[str]]:
    """The newest checkpoint that is whole, and a sentence for each newer one that is not.

    None if there never was one. Raises RunProblem if there are some and none is whole.
    """
    problems: list[str] = []
    for path in reversed(files(folder)):
        try:
            return read(path), problems
        except RunProblem as problem:
            problems.append(str(problem))
    if problems:
        raise RunProblem(f"{problems[0]}, and there is no other that is whole; restore one from a copy")
    return None, []


def verify(folder: Path) -> list[str]:
    """A sentence for each checkpoint in `folder` that is damaged."""
    problems = []
    for path in files(folder):
        try:
            read(path)
        except RunProblem as problem:
            problems.append(str(problem))
    return problems


def restore(training: Training, checkpoint: Checkpoint, only: tuple[str, ...] | None = None) -> None:
    """Puts `training`, made afresh from the same task and settings, where the checkpoint was.

    only:  the attributes to restore, such as ("average",) to ask X without going on; None: all

    Raises RunProblem if the checkpoint is of another task, other settings or another version.
    """
    present = _state(training)
    try:
        if set(checkpoint.state) != set(present):
            raise KeyError(f"'{min(set(checkpoint.state) ^ set(present))}' is on one side only")
        for name in only or present:
            setattr(training, name, _unpack(checkpoint.state[name], present[name], checkpoint.tensors))
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        reason = str(error).strip("'\"").splitlines()[0].rstrip(":. ")
        raise RunProblem(
            f"{checkpoint.path} does not fit this run's configuration ({reason}); "
            "resume with the version that made it, or start a new run"
        ) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _step(path: Path) -> int:
    return int(path.name.split("-")[1])


def _state(training: Training) -> dict[str, Any]:
    return {name: value for name, value in vars(training).items() if name not in DETERMINED}


# --- values to JSON and tensors, and back ---------------------------------------------------------------------------
# What JSON holds stands for itself; anything else is a map with one key, its sort.


def _pack(value: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """A JSON value for `value`; tensors that it needs are put into `tensors`, under names that begin with `name`."""

    def inner(key: object, part: Any) -> Any:
        return _pack(part, f"{name}.{key}", tensors)

    def kept(tensor: Tensor) -> str:
        tensors[name] = tensor.detach().cpu().contiguous()
        return name

    match value:
        case None | bool() | int() | str():
            return value
        case np.generic():
            return inner("item", value.item())
        case float():
            return value if math.isfinite(value) else {"float": str(value)}
        case list():
            return [inner(i, part) for i, part in enumerate(value)]
        case tuple():
            return {"tuple": [inner(i, part) for i, part in enumerate(value)]}
        case dict():
            return {"map": [[key, inner(key, part)] for key, part in value.items()]}
        case np.ndarray():
            return {"array": kept(torch.from_numpy(value.copy(order="C")))}
        case Tensor():
            return {"tensor": kept(value)}
        case np.random.Generator():
            return {"chance": value.bit_generator.state}
        case torch.Generator():
            return {"chance of tensors": kept(value.get_state())}
        case nn.Module():
            return {"module": {key: inner(key, part) for key, part in value.state_dict().items()}}
        case torch.optim.Optimizer():
            return {"optimiser": inner("state", value.state_dict())}
        case Optimiser():
            return {"optimisers": [inner(i, part) for i, part in enumerate(value.parts)]}
        case Transcripts():
            return {"transcripts": [inner(i, column) for i, column in enumerate(value.columns)]}
        case _ if is_dataclass(value):
            return {"fields": {field.name: inner(field.name, getattr(value, field.name)) for field in fields(value)}}
    raise TypeError(
        f"a checkpoint cannot hold {name}, which is a {type(value).__name__}; teach it to, in checkpoint.py"
    )


def _unpack(packed: Any, present: Any, tensors: Mapping[str, Tensor]) -> Any:
    """The value that was packed. `present`, what a fresh training has in that place, is changed and returned where
    others refer to it: modules, optimisers, generators, and records of plain values."""
    if isinstance(packed, list):
        return [_unpack(part, None, tensors) for part in packed]
    if not isinstance(packed, dict):
        return packed
    ((sort, content),) = packed.items()
    match sort:
        case "float":
            return float(content)
        case "tuple":
            return tuple(_unpack(part, None, tensors) for part in content)
        case "map":
            return {key: _unpack(part, None, tensors) for key, part in content}
        case "array":
            return tensors[content].numpy().copy()
        case "tensor":
            return tensors[content].clone()
        case "chance":
            present.bit_generator.state = content
        case "chance of tensors":
            present.set_state(tensors[content])
        case "module":
            present.load_state_dict({key: _unpack(part, None, tensors) for key, part in content.items()})
        case "optimiser":
            present.load_state_dict(_unpack(content, None, tensors))
        case "optimisers":
            for part, packed_part in zip(present.parts, content, strict=True):
                _unpack(packed_part, part, tensors)
        case "transcripts":
            return Transcripts(*(_unpack(column, None, tensors) for column in content))
        case "fields":
            if set(content) != {field.name for field in fields(present)}:
                raise KeyError(f"the fields of {type(present).__name__} are others")
            for name, part in content.items():
                setattr(present, name, _unpack(part, getattr(present, name), tensors))
        case _:
            raise KeyError(f"{sort} is no sort of value")
    return present
