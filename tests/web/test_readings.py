"""Reader tests through the web, from the first item to the sentence."""

import itertools
import json
import re

import pytest

from cohobate.canonical import digest
from cohobate.errors import Refused
from cohobate.ledger import check
from cohobate.practicum.acts import Act
from cohobate.practicum.reader_test import analyse, read_answers
from cohobate.practicum.reading.grading import graded, to_grade
from cohobate.practicum.reading.verifying import verified
from cohobate.web.readings import keeper, outcomes, told
from cohobate.web.readings.models import Sitting, SittingEvent, Trial, TrialEvent
from cohobate.web.slugs import slug
from cohobate.web.sources.models import Source
from cohobate.web.works import drafts
from cohobate.web.works import keeper as works
from cohobate.web.works.models import Registered, Work
from cohobate.web.works.register import find, lines
from cohobate.web.works.removing import take_out

from .browsers import Somebody, words
from .testing_readers import (
    DRAFTS,
    PLAN,
    SOURCES,
    act,
    comes,
    fresh,
    invited,
    item,
    opened,
    person,
    reads,
    source,
    texts_chosen,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(db):
    return person("Wanda")


def test_a_test_goes_from_items_to_a_sentence_through_the_pages(writer):
    work = works.begin(writer.person, title="Coffee", kind="propagating", sources="")
    began = writer.do("new-trial", work=work.pk, title="Coffee, in questions")
    id = began.url.split("/")[2]
    for title, text in SOURCES.items():
        writer.do("trial-passages", id, source=source(title, text).pk, title=title)
    table = "question,right,wrong,wrong,passage\n" + "".join(
        f"What of {passage} {number}?,yes {number},no,never,{passage}\n"
        for passage in ("p1", "p2")
        for number in range(4)
    )
    writer.do("trial-items", id, pasted=table, passage="p1")
    writer.do("trial", id, kind="register")
    for passage, text in (("p1", "One page.\n\nAnd more."), ("p2", "Another page.")):
        works.keep_version(work.pk, writer.person, text)
        writer.do("trial-texts", id, passage=passage, version=f"{work.pk}@{works.digest_of(text)}")
    plan = {"readers": 8, "spare": 2, "minutes": 10, "minutes_without": 5, "source": "yes"}
    plan |= {"baseline": 40, "effect": 20}
    looked = writer.do("trial-plan", id, status=200, do="look", **plan)
    assert "of 100 tests" in words(looked.content.decode())
    writer.do("trial-plan", id, do="settle", **plan)
    assert writer.do("trial", id, kind="open").url == f"/tests/{id}/links/"
    trial = keeper.models.Trial.objects.get(pk=id)
    assert trial.state == "open"
    assert [one.most_uses for one in trial.invitations.all()] == [10]
    for number in range(8):
        reads(comes(trial, f"Reader {number}"), trial)
    writer.see("trial-progress", id)
    writer.do("trial", id, kind="close")
    writer.do("trial-outcome", id)
    told = words(writer.see("trial-outcome", id))
    assert "Readers of “Coffee” answer 50 points more than without it" in told
    assert "registered before the first version that was kept, when the editor was empty" in told
    assert fresh(trial).state == "done"


# --- items, and their order -----------------------------------------------------------------------------------------


def test_items_are_written_changed_and_taken_off_on_their_page(writer):
    trial = written(writer, items=1)
    options = {"option1": "so", "option2": "thus"}
    wrong = writer.do(
        "trial-items", trial.pk, status=409, passage="p1", kind="inference", question="Why then?", **options
    )
    told_ = wrong.content.decode()
    assert "mark which option is right" in words(told_)
    assert "Why then?" in told_
    sent = {"passage": "p1", "kind": "inference", "form": "choice", "question": "Why then?", "key": "2", **options}
    writer.do("trial-items", trial.pk, **sent)
    page = writer.see("trial-items", trial.pk, item="i3")
    assert 'name="item" value="i3"' in page
    writer.do("trial-items", trial.pk, **sent | {"item": "i3", "question": "And why?"})
    assert keeper.trials.state(trial.pk).items["i3"].question == "And why?"
    writer.do("trial-items", trial.pk, kind_of_act="unitem", item="i3", passage="p1")
    assert "i3" not in keeper.trials.state(trial.pk).items


def test_no_option_is_marked_as_right_before_somebody_marks_one(writer):
    trial = written(writer, items=1)
    assert not re.search(r'type="radio"[^>]* checked', writer.see("trial-items", trial.pk))
    assert re.search(r'value="2"[^>]* checked', writer.see("trial-items", trial.pk, item="i1"))


def test_passage_and_kind_stay_as_they_were_chosen_for_the_next_item(writer):
    trial = written(writer, items=1)
    sent = {"passage": "p2", "kind": "inference", "form": "text", "question": "Why then?", "rubric": "So."}
    page = writer.get(writer.do("trial-items", trial.pk, **sent).url).content.decode()
    assert {"p2", "inference", "text"} <= set(re.findall(r'<option value="([\w-]+)" selected', page))


def test_a_question_that_is_asked_twice_is_told(writer):
    trial = written(writer, items=1)
    sent = {"passage": "p1", "kind": "inference", "question": "P1, 0?", "option1": "a", "option2": "b", "key": "1"}
    page = words(writer.get(writer.do("trial-items", trial.pk, **sent).url).content.decode())
    assert "“P1, 0?” is asked twice now; take one off" in page
    for passage, twice in (("p2", False), ("p1", True)):
        table = f"question,right,wrong,passage\nP2 now?,so,thus,p2\nWhat now?,so,thus,{passage}"
        page = words(writer.get(writer.do("trial-items", trial.pk, pasted=table, passage="p1").url).content.decode())
        assert ("“What now?” is asked twice" in page) == twice == ("“P2 now?” is asked twice" in page)
        writer.do("trial-items", trial.pk, **sent | {"question": "What now?"})


def test_a_pasted_table_with_a_mistake_gives_no_item_and_stays_in_the_field(writer):
    trial = written(writer, items=0)
    table = "question,right,wrong\nWhy?,so,thus\nAnd what?,this"
    refused = writer.do("trial-items", trial.pk, status=409, pasted=table, passage="p1").content.decode()
    assert "Line 3" in words(refused)
    assert "needs 2 to 6 options" in words(refused)
    assert "And what?" in refused


def test_after_registration_every_change_through_the_pages_is_refused_and_the_hash_is_shown(writer):
    trial = written(writer)
    writer.do("trial", trial.pk, kind="register", id=slug())
    hash = keeper.trials.state(trial.pk).registered.hash
    sent = {"passage": "p1", "kind": "inference", "question": "Another?", "option1": "a", "option2": "b", "key": "1"}
    for view, data in (
        ("trial-items", sent | {"item": "i1"}),
        ("trial-items", {"kind_of_act": "unitem", "item": "i1"}),
        ("trial-items", {"pasted": "question,right,wrong\nWhy?,so,thus", "passage": "p1"}),
        ("trial-passages", {"passage": "p1", "gone": "yes"}),
        ("trial", {"kind": "register"}),
    ):
        refused = writer.do(view, trial.pk, status=409, **data)
        assert hash in refused.content.decode(), (view, data)
    entry = find(keeper.trials.state(trial.pk).registered.ledger[0])
    assert (entry.kind, entry.data["items"], entry.data["test"]) == ("items", hash, trial.pk)
    assert not Registered.objects.filter(line__contains="p1, 0?").exists()


def test_the_order_of_items_and_drafts_is_shown_from_the_ledger(writer):
    trial = written(writer)
    act(trial, writer, "register")
    texts_chosen(trial, writer)
    assert "registered before the first version that was kept, when the editor was empty" in words(
        writer.see("trial", trial.pk)
    )
    late = written_again(writer)
    for text in ("one", "two", "three"):
        works.keep_version(late.work_id, writer.person, text)
    act(late, writer, "register")
    works.keep_version(late.work_id, writer.person, "four")
    assert "registered after version 3" in words(writer.see("trial", late.pk))


def test_with_the_leads_file_and_the_ledger_anybody_works_out_the_hashes_once_the_test_is_closed(writer):
    trial = opened(writer)
    path = f"/tests/{trial.pk}/registered.json"
    refused = writer.get(path)
    assert refused.status_code == 409
    assert "when the test is closed" in words(refused.content.decode())
    act(trial, writer, "close")
    assert path in writer.see("trial", trial.pk)
    shown = writer.get(path).json()
    ledger = [json.loads(line) for line in person("Anybody").get("/ledger/ledger.jsonl").content.splitlines()]
    place, hash = shown["items"]["ledger"]
    assert (ledger[place]["kind"], ledger[place]["hash"]) == ("items", hash)
    assert digest(shown["items"]["hashed"]) == shown["items"]["hash"] == ledger[place]["items"]
    salt, passages, items = shown["items"]["hashed"]
    assert items[0]["question"] == "p1, 0?"
    place, hash = shown["plan"]["ledger"]
    assert (ledger[place]["kind"], ledger[place]["hash"]) == ("plan", hash)
    texts = [[one["source"][1] for one in shown["texts"]], [one["version"] for one in shown["texts"]]]
    assert ledger[place]["texts"] == texts
    digests = {works.digest_of(text) for text in [*SOURCES.values(), *DRAFTS.values()]}
    assert {one[kind][1] for one in shown["texts"] for kind in ("source", "version")} == digests


def test_what_a_server_registers_of_a_test_and_hands_on_holds_with_readers_who_stop_and_answers_in_words(writer):
    trial = opened(writer, in_words=1)
    for number in range(7):
        reads(comes(trial, f"R{number}"), trial, parts=2 if number == 3 else 3)
    keeper.take_out(Sitting.objects.get(trial=trial, number=1), Sitting.objects.get(trial=trial, number=1).person)
    act(trial, writer, "close")
    writer.do("trial-outcome", trial.pk)
    whole, shown = b"".join(lines()), writer.get(f"/tests/{trial.pk}/registered.json").json()
    assert verified(whole, shown) == []
    state = keeper.trials.state(trial.pk)
    entry = find(state.outcomes[0].ledger[0])
    assert (entry.data["came"], len(entry.data["answers"]["backgrounds"]), len(entry.data["items"])) == (7, 6, 6)
    assert entry.data["plan"] == list(state.plan.ledger)
    assert entry.data["margin"] == find(state.plan.ledger[0]).data["margin"] == 0.1
    assert "“As well as” will mean: to within 10 points of the source." in words(writer.see("trial-plan", trial.pk))
    assert "Coffee and queues" not in whole.decode()
    works.act(trial.work_id, writer.person, Act(slug(), "retitle", {"title": "Something else"}))
    assert verified(whole, writer.get(f"/tests/{trial.pk}/registered.json").json()) == []


def test_the_text_in_the_editor_is_registered_by_a_hash_and_shown_to_nobody_but_who_writes_the_work(writer):
    trial = written(writer)
    other = person("Leo")
    act(trial, other, "join", role="lead", name="Leo")
    drafts.save(trial.work_id, writer.person, "SECRET-DRAFT to begin with.", 0, "a")
    act(trial, writer, "register")
    drafts.save(trial.work_id, writer.person, "Another text.", 1, "b")
    registered = keeper.trials.state(trial.pk).registered
    ((work, hash, count),) = registered.drafts
    assert (work, count) == (trial.work_id, 4)
    assert digest([registered.editor, work, "SECRET-DRAFT to begin with."]) == hash
    assert find(registered.ledger[0]).data["drafts"] == [[work, hash, count]]
    assert "SECRET-DRAFT" not in b"".join(lines()).decode()
    page = words(writer.see("trial", trial.pk))
    assert f"what it held then, 4 words, as a salted hash in the same entry, {hash}" in page
    assert "It does not show what was written elsewhere, or earlier and deleted." in page
    texts_chosen(trial, writer)
    act(trial, writer, "plan", **PLAN)
    act(trial, writer, "open")
    act(trial, writer, "close")
    path = f"/tests/{trial.pk}/registered.json"
    hashed = [registered.editor, work, "SECRET-DRAFT to begin with."]
    assert writer.get(path).json()["editor"] == [{"work": work, "hashed": hashed}]
    assert other.get(path).json()["editor"] == [{"work": work, "hashed": None}]
    take_out(Work.objects.get(pk=work), writer.person, [], editor=True)
    gone = writer.get(path).json()
    assert gone["editor"] == [{"work": work, "hashed": None}]
    assert registered.editor not in json.dumps(gone)
    assert verified(b"".join(lines()), gone) == []


def test_of_an_empty_editor_everybody_can_show_that_it_was_empty(writer):
    trial = opened(writer)
    other = person("Leo")
    act(trial, other, "join", role="lead", name="Leo")
    act(trial, writer, "close")
    shown = other.get(f"/tests/{trial.pk}/registered.json").json()
    assert shown["editor"][0]["hashed"][1:] == [trial.work_id, ""]
    assert verified(b"".join(lines()), shown) == []


def test_of_a_work_that_came_into_the_test_later_nobody_knows_what_its_editor_held(writer):
    trial = written(writer)
    act(trial, writer, "register")
    later = works.begin(writer.person, title="Doors", kind="propagating", sources="")
    works.keep_version(later.pk, writer.person, "A door.")
    act(trial, writer, "text", passage="p1", work=later.pk, digest=works.digest_of("A door."), blocks=1)
    page = words(writer.see("trial", trial.pk))
    assert "when the editor was empty; what the editor of “Doors” held then is not known" in page


def test_a_rater_who_comes_into_a_work_of_the_test_grades_no_more(writer):
    trial = opened(writer, in_words=1)
    rater, reviewer = person("Raul"), person("Renate")
    act(trial, rater, "join", role="rater", name="Raul")
    works.act(trial.work_id, reviewer.person, Act(slug(), "join", {"role": "reviewer", "name": "Renate"}))
    with pytest.raises(Refused, match="cannot be one"):
        act(trial, reviewer, "join", role="rater", name="Renate")
    from cohobate.web.readings.links import link

    writer.do("trial-links", trial.pk, role="rater")
    path = link(trial.invitations.get(role="rater")).removeprefix("http://testserver")
    for one, status in ((reviewer, 403), (writer, 403), (person("Rosa"), 200)):
        page = one.get(path)
        assert page.status_code == status
        assert ("without knowing which text is whose" in words(page.content.decode())) == (status == 403)
    reads(comes(trial), trial)
    act(trial, writer, "close")
    rater.see("trial-rating", trial.pk)
    works.act(trial.work_id, rater.person, Act(slug(), "join", {"role": "writer", "name": "Raul"}))
    assert "without knowing which text is whose" in words(rater.see("trial-rating", trial.pk, status=403))
    with pytest.raises(Refused, match="without knowing"):
        act(trial, rater, "grade", answer="x", grade=1)


def test_a_version_that_an_open_test_reads_is_taken_out_when_the_test_is_closed_and_not_before(writer):
    trial = opened(writer)
    work = Work.objects.get(pk=trial.work_id)
    digest = works.digest_of(DRAFTS["p1"])
    with pytest.raises(Refused, match="close the test first"):
        take_out(work, writer.person, [], [digest])
    assert works.text_of(work.pk, digest)
    act(trial, writer, "close")
    take_out(work, writer.person, [], [digest])
    with pytest.raises(Refused, match="taken out"):
        works.text_of(work.pk, digest)


def test_a_test_whose_text_was_taken_out_before_is_not_opened(writer):
    trial = written(writer)
    act(trial, writer, "register")
    texts_chosen(trial, writer)
    act(trial, writer, "plan", **PLAN)
    take_out(Work.objects.get(pk=trial.work_id), writer.person, [], [works.digest_of(DRAFTS["p1"])])
    with pytest.raises(Refused, match="choose another version"):
        act(trial, writer, "open")
    page = words(writer.see("trial-texts", trial.pk))
    assert "blocks 1 to 2: its text was taken out; choose another one" in page
    assert "version 2" in page
    assert "version 1</option>" not in writer.see("trial-texts", trial.pk)


def test_neither_the_ledger_nor_the_file_of_answers_says_who_came_when(writer):
    trial = opened(writer)
    for number in range(8):
        # Of each reader another number of answers is right in the first part.
        reads(comes(trial, f"R{number}"), trial, lambda arm, place, number=number: place < number % 5)
    act(trial, writer, "close")
    state, there = keeper.trials.state(trial.pk), keeper.all_sittings(trial.pk)
    for one in there:
        for part in one.parts:
            part.seconds = {item: 1.25 + place for place, item in enumerate(part.items)}
    arrived = graded(state, there, keeper.answer_id)
    found = outcomes.of_sittings(trial.pk, state, there)
    assert found == outcomes.of_sittings(trial.pk, state, there)

    def rows(some):
        return {
            reader: frozenset((one.item, one.arm, one.correct) for one in some if one.reader == reader)
            for reader in sorted({one.reader for one in some})
        }

    before, after = rows(arrived.answers), rows(found.answers)
    assert list(before) == list(after)
    assert sorted(map(sorted, before.values())) == sorted(map(sorted, after.values()))
    assert before != after
    assert {one.seconds % 1 for one in found.answers} == {0.0}
    assert [one.reader for one in found.answers] == sorted(one.reader for one in found.answers)
    assert outcomes.unlinked("another", arrived) != found
    assert analyse(found.answers).sentence() == analyse(arrived.answers).sentence()


def test_readers_are_told_before_and_afterwards_that_the_ledger_keeps_their_answers(writer):
    trial = opened(writer)
    assert "nothing can be taken out of it again" in words(Somebody().get(invited(trial)).content.decode())
    rita = comes(trial)
    assert "What entered the ledger before cannot be taken out of it" in words(rita.see("sitting-own", trial.pk))


def test_what_raters_know_an_answer_by_follows_from_no_salt_that_a_lead_can_hand_on(writer, settings):
    trial = keeper.trials.state(opened(writer).pk)
    one = keeper.answer_id(trial, 0, "i1")
    assert one == keeper.answer_id(trial, 0, "i1")
    assert len({one, keeper.answer_id(trial, 1, "i1"), keeper.answer_id(trial, 0, "i2")}) == 3
    settings.SECRET_KEY = "another server's"
    assert keeper.answer_id(trial, 0, "i1") != one


def written_again(writer):
    Source.objects.all().delete()
    return written(writer)


def test_before_registration_the_page_says_what_the_items_would_find(writer):
    few = written(writer, items=4)
    assert "More items show more, and after registration none can be added" in words(writer.see("trial", few.pk))
    Source.objects.all().delete()
    many = written(writer, items=30)
    told_ = words(writer.see("trial", many.pk))
    assert "these items would show help of 20 points in 9" in told_
    assert "More items" not in told_


def test_a_text_that_stood_in_the_editor_when_the_items_were_registered_is_told_by_its_number_of_words(writer):
    trial = written(writer)
    drafts.save(trial.work_id, writer.person, "word " * 5000, 0, "a")
    drafts.draft_of(trial.work_id)
    drafts.save(trial.work_id, writer.person, "gone", 1, "b")
    act(trial, writer, "register")
    told = "registered before the first version that was kept, when the editor had held a text of 5,000 words"
    assert told in words(writer.see("trial", trial.pk))
    state = keeper.trials.state(trial.pk)
    assert outcomes.said_of(state)[0] == f"The items were {told}."
    assert find(state.registered.ledger[0]).data["drafted"] == 5000


def test_the_blocks_of_a_version_are_shown_and_none_is_read_for_two_passages(writer):
    trial = written(writer)
    act(trial, writer, "register")
    assert "No version is kept yet" in writer.see("trial-texts", trial.pk)
    text = "# Drops\n\nA drop dries.\n\n# Doors\n\nA door is open."
    works.keep_version(trial.work_id, writer.person, text)
    version = f"{trial.work_id}@{works.digest_of(text)}"
    page = writer.see("trial-texts", trial.pk)
    assert page.count('data-block="3" class="heading"># Doors') == 2
    assert page.count('required value=""') == 4
    sent = {"passage": "p1", "version": version, "first": "1", "last": "2"}
    assert writer.do("trial-texts", trial.pk, **sent).status_code == 302
    page = writer.see("trial-texts", trial.pk, version=version)
    assert page.count('A drop dries. <span class="chip">p1</span>') == 2
    assert page.count('required value=""') == 2
    for more in ({}, {"first": "", "last": ""}, {"first": "2", "last": "4"}):
        refused = words(
            writer.do("trial-texts", trial.pk, status=409, **sent | {"passage": "p2"} | more).content.decode()
        )
        assert "so readers would meet two versions of a passage" in refused
    writer.do("trial-texts", trial.pk, **sent | {"passage": "p2", "first": "3", "last": "4"})
    chosen = [one.version.to_list()[2:] for one in keeper.trials.state(trial.pk).passages.values()]
    assert chosen == [[1, 2], [3, 4]]


def test_items_that_are_not_registered_cannot_be_used(writer):
    trial = written(writer)
    texts = writer.do("trial-texts", trial.pk, status=409, passage="p1", version="x@y")
    assert "keep the draft as a version first" in words(texts.content.decode())
    works.keep_version(trial.work_id, writer.person, DRAFTS["p1"])
    version = f"{trial.work_id}@{works.digest_of(DRAFTS['p1'])}"
    refused = writer.do("trial-texts", trial.pk, status=409, passage="p1", version=version)
    assert "Texts are chosen once the items are registered" in words(refused.content.decode())
    told_ = words(writer.do("trial", trial.pk, status=409, kind="open").content.decode())
    assert "Register the items first" in told_


def test_an_examiner_comes_by_a_link_writes_items_and_sees_no_plan_and_no_answers(writer):
    trial = written(writer)
    writer.do("trial-links", trial.pk, role="examiner")
    from cohobate.web.readings.links import link

    path = link(trial.invitations.get()).removeprefix("http://testserver")
    edda = person("Edda")
    assert edda.post(path, {"as": "me", "consent": "yes"}).url == f"/tests/{trial.pk}/"
    edda.see("trial-items", trial.pk)
    assert "To write" not in edda.see("trial", trial.pk)
    assert [one.group for one in told.waiting_for(edda.person)] == ["Items to write"]
    for view in ("trial-plan", "trial-links", "trial-progress", "trial-rating", "trial-texts", "trial-answers"):
        edda.see(view, trial.pk, status=404)


def test_a_passage_is_a_stretch_of_a_source_that_stands_on_the_shelf(writer):
    trial = written(writer, items=0)
    long = source("Long", "\n\n".join(f"Block {number}." for number in range(9)))
    page = writer.see("trial-passages", trial.pk, source=long.pk)
    assert page.count("data-block=") == 9
    taken = writer.do("trial-passages", trial.pk, source=long.pk, title="", first="3", last="5")
    assert writer.get(taken.url).content.decode().count("data-block=") == 9
    assert keeper.trials.state(trial.pk).passages["p3"].source.to_list() == [long.pk, long.latest_id, 3, 5]
    refused = writer.do("trial-passages", trial.pk, status=409, source=long.pk, first="9", last="12")
    assert "The last block, '12'" in words(refused.content.decode())
    assert re.search(r'name="last"[^>]* value="12"', refused.content.decode())
    assert writer.post(f"/tests/{trial.pk}/passages/", {"source": "nosuch"}).status_code == 409
    from django.utils import timezone

    Source.objects.filter(pk=long.pk).update(gone_at=timezone.now())
    assert writer.post(f"/tests/{trial.pk}/passages/", {"source": long.pk}).status_code == 409


def test_only_writers_of_a_work_begin_a_test_of_it_and_a_form_sent_twice_begins_one(writer):
    work = works.begin(writer.person, title="Coffee", kind="propagating", sources="")
    person("Sven").see("new-trial", work=work.pk, status=404)
    id = slug()
    for _ in range(2):
        assert writer.do("new-trial", work=work.pk, title="In questions", id=id).url == f"/tests/{id}/"
    assert Trial.objects.count() == 1
    writer.do("new-trial", work=work.pk, title=" ", status=422)


def test_without_a_work_the_page_lists_those_that_one_writes_and_reader_tests_are_reached_from_the_desk(writer):
    mine = works.begin(writer.person, title="Coffee", kind="propagating", sources="")
    works.begin(person("Sven").person, title="Tea", kind="propagating", sources="")
    page = writer.see("new-trial")
    assert f'href="?work={mine.pk}"' in page
    assert "Tea" not in page
    assert "You write no work yet" in person("Nils").see("new-trial")
    assert 'href="/tests/"' in writer.see("desk")
    assert 'href="/tests/"' in writer.see("work", mine.pk)
    assert 'href="/tests/new/"' in writer.see("trials")


def test_the_only_lead_cannot_leave_before_a_link_has_made_another_one(writer):
    trial = written(writer)
    assert 'value="leave"' not in writer.see("trial", trial.pk)
    assert "leads the test as well" in writer.see("trial-links", trial.pk)
    other = person("Olga")
    assert other.post(invited(trial, "lead"), {"as": "me", "consent": "yes"}).url == f"/tests/{trial.pk}/"
    other.see("trial-plan", trial.pk)
    assert writer.see("trial", trial.pk).count('value="leave"') == 2
    writer.do("trial", trial.pk, kind="leave", role="lead", person=writer.person.pk)
    assert [one.name for one in keeper.trials.state(trial.pk).having("lead")] == ["Olga"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"readers": 5}, "5 is less than 6, which is the least; write more."),
        ({"readers": 500}, "500 is more than 400, which is the most; write less."),
        ({"readers": "many"}, "This is no number; write one in figures."),
        ({"minutes": ""}, "This is missing; write a number."),
        ({"baseline": 90}, "90 of 100 without the text and 20 points more are 110"),
    ],
)
def test_a_plan_that_cannot_be_is_told_beside_its_field_in_points(writer, changed, sentence):
    trial = written(writer)
    act(trial, writer, "register")
    plan = PLAN | {"baseline": 40, "effect": 20, "do": "look"} | changed
    assert sentence in words(writer.do("trial-plan", trial.pk, status=422, **plan).content.decode())


