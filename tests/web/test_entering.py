"""Coming in by links: invitations, personal links, and what is wrong with them."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.web.people.links import COOKIE, find_person, person_link
from cohobate.web.people.models import Invitation, Person
from cohobate.web.people.once import COOKIE as DOOR
from cohobate.web.rooms import keeper, shelf

from .browsers import Somebody, opened, path_of, people_in, words

DIGEST = shelf.shipped()["conjecture"].digest


def test_from_the_owners_link_to_a_guest_in_a_room(db):
    owner = Somebody()
    person = Person.objects.create(name="", is_owner=True, may_host=True)
    assert "This server is yours." in owner.get(path_of(person)).content.decode()
    assert owner.post(path_of(person), {"name": "Oda"}).headers["Location"] == "/"
    assert "Start a room" in owner.see("home")
    form = owner.see("new-room", workshop=DIGEST)
    assert "a hunch that you believe" in form
    opened = owner.do("new-room", workshop=DIGEST, topic="why maps lie", people="others", seat="facilitator")
    room = re.fullmatch(r"/rooms/(\w+)/invitations/", opened.headers["Location"])[1]
    owner.do("room-invitations", room, seat="conjecturer")
    link = re.search(r'value="http://testserver(/i/[^"]+)"', owner.see("room-invitations", room))[1]
    guest = Somebody()
    shown = words(guest.get(link).content.decode())
    assert "Oda invites you into a room, as conjecturer" in shown
    assert "why maps lie" in shown
    entered = guest.post(link, {"name": "Gesa", "consent": "on"})
    assert entered.headers["Location"] == f"/rooms/{room}/"
    page = guest.see("room", room)
    assert "Your personal link" in page
    assert person_link(Person.objects.get(name="Gesa")) in page
    assert "Your personal link" not in guest.see("room", room)
    assert "Gesa" in owner.see("room-people", room)


def test_looking_at_a_link_changes_nothing(nobody, invitation):
    before = Person.objects.count()
    for method in (nobody.get, nobody.head):
        assert method(path_of(invitation)).status_code == 200
        assert method(path_of(invitation.made_by)).status_code == 200
    invitation.refresh_from_db()
    assert (Person.objects.count(), invitation.used, invitation.room.members.count()) == (before, 0, 1)
    assert COOKIE not in nobody.cookies


def test_nobody_comes_in_without_a_name_or_without_agreeing(nobody, invitation):
    for given, trouble in [
        ({"name": " ", "consent": "on"}, "Give a name"),
        ({"name": "x" * 61, "consent": "on"}, "Give a name"),
        ({"name": "Nora"}, "Tick the box"),
    ]:
        refused = nobody.post(path_of(invitation), given)
        assert refused.status_code == 422
        assert trouble in refused.content.decode()
    invitation.refresh_from_db()
    assert invitation.used == 0
    assert not Person.objects.filter(name="Nora").exists()


def test_whoever_is_known_goes_in_as_themselves_or_as_somebody_else(stranger, invitation):
    stranger.person.consented_at = timezone.now()
    stranger.person.save()
    assert "Go in as Sven" in stranger.get(path_of(invitation)).content.decode()
    assert "Your name" in stranger.get(path_of(invitation), {"other": ""}).content.decode()
    stranger.post(path_of(invitation), {"as": "me"})
    assert stranger.person.memberships.get().room == invitation.room
    # Once in, the same link leads into the room and counts no further use.
    assert stranger.get(path_of(invitation)).headers["Location"] == f"/rooms/{invitation.room_id}/"
    invitation.refresh_from_db()
    assert invitation.used == 1


def test_a_shared_computer_lets_somebody_else_in(stranger, invitation):
    stranger.post(path_of(invitation), {"name": "Else", "consent": "on"})
    assert people_in(invitation.room) == ["Hedda", "Else"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"revoked_at": timezone.now()}, "This invitation was withdrawn."),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "This invitation has expired."),
        ({"most_uses": 2, "used": 2}, "This invitation was used as often as it may be."),
    ],
)
def test_an_invitation_that_is_over_says_why(nobody, invitation, change, sentence):
    Invitation.objects.filter(pk=invitation.pk).update(**change)
    for response in (
        nobody.get(path_of(invitation)),
        nobody.post(path_of(invitation), {"name": "Late", "consent": "on"}),
    ):
        assert response.status_code == 410
        assert sentence in response.content.decode()
        assert "Ask Hedda for a new link." in response.content.decode()
    assert not Person.objects.filter(name="Late").exists()


def test_a_room_that_has_ended_lets_nobody_in(nobody, invitation):
    invitation.room.ended_at = timezone.now()
    invitation.room.save()
    assert "has ended" in nobody.get(path_of(invitation)).content.decode()


def test_of_two_at_the_last_use_one_comes_in(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(most_uses=1)
    first, second = (Invitation.objects.get(pk=invitation.pk) for _ in range(2))
    assert (first.take(), second.take()) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_as_many_come_in_as_may():
    host = Person.objects.create(name="Hedda", may_host=True)
    invitation = Invitation.objects.create(made_by=host, most_uses=3)
    taken, start = [], threading.Barrier(8)

    def take():
        start.wait()
        taken.append(Invitation.objects.get(pk=invitation.pk).take())
        connection.close()

    people = [threading.Thread(target=take) for _ in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert (sum(taken), len(taken)) == (3, 8)


def test_whoever_is_too_late_by_a_moment_reads_so(nobody, invitation, monkeypatch):
    monkeypatch.setattr(Invitation, "take", lambda self: False)
    late = nobody.post(path_of(invitation), {"name": "Late", "consent": "on"})
    assert late.status_code == 409
    assert "Somebody else used this invitation for the last time just now." in late.content.decode()


def test_whom_the_room_refuses_has_used_no_invitation(nobody, invitation, monkeypatch):
    def full(room, person, seat):
        raise Refused("the room is full: it holds 20")

    monkeypatch.setattr(keeper, "join", full)
    refused = nobody.post(path_of(invitation), {"name": "Late", "consent": "on"})
    assert refused.status_code == 409
    assert "The room is full: it holds 20." in refused.content.decode()
    invitation.refresh_from_db()
    assert invitation.used == 0
    assert not Person.objects.filter(name="Late").exists()


def test_whom_a_busy_database_keeps_out_has_used_no_invitation(nobody, stranger, invitation, monkeypatch):
    def locked(room, person, seat):
        raise OperationalError("database is locked")

    monkeypatch.setattr(keeper, "join", locked)
    assert nobody.post(path_of(invitation), {"name": "Late", "consent": "on"}).status_code == 503
    assert stranger.post(path_of(invitation), {"as": "me", "consent": "on"}).status_code == 503
    invitation.refresh_from_db()
    assert invitation.used == 0
    assert not Person.objects.filter(name="Late").exists()
    assert Person.objects.filter(pk=stranger.person.pk).exists()


def test_what_is_changed_elsewhere_while_somebody_comes_in_stays_changed(stranger, invitation, monkeypatch):
    def meanwhile(self):
        Person.objects.filter(pk=stranger.person.pk).update(generation=7, name="Sven S.")
        return True

    monkeypatch.setattr(Invitation, "take", meanwhile)
    stranger.post(path_of(invitation), {"as": "me", "consent": "on"})
    stranger.person.refresh_from_db()
    assert (stranger.person.generation, stranger.person.name) == (7, "Sven S.")
    assert stranger.person.consented_at is not None


def test_a_right_that_was_withdrawn_does_not_come_back_with_whoever_has_it(other_host, invitation, monkeypatch):
    def meanwhile(self):
        Person.objects.filter(pk=other_host.person.pk).update(may_host=False)
        return True

    monkeypatch.setattr(Invitation, "take", meanwhile)
    other_host.post(path_of(invitation), {"as": "me", "consent": "on"})
    other_host.person.refresh_from_db()
    assert not other_host.person.may_host


def test_coming_back_by_a_link_without_a_new_name_writes_none(participant, monkeypatch):
    link = path_of(participant.person)
    Person.objects.filter(pk=participant.person.pk).update(consented_at=timezone.now())

    def meanwhile(request):
        Person.objects.filter(pk=participant.person.pk).update(name="Pavel P.")
        return ""

    monkeypatch.setattr("cohobate.web.people.views.name_in", meanwhile)
    assert Somebody().post(link).status_code == 302
    assert Person.objects.get(pk=participant.person.pk).name == "Pavel P."


def test_links_that_were_altered_lead_nowhere(nobody, invitation):
    for link in (path_of(invitation), path_of(invitation.made_by)):
        start, _, end = link.rpartition(".")
        swapped = end.swapcase()
        for altered in (
            f"{start}.{swapped}",
            start,
            link + "x",
            link[:-1],
            f"{start}x.{end}",
            link.rpartition("/")[0] + "/x",
        ):
            response = nobody.get(altered)
            assert response.status_code == 404, altered
            assert COOKIE not in nobody.cookies


def test_a_signature_for_one_purpose_is_void_for_another(nobody, invitation):
    person = path_of(invitation.made_by).removeprefix("/me/")
    assert nobody.get(f"/i/{person}").status_code == 404
    nobody.cookies[COOKIE] = person
    assert nobody.get("/me/").status_code == 403


def test_an_invitation_to_host_makes_a_host(owner, nobody):
    owner.do("hosts", lasts="7")
    invitation = Invitation.objects.get()
    assert (invitation.room, invitation.most_uses) == (None, 1)
    assert "Host rooms here" in nobody.get(path_of(invitation)).content.decode()
    assert nobody.post(path_of(invitation), {"name": "Nele", "consent": "on"}).headers["Location"] == "/"
    assert Person.objects.get(name="Nele").may_host
    assert "Start a room" in nobody.see("home")
    assert Somebody().get(path_of(invitation)).status_code == 410


# --- personal links --------------------------------------------------------------------------------------------------


def test_a_personal_link_brings_one_back_on_another_device(participant, room):
    device = Somebody()
    assert "Welcome back, Pavel." in device.get(path_of(participant.person)).content.decode()
    assert device.get("/me/").status_code == 403
    device.post(path_of(participant.person))
    assert "Hunches" in device.see("home")
    cookie = device.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_renewed_link_makes_the_old_one_and_other_devices_void(participant):
    device, old = Somebody(participant.person), path_of(participant.person)
    assert device.get("/me/").status_code == 200
    participant.do("renew")
    assert participant.get("/me/").status_code == 200
    assert device.get("/me/").status_code == 403
    response = Somebody().get(old)
    assert response.status_code == 410
    assert "replaced by a newer one" in response.content.decode()


def test_whoever_signs_out_is_nobody_and_may_come_back(participant):
    link = path_of(participant.person)
    participant.do("sign-out")
    assert participant.get("/me/").status_code == 403
    participant.post(link)
    assert participant.get("/me/").status_code == 200


def test_a_name_can_be_changed_and_not_be_emptied(participant):
    participant.do("rename", name="  Pavel   K. ")
    assert Person.objects.get(pk=participant.person.pk).name == "Pavel K."
    participant.do("rename", name=" ")
    assert "Give a name" in participant.see("me")
    assert Person.objects.get(pk=participant.person.pk).name == "Pavel K."


def test_the_owner_link_asks_for_a_name_only_once(db):
    person = Person.objects.create(name="", is_owner=True)
    browser = Somebody()
    assert browser.post(path_of(person), {"name": " "}).status_code == 422
    browser.post(path_of(person), {"name": "Oda"})
    assert "Welcome back, Oda." in browser.get(path_of(person)).content.decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Zoë 👩‍🔬", "Zoë 👩‍🔬"),
        ("李 明", "李 明"),
        ("a\x00b\x07", "ab"),
        ("safe\u202eevil", "safeevil"),
        ("ｗｉｄｅ", "wide"),
        ("x" * 60, "x" * 60),
        ("\u200b\u200b", None),
        ("\x00", None),
    ],
)
def test_a_name_is_what_others_can_see(nobody, invitation, given, kept):
    response = nobody.post(path_of(invitation), {"name": given, "consent": "on"})
    assert response.status_code == (302 if kept else 422)
    if kept:
        assert people_in(invitation.room) == ["Hedda", kept]


# --- the same form, sent twice --------------------------------------------------------------------------------------


def form_of(browser, path):
    """What the form of an entrance sends by itself."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', browser.get(path).content.decode()))


