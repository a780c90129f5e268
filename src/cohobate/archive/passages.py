"""A text in passages that can be cited by number: the unit of what a reader points at and a writer quotes.

A passage is a block of Markdown as it stands at the margin: a paragraph, a heading, a table, a quotation, a stretch of
code; of a list, each item. What stands in front matter or before it is none, nor is a rule between paragraphs. The
numbers are those of one version of a text: another version has others.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from cohobate import frontmatter
from cohobate.archive.links import BRACKETS
from cohobate.markdown import TooMuch, parse, plain, told, usual

WIKI = "wiki:"
"""How the address of a link between brackets begins; the name of the file that it leads to follows, as in a URL."""


def _wiki(state: StateInline, silent: bool) -> bool:
    """[[name]] and [[name|words]] as links."""
    found = BRACKETS.match(state.src, state.pos) if state.src.startswith("[[", state.pos) else None
    if found is None or not found["target"].strip():
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": WIKI + quote(found["target"].strip(), safe="")}
        state.push("text", "", 0).content = (found["label"] or found["target"]).strip()
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


MARKDOWN = usual()
MARKDOWN.inline.ruler.before("link", "wiki", _wiki)
_STRETCH = 2_000
_LISTS = ("bullet_list_open", "ordered_list_open")


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of a text."""

    number: int
    """Counted from 1."""
    start: int
    """Its first line in the whole text, counted from 1."""
    end: int
    """Its last line."""
    kind: str
    """"paragraph", "heading", "item", "quotation", "code" or "table"; "plain" for a text that is shown as it was
    typed, and "note" for the sentence before it that says so."""
    text: str
    """As it stands, without the line end."""
    html: str
    """As Markdown renders it. Markup in the text is shown, not followed; links and pictures are as the text has them,
    so a page has to clean it first."""


_KINDS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "blockquote_open": "quotation",
    "fence": "code",
    "code_block": "code",
    "table_open": "table",
}


@lru_cache(maxsize=8)
def passages(text: str) -> tuple[Passage, ...]:
    """The passages of a text in their order. The same text has the same passages. Takes about 0.2 s a megabyte, and of
    one that would take far longer (`cohobate.markdown`) the passages are stretches as they were typed."""
    document = frontmatter.read(text)
    lines = document.body.removeprefix("\ufeff").split("\n")
    env: dict[str, Any] = {}
    found: list[Passage] = []
    # A line ends with \n here, as everywhere; for Markdown a lone \r would end one too.
    body = document.body.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", " ")
    try:
        pieces = _pieces(parse(MARKDOWN, body, env))
    except TooMuch:
        return tuple(_plain(lines, document.body_line))
    for tokens in pieces:
        first = next(token for token in tokens if token.map)
        at, to = _span(tokens, lines)
        kind = "item" if first.type in _LISTS else _KINDS.get(first.type, "paragraph")
        found.append(
            Passage(
                number=len(found) + 1,
                start=document.body_line + at,
                end=document.body_line + to - 1,
                kind=kind,
                text="\n".join(line.rstrip("\r") for line in lines[at:to]),
                html=_render(tokens, env),
            )
        )
    return tuple(found)


def _plain(lines: Sequence[str], first: int) -> Iterator[Passage]:
    """Stretches of whole lines, of `_STRETCH` characters or a little more."""
    yield Passage(1, first, first, "note", "", told(""))
    number, at, length = 2, 0, 0
    for place, line in enumerate(lines, 1):
        length += len(line) + 1
        if length >= _STRETCH or place == len(lines):
            text = "\n".join(line.rstrip("\r") for line in lines[at:place])
            yield Passage(number, first + at, first + place - 1, "plain", text, plain(text))
            number, at, length = number + 1, place, 0


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each passage. An item comes within a list of its own, which goes on counting where it has to."""
    found: list[list[Token]] = []
    for block in _blocks(tokens, 0):
        if block[0].type == "hr":
            continue
        if block[0].type not in _LISTS:
            found.append(block)
            continue
        opening, closing = block[0], block[-1]
        begins = int(opening.attrGet("start") or 1)
        for place, item in enumerate(_blocks(block[1:-1], 1)):
            one = opening.copy(map=item[0].map)
            if opening.type == "ordered_list_open":
                one.attrs = {"start": begins + place}
            found.append([one, *item, closing])
    return found


def _blocks(tokens: Sequence[Token], level: int) -> list[list[Token]]:
    """Tokens by the blocks that begin at a level."""
    found: list[list[Token]] = []
    for token in tokens:
        if token.level == level and token.nesting >= 0 and not (token.nesting == 0 and token.type == "inline"):
            found.append([token])
        elif found:
            found[-1].append(token)
    return found


def _span(tokens: Sequence[Token], lines: Sequence[str]) -> tuple[int, int]:
    """The first line and the one after the last, counted from 0, without the blank ones at the end."""
    at, to = next(token.map for token in tokens if token.map)
    while to > at + 1 and (to > len(lines) or not lines[to - 1].strip()):
        to -= 1
    return at, to


def _render(tokens: Sequence[Token], env: MutableMapping[str, Any]) -> str:
    return str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env))
