"""The editor of a draft: what is typed is saved, never over somebody else's words, and nothing is thrown away."""

import pytest

from cohobate.web.people.models import Person
from cohobate.web.works import keeper
from cohobate.web.works.models import Draft, Earlier, Part

from .browsers import Somebody, words


@pytest.fixture
def work(host):
    return keeper.begin(host.person, title="Why maps lie", kind="propagating")


@pytest.fixture
def second(work):
    """Another writer."""
    person = Person.objects.create(name="Willa")
    Part.objects.create(work=work, person=person, role="writer")
    return Somebody(person)


def save(browser, work, text, revision, status=200, **given):
    """What saving answers."""
    return browser.do("save-draft", work.pk, status=status, text=text, revision=revision, **given).json()


def test_a_pause_saves_the_draft(host, work):
    assert save(host, work, "It began", 0)["revision"] == 1
    assert save(host, work, "It began on a Friday.", 1)["revision"] == 2
    assert "It began on a Friday." in host.see("edit-work", work.pk)


def test_somebody_elses_words_are_not_overwritten(host, second, work):
    save(host, work, "One.\n\nTwo.\n\nThree.", 0)
    save(second, work, "One!\n\nTwo.\n\nThree.", 1)
    answer = save(host, work, "One.\n\nTwo.\n\nThree, and four.", 1, status=409)["conflict"]
    assert (answer["text"], answer["by"], answer["revision"]) == ("One!\n\nTwo.\n\nThree.", "Willa", 2)
    assert answer["both"] == "One!\n\nTwo.\n\nThree, and four."
    assert Draft.objects.get().text == "One!\n\nTwo.\n\nThree."
