"""Raters grade blind: what came of a test is kept from them, wherever it stands, until they have graded all."""

import json
import re

import pytest
from django.urls import get_resolver

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.web.readings import keeper
from cohobate.web.readings.told import of_work
from cohobate.web.readings.withheld import GRADING
from cohobate.web.slugs import slug
from cohobate.web.sources.models import Source
from cohobate.web.works import keeper as works
from cohobate.web.works.models import Method, Part
from cohobate.web.works.register import find

from .browsers import words
from .testing_readers import act, comes, opened, person, reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(db):
    return person("Wanda")


@pytest.fixture
def graded(writer):
    """A closed test with two raters, of whom one has graded nothing, and an outcome all the same."""
    method = method_of(writer)
    trial = opened(writer, in_words=1)
    named = {"method": method.pk, "method_digest": method.versions.get().digest}
    does = {"text": "It has a picture.", "points": "20", "low": "5", "high": "35", **named}
    works.act(trial.work_id, writer.person, Act(slug(), "hypothesis", does))
    for number in range(7):
        reads(comes(trial, f"Reader {number}"), trial)
    digest = next(one.version.digest for one in keeper.trials.state(trial.pk).passages.values())
    works.act(trial.work_id, writer.person, Act(slug(), "publish", {"digest": digest}))
    act(trial, writer, "close")
    raters = [person("Raul"), person("Rosa")]
    for rater in raters:
        act(trial, rater, "join", role="rater", name=rater.person.name)
    grade_all(trial, raters[0])
    writer.do("trial-outcome", trial.pk)
    return trial, raters, method


def method_of(writer):
    writer.do("new-method", title="Pictures first", text="Begin with a picture.")
    return Method.objects.get()


def grade_all(trial, rater, grade="1"):
    there = keeper.to_grade(trial.pk)
    rater.do("trial-rating", trial.pk, **{f"grade-{one.id}": grade for one in there})


def everywhere(trial, method):
    """Every address of the server that can be filled in with what is here."""
    known = {
        "trial": trial.pk,
        "work": trial.work_id,
        "source": Source.objects.first().pk,
        "method": method.pk,
        "number": 1,
        "digest": next(one.version.digest for one in keeper.trials.state(trial.pk).passages.values()),
    }
    for pattern in get_resolver().url_patterns:
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known.get(found[1], "?")), f"/{pattern.pattern}")
        if "?" not in path and "^" not in path:
            yield path


def telling(trial, body):
    """Whether a page tells what came of the test: in a sentence, or in figures."""
    made = keeper.trials.state(trial.pk).outcomes[-1]
    entry = find(made.ledger[0]).data
    lines = [line for line in body.splitlines() if line.startswith("{")]
    in_figures = any('"reader-test"' in line and json.loads(line).get("answers") == entry["answers"] for line in lines)
    (outcome,) = of_work(trial.work_id)
    return made.sentence in words(body) or f"{outcome.points:.0f} ({outcome.low:.0f} to" in words(body) or in_figures


def test_no_address_tells_a_rater_what_came_of_the_test_before_they_have_graded_all(graded):
    trial, (done, blind), method = graded
    paths = list(everywhere(trial, method))
    assert len(paths) > 60
    told = {}
    for browser in (done, blind):
        told[browser] = set()
        for path in paths:
            response = browser.get(path)
            body = b"".join(response).decode(errors="replace")
            if response.status_code == 200 and telling(trial, body):
                told[browser].add(path)
    assert told[blind] == set()
    for path in (
        f"/tests/{trial.pk}/outcome/",
        "/ledger/ledger.jsonl",
        f"/p/{trial.work_id}/",
        f"/methods/{method.pk}/",
    ):
        assert path in told[done]
        refused = blind.get(path)
        assert refused.status_code == 403
        assert GRADING in words(refused.content.decode())


def test_when_all_is_graded_a_rater_sees_the_outcome_and_their_grades_stay(graded):
    trial, (done, blind), _ = graded
    assert f"{len(keeper.to_grade(trial.pk))} answers to grade" in words(blind.see("trial", trial.pk))
    grade_all(trial, blind, "0")
    assert "The outcome" in words(blind.see("trial", trial.pk))
    blind.see("trial-outcome", trial.pk)
    with pytest.raises(Refused, match="your grades stay"):
        act(trial, blind, "grade", answer=keeper.to_grade(trial.pk)[0].id, grade="1")
    page = blind.see("trial-rating", trial.pk)
    assert "your grades stay as they are" in words(page)
    assert "Save the grades" not in words(page)


def test_grades_may_change_until_there_is_an_outcome(writer):
    trial = opened(writer, in_words=1)
    reads(comes(trial), trial)
    act(trial, writer, "close")
    rater = person("Raul")
    act(trial, rater, "join", role="rater", name="Raul")
    grade_all(trial, rater)
    grade_all(trial, rater, "0")
    assert {grade for one in keeper.trials.state(trial.pk).grades.values() for grade in one.values()} == {0}


def test_an_examiner_who_rates_is_as_blind_as_others(graded):
    trial, (_, blind), _ = graded
    act(trial, blind, "join", role="examiner", name="Rosa")
    assert keeper.trials.state(trial.pk).outcomes[-1].sentence not in words(blind.see("trial", trial.pk))
    blind.see("trial-outcome", trial.pk, status=403)


def test_the_owner_of_the_server_sees_all_and_so_grades_nothing(writer, owner):
    trial = opened(writer, in_words=1)
    with pytest.raises(Refused, match="owns this server"):
        act(trial, owner, "join", role="rater", name="Oda")


def test_a_rater_who_came_into_the_work_and_grades_no_more_is_not_kept_from_its_pages(graded):
    trial, (_, blind), _ = graded
    works.act(trial.work_id, blind.person, Act(slug(), "join", {"role": "writer", "name": "Rosa"}))
    assert Part.objects.filter(work=trial.work_id, person=blind.person).exists()
    blind.see("work", trial.work_id)
