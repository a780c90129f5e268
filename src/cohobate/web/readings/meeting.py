"""Whether a reader would meet two versions of one passage, in one test or in two: told by the words that are read,
whatever they are from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import combinations, product

from cohobate.errors import Refused
from cohobate.practicum.reading.alike import Shared, shared
from cohobate.practicum.reading.trial import Pair, Stretch, Trial
from cohobate.web.readings import texts

QUOTED = 12
"""Words of what is shared that a refusal shows, at most."""


def none_meets(trial: Trial) -> None:
    """Raises Refused if what is read for some passage of a test is read for another one too."""
    for one, other in combinations(trial.passages.values(), 2):
        _apart(one, list(_texts(one)), other)


def source_meets_none(trial: Trial, passage: str, source: Stretch) -> None:
    """Raises Refused if a passage that is to be taken says what another one says."""
    text = texts.source_plain(source)
    for other in trial.passages.values():
        found = shared(text, texts.source_plain(other.source)) if other.id != passage else None
        if found and found.too_much:
            raise Refused(
                f"this has {_told(found)} in common with '{other.title}', and who has read one would know of the "
                "other; choose a stretch that stands by itself"
            )


def version_meets_none(trial: Trial, passage: str, version: Stretch) -> None:
    """Raises Refused if a text that is to be read for a passage is read for another one too, as its source or as its
    distillation."""
    pair = trial.passages[passage]
    for other in trial.passages.values():
        if other.id != passage:
            _apart(pair, [_version(version)], other)


def meets(trial: Trial, others: Iterable[Trial]) -> bool:
    """Whether something that is read in a test is read in one of these others too."""
    here = list(_all_texts(trial))
    there = (text for other in others for text in _all_texts(other))
    return any(shared(one, another).too_much for another, one in product(there, here))


def _apart(one: Pair, read: list[str], other: Pair) -> None:
    for text in read:
        for another in _texts(other):
            found = shared(text, another)
            if found.too_much:
                raise Refused(
                    f"what is read for '{one.title}' and for '{other.title}' has {_told(found)} in common, so readers "
                    "would meet two versions of a passage; choose for each what is about it alone"
                )


def _told(found: Shared) -> str:
    words = found.run.split()
    return f"{found.words:,} words (“{' '.join(words[:QUOTED])}{' …' if len(words) > QUOTED else ''}”)"


def _all_texts(trial: Trial) -> Iterator[str]:
    for pair in trial.passages.values():
        with suppress(Refused):  # a source may have gone since
            yield from _texts(pair)


def _texts(pair: Pair) -> Iterator[str]:
    yield texts.source_plain(pair.source)
    if pair.version:
        yield _version(pair.version)


def _version(version: Stretch) -> str:
    try:
        return texts.version_plain(version)
    except Refused:
        return ""  # its text was taken out, so nobody reads it: such a test is not opened
