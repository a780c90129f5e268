"""A facilitator without a mouse: from the invitation to the reveal by keys alone, with the focus always in sight."""

from playwright.sync_api import expect

from .steps import at, come_as_owner, invite, move_button, open_room, pair, record_of, said_in, saved, talk

FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return "nothing";
  const box = one.getBoundingClientRect();
  const inView = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const after = getComputedStyle(one, "::after");
  const around = one.closest(".numbered") ? getComputedStyle(one.closest(".numbered")) : after;
  const ring = [{ outlineStyle, outlineWidth }, after, around]
    .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  return inView && ring ? "" : `${inView ? "no ring" : "out of view"}: ${one.outerHTML.slice(0, 150)}`;
}"""


class Keys:
    """Somebody with a keyboard. Every step asks whether the focus can be seen."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page
        self.steps = 0

    def tab_to(self, target, most=120, back=False):
        """Presses Tab until that has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            seen = self.page.evaluate(FOCUS)
            assert seen in ("", "nothing"), seen
            self.steps += 1
            if target.count() and target.first.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{target} cannot be reached by Tab")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text):
        self.page.keyboard.type(text)


def test_a_facilitator_without_a_mouse_gets_from_the_invitation_to_the_reveal(visit, server):
    ada = come_as_owner(visit(server), server)
    room = open_room(ada, seat="conjecturer")
    ben = visit(server)
    ben.go(invite(ada, room, "facilitator"))
    ada.go(room)
    keys, page = Keys(ben), ben.page
    # The first thing that one gets to leads past the head of the page.
    keys.tab_to(page.get_by_role("link", name="Skip to the content"), most=1)
    keys.press("Enter")
    keys.tab_to(page.get_by_label("Your name"), most=2)
    keys.write("Ben")
    keys.tab_to(page.get_by_label("I have read this"), most=3)
    keys.press("Space")
    keys.tab_to(page.get_by_role("button", name="Go in"), most=2)
    keys.press("Enter")
    at(ben, "Before it begins")
    keys.tab_to(page.get_by_role("button", name="Begin"))
    keys.press("Enter")
    at(ben, "Story")
    # The focus is not lost when the page changes under it.
    assert page.evaluate(FOCUS) in ("", "nothing") or "stage-name" in page.evaluate(FOCUS)
    assert page.evaluate("document.activeElement !== document.body")
    keys.press("e", "b")
    expect(talk(ben).get_by_role("listitem")).to_have_count(2)
    keys.tab_to(page.get_by_role("button", name="What is that, physically?"))
    keys.press("Enter")
    keys.tab_to(page.locator("#words"))
    keys.write("Who stood there, and where? e a b")
    keys.press("Control+Enter")
    expect(talk(ada)).to_contain_text("Who stood there, and where? e a b")
    expect(page.locator("#words")).to_be_focused()
    keys.write("So there are ten of them.")
    keys.tab_to(page.locator("form.say button[value=say_back]"))
    keys.press("Enter")
    expect(talk(ada)).to_contain_text("So there are ten of them.")
    keys.tab_to(page.locator("#form-story textarea"), back=True)
    keys.write("Ten people in a flat.")
    saved(ben, "story")
    for stage in ("Concrete claim", "General claim", "Formal properties", "Wiggle", "Two pictures"):
        keys.tab_to(page.get_by_role("button", name=f"Go on to {stage}"), back=stage == "Concrete claim")
        keys.press("Enter")
        at(ben, stage)
    keys.tab_to(page.locator("#form-pictures-0 textarea"))
    keys.write("One message.")
    saved(ben, "pictures-0")
    keys.tab_to(page.get_by_role("button", name="Reveal what everybody wrote"), back=True)
    keys.press("Enter")
    expect(page.locator(".compare").first).to_be_visible()
    # A second Enter does nothing that was not meant.
    keys.press("Enter")
    keys.tab_to(page.locator(".compare").first.get_by_role("button", name="The same"))
    keys.press("Enter")
    expect(page.locator(".compare .chip")).to_contain_text("Ben: the same")
    kinds = [event["kind"] for event in record_of(ben, room)]
    assert (kinds.count("say"), kinds.count("reveal"), kinds.count("judge"), kinds.count("end")) == (5, 1, 1, 0)


def test_single_keys_can_be_turned_off_and_stay_off(visit, server):
    room, ada, ben = pair(visit, server)
    keys, page = Keys(ben), ben.page
    box = page.get_by_label("One key logs a move")
    keys.tab_to(box)
    page.locator("h1").click()
    keys.press("e")
    expect(talk(ben).get_by_role("listitem")).to_have_count(1)
    box.focus()
    keys.press("Space")
    page.locator("h1").click()
    keys.press("e", "a", "b", "r", "t")
    page.reload()
    expect(page.locator("#connection")).to_have_text("Connected")
    keys.press("e", "a")
    keys.tab_to(page.get_by_label("One key logs a move"))
    keys.press("Space", "Tab", "e")
    expect(talk(ben).get_by_role("listitem")).to_have_count(2)
    assert [event["kind"] for event in record_of(ben, room)].count("say") == 2


def test_keys_with_a_modifier_and_keys_in_a_box_log_nothing(visit, server):
    room, ada, ben = pair(visit, server)
    page = ben.page
    page.locator("h1").click()
    for key in ("Control+b", "Alt+e", "Meta+r", "x", "Enter", "Escape"):
        page.keyboard.press(key)
    page.locator("#words").focus()
    page.keyboard.type("beat")
    expect(page.locator("#words")).to_have_value("beat")
    page.locator("#hand-to").evaluate("one => { one.closest('details').open = true; one.focus(); }")
    page.keyboard.press("a")
    assert [event["kind"] for event in record_of(ben, room)].count("say") == 0


def test_control_enter_in_the_comment_of_a_rating_chooses_no_number(visit, server):
    room, ada, ben = pair(visit, server)
    ada.page.get_by_text("End the room").click()
    ada.button("End it for everybody").click()
    at(ben, "This room has ended")
    comment = ben.page.get_by_label("What would you change?")
    comment.fill("Less talk.")
    ben.page.keyboard.press("Control+Enter")
    expect(ben.page.locator("#floating")).to_contain_text("Tap a number")
    expect(comment).to_have_value("Less talk.")
    ben.page.locator(".rate").get_by_role("button", name="5").click()
    expect(ben.page.locator(".rate .chosen")).to_have_text("5")
    rated = [event for event in record_of(ben, room) if event["kind"] == "rate"]
    assert [(event["data"]["value"], event["words"]["comment"]) for event in rated] == [(5, "Less talk.")]


def test_a_double_click_logs_one_move_and_a_key_on_purpose_a_second_one(visit, server):
    room, ada, ben = pair(visit, server)
    page = ben.page
    page.locator("#words").fill("Which map?")
    move_button(ben, "ask").dblclick()
    expect(talk(ada)).to_contain_text("Which map?")
    page.get_by_role("button", name="What is that, physically?").dblclick()
    page.locator("h1").click()
    for key in ("b", "b", "r"):
        page.keyboard.press(key)
    page.wait_for_timeout(1000)
    page.keyboard.press("r")
    expect(talk(ben).get_by_role("listitem")).to_have_count(5)
    said = [event for event in record_of(ben, room) if event["kind"] == "say"]
    assert [event["data"]["move"] for event in said] == ["ask", "ask", "say_back", "restate", "restate"]
    assert said_in(said)[:3] == ["Which map?", "What is that, physically?", ""]