# --- the outcome ----------------------------------------------------------------------------------------------------


def done(writer, readers=8, in_words=0):
    trial = opened(writer, in_words=in_words)
    for number in range(readers):
        reads(comes(trial, f"Reader {number}", knows=("new", "read", "work")[number % 3]), trial)
    act(trial, writer, "close")
    return trial


def test_nobody_sees_a_result_before_the_test_is_closed_and_the_page_says_why(writer, owner):
    trial = opened(writer)
    reads(comes(trial), trial)
    for browser in (writer, owner):
        for view in ("trial-outcome", "trial-answers", "trial-rating"):
            assert "closed" in words(browser.see(view, trial.pk, status=409))
    assert "stop when chance is kind" in words(writer.see("trial-outcome", trial.pk, status=409))
    with pytest.raises(Refused, match="close it first"):
        act(trial, writer, "outcome")


def test_the_file_of_answers_names_nobody_and_is_analysed_to_the_same_result(writer):
    trial = done(writer)
    file = writer.see("trial-answers", trial.pk)
    assert "Reader" not in file
    reading = read_answers(file)
    assert reading.mistakes == ()
    writer.do("trial-outcome", trial.pk)
    made = keeper.trials.state(trial.pk).outcomes[-1]
    outcome = analyse(reading.answers)
    assert outcome.sentence("“Coffee and queues”") == made.sentence
    assert outcome.entry()["measurements"] == find(made.ledger[0]).data["measurements"]


