"""The web server without a network: Django's test client, on SQLite in a temporary folder.

COHOBATE_TEST_DATABASE_URL names a PostgreSQL server on which the same tests run instead; the tests make and remove a
database of their own there.
"""

import os
import tempfile
from pathlib import Path

import django
import pytest

from cohobate.web.folder import DataFolder

# Before Django is set up, and Django is set up once a process.
_folder = tempfile.TemporaryDirectory(prefix="cohobate-tests-")
DataFolder(_folder.name).make()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "cohobate.web.settings",
    "COHOBATE_DATA": _folder.name,
    "COHOBATE_URL": "http://testserver",
    "COHOBATE_HOSTS": "testserver,localhost",
    "DATABASE_URL": os.environ.get("COHOBATE_TEST_DATABASE_URL", ""),
}

from django.conf import settings  # noqa: E402

if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    settings.DATABASES["default"]["TEST"] = {"NAME": Path(_folder.name) / "test.sqlite3"}
django.setup()

from cohobate.web.people.models import Invitation, Person  # noqa: E402
from cohobate.web.rooms import keeper  # noqa: E402
from cohobate.web.works import keeper as works  # noqa: E402

from .browsers import Somebody, opened, takes_part  # noqa: E402


@pytest.fixture
def owner(db):
    return Somebody(Person.objects.create(name="Oda", is_owner=True, may_host=True))


@pytest.fixture
def host(db):
    return Somebody(Person.objects.create(name="Hedda", may_host=True))


@pytest.fixture
def other_host(db):
    return Somebody(Person.objects.create(name="Ottilie", may_host=True))


@pytest.fixture
def participant(room):
    person = Person.objects.create(name="Pavel")
    keeper.join(room, person, "")
    return Somebody(person)


@pytest.fixture
def stranger(db):
    """Somebody who is in another room."""
    return Somebody(Person.objects.create(name="Sven"))


@pytest.fixture
def nobody(db):
    return Somebody()


@pytest.fixture
def room(host):
    return opened(host.person)


@pytest.fixture
def invitation(room, host):
    return Invitation.objects.create(room=room, made_by=host.person)


@pytest.fixture
def writer(db):
    return Somebody(Person.objects.create(name="Wanda"))


@pytest.fixture
def work(writer):
    """A work that was begun, and nothing else."""
    return works.begin(writer.person, title="Why pumps fail together", kind="propagating")


@pytest.fixture
def reviewer(work):
    return takes_part(work, "Rewa", "reviewer")
