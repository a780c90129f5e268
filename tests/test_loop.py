"""The three verbs, on token arrays and on text, with the same code."""

import numpy as np
import pytest

from cohobate import IDK, Answer, Ask, Estimate, Exchange, Pass, Transcript, amplify, distil, failed_decompositions
from cohobate import fidelity as measure
from cohobate.algorithmic.task import ASSISTANT, NOTHING, Task, World
from cohobate.algorithmic.tasks.powering import Powering
from cohobate.errors import WrongUse

# --- token arrays: a task's own H and its own truth -----------------------------------------------------------------


class ScriptedOverseer:
    """H of a task as a function of the transcript alone: its steps are replayed from their start for every act."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def __call__(self, transcripts):
        return [self.act(transcript) for transcript in transcripts]

    def act(self, transcript):
        answers = iter(exchange.answer for exchange in transcript.steps)
        steps = self.task.steps(transcript.question)
        try:
            asked = next(steps)
            while True:
                blank = (asked == NOTHING).all()
                answer = np.array(NOTHING) if blank else next(answers, None)
                if answer is None:
                    return Ask(asked)
                asked = steps.send(answer)
        except StopIteration as done:
            return Answer(done.value)


class PerfectAssistant:
    """Answers about one world: simple questions from the context, the others by the truth."""

    def __init__(self, task: Task, world: World) -> None:
        self.task, self.world = task, world

    def __call__(self, questions):
        batch = np.stack(list(questions))[None]
        simple = self.task.lookup(np.random.default_rng(0), self.world, batch)
        return list(np.where(simple == ASSISTANT, self.task.truth(self.world, batch), simple)[0])


@pytest.fixture
def powering():
    task = Powering(5, bits=4)
    rng = np.random.default_rng(7)
    world = task.draw(rng, 1)
    return task, world, list(task.questions(rng, world, 40)[0])


def test_h_with_a_perfect_assistant_is_right_on_every_question_of_an_array_task(powering):
    task, world, questions = powering
    transcripts = []
    amplified = amplify(
        ScriptedOverseer(task), PerfectAssistant(task, world), most_acts=task.most_acts, record=transcripts.extend
    )
    assert measure(amplified, PerfectAssistant(task, world), questions) == Estimate.of(40, 40)
    for transcript, question in zip(transcripts, questions, strict=True):
        assert transcript.question is question
        assert len(transcript.steps) == 2 + question[-1] - task.symbols.token("0")  # once more if the exponent is odd


def test_amplifying_to_the_leaves_needs_no_more_than_the_simple_questions(powering):
    task, world, questions = powering

    def simple_only(questions):
        batch = np.stack(list(questions))[None]
        answers = task.lookup(np.random.default_rng(0), world, batch)[0]
        return [IDK if answer == ASSISTANT else answer for answer in answers]

    class Cautious(ScriptedOverseer):
        def act(self, transcript):
            unknown = any(exchange.answer is IDK for exchange in transcript.steps)
            return Answer(IDK) if unknown else super().act(transcript)

    shares = []
    assistant = simple_only
    for _ in range(task.bits):
        shares.append(measure(assistant, PerfectAssistant(task, world), questions).share)
        assistant = amplify(Cautious(task), assistant, most_acts=task.most_acts)
    assert shares[0] == 0
    assert shares == sorted(set(shares))  # every round reaches one level further
    assert shares[-1] == 1


# --- text: arithmetic split by hand ---------------------------------------------------------------------------------


def by_hand(transcripts):
    """Splits a sum or product at its first sign, asks for both sides, and puts the answers together."""
    return [split(transcript) for transcript in transcripts]


def split(transcript):
    for sign, combine in (("+", int.__add__), ("*", int.__mul__)):
        if sign in transcript.question:
            sides = transcript.question.split(sign, 1)
            known = [exchange.answer for exchange in transcript.steps]
            if any(answer is IDK for answer in known):
                return Answer(IDK)
            return Answer(str(combine(*map(int, known)))) if len(known) == 2 else Ask(sides[len(known)])
    return Answer(transcript.question) if transcript.question.isdigit() else Pass()


def reads_digits(questions):
    return [question if question.isdigit() else IDK for question in questions]


def test_text_is_amplified_by_the_same_verb():
    once = amplify(by_hand, reads_digits, most_acts=2)
    twice = amplify(by_hand, once, most_acts=2)
    assert once(["7", "3*4", "3*4+5"]) == ["7", "12", IDK]
    assert twice(["7", "3*4", "3*4+5"]) == ["7", "12", "17"]


def test_a_transcript_keeps_what_was_asked_in_its_order():
    kept = []
    amplify(by_hand, reads_digits, most_acts=2, record=kept.extend)(["3*4", "7"])
    assert kept == [Transcript("3*4", (Exchange("3", "3"), Exchange("4", "4")), "12"), Transcript("7", (), "7")]


def test_passing_is_a_failed_decomposition_and_gets_i_dont_know():
    kept = []
    assert amplify(by_hand, reads_digits, most_acts=2, record=kept.extend)(["x", "1+1"]) == [IDK, "2"]
    assert [transcript.answer for transcript in kept] == [None, "2"]
    assert failed_decompositions(kept) == Estimate.of(1, 2)


def test_an_overseer_that_never_answers_is_stopped_after_its_acts():
    def insatiable(transcripts):
        return [Ask("1") for _ in transcripts]

    kept = []
    assert amplify(insatiable, reads_digits, most_acts=3, record=kept.extend)(["a", "b"]) == [IDK, IDK]
    assert [len(transcript.steps) for transcript in kept] == [3, 3]
    assert failed_decompositions(kept) == Estimate.of(2, 2)


def test_saying_i_dont_know_is_an_answer_and_no_failed_decomposition():
    kept = []
    assert amplify(by_hand, reads_digits, most_acts=2, record=kept.extend)(["x+1"]) == [IDK]
    assert failed_decompositions(kept) == Estimate.of(0, 1)


def test_an_overseer_without_acts_must_answer_at_once():
    assert amplify(by_hand, reads_digits, most_acts=0)(["7", "1+1"]) == ["7", IDK]


def test_each_turn_asks_overseer_and_assistant_once_for_all_open_rows():
    seen = []

    def overseer(transcripts):
        seen.append(("overseer", len(transcripts)))
        return by_hand(transcripts)

    def assistant(questions):
        seen.append(("assistant", list(questions)))
        return reads_digits(questions)

    amplify(overseer, assistant, most_acts=2)(["1+2", "7", "3*4"])
    assert seen == [
        ("overseer", 3),
        ("assistant", ["1", "3"]),
        ("overseer", 2),
        ("assistant", ["2", "4"]),
        ("overseer", 2),
    ]


def test_no_questions_ask_nobody():
    def nobody(rows):
        raise AssertionError("asked")

    assert amplify(nobody, nobody, most_acts=1)([]) == []


def test_rows_do_not_influence_each_other():
    questions = ["1+2", "x", "3*4+5", "9", "2*2"]
    amplified = amplify(by_hand, amplify(by_hand, reads_digits, most_acts=2), most_acts=2)
    assert amplified(questions) == [amplified([question])[0] for question in questions]
    assert amplified(questions[::-1]) == amplified(questions)[::-1]


# --- distilling and measuring ---------------------------------------------------------------------------------------


def by_heart(pairs):
    table = dict(pairs)
    return lambda questions: [table.get(question, IDK) for question in questions]


def test_a_distillate_answers_alone_what_the_amplified_system_answered():
    amplified = amplify(by_hand, reads_digits, most_acts=2)
    distilled = distil(amplified, ["1+2", "3*4", "x"], by_heart)
    assert distilled(["3*4", "1+2", "x", "5+5"]) == ["12", "3", IDK, IDK]


def test_amplifying_and_distilling_in_turn_grows_past_the_overseer():
    questions = ["+".join("1" * terms) for terms in range(1, 6)]
    truth = [str(terms) for terms in range(1, 6)]
    assistant, right = reads_digits, []
    for _ in range(4):
        assistant = distil(amplify(by_hand, assistant, most_acts=2), questions, by_heart)
        right.append(sum(ours == true for ours, true in zip(assistant(questions), truth, strict=True)))
    assert right == [2, 3, 4, 5]  # the overseer adds two numbers; what it taught adds five


def test_fidelity_is_the_share_of_equal_answers_with_an_exact_interval():
    upper = lambda questions: [question.upper() for question in questions]  # noqa: E731
    same = lambda questions: list(questions)  # noqa: E731
    words = ["a", "B", "c", "D", "E", "f"]
    assert measure(upper, same, words, confidence=0.9) == Estimate.of(3, 6, 0.9)
    assert measure(upper, same, words, same=lambda a, b: a.lower() == b.lower()) == Estimate.of(6, 6)


def test_a_batch_that_comes_back_short_is_refused():
    def short(rows):
        return []

    with pytest.raises(WrongUse, match="the overseer returned 0 for 1 rows"):
        amplify(short, reads_digits, most_acts=1)(["1+1"])
    with pytest.raises(WrongUse, match="the assistant returned 0 for 1 rows"):
        amplify(by_hand, short, most_acts=1)(["1+1"])
    with pytest.raises(WrongUse, match="the reference returned 0 for 1 rows"):
        measure(reads_digits, short, ["1"])
    with pytest.raises(WrongUse, match="most_acts -1"):
        amplify(by_hand, reads_digits, most_acts=-1)
