"""What can be said of a file: every rule once, with how grave it is and what to do.

error    something is lost, or cannot be used
warning  it was read all the same, by a guess
note     it could be better
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]

SHOWN = 80
"""Letters of a value that a sentence shows, at most."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of problem."""

    severity: Severity
    says: str
    """What is so, with {value} and perhaps {more} in it."""
    remedy: str


RULES: Mapping[str, Rule] = {
    # --- the file
    "unreadable": Rule("error", "the file could not be read: {more}", "see to that, and read it again"),
    "too-large": Rule("error", "the file has {value} bytes, and {more} are read at most", "divide it"),
    "not-text": Rule("warning", "this is no text ({more})", "keep it elsewhere, and its text here"),
    "not-utf-8": Rule("warning", "{value} is no UTF-8, and is shown as �", "save the file as UTF-8"),
    "no-letter": Rule("warning", "{value} is no letter, and is shown as �", "take it out"),
    "byte-order-mark": Rule("note", "the file begins with a byte order mark", "save it without one"),
    "empty": Rule("warning", "nothing stands in the body", "put the text there, or remove the file"),
    "long-name": Rule("note", "the file name has {value} bytes, and many systems take {more}", "shorten it"),
    "same-name": Rule("warning", "{value} and {more} have names that differ only in case", "rename one of them"),
    "repeats": Rule("warning", "what stands in {more} stands again in {value}", "remove it there"),
    # --- the front matter
    "no-front-matter": Rule("note", "there is no front matter", "begin with type, title, author, url and date"),
    "late": Rule("warning", "{value} stands before the front matter", "move it below"),
    "open": Rule("warning", "the front matter is not closed", "put a line --- after it"),
    "stray": Rule("warning", "{value} is no key with a value", "write it as key: value, or move it below"),
    "twice": Rule("warning", "{value} {more}, and the later one counts", "keep one of them"),
    "unread": Rule("warning", "{value} {more}, and counts as text", 'put the value in quotes, as in title: "…"'),
    "long-front-matter": Rule("error", "the front matter has {value} characters, and was left unread", "shorten it"),
    "alias": Rule("note", "{value} stands for {more}", "call it that"),
    "beside": Rule("warning", "{value} says something else than {more}, which counts", "keep one of them"),
    "no-list": Rule("note", "{value} is {more}, where a list belongs", "write it as a list, as in [one, two]"),
    "no-words": Rule("warning", "{value} is {more}, where words belong", "write it as words in quotes"),
    # --- single fields
    "no-type": Rule("note", "there is no type; it was taken for {value}", "write type: source or type: claim"),
    "other-type": Rule("note", "the type {value} was taken for {more}", "write type: {more}"),
    "unknown-type": Rule("warning", "nobody knows the type {value}; it was taken for {more}", "write source or claim"),
    "no-title": Rule("note", "there is no title; {value} was taken for one", "write a title"),
    "partial-date": Rule("warning", "{value} is no day, and was taken for {more}", "write {more}"),
    "impossible-date": Rule("error", "no calendar has {value}; only {more} was taken", "write the date that is meant"),
    "worded-date": Rule("note", "{value} was taken for {more}", "write {more}"),
    "unread-date": Rule("error", "{value} is no date", "write it as 2018-11-30, 2018-11 or 2018"),
    "worded-status": Rule("note", "the status {value} was taken for {more}", "write {more}"),
    "unknown-status": Rule("warning", "nobody knows the status {value}", "write one of {more}"),
    "no-url": Rule("warning", "{value} is no address", "write one that begins with https://"),
    # --- claims
    "worded-confidence": Rule("note", "the confidence {value} was taken for {more}", "write {more}"),
    "unknown-confidence": Rule("warning", "nobody knows the confidence {value}", "write one of {more}"),
    "no-confidence": Rule("note", "the claim does not say how sure it is", "write one of {more} as confidence"),
    "question": Rule("warning", "the claim {value} is a question", "state what the answer is"),
    "topic": Rule("warning", "{value} names a topic, and claims nothing", "write a whole sentence: what does what"),
    "no-reason": Rule("note", "the claim does not say why it should be so", "go on with because …, or with but …"),
    "no-evidence": Rule("note", "nothing is named for the claim or against it", "write where it comes from"),
    # --- links
    "broken-link": Rule("warning", "the link to {value} leads nowhere", "correct it, or write what it leads to"),
    "loose-link": Rule("note", "the link {value} was followed by its {more}", "write the name of the file"),
    "ambiguous-link": Rule("warning", "the link {value} leads to {more}", "write the whole name of one of them"),
    "unwritten-claim": Rule("note", "no file has the claim {value}", "write it, or correct its name here"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that a file breaks, at one place."""

    line: int
    """Counted from 1, in the whole file."""
    code: str
    """A key of RULES."""
    value: str = ""
    """What was met, as the sentence shows it."""
    more: str = ""

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return RULES[self.code].severity

    @property
    def rule(self) -> str:
        """What is so."""
        return RULES[self.code].says.format(value=self.value, more=self.more)

    @property
    def remedy(self) -> str:
        """What to do."""
        return RULES[self.code].remedy.format(value=self.value, more=self.more)

    @property
    def sentence(self) -> str:
        """Both, for a person."""
        return f"{self.rule}; {self.remedy}"

    def at(self, file: str) -> str:
        """The same with its place, as one line."""
        return f"{file}:{self.line}: {self.severity}: {self.sentence}"

    def as_json(self, file: str) -> dict[str, Any]:
        """The same for programs."""
        return {
            "file": file,
            "line": self.line,
            "severity": self.severity,
            "code": self.code,
            "value": self.value,
            "rule": self.rule,
            "remedy": self.remedy,
        }


def quoted(value: object) -> str:
    """A value as a sentence shows it: in quotes, on one line, and not too long."""
    text = " ".join(str(value).split())
    return f"'{text}'" if len(text) <= SHOWN else f"'{text[: SHOWN - 1].rstrip()}…'"
