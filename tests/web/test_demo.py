"""The made-up group of `cohobate demo-data`: what its rooms hold, and that they come out the same again."""

import os
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import AutoField
from django.urls import reverse

from cohobate.archive.record import read_record
from cohobate.errors import RunProblem, WrongUse
from cohobate.events import problem
from cohobate.practicum.facilitation import difference, measures, worth_it
from cohobate.practicum.fermi import shipped as programs
from cohobate.practicum.prose import check
from cohobate.practicum.reading.verifying import verified
from cohobate.practicum.room import TAKEN_OUT, fold
from cohobate.practicum.workshop import difference as lines_that_differ
from cohobate.practicum.workshop import shipped
from cohobate.web import demo
from cohobate.web.folder import DataFolder
from cohobate.web.people.models import Invitation, Person
from cohobate.web.readings import keeper as test_keeper
from cohobate.web.readings import models as readings
from cohobate.web.rooms import shelf
from cohobate.web.rooms.keeper import keeper
from cohobate.web.rooms.models import Event, Member, Room, Workshop
from cohobate.web.sources import models as shelved
from cohobate.web.sources.importing import bring_in
from cohobate.web.sources.shelf import follow, record_of
from cohobate.web.works import keeper as work_keeper
from cohobate.web.works import models as works
from cohobate.web.works import seams
from cohobate.web.works.register import entry_in, lines, register
from cohobate.web.works.steps import steps

from .browsers import Somebody, words

NOW = datetime(2026, 6, 17, 15, 20, tzinfo=UTC)


SHELF = (shelved.Text, shelved.Source, shelved.Version, shelved.Link)
WORKS = (
    works.Registered,
    works.Work,
    works.Part,
    works.Event,
    works.Version,
    works.Draft,
    works.Earlier,
    works.Method,
    works.MethodVersion,
    works.Wish,
    works.Fulfilment,
)
TESTS = (
    readings.Trial,
    readings.TrialPart,
    readings.TrialEvent,
    readings.TrialInvitation,
    readings.Sitting,
    readings.SittingEvent,
)
MODELS = (Person, Workshop, Room, Member, Event, Invitation, *SHELF, *WORKS, *TESTS)
"""Each after those that it refers to."""
PLAYED = []
"""What was made when it was played for the first time here, and the rows of each model."""


@pytest.fixture
def filled(db):
    """The rooms of the demonstration: played once, and put back for each test."""
    forget()
    if PLAYED:
        for model, some in zip(MODELS, PLAYED[1], strict=True):
            model.objects.bulk_create(some)
    else:
        PLAYED.extend([demo.make(NOW.timestamp()), [list(model.objects.all()) for model in MODELS]])
    yield PLAYED[0]
    forget()


def forget():
    for one in (keeper, work_keeper.strands, test_keeper.trials, test_keeper.sittings):
        one.forget()


def room_called(title):
    row = Room.objects.get(title=title)
    return keeper.room(row.pk)


def rows():
    """All that is in the database, but for the numbers that it gives to rows by itself."""
    return {
        model._meta.label: sorted(
            [str(value) for key, value in row.items() if key != "id" or not isinstance(model._meta.pk, AutoField)]
            for row in model.objects.values()
        )
        for model in MODELS
    }


# --- what is there --------------------------------------------------------------------------------------------------


def test_there_are_finished_rooms_open_ones_and_one_that_waits(filled):
    assert Counter(one.state for one in filled) == {"ended": 8, "open": 3, "waiting": 1}
    assert {one.workshop for one in filled} == {
        "Conjecture workshop",
        "Existing evidence",
        "Framing",
        "Framing on foot",
        "Game tree",
        "Hooks",
        "Prototypical examples: an abstract",
        "Runtime Fermi estimates",
    }
    assert sum(one.events for one in filled) == Event.objects.count()
    assert [one.title for one in filled] == list(Room.objects.order_by("opened_at").values_list("title", flat=True))


def test_every_record_is_whole_and_every_room_is_what_its_events_say(filled):
    for row in Room.objects.all():
        events = keeper.events(row.pk)
        room = keeper.room(row.pk)
        assert problem(events) is None
        assert room == fold(shelf.pinned(row.workshop_id), events)
        assert room.ended == (row.ended_at is not None)
        assert {member.person_id for member in row.members.all()} == set(room.people)


