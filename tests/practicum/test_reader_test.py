"""Reader tests: files of answers and their mistakes, what comes of them, how it is said, and the power of plans."""

import dataclasses
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import WrongUse
from cohobate.fidelity.paired import FEWEST_READERS, Finding
from cohobate.practicum.reader_test import (
    ARMS,
    COLUMNS,
    DISTILLATION,
    KINDS,
    MORE_COLUMNS,
    NO_TEXT,
    SOURCE,
    Answer,
    Design,
    Item,
    Passage,
    analyse,
    is_published,
    outcome_svg,
    plan,
    points,
    read_answers,
    read_published,
    sentence,
    versions,
)

HEAD = ",".join(COLUMNS)

NO_ARM = "arms are no text, source, distillation; write"
NO_TIME = "a time is a number from 0 to 86,400, a day; correct it, or leave it empty if it was not taken"
NO_MARK = "1 is right, 0 is wrong, grades lie between; write a number from 0 to 1"


def answers(readers=12, chances=(0.3, 0.8, 0.8), seconds=(10.0, 60.0, 20.0), source=True, seed=0, more=True):
    """A test of two passages with ten items each, answered at random by the plan."""
    passages = tuple(Passage(name, tuple(Item(f"{name}{k}", KINDS[k % 2]) for k in range(10))) for name in "pq")
    kinds = {item.id: item.kind for passage in passages for item in passage.items}
    chance = np.random.default_rng(seed)
    found = []
    for sequence in Design(passages, seed, source).sequences(readers):
        for number, period in enumerate(sequence.periods):
            for item in period.items:
                arm = ARMS.index(period.arm)
                correct = float(chance.random() < chances[arm])
                given = Answer(f"r{sequence.reader}", item, period.arm, correct, not correct and chance.random() < 0.3)
                told = {"kind": kinds[item], "passage": item[0], "background": "new" if sequence.reader % 2 else "old"}
                found.append(dataclasses.replace(given, seconds=seconds[arm], period=number, **(told if more else {})))
    return found


def as_table(all_, separator=","):
    rows = [[*COLUMNS, *MORE_COLUMNS]]
    for one in all_:
        row = [one.reader, one.item, one.arm]
        row += ["", ""] if one.correct is None else [f"{one.correct:g}", f"{one.unanswered:d}"]
        row += ["" if one.seconds is None else f"{one.seconds:g}", one.kind, one.background, one.passage]
        rows.append([*row, "" if one.period is None else f"{one.period}"])
    return "\n".join(separator.join(row) for row in rows) + "\n"


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_reads_back_as_spreadsheets_write_it(separator, mark, end):
    written = answers()
    reading = read_answers(mark + as_table(written, separator).replace("\n", end))
    assert reading.mistakes == ()
    assert list(reading.answers) == written


def test_columns_come_in_any_order_with_others_among_them_and_empty_lines_do_not_matter():
    text = 'note,SECONDS,unanswered, correct ,arm,item,reader\n\n"a, b",3.5,0,1,source,i,r\n\n'
    assert read_answers(text).answers == (Answer("r", "i", SOURCE, 1.0, False, 3.5),)


def test_numbers_with_a_decimal_comma_are_read_where_semicolons_separate():
    (one,) = read_answers(HEAD.replace(",", ";") + "\nr;i;source;0,5;0;3,25\n").answers
    assert (one.correct, one.seconds) == (0.5, 3.25)


