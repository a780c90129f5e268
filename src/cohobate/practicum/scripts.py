"""Scripts of sessions: what people said and wrote in a room, as a text to read, and to be played by the rules.

    ---
    title: The sheet by the door
    topic: why a checklist that grows after each accident is worth less each year
    workshop: conjecture
    opens: 15 days before, 16:05
    host: Dilnoza
    ---
    What stands here is for whoever reads the file.

    ## Lobby (4 min)

    Dilnoza sits down as facilitator.

    Chidi comes in as conjecturer.

    ## Story (11 min)

    Chidi tells: It was a Thursday, twenty to ten.

    Dilnoza asks for an example: Which line did you look at last?

A heading moves the room on to that stage and says how long it is there. Each paragraph below is a direction: who, what
they do, and their words. What a direction becomes is an `Act`, and whether it may be done is for the rules to say, so a
script cannot show a room that could not have been.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from cohobate.errors import WrongUse
from cohobate.frontmatter import Document, read
from cohobate.practicum.acts import Act
from cohobate.practicum.fermi import parse_duration
from cohobate.practicum.forms import Form
from cohobate.practicum.room import Room
from cohobate.practicum.workshop import TRACKED

BEFORE: Final = "Lobby"
"""The heading above what happens before the first stage."""
AFTER: Final = "Afterwards"
"""The heading above what happens when the room has ended."""

DIRECTIONS: Final[Mapping[str, str]] = {
    "join": "comes in( as (?P<what>.+))?",
    "take": "sits down as (?P<what>.+)",
    "stand": "stands up",
    "offer": "offers the seat to (?P<what>.+)",
    "bring": "brings (?P<what>.+)",
    "ask": "asks",
    "example": "asks for an example",
    "say_back": "says back",
    "restate": "restates",
    "tell": "tells",
    "meant": "meant that",
    "missed": "did not mean that",
    "write": "writes (?P<what>.+)",
    "change": "changes (?P<what>.+)",
    "strike": "strikes out (?P<what>.+)",
    "mark": "marks (?P<what>.+)",
    "alike": "finds (?P<what>[0-9]+) alike",
    "different": "finds (?P<what>[0-9]+) different",
    "reveal": "reveals",
    "recurse": "goes into",
    "return": "returns",
    "back": "goes back",
    "end": "ends",
    "rate": "rates (?P<what>[1-5])",
    "program": "chooses (?P<what>.+)",
    "ran": "runs it",
    "invite": "invites (?P<what>.+)",
    "redact": "takes out (?P<what>.+)",
}
"""What people do in a script, as it is written there."""

_EXAMPLES: Final = ("comes in", "asks for an example", "says back", "writes story", "ends")

_SPOKEN: Final = frozenset({"ask", "example", "say_back", "restate", "tell"})
_WORDY: Final = _SPOKEN | {"write", "change", "bring", "mark", "recurse", "return", "ran"}
"""What cannot be done without words; what is said aloud can."""
_SILENT: Final = frozenset(DIRECTIONS) - _WORDY - {"rate"}
"""What is done without words."""
NO_ACTS: Final = frozenset({"program", "ran", "invite", "redact"})
"""What is done beside the acts of a room, by whoever keeps it."""


@dataclass(frozen=True, slots=True)
class Direction:
    """One thing that somebody does."""

    line: int
    """In the file, from 1."""
    who: str
    """A name."""
    does: str
    """One of `DIRECTIONS`."""
    what: str
    """Which seat, thing, entry, question or number; "" if nothing was named."""
    label: str
    """What it is called further down; "" if it is not referred to."""
    about: str
    """The label of what it speaks of, or confirms."""
    under: str
    """The label of what an entry stands under."""
    aloud: bool
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """What happens at one stage, until the room moves."""

    line: int
    stage: str
    """The stage's name, or `BEFORE`, or `AFTER`."""
    minutes: float
    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A session, written down."""

    name: str
    """The file's name without its ending."""
    title: str
    topic: str
    workshop: str
    """The workshop's name."""
    host: str
    leads: str
    """Who moves the room on at each heading."""
    alone: bool
    opens: str
    """When, seen from the day on which it is played."""
    about: str
    """What stands before the first heading."""
    sections: tuple[Section, ...]

    @property
    def minutes(self) -> float:
        """How long it is from the opening to the last thing that happens."""
        return sum(section.minutes for section in self.sections)

    def opened_at(self, now: float) -> float:
        """When the room opens, in seconds since 1970, if it is `now`. Days begin at midnight, UTC."""
        days = re.fullmatch(_DAYS, self.opens)
        if days:
            day = datetime.fromtimestamp(now, UTC) - timedelta(days=int(days[1]))
            return day.replace(hour=int(days[2]), minute=int(days[3]), second=0, microsecond=0).timestamp()
        minutes = re.fullmatch(_MINUTES, self.opens)
        assert minutes is not None
        return now - 60.0 * int(minutes[1])