def test_people_have_first_names_and_have_agreed(filled):
    people = Person.objects.filter(sittings=None)
    assert {person.name for person in people} == {"Ada", "Ben", "Chidi", "Dilnoza", "Edda", "Femi"}
    for person in people:
        assert person.consented_at is not None
        assert person.made_at < min(row.room.opened_at for row in person.memberships.all())
    assert Person.objects.get(is_owner=True).name == "Ada"
    assert all(row.host.hosts for row in Room.objects.all())
    names = {event.words["name"] for event in map(Event.happened, Event.objects.filter(kind="join"))}
    assert all(re.fullmatch(r"[A-Z][a-z]+", name) for name in names)


def test_all_of_it_lies_in_the_three_weeks_before_now(filled):
    latest = max(Event.objects.values_list("at", flat=True))
    assert NOW - timedelta(minutes=5) < datetime.fromtimestamp(latest, UTC) <= NOW
    assert NOW - timedelta(days=21) < Room.objects.earliest("opened_at").opened_at < NOW - timedelta(days=19)
    for row in Room.objects.exclude(ended_at=None):
        assert 50 <= (row.ended_at - row.opened_at).total_seconds() / 60 <= 85, row.title
        assert 8 <= row.opened_at.hour < 18


def test_nobody_is_in_two_rooms_at_once(filled):
    for person in Person.objects.all():
        spans = sorted(
            (min(times), max(times))
            for row in Room.objects.filter(members__person=person)
            if (times := list(row.events.filter(actor=person.pk).exclude(kind="rate").values_list("at", flat=True)))
        )
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans)), person


def test_a_hunch_became_a_conjecture(filled):
    room = room_called("The sheet by the door")
    found = measures(room, NOW.timestamp())
    assert 100 <= room.sequence <= 160
    assert found.moves["ask"].share > 0.6
    assert 0 < found.steering.share < 0.1
    assert 0.8 < found.meant.share < 1
    assert found.pictures.asked == 3
    assert [session.came_back is not None for session in room.sessions[1:]] == [True]
    for name in ("story", "claim", "terms", "properties", "freedoms", "conjecture", "pictures"):
        assert list(room.written(name)), name
    assert {entry.values["side"] for entry in room.written("freedoms")} == set(
        room.workshop.makes["freedoms"].form.fields[0].choices
    )
    assert len(room.ratings) == 4
    assert any(room.comments.values())


def test_a_conjecture_is_worked_on_just_now(filled):
    room = room_called("Two tidy people and a drawer")
    assert room.stage.name == "General claim"
    assert [one.name for one in room.sitting("listener")] == ["Ben"]
    assert room.talk[-1].concrete
    assert room.said[room.talk[-1].id].by == room.sitting("facilitator")[0].id


def test_estimates_were_made_and_measured(filled):
    room = room_called("How long for 100,000 words?")
    blocks = [block.name for block in programs()["text"].blocks]
    assert list(room.ran[-1].blocks) == blocks
    for name, people in (("alone", 2), ("agreed", 1)):
        assert Counter(entry.values["block"] for entry in room.written(name)) == dict.fromkeys(blocks, people)


def test_openings_were_marked_by_several(filled):
    found = measures(room_called("First sentences for three texts"), NOW.timestamp())
    assert found.marks.asked >= 40
    assert 0.5 < found.marks.share < 1


def test_what_is_written_alone_is_still_hidden(filled):
    room = room_called("Drying fronts")
    ada, dilnoza, edda = (Person.objects.get(name=name).pk for name in ("Ada", "Dilnoza", "Edda"))
    entries = list(room.written("examples"))
    assert room.stage.solo
    assert {entry.by for entry in entries} == {ada, dilnoza}
    assert all(room.hidden(entry, edda) for entry in entries)
    page = Somebody(Person.objects.get(pk=ada)).see("room", Room.objects.get(title="Drying fronts").pk)
    for entry in entries:
        assert (entry.text.split(".")[0] in words(page)) == (entry.by == ada)


def test_the_guide_waits_for_an_answer(filled):
    room = room_called("Directions")
    assert room.alone
    assert room.name_of(room.talk[-1].by) == "the guide"


def test_a_room_waits_for_people_and_has_links_for_them(filled):
    row = Room.objects.get(title="What would we see already?")
    room = keeper.room(row.pk)
    assert room.stage is None
    assert room.brought[0].text in [entry.text for entry in conclusions()]
    assert [one.seat for one in row.invitations.order_by("made_at")] == ["searcher", ""]
    assert not any(one.over for one in row.invitations.all())


def conclusions():
    """What the conjecture workshop came to, its sentence on even touches left out."""
    for entry in room_called("The sheet by the door").written("conjecture"):
        entry = entry.__class__(**{name: getattr(entry, name) for name in entry.__slots__})
        entry.values = {"text": re.sub(r"^.*?(Each hazard)|\nIf K.*", r"\1", entry.text, flags=re.S)}
        yield entry


