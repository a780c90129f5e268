"""Words and drafts that are taken out of a work, for good."""

from pathlib import Path

import pytest
from django.db import connection

from cohobate.errors import Refused
from cohobate.events import problem
from cohobate.ledger import check
from cohobate.practicum.room import TAKEN_OUT
from cohobate.web.people.models import Person
from cohobate.web.works import keeper, models, seams
from cohobate.web.works.register import lines
from cohobate.web.works.removing import take_out

from .browsers import does, words


@pytest.fixture
def drafts(work, writer, reviewer):
    """A work with two versions, of which one is remarked on, and something in the editor."""
    one = keeper.keep_version(work.pk, writer.person, "A secret recipe.\n", "with the recipe")[0].data["digest"]
    two = keeper.keep_version(work.pk, writer.person, "No recipe.\n")[0].data["digest"]
    does(work, reviewer.person, "comment", digest=one, start=2, end=8, quote="secret", before="A ", text="Whose?")
    does(work, reviewer.person, "comment", digest=two, start=0, end=2, quote="No", text="Why not?")
    models.Draft.objects.filter(work=work).update(text="The secret again.")
    models.Earlier.objects.create(work=work, text="The secret before.", revision=1, by=writer.person)
    return one, two


def sequences(work, kind):
    return [event.sequence for event in keeper.strands.events(work.pk) if event.kind == kind]


def stored(work):
    """Everything that the database holds about a work, as text."""
    tables = (models.Event, models.Version, models.Draft, models.Earlier)
    found = [str(one) for table in tables for one in table.objects.filter(work=work).values_list()]
    return " ".join([*found, b"".join(lines()).decode()])


def test_everybody_takes_out_their_own_words(work, reviewer, drafts):
    page = words(reviewer.see("work-words", work.pk))
    assert "remark: Whose?" in page
    assert "with the recipe" not in page
    (first, _) = sequences(work, "comment")
    reviewer.do("redact-work", work.pk, event=first)
    assert "Whose?" not in stored(work)
    assert "Why not?" in stored(work)
    assert "Whose?" not in reviewer.see("work-words", work.pk)
    assert problem(keeper.strands.events(work.pk)) is None
    assert check(b"".join(lines())) == []


def test_all_that_somebody_said_goes_with_their_name(work, reviewer, writer, drafts):
    reviewer.do("redact-work", work.pk, all="yes")
    assert "Rewa" not in stored(work)
    assert "Why not?" not in stored(work)
    assert TAKEN_OUT in writer.see("work-people", work.pk)


def test_a_writer_takes_out_what_others_said_and_a_reviewer_does_not(work, reviewer, writer, drafts):
    hers = sequences(work, "version")[0]
    refused = reviewer.do("redact-work", work.pk, event=hers, status=409)
    assert "Those are somebody else" in refused.content.decode()
    writer.do("redact-work", work.pk, person=reviewer.person.pk, all="yes")
    assert "Why not?" not in stored(work)


def test_a_reviewer_cannot_name_somebody_else_to_take_out_all(work, reviewer, writer, drafts):
    reviewer.do("redact-work", work.pk, person=writer.person.pk, all="yes", status=409)
    assert "with the recipe" in stored(work)


def test_the_text_of_a_version_goes_with_the_remarks_that_quote_it_and_its_hash_stays(work, writer, drafts):
    one, two = drafts
    page = words(writer.see("work-words", work.pk))
    assert "Version 1, with the recipe" in page
    writer.do("redact-work", work.pk, draft=one)
    rest = stored(work)
    assert "A secret recipe" not in rest
    assert "'quote': 'secret'" not in rest
    assert "No recipe." in rest
    assert one in rest
    assert "The text of this version was taken out" in words(writer.see("work-version", work.pk, one[:12]))
    assert "taken out" in words(writer.see("work-versions", work.pk))
    shown = words(writer.see("work-versions", work.pk, before=one[:12], after=two[:12]))
    assert "The text of this version was taken out" in shown
    with pytest.raises(Refused, match="was taken out; choose another version"):
        keeper.text_of(work.pk, one)
    # Kept again, the same text would stand there again under the same hash.
    with pytest.raises(Refused, match="kept already"):
        keeper.keep_version(work.pk, writer.person, "A secret recipe.\n")
    assert problem(keeper.strands.events(work.pk)) is None


