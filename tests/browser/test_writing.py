"""A writer loses no word, whatever breaks; two who write one draft see each other; and reviewers point at what they
mean."""

import re

import pytest
from playwright.sync_api import expect

from cohobate.web.slugs import slug

from .steps import post
from .test_accessible import checked
from .visitors import PHONE, UNREACHABLE
from .writing import KEPT, add, begin, draft, elsewhere, field, invite, saved, select, state, write

TEXT = "# A party\n\nOn Friday ten people come.\n\nNobody knocks.\n\nThe end.\n"
PASTE = "(one, times) => { one.value = 'a b '.repeat(times); one.dispatchEvent(new Event('input')); }"
CONFLICT = r"409 \(Conflict\)"


def test_whoever_chooses_a_kind_of_their_own_sees_what_there_is_to_say_of_it(visit, server):
    ada = visit(server)
    post(ada, server.owner_link, name="Ada")
    ada.go("/works/new/?go=1")
    expect(ada.page.get_by_label("What it is called")).to_be_hidden()
    ada.page.get_by_label("A kind of your own").check()
    ada.page.get_by_label("What it is called").fill("Glossary")


# --- nothing is lost -------------------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_at_a_pause_and_shown_as_readers_would_see_it(visit, server):
    work, ada = begin(visit, server)
    field(ada).press_sequentially("It *begins* {example: on Friday}.")
    saved(ada)
    assert draft(ada, work) == "It *begins* {example: on Friday}."
    preview = ada.page.locator("#preview")
    expect(preview.locator("em")).to_have_text("begins")
    expect(preview.locator(".prose .tint.example")).to_have_text("on Friday")


def test_a_lost_connection_and_a_page_closed_without_one_lose_no_word(visit, own_server):
    work, ada = begin(visit, own_server, TEXT, allow=[UNREACHABLE])
    add(ada, "Before. ")
    saved(ada)
    ada.context.set_offline(True)
    add(ada, "Without a connection. ")
    expect(state(ada)).to_contain_text(KEPT)
    add(ada, "And on.")
    ada.context.set_offline(False)
    saved(ada)
    assert draft(ada, work) == f"{TEXT}Before. Without a connection. And on."
    # The browser's being offline ends with the page, and what that tries in its last moment would come through.
    own_server.kill()
    add(ada, " Last words.")
    expect(state(ada)).to_contain_text(KEPT)
    ada.page.close()
    own_server.start()
    ada.page = ada.context.new_page()
    write(ada, work)
    expect(ada.page.locator("#restored")).to_be_visible()
    expect(field(ada)).to_have_value(f"{TEXT}Before. Without a connection. And on. Last words.")
    saved(ada)
    assert draft(ada, work).endswith("Last words.")


def test_a_killed_server_loses_no_word_and_a_lost_answer_makes_no_conflict(visit, own_server):
    work, ada = begin(visit, own_server, TEXT, allow=[UNREACHABLE])
    lost = []

    def lose(route):
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    ada.page.route("**/draft/*", lose)
    ada.page.route("**/draft/", lose)
    add(ada, "One. ")
    expect(state(ada)).to_contain_text(KEPT)
    add(ada, "Two. ")
    saved(ada)
    assert len(lost) == 2
    own_server.kill()
    add(ada, "Three. ")
    expect(state(ada)).to_contain_text(KEPT)
    own_server.start()
    saved(ada)
    expect(ada.page.locator("#conflict")).to_be_hidden()
    assert draft(ada, work) == f"{TEXT}One. Two. Three. "


def test_a_page_that_is_closed_in_the_middle_of_a_word_has_it_when_it_is_opened_again(visit, server):
    work, ada = begin(visit, server, TEXT)
    add(ada, "In the mid")
    ada.page.close()
    ada.page = ada.context.new_page()
    write(ada, work)
    expect(field(ada)).to_have_value(f"{TEXT}In the mid")
    add(ada, "dle")
    saved(ada)
    ada.page.reload()
    expect(ada.page.locator("#restored")).to_be_hidden()
    expect(field(ada)).to_have_value(f"{TEXT}In the middle")


def test_a_draft_that_is_too_long_is_refused_with_a_sentence_and_kept(visit, server):
    work, ada = begin(visit, server, TEXT, allow=[CONFLICT])
    field(ada).evaluate(PASTE, 500_001)
    expect(state(ada)).to_contain_text("2,000,000 are the most")
    assert draft(ada, work) == TEXT
    field(ada).evaluate(PASTE, 400_000)
    saved(ada)
    expect(ada.page.locator("#preview [data-part]")).to_be_visible()
    assert len(draft(ada, work)) == 1_600_000


