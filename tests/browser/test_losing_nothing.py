"""What somebody typed is kept until the server has it, and what they sent counts once, whatever breaks in between."""

import re
import shutil
import signal

import pytest
from playwright.sync_api import expect

from .steps import (
    at,
    come_as_owner,
    enter,
    go_on,
    move_button,
    open_room,
    pair,
    post,
    record_of,
    said_in,
    saved,
    say,
    story,
    talk,
)
from .visitors import UNREACHABLE


@pytest.fixture
def two(visit, server):
    return pair(visit, server)


def test_without_a_connection_typing_and_sending_go_on_and_all_of_it_is_sent_once_later(two):
    room, ada, ben = two
    ada.allow(UNREACHABLE)
    page = ada.page
    page.locator("#words").press_sequentially("Half of it before, ")
    ada.context.set_offline(True)
    page.locator("#words").press_sequentially("half of it after.")
    move_button(ada, "tell").click()
    say(ada, "And a second one.")
    page.locator("#form-story textarea").fill("On Friday ten people come.")
    expect(page.locator("#outbox")).to_contain_text("waiting to be sent")
    expect(page.locator("#connection")).to_contain_text("Not connected")
    expect(page.locator("#form-story textarea")).to_have_value("On Friday ten people come.")
    expect(page.locator("#outbox")).to_contain_text("3 things")
    ada.context.set_offline(False)
    expect(talk(ben)).to_contain_text("Half of it before, half of it after.")
    saved(ada, "story")
    expect(page.locator("#outbox")).to_be_hidden()
    expect(page.locator("#connection")).to_have_text("Connected")
    expect(ben.page.locator("#list-story")).to_contain_text("On Friday ten people come.")
    assert said_in(record_of(ada, room)) == ["Half of it before, half of it after.", "And a second one."]


def test_an_act_whose_answer_was_lost_counts_once(two):
    room, ada, ben = two
    ada.allow(UNREACHABLE)
    lost = []

    def lose(route):
        if len(lost) < 2:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    ada.page.route("**/act/", lose)
    say(ada, "Only once.")
    expect(talk(ben)).to_contain_text("Only once.")
    expect(ada.page.locator("#outbox")).to_be_visible()
    expect(ada.page.locator("#outbox")).to_be_hidden()
    assert [answer.json()["doubled"] for answer in lost] == [False, True]
    assert said_in(record_of(ada, room)) == ["Only once."]


def test_a_reload_keeps_what_was_typed_and_not_sent(two):
    room, ada, ben = two
    ada.page.locator("#words").fill("Not said yet.")
    ada.page.locator("#form-story textarea").fill("Not saved y")
    ada.page.locator("#form-story textarea").press_sequentially("et.")
    ada.page.reload()
    expect(ada.page.locator("#words")).to_have_value("Not said yet.")
    expect(story(ada)).to_have_value("Not saved yet.")
    saved(ada, "story")
    move_button(ada, "tell").click()
    expect(talk(ben)).to_contain_text("Not said yet.")
    ada.page.reload()
    expect(ada.page.locator("#words")).to_have_value("")
    expect(story(ada)).to_have_value("Not saved yet.")
    events = record_of(ada, room)
    assert said_in(events) == ["Not said yet."]
    assert len({event["data"]["entry"] for event in events if event["kind"] == "write"}) == 1


def test_a_reload_keeps_what_was_chosen_beside_what_was_typed(two):
    room, ada, ben = two
    story(ada).fill("On Friday ten people come.")
    ben.button("Ask about this", ben.page.locator("#list-story")).click()
    ben.page.locator("#words").fill("Which ten?")
    ben.page.reload()
    expect(ben.page.locator("[data-on-text]")).to_have_text("About “On Friday ten people come.”")
    expect(ben.page.locator("#words")).to_have_value("Which ten?")
    move_button(ben, "ask").click()
    expect(talk(ada)).to_contain_text("Ben asks on “On Friday ten people come.”")
    expect(ben.page.locator("[data-on-text]")).to_be_hidden()
    for stage in ("Concrete claim", "General claim", "Formal properties"):
        go_on(ada, stage)
    form = ada.page.locator("#form-freedoms")
    form.locator("textarea").fill("How many people come.")
    form.get_by_label("both have it").check()
    ada.page.reload()
    expect(form.locator("textarea")).to_have_value("How many people come.")
    expect(form.get_by_label("both have it")).to_be_checked()
    ada.button("Add", form).click()
    expect(ben.page.locator("#list-freedoms-2")).to_contain_text("How many people come.")


