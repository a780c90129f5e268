"""What may be done in a room, by whom: every act, for everybody from nobody to the host, through the web."""

import pytest

from cohobate.practicum.acts import ACTS
from cohobate.web.people.models import Person
from cohobate.web.rooms.keeper import keeper
from cohobate.web.slugs import slug

from .browsers import Somebody, opened
from .test_live import act

ROLES = ("nobody", "stranger", "removed", "onlooker", "watcher", "explainer", "facilitator", "host")
IN_ROOM = ROLES[3:]

TABLE = {
    # What is sent (@ for a person), and for each role that is in the room whether it is done (200) or refused (409).
    "join": ({"name": "A new name", "seat": ""}, "200 200 200 200 200"),
    "take": ({"seat": "listener"}, "200 409 200 200 200"),
    "stand": ({}, "409 200 200 200 409"),
    "offer": ({"to": "@onlooker"}, "409 200 200 200 409"),
    "decline": ({"seat": "facilitator"}, "200 409 409 409 409"),
    "remove": ({"person": "@watcher"}, "409 409 409 409 200"),
    "say": ({"move": "ask", "text": "What is that, physically?"}, "409 409 200 200 409"),
    "judge": ({"of": "said-back-1", "respect": "meant", "yes": "yes"}, "409 409 200 409 409"),
    "write": ({"thing": "properties", "text": "It is finite."}, "409 409 200 200 409"),
    "strike": ({"entry": "entry-of-explainer"}, "409 409 200 409 409"),
    "bring": ({"thing": "claim", "text": "Late."}, "409 409 409 409 409"),
    "advance": ({}, "409 409 200 200 200"),
    "back": ({}, "409 409 200 200 200"),
    "reveal": ({}, "409 409 409 409 409"),
    "recurse": ({"about": "finite"}, "409 409 200 200 200"),
    "return": ({"text": "Two."}, "409 409 409 409 409"),
    "end": ({}, "409 409 200 200 200"),
    "rate": ({"value": "4"}, "200 200 200 200 200"),
}


@pytest.fixture
def roles(host, nobody):
    """Everybody, in a conjecture room at its fourth stage; an offer, something said back and an entry are there."""
    room = opened(host.person)
    found = {"nobody": nobody, "host": host}
    for name, seat in (
        ("removed", ""),
        ("onlooker", ""),
        ("watcher", "listener"),
        ("explainer", "conjecturer"),
        ("facilitator", "facilitator"),
    ):
        found[name] = Somebody(Person.objects.create(name=name))
        keeper.join(room.pk, found[name].person, seat)
    found["stranger"] = Somebody(Person.objects.create(name="stranger"))
    act(host, room, "remove", person=found["removed"].person.pk)
    for _ in range(4):
        act(host, room, "advance")
    act(found["facilitator"], room, "say", id="said-back-1", move="say_back", text="So it is finite.")
    act(found["explainer"], room, "write", thing="properties", entry="entry-of-explainer", text="One more.")
    act(found["facilitator"], room, "offer", to=found["onlooker"].person.pk)
    return room, found


def send(browser, room, kind, fields, people):
    fields = {name: people[value[1:]].person.pk if value[:1] == "@" else value for name, value in fields.items()}
    return browser.post(
        f"/rooms/{room.pk}/act/", {"id": slug(), "kind": kind} | fields, headers={"accept": "application/json"}
    )


def test_every_act_is_in_the_table():
    assert set(TABLE) == ACTS
    assert all(len(expected.split()) == len(IN_ROOM) for _, expected in TABLE.values())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", TABLE)
def test_each_role_may_do_what_the_table_says(roles, kind, role):
    room, people = roles
    fields, expected = TABLE[kind]
    before = keeper.room(room.pk).sequence
    response = send(people[role], room, kind, fields, people)
    if role == "nobody":
        assert response.status_code == 403
    elif role in ("stranger", "removed"):
        assert response.status_code == 404
    else:
        assert response.status_code == int(expected.split()[IN_ROOM.index(role)]), response.content.decode()
    assert (keeper.room(room.pk).sequence > before) == (response.status_code == 200)
    if response.status_code == 409:
        sentence = response.json()["sentence"]
        assert sentence[0].isupper()
        assert sentence.endswith((".", "?"))


@pytest.mark.parametrize("role", IN_ROOM)
@pytest.mark.parametrize("kind", sorted(ACTS - {"rate", "judge"}))
def test_in_a_room_that_has_ended_nobody_does_anything_but_rate_and_judge(roles, kind, role):
    room, people = roles
    act(people["host"], room, "end")
    fields, _ = TABLE[kind]
    response = send(people[role], room, kind, fields, people)
    assert response.status_code == 409
    assert "has ended" in response.json()["sentence"]
