"""The sources of a work beside its draft: as they were when they were chosen, passage by passage."""

import pytest
from django.utils import timezone

from cohobate.web.sources.models import Source, Text
from cohobate.web.works import keeper

from .browsers import words
from .testing_readers import comes, opened, source, start

DOORS = "# Doors\n\nA door is *open*.\n\nA door is closed.\n\n<script>alert(1)</script>\n"


@pytest.fixture
def doors(db):
    return source("On [doors]", DOORS)


@pytest.fixture
def work(writer, doors):
    return keeper.begin(writer.person, title="Doors", kind="rosetta", sources=f"{doors.pk}@{doors.latest_id}")


def test_each_passage_comes_with_what_cites_it(writer, work, doors):
    page = writer.see("cite", work.pk)
    assert f'data-cite="[On (doors), 2](/sources/{doors.pk}/#p2)"' in page
    assert "A door is <em>open</em>." in page
    assert "<script>alert" not in page


def test_passages_are_found_by_all_of_the_words(writer, work):
    page = writer.see("cite", work.pk, find="DOOR closed")
    assert "A door is closed." in page
    assert "<em>open</em>" not in page
    assert "No passage has these words." in words(writer.see("cite", work.pk, find="window"))


def test_a_source_that_has_another_text_by_now_is_cited_as_it_was_when_it_was_chosen(writer, work, doors):
    pinned = doors.latest_id
    other = Text.objects.create(pk="0" * 64, text="Windows.\n")
    Source.objects.filter(pk=doors.pk).update(latest=other)
    page = writer.see("cite", work.pk)
    assert f"/sources/{doors.pk}/{pinned}/#p2" in page
    assert "another text by now" in page
    assert "Windows." not in page


def test_a_source_that_is_gone_can_still_be_read_and_cited(writer, work, doors):
    Source.objects.filter(pk=doors.pk).update(gone_at=timezone.now())
    page = writer.see("cite", work.pk)
    assert "taken off the shelf" in page
    assert "A door is closed." in page


def test_a_work_without_a_source_says_so(writer):
    work = keeper.begin(writer.person, title="From nothing", kind="rosetta")
    assert "This work has no source yet." in words(writer.see("cite", work.pk))


def test_a_source_that_somebody_is_asked_about_in_a_test_is_kept_from_their_own_work_too(writer):
    trial = opened(writer)
    reader = comes(trial)
    start(reader, trial)
    asked = Source.objects.first()
    own = keeper.begin(reader.person, title="Mine", kind="rosetta", sources=f"{asked.pk}@{asked.latest_id}")
    page = reader.see("cite", own.pk, status=403)
    assert "closed to you until you are through" in words(page)
    assert asked.latest.text.strip() not in page
