"""`cohobate data`: what the commands say; what they do is in tests/web/test_backup.py."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from cohobate.ledger import check
from cohobate.web.folder import DataFolder


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = DataFolder(tmp_path / "data")
    folder.make()
    with closing(sqlite3.connect(folder.database)) as database:
        database.execute("CREATE TABLE words (word TEXT)")
    return folder.path


def test_a_backup_and_a_restore_each_say_where(cohobate, data, tmp_path):
    made = cohobate("data", "backup", "--data", data, tmp_path / "backup.tar.gz")
    assert (made.status, made.err) == (0, "")
    assert made.out.startswith(f"Backup: {tmp_path / 'backup.tar.gz'}, ")
    restored = cohobate("data", "restore", tmp_path / "backup.tar.gz", "--data", tmp_path / "again")
    assert (restored.status, restored.err) == (0, "")
    assert restored.out == f"Restored: {tmp_path / 'again'}; go on with `cohobate serve --data {tmp_path / 'again'}`\n"


def test_what_cannot_be_is_one_sentence(cohobate, data, tmp_path):
    assert "does not exist" in cohobate("data", "restore", tmp_path / "nothing", "--data", tmp_path / "again").refusal
    assert "is not empty" in cohobate("data", "restore", data / "secret", "--data", data).refusal
    assert cohobate("data", "backup", "--data", tmp_path / "nothing", tmp_path / "b").status == 2


REGISTERS = """
import sys
from cohobate.ledger import check
from cohobate.web.folder import DataFolder
from cohobate.web.serving import configure, prepare
folder = DataFolder(sys.argv[1])
folder.make()
configure(folder, "http://localhost", [])
prepare()
if "works" in sys.argv:
    from cohobate.web.people.models import Person
    from cohobate.web.works import keeper
    writer = Person.objects.create(name="Wanda")
    work = keeper.begin(writer, title="Pumps", kind="rosetta")
    keeper.keep_version(work.pk, writer, "One.")
    keeper.keep_version(work.pk, writer, "One. Two.")
if "damaged" in sys.argv:
    from cohobate.web.works.models import Registered
    Registered.objects.filter(pk=1).update(line="{}")
"""


def outside(*words):
    """A process of its own: Django is set up once a process."""
    environment = os.environ | {"DATABASE_URL": "", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, env=environment)


def ledger(tmp_path, *what, out="ledger.jsonl"):
    """What `cohobate data ledger` says of a folder with such data, and what it wrote."""
    assert outside("-c", REGISTERS, tmp_path / "data", *what).stderr == ""
    ended = outside(
        "-m", "cohobate.cli", "data", "ledger", "--data", tmp_path / "data", *([tmp_path / out] if out else [])
    )
    return ended, (tmp_path / out).read_bytes() if out else ended.stdout.encode()


def test_the_ledger_of_a_server_is_written_and_checked(tmp_path):
    ended, content = ledger(tmp_path, "works")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert check(content) == []
    last = json.loads(content.splitlines()[-1])
    assert (last["index"], last["kind"]) == (2, "work version")
    assert " ".join(ended.stdout.split()).startswith(f"Ledger: {tmp_path / 'ledger.jsonl'}, 3 entries, whole")
    assert last["hash"] in ended.stdout.replace("\n", "")


def test_without_a_file_the_ledger_is_printed(tmp_path):
    ended, content = ledger(tmp_path, "works", out="")
    assert (ended.returncode, check(content)) == (0, [])


def test_a_ledger_of_nothing_is_empty_and_says_so(tmp_path):
    ended, content = ledger(tmp_path)
    assert (ended.returncode, content) == (0, b"")
    assert "0 entries, none yet" in " ".join(ended.stdout.split())


def test_a_damaged_ledger_is_written_and_said_to_be_damaged(tmp_path):
    ended, content = ledger(tmp_path, "works", "damaged")
    assert ended.returncode == 2
    assert "cannot be trusted: line 2: it is no ledger entry" in ended.stderr
    assert content.count(b"\n") == 3


def test_there_is_no_ledger_where_there_are_no_data(tmp_path):
    ended = outside("-m", "cohobate.cli", "data", "ledger", "--data", tmp_path / "nothing")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
