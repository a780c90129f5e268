"""A room that is played: acts are decided, chained and taken in, as whoever keeps a room does it."""

import pytest

from cohobate.errors import Refused
from cohobate.events import HOUSE, follow
from cohobate.practicum.acts import Act, decide
from cohobate.practicum.room import fold
from cohobate.practicum.workshop import Workshop, read_workshop, shipped

BENCH = """---
title: Bench
version: 1
about: A workshop that has everything.
topic: whatever has to be tried
seats:
  explainer: {min: 1, max: 1, does: explains, duty: has the idea}
  facilitator: {min: 1, max: 1, does: facilitates, duty: asks for examples}
  helper: {min: 0, max: 3, does: works}
  listener: {min: 0, max: 18, does: watches}
leads: [explainer, facilitator]
tracks: [a prototypical example]
needs:
  claim: {form: statement, title: The claim}
  notes: {form: note, title: Old notes, optional: true}
makes:
  diary: {form: note, seen: author, by: [explainer, facilitator, helper]}
  ideas: {form: list, unlike_earlier: true, by: [explainer, facilitator, helper], rubric: [It is new.]}
  pictures: {form: answers, by: [explainer, facilitator, helper]}
  story: {form: statement, by: [explainer, helper]}
  examples: {form: examples}
  terms: {form: terms, by: [explainer, facilitator]}
  freedoms: {form: freedoms, by: [explainer]}
  instances: {form: instances}
  evidence: {form: evidence}
  looks: {form: experiments, rubric: [One sees it within a minute., It could come out otherwise.]}
  hooks: {form: hooks, seen: [explainer, helper]}
  guesses: {form: estimates}
  tree: {form: tree, sides: [plan, failure]}
stages:
  - name: Alone
    minutes: 5
    solo: true
    writes: [ideas, pictures, evidence, guesses]
    questions: ["What is it?", "What would show that it is false?"]
  - name: Together
    minutes: 10
    writes: [story, examples, terms, freedoms, instances, evidence, looks, hooks, guesses, tree]
    annoying: examples
    ask: ["Who does that?", "What would I see?"]
    target: 6
    if_vague: Alone
  - name: Hard
    minutes: 20
    acts: [explainer, facilitator, helper]
    writes: [story, freedoms]
    most: 2
    if_vague: Together
  - name: Diary
    minutes: 5
    acts: [explainer, facilitator]
    solo: true
    reveal: false
    writes: diary
---
Everything once.

## Alone

Write what comes to mind.

## Together

Put it together.

### explainer

Tell it.

### facilitator

Ask.

## Hard

Two at most.

## Diary

For yourself.
"""
"""A workshop with every form, solo work with and without a reveal, a limit, a need and a sub-session."""


class Play:
    """A room, and the acts that are done in it.

    now:  the clock, in seconds; it goes on by a second an act, and by what a test adds to it
    """

    def __init__(self, workshop: Workshop, host: str = "ann", alone: bool = False) -> None:
        self.workshop = workshop
        self.events = []
        self.room = fold(workshop, [])
        self.now = 1_000_000.0
        self.take_in(host, "open", {"alone": alone}, {"title": "A room", "topic": "why it is so"})

    def take_in(self, actor, kind, data=None, words=None, id=None):
        """What happens without being asked for, and the event that it makes."""
        number = len(self.events) + 1
        event = follow(
            self.events[-1] if self.events else None,
            id=id or f"event-{number:04d}",
            at=self.now,
            actor=actor,
            kind=kind,
            data=data,
            words=words,
            salt=f"{number:016x}",
        )
        self.now += 1
        self.events.append(event)
        self.room.apply(event)
        return event

    def house(self, kind, data=None, words=None):
        """What the house does."""
        return self.take_in(HOUSE, kind, data, words)

    def does(self, who, kind, /, id=None, **fields):
        """An act that is allowed, and its event."""
        id = id or f"event-{len(self.events) + 1:04d}"
        return self.take_in(who, kind, *decide(self.room, who, Act(id, kind, fields)), id=id)

    def refused(self, who, kind, /, **fields):
        """The sentence with which an act is refused."""
        with pytest.raises(Refused) as refusal:
            self.does(who, kind, **fields)
        return str(refusal.value)

    def writes(self, who, thing, /, **fields):
        """Something new is written; its id."""
        return self.does(who, "write", thing=thing, **fields).data["entry"]

    def says(self, who, move, text, /, **fields):
        """Something is said; its id."""
        return self.does(who, "say", move=move, text=text, **fields).id

    def goes_to(self, stage, who=None):
        """The room is moved on until it is at the stage of that name."""
        while self.room.stage is None or self.room.stage.name != stage:
            self.does(who or self.room.host, "advance")

    def replayed(self, number=None):
        """The room after the first events, folded anew."""
        return fold(self.workshop, self.events[:number])


@pytest.fixture(scope="session")
def bench():
    """A workshop with every form, every kind of seat and stage, a need, a limit and a sub-session."""
    reading = read_workshop(BENCH, "bench")
    assert reading.mistakes == ()
    return reading.workshop


@pytest.fixture(scope="session")
def workshops():
    """The workshops that ship, by name."""
    return shipped()


@pytest.fixture(scope="session")
def play(bench):
    """Makes rooms to play, as in `play(explainer="ann", facilitator="bob", nowhere="eve lou", at="Together")`.

    Each seat has the ids of who sits there, `nowhere` those who look on; ann is the host. With `at`, what the workshop
    needs is brought and the room is moved on to that stage.
    """

    def begin(workshop=bench, *, at=None, alone=False, **seats):
        game = Play(workshop, alone=alone)
        for seat, people in seats.items():
            for who in people.split():
                game.does(who, "join", name=who.capitalize(), seat="" if seat == "nowhere" else seat)
        if at is not None:
            for need in workshop.needs.values():
                if not need.optional:
                    game.does("ann", "bring", thing=need.name, text="It is so.")
            game.goes_to(at)
        return game

    return begin
