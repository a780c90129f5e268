"""What readers get of a draft: clean Markdown, and HTML to read or to print, without the writer's marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib import resources

from markdown_it.token import Token

from cohobate import frontmatter
from cohobate.markdown import TooMuch, parse, told, usual
from cohobate.practicum.prose import without_marks

_MARKDOWN = usual()


@dataclass(frozen=True, slots=True)
class Page:
    """A draft as readers get it."""

    title: str
    markdown: str
    """Without marks and front matter, and with the title as its first heading."""
    html: str
    """What stands below the title. Markup in the draft is shown, not followed; links and pictures are as the draft has
    them, so a page has to clean it first. A draft that would take very long (`cohobate.markdown`) is shown as it was
    typed, with a sentence that says so."""


@lru_cache(maxsize=64)
def page(draft: str, title: str) -> Page:
    """A draft to be published.

    title:  of the work. A first line that is a heading of the first level takes its place
    """
    body = without_marks(frontmatter.read(draft).body).strip("\n")
    try:
        tokens = parse(_MARKDOWN, body)
    except TooMuch:
        return Page(title, f"# {title}\n\n{body}\n", told(body))
    own = _heading(tokens)
    if own:
        title, tokens = own, tokens[3:]
    return Page(title, (body if own else f"# {title}\n\n{body}") + "\n", _below(tokens))


def below(text: str) -> str:
    """Markdown as HTML for a page that has a heading of its own: the highest of the text's is of the second level. To
    be cleaned, as in `Page`. What would take very long is shown as it was typed."""
    try:
        return _below(parse(_MARKDOWN, text))
    except TooMuch:
        return told(text)


def _below(tokens: Sequence[Token]) -> str:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) + 2 - highest)}"
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _heading(tokens: Sequence[Token]) -> str:
    """The words of the heading that a text begins with; "" if it begins otherwise."""
    if not tokens or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        return ""
    return "".join(part.content for part in tokens[1].children or [] if part.type in ("text", "code_inline")).strip()


def as_file(title: str, html: str, by: str, notes: Sequence[str]) -> str:
    """A whole HTML file that needs nothing else, to read, keep or print.

    html:   of the page, cleaned
    by:     who wrote it, as a line
    notes:  what stands at its foot, a paragraph each
    """
    style = resources.files("cohobate.practicum").joinpath("content/page.css").read_text("utf-8")
    foot = "".join(f"<p>{escape(note)}</p>\n" for note in notes)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{style}</style>
</head>
<body>
<article>
<h1>{escape(title)}</h1>
<p class="by">{escape(by)}</p>
{html}</article>
<footer>
{foot}</footer>
</body>
</html>
"""
