"""Driving a run from its folder: begin, go on, end, and leave everything that is needed to go on again.

At every step boundary first a look, if one is due, then the end of an iteration: its entry is written to the ledger,
then a checkpoint. So after a crash the ledger may be ahead of the newest checkpoint. The entries in between come up a
second time, and must come up the same.
"""

from __future__ import annotations

import hashlib
import math
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import safetensors
import scipy
import torch

from cohobate.algorithmic import checkpoint
from cohobate.algorithmic.measuring import close_iteration, look
from cohobate.algorithmic.reaching import first_of_two
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.showing import sample
from cohobate.algorithmic.task import Task
from cohobate.algorithmic.tasks import TASKS, make_task, where_from
from cohobate.algorithmic.training import Training
from cohobate.algorithmic.trust import Trust
from cohobate.errors import RunProblem, WrongUse
from cohobate.ledger import Entry, Ledger, follow
from cohobate.runs import Run, atomic_write, storage, to_json
from cohobate.version import __version__

Status = Literal["reached", "finished", "budget", "distrusted", "interrupted"]
"""How a run ended: the target was reached; there was none, and all that was allowed is done; what was allowed is used
up before the target; what is certified fell below the trust asked for; it was told to stop."""

Watch = Callable[[Training, Mapping[str, Any] | None], None]
"""Called after every step, with what a look found if there was one."""


@dataclass(frozen=True)
class Limits:
    """When a run ends: what comes first. None is no limit. Raises WrongUse for what cannot be."""

    until: float | None = None
    """Accuracy, a share in 0 … 1, that two looks in a row must find."""
    seconds: float | None = None
    """Of training since its beginning, evaluation not counted."""
    steps: int | None = None
    """Of X since the beginning."""
    trust: float | None = None
    """Agreement, a share strictly between 0 and 1, below which what is certified of a level must not fall again."""

    def __post_init__(self) -> None:
        if self.until is not None and not 0 < self.until <= 1:
            raise WrongUse(f"accuracy {self.until:g}: it is a share above 0 and at most 1; try --until 0.99")
        if self.seconds is not None and not 0 < self.seconds < math.inf:
            raise WrongUse(f"{self.seconds:g} seconds: the time must be more than none; try --seconds 60")
        if self.steps is not None and self.steps < 1:
            raise WrongUse(f"{self.steps} steps: there must be at least one; try --steps 1000")
        if self.trust is not None and not 0 < self.trust < 1:
            raise WrongUse(f"trust {self.trust:g}: it is a share strictly between 0 and 1; try --trust 0.9")

    def used_up_by(self, training: Training) -> bool:
        """Whether no more training is allowed."""
        return (self.steps is not None and training.steps >= self.steps) or (
            self.seconds is not None and training.seconds >= self.seconds
        )


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    status: Status
    summary: Mapping[str, Any]
    """As in `summary.json`."""
    iteration: Mapping[str, Any] | None
    """The last iteration's data in the ledger; None if none was closed."""


@dataclass
class Place:
    """How far a training has got in its ledger."""

    last: Entry
    """The newest entry that the training has come to."""
    ahead: list[Entry] = field(default_factory=list)
    """Entries after it, written before a crash: the training will come to them again."""
    closed_at: int = 0
    """The step that closed the newest iteration."""
    hits: int = 0
    """Looks in a row that found the accuracy asked for."""
    looked: Mapping[str, Any] | None = None
    """What the newest look found, with its step."""
    problems: list[str] = field(default_factory=list)
    """A sentence for each thing that was found damaged and passed over."""
    fallen: Mapping[str, float] = field(default_factory=dict)
    """The levels of which the newest entry certifies less than the trust asked for, with how much."""
    acknowledged: int = 0
    """The entry at which the run stopped for that, and was told to go on all the same."""


# --- beginning, and beginning again ---------------------------------------------------------------------------------


def begin(folder: Path | str, task: Task, settings: Settings, limits: Limits) -> tuple[Run, Training, Ledger]:
    """A new run in a new or empty folder, held by this process.

    Raises WrongUse for a device that there is not or for specialists that there cannot be, and what `Run.create`
    raises; then no folder is made.
    """
    check_device(settings.device)
    training = Training(task, settings)  # before there is a folder: it refuses what cannot be
    configuration: dict[str, Any] = {"task": where_from(task), "options": task.options, "settings": settings.to_dict()}
    if configuration["task"] not in TASKS:
        configuration["task_sha256"] = _sha256(Path(configuration["task"]))
    versions = {"scipy": scipy.__version__, "torch": torch.__version__, "safetensors": safetensors.__version__}
    run = Run.create(folder, {**configuration, "budget": asdict(limits)}, versions=versions, threads=settings.threads)
    try:
        # The budget is left out: it decides when a run ends, not what it comes to on the way.
        return run, training, Ledger.create(run.ledger, configuration)
    except BaseException:
        run.release()
        raise