def test_somebodys_words_were_taken_out(filled):
    room = room_called("Thresholds, the other three")
    assert room.redacted == 1
    assert [said.text for said in room.talk].count(TAKEN_OUT) == 1
    script = demo.scripts()["thresholds-again"]
    (gone,) = [one.words for part in script.sections for one in part.directions if one.label == "neighbour"]
    assert not any(gone in str(event.words) for event in Event.objects.all())


def test_two_versions_of_a_workshop_can_be_compared(filled):
    fork = demo.forks()["framing-on-foot"]
    origin = shipped()["framing"]
    assert fork.forked_from == f"framing@{origin.digest[:12]}"
    changed = [line for line in lines_that_differ(origin, fork) if line[:1] in "+-"]
    assert len(changed) < 60
    assert [one.name for one in fork.stages] == [one.name for one in origin.stages]
    one, other = (
        worth_it(keeper.room(row.pk) for row in Room.objects.filter(workshop_id=version.digest))
        for version in (fork, origin)
    )
    found = difference(other, one)
    assert not found.too_few
    assert one.share > other.share
    page = words(Somebody(Person.objects.get(name="Ada")).see("workshop", "framing-on-foot"))
    assert str(found) in page
    assert Workshop.objects.get(pk=fork.digest).made_by.name == "Dilnoza"


# --- what was written, and what came of it --------------------------------------------------------------------------


DONE, UNDER_WAY = "What measuring again can and cannot do", "Label it before you pour it"


def work_called(title):
    row = works.Work.objects.get(title=title)
    return work_keeper.work(row.pk)


def ledger():
    return b"".join(lines())


def test_on_the_shelf_are_two_sources_and_a_claim_in_the_archives_format(filled):
    rows = shelved.Source.objects.order_by("type", "title")
    assert [(row.type, row.by.name, row.problems) for row in rows] == [
        ("claim", "Chidi", 0),
        ("source", "Ben", 0),
        ("source", "Edda", 0),
    ]
    claim = rows[0]
    assert claim.confidence == "likely"
    led = follow(link.target for link in record_of(claim).links)
    assert [one.found for one in led.values()] == [(shelved.Source.objects.get(by__name="Ben").pk,)]


def test_one_work_went_all_the_way(filled):
    row, work = works.Work.objects.get(title=DONE), work_called(DONE)
    assert all(step.done for step in steps(work, seams.outcomes_of(row.pk)))
    texts = [work_keeper.text_of(row.pk, digest) for digest in work.versions]
    reports = [check(text) for text in texts]
    assert len(texts) == 3
    assert [len(report.advice) > 0 for report in reports] == [True, False, False]
    assert all(before.words < after.words for before, after in pairwise(work.versions.values()))
    assert Counter(one.settled for one in work.comments.values()) == {"done": 5, "declined": 1}
    assert {work.name_of(one.by) for one in work.reviews} == {"Chidi", "Femi"}


def test_the_items_were_registered_between_the_hypothesis_and_the_first_version(filled):
    work, trial = work_called(DONE), the_trial()
    first = next(iter(work.versions.values()))
    assert work.hypotheses[0].ledger[0] < trial.registered.ledger[0] < first.ledger[0]
    for passage in trial.passages:
        kinds = Counter(item.kind for item in trial.items_of(passage))
        assert min(kinds["text-based"], kinds["inference"]) >= 3
    assert {trial.name_of(item.by) for item in trial.items.values()} == {"Ben"}
    assert not trial.has(Person.objects.get(name="Ben").pk, "lead")


def the_trial():
    return test_keeper.trials.state(readings.Trial.objects.get().pk)


def test_readers_went_through_it_and_one_stopped(filled):
    there = test_keeper.all_sittings(readings.Trial.objects.get().pk)
    assert Counter(one.standing for one in there) == {"done": 11, "stopped": 1}
    assert all(part.limit > part.used for one in there for part in one.parts)
    assert not any(part.late for one in there for part in one.parts)
    assert Person.objects.exclude(sittings=None).count() == 12
    assert not Person.objects.filter(sittings__isnull=False, may_host=True).exists()


def test_what_came_of_it_is_a_sentence_with_its_readers_and_an_interval(filled):
    (made,) = the_trial().outcomes
    assert re.search(r"^Readers of “What measuring.*\(95 % interval −?\d+ to \d+, 1[12] readers\)", made.sentence)
    assert any("The items were registered before the first version" in note for note in made.notes)
    page = Somebody(Person.objects.get(name="Dilnoza")).see("look-back", works.Work.objects.get(title=DONE).pk)
    assert "You predicted 30 points, and were 95 % sure of 10 to 50. 11 readers answered" in words(page)


