"""Readers of a text as assistants: a question with options, and a text or none, to an option or `IDK`.

A reader's seat is the vocabulary's `Assistant`, so a program, a person and a language model can sit in it, and what
has only a distillation can be compared by `fidelity` with what has the source:

    with_draft, with_source = having(rule_reader(), draft), having(rule_reader(), source)
    fidelity(with_draft, with_source, questions)

One reader ships, `rule_reader()`. It finds the sentence that speaks of the question and takes the option whose words
stand there. It draws no conclusions. It is a rehearsal, no substitute for people: what it cannot find, a person may
understand, and what it finds a person may overlook. It is exact arithmetic on words, the same on every machine.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeAlias

from cohobate.errors import WrongUse
from cohobate.practicum.prose.figures import sentences_in
from cohobate.practicum.prose.marks import without_marks
from cohobate.practicum.prose.structure import read_draft
from cohobate.practicum.prose.terms import singular
from cohobate.vocabulary import IDK, Assistant, Unknown

REHEARSAL = "a rule reader: a rehearsal, no substitute for people"
"""What stands beside everything that a program answered in place of a person."""

NO_TEXT = "no text"
"""The arm in which a reader has the question alone."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader is asked. A reader that has a text finds it here too."""

    question: str
    options: tuple[str, ...]
    text: str | None = None

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise WrongUse(f"'{self.question}' has {len(self.options)} options; give at least 2")


Reader: TypeAlias = Assistant[Question, int]
"""Questions to the place of an option each, from 0, or to `IDK` for "I can't tell from this"."""


def having(reader: Reader, text: str | None) -> Reader:
    """The assistant that the reader becomes with this text in hand, whatever text a question came with."""

    def with_text(questions: Sequence[Question], /) -> Sequence[int | Unknown]:
        return reader([replace(one, text=text) for one in questions])

    return with_text


def guessing(reader: Reader) -> Reader:
    """The reader that, in place of "I can't tell", takes the longest option, of several the first.

    Who writes a key tends to make it exact, and so long. What such a reader gets right without a text says how far the
    items give themselves away.
    """

    def guess(questions: Sequence[Question], /) -> Sequence[int | Unknown]:
        return [
            _longest(one.options) if answer is IDK else answer
            for one, answer in zip(questions, reader(questions), strict=True)
        ]

    return guess


def _longest(options: Sequence[str]) -> int:
    lengths = [len(one) for one in options]
    return lengths.index(max(lengths))


# --- the rule ---------------------------------------------------------------------------------------------------------

Embed: TypeAlias = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts to one vector each, all of one length: a place for a language model. None ships."""

LEAST = 0.3
"""Support, 0 to 1, below which the rule says "I can't tell"."""

AHEAD = 0.01
"""By how much the best option has to lead the second."""

LENGTHS = (1, 2)
"""How long the stretches of text are that are looked at, in lengths of question and option together."""

FAR = 0.2
"""What is taken off for an option whose words are a whole text away from the question's."""

