"""A reader's sitting as a fold: times and answers, with the laws that hold whatever happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import Refused
from cohobate.events import follow, redacted
from cohobate.practicum.acts import Act
from cohobate.practicum.reading.sitting import GRACE, UNSURE, fold
from cohobate.practicum.reading.sitting_acts import ACTS, LONGEST_ANSWER, MOST_ANSWERS, decide

PARTS = [
    {"arm": "no text", "passage": None, "items": [["i1", 3], ["i4", 0]], "seconds": 60.0},
    {"arm": "source", "passage": "p1", "items": [["i2", 2]], "seconds": 120.0},
    {"arm": "distillation", "passage": "p2", "items": [["i5", 4]], "seconds": 120.0},
]


class Sat:
    """A sitting that is done act by act."""

    def __init__(self, begun=True):
        self.events = []
        if begun:
            self.add("begin", {"number": 3, "parts": PARTS}, {}, 0.0)

    def add(self, kind, data, words, at):
        last = self.events[-1] if self.events else None
        id = f"event-{len(self.events):04}"
        self.events.append(follow(last, id=id, at=at, actor="reader", kind=kind, data=data, words=words, salt="s"))

    def do(self, kind, at=0.0, **fields):
        data, words = decide(self.state, "reader", Act("act-12345", kind, {k: str(v) for k, v in fields.items()}))
        self.add(kind, data, words, at)
        return self.state

    @property
    def state(self):
        return fold(self.events)


@pytest.fixture
def sat():
    return Sat()


def test_a_sitting_goes_through_its_parts_in_order(sat):
    assert sat.state.standing == "came"
    for number in range(3):
        assert sat.state.coming.number == number
        assert sat.do("start", part=number).current.number == number
        assert sat.state.standing == "reading"
        assert sat.state.coming is None
        sat.do("finish", part=number)
    assert sat.state.done
    assert sat.state.standing == "done"


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("answer", {"part": 1, "item": "i2", "choice": 0}, "has not been started"),
        ("answer", {"part": 0, "item": "i2", "choice": 0}, "not asked in this part"),
        ("answer", {"part": 0, "item": "i1", "choice": 3}, "none of the options"),
        ("answer", {"part": 0, "item": "i1", "choice": "x"}, "none of the options"),
        ("answer", {"part": 0, "item": "i1", "choice": ""}, "none of the options"),
        ("answer", {"part": 0, "item": "i4", "choice": "0"}, "answered in words"),
        ("answer", {"part": 0, "item": "i4", "text": "x" * (LONGEST_ANSWER + 1)}, "4,001 characters"),
        ("answer", {"part": 7, "item": "i1", "choice": 0}, "no such part"),
        ("answer", {"part": "²", "item": "i1", "choice": 0}, "no such part"),
        ("start", {"part": 0}, "started already"),
        ("start", {"part": 2}, "another part comes first"),
        ("finish", {"part": 1}, "not under way"),
        ("background", {"knows": "new"}, "stays as it is"),
        ("cheat", {}, "nothing that one does while reading"),
    ],
)
def test_what_may_not_be_done_is_refused_with_a_sentence(sat, kind, fields, sentence):
    sat.do("start", part=0)
    with pytest.raises(Refused, match=sentence):
        sat.do(kind, **fields)


def test_what_one_says_of_oneself_is_one_of_three_and_a_short_line(sat):
    with pytest.raises(Refused, match="choose one of the three"):
        sat.do("background", knows="all")
    with pytest.raises(Refused, match="201 characters"):
        sat.do("background", knows="new", line="x" * 201)
    state = sat.do("background", knows="read", line="two  books")
    assert (state.background, state.line) == ("read", "two books")


def test_an_act_without_a_proper_id_is_refused_and_before_a_reader_begins_they_answer_nothing(sat):
    with pytest.raises(Refused, match="no proper id"):
        decide(sat.state, "reader", Act("x", "stop"))
    for kind in ("start", "answer", "finish"):
        with pytest.raises(Refused, match="not begun"):
            decide(fold([]), "reader", Act("act-12345", kind, {"part": "0"}))


def test_who_came_and_has_not_begun_may_say_what_they_know_stop_and_take_all_out():
    sat = Sat(begun=False)
    assert (sat.state.standing, sat.state.number) == ("came", -1)
    assert sat.do("background", knows="work").background == "work"
    assert sat.do("stop").standing == "stopped"
    assert sat.do("withdraw").standing == "withdrawn"
    assert not sat.state.done


def test_after_stopping_and_after_taking_everything_out_nothing_more_is_kept(sat):
    sat.do("start", part=0)
    assert sat.do("stop").standing == "stopped"
    for kind in ACTS - {"withdraw"}:
        with pytest.raises(Refused, match="you stopped here"):
            sat.do(kind, part=0)
    assert sat.do("withdraw").standing == "withdrawn"
    for kind in ACTS:
        with pytest.raises(Refused, match="took your answers out"):
            sat.do(kind, part=0)


def test_whoever_is_through_has_nothing_to_stop(sat):
    for number in range(3):
        sat.do("start", part=number)
        sat.do("finish", part=number)
    with pytest.raises(Refused, match="through already"):
        sat.do("stop")


def test_the_number_of_changes_has_an_end(sat):
    sat.do("start", part=0)
    full = sat.state
    full.answers = MOST_ANSWERS
    with pytest.raises(Refused, match="2,000 times"):
        decide(full, "reader", Act("act-12345", "answer", {"part": "0", "item": "i1", "choice": "0"}))


def test_an_answer_that_is_emptied_is_none(sat):
    sat.do("start", part=0)
    assert sat.do("answer", part=0, item="i4", text="at the rim").parts[0].given["i4"].text == "at the rim"
    assert "i4" not in sat.do("answer", part=0, item="i4", text=" ").parts[0].given
    assert sat.do("answer", part=0, item="i4", choice=UNSURE).parts[0].given["i4"].unsure


def test_words_that_were_taken_out_leave_that_something_stood_there(sat):
    sat.do("start", part=0)
    sat.do("answer", part=0, item="i4", text="at the rim")
    assert sat.state.worded == [3]
    sat.events[2] = redacted(sat.events[2])
    given_ = sat.state.parts[0].given["i4"]
    assert (given_.gone, given_.text, sat.state.worded) == (True, "", [])


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "finish", "start"]),
        st.sampled_from(["i1", "i4"]),
        st.floats(-40, 40),
    ),
    max_size=25,
)


@given(STEPS)
def test_times_are_never_negative_and_add_up_to_what_the_part_took_whatever_the_clock_does(steps):
    sat = Sat()
    now = 1000.0
    sat.do("start", part=0, at=now)
    for kind, item, more in steps:
        now += more
        try:
            if kind == "answer":
                sat.do("answer", now, part=0, item=item, **({"choice": 1} if item == "i1" else {"text": f"at {now}"}))
            else:
                sat.do(kind, now, part=0)
        except Refused:
            continue
        part = sat.state.parts[0]
        assert all(value >= 0 for value in part.seconds.values())
        assert part.used == pytest.approx(sum(part.seconds.values()))
        assert 0 <= part.used <= part.limit
        assert 0 <= part.left(now) <= part.limit


@given(STEPS, st.floats(0, 200))
def test_what_counts_came_before_the_end_and_what_came_later_changes_nothing(steps, late):
    sat = Sat()
    sat.do("start", part=0, at=0.0)
    now = 0.0
    for kind, item, more in steps:
        now = max(now, min(now + abs(more), 55.0))
        if kind == "answer":
            sat.do("answer", now, part=0, item=item, **({"choice": 1} if item == "i1" else {"text": "words"}))
    before = sat.state.parts[0]
    sat.do("answer", 60 + GRACE + 0.1 + late, part=0, item="i1", choice=2)
    after = sat.state.parts[0]
    assert (after.given, after.seconds, after.used) == (before.given, before.seconds, before.used)
    assert after.late["i1"].choice == 2


def test_the_time_at_the_end_goes_to_what_got_no_answer_or_else_to_the_last_one(sat):
    sat.do("start", part=0, at=100.0)
    sat.do("answer", 110.0, part=0, item="i1", choice=0)
    sat.do("finish", 130.0, part=0)
    assert sat.state.parts[0].seconds == {"i1": 10.0, "i4": 20.0}
    sat.do("start", part=1, at=200.0)
    sat.do("answer", 230.0, part=1, item="i2", choice=0)
    sat.do("finish", 500.0, part=1)
    assert sat.state.parts[1].seconds == {"i2": 120.0}


def test_an_event_of_a_kind_that_a_later_version_knows_changes_nothing(sat):
    before = sat.state
    sat.add("sing", {}, {}, 1.0)
    assert sat.state.parts == before.parts
