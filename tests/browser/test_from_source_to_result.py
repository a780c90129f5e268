"""A writer, two reviewers and four readers go the whole way, from a source to the page of a result.

What breaks on the way is tested where it belongs: a lost connection while writing and two tabs in `test_writing`, a
server that is gone while reading and the end of the time in `test_reading`.
"""

import csv
import io
import itertools
import re
from dataclasses import dataclass, field

from playwright.sync_api import expect

from . import reading, writing
from .reading import Question
from .steps import come_as_owner
from .test_accessible import OVERFLOW
from .visitors import PHONE, UNREACHABLE

TITLE = "Of locks and clay"
SOURCE = """## How a boat goes up

A lock is a chamber between two levels, with a gate at each end. A boat that goes up comes in below, and the lower gate
is shut behind it. Then the sluices above are opened, and water runs in until both stand level. Nothing is pumped.

Each passage takes one chamber of water from above, whether the boat is large or small. On a dry summit two boats share.

## Why the bed does not leak

The bed is lined with clay that was wetted and trodden until no water went through it. It must never dry, as it cracks
then. So a canal that is emptied for repair is filled again within weeks.

Where cattle drink, stones are laid, since hooves break the lining.
"""
PAGE = """# Boats on stairs

{why: Whoever has seen a boat on a hill wants to know who carries the water up to it.}

## How a boat goes up

{example: Think of a toy duck in a bathtub. You let water in, and the duck goes up; nobody lifts it.} {idea: A lock is
such a tub with two doors: the boat comes in below, the door is shut, and water runs in from above until it stands as
high as the water there.} No pump is in it anywhere.

One tub of water goes down for each boat. It is the same tub for a rowing boat and for a barge, since the tub is full
either way; so where water is short up there, two boats go together.

## Why the bed does not leak

{example: A raincoat keeps you dry as long as it is whole.} {idea: The bed of a canal has a coat as well, of clay that
was made wet and worked until water no longer passed.} Clay that dries cracks, so the coat has to stay wet: who empties
a canal to mend it fills it again in a few weeks.

Cows would tear it with their feet, so there are stones where they come to drink.
"""
LEVEL, BED = "How a boat goes up", "Why the bed does not leak"
TELLING = {
    ("source", LEVEL): "sluices",
    ("page", LEVEL): "bathtub",
    ("source", BED): "trodden",
    ("page", BED): "raincoat",
}
"""A word of each text that stands in no other, and in no question."""
QUESTIONS = {
    "p1": (
        Question("What lifts a boat?", "Water that runs in", ("A pump", "A crane")),
        Question("What does a large boat use?", "As much as a small one", ("More than a small one", "Nothing")),
        Question("Which gate is shut first when a boat goes up?", "The lower", ("The upper", "Both"), "inference"),
        Question("Why do two go together?", "To use half the water", ("To be quicker", "To be safe"), "inference"),
    ),
    "p2": (
        Question("What keeps the water in?", "Clay", ("Stone", "Tar")),
        Question("What happens to it when it dries?", "It cracks", ("It hardens", "Nothing")),
        Question(
            "Why is a canal not left empty for a year?", "It would leak then", ("It costs toll", "Cows"), "inference"
        ),
        Question("Where are stones laid?", "Where cattle come", ("At each gate", "On the summit"), "inference"),
    ),
}
ANSWERS = {one.asked: one for some in QUESTIONS.values() for one in some}
CANNOT = "I can’t tell"


@dataclass
class Reader:
    """Somebody who can tell nothing without a text; with one, every answer or every second one."""

    careless: bool = False
    answered: int = 0
    """How many questions, with a text."""
    read: list = field(default_factory=list)
    """Which texts they had, in order."""

    def answer(self, question, _options, has_text):
        """The option that they choose; None if they cannot tell."""
        if not has_text:
            return None
        self.answered += 1
        found = ANSWERS[question]
        return found.wrong[0] if self.careless and self.answered % 2 else found.right


