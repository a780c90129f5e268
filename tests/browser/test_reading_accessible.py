"""Pages of a reader test: read, reached and used like all others, by who makes it, who reads, and who grades."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from cohobate.web.slugs import slug

from . import reading
from .reading import Question
from .steps import post
from .test_accessible import PHONE, WIDE, checked
from .visitors import UNREACHABLE

LOOKS = [("light", WIDE), ("dark", PHONE)]
TEXT = "# Doors\n\nA door is open.\n\nA door is closed.\n\n# Windows\n\nA window is small.\n\nA window is large.\n"
ITEMS = reading.table(
    {
        passage: [
            Question(f"What of {passage}, {number}?", "This", ("That", "Neither"), kind)
            for number, kind in enumerate(("text-based", "inference") * 2)
        ]
        for passage in ("p1", "p2")
    }
)
LONG = "Somebody asks at some length what follows " + "from all that " * 12 + "in an unusually" + "long" * 40 + "word?"


@pytest.fixture
def begun(visit, server):
    """A test that has just been begun, with its work, and who leads it; what leads up to it is sent as forms."""
    ada = visit(server, allow=[r"4(04|09|22) \("])
    post(ada, server.owner_link, name="Ada")
    title = f"On doors {slug()}"
    post(ada, "/sources/new/", title=title, text=TEXT)
    source = re.search(r"/sources/(\w{10})/", ada.fetch(f"/sources/?words={title}").text())[1]
    given = {"title": "Doors", "which": "rosetta", "source": source, "id": slug()}
    work = post(ada, f"/works/new/?go=1&source={source}", "/works/new/", **given).url
    post(ada, f"{work}hypothesis/", text="Doors first.", points="20", low="5", high="40", id=slug())
    id = work.split("/")[-2]
    ada.go(f"/tests/new/?work={id}")
    found = checked(ada, "new test", LOOKS)
    test = post(ada, f"/tests/new/?work={id}", "/tests/new/", work=id, title="What of doors?", id=slug()).url
    return ada, work, test, source, found


def taken(ada, test, source):
    """Takes two passages, and writes four items of each and one in words."""
    for title, first, last in (("Doors", 2, 4), ("Windows", 5, 7)):
        fields = {"title": title, "first": str(first), "last": str(last), "source": source, "id": slug()}
        post(ada, f"{test}passages/?source={source}", **fields)
    post(ada, f"{test}items/", pasted=ITEMS, passage="p1")
    words = {"passage": "p1", "kind": "inference", "form": "text", "question": LONG, "rubric": "Full: all of it."}
    post(ada, f"{test}items/", **words, id=slug())


def planned(ada, work, test):
    """Registers the items, writes the page, and settles a plan."""
    post(ada, test, kind="register", id=slug())
    post(ada, f"{work}edit/", text=TEXT.replace("A ", "One "), revision="0", do="version")
    version = re.search(r'<option value="(\w+@\w+)"', ada.fetch(f"{test}texts/").text())[1]
    for passage, first, last in (("p1", 1, 3), ("p2", 4, 6)):
        fields = {"passage": passage, "version": version, "first": str(first), "last": str(last)}
        post(ada, f"{test}texts/", **fields)
    plan = {"readers": "8", "spare": "4", "minutes": "10", "minutes_without": "5", "source": "yes"}
    post(ada, f"{test}plan/", **plan, baseline="20", effect="50", do="settle", id=slug())


def looked(visitor, addresses):
    """What is wrong with pages."""
    found = []
    for address in addresses:
        visitor.go(address)
        found += checked(visitor, address, LOOKS)
    return found


def test_pages_of_who_makes_a_reader_test(begun):
    ada, work, test, source, found = begun
    page = ada.page
    found += looked(ada, [test, f"{test}passages/?source={source}", f"{test}items/"])
    taken(ada, test, source)
    found += looked(ada, ["/tests/", test, f"{test}passages/?source={source}", f"{test}items/"])
    page.get_by_label("Readers answer").select_option(label="in words")
    page.get_by_label("The question").fill("What?")
    ada.button("Take it down").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a rubric")
    found += checked(ada, "an item, refused", LOOKS)
    reading.paste(ada, test, "question,right\nWhat?,This")
    expect(page.get_by_role("alert")).to_be_visible()
    found += checked(ada, "items, refused", LOOKS)
    reading.link(ada, test, "examiner")
    found += checked(ada, "links", LOOKS)
    ada.go(test)
    ada.button("Let the rule read").click()
    expect(page.get_by_role("heading", name="A rehearsal")).to_be_visible()
    found += checked(ada, "rehearsal", LOOKS)
    planned(ada, work, test)
    found += looked(ada, [f"{test}items/", f"{test}texts/", f"{test}plan/", f"{test}preview/?part=1", test])
    post(ada, test, kind="open", id=slug())
    found += looked(ada, [test, f"{test}readers/", f"{test}outcome/"])
    assert not found, "\n".join(found)


def test_pages_of_readers_raters_and_of_the_result(begun, visit, server):
    ada, work, test, source, found = begun
    taken(ada, test, source)
    planned(ada, work, test)
    post(ada, test, kind="open", id=slug())
    link = reading.link(ada, test, "reader")
    kim = visit(server, allow=[UNREACHABLE, r"422 \("])
    kim.go(link)
    found += checked(kim, "coming to read", LOOKS)
    reading.come_to_read(kim, link, "Kim")
    found += checked(kim, "before the first part", LOOKS)
    for number in range(3):
        reading.start(kim)
        kim.context.set_offline(number == 1)
        item = kim.page.get_by_role("group").first
        item.get_by_label(re.compile("I can’t tell")).check()
        expect(item.get_by_text("Not sent yet" if number == 1 else "Saved.")).to_be_visible()
        found += checked(kim, f"part {number}", LOOKS)
        kim.context.set_offline(False)
        expect(item.get_by_text("Saved.")).to_be_visible()
        reading.done(kim)
    found += checked(kim, "through", LOOKS)
    found += looked(kim, [f"{test}reading/mine/", "/tests/"])
    answers = itertools.cycle(["This", "This", "That"])
    for number in range(7):
        reading.reads_in_forms(
            visit(server), link, f"reader-{number}", lambda _, options, text: next(answers) if text else None
        )
    found += looked(ada, [f"{test}readers/"])
    raters = [reading.link(ada, test, "rater") for _ in range(2)]
    post(ada, test, kind="close", id=slug())
    for name, one in zip(("Gil", "Gus"), raters, strict=True):
        rater = visit(server)
        reading.take_part(rater, one, name)
        found += looked(rater, [test, f"{test}grades/"])
        for answer in rater.page.get_by_role("group").all():
            answer.get_by_label("fully (1)").check()
            expect(answer.get_by_text("Saved.")).to_be_visible()
    found += looked(ada, [test, f"{test}grades/", f"{test}outcome/"])
    ada.button("Make the outcome").click()
    expect(ada.page.get_by_role("figure")).to_be_visible()
    for one in ada.page.locator("summary").all():
        one.click()
    found += checked(ada, "outcome", LOOKS)
    version = re.search(r"versions/(\w+)/", ada.fetch(f"{work}versions/").text())[1]
    ada.go(f"{work}versions/{version}/")
    ada.button("Publish").click()
    found += looked(ada, [work, f"{work}versions/{version}/", f"{work}back/", work.replace("/works/", "/p/"), "/desk/"])
    found += looked(kim, [f"{test}reading/", f"{test}outcome/"])
    assert not found, "\n".join(found)