AT_ODDS = 0.8
"""What is left of a stretch's support where one of the two denies and the other does not."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_WORD = re.compile(r"\w+")
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        _WORD.findall(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        )
    )
} | {
    word: str(10 * tens)
    for tens, word in enumerate(_WORD.findall("thirty forty fifty sixty seventy eighty ninety hundred"), 3)
}
_DENIALS = frozenset(_WORD.findall("not no never none nobody nothing neither nor without cannot"))


def rule_reader(embed: Embed | None = None) -> Reader:
    """The reader by rule; with `embed`, what an option means counts as well as its words.

    Without a text it says "I can't tell". With one it does what the sliding window with distances did that M.
    Richardson, C. Burges and E. Renshaw gave as a first baseline for multiple choice ("MCTest", EMNLP 2013), with four
    changes: sums are shares, so that long options have no advantage; there are two lengths of window; denials count;
    and it may say that it cannot tell.

    1. Words are compared by their first five letters, without endings as in "bakes" and "baking"; numbers in words are
       numbers, and what denies ("never", "isn't", "without") is kept whole. A word that the text has k times weighs
       log(1 + 1/k).
    2. A stretch of the text, as long as question and option together, supports an option by the share that it has of
       their words, by weight; less a fifth if one of the two denies and the other does not. So does a stretch twice as
       long. The best of each length counts, and the mean of the two.
    3. From that, `FAR` times the smallest distance between a word of the question and one of the option's own is taken,
       as a share of the text. With `embed`, the mean of this and of the best cosine between a sentence and the question
       with the option is the support.
    4. The option that is supported best is the answer, if its support is `LEAST` and leads by `AHEAD`; to "Which is not
       …" it is the one supported least, if two others reach `LEAST` and it lags by `AHEAD`.
    """

    def read(questions: Sequence[Question], /) -> Sequence[int | Unknown]:
        texts: dict[str, _Text] = {}  # questions about one text come together
        for one in questions:
            if one.text is not None and one.text not in texts:
                texts[one.text] = _Text(one.text, embed)
        return [IDK if one.text is None else texts[one.text].answer(one) for one in questions]

    return read


class _Text:
    """A text as the rule sees it: its words in their order, and what each weighs."""

    def __init__(self, text: str, embed: Embed | None) -> None:
        plain = without_marks(text)
        self.words = _words(plain)
        self.places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self.places.setdefault(word, []).append(place)
        self.embed = embed
        sentences = [
            one for block in read_draft(plain).paragraphs for one in sentences_in(plain[block.start : block.end])
        ]
        self.vectors = embed(sentences) if embed is not None and sentences else ()

    def answer(self, asked: Question) -> int | Unknown:
        """The option that the text supports best, or `IDK`."""
        support = self.support(asked)
        if _ASKS_WHAT_IS_NOT.match(asked.question):
            # The others must be found, or it is the text that says nothing.
            support = [1 - one for one in support] if sorted(support)[-2] >= LEAST else [0.0] * len(support)
        order = sorted(range(len(support)), key=lambda i: -support[i])
        best, second = (support[i] for i in order[:2])
        return order[0] if best >= LEAST and best - second >= AHEAD else IDK

    def support(self, asked: Question) -> list[float]:
        """How far the text supports each option, 0 to 1."""
        question, options = _words(asked.question), [_words(one) for one in asked.options]
        shared = set(question).union(set.intersection(*map(set, options)))
        found = []
        for option in options:
            own = set(option) - shared or set(option)
            denies = not _DENIALS.isdisjoint(option)
            length, wanted = len(question) + len(option), self._weights({*question, *option})
            best = sum(self._best_stretch(wanted, times * length, denies) for times in LENGTHS) / len(LENGTHS)
            found.append(max(0.0, best - FAR * self._distance(set(question) - _COMMON, own - _COMMON)))
        if self.vectors and self.embed is not None:
            meant = self.embed([f"{asked.question} {one}" for one in asked.options])
            found = [
                (one + max(_cosine(vector, there) for there in self.vectors)) / 2
                for one, vector in zip(found, meant, strict=True)
            ]
        return found

    def _weights(self, words: set[str]) -> dict[str, int]:
        # In whole millionths, so that a sum is the same in any order and on any machine.
        return {word: round(1e6 * math.log(1 + 1 / max(1, len(self.places.get(word, ()))))) for word in sorted(words)}

    def _best_stretch(self, weights: Mapping[str, int], length: int, denies: bool) -> float:
        """The largest share, by weight, that a stretch of so many words has of what is weighed."""
        here: Counter[str] = Counter()
        best, now, denials = 0.0, 0, 0
        for i, word in enumerate(self.words):
            here[word] += 1
            now += weights.get(word, 0) if here[word] == 1 else 0
            denials += word in _DENIALS
            if i >= length:
                gone = self.words[i - length]
                here[gone] -= 1
                now -= weights.get(gone, 0) if here[gone] == 0 else 0
                denials -= gone in _DENIALS
            best = max(best, now if (denials > 0) == denies else AT_ODDS * now)
        total = sum(weights.values())
        return best / total if total else 0.0

    def _distance(self, some: set[str], others: set[str]) -> float:
        """Between the nearest two of these words, as a share of the text, 0 to 1; 1 if one of them is not there."""
        marked = sorted(
            [(place, 0) for word in some for place in self.places.get(word, ())]
            + [(place, 1) for word in others for place in self.places.get(word, ())]
        )
        gaps = [after[0] - before[0] for before, after in pairwise(marked) if before[1] != after[1]]
        return min(gaps, default=len(self.words)) / max(1, len(self.words))


_ASKS_WHAT_IS_NOT = re.compile(r"which\b.*\b(?:not|except)\b", re.IGNORECASE)


def _words(text: str) -> list[str]:
    return [_stem(found.group()) for found in _TOKEN.finditer(text)]


def _stem(word: str) -> str:
    """A word as it is compared: baking, baked and bakes are one, and so, alas, are station and stationery."""
    if word[0].isdigit():
        return word.replace(",", "")
    if word.casefold().endswith(("n't", "n’t")):
        return "not"
    word = singular(word)
    if word in _NUMBERS or word in _DENIALS:
        return _NUMBERS.get(word, word)
    for ending in ("ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:5]


_COMMON = frozenset(
    map(
        _stem,
        _WORD.findall(
            "a an the this that these those it its he his she her they their them who which what when where why how "
            "is are was were be been do does did has have had will would can could of to in on at by for from with as "
            "into than so and or but one all most more"
        ),
    )
)
"""Words that tell nothing of where in a text one is."""


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


# --- the rehearsal ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keyed:
    """A question with its key, as a reader test has it."""

    id: str
    question: str
    options: tuple[str, ...]
    key: int
    """The place of the right option, from 0."""
    kind: str = "text-based"
    """Or "inference"."""

    def __post_init__(self) -> None:
        if not 0 <= self.key < len(self.options):
            raise WrongUse(f"item '{self.id}' has the key {self.key}; give one of 0 to {len(self.options) - 1}")


@dataclass(frozen=True, slots=True)
class Passage:
    """Texts of one thing by their arms, such as "source" and "distillation", and what is asked about it."""

    id: str
    texts: Mapping[str, str]
    items: tuple[Keyed, ...]

    @classmethod
    def from_dict(cls, id: str, data: Mapping[str, Any]) -> Passage:
        """From `{"source": …, "distillation": …, "items": [{"question", "options", "key", "kind"}, …]}`: every key but
        `items` is an arm with its text. Items are named by the passage and their number."""
        texts = {arm: text for arm, text in data.items() if arm != "items"}
        items = tuple(
            Keyed(f"{id}-{number}", one["question"], tuple(map(str, one["options"])), one["key"], one["kind"])
            for number, one in enumerate(data["items"], 1)
        )
        return cls(id, texts, items)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer, with the columns of people's reader tests."""

    reader: str
    item: str
    arm: str
    correct: int
    """1 or 0; an unanswered item is not correct."""
    unanswered: int
    seconds: float | None
    """None: a rule takes no time that would say anything about people."""
    kind: str
    background: str
    """`REHEARSAL`, so that it stands beside every figure that is made of it."""
    passage: str


