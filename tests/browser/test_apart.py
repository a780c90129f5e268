"""What belongs to different things, people and times is not mixed up on a page."""

import pytest
from playwright.sync_api import expect

from .steps import at, come_as_owner, enter, open_room, record_of


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
