"""The writer's hypothesis: what will make a work help its readers, how much, and by which method."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.works import keeper
from cohobate.web.works.access import work_for
from cohobate.web.works.models import MethodVersion


@allowed("person", "GET", "POST")
def hypothesis(request: HttpRequest, work: str) -> HttpResponse:
    """Registers one. Earlier ones stay; what counts for a test is the last that came before it."""
    row = work_for(request.person, work, "writer")
    trouble, status = "", 200
    if request.method == "POST":
        fields = {name: str(value) for name, value in request.POST.items()}
        # A method is named by its version: what it says later is another claim.
        fields["method"], _, fields["method_digest"] = fields.get("method", "").partition("@")
        try:
            if fields["method"] and not _exists(fields["method"], fields["method_digest"]):
                raise Refused("there is no such version of a method; choose one from the list")
            keeper.act(row.pk, request.person, Act(fields.get("id", ""), "hypothesis", fields))
            return redirect("work", row.pk)
        except Refused as refused:
            trouble, status = sentence_of(refused), 409
    state = keeper.work(row.pk)
    context = {
        "row": row,
        "work": state,
        "methods": current_methods(),
        "trouble": trouble,
        "typed": request.POST,
    }
    return render(request, "works/hypothesis.html", context, status=status)


def _exists(method: str, digest: str) -> bool:
    return bool(MethodVersion.objects.filter(method=method, digest=digest).exists())


def current_methods() -> list[MethodVersion]:
    """The current version of each method that has one, by title."""
    found: dict[str, MethodVersion] = {}
    for one in MethodVersion.objects.select_related("method__person").order_by("number"):
        found[one.method_id] = one
    return sorted(found.values(), key=lambda one: one.method.title.casefold())
