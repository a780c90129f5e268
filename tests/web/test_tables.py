"""The database's tables: they follow the models, and a later version's are left alone."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cohobate.errors import RunProblem
from cohobate.web.people.models import Person
from cohobate.web.rooms.keeper import keeper
from cohobate.web.serving import owner_link, prepare

from .browsers import opened

pytestmark = pytest.mark.django_db


def test_every_change_of_a_model_has_its_migration():
    told = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=told)
    assert told.getvalue() == "No changes detected\n"


def test_tables_that_a_later_version_made_are_refused():
    MigrationRecorder(connection).record_applied("rooms", "9001_of_the_future")
    with pytest.raises(RunProblem, match="later version of Cohobate .it has '9001_of_the_future'."):
        prepare()


def test_tables_that_are_as_they_should_be_stay_so():
    prepare()
    prepare()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="these are settings of SQLite")
def test_sqlite_keeps_what_it_acknowledged_and_forgets_what_was_taken_out():
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
        forgets = cursor.execute("PRAGMA secure_delete").fetchone()[0]
    assert (found, forgets) == ({"journal_mode": "wal", "synchronous": 2}, 1)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it is about SQLite's files")
@pytest.mark.django_db(transaction=True)
def test_words_that_were_taken_out_are_in_no_file_any_more():
    secret = "a name that nobody was to know"
    host = Person.objects.create(name=secret, may_host=True)
    room = opened(host)
    Person.objects.update(name="Hedda")
    files = [Path(f"{connection.settings_dict['NAME']}{end}") for end in ("", "-wal")]
    assert any(secret.encode() in file.read_bytes() for file in files)
    keeper.redact(room.pk, host.pk, [keeper.room(room.pk).sequence], runs=True)
    assert not any(secret.encode() in file.read_bytes() for file in files if file.exists())


def test_there_is_one_owner_whose_link_stays():
    assert owner_link() == owner_link()
