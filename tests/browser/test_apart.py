"""What belongs to different things, people and times is not mixed up on a page."""

import pytest
from playwright.sync_api import expect

from .steps import at, come_as_owner, enter, go_on, open_room, pair, record_of, said_in, saved, say, story, talk


@pytest.fixture
def estimator(visit, server):
    """Ada at the first stage of a room on runtime estimates, with a program of several blocks."""
    ada = come_as_owner(visit(server), server)
    room = open_room(ada, seat="estimator", workshop="Runtime Fermi estimates")
    enter(ada, room)
    ada.button("Begin").click()
    at(ada, "Each alone")
    ada.button("Choose it").click()
    expect(ada.page.locator("#form-alone-2")).to_be_visible()
    return room, ada


@pytest.mark.parametrize("streams", [True, False])
def test_an_estimate_for_one_block_stays_out_of_the_forms_of_the_others(estimator, streams):
    room, ada = estimator
    second = ada.context.new_page()
    if not streams:
        ada.allow("net::ERR_")
        second.route("**/stream*", lambda route: route.abort())
    second.goto(room)
    expect(second.locator("#connection")).to_contain_text("Connected")
    ada.page.locator("#form-alone-2 input:visible").fill("20 ms")
    for page in (ada.page, second):
        expect(page.locator("#form-alone-2 input:visible")).to_have_value("20 ms")
        expect(page.locator("#form-alone-2 [data-saved]")).to_have_text("Saved.")
        expect(page.locator("#form-alone-0 input:visible")).to_have_value("")
    second.locator("#form-alone-0 input:visible").fill("3 s")
    expect(second.locator("#form-alone-0 [data-saved]")).to_have_text("Saved.")
    expect(ada.page.locator("#form-alone-0 input:visible")).to_have_value("3 s")
    written = [event for event in record_of(ada, room) if event["kind"] == "write"]
    assert [event["words"]["text"] for event in written] == ["20 ms", "3 s"]
    assert (
        len({event["data"]["entry"] for event in written}) == len({event["words"]["block"] for event in written}) == 2
    )


def test_what_is_typed_in_a_tab_goes_out_under_nobody_elses_name(visit, server):
    room, ada, ben = pair(visit, server)
    ada.allow("403")
    mine, other = ada.page, ada.context.new_page()
    link = personal_link(mine, ada)
    enter(ada, room)
    other.goto(ben.link)
    other.get_by_role("button", name="Come in as Ben").click()
    expect(other.get_by_role("heading", name="Your rooms")).to_be_visible()
    say(ada, "Said by Ada.")
    story(ada).fill("Written by Ada.")
    expect(mine.locator("#whose")).to_contain_text("You are Ben here now")
    expect(mine.locator("#whose").get_by_role("button", name="Reload the page")).to_be_visible()
    say(ben, "Said by Ben.")
    expect(talk(ada)).to_contain_text("Said by Ben.")
    expect(story(ada)).to_have_value("Written by Ada.")
    assert said_in(record_of(ben, room)) == ["Said by Ben."]
    # What the room does meanwhile is not shown as Ben sees it.
    go_on(ben, "Concrete claim")
    mine.wait_for_timeout(1000)
    at(ada, "Story")
    expect(story(ada)).to_have_value("Written by Ada.")
    mine.reload()
    expect(mine.locator("#connection")).to_have_text("Connected")
    mine.goto(link)
    mine.get_by_role("button", name="Come in as Ada").click()
    enter(ada, room)
    expect(talk(ben)).to_contain_text("Said by Ada.")
    expect(mine.locator("#outbox")).to_be_hidden()
    events = record_of(ada, room)
    (ada_said,) = [event for event in events if event["words"].get("text") == "Said by Ada."]
    (ada_wrote,) = [event for event in events if event["kind"] == "write"]
    (ben_said,) = [event for event in events if event["words"].get("text") == "Said by Ben."]
    assert ada_said["actor"] == ada_wrote["actor"] != ben_said["actor"]


def test_a_tab_goes_on_by_itself_when_its_person_has_come_back(visit, server):
    room, ada, ben = pair(visit, server)
    ada.allow("403")
    link = personal_link(ada.page, ada)
    enter(ada, room)
    other = ada.context.new_page()
    other.goto(ben.link)
    other.get_by_role("button", name="Come in as Ben").click()
    expect(other.get_by_role("heading", name="Your rooms")).to_be_visible()
    say(ada, "Said by Ada.")
    expect(ada.page.locator("#whose")).to_be_visible()
    other.goto(link)
    other.get_by_role("button", name="Come in as Ada").click()
    expect(talk(ada)).to_contain_text("Ada says")
    expect(ada.page.locator("#whose")).to_be_hidden()
    assert said_in(record_of(ben, room)) == ["Said by Ada."]


def personal_link(page, visitor):
    visitor.go("/me/")
    return page.locator(".copy input").first.input_value()


def test_signing_out_leaves_no_words_in_the_browser_and_asks_before_any_are_lost(visit, server):
    room, ada, ben = pair(visit, server)
    page, asked = ben.page, []
    story(ben).fill("Ten people.")
    page.locator("#words").fill("Not said yet.")
    page.get_by_label("One key logs a move").uncheck()
    page.evaluate("localStorage.setItem('cohobate.draft.another.person.say', '{}')")
    saved(ben, "story")

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept() if len(asked) > 1 else dialog.dismiss()

    page.on("dialog", answer)
    ben.go("/me/")
    ben.button("Sign out here").click()
    expect(page.get_by_role("heading", name="Ben")).to_be_visible()
    assert asked[0].startswith("One thing that you typed")
    enter(ben, room)
    expect(page.locator("#words")).to_have_value("Not said yet.")
    ben.go("/me/")
    ben.button("Sign out here").click()
    expect(page.get_by_text("You are signed out here.")).to_be_visible()
    assert len(asked) == 2
    assert sorted(page.evaluate("Object.keys(localStorage)")) == ["cohobate.draft.another.person.say", "cohobate.keys"]
