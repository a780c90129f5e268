"""The facilitator's seat when somebody works alone: a guide that asks the workshop's own questions.

A facilitator is an overseer who may only ask, say back and restate. So the seat takes any `Overseer[Turn, str]`: it
looks at the transcript of one stage, what was asked and what was answered, and gives the next turn, or passes. `Guide`
is the one that ships. It goes through the questions that the workshop file has ready; where an answer is vague by one
of the rules below it says which word was vague and asks for something concrete, twice at most; at the end it says back
what was written, in the writer's own words. It never adds an idea, since it has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from cohobate.events import HOUSE
from cohobate.practicum.room import Entry, Place, Room
from cohobate.practicum.workshop import Stage
from cohobate.vocabulary import IDK, Act, Ask, Exchange, Overseer, Pass, Transcript, Unknown

FEWEST_WORDS = 4
"""Words below which an answer is too short to be a picture."""

TWICE = 2
"""How often in a row the guide insists."""

SAID_BACK = 600
"""Characters of an answer that are said back, at most."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a facilitator says."""

    text: str
    move: Literal["ask", "say_back", "restate"] = "ask"
    concrete: bool = False
    """Whether it asks for something concrete."""
    why: str = ""
    """What gave rise to it, for the one who is asked; "" if it is simply the next question."""


Facilitator: TypeAlias = Overseer[Turn, str]
"""Transcripts of a stage to turns: `Ask(turn)`, or `Pass()` when there is nothing more to ask."""


# --- vagueness ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vague:
    """A rule that an answer fell under."""

    rule: str
    word: str
    """The word that showed it; "" if the whole answer did."""
    ask: str
    """What to ask then."""


PLACEHOLDERS: Final = re.compile(
    r"\b(something|somebody|someone|somehow|somewhere|things?|stuff|aspects?|factors?|various|several|certain|"
    r"etc|and so on|kind of|sort of|whatever|it depends)\b",
    re.I,
)
GENERALITIES: Final = re.compile(
    r"\b(in general|generally|usually|typically|often|always|in principle|in practice|overall|broadly|everyone|"
    r"everybody|people|society|systems?)\b",
    re.I,
)
ABSTRACTIONS: Final = re.compile(r"\b[a-z]{4,}(?:tions?|ity|ities|ness(?:es)?|isms?|[ae]nces?|olog(?:y|ies))\b", re.I)
SIGNS: Final = re.compile(
    r"\b(for example|for instance|such as|like when|imagine|suppose|yesterday|today|last|once|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday|my|our|i|he|she)\b|\be\.g\.|\bsay,|\d|[\"“”„«»]",
    re.I,
)


def vague(text: str) -> list[Vague]:
    """By which of four simple rules a text is vague; none if it seems concrete enough.

    1. It is shorter than four words.
    2. It holds a word that stands for what was not said ("things", "somehow", "various").
    3. It speaks in general ("usually", "people", "in principle").
    4. A sixth of its words or more are abstract by their ending, and nothing in it points at a case: no number, no
       quotation, no "for example", no person, no day.

    The rules know words, not meanings: they are wrong now and then, and whoever is asked may just go on.
    """
    words = re.findall(r"\w+", text)
    found = []
    if len(words) < FEWEST_WORDS:
        found.append(Vague("short", "", "Could you say more: who does what, where, and what would one see?"))
    if match := PLACEHOLDERS.search(text):
        found.append(
            Vague("placeholder", match[0], f"You wrote “{match[0]}”. Which one, for example? Name a single case.")
        )
    if match := GENERALITIES.search(text):
        found.append(Vague("general", match[0], f"You wrote “{match[0]}”. When did it last happen, and to whom?"))
    abstract = ABSTRACTIONS.findall(text)
    if words and 6 * len(abstract) >= len(words) and not SIGNS.search(text):
        found.append(Vague("abstract", abstract[0], f"What is “{abstract[0]}” here, physically? Give one example."))
    return found


# --- the guide ----------------------------------------------------------------------------------------------------


