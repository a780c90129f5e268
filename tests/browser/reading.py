"""What those who make a reader test do, and those who read in it, step by step."""

import csv
import io
import re
from dataclasses import dataclass
from html import unescape

from playwright.sync_api import expect

from .steps import post

LEADS = {
    "reader": "reads and answers",
    "examiner": "knows the source, and writes items",
    "rater": "grades what was answered in words",
    "lead": "leads the test as well",
}
PART = re.compile(r'<form method="post" action="[^"]+/answer/" id="answers".*?</form>', re.S)
ITEM = re.compile(r'<fieldset[^>]+data-item="(\w+)">.*?<span dir="auto">(.*?)</span></legend>(.*?)</fieldset>', re.S)
OPTION = re.compile(r'value="(\d+)"[^>]*> <span dir="auto">(.*?)</span>')


@dataclass(frozen=True)
class Question:
    """A question with its options."""

    asked: str
    right: str
    wrong: tuple[str, ...]
    kind: str = "text-based"


def table(questions):
    """Questions of passages, by their ids, as a table to be pasted."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\n")
    wrong = max(len(one.wrong) for some in questions.values() for one in some)
    lines.writerow(["question", "right", *["wrong"] * wrong, "kind", "passage"])
    for passage, some in questions.items():
        lines.writerows([one.asked, one.right, *one.wrong, one.kind, passage] for one in some)
    return made.getvalue()


def take_passage(lead, test, source, title, first, last):
    """Takes a stretch of a source for a passage, by clicking where it begins and ends."""
    page = lead.page
    lead.go(f"{test}passages/")
    page.get_by_label("From which source").select_option(label=source)
    lead.button("Show its text").click()
    blocks = page.get_by_role("list", name="The blocks of the source").get_by_role("listitem")
    blocks.nth(first - 1).click()
    blocks.nth(last - 1).click()
    page.get_by_label("What it is about").fill(title)
    lead.button("Take this passage").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def paste(examiner, test, pasted):
    """Writes many items at once."""
    examiner.go(f"{test}items/")
    examiner.page.get_by_text("Paste many at once").click()
    examiner.page.get_by_role("textbox", name="The table").fill(pasted)
    examiner.button("Take them over").click()


def choose_text(lead, test, title, first, last):
    """Chooses what is read of the page for a passage."""
    lead.go(f"{test}texts/")
    card = lead.page.locator("section", has=lead.page.get_by_role("heading", name=title))
    card.get_by_label("From block").fill(str(first))
    card.get_by_label("To block").fill(str(last))
    lead.button("Choose", card).click()
    expect(card.get_by_text(f"blocks {first} to {last}")).to_be_visible()


def link(lead, test, role):
    """Makes a link into a test, and gives it."""
    lead.go(f"{test}links/")
    links = lead.page.get_by_label("Link of this invitation")
    before = links.count()
    lead.page.get_by_label("For somebody who").select_option(label=LEADS[role])
    lead.button("Make a link").click()
    expect(links).to_have_count(before + 1)
    return links.first.input_value()


def take_part(visitor, address, name):
    """Comes in as an examiner or a rater."""
    visitor.go(address)
    visitor.page.get_by_label("Your name").fill(name)
    visitor.page.get_by_label("I have read this").check()
    visitor.button("Take part").click()
    expect(visitor.page.get_by_role("heading", name="Who takes part")).to_be_visible()


def come_to_read(reader, address, name, knows="Have read about it"):
    """Comes in as a reader."""
    reader.go(address)
    reader.page.get_by_label("Your name").fill(name)
    reader.page.get_by_label(knows).check()
    reader.page.get_by_label("I have read this").check()
    reader.button("Go on").click()
    expect(reader.page.get_by_role("heading", name="What do you know already?")).to_be_visible()


def start(reader):
    """Starts the part that comes next; gives what the text says, if there is one."""
    reader.button("Start").click()
    expect(reader.page.get_by_role("form", name="The questions")).to_be_visible()
    text = reader.page.get_by_label("The text")
    return text.inner_text() if text.count() else ""


def asked(reader):
    """The items of the part under way: groups, each with the question that it asks."""
    groups = reader.page.get_by_role("form", name="The questions").get_by_role("group")
    return [(one, one.locator("legend [dir]").inner_text()) for one in groups.all()]


def choose(item, option):
    """Chooses an option of an item by its words."""
    item.get_by_label(option, exact=True).check()


def done(reader):
    """Is done with the part under way."""
    reader.button("I am done with this part").click()
    expect(reader.button("I am done with this part")).to_be_hidden()


def reads_in_forms(reader, address, name, answer):
    """Reads and answers through all parts, without pages.

    answer:  question, options, whether there is a text -> the option that is chosen, or None for “I can't tell”
    """
    came = post(reader, address, name=name, knows="new", consent="on")
    sitting, page = came.url, came.text()
    for part in range(3):
        page = post(reader, sitting, f"{sitting}go/", kind="start", part=str(part), id=f"{name}-starts-{part}").text()
        chosen = {}
        for item, question, options in ITEM.findall(PART.search(page)[0]):
            found = {unescape(option): value for value, option in OPTION.findall(options)}
            told = answer(unescape(question), list(found), 'aria-label="The text"' in page)
            if told and not found:
                chosen[f"text-{item}"] = told
            else:
                chosen[f"item-{item}"] = found[told] if told else "unsure"
        page = post(reader, sitting, f"{sitting}answer/", part=str(part), do="finish", **chosen).text()
    assert "You are through" in page
