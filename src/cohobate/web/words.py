"""What templates can do with words: Markdown from people and files, times, and plain numbers."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import nh3
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cohobate.markdown import TooMuch, parse, told, usual
from cohobate.practicum.work.publishing import below
from cohobate.web.slugs import slug

register = template.Library()

_MARKDOWN = usual()

TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a"),
    *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
"""What may be left of it: no pictures from elsewhere, no styles, nothing that acts."""


@lru_cache(maxsize=512)
def rendered(text: str) -> str:
    """Markdown as HTML that is safe whoever wrote it."""
    env: dict[str, Any] = {}
    try:
        return cleaned(_MARKDOWN.renderer.render(parse(_MARKDOWN, text, env), _MARKDOWN.options, env))
    except TooMuch:
        return cleaned(told(text))


def cleaned(html: str) -> str:
    """HTML without what is not in `TAGS`."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


@register.simple_tag
def fresh() -> str:
    """An id for a form: sent twice, it counts once."""
    return slug()


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown, rendered."""
    return mark_safe(rendered(text or ""))


@register.filter
def markdown_below(text: str) -> SafeString:
    """The same below a page's own heading: the highest in it is of the second level."""
    return mark_safe(cleaned(below(text or "")))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A time that the browser shows by its own clock."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}" data-moment>{}</time>',
        value.isoformat(timespec="seconds"),
        f"{value.day} {value:%B %Y, %H:%M} UTC",
    )


@register.filter
def counted(number: int, words: str) -> str:
    """`{{ n|counted:"person,people" }}` as in "1 person" and "3 people"."""
    one, _, many = words.partition(",")
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@register.filter
def duration(minutes: int) -> str:
    """Minutes as people say them: 90 becomes 1 h 30 min."""
    hours, rest = divmod(int(minutes), 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


@register.filter
def between(pair: tuple[int, int]) -> str:
    """A range as people say it: (2, 2) becomes 2, (2, 20) becomes 2–20."""
    least, most = pair
    return str(least) if least == most else f"{least}–{most}"


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """The value under a key; "" if there is none."""
    return mapping.get(key, "") if mapping else ""
