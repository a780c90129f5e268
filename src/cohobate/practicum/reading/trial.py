"""A reader test as a fold over its events: its passages, what is asked of them, how it is planned, and what came of it.

    begin     data work                                                        words title
    retitle                                                                    words title
    join      data role: lead | examiner | rater                               words name
    leave     data role, person
    passage   data passage, source [id, digest, first, last], or gone (true)   words title
    item      data item, passage, kind, form: choice | text, options, key      words question, option1 …, rubric
    unitem    data item
    register  data items (a hash), drafted, drafts [[work, digest, words], …], ledger [index, hash]  words salt, editor
    text      data passage, version [work, digest, first, last]
    plan      data readers, spare, source, minutes, minutes_without, baseline, effect, margin, seed, passages, texts,
                   power, ledger
    open, close
    grade     data answer, grade
    outcome   data sentence, page, notes, readers, ledger
    redact    data of

It goes from "writing" over "registered", "planned", "open" and "closed" to "done". What its readers do is in a sitting
of each (`sitting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from cohobate.canonical import digest
from cohobate.events import Event
from cohobate.practicum.reader_test import MARGIN, Design, Item, Passage
from cohobate.practicum.room import TAKEN_OUT

ROLES: Final = ("lead", "examiner", "rater")
"""Lead: who makes the test. Examiner: who knows the source and writes the items. Rater: who grades what was written."""

RATERS: Final = 2
"""Who grade each answer in words."""

STATES: Final = ("writing", "registered", "planned", "open", "closed", "done")

Ledger = tuple[int, str]
"""Where something is registered: the place of its entry in the ledger, and the entry's hash."""


@dataclass(slots=True)
class Member:
    """Somebody who has a part in a test, other than reading."""

    id: str
    name: str
    roles: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, from one block to another (`cohobate.archive.passages`)."""

    of: str
    """The id of the source or the work."""
    digest: str
    """Of the whole text, SHA-256."""
    first: int
    last: int
    """Blocks, counted from 1, both of them included."""

    def overlaps(self, other: Stretch) -> bool:
        """Whether some block is in both. The same text counts as one, wherever it stands."""
        return self.digest == other.digest and self.first <= other.last and other.first <= self.last

    def to_list(self) -> list[Any]:
        """As events have it."""
        return [self.of, self.digest, self.first, self.last]


@dataclass(slots=True)
class Pair:
    """A passage of a test: a stretch of a source, and what the distillation makes of it."""

    id: str
    title: str
    source: Stretch
    version: Stretch | None = None
    """None until the texts are chosen."""


@dataclass(frozen=True, slots=True)
class Question:
    """An item, as it is asked and graded."""

    id: str
    passage: str
    kind: str
    """"text-based" or "inference"."""
    form: str
    """"choice" or "text"."""
    question: str
    options: tuple[str, ...]
    """What is to choose from; nothing for an answer in words."""
    key: int | None
    """Which option is right, counted from 0; None for an answer in words."""
    rubric: str
    """How an answer in words is graded."""
    by: str

    def to_dict(self) -> dict[str, Any]:
        """All of it that is registered."""
        return {
            "id": self.id,
            "passage": self.passage,
            "kind": self.kind,
            "form": self.form,
            "question": self.question,
            "options": list(self.options),
            "key": self.key,
            "rubric": self.rubric,
        }


@dataclass(frozen=True, slots=True)
class Registered:
    """That the items were registered: from then on they stay as they are."""

    at: float
    by: str
    hash: str
    """Of all items, with the salt: see `Trial.items_hash`."""
    salt: str
    ledger: Ledger
    drafted: int | None = None
    """Words that the editor of the work that it was begun for held then, or had held, at most; None where nobody
    looked."""
    drafts: tuple[tuple[str, str, int], ...] = ()
    """Of each work that was in the test then, what its editor held: the work's id, the hash of [salt, id, text], and
    how many words the text had."""
    editor: str = ""
    """The salt of these hashes. It is not that of the items: with it, a text that was taken out could be guessed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many read, in which arms, for how long."""

    readers: int
    spare: int
    """Readers who are let in beyond those, since some stop half-way."""
    source: bool
    """Whether the source is read too, or only the distillation."""
    minutes: float
    """For a text and its items, the same for both texts."""
    minutes_without: float
    """For the items that are answered without a text."""
    baseline: float
    """The share of items that are thought to be answered without the text; the power goes by it."""
    effect: float
    """The help that the test is to find, as a share."""
    margin: float
    """How far below the source's share is "as well as", as a share."""
    seed: int
    power: Mapping[str, Any]
    """What was said of its power: see `cohobate.practicum.reader_test.plan`."""
    at: float
    by: str
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Made:
    """An outcome that was made and registered. All its figures follow from the ledger's entry."""

    at: float
    by: str
    sentence: str
    notes: tuple[str, ...]
    readers: int
    """Who answered anything that counts."""
    ledger: Ledger
    page: str = ""
    """What the sentence calls the distillation; "" where that was not kept."""


