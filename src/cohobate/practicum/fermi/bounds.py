"""What a program may use and how it is shut off, and what is to be said of that."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cohobate.errors import WrongUse
from cohobate.practicum.fermi.words import size

_LEAST = {"seconds": 0.01, "memory": 64 * 2**20, "open_files": 16}
_MOST = {"seconds": 86_400, "processor_seconds": 86_400, "open_files": 1024, "processes": 1024}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use. Raises WrongUse for what is no number, is not positive or lets no Python start."""

    seconds: float = 30.0
    """By the clock, for all repeats together."""
    processor_seconds: int = 30
    """Of each of its processes, in each repeat."""
    memory: int = 512 * 2**20
    """Bytes of address space of each of its processes; at least 64 MiB. What is in none, it cannot have on Linux."""
    file_bytes: int = 16 * 2**20
    """Bytes of one file."""
    folder_bytes: int = 64 * 2**20
    """Bytes of all its files; only where the isolation gives it a folder in memory."""
    open_files: int = 64
    """Files that one process has open at once; at least 16."""
    processes: int = 4
    """Processes and threads at once, the program itself included."""
    printed: int = 10_000
    """Bytes that are kept of what it prints; at a hundred times as many it is stopped."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            low, high = _LEAST.get(name, 1), _MOST.get(name, 2**50)
            if not isinstance(value, int | float if name == "seconds" else int) or not low <= value <= high:
                what = "number" if name == "seconds" else "whole number"
                raise WrongUse(f"a limit of {value} for {name}: it is a {what} from {low:,} to {high:,}; choose one")


@dataclass(frozen=True, slots=True)
class Isolation:
    """How a program is shut off, besides its limits and its empty environment."""

    user: Literal["nobody", "mapped", "same"]
    """Whether it runs as the user nobody, as a user in a user namespace without rights outside, or as who asks."""
    namespaces: bool
    """Whether it has network, processes, files and host name of its own (Linux)."""

    @property
    def separate(self) -> bool:
        """Whether it is in other hands than the one who asks; what a pasted program needs."""
        return self.user != "same"


LIMITS_ONLY = Isolation("same", namespaces=False)
"""For programs that are trusted: nothing but the limits."""


def covered(limits: Limits, isolation: Isolation, found: Mapping[str, Any]) -> Iterable[str]:
    """Sentences on what kept a program in. `found` is what the child found when it was about to run it."""
    if found["separate"]:
        yield (
            "It ran as another user, without any rights of its own."
            if isolation.user == "nobody"
            else "It ran in a user namespace, without any rights outside it."
        )
    if found.get("network_off"):
        yield "It had no network; not even this machine itself could be reached over one."
    if found["own_processes"]:
        yield "It saw no processes but its own, and all of these ended with it."
    if found["own_files"]:
        yield (
            "It saw no files but those of Python and the system's libraries, to be read only, and what it wrote "
            f"itself: in memory, {size(limits.folder_bytes)} at most, and now gone."
        )
    yield (
        f"Each of its processes had at most {limits.processor_seconds} s of processor time, {size(limits.file_bytes)} "
        f"for a file and {limits.open_files} open files; all of them had {limits.seconds:g} s by the clock."
    )
    if sys.platform == "linux":
        elsewhere = "" if found.get("memory_elsewhere") else ", and no shared memory that is in none"
        yield f"Each of its processes had at most {size(limits.memory)} of address space{elsewhere}."
    if found["uid"] != 0:
        yield f"It could have {limits.processes} processes and threads at once, itself included."
    yield "Its environment was empty, and its standard input."


def not_covered(limits: Limits, found: Mapping[str, Any]) -> Iterable[str]:
    """Sentences on what did not keep it in."""
    if not found["separate"]:
        yield (
            "It ran as the administrator, who may do anything."
            if found["uid"] == 0
            else "It ran as the user who started it, and may do what this user may."
        )
    if not found.get("network_off"):
        yield "It could use the network."
    if not found["own_processes"]:
        yield "It saw the machine's other processes, and could disturb those of the user that it ran as."
        yield "A process that takes pains to can outlive it."
    if not found["own_files"]:
        yield "It could read every file that the user may read that it ran as, and write where this user may write."
        yield "All its files together were not limited."
    if found["uid"] == 0:
        yield "How many processes it had was not limited."
    if sys.platform != "linux":
        yield "Whether this system keeps to a limit on memory was not tried."
    else:
        yield (
            f"Memory is limited for each process, not for all: {limits.processes} of them could take "
            f"{size(limits.processes * limits.memory)}, and their files in memory and what the system itself holds for "
            "them, such as pipes, come on top."
        )
        if found.get("memory_elsewhere"):
            yield (
                f"Memory in files without a name was limited by their size and number alone, {size(limits.file_bytes)} "
                f"in each of {limits.open_files} for each process, and in shared segments not at all."
            )
    yield "The processor and its caches are shared with whatever else runs on this machine, so that times vary."
    yield "It is timed from within, and could forge its own times."
    yield "It ran on this machine's own kernel, and a fault in that could let it out."