def test_a_form_that_is_sent_twice_lets_in_one_person_who_is_the_same_both_times(nobody, invitation):
    sent = form_of(nobody, path_of(invitation)) | {"name": "Nora", "consent": "on"}
    first = nobody.post(path_of(invitation), sent)
    del nobody.cookies[COOKIE]  # the answer was lost
    second = nobody.post(path_of(invitation), sent)
    assert first.headers["Location"] == second.headers["Location"] == f"/rooms/{invitation.room_id}/"
    assert first.cookies[COOKIE].value == second.cookies[COOKIE].value
    assert Person.objects.filter(name="Nora").count() == 1
    assert people_in(invitation.room).count("Nora") == 1
    invitation.refresh_from_db()
    assert invitation.used == 1


def test_the_last_use_sent_twice_is_not_refused_the_second_time(nobody, invitation):
    Invitation.objects.filter(pk=invitation.pk).update(most_uses=1)
    sent = form_of(nobody, path_of(invitation)) | {"name": "Nora", "consent": "on"}
    nobody.post(path_of(invitation), sent)
    del nobody.cookies[COOKIE]
    assert nobody.post(path_of(invitation), sent).status_code == 302
    assert Somebody().post(path_of(invitation), sent).status_code == 410


def test_whose_answer_was_lost_opens_a_link_that_is_used_up_again_and_goes_in_by_the_same_name(nobody, invitation):
    Invitation.objects.filter(pk=invitation.pk).update(most_uses=1)
    path = path_of(invitation)
    nobody.post(path, form_of(nobody, path) | {"name": "Nora", "consent": "on"})
    del nobody.cookies[COOKIE]
    page = nobody.get(path)
    assert page.status_code == 200
    assert 'value="Nora"' in page.content.decode()
    sent = form_of(nobody, path) | {"consent": "on"}
    assert nobody.post(path, sent | {"name": "Nils"}).status_code == 410
    assert nobody.post(path, sent | {"name": "Nora"}).status_code == 302
    assert people_in(invitation.room).count("Nora") == 1
    other = Somebody()
    other.get("/")
    assert other.get(path).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_person_comes_in():
    room = opened(Person.objects.create(name="Hedda", may_host=True))
    invitation = Invitation.objects.create(room=room, made_by=room.host)
    browser, start, came = Somebody(), threading.Barrier(4), []
    sent = form_of(browser, path_of(invitation)) | {"name": "Nora", "consent": "on"}

    def click():
        tab = Somebody()
        tab.cookies[DOOR] = browser.cookies[DOOR].value
        start.wait()
        response = tab.post(path_of(invitation), sent)
        came.append((response.status_code, response.cookies[COOKIE].value))
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(came) == 4
    assert len(set(came)) == 1
    assert came[0][0] == 302
    assert people_in(room).count("Nora") == 1
    invitation.refresh_from_db()
    assert invitation.used == 1


