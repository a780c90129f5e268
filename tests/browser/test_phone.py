"""A facilitator with a small telephone: everything is there and large enough to be tapped, nothing scrolls sideways."""

import pytest
from playwright.sync_api import expect

from .steps import at, come_along, come_as_owner, come_in, go_on, invite, open_room, record_of, saved, say, story, talk
from .visitors import PHONE

SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !one.closest(".scroll, pre, .numbered, .unseen, .skip"))
    .filter((one) => one.getBoundingClientRect().right > wide + 1)
    .map((one) => one.outerHTML.slice(0, 100));
}"""
SMALL = """() => [...document.querySelectorAll("button, a.button, summary, select, nav a, .tabs a, input, textarea")]
  .filter((one) => one.checkVisibility() && !one.closest(".copy") && one.type !== "checkbox" && one.type !== "radio")
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < 44)
  .map(([one, box]) => `${Math.round(box.height)}: ${one.outerHTML.slice(0, 120)}`)"""


def fits(visitor):
    """Nothing reaches over the side, and what one taps is large enough."""
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    assert page.evaluate(SIDEWAYS) == [], page.url
    assert page.evaluate(SMALL) == [], page.url


@pytest.fixture
def two(visit, server):
    """A host at a desk, and a facilitator with a telephone who has the invitation."""
    ada = come_as_owner(visit(server), server)
    room = open_room(ada, title="Parties and plans, and what they need most of all", seat="conjecturer")
    ben = visit(server, **PHONE)
    ben.go(invite(ada, room, "facilitator"))
    ada.go(room)
    return room, ada, ben


def test_a_facilitator_with_a_telephone_does_all_of_their_part(two):
    room, ada, ben = two
    page = ben.page
    fits(ben)
    page.get_by_label("Your name").fill("Ben")
    page.get_by_label("I have read this").tap()
    ben.button("Go in").tap()
    at(ben, "Before it begins")
    ben.button("I have it").tap()
    fits(ben)
    ben.button("Begin").tap()
    at(ben, "Story")
    at(ada, "Story")
    fits(ben)
    # Their moves come right after the prompt, before what is written and who is there.
    tops = [page.locator(one).bounding_box()["y"] for one in ("#stage", "#moves", "#things", "#people")]
    assert tops == sorted(tops)
    ben.button("Ask for an example").tap()
    ben.button("What is that, physically?").tap()
    page.locator("#words").fill("So ten people come to one flat, on Friday?")
    page.locator("form.say button[value=say_back]").tap()
    expect(talk(ada)).to_contain_text("So ten people come to one flat")
    expect(page.locator("#counter b")).to_have_text("2")
    say(ada, "Averylongwordwithoutanyplaceatwhichitcouldbebrokenintotwoorthreelinesasauthorssometimeswrite.")
    expect(talk(ben)).to_contain_text("Averylongword")
    story(ada).fill("On Friday ten people come.")
    saved(ada, "story")
    expect(page.locator("#list-story")).to_contain_text("On Friday")
    fits(ben)
    ben.button("Ask about this").first.tap()
    expect(page.locator("[data-on-line]")).to_contain_text("On Friday ten people come.")
    page.locator("#words").fill("Which Friday?")
    page.locator("form.say button[value=ask]").tap()
    expect(talk(ada)).to_contain_text("Which Friday?")
    ben.button("Go on to Concrete claim").tap()
    at(ben, "Concrete claim")
    page.get_by_text("Something is vague").tap()
    page.get_by_label("What is vague?").fill("come")
    fits(ben)
    ben.button("Go into it").tap()
    at(ben, "Story")
    page.get_by_label("What do you return with?").fill("They walk up four floors.")
    fits(ben)
    ben.button("Return").tap()
    expect(page.locator(".came-back")).to_be_visible()
    for stage in ("General claim", "Formal properties"):
        ben.button(f"Go on to {stage}").tap()
        at(ben, stage)
        fits(ben)
    come_along(ada, "Formal properties")
    page.get_by_label("Name").fill("card")
    page.locator("#form-terms").get_by_role("button", name="Add").tap()
    expect(ada.page.locator("#list-terms")).to_contain_text("card")
    # While they type, the banner is in view and can be tapped.
    page.locator("#form-properties textarea").tap()
    page.locator("#form-properties textarea").fill("Each reads")
    go_on(ada, "Wiggle")
    expect(page.locator("#come-along")).to_be_in_viewport()
    fits(ben)
    come_along(ben, "Wiggle")
    fits(ben)
    ben.button("Throw it away").tap()
    ben.button("Go on to Two pictures").tap()
    at(ben, "Two pictures")
    page.locator("#form-pictures-0 textarea").fill("One card is enough.")
    saved(ben, "pictures-0")
    ben.button("Reveal what everybody wrote").tap()
    expect(page.locator(".compare").first).to_be_visible()
    fits(ben)
    page.get_by_text("End the room").tap()
    ben.button("End it for everybody").tap()
    at(ben, "This room has ended")
    page.locator(".rate").get_by_role("button", name="4").tap()
    expect(page.locator(".rate .chosen")).to_have_text("4")
    fits(ben)
    page.get_by_role("link", name="the record").tap()
    expect(page.locator(".chain")).to_contain_text("is whole")
    fits(ben)
    page.get_by_text("Choose what to take out").tap()
    fits(ben)
    kinds = [event["kind"] for event in record_of(ben, room)]
    assert kinds.count("say") == 5
    for address in ("/", "/me/", "/about/", f"{room}people/", f"{room}talk/", "/workshops/", "/workshops/conjecture/"):
        ben.go(address)
        fits(ben)


def test_a_host_with_a_telephone_opens_a_room_and_invites(visit, server):
    ada = visit(server, **PHONE)
    come_as_owner(ada, server)
    fits(ada)
    room = open_room(ada, seat="facilitator")
    fits(ada)
    link = invite(ada, room, "conjecturer")
    fits(ada)
    for address in ("/rooms/new/", "/hosts/", "/workshops/new/", "/me/estimates/"):
        ada.go(address)
        fits(ada)
    ben = visit(server)
    come_in(ben, link, "Ben")
    ada.go(room)
    ada.button("Begin").tap()
    at(ben, "Story")
