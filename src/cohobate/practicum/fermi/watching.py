"""A child process, watched until nothing is left of it."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from cohobate.errors import CohobateError
from cohobate.practicum.fermi.bounds import Limits
from cohobate.practicum.fermi.told import How

# Without the environment, site packages and modules that lie next to the file or where it is started.
PYTHON = (
    sys.executable or "python3",
    *("-I", "-S", "-B", "-X", "utf8"),
    os.fspath(Path(__file__).with_name("child.py")),
)
START = 20.0
"""Seconds in which a process has to come up; far more than it needs, for busy machines."""

GRACE = 5.0
"""Seconds in which the keeper has to end what it keeps."""
_REPORT = 1 << 16
"""Bytes of a report; a true one of 12 blocks has about 1,000."""


def no_process(error: OSError) -> CohobateError:
    """What there is to say if the system starts none."""
    said = error.strerror or error
    return CohobateError(f"no process for a program could be started: the system says '{said}'; see to that, try again")


class Watched:
    """A child process with what it writes, until it has ended."""

    def __init__(self, request: int, folder: str, limits: Limits) -> None:
        """Starts it. Raises OSError if it cannot be."""
        self.limits = limits
        self.printed, self.printed_in_all = bytearray(), 0
        self.report, self.status = bytearray(), bytearray()
        self.stopped: How | None = None
        self.ready = False
        self.wall = 0.0
        status, status_end = os.pipe()
        try:
            report, report_end = os.pipe()
        except OSError:
            os.close(status)
            os.close(status_end)
            raise
        self.pipes = {status: self._take_status, report: self._take_report}
        try:
            self.process = subprocess.Popen(
                [*PYTHON, *(str(one) for one in (request, status_end, report_end))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={},
                pass_fds=(request, status_end, report_end),
                start_new_session=True,
            )
        except BaseException:
            os.close(status)
            os.close(report)
            raise
        finally:
            os.close(status_end)
            os.close(report_end)
        assert self.process.stdout is not None
        self.pipes[self.process.stdout.fileno()] = self._take_printed
        self.status_pipe = status

    def watch(self, seconds: float) -> None:
        """Reads until nothing is left of the child, and stops it when it is time to."""
        started = time.monotonic()
        until, graced, ended = started + START, False, False
        with selectors.DefaultSelector() as selector:
            for pipe in self.pipes:
                os.set_blocking(pipe, False)
                selector.register(pipe, selectors.EVENT_READ)
            while not ended:
                now = time.monotonic()
                if now >= until:
                    if graced:
                        break
                    self._stop("time")
                if self.stopped and not graced:
                    graced, until = True, now + GRACE
                for key, _ in selector.select(max(0.0, until - now)):
                    if self._read(key.fd) == b"":
                        selector.unregister(key.fileobj)
                        ended |= key.fd == self.status_pipe
                if not self.ready and b"\n" in self.report:
                    self.ready, started = True, time.monotonic()
                    until = until if graced else started + seconds
            self.wall = time.monotonic() - started
            # Some of what was written before the end may still be in the pipes; a process that got away may write on.
            for key in selector.get_map().values():
                for _ in range(100):
                    if not self._read(key.fd):
                        break

    def _read(self, pipe: int) -> bytes | None:
        """What there is to read: nothing at the end, None if there is nothing yet."""
        try:
            data = os.read(pipe, 1 << 16)
        except BlockingIOError:
            return None
        self.pipes[pipe](data)
        return data

    def _take_status(self, data: bytes) -> None:
        self.status += data[: _REPORT - len(self.status)]

    def _take_report(self, data: bytes) -> None:
        self.report += data[: _REPORT - len(self.report)]
        if len(self.report) >= _REPORT:
            self._stop("garbled")

    def _take_printed(self, data: bytes) -> None:
        self.printed_in_all += len(data)
        self.printed += data[: max(0, self.limits.printed - len(self.printed))]
        if self.printed_in_all >= 100 * self.limits.printed:
            self._stop("printed")

    def _stop(self, why: How) -> None:
        """Lets go of the leash, whereupon the keeper ends all that it keeps."""
        if self.stopped is None:
            self.stopped = why
            assert self.process.stdin is not None
            with suppress(OSError):
                self.process.stdin.close()

    def close(self) -> None:
        """Leaves nothing behind: no process of the group, no zombie, no open pipe."""
        # The group's number cannot be another's before the process has been waited for.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        for pipe, take in self.pipes.items():
            if take != self._take_printed:
                os.close(pipe)
