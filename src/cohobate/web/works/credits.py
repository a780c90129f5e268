"""Who did what for a work, on pages: from its events, from the board, and from whoever helped to test it."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from cohobate.practicum.prose import without_marks
from cohobate.practicum.work import Work
from cohobate.practicum.work.credit import credit, told
from cohobate.practicum.work.differences import words_added
from cohobate.web.people.models import Person
from cohobate.web.works import models, seams
from cohobate.web.works.shown import listed


def sentences(id: str, work: Work) -> list[str]:
    """All that is known, a sentence each."""
    found = told(credit(work, added(id, work)), work)
    for wish in models.Wish.objects.filter(fulfilments__work=id).select_related("by").distinct():
        found.append(f"{wish.by} asked for it.")
    for one in models.Fulfilment.objects.filter(work=id).select_related("by", "wish"):
        if one.by_id != one.wish.by_id and one.by_id not in work.people:
            found.append(f"{one.by} pointed to it, for {one.wish.by}.")
    for help in seams.helpers_of(id):
        people = Person.objects.in_bulk([*help.items, *help.rated])
        found += [
            f"{people[who]} wrote {_counted(n, 'item')} to test it." for who, n in help.items.items() if who in people
        ]
        found += [f"{people[who]} rated {_counted(n, 'answer')}." for who, n in help.rated.items() if who in people]
        if help.readers:
            named = f", {listed(list(help.named))} among them" if help.named else ""
            found.append(f"{_counted(help.readers, 'person', 'people')} read for it{named}.")
    return found


def added(id: str, work: Work) -> dict[str, int]:
    """How many words came with each version, by digest. Where a text was taken out, it is what the counts differ by."""
    versions = list(work.versions.values())
    there = set(models.Version.objects.filter(work=id).exclude(text="").values_list("digest", flat=True))
    found = {one.digest: one.words for one in versions[:1]}
    for before, after in pairwise(versions):
        if {before.digest, after.digest} <= there:
            found[after.digest] = _added(id, before.digest, after.digest)
        else:
            found[after.digest] = max(0, after.words - before.words)
    return found


@lru_cache(maxsize=4096)
def _added(id: str, before: str, after: str) -> int:
    texts = dict(models.Version.objects.filter(work=id, digest__in=[before, after]).values_list("digest", "text"))
    return words_added(without_marks(texts[before]), without_marks(texts[after]))


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
