"""Rooms work, if less well, where event streams do not get through, and where there is no script at all."""

import time

import pytest
from playwright.sync_api import expect

from .steps import at, come_as_owner, come_in, enter, go_on, invite, open_room, record_of, said_in, say, talk
from .visitors import UNREACHABLE

SLOWLY = "Connected, looking every few seconds"


def test_where_streams_are_blocked_or_held_back_acts_arrive_within_some_seconds(visit, server):
    ada = come_as_owner(visit(server), server)
    room = open_room(ada, seat="conjecturer")
    ben, cleo = (visit(server, allow=[UNREACHABLE]) for _ in range(2))
    ben.page.route("**/stream*", lambda route: route.abort())
    cleo.page.route("**/stream*", lambda route: None)  # as a proxy does that wants to have the whole answer first
    come_in(ben, invite(ada, room, "facilitator"), "Ben")
    come_in(cleo, invite(ada, room, "listener"), "Cleo")
    enter(ada, room)
    for one in (ben, cleo):
        expect(one.page.locator("#connection")).to_have_text(SLOWLY)
    began = time.monotonic()
    go_on(ada, "Story")
    at(ben, "Story")
    say(ben, "Which party?", "ask")
    for one in (ada, ben, cleo):
        expect(talk(one)).to_contain_text("Which party?")
    assert time.monotonic() - began < 15
    # It does not flicker between being connected and not.
    for _ in range(8):
        for one in (ben, cleo):
            assert one.page.locator("#connection").text_content() == SLOWLY
        ada.page.wait_for_timeout(400)


@pytest.fixture
def without_script(visit, server):
    """A room that has begun, and its facilitator, whose browser runs no script."""
    ada = come_as_owner(visit(server), server)
    room = open_room(ada, seat="conjecturer")
    ben = visit(server, java_script_enabled=False)
    come_in(ben, invite(ada, room, "facilitator"), "Ben")
    enter(ada, room)
    go_on(ada, "Story")
    ben.page.reload()
    return room, ada, ben


def test_without_a_script_a_room_is_read_said_into_written_and_moved_on_by_plain_forms(without_script):
    room, ada, ben = without_script
    page = ben.page
    at(ben, "Story")
    expect(page.get_by_text("Scripts are off in this browser")).to_be_visible()
    say(ada, "A party of ten.")
    page.reload()
    expect(talk(ben)).to_contain_text("A party of ten.")
    say(ben, "Which ten, <b>exactly</b>?", "example")
    expect(talk(ben)).to_contain_text("Which ten, <b>exactly</b>?")
    ben.page.locator("form.say button[value=restate]").click()
    expect(talk(ben)).to_contain_text("Ben restates (aloud)")
    page.locator("#form-story textarea").fill("Ten people, one flat.")
    ben.button("Save", page.locator("#form-story")).click()
    expect(ada.page.locator("#list-story")).to_contain_text("Ten people, one flat.")
    page.locator("#form-story textarea").fill("Ten people, one flat, a Friday.")
    ben.button("Save", page.locator("#form-story")).click()
    expect(ada.page.locator("#list-story")).to_contain_text("a Friday")
    expect(ada.page.locator("#list-story .entry")).to_have_count(1)
    ben.button("Go on to Concrete claim").click()
    at(ben, "Concrete claim")
    at(ada, "Concrete claim")
    page.get_by_text("Something is vague").click()
    page.get_by_label("What is vague?").fill("party")
    ben.button("Go into it").click()
    at(ben, "Story")
    at(ada, "Story")
    ben.button("What is that, physically?").click()
    expect(talk(ben)).to_contain_text("What is that, physically?")
    ben.go(f"{room}record/")
    expect(page.locator(".chain")).to_contain_text("is whole")
    page.get_by_label("After event").fill("5")
    ben.button("Show").click()
    expect(page.locator(".at")).to_contain_text("A party of ten.")
    assert said_in(record_of(ben, room)) == [
        "A party of ten.",
        "Which ten, <b>exactly</b>?",
        "",
        "What is that, physically?",
    ]


def test_without_a_script_no_button_is_dead(without_script):
    room, ada, ben = without_script
    say(ada, "A party of ten.")
    say(ben, "So ten?", "say_back")
    ben.page.locator("#form-story textarea").fill("Ten people.")
    ben.button("Save", ben.page.locator("#form-story")).click()
    go_on(ada, "Concrete claim")
    ben.page.reload()
    buttons = ben.page.locator("button[type=button]")
    assert [one.text_content() for one in buttons.all() if one.is_visible()] == []


def test_without_a_script_what_is_refused_is_shown_to_be_copied(without_script):
    room, ada, ben = without_script
    ada.page.get_by_text("End the room").click()
    ada.button("End it for everybody").click()
    at(ada, "This room has ended")
    ben.allow("409")
    say(ben, "That came too late, I fear.", "ask")
    expect(ben.page.get_by_role("heading", level=1)).to_contain_text("This room has ended")
    expect(ben.page.get_by_label("What you typed")).to_have_value("That came too late, I fear.")
