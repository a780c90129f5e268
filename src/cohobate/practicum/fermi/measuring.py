"""Programs run and timed, shut off as well as it goes."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cohobate.errors import CohobateError, WrongUse
from cohobate.practicum.fermi.bounds import LIMITS_ONLY, Isolation, Limits, covered, not_covered
from cohobate.practicum.fermi.program import Block, Program
from cohobate.practicum.fermi.running import Run, run_once
from cohobate.practicum.fermi.told import How
from cohobate.practicum.fermi.words import clean


def strongest() -> Isolation:
    """The strongest isolation that works on this machine, found by running a small program in each."""
    return _tried()[0]


def missing() -> tuple[str, ...]:
    """What stronger isolation was tried on this machine and why it does not work, a sentence for each."""
    return _tried()[1]


def _tried() -> tuple[Isolation, tuple[str, ...]]:
    root = os.geteuid() == 0
    best = Isolation("nobody" if root else "mapped", namespaces=True)
    if best in _WORKS:
        return best, ()
    reasons: list[str] = []
    for isolation in (best, Isolation("nobody", namespaces=False)) if root else (best,):
        reason = _why_not(isolation)
        if reason is None:
            _WORKS.add(isolation)
            return isolation, tuple(reasons)
        reasons.append(reason)
    return LIMITS_ONLY, tuple(reasons)


def _why_not(isolation: Isolation) -> str | None:
    """What keeps an isolation from working here, None if it works."""
    try:
        run = run_once(_CANARY, Limits(seconds=10), isolation, 10)
        reason = None if run.how == "finished" else f"a small program that was tried did not finish. {run.ended}"
    except CohobateError as error:
        reason = str(error)
    user = "the user nobody" if isolation.user == "nobody" else "a user namespace"
    with_what = " and further namespaces" if isolation.namespaces else ""
    return reason and f"To shut a program off by {user}{with_what} does not work here: {reason}"


_WORKS: set[Isolation] = set()
"""Isolations that have worked. That one does not may be for the moment only, so it is tried again."""

_USUAL = Limits()
_CANARY = Program(
    "canary",
    "Canary",
    "",
    "import bisect, decimal, random, tempfile, zlib\n"
    "with tempfile.TemporaryFile() as file:\n    file.write(b'here')\nopen('there', 'x').close()\n",
    (Block("canary", 1, 4),),
)
"""Imports from the library, Python's and the system's, and writes to both places that a program may write to."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of running a program."""

    each: Mapping[str, tuple[float, ...]]
    """Seconds by block, in the program's order, one for each repeat in which the block came to its end."""
    setup: tuple[float, ...]
    """Seconds of what stands before the first block, likewise."""
    how: How
    """How the last repeat ended, in a word."""
    ended: str
    """The same in a sentence."""
    printed: str
    """The beginning of what the first repeat printed, errors that Python itself prints included."""
    printed_all: bool
    """Whether that is all it printed."""
    covered: tuple[str, ...]
    """Sentences: what kept the program in, as it was found when it ran."""
    not_covered: tuple[str, ...]
    """Sentences: what did not."""
    missing: tuple[str, ...]
    """Why it was not shut off better, where better was tried."""

    @property
    def seconds(self) -> Mapping[str, float | None]:
        """The median by block; None for a block that was never reached or never left."""
        return {name: statistics.median(times) if times else None for name, times in self.each.items()}

    @property
    def total(self) -> float | None:
        """Seconds of all blocks together, the sum of their medians; None if any has none."""
        times = list(self.seconds.values())
        return None if None in times else math.fsum(one for one in times if one is not None)

    @property
    def finished(self) -> bool:
        """Whether every repeat ran to the program's end."""
        return self.how == "finished"


def measure(
    program: Program,
    limits: Limits = _USUAL,
    *,
    repeats: int = 3,
    pasted: bool = False,
    isolation: Isolation | None = None,
) -> Measured:
    """Runs the program in a process of its own and times its blocks; can be called from any thread.

    repeats:    how often it is run, at least 1, each time afresh. It is run again only if it finished and twice the
                time of its longest run so far is left of `limits.seconds`.
    pasted:     whether it comes from somebody who is not trusted with this machine; then it runs as another user or in
                a user namespace, or not at all
    isolation:  `strongest()` if None. What is asked for is set up in full, or nothing is run.

    Whatever the program does, there is a result, in little more than `limits.seconds`. Raises WrongUse for repeats
    below 1, for isolation that this user cannot have and for a pasted program without separate isolation, and
    CohobateError if no process can be started or shut off.
    """
    if repeats < 1:
        raise WrongUse(f"{repeats} repeats: a program is run at least once; ask for 1 or more")
    chosen, reasons = (isolation, ()) if isolation else _tried()
    if (chosen.user == "mapped") == (os.geteuid() == 0) and chosen.separate:
        raise WrongUse(
            f"isolation by the user '{chosen.user}': only the administrator can hand a program to nobody, and only "
            "others can be mapped; ask for strongest()"
        )
    if pasted and not chosen.separate:
        raise WrongUse(
            f"{program.name} was pasted: such a program runs only as another user or in a user namespace, and "
            f"{'neither works here' if isolation is None else 'neither was asked for'}; use a shipped program, or run "
            "the server on Linux with user namespaces"
        )
    runs: list[Run] = []
    spent = 0.0
    while len(runs) < repeats:
        left = limits.seconds - spent
        if runs and (runs[-1].how != "finished" or 2 * max(one.wall for one in runs) > left):
            break
        try:
            run = run_once(program, limits, chosen, left)
        except CohobateError:
            if runs:
                break
            raise
        if runs and run.how == "time":
            break  # the fault is not the program's: it had less time than before
        runs.append(run)
        spent += run.wall
    return Measured(
        MappingProxyType(
            {
                block.name: tuple(run.times[number] for run in runs if number in run.times)
                for number, block in enumerate(program.blocks)
            }
        ),
        tuple(run.setup for run in runs if run.setup is not None),
        runs[-1].how,
        runs[-1].ended,
        clean(runs[0].printed.decode("utf-8", "replace")),
        runs[0].printed_all,
        tuple(covered(limits, chosen, runs[-1].found)),
        tuple(not_covered(limits, runs[-1].found)),
        reasons,
    )
