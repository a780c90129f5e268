"""The editor: a draft, saved at every pause, with what stands beside it. Without a script, a form with a button."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from cohobate.errors import Refused
from cohobate.practicum.prose import KINDS
from cohobate.web.edge import sentence_of
from cohobate.web.people.access import allowed
from cohobate.web.slugs import slug
from cohobate.web.works import drafts, keeper
from cohobate.web.works.access import work_for
from cohobate.web.works.beside import advised
from cohobate.web.works.drafts import Conflict
from cohobate.web.works.earlier import page_of
from cohobate.web.works.models import Draft, Work
from cohobate.web.works.reading import LARGEST_PREVIEW, shown

NAMES = {"example": "Example", "idea": "Abstract", "term": "Term", "define": "Definition", "why": "Why it matters"}
"""What marks are called on buttons."""


@dataclass
class Page:
    """What the editor's page shows."""

    text: str
    revision: int
    """That the text is to be saved over."""
    draft: Draft
    conflict: Conflict | None = None
    trouble: str = ""
    note: str = ""


@allowed("person", "GET", "POST")
def edit(request: HttpRequest, work: str) -> HttpResponse:
    """The editor; and what its form sends where no script does."""
    row = work_for(request.person, work, "writer")
    if request.method != "POST":
        draft = drafts.draft_of(work)
        return _page(request, row, Page(draft.text, draft.revision, draft))
    sent = _sent(request)
    try:
        return _done(request, row, sent)
    except Refused as refusal:
        draft = drafts.draft_of(work)
        page = Page(sent.text, sent.revision, draft, trouble=sentence_of(refusal), note=sent.note)
        return _page(request, row, page, HTTPStatus.CONFLICT)


@dataclass(frozen=True)
class _Sent:
    text: str
    revision: int
    act: str
    follows: tuple[str, ...]
    do: str
    base: int
    note: str


def _sent(request: HttpRequest) -> _Sent:
    post = request.POST
    return _Sent(
        # A text field's first line end is not part of it, and its others are of another age.
        text=post.get("text", "").replace("\r\n", "\n").replace("\r", "\n"),
        revision=_number(post.get("revision")),
        act=post.get("act", "")[:64] or slug(),
        follows=tuple(one for one in post.get("follows", "").split(",") if one),
        do=post.get("do", "save"),
        base=_number(post.get("base")),
        note=post.get("note", ""),
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _done(request: HttpRequest, row: Work, sent: _Sent) -> HttpResponse:
    """What a form without a script asks for. Raises Refused."""
    work, text = row.pk, sent.text
    if sent.do in ("theirs", "both"):
        found = drafts.conflict(work, text, sent.base)
        drafts.set_aside(work, request.person, text, sent.base)
        if sent.do == "theirs":
            messages.success(request, "Here is what they saved. Your text is kept under “Earlier texts”.")
            return redirect("edit-work", work)
        text = found.both if found.both is not None else text
    saved = drafts.save(work, request.person, text, sent.revision, sent.act, sent.follows)
    if isinstance(saved, Conflict):
        page = Page(text, saved.theirs.revision, saved.theirs, conflict=saved, note=sent.note)
        return _page(request, row, page, HTTPStatus.CONFLICT)
    if sent.do == "version":
        once = keeper.digest_of(f"{sent.act} {text}")  # a second click sends the same form with the same text
        event, _ = keeper.keep_version(work, request.person, text, sent.note, once)
        number = keeper.work(work).versions[event.data["digest"]].number
        messages.success(request, f"Kept as version {number}, and registered in the ledger.")
    elif saved.revision == sent.revision:
        messages.info(request, "Nothing had changed, so there was nothing to save.")
    else:
        messages.success(request, "Saved.")
    return redirect("edit-work", work)


def _page(request: HttpRequest, row: Work, page: Page, status: int = 200) -> HttpResponse:
    state = keeper.work(row.pk)
    part = page.text[:LARGEST_PREVIEW]
    context = advised(part) | {
        "row": row,
        "work": state,
        "page": page,
        "kinds": KINDS,
        "names": NAMES,
        "preview": shown(part),
        "cut": len(page.text) > LARGEST_PREVIEW,
        "part": LARGEST_PREVIEW,
        "part_in_words": f"{LARGEST_PREVIEW:,}",
        "open_remarks": sum(comment.settled == "open" for comment in state.comments.values()),
        "act": slug(),
        "earlier": page_of(row.pk),
    }
    return render(request, "works/edit.html", context, status=status)


# --- what the page's script asks for --------------------------------------------------------------------------------


@allowed("person", "GET", "POST")
def save(request: HttpRequest, work: str) -> HttpResponse:
    """Saves the draft; asked with GET, says which revision is there."""
    work_for(request.person, work, "writer")
    if (elsewhere := _somebody_else(request)) is not None:
        return elsewhere
    if request.method != "POST":
        draft, _ = Draft.objects.select_related("saved_by").defer("text").get_or_create(work_id=work)
        return JsonResponse(_told(request, draft))
    sent = _sent(request)
    saved = drafts.save(work, request.person, sent.text, sent.revision, sent.act, sent.follows)
    if isinstance(saved, Conflict):
        told = _told(request, saved.theirs) | {"text": saved.theirs.text, "both": saved.both, "base": saved.base}
        told["html"] = render_to_string("works/_side_by_side.html", {"sides": saved.sides})
        return JsonResponse({"ok": False, "conflict": told}, status=HTTPStatus.CONFLICT)
    return JsonResponse({"ok": True} | _told(request, saved))


@allowed("person", "POST")
def set_aside(request: HttpRequest, work: str) -> HttpResponse:
    """Keeps a text under the earlier ones that did not become the draft."""
    work_for(request.person, work, "writer")
    if (elsewhere := _somebody_else(request)) is not None:
        return elsewhere
    sent = _sent(request)
    kept = drafts.set_aside(work, request.person, sent.text, sent.base)
    return JsonResponse({"ok": True, "earlier": kept.pk if kept else None})


def _told(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    mine = draft.saved_by_id == request.person.pk
    who = "You" if mine else str(draft.saved_by or "Somebody")
    return {"revision": draft.revision, "by": who, "at": draft.saved_at.isoformat(timespec="seconds"), "mine": mine}


def _somebody_else(request: HttpRequest) -> HttpResponse | None:
    """A refusal where a page was opened by somebody whose browser is another person's by now."""
    meant = request.POST.get("as") or request.GET.get("as")
    if not meant or meant == request.person.pk:
        return None
    sentence = (
        f"You are {request.person} here now, by another personal link, so nothing is saved from this page. What you "
        "typed is kept in this browser until you have come in by your own link again."
    )
    return JsonResponse({"ok": False, "as": request.person.pk, "sentence": sentence}, status=HTTPStatus.FORBIDDEN)
