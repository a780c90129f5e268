"""The database's tables: they follow the models, and a later version's are left alone."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cohobate.errors import RunProblem
from cohobate.web.serving import owner_link, prepare

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


def test_there_is_one_owner_whose_link_stays():
    assert owner_link() == owner_link()