def test_a_reload_keeps_where_in_a_tree_something_was_to_stand(visit, server):
    ada = come_as_owner(visit(server), server)
    room = open_room(ada, seat="planner", workshop="Game tree")
    enter(ada, room)
    page, form = ada.page, ada.page.locator("#form-tree")
    ada.button("Begin").click()
    at(ada, "Roots")
    form.locator("textarea").fill("Fold it in three")
    ada.button("Add", form).click()
    page.get_by_role("button", name="Strike out").wait_for()
    form.locator("textarea").fill("It tears")
    form.locator("select").select_option(label="Fold it in three")
    page.reload()
    expect(form.locator("textarea")).to_have_value("It tears")
    expect(form.locator("select option:checked")).to_have_text("Fold it in three")
    ada.button("Add", form).click()
    expect(page.locator(".entries .entries").first).to_contain_text("It tears")


def test_a_page_that_is_closed_in_the_middle_of_a_sentence_has_saved_it_for_another_device(two, visit, server):
    room, ada, ben = two
    ben.page.locator("#form-story textarea").press_sequentially("He stood at the door, and")
    ben.page.close()
    elsewhere = visit(server)
    elsewhere.go(ben.link)
    elsewhere.button("Come in as Ben").click()
    expect(elsewhere.page.get_by_role("heading", name="Your rooms")).to_be_visible()
    enter(elsewhere, room)
    expect(elsewhere.page.locator("#form-story textarea")).to_have_value("He stood at the door, and")


def test_a_server_that_is_killed_while_somebody_writes_has_it_after_they_reload(visit, own_server):
    room, ada, ben = pair(visit, own_server)
    for one in (ada, ben):
        one.allow(UNREACHABLE)
    own_server.kill()
    story(ada).press_sequentially("Nobody is there to take this.")
    say(ada, "Nor this.")
    expect(ada.page.locator("#outbox")).to_contain_text("2 things")
    own_server.start()
    ada.page.reload()
    expect(story(ada)).to_have_value("Nobody is there to take this.")
    saved(ada, "story")
    expect(talk(ben)).to_contain_text("Nor this.")
    expect(ben.page.locator("#list-story")).to_contain_text("Nobody is there to take this.")
    events = record_of(ada, room)
    assert said_in(events) == ["Nor this."]
    assert len({event["data"]["entry"] for event in events if event["kind"] == "write"}) == 1


@pytest.mark.parametrize("streams", [True, False])
def test_pages_go_on_when_an_older_backup_was_restored(visit, own_server, streams):
    room, ada, ben = pair(visit, own_server)
    for one in (ada, ben):
        one.allow(UNREACHABLE, "409")
    if not streams:
        ben.page.route("**/stream*", lambda route: route.abort())
        enter(ben, room, "Connected, looking every few seconds")
    story(ada).fill("Ten people.")
    saved(ada, "story")
    own_server.stop()
    older = own_server.folder.with_name("older")
    shutil.copytree(own_server.folder, older)
    own_server.start()
    for number in range(3):
        say(ada, f"Lost {number}.")
        expect(talk(ben)).to_contain_text(f"Lost {number}.")
    story(ada).fill("Ten people come.")
    saved(ada, "story")
    ben.page.locator("#words").fill("Still being typed")
    own_server.stop()
    shutil.rmtree(own_server.folder)
    shutil.copytree(older, own_server.folder)
    own_server.start()
    for one in (ada, ben):
        expect(talk(one)).not_to_contain_text("Lost", timeout=40_000)
    say(ada, "After it.")
    expect(talk(ben)).to_contain_text("After it.")
    expect(ben.page.locator("#words")).to_have_value("Still being typed")
    story(ada).fill("Ten people come on Friday.")
    saved(ada, "story")
    expect(ben.page.locator("#list-story")).to_contain_text("Ten people come on Friday.")


def test_what_goes_wrong_on_the_page_after_an_act_stops_no_later_one(two):
    room, ada, ben = two
    ada.allow("TypeError", "409")
    page = ada.page
    # As an extension may that rewrites forms.
    page.evaluate("document.querySelector('#form-story [name=entry]').remove()")
    page.route("**/act/", lambda route: route.fulfill(status=409, json={"ok": False, "sentence": "Not so."}), times=1)
    story(ada).fill("Refused.")
    expect(page.locator("#aside textarea")).to_have_value("Refused.")
    story(ada).fill("Ten people.")
    expect(ben.page.locator("#list-story")).to_contain_text("Ten people.")
    say(ada, "Said after that.")
    expect(talk(ben)).to_contain_text("Said after that.")
    assert len([line for line in ada.said if "TypeError" in line]) >= 2


