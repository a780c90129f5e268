"""What a run has written about itself."""

from __future__ import annotations

import json
import math
import os
import signal
from collections.abc import Sequence
from typing import Any, Literal

from cohobate.practicum.fermi.bounds import Limits
from cohobate.practicum.fermi.words import clean, size

How = Literal["finished", "time", "processor", "memory", "error", "exit", "signal", "printed", "garbled"]
"""How a run ended."""


def read_message(line: bytes) -> dict[str, Any]:
    """A line of a report; nothing if it is none."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


class Told:
    """What a run's report says, as far as it is such a report as the child writes: a program may have written to it."""

    def __init__(self, lines: Sequence[bytes], blocks: int, wall: float) -> None:
        self.times: dict[int, float] = {}
        self.at = -1
        """The block that was reached, −1 for the set-up."""
        self.last: dict[str, Any] = {}
        """The message that the report ends with, if it is one about the end."""
        begun = 0
        self.sound = True
        for line in lines[:-1]:
            message = read_message(line)
            inside = begun > len(self.times)
            if self.last:
                self.sound = False
            elif message == {"begin": begun - 1} and not inside and begun <= blocks:
                self.at, begun = begun - 1, begun + 1
            elif set(message) == {"end", "seconds"} and inside and message["end"] == self.at:
                seconds = message["seconds"]
                self.sound &= isinstance(seconds, float) and 0 <= seconds < math.inf
                self.times[self.at] = seconds
            elif self._is_last(message, inside, begun == blocks + 1):
                self.last = message
            else:
                self.sound = False
            if not self.sound:
                break
        # Each line has an end, and no more time can have been spent than has passed.
        self.sound &= lines[-1:] == [b""] and math.fsum(self.times.values()) <= wall + 0.1
        if not self.sound:
            self.times = {}

    @staticmethod
    def _is_last(message: dict[str, Any], inside: bool, all_begun: bool) -> bool:
        if message == {"done": True}:
            return all_begun and not inside
        kinds = {"line": int, "error": str, "message": str, "exit": int, "memory": bool}
        wanted = ({"memory", "line"}, {"exit", "line"}, {"error", "message", "line"})
        return inside and set(message) in wanted and all(type(message[key]) is kinds[key] for key in message)


def ending(told: Told, ended: int | None, stopped: How | None, place: str, limits: Limits) -> tuple[How, str]:
    """How a run ended, and a sentence on it.

    ended:    the worker's status as `os.waitpid` has it, None if nobody has seen it end
    stopped:  why the run was stopped, if it was
    place:    where in the program it was
    """
    last = told.last
    if not told.sound or stopped == "garbled":
        return "garbled", f"It wrote where its times are written, up to {place}, so that none of them can be believed."
    if "done" in last:
        return "finished", "It finished."
    if "line" in last and 0 < last["line"] < 10**6:
        place = f"{place}, line {last['line']}"
    if "memory" in last:
        return "memory", f"It ran out of memory ({size(limits.memory)}) in {place}."
    if "exit" in last:
        return "exit", f"It ended itself in {place}, with exit status {last['exit']}."
    if "error" in last:
        what = f"{last['error']}: {last['message']}" if last["message"] else last["error"]
        return "error", f"It ended in {place}, with {' '.join(clean(what)[:300].split()).rstrip('.')}."
    if stopped == "time":
        return "time", f"It was stopped in {place}, when its {limits.seconds:g} s by the clock were over."
    if stopped == "printed":
        return "printed", f"It was stopped in {place}, when it had printed {size(100 * limits.printed)}."
    if ended is None:
        return "signal", f"It was ended in {place}, together with the process that watched over it."
    if os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGXCPU:
        return "processor", (
            f"It was stopped in {place}, when its {limits.processor_seconds} s of processor time were used up."
        )
    if os.WIFSIGNALED(ended):
        number = os.WTERMSIG(ended)
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        why = ", which the system sends when processor time or memory has run out" if name == "SIGKILL" else ""
        return "signal", f"It was ended in {place} by the signal {name}{why}."
    return "exit", f"It ended without a word in {place}, with exit status {os.waitstatus_to_exitcode(ended)}."
