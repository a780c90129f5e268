"""Who may see a work, and who may do what with it: whoever has a part in it, and the owner of the server.

To everybody else there is no such work. Its published page is another matter: see `published`.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from cohobate.web.people.models import Person
from cohobate.web.works import models
from cohobate.web.works.models import Work


class NoWork(Http404):
    """There is no such work, as far as somebody is to know."""

    def __init__(self, person: Person, work: str) -> None:
        super().__init__("There is no such work, or you have no part in it.")
        # Whoever left it has words in it all the same, and a right to them.
        self.onward = (reverse("work-words", args=[work]), "Your own words there") if was_in(person, work) else None


def works_of(person: Person) -> QuerySet[Work]:
    """The works that somebody has a part in."""
    return Work.objects.filter(pk__in=person.parts.values("work"))


def sees(person: Person, work: str) -> bool:
    """Whether there is such a work, and this person may look into it."""
    if person.is_owner:
        return bool(Work.objects.filter(pk=work).exists())
    return bool(person.parts.filter(work=work).exists())


def has(person: Person, work: str, *roles: str) -> bool:
    """Whether somebody has one of these parts in a work."""
    return bool(person.parts.filter(work=work, role__in=roles).exists())


def work_for(person: Person, work: str, *roles: str) -> Work:
    """The work with that id.

    roles:  the parts that it takes, any of them; without them it is enough to see the work. The owner of the server
            passes: what needs a part is refused where it is done

    Raises Http404 for whom there is no such work, PermissionDenied for whoever sees it and has none of these parts.
    """
    if not sees(person, work):
        raise NoWork(person, work)
    if roles and not person.is_owner and not has(person, work, *roles):
        raise PermissionDenied(f"Only a {' or a '.join(roles)} of this work can do this.")
    return Work.objects.get(pk=work)


def work_of_words(person: Person, work: str) -> Work:
    """The work with that id, for whoever sees it or did something in it once. Raises Http404 for anybody else."""
    if not (sees(person, work) or was_in(person, work)):
        raise NoWork(person, work)
    return Work.objects.get(pk=work)


def was_in(person: Person, work: str) -> bool:
    """Whether somebody ever did something with a work."""
    return bool(models.Event.objects.filter(work=work, actor=person.pk).exists())
