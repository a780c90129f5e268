"""A room through the web: what is done in it, what each sees of it, and what is kept."""

import json

import pytest
from django.db import OperationalError

from cohobate.events import problem
from cohobate.practicum.facilitation import DRAWN
from cohobate.practicum.forms import FORMS
from cohobate.practicum.room import TAKEN_OUT
from cohobate.web.people.models import Person
from cohobate.web.rooms import models, shelf
from cohobate.web.rooms.keeper import Brought, Keeper, keeper
from cohobate.web.rooms.live import NOT_TYPED
from cohobate.web.slugs import slug

from .browsers import Somebody, opened, words

NASTY = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "שלום עולם \u202e abc",
    "👩‍🔬 zalgo ȟ̴͝e",
    "{{ settings.SECRET_KEY }} {% load x %}",
    "a\r\nb\x00c",
    "'; DROP TABLE rooms_event; --",
]


@pytest.fixture
def pair(host):
    """A conjecture room that has begun, with its host as conjecturer and Fay as facilitator."""
    room = opened(host.person, seat="conjecturer")
    fay = Somebody(Person.objects.create(name="Fay"))
    keeper.join(room.pk, fay.person, "facilitator")
    act(host, room, "advance")
    return room, host, fay


def act(browser, room, kind, status=200, **fields):
    """Does something in a room as a page's script does, and gives what was answered."""
    fields = {"id": slug(), "kind": kind} | fields
    response = browser.post(f"/rooms/{room.pk}/act/", fields, headers={"accept": "application/json"})
    assert response.status_code == status, response.content.decode()
    return response.json()


def to_last_stage(browser, room):
    for _ in range(5):
        act(browser, room, "advance")


def test_what_one_says_and_writes_is_on_the_others_page(pair):
    room, host, fay = pair
    act(host, room, "say", move="tell", text="On Friday ten people came.")
    act(host, room, "write", thing="story", text="A flat, a Friday, ten people.")
    page = words(fay.see("room", room.pk))
    assert "Hedda says" in page
    assert "On Friday ten people came." in page
    assert "A flat, a Friday, ten people." in page


def test_the_same_act_sent_twice_counts_once(pair):
    room, host, _ = pair
    first = act(host, room, "say", id="say-once-1", move="tell", text="Once.")
    again = act(host, room, "say", id="say-once-1", move="tell", text="Once.")
    assert first | {"doubled": True} == again
    assert len(keeper.room(room.pk).talk) == 1


def test_a_form_that_was_filled_in_anew_and_sent_again_is_not_taken_for_the_first(pair):
    room, host, _ = pair
    act(host, room, "say", id="say-once-1", move="tell", text="The first words.")
    response = host.post(
        f"/rooms/{room.pk}/act/", {"id": "say-once-1", "kind": "say", "move": "tell", "text": "Quite other words."}
    )
    assert response.status_code == 409
    assert "sent before, with other words" in words(response.content.decode())
    assert "Quite other words." in words(response.content.decode())
    assert len(keeper.room(room.pk).talk) == 1


def test_nobody_uses_the_id_of_somebody_elses_act(pair):
    room, host, fay = pair
    act(host, room, "say", id="say-once-1", move="tell", text="Mine.")
    answer = act(fay, room, "say", status=409, id="say-once-1", move="tell", text="Not mine.")
    assert "Somebody else used the id" in answer["sentence"]


def test_a_page_that_was_opened_as_somebody_else_does_and_learns_nothing(pair):
    room, host, fay = pair
    mine, theirs = host.person.pk, fay.person.pk
    before = keeper.room(room.pk).sequence
    answer = act(fay, room, "say", status=403, move="tell", text="Typed by Hedda.", **{"as": mine})
    assert answer["as"] == theirs
    assert answer["sentence"].startswith("You are Fay here now")
    for view in ("live", "since"):
        assert "You are Fay here now" in fay.see(view, room.pk, status=403, **{"as": mine})
        fay.see(view, room.pk, **{"as": theirs})
    given = {"id": slug(), "kind": "say", "move": "tell", "text": "Typed by Hedda.", "as": mine}
    page = fay.post(f"/rooms/{room.pk}/act/", given, headers={"accept": "text/html"})
    assert page.status_code == 403
    assert "Typed by Hedda." in page.content.decode()
    assert keeper.room(room.pk).sequence == before
    assert act(host, room, "say", move="tell", text="Typed by Hedda.", **{"as": mine})["ok"]


