"""Methods: how somebody goes about a distillation, and what they think makes one good. Each is a text in versions,
beside the works that applied it and what came of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.practicum.acts import clean
from cohobate.practicum.work.acts import LONGEST_TITLE
from cohobate.practicum.work.differences import difference, folded
from cohobate.practicum.work.predicting import Compared
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.works import keeper, models, seams
from cohobate.web.works.access import sees
from cohobate.web.works.looking import results
from cohobate.web.works.models import Method, MethodVersion
from cohobate.web.works.register import register
from cohobate.web.works.seams import Outcome

LONGEST = 50_000
"""Characters of a method."""


@allowed("person", "GET")
def methods(request: HttpRequest) -> HttpResponse:
    """All methods, one's own first."""
    found = Method.objects.select_related("person").prefetch_related("versions").order_by("title", "pk")
    mine = [one for one in found if one.person_id == request.person.pk]
    return render(request, "works/methods.html", {"mine": mine, "others": [one for one in found if one not in mine]})


@allowed("person", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Writes a new method."""
    return _edited(request, None)


@allowed("person", "GET", "POST")
def edit(request: HttpRequest, method: str) -> HttpResponse:
    """Writes the next version of a method of one's own."""
    return _edited(request, get_object_or_404(Method, pk=method, person=request.person))


def _edited(request: HttpRequest, method: Method | None) -> HttpResponse:
    last = method.versions.last() if method else None
    typed = {"title": method.title if method else "", "text": last.text if last else ""}
    trouble, status, newer = "", 200, None
    if request.method == "POST":
        typed = {name: clean(request.POST.get(name, "")) for name in typed}
        based_on = request.POST.get("based_on", "")
        try:
            if method and last and based_on != last.digest and keeper.digest_of(typed["text"].strip()) != last.digest:
                newer = last
                raise Refused("another version was saved while you were writing; take over what you want, save again")
            before = (method.title, last.digest) if method and last else None
            saved = save(request.person, method, typed["title"], typed["text"], request.POST.get("id", ""))
            now = saved.versions.last()
            if now and before == (" ".join(typed["title"].split()), now.digest):
                messages.info(request, "Nothing had changed, so there was nothing to save.")
            else:
                messages.success(request, "Saved. Hypotheses that name an earlier version keep that one.")
            return redirect("method", saved.pk)
        except Refused as refused:
            trouble, status = sentence_of(refused), 409
    context = {"method": method, "last": last, "typed": typed, "trouble": trouble, "newer": newer}
    return render(request, "works/edit_method.html", context, status=status)


@transaction.atomic
def save(person: Person, method: Method | None, title: str, text: str, id: str = "") -> Method:
    """Saves a version of a method, and registers it; the same text as before is no new version. Raises Refused."""
    title, text = " ".join(title.split()), text.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(f"give the method a title of up to {LONGEST_TITLE} characters")
    if not text:
        raise Refused("the method is empty; write how you go about it, and what you think makes a page good")
    if len(text) > LONGEST:
        raise Refused(f"the method has {len(text):,} characters; {LONGEST:,} are the most")
    if method is None:
        method = keeper.claimed(Method, id, person=person, title=title)
    method = Method.objects.select_for_update().get(pk=method.pk)
    digest = keeper.digest_of(text)
    last = method.versions.last()
    if last is None or last.digest != digest:
        number = last.number + 1 if last else 1
        entry = register("method", {"method": method.pk, "by": person.pk, "number": number, "digest": digest})
        method.versions.create(number=number, digest=digest, text=text, ledger=entry.index, made_at=timezone.now())
    Method.objects.filter(pk=method.pk).update(title=title)
    return method


@allowed("person", "GET")
def method(request: HttpRequest, method: str, number: int = 0) -> HttpResponse:
    """A method in one version, what changed, and what came of it."""
    found = get_object_or_404(Method.objects.select_related("person"), pk=method)
    versions = list(found.versions.all())
    shown = next((one for one in versions if one.number == number), None) if number else (versions or [None])[-1]
    if shown is None:
        raise Http404("There is no such version of this method.")
    before = next((one for one in versions if str(one.number) == request.GET.get("since")), None)
    context = {
        "method": found,
        "shown": shown,
        "versions": versions[::-1],
        "before": before,
        "difference": folded(difference(before.text, shown.text)) if before else [],
        "applied": applied(request.person, found),
    }
    return render(request, "works/method.html", context)


@dataclass(frozen=True, slots=True)
class Applied:
    """A work whose hypothesis named a method."""

    id: str
    title: str
    number: int
    """The version of the method that it named."""
    published: bool
    results: list[tuple[Outcome, Compared]]


def applied(person: Person, method: Method) -> list[Applied]:
    """The works that applied a method, as far as somebody may know of them: those that are published, and those that
    they see."""
    numbers = {one.digest: one.number for one in MethodVersion.objects.filter(method=method)}
    events = models.Event.objects.filter(kind="hypothesis", data__contains=method.pk).order_by("pk")
    found = []
    for id in dict.fromkeys(events.values_list("work", flat=True)):
        state = keeper.work(id)
        named = [one.method for one in state.hypotheses if one.method and one.method[0] == method.pk]
        if named and (state.published or sees(person, id)):
            outcomes = results(state, seams.outcomes_of(id))
            number = numbers.get(named[-1][1], 0)
            found.append(Applied(id, state.title, number, state.published is not None, outcomes))
    return found
