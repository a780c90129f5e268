"""Who may look into a work: those who have a part in it, and the owner of the server."""

from __future__ import annotations

from django.http import Http404

from cohobate.practicum.work.state import ROLES
from cohobate.web.people.models import Person
from cohobate.web.works.models import Work


def work_for(person: Person, id: str, *roles: str) -> Work:
    """The work with that id, for whoever has one of these roles; any, if none is named. Raises Http404."""
    found = Work.objects.filter(pk=id).first()
    if found is None or not (person.is_owner or found.parts.filter(person=person, role__in=roles or ROLES).exists()):
        raise Http404("There is no such work, or you have no part in it.")
    return found