# --- the way ----------------------------------------------------------------------------------------------------------


def test_from_a_source_to_the_page_of_a_result(visit, server):
    allowed = [r"40[349] \("]
    ada = come_as_owner(visit(server, allow=allowed), server)
    eve, rewa, rob = (visit(server, allow=allowed) for _ in range(3))
    source = brings_a_source(ada)
    work = begins(ada, source)
    test = registers_items_before_the_draft(ada, eve, work)
    writes(ada, work)
    is_reviewed(ada, rewa, rob, work)
    publishes(ada, work)
    plans(ada, test)
    one, another = reading.link(ada, test, "reader"), reading.link(ada, test, "reader")
    opens(ada, test)
    elsewhere = [test, f"{test}items/", f"{test}answers.csv", f"{test}preview/", source, work, public(work)]
    reads_on_a_phone(visit(server, allow=allowed, **PHONE), one, elsewhere)
    reads_with_a_lost_connection(visit(server, allow=[UNREACHABLE]), one)
    reads_without_a_script(visit(server, java_script_enabled=False), another)
    returns_by_another_link_and_stops(visit(server), one, another)
    rewa.go(one)
    expect(rewa.page.get_by_text("You know too much of this test to read in it")).to_be_visible()
    for number in range(4):
        reading.reads_in_forms(visit(server), another, f"reader-{number}", Reader(number < 2).answer)
    has_its_result(ada, test, work)
    looks_back(ada, work)


def public(work):
    """Where a work is published."""
    return work.replace("/works/", "/p/")


def brings_a_source(ada):
    page = ada.page
    ada.go("/sources/")
    page.get_by_role("link", name="Bring something in").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("The text, in Markdown or plain").fill(SOURCE)
    ada.button("Put it on the shelf").click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    return page.url


def begins(ada, source):
    """Begins a work on the source, and registers what will make it help and by how much."""
    page = ada.page
    ada.go("/desk/")
    page.get_by_role("link", name="Begin a work").click()
    page.get_by_label(TITLE).check()
    ada.button("Go on").click()
    page.get_by_label("Title").fill("Boats on stairs")
    page.get_by_label("Propagating").check()
    ada.button("Begin").click()
    expect(page.get_by_role("heading", name="Next")).to_be_visible()
    work = page.url
    page.get_by_role("link", name="Register a hypothesis").first.click()
    page.get_by_label("What you think will make this work help").fill("Things from a household first.")
    for label, points in (("Points", "60"), ("At least", "30"), ("At most", "95")):
        page.get_by_label(label, exact=True).fill(points)
    ada.button("Register it").click()
    expect(page.get_by_text("predicts 60 points, 95 % sure of 30 to 95")).to_be_visible()
    return work


def registers_items_before_the_draft(ada, eve, work):
    """Begins the test; Eve, who knows the source, writes its items; then nobody changes them any more."""
    page = ada.page
    ada.go(work)
    page.get_by_role("link", name="Begin a test").click()
    page.get_by_label("What the test is called").fill("What do you know of canals?")
    ada.button("Begin the test").click()
    expect(page.get_by_role("heading", name="Items first")).to_be_visible()
    test = page.url
    reading.take_passage(ada, test, f"{TITLE} (of this work)", LEVEL, 2, 4)
    reading.take_passage(ada, test, f"{TITLE} (of this work)", BED, 5, 7)
    reading.take_part(eve, reading.link(ada, test, "examiner"), "Eve")
    assert eve.go(work) == 404
    reading.paste(eve, test, "question,right,wrong,kind\nWhat for?,This,That,odd")
    expect(eve.page.get_by_role("alert")).to_contain_text("Line 2: 'odd' is no kind of item")
    reading.paste(eve, test, reading.table(QUESTIONS))
    expect(eve.page.get_by_text("8 items taken over")).to_be_visible()
    ada.go(test)
    ada.button("Register the 8 items").click()
    expect(page.get_by_text("The items were registered before the first version that was kept")).to_be_visible()
    ada.go(f"{test}items/")
    expect(page.get_by_text("Nobody changes them any more.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Take (it down|off|them over)"))).to_have_count(0)
    return test