_DAYS = r"([0-9]{1,3}) days before, ([01][0-9]|2[0-3]):([0-5][0-9])"
_MINUTES = r"([0-9]{1,4}) minutes before"
_KEYS = ("title", "topic", "workshop", "opens", "host", "leads", "alone")
_HEADING = re.compile(r"##[ \t]+(?P<stage>.+?)[ \t]+\((?P<minutes>[0-9]+(\.[0-9]+)?) min\)[ \t]*")
_DIRECTION = re.compile(
    r"(?P<who>\w+) (?P<phrase>[^:\[\]]+?)(?P<aloud>, aloud)?( \[(?P<options>[^\]]*)\])?(:\s+(?P<words>.+)|\.)",
    re.DOTALL,
)
_LABEL = r"[a-z][a-z0-9-]*"


# --- reading ------------------------------------------------------------------------------------------------------


def read_script(text: str, name: str) -> Script:
    """The script in a text. Raises WrongUse, with the line, for what is none.

    Whether the workshop has such stages, seats and things, and whether the rules allow it, is found out by playing it.
    """
    document = read(text)
    for mistake in document.mistakes:
        raise _wrong(name, mistake.line, mistake.sentence)
    given = _fields(document, name)
    about, sections = _body(document, name)
    return Script(
        name=name,
        title=given["title"],
        topic=given["topic"],
        workshop=given["workshop"],
        host=given["host"],
        leads=given.get("leads") or given["host"],
        alone=bool(document.fields.get("alone")),
        opens=given["opens"],
        about=about,
        sections=tuple(sections),
    )


def _wrong(name: str, line: int, sentence: str) -> WrongUse:
    return WrongUse(f"{name}, line {line}: {sentence}")


def _fields(document: Document, name: str) -> dict[str, str]:
    for key, value in document.fields.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            remedy = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(_KEYS)}"
            raise _wrong(name, document.line(key), f"'{key}' is not a key here; {remedy}")
        if not isinstance(value, bool if key == "alone" else str) or value == "":
            what = "true or false" if key == "alone" else "a text"
            raise _wrong(name, document.line(key), f"'{key}' must be {what}; write it as such")
    for key in ("title", "topic", "workshop", "opens", "host"):
        if key not in document.fields:
            raise _wrong(name, document.line(key), f"'{key}' is missing; write it between the lines ---")
    given = {key: " ".join(value.split()) for key, value in document.fields.items() if isinstance(value, str)}
    if not re.fullmatch(f"{_DAYS}|{_MINUTES}", given["opens"]):
        remedy = "write as in 15 days before, 16:05 or as in 40 minutes before"
        raise _wrong(name, document.line("opens"), f"'{given['opens']}' is no time to open; {remedy}")
    return given


