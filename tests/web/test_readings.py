"""Reader tests through the web, from the first item to the sentence."""

import pytest

from cohobate.fidelity.crossover import Crossover
from cohobate.practicum.reader_test import analyse, read_answers
from cohobate.web.readings import keeper
from cohobate.web.works import keeper as works
from cohobate.web.works.models import Registered
from cohobate.web.works.register import find

from .browsers import words
from .testing_readers import (
    SOURCES,
    act,
    comes,
    fresh,
    invited,
    opened,
    page,
    person,
    reads,
    source,
    texts_chosen,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(db):
    return person("Wanda")


def test_a_test_goes_from_items_to_a_sentence_through_the_pages(writer):
    work = works.begin(writer.person, title="Coffee", kind="propagating", sources="")
    began = writer.do("new-trial", work=work.pk, title="Coffee, in questions")
    id = began.url.split("/")[2]
    for title, text in SOURCES.items():
        writer.do("trial-passages", id, source=source(title, text).pk, title=title)
    table = "question,right,wrong,wrong,passage\n" + "".join(
        f"What of {passage} {number}?,yes {number},no,never,{passage}\n"
        for passage in ("p1", "p2")
        for number in range(4)
    )
    writer.do("trial-items", id, pasted=table, passage="p1")
    writer.do("trial", id, kind="register")
    for passage, text in (("p1", "One page.\n\nAnd more."), ("p2", "Another page.")):
        works.keep_version(work.pk, writer.person, text)
        writer.do("trial-texts", id, passage=passage, version=f"{work.pk}@{works.digest_of(text)}")
    plan = {"readers": 8, "spare": 2, "minutes": 10, "minutes_without": 5, "source": "yes"}
    plan |= {"baseline": 40, "effect": 20}
    looked = writer.do("trial-plan", id, status=200, do="look", **plan)
    assert "of 100 tests" in words(looked.content.decode())
    writer.do("trial-plan", id, do="settle", **plan)
    writer.do("trial", id, kind="open")
    trial = keeper.models.Trial.objects.get(pk=id)
    assert trial.state == "open"
    for number in range(8):
        reads(comes(trial, f"Reader {number}"), trial)
    writer.see("trial-progress", id)
    writer.do("trial", id, kind="close")
    writer.do("trial-outcome", id)
    told = words(writer.see("trial-outcome", id))
    assert "Readers of “Coffee” answer 50 points more than without it" in told
    assert "registered before the first draft" in told
    assert fresh(trial).state == "done"