def test_credit_stays_when_a_text_goes(work, writer, drafts):
    writer.do("redact-work", work.pk, draft=drafts[0])
    assert "Wanda wrote 2 versions." in words(writer.see("work", work.pk))


def test_what_readers_see_is_withdrawn_first(work, writer, nobody, drafts):
    does(work, writer.person, "publish", digest=drafts[0])
    refused = writer.do("redact-work", work.pk, draft=drafts[0], status=409)
    assert "withdraw it from publication first" in refused.content.decode()
    does(work, writer.person, "withdraw")
    writer.do("redact-work", work.pk, draft=drafts[0])
    nobody.see("published", work.pk, status=410)
    refused = writer.do("act-on-work", work.pk, status=409, id="publish-it-again", kind="publish", digest=drafts[0])
    assert "was taken out" in refused.content.decode()


def test_what_readers_of_an_open_test_read_is_not_offered(work, writer, drafts, monkeypatch):
    assert "close it first" not in writer.see("work-words", work.pk)
    monkeypatch.setattr(seams, "read", [lambda id: {drafts[0]} if id == work.pk else set()])
    page = writer.see("work-words", work.pk)
    assert f'value="{drafts[0]}" disabled' in page
    assert f'value="{drafts[1]}" disabled' not in page
    assert "read in an open test; close it first" in page


def test_what_the_editor_holds_goes_with_all_that_it_held(work, writer, reviewer, drafts):
    reviewer.do("redact-work", work.pk, editor="yes", status=409)
    writer.do("redact-work", work.pk, editor="yes")
    assert "The secret" not in stored(work)
    assert "What the editor holds" not in writer.see("work-words", work.pk)


def test_a_milestone_cannot_be_passed_with_a_text_that_was_taken_out(work, writer, drafts):
    does(work, writer.person, "hypothesis", text="So.")
    writer.do("redact-work", work.pk, draft=drafts[1])
    assert "The text of the latest version was taken out" in words(writer.see("work", work.pk))


def test_the_title_stays(work, writer, drafts):
    begun = sequences(work, "begin")
    refused = writer.do("redact-work", work.pk, event=begun, status=409)
    assert "There are no words to take out" in refused.content.decode()
    writer.do("redact-work", work.pk, all="yes")
    assert "Why pumps fail together" in writer.see("work", work.pk)


def test_nothing_chosen_and_nothing_there_is_said(work, writer, drafts):
    assert "Nothing was chosen" in writer.do("redact-work", work.pk, status=409).content.decode()
    assert "no such version" in writer.do("redact-work", work.pk, draft="x", status=409).content.decode()


def test_where_one_thing_may_not_go_nothing_goes(work, writer, drafts):
    before = stored(work)
    with pytest.raises(Refused):
        take_out(work, writer.person, sequences(work, "comment"), [drafts[0], "no such version"])
    assert stored(work) == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it is about SQLite's files")
@pytest.mark.django_db(transaction=True)
def test_drafts_and_words_that_were_taken_out_are_in_no_file_any_more():
    secrets = ["a recipe that nobody was to know", "a remark that was not meant", "a draft that was never kept"]
    writer = Person.objects.create(name="Wanda")
    work = keeper.begin(writer, title="Pumps", kind="rosetta")
    digest = keeper.keep_version(work.pk, writer, f"So it is: {secrets[0]}.")[0].data["digest"]
    remark = does(work, writer, "comment", digest=digest, start=0, end=0, text=secrets[1])
    models.Draft.objects.filter(work=work).update(text=secrets[2])
    files = [Path(f"{connection.settings_dict['NAME']}{end}") for end in ("", "-wal")]
    there = b"".join(file.read_bytes() for file in files if file.exists())
    assert all(secret.encode() in there for secret in secrets)
    take_out(work, writer, [remark.sequence], [digest], editor=True)
    there = b"".join(file.read_bytes() for file in files if file.exists())
    assert not [secret for secret in secrets if secret.encode() in there]