def _body(document: Document, name: str) -> tuple[str, list[Section]]:
    about: list[str] = []
    sections: list[tuple[re.Match[str], int, list[Direction]]] = []
    known: set[str] = set()
    for line, text in _paragraphs(document):
        if text.startswith("#"):
            heading = _HEADING.fullmatch(text)
            if heading is None:
                raise _wrong(
                    name, line, f"'{text[:60]}' is no heading; write the stage and its time, as in ## Story (9 min)"
                )
            sections.append((heading, line, []))
        elif not sections:
            about.append(text)
        else:
            sections[-1][2].append(_direction(text, name, line, known))
    if not sections:
        raise _wrong(name, document.body_line, "nothing happens; write a heading, as in ## Lobby (3 min)")
    made = [Section(line, found["stage"], float(found["minutes"]), tuple(some)) for found, line, some in sections]
    return "\n\n".join(about), made


def _paragraphs(document: Document) -> Iterator[tuple[int, str]]:
    """Each paragraph in one line, with the line that it begins in; a heading is one by itself."""
    begun, lines = 0, [""]
    for number, line in enumerate([*document.body.splitlines(), ""], start=document.body_line):
        if lines[0] and (not line.strip() or line.startswith("#") or lines[0].startswith("#")):
            # A backslash at a line's end keeps it apart from the next.
            yield begun, "\n".join(part.strip() for part in " ".join(lines).split("\\ "))
            lines = [""]
        if line.strip():
            begun, lines = (number, [line.strip()]) if not lines[0] else (begun, [*lines, line.strip()])


def _direction(text: str, name: str, line: int, known: set[str]) -> Direction:
    parts = _DIRECTION.fullmatch(text)
    if parts is None:
        remedy = "write as in Ada asks: Which one?, or as in Ada comes in."
        raise _wrong(name, line, f"'{text[:60]}' is no direction; {remedy}")
    fitting = ((does, re.fullmatch(pattern, parts["phrase"])) for does, pattern in DIRECTIONS.items())
    does, phrase = next(((does, found) for does, found in fitting if found), ("", None))
    if phrase is None:
        remedy = f"one can say, for instance, that somebody {', '.join(_EXAMPLES)}"
        raise _wrong(name, line, f"'{parts['phrase'][:60]}' is nothing that one does; {remedy}")
    what = phrase.groupdict().get("what") or ""
    label, about, under = _options(parts["options"] or "", name, line, known)
    aloud, words = bool(parts["aloud"]), parts["words"] or ""
    if aloud and does not in _SPOKEN:
        raise _wrong(name, line, "only what is said is said aloud; take ', aloud' out")
    if does in _WORDY and not words and not aloud:
        raise _wrong(name, line, f"the words are missing; write them behind '{parts['phrase']}:'")
    if does in _SILENT and words:
        raise _wrong(name, line, f"'{parts['phrase']}' has no words; end it with a full stop")
    if label and does not in _SPOKEN | {"write"}:
        raise _wrong(name, line, f"only what is said or written has a label; take [{label}] out")
    referred = [what] if does in ("change", "strike", "mark") else what.split(", ") if does == "redact" else []
    for one in referred:
        if one not in known - {label}:
            raise _unknown(name, line, one)
    return Direction(line, parts["who"], does, what, label, about, under, aloud, words)


def _unknown(name: str, line: int, label: str) -> WrongUse:
    return _wrong(name, line, f"nothing above is called '{label}'; write [{label}] where it is said or written")


def _options(options: str, name: str, line: int, known: set[str]) -> tuple[str, str, str]:
    """The label, and the labels that it speaks of and stands under."""
    label = ""
    refers = {"about": "", "under": ""}
    for one in filter(None, options.split(", ")):
        how, _, which = one.rpartition(" ")
        if not re.fullmatch(_LABEL, which) or how not in ("", *refers):
            raise _wrong(name, line, f"'[{one}]' is no label; write as in [a1], [about a1] or [under a1]")
        if how:
            if which not in known:
                raise _wrong(
                    name, line, f"nothing above is called '{which}'; write [{which}] where it is said or written"
                )
            refers[how] = which
        else:
            label = which
    if label in known:
        raise _wrong(name, line, f"'{label}' is called so already; choose another label")
    known |= {label} - {""}
    return label, refers["about"], refers["under"]