def test_not_even_somebody_who_is_not_in_the_room_makes_a_page_drop_what_it_has(pair, stranger):
    room, host, _ = pair
    answer = act(stranger, room, "say", status=403, move="tell", text="Kept.", **{"as": host.person.pk})
    assert answer["as"] == stranger.person.pk


def test_without_a_script_a_form_leads_back_to_the_room(pair):
    room, host, _ = pair
    response = host.do("act", room.pk, id=slug(), kind="say", move="tell", text="By form.")
    assert response.url == f"/rooms/{room.pk}/#moves"
    assert keeper.room(room.pk).talk[0].text == "By form."


def test_a_button_without_words_logs_what_was_said_aloud(pair):
    room, _, fay = pair
    act(fay, room, "say", move="example")
    said = keeper.room(room.pk).talk[0]
    assert (said.move, said.concrete, said.aloud, said.text) == ("ask", True, True, "")


def test_what_was_refused_without_a_script_is_shown_with_what_was_typed(pair):
    room, _, fay = pair
    response = fay.do(
        "act", room.pk, status=409, id=slug(), kind="write", thing="freedoms", text="A long thought of mine"
    )
    page = response.content.decode()
    assert "is not written in the stage" in page
    assert "A long thought of mine" in page


@pytest.mark.parametrize(
    ("kind", "fields", "typed"),
    [
        ("write", {"thing": "freedoms", "side": "both have it", "text": "地図は嘘をつく"}, ["地図は嘘をつく"]),
        ("write", {"thing": "terms", "term": "map", "type": "sheet", "text": ""}, ["map", "sheet"]),
        ("say", {"move": "no such move", "about": "entry-0001", "text": "Why?"}, ["Why?"]),
        ("write", {"thing": "examples", "of": "it bends", "text": "A map"}, ["it bends", "A map"]),
        ("judge", {"of": "entry-0001", "respect": "meant", "yes": "yes"}, []),
        ("recurse", {"place": "0.0", "about": "lie"}, ["lie"]),
        ("return", {"text": "Yes."}, ["Yes."]),
        ("rate", {"value": "6", "comment": "Good"}, ["Good"]),
        ("take", {"seat": "conjecturer"}, []),
    ],
)
def test_short_words_and_those_of_scripts_without_spaces_are_given_back_too(pair, kind, fields, typed):
    room, _, fay = pair
    response = fay.do("act", room.pk, status=409, id=slug(), kind=kind, **fields)
    assert [text for _, text in response.context["typed"]] == typed


def test_every_field_that_is_no_choice_is_given_back():
    chosen = {field.name for form in FORMS.values() for field in form.fields if field.kind == "choice"}
    typed = {field.name for form in FORMS.values() for field in form.fields} - chosen
    assert chosen <= NOT_TYPED
    assert typed & NOT_TYPED == {"question"}  # by its number, from a field that is not seen


def test_solo_work_reaches_no_page_message_or_file_of_others_before_the_reveal(pair):
    room, host, fay = pair
    to_last_stage(host, room)
    act(host, room, "write", thing="pictures", question="0", text="a secret picture")
    for view in ("room", "live", "since", "record", "record-markdown", "record-json", "talk"):
        assert "secret picture" not in fay.see(view, room.pk), view
        if view != "talk" and view != "since":
            assert "secret picture" in host.see(view, room.pk), view
    count = keeper.room(room.pk).sequence
    assert "secret picture" not in fay.see("record-at", room.pk, n=count)
    assert "Hedda 1" in words(fay.see("room", room.pk))
    act(host, room, "reveal")
    assert "secret picture" in fay.see("room", room.pk)
    assert "secret picture" in fay.see("record-json", room.pk)


