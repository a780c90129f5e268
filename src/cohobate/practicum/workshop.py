"""Workshop files: Markdown with front matter, readable as they stand, checked when they are read.

The front matter has the structure: seats, what is made, stages. The body has the words: what the workshop is for, then
one `##` section a stage, in the same order and under the same name. What stands in it before the first `###` is for
everybody; a `###` section is the prompt of the seat that it names.

A version is the hash of the file's bytes. A room is pinned to one, so later edits never reach it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cohobate.errors import WrongUse
from cohobate.frontmatter import Document, Mistake, read
from cohobate.practicum.forms import FORMS, Form
from cohobate.runs import storage

MOST_PEOPLE = 20
LARGEST = 200_000
"""Characters in a workshop file, at most."""
LARGEST_FRONT = 32_000
"""Characters in its front matter, at most. YAML takes its time: more would keep a server from everybody else."""
LONGEST_LINE = 2_000
"""Characters in a line of its front matter, at most."""
MOST_THINGS = 40
"""Things that a workshop makes or needs, and stages, at most."""
MOST_HEADINGS = 1_000
"""Headings in a workshop file, at most."""
MOST_MISTAKES = 200
"""Values of a wrong shape that are told of at once, at most."""

Does = Literal["explains", "facilitates", "works", "watches"]
"""What a seat is for. Who explains has the idea. Who facilitates asks, says back and restates; telling is counted as
steering. Who works does both, with the others. Who watches neither speaks nor writes."""

EVERYONE, AUTHOR = "everyone", "author"

TRACKED = "tracked"
"""The name of each person's own note of what they keep in mind; no file makes a thing of that name."""


# --- the front matter's shape -------------------------------------------------------------------------------------


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Texts = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=500)]], Field(max_length=100), BeforeValidator(_list)
]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class _Seat(_Part):
    min: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] = 1
    max: Annotated[int, Field(ge=1, le=MOST_PEOPLE)] = 1
    does: Does = "works"
    duty: str = ""


class _Thing(_Part):
    form: str
    title: str = ""
    by: Texts = []
    seen: Annotated[Texts, Field(min_length=1)] = [EVERYONE]
    unlike_earlier: bool = False
    rubric: Texts = []
    sides: Texts = []


class _Need(_Part):
    form: str
    title: str = ""
    optional: bool = False


class _Stage(_Part):
    name: Name
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    acts: Texts = []
    solo: bool = False
    reveal: bool = True
    writes: Texts = []
    shows: Texts = []
    annoying: str = ""
    ask: Texts = []
    target: Annotated[int | float, Field(gt=0, le=100)] | None = None
    if_vague: str | None = None
    most: Annotated[int, Field(ge=1, le=MOST_PEOPLE)] | None = None
    across: bool = False
    questions: Texts = []
    program: bool = False


class _File(_Part):
    title: Annotated[str, Field(min_length=1, max_length=120)]
    version: Annotated[str, Field(min_length=1, max_length=40), BeforeValidator(_text)]
    about: Annotated[str, Field(min_length=1, max_length=400)]
    topic: Annotated[str, Field(min_length=1, max_length=400)]
    topics: Texts = []
    seats: Annotated[dict[str, _Seat], Field(max_length=MOST_PEOPLE)]
    leads: Texts = []
    tracks: Texts = []
    needs: Annotated[dict[str, _Need], Field(max_length=MOST_THINGS)] = {}
    makes: Annotated[dict[str, _Thing], Field(max_length=MOST_THINGS)]
    stages: Annotated[list[_Stage], Field(min_length=1, max_length=MOST_THINGS)]
    forked_from: str | None = None


