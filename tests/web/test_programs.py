"""Programs in a room: which one it is, what was estimated before it ran, and how far off that was, in words."""

import pytest

from cohobate.errors import CohobateError
from cohobate.practicum import fermi
from cohobate.practicum.room import TAKEN_OUT
from cohobate.web.rooms import programs
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.programs import program_of, times

from .browsers import opened


@pytest.mark.parametrize(
    ("factor", "said"),
    [(1.0, "1"), (1.38, "1.4"), (9.96, "10"), (66.01, "66"), (116.3, "120"), (45_678, "46,000"), (3.2e8, "3.2e+08")],
)
def test_a_factor_is_told_as_people_read_it(factor, said):
    assert times(factor) == said


# --- which program -------------------------------------------------------


@pytest.fixture
def pasting(host):
    """Makes rooms that estimate a pasted program."""

    def paste(source):
        room = opened(host.person, "runtime-fermi")
        keeper.house(room.pk, "program", {"name": "pasted"}, {"source": source})
        return keeper.room(room.pk)

    programs.pasted.cache_clear()
    yield paste
    programs.pasted.cache_clear()


def test_a_pasted_program_is_read_once_however_often_its_page_is_looked_at(pasting, monkeypatch):
    state = pasting("# block: all\nprint(1)\n")
    first = program_of(state)
    monkeypatch.setattr(fermi, "read_program", None)
    assert program_of(state) is first
    assert [block.name for block in first.blocks] == ["all"]


@pytest.mark.parametrize("source", ["# block: all\nprint 1\n", "no block at all", TAKEN_OUT])
def test_a_text_that_is_no_program_is_none(pasting, source):
    assert program_of(pasting(source)) is None


def test_that_no_process_can_be_started_is_told_and_not_taken_for_a_bad_program(pasting, monkeypatch):
    def failing(source, name):
        raise CohobateError("no process can be started")

    monkeypatch.setattr(fermi, "read_program", failing)
    with pytest.raises(CohobateError, match="no process"):
        program_of(pasting("# block: all\nprint(1)\n"))