def test_an_outcome_is_an_entry_of_the_ledger_whose_arithmetic_can_be_done_again(writer):
    trial = done(writer)
    writer.do("trial-outcome", trial.pk)
    kinds = [row.kind for row in Registered.objects.all()]
    assert kinds.index("items") < kinds.index("work version") < kinds.index("plan") < kinds.index("reader-test")
    assert list(check(b"".join(lines()))) == []


def test_a_result_that_is_made_again_after_late_grades_is_another_entry_and_the_old_one_stays(writer):
    trial = done(writer, in_words=1)
    raters = [person("Raul"), person("Rosa")]
    for rater in raters:
        act(trial, rater, "join", role="rater", name=rater.person.name)
    writer.do("trial-outcome", trial.pk)
    first = keeper.trials.state(trial.pk).outcomes[-1]
    assert any("2 items are left out" in one for one in first.notes)
    there = to_grade(keeper.trials.state(trial.pk), keeper.all_sittings(trial.pk), keeper.answer_id)
    for rater in raters:
        page = rater.see("trial-rating", trial.pk)
        assert "SECRET-RUBRIC" in page
        assert not any(word in page for word in ("SECRET-PAGE", "SECRET-SOURCE", "Reader 0", "distillation", "no text"))
        rater.do("trial-rating", trial.pk, **{f"grade-{one.id}": "0.5" for one in there})
    writer.do("trial-outcome", trial.pk)
    state = keeper.trials.state(trial.pk)
    assert len(state.outcomes) == 2
    assert state.outcomes[0] == first
    assert not any("left out" in one for one in state.outcomes[1].notes)
    assert any("Krippendorff" in one for one in state.outcomes[1].notes)
    assert f"before it entry {first.ledger[0]}" in words(writer.see("trial-outcome", trial.pk))
    assert Registered.objects.filter(kind="reader-test").count() == 2