def writes(ada, work):
    """Writes half of the page and keeps it, sees what a minimum viable draft lacks, and writes the other half."""
    half = PAGE[: PAGE.index(f"## {BED}")]
    keeps(ada, work, half, 1)
    ada.go(work)
    expect(ada.page.get_by_text("150 are the least that readers can be tested on")).to_be_visible()
    keeps(ada, work, PAGE, 2)
    ada.go(work)
    ada.button("It has passed").click()
    expect(ada.page.get_by_text("Have it reviewed by two people.")).to_be_visible()


def keeps(ada, work, text, number):
    """Writes a text in the editor, and keeps it as a version."""
    writing.write(ada, work)
    writing.field(ada).fill(text)
    writing.saved(ada)
    ada.page.locator(".keeping summary").click()
    ada.button("Keep this version").click()
    expect(ada.page.get_by_text(f"Kept as version {number}")).to_be_visible()


def is_reviewed(ada, rewa, rob, work):
    """Two reviewers come by one link and remark on passages; what they said is answered and settled."""
    ada.go(f"{work}people/")
    ada.button("Make a link").click()
    link = ada.page.get_by_label("Link of this invitation").first.input_value()
    for one, name, words, remark in ((rewa, "Rewa", "toy duck", "Which duck?"), (rob, "Rob", "raincoat", "Whose?")):
        one.go(link)
        one.page.get_by_label("Your name").fill(name)
        one.page.get_by_label("I have read this").check()
        one.button("Go in").click()
        one.page.get_by_role("navigation", name="The work").get_by_role("link", name="Review").click()
        expect(one.page.get_by_text("select it, and press")).to_be_visible()
        block = one.page.locator("[data-block]", has_text=words).first.get_attribute("data-block")
        writing.select(one, block, words)
        one.button("Remark on this").click()
        one.page.get_by_label("Your remark").fill(remark)
        one.button("Send").click()
        expect(one.page.get_by_role("article", name=f"Remark by {name}")).to_contain_text(remark)
        one.page.get_by_label("What should the writer do first?").fill("Say who carries the water.")
        one.button("I have reviewed this version").click()
        expect(one.page.locator("#said")).to_contain_text("Say who carries the water.")
    ada.go("/desk/")
    expect(ada.page.get_by_role("listitem").filter(has_text="Boats on stairs 2 remarks")).to_be_visible()
    ada.go(f"{work}review/")
    settles(ada, "Rewa", "A yellow one.", "Done")
    settles(ada, "Rob", "Anybody has one.", "Decline")
    expect(rewa.page.get_by_role("article", name="Remark by Rewa")).to_be_visible()
    rewa.page.reload()
    expect(rewa.page.get_by_role("article", name="Remark by Rewa")).to_contain_text("A yellow one.")


def settles(ada, who, answer, how):
    remark = ada.page.get_by_role("article", name=f"Remark by {who}")
    remark.get_by_text("Answer or settle").click()
    remark.get_by_label("Your answer, or why you decline").fill(answer)
    ada.button(how, remark).click()
    expect(remark.locator(".chip")).to_have_text("done" if how == "Done" else "declined")


def publishes(ada, work):
    """Passes the last milestone, and publishes: whoever has the address reads it, without its marks."""
    page = ada.page
    ada.go(work)
    ada.button("It has passed").click()
    page.get_by_role("link", name="Choose a version").click()
    page.get_by_role("link", name="Version 2").click()
    ada.button("Publish").click()
    expect(page.get_by_text("published", exact=True).first).to_be_visible()
    ada.go(public(work))
    expect(page.get_by_role("article")).to_contain_text("Think of a toy duck in a bathtub.")
    assert "{example" not in page.content()
    expect(page.get_by_text("Rewa reviewed 1 version and made 1 remark")).to_be_visible()