@pytest.mark.parametrize("stolen", ["the key", "all that the page shows"])
def test_what_a_page_shows_lets_nobody_in_as_somebody_from_another_browser(nobody, invitation, stolen):
    sent = form_of(nobody, path_of(invitation)) | {"name": "Nora", "consent": "on"}
    nobody.post(path_of(invitation), sent)
    thief = Somebody()
    if stolen == "the key":
        thief.get(path_of(invitation))  # and so has a cookie of their own
    response = thief.post(path_of(invitation), sent | {"name": "Nora"})
    nora = Person.objects.filter(name="Nora").order_by("made_at")
    assert find_person(response.cookies[COOKIE].value if COOKIE in response.cookies else "", "cookie")[0] != nora[0]


@pytest.mark.parametrize("way", ["another name", "signing out", "a new personal link", "two hours"])
def test_a_form_leads_to_whoever_came_by_it_for_a_while_and_by_the_same_name_alone(nobody, invitation, way):
    sent = form_of(nobody, path_of(invitation)) | {"name": "Nora", "consent": "on"}
    nobody.post(path_of(invitation), sent)
    nora = Person.objects.get(name="Nora")
    if way == "another name":
        sent["name"] = "Olga"
    elif way == "signing out":
        nobody.do("sign-out")
    elif way == "a new personal link":
        nobody.do("renew")
    else:
        Person.objects.filter(pk=nora.pk).update(made_at=timezone.now() - timedelta(hours=2))
    nobody.cookies.pop(COOKIE, None)
    response = nobody.post(path_of(invitation), sent)
    found = find_person(response.cookies[COOKIE].value, "cookie")[0] if COOKIE in response.cookies else None
    assert found != nora


def test_the_form_that_one_goes_back_to_when_the_answer_was_lost_lets_in_nobody_else(nobody, invitation):
    for _ in range(2):
        sent = form_of(nobody, path_of(invitation)) | {"name": "Nora", "consent": "on"}
        assert nobody.post(path_of(invitation), sent).status_code == 302
        del nobody.cookies[COOKIE]
    assert Person.objects.filter(name="Nora").count() == 1


def test_as_somebody_else_one_is_somebody_else_also_under_the_same_name(nobody, host):
    invitation = Invitation.objects.create(made_by=host.person)  # to host, where names may be alike
    for _ in range(2):
        sent = form_of(nobody, f"{path_of(invitation)}?other") | {"name": "Nora", "consent": "on"}
        for _ in range(2):
            nobody.post(path_of(invitation), sent)
    assert Person.objects.filter(name="Nora").count() == 2


def test_the_next_person_at_the_same_browser_is_somebody_else(nobody, invitation):
    for name in ("Nora", "Nora's sister"):
        sent = form_of(nobody, path_of(invitation)) | {"name": name, "consent": "on"}
        nobody.post(path_of(invitation), sent)
        nobody.do("sign-out")
    assert {"Nora", "Nora's sister"} <= set(people_in(invitation.room))