def test_how_far_raters_agree_is_said_in_a_sentence_whether_or_not_it_can_be_said(writer):
    def said(grades, number=None):
        Source.objects.all().delete()
        trial = done(writer, in_words=1)
        there = keeper.to_grade(trial.pk)[:number]
        for name in ("Raul", "Rosa"):
            rater = person(name)
            act(trial, rater, "join", role="rater", name=name)
            sent = {f"grade-{one.id}": grade for one, grade in zip(there, itertools.cycle(grades), strict=False)}
            rater.do("trial-rating", trial.pk, **sent)
        writer.do("trial-outcome", trial.pk)
        return [
            one for one in keeper.trials.state(trial.pk).outcomes[-1].notes if "raters g" in one or "raters of" in one
        ]

    assert said(["1"], 1) == ["Both raters graded 1 answer: too few to say how far they agree."]
    same = "The raters gave all answers in words one grade, so Krippendorff's α is undefined: chance agrees as well."
    assert said(["1"]) == [same]
    (told_,) = said(["1", "0"])
    assert "agree with Krippendorff's α = 1.00" in told_


def test_a_closed_test_with_answers_in_words_leads_to_raters_before_its_outcome(writer):
    trial = done(writer, in_words=1)

    def asked():
        return [one.about for one in told.waiting_for(writer.person)], words(writer.see("trial", trial.pk))

    for number, name in ((2, "Raul"), (1, "Rosa")):
        lacking = f"{number} rater{'s' if number > 1 else ''}"
        waits, page = asked()
        assert waits == [f"{lacking} to invite"]
        assert f"Invite {lacking}" in page
        act(trial, person(name), "join", role="rater", name=name)
    waits, page = asked()
    assert waits == ["the outcome is to be made"]
    assert "Invite 1" not in page