REMEDIES = {
    "title": "write title: and what the workshop is called",
    "version": "write version: 1, and count up when you change the file",
    "about": "write about: and one or two sentences for the library",
    "topic": "write topic: and what people bring as their topic",
    "topics": "write a list of topics to choose from, as in topics: [a, b]",
    "seats": "write one line a seat, as in explainer: {min: 1, max: 1, does: explains}",
    "leads": "name the seats that may go on and back, or leave it out",
    "tracks": "write what to keep in mind, as in tracks: a prototypical example",
    "needs": "write one line a thing, as in claim: {form: statement}",
    "makes": "write one line a thing, as in examples: {form: examples, title: Examples}",
    "stages": "write a list of stages, each with name: and minutes:",
    "min": f"write a whole number from 0 to {MOST_PEOPLE}",
    "max": f"write a whole number from 1 to {MOST_PEOPLE}",
    "does": "write one of explains, facilitates, works, watches",
    "duty": "write in one line what this seat sees to",
    "form": "write one of " + ", ".join(FORMS),
    "by": "name the seats that may write it, or leave it out",
    "seen": "write everyone, author, or the seats that see it",
    "rubric": "write a list of sentences to say yes or no to",
    "sides": "write the two sides that take turns, as in sides: [plan, failure]",
    "name": "write name: and the stage's name, the same as its ## heading",
    "minutes": "write a whole number of minutes, as in minutes: 10",
    "acts": "name the seats that act in this stage, or leave it out for all",
    "solo": "write solo: true, or leave it out",
    "reveal": "write reveal: false for work that stays with its writer, or leave it out",
    "writes": "name what is written in this stage, as it is named under makes",
    "shows": "name what was made before and shall be in view, as it is named under makes",
    "annoying": "write in one line what the facilitator is to be annoying about",
    "ask": "write a list of questions, ready to ask",
    "target": "write how many requests for examples there should be in ten minutes, as in target: 6",
    "if_vague": "name the stage to begin again from",
    "most": "write how many people may work on this step, as in most: 2",
    "across": "write across: true to compare with another group, or leave it out",
    "questions": "write a list of questions that each answers alone",
    "program": "write program: true if a program is estimated and run in this stage, or leave it out",
    "unlike_earlier": "write unlike_earlier: true, or leave it out",
    "optional": "write optional: true, or leave it out",
    "title of a thing": "write what people see above it",
    "forked_from": "leave it as it was written when the workshop was forked",
    "": "see `cohobate workshop list` for files to begin from",
}
"""What to do about a value that cannot be, by key."""

WRONG = {
    "missing": "is missing",
    "extra_forbidden": "is not a key here",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a map",
    "model_type": "must be a map",
    "too_short": "is empty",
    "too_long": "has too many entries",
    "string_unicode": "has half a character in it",
    "literal_error": "is none of what it may be",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}


# --- what a workshop is -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seat:
    """A role in a workshop."""

    name: str
    least: int
    """People that it takes, at least; 0 means that it may stay empty."""
    most: int
    does: Does
    duty: str
    """What whoever sits here sees to when nobody else does."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a workshop starts from: made in another one, or brought along."""

    name: str
    form: Form
    title: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """What is made in a workshop, by name and form."""

    name: str
    form: Form
    title: str
    by: frozenset[str]
    """The seats that may write it."""
    seen: frozenset[str]
    """The seats that see what others wrote; empty means that only the author sees it."""
    unlike_earlier: bool
    """Whether an entry must not repeat one from an earlier room on the same topic."""
    rubric: tuple[str, ...]
    """Sentences that others say yes or no to, for each entry."""
    sides: tuple[str, ...]
    """Who is to move at even and at odd depth of a tree."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a workshop."""

    name: str
    minutes: int
    acts: frozenset[str]
    """The seats that act."""
    solo: bool
    """Each alone, and hidden from the others until the reveal."""
    reveal: bool
    """Whether solo work is shown at all."""
    writes: tuple[str, ...]
    """What is written, by the names under `makes`."""
    shows: tuple[str, ...]
    """What was made before and is in view."""
    annoying: str
    """What the facilitator is to be annoying about."""
    ask: tuple[str, ...]
    """Questions that are ready to be asked."""
    target: float | None
    """Requests for concreteness in ten minutes that there should be, at least."""
    if_vague: int | None
    """The place of the stage to begin again from when something is vague."""
    most: int | None
    """How many people may act in it."""
    across: bool
    """Whether what was revealed is compared with another group's."""
    questions: tuple[str, ...]
    """What each answers alone, in a stage where two pictures are compared."""
    program: bool
    """Whether a program is estimated here, and run afterwards."""
    everyone: str
    """The prompt for all, as Markdown."""
    prompts: Mapping[str, str]
    """The prompts of single seats, as Markdown."""

    def prompt(self, seat: str | None) -> str:
        """What whoever sits there reads, as Markdown."""
        own = self.prompts.get(seat or "", "")
        return f"{self.everyone}\n\n{own}".strip()


