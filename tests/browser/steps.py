"""What people do, step by step, as they do it: by the words on the pages."""

import re

from playwright.sync_api import expect


def come_as_owner(visitor, server, name="Ada"):
    """Opens the owner's link, and comes in."""
    visitor.go(server.owner_link)
    asked = visitor.page.get_by_label("Your name")
    if asked.count():
        asked.fill(name)
    visitor.button("Come in").click()
    expect(visitor.page.get_by_role("heading", name="Your rooms")).to_be_visible()
    return visitor


def open_room(visitor, title="Parties and plans", seat="", workshop="Conjecture workshop"):
    """Starts a room, and gives its address."""
    page = visitor.page
    visitor.go("/rooms/new/")
    page.get_by_role("link", name=f"Start a room for {workshop}").click()
    page.get_by_label("Topic").fill("Why a party needs one invitation")
    page.get_by_label("Title of the room").fill(title)
    page.get_by_label("Your own seat").select_option(seat)
    visitor.button("Open the room").click()
    expect(page).to_have_url(re.compile("/invitations/$"))
    return page.url.removesuffix("invitations/")


def invite(visitor, room, seat=""):
    """Makes a link into the room, and gives it."""
    visitor.go(f"{room}invitations/")
    visitor.page.get_by_label("Seat").select_option(seat)
    visitor.button("Make a link").click()
    expect(visitor.page.get_by_text("The link is made.")).to_be_visible()
    return visitor.page.get_by_label("Link of this invitation").first.input_value()


def come_in(visitor, link, name):
    """Comes in by an invitation; gives the personal link that is shown then."""
    page = visitor.page
    visitor.go(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("I have read this").check()
    visitor.button("Go in").click()
    expect(page.locator("#room")).to_be_visible()
    return page.get_by_label("Your personal link").get_by_role("textbox").input_value()


def enter(visitor, room, connection="Connected"):
    """Opens the room's page, and waits until its stream stands."""
    visitor.go(room)
    expect(visitor.page.locator("#connection")).to_have_text(connection)


def say(visitor, text, move="tell"):
    """Says something in writing, by one of the buttons."""
    visitor.page.locator("#words").fill(text)
    move_button(visitor, move).click()


def move_button(visitor, move):
    """The button of a move: example, ask, say_back, restate or tell."""
    return visitor.page.locator(f"form.say button[value={move}]")


def go_on(visitor, to):
    """Moves the room on."""
    visitor.button(f"Go on to {to}" if to != "Story" else "Begin").click()
    at(visitor, to)


def at(visitor, stage):
    """Waits until the page is at that stage."""
    expect(visitor.page.locator("#stage-name")).to_contain_text(stage)


def come_along(visitor, stage):
    """Follows the room to that stage, out of the box in which the caret is."""
    expect(visitor.page.locator("#come-along")).to_contain_text(f"The room has gone on to “{stage}”")
    visitor.button("Come along").click()
    at(visitor, stage)


def saved(visitor, thing):
    """Waits until the text that saves itself is saved."""
    expect(visitor.page.locator(f"#form-{thing} [data-saved]")).to_have_text("Saved.")


def talk(visitor):
    """What was said, as the page shows it."""
    return visitor.page.locator("#talk")


def pair(visit, server):
    """A room that has begun, with its host Ada as conjecturer and Ben as facilitator.

    What leads up to it is sent as forms, without pages: other tests go that way step by step.
    """
    ada, ben = visit(server), visit(server)
    post(ada, server.owner_link, name="Ada")
    page = ada.fetch("/rooms/new/").text()
    workshop = re.search(r"\?workshop=(\w+)\">Start a room<span class=\"unseen\"> for Conjecture workshop", page)[1]
    given = {"topic": "Why a party needs one invitation", "title": "Parties and plans", "people": "others"}
    invitations = post(ada, f"/rooms/new/?workshop={workshop}", workshop=workshop, seat="conjecturer", **given)
    room = invitations.url.removesuffix("invitations/")
    page = post(ada, invitations.url, seat="facilitator").text()
    entered = post(ben, re.search(r'value="(http[^"]+/i/[^"]+)"', page)[1], name="Ben", consent="on").text()
    ben.link = re.search(r'value="(http[^"]+/me/[^"]+)"', entered)[1]
    enter(ada, room)
    go_on(ada, "Story")
    enter(ben, room)
    at(ben, "Story")
    return room, ada, ben


def post(visitor, address, to="", **fields):
    """Sends the form of a page, and gives what it leads to. `to` is the form's address, if it is not the page's."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.fetch(address).text())[1]
    answer = visitor.context.request.post(to or address, form={"csrfmiddlewaretoken": token, **fields})
    assert answer.ok, answer.text()
    return answer


def story(visitor):
    """The box of the story."""
    return visitor.page.locator("#form-story textarea")


def record_of(visitor, room):
    """The events of the room, from the download."""
    return visitor.fetch(f"{room}record.json").json()["events"]


def said_in(events):
    """The words of all that was said, in order."""
    return [event["words"].get("text", "") for event in events if event["kind"] == "say"]
