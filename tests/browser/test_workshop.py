"""The conjecture workshop from the invitation to the record, with three people, a lost connection and two restarts."""

import json
import re
from collections import Counter

from playwright.sync_api import expect

from cohobate.events import Event, problem

from .steps import (
    at,
    come_along,
    come_as_owner,
    come_in,
    enter,
    go_on,
    invite,
    move_button,
    open_room,
    record_of,
    said_in,
    saved,
    say,
    story,
    talk,
)
from .visitors import UNREACHABLE

SECRETS = ["Every helper reads the same card", "Ten friends and one cake", "A party with two cards that works"]
OTHER_SECRETS = ["All acts agree with one plan", "A march with one drum", "Plans that agree by luck"]


def test_three_people_go_through_a_workshop_and_everything_is_in_the_record_once(visit, own_server):
    ada = come_as_owner(visit(own_server), own_server)
    room = open_room(ada, seat="conjecturer")
    ben = visit(own_server)
    come_in(ben, invite(ada, room, "facilitator"), "Ben")
    for_listeners = invite(ada, room, "listener")
    enter(ada, room)
    enter(ben, room)
    done = Counter()  # what was said, by its words; what was said aloud, by its move

    in_the_story(ada, ben, done)
    without_a_connection(ada, ben, done)
    cleo = visit(own_server)
    a_listener_comes_late(cleo, for_listeners)
    everybody = (ada, ben, cleo)
    the_claim_while_the_server_is_restarted(own_server, everybody, done)
    into_a_vague_word_and_back(own_server, everybody, done)
    terms_properties_and_what_can_vary(ada, ben)
    pictures_that_are_hidden_until_the_reveal(room, everybody)
    the_end(room, everybody)
    the_record(room, everybody, done)


def in_the_story(ada, ben, done):
    go_on(ada, "Story")
    at(ben, "Story")
    expect(ben.page.locator(".role")).to_contain_text("You are the facilitator")
    say(ada, "I plan a small party, ten people.")
    move_button(ben, "example").click()
    ben.page.locator("h1").click()
    for key in "eab":
        ben.page.keyboard.press(key)
    ben.button("What would I see if I stood next to it?").click()
    say(ben, "So ten people know one time and one place?", "say_back")
    expect(ben.page.locator("#counter b")).to_have_text("3")
    done.update(
        {
            "I plan a small party, ten people.": 1,
            "ask aloud": 3,
            "say_back aloud": 1,
            "What would I see if I stood next to it?": 1,
            "So ten people know one time and one place?": 1,
        }
    )
    meant = talk(ada).get_by_role("listitem").filter(has_text="So ten people know")
    ada.button("That is what I meant", meant).click()
    expect(talk(ben)).to_contain_text("Ada: that is what I meant")
    story(ada).press_sequentially("On Friday ten people come to my flat.")
    saved(ada, "story")
    expect(ben.page.locator("#list-story")).to_contain_text("On Friday ten people come to my flat.")


def without_a_connection(ada, ben, done):
    ada.allow(UNREACHABLE)
    page = ada.page
    story(ada).press_sequentially(" They bring")
    ada.context.set_offline(True)
    story(ada).press_sequentially(" a cake each.")
    say(ada, "Everybody had read the card.")
    move_button(ada, "restate").click()
    expect(page.locator("#outbox")).to_contain_text("waiting to be sent")
    expect(page.locator("#connection")).to_contain_text("Not connected")
    expect(story(ada)).to_have_value("On Friday ten people come to my flat. They bring a cake each.")
    ada.context.set_offline(False)
    expect(page.locator("#outbox")).to_be_hidden()
    expect(ben.page.locator("#list-story")).to_contain_text("They bring a cake each.")
    expect(talk(ben)).to_contain_text("Everybody had read the card.")
    expect(ben.page.locator("#list-story .entry")).to_have_count(1)
    done.update({"Everybody had read the card.": 1, "restate aloud": 1})


def a_listener_comes_late(cleo, link):
    come_in(cleo, link, "Cleo")
    at(cleo, "Story")
    expect(cleo.page.locator("#things")).to_contain_text("They bring a cake each.")
    expect(talk(cleo)).to_contain_text("I plan a small party, ten people.")
    expect(cleo.page.locator("form.say, #things form, .lead")).to_have_count(0)


def the_claim_while_the_server_is_restarted(server, everybody, done):
    ada, ben, cleo = everybody
    go_on(ada, "Concrete claim")
    at(ben, "Concrete claim")
    at(cleo, "Concrete claim")
    for one in everybody:
        one.allow(UNREACHABLE)
    box = ada.page.locator("#form-claim textarea")
    box.press_sequentially("For ten cakes to come")
    server.stop()
    box.press_sequentially(", everybody had to read one card.")
    say(ben, "What is the card, physically?", "example")
    ben.page.locator("#words").fill("And a half-typed")
    expect(ben.page.locator("#outbox")).to_contain_text("One thing is waiting")
    server.start()
    saved(ada, "claim")
    claim = "For ten cakes to come, everybody had to read one card."
    expect(ben.page.locator("#list-claim")).to_contain_text(claim)
    expect(talk(cleo)).to_contain_text("What is the card, physically?")
    expect(ben.page.locator("#words")).to_have_value("And a half-typed")
    ben.page.locator("#words").fill("")
    done.update({"What is the card, physically?": 1})


