"""Markdown parsers that give up on a text which would take very long, and what is shown of it then.

The time that Markdown takes grows with the length of a text, but of two texts of one length one may take a thousand
times as long: prose is read in no time, brackets alone are not, and 1,500 letters make a table of 65,000 cells. So what
a parser does is counted in steps, of about ten microseconds, and the count is the same on every machine. A text may
have `FREE` of them and one for every `EACH` characters, several times what prose takes. A text that takes more is shown
as it was typed, all of it.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import suppress
from html import escape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

FREE: Final = 40_000
EACH: Final = 4
BLOCK: Final = 6
"""Steps for each block, beside one for each of its lines and one for every `LONG` characters of its first line."""
LONG: Final = 50

NOTE: Final = "This text has more signs of Markdown than are followed in one text, so it is shown as it was typed."

Env = MutableMapping[str, Any]
_LEFT: Final = "steps left"


class TooMuch(Exception):
    """A text takes more steps than it may have."""


def counting(parser: MarkdownIt) -> MarkdownIt:
    """The same parser, which from now on counts its steps; to be called by `parse`."""
    # Among the rules that may end a block, it sees each line of a block, once for each quotation or list around it.
    parser.block.ruler.before("table", "steps", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    if "table" in parser.get_active_rules()["block"]:
        parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("text", "steps", _inline)
    return parser


def usual() -> MarkdownIt:
    """A counting parser of CommonMark with tables and ~~words struck out~~. Markup in a text is shown, not followed."""
    return counting(MarkdownIt("commonmark", {"html": False, "breaks": False}).enable(["table", "strikethrough"]))


def parse(parser: MarkdownIt, text: str, env: Env | None = None) -> list[Token]:
    """The tokens of a text. Raises TooMuch."""
    env = {} if env is None else env
    env[_LEFT] = allowed(text)
    _take(env, text.count("\n") + 1)
    return parser.parse(text, env)


def allowed(text: str) -> int:
    """How many steps a text may take."""
    return FREE + len(text) // EACH


def steps(parser: MarkdownIt, text: str) -> int:
    """How many steps a text takes; of one that takes too many, those until that was seen."""
    env: Env = {}
    with suppress(TooMuch):
        parse(parser, text, env)
    return allowed(text) - int(env[_LEFT])


def plain(text: str) -> str:
    """HTML of a text as it was typed."""
    return f"<pre>{escape(text, quote=False)}</pre>\n"


def told(text: str) -> str:
    """The same, under the sentence that says so."""
    return f"<p><em>{NOTE}</em></p>\n{plain(text) if text else ''}"


def _take(env: Env, count: int) -> None:
    if _LEFT in env:
        env[_LEFT] -= count
        if env[_LEFT] < 0:
            raise TooMuch


def _inline(state: StateInline, silent: bool) -> bool:
    _take(state.env, 1)
    return False


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    _take(state.env, 1 if silent else BLOCK + (state.eMarks[start] - state.bMarks[start]) // LONG)
    return False


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Rows that are shorter than the first one are filled up, so a small text has very many cells."""
    if _LEFT in state.env and not silent and start + 2 < end:
        columns = max(1, state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1]) - 1)
        # Enough rows for all steps that are left: whoever has as many takes too many.
        end = min(end, start + 3 + state.env[_LEFT] // (3 * columns))
    before = len(state.tokens)
    found = table(state, start, end, silent)
    _take(state.env, len(state.tokens) - before)
    return found
