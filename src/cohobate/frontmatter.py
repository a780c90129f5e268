"""Markdown with YAML front matter: read with line numbers, whatever state it is in, and written back unchanged.

    ---
    title: A claim
    tags: [one, two]
    ---
    The body, in Markdown.

The front matter is read key by key, so that a mistake at one key costs that key alone: it is reported with its line,
and the value is then the text as it stands. Nothing that is not changed on purpose is ever rewritten: keys that nobody
knows, comments, quotes, blank lines and the body come back as they were, to the last byte.

Only plain values are made: text, whole and decimal numbers, true and false, null, lists and maps. What YAML would take
for a date stays text, so an impossible date is no accident; so does `yes`, and `1:30`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import yaml

from cohobate.errors import WrongUse

_FENCE = re.compile(r"---[ \t]*\r?\n?")
_CLOSE = re.compile(r"(---|\.\.\.)[ \t]*\r?\n?")
# Nothing is tried twice, so that a line costs no more than its length.
_KEY = re.compile(
    r"""(?P<key>"[^"\n]*"|'[^'\n]*'|[^\s#:\-\[\]{}>|"'](?:[ \t]*+[^: \t\n]++)*+)[ \t]*+:(?=[ \t\r\n]|$)"""
)

_PASTED = re.compile(r"^[^\s\-#\]}\"'].*", re.MULTILINE)
"""A line at the margin that can hardly belong to the value above it."""
LONGEST_PARTED = 100_000
"""Characters of front matter in which such lines are looked for, at most: YAML takes a second for as many."""

