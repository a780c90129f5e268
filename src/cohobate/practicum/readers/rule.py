"""The reader that ships: by rule, from the words of a text. It draws no conclusions.

It takes the option whose words stand nearest to those of the question, and can show the sentence where they stand. It
counts in whole numbers, and answers the same on every machine.
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from cohobate.practicum.prose.figures import sentences_in
from cohobate.practicum.prose.marks import without_marks
from cohobate.practicum.prose.structure import read_draft
from cohobate.practicum.readers.seat import Question, Reader
from cohobate.practicum.readers.words import COMMON, DENIALS, words_of
from cohobate.vocabulary import IDK, Unknown

Embed: TypeAlias = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts to one vector each, all of one length: a place for a language model. None ships."""

LEAST = 0.34
"""Support, 0 to 1, below which the rule says "I can't tell"."""

AHEAD = 0.01
"""By how much the best option has to lead the second."""

OWN = 0.3
"""What an option's own words count, where the question's count the rest."""

NEAR = 20
"""In how many words what stands beside a word falls to 1/e."""

SLIGHT = 0.3
"""What one of the `COMMON` words weighs beside another word."""

DENIED = 0.7
"""What is left of an option's support where one of the `BEFORE` words before denies it, and the option does not."""

BEFORE = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What the rule answered, and why."""

    answer: int | Unknown
    """The place of an option, from 0."""
    support: tuple[float, ...]
    """Of each option, 0 to 1."""
    sentence: str
    """Where it found the option that it holds to be most likely, whether or not that was enough to answer; "" if
    nowhere."""


def rule_reader(embed: Embed | None = None) -> Reader:
    """The reader by rule; with `embed`, what an option means counts as well as its words.

    Without a text it says "I can't tell". With one:

    1. Words are compared by their stems (M. Porter's for English, as the Snowball project has them), and numbers in
       words as numbers. A word that the text has k times weighs log(1 + 1/k), a `COMMON` word `SLIGHT` times that.
    2. An option is looked for wherever one of its own words stands: one that neither the question nor all options have,
       and that is not common, if it has such a one. From there, a word counts the less the further away it is: exp(-d /
       `NEAR`) at d words, halved by each end of a sentence between. So much of the question's words as is near, by
       weight, and of the option's own for `OWN` of the whole, is the support, and the best place counts. A sliding
       window with distances (M. Richardson, C. Burges and E. Renshaw, "MCTest", EMNLP 2013) does likewise, with edges.
       A text that has none of the question's words but common ones supports nothing.
    3. Where the text denies the word, the place supports the option less: `DENIED`.
    4. The option that is supported best is the answer, if its support is `LEAST` and leads by `AHEAD`; to "Which is not
       …" it is the one supported least, if all others reach `LEAST` and it lags by `AHEAD`.

    With `embed`, the mean of this and of the best cosine between a sentence and the question with the option is the
    support.
    """

    def read(questions: Sequence[Question], /) -> Sequence[int | Unknown]:
        return [one.answer for one in looks(questions, embed)]

    return read


def looks(questions: Sequence[Question], embed: Embed | None = None) -> list[Look]:
    """What `rule_reader` answers to each, with its reasons."""
    texts: dict[str, _Text] = {}  # questions about one text come together
    for one in questions:
        if one.text is not None and one.text not in texts:
            texts[one.text] = _Text(one.text, embed)
    return [
        Look(IDK, (0.0,) * len(one.options), "") if one.text is None else texts[one.text].look(one) for one in questions
    ]


_WHOLE = 1_000_000
"""Weights and nearness are in millionths, whole numbers: their sums are the same in any order and on any machine."""

_FADING = [round(_WHOLE * math.exp(-away / NEAR)) for away in range(8 * NEAR)]


@cache
def _weighed(times: int, common: bool) -> int:
    return round(_WHOLE * math.log(1 + 1 / max(1, times)) * (SLIGHT if common else 1))


class _Text:
    """A text as the rule sees it: its words in their order, where each stands, and what it weighs."""

    def __init__(self, text: str, embed: Embed | None) -> None:
        plain = without_marks(text)
        self.sentences = [
            " ".join(one.split())
            for block in read_draft(plain).paragraphs
            for one in sentences_in(plain[block.start : block.end])
        ]
        self.words: list[str] = []
        self.sentence_of: list[int] = []
        self.places: dict[str, list[int]] = {}
        for number, sentence in enumerate(self.sentences):
            for word in words_of(sentence):
                self.places.setdefault(word, []).append(len(self.words))
                self.words.append(word)
                self.sentence_of.append(number)
        self.embed = embed
        self.vectors = embed(self.sentences) if embed is not None and self.sentences else ()

    def look(self, asked: Question) -> Look:
        """The option that the text supports best, or `IDK`."""
        found = self.found(asked)
        support = [one for one, _ in found]
        if _ASKS_WHAT_IS_NOT.match(asked.question):
            # The others must be found, or it is the text that says nothing.
            support = [1 - one for one in support] if sorted(support)[1] >= LEAST else [0.0] * len(support)
        order = sorted(range(len(support)), key=lambda i: -support[i])
        best, second = (support[i] for i in order[:2])
        place = found[order[0]][1]
        return Look(
            order[0] if best >= LEAST and best - second >= AHEAD else IDK,
            tuple(support),
            "" if place is None else self.sentences[self.sentence_of[place]],
        )

    def found(self, asked: Question) -> list[tuple[float, int | None]]:
        """How far the text supports each option, 0 to 1, and the place where it does, if there is one."""
        question, options = set(words_of(asked.question)), [set(words_of(one)) for one in asked.options]
        shared, telling = set.intersection(*options), question - COMMON
        silent = bool(telling) and telling.isdisjoint(self.places)
        found: list[tuple[float, int | None]] = []
        for option in options:
            own, asked_for = option - shared - question or option, question | (option & shared)
            denies = not DENIALS.isdisjoint(question | option)
            found.append((0.0, None) if silent else self._best_place(own, asked_for, denies))
        if self.vectors and self.embed is not None:
            meant = self.embed([f"{asked.question} {one}" for one in asked.options])
            found = [
                ((support + max(_cosine(vector, there) for there in self.vectors)) / 2, place)
                for (support, place), vector in zip(found, meant, strict=True)
            ]
        return found

    def _best_place(self, own: set[str], asked: set[str], denies: bool) -> tuple[float, int | None]:
        best, where = 0.0, None
        for word in sorted(own - COMMON or own):
            for place in self.places.get(word, ()):
                support = (1 - OWN) * self._share(asked, place) + OWN * self._share(own, place)
                if not denies and self._denied(place):
                    support *= DENIED
                if support > best:
                    best, where = support, place
        return best, where

    def _share(self, words: Iterable[str], place: int) -> float:
        """What of these words, by weight, is near this place, 0 to 1."""
        near = total = 0
        for word in words:
            weight = self._weight(word)
            total += weight
            near += weight * self._nearness(word, place)
        return near / (_WHOLE * total) if total else 0.0

    def _weight(self, word: str) -> int:
        return _weighed(len(self.places.get(word, ())), word in COMMON)

    def _nearness(self, word: str, place: int) -> int:
        there = self.places.get(word, ())
        after = bisect(there, place)
        # The nearest on either side is also the one with the fewest ends of sentences between.
        return max((self._faded(place, other) for other in there[max(0, after - 1) : after + 1]), default=0)

    def _faded(self, place: int, other: int) -> int:
        away, ends = abs(place - other), abs(self.sentence_of[place] - self.sentence_of[other])
        return _FADING[away] >> ends if away < len(_FADING) else 0

    def _denied(self, place: int) -> bool:
        """Whether a word shortly before this one, in its sentence, denies it."""
        return any(
            self.words[other] in DENIALS and self.sentence_of[other] == self.sentence_of[place]
            for other in range(max(0, place - BEFORE), place)
        )


_ASKS_WHAT_IS_NOT = re.compile(r"which\b.*\b(?:not|except)\b", re.IGNORECASE)


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0
