"""The guide for those who work alone: which answers are vague to it, what it asks then, and who may take its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.events import HOUSE
from cohobate.practicum.alone import SAID_BACK, TWICE, Guide, Turn, next_turn, transcript, vague
from cohobate.practicum.workshop import TRACKED, read_workshop, shipped
from cohobate.vocabulary import IDK, Ask, Pass, Transcript

# --- vagueness ------------------------------------------------------------------------------------------------------


def rules(text):
    return [one.rule for one in vague(text)]


@pytest.mark.parametrize("text", ["", "   ", "Yes.", "A red door", "…", "it bends"])
def test_fewer_than_four_words_are_vague(text):
    assert rules(text)[0] == "short"


@pytest.mark.parametrize("text", ["A red door opens", "Ann folds her map", "1 2 3 4"])
def test_four_words_are_not_too_short(text):
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Then something falls off the table", "something"),
        ("Ann moves Things from here to there", "Things"),
        ("They somehow agree on the red door", "somehow"),
        ("Various cooks stand around one pot", "Various"),
        ("The cook, the waiter, etc. go home", "etc"),
        ("It is a kind of map with folds", "kind of"),
        ("It depends on who folds the map", "It depends"),
    ],
)
def test_a_word_in_the_place_of_what_was_not_said_is_vague(text, word):
    found = vague(text)[0]
    assert (found.rule, found.word) == ("placeholder", word)
    assert found.ask == f"You wrote “{word}”. Which one, for example? Name a single case."


@pytest.mark.parametrize("text", ["The nothings in her tea went cold", "Bob is uncertain which door is red"])
def test_a_word_that_only_contains_such_a_word_is_not(text):
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The red door usually stays shut", "usually"),
        ("People fold maps along the crease", "People"),
        ("In principle the map folds nine times", "In principle"),
        ("Every System of cooks has one pot", "System"),
    ],
)
def test_speaking_in_general_is_vague(text, word):
    found = vague(text)[0]
    assert (found.rule, found.word) == ("general", word)
    assert "When did it last happen, and to whom?" in found.ask


@pytest.mark.parametrize("text", ["Ann shut the red door at noon", "Two cooks stand around one pot"])
def test_speaking_of_one_case_is_not(text):
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Coordination needs communication between the cooks", "Coordination"),
        ("The complexity of the responsibilities grows", "complexity"),
        ("The awareness was missing there", "awareness"),
        ("Their abilities fall short there", "abilities"),
        ("Dependences among cooks are at fault", "Dependences"),
    ],
)
def test_many_abstract_words_that_point_at_no_case_are_vague(text, word):
    found = vague(text)[0]
    assert (found.rule, found.word) == ("abstract", word)
    assert found.ask == f"What is “{word}” here, physically? Give one example."


@pytest.mark.parametrize(
    "text",
    [
        "Coordination broke down when he shouted",
        "Coordination needs 3 cooks around the pot",
        "The cook said “coordination” and left the kitchen",
        "The complexity, for example of the pot, grows",
        "The complexity, e.g. of the pot, grows",
        "Say, coordination of the cooks around the pot",
        "On Monday the communication of the cooks broke down",
        "Imagine the organisation of a kitchen with one pot",
    ],
)
def test_abstract_words_beside_a_number_a_quotation_a_person_a_day_or_an_example_are_not(text):
    assert rules(text) == []


def test_one_abstract_word_among_seven_is_not_many_and_one_among_six_is():
    assert rules("the cook left the kitchen before organisation") == []
    assert rules("the cook left before the organisation") == ["abstract"]


@pytest.mark.parametrize("text", ["The station near the city was at war", "Her mission ended in the dark"])
def test_short_words_that_only_end_alike_are_not_abstract(text):
    assert rules(text) == []


def test_an_answer_may_fall_under_several_rules_each_once_in_their_order():
    assert rules("things usually") == ["short", "placeholder", "general"]
    assert rules("Things usually reach saturation") == ["placeholder", "general", "abstract"]


@given(st.text(max_size=60))
def test_whatever_is_answered_each_rule_has_a_question_and_names_a_word_of_the_answer(text):
    for one in vague(text):
        assert one.word in text
        assert one.ask.endswith(("?", "."))


# --- the guide as a function of transcripts -------------------------------------------------------------------------

CONCRETE = "Ann folds her road map on Monday"
ABSTRACT = "Coordination needs communication between the cooks"


@pytest.fixture
def stage(bench):
    """A stage with two questions ready and a target."""
    return bench.stages[1]


def conversed(stage, *answers, most=30):
    """What the guide says until it has nothing more to say, to someone who gives these answers, the last one again."""
    guide, so_far, said = Guide(stage), Transcript(Turn(stage.prompt(None))), []
    while isinstance(act := guide([so_far])[0], Ask):
        said.append(act.question)
        so_far = so_far.asked(act.question, answers[min(len(said), len(answers)) - 1])
        assert len(said) <= most
    assert act == Pass()
    return said


def test_to_concrete_answers_the_guide_asks_its_questions_in_order_says_back_once_and_passes(stage):
    said = conversed(stage, CONCRETE)
    assert [turn.text for turn in said] == [*stage.ask, f"You said: “{CONCRETE}” Is that what you meant?"]
    assert [turn.move for turn in said] == ["ask", "ask", "say_back"]
    assert [turn.why for turn in said] == ["", "", ""]


def test_the_questions_of_a_stage_with_a_target_count_as_requests_for_something_concrete(stage, workshops):
    assert all(turn.concrete == (turn.move == "ask") for turn in conversed(stage, CONCRETE))
    for workshop in workshops.values():
        for one in workshop.stages:
            if one.target is None:
                assert not any(turn.concrete for turn in conversed(one, CONCRETE))


def test_to_a_vague_answer_the_guide_insists_names_the_word_and_goes_on_once_it_is_concrete(stage):
    said = conversed(stage, "Then something falls off the table", CONCRETE)
    assert [turn.text for turn in said[:3]] == [
        stage.ask[0],
        "You wrote “something”. Which one, for example? Name a single case.",
        stage.ask[1],
    ]
    assert (said[1].why, said[1].concrete, said[1].move) == ("something", True, "ask")


def test_the_guide_insists_twice_in_a_row_at_most(stage):
    answers = [
        "Then something falls down",
        "People usually drop stuff",
        "In general everybody does",
        "It depends on society",
    ]
    said = conversed(stage, *answers)
    insisted = [bool(turn.why) for turn in said]
    assert insisted[: TWICE + 2] == [False, True, True, False]
    assert said[TWICE + 1].text == stage.ask[1]


def test_the_guide_never_insists_twice_in_the_same_words(stage):
    said = conversed(stage, "Things")
    assert len({turn.text for turn in said}) == len(said)


def test_a_short_answer_has_no_word_to_name_and_the_reason_says_so(stage):
    said = conversed(stage, "Yes.", CONCRETE)
    assert said[1].why == "the answer is short"


def test_an_answer_that_nobody_knows_is_not_insisted_on(stage):
    assert [turn.text for turn in conversed(stage, IDK)] == list(stage.ask)


def test_what_is_said_back_is_the_longest_answer_in_its_own_words_cut_off_where_it_is_very_long(stage):
    said = conversed(stage, CONCRETE, "Bob cuts a sail\n  on  Tuesday evening, at the pier of Kiel")
    assert (
        said[-1].text == "You said: “Bob cuts a sail on Tuesday evening, at the pier of Kiel” Is that what you meant?"
    )
    (quoted,) = [turn.text for turn in conversed(stage, "my map " * 500) if turn.move == "say_back"]
    assert f"{('my map ' * 500)[: SAID_BACK - 1]}…”" in quoted


def test_a_stage_without_questions_has_nothing_to_ask(bench):
    assert Guide(bench.stages[3])([Transcript(Turn("Write."))]) == [Pass()]


def test_transcripts_do_not_influence_each_other(stage):
    fresh = Transcript(Turn(""))
    later = fresh.asked(Turn(stage.ask[0]), CONCRETE)
    assert Guide(stage)([fresh, later, fresh]) == [Guide(stage)([one])[0] for one in (fresh, later, fresh)]


WORDS = st.sampled_from(
    ["Ann", "things", "usually", "people", "coordination", "folds", "3", "maps", "etc", "somehow", "i"]
)


@given(st.sampled_from([one for workshop in shipped().values() for one in workshop.stages]), st.data())
def test_whatever_is_answered_the_guide_comes_to_an_end_and_asks_every_question_on_the_way(one, data):
    answers = data.draw(st.lists(st.lists(WORDS, max_size=9).map(" ".join), min_size=1, max_size=20))
    said = conversed(one, *answers, most=(TWICE + 1) * len(one.ask) + 1)
    asked = [turn.text for turn in said]
    assert [question for question in asked if question in one.ask] == list(dict.fromkeys(one.ask))
    assert sum(turn.move == "say_back" for turn in said) <= 1
    assert {turn.move for turn in said} <= {"ask", "say_back"}


def test_the_guide_adds_no_idea_all_its_words_are_the_workshops_the_writers_or_those_of_its_rules(stage):
    for turn in conversed(stage, ABSTRACT, CONCRETE):
        assert (
            turn.text in stage.ask
            or turn.text in {one.ask for one in vague(ABSTRACT)}
            or turn.text == f"You said: “{ABSTRACT}” Is that what you meant?"
        )


# --- in a room ------------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(play):
    """A room that ann runs alone, at the stage that has questions ready."""
    return play(alone=True, explainer="ann", at="Together")


def speaks(game, facilitator=None, seat="facilitator"):
    """The facilitator's turn, taken in as whoever keeps the room does it."""
    turn = next_turn(game.room, facilitator)
    if turn is not None:
        held = {"seat": seat, "move": turn.move, "concrete": turn.concrete}
        game.house("say", held, {"text": turn.text, "why": turn.why})
    return turn