def test_where_nothing_can_be_kept_the_line_says_so_and_the_page_asks_before_it_is_left(visit, server):
    work, ada = begin(visit, server, TEXT, allow=[UNREACHABLE])
    full = "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    ada.page.evaluate(full)
    ada.context.set_offline(True)
    add(ada, "Nowhere else.")
    expect(state(ada)).to_contain_text("this browser has no room to keep it")
    asked = []
    ada.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    ada.page.close(run_before_unload=True)
    ada.page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    ada.context.set_offline(False)
    saved(ada)
    assert draft(ada, work) == f"{TEXT}Nowhere else."


# --- two tabs, two people --------------------------------------------------------------------------------------------


def test_in_two_tabs_the_second_learns_of_the_first_and_nothing_is_overwritten(visit, server):
    work, ada = begin(visit, server, TEXT, allow=[CONFLICT])
    first = ada.page
    ada.page = second = ada.context.new_page()
    write(ada, work)
    ada.page = first
    add(ada, "From the first tab.")
    saved(ada)
    ada.page = second
    expect(second.locator("#news")).to_contain_text("You saved another text in another tab")
    field(ada).press("Control+Home")
    field(ada).press_sequentially("From the second tab.\n\n")
    expect(second.locator("#conflict")).to_be_visible()
    expect(state(ada)).to_contain_text("Choose above")
    expect(second.locator("#conflict ins")).to_have_count(1)
    assert draft(ada, work) == f"{TEXT}From the first tab."
    ada.button("Put both together").click()
    saved(ada)
    whole = f"From the second tab.\n\n{TEXT}From the first tab."
    expect(field(ada)).to_have_value(whole)
    assert draft(ada, work) == whole


@pytest.mark.parametrize("choice", ["yours", "theirs"])
def test_of_two_people_in_one_sentence_one_chooses_and_both_texts_are_still_there(visit, server, choice):
    work, ada = begin(visit, server, TEXT, allow=[CONFLICT])
    ben = invite(ada, work, "writer", visit(server, allow=[CONFLICT]), "Ben")
    write(ben, work)
    add(ben, "Ben was here.")
    saved(ben)
    add(ada, "Ada was here.")
    expect(ada.page.get_by_role("heading", name="Ben saved another text meanwhile")).to_be_visible()
    expect(ada.button("Put both together")).to_be_hidden()
    assert draft(ada, work) == f"{TEXT}Ben was here."
    ada.button(f"Go on with {choice}").click()
    chosen, other = ("Ada", "Ben") if choice == "yours" else ("Ben", "Ada")
    expect(field(ada)).to_have_value(f"{TEXT}{chosen} was here.")
    expect(ada.page.locator("#conflict")).to_be_hidden()
    expect(state(ada)).to_have_class(re.compile("saved"))
    assert draft(ada, work) == f"{TEXT}{chosen} was here."
    ada.page.get_by_role("tab", name="Earlier").click()
    kept = ada.page.locator("#earlier .versions a")
    expect(kept).not_to_have_count(0)
    texts = [ada.fetch(link.get_attribute("href")).text() for link in kept.all()]
    assert any(f"{other} was here." in text for text in texts)


def test_a_reload_over_a_conflict_shows_it_again(visit, server):
    work, ada = begin(visit, server, TEXT, allow=[CONFLICT, UNREACHABLE])
    ada.context.set_offline(True)
    add(ada, "Ada, offline.")
    expect(state(ada)).to_contain_text(KEPT)
    ada.page.route("**/*", lambda route: route.abort())  # or what it tries again as it closes might come through
    ada.page.close()
    ada.context.set_offline(False)
    elsewhere(ada, work, f"{TEXT}Ada, elsewhere.")
    ada.page = ada.context.new_page()
    write(ada, work)
    expect(ada.page.locator("#conflict")).to_be_visible()
    expect(field(ada)).to_have_value(f"{TEXT}Ada, offline.")
    ada.page.reload()
    expect(ada.page.locator("#conflict")).to_be_visible()
    expect(field(ada)).to_have_value(f"{TEXT}Ada, offline.")
    assert draft(ada, work) == f"{TEXT}Ada, elsewhere."


# --- beside the draft ------------------------------------------------------------------------------------------------