def rehearse(passages: Iterable[Passage], reader: Reader | None = None, name: str = "rule reader") -> tuple[Row, ...]:
    """What a reader that is a program answers to every item, without a text and in each arm; by default by rule.

    A program forgets what it has read, so that one and the same may answer in all arms, which a person may not. For the
    same reason its answers are counted (`tallied`) and not analysed as a reader test: copies of a program are no sample
    of readers.
    """
    reader = reader or rule_reader()
    rows = []
    for passage in passages:
        for arm, text in {NO_TEXT: None, **passage.texts}.items():
            answers = having(reader, text)([Question(item.question, item.options) for item in passage.items])
            for item, answer in zip(passage.items, answers, strict=True):
                right, left = int(answer == item.key), int(answer is IDK)
                rows.append(Row(name, item.id, arm, right, left, None, item.kind, REHEARSAL, passage.id))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was right in one arm of a rehearsal, of how many items."""

    arm: str
    items: int
    right: int
    unanswered: int

    def __str__(self) -> str:
        return f"{self.arm}: right on {self.right} of {self.items}, can't tell on {self.unanswered}"


def tallied(rows: Iterable[Row]) -> tuple[Tally, ...]:
    """The counts of a rehearsal, by arm in the order in which the arms come."""
    arms: dict[str, list[Row]] = {}
    for row in rows:
        arms.setdefault(row.arm, []).append(row)
    return tuple(
        Tally(arm, len(those), sum(row.correct for row in those), sum(row.unanswered for row in those))
        for arm, those in arms.items()
    )


def as_csv(rows: Iterable[Row]) -> str:
    """Answers as a file, with a line of names first; what is None is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row.__slots__)
    writer.writerows([getattr(row, name) for name in Row.__slots__] for row in rows)
    return out.getvalue()
