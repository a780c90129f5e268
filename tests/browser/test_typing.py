"""Nobody who types is moved: the caret, the words and the page stay, and a banner offers to come along."""

import pytest
from playwright.sync_api import expect

from .steps import at, come_in, go_on, invite, move_button, pair, record_of, said_in, saved, say, story, talk

CARET = """() => {
  const { activeElement: box } = document;
  return [box.getAttribute("id"), box.value, box.selectionStart, box.selectionEnd];
}"""


@pytest.fixture
def two(visit, server):
    return pair(visit, server)


def test_who_types_stays_where_they_are_and_comes_along_when_they_like(two):
    room, ada, ben = two
    page = ben.page
    page.locator("#words").fill("So you mean that ten people come?")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    before = page.evaluate(CARET)
    go_on(ada, "Concrete claim")
    expect(page.locator("#come-along")).to_contain_text("The room has gone on to “Concrete claim”")
    expect(page.locator("#strip [aria-current=step]")).to_contain_text("Concrete claim")
    at(ben, "Story")
    after = page.evaluate(CARET)
    assert after == before
    page.keyboard.type("all ")
    expect(page.locator("#words")).to_have_value("So you mean that ten people all come?")
    go_on(ada, "General claim")
    expect(page.locator("#come-along")).to_contain_text("General claim")
    ben.button("Come along").click()
    at(ben, "General claim")
    expect(page.locator("#come-along")).to_have_count(0)
    expect(page.locator("#words")).to_have_value("So you mean that ten people all come?")


def test_what_is_written_after_the_room_went_on_counts_for_the_stage_before(two):
    room, ada, ben = two
    story(ben).press_sequentially("There was a flat")
    go_on(ada, "Concrete claim")
    expect(ben.page.locator("#come-along")).to_be_visible()
    story(ben).press_sequentially(" and a cake.")
    saved(ben, "story")
    ben.button("Come along").click()
    at(ben, "Concrete claim")
    written = [event for event in record_of(ada, room) if event["kind"] == "write"]
    assert written[-1]["words"] == {"text": "There was a flat and a cake."}
    assert {tuple(event["data"]["place"]) for event in written} == {(0, 0)}


def test_what_was_typed_and_not_added_comes_along_and_can_still_be_sent_to_its_stage(two):
    room, ada, ben = two
    for stage in ("Concrete claim", "General claim", "Formal properties"):
        go_on(ada, stage)
    at(ben, "Formal properties")
    ben.page.locator("#form-properties textarea").fill("Each guest reads a card.")
    go_on(ada, "Wiggle")
    expect(ben.page.locator("#come-along")).to_be_visible()
    ben.button("Come along").click()
    at(ben, "Wiggle")
    expect(ben.page.locator("#aside")).to_contain_text("You typed this at “Formal properties”")
    ben.button("Send it", ben.page.locator("#aside")).click()
    expect(ben.page.locator("#aside")).to_be_hidden()
    ada.button("Back").click()
    at(ada, "Formal properties")
    expect(ada.page.locator("#list-properties")).to_contain_text("Each guest reads a card.")


def test_what_others_do_meanwhile_appears_around_the_box_and_the_caret_stays(two, visit, server):
    room, ada, ben = two
    page = ben.page
    story(ben).fill("There was a flat.")
    saved(ben, "story")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    before = page.evaluate(CARET)
    say(ada, "A flat on the fourth floor.")
    cleo = visit(server)
    come_in(cleo, invite(ada, room, "listener"), "Cleo")
    expect(talk(ben)).to_contain_text("A flat on the fourth floor.")
    expect(page.locator("#people")).to_contain_text("Cleo")
    assert page.evaluate(CARET) == before
    assert page.locator("#come-along").count() == 0


def test_who_does_not_type_goes_along_at_once(two):
    room, ada, ben = two
    ben.page.locator("#words").focus()
    go_on(ada, "Concrete claim")
    at(ben, "Concrete claim")
    expect(ben.page.locator("#words")).to_be_focused()


def test_who_just_emptied_a_box_to_begin_anew_is_not_moved_and_logs_no_moves(two):
    room, ada, ben = two
    page = ben.page
    story(ben).press_sequentially("No.")
    for _ in range(3):
        page.keyboard.press("Backspace")
    go_on(ada, "Concrete claim")
    expect(page.locator("#come-along")).to_be_visible()
    page.keyboard.type("beat a drum")
    expect(story(ben)).to_have_value("beat a drum")
    assert said_in(record_of(ada, room)) == []


