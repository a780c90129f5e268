"""Values of front matter as what they should be: by their names and other names, as words, and as lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cohobate.archive.diagnostics import Problem, quoted
from cohobate.archive.vocabulary import FIELDS, NATIVE, Type
from cohobate.frontmatter import Document

WORDS_OF = ("title", "claim", "text", "name", "file", "url", "path")
"""Of a map where words belong, the first of these that it has is what counts."""


MOST = 100
"""Items of a list within a list that are looked at, at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list."""

    line: int
    """Counted from 1, in the whole file."""
    text: str


class Fields:
    """The front matter of one file, and what is wrong with it."""

    def __init__(self, document: Document, type: Type, problems: list[Problem] | None = None) -> None:
        self.document, self.type = document, type
        self.values = document.fields
        self.problems = [] if problems is None else problems

    def key(self, name: str) -> str | None:
        """The key that a field stands under: its own name, or the first other one with a value; None for none."""
        names = self._names(name)
        return names[0] if len(names) == 1 else next((one for one in names if _plain(self.values[one])), None)

    def _names(self, name: str) -> list[str]:
        return [one for one in FIELDS[name] if one in self.values and self._belongs(name, one)]

    def _belongs(self, name: str, key: str) -> bool:
        # In a claim, `source` tells what it rests on; elsewhere where the text is to be found, if that is an address.
        return key != "source" or name == ("sources" if self.type == "claim" else "url")

    def value(self, name: str) -> tuple[Any, int]:
        """The value of a field and its line; None and the first line if it is not there."""
        key = self.key(name)
        if key is None:
            return None, self.document.line()
        line, value = self.document.line(key), self.values[key]
        if key != name and key not in NATIVE[self.type]:
            self.problems.append(Problem(line, "alias", quoted(key), quoted(name)))
        for other in self._names(name):
            if other != key and _same(other, key):
                again = _plain(self.values[other])
                if again and again != _plain(value):
                    there = self.document.line(other)
                    said = f"{quoted(other)} ({quoted(again)})"
                    self.problems.append(Problem(there, "beside", said, quoted(key)))
        return value, line

    def words(self, name: str) -> tuple[str, int]:
        """A field that is words; "" if it is none."""
        value, line = self.value(name)
        return self._as_words(value, name, line), line

    def _as_words(self, value: Any, name: str, line: int) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        if isinstance(value, bool | int | float):
            return self.written(self.key(name) or name, value)
        text = _plain(value)
        if not (isinstance(value, list) and name in ("author", "domain", "description")):
            self.problems.append(Problem(line, "no-words", quoted(self.key(name)), _what(value)))
        return text

    def written(self, key: str, value: bool | int | float) -> str:
        """A number, or true or false, as it was written: 2026.10 is another month than 2026.1."""
        texts = [block.text for block in self.document.blocks if block.key == key]
        after = texts[-1].partition(":")[2].split() if texts else []
        return after[0] if after and _reads_as(after[0], value) else str(value)

    def entries(self, name: str) -> tuple[Entry, ...]:
        """A field that is a list. What stands for one is taken for it: one value, a map; a number is none."""
        value, line = self.value(name)
        key = self.key(name) or name
        if value is None or value == "":
            return ()
        if isinstance(value, list):
            made = [Entry(self.document.line(key, place), _plain(one)) for place, one in enumerate(value)]
            return tuple(one for one in made if one.text)
        if name not in ("sources", "domain"):
            self.problems.append(Problem(line, "no-list", f"{quoted(key)} ({quoted(_plain(value))})", _what(value)))
        if isinstance(value, Mapping):
            return tuple(
                Entry(self.document.line(key, str(inner)), _plain(one) or str(inner)) for inner, one in value.items()
            )
        if isinstance(value, bool | int | float):
            return ()
        parts = str(value).split(",") if name == "tags" else [str(value)]
        return tuple(Entry(line, part.strip()) for part in parts if part.strip())


def _reads_as(text: str, value: bool | int | float) -> bool:
    if isinstance(value, bool):
        return text.casefold() == str(value).casefold()
    try:
        return float(text) == value
    except ValueError:
        return False


def _same(other: str, key: str) -> bool:
    """Whether two names say the same thing of a file: when a claim was written down is not when it was published."""
    apart = {"created", "date_claimed", "domains", "source", "summary", "abstract", "name", "claims"}
    return other not in apart and key not in apart


def _plain(value: Any, depth: int = 2) -> str:
    """Some value in a few words. Not to the last depth: with aliases a few lines of YAML can stand for thousands of
    millions of values."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        known = next((value[name] for name in WORDS_OF if value.get(name)), None)
        inner = known if known is not None else next(iter(value.values()), "")
    elif isinstance(value, list):
        inner = value
    else:
        return str(value)
    if not depth:
        return "…"
    several = inner if isinstance(inner, list) else [inner]
    return ", ".join(filter(None, (_plain(one, depth - 1) for one in several[:MOST])))


def _what(value: Any) -> str:
    kinds = ((bool, "true or false"), (int, "a number"), (float, "a number"), (Mapping, "a map"), (list, "a list"))
    return next((words for kind, words in kinds if isinstance(value, kind)), "a text")
