"""What stands beside a draft while somebody writes: how it looks, what could be better, what its sources say."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cohobate.practicum.prose import check
from cohobate.practicum.prose.figures import NOTE
from cohobate.web.people.access import allowed
from cohobate.web.works.access import work_for
from cohobate.web.works.reading import LARGEST_PREVIEW, shown

MOST_ADVICE = 200
"""Pieces of advice that are shown at once."""


@allowed("person", "POST")
def preview(request: HttpRequest, work: str) -> HttpResponse:
    """How a text will look."""
    work_for(request.person, work, "writer")
    return HttpResponse(shown(_text(request)))


@allowed("person", "POST")
def advice(request: HttpRequest, work: str) -> HttpResponse:
    """What a text could do better."""
    work_for(request.person, work, "writer")
    return render(request, "works/_advice.html", advised(_text(request)))


def advised(text: str) -> dict[str, Any]:
    """What the page shows of the advice on a text."""
    report = check(text)
    return {"advice": report.advice[:MOST_ADVICE], "all": len(report.advice), "figures": report.figures, "note": NOTE}


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\r", "\n")[:LARGEST_PREVIEW]