@dataclass(frozen=True)
class Workshop:
    """A workshop file that holds together."""

    name: str
    """The file's name without its ending."""
    title: str
    version: str
    about: str
    topic: str
    """What people bring as their topic, in words."""
    topics: tuple[str, ...]
    """Topics to choose from, if the workshop suggests any."""
    seats: Mapping[str, Seat]
    leads: frozenset[str]
    """The seats that may reveal, go on and back; everyone who works in it, unless the file says otherwise."""
    tracks: tuple[str, ...]
    """What to keep in mind all the while."""
    needs: Mapping[str, Need]
    makes: Mapping[str, Thing]
    stages: tuple[Stage, ...]
    forked_from: str | None
    """The name and the digest of the version that it was made from, as in `framing@0f3a…`."""
    words: str
    """What stands before the first stage, as Markdown."""
    text: str
    """The whole file."""

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the file's bytes: two files with the same digest are the same workshop."""
        return digest(self.text)

    @cached_property
    def tracked(self) -> Thing | None:
        """Where each, for themselves, writes down what the workshop tracks; None if it tracks nothing."""
        if not self.tracks:
            return None
        working = frozenset(name for name, seat in self.seats.items() if seat.does != "watches")
        return Thing(TRACKED, FORMS["note"], "What I keep in mind", working, frozenset(), False, (), ())

    def thing(self, name: str) -> Thing | None:
        """What is written under that name: what the workshop makes, or what is tracked."""
        return self.tracked if name == TRACKED else self.makes.get(name)

    @property
    def minutes(self) -> int:
        """How long it takes if every stage takes what it says."""
        return sum(stage.minutes for stage in self.stages)

    @property
    def people(self) -> tuple[int, int]:
        """How many people it takes, at least and at most."""
        most = sum(seat.most for seat in self.seats.values())
        return sum(seat.least for seat in self.seats.values()), min(most, MOST_PEOPLE)

    def place(self, name: str) -> int:
        """The place of the stage of that name, from 0. Raises WrongUse if there is none."""
        for place, stage in enumerate(self.stages):
            if stage.name == name:
                return place
        raise WrongUse(f"'{name}' is no stage of {self.name}; its stages are {', '.join(s.name for s in self.stages)}")


@dataclass(frozen=True)
class Reading:
    """What came of reading a file: a workshop, or mistakes."""

    workshop: Workshop | None
    mistakes: tuple[Mistake, ...]


