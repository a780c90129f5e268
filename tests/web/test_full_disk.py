"""A server whose disk runs full while people work, on a file system of a few megabytes made for the purpose."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from _rooms import OPEN, Server, exported, furnished

BALLAST = 2_000_000
LONG = "where somebody saw it before lunch " * 500


@pytest.fixture
def small_disk(tmp_path):
    """A folder that takes twelve megabytes, two of them taken by a file that can go."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "cohobate", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("no file system of its own size can be mounted here: that takes root")
    try:
        (folder / "ballast").write_bytes(os.urandom(BALLAST))
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def filled(somebody):
    """Writes until the disk is full; what was acknowledged, by id, and the act that was refused with its answer."""
    acknowledged = {}
    for number in range(3000):
        act = {"id": f"full-disk-{number:04}", "kind": "write", "thing": "evidence", "place": OPEN, "direction": "for"}
        act |= {"text": f"{number} {LONG}", "why": ""}
        answer = await sent(somebody, act)
        if answer.status != 200:
            return acknowledged, act, answer
        acknowledged[act["id"]] = json.loads(answer.body)["sequence"]
    raise AssertionError("twelve megabytes took all of that")


async def sent(somebody, act):
    return await somebody.browser.request(
        "POST", f"/rooms/{somebody.room}/act/", urlencode(act), Accept="application/json"
    )


@pytest.mark.skipif(bool(os.environ.get("COHOBATE_TEST_DATABASE_URL")), reason="SQLite's files are what fills the disk")
def test_on_a_full_disk_nothing_is_half_stored_and_the_same_act_goes_through_once_there_is_space(small_disk):
    server = Server(small_disk / "data", environment={"DATABASE_URL": ""})
    server.start()
    try:
        asyncio.run(on_a_full_disk(server, small_disk))
    finally:
        server.stop()


async def on_a_full_disk(server, disk):
    host, somebody = await furnished(server, 1, 2)
    await host.browser.close()
    await somebody.open_page()
    acknowledged, act, answer = await filled(somebody)
    assert answer.status == 507
    assert json.loads(answer.body) == {
        "ok": False,
        "sentence": "The server's disk is full, so this could not be saved. "
        "Keep a copy of what you wrote, and tell the owner of this server.",
    }
    assert (await sent(somebody, act)).status == 507
    assert (await somebody.browser.request("GET", f"/rooms/{somebody.room}/")).status == 200
    record = exported(server, somebody.room)
    assert record["chain"]["whole"]
    there = {event["id"]: event["sequence"] for event in record["events"]}
    assert act["id"] not in there
    assert acknowledged.items() <= there.items()

    # A server that is started while the disk is full serves what there is.
    await somebody.browser.close()
    server.kill()
    server.start()
    assert (await somebody.browser.request("GET", f"/rooms/{somebody.room}/")).status == 200
    assert (await sent(somebody, act)).status == 507

    (disk / "ballast").unlink()
    answer = await sent(somebody, act)
    told = json.loads(answer.body)
    assert (answer.status, told["ok"], told["doubled"]) == (200, True, False)
    again = json.loads((await sent(somebody, act)).body)
    assert (again["sequence"], again["doubled"]) == (told["sequence"], True)
    record = exported(server, somebody.room)
    assert record["chain"]["whole"]
    assert [event["id"] for event in record["events"]].count(act["id"]) == 1
    assert record["events"][-1]["words"]["text"].startswith(act["text"][:40])
    await somebody.browser.close()
