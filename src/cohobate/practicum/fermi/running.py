"""One run of a program, and what is to be made of it."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cohobate.errors import CohobateError
from cohobate.practicum.fermi.bounds import Isolation, Limits
from cohobate.practicum.fermi.program import Program
from cohobate.practicum.fermi.told import How, Told, ending, read_message
from cohobate.practicum.fermi.watching import START, Watched, no_process


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program."""

    setup: float | None
    """Seconds; None if it did not come to its end."""
    times: Mapping[int, float]
    """Seconds by number of the block, of those that came to their end."""
    how: How
    ended: str
    printed: bytes
    printed_all: bool
    found: Mapping[str, Any]
    """What the child found of its isolation when it was about to run the program."""
    wall: float
    """Seconds by the clock."""


def run_once(program: Program, limits: Limits, isolation: Isolation, seconds: float) -> Run:
    """Runs the program once, for so many seconds at most. Raises CohobateError if it cannot be run as asked."""
    request = {
        "source": program.source,
        "blocks": [[block.first_line, block.last_line] for block in program.blocks],
        "user": isolation.user,
        "namespaces": isolation.namespaces,
        "separate": isolation.separate,
        **{name: getattr(limits, name) for name in Limits.__slots__},
    }
    request["uid"], request["gid"] = _nobody() if isolation.user == "nobody" else (os.geteuid(), os.getegid())
    folder = ""
    try:
        folder = tempfile.mkdtemp(prefix="cohobate-fermi-")
        with tempfile.TemporaryFile() as file:
            file.write(json.dumps(request).encode())
            file.seek(0)
            watched = Watched(file.fileno(), folder, limits)
        try:
            watched.watch(seconds)
        finally:
            watched.close()
    except OSError as error:
        raise no_process(error) from error
    finally:
        if folder:
            _remove(folder)
    return _outcome(program, limits, watched)


def _remove(folder: str) -> None:
    """Removes a folder that a program has worked in."""
    # Not by TemporaryDirectory: before Python 3.11.8 its removal could follow a program's links out of the folder.
    if os.geteuid() != 0:
        for parent, names, _ in os.walk(folder):
            for path in (os.path.join(parent, name) for name in names):
                if not os.path.islink(path):
                    with suppress(OSError):
                        os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _nobody() -> tuple[int, int]:
    try:
        found = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return found.pw_uid, found.pw_gid


def _outcome(program: Program, limits: Limits, watched: Watched) -> Run:
    """What is to be made of all that a run has written. Raises CohobateError if the program was not run."""
    first, *lines = bytes(watched.report).split(b"\n")
    # Both of these were written before the program had any say.
    found, status = read_message(first), [read_message(line) for line in bytes(watched.status).split(b"\n")]
    refused = [one["refused"] for one in (found, *status) if "refused" in one]
    if refused:
        raise CohobateError(
            f"a program could not be shut off as asked ({refused[0]}); allow it on this machine, or ask for another "
            "isolation"
        )
    if "ready" not in found:
        said = " ".join(watched.printed[-200:].decode("utf-8", "replace").split())
        raise CohobateError(
            f"the process for a program did not start ({said or f'nothing came of it in {START:.0f} s'}); see that "
            "this Python can be used by the user it runs as, and that the machine is not too busy"
        )
    told = Told(lines, len(program.blocks), watched.wall)
    place = f"block '{program.blocks[told.at].name}'" if told.at >= 0 else "its set-up"
    ended = next((one["ended"] for one in status if "ended" in one), None)
    how, sentence = ending(told, ended, watched.stopped, place, limits)
    times = dict(told.times)
    return Run(
        times.pop(-1, None),
        times,
        how,
        sentence,
        bytes(watched.printed),
        watched.printed_in_all <= limits.printed,
        found["ready"],
        watched.wall,
    )