@dataclass
class Trial:
    """A reader test after some of its events."""

    sequence: int = 0
    state: str = ""
    """One of `STATES`; "" before it was begun."""
    title: str = ""
    work: str = ""
    """The work that it was begun for."""
    begun_at: float = 0.0
    people: dict[str, Member] = field(default_factory=dict)
    """Everybody who has, or had, a part."""
    passages: dict[str, Pair] = field(default_factory=dict)
    items: dict[str, Question] = field(default_factory=dict)
    """In the order in which they were first written."""
    made: dict[str, int] = field(default_factory=lambda: {"p": 0, "i": 0})
    """How many passages and items there ever were: an id is not given twice."""
    registered: Registered | None = None
    plan: Plan | None = None
    opened_at: float | None = None
    closed_at: float | None = None
    grades: dict[str, dict[str, float]] = field(default_factory=dict)
    """By answer, what each rater gave, 0 … 1: all who ever graded."""
    outcomes: list[Made] = field(default_factory=list)
    """The latest one last."""
    regraded: set[str] = field(default_factory=set)
    """Answers that got a grade, or another one, when an outcome had been made already."""
    rerated: bool = False
    """Whether a rater came or went when an outcome had been made already."""

    def grades_of(self, answer: str) -> dict[str, float]:
        """The grades of an answer that count: of those who are its raters now."""
        return {who: grade for who, grade in self.grades.get(answer, {}).items() if self.has(who, "rater")}

    def has(self, who: str, *roles: str) -> bool:
        """Whether somebody has one of these roles now; without roles, whether they have any."""
        person = self.people.get(who)
        return person is not None and bool(person.roles & set(roles or ROLES))

    def having(self, role: str) -> list[Member]:
        """Who has that role now, in the order in which they came."""
        return [one for one in self.people.values() if role in one.roles]

    def name_of(self, who: str) -> str:
        """What somebody is called in this test."""
        return self.people[who].name if who in self.people else "somebody"

    def items_of(self, passage: str) -> list[Question]:
        """The items of a passage, in the order in which they were written."""
        return [one for one in self.items.values() if one.passage == passage]

    @property
    def works(self) -> list[str]:
        """The works whose texts are read, or may be: the one that it was begun for first."""
        found = [self.work, *(one.version.of for one in self.passages.values() if one.version)]
        return list(dict.fromkeys(found))

    @property
    def written(self) -> list[Question]:
        """The items that are answered in words, and so need raters."""
        return [one for one in self.items.values() if one.form == "text"]

    @property
    def raters_lack(self) -> int:
        """How many raters are still to come, if there is something to grade."""
        return max(RATERS - len(self.having("rater")), 0) if self.written else 0

    def items_hash(self, salt: str) -> str:
        """What the ledger has of the items: the hash of what `hashed` gives."""
        return digest(self.hashed(salt))

    def hashed(self, salt: str) -> list[Any]:
        """A salt, so that nobody finds the items by trying; what they are about; and all items."""
        return [
            salt,
            [[one.id, one.source.to_list()] for one in self.passages.values()],
            [one.to_dict() for one in self.items.values()],
        ]

    @cached_property
    def design(self) -> Design:
        """Who reads what. Raises WrongUse before there is a plan, or where it cannot be had with these items."""
        assert self.plan is not None
        return self.designed(self.plan.seed, self.plan.source)

    def designed(self, seed: int, source: bool) -> Design:
        """The design with that seed. Raises WrongUse for too few passages or items."""
        passages = tuple(
            Passage(one.id, tuple(Item(item.id, item.kind) for item in self.items_of(one.id)))
            for one in self.passages.values()
        )
        return Design(passages, seed, source)

    def dealt(self, number: int) -> list[dict[str, Any]]:
        """What the reader with this number, from 0, gets: of each period its arm, its passage, its items with how many
        options each has, and its limit in seconds. It is what a sitting begins with, and holds no key."""
        assert self.plan is not None
        return [
            {
                "arm": period.arm,
                "passage": period.passage,
                "items": [[item, len(self.items[item].options)] for item in period.items],
                "seconds": 60 * (self.plan.minutes if period.passage else self.plan.minutes_without),
            }
            for period in self.design.sequence(number).periods
        ]

    def apply(self, event: Event) -> None:
        """Takes in the next event, whatever it is: whether it was allowed was decided when it was done."""
        self.sequence = event.sequence
        _STEPS.get(event.kind, _nothing)(self, event, event.data)


