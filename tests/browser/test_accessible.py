"""Every page can be read, reached and used: axe finds nothing serious, nothing scrolls sideways, nothing vanishes."""

import json
from importlib.resources import files

import pytest
from playwright.sync_api import expect

from .steps import at, come_as_owner, come_in, enter, go_on, invite, move_button, open_room, pair, saved, say, story
from .visitors import UNREACHABLE, WIDE

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = f"axe.run({json.dumps({'runOnly': TAGS, 'resultTypes': ['violations']})})"
# In the dark only the colours are others.
COLOURS = f"axe.run({json.dumps({'runOnly': {'type': 'rule', 'values': ['color-contrast']}})})"
PHONE = {"width": 360, "height": 740}
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", PHONE)]
NARROW = """() => [...document.querySelectorAll("main :is(.words, .prompt, p)")]
  .filter((one) => one.checkVisibility() && one.textContent.trim().length > 20)
  .filter((one) => one.getBoundingClientRect().width < 90)
  .map((one) => one.outerHTML.slice(0, 100))"""
CLAIM = """---
type: claim
confidence: likely
source: "[[how-tea-cools]]"
challenged_by: [A saucer is faster still]
---
# tea cools faster in thin cups because their walls hold less heat

Nine minutes.
"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def checked(visitor, name, looks=LOOKS):
    """Looks at the page as it is, in light and dark and on a narrow screen; gives what is wrong."""
    page, found = visitor.page, []
    page.evaluate(AXE)
    for scheme, size in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        run = COLOURS if (scheme, size) == ("dark", WIDE) else EVERYTHING
        for violation in page.evaluate(run)["violations"]:
            if violation["impact"] in ("serious", "critical"):
                where = [" ".join(map(str, node["target"])) for node in violation["nodes"][:5]]
                found.append(f"{name}, {scheme}, {size['width']}: {violation['help']}: {where}")
        if size is PHONE and page.evaluate(OVERFLOW) > 0:
            found.append(f"{name} scrolls sideways at {size['width']}")
        found += [f"{name} has a column too narrow to read: {one}" for one in page.evaluate(NARROW)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    return found


def test_pages_without_a_room(visit, server):
    ada = come_as_owner(visit(server), server)
    nobody = visit(server, allow=["404", "403"])
    found = []
    for one, address in (
        (nobody, "/"),
        (nobody, "/about/"),
        (nobody, server.owner_link),
        (nobody, "/no/such/page/"),
        (nobody, "/workshops/"),
        (ada, "/"),
        (ada, "/me/"),
        (ada, "/me/estimates/"),
        (ada, "/hosts/"),
        (ada, "/rooms/new/"),
        (ada, "/sources/"),
        (ada, "/sources/new/"),
        (ada, "/workshops/"),
        (ada, "/workshops/conjecture/"),
        (ada, "/workshops/new/"),
    ):
        one.go(address)
        found += checked(one, address)
    page = ada.page
    page.get_by_label("The file: front matter").fill("---\ntitle: Half\nstages: []\n---\n")
    expect(page.locator(".mistakes")).to_be_visible()
    found += checked(ada, "editor with mistakes")
    ada.button("Save as a new version").click()
    ada.allow("422")
    page.get_by_label("Name of the file").fill("half-made")
    ada.button("Save as a new version").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += checked(ada, "editor after a refusal")
    assert not found, "\n".join(found)


def test_the_shelf_with_a_source_a_claim_and_what_is_odd(visit, own_server):
    ada = come_as_owner(visit(own_server, allow=["422"]), own_server)
    found, page = [], ada.page
    claim = "tea cools faster in thin cups because their walls hold less heat"
    for title, text in (
        (
            "How tea cools",
            f"# One\n\nSee [[{claim}]] and [[nothing]].\n\n- a\n- b\n\n| a | b |\n|---|---|\n| c | d |\n",
        ),
        ("W" * 250, "x" * 3000 + "\n\n" + "A line that this page says twice.\n\n" * 2 + "    code " + "y" * 300),
    ):
        ada.go("/sources/new/")
        page.get_by_label("Title").fill(title)
        page.get_by_label("The text, in Markdown or plain").fill(text)
        ada.button("Put it on the shelf").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        for summary in page.locator("summary").all():
            summary.click()
        found += checked(ada, title[:20])
    ada.go("/sources/new/")
    file = {"name": f"{claim}.md", "mimeType": "text/markdown", "buffer": CLAIM.encode()}
    page.get_by_label("Texts or Markdown").set_input_files(file)
    ada.button("Bring them in").click()
    expect(page.get_by_text("Mentioned in 1 file")).to_be_visible()
    found += checked(ada, "claim")
    ada.go("/sources/?order=title")
    found += checked(ada, "list")
    page.get_by_role("link", name="How tea cools").click()
    page.locator("#text").get_by_role("link", name=claim).click()
    expect(page.get_by_text("likely", exact=True)).to_be_visible()
    ada.go("/sources/new/")
    page.get_by_label("Title").fill(" ")
    page.get_by_label("The text, in Markdown or plain").fill("Words.")
    ada.button("Put it on the shelf").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += checked(ada, "after a refusal")
    assert not found, "\n".join(found)


def test_pages_around_a_room_and_all_its_states(visit, server):
    ada = come_as_owner(visit(server, allow=["422"]), server)
    page, found = ada.page, []
    ada.go("/rooms/new/")
    page.get_by_role("link", name="Start a room for Conjecture workshop").click()
    found += checked(ada, "new room")
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    ada.button("Open the room").click()
    expect(page.locator(".error").first).to_be_visible()
    found += checked(ada, "new room, refused")
    room = open_room(ada, seat="conjecturer")
    found += checked(ada, "invitations, none")
    link = invite(ada, room, "facilitator")
    found += checked(ada, "invitations")
    ben = visit(server, allow=["409", UNREACHABLE])
    ben.go(link)
    found += checked(ben, "enter")
    come_in(ben, link, "Ben")
    found += checked(ben, "lobby, with the personal link")
    enter(ada, room)
    found += checked(ada, "lobby")
    go_on(ada, "Story")
    at(ben, "Story")
    story(ada).fill("On Friday ten people come.")
    saved(ada, "story")
    say(ada, "A party.")
    say(ben, "So, a party of ten?", "say_back")
    move_button(ben, "tell").click()
    ada.button("That is what I meant").click()
    expect(ada.page.locator("#talk .chip")).to_be_visible()
    found += checked(ada, "stage, conjecturer")
    found += checked(ben, "stage, facilitator")
    ada.page.locator("#words").fill("Half")
    go_on(ben, "Concrete claim")
    expect(ada.page.locator("#come-along")).to_be_visible()
    found += checked(ada, "stage, asked to come along")
    ada.page.locator("#words").fill("")
    ada.button("Come along").click()
    at(ada, "Concrete claim")
    page.get_by_text("Something is vague").click()
    page.get_by_label("What is vague?").fill("party")
    ada.button("Go into it").click()
    at(ada, "Story")
    found += checked(ada, "inside")
    page.get_by_label("What do you return with?").fill("Ten people in a flat.")
    ada.button("Return").click()
    for stage in ("General claim", "Formal properties", "Wiggle"):
        go_on(ada, stage)
        if stage == "Formal properties":
            ada.page.locator("#form-freedoms textarea").fill("How many people come")
            ada.button("Add", ada.page.locator("#form-freedoms")).click()
            expect(ada.page.locator("#list-freedoms-0")).to_contain_text("How many")
            found += checked(ada, "stage with everything")
    go_on(ada, "Two pictures")
    at(ben, "Two pictures")
    for one in (ada, ben):
        one.page.locator("#form-pictures-0 textarea").fill("One message.")
        saved(one, "pictures-0")
    found += checked(ada, "solo")
    ada.button("Reveal what everybody wrote").click()
    expect(ada.page.locator(".compare").first).to_be_visible()
    ada.button("The same", ada.page.locator(".compare").first).click()
    expect(ada.page.locator(".compare .chip")).to_be_visible()
    found += checked(ada, "revealed")
    ben.context.set_offline(True)
    say(ben, "Too late.", "ask")
    expect(ben.page.locator("#outbox")).to_be_visible()
    found += checked(ben, "not connected")
    page.get_by_text("End the room").click()
    ada.button("End it for everybody").click()
    at(ada, "This room has ended")
    ben.context.set_offline(False)
    expect(ben.page.locator("#words")).to_have_value("Too late.")
    ben.button("Come along").click()
    expect(ben.page.locator("#aside")).to_be_visible()
    found += checked(ada, "ended")
    found += checked(ben, "ended, with something kept")
    for part in ("record/", "people/", "talk/", "invitations/"):
        ada.go(f"{room}{part}")
        found += checked(ada, part)
    page.goto(f"{room}record/")
    page.get_by_text("Choose what to take out").click()
    found += checked(ada, "record, taking out")
    ada.go("/")
    found += checked(ada, "home with rooms")
    assert not found, "\n".join(found)


def test_rooms_of_every_kind(visit, demo_server):
    ada = come_as_owner(visit(demo_server), demo_server)
    links = ada.page.locator(".rows a").evaluate_all("all => all.map((one) => [one.textContent, one.href])")
    assert len(links) > 8
    found = []
    for number, (title, address) in enumerate(links):
        ada.go(address)
        found += checked(ada, title, [("dark", PHONE)])
        if number % 3 == 0:
            ada.go(f"{address}record/")
            found += checked(ada, f"record of {title}", [("light", PHONE)])
    for address in ("/me/estimates/", "/workshops/framing/", "/workshops/framing-on-foot/?against=x#difference"):
        ada.go(address)
        found += checked(ada, address)
    assert not found, "\n".join(found)


def test_two_tabs_that_disagree(visit, server):
    room, ada, ben = pair(visit, server)
    ada.allow("409")
    second = ada.context.new_page()
    second.goto(room)
    expect(second.locator("#connection")).to_have_text("Connected")
    story(ada).fill("From the first tab.")
    saved(ada, "story")
    expect(second.locator("#form-story textarea")).to_have_value("From the first tab.")
    second.locator("#form-story textarea").evaluate("field => { field.value = 'Mine.'; }")
    ada.context.set_offline(True)
    ada.allow(UNREACHABLE)
    story(ada).fill("From the first tab, again.")
    ada.context.set_offline(False)
    saved(ada, "story")
    second.locator("#form-story [data-conflict]").wait_for()
    ada.page = second
    assert checked(ada, "two tabs") == []


@pytest.mark.parametrize("how", [{"reduced_motion": "reduce"}, {"forced_colors": "active"}])
def test_calm_pages_and_pages_in_forced_colours_hide_nothing(visit, server, how):
    room, ada, ben = pair(visit, server)
    say(ada, "A party.")
    expect(ben.page.locator("#talk")).to_contain_text("A party.")
    seen = ben.page.locator("main").inner_text()
    ben.page.emulate_media(**how)
    assert ben.page.locator("main").inner_text() == seen
    for one in ben.page.locator("main :is(button, a, input, textarea, .chip, .panel)").all():
        if one.is_visible():
            box = one.bounding_box()
            assert box["width"] > 0
            assert box["height"] > 0
    if "forced_colors" in how:
        # Without backgrounds a border has to show where a button or a panel is.
        borders = ben.page.locator("main :is(button:not(.link), .panel)").evaluate_all(
            "all => all.map((one) => getComputedStyle(one).borderTopStyle + getComputedStyle(one).borderTopWidth)"
        )
        assert not [one for one in borders if one.startswith("none") or one == "solid0px"]