def test_by_the_keyboard_alone_one_marks_an_example_follows_advice_and_keeps_a_version(visit, server):
    work, ada = begin(visit, server, "First this. {idea: All is flux.}\n")
    page = ada.page
    field(ada).focus()
    field(ada).press("Control+Home")
    for _ in "First this":
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+Tab")
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    expect(ada.button("Example")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(ada)).to_have_value("{example: First this}. {idea: All is flux.}\n")
    saved(ada)
    page.keyboard.press("Control+z")
    expect(field(ada)).to_have_value("First this. {idea: All is flux.}\n")
    page.get_by_role("tab", name="Preview").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Advice")).to_be_focused()
    expect(page.locator("#advice .advice li").first).to_be_visible()
    ada.button("Line 1").first.focus()
    page.keyboard.press("Enter")
    expect(field(ada)).to_be_focused()
    saved(ada)
    page.locator(".keeping summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("A note on it").fill("the first one")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kept as version 1")).to_be_visible()


def test_a_passage_of_a_source_is_cited_where_the_caret_is(visit, server):
    ada = visit(server)
    post(ada, server.owner_link, name="Ada")
    post(ada, "/sources/new/", title="On doors", text="A door is open.\n\nA door is closed.\n")
    source = re.search(r"/sources/(\w{10})/", ada.fetch("/sources/?words=doors").text())[1]
    begun = post(
        ada,
        f"/works/new/?go=1&source={source}",
        "/works/new/",
        title="Doors",
        which="rosetta",
        source=source,
        id=slug(),
    )
    write(ada, begun.url)
    field(ada).press_sequentially("As is well known, ")
    ada.page.get_by_role("tab", name="Source").click()
    ada.button("Cite passage 2").click()
    expect(field(ada)).to_have_value(f"As is well known, [On doors, 2](/sources/{source}/#p2)")
    ada.page.get_by_label("Words to find in it").fill("open")
    ada.button("Show", ada.page.locator("#source")).click()
    expect(ada.page.locator("#source .passage")).to_have_count(1)
    saved(ada)


# --- the review ------------------------------------------------------------------------------------------------------


@pytest.fixture
def reviewed(visit, server):
    """A work with a version, its writer, and a reviewer."""
    work, ada = begin(visit, server, TEXT)
    post(ada, f"{work}edit/", text=TEXT, revision="1", do="version")
    rewa = invite(ada, work, "reviewer", visit(server, allow=[UNREACHABLE]), "Rewa")
    return work, ada, rewa


