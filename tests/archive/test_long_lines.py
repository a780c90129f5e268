"""Lines that no person writes, and a paste or an accident does: reading takes no more than their length."""

import time

import pytest

from cohobate.archive.record import read_record
from cohobate.practicum.prose import check

LONG = 60_000
SIGNS = " \t.…!#-*_`~'\"()[]{}<>|:;,/\\=+&@%a0\u00a0"


def seconds(read, text):
    began = time.process_time()
    read(text)
    return time.process_time() - began


@pytest.mark.parametrize("before", ["a", "# a", "- ", "www.", "x: ", "{example: ", "["])
@pytest.mark.parametrize("sign", SIGNS, ids=repr)
def test_a_line_that_repeats_one_sign_is_read_in_no_time_to_speak_of(before, sign):
    text = f"{before}{sign * LONG}x\n"
    front = f"---\ntitle: t\nurl: {before}{sign * 50_000}x\n---\nBody.\n"
    for read, given in (
        (lambda text: read_record("notes/one.md", text.encode()), text),
        (lambda text: read_record("notes/one.md", text.encode()), front),
        (check, text),
    ):
        # Not a race: what is quadratic takes minutes here, and holds up all other threads.
        assert seconds(read, given) < 10


@pytest.mark.parametrize(("line", "title"), [("# Tides ##  ", "Tides"), ("# C#", "C"), ("#  Two  words", "Two words")])
def test_a_heading_gives_the_title_without_what_closes_it(line, title):
    assert read_record("notes/one.md", f"Before.\n\n{line}\nBody.\n".encode()).title == title
