"""Who may what with reader tests, and who sees which words of one."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cohobate.practicum.acts import Act
from cohobate.practicum.reading.trial_acts import kinds_of_acts
from cohobate.web.people.models import Person
from cohobate.web.readings import keeper
from cohobate.web.readings.models import TrialEvent
from cohobate.web.readings.urls import urlpatterns
from cohobate.web.slugs import slug
from cohobate.web.works import keeper as works

from .browsers import Somebody
from .reading_table import ROLES, TABLE
from .testing_readers import act, comes, invited, opened, person, reads, start

pytestmark = pytest.mark.django_db

PATTERNS = {pattern.name: pattern for pattern in urlpatterns}
METHODS = ("GET", "POST", "PUT", "DELETE")
SECRETS = {
    "the sources": re.compile("SECRET-SOURCE"),
    "the pages": re.compile("SECRET-PAGE"),
    "rubrics": re.compile("SECRET-RUBRIC"),
    "keys": re.compile('class="key"|>right<'),
    "answers": re.compile("At the rim"),
}


@pytest.fixture
def there(owner, nobody):
    """An open test with somebody in every part, and a reader under way with a text before them."""
    lead = person("lead")
    trial = opened(lead, in_words=3)
    found = {"nobody": nobody, "stranger": person("stranger"), "lead": lead, "owner": owner}
    for role in ("examiner", "rater"):
        found[role] = person(role)
        act(trial, found[role], "join", role=role, name=role)
    found["reviewer"] = person("reviewer")
    works.act(trial.work_id, found["reviewer"].person, Act(slug(), "join", {"role": "reviewer", "name": "Rey"}))
    reads(comes(trial, "Before"), trial)
    found["reader"] = comes(trial, "reader")
    reads(found["reader"], trial, parts=1)
    start(found["reader"], trial)
    return trial, {role: found[role] for role in ROLES}


def address(name, trial):
    """An address of that name, about that test."""
    if name == "read":
        return invited(trial)
    invitation = trial.invitations.latest("made_at")
    known = {"trial": trial.pk, "invitation": invitation.pk}
    path = reverse(name, kwargs={key: known[key] for key in PATTERNS[name].pattern.converters})
    return f"{path}?work={trial.work_id}" if name == "new-trial" else path


def test_every_address_of_reader_tests_is_in_the_table():
    assert set(PATTERNS) == set(TABLE)
    assert all(len(found) == len(ROLES) for one in TABLE.values() for found in one.values())


@pytest.mark.parametrize("name", TABLE)
def test_each_role_gets_what_the_table_says(there, name):
    trial, roles = there
    for method in METHODS:
        for role, browser in roles.items():
            status = browser.generic(method, address(name, trial)).status_code
            if method not in TABLE[name]:
                assert status in (403, 405), (method, role)
                continue
            expected = TABLE[name][method][ROLES.index(role)]
            if expected == "in":
                assert status in (200, 302, 409, 410, 422), (method, role, status)
            else:
                assert status == int(expected), (method, role)


def test_without_its_token_no_form_does_anything(there):
    trial, roles = there
    before = TrialEvent.objects.count()
    for name in TABLE:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = roles["lead"].cookies
        assert browser.post(address(name, trial)).status_code in (403, 405), name
    assert TrialEvent.objects.count() == before


def test_what_is_in_a_test_is_never_kept_by_a_browser(there):
    trial, roles = there
    for name in ("trial", "trial-items", "trial-preview"):
        assert roles["lead"].get(address(name, trial))["Cache-Control"] == "no-store"
    assert "no-store" in roles["reader"].get(address("sitting", trial))["Cache-Control"]


SEES = {
    # What stands in some page for them while the test is open, and when it is done.
    "nobody": (set(), set()),
    "stranger": (set(), set()),
    "reader": ({"one text"}, set()),
    "examiner": ({"the sources", "rubrics", "keys"}, {"the sources", "rubrics", "keys"}),
    "rater": (set(), {"rubrics", "answers"}),
    "reviewer": (set(), set()),
    "lead": (
        {"the sources", "the pages", "rubrics", "keys"},
        {"the sources", "the pages", "rubrics", "keys", "answers"},
    ),
    "owner": (
        {"the sources", "the pages", "rubrics", "keys"},
        {"the sources", "the pages", "rubrics", "keys", "answers"},
    ),
}


def seen(browser, trial):
    """What stands in any answer of any address, whatever is asked for; nothing is done by it."""
    found = set()
    for name in TABLE:
        for method in ("GET", "POST"):
            if method == "POST" and name in ("sitting-own", "sitting-go", "trial-outcome"):
                continue
            body = browser.generic(method, address(name, trial)).content.decode()
            found |= {what for what, pattern in SECRETS.items() if pattern.search(body)}
    return found


def test_nobody_sees_in_any_page_what_is_not_for_them_while_it_is_open_and_when_it_is_done(there):
    trial, roles = there
    for role, browser in roles.items():
        found = seen(browser, trial)
        if SEES[role][0] == {"one text"}:
            assert len(found & {"the sources", "the pages"}) == 1
            assert not found & {"rubrics", "keys"}
            assert found <= {"the sources", "the pages", "answers"}  # their own answers
        else:
            assert found == SEES[role][0], role
    act(trial, roles["lead"], "close")
    other = person("other rater")
    act(trial, other, "join", role="rater", name="other rater")
    graded = keeper.all_sittings(trial.pk)
    from cohobate.practicum.reading.grading import to_grade

    for one in to_grade(keeper.trials.state(trial.pk), graded, keeper.answer_id):
        for rater, grade in ((roles["rater"], 0), (other, 1)):
            act(trial, rater, "grade", answer=one.id, grade=grade)
    roles["lead"].do("trial-outcome", trial.pk)
    for role, browser in roles.items():
        found = seen(browser, trial)
        if role == "reader":
            assert found <= {"answers"}
        else:
            assert found == SEES[role][1], role


def test_an_act_that_is_not_theirs_is_refused_whoever_sends_it_and_changes_nothing(there):
    trial, roles = there
    before = TrialEvent.objects.count()
    views = ("trial", "trial-items", "trial-passages", "trial-texts", "trial-plan", "trial-rating")
    for kind, needed in kinds_of_acts().items():
        for role, browser in roles.items():
            if role == "nobody" or not needed or role in needed:
                continue
            for view in views:
                sent = {"kind": kind, "id": slug(), "title": "x", "passage": "p1", "item": "i1", "kind_of_act": kind}
                status = browser.post(reverse(view, args=[trial.pk]), sent).status_code
                assert status in (403, 404, 409, 422), (kind, role, view, status)
    assert TrialEvent.objects.count() == before


def test_a_test_that_does_not_exist_looks_like_one_that_is_not_yours(there):
    trial, roles = there
    one, other = (roles["stranger"].get(f"/tests/{id}/").content.decode() for id in (trial.pk, "nosuchtest"))
    assert re.sub(r'"\w{64}"', "", one) == re.sub(r'"\w{64}"', "", other)


def test_a_reader_whose_part_in_the_work_came_later_still_only_reads(there):
    trial, roles = there
    reader = roles["reader"]
    works.act(trial.work_id, reader.person, Act(slug(), "join", {"role": "writer", "name": "Rita"}))
    assert seen(reader, trial) <= {"the sources", "the pages", "answers"}
    reader.see("trial", trial.pk, status=404)


def test_who_was_taken_off_a_test_sees_it_no_more(there):
    trial, roles = there
    act(trial, roles["lead"], "leave", role="examiner", person=roles["examiner"].person.pk)
    assert seen(roles["examiner"], trial) == set()
    assert Person.objects.filter(name="examiner").exists()
    assert Somebody().get(f"/tests/{trial.pk}/").status_code == 403
