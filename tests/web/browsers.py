"""People with browsers, and what they look at."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from cohobate.practicum.acts import Act
from cohobate.practicum.work.acts import fields
from cohobate.web.people.links import COOKIE, cookie_of, invitation_link, person_link
from cohobate.web.people.models import Invitation, Person
from cohobate.web.rooms import shelf
from cohobate.web.rooms.keeper import keeper
from cohobate.web.slugs import slug
from cohobate.web.works import keeper as works


class Somebody(Client):
    """A browser; `person` is who it belongs to, None for nobody."""

    def __init__(self, person=None, **options):
        super().__init__(**options)
        self.person = person
        if person is not None:
            self.cookies[COOKIE] = cookie_of(person)

    def see(self, view, /, *args, status=200, **query):
        """A page, by the name of its view, as text."""
        response = self.get(reverse(view, args=args), query)
        assert response.status_code == status, response
        return response.content.decode()

    def do(self, view, /, *args, status=302, **data):
        """What comes of sending a form to a view."""
        response = self.post(reverse(view, args=args), data)
        assert response.status_code == status, response.content.decode()
        return response


def opened(host, name="conjecture", title="Hunches", topic="why maps lie", **given):
    """A room of that host's, on the current version of a workshop that ships."""
    return keeper.open(host, shelf.shipped()[name], title, topic, **given)


def takes_part(work, name, role):
    """Somebody new who has a part in a work."""
    person = Person.objects.create(name=name)
    works.act(work.pk, person, Act(slug(), "join", fields(role=role, name=name)))
    return Somebody(person)


def does(work, person, kind, /, **given):
    """What comes of an act in a work."""
    return works.act(work.pk, person, Act(slug(), kind, fields(**given)))[0]


def path_of(thing):
    """The path of an invitation's link, or of somebody's personal one."""
    link = invitation_link(thing) if isinstance(thing, Invitation) else person_link(thing)
    return link.removeprefix("http://testserver")


def words(html):
    """What a page says, without its tags."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def people_in(room):
    """The names of those who are in a room, in the order in which they came."""
    return [member.person.name for member in room.members.select_related("person").order_by("pk")]
