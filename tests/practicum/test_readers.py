"""Readers as assistants, the one that ships by rule, and rehearsals."""

import csv
import io
import math
import os
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.loop import fidelity
from cohobate.practicum.readers import (
    NO_TEXT,
    REHEARSAL,
    Keyed,
    Passage,
    Question,
    Row,
    Tally,
    as_csv,
    guessing,
    having,
    looks,
    rehearse,
    rule_reader,
    tallied,
)
from cohobate.practicum.readers.words import COMMON, DENIALS, words_of
from cohobate.vocabulary import IDK

FILES = sorted((Path(__file__).parent / "passages").glob("*.yaml"))
DATA = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FILES}
PASSAGES = [Passage.from_dict(name, data) for name, data in DATA.items()]

TEXT = """
The old mill at Varn has three stones. The first stone was cut in 1790 and grinds rye. A second one, the gift of a
monastery in 1911, is kept for oats alone, as barley would spoil it. {example: The third one has not turned since the
flood}, and what it was for is forgotten.
"""


def answer(question, *options, text=TEXT, reader=None):
    return (reader or rule_reader())([Question(question, options, text)])[0]


# --- the seat ---------------------------------------------------------------------------------------------------------


def test_a_reader_without_a_text_cannot_tell():
    assert answer("What does the first stone grind?", "rye", "oats", text=None) is IDK
    assert answer("What does the first stone grind?", "rye", "oats", text="") is IDK


def test_one_that_has_a_text_answers_every_question_from_it_alone():
    asked = [Question("What is the second stone kept for?", ("rye", "oats"), "The second stone is kept for rye.")]
    assert having(rule_reader(), TEXT)(asked) == [1]
    assert having(rule_reader(), None)(asked) == [IDK]


def test_what_a_distillation_gives_is_compared_with_what_the_source_gives_by_fidelity():
    passage = next(one for one in PASSAGES if one.id == "seeds")
    asked = [Question(item.question, item.options) for item in passage.items]
    reader = rule_reader()
    brief, full = having(reader, passage.texts["distillation"]), having(reader, passage.texts["source"])
    same = fidelity(brief, full, asked)
    assert (same.asked, same.agree) == (6, sum(a == b for a, b in zip(brief(asked), full(asked), strict=True)))
    assert 0 < same.agree < 6
    assert fidelity(full, having(reader, None), asked).agree == full(asked).count(IDK)


def test_who_guesses_takes_the_longest_option_only_where_the_reader_cannot_tell():
    assert answer("Who?", "a", "ccc", "bbb", text=None, reader=guessing(rule_reader())) == 1
    assert answer("What does the first stone grind?", "rye", "a lot of oats", reader=guessing(rule_reader())) == 0


def test_a_question_has_options():
    with pytest.raises(WrongUse, match="'Who\\?' has 1 options; give at least 2"):
        Question("Who?", ("a",))


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_the_rule_takes_the_option_whose_words_stand_near_those_of_the_question():
    assert answer("What does the first stone grind?", "oats", "rye", "wheat") == 1
    assert answer("What is the second stone kept for?", "rye", "oats", "wheat") == 1
    assert answer("When did the monastery give the second one?", "1790", "1911", "1850") == 1


def test_words_are_found_in_other_forms_and_numbers_in_words():
    text = "Eleven bakers were baking at 4,000 degrees."
    assert answer("How many baked?", "eleven", "twelve", text=text) == 0
    assert answer("How many bakers baked?", "12", "11", text=text) == 1
    assert answer("At how many degrees did they bake?", "400", "4000", text=text) == 1


def number(text):
    return [word for word in words_of(text) if word.isdigit()]


