"""Coming in by a link, wherever it leads. To look at it changes nothing, as programs that show previews of links do
that."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.web.edge import problem, sentence_of
from cohobate.web.people.links import person_link, remember
from cohobate.web.people.models import Entrance, Person
from cohobate.web.people.names import ASKED, name_in
from cohobate.web.people.once import at_the_door, came_here, key_of, mark_of, newcomer, who_came

LAST_ONE_TAKEN = "Somebody else used this invitation for the last time just now."
NOT_ONE = "This invitation is not complete, or was altered."


def no_entrance(request: HttpRequest) -> HttpResponse:
    """The page for a token that is nobody's link."""
    return problem(request, 404, NOT_ONE, "Copy the whole link once more, or ask for a new one.")


def let_in(
    request: HttpRequest,
    entrance: Entrance,
    page: str,
    context: dict[str, Any],
    join: Callable[[Person], None],
    address: str,
    becomes: dict[str, Any] | None = None,
) -> HttpResponse:
    """What a link leads to, and the way in: with a name, and having agreed to what is kept.

    page:     a template that extends people/enter.html
    join:     lets somebody in whose use is counted; raises Refused, and then it is not counted. Called outside of any
              transaction: what keeps a lock of its own has others wait for the database
    address:  where whoever came in goes on
    becomes:  what the person is from then on, by column
    """
    name = name_in(request)
    mark = mark_of(request, entrance, name)
    lost = came_here(request, entrance) if entrance.over else None  # let in, and the answer never came
    if entrance.over and lost is None and who_came(mark) is None:
        return problem(request, 410, entrance.over, f"Ask {entrance.made_by.name or 'whoever sent it'} for a new link.")
    context |= {
        "invitation": entrance,
        "key": key_of(request, entrance),
        "as_other": request.person is None or "other" in request.GET,
        "action": request.path,
        "name": lost.name if lost else "",
    }
    if request.method != "POST":
        return at_the_door(request, render(request, page, context))
    me = request.person if request.POST.get("as") == "me" else None
    context |= {"name": name, "as_other": me is None}
    if me is None and not name:
        context["trouble"] = ASKED
    elif not (me and me.consented_at) and not request.POST.get("consent"):
        context["trouble"] = "Tick the box if you agree to what is kept; without that nobody can come in."
    if "trouble" in context:
        return render(request, page, context, status=422)
    try:
        person = _come_in(entrance, me, name, mark, becomes or {}, join)
    except Refused as refused:
        context["trouble"] = sentence_of(refused)
        return render(request, page, context, status=409)
    response = redirect(address)
    if me is None:
        messages.info(request, person_link(person), extra_tags="personal-link")
    remember(response, person)
    return response


def _come_in(
    entrance: Entrance,
    me: Person | None,
    name: str,
    mark: str | None,
    becomes: dict[str, Any],
    join: Callable[[Person], None],
) -> Person:
    """Counts the use and lets them in, or neither. Raises Refused, and what a database raises that cannot go on."""
    with transaction.atomic():
        taken = entrance.take()  # where two send the same form at once, one of them waits here for the other
        again = who_came(mark) if me is None else None
        if again is None:
            if not taken:
                raise Refused(LAST_ONE_TAKEN)
            person = me or newcomer(name, mark)
            # Only what changes: the rest of this row may have been changed elsewhere since it was read.
            changed = dict(becomes)
            if person.consented_at is None:
                changed["consented_at"] = timezone.now()
            if changed:
                for column, value in changed.items():
                    setattr(person, column, value)
                person.save(update_fields=list(changed))
        elif taken:
            entrance.give_back()
    if again is not None:
        with suppress(Refused):
            join(again)  # whoever was first may be on their way in still
        return again
    try:
        join(person)
    except Exception:
        with transaction.atomic():
            entrance.give_back()
            if me is None:
                person.delete()
        raise
    return person
