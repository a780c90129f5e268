"""Every workshop that ships is played from its first stage to its last: alone, by few, and by as many as it takes."""

import pytest

from cohobate.practicum.forms import FORMS
from cohobate.practicum.workshop import MOST_PEOPLE, shipped

SHIPPED = shipped()

every_workshop = pytest.mark.parametrize("workshop", SHIPPED.values(), ids=SHIPPED)


def bring(game):
    for need in game.workshop.needs.values():
        game.does("ann", "bring", thing=need.name, text="A rope, and where it is frayed.")


def fields_of(form, number):
    """Something to fill a form in with."""
    text = "20 ms" if form.name == "estimates" else f"Rope {number}, frayed at the third knot."
    return {field.name: text for field in form.fields if field.kind != "choice" and field.name != "question"}


def write_all(game, who):
    """Writes everything that somebody may write where the room is; how much it was."""
    stage, seat = game.room.stage, game.room.seat_of(who)
    written = 0
    for name in stage.writes:
        thing = game.workshop.makes[name]
        if seat.name in thing.by and seat.name in stage.acts:
            numbers = range(len(stage.questions)) if thing.form is FORMS["answers"] else (0,)
            for number in numbers:
                question = {"question": str(number)} if thing.form is FORMS["answers"] else {}
                game.writes(who, name, **fields_of(thing.form, len(game.events)), **question)
                written += 1
    return written


def play_through(game, people):
    """From the first stage to the end; everybody writes what they may, and what can be revealed is."""
    bring(game)
    for stage in game.workshop.stages:
        game.does("ann", "advance")
        assert game.room.stage is stage
        assert sum(write_all(game, who) for who in people) >= len(stage.writes)
        if stage.solo and stage.reveal:
            game.does("ann", "reveal")
    game.does("ann", "end")


def seated(play, workshop, how_many):
    """People in the seats of a workshop, as many in each as `how_many` says, 20 in all at most; ann is one of them."""
    names = iter(["ann", *(f"p{number:02d}" for number in range(MOST_PEOPLE))])
    seats, free = {}, MOST_PEOPLE
    for seat in workshop.seats.values():
        here = min(how_many(seat), free)
        free -= here
        if here:
            seats[seat.name] = " ".join(next(names) for _ in range(here))
    return play(workshop, **seats), [who for some in seats.values() for who in some.split()]


@every_workshop
def test_one_person_alone_makes_all_that_there_is_to_make(workshop, play):
    seat = next(
        name
        for name in workshop.seats
        if all(
            name in thing.by and any(name in stage.acts and thing.name in stage.writes for stage in workshop.stages)
            for thing in workshop.makes.values()
        )
    )
    game = play(workshop, alone=True, **{seat: "ann"})
    bring(game)
    for stage in workshop.stages:
        game.does("ann", "advance")
        assert write_all(game, "ann") >= 1, stage.name
    game.does("ann", "end")
    assert all(list(game.room.written(name)) for name in workshop.makes)


@every_workshop
@pytest.mark.parametrize("how", ["as few as can be", "one in each seat", "as many as can be"])
def test_people_together_make_all_of_it_and_hide_nothing_but_what_is_private(workshop, how, play):
    how_many = {
        "as few as can be": lambda seat: seat.least,
        "one in each seat": lambda seat: 1,
        "as many as can be": lambda seat: seat.most,
    }[how]
    game, people = seated(play, workshop, how_many)
    play_through(game, people)
    for entry in game.room.entries.values():
        private = not workshop.makes[entry.thing].seen
        assert private == (workshop.name == "giant-text-file" and entry.thing == "fodder")
        for viewer in people:
            assert game.room.hidden(entry, viewer) == (private and entry.by != viewer)


@every_workshop
def test_whatever_is_vague_can_be_gone_into_and_come_back_from(workshop, play):
    game, people = seated(play, workshop, lambda seat: 1)
    bring(game)
    for stage in workshop.stages:
        game.does("ann", "advance")
        if stage.if_vague is not None:
            game.does("ann", "recurse", about="the rope")
            assert game.room.stage is workshop.stages[stage.if_vague]
            assert sum(write_all(game, who) for who in people)
            game.does("ann", "return", text="It is the one in the shed.")
            assert game.room.stage is stage


@every_workshop
def test_what_a_stage_speaks_of_is_in_view_where_it_is_spoken_of(workshop):
    # A room's page shows what its stage writes: what an earlier stage made has to be named there to be seen.
    looked_at = {
        "existing-evidence": {"What is left of it": "evidence"},
        "fast-experiment": {"What is looked at first": "experiments"},
        "framing": {"What is left": "instances"},
        "game-tree": {"What it rests on": "tree", "What comes back": "tree", "One claim": "bottlenecks"},
        "giant-text-file": {"Threads": "fodder"},
        "great-papers": {"One paragraph": "devices"},
        "hard-problem": {"Ask the world": "guesses", "The attempt": "hunch", "What the guesses were worth": "guesses"},
        "hooks": {"The one you take": "hooks"},
        "prototypical-examples-abstract": {"One thing throughout": "examples"},
        "runtime-fermi": {"Walk through together": "alone", "Run it": "agreed"},
    }
    for stage, thing in looked_at.get(workshop.name, {}).items():
        assert thing in workshop.stages[workshop.place(stage)].writes
