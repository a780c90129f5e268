"""Files and folders on a disk: what belongs to an archive is found, and nothing ends the reading."""

import os

import pytest

from cohobate.archive.record import Record
from cohobate.archive.tree import LARGEST, Unread, files, records, told

from .examples import SOURCE


def names(*paths):
    return [one.path if isinstance(one, Record) else f"! {one.file.name}" for one in records(paths)]


@pytest.fixture
def folder(tmp_path):
    for name in ("b.md", "a.TXT", "deep/c.markdown", "deep/picture.png", ".hidden/d.md", ".e.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SOURCE)
    return tmp_path


def test_texts_are_found_in_a_folder_by_their_endings_and_what_is_hidden_is_left_out(folder):
    assert names(folder) == ["a.TXT", "b.md", "deep/c.markdown"]


def test_a_file_that_is_named_is_read_whatever_its_name_is_and_each_once(folder):
    picture = folder / "deep" / "picture.png"
    assert names(picture, folder / "b.md", folder) == ["picture.png", "b.md", "a.TXT", "deep/c.markdown"]


def test_what_cannot_be_read_is_told_and_the_rest_is_read(folder):
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "nowhere.md").symlink_to("no such file")
    (folder / "circle").symlink_to(folder)
    os.mkfifo(folder / "pipe.md")
    with open(folder / "huge.md", "wb") as file:
        file.truncate(LARGEST + 1)
    found = {one.file.name: one.problem for one in records([folder, folder / "missing.md"]) if isinstance(one, Unread)}
    assert sorted(found) == ["huge.md", "loop.md", "missing.md", "nowhere.md", "pipe.md"]
    assert found["huge.md"].sentence == "the file has 20,000,001 bytes, and 20,000,000 are read at most; divide it"
    assert found["missing.md"].rule == "the file could not be read: it does not exist"
    assert found["pipe.md"].rule == "the file could not be read: it is no file"
    assert len(list(files([folder]))) == 7


def test_a_link_out_of_a_folder_is_told_and_not_read_and_one_within_it_is(tmp_path):
    folder, secret = tmp_path / "notes", tmp_path / "secret"
    (folder / "deep").mkdir(parents=True)
    secret.write_text("what links are signed with")
    (folder / "deep" / "out.md").symlink_to("../../secret")
    (folder / "whole.md").symlink_to(secret)
    (folder / "own.md").write_text(SOURCE)
    (folder / "deep" / "in.md").symlink_to("../own.md")
    assert names(folder) == ["deep/in.md", "! deep/out.md", "own.md", "! whole.md"]
    told = [one.problem.rule for one in records([folder]) if isinstance(one, Unread)]
    assert told == ["the file could not be read: it is a link to a file outside of the folder"] * 2
    assert names(folder / "whole.md") == ["whole.md"]
    (tmp_path / "linked").symlink_to(folder)
    assert names(tmp_path / "linked") == names(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_may_not_be_read_is_told(folder):
    (folder / "deep").chmod(0)
    try:
        assert names(folder) == ["a.TXT", "b.md", "! deep"]
    finally:
        (folder / "deep").chmod(0o700)


def test_names_that_are_no_text_can_be_told(tmp_path):
    with open(os.fsencode(tmp_path) + b"/\xff.md", "wb") as file:
        file.write(SOURCE.encode())
    assert names(tmp_path) == ["\\xff.md"]
    assert told("a\udcff") == "a\\xff"