def test_another_seed_gives_the_readers_the_same_answers(first):
    demo.make(NOW.timestamp(), seed=3)
    (made,) = the_trial().outcomes
    assert re.search(r"answer \d+ points more", made.sentence)
    assert made.sentence in str(first["readings.TrialEvent"])


def test_the_ledger_is_whole_and_its_results_follow_from_its_answers(filled):
    entries = [entry_in(row) for row in works.Registered.objects.all()]
    assert [entry.kind for entry in entries].count("reader-test") == 1
    assert verified(ledger()) == []


def test_the_events_of_works_and_tests_are_whole_and_go_by_the_script(filled):
    for model, of in ((works.Event, "work"), (readings.TrialEvent, "trial"), (readings.SittingEvent, "sitting")):
        for id in set(model.objects.values_list(of, flat=True)):
            events = [row.happened() for row in model.objects.filter(**{of: id}).order_by("sequence")]
            assert problem(events) is None
            assert all(NOW.timestamp() - 21 * demo.DAY < event.at < NOW.timestamp() for event in events)


def test_the_method_stands_in_two_versions_and_the_work_applied_the_first(filled):
    method = works.Method.objects.get()
    first, second = method.versions.all()
    assert work_called(DONE).hypotheses[0].method == (method.pk, first.digest)
    assert second.ledger > the_trial().outcomes[0].ledger[0]


def test_another_work_is_under_way_with_remarks_that_are_open(filled):
    row, work = works.Work.objects.get(title=UNDER_WAY), work_called(UNDER_WAY)
    assert not row.published
    assert [one.settled for one in work.comments.values()] == ["open", "open"]
    assert work_keeper.digest_of(row.draft.text) not in work.versions


def test_on_the_board_is_a_wish_that_was_granted_and_one_that_was_not(filled):
    granted, open_one = works.Wish.objects.order_by("at")
    assert granted.closed_at is not None
    assert [one.work.title for one in granted.fulfilments.all()] == [DONE]
    assert open_one.closed_at is None
    assert not open_one.fulfilments.exists()


def test_the_pages_of_what_was_written_are_there(filled):
    here = Somebody(Person.objects.get(name="Dilnoza"))
    done = works.Work.objects.get(title=DONE).pk
    for view in ("work", "edit-work", "review-work", "work-versions", "look-back", "published"):
        assert here.get(reverse(view, args=[done])).status_code == 200, view
    assert here.get(reverse("trial-outcome", args=[readings.Trial.objects.get().pk])).status_code == 200
    for view in ("desk", "board", "methods", "ledger", "sources"):
        assert here.get(reverse(view)).status_code == 200, view


# --- the owner looks around -----------------------------------------------------------------------------------------


def test_the_owner_sees_every_room_and_its_record(filled):
    ada = Somebody(Person.objects.get(is_owner=True))
    home = words(ada.see("home"))
    for row in Room.objects.all():
        assert row.title in home
        for view in ("room", "talk", "record", "record-markdown", "record-json", "room-people", "room-invitations"):
            assert ada.get(reverse(view, args=[row.pk])).status_code == 200, (row.title, view)
        assert "is whole" in ada.see("record", row.pk)


def test_everybody_sees_their_own_rooms(filled):
    for person in Person.objects.filter(sittings=None):
        here = Somebody(person)
        assert "Ended" in here.see("home")
        for member in person.memberships.all():
            here.see("room", member.room_id)
    assert (
        "twice what it takes" in (page := words(Somebody(Person.objects.get(name="Edda")).see("calibration")))
        or "7" in page
    )


# --- made again -----------------------------------------------------------------------------------------------------


@pytest.fixture
def first(filled):
    """The rows of the first time, and an empty database."""
    found = rows()
    for model in reversed(MODELS):
        model.objects.all().delete()
    forget()
    return found


def test_the_same_now_and_seed_give_the_same_rooms(first):
    demo.make(NOW.timestamp())
    assert rows() == first


def test_with_another_seed_the_same_happens_under_other_names(first):
    demo.make(NOW.timestamp(), seed=1)
    other = rows()
    assert {name: len(some) for name, some in other.items()} == {name: len(some) for name, some in first.items()}
    assert not {room[0] for room in other["rooms.Room"]} & {room[0] for room in first["rooms.Room"]}
    assert [row for row in other["rooms.Event"] if row in first["rooms.Event"]] == []


def test_every_room_is_played_by_a_script_that_ships(filled):
    assert {script.title for script in demo.scripts().values()} == {one.title for one in filled}


