"""Files and folders on a disk: all that belongs to an archive is found and read, and nothing ends the reading."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cohobate.archive.diagnostics import Problem
from cohobate.archive.record import Record, read_record
from cohobate.errors import StorageProblem
from cohobate.runs import storage

ENDINGS = (".md", ".markdown", ".mdx", ".txt")
"""Of the files that are taken from a folder. A file that is named itself is taken whatever its name is."""
LARGEST = 20_000_000
"""Bytes of a file that is read, at most."""
OUTSIDE = "it is a link to a file outside of the folder"


@dataclass(frozen=True, slots=True)
class File:
    """A file that was found."""

    path: Path
    """Where it is."""
    name: str
    """Its path within the folder that was named, divided by /; of a file that was named, its name."""

    def shown(self) -> str:
        """The path as it can be told and kept: what is no UTF-8 in it is written as \\xff."""
        return told(str(self.path))


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or a folder that could not be read."""

    file: File
    problem: Problem


def told(path: str) -> str:
    """A path as words, whatever bytes are in it."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def files(paths: Iterable[Path]) -> Iterator[File | Unread]:
    """The files that belong to an archive among those named and in the folders named, each once, by their names.

    Hidden files and folders are left out, and so are links to folders, which might lead in a circle. Links to files
    that are outside of the folder are told and not read: a folder that somebody else made may well name what is not
    meant for a shelf.
    """
    seen: set[Path] = set()
    for path in paths:
        for one in _walked(path, path.name, os.path.realpath(path)):
            place = (one if isinstance(one, File) else one.file).path
            if place not in seen:
                seen.add(place)
                yield one


def _walked(path: Path, name: str, within: str, *, named: bool = True) -> Iterator[File | Unread]:
    """within:  the folder that was named, without links in its path"""
    file = File(path, told(name))
    try:
        if not path.is_dir():
            yield file
            return
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield Unread(file, _unreadable(path, error))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        inner = entry.name if named else f"{name}/{entry.name}"
        try:
            folder, to_folder = entry.is_dir(follow_symlinks=False), entry.is_dir()
        except OSError:  # a link in a circle
            folder = to_folder = False
        if folder:
            yield from _walked(path / entry.name, inner, within, named=False)
        elif not to_folder and entry.name.lower().endswith(ENDINGS):
            one = File(path / entry.name, told(inner))
            outside = entry.is_symlink() and not Path(os.path.realpath(entry.path)).is_relative_to(within)
            yield Unread(one, Problem(1, "unreadable", more=OUTSIDE)) if outside else one


def content(file: File) -> bytes | Unread:
    """What is in a file."""
    try:
        with storage(file.path, "read"):
            about = file.path.stat()
            if not stat.S_ISREG(about.st_mode):
                return Unread(file, Problem(1, "unreadable", more="it is no file"))
            if about.st_size > LARGEST:
                return Unread(file, Problem(1, "too-large", f"{about.st_size:,}", f"{LARGEST:,}"))
            return file.path.read_bytes()
    except (StorageProblem, ValueError) as error:
        return Unread(file, _unreadable(file.path, error))


def _unreadable(path: Path, error: Exception) -> Problem:
    if isinstance(error, OSError):
        try:
            with storage(path, "read"):
                raise error
        except StorageProblem as problem:
            error = problem
    why = str(error).partition(" could not be read: ")[2] or str(error)
    return Problem(1, "unreadable", more=why.partition("; ")[0])


def records(paths: Iterable[Path]) -> Iterator[Record | Unread]:
    """Every file, read, under its name within the folder that was named."""
    for file in files(paths):
        yield record_of(file, file.name) if isinstance(file, File) else file


def record_of(file: File, name: str) -> Record | Unread:
    """A file, read under some name."""
    found = content(file)
    return found if isinstance(found, Unread) else read_record(name, found)
