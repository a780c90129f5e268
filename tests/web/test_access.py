"""Who may what: every address with every method, for everybody from nobody to the owner."""

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from cohobate.archive.record import read_record
from cohobate.practicum.acts import Act
from cohobate.web.people.links import signed
from cohobate.web.people.models import Invitation
from cohobate.web.rooms import shelf
from cohobate.web.rooms.keeper import keeper
from cohobate.web.slugs import slug
from cohobate.web.sources.importing import bring_in
from cohobate.web.urls import urlpatterns

from .browsers import opened, words
from .reading_table import TABLE as READINGS
from .work_table import TABLE as WORKS

ROLES = ("nobody", "stranger", "participant", "other_host", "host", "owner")
METHODS = ("GET", "POST", "PUT", "DELETE")


def row(get, post):
    """What each role gets, in the order of ROLES: a refusal, or "in" for any page or redirect, also for one that says
    what is missing from a form."""
    return {"GET": get.split(), "POST": post.split()}


EVERYBODY = "in in in in in in"
NOT_A_METHOD = "405 405 405 405 405 405"
KNOWN = "403 in in in in in"
NOT_FOR_KNOWN = "403 405 405 405 405 405"
HOSTS = "403 403 403 in in in"
NOT_FOR_HOSTS = "403 403 403 405 405 405"
OWNER = "403 403 403 403 403 in"
NOT_FOR_OWNER = "403 403 403 403 403 405"
MEMBERS = "403 404 in 404 in in"
RUNNERS = "403 404 403 404 in in"

TABLE = {
    "home": row(EVERYBODY, NOT_A_METHOD),
    "about": row(EVERYBODY, NOT_A_METHOD),
    "robots": row(EVERYBODY, NOT_A_METHOD),
    "come-back": row(EVERYBODY, EVERYBODY),
    "enter": row(EVERYBODY, EVERYBODY),
    "me": row(KNOWN, NOT_FOR_KNOWN),
    "rename": row(NOT_FOR_KNOWN, KNOWN),
    "renew": row(NOT_FOR_KNOWN, KNOWN),
    "sign-out": row(NOT_FOR_KNOWN, KNOWN),
    "hosts": row(OWNER, OWNER),
    "host": row(NOT_FOR_OWNER, OWNER),
    "withdraw": row(NOT_FOR_KNOWN, "403 404 404 404 in in"),
    "new-room": row(HOSTS, HOSTS),
    "room": row(MEMBERS, NOT_FOR_KNOWN),
    "live": row(MEMBERS, NOT_FOR_KNOWN),
    "act": row(NOT_FOR_KNOWN, MEMBERS),
    "since": row(MEMBERS, NOT_FOR_KNOWN),
    "talk": row(MEMBERS, NOT_FOR_KNOWN),
    "choose-program": row(NOT_FOR_KNOWN, MEMBERS),
    "run-program": row(NOT_FOR_KNOWN, MEMBERS),
    "record": row(MEMBERS, NOT_FOR_KNOWN),
    "record-at": row(MEMBERS, NOT_FOR_KNOWN),
    "record-markdown": row(MEMBERS, NOT_FOR_KNOWN),
    "record-json": row(MEMBERS, NOT_FOR_KNOWN),
    "redact": row(NOT_FOR_KNOWN, MEMBERS),
    "own-words": row(MEMBERS, NOT_FOR_KNOWN),
    "calibration": row(KNOWN, NOT_FOR_KNOWN),
    "room-people": row(MEMBERS, NOT_FOR_KNOWN),
    "room-invitations": row(RUNNERS, RUNNERS),
    "sources": row(KNOWN, NOT_FOR_KNOWN),
    "new-source": row(KNOWN, KNOWN),
    "source": row(KNOWN, NOT_FOR_KNOWN),
    "source-version": row(KNOWN, NOT_FOR_KNOWN),
    "source-file": row(KNOWN, NOT_FOR_KNOWN),
    "gone-source": row(NOT_FOR_KNOWN, "403 403 403 403 in in"),
    "workshops": row(KNOWN, NOT_FOR_KNOWN),
    "workshop": row(KNOWN, NOT_FOR_KNOWN),
    "workshop-version": row(KNOWN, NOT_FOR_KNOWN),
    "workshop-file": row(KNOWN, NOT_FOR_KNOWN),
    "new-workshop": row(HOSTS, HOSTS),
    "edit-workshop": row(HOSTS, HOSTS),
    "check-workshop": row(NOT_FOR_HOSTS, HOSTS),
    "preview-workshop": row(NOT_FOR_HOSTS, HOSTS),
}


PATTERNS = [pattern for pattern in urlpatterns if pattern.name in TABLE]
ELSEWHERE = (WORKS, READINGS)
"""Tables of other addresses, whose roles are others: see the tests of each."""

