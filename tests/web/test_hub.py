"""Who counts as present in a room."""

import asyncio

import pytest

from cohobate.web.rooms import hub as module
from cohobate.web.rooms.hub import Hub


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_whoever_has_a_stream_is_there_and_for_a_while_after_it_was_closed(clock):
    async def come_and_go():
        hub = Hub()
        listener = hub.open("room", "ann")
        assert hub.present("room") == {"ann"}
        hub.close(listener)
        return hub

    hub = asyncio.run(come_and_go())
    clock[0] += module.GRACE - 1
    assert hub.present("room") == {"ann"}
    clock[0] += 2
    assert hub.present("room") == set()


def test_whoever_looks_now_and_then_is_there(clock):
    hub = Hub()
    for _ in range(5):
        hub.saw("room", "ann")
        clock[0] += 60
        assert hub.present("room") == {"ann"}
    assert hub.present("elsewhere") == set()
