"""`cohobate serve` as a process of its own, on a folder and a port that stay while it is stopped, killed, restarted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import cohobate

SOURCES = Path(cohobate.__file__).parents[1]
PATIENCE = 90
"""Seconds to begin and to end, at most. Busy machines take some."""


class Serving:
    """One server. Its first start chooses the port."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.log = self.folder.with_name(f"{self.folder.name}.log")
        self.owner_link = ""
        self.url = ""
        self.process = None

    def fill(self):
        """Makes the rooms of a made-up group."""
        subprocess.run(
            _cohobate("demo-data", "--data", str(self.folder)),
            env=_environment(),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self):
        """Starts it, and waits until it listens."""
        port = urlsplit(self.url).port or 0
        command = _cohobate("serve", "--data", str(self.folder), "--port", str(port), "--no-browser")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, stderr=log, text=True)
        for line in self.process.stdout:
            if line.startswith("owner link: "):
                self.owner_link = line.removeprefix("owner link: ").strip()
                parts = urlsplit(self.owner_link)
                self.url = f"{parts.scheme}://{parts.netloc}"
                return self
        raise AssertionError(f"the server ended at once: {self.log.read_text()}")

    def stop(self):
        """Asks it to end, as the system does, and waits. Gives the seconds that it took."""
        began = time.monotonic()
        self._end(signal.SIGTERM)
        return time.monotonic() - began

    def kill(self):
        """Ends it in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def _end(self, how):
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
            self.process.stdout.close()
            self.process = None

    def said(self):
        """What it wrote to its error stream: nothing, if all went well."""
        return self.log.read_text() if self.log.exists() else ""


def _cohobate(*arguments):
    return [sys.executable, "-m", "cohobate.cli", *arguments]


def _environment():
    # What other tests set up for a Django of their own is not for this one.
    ours = ("COHOBATE_", "DJANGO_", "DATABASE_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PYTHONPATH": str(SOURCES)}