TABLE_METHOD = {name: "POST" if one["GET"][-1] == "405" else "GET" for name, one in TABLE.items()}
"""With what each address is used."""


@pytest.fixture
def roles(nobody, stranger, participant, other_host, host, owner):
    opened(other_host.person, title="Elsewhere").members.create(person=stranger.person)
    return dict(zip(ROLES, (nobody, stranger, participant, other_host, host, owner), strict=True))


def address(pattern, room, invitation, person):
    """An address that the pattern matches, about that room."""
    record = read_record("tea.md", b"# Tea\n")
    known = {
        "room": room.pk,
        "person": person.pk,
        "invitation": invitation.pk,
        "name": "conjecture",
        "digest": record.digest if "source" in pattern.name else shelf.shipped()["conjecture"].digest,
        "source": bring_in([record], person).all[0],
        "token": signed("i", invitation.pk) if pattern.name == "enter" else signed("me", f"{person.pk}.1"),
    }
    return reverse(pattern.name, kwargs={key: known[key] for key in pattern.pattern.converters})


def test_every_address_is_in_one_table():
    assert all(isinstance(pattern, URLPattern) for pattern in urlpatterns)
    names = [name for table in (TABLE, *ELSEWHERE) for name in table]
    assert sorted(pattern.name for pattern in urlpatterns) == sorted(names)
    assert all(len(found) == len(ROLES) for one in TABLE.values() for found in one.values())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_each_role_gets_what_the_table_says(roles, room, invitation, pattern, method, role):
    path = address(pattern, room, invitation, roles["host"].person)
    response = roles[role].generic(method, path)
    if method not in TABLE[pattern.name]:
        # Who may not look at all is told that first.
        assert response.status_code in (403, 405)
        return
    expected = TABLE[pattern.name][method][ROLES.index(role)]
    if expected == "in":
        assert response.status_code in (200, 302, 409, 410, 422), response.status_code
    else:
        assert response.status_code == int(expected)


def test_without_its_token_no_form_does_anything(roles, room, invitation):
    for pattern in PATTERNS:
        path = address(pattern, room, invitation, roles["host"].person)
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = roles["owner"].cookies
        assert browser.post(path).status_code in (403, 405), path
    invitation.refresh_from_db()
    assert (invitation.used, invitation.revoked_at) == (0, None)


@pytest.mark.parametrize(
    ("origin", "status"), [("http://testserver", 302), ("https://elsewhere.example", 403), ("null", 403)]
)
def test_a_form_counts_only_from_this_site(host, origin, status):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = host.cookies
    token = browser.get("/me/").context["csrf_token"]
    response = browser.post("/me/name/", {"name": "Hedda H.", "csrfmiddlewaretoken": token}, headers={"origin": origin})
    assert response.status_code == status


def test_an_unknown_address_is_a_page_with_a_sentence_for_everybody(roles):
    for browser in roles.values():
        response = browser.get("/nowhere/at/all/")
        assert response.status_code == 404
        assert "There is no such page" in response.content.decode()


def test_a_room_that_does_not_exist_looks_like_one_that_is_not_yours(stranger, room):
    one, other = (words(stranger.get(f"/rooms/{name}/").content.decode()) for name in (room.pk, "nosuchroom"))
    assert one == other


def test_whoever_was_taken_off_the_list_reaches_their_own_words_and_nothing_else(roles, room):
    removed = roles["participant"]
    keeper.act(room.pk, roles["host"].person.pk, Act(slug(), "remove", {"person": removed.person.pk}))
    for pattern in urlpatterns:
        if "room" in pattern.pattern.converters:
            path = reverse(pattern.name, kwargs={"room": room.pk})
            response = removed.generic(TABLE_METHOD[pattern.name], path)
            assert response.status_code == {"own-words": 200, "redact": 409}.get(pattern.name, 404), pattern.name
    page = removed.get(f"/rooms/{room.pk}/").content.decode()
    assert reverse("own-words", args=[room.pk]) in page
    assert "Pavel" in removed.see("own-words", room.pk)


def test_who_hosts_a_room_runs_it_even_when_they_open_no_more_rooms(owner, host, room):
    owner.do("host", host.person.pk)
    assert host.get("/rooms/new/").status_code == 403
    host.see("room-invitations", room.pk)
    host.do("room-invitations", room.pk, seat="listener")
    assert Invitation.objects.get().seat == "listener"


def test_the_owner_stays_a_host(owner):
    owner.do("host", owner.person.pk, status=404)


def test_a_cookie_that_was_altered_is_nobodys(host, nobody):
    token = host.cookies["cohobate"].value
    for altered in (token[:-1], token.swapcase(), token.replace(".1.", ".2."), "", "x", "..", "a.b.c"):
        nobody.cookies["cohobate"] = altered
        assert nobody.get("/me/").status_code == 403