def test_pages_of_a_test_lead_to_its_work_whoever_sees_that(writer):
    trial = written(writer)
    assert f'href="/works/{trial.work_id}/"' in writer.see("trial-passages", trial.pk)
    edda = person("Edda")
    act(trial, edda, "join", role="examiner", name="Edda")
    act(trial, edda, "join", role="lead", name="Edda")
    assert f'href="/works/{trial.work_id}/"' not in edda.see("trial-passages", trial.pk)


def test_raters_see_neither_each_other_s_grades_nor_whose_an_answer_is(writer):
    trial = done(writer, in_words=1)
    raul, rosa = person("Raul"), person("Rosa")
    for rater in (raul, rosa):
        act(trial, rater, "join", role="rater", name=rater.person.name)
    there = to_grade(keeper.trials.state(trial.pk), keeper.all_sittings(trial.pk), keeper.answer_id)
    sent = {f"grade-{there[0].id}": "1", "id": slug()}
    path = f"/tests/{trial.pk}/grades/"
    for _ in range(2):
        assert raul.post(path, sent, headers={"accept": "application/json"}).json()["ok"]
    assert TrialEvent.objects.filter(kind="grade").count() == 1
    assert "0 of" in words(rosa.see("trial-rating", trial.pk))
    assert " checked" not in rosa.see("trial-rating", trial.pk)
    wrong = raul.post(path, {"grade-nosuch": "1"}, headers={"accept": "application/json"})
    assert (wrong.status_code, wrong.json()["ok"]) == (409, False)
    for view in ("trial-outcome",):
        raul.see(view, trial.pk)
    for view in ("trial-answers", "trial-progress", "trial-items", "trial-preview"):
        raul.see(view, trial.pk, status=404)
    assert [one.group for one in told.waiting_for(rosa.person)] == ["Answers to grade"]
    disagreeing = rosa.post(path, {f"grade-{there[0].id}": "0"}, headers={"accept": "application/json"})
    assert disagreeing.json()["ok"]
    assert "Where they differ" in words(writer.see("trial-rating", trial.pk))