def test_a_record_without_what_is_hidden_has_the_same_chain(pair):
    room, host, fay = pair
    to_last_stage(host, room)
    act(host, room, "write", thing="pictures", question="0", text="a secret picture")
    mine, theirs = (json.loads(one.see("record-json", room.pk)) for one in (host, fay))
    assert mine["chain"] == theirs["chain"]
    assert mine["chain"]["whole"]


def test_messages_since_an_event_are_those_that_a_stream_would_have_brought(pair):
    room, host, fay = pair
    before = keeper.room(room.pk).sequence
    act(host, room, "say", move="tell", text="New.")
    (message,) = json.loads(fay.see("since", room.pk, after=before))
    assert message["sequence"] == before + 1
    assert "New." in message["parts"][0]["html"]
    assert json.loads(fay.see("since", room.pk, after=before + 1)) == []


def test_a_page_that_has_seen_more_than_there_is_counts_anew(pair):
    room, host, fay = pair
    now = keeper.room(room.pk).sequence
    (message,) = json.loads(fay.see("since", room.pk, after=now + 7))
    assert message == {"sequence": now, "anew": True, "refresh": ["all"]}


@pytest.mark.parametrize("text", NASTY)
def test_what_people_type_is_shown_as_they_typed_it_and_does_nothing(pair, text):
    room, host, fay = pair
    act(host, room, "say", move="tell", text=text)
    act(host, room, "write", thing="story", text=text)
    for view in ("room", "since", "record", "talk"):
        page = fay.see(view, room.pk)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert keeper.room(room.pk).talk[0].text == text.replace("\r\n", "\n").replace("\x00", "")


def test_whoever_is_not_in_the_room_can_do_nothing_in_it_though_they_run_it(pair, owner):
    room, *_ = pair
    answer = act(owner, room, "say", status=409, move="tell", text="From above.")
    assert "not in this room" in answer["sentence"]
    act(owner, room, "join")
    assert owner.person.pk in keeper.room(room.pk).people


def test_somebody_who_was_taken_off_the_list_sees_the_room_no_more(pair):
    room, host, fay = pair
    act(host, room, "remove", person=fay.person.pk)
    fay.see("room", room.pk, status=404)
    fay.do("act", room.pk, status=404, id=slug(), kind="say", move="tell", text="Still here?")


def test_of_two_who_take_the_last_seat_one_gets_it(pair):
    room, host, fay = pair
    act(fay, room, "stand")
    others = [Somebody(Person.objects.create(name=name)) for name in ("Gus", "Hal")]
    for one in others:
        keeper.join(room.pk, one.person)
    act(others[0], room, "take", seat="facilitator")
    answer = act(others[1], room, "take", status=409, seat="facilitator")
    assert "is taken by Gus" in answer["sentence"]


# --- words taken out ------------------------------------------------------------------------------------------------


def test_words_are_taken_out_for_good_and_the_record_stays_whole(pair):
    room, host, fay = pair
    act(fay, room, "say", move="ask", text="Something private.")
    sequence = keeper.room(room.pk).sequence
    fay.do("redact", room.pk, event=sequence)
    rows = models.Event.objects.filter(room=room)
    assert "private" not in json.dumps([row.words for row in rows])
    assert rows.get(sequence=sequence).salt == ""
    assert keeper.room(room.pk).talk[0].text == TAKEN_OUT
    assert problem(keeper.events(room.pk)) is None
    assert "private" not in host.see("record-json", room.pk)


def test_all_words_of_somebody_are_taken_out_their_name_too(pair):
    room, host, fay = pair
    act(fay, room, "say", move="ask", text="Something private.")
    fay.do("redact", room.pk, all="yes")
    page = host.see("record", room.pk)
    assert "Fay" not in page
    assert "private" not in page