def test_an_item_that_was_not_reached_is_none_and_can_tell_apart_from_i_cannot_tell():
    quitter, unsure = read_answers(f"{HEAD}\nr,i,source,,,\nr,j,source,0,1,4\n").answers
    assert (quitter.correct, quitter.unanswered) == (None, False)
    assert (unsure.correct, unsure.unanswered) == (0.0, True)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",i,source,1,0,3", "the reader is empty: every answer is some reader's; name it"),
        ("r,,source,1,0,3", "the item is empty: every answer is some item's; name it"),
        ("r,i,Source,1,0,3", f"'Source' is no arm: {NO_ARM} 'source'"),
        ("r,i,no_text,1,0,3", f"'no_text' is no arm: {NO_ARM} 'no text'"),
        (
            "r,i,page,1,0,3",
            f"'page' is no arm: {NO_ARM} one of no text, source, distillation",
        ),
        (
            "r,i,,1,0,3",
            f"the arm is empty: {NO_ARM} one of no text, source, distillation",
        ),
        ("r,i,source,yes,0,3", f"correct 'yes': {NO_MARK}"),
        ("r,i,source,2,0,3", f"correct '2': {NO_MARK}"),
        ("r,i,source,nan,0,3", f"correct 'nan': {NO_MARK}"),
        ("r,i,source,,0,3", f"correct '': {NO_MARK}"),
        ("r,i,source,1,,3", "unanswered '': 1 is \"I can't tell from this\", 0 is any other answer; write 0 or 1"),
        (
            "r,i,source,1,1,3",
            "correct is 1 and unanswered is 1: what was not answered is not right; correct one of them",
        ),
        (
            "r,i,source,1,0,-3",
            f"seconds '-3': {NO_TIME}",
        ),
        (
            "r,i,source,1,0,1e9",
            f"seconds '1e9': {NO_TIME}",
        ),
        (
            "r,i,source,1,0",
            "5 cells, and the first line names 6 columns: each row has one cell a column; check the commas and the "
            "quotation marks",
        ),
    ],
)
def test_a_wrong_line_is_told_with_its_number_and_nothing_is_guessed(row, sentence):
    reading = read_answers(f"{HEAD}\nr0,i,source,1,0,3\n{row}\n")
    assert reading.answers == ()
    assert [(one.line, one.sentence) for one in reading.mistakes] == [(3, sentence)]


def test_every_wrong_line_is_told():
    reading = read_answers(f"{HEAD}\nr,i,page,7,2,3\nr,j,source,1,0,x\n")
    assert [one.line for one in reading.mistakes] == [2, 2, 2, 3]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "the file is empty: its first line names the columns; begin it with " + HEAD),
        (" \n", 1, "the file is empty"),
        (HEAD + "\n", 1, "there is no answer below the first line: each answer is a line; add them"),
        (
            "reader,item,arm\nr,i,source\n",
            1,
            f"the columns correct, unanswered, seconds are missing: a table of answers has {', '.join(COLUMNS)}, and "
            f"this one reader, item, arm; add them",
        ),
        (HEAD + ",arm\n", 1, "the column arm is there twice: a name stands for one column; remove one"),
        (
            HEAD + '\nr,"i,source,1,0,3\n',
            2,
            "the line does not read (unexpected end of data): quotation marks open and close; check them",
        ),
        (
            HEAD + "\nr,i,source,1,0,3\nr,i,no text,1,0,3\n",
            3,
            "reader 'r' answers item 'i' a second time, after line 2: who has answered an item knows it; keep the "
            "first",
        ),
        (
            HEAD + ",kind\nr,i,source,1,0,3,inference\ns,i,source,1,0,3,text-based\n",
            3,
            "the kind of item 'i' is 'text-based' here and 'inference' in line 2: it has one; correct one of them",
        ),
        (
            HEAD + ",background\nr,i,source,1,0,3,all\nr,j,source,1,0,3,all\n",
            2,
            "the background of reader 'r' is 'all', which stands for every background; call it otherwise",
        ),
        (
            HEAD + ",background\nr,i,source,1,0,3,new\nr,j,source,1,0,3,old\n",
            3,
            "the background of reader 'r' is 'old' here and 'new' in line 2: it has one; correct one of them",
        ),
        (
            HEAD + ",period\nr,i,source,1,0,3,first\n",
            2,
            "period 'first': periods are counted in whole numbers from 0; correct it, or leave it empty",
        ),
    ],
)
def test_a_file_that_is_no_table_of_answers_is_told_why(text, line, sentence):
    (mistake,) = read_answers(text).mistakes
    assert mistake.line == line
    assert mistake.sentence.startswith(sentence)


@given(st.text(alphabet='reader,item;"\n\t0159.-eno tx\ufeff\x00', max_size=200))
def test_whatever_the_file_it_is_read_or_refused_in_sentences(text):
    for prefix in ("", HEAD + "\n"):
        reading = read_answers(prefix + text)
        assert bool(reading.answers) != bool(reading.mistakes)


# --- what comes of them ---------------------------------------------------------------------------------------------


