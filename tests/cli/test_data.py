"""`cohobate data`: what the commands say; what they do is in tests/web/test_backup.py."""

import sqlite3
from contextlib import closing

import pytest

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
