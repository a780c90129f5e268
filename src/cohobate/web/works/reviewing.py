"""The review of a work: a version with the remarks on it, each at its passage, also those on other versions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cohobate.errors import Refused
from cohobate.practicum.acts import Act
from cohobate.practicum.prose import KINDS, without_marks
from cohobate.practicum.prose.marks import cut, read_marks
from cohobate.practicum.room import TAKEN_OUT
from cohobate.practicum.work import Comment, Version, Work, anchors
from cohobate.practicum.work.acts import fields
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.works import keeper
from cohobate.web.works.access import work_for
from cohobate.web.works.editing import NAMES
from cohobate.web.works.models import Draft
from cohobate.web.works.models import Work as Row
from cohobate.web.works.reading import Block, blocks
from cohobate.web.works.selecting import selected, visible, whole

SAID: Final = ("comment", "reply", "settle", "reviewed")
"""What is said in a review."""
A_PART: Final = 200
"""Blocks that are shown at once."""
MOST_BLOCKS: Final = 50
"""Blocks that a remark is coloured in, at most."""


@dataclass(frozen=True)
class Remark:
    """A remark as a page shows it."""

    comment: Comment
    by: str
    version: Version
    """That it was made on."""
    here: bool
    """Whether that is the version which is shown."""
    start: int = 0
    end: int = 0
    words: str = ""
    """What stands at its place now."""
    quote: str = ""
    """The same without marks, also without half a one."""
    block: int = 0
    """The number of the block that it begins in; 0 where it is on the whole."""
    whole: bool = False
    """Whether it is on the whole of the block beside which it stands."""
    changed: bool = False
    """Whether its passage has other words by now."""
    lost: bool = False
    """Whether its passage is nowhere any more."""
    before: int = 0
    length: int = 0
    """How many letters of its block a reader sees before it, and how many of it, spaces left out; 0 where no page has
    its words to colour."""
    replies: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def was(self) -> str:
        """What stood there when it was made, without marks."""
        return without_marks(self.comment.quote)

    @property
    def on_the_whole(self) -> bool:
        """Whether it is on no passage."""
        return self.comment.start == self.comment.end


def placed(state: Work, text: str, digest: str = "") -> list[Remark]:
    """All remarks with their places in a text, in the order of these.

    digest:  of the version that it is the text of; "" for a draft
    """
    comments = list(state.comments.values())
    sought = [anchors.Passage(one.start, one.quote, one.before, one.after) for one in comments]
    found: list[anchors.Found | None] = [None] * len(comments)
    # What was made on this very version stands where it stood, and what was taken out stands nowhere.
    away = [i for i, one in enumerate(comments) if one.digest != digest and one.quote not in ("", TAKEN_OUT)]
    for i, place in zip(away, anchors.find(text, [sought[i] for i in away]), strict=True):
        found[i] = place
    starts = [block.start for block in blocks(text)]
    wholes = {whole(text, block) for block in blocks(text)}
    marks = read_marks(text).vanishing
    made = []
    for comment, place in zip(comments, found, strict=True):
        here = comment.digest == digest
        start, end = (comment.start, comment.end) if here else (place.start, place.end) if place else (0, 0)
        on_the_whole = comment.start == comment.end
        made.append(
            Remark(
                comment=comment,
                by=state.name_of(comment.by),
                version=state.versions[comment.digest],
                here=here,
                start=start,
                end=end,
                words=text[start:end],
                quote=_without(marks, text, start, end),
                block=0 if on_the_whole else max(1, bisect_right(starts, start)),
                whole=(start, end) in wholes,
                changed=place is not None and place.kept < 1,
                lost=not here and place is None and not on_the_whole,
                replies=[(state.name_of(one.by), one) for one in comment.replies],
            )
        )
    return sorted(made, key=lambda one: (one.lost, not one.on_the_whole, one.start, one.comment.sequence))


def _without(marks: Sequence[tuple[int, int]], text: str, start: int, end: int) -> str:
    """A passage of a text without the marks in it, which are in their order."""
    first = max(0, bisect_right(marks, (start, start)) - 1)
    reached = marks[first : bisect_right(marks, (end, end))]
    cuts = [(max(one, start) - start, min(other, end) - start) for one, other in reached if other > start]
    return cut(text[start:end], cuts)


@allowed("person", "GET")
def review(request: HttpRequest, work: str) -> HttpResponse:
    """A version with all remarks; the latest one, or ?version=2."""
    row = work_for(request.person, work, "writer", "reviewer")
    state = keeper.work(row.pk)
    return _page(request, row, state, _version(state, request.GET.get("version", "")))


def _version(state: Work, number: str) -> Version | None:
    if not number:
        return state.latest
    for one in state.versions.values():
        if str(one.number) == number or (len(number) >= 12 and one.digest.startswith(number)):
            return one
    raise Http404("There is no such version of this work.")


def _page(
    request: HttpRequest, row: Row, state: Work, version: Version | None, status: int = 200, **given: Any
) -> HttpResponse:
    me = request.person.pk
    context: dict[str, Any] = {
        "row": row,
        "work": state,
        "version": version,
        "versions": list(state.versions.values())[::-1],
        "writes": state.has(me, "writer"),
        "reviews": state.has(me, "reviewer"),
        "on": _on(request),
    }
    if version is not None:
        try:
            context |= _shown(request, row, state, version)
        except Refused as refusal:
            context["refused"] = sentence_of(refusal)
    return render(request, "works/review.html", context | given, status=status)


def _on(request: HttpRequest) -> int | None:
    """The paragraph that somebody would remark on, 0 for the whole; None for none. A script asks for none."""
    post = request.POST
    asked = post.get("block", "") if post.get("kind") == "comment" else request.GET.get("on", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _shown(request: HttpRequest, row: Row, state: Work, version: Version) -> dict[str, Any]:
    me = request.person.pk
    text = keeper.text_of(row.pk, version.digest)
    found = blocks(text)
    remarks = placed(state, text, version.digest)
    parts = Paginator(found, A_PART)
    part = parts.get_page(((_on(request) or 1) - 1) // A_PART + 1 if _on(request) else request.GET.get("part"))
    here = range(part.start_index(), part.end_index() + 1)
    remarks = [_seen(text, found, one) if one.block in here else one for one in remarks]
    beside: dict[int, list[Remark]] = {}
    for one in remarks:
        if one.block and not one.lost:
            beside.setdefault(one.block, []).append(one)
    return {
        "blocks": [(block, beside.get(block.number, [])) for block in part],
        "part": part,
        "away": sum(bool(one.block) and not one.lost and one.block not in here for one in remarks),
        "on_the_whole": [one for one in remarks if one.on_the_whole],
        "lost": [one for one in remarks if one.lost],
        "count": len(remarks),
        "open": sum(one.comment.settled == "open" for one in remarks),
        "said": [(state.name_of(one.by), one) for one in state.reviews if one.digest == version.digest],
        "kinds": KINDS,
        "names": NAMES,
        "has_reviewed": any(one.by == me and one.digest == version.digest for one in state.reviews),
    }


def _seen(text: str, found: Sequence[Block], one: Remark) -> Remark:
    if not one.block or one.lost or not found:
        return one
    reached = [block for block in found[one.block - 1 :][:MOST_BLOCKS] if block.start < one.end]
    seen = [place for block in reached for _, place in visible(text, block)]
    before = sum(place < one.start for place in seen)
    return replace(one, before=before, length=sum(place < one.end for place in seen) - before)


@allowed("person", "GET", "POST")
def remarks(request: HttpRequest, work: str) -> HttpResponse:
    """The remarks with their places in the draft, for a part of the editor's page; sent to, it says something first."""
    row = work_for(request.person, work, "writer")
    trouble = ""
    if request.method == "POST":
        try:
            _say(request, row)
        except Refused as refusal:
            trouble = sentence_of(refusal)
    state = keeper.work(row.pk)
    draft, _ = Draft.objects.get_or_create(work=row)
    found = placed(state, draft.text)
    context = {
        "row": row,
        "work": state,
        "writes": state.has(request.person.pk, "writer"),
        "trouble": trouble,
        "open": [one for one in found if one.comment.settled == "open"],
        "settled": [one for one in found if one.comment.settled != "open"],
    }
    return render(request, "works/_remarks.html", context)


