"""Programs, and the blocks that they are made of."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cohobate.errors import CohobateError, WrongUse
from cohobate.practicum.fermi.told import read_message
from cohobate.practicum.fermi.watching import PYTHON, START, no_process
from cohobate.practicum.fermi.words import clean

MOST_BLOCKS = 12
"""Blocks that a program can have."""
MOST_CHARACTERS = 20_000
"""Characters that a program can have."""

_PROGRAMS = Path(__file__).parents[1] / "programs"
_END = ".py.txt"
"""With this ending no tool takes them for parts of this package."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a program, from its marker to the next one."""

    name: str
    first_line: int
    """The line of the marker, counted from 1."""
    last_line: int


@dataclass(frozen=True, slots=True)
class Program:
    """A program taken apart. What stands before the first block is set-up, which nobody estimates."""

    name: str
    title: str
    """The first line of its docstring, or its name."""
    about: str
    """What else the docstring says, in one paragraph."""
    source: str
    """With \\n at the ends of lines."""
    blocks: tuple[Block, ...]

    def text(self, block: Block) -> str:
        """The lines of a block, without its marker."""
        return "\n".join(self.source.split("\n")[block.first_line : block.last_line]).strip("\n")


@functools.cache
def shipped() -> Mapping[str, Program]:
    """The programs that come with Cohobate, by name. Raises CohobateError if no process can be started to read them."""
    names = sorted(path.name.removesuffix(_END) for path in _PROGRAMS.glob(f"*{_END}"))
    return MappingProxyType({name: read_program((_PROGRAMS / f"{name}{_END}").read_bytes(), name) for name in names})


_MARKER = re.compile(r"#\s*block\s*:(.*)", re.IGNORECASE)


def read_program(source: str | bytes, name: str) -> Program:
    """A program with its blocks. A line `# block: name`, at the start of the line, begins a block.

    Nothing is run; the source is compiled, in a process of its own and with little time and memory. Raises WrongUse,
    with the line where there is one, for: what is no Python of this version, no UTF-8 or too much to compile, more than
    `MOST_CHARACTERS` characters, no blocks or more than `MOST_BLOCKS`, a block without code or without a name, two
    blocks of one name, a marker that is indented, stands behind code or within a statement. Raises CohobateError if no
    process can be started.
    """
    text = _decoded(source, name)
    made_of = _compiled(text, name)
    statements: list[tuple[int, int]] = made_of["statements"]
    starts: dict[str, int] = {}
    for line, column, comment in made_of["comments"]:
        found = _MARKER.fullmatch(comment)
        if found:
            _check_place(name, statements, line, column)
            _check_name(name, line, found[1].strip(), starts)
            starts[found[1].strip()] = line
    if not starts:
        raise WrongUse(f"{name} has no blocks: put a line such as # block: sorting before each part to be estimated")
    if len(starts) > MOST_BLOCKS:
        raise WrongUse(f"{name} has {len(starts)} blocks: {MOST_BLOCKS} are the most; join some of them")
    firsts = list(starts.values())
    lasts = [*(line - 1 for line in firsts[1:]), len(text.rstrip("\n").split("\n"))]
    blocks = tuple(Block(*one) for one in zip(starts, firsts, lasts, strict=True))
    for block in blocks:
        if not any(block.first_line <= first <= block.last_line for first, _ in statements):
            raise _wrong(name, block.first_line, f"block '{block.name}' has no code in it; fill it or take it out")
    title, _, about = made_of["docstring"].strip().partition("\n")
    return Program(name, title.strip() or name, " ".join(about.split()), text, blocks)


def _decoded(source: str | bytes, name: str) -> str:
    if len(source) > 4 * MOST_CHARACTERS:
        raise WrongUse(f"{name} is too long: {MOST_CHARACTERS:,} characters are the most; shorten it")
    try:
        text = source.decode() if isinstance(source, bytes) else source.encode().decode()
    except UnicodeError as error:
        raise WrongUse(f"{name} is no UTF-8 ({error}); save it as UTF-8") from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_CHARACTERS:
        raise WrongUse(
            f"{name} has {len(text):,} characters: {MOST_CHARACTERS:,} are the most; take the part that matters"
        )
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _wrong(name, line, "a NUL character is no Python; take it out")
    return text


def _compiled(text: str, name: str) -> dict[str, Any]:
    """The docstring, the comments (line, column, text) and the statements (first and last line) at the top level."""
    try:
        answer = subprocess.run(
            [*PYTHON, "check"], input=text.encode(), capture_output=True, cwd="/", env={}, timeout=START
        )
    except subprocess.TimeoutExpired:
        raise WrongUse(f"{name} takes too long to compile; make it simpler") from None
    except OSError as error:
        raise no_process(error) from error
    if answer.returncode < 0:
        raise WrongUse(f"{name} is too much to compile; make it simpler")
    made_of = read_message(answer.stdout)
    if not made_of:
        raise CohobateError(f"{name} could not be compiled; see that {PYTHON[0]} works")
    if "wrong" not in made_of:
        return made_of
    wrong = clean(made_of["wrong"])[:200]
    if made_of["line"] is None:
        raise WrongUse(f"{name} does not compile: {wrong}; make it simpler")
    raise _wrong(name, made_of["line"], f"this is no Python ({wrong}); correct it")


def _wrong(name: str, line: int, sentence: str) -> WrongUse:
    return WrongUse(f"{name}, line {line}: {sentence}")


def _check_place(name: str, statements: Sequence[tuple[int, int]], line: int, column: int) -> None:
    if column:
        raise _wrong(
            name, line, "this marker is indented or stands behind code; put it at the start of a line of its own"
        )
    for first, last in statements:
        if first < line <= last:
            raise _wrong(
                name, line, f"this marker splits the statement that begins in line {first}; put it before or after that"
            )


def _check_name(name: str, line: int, block: str, starts: Mapping[str, int]) -> None:
    if not block or len(block) > 60 or not block.isprintable():
        raise _wrong(name, line, "a block needs a name of 1 to 60 characters; write it behind # block:")
    if block in starts:
        raise _wrong(name, line, f"block '{block}' begins in line {starts[block]} already; give it another name")
