"""Requests as uvicorn hands them over, answered in threads with connections of their own."""

import asyncio
import threading
from urllib.parse import urlencode

import pytest
from django.db import connections

from cohobate.practicum.acts import Act
from cohobate.web.asgi import Limited, Whole
from cohobate.web.people.links import COOKIE, cookie_of
from cohobate.web.rooms.keeper import keeper
from cohobate.web.slugs import slug

TOKEN = "t" * 32


@pytest.fixture
def whole(transactional_db):
    one = Whole(2)
    yield one
    one.threads.shutdown()


@pytest.fixture
def begun(room, host, participant):
    keeper.join(room.pk, host.person, "conjecturer")
    keeper.act(room.pk, participant.person.pk, Act(slug(), "take", {"seat": "facilitator"}))
    keeper.act(room.pk, host.person.pk, Act(slug(), "advance"))
    return room


def asked(path, person=None, **fields):
    """The scope and the body of a request."""
    body = urlencode(fields).encode()
    cookies = f"cohobate-form={TOKEN}" + (f"; {COOKIE}={cookie_of(person)}" if person else "")
    headers = {"host": "testserver", "cookie": cookies, "x-csrftoken": TOKEN, "accept": "application/json"}
    headers |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
    return {
        "type": "http",
        "method": "POST" if fields else "GET",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }, body


async def answered(application, scope, body):
    """The status and the text that somebody gets who stays until the end."""
    sent = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return waiting.pop() if waiting else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def threads_closed(whole):
    """Lets the threads go of the database, which is taken down after the test."""
    barrier = threading.Barrier(2)

    def close():
        barrier.wait(10)
        connections.close_all()

    for one in [whole.threads.submit(close) for _ in range(2)]:
        one.result()


def test_requests_are_answered_by_threads_that_stay(whole, participant, room):
    async def several():
        return [await answered(Limited(whole, 1000, {}), *asked("/robots.txt")) for _ in range(20)]

    assert {status for status, _ in asyncio.run(several())} == {200}
    assert len([one for one in threading.enumerate() if one in whole.threads._threads]) <= 2
    status, text = asyncio.run(answered(Limited(whole, 1000, {}), *asked(f"/rooms/{room.pk}/", participant.person)))
    assert (status, "Hunches" in text) == (200, True)
    threads_closed(whole)


def test_what_was_sent_is_done_though_whoever_sent_it_has_left(whole, host, begun, monkeypatch):
    reached, go_on = threading.Event(), threading.Event()
    act = keeper.act

    def slow(*arguments):
        reached.set()
        go_on.wait(10)
        return act(*arguments)

    monkeypatch.setattr(keeper, "act", slow)
    fields = {"id": "left-too-early", "kind": "say", "move": "tell", "text": "And yet it counts."}

    async def leaves():
        task = asyncio.ensure_future(
            answered(Limited(whole, 1000, {}), *asked(f"/rooms/{begun.pk}/act/", host.person, **fields))
        )
        await asyncio.to_thread(reached.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()

    asyncio.run(leaves())
    threads_closed(whole)
    assert keeper.events(begun.pk)[-1].id == "left-too-early"


def test_whoever_leaves_before_everything_was_sent_has_asked_for_nothing(whole):
    async def leaves():
        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            raise AssertionError(message)

        await Limited(whole, 1000, {})(asked("/robots.txt")[0], receive, send)
        await whole(asked("/robots.txt")[0], receive, send)

    asyncio.run(leaves())


def test_only_http_is_spoken(whole):
    with pytest.raises(ValueError, match="nothing here speaks websocket"):
        asyncio.run(whole({"type": "websocket"}, None, None))