def test_a_help_that_is_there_is_shown_with_its_interval_for_both_scopes():
    outcome = analyse(answers())
    for scope in ("these items", "items like these"):
        found = outcome.finding("help", scope)
        assert 0 < found.low < found.value < found.high
        assert (found.readers, found.items, found.scope) == (12, 20, scope)
    assert outcome.finding("minutes_saved").value == pytest.approx(5 * 40 / 60)
    assert outcome.notes == ()
    assert outcome.by_arm()[NO_TEXT] == {
        "readers": 12,
        "items": 20,
        "answers": 120,
        "unanswered": outcome.by_arm()[NO_TEXT]["unanswered"],
        "not_reached": 0,
    }


def test_the_order_and_the_names_of_answers_do_not_matter():
    whole = answers()
    one, other = analyse(whole), analyse(whole[::-1])
    assert one.to_dict() == other.to_dict()
    assert one.entry() == other.entry()
    assert "r0" not in str(one.entry())


def test_readers_who_quit_half_way_are_analysed_as_what_they_are():
    """Four have answered nothing with a text, two stop within it."""
    kept = []
    for one in answers():
        if one.reader in ("r0", "r1", "r2", "r3") and one.arm != NO_TEXT:
            one = dataclasses.replace(one, correct=None, unanswered=False, seconds=None)
        if one.reader in ("r4", "r5") and one.arm == DISTILLATION and one.item.endswith(("2", "3", "8", "9")):
            one = dataclasses.replace(one, correct=None, unanswered=False, seconds=None)
        kept.append(one)
    outcome = analyse(kept)
    assert outcome.finding("help").readers == 8
    assert outcome.finding("accuracy_no_text").readers == 12
    assert outcome.finding("time_ratio").readers < 8
    missed = sum(one["not_reached"] for one in outcome.by_arm().values())
    assert outcome.notes == (
        "4 readers answered only with or only without the distillation, and tell nothing of its help.",
        f"{missed} items were not reached; they count as neither right nor wrong.",
    )


def test_one_item_that_was_not_reached_is_told_as_one():
    first, *others = answers()
    outcome = analyse([dataclasses.replace(first, correct=None, unanswered=False, seconds=None), *others])
    assert outcome.notes == ("One item was not reached; it counts as neither right nor wrong.",)


def test_an_arm_that_nobody_finished_and_one_that_is_not_there_are_told():
    outcome = analyse(
        dataclasses.replace(one, correct=None, unanswered=False) if one.arm == SOURCE else one for one in answers()
    )
    assert outcome.finding("distillation_preserves") is None
    assert "Nobody came as far as answering in the arm 'source'." in outcome.notes
    assert "Nobody answered in the arm 'source'." in analyse(answers(source=False)).notes


def test_all_readers_quitting_before_the_text_is_too_few_and_not_an_error():
    outcome = analyse(one for one in answers() if one.arm == NO_TEXT)
    assert outcome.sentence() == (
        "Too few readers answered both with your page and without it to say whether it helps: 0, and it takes at least "
        "6."
    )
    assert outcome.finding("help") is None
    assert ET.fromstring(outcome_svg(outcome)) is not None


def test_a_passage_in_two_versions_and_reading_before_no_text_are_told():
    whole = answers()
    first = next(place for place, one in enumerate(whole) if one.arm == SOURCE)
    whole[first] = dataclasses.replace(whole[first], arm=DISTILLATION)
    late = [dataclasses.replace(one, period=9) if one.reader == "r3" and one.arm == NO_TEXT else one for one in whole]
    assert analyse(late).notes == (
        "One reader met a passage both as source and as distillation: who has read one version is spoilt for the "
        "other, "
        "so the comparison with the source flatters whichever came second.",
        "One reader had read something before the items without text, which may have helped there.",
    )


def test_what_cannot_be_analysed_is_refused():
    with pytest.raises(WrongUse, match="there are no answers to analyse"):
        analyse([])
    with pytest.raises(WrongUse, match="answer 2: reader 'r' answers item 'i' a second time"):
        analyse([Answer("r", "i", SOURCE, 1.0), Answer("r", "i", NO_TEXT, 1.0)])
    with pytest.raises(WrongUse, match="margin 0"):
        analyse(answers(), margin=0)
    with pytest.raises(WrongUse, match="confidence 95"):
        analyse(answers(), confidence=95)


def test_measurements_have_the_shape_of_those_of_an_iteration_and_kinds_and_backgrounds_of_their_own():
    found = analyse(answers()).entry()["measurements"]
    for one in found:
        assert {"what", "kind", "level", "agree", "asked", "low", "high", "confidence"} <= set(one)
        if one["what"].startswith(("accuracy", "unanswered")):
            assert one["low"] <= one["agree"] / one["asked"] <= one["high"]
    assert {one["kind"] for one in found} == {"all", *KINDS}
    assert {one["background"] for one in found} == {"all", "new", "old"}