def test_a_test_that_nobody_came_to_has_no_outcome_and_says_so(writer):
    trial = opened(writer)
    act(trial, writer, "close")
    refused = writer.do("trial-outcome", trial.pk, status=409)
    assert "No answer counts, and in a closed test nobody gives another" in words(refused.content.decode())
    assert "column" not in writer.see("trial-answers", trial.pk)


def test_too_few_readers_are_said_to_be_too_few(writer):
    trial = done(writer, readers=3)
    writer.do("trial-outcome", trial.pk)
    page = words(writer.see("trial-outcome", trial.pk))
    assert "Too few readers answered" in page
    told = "Too few to say, as each takes at least 6 readers. From 3 readers: help: the page, less no text; the page"
    assert page.count(told) == 1
    assert "; “I can’t tell”, page." in page
    assert "inference : too few to say (3 readers; it takes at least 6)." in page
    assert "<table" not in writer.see("trial-outcome", trial.pk)


def test_where_some_figures_are_of_too_few_the_others_stand_in_the_table_and_these_in_one_line(writer):
    trial = opened(writer)
    for number in range(10):
        # Four go before they read what the second text is.
        reads(comes(trial, f"Reader {number}"), trial, parts=3 if number < 5 else 2)
    act(trial, writer, "close")
    writer.do("trial-outcome", trial.pk)
    shown = writer.see("trial-outcome", trial.pk)
    assert len(re.findall('<td class="figure">too few', shown)) == 0
    told, *_ = re.findall("Too few to say, as each takes at least 6 readers. [^<]*", shown)
    table = re.search("<tbody>.*?</tbody>", shown, re.S)[0]
    for name, few in (("the page, less the source", True), ("answered without a text", False)):
        assert (name in told, name in table) == (few, not few)


