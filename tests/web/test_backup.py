"""A server's data in one file, and back."""

import errno
import gzip
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from functools import partial

import pytest

from cohobate.errors import RunProblem, StorageProblem, WrongUse
from cohobate.web import backup
from cohobate.web.backup import DATABASE, MANIFEST, ROWS, SECRET, restore, write
from cohobate.web.folder import DataFolder
from cohobate.web.people.models import Invitation, Person
from cohobate.web.rooms.models import Event, Member, Room, Workshop

from .browsers import opened


@pytest.fixture(autouse=True)
def on_sqlite(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def data(tmp_path):
    """A data folder with a table of a hundred rows."""
    folder = DataFolder(tmp_path / "data")
    folder.make()
    with closing(sqlite3.connect(folder.database)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE words (number INTEGER, word TEXT)")
        database.executemany("INSERT INTO words VALUES (?, ?)", [(i, f"word {i}") for i in range(100)])
        database.commit()
    return folder.path


@pytest.fixture
def whole(data, tmp_path):
    """A backup of it."""
    write(data, tmp_path / "backup.tar.gz")
    return tmp_path / "backup.tar.gz"


def rows(folder):
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return database.execute("SELECT * FROM words ORDER BY number").fetchall()


def packed(path, members):
    """An archive of (name, content or a TarInfo)."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
            else:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return path


def unpacked(path):
    with tarfile.open(path) as archive:
        return [(one.name, archive.extractfile(one).read()) for one in archive]


def test_what_is_restored_is_what_was_there(data, whole, tmp_path):
    restore(whole, tmp_path / "again")
    assert rows(tmp_path / "again") == rows(data)
    assert (tmp_path / "again" / SECRET).read_bytes() == (data / SECRET).read_bytes()
    assert {path.name for path in (tmp_path / "again").iterdir()} == {DATABASE, SECRET}
    assert stat.S_IMODE((tmp_path / "again").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "again" / SECRET).stat().st_mode) == 0o600


def test_a_backup_holds_the_key_so_nobody_else_may_read_it(whole):
    assert stat.S_IMODE(whole.stat().st_mode) == 0o600
    assert [name for name, _ in unpacked(whole)] == [MANIFEST, DATABASE, SECRET]


def test_a_backup_comes_to_its_end_while_others_keep_writing(data, tmp_path, monkeypatch):
    connect, steps = sqlite3.connect, []
    with closing(connect(data / DATABASE)) as database:
        database.executemany("INSERT INTO words VALUES (?, ?)", [(i, "much" * 5_000) for i in range(100, 300)])
        database.commit()

    class Watched(sqlite3.Connection):
        """Somebody else writes after each step."""

        def backup(self, target, **how):
            super().backup(target, **how, progress=self.written_meanwhile)

        def written_meanwhile(self, status, remaining, total):
            steps.append(remaining)
            assert len(steps) < 100, "it begins again and again"
            with closing(connect(data / DATABASE)) as other, other:
                other.execute("UPDATE words SET word = word || '.' WHERE number = 0")

    with monkeypatch.context() as patched:
        patched.setattr(backup.sqlite3, "connect", partial(connect, factory=Watched))
        write(data, tmp_path / "backup.tar.gz")
    assert steps[-1] == 0
    restore(tmp_path / "backup.tar.gz", tmp_path / "again")
    assert len(rows(tmp_path / "again")) == 300


def test_a_backup_is_of_one_moment_while_others_write(data, tmp_path):
    going = threading.Event()

    def add_pairs():
        with closing(sqlite3.connect(data / DATABASE, timeout=30)) as database:
            number = 1000
            while not going.is_set():
                with database:
                    database.execute("INSERT INTO words VALUES (?, 'first')", (number,))
                    database.execute("INSERT INTO words VALUES (?, 'second')", (number,))
                number += 1

    writer = threading.Thread(target=add_pairs)
    writer.start()
    try:
        write(data, tmp_path / "backup.tar.gz")
    finally:
        going.set()
        writer.join()
    restore(tmp_path / "backup.tar.gz", tmp_path / "again")
    found = rows(tmp_path / "again")
    assert found[:100] == rows(data)[:100]
    assert len(found) % 2 == 0


def test_a_backup_replaces_an_older_one_whole_or_not_at_all(data, whole, monkeypatch):
    before = whole.read_bytes()
    monkeypatch.setattr(backup, "_pack", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(StorageProblem, match="the disk is full"):
        write(data, whole)
    assert whole.read_bytes() == before
    assert sorted(path.name for path in whole.parent.iterdir()) == ["backup.tar.gz", "data"]


def test_a_restore_goes_into_an_empty_folder_and_no_other(data, whole, tmp_path):
    (tmp_path / "empty").mkdir()
    restore(whole, tmp_path / "empty")
    for folder in (tmp_path / "empty", data):
        before = rows(folder)
        with pytest.raises(RunProblem, match="is not empty"):
            restore(whole, folder)
        assert rows(folder) == before


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_an_archive_that_was_cut_short_is_refused_and_leaves_nothing(whole, tmp_path, share):
    content = whole.read_bytes()
    whole.write_bytes(content[: int(share * len(content))])
    with pytest.raises(RunProblem, match="is no whole backup"):
        restore(whole, tmp_path / "again")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "data"]


def test_a_changed_byte_anywhere_is_noticed(whole, tmp_path):
    content = gzip.decompress(whole.read_bytes())
    for place in (600, len(content) // 2):
        changed = bytearray(content)
        changed[place] ^= 1
        whole.write_bytes(gzip.compress(bytes(changed)))
        with pytest.raises(RunProblem):
            restore(whole, tmp_path / "again")
        assert not (tmp_path / "again").exists()


def test_a_changed_byte_of_the_file_is_noticed_or_of_no_consequence(data, whole, tmp_path):
    content = whole.read_bytes()
    for place in range(0, len(content), len(content) // 40):
        changed = bytearray(content)
        changed[place] ^= 0x55
        whole.write_bytes(changed)
        again = tmp_path / f"again-{place}"
        try:
            restore(whole, again)
        except RunProblem:
            assert not again.exists()
        else:
            assert rows(again) == rows(data)


def link(name, target, kind):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize(
    "extra",
    [
        ("../outside", b"x"),
        ("/tmp/outside", b"x"),
        ("more", b"x"),
        (SECRET, b"another key that is long enough to be one"),
        ("link", link("link", "/etc/passwd", tarfile.SYMTYPE)),
        (DATABASE, link(DATABASE, "/etc/passwd", tarfile.SYMTYPE)),
        (DATABASE, link(DATABASE, SECRET, tarfile.LNKTYPE)),
        (SECRET, link(SECRET, "", tarfile.FIFOTYPE)),
    ],
    ids=lambda extra: f"{extra[0]}".replace("/", "_"),
)
@pytest.mark.parametrize("where", [1, 3])
def test_nothing_is_written_under_a_name_that_does_not_belong_there(whole, tmp_path, extra, where):
    members = unpacked(whole)
    members.insert(where, extra)
    packed(whole, members)
    with pytest.raises(RunProblem, match="which does not belong there|is not as it was written"):
        restore(whole, tmp_path / "inner" / "again")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "data", "inner"]
    assert not list((tmp_path / "inner").iterdir())


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        (b"[]", "its manifest is none"),
        (b"{", "is no whole backup"),
        (json.dumps({"format": 2, "cohobate": "9.1", "files": {}}).encode(), "was written by Cohobate 9.1"),
        (json.dumps({"format": 1, "files": {"a": {"sha256": ""}}}).encode(), "names other files"),
        (json.dumps({"format": 1, "files": {DATABASE: {}, SECRET: {}}}).encode(), "is no whole backup"),
    ],
)
def test_a_manifest_that_cannot_be_is_refused(whole, tmp_path, manifest, sentence):
    packed(whole, [(MANIFEST, manifest), *unpacked(whole)[1:]])
    with pytest.raises(RunProblem, match=sentence):
        restore(whole, tmp_path / "again")


def test_what_is_no_archive_is_refused(tmp_path):
    for content in (b"", b"hello", gzip.compress(b"hello")):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(RunProblem, match="is no whole backup"):
            restore(tmp_path / "file", tmp_path / "again")
    with pytest.raises(RunProblem, match="does not exist"):
        restore(tmp_path / "nothing", tmp_path / "again")


def test_a_damaged_database_is_noticed_before_it_is_backed_up(data, tmp_path):
    content = bytearray((data / DATABASE).read_bytes())
    content[4096:4200] = b"x" * 104
    (data / DATABASE).write_bytes(content)
    with pytest.raises(RunProblem):
        write(data, tmp_path / "backup.tar.gz")
    assert not (tmp_path / "backup.tar.gz").exists()


def test_a_folder_without_data_is_refused(tmp_path):
    with pytest.raises(RunProblem, match="does not exist"):
        write(tmp_path / "nothing", tmp_path / "backup.tar.gz")
    DataFolder(tmp_path / "new").make()
    with pytest.raises(RunProblem, match="does not exist"):
        write(tmp_path / "new", tmp_path / "backup.tar.gz")


def test_a_place_where_nothing_can_be_written_is_refused(data, tmp_path):
    with pytest.raises(StorageProblem, match="is a folder"):
        write(data, tmp_path)
    with pytest.raises(StorageProblem, match="does not exist"):
        write(data, tmp_path / "no" / "backup.tar.gz")


@pytest.mark.parametrize(("number", "why"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only")])
@pytest.mark.parametrize("at", ["tempfile.mkdtemp", "shutil.copyfile", "os.replace"])
def test_a_disk_that_is_full_or_read_only_is_told_in_a_sentence(data, whole, tmp_path, monkeypatch, at, number, why):
    def refused(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(at, refused)
    with pytest.raises(StorageProblem, match=why):
        write(data, tmp_path / "full.tar.gz")
    assert not (tmp_path / "full.tar.gz").exists()
    if at != "shutil.copyfile":
        with pytest.raises(StorageProblem, match=why):
            restore(whole, tmp_path / "again")
        assert not (tmp_path / "again").exists()


def test_a_folder_that_may_not_be_written_is_backed_up_and_nothing_is_written_into_it(data, tmp_path, monkeypatch):
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    with monkeypatch.context() as forbidden:
        forbidden.setattr(os, "access", lambda path, mode: False)
        write(data, tmp_path / "snapshot.tar.gz")
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
    restore(tmp_path / "snapshot.tar.gz", tmp_path / "again")


def test_a_backup_of_sqlite_is_not_restored_beside_postgresql(whole, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/rooms")
    with pytest.raises(WrongUse, match="unset it"):
        restore(whole, tmp_path / "again")


# --- rows -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def dumped(host, room, invitation, participant):
    """Rows of all kinds, as text."""
    opened(host.person, topic="„ä“ \U0001f469 \\ ' \"")
    out = io.StringIO()
    backup.dump(out)
    return out.getvalue()


def test_rows_come_back_as_they_were(dumped):
    empty()
    backup.load(io.StringIO(dumped))
    out = io.StringIO()
    backup.dump(out)
    assert out.getvalue() == dumped
    # And whatever is counted goes on counting.
    assert Member.objects.create(room=Room.objects.first(), person=Person.objects.create(name="Nele")).pk > 2


def empty():
    for model in (Invitation, Event, Member, Room, Workshop, Person):
        model.objects.all().delete()


def test_rows_are_not_mixed_with_others(dumped):
    with pytest.raises(RunProblem, match="holds data already"):
        backup.load(io.StringIO(dumped))


def test_rows_of_postgresql_can_be_restored_into_sqlite(dumped, tmp_path):
    events = Event.objects.count()
    key = b"k" * 60 + b"\n"
    content = dumped.encode()
    files = {name: {"sha256": backup.hashlib.sha256(one).hexdigest()} for name, one in ((ROWS, content), (SECRET, key))}
    manifest = json.dumps({"cohobate": "0.1.0", "format": 1, "files": files}).encode()
    packed(tmp_path / "rows.tar.gz", [(MANIFEST, manifest), (ROWS, content), (SECRET, key)])
    code = "import sys; from cohobate.cli import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", code, "data", "restore", "rows.tar.gz", "--data", "again"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "DATABASE_URL": ""},
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert {path.name for path in (tmp_path / "again").iterdir()} == {DATABASE, SECRET}
    with closing(sqlite3.connect(tmp_path / "again" / DATABASE)) as database:
        assert database.execute("SELECT count(*) FROM rooms_event").fetchone() == (events,)
        assert database.execute("SELECT name FROM people_person ORDER BY name").fetchall() == [("Hedda",), ("Pavel",)]
