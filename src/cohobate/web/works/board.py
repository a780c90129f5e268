"""The board: somebody asks for a distillation, somebody points to one or says that they will write it."""

from __future__ import annotations

import re

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.practicum.acts import clean
from cohobate.practicum.work.acts import LONGEST_TEXT, LONGEST_TITLE
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.sources.models import Source
from cohobate.web.works import keeper
from cohobate.web.works.access import sees, works_of
from cohobate.web.works.models import Fulfilment, Wish, Work

LONGEST_ADDRESS = 500
MOST_FULFILMENTS = 50
"""That one person gives for one wish."""


@allowed("person", "GET", "POST")
def board(request: HttpRequest) -> HttpResponse:
    """What is asked for, and a form to ask."""
    trouble, status = "", 200
    if request.method == "POST":
        try:
            wish = ask(
                request.person,
                request.POST.get("title", ""),
                request.POST.get("text", ""),
                request.POST.get("source", ""),
                request.POST.get("id", ""),
            )
            return redirect("wish", wish.pk)
        except Refused as refused:
            trouble, status = sentence_of(refused), 409
    wishes = Wish.objects.select_related("by").prefetch_related("fulfilments")
    context = {
        "open": wishes.filter(closed_at=None),
        "closed": wishes.exclude(closed_at=None)[:50],
        "source": Source.objects.filter(pk=request.POST.get("source", "") or request.GET.get("source", "")).first(),
        "typed": request.POST,
        "trouble": trouble,
    }
    return render(request, "works/board.html", context, status=status)


def ask(person: Person, title: str, text: str, source: str = "", id: str = "") -> Wish:
    """Puts a wish on the board. Raises Refused."""
    title, text = " ".join(clean(title).split()), clean(text).strip()
    if not title:
        raise Refused("say in a few words what you would like to have distilled")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"that has {len(title)} characters; {LONGEST_TITLE} are the most, and the rest goes below it")
    _not_too_long(text)
    if source and not Source.objects.filter(pk=source).exists():
        raise Refused("there is no such source on the shelf; leave it out, or choose another")
    wish: Wish = keeper.claimed(Wish, id, by=person, title=title, text=text, source=source)
    return wish


@allowed("person", "GET", "POST")
def wish(request: HttpRequest, wish: str) -> HttpResponse:
    """One wish, what was pointed to, and forms to point to something or to close it."""
    found = get_object_or_404(Wish.objects.select_related("by"), pk=wish)
    trouble, status = "", 200
    if request.method == "POST":
        try:
            _answered(request, found)
            return redirect("wish", found.pk)
        except Refused as refused:
            trouble, status = sentence_of(refused), 409
    mine = works_of(request.person)
    fulfilments = found.fulfilments.select_related("by", "work")
    context = {
        "wish": found,
        "source": Source.objects.filter(pk=found.source).first() if found.source else None,
        "fulfilments": [(one, one.work is not None and sees(request.person, one.work.pk)) for one in fulfilments],
        "works": Work.objects.filter(Q(pk__in=mine) | ~Q(published="")).order_by("title"),
        "closes": found.by_id == request.person.pk or request.person.is_owner,
        "typed": request.POST,
        "trouble": trouble,
    }
    return render(request, "works/wish.html", context, status=status)


def _answered(request: HttpRequest, wish: Wish) -> None:
    """Points to something, closes the wish, or opens it again. Raises Refused."""
    what, person = request.POST.get("what", ""), request.person
    if what in ("close", "open"):
        if not (wish.by_id == person.pk or person.is_owner):
            raise Refused("only whoever asked closes it, or the owner of this server")
        Wish.objects.filter(pk=wish.pk).update(closed_at=timezone.now() if what == "close" else None)
        return
    if what != "point":
        raise Refused("nothing here is done like that; reload the page and try again")
    url, text = request.POST.get("url", "").strip(), clean(request.POST.get("text", "")).strip()
    work = request.POST.get("work", "")
    if not (url or work):
        raise Refused("give the address of a page, or choose a work that is here")
    if url and (len(url) > LONGEST_ADDRESS or not re.fullmatch(r"https?://[^\s<>\"]+", url)):
        raise Refused(f"'{url[:60]}' is no address of a page; it begins with https://")
    _not_too_long(text)
    row = None
    if work:
        row = Work.objects.filter(pk=work).first()
        if row is None or not (row.published or sees(person, work)):
            raise Refused("there is no such work that you could point to")
    if wish.fulfilments.filter(by=person).count() >= MOST_FULFILMENTS:
        raise Refused(f"you pointed to {MOST_FULFILMENTS} pages already, which is the most for one wish")
    Fulfilment.objects.get_or_create(wish=wish, by=person, work=row, url=url, defaults={"text": text})
    messages.success(request, "Thank you. It stands on the board now.")


def _not_too_long(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Refused(f"that has {len(text):,} characters; {LONGEST_TEXT:,} are the most")