def digest(text: str) -> str:
    """The SHA-256 of a workshop file's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


# --- reading ------------------------------------------------------------------------------------------------------


def read_workshop(text: str, name: str = "workshop") -> Reading:
    """The workshop in a text, or all that is wrong with it, in the order of its lines. Never raises."""
    if len(text) > LARGEST:
        return Reading(None, (Mistake(1, f"the file has {len(text):,} characters; {LARGEST:,} are the most"),))
    if not text.isprintable() and (odd := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text)):
        line = text.count("\n", 0, odd.start()) + 1
        return Reading(None, (Mistake(line, f"there is a control character (U+{ord(odd[0]):04X}); take it out"),))
    document = read(text)
    mistakes = list(islice(_too_much(document), MOST_MISTAKES))
    if mistakes:
        return Reading(None, tuple(mistakes))
    mistakes = list(document.mistakes)
    if not document.opening:
        sentence = "there is no front matter; begin the file with a line ---, keys such as title: and a line ---"
        return Reading(None, (*mistakes, Mistake(1, sentence)))
    file: _File | None = None
    try:
        file = _File.model_validate(dict(document.fields))
    except ValidationError as error:
        mistakes += _misshapen(document, error)
    intro, sections, more = _sections(document)
    mistakes += more
    if file is not None:
        mistakes += _contradictions(document, file)
        mistakes += _unmatched(document, file, sections)
    if mistakes or file is None:
        return Reading(None, tuple(sorted(set(mistakes), key=lambda one: (one.line, one.sentence))))
    return Reading(_assembled(name, text, intro, file, sections), ())


def _too_much(document: Document) -> Iterator[Mistake]:
    """What is too long to be read at all."""
    front = "".join(block.text for block in document.blocks)
    first = document.preamble.count("\n") + 2
    if len(front) > LARGEST_FRONT:
        remedy = f"{LARGEST_FRONT:,} are the most, so move words into the body"
        at = first + front.count("\n", 0, LARGEST_FRONT)
        yield Mistake(at, f"the front matter has {len(front):,} characters; {remedy}")
    for line, text in enumerate(front.split("\n"), start=first):
        if len(text) > LONGEST_LINE:
            sentence = f"this line has {len(text):,} characters; {LONGEST_LINE:,} are the most, so make several of it"
            yield Mistake(line, sentence)


def load(path: Path | str) -> Reading:
    """The workshop in a file, or all that is wrong with it. Raises StorageProblem if the file cannot be read."""
    path = Path(path)
    with storage(path, "read"):
        content = path.read_bytes()
    try:
        return read_workshop(content.decode("utf-8"), path.stem)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Reading(None, (Mistake(line, "this is not UTF-8; save the file as UTF-8"),))


def shipped() -> dict[str, Workshop]:
    """The workshops that come with Cohobate, by name, in the order of their titles."""
    folder = resources.files("cohobate.practicum") / "content" / "workshops"
    found = []
    for file in folder.iterdir():
        if file.name.endswith(".md"):
            reading = read_workshop(file.read_bytes().decode("utf-8"), file.name.removesuffix(".md"))
            if reading.workshop is None:
                raise WrongUse(f"{file.name}, {reading.mistakes[0]}")
            found.append(reading.workshop)
    return {workshop.name: workshop for workshop in sorted(found, key=lambda one: one.title)}


def forked(workshop: Workshop) -> str:
    """The text of a copy that names what it was made from, ready to be changed."""
    document = read(workshop.text).with_field("forked_from", f"{workshop.name}@{workshop.digest[:12]}")
    return document.with_field("title", f"{workshop.title[:113]} (fork)").text


def difference(before: Workshop, after: Workshop) -> list[str]:
    """The lines that differ, as a unified diff."""
    old, new = (f"{one.name} {one.version}" for one in (before, after))
    return list(difflib.unified_diff(before.text.splitlines(), after.text.splitlines(), old, new, lineterm="", n=2))


# --- mistakes -----------------------------------------------------------------------------------------------------


def _misshapen(document: Document, error: ValidationError) -> Iterator[Mistake]:
    """What has not the shape of a workshop file. Of a key that does not even read, nothing more is said."""
    reads_not = (re.match(r"'[\"']?(.*?)[\"']?' does not read", one.sentence) for one in document.mistakes)
    unread = {found[1] for found in reads_not if found}
    said = set()
    for one in islice(error.errors(), MOST_MISTAKES):
        # A target may be whole or not, so it is wrong in two ways.
        path = one["loc"]
        path = path[:-1] if path[-1] == "[key]" or (path[0], path[-2:-1]) == ("stages", ("target",)) else path
        if path[0] not in unread and path not in said:
            said.add(path)
            yield _mistake(document, path, dict(one))


def _mistake(document: Document, path: tuple[str | int, ...], error: Mapping[str, Any]) -> Mistake:
    given = error["input"]
    what = WRONG.get(error["type"], error["msg"].lower())
    if len(error["loc"]) > len(path) and error["type"] == "int_type":
        what = "must be a number"
    if error["loc"][-1] == "[key]":
        name = str(given).lower()
        return Mistake(document.line(path[0], name), f"'{name}' under {path[0]} is no text; put the name in quotes")
    line = document.line(*path)
    if error["type"] == "extra_forbidden":
        key = str(path[-1])
        remedy = _nearest(key, _keys(path))
        if given is None and " " in key:
            remedy = "if the comma before it belongs to a text, put that text in quotes"
        return Mistake(line, f"'{_short(key)}' {what}; {remedy}")
    value = ""
    if error["type"] != "missing" and isinstance(given, (str, int, float)):
        value = f" is {_short(repr(given))} and"
    remedy = _remedy(path)
    if error["type"] == "string_type" and isinstance(given, Mapping):
        remedy = "if the colon belongs to the text, put the text in quotes"
    return Mistake(line, f"{_which(path)}{value} {what}; {remedy}")


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:50]} … {text[-20:]}"


def _remedy(path: Sequence[str | int]) -> str:
    *_, key = (str(part) for part in path if isinstance(part, str))
    if key == "title" and len(path) > 1:
        return REMEDIES["title of a thing"]
    if key not in REMEDIES or (len(path) == 2 and path[0] in ("seats", "needs", "makes")):
        key = str(path[0])
    return REMEDIES.get(key, REMEDIES[""])


def _which(path: Sequence[str | int]) -> str:
    """The value at a path, in words."""
    owner, rest = "", path
    if len(path) > 1 and path[0] in ("seats", "needs", "makes", "stages"):
        number = int(path[1]) + 1 if path[0] == "stages" else path[1]
        kind = {"seats": f"seat {number}", "stages": f"stage {number}"}
        owner, rest = kind.get(str(path[0]), f"{number} under {path[0]}"), path[2:]
    if not rest:
        return owner
    of = f" of {owner}" if owner else ""
    return f"'{rest[0]}'{of}" if len(rest) == 1 else f"entry {int(rest[1]) + 1} of '{rest[0]}'{of}"


def _keys(path: Sequence[str | int]) -> list[str]:
    parts: dict[str, type[BaseModel]] = {"seats": _Seat, "makes": _Thing, "needs": _Need, "stages": _Stage}
    return list((parts.get(str(path[0]), _File) if len(path) > 1 else _File).model_fields)


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}" if known else "there is none"


def _contradictions(document: Document, file: _File) -> Iterator[Mistake]:
    """What is well formed and yet cannot be."""

    def wrong(sentence: str, *path: str | int) -> Mistake:
        return Mistake(document.line(*path), sentence)

    for path, text in _texts(file.model_dump()):
        if odd := re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
            yield wrong(f"there is a control character (U+{ord(odd[0]):04X}) in a text; take it out", *path)
    seats, makes = list(file.seats), list(file.makes)
    stages = [stage.name for stage in file.stages]
    if not seats:
        yield wrong(f"'seats' has no seat; {REMEDIES['seats']}", "seats")
    for name, seat in file.seats.items():
        if seat.min > seat.max:
            yield wrong(
                f"seat {name} takes at least {seat.min} and at most {seat.max}; let min be no more", "seats", name
            )
        if name in (EVERYONE, AUTHOR):
            yield wrong(f"'{name}' has a meaning of its own under 'seen'; call the seat otherwise", "seats", name)
        elif not re.fullmatch(r"[\w][\w -]{0,39}", name):
            remedy = "use up to 40 letters, digits, spaces and -"
            yield wrong(f"'{_short(name)}' is no name for a seat; {remedy}", "seats", name)
    if seats and all(seat.does == "watches" for seat in file.seats.values()):
        yield wrong("every seat watches, so nobody would act; let one of them work", "seats")
    total = sum(seat.min for seat in file.seats.values())
    if total > MOST_PEOPLE:
        yield wrong(f"the seats take at least {total} people, and a room holds {MOST_PEOPLE}; lower a min", "seats")

    def known(names: Sequence[str], among: Sequence[str], what: str, *path: str | int) -> Iterator[Mistake]:
        for place, name in enumerate(names):
            if name not in among:
                yield wrong(f"'{_short(name)}' is no {what}; {_nearest(name, among)}", *path, place)

    yield from known(file.leads, seats, "seat", "leads")
    things: list[tuple[str, str, _Thing | _Need]] = [("makes", *one) for one in file.makes.items()]
    things += [("needs", *one) for one in file.needs.items()]
    for where, name, thing in things:
        if thing.form not in FORMS:
            yield wrong(f"'{thing.form}' is no form; {_nearest(thing.form, list(FORMS))}", where, name, "form")
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
            remedy = "use up to 40 small letters, digits, - and _"
            yield wrong(f"'{_short(name)}' is no name for a thing; {remedy}", where, name)
        if name == TRACKED:
            yield wrong(f"'{TRACKED}' is what each keeps in mind for themselves; call this otherwise", where, name)
    for name, made in file.makes.items():
        yield from known(made.by, seats, "seat", "makes", name, "by")
        for one in made.by:
            if one in file.seats and file.seats[one].does == "watches":
                yield wrong(f"seat {one} watches and cannot write; take it out of by", "makes", name, "by")
        if made.seen not in ([EVERYONE], [AUTHOR]):
            yield from known(made.seen, [*seats], "seat", "makes", name, "seen")
        if made.form == "tree" and len(made.sides) != 2:
            sentence = f"the tree {name} has {len(made.sides) or 'no'} sides; {REMEDIES['sides']}"
            yield wrong(sentence, "makes", name, "sides")
        if made.sides and made.form != "tree":
            yield wrong(f"'{name}' is no tree, and only a tree has sides; take them out", "makes", name, "sides")
        if not any(name in stage.writes for stage in file.stages):
            yield wrong(f"no stage writes '{name}'; name it under a stage's writes, or take it out", "makes", name)
    for name in file.needs:
        if name in file.makes:
            yield wrong(f"'{name}' is needed and made; give what is made another name", "needs", name)
    for place, stage in enumerate(file.stages):
        at = ("stages", place)
        if stage.name in stages[:place]:
            yield wrong(f"two stages are called '{stage.name}'; call one of them otherwise", *at, "name")
        yield from known(stage.acts, seats, "seat", *at, "acts")
        yield from known(stage.writes, makes, "thing that is made", *at, "writes")
        yield from known(stage.shows, makes, "thing that is made", *at, "shows")
        for name in set(stage.shows) & set(makes):
            if name in stage.writes:
                yield wrong(
                    f"'{name}' is written in '{stage.name}', and so in view; take it out of shows", *at, "shows"
                )
            elif not any(name in before.writes for before in file.stages[:place]):
                yield wrong(
                    f"no stage before '{stage.name}' writes '{name}', which leaves nothing to show; take it out",
                    *at,
                    "shows",
                )
        for name in stage.acts:
            if name in file.seats and file.seats[name].does == "watches":
                yield wrong(f"seat {name} watches and cannot act; let it work, or take it out of acts", *at, "acts")
        for name in stage.writes:
            writing, acting = _writers(file, file.makes[name]) if name in makes else set(), _acting(file, stage)
            if writing and acting and not writing & acting:
                remedy = f"name one of them under acts, or let another seat write {name}"
                yield wrong(f"nobody who acts in '{stage.name}' may write '{name}'; {remedy}", *at, "writes")
        if stage.if_vague is not None:
            if stage.if_vague not in stages:
                yield wrong(f"'{stage.if_vague}' is no stage; {_nearest(stage.if_vague, stages)}", *at, "if_vague")
            elif stages.index(stage.if_vague) >= place:
                yield wrong(
                    f"'{stage.if_vague}' does not come before '{stage.name}'; name an earlier stage", *at, "if_vague"
                )
        if stage.solo and not stage.writes:
            yield wrong(
                f"'{stage.name}' is solo, and nothing is written in it; name something under writes", *at, "solo"
            )
        if not stage.reveal and not stage.solo:
            yield wrong(
                f"'{stage.name}' has reveal: false and is not solo; write solo: true, or leave reveal out",
                *at,
                "reveal",
            )
        if stage.across and not stage.writes:
            yield wrong(
                f"'{stage.name}' compares with another group, and writes nothing; name something", *at, "across"
            )
        forms = {file.makes[name].form for name in stage.writes if name in file.makes}
        asked, known_forms = "answers" in forms, forms <= set(FORMS)
        if asked != bool(stage.questions) and known_forms:
            what = "answers, and there are no questions" if asked else "questions, and nobody writes answers"
            yield wrong(f"'{stage.name}' has {what}; give it both, or neither", *at, "questions")
        if stage.program and "estimates" not in forms and known_forms:
            yield wrong(f"'{stage.name}' has a program, and writes no estimates; give it both", *at, "program")
        if stage.most is not None:
            least = sum(file.seats[name].min for name in _acting(file, stage))
            if least > stage.most:
                remedy = "name fewer seats under acts, or let more people act"
                sentence = f"'{stage.name}' is for {stage.most}, and its seats take {least} people; {remedy}"
                yield wrong(sentence, *at, "most")


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """All texts in a value, each with where it stands."""
    if isinstance(value, str):
        yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _texts(part, (*path, key))


def _acting(file: _File, stage: _Stage) -> frozenset[str]:
    """The seats that act in a stage."""
    working = frozenset(name for name, seat in file.seats.items() if seat.does != "watches")
    return frozenset(stage.acts) & working if stage.acts else working


def _writers(file: _File, made: _Thing) -> frozenset[str]:
    """The seats that may write a thing: those named, or all that do not facilitate, or all if every one does."""
    working = frozenset(name for name, seat in file.seats.items() if seat.does != "watches")
    return frozenset(made.by) or frozenset(n for n in working if file.seats[n].does != "facilitates") or working


# --- the body -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    line: int
    everyone: str
    prompts: dict[str, tuple[int, str]]
    """By seat: the line of its heading, and the words."""


def _sections(document: Document) -> tuple[str, list[_Section], list[Mistake]]:
    """What stands before the first heading, and the `##` sections; headings within fenced code are none."""
    intro: list[str] = []
    parts: list[tuple[int, str, int, list[str]]] = []  # level, heading, line, words
    fence, fenced_at = "", 0
    for number, text in enumerate(document.body.split("\n"), start=document.body_line):
        text = text.removesuffix("\r")
        heading = None if fence else re.match(r"(#{2,3})(?=[ \t]|$)(.*)", text)
        if fence:
            fence = "" if (bare := text.strip()).startswith(fence) and not bare.strip(fence[0]) else fence
        elif mark := re.match(r" {0,3}(```+|~~~+)", text):
            fence, fenced_at = mark[1], number
        if heading:
            parts.append((len(heading[1]), _unclosed(heading[2]), number, []))
        else:
            (parts[-1][3] if parts else intro).append(text)
    sections: list[_Section] = []
    mistakes: list[Mistake] = []
    if fence:
        mistakes.append(Mistake(fenced_at, f"this code is not closed; put a line {fence} after it"))
    if len(parts) > MOST_HEADINGS:
        sentence = f"the file has {len(parts):,} headings; {MOST_HEADINGS:,} are the most"
        mistakes.append(Mistake(parts[MOST_HEADINGS][2], sentence))
    for level, name, line, lines in parts[:MOST_HEADINGS]:
        words = "\n".join(lines).strip()
        if level == 2:
            sections.append(_Section(name, line, words, {}))
        elif not sections:
            mistakes.append(Mistake(line, f"'### {name}' stands before the first stage; put it under a ## heading"))
        elif name in sections[-1].prompts:
            first = sections[-1].prompts[name][0]
            mistakes.append(Mistake(line, f"'### {name}' stands in line {first} already; make one of them"))
        else:
            sections[-1].prompts[name] = (line, words)
    return "\n".join(intro).strip(), sections, mistakes


def _unclosed(heading: str) -> str:
    """A heading without the # that may close it, which a space has to stand before."""
    heading = heading.strip()
    rest = heading.rstrip("#")
    return rest.rstrip() if rest != heading and (not rest or rest[-1] in " \t") else heading