# --- how it is said -------------------------------------------------------------------------------------------------


def said(help_, less=None, time=None, readers=12, margin=0.1):
    """The sentence for findings given as low, value, high."""
    found = {"help": help_, "distillation_less_source": less, "time_ratio": time}

    def finding(what):
        if found[what] is None:
            return None
        low, value, high = found[what]
        return Finding(value, low, high, readers, 20, "these items", 0.95)

    return sentence(finding, "your page", margin)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            ((0.181, 0.31, 0.432), (-0.06, -0.01, 0.04), (0.28, 0.33, 0.41)),
            "Readers of your page answer 31 points more than without it (95 % interval 18 to 44, 12 readers), as well "
            "as "
            "readers of the source, to within 10 points (−6 to 4), in a third of the time (28 to 41 %).",
        ),
        (
            ((0.18, 0.31, 0.44),),
            "Readers of your page answer 31 points more than without it (95 % interval 18 to 44, 12 readers).",
        ),
        (
            ((0.004, 0.2, 0.4), (-0.25, -0.1, 0.05), (0.8, 1.0, 1.3)),
            "Readers of your page answer 20 points more than without it (95 % interval 0.4 to 40, 12 readers); whether "
            "as well as readers of the source cannot be told (10 points less, −25 to 5 fits).",
        ),
        (
            ((0.1, 0.2, 0.3), (-0.25, -0.15, -0.05), (0.4, 0.5, 0.6)),
            "Readers of your page answer 20 points more than without it (95 % interval 10 to 30, 12 readers), 15 "
            "points "
            "less than readers of the source (5 to 25), in half the time (40 to 60 %).",
        ),
        (
            ((0.1, 0.2, 0.3), (0.02, 0.1, 0.2), (1.2, 1.5, 1.8)),
            "Readers of your page answer 20 points more than without it (95 % interval 10 to 30, 12 readers), 10 "
            "points "
            "more than readers of the source (2 to 20), in 1.5 times the time (120 to 180 %).",
        ),
        (
            ((0.1, 0.2, 0.3), (-0.05, 0.05, 0.15), (0.01, 0.02, 0.03)),
            "Readers of your page answer 20 points more than without it (95 % interval 10 to 30, 12 readers), at least "
            "as well as readers of the source, to within 10 points (−5 to 15), in 2 % of the time (1 to 3 %).",
        ),
        (
            ((-0.1, 0.04, 0.17), (-0.3, -0.1, 0.1), (0.3, 0.4, 0.5)),
            "No help is shown: readers of your page answer 4 points more than without it, and anything from 10 points "
            "less to 17 points more fits (95 % interval, 12 readers); whether as well as readers of the source cannot "
            "be told (10 points less, −30 to 10 fits), but it took two fifths of the time (30 to 50 %).",
        ),
        (
            ((-0.3, -0.2, -0.1),),
            "Readers of your page answer 20 points less than without it (95 % interval 10 to 30, 12 readers): it does "
            "harm.",
        ),
        (
            ((-0.054, 1e-17, 0.061), (-0.08, -1e-17, 0.08), (0.44, 0.45, 0.46)),
            "No help is shown: readers of your page answer 0 points more than without it, and anything from 6 points "
            "less to 7 points more fits (95 % interval, 12 readers), as well as readers of the source, to within 10 "
            "points (−8 to 8), in 45 % of the time (44 to 46 %).",
        ),
        (
            ((0.1, 0.2, 0.3), (-0.2, -1e-17, 0.2), (110, 123, 140)),
            "Readers of your page answer 20 points more than without it (95 % interval 10 to 30, 12 readers); whether "
            "as well as readers of the source cannot be told (0 points more, −20 to 20 fits), but it took 120 times "
            "the time (11000 to 14000 %).",
        ),
        (
            ((-0.02, -0.01, 0.01),),
            "No help is shown: readers of your page answer 1 point less than without it, and anything from 2 points "
            "less "
            "to 1 point more fits (95 % interval, 12 readers).",
        ),
    ],
)
def test_the_sentence_says_what_the_intervals_show_and_no_more(found, words):
    assert said(*found) == words