def test_words_that_come_too_late_are_shown_until_they_are_thrown_away(two):
    room, ada, ben = two
    ben.allow(UNREACHABLE, "409")
    ben.context.set_offline(True)
    typed = ["So you mean that plans point one way?", "And what would I see there?", "A third one, not sent"]
    say(ben, typed[0], "say_back")
    say(ben, typed[1], "ask")
    ben.page.locator("#words").fill(typed[2])
    ada.page.get_by_text("End the room").click()
    ada.button("End it for everybody").click()
    at(ada, "This room has ended")
    ben.context.set_offline(False)
    expect(ben.page.locator("#come-along")).to_contain_text("The room has ended")
    ben.button("Come along").click()
    at(ben, "This room has ended")
    aside = ben.page.locator("#aside textarea")
    expect(aside).to_have_count(3)
    assert [one.input_value() for one in aside.all()] == typed
    ben.page.reload()
    expect(aside).to_have_count(3)
    for _ in typed:
        ben.button("Throw it away").first.click()
    expect(ben.page.locator("#aside")).to_be_hidden()
    assert said_in(record_of(ben, room)) == []


def test_a_server_that_does_not_answer_is_told_of_and_gets_everything_once_when_it_does(visit, own_server):
    room, ada, ben = pair(visit, own_server)
    own_server.process.send_signal(signal.SIGSTOP)
    try:
        say(ada, "Is anybody there?")
        expect(ada.page.locator("#outbox")).to_contain_text("One thing is waiting to be sent")
    finally:
        own_server.process.send_signal(signal.SIGCONT)
    expect(talk(ben)).to_contain_text("Is anybody there?")
    expect(ada.page.locator("#outbox")).to_be_hidden()
    assert said_in(record_of(ada, room)) == ["Is anybody there?"]


def test_who_was_signed_out_elsewhere_has_their_words_after_coming_back(two):
    room, ada, ben = two
    ben.allow("403", UNREACHABLE)
    post(ben, "/me/", to="/me/out/")
    say(ben, "What is a plan, physically?", "ask")
    expect(ben.page.locator("#words")).to_have_value("What is a plan, physically?")
    expect(ben.page.locator("#floating")).to_contain_text("The server did not take that.")
    ben.go(ben.link)
    ben.button("Come in as Ben").click()
    expect(ben.page.get_by_role("heading", name="Your rooms")).to_be_visible()
    enter(ben, room)
    expect(ben.page.locator("#words")).to_have_value("What is a plan, physically?")
    move_button(ben, "ask").click()
    expect(talk(ada)).to_contain_text("What is a plan, physically?")


def test_going_to_the_record_and_back_changes_nothing(two):
    room, ada, ben = two
    story(ada).fill("On Friday ten people come.")
    saved(ada, "story")
    ada.page.locator("#words").fill("Half a sen")
    ada.page.get_by_role("link", name="Record", exact=True).click()
    expect(ada.page.locator(".chain")).to_contain_text("is whole")
    ada.page.go_back()
    expect(ada.page.locator("#connection")).to_have_text("Connected")
    expect(story(ada)).to_have_value("On Friday ten people come.")
    expect(ada.page.locator("#words")).to_have_value("Half a sen")
    story(ada).press_sequentially(" They bring a cake.")
    saved(ada, "story")
    move_button(ada, "tell").click()
    expect(talk(ben)).to_contain_text("Half a sen")
    expect(ben.page.locator("#list-story")).to_contain_text("They bring a cake.")
    expect(ben.page.locator("#list-story .entry")).to_have_count(1)


def test_a_text_that_is_emptied_keeps_what_was_saved_and_says_so(two):
    room, ada, ben = two
    story(ada).fill("On Friday ten people come.")
    saved(ada, "story")
    story(ada).fill("")
    expect(ada.page.locator("#form-story [data-saved]")).to_have_text("Empty: what was saved before stays.")
    ada.page.reload()
    expect(story(ada)).to_have_value("On Friday ten people come.")


def test_what_two_tabs_have_to_send_is_sent_though_one_of_them_is_closed(two):
    room, ada, ben = two
    ada.allow(UNREACHABLE)
    second = ada.context.new_page()
    second.goto(room)
    expect(second.locator("#connection")).to_have_text("Connected")
    ada.context.set_offline(True)
    say(ada, "From the first tab.")
    expect(ada.page.locator("#outbox")).to_be_visible()
    second.locator("#words").fill("From the second tab.")
    second.locator("form.say button[value=tell]").click()
    expect(second.locator("#outbox")).to_be_visible()
    ada.page.close()
    ada.context.set_offline(False)
    expect(talk(ben)).to_contain_text("From the second tab.")
    second.reload()
    expect(talk(ben)).to_contain_text("From the first tab.")
    assert sorted(said_in(record_of(ben, room))) == ["From the first tab.", "From the second tab."]


