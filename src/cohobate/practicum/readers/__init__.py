"""Readers of a text as assistants: a question with options, and a text or none, to an option or `IDK`.

A reader's seat is the vocabulary's `Assistant`, so a program, a person and a language model can sit in it, and what
has only a distillation can be compared by `fidelity` with what has the source:

    with_draft, with_source = having(rule_reader(), draft), having(rule_reader(), source)
    fidelity(with_draft, with_source, questions)

`seat` is that seat, `rule` the one reader that ships, and `rehearsal` lets a reader answer all items of a test. What a
rule answers is a rehearsal, no substitute for people: what it cannot find, a person may understand, and what it finds a
person may overlook.
"""

from cohobate.practicum.readers.rehearsal import (
    NO_TEXT,
    REHEARSAL,
    Keyed,
    Passage,
    Row,
    Tally,
    as_csv,
    rehearse,
    tallied,
)
from cohobate.practicum.readers.rule import Embed, Look, looks, rule_reader
from cohobate.practicum.readers.seat import Question, Reader, guessing, having

__all__ = [
    "NO_TEXT",
    "REHEARSAL",
    "Embed",
    "Keyed",
    "Look",
    "Passage",
    "Question",
    "Reader",
    "Row",
    "Tally",
    "as_csv",
    "guessing",
    "having",
    "looks",
    "rehearse",
    "rule_reader",
    "tallied",
]