def again(run: Run) -> tuple[Training, Ledger, Place, Limits]:
    """An existing run where its newest whole checkpoint left it, held by this process.

    The limits are those that were in force. Raises RunProblem if another process holds the run, if its ledger or all
    checkpoints are damaged, or if they do not belong together; WrongUse for a device that there is not.
    """
    run.hold()
    try:
        return _recovered(run)
    except BaseException:
        run.release()
        raise


def _recovered(run: Run) -> tuple[Training, Ledger, Place, Limits]:
    task, settings = made_from(run)
    check_device(settings.device)
    limits = _allowed_at_first(run)
    # A crash before the first entry may have left no ledger at all.
    if not run.ledger.exists() and not checkpoint.files(run.checkpoints):
        Ledger.create(run.ledger, {key: value for key, value in run.configuration.items() if key != "budget"})
    ledger = Ledger.open(run.ledger, repair=True)
    entries = list(ledger.entries())
    training = Training(task, settings)
    newest, problems = checkpoint.newest(run.checkpoints)
    if ledger.dropped:
        problems.append(ledger.dropped)
    if newest is None:
        place = Place(entries[0], entries[1:], problems=problems)
    else:
        notes = newest.notes
        length, head = notes["ledger_length"], notes["ledger_head"]
        if len(entries) < length or entries[length - 1].hash != head:
            raise RunProblem(
                f"{newest.path.name} was saved at entry {length} of another ledger than {run.ledger}; "
                "restore both from one copy"
            )
        checkpoint.restore(training, newest)
        place = Place(
            entries[length - 1], entries[length:], notes["closed_at"], notes["hits"], notes["looked"], problems
        )
        place.acknowledged = notes.get("acknowledged", 0)
        limits = Limits(**notes["limits"])
    _forget_looks_after(run, training.steps)
    return training, ledger, place, limits


def further(
    run: Run,
    training: Training,
    place: Place,
    limits: Limits,
    *,
    until: float | None = None,
    seconds: float | None = None,
    steps: int | None = None,
    trust: float | None = None,
) -> Limits:
    """The limits of a run that goes on from `again`.

    seconds, steps:  allowed from here on; if neither is given and the run ended because what was allowed is used up,
                     as much again as at first
    until, trust:    the accuracy and the trust asked for from now on; None: as before
    """
    if until is not None and until != limits.until:
        place.hits = 0
    target = limits.until if until is None else until
    trusted = limits.trust if trust is None else trust
    more = Limits(target, seconds, steps, trusted)
    if seconds is None and steps is None:
        if not (run.summary.exists() and limits.used_up_by(training)):  # a crash leaves no summary
            return replace(limits, until=target, trust=trusted)
        more = _allowed_at_first(run)
    return Limits(
        target,
        None if more.seconds is None else training.seconds + more.seconds,
        None if more.steps is None else training.steps + more.steps,
        trusted,
    )


def _allowed_at_first(run: Run) -> Limits:
    try:
        return Limits(**run.configuration["budget"])
    except (KeyError, TypeError, WrongUse):
        raise RunProblem(f"{run.config} does not say how long the run may go on; restore it from a copy") from None


def made_from(run: Run) -> tuple[Task, Settings]:
    """The task and the settings of a run. Raises RunProblem if the configuration does not say, or cannot be had."""
    configuration = run.configuration
    where, options, settings = (configuration.get(key) for key in ("task", "options", "settings"))
    if not (isinstance(where, str) and isinstance(options, dict) and isinstance(settings, dict)):
        raise RunProblem(f"{run.config} names no task, options and settings; restore it from a copy")
    if where not in TASKS:
        _check_own_task(run, Path(where))
    try:
        task = make_task(where, **options)
    except WrongUse as error:
        raise RunProblem(f"{run.config} names a task that cannot be made: {error}") from None
    return task, Settings.from_dict(settings)


