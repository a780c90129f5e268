from playwright.sync_api import expect
from .steps import *

def test_first(visit, server):
    room, ada, ben = pair(visit, server)
    ada.page.locator("#form-story textarea").fill("On Friday\nten people come.")
    saved(ada, "story")
    expect(ben.page.locator("#things")).to_contain_text("ten people come")