def _unmatched(document: Document, file: _File, sections: Sequence[_Section]) -> Iterator[Mistake]:
    """Stages without words, words without a stage, and words for nobody."""
    stages, headings = [stage.name for stage in file.stages], [section.name for section in sections]
    for place, name in enumerate(stages):
        if name not in headings:
            line = document.line("stages", place, "name")
            yield Mistake(line, f"stage '{name}' has no section; write ## {name} with its prompts in the body")
    first: dict[str, int] = {}
    for section in sections:
        if section.name in first:
            line = first[section.name]
            yield Mistake(section.line, f"'## {section.name}' stands in line {line} already; make one of them")
            continue
        first[section.name] = section.line
        if section.name not in stages:
            remedy = _nearest(section.name, stages)
            yield Mistake(section.line, f"'## {section.name}' is no stage; {remedy}")
        if not section.everyone and not any(words for _, words in section.prompts.values()):
            yield Mistake(section.line, f"'## {section.name}' is empty; write what people are to do")
        for seat, (line, words) in section.prompts.items():
            if seat not in file.seats:
                yield Mistake(line, f"'### {seat}' is no seat; {_nearest(seat, list(file.seats))}")
            elif not words:
                yield Mistake(line, f"'### {seat}' is empty; write the prompt, or take the heading out")
    both = [name for name in first if name in stages]
    if sorted(both) == sorted(stages) and both != stages:
        name = next(one for one, other in zip(both, stages, strict=True) if one != other)
        yield Mistake(first[name], f"'## {name}' stands out of order; put the sections in the order of the stages")