def test_numbers_in_words_are_numbers_and_go_as_far_as_they_are_one():
    assert number("two hundred and seventy and a hundred and fifty") == ["270", "150"]
    assert number("a thousand and twenty, 1,020, 1.5") == ["1020", "1020"]
    assert number("four thousand two hundred and six, nineteen hundred, two million") == ["4206", "1900", "2000000"]
    assert number("twenty-two, twenty two, ten two, zero") == ["22", "22", "10", "2", "0"]
    assert number("between one hundred and two hundred, one in two hundred") == ["100", "200", "1", "200"]
    assert number("six, seven hundred. Eight") == ["6", "700", "8"]
    assert number("two thousand and one hundred and one") == ["2000", "101"]


ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(n):
    """A whole number from 1 as it is written out in British English."""
    for great, word in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= great:
            rest = n % great
            link = "" if rest == 0 else " and " if rest < 100 else " "
            return f"{in_words(n // great)} {word}{link}{in_words(rest) if rest else ''}"
    if n < 20:
        return ONES[n - 1]
    return TENS[n // 10 - 2] + (f"-{ONES[n % 10 - 1]}" if n % 10 else "")


@given(st.integers(1, 99_999_999))
def test_every_number_that_is_written_out_is_read_as_itself(n):
    assert words_of(in_words(n)) == [str(n)]


def test_what_is_common_and_what_denies_is_kept_as_it_is_compared():
    assert set(words_of("Nothing, nobody; isn't, can’t")) <= DENIALS <= COMMON
    assert set(words_of("What did THEY have? Which one?")) <= COMMON


def test_it_shows_the_sentence_that_it_answered_from():
    asked = Question("What does the first stone grind?", ("oats", "rye", "wheat"), TEXT)
    (look,) = looks([asked])
    assert (look.answer, look.sentence) == (1, "The first stone was cut in 1790 and grinds rye.")
    assert look.support[1] == max(look.support) <= 1
    assert look.support[2] == 0


def test_what_it_cannot_tell_has_the_nearest_sentence_or_none():
    far, none, without = looks(
        [
            Question("Who had the mill burned down?", ("the bishop", "monks of some monastery"), TEXT),
            Question("Who owns the bakery in Holm?", ("a bishop", "a monastery"), TEXT),
            Question("Who had the mill burned down?", ("the bishop", "monks of some monastery")),
        ]
    )
    assert (far.answer, none.answer, without.answer) == (IDK, IDK, IDK)
    assert far.sentence.startswith("A second one, the gift of a monastery in 1911,")
    assert none.sentence == without.sentence == ""
    assert without.support == (0.0, 0.0)


def test_of_two_places_the_nearer_counts():
    text = "On an average day in 2019 came 240 people, and later on, after the flood, in 2021 came 150 people."
    assert answer("How many people came in 2021?", "240", "150", text=text) == 1
    assert answer("How many people came in 2019?", "240", "150", text=text) == 0


def test_what_is_said_not_to_be_so_supports_less():
    text = "Stones are ground by the wheel. Stones are never ground by the wind."
    assert answer("What are stones ground by?", "the wind", "the wheel", text=text) == 1


def test_an_item_on_five_thousand_words_takes_less_than_a_twentieth_of_a_second():
    source = "\n\n".join(passage.texts["source"] for passage in PASSAGES)
    text = source[: source.rindex(".") + 1]
    while len(text.split()) < 5000:
        text += "\n\n" + source
    asked = [Question(item.question, item.options, text) for passage in PASSAGES for item in passage.items]
    began = time.process_time()
    looks(asked)
    assert time.process_time() - began < 0.05 * len(asked)


def test_denials_count():
    asked = ("What has the wheel done since the flood?", "turned", "not turned")
    assert answer(*asked, text="The wheel has not turned since the flood.") == 1
    assert answer(*asked, text="The wheel has turned since the flood.") == 0
    assert answer("What did it do?", "it burned", "it did not burn", text="It didn’t burn.") == 1


def test_asked_for_what_is_not_so_the_rule_takes_what_is_not_found():
    text = "The mill grinds rye. The mill grinds oats. The mill grinds barley."
    assert answer("Which does the mill not grind?", "rye", "oats", "maize", "barley", text=text) == 2
    assert answer("Which does the mill not grind?", "rye", "oats", "barley", text="Ships sail.") is IDK
    asked = ("Which does the mill not grind?", "rye", "maize flour", "oats")
    assert answer(*asked, text="A mill had rye.") is IDK
    text = "If the wheel does not turn, one learns of a flood. A fire is seen from afar."
    assert answer("What does one learn if the wheel does not turn?", "of a fire", "of a flood", text=text) == 1


def test_what_the_text_does_not_say_the_rule_cannot_tell():
    assert answer("Who owns the bakery in Holm?", "a widow", "the bishop", "two sisters") is IDK
    assert answer("What does the first stone grind?", "maize", "wheat", "spelt") is IDK


def test_options_that_are_supported_alike_are_not_told_apart():
    assert answer("What does the first stone grind?", "rye", "rye") is IDK


def test_marks_are_no_part_of_a_text():
    plain = TEXT.replace("{example: ", "").replace("flood}", "flood")
    asked = ("Since when has the third stone not turned?", "the example", "the flood")
    assert answer(*asked, text=TEXT) == answer(*asked, text=plain) == 1


def test_meanings_count_where_an_embedding_is_given():
    def embed(texts):
        feline = ("cat", "kitten", "tom")
        return [[1.0, 0.0] if any(word in text.lower() for word in feline) else [0.0, 1.0] for text in texts]

    text = "Two kittens slept in the mill. Oats lay in sacks."
    asked = ("Which animal was there?", "a dog", "a cat")
    assert answer(*asked, text=text) is IDK
    assert answer(*asked, text="A kitten.", reader=rule_reader(embed)) == 1


WORDS = ["mill", "stone", "rye", "oats", "not", "1790", "flood", "turned", "the"]
words = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@given(st.lists(words, min_size=2, max_size=4), words, words | st.none())
def test_an_answer_is_an_option_or_that_one_cannot_tell_and_does_not_depend_on_their_order(options, question, text):
    found = answer(question, *options, text=text)
    assert found is IDK or 0 <= found < len(options)
    turned = answer(question, *reversed(options), text=text)
    assert (found is IDK) == (turned is IDK)
    if found is not IDK:
        assert options[found] == options[::-1][turned]


@given(st.lists(st.tuples(words, words | st.none()), max_size=4))
def test_rows_do_not_influence_each_other(rows):
    asked = [Question(question, ("rye", "oats"), text) for question, text in rows]
    assert list(rule_reader()(asked)) == [rule_reader()([one])[0] for one in asked]


@given(words, words, words)
def test_support_is_a_share_and_the_sentence_is_one_of_the_text(question, option, text):
    (look,) = looks([Question(question, (option, "rye"), text)])
    assert all(0 <= one <= 1 for one in look.support)
    assert look.sentence in text


def test_answers_are_the_same_in_every_process():
    code = (
        "import sys, yaml\n"
        "from cohobate.practicum.readers import Passage, as_csv, rehearse\n"
        "data = yaml.safe_load(open(sys.argv[1], encoding='utf-8'))\n"
        "print(as_csv(rehearse([Passage.from_dict('one', data)])), end='')\n"
    )
    path = os.pathsep.join(path for path in sys.path if path)
    printed = {
        subprocess.run(
            [sys.executable, "-c", code, str(FILES[0])],
            capture_output=True,
            encoding="utf-8",
            check=True,
            env=os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert printed == {as_csv(rehearse([Passage.from_dict("one", yaml.safe_load(FILES[0].read_text("utf-8")))]))}


# --- the rehearsal ----------------------------------------------------------------------------------------------------


def test_a_rehearsal_has_an_answer_to_every_item_in_every_arm_and_says_what_it_is():
    passage = Passage("mill", {"source": TEXT}, (Keyed("a", "What does the first stone grind?", ("oats", "rye"), 1),))
    assert rehearse([passage]) == (
        Row("rule reader", "a", NO_TEXT, 0, 1, None, "text-based", REHEARSAL, "mill"),
        Row("rule reader", "a", "source", 1, 0, None, "text-based", REHEARSAL, "mill"),
    )
    assert "no substitute for people" in REHEARSAL


def test_a_rehearsal_is_counted_by_arm():
    passage = Passage("mill", {"source": TEXT}, (Keyed("a", "What does the first stone grind?", ("oats", "rye"), 1),))
    without, source = tallied(rehearse([passage]))
    assert (without, source) == (Tally(NO_TEXT, 1, 0, 1), Tally("source", 1, 1, 0))
    assert str(source) == "source: right on 1 of 1, can't tell on 0"
    assert tallied([]) == ()


def test_any_reader_can_sit_down():
    passage = Passage("mill", {"source": TEXT}, (Keyed("a", "What?", ("oats", "rye"), 1, "inference"),))
    assert [row.correct for row in rehearse([passage], lambda asked: [1] * len(asked), "ones")] == [1, 1]
    assert {row.reader for row in rehearse([passage], lambda asked: [1] * len(asked), "ones")} == {"ones"}


def test_rows_are_written_as_the_columns_of_peoples_tests():
    rows = rehearse(PASSAGES[:1])
    read = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert len(read) == len(rows) == 6 * 4
    assert {"reader", "item", "arm", "correct", "unanswered", "seconds", "kind", "passage"} <= set(read[0])
    assert [one.name for one in fields(Row)] == list(read[0])
    assert {one["seconds"] for one in read} == {""}
    assert {one["correct"] for one in read} <= {"0", "1"}


def test_with_a_text_the_rule_is_right_more_often_than_without_and_where_the_facts_are_left_out():
    right = dict.fromkeys((NO_TEXT, "source", "distillation", "lacking"), 0)
    for row in rehearse(PASSAGES):
        right[row.arm] += row.correct
    assert sum(len(passage.items) for passage in PASSAGES) == 144
    assert right[NO_TEXT] == 0
    assert right["lacking"] <= 3
    assert min(right["source"], right["distillation"]) >= 55  # of 144; four options: a guess would be right on 36


def test_of_what_it_answers_the_rule_gets_more_right_than_chance_would():
    answered = [row for row in rehearse(PASSAGES) if row.arm in ("source", "distillation") and not row.unanswered]
    right = sum(row.correct for row in answered)
    chance = sum(
        math.comb(len(answered), k) * 0.25**k * 0.75 ** (len(answered) - k) for k in range(right, len(answered))
    )
    assert chance < 0.001


def test_every_passage_has_what_a_test_needs():
    assert len(PASSAGES) == 24
    for passage in PASSAGES:
        assert set(passage.texts) == {"source", "distillation", "lacking"}
        assert len(passage.texts["distillation"]) < 0.6 * len(passage.texts["source"])
        assert {item.kind for item in passage.items} == {"text-based", "inference"}
        assert all(len(set(item.options)) == 4 for item in passage.items)


def test_a_key_is_one_of_the_options():
    with pytest.raises(WrongUse, match="item 'a' has the key 2; give one of 0 to 1"):
        Keyed("a", "Who?", ("b", "c"), 2)
