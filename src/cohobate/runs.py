"""A run's folder: one process at a time, whole files only, and all that is needed to run it again.

The folder can be copied, mailed and resumed. Clock times are in `metrics.jsonl` and nowhere else. Locks are POSIX
advisory locks: they hold between processes of one machine.
"""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
import platform
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from cohobate.errors import RunProblem, StorageProblem
from cohobate.version import __version__

REASONS = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "the disk quota is used up; free some space and try again",
    errno.EACCES: "permission is denied; choose a place that you may use, or change its permissions",
    errno.EPERM: "permission is denied; choose a place that you may use, or change its permissions",
    errno.EROFS: "the file system is read-only; choose a place that may be written",
    errno.ENOTDIR: "a part of its path is a file, not a folder; choose another place",
    errno.EISDIR: "it is a folder, not a file; choose another place",
    errno.ENOENT: "it does not exist; check the path",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


@contextmanager
def storage(path: Path, doing: str) -> Iterator[None]:
    """Turns what the operating system refuses about `path` into a StorageProblem of one sentence.

    `doing` is the participle for that sentence: "written", "read".
    """
    try:
        yield
    except OSError as error:
        reason = REASONS.get(
            error.errno or 0, f"the system says '{error.strerror or error}'; see to that and try again"
        )
        raise StorageProblem(f"{path} could not be {doing}: {reason}") from error


# --- whole files and whole lines ----------------------------------------------------------------------------------


def atomic_write(path: Path | str, content: bytes | str) -> None:
    """Writes the file whole or not at all; a reader, a crash or a full disk meets the old content or the new.

    Raises StorageProblem, and then what was there before is unchanged.
    """
    path = Path(path)
    data = content.encode() if isinstance(content, str) else content
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    with storage(path, "written"):
        try:
            file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            try:
                _write_all(file, data)
                os.fsync(file)
            finally:
                os.close(file)
            os.replace(half, path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def append_line(path: Path, line: bytes, *, sync: bool) -> None:
    """Adds one line (given without its end) to a file, or leaves the file as it was and raises StorageProblem.

    `sync` waits until the line is on the disk itself.
    """
    with storage(path, "written"):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            before = os.fstat(file).st_size
            try:
                _write_all(file, line + b"\n")
                if sync:
                    os.fsync(file)
            except BaseException:
                os.ftruncate(file, before)
                raise
        finally:
            os.close(file)


def drop_unfinished_line(path: Path) -> bytes:
    """Cuts off what follows the last line end, left by a crash in the middle of an append; returns it."""
    with storage(path, "repaired"):
        if not path.exists():
            return b""
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(path, whole)
        return content[whole:]


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        # The system may write less than asked, and does so just before a disk is full.
        rest = rest[os.write(file, rest) :]


def _sync_folder(folder: Path) -> None:
    # Without this a rename may be undone by a power cut.
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def to_json(value: Any, indent: int | None = None) -> str:
    """Strict JSON for files that people and programs read.

    NumPy numbers and arrays become plain ones, paths become text, and what is not a finite number becomes null.
    """
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.generic, np.ndarray)):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


# --- the folder ---------------------------------------------------------------------------------------------------