Path = tuple[str | int, ...]
"""Where a value stands: keys of maps and places in lists, from the top."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong, as one sentence with its remedy."""

    line: int
    """Counted from 1, in the whole text."""
    sentence: str
    kind: str = ""
    """Of what is wrong with front matter itself: "late", "open", "stray", "twice" or "unread"."""
    value: str = ""
    """With a kind: what was met, a key or the first line of what does not belong there; "" for "open"."""
    why: str = ""
    """What is wrong with a key, as the sentence goes on behind it; "" where the kind says it all."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Block:
    """A stretch of the front matter as it stands: a key with its value, or what stands before the first key."""

    text: str
    line: int
    """Of its first line, counted from 1."""
    key: str | None = None


@dataclass(frozen=True)
class Document:
    """A text taken apart. `text` is what it was read from, or what has become of it."""

    preamble: str
    """What stands before the front matter; mostly nothing."""
    opening: str
    """The line that opens the front matter, "" if there is none."""
    blocks: tuple[Block, ...]
    closing: str
    body: str
    body_line: int
    """The line on which the body begins, counted from 1."""

    @property
    def text(self) -> str:
        """The whole, to be written back."""
        front = "".join(block.text for block in self.blocks)
        return self.preamble + self.opening + front + self.closing + self.body

    @cached_property
    def _read(self) -> tuple[dict[str, Any], dict[Path, int], tuple[Mistake, ...]]:
        fields: dict[str, Any] = {}
        lines: dict[Path, int] = {}
        mistakes: list[Mistake] = []
        if self.preamble.strip():
            first_line = next(line for line in self.preamble.splitlines() if line.strip())
            sentence = "something stands before the front matter; move it below"
            mistakes.append(Mistake(1, sentence, "late", first_line))
        if self.opening and not self.closing:
            line = self.blocks[-1].line if self.blocks else self.body_line
            mistakes.append(Mistake(line, "the front matter is not closed; put a line --- after it", "open"))
        for block in self.blocks:
            if block.key is None:
                for number, words in enumerate(block.text.split("\n"), start=block.line):
                    if words.strip() and not words.lstrip().startswith("#"):
                        sentence = "this is no key with a value; write it as key: value"
                        mistakes.append(Mistake(number, sentence, "stray", words))
                        break
                continue
            if block.key in fields:
                mistakes.append(_twice(block.line, block.key, lines[block.key,]))
            value, where, wrong = _value(block)
            fields[block.key] = value
            lines |= {(block.key, *path): line for path, line in where.items()}
            lines[block.key,] = block.line
            mistakes += wrong
        return fields, lines, tuple(mistakes)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The values by key, in the order of the text. Of a key that stands twice, the later one counts."""
        return self._read[0]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All that is wrong with the front matter; nothing if there is none at all."""
        return self._read[2]

    def line(self, *path: str | int) -> int:
        """The line of a value, or of the nearest thing that it would stand in; 1 if there is no front matter."""
        while path and path not in self._read[1]:
            path = path[:-1]
        return self._read[1][path] if path else self.preamble.count("\n") + 1

    def with_field(self, key: str, value: Any) -> Document:
        """This document with one key changed, or added as the last. Raises WrongUse for what is no plain value.

        Given the value that it has, the document stays as it is.
        """
        if key in self.fields and self.fields[key] == value and type(self.fields[key]) is type(value):
            return self
        end = "\r\n" if "\r\n" in (self.opening or self.body) else "\n"
        try:
            text = yaml.dump({key: value}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31)
        except yaml.YAMLError as error:
            raise WrongUse(f"'{key}' cannot be written to front matter ({error}); give it a plain value") from None
        block = Block(text.replace("\n", end), 0, key)
        here = [i for i, one in enumerate(self.blocks) if one.key == key]
        if here:
            # What stands below the value without belonging to it, blank lines and comments, stays.
            tail = re.search(r"(?:^[ \t]*(?:#[^\n]*)?\n)*\Z", self.blocks[here[-1]].text, re.M)
            kept = replace(block, text=block.text + (tail.group() if tail else ""))
            blocks = [one for i, one in enumerate(self.blocks) if i not in here[:-1]]
            blocks[here[-1] - len(here) + 1] = kept
        else:
            blocks = [*self.blocks, block]
        fence = f"---{end}"
        return read(
            replace(self, opening=self.opening or fence, blocks=tuple(blocks), closing=self.closing or fence).text
        )


def read(text: str) -> Document:
    """Takes a text apart. Never raises: what is wrong is in `mistakes`. Without front matter all of it is body."""
    *whole, last = text.split("\n")
    lines = [f"{line}\n" for line in whole] + ([last] if last else [])
    start = _opening(lines)
    if start is None:
        return Document("", "", (), "", text, 1)
    end = next((i for i in range(start + 1, len(lines)) if _CLOSE.fullmatch(lines[i])), None)
    closed = end is not None
    if end is None:  # then it ends with the first blank line
        end = next((i for i in range(start + 1, len(lines)) if not lines[i].strip()), len(lines))
    blocks = _blocks(lines[start + 1 : end], start + 2)
    parted = closed and sum(map(len, lines[start + 1 : end])) <= LONGEST_PARTED
    return Document(
        preamble="".join(lines[:start]),
        opening=lines[start],
        blocks=tuple(part for block in blocks for part in (_parted(block) if parted else [block])),
        closing=lines[end] if closed else "",
        body="".join(lines[end + closed :]),
        body_line=end + closed + 1,
    )


def _opening(lines: list[str]) -> int | None:
    """The line that opens the front matter. Below a preamble, it must be followed by a key, and be closed: otherwise it
    is a rule between paragraphs."""
    first = next((i for i, line in enumerate(lines) if line.strip("\ufeff \t\r\n")), None)
    if first is None:
        return None
    if _FENCE.fullmatch(lines[first].lstrip("\ufeff")):
        return first
    for i, line in enumerate(lines[:-1]):
        if _FENCE.fullmatch(line) and _KEY.match(lines[i + 1]) and any(_CLOSE.fullmatch(one) for one in lines[i + 2 :]):
            return i
    return None


def _blocks(lines: list[str], number: int) -> Iterator[Block]:
    """The front matter's lines by keys; a line that begins none belongs to the key before it."""
    text, began, key = "", number, None
    for i, line in enumerate(lines):
        if found := _KEY.match(line):
            if text:
                yield Block(text, began, key)
            text, began, key = "", number + i, found["key"].strip("\"'")
        text += line
    if text:
        yield Block(text, began, key)