def plans(ada, test):
    """Chooses the texts, and plans with the power in sight."""
    page = ada.page
    reading.choose_text(ada, test, LEVEL, 3, 5)
    reading.choose_text(ada, test, BED, 6, 8)
    ada.go(f"{test}plan/")
    for label, number in (("Readers", 8), ("Answered without the text", 20), ("Help to be found", 50)):
        page.get_by_label(label).fill(str(number))
    ada.button("What would this find?").click()
    told = page.get_by_text("help of 50 points is shown in")
    expect(told).to_contain_text("With 8 readers, who answer 4 items without a text")
    assert 20 <= int(re.search(r"shown\s+in (\d+) of 100", told.inner_text())[1]) <= 100
    ada.button("Settle and register this plan").click()
    expect(page.get_by_role("heading", name="Settled")).to_be_visible()


def opens(ada, test):
    ada.go(f"{test}preview/")
    expect(ada.page.get_by_text("Nothing is kept of what you choose here.")).to_be_visible()
    ada.go(test)
    ada.button("Open the test").click()
    expect(ada.button("Open the test")).to_be_hidden()
    assert ada.go(f"{test}outcome/") == 409


# --- the readers ------------------------------------------------------------------------------------------------------


def part(visitor, reader, number):
    """Starts a part, and sees that the page has its own text and nothing of another one."""
    text = reading.start(visitor)
    whole = visitor.page.content() + visitor.fetch(visitor.page.url).text()
    there = [name for name, word in TELLING.items() if word in whole]
    if number == 0:
        assert (there, text) == ([], "")
    else:
        assert len(there) == 1
        assert TELLING[there[0]] in text
        reader.read += there
        for version, passage in reader.read[:-1]:
            assert there[0][0] != version
            assert there[0][1] != passage
    return whole


def answers(visitor, reader, text=True):
    """Answers what is asked."""
    asked = reading.asked(visitor)
    assert asked
    for item, question in asked:
        told = reader.answer(question, [], text)
        reading.choose(item, told or (f"{CANNOT} from this" if text else CANNOT))
    return [question for _, question in asked]


def all_saved(visitor):
    """Waits until the server has every answer of the part."""
    expect(visitor.page.get_by_text("Saved.", exact=True)).to_have_count(len(reading.asked(visitor)))


def through(visitor):
    """Waits until all parts are done."""
    expect(visitor.page.get_by_role("heading", name="Thank you. You are through.")).to_be_visible()


def reads_on_a_phone(kim, link, elsewhere):
    """Reads on 360 pixels. Nothing that the server sends tells which answer is right, nor leads to another text."""
    reader = Reader(careless=True)
    reading.come_to_read(kim, link, "Kim")
    sent, told, asked = [], [], []
    kim.page.on("response", lambda answer: sent.append(answer) if answer.url.endswith("/answer/") else None)
    for number in range(3):
        part(kim, reader, number)
        assert kim.page.evaluate(OVERFLOW) <= 0
        for address in elsewhere:
            answer = kim.context.request.get(address)
            assert answer.status in (403, 404), address
            assert not [word for word in TELLING.values() if word in answer.text()], address
        asked += answers(kim, reader, number > 0)
        expect(kim.page.get_by_text("All answered")).to_be_visible()
        all_saved(kim)
        told += [re.sub(r"\d+", "", one.text()) for one in sent]
        sent.clear()
        reading.done(kim)
    through(kim)
    assert len(asked) == len(set(asked)) == len(told) == 8
    assert len(set(told)) == 1, "what is right and what is wrong is answered alike"