def _assembled(name: str, text: str, intro: str, file: _File, sections: Sequence[_Section]) -> Workshop:
    seats = {key: Seat(key, one.min, one.max, one.does, one.duty) for key, one in file.seats.items()}
    working = frozenset(key for key, seat in seats.items() if seat.does != "watches")
    words = {section.name: section for section in sections}
    places = {stage.name: place for place, stage in enumerate(file.stages)}
    return Workshop(
        name=name,
        title=file.title,
        version=file.version,
        about=" ".join(file.about.split()),
        topic=" ".join(file.topic.split()),
        topics=tuple(file.topics),
        seats=seats,
        leads=frozenset(file.leads) or working,
        tracks=tuple(file.tracks),
        needs={
            key: Need(key, FORMS[one.form], one.title or key.capitalize(), one.optional)
            for key, one in file.needs.items()
        },
        makes={
            key: Thing(
                name=key,
                form=FORMS[one.form],
                title=one.title or key.capitalize(),
                by=_writers(file, one),
                seen=frozenset(seats) if one.seen == [EVERYONE] else frozenset(one.seen) - {AUTHOR},
                unlike_earlier=one.unlike_earlier,
                rubric=tuple(one.rubric),
                sides=tuple(one.sides),
            )
            for key, one in file.makes.items()
        },
        stages=tuple(
            Stage(
                name=one.name,
                minutes=one.minutes,
                acts=_acting(file, one),
                solo=one.solo,
                reveal=one.reveal,
                writes=tuple(one.writes),
                shows=tuple(one.shows),
                annoying=one.annoying,
                ask=tuple(one.ask),
                target=one.target,
                if_vague=None if one.if_vague is None else places[one.if_vague],
                most=one.most,
                across=one.across,
                questions=tuple(one.questions),
                program=one.program,
                everyone=words[one.name].everyone,
                prompts={seat: prompt for seat, (_, prompt) in words[one.name].prompts.items()},
            )
            for one in file.stages
        ),
        forked_from=file.forked_from,
        words=intro,
        text=text,
    )
