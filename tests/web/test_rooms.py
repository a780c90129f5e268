"""Opening rooms, the list of them, and inviting into them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.web.looking import lines
from cohobate.web.people.models import Invitation
from cohobate.web.rooms import keeper, shelf, starting
from cohobate.web.rooms.models import Event, Room
from cohobate.web.rooms.starting import Given, Offer
from cohobate.web.slugs import slug

from .browsers import Somebody, opened, path_of, people_in, words

CONJECTURE = shelf.shipped()["conjecture"]
STARTED = {"workshop": CONJECTURE.digest, "topic": "why maps lie", "people": "others"}
NEEDS = CONJECTURE.text.replace(
    "makes:\n",
    "needs:\n  notes: {form: note, title: Your notes}\n  more: {form: list, title: More, optional: true}\nmakes:\n",
    1,
)


def end(room):
    keeper.keeper.act(room.pk, room.host_id, Act(slug(), "end"))


@pytest.fixture
def needing(host):
    """A workshop that starts from something."""
    host.do("new-workshop", name="needing", text=NEEDS)
    return shelf.versions_of("needing")[0].workshop


# --- my rooms -------------------------------------------------------------------------------------------------------


def test_open_rooms_come_first_and_finished_ones_below(host, room):
    end(opened(host.person, title="Long ago"))
    page = words(host.see("home"))
    assert page.index("Hunches") < page.index("Ended") < page.index("Long ago")
    assert "1 person" in page


def test_what_was_opened_last_comes_first(host):
    titles = [f"Room {letter}" for letter in "CADBE"]
    for days, title in enumerate(titles):
        room = opened(host.person, title=title)
        Room.objects.filter(pk=room.pk).update(opened_at=timezone.now() - timedelta(days=days))
    page = words(host.see("home"))
    assert sorted(titles, key=page.index) == titles
    assert [line.title for line in lines()] == titles


def test_each_sees_their_own_rooms_and_the_owner_all(owner, host, other_host, participant, stranger, room):
    opened(other_host.person, title="Elsewhere")
    assert "Hunches" in participant.see("home")
    assert "Hunches" not in stranger.see("home")
    assert "Elsewhere" not in host.see("home")
    page = words(owner.see("home"))
    assert page.index("Other rooms on this server") < page.index("Elsewhere")
    assert "hosted by Ottilie" in page


def test_whoever_may_not_host_is_not_offered_to(participant, host):
    assert "Start a room" not in participant.see("home") + participant.see("workshop", "conjecture")
    assert "Start a room" in host.see("home")


# --- a new room -----------------------------------------------------------------------------------------------------


def test_a_room_is_pinned_to_the_version_it_was_opened_with(host):
    host.do("new-room", **STARTED)
    room = Room.objects.get()
    assert room.workshop.text == CONJECTURE.text
    assert (room.title, room.topic, room.alone, room.host) == (CONJECTURE.title, "why maps lie", False, host.person)
    assert people_in(room) == ["Hedda"]


def test_whoever_opens_a_room_may_take_a_seat(host):
    host.do("new-room", **STARTED, seat="facilitator", title="  Maps ")
    room = Room.objects.get()
    assert room.title == "Maps"
    assert keeper.keeper.room(room.pk).people[host.person.pk].seat == "facilitator"


def test_alone_one_needs_a_seat_and_lands_in_the_room(host):
    alone = STARTED | {"people": "alone"}
    assert "Alone you need a seat" in host.do("new-room", **alone, status=422).content.decode()
    response = host.do("new-room", **alone, seat="conjecturer")
    room = Room.objects.get()
    assert (response.headers["Location"], room.alone) == (f"/rooms/{room.pk}/", True)


@pytest.mark.parametrize(
    "wrong", [{"topic": " "}, {"topic": "x" * 401}, {"people": "nobody"}, {"seat": "king"}, {"title": "x" * 121}]
)
def test_a_form_that_lacks_something_says_what_and_keeps_the_rest(host, wrong):
    refused = host.do("new-room", **(STARTED | {"title": "Maps of mine"} | wrong), status=422)
    assert 'class="error"' in refused.content.decode()
    assert "Maps of mine" in refused.content.decode() or "title" in wrong
    assert not Room.objects.exists()


def test_a_workshop_that_does_not_exist_opens_no_room(host):
    host.do("new-room", **STARTED | {"workshop": "0" * 64}, status=404)


def test_what_the_room_refuses_is_told_in_the_form(host, monkeypatch):
    def gone(*_):
        raise Refused("that was taken out of its room")

    monkeypatch.setattr(starting, "brought", gone)
    refused = host.do("new-room", **STARTED, status=422)
    assert "That was taken out of its room." in refused.content.decode()
    assert not Room.objects.exists()


def test_what_a_workshop_needs_blocks_the_start_until_it_is_there(host, needing):
    start = STARTED | {"workshop": needing.digest}
    refused = host.do("new-room", **start, status=422)
    assert "This workshop starts from this; choose or paste Your notes." in refused.content.decode()
    host.do("new-room", **start, words_notes="written before")
    assert Event.objects.get(kind="bring").words["text"] == "written before"


def test_what_an_earlier_room_made_is_offered(host, needing, monkeypatch):
    given = {}
    offers = {"notes": [Offer("e17", "Your notes, from Maps")], "more": []}
    monkeypatch.setattr(starting, "offers", lambda person, workshop: offers)
    monkeypatch.setattr(starting, "brought", lambda person, workshop, found: given.update(found))
    assert "Your notes, from Maps" in host.see("new-room", workshop=needing.digest)
    start = STARTED | {"workshop": needing.digest}
    host.do("new-room", **start, offer_notes="e18", status=422)
    host.do("new-room", **start, offer_notes="e17", words_notes="what counts is the choice")
    assert given == {"notes": Given("e17", "")}


# --- invitations ----------------------------------------------------------------------------------------------------


def test_a_link_has_a_seat_an_end_and_a_number_of_uses(host, room):
    host.do("room-invitations", room.pk, seat="listener", lasts="7", most_uses="5")
    made = Invitation.objects.get()
    assert (made.seat, made.most_uses, made.made_by) == ("listener", 5, host.person)
    assert timedelta(days=6) < made.expires_at - timezone.now() < timedelta(days=8)
    page = words(host.see("room-invitations", room.pk))
    assert "listener used 0 of 5" in page


def test_left_open_a_link_is_for_any_seat_without_an_end(host, room):
    host.do("room-invitations", room.pk)
    made = Invitation.objects.get()
    assert (made.seat, made.most_uses, made.expires_at) == ("", None, None)


@pytest.mark.parametrize("wrong", [{"seat": "king"}, {"most_uses": "0"}, {"most_uses": "many"}, {"lasts": "99"}])
def test_a_link_that_cannot_be_is_not_made(host, room, wrong):
    host.do("room-invitations", room.pk, status=422, **wrong)
    assert not Invitation.objects.exists()


def test_a_withdrawn_link_is_void_and_whoever_came_in_stays(host, nobody, room, invitation):
    nobody.post(path_of(invitation), {"name": "Nora", "consent": "on"})
    host.do("withdraw", invitation.pk)
    assert "This invitation was withdrawn." in host.see("room-invitations", room.pk)
    assert Somebody().get(path_of(invitation)).status_code == 410
    nobody.see("room", room.pk)


def test_a_room_that_has_ended_takes_no_new_links(host, room):
    end(room)
    assert "nobody else comes in" in host.see("room-invitations", room.pk)


def test_the_people_of_a_room_are_listed_for_those_in_it(host, participant, room):
    page = words(participant.see("room-people", room.pk))
    assert "Pavel you" in page
    assert "Hedda hosts this room" in page
    assert not re.search("Make a link", page)


def test_a_name_is_shown_as_it_was_written_and_never_run(nobody, host, invitation, room):
    nobody.post(path_of(invitation), {"name": "<b>Nora</b>", "consent": "on"})
    assert "&lt;b&gt;Nora&lt;/b&gt;" in host.see("room-people", room.pk)