def test_an_untouched_tab_follows_what_is_written_in_another(two):
    room, ada, ben = two
    second = ada.context.new_page()
    second.goto(room)
    expect(second.locator("#connection")).to_have_text("Connected")
    story(ada).fill("On Friday ten people come.")
    expect(second.locator("#form-story textarea")).to_have_value("On Friday ten people come.")
    second.locator("#form-story textarea").press_sequentially(" They bring a cake.")
    expect(story(ada)).to_have_value("On Friday ten people come. They bring a cake.")
    assert [one["text"] for one in ada.fetch(f"{room}record.json").json()["made"]["story"]] == [
        "On Friday ten people come. They bring a cake."
    ]


def test_two_tabs_of_one_person_do_not_overwrite_each_other(two):
    room, ada, ben = two
    ada.allow("409")
    first, second = ada.page, ada.context.new_page()
    second.goto(room)
    expect(second.locator("#connection")).to_have_text("Connected")
    first.locator("#form-story textarea").fill("From the first tab.")
    second.locator("#form-story textarea").fill("From the second tab.")
    expect(first.locator("#form-story [data-saved]")).to_have_text("Saved.")
    conflict = second.locator("#form-story [data-conflict]")
    expect(conflict).to_contain_text("From the first tab.")
    expect(second.locator("#form-story textarea")).to_have_value("From the second tab.")
    # A reload changes nothing about it: both are still there.
    second.reload()
    expect(conflict).to_contain_text("From the first tab.")
    expect(second.locator("#form-story textarea")).to_have_value("From the second tab.")
    expect(ben.page.locator("#list-story")).to_contain_text("From the first tab.")
    second.get_by_role("button", name="Keep what I typed here").click()
    expect(conflict).to_have_count(0)
    expect(ben.page.locator("#list-story")).to_contain_text("From the second tab.")
    # The first tab, where nothing else was typed, follows; the record has both.
    expect(story(ada)).to_have_value("From the second tab.")
    texts = [event["words"]["text"] for event in record_of(ada, room) if event["kind"] == "write"]
    assert texts == ["From the first tab.", "From the second tab."]


FILL = """() => {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    for (let number = 0; ; number++) {
      try { localStorage.setItem(`filler-${size}-${number}`, "x".repeat(size)); } catch { break; }
    }
  }
}"""


def test_where_the_browser_keeps_no_more_nothing_older_comes_back(two):
    room, ada, ben = two
    page = ada.page
    page.locator("#words").fill("The older words.")
    page.evaluate(FILL)
    newer = "The newer words, which are longer, and for which there is no room."
    page.locator("#words").fill(newer)
    go_on(ada, "Concrete claim")
    expect(page.locator("#words")).to_have_value(newer)
    page.reload()
    expect(page.locator("#words")).to_have_value("")


def test_what_another_tab_threw_away_stays_away(two):
    room, ada, ben = two
    first, second = ben.page, ben.context.new_page()
    for stage in ("Concrete claim", "General claim", "Formal properties"):
        go_on(ada, stage)
    at(ben, "Formal properties")
    first.locator("#form-properties textarea").fill("Each guest reads a card.")
    go_on(ada, "Wiggle")
    ben.button("Come along").click()
    expect(first.locator("#aside textarea")).to_have_count(1)
    second.goto(room)
    second.get_by_role("button", name="Throw it away").click()
    expect(second.locator("#aside")).to_be_hidden()
    go_on(ada, "Two pictures")
    at(ben, "Two pictures")
    expect(first.locator("#aside")).to_be_hidden()


def test_what_comes_while_the_page_is_fetched_anew_stays_on_it(two):
    room, ada, ben = two
    held = []

    def hold(route):
        response = route.fetch()
        if not held:
            held.append(response)
            say(ada, "Said meanwhile.")
            expect(talk(ben)).to_contain_text("Said meanwhile.")
        route.fulfill(response=response)

    ben.page.route(re.compile(r"/live/\?"), hold)
    go_on(ada, "Concrete claim")
    at(ben, "Concrete claim")
    assert held
    expect(talk(ben)).to_contain_text("Said meanwhile.")