def test_the_guide_asks_first_and_waits_for_an_answer(alone):
    assert speaks(alone).text == "Who does that?"
    assert next_turn(alone.room) is None
    alone.says("ann", "tell", CONCRETE)
    assert speaks(alone).text == "What would I see?"


def test_an_answer_aloud_counts_though_nobody_wrote_it_down(alone):
    speaks(alone)
    alone.says("ann", "tell", "", aloud="yes")
    assert speaks(alone).text == "What would I see?"


def test_what_is_written_answers_as_what_is_said_does(alone):
    speaks(alone)
    alone.writes("ann", "story", text="Then something falls off the table")
    turn = speaks(alone)
    assert turn.text.startswith("You wrote “something”.")
    assert alone.room.talk[-1].why == "something"
    assert alone.room.name_of(alone.room.talk[-1].by) == "the guide"


def test_what_was_chosen_or_reckoned_is_no_answer_in_ones_own_words(alone):
    speaks(alone)
    alone.writes("ann", "freedoms", text="The colour of her map")
    alone.writes("ann", "guesses", block="all", text="20 ms")
    alone.writes("ann", "terms", term="crease", type="a line")
    (step,) = transcript(alone.room, alone.room.place).steps
    assert step.answer == "The colour of her map\nall\n20 ms\ncrease\na line"


