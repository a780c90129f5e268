"""`cohobate demo-data`: what it prints, and what is in the folder then."""

import os
import re

import pytest

from .conftest import end, start


@pytest.fixture
def no_database(monkeypatch):
    """No other database than the folder's, whatever the tests run on."""
    for name in [name for name in os.environ if name.startswith(("COHOBATE_", "DJANGO_"))] + ["DATABASE_URL"]:
        monkeypatch.delenv(name, raising=False)


def test_it_fills_a_folder_once_says_what_is_there_and_how_to_go_on(no_database, tmp_path):
    folder = tmp_path / "rooms"
    command = ("demo-data", "--data", folder, "--now", "2026-06-17T15:20")
    ended = end(start(*command))
    assert (ended.status, ended.err) == (0, "")
    *table, filled, following = ended.out.splitlines()
    assert len(table) == 13
    assert re.search(r"The sheet by the door +Conjecture workshop +ended +4 +\d+", ended.out)
    assert re.fullmatch(
        rf"Filled: {folder}, 12 rooms with 1,\d\d\d events, sources, works, a board and a reader test; "
        r"its owner is Ada, and everybody in it is made up",
        filled,
    )
    assert following == f"Next: cohobate serve --data {folder}"

    ended = end(start(*command))
    assert ended.status == 2
    assert ended.refusal.startswith("this folder holds 12 rooms; choose a new or empty one with --data")

    listed = end(start("room", "list", "--data", folder, "--json"))
    assert re.findall(r'"opened_at": "(.{16})', listed.out)[-1] == "2026-05-28T09:30"
    assert '"title": "The sheet by the door"' in listed.out