def _parted(block: Block) -> Iterator[Block]:
    """A block whole; or, where words that were pasted below a value keep it from being read, apart from these."""
    pasted = _PASTED.search(block.text, block.text.find("\n") + 1) if block.key is not None else None
    if pasted:
        head = Block(block.text[: pasted.start()], block.line, block.key)
        if _value(block)[2] and not _value(head)[2]:
            yield head
            yield Block(block.text[pasted.start() :], block.line + head.text.count("\n"))
            return
    yield block


def _twice(line: int, key: str, first: int) -> Mistake:
    why = f"stands in line {first} already"
    return Mistake(line, f"'{key}' {why}; keep one of them", "twice", key, why)


# --- one key --------------------------------------------------------------------------------------------------------


DEEPEST = 100
"""Lists and maps in brackets within each other, at most: for each bracket YAML looks at all that are open."""


class _Loader(yaml.SafeLoader):
    """Plain values only, and no guesses."""

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:
        if self.flow_level >= DEEPEST:
            raise yaml.YAMLError(f"more than {DEEPEST} brackets are open at once")
        super().fetch_flow_collection_start(TokenClass)


class _Dumper(yaml.SafeDumper):
    """Quotes what the loader would take for something else, and nothing more."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


# Tags such as !!timestamp and !!binary would make values that are not plain.
_Loader.yaml_constructors = {
    tag: construct
    for tag, construct in _Loader.yaml_constructors.items()
    if tag is None or tag.rpartition(":")[2] in ("null", "bool", "int", "float", "str", "seq", "map")
}
for _class in (_Loader, _Dumper):
    _class.yaml_implicit_resolvers = {}
    for _tag, _pattern, _first in (
        ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
        ("int", r"[-+]?(0|[1-9][0-9]*)", [*"-+0123456789"]),
        ("float", r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
    ):
        _class.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), _first)
# To the loader << is a key as any other: a map that is merged into a thousand others would be copied as often. Whoever
# else reads what is written here has it in quotes.
_Dumper.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<$"), ["<"])


def _value(block: Block) -> tuple[Any, dict[Path, int], list[Mistake]]:
    """A key's value, the lines of all that is in it, and what is wrong."""
    found = _KEY.match(block.text)
    assert found is not None
    if simple := _simple(block.text, found.end()):
        value, places = simple
        return value, {(i,): block.line + place for i, place in enumerate(places)}, []
    return _by_yaml(block, found)


def _by_yaml(block: Block, found: re.Match[str]) -> tuple[Any, dict[Path, int], list[Mistake]]:
    """The same for whatever YAML there may be."""
    try:
        loader = _Loader(block.text)
        try:
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
                raise yaml.YAMLError("the lines below the key are not part of its value")
            inner = node.value[0][1]
            lines, twice = _lines(inner, block)
            return loader.construct_object(inner, deep=True), lines, twice
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, LookupError, RecursionError) as error:  # LookupError: !!bool maybe
        mark = getattr(error, "problem_mark", None)
        line = block.line + block.text.rstrip().count("\n", 0, mark.index if mark else 0)
        why = f"does not read ({getattr(error, 'problem', None) or str(error).splitlines()[0]})"
        key = block.key or ""
        sentence = f"'{key}' {why}; put the value in quotes, as in title: \"…\""
        return block.text[found.end() :].strip(), {}, [Mistake(line, sentence, "unread", key, why)]


