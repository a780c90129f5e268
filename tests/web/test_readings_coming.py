"""Coming to read, and beginning: one reader a form, and one sequence of the plan a reader who begins."""

import re
import threading

import pytest
from django.db import connection

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.reading.sitting import fold
from cohobate.web.people.links import COOKIE, find_person
from cohobate.web.people.models import Person
from cohobate.web.people.once import COOKIE as DOOR
from cohobate.web.readings import keeper
from cohobate.web.readings.models import Sitting
from cohobate.web.slugs import slug

from .browsers import Somebody, words
from .testing_readers import COMING, act, comes, invited, opened, page, person, reads, start, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(db):
    return person("Wanda")


@pytest.fixture
def trial(writer):
    return opened(writer)


def form_of(browser, path, name="Rita"):
    """What a form at the door sends."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', browser.get(path).content.decode())
    return dict(hidden) | COMING | {"name": name}


def number_of(browser, trial):
    return Sitting.objects.get(trial=trial, person=browser.person).number


# --- one reader a form --------------------------------------------------------------------------------------------


def test_a_reader_whose_first_answer_was_lost_comes_once(trial):
    path, browser = invited(trial, most=1), Somebody()
    sent = form_of(browser, path)
    first = browser.post(path, sent)
    del browser.cookies[COOKIE]
    second = browser.post(path, sent)
    assert first.url == second.url == f"/tests/{trial.pk}/reading/"
    assert first.cookies[COOKIE].value == second.cookies[COOKIE].value
    assert Sitting.objects.count() == 1
    assert "What do you know already?" in words(browser.see("sitting", trial.pk))


def test_a_reader_whose_first_answer_was_lost_opens_the_link_again_and_goes_on(trial):
    path, browser = invited(trial, most=1), Somebody()
    first = browser.post(path, form_of(browser, path))
    del browser.cookies[COOKIE]
    page = browser.get(path)
    assert page.status_code == 200
    again = browser.post(path, form_of(browser, path))
    assert again.cookies[COOKIE].value == first.cookies[COOKIE].value
    assert Sitting.objects.count() == 1
    assert Somebody().get(path).status_code == 410


def test_the_key_of_a_form_lets_in_another_reader_from_another_browser(trial):
    path, browser, other = invited(trial), Somebody(), Somebody()
    sent = form_of(browser, path)
    other.get(path)
    came = [one.post(path, sent).cookies[COOKIE].value for one in (browser, other)]
    assert len({find_person(one, "cookie")[0] for one in came}) == 2
    assert Sitting.objects.count() == 2


def test_a_form_of_one_link_is_none_of_another(trial):
    browser = Somebody()
    sent = form_of(browser, invited(trial))
    came = []
    for path in (invited(trial), invited(trial)):
        came.append(browser.post(path, sent).cookies[COOKIE].value)
        del browser.cookies[COOKIE]
    assert len(set(came)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_reader_comes():
    trial = opened(person("Wanda"))
    path, browser, begin, came = invited(trial, most=1), Somebody(), threading.Barrier(4), []
    sent = form_of(browser, path)

    def click():
        tab = Somebody()
        tab.cookies[DOOR] = browser.cookies[DOOR].value
        begin.wait()
        came.append(tab.post(path, sent))
        connection.close()

    at_once(click, 4)
    assert {one.status_code for one in came} == {302}
    assert len({one.cookies[COOKIE].value for one in came}) == 1
    assert (Sitting.objects.count(), Person.objects.filter(name="Rita").count()) == (1, 1)


def at_once(does, times):
    there = [threading.Thread(target=does) for _ in range(times)]
    for one in there:
        one.start()
    for one in there:
        one.join()


# --- one sequence a reader who begins -----------------------------------------------------------------------------


def test_who_comes_and_never_begins_takes_no_sequence_of_the_plan(trial):
    idle = comes(trial, "Ida")
    stopping = comes(trial, "Stan")
    stopping.do("sitting-go", trial.pk, kind="stop")
    assert [number_of(one, trial) for one in (idle, stopping)] == [None, None]
    plan = keeper.trials.state(trial.pk)
    for number in range(plan.design.block):
        reader = comes(trial, f"Reader {number}")
        start(reader, trial)
        assert number_of(reader, trial) == number
        dealt = [{"arm": one.arm, "passage": one.passage} for one in state(reader, trial).parts]
        assert dealt == [{name: one[name] for name in ("arm", "passage")} for one in plan.dealt(number)]
    start(idle, trial)
    assert number_of(idle, trial) == plan.design.block


def test_the_first_page_says_how_much_is_asked_before_anything_is_dealt(writer):
    trial = opened(writer, items=5)
    reader = comes(trial)
    shown = words(page(reader, trial))
    assert "Part 1 of 3" in shown
    halves = {len(keeper.trials.state(trial.pk).dealt(number)[0]["items"]) for number in range(8)}
    assert f"{' or '.join(map(str, sorted(halves)))} questions, without a text" in shown
    assert "5 minutes" in shown
    assert number_of(reader, trial) is None


@pytest.mark.django_db(transaction=True)
def test_readers_who_begin_at_one_moment_get_one_sequence_each():
    trial = opened(person("Wanda"))
    readers = [comes(trial, f"Reader {number}") for number in range(8)]
    waiting, begin = list(readers), threading.Barrier(8)

    def start_one():
        reader = waiting.pop()
        begin.wait()
        for _ in range(2):
            reader.post(f"/tests/{trial.pk}/reading/go/", {"kind": "start", "part": "0", "id": slug()})
        connection.close()

    at_once(start_one, 8)
    assert sorted(number_of(one, trial) for one in readers) == list(range(8))
    plan = keeper.trials.state(trial.pk)
    for one in keeper.all_sittings(trial.pk):
        dealt = [(part["arm"], part["passage"], dict(part["items"])) for part in plan.dealt(one.number)]
        assert [(part.arm, part.passage, part.items) for part in one.parts] == dealt
        assert one.parts[0].started is not None


def test_a_beginning_that_is_refused_deals_nothing(trial, writer):
    reader = comes(trial)
    row = Sitting.objects.get(person=reader.person)
    with pytest.raises(Refused, match="another part comes first"):
        keeper.do(row, reader.person, Act(slug(), "start", {"part": "1"}))
    assert number_of(reader, trial) is None
    assert not keeper.sittings.state(row.pk).parts
    late = comes(trial, "Late")
    start(reader, trial)
    act(trial, writer, "close")
    with pytest.raises(Refused, match="was closed"):
        keeper.do(Sitting.objects.get(person=late.person), late.person, Act(slug(), "start", {"part": "0"}))
    assert (number_of(reader, trial), number_of(late, trial)) == (0, None)
    assert "You had not begun" in words(page(late, trial))


def test_what_was_dealt_follows_from_the_events_and_the_plan_alone(trial):
    readers = [comes(trial, f"Reader {number}") for number in range(3)]
    for one in reversed(readers):
        start(one, trial)
    assert [number_of(one, trial) for one in readers] == [2, 1, 0]
    for one in readers:
        row = Sitting.objects.get(person=one.person)
        kinds = [event.kind for event in keeper.sittings.events(row.pk)]
        assert kinds == ["background", "begin", "start"]
        assert fold(keeper.sittings.events(row.pk)).number == row.number


def test_who_came_and_did_not_begin_is_told_to_the_lead_and_counts_nowhere(trial, writer):
    for number in range(6):
        reads(comes(trial, f"Reader {number}"), trial)
    for name in ("Ida", "Ivo"):
        comes(trial, name)
    shown = words(writer.see("trial-progress", trial.pk))
    assert "8 readers came, and 8 are planned; 6 are through" in shown
    assert "2 readers came and have not begun." in shown
    gone = comes(trial, "Gone")
    gone.do("sitting-own", trial.pk)
    act(trial, writer, "close")
    writer.do("trial-outcome", trial.pk)
    notes = " ".join(keeper.trials.state(trial.pk).outcomes[-1].notes)
    assert "9 readers came, and 6 went through all parts. 3 readers never began" in notes
    assert "took their answers out" not in notes
    assert keeper.trials.state(trial.pk).outcomes[-1].readers == 6