@allowed("person", "POST")
def say(request: HttpRequest, work: str) -> HttpResponse:
    """Says something of a version: a remark on a passage, an answer, that it is settled, or that it was reviewed."""
    row = work_for(request.person, work, "writer", "reviewer")
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        where = _say(request, row)
    except Refused as refusal:
        if wants_json:
            raise
        state = keeper.work(row.pk)
        version = state.versions.get(request.POST.get("digest", "")) or state.latest
        typed = request.POST.get("text", "").strip()
        return _page(request, row, state, version, 409, trouble=sentence_of(refusal), typed=typed)
    back = {name: value for name in ("version", "part") if (value := request.POST.get(name, "")).isdecimal()}
    address = f"{reverse('review-work', args=[row.pk])}?{urlencode(back)}"
    if wants_json:
        return JsonResponse({"ok": True, "to": f"{address}#{where}", "where": where})
    if request.POST.get("kind") == "reviewed":
        messages.success(request, "Thank you. The writers see it.")
    return redirect(f"{address}#{where}")


def _say(request: HttpRequest, row: Row) -> str:
    """Does it, and gives the id of what stands on the page for it. Raises Refused."""
    kind = request.POST.get("kind", "")
    given = {name: str(value) for name, value in request.POST.items()}
    if how := given.get("do"):
        kind, given["how"] = "settle", how
    if kind not in SAID:
        raise Refused("nothing in a review is said like that; reload the page and send it again")
    if kind == "comment":
        given = _passage(row, given)
    act = Act(given.get("id", ""), kind, given)
    event, before = keeper.act(row.pk, request.person, act)
    if before and event.words and event.words.get("text", "") != act.get("text"):
        raise Refused("this was sent before, in other words, and stands as it was then; send the rest as another one")
    return f"c-{event.data['to']}" if kind in ("reply", "settle") else f"c-{event.id}" if kind == "comment" else "said"


def _passage(row: Row, given: dict[str, str]) -> dict[str, str]:
    """The fields of a remark, with the passage that it is on as the version has it."""
    words = {name: given.get(name, "") for name in ("id", "digest", "text")}
    if given.get("block", "0") in ("", "0"):
        return words | fields(start=0, end=0)
    text = keeper.text_of(row.pk, words["digest"])
    found = blocks(text)
    first, last = _place(given.get("block", "")), _place(given.get("last", "") or given.get("block", ""))
    if not 1 <= first <= last <= len(found):
        raise Refused("there is no such paragraph in this version; reload the page, and remark on another one")
    if given.get("quote", "").strip():
        start, end = selected(text, found[first - 1 : last], given["quote"], _place(given.get("before", "")))
    else:
        start, end = whole(text, found[first - 1])
    one = anchors.passage(text, start, end)
    return words | fields(start=start, end=end, quote=one.quote, before=one.before, after=one.after)


def _place(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