def fold(events: Iterable[Event]) -> Trial:
    """The test after these events."""
    trial = Trial()
    for event in events:
        trial.apply(event)
    return trial


def _words(event: Event, name: str) -> str:
    return TAKEN_OUT if event.words is None else event.words.get(name, "")


def _nothing(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    """An event that changes nothing here, or of a kind that a later version knows."""


def _begin(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.title, trial.work = _words(event, "title"), data["work"]
    trial.state, trial.begun_at = "writing", event.at


def _retitle(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.title = _words(event, "title")


def _join(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    person = trial.people.setdefault(event.actor, Member(event.actor, ""))
    person.name = _words(event, "name")
    person.roles.add(data["role"])
    trial.rerated |= data["role"] == "rater" and bool(trial.outcomes)


def _leave(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    if data["person"] in trial.people:
        trial.people[data["person"]].roles.discard(data["role"])
        trial.rerated |= data["role"] == "rater" and bool(trial.outcomes)


def _passage(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    if data.get("gone"):
        trial.passages.pop(data["passage"], None)
        return
    trial.made["p"] = max(trial.made["p"], int(data["passage"][1:]))
    trial.passages[data["passage"]] = Pair(data["passage"], _words(event, "title"), Stretch(*data["source"]))


def _item(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.made["i"] = max(trial.made["i"], int(data["item"][1:]))
    trial.items[data["item"]] = Question(
        id=data["item"],
        passage=data["passage"],
        kind=data["kind"],
        form=data["form"],
        question=_words(event, "question"),
        options=tuple(_words(event, f"option{number}") for number in range(1, data["options"] + 1)),
        key=data["key"],
        rubric=_words(event, "rubric"),
        by=event.actor,
    )


def _unitem(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.items.pop(data["item"], None)


def _register(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.registered = Registered(
        event.at,
        event.actor,
        data["items"],
        _words(event, "salt"),
        _ledger(data),
        data.get("drafted"),
        tuple((work, hash, words) for work, hash, words in data.get("drafts", ())),
        _words(event, "editor"),
    )
    trial.state = "registered"


def _text(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.passages[data["passage"]].version = Stretch(*data["version"])
    # A plan is one for these texts.
    trial.plan, trial.state = None, "registered"
    trial.__dict__.pop("design", None)


def _plan(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.plan = Plan(
        readers=data["readers"],
        spare=data["spare"],
        source=data["source"],
        minutes=data["minutes"],
        minutes_without=data["minutes_without"],
        baseline=data["baseline"],
        effect=data["effect"],
        margin=data.get("margin", MARGIN),
        seed=data["seed"],
        power=data.get("power") or {},
        at=event.at,
        by=event.actor,
        ledger=_ledger(data),
    )
    trial.state = "planned"
    trial.__dict__.pop("design", None)


def _open(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.state, trial.opened_at = "open", event.at


def _close(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.state, trial.closed_at = "closed", event.at


def _grade(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.grades.setdefault(data["answer"], {})[event.actor] = data["grade"]
    if trial.outcomes:
        trial.regraded.add(data["answer"])


def _outcome(trial: Trial, event: Event, data: Mapping[str, Any]) -> None:
    trial.outcomes.append(
        Made(
            event.at,
            event.actor,
            data["sentence"],
            tuple(data["notes"]),
            data["readers"],
            _ledger(data),
            data.get("page", ""),
        )
    )
    trial.state = "done"


def _ledger(data: Mapping[str, Any]) -> Ledger:
    index, hash = data.get("ledger") or (-1, "")
    return int(index), str(hash)


_STEPS: Final = {
    "begin": _begin,
    "retitle": _retitle,
    "join": _join,
    "leave": _leave,
    "passage": _passage,
    "item": _item,
    "unitem": _unitem,
    "register": _register,
    "text": _text,
    "plan": _plan,
    "open": _open,
    "close": _close,
    "grade": _grade,
    "outcome": _outcome,
}
