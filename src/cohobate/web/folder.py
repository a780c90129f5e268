"""A server's data folder: the database, the key that links are signed with, and a lock. No Django here.

Whoever can read this folder can read all that people wrote, and can make links that let anybody in as anybody.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cohobate.errors import RunProblem, StorageProblem
from cohobate.runs import lock_folder, storage

DATABASE = "cohobate.sqlite3"
SECRET = "secret"
SHORTEST = 32
"""Characters that a key has, at least."""


class DataFolder:
    """The folder of one server."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).absolute()

    @property
    def database(self) -> Path:
        """SQLite's file. There is none where DATABASE_URL names a PostgreSQL database."""
        return self.path / DATABASE

    @property
    def key_file(self) -> Path:
        """The key's file, for nobody but its owner."""
        return self.path / SECRET

    def make(self) -> None:
        """Makes the folder and the key where there are none. Raises RunProblem for a folder that is of no use."""
        try:
            with storage(self.path, "made"):
                if self.path.exists() and not self.path.is_dir():
                    raise RunProblem(f"{self.path} is a file, and the data need a folder; choose another with --data")
                self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            names = self.names()
            if names and not {SECRET, DATABASE} & set(names):
                raise RunProblem(
                    f"{self.path} is no data folder (it holds {names[0]}); choose a new or empty one with --data"
                )
            if not self.key_file.exists():
                self._make_key()
            elif not os.access(self.path, os.W_OK | os.X_OK):
                raise RunProblem(f"{self.path} may not be written by you; choose another folder with --data")
        except StorageProblem as problem:
            raise RunProblem(str(problem)) from problem

    def names(self) -> list[str]:
        """What is in it, but for a lock and for what a crash left half-written."""
        with storage(self.path, "read"):
            found = sorted(path.name for path in self.path.iterdir())
        return [name for name in found if name != "lock" and not name.endswith(".half")]

    def hold(self) -> int:
        """Keeps other servers out until the file descriptor returned is closed. Raises RunProblem if one is there."""
        try:
            return lock_folder(self.path)
        except StorageProblem as problem:
            raise RunProblem(str(problem)) from problem

    def key(self) -> str:
        """What links and cookies are signed with. Raises RunProblem if there is none, or if it was cut short."""
        try:
            with storage(self.key_file, "read"):
                key = self.key_file.read_text("ascii", "replace").strip()
        except StorageProblem as problem:
            raise RunProblem(str(problem)) from problem
        if len(key) < SHORTEST:
            raise RunProblem(
                f"{self.key_file} is damaged; restore it from a backup, or remove it: then all links are void"
            )
        return key

    def _make_key(self) -> None:
        half = self.path / f".{SECRET}.{os.getpid()}.half"
        with storage(self.key_file, "written"):
            file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(file, secrets.token_urlsafe(48).encode() + b"\n")
                os.fsync(file)
            finally:
                os.close(file)
            os.replace(half, self.key_file)
