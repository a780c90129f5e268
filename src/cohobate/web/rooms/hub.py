"""Who listens to which room, in memory: events go from the thread that wrote them to everybody's open stream.

One process holds all of it. A listener that was away is served from the database, so nothing here has to last.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_WAITING = 500
"""Messages that wait for a listener, at most; then its stream is cut, and it comes back for what it missed."""


@dataclass(eq=False)
class Listener:
    """One open stream."""

    room: str
    person: str
    waiting: asyncio.Queue[tuple[int | None, str] | None] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING + 1)
    )
    """(sequence, message) in order, without a sequence for what need not be caught up with; None cuts the stream."""

    def cut(self) -> None:
        """Ends the stream, from within the event loop; what waits for it is dropped."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


GRACE = 90.0
"""Seconds for which somebody counts as present after they were last heard of. Tabs in the background, where a call or a
text is in front of the room, have no stream and look once a minute at least."""


class Hub:
    """Everybody who listens. Streams live in the event loop; whoever tells them something may be in any thread."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._seen: dict[str, dict[str, float]] = defaultdict(dict)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def open(self, room: str, person: str) -> Listener:
        """A new stream, from within the event loop."""
        listener = Listener(room, person)
        with self._lock:
            self._loop = asyncio.get_running_loop()
            self._listeners[room].append(listener)
        return listener

    def close(self, listener: Listener) -> None:
        """Ends a stream."""
        with self._lock:
            listeners = self._listeners.get(listener.room, [])
            if listener in listeners:
                listeners.remove(listener)
                self._seen[listener.room][listener.person] = time.monotonic()
            if not listeners:
                self._listeners.pop(listener.room, None)

    def saw(self, room: str, person: str) -> None:
        """Somebody without a stream looked at the room."""
        with self._lock:
            self._seen[room][person] = time.monotonic()

    def present(self, room: str) -> set[str]:
        """The people who have a stream of that room open, or looked at it a moment ago."""
        with self._lock:
            since = time.monotonic() - GRACE
            seen = {person: at for person, at in self._seen.pop(room, {}).items() if at > since}
            if seen:
                self._seen[room] = seen
            return {listener.person for listener in self._listeners.get(room, ())} | seen.keys()

    @property
    def open_streams(self) -> int:
        """How many there are."""
        with self._lock:
            return sum(map(len, self._listeners.values()))

    def tell(self, room: str, sequence: int | None, message: Callable[[str], str]) -> None:
        """Gives every listener of a room its message, which `message` makes for a person. Returns at once."""
        with self._lock:
            listeners, loop = list(self._listeners.get(room, ())), self._loop
        if not listeners or loop is None or loop.is_closed():
            return
        told = [(listener, message(listener.person)) for listener in listeners]
        loop.call_soon_threadsafe(_put, told, sequence)

    def cut(self, room: str, person: str) -> None:
        """Ends the streams of somebody who may not listen any more."""
        with self._lock:
            self._seen[room].pop(person, None)
            listeners = [one for one in self._listeners.get(room, ()) if one.person == person]
            loop = self._loop
        if listeners and loop is not None and not loop.is_closed():
            for listener in listeners:
                loop.call_soon_threadsafe(listener.cut)


def _put(told: list[tuple[Listener, str]], sequence: int | None) -> None:
    for listener, message in told:
        if listener.waiting.qsize() >= MOST_WAITING:
            listener.cut()
        else:
            listener.waiting.put_nowait((sequence, message))


hub = Hub()
"""The server's one hub."""

__all__ = ["MOST_WAITING", "Hub", "Listener", "hub"]
