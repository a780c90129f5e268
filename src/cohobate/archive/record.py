"""One file of the archive, read: what it is, what its front matter says, and all that is wrong with it.

Reading never fails, whatever the bytes are, and a record gives them back as they came. Changing a field rewrites the
lines of that field and no other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cohobate.archive.claims import Evidence, check_title, sections
from cohobate.archive.dates import Date, read_date
from cohobate.archive.diagnostics import Problem, quoted
from cohobate.archive.fields import Entry, Fields
from cohobate.archive.links import Link, links_in, stem
from cohobate.archive.provenance import Provenance, read_provenance
from cohobate.archive.repeats import repeats
from cohobate.archive.vocabulary import CONFIDENCES, FIELDS, STATUSES, TYPES, Type, word_of
from cohobate.frontmatter import Document
from cohobate.frontmatter import read as take_apart

LONGEST_FRONT = 100_000
"""Characters of front matter that are read, at most: YAML takes a second for them."""
LONGEST_NAME = 240
"""Bytes of a file name that need no remark."""
NAME_MOST = 255
"""Bytes of a file name that most file systems take."""
MOST_REPEATS = 20
"""Stretches that repeat themselves that are told, at most."""
MOST_LINKS = 5000
"""Links of one file that are looked at, at most."""
GUESSED_TITLE = 120
"""Letters of a first line that may be a title, at most."""

_HEADING = re.compile(r"^#[ \t]++(?P<words>[^\s][^\n]*+)$", re.MULTILINE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+|www\.[^\s.]++\.\S++|(?:doi:|10\.\d{4,}/)\S+", re.IGNORECASE)
_NOT_TEXT = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture"}
_NOT_TEXT |= {b"PK\x03\x04": "a packed file", b"\x1f\x8b": "a packed file", b"\x7fELF": "a program"}


@dataclass(frozen=True)
class Record:
    """A file of the archive. What is not said in it is "", None or empty."""

    path: str
    """As it is to be named; folders are divided by /."""
    content: bytes
    text: str
    """The content as words; � stands for what is no text."""
    document: Document
    """Its front matter and body, to the last byte: what is no UTF-8 is kept as surrogates."""
    type: Type
    title: str
    author: str
    url: str
    date: Date | None
    format: str
    status: str
    """A word of STATUSES."""
    status_text: str
    """What stands there for it."""
    domain: str
    description: str
    tags: tuple[str, ...]
    claims_extracted: tuple[Entry, ...]
    enrichments: tuple[Entry, ...]
    confidence: str
    """A word of CONFIDENCES."""
    evidence: tuple[Evidence, ...]
    """For and against, of a claim."""
    provenance: Provenance
    links: tuple[Link, ...]
    problems: tuple[Problem, ...]
    """All but what concerns other files, in the order of lines."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, as hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """The stem of the file name."""
        return stem(self.path)

    def with_field(self, name: str, value: Any) -> Record:
        """This record with one field changed, under the key that it stands under, or added under its own name.

        name:  of FIELDS, or any other key

        Raises WrongUse for what is no plain value.
        """
        key = (Fields(self.document, self.type).key(name) if name in FIELDS else None) or name
        changed = self.document.with_field(key, value).text
        return read_record(self.path, changed.encode("utf-8", "surrogateescape"))


def read_record(path: str, content: bytes) -> Record:
    """Reads a file. Never raises: what is wrong with it is in its problems."""
    problems: list[Problem] = []
    exact, text = _decoded(content, problems)
    document = take_apart(exact)
    front = sum(len(block.text) for block in document.blocks)
    if front > LONGEST_FRONT:
        problems.append(Problem(document.line(), "long-front-matter", f"{front:,}"))
        document = Document("", "", (), "", exact, 1)
    binary = any(problem.code == "not-text" for problem in problems)
    if not binary and front <= LONGEST_FRONT:
        problems += _of_front_matter(document)
    name = path.rsplit("/", 1)[-1]
    if (size := len(name.encode("utf-8", "surrogateescape"))) > LONGEST_NAME:
        problems.append(Problem(1, "long-name", str(size), str(NAME_MOST)))
    type, format = _type(document, stem(path), text, problems, binary=binary)
    fields = Fields(document, type, problems)
    title, title_line = (name, 1) if binary else _title(fields, stem(path))
    status, status_text = _status(fields)
    date = _date(fields)
    claims, enrichments = fields.entries("claims_extracted"), fields.entries("enrichments")
    evidence = _evidence(fields, title, title_line) if type == "claim" else ()
    if not binary:
        if not document.body.strip("\ufeff\x00 \t\r\n"):
            problems.append(Problem(min(document.body_line, exact.count("\n") + 1), "empty"))
        problems += _repeats(document)
    record = Record(
        path=path,
        content=content,
        text=text,
        document=document,
        type=type,
        title=title,
        author=fields.words("author")[0],
        url=_url(fields),
        date=date,
        format=fields.words("format")[0] or format,
        status=status,
        status_text=status_text,
        domain=fields.words("domain")[0],
        description=fields.words("description")[0],
        tags=tuple(entry.text for entry in fields.entries("tags")),
        claims_extracted=claims,
        enrichments=enrichments,
        confidence=_confidence(fields),
        evidence=evidence,
        provenance=read_provenance(document.preamble),
        links=_links(fields, text),
        problems=(),
    )
    return _whole(record, sorted(set(problems), key=lambda one: (one.line, one.code, one.value)), exact == text)


# --- the file -------------------------------------------------------------------------------------------------------


def _decoded(content: bytes, problems: list[Problem]) -> tuple[str, str]:
    """The content for being written back, and for being read."""
    kind = next((kind for begins, kind in _NOT_TEXT.items() if content.startswith(begins)), "")
    try:
        exact = content.decode()
        text = exact
    except UnicodeDecodeError as error:
        exact = content.decode("utf-8", "surrogateescape")
        text = content.decode("utf-8", "replace")
        line = content.count(b"\n", 0, error.start) + 1
        if not kind:
            problems.append(Problem(line, "not-utf-8", f"the byte {content[error.start]:02X}"))
    if not kind and 10 * sum(map(text.count, ("�", "\x00"))) > len(text):
        kind = "too many bytes that are no letters"
    if "\x00" in text:
        if not kind:
            line = text.count("\n", 0, text.index("\x00")) + 1
            problems.append(Problem(line, "no-letter", "the byte 00"))
        text = text.replace("\x00", "�")
    if kind:
        problems.append(Problem(1, "not-text", more=kind))
    if text.startswith("\ufeff"):
        problems.append(Problem(1, "byte-order-mark"))
    return exact, text


def _of_front_matter(document: Document) -> list[Problem]:
    if not document.opening:
        return [Problem(1, "no-front-matter")]
    return [Problem(one.line, one.kind, quoted(one.value) if one.value else "", one.why) for one in document.mistakes]


def _repeats(document: Document) -> list[Problem]:
    shift = document.body_line - 1

    def lines(start: int, end: int) -> str:
        return f"line {start + shift}" if start == end else f"lines {start + shift} to {end + shift}"

    return [
        Problem(one.start + shift, "repeats", lines(one.start, one.end), lines(one.first_start, one.first_end))
        for one in repeats(document.body)[:MOST_REPEATS]
    ]


def _whole(record: Record, problems: list[Problem], clean: bool) -> Record:
    """The record with its problems, and with nothing in its words that is no text."""
    changed: dict[str, Any] = {"problems": tuple(problems)}
    if not clean:
        changed = {name: _clean(value) for name, value in (vars(record) | changed).items() if name not in _EXACT}
    return Record(**(vars(record) | changed))


_EXACT = ("path", "content", "document")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\x00", "�")
    if isinstance(value, tuple):
        return tuple(map(_clean, value))
    if isinstance(value, Entry | Problem | Link | Evidence | Provenance):
        return type(value)(*(_clean(getattr(value, name)) for name in value.__slots__))
    return value


# --- its fields -----------------------------------------------------------------------------------------------------


def _type(document: Document, name: str, text: str, problems: list[Problem], *, binary: bool) -> tuple[Type, str]:
    """What a file is, and the format that its type tells."""
    given = document.fields.get("type")
    line = document.line("type")
    if binary and not document.opening:
        return "other", ""
    if given is None or given == "":
        guess = _guess(document.fields) if document.opening else "source"
        if name.lower() in ("_map", "map", "_index", "index", "_moc") or 8 * text.count("[[") > text.count("\n") + 8:
            guess = "map"
        if document.opening:
            problems.append(Problem(line, "no-type", guess))
        return guess, ""
    if not isinstance(given, str):
        guess = _guess(document.fields)
        # With aliases a few lines of lists or maps can stand for more words than fit into a computer.
        shape = "a list" if isinstance(given, list) else "a map" if isinstance(given, Mapping) else given
        problems.append(Problem(line, "unknown-type", quoted(shape), guess))
        return guess, ""
    said = given.strip().casefold()
    known = TYPES.get(said)
    if known is None:
        guess = _guess(document.fields)
        problems.append(Problem(line, "unknown-type", quoted(given), guess))
        return guess, ""
    if said != known:
        problems.append(Problem(line, "other-type", quoted(given), known))
    return known, said if known == "source" and said not in ("source", "evidence", "archive") else ""


def _guess(fields: Mapping[str, Any]) -> Type:
    if any(key in fields for key in ("confidence", "depends_on", "challenged_by", "claim_id")):
        return "claim"
    if any(key in fields for names in ("url", "claims_extracted", "author") for key in FIELDS[names]):
        return "source"
    return "other"


def _title(fields: Fields, name: str) -> tuple[str, int]:
    """The title and its line: as given, or the first heading, or the name of a claim, or a short first line."""
    title, line = fields.words("title")
    if title := " ".join(title.split()):
        return title, line
    document = fields.document
    if heading := _HEADING.search(document.body):
        title = " ".join(heading["words"].rstrip(" \t#\r").split())
        line = document.body_line + document.body.count("\n", 0, heading.start())
    elif fields.type in ("claim", "map") or not document.body.strip():
        title, line = name, 1
    else:
        first = next(line for line in document.body.splitlines() if line.strip())
        line = document.body_line + document.body[: document.body.index(first)].count("\n")
        title = " ".join(first.strip("\ufeff").split())
        if len(title) > GUESSED_TITLE or title.endswith((".", ":", ",", ";")):
            title = name
    # A claim is what its file or its heading is called; only elsewhere a title is missed.
    if fields.type not in ("claim", "map"):
        fields.problems.append(Problem(fields.document.line(), "no-title", quoted(title)))
    return title or "untitled", line


def _status(fields: Fields) -> tuple[str, str]:
    text, line = fields.words("status")
    if not text.strip():
        return "", ""
    word = word_of(text, STATUSES)
    if not word:
        fields.problems.append(Problem(line, "unknown-status", quoted(text), ", ".join(STATUSES)))
    elif word != text:
        fields.problems.append(Problem(line, "worded-status", quoted(text), word))
    return word, text


def _date(fields: Fields) -> Date | None:
    value, line = fields.value("date")
    if isinstance(value, list | Mapping):
        fields.problems.append(Problem(line, "unread-date", "a list"))
        return None
    if isinstance(value, float):
        value = fields.written(fields.key("date") or "date", value)
    date, problems = read_date(value, line)
    fields.problems += problems
    return date


def _url(fields: Fields) -> str:
    text, line = fields.words("url")
    text = text.strip()
    if not text or _ADDRESS.fullmatch(text):
        return text
    if fields.key("url") != "source":  # which may as well name a magazine
        fields.problems.append(Problem(line, "no-url", quoted(text)))
    return ""


def _confidence(fields: Fields) -> str:
    text, line = fields.words("confidence")
    word = word_of(text, CONFIDENCES)
    known = ", ".join(CONFIDENCES)
    if not text.strip():
        if fields.type == "claim":
            fields.problems.append(Problem(line, "no-confidence", more=known))
    elif not word:
        fields.problems.append(Problem(line, "unknown-confidence", quoted(text), known))
    elif word != text:
        fields.problems.append(Problem(line, "worded-confidence", quoted(text), word))
    return word


def _evidence(fields: Fields, title: str, line: int) -> tuple[Evidence, ...]:
    """What is for a claim and against it; its title is checked along."""
    document = fields.document
    fields.problems += check_title(title, line)
    found = [Evidence("for", entry.line, entry.text) for entry in fields.entries("depends_on")]
    found += [Evidence("for", entry.line, entry.text) for entry in fields.entries("sources")]
    found += [Evidence("against", entry.line, entry.text) for entry in fields.entries("challenged_by")]
    found += sections(document.body, document.body_line)
    if not found:
        fields.problems.append(Problem(document.line(), "no-evidence"))
    return tuple(found)


def _links(fields: Fields, text: str) -> tuple[Link, ...]:
    """Every mention of another file, of the front matter those between brackets once."""
    found = links_in(text)
    lines = {link.line for link in found}
    for name in ("claims_extracted", "enrichments", "related"):
        found += [
            Link(entry.line, entry.text, name)
            for entry in fields.entries(name)
            if "[[" not in entry.text and not (entry.line in lines and name == "related")
        ]
    return tuple(sorted(found, key=lambda link: link.line)[:MOST_LINKS])