# What nearly every value is: one line of words, or a list of such. YAML's own reader takes a hundred times as long for
# the same, so what is certain to come out the same does without. Nothing in it may act in YAML, nor end a line, and
# nothing is tried twice.
_SIGN = r"[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
_WORDS = rf"\w(?:{_SIGN}:#]|:(?=[^\s]))*+"
_QUOTED = rf'"{_SIGN}"\\]*"|\'{_SIGN}\']*\''
_LISTED = r"[A-Za-z0-9_][\w ./@-]*+"
_NAME = re.compile(r"\w[\w -]{0,99}:", re.ASCII)
_END = r"[ ]*\r?\n?(?:\r?\n)*"
_ONE = re.compile(rf"[ ]+(?P<value>{_QUOTED}|{_WORDS}){_END}", re.ASCII)
_ITEM = rf"[ ]*+(?:{_QUOTED}|{_LISTED})[ ]*+"
_LIST = re.compile(rf"[ ]+\[(?P<items>(?:{_ITEM}(?:,{_ITEM})*+)?[ ]*)\]{_END}", re.ASCII)
_IN_LIST = re.compile(rf"{_QUOTED}|{_LISTED}", re.ASCII)
_LITERAL = re.compile(
    rf"[ ]+\|[ ]*\r?\n(?:\r?\n)*(?P<indent>[ ]+)(?=[^ \r\n])(?:{_SIGN}]|\t)*+\r?\n?"
    rf"(?:(?P=indent)(?:{_SIGN}]|\t)*+\r?\n?|\r?\n)*+",
    re.ASCII,
)
_ROW = re.compile(rf"(?P<indent>[ ]*)-[ ]+(?P<value>{_QUOTED}|{_WORDS})[ ]*\r?\n?", re.ASCII)


def _simple(text: str, after: int) -> tuple[Any, list[int]] | None:
    """A block's value, and of a list how many lines below the key each item stands; None if YAML has to look.

    after:  where the value begins
    """
    if not _NAME.fullmatch(text, 0, after):
        return None
    if found := _ONE.fullmatch(text, after):
        value = _scalar(found["value"])
        return None if value is _UNSURE else (value, [])
    if found := _LIST.fullmatch(text, after):
        values = [_scalar(one) for one in _IN_LIST.findall(found["items"])]
        return None if _UNSURE in values else (values, [0] * len(values))
    if found := _LITERAL.fullmatch(text, after):
        indent = len(found["indent"])
        inner = text[after:].replace("\r\n", "\n").split("\n")[1:]
        return "\n".join(line[indent:] for line in inner).rstrip("\n") + "\n", []
    lines = text[after:].rstrip("\r\n").split("\n")
    rows = [_ROW.fullmatch(line) for line in lines[1:]]
    if lines[0].strip(" \r") or not rows or not all(rows):
        return None
    whole = [row for row in rows if row]
    values = [_scalar(row["value"]) for row in whole]
    if _UNSURE in values or len({row["indent"] for row in whole}) > 1:
        return None
    return values, [*range(1, len(values) + 1)]


_UNSURE = object()
_PLAIN = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"(?P<whole>0|[1-9][0-9]{0,17})|[0-9]{1,15}\.[0-9]{0,15}")


def _scalar(text: str) -> Any:
    """What YAML makes of a few words; _UNSURE of some that it might take for something else."""
    if text[0] in "\"'":
        return text[1:-1]
    text = text.rstrip(" ")
    if found := _NUMBER.fullmatch(text):
        return int(text) if found["whole"] else float(text)
    if text.lower() in _PLAIN:
        return _PLAIN.get(text, _UNSURE)
    return _UNSURE if text[0] in "0123456789" and "e" in text.lower() and len(text) < 40 else text


def _lines(node: yaml.Node, block: Block) -> tuple[dict[Path, int], list[Mistake]]:
    """The line of every value below a node, and keys that stand twice in one map."""
    lines: dict[Path, int] = {}
    twice: list[Mistake] = []
    visited: set[int] = set()

    def line_of(node: yaml.Node) -> int:
        # YAML also takes U+2028 and the like for the end of a line; editors do not.
        return block.line + block.text.count("\n", 0, node.start_mark.index)

    def visit(node: yaml.Node, path: Path) -> None:
        if path:
            lines[path] = line_of(node)
        if id(node) in visited:  # by an alias; a few lines of them can stand for thousands of millions of values
            return
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for place, item in enumerate(node.value):
                visit(item, (*path, place))
        elif isinstance(node, yaml.MappingNode):
            seen: dict[Hashable, int] = {}
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise yaml.YAMLError("a list or a map is no name for a value")
                line = line_of(key)
                if key.value in seen:
                    twice.append(_twice(line, key.value, seen[key.value]))
                seen[key.value] = line
                visit(value, (*path, str(key.value)))
                lines[*path, str(key.value)] = line

    visit(node, ())
    return lines, twice