def into_a_vague_word_and_back(server, everybody, done):
    ada, ben, cleo = everybody
    go_on(ben, "General claim")
    come_along(ada, "General claim")
    ben.page.get_by_text("Something is vague").click()
    ben.page.get_by_label("What is vague?").fill("point in the same direction")
    ben.button("Go into it").click()
    at(ada, "Story")
    expect(cleo.page.locator(".inside")).to_contain_text("point in the same direction")
    expect(story(ada)).to_have_value("")
    story(ada).press_sequentially("Two people push a table")
    ben.page.locator("h1").click()
    ben.page.keyboard.press("e")
    ben.page.wait_for_timeout(700)  # else the second one would be taken for a key that trembles
    ben.page.keyboard.press("e")
    server.kill()
    ben.page.wait_for_timeout(700)
    ben.page.keyboard.press("e")
    ben.page.keyboard.press("r")
    story(ada).press_sequentially(" to the same wall.")
    say(ada, "They both saw which wall.")
    expect(ben.page.locator("#outbox")).to_contain_text("waiting to be sent")
    server.start()
    expect(ben.page.locator("#outbox")).to_be_hidden()
    saved(ada, "story")
    expect(cleo.page.locator("#list-story")).to_contain_text("Two people push a table to the same wall.")
    expect(talk(cleo)).to_contain_text("They both saw which wall.")
    done.update({"ask aloud": 3, "restate aloud": 1, "They both saw which wall.": 1})
    ada.page.get_by_label("What do you return with?").fill("Everybody got the same time and place.")
    ada.button("Return").click()
    at(ben, "General claim")
    expect(ben.page.locator(".came-back")).to_contain_text("Everybody got the same time and place.")
    for term, kind in (("card", "a pair of place and time"), ("guest", "a person who reads it")):
        ada.page.locator("#form-terms").get_by_label("Name").fill(term)
        ada.page.locator("#form-terms").get_by_label("What kind of thing").fill(kind)
        ada.button("Add", ada.page.locator("#form-terms")).click()
    expect(ben.page.locator("#list-terms .entry")).to_have_count(2)
    ada.page.locator("#form-claim textarea").fill("Whoever acts by one message ends at one place.")
    saved(ada, "claim")


def terms_properties_and_what_can_vary(ada, ben):
    go_on(ada, "Formal properties")
    at(ben, "Formal properties")
    expect(ben.page.locator("#form-freedoms")).to_have_count(0)
    ada.page.locator("#form-properties textarea").fill("Each guest reads one card.")
    ada.page.keyboard.press("Control+Enter")
    expect(ben.page.locator("#list-properties")).to_contain_text("Each guest reads one card.")
    ada.page.locator("#form-freedoms textarea").fill("How many people come")
    ada.button("Add", ada.page.locator("#form-freedoms")).click()
    expect(ben.page.locator("#list-freedoms-0")).to_contain_text("How many people come")
    # What was written is changed in its place, and struck out.
    wrong = ada.page.locator("#list-properties .entry")
    ada.button("Change", wrong).click()
    ada.page.locator("#form-properties textarea").fill("Each guest reads the same card.")
    ada.button("Change it").click()
    expect(ben.page.locator("#list-properties")).to_contain_text("Each guest reads the same card.")
    expect(ben.page.locator("#list-properties .entry")).to_have_count(1)
    ben.page.locator("#form-properties textarea").fill("A slip.")
    ben.button("Add", ben.page.locator("#form-properties")).click()
    ben.page.once("dialog", lambda dialog: dialog.accept())
    ben.button("Strike out", ben.page.locator("#list-properties .entry").filter(has_text="A slip.")).click()
    expect(ada.page.locator("#list-properties .entry")).to_have_count(1)
    go_on(ben, "Wiggle")
    at(ada, "Wiggle")
    ada.page.locator("#form-conjecture textarea").fill("One message is enough, and two that differ are not.")
    saved(ada, "conjecture")
    expect(ben.page.locator("#list-conjecture")).to_contain_text("One message is enough")