def test_nobody_takes_out_the_words_of_others_but_whoever_runs_the_room(pair):
    room, host, fay = pair
    act(host, room, "say", move="tell", text="Mine to keep.")
    sequence = keeper.room(room.pk).sequence
    fay.do("redact", room.pk, status=409, event=sequence)
    assert keeper.room(room.pk).talk[0].text == "Mine to keep."
    host.do("redact", room.pk, all="yes", person=fay.person.pk)
    assert "Fay" not in host.see("record", room.pk)


def test_whoever_runs_the_room_finds_the_words_of_others_in_its_record_and_takes_them_out(pair):
    room, host, fay = pair
    act(fay, room, "say", move="ask", text="Is it a secret?")
    act(fay, room, "write", thing="story", text="Maps lie.")
    assert "Words of others" not in fay.see("record", room.pk)
    ((who, name, events),) = host.get(f"/rooms/{room.pk}/record/").context["others"]
    assert (who, name) == (fay.person.pk, "Fay")
    assert {text for _, text in events} >= {"Fay", "Is it a secret?", "Maps lie."}
    secret = next(event.sequence for event, text in events if text == "Is it a secret?")
    host.do("redact", room.pk, person=who, event=secret)
    assert "Is it a secret?" not in host.see("record", room.pk)
    host.do("redact", room.pk, person=who, all="yes")
    page = host.see("record", room.pk)
    assert "Maps lie." not in page
    assert "Fay" not in page


def test_whoever_runs_the_room_does_not_read_what_is_hidden_and_takes_it_out_with_the_rest(host):
    room = opened(host.person, "runtime-fermi", seat="asker")
    pia = Somebody(Person.objects.create(name="Pia"))
    keeper.join(room.pk, pia.person, "estimator")
    act(host, room, "advance")
    act(pia, room, "write", thing="counts", text="A thousand turns.")
    page = host.see("record", room.pk)
    assert "Words of others" in page
    assert "A thousand turns." not in page
    host.do("redact", room.pk, person=pia.person.pk, all="yes")
    assert all(event.words is None for event in keeper.events(room.pk) if event.actor == pia.person.pk)


def test_somebody_who_was_taken_off_the_list_takes_their_own_words_out(pair):
    room, host, fay = pair
    act(fay, room, "say", move="ask", text="Is it a secret?")
    act(host, room, "say", move="tell", text="It is.")
    act(host, room, "remove", person=fay.person.pk)
    page = fay.see("own-words", room.pk)
    assert "Is it a secret?" in page
    assert "It is." not in page
    sequence = next(one.sequence for one in keeper.events(room.pk) if (one.words or {}).get("text") == "It is.")
    fay.do("redact", room.pk, status=409, event=sequence)
    answer = fay.do("redact", room.pk, all="yes")
    assert answer.headers["Location"] == f"/rooms/{room.pk}/words/#mine"
    assert "No words of yours are left" in fay.see("own-words", room.pk)
    assert "Is it a secret?" not in host.see("record", room.pk)


def test_an_answer_that_was_taken_out_stands_under_no_question(host):
    workshop = shelf.shipped()["conjecture"]
    stage = next(one for one in workshop.stages if one.questions)
    thing = next(name for name in stage.writes if workshop.makes[name].form.name == "answers")
    room = opened(host.person, seat="conjecturer", alone=True)
    for _ in range(workshop.place(stage.name) + 1):
        act(host, room, "advance")
    act(host, room, "write", thing=thing, question="1", text="A thing of my own.")
    act(host, room, "write", thing=thing, question="0", text="Another thing.")
    event = next(one for one in keeper.events(room.pk) if "A thing of my own." in (one.words or {}).values())
    host.do("redact", room.pk, event=event.sequence)
    for page in ("room", "record"):
        lists = {one.id: one for one in next(found for found in panels_of(host, room, page) if found)}
        assert TAKEN_OUT in lists[f"list-{thing}"].html
        assert TAKEN_OUT not in lists[f"list-{thing}-0"].html


