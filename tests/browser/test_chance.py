"""Chance types in three tabs of two people, reloads, cuts connections and chooses; at the end every word is there."""

import os
import random
import re
from html import unescape

import pytest
from playwright.sync_api import expect

from .visitors import UNREACHABLE
from .writing import begin, draft, invite, write

SEEDS = [int(seed) for seed in os.environ.get("COHOBATE_TEST_SEEDS", "1").split(",")]
"""One is enough to see that it works; more of them are for changes of what saves drafts."""
STEPS = 24
DOES = [*["type"] * 6, "disconnect", "connect", "reload", "choose", "wait", "wait"]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_every_word_is_in_the_draft_or_among_the_earlier_texts(visit, server, seed):
    chance = random.Random(seed)
    allowed = [UNREACHABLE, r"409 \(Conflict\)"]
    work, ada = begin(visit, server, "Begin.\n\nMiddle.\n\nEnd.\n", allow=allowed)
    ben = invite(ada, work, "writer", visit(server, allow=allowed), "Ben")
    write(ben, work)
    second = ada.context.new_page()
    second.goto(f"{work}edit/")
    tabs = [(ada, ada.page), (ada, second), (ben, ben.page)]
    words, done = [], []
    away = set()
    for step in range(STEPS):
        who, page = chance.choice(tabs)
        does = chance.choice(DOES)
        done.append((tabs.index((who, page)), does))
        if does == "type":
            words.append(f"word{seed}x{step}.")
            page.locator("#text").press(chance.choice(["Control+Home", "Control+End"]))
            page.locator("#text").press_sequentially(f" {words[-1]} ")
        elif does in ("disconnect", "connect"):
            (away.add if does == "disconnect" else away.discard)(who)
            who.context.set_offline(does == "disconnect")
        elif does == "reload" and who not in away:
            page.reload()
        elif does == "choose":
            choose(chance, page)
        page.wait_for_timeout(chance.choice([0, 300, 1200]))
    for who in away:
        who.context.set_offline(False)
    for _ in range(4):
        for _, page in tabs:
            page.wait_for_timeout(1200)
            choose(chance, page)
    for _, page in tabs:
        expect(page.locator("#state")).to_have_class(re.compile("saved"))
    earlier = re.findall(r'href="([^"]+/earlier/\d+/)"', ada.fetch(f"{work}earlier/").text())
    texts = [draft(ada, work), *(unescape(ada.fetch(address).text()) for address in earlier)]
    assert words
    assert [word for word in words if not any(word in text for text in texts)] == [], done


def choose(chance, page):
    """Settles a conflict somehow, if there is one."""
    shown = page.locator("#conflict [data-choice]:visible").all()
    if shown:
        chance.choice(shown).click()
