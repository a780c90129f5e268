"""Words as they are compared by rule: without endings, and numbers as numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from snowballstemmer import stemmer

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENGLISH = stemmer("english")

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: number for number, word in enumerate(_ONES.split())} | {
    word: 10 * tens for tens, word in enumerate(_TENS.split(), 2)
}
_GREAT = {"thousand": 1_000, "million": 1_000_000}
_BEGINS = {*_SMALL, "hundred", *_GREAT}
_JOINT = re.compile(r"\s*-?\s*")


def words_of(text: str) -> list[str]:
    """The words of a text in their order: baking, baked and bakes are one, so are n't and not, and so are 1,020 and "a
    thousand and twenty" but for its "a"."""
    found = list(_WORD.finditer(text))
    plain = [one.group().casefold().replace("’", "'") for one in found]
    joined = [_JOINT.fullmatch(text, a.end(), b.start()) is not None for a, b in pairwise(found)]
    words, i = [], 0
    while i < len(plain):
        if plain[i] in _BEGINS:
            length, number = _number(plain, joined, i)
            words.append(str(number))
        else:
            length = 1
            words.append(_stem(plain[i]))
        i += length
    return words


def _number(plain: list[str], joined: list[bool], start: int) -> tuple[int, int]:
    """How many words from here on are one number, which begins here, and the number."""
    whole, part, i = 0, None, start
    while i < len(plain) and (i == start or joined[i - 1]):
        word = plain[i]
        if word in _SMALL and _fits(_SMALL[word], part):
            part = (part or 0) + _SMALL[word]
        elif word == "hundred" and (part is None or 0 < part < 100):
            part = 100 * (part or 1)
        elif word in _GREAT and (part is not None or i == start):
            whole, part = whole + (part or 1) * _GREAT[word], None
        elif not (word == "and" and _goes_on(plain, i, whole, part)):
            break
        i += 1
    return i - start, whole + (part or 0)


def _fits(small: int, part: int | None) -> bool:
    """Twenty-two and a hundred and two are one number; two two, ten two and twenty twenty are not."""
    if part is None:
        return True
    return (part >= 100 and part % 100 == 0) or (small < 10 and part % 100 >= 20 and part % 10 == 0)


def _goes_on(plain: list[str], i: int, whole: int, part: int | None) -> bool:
    """Whether "and" is inside a number, as in "four hundred and six", and not "one hundred and two hundred"."""
    after = [*plain[i + 1 : i + 3], "", ""]
    large = whole > 0 if part is None else part >= 100 and part % 100 == 0
    anew = after[1] == "hundred" or (part is None and after[1] in _GREAT)
    return large and after[0] in _SMALL and not anew


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    if word[0].isdigit():
        return word.replace(",", "")
    if word.endswith("n't"):
        return "not"
    return str(_ENGLISH.stemWord(word.removesuffix("'s")))


DENIALS = frozenset(words_of("not no never none nobody nothing neither nor without cannot"))
"""What denies what comes after it."""

COMMON = DENIALS | frozenset(
    words_of(
        "a an the that this these those it its itself he his him she her hers they their them we our us you your i my "
        "who whom whose which what when where why how is are was were be been being am do does did done doing has have "
        "had having will would can could may might shall should must to of in on at by for from with as into onto than "
        "then so and or but if because one ones there here all any some each every most more much many very only just "
        "also too such same other another own about over under up down out off"
    )
)
"""Words that say little of what a text is about."""