def _check_own_task(run: Run, path: Path) -> None:
    # A folder may come from anybody: what it names is run only if it is the reader's own file, and the same as then.
    if not path.is_absolute() or path.resolve().is_relative_to(run.folder.resolve()):
        raise RunProblem(
            f"{run.config} names the task {path}, which is no shipped task and no file of your own; "
            "a task that came with a run is not executed"
        )
    if not path.is_file():
        raise RunProblem(f"the task of this run, {path}, is not there any more; put the file back")
    if _sha256(path) != run.configuration.get("task_sha256"):
        raise RunProblem(
            f"the task of this run, {path}, has been changed since; put it back as it was, or start a new run"
        )


def check_device(device: str) -> None:
    """Raises WrongUse for a device that this machine or this version of torch does not have."""
    if device not in ("cpu", "cuda"):
        raise WrongUse(f"device '{device}': runs go on cpu or cuda; try --device cpu")
    if device == "cuda" and not torch.cuda.is_available():
        raise WrongUse("device 'cuda': torch finds no GPU here; try --device cpu, or install torch with CUDA")


def _sha256(path: Path) -> str:
    with storage(path, "read"):
        return hashlib.sha256(path.read_bytes()).hexdigest()


def _forget_looks_after(run: Run, step: int) -> None:
    """Looks at steps that are about to be made again."""
    rows = run.read_metrics()
    kept = [row for row in rows if row.get("step", 0) <= step]
    if len(kept) < len(rows):
        atomic_write(run.metrics, "".join(to_json(row) + "\n" for row in kept))


# --- going on -------------------------------------------------------------------------------------------------------


def run(
    training: Training,
    folder: Run,
    ledger: Ledger,
    *,
    until: float | None = None,
    seconds: float | None = None,
    steps: int | None = None,
    trust: float | None = None,
    watch: Watch = lambda training, found: None,
    stop: Callable[[], bool] = lambda: False,
    place: Place | None = None,
) -> Outcome:
    """Trains until two looks in a row find the accuracy `until`, or `seconds` or `steps` are used up, or what is
    certified of a level has fallen below `trust`, or `stop()`.

    until, seconds, steps, trust:  as in `Limits`, counted from the beginning of the run
    watch, stop:                   called after every step
    place:                         from `again`; None for a run just begun

    At the end the iteration is closed, and checkpoint, transcripts and summary are written. If it was told to stop,
    only the checkpoint and the summary are: gone on with, the run comes to the same ledger as one never stopped.

    Raises StorageProblem if something cannot be written; RunProblem if an entry comes up differently the second time.
    """
    limits = Limits(until, seconds, steps, trust)
    settings = training.settings
    place = place or Place(next(iter(ledger.entries())))
    guard = None if trust is None else Trust(trust)
    if guard:
        for entry in ledger.entries():
            if entry.index <= place.last.index:
                place.fallen = guard.note(entry.data)
    if place.fallen and folder.summary.exists():
        place.acknowledged = place.last.index  # whoever goes on with a run that stopped for it knows
        _save(training, folder, place, limits)
    if place.acknowledged == place.last.index:
        place.fallen = {}
    with storage(folder.summary, "removed"):
        folder.summary.unlink(missing_ok=True)  # it would speak of another ledger from now on
    while True:
        if place.ahead and place.ahead[0].data.get("step") == training.steps:
            _close(training, ledger, place, guard)  # the last iteration of a run may have ended at any step
            _save(training, folder, place, limits)
        if (status := _ended(training, limits, place, stop)) is not None:
            break
        training.step()
        found = None
        if training.steps % settings.look == 0:
            found = _look(training, folder, place, limits)
        if training.steps % settings.iteration == 0:
            _close(training, ledger, place, guard)
            _save(training, folder, place, limits)
        watch(training, found)
    if status != "interrupted":
        if training.steps > place.closed_at:
            _close(training, ledger, place, guard)
        if place.looked is None or place.looked["step"] != training.steps:
            watch(training, _look(training, folder, place, limits))
            status = _ended(training, limits, place, stop) or status
        status = "distrusted" if place.fallen else status
        folder.write_transcripts(sample(training))
    _save(training, folder, place, limits)
    summary = _summary(training, ledger, place, limits, status)
    supervised = settings.overseer == "supervised"
    summary["decisions_to_99"] = None if supervised else _decisions_to(folder, 0.99)
    folder.write_summary(summary)
    last = place.ahead[-1] if place.ahead else place.last
    return Outcome(status, summary, last.data if last.index else None)


