"""Texts as pages show them: passages made safe, links between files followed, repetitions marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import nh3
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cohobate.archive.passages import WIKI, passages
from cohobate.archive.repeats import repeats
from cohobate.frontmatter import read
from cohobate.web.sources.models import Text
from cohobate.web.sources.shelf import follow
from cohobate.web.words import TAGS

_HEADING = re.compile(r"<(/?)h([1-4])>")
_LINK = re.compile(rf'<a href="{WIKI}([^"]*)"[^>]*>')
LOWER = 2
"""By how much the headings of a text are lowered below those of its page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage on a page."""

    number: int
    """As in `cohobate.archive.passages`."""
    start: int
    end: int
    kind: str
    html: SafeString
    """Safe, whoever wrote it."""
    again: bool
    """Whether it stands in the text before."""


def shown(text: Text) -> Sequence[Shown]:
    """The passages of a text. The links in it lead to what stands on the shelf now."""
    made = _safe(text.pk)
    targets = {unquote(found) for one in made for found in _LINK.findall(one.html)}
    if not targets:
        return made
    led = follow(targets)

    def leading(found: re.Match[str]) -> str:
        target = unquote(found[1])
        where = led[target].found
        return f'<a href="{escape(reverse("source", args=[where[0]]))}">' if where else '<a class="nowhere">'

    return [
        Shown(one.number, one.start, one.end, one.kind, mark_safe(_LINK.sub(leading, one.html)), one.again)
        if WIKI in one.html
        else one
        for one in made
    ]


@lru_cache(maxsize=8)
def _safe(digest: str) -> tuple[Shown, ...]:
    text = Text.objects.get(pk=digest).text
    document = read(text)
    shift = document.body_line - 1
    ranges = [(one.start + shift, one.end + shift) for one in repeats(document.body)]
    found: list[Shown] = []
    at = 0
    for one in passages(text):
        while at < len(ranges) and ranges[at][1] < one.start:
            at += 1
        again = at < len(ranges) and ranges[at][0] <= one.start and one.end <= ranges[at][1]
        html = mark_safe(_HEADING.sub(_lowered, cleaned(one.html)))
        found.append(Shown(one.number, one.start, one.end, one.kind, html, again))
    return tuple(found)


def cleaned(html: str) -> str:
    """HTML in which nothing acts and nothing is fetched, whoever wrote it."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", WIKI.rstrip(":")},
        link_rel="noopener noreferrer nofollow",
    )


def _lowered(found: re.Match[str]) -> str:
    return f"<{found[1]}h{int(found[2]) + LOWER}>"