# --- time -----------------------------------------------------------------------------------------------------------

_BEFORE_SPEAKING: Final = 7.0
"""Words that one could have said in the pause before somebody speaks, writes or clicks."""


def moments(script: Script, chance: Random) -> list[tuple[float, list[float]]]:
    """When each section begins and each of its directions is done, in seconds since the opening.

    A section takes its minutes, and what is longer to say or to write takes more of them.
    """
    found = []
    begins = 0.0
    for section in script.sections:
        ends = begins + 60.0 * section.minutes
        weights = [(_BEFORE_SPEAKING + len(one.words.split())) * chance.uniform(0.7, 1.4) for one in section.directions]
        whole = sum(weights) + _BEFORE_SPEAKING
        sums = [sum(weights[: place + 1]) for place in range(len(weights))]
        found.append((begins, [begins + (ends - begins) * part / whole for part in sums]))
        begins = ends
    return found


# --- what directions become -----------------------------------------------------------------------------------------


class Prompter:
    """Gives the acts that a script's directions stand for, one after the other.

    people:  ids by name
    fresh:   a new id for an act
    """

    def __init__(self, script: Script, people: Mapping[str, str], fresh: Callable[[], str]) -> None:
        self.script, self.people, self.fresh = script, people, fresh
        self.ids: dict[str, str] = {}
        """Of what was said or written, by label."""

    def id_of(self, name: str, line: int = 1) -> str:
        """Of a person. Raises WrongUse for somebody who is not among the people."""
        if name not in self.people:
            raise _wrong(self.script.name, line, f"there is nobody called {name}; there are {', '.join(self.people)}")
        return self.people[name]

    def moved(self, room: Room, section: Section) -> tuple[str, Act] | None:
        """Who moves the room to a section's stage and by which act; None if it is there. Raises WrongUse if one step
        does not lead there."""
        here = section.stage == (BEFORE if room.stage is None else room.stage.name)
        if (section.stage == AFTER and room.ended) or (here and not room.ended):
            return None
        stages = [one.name for one in room.workshop.stages]
        at = room.session.at
        for kind, step in (("advance", at + 1), ("back", at - 1)):
            if not room.ended and 0 <= step < len(stages) and stages[step] == section.stage:
                return self.id_of(self.script.leads, section.line), Act(self.fresh(), kind)
        where = "its end" if room.ended else f"'{stages[at]}'" if room.stage else "the lobby"
        sentence = f"from {where} no step leads to '{section.stage}'; see the stages of {room.workshop.name}"
        raise _wrong(self.script.name, section.line, sentence)

    def acts(self, room: Room, direction: Direction) -> tuple[str, list[Act]]:
        """Who does it, and the acts; none for what is in `NO_ACTS`. Raises WrongUse for what is not in the room."""
        who = self.id_of(direction.who, direction.line)
        if direction.does in NO_ACTS:
            return who, []
        try:
            acts = [Act(self.fresh(), kind, fields) for kind, fields in self._fields(room, who, direction)]
        except LookupError:
            sentence = f"'{direction.what or direction.does}' fits nothing in the room as it is there; check it"
            raise _wrong(self.script.name, direction.line, sentence) from None
        if direction.label:
            self.ids[direction.label] = acts[0].fields.get("entry") or acts[0].id
        return who, acts

    def _fields(self, room: Room, who: str, one: Direction) -> list[tuple[str, dict[str, str]]]:
        what = one.what
        about = self.ids[one.about] if one.about else ""
        match one.does:
            case "join":
                return [("join", {"name": one.who, "seat": what})]
            case "take":
                return [("take", {"seat": what})]
            case "offer":
                return [("offer", {"to": self.id_of(what, one.line)})]
            case "bring":
                return [("bring", {"thing": what, **fields_of(room.workshop.needs[what].form, one.words)})]
            case "ask" | "example" | "say_back" | "restate" | "tell":
                said = {"move": "ask" if one.does == "example" else one.does, "text": one.words, "about": about}
                ticked = {"concrete": one.does == "example", "aloud": one.aloud}
                return [("say", said | {name: "yes" for name, yes in ticked.items() if yes})]
            case "meant" | "missed":
                back = [said.id for said in room.talk if said.move in ("say_back", "restate") and said.by != who]
                of = about or back[-1]
                return [("judge", {"of": of, "respect": "meant", "yes": "yes" if one.does == "meant" else "no"})]
            case "write":
                fields = {"thing": what, **fields_of(_form(room, what), one.words)}
                if one.under:
                    fields["under"] = self.ids[one.under]
                return [("write", fields | self._again(room, who, what, fields))]
            case "change":
                entry = room.entries[self.ids[what]]
                return [("write", {"entry": entry.id, **fields_of(_form(room, entry.thing), one.words)})]
            case "strike":
                return [("strike", {"entry": self.ids[what]})]
            case "mark":
                marks = enumerate(one.words.split())
                of = self.ids[what]
                return [("judge", {"of": of, "respect": str(line), "yes": yes}) for line, yes in marks if yes != "-"]
            case "alike" | "different":
                session, stage = room.place
                verdict = "yes" if one.does == "alike" else "no"
                return [("judge", {"of": f"{session}.{stage}.{int(what) - 1}", "respect": "same", "yes": verdict})]
            case "recurse":
                return [("recurse", {"about": one.words})]
            case "return":
                return [("return", {"text": one.words})]
            case "rate":
                return [("rate", {"value": what, "comment": one.words})]
        return [(one.does, {})]

    @staticmethod
    def _again(room: Room, who: str, thing: str, fields: Mapping[str, str]) -> dict[str, str]:
        """The entry that somebody changes by writing once more what there is one of."""
        form = _form(room, thing)
        for entry in room.written(thing):
            same = form.single or (form.name == "answers" and entry.values.get("question") == fields["question"])
            if same and entry.by == who and (entry.place == room.place or thing == TRACKED):
                return {"entry": entry.id}
        return {}