def pictures_that_are_hidden_until_the_reveal(room, everybody):
    ada, ben, cleo = everybody
    for one in everybody:
        one.listen()
    go_on(ben, "Two pictures")
    at(cleo, "Two pictures")
    come_along(ada, "Two pictures")
    for one, words in ((ada, SECRETS), (ben, OTHER_SECRETS)):
        for number, answer in enumerate(words):
            one.page.locator(f"#form-pictures-{number} textarea").fill(answer)
            saved(one, f"pictures-{number}")
    for one in everybody:
        expect(one.page.locator("#waiting-pictures")).to_contain_text("Ada 3, Ben 3")
    for one, words in ((ada, OTHER_SECRETS), (ben, SECRETS), (cleo, SECRETS + OTHER_SECRETS)):
        known = [one.page.content(), *one.received()]
        known += [one.fetch(f"{room}{part}").text() for part in ("", "live/", "since/?after=0", "talk/", "people/")]
        known += [one.fetch(f"{room}{part}").text() for part in ("record/", "record.md", "record.json")]
        assert [word for word in words for text in known if word in text] == []
        assert len(known) > 10
    ada.button("Reveal what everybody wrote").click()
    for one, words in ((ada, OTHER_SECRETS), (ben, SECRETS), (cleo, SECRETS + OTHER_SECRETS)):
        for answer in words:
            expect(one.page.locator("#things")).to_contain_text(answer)
    for one in (ada, ben):
        compared = one.page.locator(".compare")
        expect(compared).to_have_count(3)
        for number in range(3):
            name = "The same" if number < 2 else "Not the same"
            one.page.locator(".compare").nth(number).get_by_role("button", name=name, exact=True).click()
            expect(compared.nth(number)).to_contain_text(
                f"{'Ada' if one is ada else 'Ben'}: {'the same' if number < 2 else 'not the same'}"
            )


def the_end(room, everybody):
    ada, ben, cleo = everybody
    ben.page.get_by_text("End the room").click()
    ben.button("End it for everybody").click()
    for one in everybody:
        at(one, "This room has ended")
    for one, value in ((ada, "5"), (ben, "4"), (cleo, "2")):
        one.page.get_by_label("What would you change?").fill(f"Less talk, says {value}.")
        one.page.locator(".rate").get_by_role("button", name=value).click()
        expect(one.page.locator(".rate .chosen")).to_have_text(value)
        expect(one.page.get_by_label("What would you change?")).to_have_value(f"Less talk, says {value}.")


def the_record(room, everybody, done):
    ada, ben, cleo = everybody
    page = ben.page
    page.get_by_role("link", name="the record").click()
    expect(page.locator(".chain")).to_contain_text("is whole")
    expect(page.locator("main")).to_contain_text("Found it worth their time")
    events = [Event.from_dict(event) for event in record_of(ben, room)]
    # The slider shows what there was: after the first thing said, only that.
    first = next(event for event in events if event.kind == "say")
    slider = page.get_by_label("After event")
    slider.fill(str(first.sequence))
    expect(page.locator("#at")).to_contain_text(f"Event {first.sequence}")
    expect(page.locator("#at .said")).to_have_count(1)
    expect(page.locator("#at")).to_contain_text("I plan a small party")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#at")).to_contain_text("ended")
    # Both downloads.
    texts = {}
    for link in ("Download to read", "Download as JSON"):
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        texts[download.value.suggested_filename] = download.value.path().read_text("utf-8")
    assert set(texts) == {"parties-and-plans.md", "parties-and-plans.json"}
    words = re.sub(r"\\(.)", r"\1", texts["parties-and-plans.md"])
    for text in (*SECRETS, *OTHER_SECRETS, "Whoever acts by one message ends at one place.", "Less talk, says 5."):
        assert text in words
    value = json.loads(texts["parties-and-plans.json"])
    assert value["chain"]["whole"]
    assert value["measures"]["pictures_matched"]["count"] == 2
    assert value["measures"]["pictures_matched"]["n"] == 3
    assert value["measures"]["meant"]["count"] == 1
    assert {one["name"]: one["seat"] for one in value["people"]} == {
        "Ada": "conjecturer",
        "Ben": "facilitator",
        "Cleo": "listener",
    }
    downloaded = [Event.from_dict(event) for event in value["events"]]
    assert downloaded == events
    assert problem(downloaded) is None
    every_act_is_there_once(value, done)


def every_act_is_there_once(value, done):
    events = value["events"]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert len({event["id"] for event in events}) == len(events)
    said = Counter(
        event["words"].get("text") or f"{event['data']['move']} aloud" for event in events if event["kind"] == "say"
    )
    assert said == done
    kinds = Counter(event["kind"] for event in events)
    del kinds["write"], kinds["say"]
    assert kinds == {
        "open": 1,
        "join": 3,
        "advance": 6,
        "recurse": 1,
        "return": 1,
        "judge": 1 + 6,
        "strike": 1,
        "reveal": 1,
        "end": 1,
        "rate": 3,
    }
    made = {name: [entry.get("text", "") for entry in entries] for name, entries in value["made"].items()}
    assert made["story"] == [
        "On Friday ten people come to my flat. They bring a cake each.",
        "Two people push a table to the same wall.",
    ]
    assert made["claim"] == [
        "For ten cakes to come, everybody had to read one card.",
        "Whoever acts by one message ends at one place.",
    ]
    assert made["properties"] == ["Each guest reads the same card."]
    assert made["freedoms"] == ["How many people come"]
    assert made["conjecture"] == ["One message is enough, and two that differ are not."]
    assert sorted(made["pictures"]) == sorted(SECRETS + OTHER_SECRETS)
    assert [entry["term"] for entry in value["made"]["terms"]] == ["card", "guest"]
    assert said_in(events).count("Everybody had read the card.") == 1