class Guide:
    """The facilitator that ships: a function of one stage's questions and of the transcript so far."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def __call__(self, transcripts: Sequence[Transcript[Turn, str]], /) -> Sequence[Act[Turn, str]]:
        return [self._next(transcript) for transcript in transcripts]

    def _next(self, transcript: Transcript[Turn, str]) -> Act[Turn, str]:
        asked = [step.question for step in transcript.steps]
        last = transcript.steps[-1] if transcript.steps else None
        if last is not None and last.question.move == "ask" and last.answer is not IDK:
            insisted = 0
            for turn in reversed(asked):
                if not turn.why:
                    break
                insisted += 1
            reasons = vague(last.answer)
            fresh = [reason for reason in reasons if reason.ask not in {turn.text for turn in asked}]
            if fresh and insisted < TWICE:
                return Ask(Turn(fresh[0].ask, concrete=True, why=fresh[0].word or "the answer is short"))
        done = {turn.text for turn in asked}
        for question in self.stage.ask:
            if question not in done:
                return Ask(Turn(question, concrete=self.stage.target is not None))
        if not any(turn.move == "say_back" for turn in asked) and (text := _longest(transcript.steps)):
            return Ask(Turn(f"You said: “{text}” Is that what you meant?", move="say_back"))
        return Pass()


def _longest(steps: Sequence[Exchange[Turn, str]]) -> str:
    answers = [step.answer for step in steps if step.answer is not IDK]
    longest = max((" ".join(answer.split()) for answer in answers), key=len, default="")
    return longest if len(longest) <= SAID_BACK else f"{longest[: SAID_BACK - 1]}…"


def transcript(room: Room, place: Place) -> Transcript[Turn, str]:
    """What was asked and answered at a place, for whoever takes the facilitator's seat.

    An answer is all that the people said and wrote between one turn and the next. What was not answered yet has the
    answer "" and stands last; what was answered aloud, in words that nobody wrote down, has the answer `IDK`.
    """
    stage = room.workshop.stages[place[1]]
    found: Transcript[Turn, str] = Transcript(Turn(stage.prompt(None)))
    facilitating = {seat.name for seat in room.workshop.seats.values() if seat.does == "facilitates"}
    happened: list[tuple[int, Turn | str]] = []
    for said in room.talk:
        if said.place == place:
            turn = Turn(said.text, _move(said.move), said.concrete, said.why)
            asked = said.by == HOUSE or said.seat in facilitating
            happened.append((said.sequence, turn if asked else said.text))
    # What nobody else may see is not repeated by the guide, whose turns are for everybody.
    shown = (entry for entry in room.at_place(place) if not room.hidden(entry, None))
    happened += [(entry.latest, _written(room, entry)) for entry in shown]
    turn_: Turn | None = None
    answers: list[str] = []
    for _, one in sorted(happened, key=lambda pair: pair[0]):
        if isinstance(one, Turn):
            if turn_ is not None:
                found = found.asked(turn_, _answer(answers))
            turn_, answers = one, []
        elif turn_ is not None:
            answers.append(one)
    return found if turn_ is None else found.asked(turn_, _answer(answers))


def _answer(parts: Sequence[str]) -> str | Unknown:
    """What was said and written as one answer; what was said aloud and not written down is an empty part."""
    return IDK if parts and not any(parts) else "\n".join(filter(None, parts))


def _written(room: Room, entry: Entry) -> str:
    """What somebody wrote in an entry, in their own words: neither what they chose nor which question it was."""
    fields = room.thing_of(entry).form.fields
    own = [one.name for one in fields if one.kind != "choice" and one.name != "question"]
    return "\n".join(entry.values[name] for name in own if entry.values.get(name))


def _move(move: str) -> Literal["ask", "say_back", "restate"]:
    return "say_back" if move == "say_back" else "restate" if move == "restate" else "ask"


def next_turn(room: Room, facilitator: Facilitator | None = None) -> Turn | None:
    """What the facilitator says now in a room that is run alone; None if it has nothing to say, or waits for an answer.

    facilitator: who has the seat; the guide, unless something else is given
    """
    stage = room.stage
    if stage is None or room.ended or stage.solo or not (stage.ask or stage.target):
        return None
    so_far = transcript(room, room.place)
    if so_far.steps and so_far.steps[-1].answer == "" and so_far.steps[-1].question.move == "ask":
        return None
    act = (facilitator or Guide(stage))([so_far])[0]
    return act.question if isinstance(act, Ask) else None


__all__ = [
    "ABSTRACTIONS",
    "FEWEST_WORDS",
    "GENERALITIES",
    "PLACEHOLDERS",
    "SAID_BACK",
    "SIGNS",
    "TWICE",
    "Facilitator",
    "Guide",
    "Turn",
    "Vague",
    "next_turn",
    "transcript",
    "vague",
]