def _form(room: Room, name: str) -> Form:
    thing = room.workshop.thing(name)
    if thing is None:
        raise LookupError(name)
    return thing.form


def fields_of(form: Form, words: str) -> dict[str, str]:
    """The fields of an entry, from words with " | " between them; words without are its text.

    Questions are counted from 1, and of a choice its beginning is enough. Raises LookupError for what fits no field.
    """
    parts = [part.strip() for part in re.split(r"(?<!\S)\|(?!\S)", words)]
    if len(parts) == 1:
        return {"text": words}
    if len(parts) > len(form.fields):
        raise LookupError(words)
    found = dict(zip((field.name for field in form.fields), parts, strict=False))
    if found.get("question", "").isdecimal():
        found["question"] = str(int(found["question"]) - 1)
    for field in form.fields:
        if field.kind == "choice":
            fitting = [choice for choice in field.choices if choice.startswith(found[field.name])]
            found[field.name] = fitting[0]
    return found


def times_of(words: str) -> dict[str, float]:
    """Seconds by block, from words such as `sort the list = 51.7 ms; sort it once more = 1.45 ms`. Raises WrongUse."""
    found = {}
    for part in words.split("; "):
        block, _, took = part.rpartition(" = ")
        found[block.strip()] = parse_duration(took)
    return found


__all__ = [
    "AFTER",
    "BEFORE",
    "DIRECTIONS",
    "NO_ACTS",
    "Direction",
    "Prompter",
    "Script",
    "Section",
    "fields_of",
    "moments",
    "read_script",
    "times_of",
]
