"""Runtime Fermi estimates: say how long each block of a program takes, then run it and see.

An estimate is made at `CYCLES_PER_SECOND`, a billion simple steps a second. `read_program` takes a program apart into
its blocks, `parse_duration` reads what people say, `measure` runs the program in a process that is shut off as far as
this machine allows, and `calibration` tells somebody how far off they tend to be.
"""

from cohobate.practicum.fermi.bounds import LIMITS_ONLY, Isolation, Limits
from cohobate.practicum.fermi.calibration import Calibration, Pair, SessionError, calibration, over_sessions
from cohobate.practicum.fermi.durations import CYCLES_PER_SECOND, parse_duration, say_duration, to_cycles, to_seconds
from cohobate.practicum.fermi.measuring import Measured, measure, missing, strongest
from cohobate.practicum.fermi.picture import calibration_svg
from cohobate.practicum.fermi.program import MOST_BLOCKS, MOST_CHARACTERS, Block, Program, read_program, shipped

__all__ = [
    "CYCLES_PER_SECOND",
    "LIMITS_ONLY",
    "MOST_BLOCKS",
    "MOST_CHARACTERS",
    "Block",
    "Calibration",
    "Isolation",
    "Limits",
    "Measured",
    "Pair",
    "Program",
    "SessionError",
    "calibration",
    "calibration_svg",
    "measure",
    "missing",
    "over_sessions",
    "parse_duration",
    "read_program",
    "say_duration",
    "shipped",
    "strongest",
    "to_cycles",
    "to_seconds",
]