def reads_with_a_lost_connection(lou, link):
    """Answers a whole part without a connection; it is sent when there is one again."""
    reader = Reader()
    reading.come_to_read(lou, link, "Lou")
    for number in range(3):
        part(lou, reader, number)
        lou.context.set_offline(number == 1)
        answers(lou, reader, number > 0)
        if number == 1:
            expect(lou.page.get_by_text("Not sent yet; it is kept in this browser").first).to_be_visible()
            lou.context.set_offline(False)
        all_saved(lou)
        reading.done(lou)
    through(lou)


def reads_without_a_script(mo, link):
    reader = Reader()
    reading.come_to_read(mo, link, "Mo")
    for number in range(3):
        part(mo, reader, number)
        answers(mo, reader, number > 0)
        reading.done(mo)
    through(mo)


def returns_by_another_link_and_stops(nim, link, another):
    """Is the same reader by another link, with the answers that were given, and stops in the middle of a text."""
    reader = Reader()
    reading.come_to_read(nim, link, "Nim")
    part(nim, reader, 0)
    answers(nim, reader, text=False)
    all_saved(nim)
    nim.go(another)
    expect(nim.page.get_by_role("heading", name="Part 1 of 3")).to_be_visible()
    expect(nim.page.get_by_text("All answered")).to_be_visible()
    reading.done(nim)
    part(nim, reader, 1)
    nim.page.get_by_text("I want to stop").click()
    nim.button("Stop here").click()
    expect(nim.page.get_by_role("heading", name="You stopped here. Thank you.")).to_be_visible()
    nim.go(link)
    expect(nim.page.get_by_role("heading", name="You stopped here. Thank you.")).to_be_visible()


# --- what came of it --------------------------------------------------------------------------------------------------


def has_its_result(ada, test, work):
    """Closes the test; the sentence says what the answers say."""
    page = ada.page
    ada.go(f"{test}readers/")
    expect(page.get_by_text("8 readers came, and 8 are planned; 7 are through.")).to_be_visible()
    rows = page.get_by_role("row").filter(has=page.get_by_role("cell")).all()
    assert [row.get_by_role("cell").first.inner_text() for row in rows] == ["2"] * 4
    ada.go(test)
    page.locator("summary", has_text="Close the test").click()
    ada.button("Close it for good").click()
    page.get_by_role("link", name="To the outcome").click()
    ada.button("Make the outcome").click()
    expect(page.get_by_role("figure")).to_be_visible()
    sentence = page.get_by_text(re.compile("points more than without it")).first.inner_text()
    points, low, high, readers = map(
        int, re.search(r"(\d+) points more .*?(?:interval )?(\d+) to\s(\d+), (\d+) readers", sentence).groups()
    )
    assert points == round(100 * help_in(ada.fetch(f"{test}answers.csv").text()))
    assert low < points < high
    assert readers == 7
    expect(page.get_by_text("The items were registered before the first version that was kept")).to_be_visible()


def help_in(answers):
    """Of the readers who answered both ways: the mean share right with the page, as nobody was right without a text."""
    rows = sorted(csv.DictReader(io.StringIO(answers)), key=lambda row: (row["reader"], row["arm"]))
    shares = {}
    for (reader, arm), some in itertools.groupby(rows, key=lambda row: (row["reader"], row["arm"])):
        given = [float(row["correct"]) for row in some if row["correct"]]
        shares.setdefault(arm, {})[reader] = sum(given) / len(given) if given else None
    assert set(shares["no text"].values()) == {0.0}
    with_page = [share for share in shares["distillation"].values() if share is not None]
    return sum(with_page) / len(with_page)


def looks_back(ada, work):
    """Sees the prediction beside the outcome."""
    page = ada.page
    ada.go(work)
    page.get_by_role("link", name="Look back").first.click()
    expect(page.get_by_text("You predicted 60 points, and were 95 % sure of 30 to 95.")).to_be_visible()
    expect(page.get_by_text("points more than without it")).to_be_visible()
    page.get_by_label("What came of your hypothesis").fill("It held.")
    ada.button("Keep it").click()
    ada.go(work)
    expect(page.get_by_text("All steps are done.")).to_be_visible()
