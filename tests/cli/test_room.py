"""`cohobate room` beside a server that runs, and on folders without one."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cohobate.events import Event, problem

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from _rooms import HIDDEN, OPEN, Server, cohobate, furnished, surroundings


async def some_work(server):
    """Two rooms with two people each; in the first, one entry that both see and one that its writer keeps."""
    people = await furnished(server, 2, 2)
    for one in people:
        await one.open_page()
    writes = {"kind": "write", "thing": "evidence", "why": "", "direction": "for"}
    await people[1].deliver(writes | {"text": "A street ‘Łódź’ with *no* shop", "place": OPEN}, False)
    await people[1].deliver(writes | {"text": "Nobody else sees this", "place": HIDDEN}, True)
    for one in people:
        await one.browser.close()
    return people


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    one = Server(tmp_path_factory.mktemp("rooms") / "data", environment={"DATABASE_URL": ""})
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def people(server):
    return asyncio.run(some_work(server))


def told(server, *words, **environment):
    """How `cohobate room …` on the server's folder ended."""
    whole = [*cohobate("room", *words), "--data", str(server.data)]
    return subprocess.run(whole, capture_output=True, text=True, env=surroundings(server) | environment)


def refusal(ended):
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("cohobate: ")
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def snapshot(folder):
    """Every file that matters, as it is; SQLite's index of its log is nobody's data."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def test_beside_a_server_the_rooms_are_listed_and_nothing_is_written(server, people):
    before = snapshot(server.data)
    table = told(server, "list")
    assert (table.returncode, table.stderr) == (0, "")
    assert table.stdout.split()[:8] == ["room", "title", "workshop", "topic", "people", "events", "opened", "ended"]
    assert people[0].room in table.stdout
    listed = json.loads(told(server, "list", "--json").stdout)
    assert [(one["title"], one["workshop"], one["people"], one["ended_at"]) for one in listed] == [
        ("Room 1", "existing-evidence", 3, None),
        ("Room 0", "existing-evidence", 3, None),
    ]
    assert listed[1]["id"] == people[0].room
    assert listed[1]["events"] == listed[0]["events"] + 2
    assert snapshot(server.data) == before


def test_a_record_as_json_has_every_event_and_what_people_hide_from_each_other(server, people):
    ended = told(server, "export", people[0].room, "--json")
    record = json.loads(ended.stdout)
    assert ended.stderr == ""
    assert record["chain"]["whole"]
    events = [Event.from_dict(one) for one in record["events"]]
    assert problem(events) is None
    assert [event.words["text"] for event in events[-2:]] == ["A street ‘Łódź’ with *no* shop", "Nobody else sees this"]


def test_a_record_to_read_is_what_everybody_in_the_room_may_see_and_a_title_finds_it(server, people):
    ended = told(server, "export", "room 0")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("# Room 0\n")
    assert "A street ‘Łódź’ with \\*no\\* shop" in ended.stdout
    assert "Nobody else sees this" not in ended.stdout
    assert told(server, "export", people[0].room).stdout == ended.stdout


def test_what_a_terminal_cannot_show_is_written_all_the_same(server, people):
    ended = subprocess.run(
        [*cohobate("room", "export", people[0].room, "--data", str(server.data), "--json")],
        capture_output=True,
        env=surroundings(server) | {"PYTHONIOENCODING": "ascii"},
    )
    assert "Łódź" in ended.stdout.decode()


def test_a_room_that_is_not_there_is_refused(server, people):
    assert "there is no room 'nowhere'; `cohobate room list` tells which there are" in refusal(
        told(server, "export", "nowhere")
    )


def test_a_title_that_two_rooms_have_is_refused_with_their_ids(server, people):
    asyncio.run(some_work(server))
    sentence = refusal(told(server, "export", "Room 0"))
    assert "2 rooms are called 'Room 0'; name one by its id: " in sentence
    assert people[0].room in sentence


def test_a_folder_without_data_is_refused(tmp_path):
    missing = Server(tmp_path / "nothing", environment={"DATABASE_URL": ""})
    assert "could not be read: it does not exist" in refusal(told(missing, "list"))
    (tmp_path / "key" / "secret").parent.mkdir()
    (tmp_path / "key" / "secret").write_text("k" * 40)
    key = Server(tmp_path / "key", environment={"DATABASE_URL": ""})
    assert "does not exist; name a folder that `cohobate serve` made" in refusal(told(key, "list"))
    assert [path.name for path in (tmp_path / "key").iterdir()] == ["secret"]
    (tmp_path / "key" / "cohobate.sqlite3").write_bytes(b"no database at all" * 100)
    assert "the database cannot be read (file is not a database)" in refusal(told(key, "export", "x"))
    (tmp_path / "key" / "cohobate.sqlite3").write_bytes(b"")
    assert "the data are an earlier version's; run `cohobate serve --data " in refusal(told(key, "list"))


def test_a_database_that_is_away_is_one_sentence(server):
    away = f"postgresql://nobody@127.0.0.1:{server.port}/nothing"
    sentence = refusal(told(server, "list", DATABASE_URL=away))
    assert "the database cannot be read" in sentence


def test_a_folder_without_a_server_stays_as_it_is(tmp_path):
    server = Server(tmp_path / "data", environment={"DATABASE_URL": ""})
    server.start()
    asyncio.run(some_work(server))
    assert server.stop() == 0
    before = snapshot(server.data)
    assert set(before) == {"cohobate.sqlite3", "lock", "secret"}
    assert told(server, "list").returncode == 0
    assert {name: content for name, content in snapshot(server.data).items() if content} == before

    made = subprocess.run(["mount", "-t", "tmpfs", "cohobate", str(tmp_path / "data")], capture_output=True)
    if made.returncode:
        pytest.skip("no file system that can only be read can be mounted here: that takes root")
    try:
        for name, content in before.items():
            (server.data / name).write_bytes(content)
        subprocess.run(["mount", "-o", "remount,ro", str(server.data)], check=True)
        ended = told(server, "export", "Room 1", "--json")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert json.loads(ended.stdout)["chain"]["whole"]
    finally:
        subprocess.run(["umount", "-l", str(server.data)], check=True)
