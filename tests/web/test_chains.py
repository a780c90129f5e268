"""Events in the database, and the ledger: each act once, in order, and what was rolled back never was."""

import threading

import pytest
from django.db import connection, transaction

from cohobate.errors import Refused
from cohobate.events import problem
from cohobate.ledger import check
from cohobate.practicum.acts import Act
from cohobate.practicum.work.acts import fields
from cohobate.web.people.models import Person
from cohobate.web.slugs import slug
from cohobate.web.works import keeper
from cohobate.web.works.models import Event, Registered
from cohobate.web.works.register import find, lines, register


@pytest.fixture
def writer(db):
    return Person.objects.create(name="Wanda")


@pytest.fixture
def work(writer):
    return keeper.begin(writer, title="Why maps lie", kind="propagating", sources="")


def act(work, person, kind, /, id="", **given):
    return keeper.act(work.pk, person, Act(id or slug(), kind, fields(**given)))


def test_an_act_that_is_sent_twice_counts_once(work, writer):
    first = act(work, writer, "retitle", "twice-the-same", title="Why maps must lie")
    again = act(work, writer, "retitle", "twice-the-same", title="Why maps must lie")
    assert (first[1], again[1]) == (False, True)
    assert first[0] == again[0]
    assert keeper.work(work.pk).title == "Why maps must lie"


def test_nobody_uses_the_id_of_somebody_elses_act(work, writer):
    act(work, writer, "retitle", "one-of-wandas", title="Other")
    with pytest.raises(Refused, match="somebody else used the id"):
        act(work, Person.objects.create(name="Otto"), "retitle", "one-of-wandas", title="Mine")


def test_events_are_chained_and_start_where_the_work_does(work, writer):
    act(work, writer, "retitle", title="Another")
    events = keeper.strands.events(work.pk)
    assert [event.kind for event in events] == ["begin", "join", "retitle"]
    assert problem(events) is None


def test_the_state_is_not_folded_anew_while_nothing_happens_and_is_once_something_does(work, writer):
    one = keeper.work(work.pk)
    assert keeper.work(work.pk) is one
    act(work, writer, "retitle", title="Another")
    assert keeper.work(work.pk).title == "Another"
    assert one.title == "Why maps lie"


def test_what_another_process_did_is_seen(work, writer):
    keeper.work(work.pk)
    other = type(keeper.strands)(Event, "work", keeper.fold, keeper.decide)
    other.act(work.pk, writer.pk, Act(slug(), "retitle", {"title": "From elsewhere"}))
    assert keeper.work(work.pk).title == "From elsewhere"


def test_words_that_are_taken_out_are_gone_from_the_state_at_once(work, writer):
    event, _ = act(work, writer, "retitle", title="A secret")
    keeper.strands.redact(work.pk, writer.pk, [event.sequence])
    assert keeper.work(work.pk).title == "[taken out on request]"
    assert problem(keeper.strands.events(work.pk)) is None


def test_a_clock_that_was_set_back_takes_nothing_back(work, writer, monkeypatch):
    monkeypatch.setattr(keeper.strands, "clock", lambda: 1.0)
    event, _ = act(work, writer, "retitle", title="In 1970")
    assert event.at >= keeper.strands.events(work.pk)[0].at > 1


def test_an_act_that_is_refused_leaves_nothing_behind_in_the_ledger(work, writer):
    def refuse(_):
        raise Refused("not today")

    before = Registered.objects.count()
    with pytest.raises(Refused, match="not today"):
        keeper.act(work.pk, writer, Act(slug(), "hypothesis", {"text": "Stories."}), checked=refuse)
    with pytest.raises(Refused, match="only a writer"):
        act(work, Person.objects.create(name="Otto"), "hypothesis", text="Mine.")
    assert Registered.objects.count() == before


def test_what_is_registered_is_in_the_event_and_in_the_ledger_and_says_nothing_of_what_was_written(work, writer):
    event, _ = act(work, writer, "hypothesis", text="A story first.", points=20, low=5, high=35)
    index, hash = event.data["ledger"]
    entry = find(index)
    assert entry.hash == hash
    assert (entry.kind, entry.data["work"]) == ("work hypothesis", work.pk)
    assert entry.data["said"] == keeper.said(event.salt, event.id, event.data, event.words)
    assert set(entry.data) == {"work", "by", "act", "said"}
    assert "story" not in b"".join(lines()).decode()


def test_a_version_is_registered_before_one_that_is_kept_later(work, writer):
    keeper.keep_version(work.pk, writer, "One.")
    keeper.keep_version(work.pk, writer, "One. Two.")
    one, two = keeper.work(work.pk).versions.values()
    assert one.ledger[0] < two.ledger[0]
    assert keeper.text_of(work.pk, two.digest) == "One. Two."
    assert check(b"".join(lines())) == []


def test_a_ledger_in_which_something_was_changed_is_found_out(work, writer):
    keeper.keep_version(work.pk, writer, "One.")
    row = Registered.objects.last()
    Registered.objects.filter(pk=row.pk).update(line=row.line.replace(writer.pk, "somebody"))
    assert "changed" in str(check(b"".join(lines()))[0])


def test_an_entry_that_is_rolled_back_never_was(db):
    with transaction.atomic():
        register("trial", {"n": 1})
        transaction.set_rollback(True)
    with transaction.atomic():
        entry = register("trial", {"n": 2})
    assert entry.index == 1
    assert check(b"".join(lines())) == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_act_at_once_all_are_entered_one_after_another():
    people = [Person.objects.create(name=f"Person {n}") for n in range(6)]
    works = [keeper.begin(one, title=f"Work {n}", kind="rosetta", sources="") for n, one in enumerate(people[:3])]
    for work, writer in zip(works, people, strict=False):
        act(work, people[people.index(writer) + 3], "join", role="writer", name="Second")
    wrong = []

    def write(n):
        try:
            for k in range(5):
                keeper.keep_version(works[n % 3].pk, people[n], f"Version {k} by {n}")
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert check(b"".join(lines())) == []
    assert [len(keeper.work(one.pk).versions) for one in works] == [10, 10, 10]
    assert all(problem(keeper.strands.events(one.pk)) is None for one in works)


def test_who_has_the_ledger_finds_no_words_in_it_by_trying(work, writer):
    event, _ = keeper.keep_version(work.pk, writer, "One.", note="for Bob")
    entry = find(event.data["ledger"][0])
    assert event.salt not in entry.line.decode()
    assert entry.data["said"] != keeper.said("", event.id, event.data, {"note": "for Bob"})


@pytest.mark.django_db(transaction=True)
def test_words_whose_removal_is_undone_are_still_there(writer):
    work = keeper.begin(writer, title="Why maps lie", kind="propagating", sources="")
    with transaction.atomic():
        keeper.strands.redact(work.pk, writer.pk, [1])
        transaction.set_rollback(True)
    assert keeper.work(work.pk).title == "Why maps lie"
