"""The nouns."""

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from cohobate.vocabulary import IDK, Answer, Ask, Exchange, Pass, Transcript


def test_a_transcript_grows_by_copies_and_keeps_its_past():
    start = Transcript("2+3")
    asked = start.asked("2", "two")
    done = asked.answered("five")
    assert (start.steps, start.answer) == ((), None)
    assert (asked.steps, asked.answer) == ((Exchange("2", "two"),), None)
    assert (done.question, done.steps, done.answer) == ("2+3", (Exchange("2", "two"),), "five")


@pytest.mark.parametrize("value", [Ask("q"), Answer(1), Exchange("q", 1), Transcript("q")])
def test_nouns_cannot_be_changed(value):
    with pytest.raises(FrozenInstanceError):
        setattr(value, next(iter(value.__slots__)), "other")


def test_questions_may_be_arrays():
    question = np.array([1, 2, 3])
    transcript = Transcript(question).asked(question[:1], np.int64(7)).answered(np.int64(8))
    assert transcript.question is question
    assert transcript.steps[0].answer == 7


def test_i_dont_know_is_one_thing_and_no_other():
    assert pickle.loads(pickle.dumps(IDK)) is IDK
    assert str(IDK) == "I don't know"
    assert IDK != "I don't know"
    assert Answer(IDK) != Pass()
