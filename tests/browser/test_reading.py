"""Reading in a test with a real browser: what is chosen is never lost, and the clock is the server's."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .test_accessible import checked
from .visitors import PHONE, UNREACHABLE

FURNISH = Path(__file__).parents[2] / "benchmarks" / "_readers.py"


@pytest.fixture
def link(own_server):
    """Makes an open test on the server, with so many minutes for each part: the path of a link into it."""

    def make(minutes, in_words=0):
        path = os.pathsep.join(filter(None, sys.path))
        told = subprocess.run(
            [sys.executable, str(FURNISH), "furnish", str(own_server.folder), "8", str(minutes), str(in_words)],
            env=os.environ | {"PYTHONPATH": path, "DATABASE_URL": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(told.stdout)["path"]

    return make


def come(visitor, path):
    """Comes in by the link, and starts the first part."""
    page = visitor.page
    visitor.go(path)
    page.get_by_label("Your name").fill("Rita")
    page.get_by_label("New to the field").check()
    page.get_by_label("I have read this").check()
    visitor.button("Go on").click()
    visitor.button("Start").click()
    expect(page.locator("fieldset.item")).to_have_count(12)
    return page


def choose(page, number, option):
    """Chooses an option of the item with that place, from 0; gives the item."""
    item = page.locator("fieldset.item").nth(number)
    item.locator("label").nth(option).click()
    return item


def test_what_is_chosen_while_the_server_is_gone_is_kept_over_a_reload_and_goes_out_by_itself(visit, own_server, link):
    rita = visit(own_server, allow=[UNREACHABLE])
    page = come(rita, link(10))
    expect(choose(page, 0, 1).get_by_text("Saved.")).to_be_visible()
    own_server.kill()
    item = choose(page, 1, 2)
    expect(item.get_by_text("Not sent yet")).to_be_visible()
    choose(page, 0, 4)
    own_server.start()
    expect(item.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.locator("fieldset.item").nth(1).locator("input").nth(2)).to_be_checked()
    expect(page.locator("fieldset.item").nth(0).locator("input").nth(4)).to_be_checked()
    expect(page.get_by_text("10 not answered yet")).to_be_visible()


def test_an_answer_that_was_typed_offline_is_there_when_the_tab_is_opened_again(visit, own_server, link):
    rita = visit(own_server, allow=[UNREACHABLE])
    page = come(rita, link(10))
    address = page.url
    rita.context.set_offline(True)
    expect(choose(page, 3, 0).get_by_text("Not sent yet")).to_be_visible()
    page.close()
    rita.context.set_offline(False)
    rita.page = page = rita.context.new_page()
    rita.go(address)
    item = page.locator("fieldset.item").nth(3)
    expect(item.locator("input").nth(0)).to_be_checked()
    expect(item.get_by_text("Saved.")).to_be_visible()
    rita.button("I am done with this part").click()
    expect(page.get_by_role("heading", name="Read, and answer")).to_be_visible()


def test_answers_stay_in_the_browser_when_it_is_nobodys_or_somebody_elses_for_a_while(visit, own_server, link):
    rita = visit(own_server, allow=["403"])
    page = come(rita, link(10))
    cookies = rita.context.cookies()
    rita.context.clear_cookies()
    item = choose(page, 1, 2)
    expect(item.get_by_text("Your answer is kept in this browser.")).to_be_visible()
    other = choose(page, 2, 1)
    expect(other.get_by_text("Your answer is kept in this browser.")).to_be_visible()
    rita.context.add_cookies(cookies)
    page.reload()
    for number, option in ((1, 2), (2, 1)):
        expect(page.locator("fieldset.item").nth(number).get_by_text("Saved.")).to_be_visible()
        expect(page.locator("fieldset.item").nth(number).locator("input").nth(option)).to_be_checked()


def test_words_that_were_typed_a_moment_ago_are_there_after_a_reload_and_after_the_tab_was_gone(
    visit, own_server, link
):
    rita = visit(own_server)
    page = come(rita, link(10, in_words=12))
    page.locator("textarea").nth(0).press_sequentially("At the rim")
    page.reload()
    expect(page.locator("textarea").nth(0)).to_have_value("At the rim")
    address = page.url
    page.locator("textarea").nth(1).press_sequentially("Nobody waits")
    page.close()
    rita.page = page = rita.context.new_page()
    rita.go(address)
    item = page.locator("fieldset.item").nth(1)
    expect(item.locator("textarea")).to_have_value("Nobody waits")
    expect(item.locator("[data-saved]")).to_have_text(re.compile("Saved|^$"))
    page.reload()
    expect(page.locator("textarea").nth(1)).to_have_value("Nobody waits")


def test_when_the_time_is_up_the_part_ends_by_itself_and_the_next_one_waits(visit, own_server, link):
    rita = visit(own_server)
    page = come(rita, link(0.5))
    choose(page, 0, 0)
    expect(page.get_by_text(re.compile("less than a minute left|seconds left"))).to_be_visible()
    expect(page.get_by_role("heading", name="Read, and answer")).to_be_visible(timeout=60_000)
    assert checked(rita, "between two parts") == []
    rita.button("Start").click()
    expect(page.get_by_label("The text")).to_be_visible()
    assert checked(rita, "reading") == []


def test_without_a_script_a_reader_goes_through_all_parts(visit, own_server, link):
    rita = visit(own_server, java_script_enabled=False)
    page = come(rita, link(10))
    for part in range(3):
        choose(page, 0, 1)
        rita.button("Save").click()
        expect(page.locator("fieldset.item").nth(0).locator("input").nth(1)).to_be_checked()
        rita.button("I am done with this part").click()
        if part < 2:
            rita.button("Start").click()
    expect(page.get_by_role("heading", name="Thank you. You are through.")).to_be_visible()


def test_whoever_clicks_again_since_no_answer_came_is_one_reader(visit, own_server, link):
    path = link(10)
    rita = visit(own_server, allow=["ERR_FAILED"])
    page = rita.page
    lost = []

    def loses(route):
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.fallback()

    page.route("**/r/*", loses)
    for _ in range(3):
        rita.go(path)
        page.get_by_label("Your name").fill("Rita")
        page.get_by_label("New to the field").check()
        page.get_by_label("I have read this").check()
        rita.button("Go on").click()
        if len(lost) == 2 and page.url.endswith("/reading/"):
            break
        page.wait_for_url("chrome-error://**")
        rita.context.clear_cookies(name="cohobate")  # which came with the answer
    expect(rita.button("Start")).to_be_visible()
    assert lost == [302, 302]
    there = sqlite3.connect(own_server.folder / "cohobate.sqlite3")
    assert there.execute("SELECT count(*) FROM people_person WHERE name = 'Rita'").fetchone() == (1,)
    assert there.execute("SELECT count(*) FROM readings_sitting").fetchone() == (1,)
    there.close()


def test_on_a_phone_one_gets_from_the_questions_to_the_text_and_back(visit, own_server, link):
    page = come(rita := visit(own_server, **PHONE), link(10))
    rita.button("I am done with this part").click()
    rita.button("Start").click()
    expect(page.locator("fieldset.item").first).to_be_visible()
    page.locator("fieldset.item").last.scroll_into_view_if_needed()
    expect(page.locator("[data-clock]")).to_be_in_viewport()
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.get_by_label("The text")).to_be_in_viewport()
    expect(page.locator("fieldset.item").first).not_to_be_in_viewport()
    page.get_by_role("link", name="Questions", exact=True).click()
    expect(page.locator("fieldset.item").first).to_be_in_viewport(ratio=0.9)
    expect(page.locator("[data-clock]")).to_be_in_viewport()
