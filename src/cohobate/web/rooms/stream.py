"""The stream of a room: server-sent events, outside Django's request cycle.

Hundreds of them stay open for an hour. So each is a coroutine and a queue, and holds neither a thread nor a database
connection; what it missed is read from the database by a thread that is then free again.

A browser that comes back names the last event that it had (`Last-Event-ID`, or `?after=` at first), and gets what
happened since. Where streams do not get through, `?after=` at the plain address gives the same messages at once.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import close_old_connections
from django.http import Http404

from cohobate.errors import CohobateError
from cohobate.practicum.facilitation import alarms
from cohobate.web.people.access import person_in, room_id_for
from cohobate.web.rooms.hub import Listener, hub
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.messages import counter_part, everything_anew, message
from cohobate.web.stopping import stopping

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = re.compile(r"/rooms/(\w{1,16})/stream/?")
QUIET = 15.0
"""Seconds after which a sign of life is sent."""
MOST_MISSED = 300
"""Events that are caught up with one by one, at most; after more the page is fetched anew."""


async def stream(scope: Scope, receive: Receive, send: Send, room: str) -> None:
    """Answers a request for the stream of a room."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    cookies = _cookies(headers.get("cookie", ""))
    person = await _in_a_thread(_reader, cookies, room)
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    # A page that was opened as somebody else does not listen as whoever came in since.
    if person is None or person not in query.get("as", [person]):
        await _refuse(send)
        return
    after = _number(headers.get("last-event-id") or (query.get("after") or ["0"])[0])
    listener = hub.open(room, person)
    gone = asyncio.ensure_future(_until_gone(receive, listener))
    try:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream; charset=utf-8"),
                    (b"cache-control", b"no-cache, no-transform"),
                    (b"x-accel-buffering", b"no"),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                ],
            }
        )
        await _write(send, "retry: 2000\n\n")
        _tell_presence(room)
        await _follow(send, listener, gone, after, cookies)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except OSError:
        pass
    finally:
        gone.cancel()
        hub.close(listener)
        _tell_presence(room)


async def _follow(
    send: Send, listener: Listener, gone: asyncio.Future[None], after: int, cookies: dict[str, str]
) -> None:
    missed = await _in_a_thread(missed_by, listener.room, listener.person, after)
    for sequence, text in missed:
        await _write(send, _event(sequence, text))
        after = sequence  # they are in order, and where all is fetched anew it may be lower
    told = ""
    beat = time.monotonic() + 1.0
    while not gone.done():
        try:
            found = await asyncio.wait_for(listener.waiting.get(), max(0.01, beat - time.monotonic()))
        except TimeoutError:
            pass
        else:
            if found is None:
                return
            sequence_, text = found
            if sequence_ is None:
                await _write(send, _event(None, text))
            elif sequence_ > after:
                after = sequence_
                await _write(send, _event(sequence_, text))
            continue
        if time.monotonic() >= beat and not gone.done():
            beat = time.monotonic() + QUIET
            now = await _in_a_thread(_pulse, listener.room, listener.person, cookies)
            if now is None:
                return
            # Something has to come now and then: proxies close a stream that is still, and pages tell by it that the
            # connection stands. Alarms are told only when they change.
            await _write(send, _event(None, "{}" if now == told else now))
            told = now


def missed_by(room: str, person: str, after: int) -> list[tuple[int, str]]:
    """What happened in a room after an event: sequences and messages; if it is too much, one to fetch all anew."""
    with keeper.reading(room) as state:
        if state.sequence - after > MOST_MISSED or after > state.sequence:
            return [(state.sequence, everything_anew(state.sequence))]
        if state.sequence == after:
            return []
        found = []
        for event in keeper.events(room, after):
            entry = state.entries.get(event.data.get("entry", ""))
            sees = entry is None or not state.hidden(entry, person)
            found.append((event.sequence, message(state, event, sees)))
        return found


def _pulse(room: str, person: str, cookies: dict[str, str]) -> str | None:
    """What changes with time alone: alarms, who is there, and how many requests for examples there should have been.
    None if whoever listens may not do so any more: their link was replaced, or they were taken off the list."""
    if _reader(cookies, room) != person:
        return None
    with keeper.reading(room) as state:
        now = keeper.clock()
        present = hub.present(room)
        parts = [counter_part(state, now)] if state.stage and state.stage.target else []
        return json.dumps(
            {"alarms": alarms(state, now, present), "present": sorted(present), "parts": parts}, ensure_ascii=False
        )


def _tell_presence(room: str) -> None:
    text = json.dumps({"present": sorted(hub.present(room))})
    hub.tell(room, None, lambda _: text)


def _reader(cookies: dict[str, str], room: str) -> str | None:
    """Who may listen."""
    person = person_in(cookies)
    if person is None:
        return None
    try:
        room_id_for(person, room)
        keeper.room(room)
    except (CohobateError, Http404):
        return None
    return str(person.pk)


_THREADS = ThreadPoolExecutor(settings.STREAM_THREADS, "stream")


async def _in_a_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    def run() -> Any:
        close_old_connections()
        try:
            return function(*arguments)
        finally:
            close_old_connections()  # where there is a pool, it gets the connection back

    return await asyncio.get_running_loop().run_in_executor(_THREADS, run)


async def _until_gone(receive: Receive, listener: Listener) -> None:
    """Waits until the browser has left, or the server is asked to stop, and then cuts the stream."""
    ending = asyncio.ensure_future(stopping.wait())
    try:
        while not ending.done():
            told = asyncio.ensure_future(receive())
            await asyncio.wait({told, ending}, return_when=asyncio.FIRST_COMPLETED)
            if told.done() and told.result()["type"] == "http.disconnect":
                break
            told.cancel()
    finally:
        ending.cancel()
    listener.cut()


async def _refuse(send: Send) -> None:
    start = {"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]}
    await send(start)
    await send({"type": "http.response.body", "body": b"This room is for people who are in it."})


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _event(sequence: int | None, text: str) -> str:
    head = "" if sequence is None else f"id: {sequence}\n"
    return f"{head}data: {text}\n\n"


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