class Run:
    """One run's folder. `create` makes and holds it, `open` reads it, `hold` keeps other processes from writing it.

    As a context manager it lets go of the folder at the end.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any], lock: int | None = None) -> None:
        self.folder = folder
        self.configuration: Mapping[str, Any] = settings["configuration"]
        """What `create` was given: enough to run it again."""
        self.made_with: Mapping[str, Any] = {k: v for k, v in settings.items() if k != "configuration"}
        """Versions of Cohobate, Python and the libraries, the platform, and the number of threads."""
        self._lock = lock

    # --- making and opening ---------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        folder: Path | str,
        configuration: Mapping[str, Any],
        *,
        versions: Mapping[str, str] | None = None,
        threads: int | None = None,
    ) -> Run:
        """A new run in a new or empty folder, held by this process, with its `config.json` already written.

        configuration:  all that is needed to run it again, as JSON values
        versions:       of libraries that this room does not import, by name, such as {"torch": "2.13.0"}
        threads:        how many threads the computation uses, where it matters

        Raises RunProblem if the folder holds anything, StorageProblem if it cannot be written.
        """
        folder = Path(folder)
        with storage(folder, "made"):
            if folder.is_file():
                raise RunProblem(f"{folder} is a file and a run needs a folder; choose another")
            folder.mkdir(parents=True, exist_ok=True)
        cls._refuse_if_used(folder)
        lock = lock_folder(folder)
        try:
            # Another process may have begun its run here between the look and the lock.
            cls._refuse_if_used(folder)
            settings = {
                "cohobate": __version__,
                "python": platform.python_version(),
                "numpy": np.__version__,
                **(versions or {}),
                "platform": platform.platform(),
                "threads": threads,
                "configuration": configuration,
            }
            atomic_write(folder / "config.json", to_json(settings, indent=2) + "\n")
            return cls(folder, json.loads(to_json(settings)), lock)
        except BaseException:
            os.close(lock)
            raise

    @classmethod
    def open(cls, folder: Path | str) -> Run:
        """An existing run, for reading; `hold()` it before writing.

        Raises RunProblem if the folder is missing, is no run's, is damaged, or was made by another version.
        """
        folder = Path(folder)
        path = folder / "config.json"
        with storage(folder, "read"):
            missing, foreign = not folder.exists(), not path.is_file()
        if missing:
            raise RunProblem(f"{folder} does not exist; check the path, or start a run with `cohobate run`")
        if foreign:
            raise RunProblem(f"{folder} is no run's folder (it has no config.json); name one that `cohobate run` made")
        settings = read_object(path)
        made_by = settings.get("cohobate")
        if not isinstance(made_by, str) or not isinstance(settings.get("configuration"), dict):
            raise RunProblem(f"{path} was not written by Cohobate; name a folder that `cohobate run` made")
        if _line_of_releases(made_by) != _line_of_releases(__version__):
            raise RunProblem(
                f"{folder} was made by Cohobate {made_by} and this is {__version__}; "
                f"install cohobate=={made_by} to use it, or start a new run"
            )
        return cls(folder, settings)

    @staticmethod
    def _refuse_if_used(folder: Path) -> None:
        with storage(folder, "read"):
            names = {path.name for path in folder.iterdir()}
        if "config.json" in names:
            raise RunProblem(
                f"{folder} already holds a run; go on with `cohobate resume {folder}`, or choose another folder"
            )
        # A crash before the configuration was written leaves no more than these behind.
        foreign = sorted(name for name in names if name != "lock" and not name.endswith(".half"))
        if foreign:
            raise RunProblem(
                f"{folder} is not empty (it holds {foreign[0]}) and is no run's folder; choose a new or empty one"
            )

    # --- one process at a time ------------------------------------------------------------------------------------

    def hold(self) -> Run:
        """Keeps other processes from writing this run until `release`; clears away what a crash left half-written.

        Raises RunProblem if another process holds it.
        """
        if self._lock is None:
            self._lock = lock_folder(self.folder)
            for half in self.folder.glob(".*.half"):
                with storage(half, "removed"):
                    half.unlink(missing_ok=True)
            drop_unfinished_line(self.metrics)
        return self

    def release(self) -> None:
        """Lets other processes write this run. Does nothing if it is not held."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    # --- what is in it --------------------------------------------------------------------------------------------

    @property
    def config(self) -> Path:
        """Everything needed to run it again, with versions and thread count."""
        return self.folder / "config.json"

    @property
    def ledger(self) -> Path:
        """What each step did and what was measured; the same seed gives the same bytes."""
        return self.folder / "ledger.jsonl"

    @property
    def metrics(self) -> Path:
        """One line for each look at the training, with clock times."""
        return self.folder / "metrics.jsonl"

    @property
    def summary(self) -> Path:
        """The outcome, with the ledger's length and head."""
        return self.folder / "summary.json"

    @property
    def transcripts(self) -> Path:
        """A sample of transcripts, one a line."""
        return self.folder / "transcripts.jsonl"

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints; it need not exist."""
        return self.folder / "checkpoints"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.folder / "report.html"

    def append_metrics(self, row: Mapping[str, Any]) -> None:
        """Adds a line to the metrics, with `time` in seconds since 1970 (UTC). Raises StorageProblem."""
        append_line(self.metrics, to_json({"time": round(time.time(), 3), **row}).encode(), sync=False)

    def read_metrics(self) -> list[dict[str, Any]]:
        """All metrics, oldest first; none if none were written yet. A line still being written is passed over."""
        return read_lines(self.metrics)

    def write_transcripts(self, transcripts: Iterable[Mapping[str, Any]]) -> None:
        """Replaces the sample of transcripts. Raises StorageProblem."""
        atomic_write(self.transcripts, "".join(to_json(row) + "\n" for row in transcripts))

    def read_transcripts(self) -> list[dict[str, Any]]:
        """The sample of transcripts; none if none were written yet."""
        return read_lines(self.transcripts)

    def write_summary(self, summary: Mapping[str, Any]) -> None:
        """Replaces the summary. Raises StorageProblem."""
        atomic_write(self.summary, to_json(summary, indent=2) + "\n")

    def read_summary(self) -> dict[str, Any]:
        """The summary. Raises RunProblem if the run has not come to one yet."""
        if not self.summary.exists():
            raise RunProblem(f"{self.folder} has no summary yet; finish the run with `cohobate resume {self.folder}`")
        return read_object(self.summary)


def lock_folder(folder: Path) -> int:
    """Keeps other processes out of a folder, by its file `lock`, until the file descriptor returned is closed.

    Raises RunProblem if another process holds it, StorageProblem if it cannot be locked.
    """
    path = folder / "lock"
    with storage(path, "opened"):
        # The file is never removed: a process about to lock the removed file would then share the folder.
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with storage(path, "written"):
            os.truncate(lock, 0)
            _write_all(lock, f"{os.getpid()}\n".encode())
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
        os.close(lock)
        process = f"process {holder}" if holder.isdigit() else "another process"
        raise RunProblem(f"{folder} is in use by {process}; wait for it to end, or end it") from None
    except OSError as error:
        os.close(lock)
        raise StorageProblem(
            f"{path} could not be locked: the system says '{error.strerror}'; use a folder on a local disk"
        ) from error
    except BaseException:
        os.close(lock)
        raise
    return lock


def _line_of_releases(version: str) -> list[str]:
    """Releases that differ only in their third number read each other's runs."""
    return version.split(".")[:2]


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises RunProblem if it holds none, StorageProblem if it cannot be read."""
    try:
        with storage(path, "read"):
            value = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise RunProblem(f"{path} is damaged: it is not a JSON object; restore it from a copy, or start a new run")
    return value


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of JSON lines, in order; none if there is no such file. A line without its end, still being
    written, is passed over. Raises RunProblem for a line that is not JSON.
    """
    if not path.exists():
        return []
    with storage(path, "read"):
        *lines, _ = path.read_bytes().split(b"\n")
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(json.loads(line.decode("utf-8")))
        except (ValueError, RecursionError):
            raise RunProblem(
                f"{path} is damaged in line {number}: it is not JSON; restore the file from a copy"
            ) from None
    return rows
