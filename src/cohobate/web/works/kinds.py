"""The kinds of distillation, and whether people who sort their examples agree on what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cohobate.errors import Refused
from cohobate.fidelity.raters import Reliability, krippendorff
from cohobate.practicum.work.kinds import UMBRELLA, shipped, umbrella
from cohobate.web.people.access import allowed
from cohobate.web.people.models import Person
from cohobate.web.works.keeper import digest_of
from cohobate.web.works.models import Sorted

OTHER, NONE = "other", "none"


@dataclass(frozen=True, slots=True)
class Example:
    """Something that whoever defined a kind gave as one, or as none."""

    kind: str
    is_one: bool
    text: str

    @property
    def key(self) -> str:
        """What it is stored under."""
        return digest_of(self.text)

    def meant(self, said: str) -> bool:
        """Whether somebody sorted it as whoever gave it meant it."""
        if self.kind == UMBRELLA:
            return (said != NONE) == self.is_one
        return (said == self.kind) == self.is_one


def examples() -> list[Example]:
    """All examples, in an order that gives nothing away and is the same for everybody."""
    kinds = [umbrella(), *shipped().values()]
    found = [
        Example(kind.name, is_one, text)
        for kind in kinds
        for is_one, text in ((True, kind.is_one), (False, kind.is_not))
    ]
    return sorted(found, key=lambda one: one.key)


def choices() -> dict[str, str]:
    """What an example can be taken for."""
    named = {name: kind.title for name, kind in shipped().items()}
    return named | {OTHER: "a distillation of another kind", NONE: "no distillation"}


@dataclass(frozen=True, slots=True)
class Agreed:
    """How an example was sorted."""

    example: Example
    mine: str
    """What the person who looks said; "" if nothing yet."""
    meant: int
    """How many sorted it as it was meant."""
    sorted: int
    told: str
    """What they took it for, in words."""


@allowed("person", "GET", "POST")
def kinds(request: HttpRequest) -> HttpResponse:
    """What a distillation is, and which kinds there are; a form to sort the examples, and how far people agree."""
    if request.method == "POST":
        count = sort(request.person, request.POST)
        if not count:
            raise Refused("nothing was sorted; choose a kind for at least one example")
        messages.success(request, "Thank you. Below you see how far people agree.")
        return redirect("kinds")
    everybody = sortings()
    mine = everybody.get(request.person.pk, {})
    context = {
        "umbrella": umbrella(),
        "kinds": shipped(),
        "choices": choices(),
        "examples": [(example, mine.get(example.key, "")) for example in examples()],
        "sorted": bool(mine),
        "raters": len(everybody),
        "agreement": agreement(everybody),
        "agreed": [_agreed(example, everybody, mine) for example in examples()],
    }
    return render(request, "works/kinds.html", context)


@transaction.atomic
def sort(person: Person, given: Mapping[str, str]) -> int:
    """Keeps what somebody takes the examples for; returns for how many. Raises Refused."""
    count = 0
    for example in examples():
        said = given.get(example.key, "")
        if not said:
            continue
        if said not in choices():
            raise Refused(f"'{said[:40]}' is no kind of distillation; choose one from the list")
        Sorted.objects.update_or_create(
            person=person, example=example.key, defaults={"said": said, "at": timezone.now()}
        )
        count += 1
    return count


def sortings() -> dict[str, dict[str, str]]:
    """Who took which example, by its key, for what."""
    found: dict[str, dict[str, str]] = {}
    keys = [example.key for example in examples()]
    for one in Sorted.objects.filter(example__in=keys).order_by("person", "example"):
        found.setdefault(one.person_id, {})[one.example] = one.said
    return found


def agreement(everybody: Mapping[str, Mapping[str, str]]) -> Reliability:
    """How far people agree on what the examples are; too few to say for few examples that two have sorted."""
    return krippendorff([[one.get(example.key) for one in everybody.values()] for example in examples()])


def _agreed(example: Example, everybody: Mapping[str, Mapping[str, str]], mine: Mapping[str, str]) -> Agreed:
    said = [one[example.key] for one in everybody.values() if example.key in one]
    named = choices()
    counts = sorted(((said.count(kind), kind) for kind in set(said)), reverse=True)
    told = ", ".join(f"{named[kind]} {count}" for count, kind in counts)
    meant = sum(example.meant(one) for one in said)
    return Agreed(example, mine.get(example.key, ""), meant, len(said), told)