def test_a_remark_on_what_is_selected_finds_its_place_in_the_draft_and_is_settled(reviewed):
    work, ada, rewa = reviewed
    rewa.go(f"{work}review/")
    select(rewa, 2, "ten people")
    rewa.button("Remark on this").click()
    expect(rewa.page.locator("#saying blockquote")).to_have_text("ten people")
    rewa.page.get_by_label("Your remark").fill("Which ten?")
    rewa.context.set_offline(True)
    rewa.button("Send").click()
    expect(rewa.page.get_by_text("Your words are kept in this browser")).to_be_visible()
    rewa.context.set_offline(False)
    rewa.page.reload()
    expect(rewa.page.get_by_label("Your remark")).to_have_value("Which ten?")
    expect(rewa.page.locator("#saying blockquote")).to_have_text("ten people")
    rewa.button("Send").click()
    expect(rewa.page.locator("#b2 .remark")).to_contain_text("Which ten?")
    expect(rewa.page.locator("#saying")).to_be_hidden()
    assert rewa.page.evaluate("[...CSS.highlights.get('remarked')][0].toString()") == "ten people"
    rewa.page.get_by_label("What should the writer do first?").fill("Say which ten.")
    rewa.button("I have reviewed this version").click()
    expect(rewa.page.locator("#said")).to_contain_text("Say which ten.")
    write(ada, work)
    field(ada).press("Control+Home")
    field(ada).press_sequentially("Something new.\n\n")
    saved(ada)
    ada.page.get_by_role("tab", name="Remarks").click()
    ada.button("Go there").click()
    chosen = field(ada).evaluate("(one) => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert chosen == "ten people"
    ada.page.get_by_text("Answer or settle").click()
    ada.page.get_by_label("Your answer, or why you decline").fill("The whole band.")
    ada.button("Done").click()
    expect(ada.page.locator("#remarks")).to_contain_text("1 settled remark")


def test_by_the_keyboard_and_without_a_script_a_paragraph_is_remarked_on(reviewed, visit, server):
    work, ada, rewa = reviewed
    rewa.go(f"{work}review/")
    rewa.page.get_by_role("link", name="Remark on paragraph 3").focus()
    rewa.page.keyboard.press("Enter")
    expect(rewa.page.get_by_label("Your remark")).to_be_focused()
    rewa.page.keyboard.type("Nobody?")
    rewa.page.keyboard.press("Tab")
    rewa.page.keyboard.press("Enter")
    expect(rewa.page.locator("#b3 .remark")).to_contain_text("Nobody?")
    ben = invite(ada, work, "reviewer", visit(server, java_script_enabled=False), "Ben")
    ben.go(f"{work}review/")
    ben.page.get_by_role("link", name="Remark on paragraph 2").click()
    ben.page.get_by_label("Your remark").fill("Which Friday?")
    ben.button("Send").click()
    expect(ben.page.locator("#b2 .remark")).to_contain_text("Which Friday?")
    ben.page.locator("#b3 .remark summary").click()
    ben.page.locator("#b3 .remark textarea").fill("Somebody, I think.")
    ben.button("Answer", ben.page.locator("#b3 .remark")).click()
    expect(ben.page.locator("#b3 .remark")).to_contain_text("Somebody, I think.")


def test_without_a_script_a_draft_is_written_a_conflict_settled_and_a_version_kept(visit, server):
    work, ada = begin(visit, server, TEXT, java_script_enabled=False)
    page = ada.page
    field(ada).fill(f"{TEXT}Mine.")
    elsewhere(ada, work, f"Theirs.\n\n{TEXT}")
    ada.button("Save").click()
    expect(page.get_by_role("heading", name="You saved another text meanwhile")).to_be_visible()
    ada.allow(CONFLICT)
    ada.button("Put both together").click()
    expect(field(ada)).to_have_value(f"Theirs.\n\n{TEXT}Mine.")
    page.locator(".keeping summary").click()
    ada.button("Keep this version").click()
    expect(page.get_by_text("Kept as version 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Advice")).to_be_visible()


# --- looks -----------------------------------------------------------------------------------------------------------


def test_the_editor_and_the_review_can_be_read_reached_and_used(reviewed):
    work, ada, rewa = reviewed
    page, found = ada.page, []
    add(ada, f"\n\n{{idea: An idea}} with a {'very' * 60} long word, and {{term: a term}}.\n")
    saved(ada)
    for tab in ("Preview", "Source", "Advice", "Remarks", "Earlier"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_load_state("networkidle")
        found += checked(ada, f"editor, {tab}")
    elsewhere(ada, work, TEXT.replace("Nobody", "Somebody"))
    ada.allow(CONFLICT)
    add(ada, "Mine.")
    expect(page.locator("#conflict")).to_be_visible()
    found += checked(ada, "editor, conflict")
    rewa.go(f"{work}review/")
    rewa.page.get_by_role("link", name="Remark on paragraph 3").click()
    rewa.page.get_by_label("Your remark").fill("Nobody?")
    found += checked(rewa, "review, remarking")
    rewa.button("Send").click()
    expect(rewa.page.locator("#b3 .remark")).to_be_visible()
    found += checked(rewa, "review")
    page.get_by_role("tab", name="Earlier").click()
    ada.go(page.locator("#earlier .versions a").first.get_attribute("href"))
    found += checked(ada, "earlier text")
    for address in ("hooks", "cite"):
        ada.go(f"{work}{address}/")
        found += checked(ada, address)
    for text in ("On Friday ten people come.", "Nobody knocks."):
        ada.go(f"{work}hooks/")
        page.get_by_label("Another opening").fill(text)
        ada.button("Put it on the list").click()
    rewa.go(f"{work}hooks/")
    found += checked(rewa, "two openings")
    rewa.page.locator("button[value=left]").click()
    expect(rewa.page.get_by_role("heading", name="What people prefer")).to_be_visible()
    found += checked(rewa, "openings, ranked")
    assert not found, "\n".join(found)


def test_on_a_telephone_one_writes_and_remarks_by_touch(reviewed, visit, server):
    work, ada, _ = reviewed
    ben = invite(ada, work, "reviewer", visit(server, **PHONE), "Ben")
    ben.go(f"{work}review/")
    select(ben, 2, "ten people")
    ben.page.locator("#picked button").tap()
    ben.page.get_by_label("Your remark").fill("Which ten?")
    ben.button("Send").tap()
    expect(ben.page.locator("#b2 .remark")).to_contain_text("Which ten?")
    assert ben.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