def panels_of(browser, room, page):
    context = browser.get(f"/rooms/{room.pk}/{'record/' if page == 'record' else ''}").context
    return [lists for _, lists in context["made"]] if page == "record" else [one.lists for one in context["panels"]]


def test_what_was_taken_out_is_taken_out_of_other_rooms_too(pair):
    room, host, fay = pair
    to_last_stage(host, room)
    act(host, room, "back")
    act(host, room, "write", thing="conjecture", entry="the-conjecture", text="Private maps lie.")
    workshop = shelf.shipped()["existing-evidence"]
    given = {"claim": [Brought({"text": "Private maps lie."}, (room.pk, "the-conjecture"))]}
    other = keeper.open(fay.person, workshop, "Evidence", "maps", brought=given)
    assert "Private maps" in fay.see("room", other.pk)
    host.do("redact", room.pk, all="yes")
    assert "Private maps" not in fay.see("room", other.pk)
    assert problem(keeper.events(other.pk)) is None
    assert "Private" not in json.dumps([row.words for row in models.Event.objects.all()])


def test_earlier_instances_are_known_without_being_told(host, fay_too):
    first = opened(host.person, "framing", topic="threshold", seat="framer")
    act(host, first, "advance")
    while "instances" not in keeper.room(first.pk).stage.writes:
        act(host, first, "advance")
    act(host, first, "write", thing="instances", text="A kettle that whistles.")
    act(host, first, "reveal")
    second = opened(fay_too.person, "framing", topic="Threshold", seat="framer")
    assert "kettle" not in json.dumps([event.to_dict() for event in keeper.events(second.pk)])
    while "instances" not in (keeper.room(second.pk).stage or keeper.room(first.pk).workshop.stages[0]).writes:
        act(fay_too, second, "advance")
    answer = act(fay_too, second, "write", status=409, thing="instances", text="a kettle, that whistles")
    assert "was found before" in answer["sentence"]


@pytest.fixture
def fay_too(db):
    return Somebody(Person.objects.create(name="Fay", may_host=True))


def test_alone_what_the_guide_said_in_ones_own_words_is_taken_out_with_them(host):
    room = opened(host.person, seat="conjecturer", alone=True)
    act(host, room, "advance")
    act(host, room, "say", move="tell", text="Something private happened somehow.")
    assert "Something" in keeper.room(room.pk).talk[-1].text
    host.do("redact", room.pk, all="yes")
    assert "Something" not in json.dumps([row.words for row in models.Event.objects.all()])


# --- the record -----------------------------------------------------------------------------------------------------


def test_a_replay_shows_the_room_as_it_was(pair):
    room, host, fay = pair
    act(host, room, "say", move="tell", text="First thing.")
    first = keeper.room(room.pk).sequence
    act(host, room, "advance")
    act(host, room, "say", move="tell", text="Second thing.")
    then = words(fay.see("record-at", room.pk, n=first, part="yes"))
    assert "First thing." in then
    assert "Second thing." not in then
    assert "First thing." in words(fay.see("record-at", room.pk, n=first))
    assert then.startswith("Story")
    assert "Concrete claim" in fay.see("record-at", room.pk, n=999999)
    assert "the lobby" in fay.see("record-at", room.pk, n=0)
    assert "Second thing." in fay.see("record-at", room.pk, n="x")


def test_a_record_says_what_its_intervals_presume(pair):
    room, host, _ = pair
    assert DRAWN in words(host.see("record", room.pk))
    assert DRAWN in host.see("record-markdown", room.pk)


def test_a_record_can_be_downloaded_to_read(pair):
    room, host, fay = pair
    act(host, room, "write", thing="story", text="A flat, a Friday.")
    response = fay.get(f"/rooms/{room.pk}/record.md")
    assert 'filename="hunches.md"' in response.headers["Content-Disposition"]
    assert "- A flat, a Friday. (Hedda)" in response.content.decode()


