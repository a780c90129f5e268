"""Reading in a test: what a reader gets, what counts, and what happens when things go wrong."""

import re
from dataclasses import replace

import pytest

from cohobate.errors import Refused
from cohobate.practicum.reading.sitting import GRACE
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper
from cohobate.web.readings.models import Sitting, SittingEvent
from cohobate.web.slugs import slug
from cohobate.web.sources.models import Source, Text
from cohobate.web.works import keeper as works

from .browsers import Somebody, path_of, words
from .testing_readers import (
    COMING,
    PLAN,
    SOURCES,
    act,
    choose,
    comes,
    finish,
    hidden,
    invited,
    opened,
    page,
    person,
    reads,
    right,
    source,
    start,
    state,
    texts_chosen,
    written,
)

pytestmark = pytest.mark.django_db

TEXTS = {
    ("p1", "source"): "SECRET-SOURCE-1",
    ("p2", "source"): "SECRET-SOURCE-2",
    ("p1", "distillation"): "SECRET-PAGE-1",
    ("p2", "distillation"): "SECRET-PAGE-2",
}


@pytest.fixture
def writer(db):
    return person("Wanda")


@pytest.fixture
def trial(writer):
    return opened(writer)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands where it is put: `clock.at`."""

    class Clock:
        at = 1_000_000.0

        def __call__(self):
            return self.at

    found = Clock()
    monkeypatch.setattr(keeper.sittings, "clock", found)
    return found


# --- what a reader gets -------------------------------------------------------------------------------------------


def test_a_reader_gets_the_texts_of_their_own_sequence_each_while_it_is_read_and_nothing_else(trial):
    for number in range(4):
        browser = comes(trial, f"Reader {number}")
        for expected in keeper.trials.state(trial.pk).design.sequence(number).periods:
            before = page(browser, trial)
            assert not any(secret in before for secret in TEXTS.values())
            part = start(browser, trial)
            shown = page(browser, trial)
            assert {key for key, secret in TEXTS.items() if secret in shown} == {
                key for key in TEXTS if key == (expected.passage, expected.arm)
            }
            questions = set(re.findall(r'data-item="(\w+)"', shown))
            assert questions == set(expected.items)
            finish(browser, trial, part.number)
        after = page(browser, trial)
        assert "Thank you" in after
        assert not any(secret in after for secret in TEXTS.values())


def test_what_a_reader_gets_is_the_same_whichever_option_is_right(trial):
    browser = comes(trial)
    page(browser, trial)  # which shows the personal link, once
    for _ in range(3):
        part = start(browser, trial)
        one = hidden(page(browser, trial))
        items = keeper.trials.state(trial.pk).items
        kept = dict(items)
        for id, item in kept.items():
            items[id] = replace(item, key=0)
        assert hidden(page(browser, trial)) == one
        items.update(kept)
        finish(browser, trial, part.number)


def test_no_address_shows_a_reader_a_key_a_rubric_or_another_text(writer):
    from django.urls import NoReverseMatch, reverse

    from cohobate.web.urls import urlpatterns

    trial = opened(writer, in_words=1)
    browser = comes(trial)
    start(browser, trial)
    mine = keeper.trials.state(trial.pk).design.sequence(0).periods[0]
    assert mine.passage is None
    for pattern in urlpatterns:
        known = {"trial": trial.pk, "invitation": "x", "work": trial.work_id, "source": Source.objects.first().pk}
        try:
            path = reverse(pattern.name, kwargs={key: known[key] for key in pattern.pattern.converters})
        except (KeyError, NoReverseMatch):
            continue
        for method in ("GET", "POST"):
            if pattern.name in ("sitting-go", "sitting-own", "sitting-answer", "sign-out") and method == "POST":
                continue
            body = browser.generic(method, path).content.decode()
            assert not any(secret in body for secret in [*TEXTS.values(), "SECRET-RUBRIC"]), (method, path)
            if pattern.name.startswith("trial"):
                assert "SECRET" not in body


def test_asking_for_an_item_or_a_part_that_is_not_theirs_is_refused(trial):
    browser = comes(trial)
    part = start(browser, trial)
    other = next(id for id in keeper.trials.state(trial.pk).items if id not in part.items)
    refused = choose(browser, trial, 0, other, 1, status=409)
    assert "not asked in this part" in refused["sentence"]
    assert "not been started" in choose(browser, trial, 1, other, 1, status=409)["sentence"]
    for choice in ("3", "-1", "", "yes"):
        choose(browser, trial, 0, next(iter(part.items)), choice, status=409)
    browser.do("sitting-go", trial.pk, kind="start", part=2)
    assert state(browser, trial).current.number == 0


def test_whoever_has_no_sitting_has_no_pages_of_one(trial, writer):
    for who in (writer, person("Stranger")):
        for view in ("sitting", "sitting-own"):
            who.see(view, trial.pk, status=404)
        for view in ("sitting-answer", "sitting-go", "sitting-own"):
            who.do(view, trial.pk, status=404)


# --- who can read, and once -----------------------------------------------------------------------------------------


def test_whoever_makes_a_test_or_writes_what_is_tested_is_kindly_refused(trial, writer):
    path = invited(trial)
    reviewer = person("Renate")
    from cohobate.practicum.acts import Act

    works.act(trial.work_id, reviewer.person, Act(slug(), "join", {"role": "reviewer", "name": "Renate"}))
    rater = person("Raul")
    act(trial, rater, "join", role="rater", name="Raul")
    for browser in (writer, reviewer, rater):
        told = browser.get(path)
        assert told.status_code == 403
        assert "You know too much of this test" in words(told.content.decode())
        assert browser.post(path, COMING | {"as": "me"}).status_code == 403
    assert not Sitting.objects.exists()


def test_whoever_had_a_part_once_or_owns_the_server_knows_too_much_too(writer):
    from cohobate.practicum.acts import Act

    trial = written(writer)
    examiner, reviewer = person("Exa"), person("Renate")
    act(trial, examiner, "join", role="examiner", name="Exa")
    act(trial, examiner, "leave", role="examiner")
    works.act(trial.work_id, reviewer.person, Act(slug(), "join", {"role": "reviewer", "name": "Renate"}))
    gone = Act(slug(), "leave", {"role": "reviewer", "person": reviewer.person.pk})
    works.act(trial.work_id, reviewer.person, gone)
    act(trial, writer, "register")
    texts_chosen(trial, writer)
    act(trial, writer, "plan", **PLAN)
    act(trial, writer, "open")
    path = invited(trial)
    for browser in (examiner, reviewer, person("Oda", is_owner=True)):
        told = browser.post(path, COMING | {"as": "me"})
        assert told.status_code == 403
        assert "know too much of this" in words(told.content.decode())
        with pytest.raises(Refused, match="know too much"):
            keeper.arrive(trial.pk, browser.person, "new", "")
    assert not Sitting.objects.exists()


def test_whoever_reads_gets_no_other_part(trial):
    browser = comes(trial)
    browser.get(invited(trial, "rater"))
    with pytest.raises(Refused, match="you have read in this test"):
        act(trial, browser, "join", role="rater", name="Rita")


def test_a_reader_who_comes_by_two_links_or_on_another_device_has_one_sitting(trial):
    browser = comes(trial)
    part = start(browser, trial)
    item = next(iter(part.items))
    choose(browser, trial, 0, item, 1)
    again = browser.get(invited(trial))
    assert again.url == f"/tests/{trial.pk}/reading/"
    assert browser.post(invited(trial), COMING | {"as": "me"}).url == f"/tests/{trial.pk}/reading/"
    elsewhere = Somebody()
    elsewhere.post(path_of(browser.person), {})
    assert f'name="item-{item}" value="1" checked' in page(elsewhere, trial)
    assert elsewhere.get(invited(trial)).url == f"/tests/{trial.pk}/reading/"
    assert Sitting.objects.count() == 1


def test_whoever_is_through_sees_thanks_each_time_that_they_come(trial):
    browser = comes(trial)
    reads(browser, trial)
    followed = browser.get(invited(trial), follow=True)
    assert "Thank you. You are through." in words(followed.content.decode())
    assert Sitting.objects.get().ended_at is not None


def test_a_link_has_as_many_uses_as_the_plan_has_places_and_a_failed_entry_takes_none(trial, writer):
    writer.do("trial-links", trial.pk, role="reader", most_uses="")
    made = trial.invitations.latest("made_at")
    assert made.most_uses == 10
    path = invited(trial, most=1)
    for wrong in ({"knows": "everything"}, {"consent": ""}, {"name": " "}):
        assert Somebody().post(path, COMING | {"name": "Rita"} | wrong).status_code == 422
    assert not Person.objects.filter(name="Rita").exists()
    assert Somebody().post(path, COMING | {"name": "Rita"}).status_code == 302
    assert Somebody().get(path).status_code == 410


def test_nobody_comes_before_a_test_is_open_nor_after_it_is_closed(trial, writer):
    path = invited(trial)
    act(trial, writer, "close")
    told = Somebody().get(path)
    assert told.status_code == 410
    assert "was closed" in words(told.content.decode())
    with pytest.raises(Refused, match="not open"):
        keeper.arrive(trial.pk, Person.objects.create(name="Late"), "new", "")


def test_a_link_that_was_altered_or_withdrawn_lets_nobody_in(trial, writer):
    path = invited(trial)
    assert Somebody().get(path[:-1] + "_").status_code == 404
    writer.do("trial-link-withdraw", trial.pk, trial.invitations.get().pk)
    assert Somebody().get(path).status_code == 410


# --- answers ----------------------------------------------------------------------------------------------------


def test_every_choice_is_kept_at_once_and_may_be_changed_until_the_part_is_finished(trial):
    browser = comes(trial)
    part = start(browser, trial)
    item = next(iter(part.items))
    assert choose(browser, trial, 0, item, 2) == {"ok": True, "doubled": False, "late": False, "sequence": 4}
    choose(browser, trial, 0, item, "unsure")
    assert f'name="item-{item}" value="unsure" checked' in page(browser, trial)
    choose(browser, trial, 0, item, 1)
    finish(browser, trial, 0)
    assert choose(browser, trial, 0, item, 0)["late"]
    assert state(browser, trial).parts[0].given[item].choice == 1
    assert state(browser, trial).parts[0].late[item].choice == 0


def test_the_same_answer_sent_twice_counts_once(trial):
    browser = comes(trial)
    item = next(iter(start(browser, trial).items))
    one = slug()
    first = choose(browser, trial, 0, item, 1, id=one)
    assert choose(browser, trial, 0, item, 1, id=one) == first | {"doubled": True}
    assert SittingEvent.objects.filter(kind="answer").count() == 1


def test_somebody_elses_act_is_nobodys(trial):
    one, other = comes(trial), comes(trial, "Other")
    for browser in (one, other):
        start(browser, trial)
    taken = slug()
    choose(one, trial, 0, next(iter(state(one, trial).parts[0].items)), 1, id=taken)
    choose(other, trial, 0, next(iter(state(other, trial).parts[0].items)), 2, id=taken)
    assert SittingEvent.objects.filter(act=taken).count() == 2


def test_an_answer_from_a_page_of_somebody_else_is_not_taken_and_the_refusal_says_who_is_here(trial):
    one, other = comes(trial), comes(trial, "Other")
    part = start(one, trial)
    start(other, trial)
    sent = {"as": one.person.pk}
    told = choose(other, trial, 0, next(iter(part.items)), 1, status=403, **sent)
    assert "You are Other here now" in told["sentence"]
    assert "nothing was taken" in choose(person("Third"), trial, 0, "i1", 1, status=403, **sent)["sentence"]
    assert not SittingEvent.objects.filter(kind="answer").exists()
    assert choose(one, trial, 0, next(iter(part.items)), 1, **sent)["ok"]


def test_no_page_of_somebody_else_starts_ends_stops_or_takes_out_anything(trial):
    one, other = comes(trial), comes(trial, "Other")
    pages = [page(one, trial)]
    start(one, trial)
    pages += [page(one, trial), one.see("sitting-own", trial.pk)]
    assert all(f'name="as" value="{one.person.pk}"' in shown for shown in pages)
    start(other, trial)
    for kind in ("finish", "stop", "start"):
        told = other.do("sitting-go", trial.pk, status=403, kind=kind, part=0, id=slug(), **{"as": one.person.pk})
        assert "You are Other here now" in words(told.content.decode())
    other.do("sitting-own", trial.pk, status=403, **{"as": one.person.pk})
    assert state(other, trial).standing == "reading"
    assert state(other, trial).current.number == 0
    other.do("sitting-go", trial.pk, kind="stop", id=slug(), **{"as": other.person.pk})
    assert state(other, trial).standing == "stopped"


def test_without_a_script_one_form_keeps_all_answers_and_ends_the_part(writer):
    trial = opened(writer, in_words=3)
    browser = comes(trial)
    part = start(browser, trial)
    sent = {"part": "0"}
    for item, options in part.items.items():
        sent |= {f"item-{item}": "1"} if options else {f"text-{item}": "At the\r\nrim"}
    browser.do("sitting-answer", trial.pk, **sent, do="save")
    assert SittingEvent.objects.filter(kind="answer").count() == len(part.items)
    browser.do("sitting-answer", trial.pk, **sent, do="finish")
    assert SittingEvent.objects.filter(kind="answer").count() == len(part.items)
    found = state(browser, trial).parts[0]
    assert found.finished is not None
    assert "At the\nrim" in [given.text for given in found.given.values()]


# --- time -------------------------------------------------------------------------------------------------------


def test_answers_that_come_late_are_kept_and_not_counted_but_for_a_little_grace(trial, clock):
    browser = comes(trial)
    part = start(browser, trial)
    one, two, three, *_ = part.items
    clock.at += part.limit + GRACE - 1
    assert not choose(browser, trial, 0, one, 1)["late"]
    clock.at += 2
    assert choose(browser, trial, 0, two, 1)["late"]
    assert "The time for this part is up" in page(browser, trial)
    found = state(browser, trial).parts[0]
    assert set(found.given) == {one}
    assert set(found.late) == {two}
    assert found.used == found.limit


def test_a_clock_that_runs_backwards_takes_no_time_and_gives_none(trial, clock):
    browser = comes(trial)
    part = start(browser, trial)
    one, two, *_ = part.items
    clock.at -= 3600
    choose(browser, trial, 0, one, 1)
    assert f'data-left="{part.limit:.1f}"' in page(browser, trial)
    clock.at += 3600 + 30
    choose(browser, trial, 0, two, 1)
    finish(browser, trial, 0)
    found = state(browser, trial).parts[0]
    assert found.seconds[one] == 0
    assert found.seconds[two] == 30
    assert min(found.seconds.values()) >= 0


def test_the_time_that_is_left_stands_on_the_page_and_goes_by_the_servers_clock(trial, clock):
    browser = comes(trial)
    part = start(browser, trial)
    clock.at += 100
    assert f'data-left="{part.limit - 100:.1f}"' in page(browser, trial)


def test_two_clicks_on_start_begin_one_part(trial):
    browser = comes(trial)
    start(browser, trial)
    browser.do("sitting-go", trial.pk, kind="start", part=0)
    browser.do("sitting-go", trial.pk, kind="start", part=1)
    assert [part.started is not None for part in state(browser, trial).parts] == [True, False, False]


# --- accidents --------------------------------------------------------------------------------------------------


def test_readers_go_on_with_the_text_that_was_pinned_when_its_source_is_gone_and_the_work_withdrawn(trial, writer):
    from django.utils import timezone

    from cohobate.practicum.acts import Act

    browsers = [comes(trial, f"Reader {number}") for number in range(2)]
    Source.objects.update(gone_at=timezone.now())
    works.act(trial.work_id, writer.person, Act(slug(), "publish", {"digest": works.work(trial.work_id).latest.digest}))
    works.act(trial.work_id, writer.person, Act(slug(), "withdraw"))
    keeper.trials.forget()
    read = set()
    for browser in browsers:
        for _ in range(3):
            part = start(browser, trial)
            read |= {secret for secret in TEXTS.values() if secret in page(browser, trial)}
            finish(browser, trial, part.number)
    assert read == set(TEXTS.values())
    assert Text.objects.count() == len(SOURCES)


def test_who_stops_keeps_what_they_answered_and_gives_no_more(trial):
    browser = comes(trial)
    item = next(iter(start(browser, trial).items))
    choose(browser, trial, 0, item, 1)
    browser.do("sitting-go", trial.pk, kind="stop")
    assert "You stopped here" in words(page(browser, trial))
    assert "you stopped here" in choose(browser, trial, 0, item, 2, status=409)["sentence"].lower()
    assert state(browser, trial).parts[0].given[item].choice == 1


def test_when_a_test_is_closed_whoever_is_under_way_is_told_and_what_they_answered_counts(trial, writer):
    browser = comes(trial)
    item = next(iter(start(browser, trial).items))
    choose(browser, trial, 0, item, right(trial, item))
    act(trial, writer, "close")
    assert "was closed" in choose(browser, trial, 0, item, 0, status=409)["sentence"]
    assert "This test was closed" in words(page(browser, trial))


def test_an_answer_whose_turn_to_be_kept_comes_when_the_test_was_closed_comes_too_late(trial, writer, monkeypatch):
    browser = comes(trial)
    item = next(iter(start(browser, trial).items))
    turn = keeper.sittings._take_turn

    def closed_meanwhile(id):
        act(trial, writer, "close")
        turn(id)

    monkeypatch.setattr(keeper.sittings, "_take_turn", closed_meanwhile)
    assert "was closed" in choose(browser, trial, 0, item, 0, status=409)["sentence"]
    assert state(browser, trial).answers == 0


def test_an_answer_that_was_kept_is_no_news_when_it_is_sent_again_after_the_test_was_closed(trial, writer):
    browser = comes(trial)
    item = next(iter(start(browser, trial).items))
    id = slug()
    choose(browser, trial, 0, item, 0, id=id)
    act(trial, writer, "close")
    assert choose(browser, trial, 0, item, 0, id=id)["doubled"]


def test_readers_take_their_words_out_of_the_database_and_their_answers_out_of_the_result(writer):
    trial = opened(writer, in_words=3)
    browser = comes(trial, line="read all of it in a house by the sea")
    reads(browser, trial)
    assert SittingEvent.objects.filter(words__contains="rim").exists()
    assert "At the rim." in browser.see("sitting-own", trial.pk)
    browser.do("sitting-own", trial.pk)
    assert not SittingEvent.objects.filter(words__contains="rim").exists()
    assert not SittingEvent.objects.filter(words__contains="house by the sea").exists()
    assert "Your answers are out" in words(page(browser, trial))
    browser.do("sitting-own", trial.pk)
    act(trial, writer, "close")
    from cohobate.web.readings.outcomes import now

    found = now(trial.pk, keeper.trials.state(trial.pk))
    assert (found.answers, found.withdrawn) == ((), 1)


def test_a_text_that_its_writer_took_out_is_shown_no_more_though_a_page_was_made_of_it_before(trial):
    from cohobate.web.works.models import Version

    browser = comes(trial)
    while (part := start(browser, trial)).arm != "distillation":
        finish(browser, trial, part.number)
    assert "SECRET-PAGE" in page(browser, trial)
    Version.objects.update(text="")
    refused = browser.get(f"/tests/{trial.pk}/reading/")
    assert refused.status_code == 409
    assert "was taken out" in words(refused.content.decode())


def test_pages_of_what_is_tested_are_kept_from_readers_until_they_are_through(trial, writer):
    from cohobate.practicum.acts import Act

    works.act(trial.work_id, writer.person, Act(slug(), "publish", {"digest": works.work(trial.work_id).latest.digest}))
    browser = comes(trial)
    start(browser, trial)
    assert "kept from you until you are through" in words(browser.see("published", trial.work_id, status=403))
    browser.do("sitting-go", trial.pk, kind="stop")
    browser.see("published", trial.work_id)


def test_the_shelf_is_closed_to_a_reader_under_way_with_its_search_its_claims_and_second_imports(trial):
    claim = source("Rims", "claim: salt gathers at the rim")
    again = source("Drying fronts, again", SOURCES["Drying fronts"])
    browser = comes(trial)
    start(browser, trial)
    asked = "salt stays at the rim"
    for view, of in (("sources", ()), ("new-source", ()), *(("source", (one.pk,)) for one in (claim, again))):
        assert "closed to you until you are through" in words(browser.see(view, *of, status=403, words=asked))
    pasted = browser.post("/sources/new/", {"title": "Drying fronts", "text": SOURCES["Drying fronts"]})
    assert pasted.status_code == 403
    for one in Source.objects.all():
        browser.see("source-file", one.pk, one.latest_id, status=403)
    assert person("Sven").get("/sources/", {"words": asked}).status_code == 200
    browser.do("sitting-go", trial.pk, kind="stop")
    assert "Drying fronts" in browser.see("sources", words=asked)


def test_a_reader_under_way_gets_at_the_sources_by_no_work_or_test_of_their_own(trial):
    again = source("Drying fronts, again", SOURCES["Drying fronts"])
    browser = comes(trial)
    start(browser, trial)
    mine = works.begin(browser.person, title="Mine", kind="propagating", sources=f"{again.pk}@{again.latest_id}")
    other = works.begin(browser.person, title="Other", kind="propagating", sources="")
    test = keeper.begin(browser.person, other.pk, "Other, in questions")
    assert "kept from you" in words(browser.see("edit-work", mine.pk, status=403))
    browser.see("edit-work", other.pk)
    for view in ("trial-passages", "trial-items", "trial-texts", "trial-preview", "trial-rating", "trial-registered"):
        assert "closed to you" in words(browser.see(view, test.pk, status=403))
    for view, of in (("new-work", ()), ("new-trial", ()), ("cite", (other.pk,)), ("work-sources", (other.pk,))):
        assert "closed to you" in words(browser.see(view, *of, status=403, source=again.pk))
    browser.do("sitting-go", trial.pk, kind="stop")
    browser.see("edit-work", mine.pk)
    browser.see("trial-passages", test.pk)


def test_a_page_and_an_answer_take_a_handful_of_queries_however_many_read(trial):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = comes(trial)
    reads(browser, trial, parts=1)
    part = start(browser, trial)
    item = next(iter(part.items))
    counts = []
    for number in range(2):
        for other in range(4 * number):
            reads(comes(trial, f"Reader {other}"), trial, parts=1)
        page(browser, trial)
        with CaptureQueriesContext(
            connection,
        ) as of_page:
            page(browser, trial)
        with CaptureQueriesContext(connection) as of_answer:
            choose(browser, trial, part.number, item, number)
        counts.append((len(of_page), len(of_answer)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 6
    assert counts[0][1] <= 12