def test_readers_and_whoever_writes_the_work_see_the_outcome_when_it_is_there_and_nothing_else(writer):
    trial = opened(writer)
    reader = comes(trial, "Rita")
    reads(reader, trial)
    for number in range(7):
        reads(comes(trial, f"Reader {number}"), trial)
    colleague = person("Kolja")
    works.act(trial.work_id, colleague.person, Act(slug(), "join", {"role": "reviewer", "name": "Kolja"}))
    assert "under way" in words(colleague.see("trial", trial.pk))
    act(trial, writer, "close")
    writer.do("trial-outcome", trial.pk)
    sentence = keeper.trials.state(trial.pk).outcomes[-1].sentence
    for browser in (reader, colleague):
        assert sentence in words(browser.see("trial-outcome", trial.pk))
        for view in ("trial-answers", "trial-progress", "trial-items", "trial-plan", "trial-preview", "trial-rating"):
            browser.see(view, trial.pk, status=404)
        browser.do("trial-outcome", trial.pk, status=409)
    assert sentence in words(reader.see("sitting", trial.pk))


def test_works_are_told_what_came_of_their_tests_and_who_helped(writer):
    trial = done(writer)
    assert told.of_work(trial.work_id) == []
    page = writer.see("work", trial.work_id)
    assert f"/tests/{trial.pk}/" in page
    assert f"/tests/new/?work={trial.work_id}" in page
    writer.do("trial-outcome", trial.pk)
    (found,) = told.of_work(trial.work_id)
    assert (found.readers, round(found.points)) == (8, 50)
    assert found.low < found.points < found.high
    assert found.digest == works.digest_of(DRAFTS["p1"])
    assert found.registered == keeper.trials.state(trial.pk).plan.ledger[0]
    help_ = told.helpers_of(trial.work_id)
    assert (help_.readers, help_.items) == (8, {writer.person.pk: 8})


def test_the_preview_shows_what_readers_see_and_keeps_nothing(writer):
    trial = opened(writer)
    before = SittingEvent.objects.count()
    pages = [
        writer.see("trial-preview", trial.pk, reader=number, part=part) for number in range(4) for part in range(3)
    ]
    assert all("This is what a reader sees" in page for page in pages)
    assert any("SECRET-PAGE-1" in page for page in pages)
    assert any("SECRET-SOURCE-2" in page for page in pages)
    assert SittingEvent.objects.count() == before
    for wrong in ({"reader": "99"}, {"part": "7"}, {"part": "x"}):
        writer.see("trial-preview", trial.pk, status=404, **wrong)


def test_a_rehearsal_by_the_rule_is_labelled_and_in_no_ledger(writer):
    trial = opened(writer)
    before = Registered.objects.count()
    page = words(writer.do("trial-rehearsal", trial.pk, status=200).content.decode())
    assert "a rehearsal, no substitute for people" in page
    assert Registered.objects.count() == before
    assert keeper.trials.state(trial.pk).outcomes == []


