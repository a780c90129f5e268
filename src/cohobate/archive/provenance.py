"""Where a file comes from, as a listing of its repository says it above the text: path, commit, who wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATH = re.compile(r"(?:[^/\n]+/)+[^/\n]+\.\w{1,8}")
_COMMIT = re.compile(
    r"(?:(?P<by>\S[^\n]*?) )??(?:commit )?(?P<commit>(?=[0-9a-f]*\d)[0-9a-f]{7,40})(?: (?P<message>[^\n]+))?"
)
_PERSON = re.compile(r"Co-(?:authored|committed)-by: (?P<who>[^<\n]*[^<\s])[ ]*(?:<[^>\n]*>)?", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of a file's origin; "" where it is not said."""

    path: str = ""
    commit: str = ""
    """The hash, perhaps cut short."""
    by: str = ""
    message: str = ""
    co_authors: tuple[str, ...] = ()
    """Without their addresses."""
    at: str = ""
    """When it was committed, as it stands."""

    def __bool__(self) -> bool:
        return any((self.path, self.commit, self.by, self.co_authors, self.at))


def read_provenance(preamble: str) -> Provenance:
    """The origin that is told in what stands before the front matter; an empty one if nothing is."""
    path = commit = by = message = at = ""
    people: list[str] = []
    for line in (line.strip() for line in preamble.splitlines()[:40]):
        if person := _PERSON.fullmatch(line):
            people.append(person["who"].strip())
        elif not path and len(line) < 1000 and _PATH.fullmatch(line):
            path = line
        elif not at and _TIME.fullmatch(line):
            at = line
        elif not commit and len(line) < 1000 and (found := _COMMIT.fullmatch(line)):
            by, commit, message = found["by"] or "", found["commit"], found["message"] or ""
    return Provenance(path, commit, by, message, tuple(dict.fromkeys(people)), at)
