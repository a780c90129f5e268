"""Programs in a room: which one it is, what was estimated before it ran, and how far off that was, in words."""

import pytest

from cohobate.errors import CohobateError
from cohobate.practicum import fermi
from cohobate.practicum.acts import Act
from cohobate.practicum.room import TAKEN_OUT
from cohobate.web.people.models import Person
from cohobate.web.rooms import programs
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.programs import compared, program_of, sessions_of, times
from cohobate.web.slugs import slug

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


# --- what counts as an estimate ------------------------------------------


class Estimating:
    """A room in which two estimate blocks and programs run: the host, and Pia."""

    def __init__(self, host):
        self.pia = Person.objects.create(name="Pia")
        self.host = host
        self.id = opened(host, "runtime-fermi", seat="estimator").pk
        keeper.join(self.id, self.pia, "estimator")
        self.does(host, "advance")

    def does(self, who, kind, **fields):
        id = slug()
        keeper.act(self.id, who.pk, Act(id, kind, fields))
        return id

    def estimates(self, block, text, who=None, thing="alone", **fields):
        return self.does(who or self.host, "write", thing=thing, block=block, text=text, **fields)

    def runs(self, **blocks):
        keeper.house(self.id, "ran", {"place": [0, 0], "blocks": blocks, "how": "It finished."}, {"printed": ""})

    def counted(self, who=None):
        return list(sessions_of((who or self.host).pk, {self.id: keeper.room(self.id)}).values())

    def said(self):
        rows = compared(keeper.room(self.id), self.host.pk)
        return {one["block"]: [(guess["who"], guess["said"]) for guess in one["guesses"]] for one in rows}


@pytest.fixture
def estimating(host):
    return Estimating(host.person)


def test_an_estimate_counts_if_it_was_made_before_the_program_ran(estimating):
    estimating.estimates("sort", "1 s")
    estimating.runs(sort=2.0, read=4.0)
    estimating.estimates("read", "4 s")
    assert estimating.counted() == [[(1.0, 2.0)]]
    assert estimating.said() == {"sort": [("Hedda", "1 s")], "read": []}


def test_an_estimate_that_was_changed_after_the_run_counts_for_nothing(estimating):
    entry = estimating.estimates("sort", "1 s")
    estimating.runs(sort=2.0)
    estimating.estimates("sort", "2 s", entry=entry)
    estimating.runs(sort=2.5)
    assert estimating.counted() == []
    assert estimating.said() == {"sort": []}


def test_each_block_counts_once_a_person_by_the_last_that_was_said_before_its_time_was_known(estimating):
    estimating.estimates("sort", "1 s")
    estimating.estimates("Sort ", "3 s")
    estimating.estimates("sort", "9 s", estimating.pia)
    estimating.runs(sort=None)
    estimating.runs(sort=2.0)
    estimating.runs(sort=20.0)
    assert estimating.counted() == [[(3.0, 2.0)]]
    assert estimating.said() == {"sort": [("Hedda", "3 s")]}
    estimating.does(estimating.host, "reveal")
    assert estimating.said() == {"sort": [("Hedda", "3 s"), ("Pia", "9 s")]}


def test_what_somebody_said_alone_counts_before_what_was_agreed_on(estimating):
    estimating.estimates("sort", "1 s")
    estimating.does(estimating.host, "advance")
    estimating.estimates("sort", "5 s", thing="agreed")
    estimating.estimates("sort", "6 s", estimating.pia, thing="agreed")
    estimating.runs(sort=4.0)
    assert estimating.counted() == [[(1.0, 4.0)]]
    assert estimating.counted(estimating.pia) == [[(6.0, 4.0)]]


def test_a_block_that_was_not_reached_shows_what_was_said_and_counts_for_nothing(estimating):
    estimating.estimates("sort", "1 s")
    estimating.runs(sort=None)
    assert estimating.counted() == []
    assert estimating.said() == {"sort": [("Hedda", "1 s")]}