def test_a_rehearsal_shows_what_the_rule_found_in_the_source_and_not_in_the_page_and_where(writer):
    trial = written(writer)
    asked = {"option1": "sugar", "option2": "salt", "option3": "sand", "option4": "milk of the morning", "key": 2}
    item(trial, writer, "p1", 0, question="What stays at the rim of the drop?", **asked)
    item(trial, writer, "p2", 0, question="What does a queue that walks keep?", option1="quiet", option2="its order")
    act(trial, writer, "register")
    page = words(writer.do("trial-rehearsal", trial.pk, status=200).content.decode())
    assert "source 2 8 10" in page
    assert "distillation" not in page
    assert "What it did not get right" in page
    texts_chosen(trial, writer)
    page = words(writer.do("trial-rehearsal", trial.pk, status=200).content.decode())
    assert "distillation 0 10 10" in page
    lost = page[page.index("Right from the source") : page.index("The rest that it did not get right")]
    assert (
        "What stays at the rim of the drop? text-based In the source: “SECRET-SOURCE-1: salt stays at the rim.”" in lost
    )
    assert "In the distillation it found none of the options." in lost
    assert "p1, 0?" not in lost
    assert "is right on 9 of 10; by chance it would be about 3." in page


def test_progress_counts_readers_by_what_they_read_and_shows_no_answers(writer):
    trial = opened(writer)
    reads(comes(trial), trial)
    stopping = comes(trial, "Short")
    reads(stopping, trial, parts=1)
    stopping.do("sitting-go", trial.pk, kind="stop")
    page = words(writer.see("trial-progress", trial.pk))
    assert "2 readers came, and 8 are planned; 1 is through" in page
    assert "1 reader in part 2" in page
    assert "Short" not in page


def test_a_plan_that_is_not_settled_registers_nothing_and_a_bad_one_is_refused_by_field(writer):
    trial = written(writer)
    act(trial, writer, "register")
    plan = {
        "readers": 12,
        "spare": 2,
        "minutes": 10,
        "minutes_without": 5,
        "source": "yes",
        "baseline": 40,
        "effect": 20,
    }
    assert "is not settled yet" in words(
        writer.do("trial-plan", trial.pk, status=409, do="settle", **plan).content.decode()
    )
    texts_chosen(trial, writer)
    before = Registered.objects.count()
    writer.do("trial-plan", trial.pk, status=200, do="look", **plan)
    writer.do("trial-plan", trial.pk, status=422, do="settle", **plan | {"readers": "many"})
    writer.do("trial-plan", trial.pk, status=422, do="settle", **plan | {"baseline": 90})
    assert Registered.objects.count() == before
    writer.do("trial-plan", trial.pk, do="settle", **plan)
    entry = find(keeper.trials.state(trial.pk).plan.ledger[0])
    assert {"seed", "texts", "readers"} <= entry.data.keys()
    assert fresh(trial).state == "planned"
    assert "help of 20 points is shown" in words(writer.see("trial-plan", trial.pk))


def test_a_lead_renames_invites_and_takes_people_off(writer):
    trial = written(writer)
    writer.do("trial", trial.pk, kind="retitle", title="Other")
    edda = person("Edda")
    act(trial, edda, "join", role="examiner", name="Edda")
    writer.do("trial", trial.pk, kind="leave", role="examiner", person=edda.person.pk)
    edda.see("trial", trial.pk, status=404)
    assert fresh(trial).title == "Other"
    assert writer.post(f"/tests/{trial.pk}/", {"kind": "grade"}).status_code == 409
    assert "Other" in writer.see("trials")
    item(trial, writer, "p1", 9)


def test_an_outcome_says_how_many_came_and_where_those_went_who_are_not_through(writer):
    trial = opened(writer)
    for number in range(6):
        reads(comes(trial, f"Reader {number}"), trial, parts=3 if number < 4 else number - 4)
    act(trial, writer, "close")
    writer.do("trial-outcome", trial.pk)
    notes = keeper.trials.state(trial.pk).outcomes[-1].notes
    told = "6 readers came, and 4 went through all parts. Not through: 1 reader in part 2. 1 reader never began"
    assert any(one.startswith(told) for one in notes)
    assert "Items were written by somebody who leads the test or writes what is tested." in notes


def test_when_all_quit_half_way_or_nobody_finished_an_arm_there_is_an_outcome_that_says_so(writer):
    for parts in (1, 2):
        Source.objects.all().delete()
        trial = opened(writer)
        for number in range(6):
            reads(comes(trial, f"Reader {number}"), trial, parts=parts)
        act(trial, writer, "close")
        writer.do("trial-outcome", trial.pk)
        page = words(writer.see("trial-outcome", trial.pk))
        assert "Too few readers" in page
        assert "were not reached" in page
        assert f"6 readers in part {parts + 1}" in page


def test_a_work_whose_text_is_read_in_a_test_of_another_work_is_told_of_it(writer):
    trial = written(writer)
    act(trial, writer, "register")
    texts_chosen(trial, writer)
    other = works.begin(writer.person, title="Queues alone", kind="propagating", sources="")
    assert told.tests_of_work(other.pk) == []
    works.keep_version(other.pk, writer.person, "One.\n\nTwo.")
    act(trial, writer, "text", passage="p2", work=other.pk, digest=works.digest_of("One.\n\nTwo."), blocks=2)
    for work in (other.pk, trial.work_id):
        assert [one.state for one in told.tests_of_work(work)] == ["registered"]


def test_the_owner_of_the_server_finds_the_tests_of_others_and_nobody_else_does(writer, owner):
    trial = written(writer)
    assert "Other tests on this server" in owner.see("trials")
    assert trial.title in words(owner.see("trials"))
    assert trial.title not in words(person("Pavel").see("trials"))