def test_what_somebody_keeps_in_mind_is_no_answer(play):
    game = play(alone=True, explainer="ann", at="Together")
    game.does("ann", "back")
    game.writes("ann", TRACKED, text="a map")
    assert transcript(game.room, (0, 0)).steps == ()
    game.house("say", {"seat": "facilitator", "move": "ask", "concrete": False}, {"text": "What?"})
    game.does("ann", "write", entry=next(game.room.written(TRACKED)).id, text="another map")
    assert [(step.question.text, step.answer) for step in transcript(game.room, (0, 0)).steps] == [("What?", "")]


def test_what_was_struck_out_is_no_answer(alone):
    speaks(alone)
    story = alone.writes("ann", "story", text=CONCRETE)
    alone.does("ann", "strike", entry=story)
    assert next_turn(alone.room) is None


def test_an_answer_is_all_that_was_said_and_written_until_the_next_turn_and_belongs_to_its_place(alone):
    alone.says("ann", "tell", "Before anything was asked.")
    speaks(alone)
    alone.says("ann", "tell", "Ann folds a map.")
    alone.writes("ann", "story", text="On Monday.")
    speaks(alone)
    alone.does("ann", "recurse", about="a map")
    alone.goes_to("Together")
    found = transcript(alone.room, (0, 1))
    assert [(step.question.text, step.answer) for step in found.steps] == [
        ("Who does that?", "Ann folds a map.\nOn Monday."),
        ("What would I see?", ""),
    ]
    assert found.question == Turn("Put it together.")
    assert transcript(alone.room, (1, 1)).steps == ()
    assert speaks(alone).text == "Who does that?"