def test_too_few_is_all_that_is_said_of_few_readers():
    assert "Too few readers" in said((0.1, 0.2, 0.3), readers=FEWEST_READERS - 1)
    assert "Too few" not in said((0.1, 0.2, 0.3), readers=FEWEST_READERS)


ends = st.lists(st.floats(-1, 1), min_size=3, max_size=3).map(sorted)


@given(ends, ends, st.floats(0.01, 0.5))
def test_as_well_as_is_said_only_within_the_margin_and_more_only_above_nothing(help_, less, margin):
    words = said(help_, less, margin=margin)
    assert ("points more than without it (" in words or "point more than without it (" in words) == (help_[0] > 0)
    within = f"as well as readers of the source, to within {points(margin)} points"
    assert (f", {within}" in words) == (-margin < less[0] and less[2] < margin)
    assert (f", at least {within}" in words) == (-margin < less[0] <= 0 <= less[2] and less[2] >= margin)
    assert ("it does harm" in words) == (help_[2] < 0)


@given(st.floats(-1, 1))
def test_points_are_rounded_outwards_and_read_as_nothing_only_where_there_is_next_to_nothing(share):
    low, near, high = (float(points(share, way).replace("−", "-")) for way in (-1, 0, 1))
    assert low - 1e-6 <= 100 * share <= high + 1e-6
    assert low <= near <= high
    if near == 0:
        assert abs(share) <= 0.00051


# --- the picture ----------------------------------------------------------------------------------------------------