def test_rooms_are_read_again_from_the_database_as_they_were(pair):
    room, host, fay = pair
    act(host, room, "say", move="tell", text="Before the restart.")
    act(host, room, "advance")
    before = keeper.room(room.pk)
    assert Keeper().room(room.pk) == before


# --- alone ------------------------------------------------------------------------------------------------------------


def test_alone_the_guide_asks_and_insists_where_an_answer_is_vague(host):
    room = opened(host.person, seat="conjecturer", alone=True)
    act(host, room, "advance")
    (asked,) = keeper.room(room.pk).talk
    assert asked.text == keeper.room(room.pk).stage.ask[0]
    act(host, room, "say", move="tell", text="Things somehow work out for people in general.")
    again = keeper.room(room.pk).talk[-1]
    assert "“Things”" in again.text
    assert again.why == "Things"
    page = words(host.see("room", room.pk))
    assert "the guide asks for an example" in page


# --- programs ------------------------------------------------------------


@pytest.fixture
def fermi(host):
    room = opened(host.person, "runtime-fermi", seat=next(iter(keeper_seats("runtime-fermi"))), alone=True)
    act(host, room, "advance")
    while not keeper.room(room.pk).stage.program:
        act(host, room, "advance")
    return room


def keeper_seats(name):
    from cohobate.web.rooms import shelf

    return [seat.name for seat in shelf.shipped()[name].seats.values() if seat.does != "watches"]


def test_a_program_is_chosen_estimated_and_run(host, fermi):
    from cohobate.practicum.fermi import shipped
    from cohobate.web.rooms.programs import program_of

    name = next(iter(shipped()))
    host.do("choose-program", fermi.pk, program=name)
    program = program_of(keeper.room(fermi.pk))
    assert program.title in words(host.see("room", fermi.pk))
    act(host, fermi, "write", thing=thing_of(fermi), block=program.blocks[0].name, text="20 ms")
    host.do("run-program", fermi.pk)
    (ran,) = keeper.room(fermi.pk).ran
    assert set(ran.blocks) == {block.name for block in program.blocks}
    assert "Hedda" in words(host.see("room", fermi.pk))
    assert "Your estimates" in host.see("calibration")


def thing_of(room):
    state = keeper.room(room.pk)
    return next(name for name in state.stage.writes if state.workshop.makes[name].form.name == "estimates")


def test_pasted_programs_run_only_where_the_owner_allowed_them(host, fermi, settings):
    source = "# block: all\nprint(sum(range(1000)))\n"
    page = host.do("choose-program", fermi.pk, status=409, program="pasted", source=source).content.decode()
    assert "has not allowed pasted programs" in page
    settings.PASTED_PROGRAMS = True
    host.do("choose-program", fermi.pk, program="pasted", source=source)
    assert keeper.room(fermi.pk).program == ("pasted", source)


# --- accidents ------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database or disk is full"), 507),
        (OperationalError("database is locked"), 503),
    ],
)
def test_an_act_that_cannot_be_stored_is_not_acknowledged_and_can_be_sent_again(pair, monkeypatch, error, status):
    room, host, _ = pair
    before = keeper.room(room.pk).sequence

    def failing(rows):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(models.Event.objects, "bulk_create", failing)
        response = host.post(
            f"/rooms/{room.pk}/act/",
            {"id": "again-and-again", "kind": "say", "move": "tell", "text": "Kept."},
            headers={"accept": "application/json"},
        )
    assert response.status_code == status
    assert keeper.room(room.pk).sequence == before
    assert act(host, room, "say", id="again-and-again", move="tell", text="Kept.")["doubled"] is False
    assert keeper.room(room.pk).sequence == before + 1


def test_a_clock_that_is_set_back_takes_nothing_back(pair, monkeypatch):
    room, host, _ = pair
    act(host, room, "say", move="tell", text="Now.")
    monkeypatch.setattr(keeper, "clock", lambda: 1000.0)
    act(host, room, "say", move="tell", text="Then.")
    talk = keeper.room(room.pk).talk
    assert talk[1].at >= talk[0].at