def test_who_has_said_what_they_typed_comes_along_by_themselves(two):
    room, ada, ben = two
    ben.page.locator("#words").fill("So, ten people?")
    go_on(ada, "Concrete claim")
    expect(ben.page.locator("#come-along")).to_be_visible()
    move_button(ben, "say_back").click(delay=600)
    expect(talk(ada)).to_contain_text("So, ten people?")
    at(ben, "Concrete claim")
    expect(ben.page.locator("#come-along")).to_have_count(0)
    assert said_in(record_of(ada, room)) == ["So, ten people?"]


def test_who_reads_further_down_keeps_their_place_on_the_page(two, visit, server):
    room, ada, ben = two
    link = invite(ada, room, "listener")
    ada.go(room)
    ben.page.set_viewport_size({"width": 360, "height": 500})
    ben.page.locator("#people").scroll_into_view_if_needed()
    before = ben.page.evaluate("scrollY")
    assert before > 300
    come_in(visit(server), link, "Cleo")
    expect(ben.page.locator("#people")).to_contain_text("Cleo")
    assert abs(ben.page.evaluate("scrollY") - before) < 30


@pytest.fixture
def properties(two):
    """Ben at the stage in which properties are written, with one that he added, and a long one that he did not yet."""
    room, ada, ben = two
    for stage in ("Concrete claim", "General claim", "Formal properties"):
        go_on(ada, stage)
    at(ben, "Formal properties")
    form, entries = ben.page.locator("#form-properties"), ben.page.locator("#list-properties")
    form.locator("textarea").fill("Each guest reads a card.")
    ben.button("Add", form).click()
    expect(entries).to_contain_text("Each guest reads a card.")
    form.locator("textarea").fill("A long property, on which he thought for a while.")
    ben.button("Change", entries).click()
    expect(form.locator("textarea")).to_have_value("Each guest reads a card.")
    expect(ben.page.locator("#aside textarea")).to_have_value("A long property, on which he thought for a while.")
    return ada, ben, form, entries


def test_what_was_typed_comes_back_when_an_older_entry_is_left_as_it_was(properties):
    _, ben, form, entries = properties
    form.locator("textarea").fill("Each guest reads")
    ben.button("Leave it as it was", form).click()
    expect(form.locator("textarea")).to_have_value("A long property, on which he thought for a while.")
    expect(ben.page.locator("#aside")).to_be_hidden()
    ben.page.reload()
    expect(form.locator("textarea")).to_have_value("A long property, on which he thought for a while.")
    ben.button("Add", form).click()
    expect(entries.locator(".entry")).to_have_count(2)
    expect(form.locator("textarea")).to_have_value("")


def test_what_was_typed_comes_back_after_an_older_entry_was_changed(properties):
    ada, ben, form, entries = properties
    form.locator("textarea").fill("Each guest reads one card.")
    ben.button("Change it", form).click()
    expect(ada.page.locator("#list-properties")).to_contain_text("Each guest reads one card.")
    expect(form.locator("textarea")).to_have_value("A long property, on which he thought for a while.")
    ben.button("Add", form).click()
    expect(entries.locator(".entry")).to_have_count(2)
    # To look at one entry and then at another puts nothing aside.
    for number in (0, 1):
        ben.button("Change", entries.locator(".entry").nth(number)).click()
    expect(ben.page.locator("#aside")).to_be_hidden()


def test_what_waits_beside_a_form_is_still_there_after_a_reload(properties):
    _, ben, form, _ = properties
    ben.page.reload()
    expect(ben.page.locator("#aside textarea")).to_have_value("A long property, on which he thought for a while.")
    expect(ben.button("Change it", form)).to_be_visible()
    expect(form.locator("textarea")).to_have_value("Each guest reads a card.")


def test_who_hands_their_seat_over_while_typing_keeps_the_words(two, visit, server):
    room, ada, ben = two
    cleo = visit(server)
    come_in(cleo, invite(ada, room, "listener"), "Cleo")
    ada.go(room)
    at(ada, "Story")
    ada.page.get_by_text("Hand it over").click()
    ada.page.get_by_label("To whom?").select_option("Cleo")
    ada.button("Offer it").click()
    expect(cleo.page.locator(".offer")).to_contain_text("Ada would hand you the seat conjecturer")
    ada.page.locator("#words").fill("One more thing that I wanted")
    cleo.button("Take it").click()
    expect(cleo.page.locator(".role")).to_contain_text("You are the conjecturer")
    expect(cleo.page.locator("#form-story textarea")).to_be_visible()
    expect(ada.page.locator("#come-along")).to_contain_text("Your seat is another one now.")
    expect(ada.page.locator("#words")).to_have_value("One more thing that I wanted")
    ada.button("Come along").click()
    expect(ada.page.locator("#aside textarea")).to_have_value("One more thing that I wanted")
