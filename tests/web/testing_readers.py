"""What tests of reader tests share: a work with sources, a test of it in any state, and people who read in it."""

import hashlib
import re

from cohobate.practicum.acts import Act
from cohobate.web.people.links import COOKIE, find_person
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper, links
from cohobate.web.readings.models import Sitting, Trial, TrialInvitation
from cohobate.web.slugs import slug
from cohobate.web.sources.models import Source, Text, Version
from cohobate.web.works import keeper as works

from .browsers import Somebody

SOURCES = {
    "Drying fronts": "The front of a drying drop moves inwards.\n\nSECRET-SOURCE-1: salt stays at the rim.",
    "Queues on foot": "A queue that walks keeps its order.\n\nSECRET-SOURCE-2: whoever stops is passed.",
}
DRAFTS = {
    "p1": "Picture a drop of coffee.\n\nSECRET-PAGE-1: the rim dries first.",
    "p2": "Picture people at a door.\n\nSECRET-PAGE-2: nobody waits for who stops.",
}


def source(title, text):
    """A source on the shelf."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    row, _ = Text.objects.get_or_create(pk=digest, defaults={"text": text})
    name = title.lower().replace(" ", "-")
    found = Source.objects.create(name=name, path=f"{name}.md", type="source", title=title, key=name, latest=row)
    Version.objects.create(source=found, text=row)
    return found


def person(name, **more):
    return Somebody(Person.objects.create(name=name, **more))


def act(trial, who, kind, added=None, /, **fields):
    """Does something with a test, past the pages."""
    given = {name: str(value) for name, value in fields.items()}
    return keeper.act(trial.pk, who.person, Act(slug(), kind, given), added)


def written(writer, items=4, in_words=0):
    """A test with its passages and items, in the state "writing". The right answer always reads RIGHT-KEY."""
    work = works.begin(writer.person, title="Coffee and queues", kind="propagating", sources="")
    trial = keeper.begin(writer.person, work.pk, "Coffee and queues, in questions")
    for title, text in SOURCES.items():
        one = source(title, text)
        act(trial, writer, "passage", title=title, source=one.pk, digest=one.latest_id, blocks=2)
    for passage in ("p1", "p2"):
        for number in range(items):
            item(trial, writer, passage, number, in_words=number < in_words)
    return trial


def item(trial, who, passage, number, in_words=False, **more):
    """An item of a passage; of kinds in turn."""
    fields = {"passage": passage, "kind": ("text-based", "inference")[number % 2], "question": f"{passage}, {number}?"}
    if in_words:
        fields |= {"form": "text", "rubric": "SECRET-RUBRIC: names the rim."}
    else:
        fields |= {"option1": "one thing", "option2": f"the other, {passage} {number}", "option3": "a third", "key": 2}
    return act(trial, who, "item", **fields | more)


def texts_chosen(trial, writer):
    """Keeps a version for each passage, and chooses it."""
    for passage, text in DRAFTS.items():
        works.keep_version(trial.work_id, writer.person, text)
        act(trial, writer, "text", passage=passage, work=trial.work_id, digest=works.digest_of(text), blocks=2)


PLAN = {"readers": 8, "spare": 2, "minutes": 10, "minutes_without": 5, "baseline": 0.4, "effect": 0.2, "source": "yes"}


def opened(writer, items=4, in_words=0, **plan):
    """A test that readers can come to."""
    trial = written(writer, items, in_words)
    act(trial, writer, "register")
    texts_chosen(trial, writer)
    act(trial, writer, "plan", **PLAN | plan)
    act(trial, writer, "open")
    trial.refresh_from_db()
    return trial


def invited(trial, role="reader", by=None, most=50):
    """The path of a link into the test."""
    by = by.person if by else trial.made_by
    made = TrialInvitation.objects.create(trial=trial, role=role, most_uses=most, made_by=by)
    return links.link(made).removeprefix("http://testserver")


COMING = {"consent": "yes", "knows": "new"}


def comes(trial, name="Rita", browser=None, **more):
    """A reader who has come by a link, and their browser."""
    browser = browser or Somebody()
    response = browser.post(invited(trial), COMING | {"name": name} | more)
    assert response.status_code == 302, response.content.decode()
    browser.person = find_person(browser.cookies[COOKIE].value, "cookie")[0]
    return browser


def page(browser, trial, status=200):
    return browser.see("sitting", trial.pk, status=status)


def state(browser, trial):
    return keeper.sittings.state(Sitting.objects.get(trial=trial, person=browser.person).pk)


def start(browser, trial):
    part = state(browser, trial).coming
    browser.do("sitting-go", trial.pk, kind="start", part=part.number if part else 0, id=slug())
    return state(browser, trial).current


def choose(browser, trial, part, item, choice, status=200, id="", **more):
    """Sends a choice as the page's script does; what the server said."""
    sent = {"id": id or slug(), "part": part, "item": item, "choice": choice, "text": ""} | more
    path = f"/tests/{trial.pk}/reading/answer/"
    response = browser.post(path, sent, headers={"accept": "application/json"})
    assert response.status_code == status, response.content.decode()
    return response.json()


def finish(browser, trial, part):
    browser.do("sitting-go", trial.pk, kind="finish", part=part, why="reader", id=slug())


def right(trial, item):
    return keeper.trials.state(trial.pk).items[item].key


def reads(browser, trial, answers=None, parts=3):
    """Goes through so many parts; `answers` says, for an arm and the place of an item, whether it is right."""
    answers = answers or (lambda arm, place: arm != "no text" or place % 2 == 0)
    for _ in range(parts):
        part = start(browser, trial)
        for place, item in enumerate(part.items):
            key = right(trial, item)
            choice = "" if key is None else key if answers(part.arm, place) else (key + 1) % 3
            choose(browser, trial, part.number, item, choice, text="At the rim." if key is None else "")
        finish(browser, trial, part.number)


def fresh(trial):
    return Trial.objects.get(pk=trial.pk)


def hidden(html):
    """A page without what is another thing each time: tokens, ids of forms, and the time that is left."""
    return re.sub(r'"\w{64}"|value="\w{10}"|data-left="[\d.]+"', "", html)