def _ended(training: Training, limits: Limits, place: Place, stop: Callable[[], bool]) -> Status | None:
    # What the ledger already says was done is done again, whatever the clock says this time.
    if not place.ahead:
        if place.fallen:
            return "distrusted"
        if place.hits >= 2:
            return "reached"
        if limits.used_up_by(training):
            return "finished" if limits.until is None else "budget"
    return "interrupted" if stop() else None


def _look(training: Training, folder: Run, place: Place, limits: Limits) -> Mapping[str, Any]:
    found = look(training)
    found = {
        "step": training.steps,
        "seconds": round(training.seconds, 3),
        **found,
        "decisions": training.decisions,
        "acts": training.acts,
        "decisions_audit": training.decisions_audit,
        "acts_audit": training.acts_audit,
        "targets": training.targets,
        "size": training.growing.size,
        "loss": _finite(training.loss),
        "surprise": _finite(training.asking.surprise) if training.settings.overseer == "imitated" else None,
    }
    place.hits = place.hits + 1 if limits.until is not None and found["accuracy"] >= limits.until else 0
    place.looked = found
    folder.append_metrics(found)
    return found


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _close(training: Training, ledger: Ledger, place: Place, guard: Trust | None) -> None:
    data = close_iteration(training, place.last.index + 1)
    if place.ahead:
        entry = follow(place.last, "iteration", data)
        if entry != place.ahead.pop(0):
            raise RunProblem(
                f"entry {entry.index} of {ledger.path} does not come up again as it stands there; "
                "go on with this run on the machine, and with the versions, that made it, or start a new one"
            )
    else:
        entry = ledger.append("iteration", data)
    place.last, place.closed_at = entry, training.steps
    place.fallen = guard.note(entry.data) if guard else {}


def _save(training: Training, folder: Run, place: Place, limits: Limits) -> None:
    notes = {
        "ledger_length": place.last.index + 1,
        "ledger_head": place.last.hash,
        "closed_at": place.closed_at,
        "hits": place.hits,
        "looked": place.looked,
        "acknowledged": place.acknowledged,
        "limits": asdict(limits),
    }
    checkpoint.save(training, folder.checkpoints, notes)


def _summary(training: Training, ledger: Ledger, place: Place, limits: Limits, status: Status) -> dict[str, Any]:
    task, found = training.task, place.looked or {}
    return {
        "task": task.name,
        "size": task.size,
        "options": task.options,
        "overseer": training.settings.overseer,
        "seed": training.settings.seed,
        "device": training.settings.device,
        "status": status,
        "reached": None if limits.until is None else status == "reached",
        "until": limits.until,
        "accuracy": found.get("accuracy"),
        "accuracy_by_level": found.get("accuracy_by_level"),
        "accuracy_by_kind": found.get("accuracy_by_kind"),
        "evaluated": found.get("evaluated"),
        "evaluated_at_step": found.get("step"),
        "steps": training.steps,
        "decisions": training.decisions,
        "acts": training.acts,
        "decisions_audit": training.decisions_audit,
        "acts_audit": training.acts_audit,
        "decisions_measuring": training.decisions_measuring,
        "acts_measuring": training.acts_measuring,
        "targets": training.targets,
        "trust": limits.trust,
        "fallen": dict(place.fallen),
        "seconds": round(training.seconds, 3),
        "ledger_length": len(ledger),
        "ledger_head": ledger.head,
        "peak_memory_mb": peak_memory_mb(),
        "version": __version__,
    }


def _decisions_to(folder: Run, share: float) -> int | None:
    """Decisions by H for training at the first of two looks in a row that found this accuracy."""
    looks = folder.read_metrics()
    at = first_of_two([found.get("accuracy") for found in looks], share)
    return None if at is None else int(looks[at]["decisions"])


def peak_memory_mb() -> float:
    """The most memory that this process has had so far, in units of a million bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


# --- asking a trained X ---------------------------------------------------------------------------------------------


def trained(run: Run) -> tuple[Training, list[str]]:
    """A run's training with the averaged X of its newest whole checkpoint, on the processor, for asking only, and a
    sentence for each newer checkpoint that is damaged. Raises RunProblem if there is none."""
    task, settings = made_from(run)
    newest, problems = checkpoint.newest(run.checkpoints)
    if newest is None:
        raise RunProblem(
            f"{run.folder} has no checkpoint yet; let it train further with `cohobate resume {run.folder}`"
        )
    training = Training(task, replace(settings, device="cpu"))
    checkpoint.restore(training, newest, only=("average",))
    training.average.eval()
    return training, problems