def test_after_saying_back_the_guide_is_content_whether_or_not_it_is_answered(alone):
    for _ in range(2):
        speaks(alone)
        alone.says("ann", "tell", CONCRETE)
    assert speaks(alone).move == "say_back"
    assert next_turn(alone.room) is None
    alone.says("ann", "tell", "Things")
    assert next_turn(alone.room) is None


def test_the_guide_says_nothing_where_each_works_alone_in_the_lobby_or_after_the_end(play):
    game = play(alone=True, explainer="ann")
    assert next_turn(game.room) is None
    game.does("ann", "bring", thing="claim", text="So")
    game.goes_to("Alone")
    assert next_turn(game.room) is None
    game.goes_to("Together")
    assert next_turn(game.room) is not None
    game.does("ann", "end")
    assert next_turn(game.room) is None


def test_the_seat_takes_any_overseer(alone):
    """One that says back whatever was answered, and asks nothing of its own."""

    def parrot(transcripts):
        return [
            Ask(Turn(f"So: {one.steps[-1].answer}", "restate")) if one.steps else Ask(Turn("Begin."))
            for one in transcripts
        ]

    assert speaks(alone, parrot).text == "Begin."
    assert next_turn(alone.room, parrot) is None
    alone.says("ann", "tell", "My map tears.")
    assert speaks(alone, parrot) == Turn("So: My map tears.", "restate")
    assert [(said.by, said.move, said.steering) for said in alone.room.talk if said.by == HOUSE] == [
        (HOUSE, "ask", False),
        (HOUSE, "restate", False),
    ]


def test_an_overseer_that_passes_or_answers_says_nothing(alone):
    assert next_turn(alone.room, lambda transcripts: [Pass() for _ in transcripts]) is None


def test_a_person_in_the_facilitators_seat_leaves_the_same_transcript_as_the_guide(play, alone):
    person = play(explainer="ann", facilitator="bob", at="Together")
    person.says("bob", "ask", "Who does that?", concrete="yes")
    speaks(alone)
    for game in (person, alone):
        game.says("ann", "tell", CONCRETE)
    assert transcript(person.room, (0, 1)) == transcript(alone.room, (0, 1))


def test_in_a_workshop_without_a_facilitators_seat_the_guide_knows_what_it_has_asked(play, bench):
    workshop = read_workshop(bench.text.replace("does: facilitates", "does: works")).workshop
    game = play(workshop, alone=True, explainer="ann", at="Together")
    assert speaks(game, seat=None).text == "Who does that?"
    assert next_turn(game.room) is None
    game.says("ann", "tell", CONCRETE)
    assert speaks(game, seat=None).text == "What would I see?"


def test_every_workshop_that_ships_is_guided_from_its_first_stage_to_its_last(play, workshops):
    for workshop in workshops.values():
        working = [seat.name for seat in workshop.seats.values() if seat.does in ("explains", "works")]
        game = play(workshop, alone=True, at=workshop.stages[0].name, **{working[0]: "ann"})
        for stage in workshop.stages:
            game.goes_to(stage.name)
            turns = 0
            while speaks(game):
                game.says("ann", "tell", CONCRETE)
                turns += 1
            assert turns == (0 if stage.solo or not stage.ask else len(stage.ask) + 1), (workshop.name, stage.name)
        assert game.room == game.replayed()