def test_the_picture_is_an_image_with_a_title_and_a_description_that_tells_all_of_it():
    outcome = analyse(answers())
    root = ET.fromstring(outcome_svg(outcome))
    space = "{http://www.w3.org/2000/svg}"
    title, about = root.find(f"{space}title"), root.find(f"{space}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"
    assert outcome.sentence() in about.text
    assert len(root.findall(f"{space}circle")) == 5
    colours = {element.get(name) for element in root.iter() for name in ("fill", "stroke")}
    assert colours <= {None, "currentColor"}


def test_points_of_the_picture_lie_on_their_intervals_and_these_within_its_frame():
    for chances in ((0.3, 0.8, 0.8), (0.0, 1.0, 1.0), (1.0, 0.2, 0.0)):
        root = ET.fromstring(outcome_svg(analyse(answers(chances=chances))))
        space = "{http://www.w3.org/2000/svg}"
        lines = [line for line in root.findall(f"{space}line") if line.get("class") == "reader-interval"]
        for line, point in zip(lines, root.findall(f"{space}circle"), strict=True):
            assert 14 <= float(line.get("x1")) <= float(point.get("cx")) <= float(line.get("x2")) <= 306


def test_of_too_few_readers_the_picture_draws_nothing_and_says_so():
    drawn = outcome_svg(analyse(answers(readers=5)))
    assert drawn.count(">too few (n = 5)<") == 5
    assert "<circle" not in drawn
    assert "reader-interval" not in drawn


def test_words_of_the_picture_can_be_read_on_a_telephone_and_do_not_run_into_each_other():
    shown = 300  # pixels, where a telephone has 360
    for chances in ((0.3, 0.8, 0.8), (0.9, 0.2, 0.0), (0.0, 1.0, 1.0)):
        root = ET.fromstring(outcome_svg(analyse(answers(chances=chances))))
        width = float(root.get("viewBox").split()[2])
        texts = [one for one in root.iter() if one.tag.endswith("text")]
        assert all(float(one.get("font-size")) * shown / width >= 11 for one in texts)
        by_line = {}
        for one in texts:
            by_line.setdefault(one.get("y"), []).append(one)
        for line in by_line.values():
            # A letter is about 0.55 of its height wide, and words are told apart by one of them.
            letters = sum(len(one.text) + 1 for one in line) - 1
            assert letters * 0.55 * float(line[0].get("font-size")) <= width, [one.text for one in line]


# --- published answers ----------------------------------------------------------------------------------------------


def published(texts=("Original", "Short"), articles=12):
    rows = [
        f"{article},{paragraph},{text},{question},{int((article + question) % 3 > 0 or text == 'Original')},0"
        for article in range(articles)
        for paragraph in (1, 2)
        for text in texts
        for question in (1, 2, 3)
    ]
    return "\n".join(["article,paragraph,text,question,correct,unanswered", *rows]) + "\n"


def test_published_answers_are_compared_to_their_original_over_articles():
    assert is_published(published())
    assert not is_published(HEAD)
    rows, mistakes = read_published(published())
    assert mistakes == ()
    original, short = versions(rows)
    assert (original.text, original.accuracy, original.ratio) == ("Original", (1, 1, 1), None)
    assert short.ratio[0] == pytest.approx(2 / 3)
    assert (short.answers, short.articles, short.too_few) == (72, 12, False)
    assert versions(rows) == versions(rows)


def test_published_answers_without_an_original_have_no_ratio_and_few_articles_are_too_few():
    rows, _ = read_published(published(("Short",), articles=9))
    (short,) = versions(rows)
    assert short.ratio is None
    assert short.too_few
    assert short.to_dict()["ratio"] is None


def test_wrong_lines_of_published_answers_are_told():
    head = "article,paragraph,text,question,correct,unanswered\n"
    rows, mistakes = read_published(head + "1,1,Original,1,1,1\n,1,Short,1,2,0\n")
    assert rows == ()
    assert [(one.line, one.sentence) for one in mistakes] == [
        (2, "correct and unanswered are both 1: what was not answered is not right; correct one"),
        (3, "the article is empty: answers are compared by it; name it"),
        (3, "correct '2': it is 1 or 0; write one of them"),
    ]


# --- plans ----------------------------------------------------------------------------------------------------------


def test_twelve_readers_with_ten_items_an_arm_have_the_power_that_is_known_of_them():
    for baseline in (0.2, 0.3, 0.4, 0.5, 0.6):
        for spread in (0.5, 0.7, 1.0):
            found = plan(12, 10, 0.2, baseline=baseline, reader_sd=spread, item_sd=spread, reader_by_arm_sd=0.0)
            assert 0.78 <= found.power <= 0.90


def test_two_groups_need_several_times_as_many_readers():
    found = plan(12, 10, 0.2)
    assert found.separate_power < 0.3
    assert found.readers_needed() <= 16
    assert 40 <= found.separate_readers_needed() <= 60


def test_power_grows_with_readers_items_and_effect_and_is_the_allowed_error_without_one():
    base = plan(12, 10, 0.15).power
    assert plan(20, 10, 0.15).power > base
    assert plan(12, 20, 0.15).power > base
    assert plan(12, 10, 0.25).power > base
    assert plan(12, 10, 0.0).power < 0.035


def test_the_same_plan_has_the_same_power_and_tells_its_model():
    assert plan(8, 5, 0.3).power == plan(8, 5, 0.3).power
    told = plan(8, 5, 0.3, baseline=0.25).to_dict()
    assert 0 < told["power"] < 1
    assert "25 % are right without a text and 55 % with the distillation" in told["model"]["words"]
    assert {"baseline", "reader_sd", "item_sd", "reader_by_arm_sd", "alpha", "test"} <= set(told["model"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((5, 10, 0.2), "5 readers: a test has from 6 to 400"),
        ((12, 1, 0.2), "items in each arm: 1, and"),
        ((12, 10, 0.7), "effect 0.7 on a baseline of 0.4"),
        ((12, 10, -0.1), "effect -0.1"),
        ((12, 10, float("nan")), "effect nan"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(given, words):
    with pytest.raises(WrongUse, match=words):
        plan(*given)


@pytest.mark.parametrize(
    ("model", "words"),
    [({"baseline": 0}, "baseline 0"), ({"item_sd": -1}, "item_sd -1"), ({"alpha": 1}, "alpha 1")],
)
def test_a_model_that_cannot_be_is_refused(model, words):
    with pytest.raises(WrongUse, match=words):
        plan(12, 10, 0.2, **model)


@pytest.mark.parametrize("given", [(2, 0.5, 0.2), (10, 0.2, 0.4)])
def test_the_readers_that_are_needed_have_the_power_two_fewer_have_not_and_all_plans_say_the_same(given):
    items, effect, baseline = given
    needed = {readers: plan(readers, items, effect, baseline=baseline).readers_needed() for readers in (6, 8, 13, 40)}
    assert len(set(needed.values())) == 1
    for readers, reached in ((needed[6], True), (needed[6] - 2, False), (needed[6] + 4, True)):
        assert (plan(readers, items, effect, baseline=baseline).power >= 0.8) == reached


def test_more_readers_than_are_searched_for_is_none():
    assert plan(12, 2, 0.01).readers_needed(0.99) is None
    with pytest.raises(WrongUse, match="power 1"):
        plan(12, 2, 0.01).readers_needed(1)
