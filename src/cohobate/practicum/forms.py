"""The forms of what people make in a workshop: which fields an entry has, and what each is called.

A form is data: pages draw it, rooms check what is written against it, workshop files name it. A new form is one more
value in `FORMS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

LINE: Final = 500
"""Characters in a field of one line, at most."""
TEXT: Final = 20_000
"""Characters in a field of several lines, at most."""
LONG: Final = 200_000
"""Characters in a text that somebody writes for a whole session, at most."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry."""

    name: str
    label: str
    kind: Literal["line", "text", "long", "choice"] = "text"
    choices: tuple[str, ...] = ()
    """What may be chosen, for a choice. The first one is taken for granted."""
    required: bool = True

    @property
    def most(self) -> int:
        """Characters at most."""
        return {"line": LINE, "text": TEXT, "long": LONG, "choice": LINE}[self.kind]


@dataclass(frozen=True, slots=True)
class Form:
    """What an entry looks like."""

    name: str
    about: str
    """One line for people who write workshops."""
    fields: tuple[Field, ...]
    single: bool = False
    """Whether a person has one entry a stage, which grows, rather than many."""
    nested: bool = False
    """Whether an entry may stand under another one."""

    def field(self, name: str) -> Field | None:
        """The field of that name, if there is one."""
        return next((field for field in self.fields if field.name == name), None)


FOR, AGAINST, EITHER = "for", "against", "either way"
THING, CLAIM = "the example has it, the claim does not", "the claim has it, the example does not"
BOTH = "both have it"

FORMS: Final[Mapping[str, Form]] = {
    form.name: form
    for form in (
        Form("note", "a long text that grows, one a person", (Field("text", "Your notes", "long"),), single=True),
        Form("statement", "one statement a person, kept in all its versions", (Field("text", "The statement"),), True),
        Form("list", "short entries, one after the other", (Field("text", "Entry"),)),
        Form(
            "examples",
            "a sentence or a thing, and a concrete example of it",
            (Field("of", "What it is an example of", "line", required=False), Field("text", "The example")),
        ),
        Form(
            "terms",
            "names of things, and what kind of thing each is",
            (
                Field("term", "Name", "line"),
                Field("type", "What kind of thing", "line", required=False),
                Field("text", "In the example it is", "line", required=False),
            ),
        ),
        Form(
            "freedoms",
            "degrees of freedom, in two columns: what can vary in the example, and in the claim",
            (Field("side", "Which has it", "choice", (THING, CLAIM, BOTH)), Field("text", "What can vary")),
        ),
        Form(
            "instances",
            "instances of a frame, and what the frame says is interesting about each",
            (Field("text", "The instance"), Field("interesting", "What the frame points at", required=False)),
        ),
        Form(
            "evidence",
            "what one can already see in the world, and which way it points",
            (
                Field("text", "What we already see"),
                Field("direction", "Which way it points", "choice", (FOR, AGAINST, EITHER)),
                Field("why", "Why it points there", required=False),
            ),
        ),
        Form(
            "experiments",
            "ways to look at a system",
            (
                Field("text", "What to look at, and how"),
                Field("first", "The first picture on the screen", required=False),
                Field("takes", "How long until then", "line", required=False),
            ),
        ),
        Form(
            "hooks",
            "openings: a concrete picture, and why it matters",
            (Field("text", "The first sentences"), Field("why", "Why a reader would go on", "line", required=False)),
        ),
        Form(
            "estimates",
            "how long each block of a program takes",
            (Field("block", "Block", "line"), Field("text", "It takes (as in 20 ms, or 3e8 cycles)", "line")),
        ),
        Form(
            "answers",
            "each person's own answers to the stage's questions",
            (Field("question", "Question", "line"), Field("text", "Your answer")),
        ),
        Form(
            "tree",
            "an outline in which two sides take turns by depth",
            (Field("text", "Move"),),
            nested=True,
        ),
    )
}
"""By name."""