# --- only into what is empty ----------------------------------------------------------------------------------------


def test_a_folder_with_rooms_is_refused(filled):
    with pytest.raises(RunProblem, match=r"this folder holds 12 rooms; choose a new or empty one with --data"):
        demo.make(NOW.timestamp())


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: shelf.stored(shipped()["framing"]), "workshops that somebody wrote"),
        (lambda: bring_in([read_record("a.md", b"# A")]), "sources that somebody brought in"),
        (lambda: register("method", {}), "a ledger with entries"),
        (lambda: Person.objects.create(name="Kim", is_owner=True, may_host=True), "people, such as Kim"),
        (lambda: Person.objects.create(name=""), "people, such as somebody without a name"),
    ],
)
def test_a_folder_with_people_or_workshops_of_its_own_is_refused(db, make, what):
    make()
    with pytest.raises(RunProblem, match=f"this folder holds {what};"):
        demo.make(NOW.timestamp())


def test_an_owner_who_has_not_come_in_yet_is_who_owns_it(db):
    owner = Person.objects.create(name="", is_owner=True, may_host=True)
    demo.make(NOW.timestamp())
    assert Person.objects.get(is_owner=True).pk == owner.pk
    assert Room.objects.filter(host=owner).exists()


def test_a_folder_in_use_or_of_something_else_is_refused(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.make()
    lock = folder.hold()
    try:
        with pytest.raises(RunProblem, match="is in use by process"):
            demo.fill(folder.path, NOW.timestamp())
    finally:
        os.close(lock)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("Dear all", "utf-8")
    with pytest.raises(RunProblem, match=r"is no data folder \(it holds a.txt\)"):
        demo.fill(tmp_path / "letters", NOW.timestamp())


# --- mistakes in what ships -----------------------------------------------------------------------------------------


SCRIPT = """---
title: A bench
topic: why it is so
workshop: conjecture
opens: 3 days before, 09:30
host: Ada
---

## Lobby (2 min)

Ada sits down as conjecturer.

"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{SCRIPT}Ada ends.\n\nAda sits down as facilitator.", "bench, line 15: this room has ended"),
        (f"{SCRIPT}Ben comes in as conjecturer.", "bench, line 13: the seat conjecturer is taken by Ada"),
        (f"{SCRIPT}## Story (1 min)\n", "bench, line 13: the seat facilitator takes one person, and nobody sits there"),
        (SCRIPT.replace("host: Ada", "host: Zoe"), "bench: the host Zoe is nobody; there are Ada, Ben,"),
        (SCRIPT.replace("conjecture\n", "nothing\n"), "bench plays 'nothing', which is no workshop; there are"),
        (f"{SCRIPT}Ada invites a cook.", "bench, line 13: 'a cook' cannot be invited by Ada; let the host invite"),
        (f"{SCRIPT}Ada chooses text.", "bench, line 13: no program is run in this stage"),
        (f"{SCRIPT}Ada chooses poems.", "bench, line 13: 'poems' is no program; there are grid,"),
    ],
)
def test_a_script_that_the_rules_refuse_is_told_with_its_line(db, monkeypatch, text, sentence):
    monkeypatch.setattr(demo, "_files", lambda folder: {"bench": text} if folder == "sessions" else {})
    with pytest.raises(WrongUse) as error:
        demo.make(NOW.timestamp())
    assert str(error.value).startswith(sentence)
    assert not Room.objects.exists()


def test_times_that_are_not_those_of_the_program_are_refused(db, monkeypatch):
    text = SCRIPT.replace("conjecture\n", "runtime-fermi\n").replace("conjecturer", "estimator")
    text += "## Each alone (1 min)\n\nAda chooses text.\n\nAda runs it: sort = 1 ms"
    monkeypatch.setattr(demo, "_files", lambda folder: {"bench": text} if folder == "sessions" else {})
    with pytest.raises(WrongUse, match="bench, line 17: the times are not those of the program that was chosen"):
        demo.make(NOW.timestamp())


def test_a_fork_names_a_workshop_that_ships(monkeypatch):
    text = shipped()["framing"].text.replace("title: Framing", "title: Framing\nforked_from: nothing", 1)
    monkeypatch.setattr(demo, "_files", lambda folder: {"bench": text})
    with pytest.raises(WrongUse, match="bench was forked from 'nothing', which does not ship; there are"):
        demo.forks()
    monkeypatch.setattr(demo, "_files", lambda folder: {"bench": "---\nforked_from: framing\n---\n"})
    with pytest.raises(WrongUse, match="bench, line 1: "):
        demo.forks()
