"""Every text that was saved can be had again, to the last sign, and costs about what was typed."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import Sum
from django.db.models.functions import Length
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohobate.web.works import drafts, revisions
from cohobate.web.works.models import Draft, Earlier
from cohobate.web.works.removing import take_out

CHANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.text("ab é🙂\n", max_size=12)), min_size=1, max_size=25
)


def type_all(work, person, texts):
    """Saves one after the other, and gives them by their revisions."""
    made = {}
    for text in texts:
        draft = Draft.objects.get(work=work)
        saved = drafts.save(work.pk, person, text, draft.revision)
        made[saved.revision] = saved.text
    return made


@given(CHANGES, st.integers(1, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_every_text_comes_back_as_it_was_saved(work, writer, changes, chain):
    Earlier.objects.all().delete()
    texts, text = [], ""
    for start, length, instead in changes:
        text = text[:start] + instead + text[start + length :]
        texts.append(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "CHAIN", chain)
        made = type_all(work, writer.person, texts)
    for revision, expected in made.items():
        assert (revisions.at(work.pk, revision) or "") == expected
    run = 0
    for whole in Earlier.objects.filter(revision__in=made).order_by("revision").values_list("before", flat=True):
        run = 0 if whole is None else run + 1
        assert run <= chain


def test_two_thousand_savings_cost_little_more_than_the_letters_that_were_typed(work, writer):
    word = "Pumps fail. "
    made = type_all(work, writer.person, [word * count for count in range(1, 401)])
    kept = Earlier.objects.filter(work=work)
    signs = kept.aggregate(signs=Sum(Length("text")))["signs"]
    assert kept.count() == 400
    assert signs <= 3 * len(made[400]) < sum(map(len, made.values())) / 50


def test_a_draft_from_before_every_text_was_kept_loses_none_either(work, writer):
    Earlier.objects.create(work=work, text="An old one.", revision=3, by=writer.person)
    Draft.objects.filter(work=work).update(text="What is there.", revision=7, saved_by=writer.person)
    type_all(work, writer.person, ["What is there now."])
    assert [revisions.at(work.pk, revision) for revision in (3, 7, 8)] == [
        "An old one.",
        "What is there.",
        "What is there now.",
    ]
    assert revisions.at(work.pk, 5) is None


def test_words_are_counted_over_all_that_was_saved_also_by_an_earlier_program(work, writer):
    type_all(work, writer.person, ["One two three.", "One two three four five.", "One."])
    assert drafts.words_of(work.pk) == 5
    Earlier.objects.create(work=work, text="One two three four five six.", revision=0, words=0)
    import_module("cohobate.web.works.migrations.0003_earlier_kept_all").count_words(apps, None)
    assert drafts.words_of(work.pk) == 6


def test_what_is_taken_out_goes_with_all_that_was_kept_of_it_and_writing_goes_on(work, writer):
    type_all(work, writer.person, ["A secret.", "A secret recipe.", "A recipe."])
    take_out(work, writer.person, [], editor=True)
    assert not Earlier.objects.filter(work=work).exists()
    made = type_all(work, writer.person, ["Anew.", "Anew, and on."])
    assert [revisions.at(work.pk, revision) for revision in made] == ["Anew.", "Anew, and on."]
    assert Earlier.objects.filter(text__contains="secret").count() == 0
