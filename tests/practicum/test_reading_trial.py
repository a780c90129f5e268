"""The rules of a reader test: items first, and what is registered stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.errors import Refused
from cohobate.events import redacted
from cohobate.practicum.acts import Act
from cohobate.practicum.reader_test import NO_TEXT, planned
from cohobate.practicum.reading.pasted import pasted
from cohobate.practicum.reading.trial import STATES, Stretch, fold
from cohobate.practicum.reading.trial_acts import MOST_ITEMS, MOST_PASSAGES, decide, kinds_of_acts

from .reading_steps import PLAN, Test


@pytest.fixture
def test():
    return Test()


def test_a_test_goes_from_writing_to_done(test):
    seen = [test.state.state]
    for step in ("registered", "planned"):
        test = getattr(Test(), step)()
        seen.append(test.state.state)
    for kind in ("open", "close"):
        seen.append(test.do(kind).state)
    data, words = decide(test.state, "lead", Act("act-12345", "outcome"))
    assert (data, words) == ({}, {})
    assert [*seen, "done"] == list(STATES)


def test_once_items_are_registered_no_change_is_taken_and_the_refusal_shows_the_hash(test):
    test.registered()
    hash = test.state.registered.hash
    assert hash == test.state.items_hash("pepper")
    for kind, fields in {
        "item": {"item": "i1", "passage": "p1", "question": "Other?"},
        "unitem": {"item": "i1"},
        "passage": {"passage": "p1", "title": "Other"},
        "register": {"salt": "other"},
    }.items():
        with pytest.raises(Refused, match=f"registered under the hash {hash}, so neither they"):
            test.do(kind, **fields)


@pytest.mark.parametrize("field", ["question", "option1", "key", "kind", "passage"])
def test_the_hash_of_the_items_is_another_one_whatever_is_changed(test, field):
    test.written()
    before = test.state.items_hash("pepper")
    other = {"question": "Else?", "option1": "else", "key": 1, "kind": "text-based", "passage": "p2"}
    test.item(**{"passage": "p1", "item": "i1", "question": "Why 0?"} | {field: other[field]})
    assert test.state.items_hash("pepper") != before
    assert test.state.items_hash("salt") != test.state.items_hash("pepper")


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("retitle", {"title": " "}, "a title is missing"),
        ("retitle", {"title": "x" * 201}, "201 characters; 200 are the most"),
        ("passage", {"title": "A", "source": "s", "blocks": 3, "first": 3, "last": 2}, "write the earlier one first"),
        ("passage", {"title": "A", "source": "s", "blocks": 3, "last": 4}, "'4', is no whole number from 1 to 3"),
        ("passage", {"title": "A", "source": "s", "blocks": 0}, "number of blocks"),
        ("passage", {"passage": "p9", "title": "A"}, "no such passage"),
        ("passage", {"gone": "yes"}, "say which passage"),
        ("passage", {"gone": "yes", "passage": "p1"}, "has 4 items"),
        (
            "passage",
            {"title": "B", "source": "s1", "digest": "d", "blocks": 9, "first": 2, "last": 3},
            "overlaps with 'Rims'",
        ),
        ("item", {"passage": "p9"}, "no such passage"),
        ("item", {"passage": "p1", "item": "i99"}, "no such item"),
        ("item", {"passage": "p1", "kind": "hard"}, "'hard' is no kind of item"),
        ("item", {"passage": "p1", "kind": "inference", "form": "song"}, "'song' is no way to answer"),
        ("item", {"passage": "p1", "kind": "inference"}, "the question is missing"),
        ("item", {"passage": "p1", "kind": "inference", "question": "x" * 2001}, "2,001 characters"),
        (
            "item",
            {"passage": "p1", "kind": "inference", "question": "Q", "option1": "a"},
            "needs 2 to 6 options, and this has 1",
        ),
        (
            "item",
            {"passage": "p1", "kind": "inference", "question": "Q", "option1": "a", "option2": "A"},
            "say the same",
        ),
        (
            "item",
            {"passage": "p1", "kind": "inference", "question": "Q", "option1": "a", "option2": "b", "key": 3},
            "option 3 is the right one, and is empty",
        ),
        (
            "item",
            {"passage": "p1", "kind": "inference", "question": "Q", "option1": "a", "option2": "b", "key": 9},
            "'9', is no whole number",
        ),
        (
            "item",
            {"passage": "p1", "kind": "inference", "question": "Q", "option1": "a" * 501, "option2": "b", "key": 1},
            "option 1 has 501",
        ),
        (
            "item",
            {"passage": "p1", "kind": "inference", "question": "Q", "option1": "a", "option2": "b"},
            "mark which option is right",
        ),
        ("item", {"passage": "p1", "kind": "inference", "question": "Q", "form": "text"}, "needs a rubric"),
        ("unitem", {"item": "i99"}, "no such item"),
        ("text", {}, "texts are chosen once the items are registered"),
        ("plan", {}, "a plan needs registered items"),
        ("open", {}, "register the items first"),
        ("close", {}, "not open"),
        ("outcome", {}, "whoever looks early"),
        ("join", {"role": "king", "name": "Lena"}, "'king' is no part"),
        ("join", {"role": "examiner", "name": ""}, "give a name"),
        ("join", {"role": "lead", "name": "Lena"}, "you are a lead of this test already"),
        ("join", {"role": "rater", "name": "Lena"}, "cannot be one"),
        ("join", {"role": "examiner", "name": "Lena", "reads": "yes"}, "you have read in this test"),
        ("leave", {"role": "lead"}, "a test needs a lead"),
        ("leave", {"role": "rater"}, "no such part"),
        ("sing", {}, "nothing that one does"),
        ("begin", {"title": "Again"}, "begun already"),
    ],
)
def test_what_may_not_be_done_while_items_are_written_is_refused_with_a_sentence(test, kind, fields, sentence):
    test.written()
    with pytest.raises(Refused, match=sentence):
        test.do(kind, **fields)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"readers": 5}, "number of readers, '5', is no whole number from 6 to 400"),
        ({"readers": 401}, "number of readers, '401'"),
        ({"minutes": "soon"}, "minutes for a text, 'soon'"),
        ({"minutes": "nan"}, "is no number"),
        ({"minutes_without": 121}, "from 0.5 to 120"),
        ({"baseline": 1}, "from 0.01 to 0.99"),
        ({"effect": 0}, "the help to be found"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_a_sentence(test, changed, sentence):
    with pytest.raises(Refused, match=sentence):
        test.planned(PLAN | changed)


def test_a_plan_needs_all_texts_and_another_text_voids_it(test):
    test.registered()
    test.do("text", passage="p1", work="w1", digest="v", blocks=3, last=1)
    with pytest.raises(Refused, match="'Queues' is not settled"):
        test.do("plan", **PLAN)
    test.do("text", passage="p2", work="w2", digest="v", blocks=3, first=2, last=2)
    assert test.do("plan", **PLAN).state == "planned"
    assert test.state.works == ["w1", "w2"]
    again = test.do("text", passage="p2", work="w1", digest="v", blocks=3, first=2)
    assert (again.state, again.plan) == ("registered", None)
    with pytest.raises(Refused, match="plan the test first"):
        test.do("open")


def test_too_few_passages_or_items_cannot_be_registered(test):
    with pytest.raises(Refused, match="no items to register"):
        test.do("register", salt="s")
    test.passage()
    test.item()
    with pytest.raises(Refused, match="a test with 1 passage"):
        test.do("register", salt="s")
    test.passage("Queues", 3, 4)
    with pytest.raises(Refused, match="passage 'p1' has 1 item: "):
        test.do("register", salt="s")


@pytest.mark.parametrize("source", [True, False])
def test_items_are_registered_only_where_a_plan_can_be_made_with_them(test, source):
    test.written(items=3)
    with pytest.raises(Refused, match="'Rims' has 3 items: .* write at least 4"):
        test.do("register", salt="s")
    test.item("p1", question="Why 3?")
    with pytest.raises(Refused, match="'Queues' has 3 items"):
        test.do("register", salt="s")
    test.item("p2", question="Why 3?")
    state = test.do("register", salt="s")
    assert planned(state.designed(0, source), 8, 0.2).items_per_arm >= 2


def test_there_is_an_end_to_passages_and_items(test):
    for number in range(MOST_PASSAGES):
        test.passage(f"Number {number}", source=f"s{number}", digest=f"d{number}")
    with pytest.raises(Refused, match="12 passages, which is the most"):
        test.passage("More", source="more", digest="more")
    full = test.state
    full.items = {f"i{number}": None for number in range(MOST_ITEMS)}
    with pytest.raises(Refused, match="200 items, which is the most"):
        decide(full, "lead", Act("act-12345", "item", {"passage": "p1"}))


STRETCHES = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(sorted)


@given(STRETCHES, STRETCHES, st.booleans())
def test_texts_are_taken_for_two_passages_only_if_no_block_is_in_both(one, other, same):
    test = Test().registered()
    texts = {"p1": ("v", *one), "p2": ("v" if same else "another", *other)}
    both = same and set(range(one[0], one[1] + 1)) & set(range(other[0], other[1] + 1))
    for passage, (digest, first, last) in texts.items():
        fields = {"passage": passage, "work": "w1", "digest": digest, "blocks": 9, "first": first, "last": last}
        if passage == "p2" and both:
            with pytest.raises(Refused, match="'Queues' overlap with blocks .* read for 'Rims'"):
                test.do("text", **fields)
        else:
            test.do("text", **fields)


def test_texts_that_overlap_and_were_chosen_before_that_was_refused_give_no_plan(test):
    test.registered()
    state = test.state
    for one in state.passages.values():
        one.version = Stretch("w1", "v", 1, 3)
    with pytest.raises(Refused, match="two versions of a passage; choose"):
        decide(state, "lead", Act("act-12345", "plan", {name: str(value) for name, value in PLAN.items()}))


def test_the_same_text_is_no_other_source_where_it_stands_on_the_shelf_twice(test):
    test.passage("Rims", 1, 4)
    with pytest.raises(Refused, match="overlaps with 'Rims'"):
        test.passage("Again", 4, 5, source="s2")


def test_only_who_has_the_part_does_what_it_is_for(test):
    test.written()
    for kind, roles in kinds_of_acts().items():
        if roles:
            with pytest.raises(Refused, match=f"only a {' or '.join(roles)} of this test"):
                test.do(kind, who="somebody")


def test_an_examiner_writes_items_and_does_not_lead(test):
    test.passage()
    test.do("join", who="edda", role="examiner", name="Edda")
    assert test.item(who="edda").items["i1"].by == "edda"
    with pytest.raises(Refused, match="only a lead"):
        test.do("retitle", who="edda", title="Mine")
    test.do("leave", role="examiner", person="edda")
    with pytest.raises(Refused, match="only a lead or examiner"):
        test.item(who="edda")


def test_two_raters_grade_what_was_answered_when_the_test_is_closed(test):
    test.opened(in_words=1)
    for who in ("raul", "rosa"):
        test.do("join", who=who, role="rater", name=who)
    with pytest.raises(Refused, match="has its 2 raters"):
        test.do("join", who="rune", role="rater", name="Rune")
    with pytest.raises(Refused, match="a rater of this test cannot lead it"):
        test.do("join", who="raul", role="lead", name="Raul")
    with pytest.raises(Refused, match="close it first"):
        test.do("grade", who="raul", answer="x", grade=1)
    test.do("close")
    for grade in ("0.7", "2", "", "x"):
        with pytest.raises(Refused):
            test.do("grade", who="raul", answer="x", grade=grade)
    test.do("grade", who="raul", answer="x", grade=1)
    test.do("grade", who="raul", answer="x", grade="0,5")
    assert test.state.grades == {"x": {"raul": 0.5}}


def test_whoever_writes_the_work_cannot_grade(test):
    with pytest.raises(Refused, match="cannot be one"):
        test.do("join", who="wanda", role="rater", name="Wanda", knows="yes")


@pytest.mark.parametrize("state", ["opened", "closed"])
def test_once_readers_come_texts_and_plan_stay(test, state):
    test.opened()
    if state == "closed":
        test.do("close")
        with pytest.raises(Refused, match="was closed"):
            test.do("open")
    else:
        with pytest.raises(Refused, match="open already"):
            test.do("open")
    for kind in ("text", "plan"):
        with pytest.raises(Refused, match="stays? once readers come"):
            test.do(kind)


def test_what_a_reader_is_dealt_follows_the_design_and_holds_no_key(test):
    state = test.opened().state
    for number in range(8):
        dealt = state.dealt(number)
        periods = state.design.sequence(number).periods
        assert [(one["arm"], one["passage"], [item for item, _ in one["items"]]) for one in dealt] == [
            (one.arm, one.passage, list(one.items)) for one in periods
        ]
        assert [one["seconds"] for one in dealt] == [300 if one["arm"] == NO_TEXT else 600 for one in dealt]
        assert all(options == len(state.items[item].options) for one in dealt for item, options in one["items"])


def test_an_item_that_is_changed_keeps_its_id_and_an_id_is_not_given_twice(test):
    test.passage()
    test.item(question="One?")
    test.item(question="Two?")
    test.do("unitem", item="i2")
    assert list(test.item(question="Three?").items) == ["i1", "i3"]
    assert test.item(item="i1", question="Uno?").items["i1"].question == "Uno?"
    test.do("unitem", item="i1")
    test.do("unitem", item="i3")
    assert test.do("passage", passage="p1", gone="yes").passages == {}
    assert list(test.passage().passages) == ["p2"]


def test_options_that_stay_empty_are_left_out_and_the_key_goes_along(test):
    test.passage()
    found = test.item(option1="", option2="thus", option3="", option4=" so ", key=4).items["i1"]
    assert (found.options, found.key) == (("thus", "so"), 1)


def test_words_that_were_taken_out_leave_a_test_that_folds(test):
    test.planned()
    assert fold([redacted(event) for event in test.events]).state == "planned"


# --- pasted ---------------------------------------------------------------------------------------------------------


def test_a_pasted_table_gives_items_with_the_right_option_somewhere():
    text = 'question,right,wrong,wrong,kind,passage\n"Why, then?",so,thus,never,inference,p2\nWhat?,this,that,,,\n'
    found, wrong = pasted(text, "p1", ["p1", "p2"])
    assert wrong == []
    (_, first), (line, second) = found
    assert first["option" + first["key"]] == "so"
    assert (first["kind"], first["passage"], first["question"]) == ("inference", "p2", "Why, then?")
    assert (line, second["passage"], second["kind"]) == (3, "p1", "text-based")
    assert {name for name in second if name.startswith("option")} == {"option1", "option2"}


def test_a_pasted_rubric_makes_an_item_in_words_and_semicolons_and_tabs_are_read_too():
    for mark in (";", "\t"):
        found, wrong = pasted(f"question{mark}rubric\nWhy?{mark}says so, and why", "p1", ["p1"])
        assert (found[0][1]["form"], found[0][1]["rubric"], wrong) == ("text", "says so, and why", [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no column 'question'"),
        ("question,right,wrong", "There is no item"),
        ("what,right\nWhy?,so", "'what' is no column"),
        ("question,right,wrong\nWhy?,so,thus,and so", "Line 2: 4 values for 3 columns"),
        ("question\nWhy?", "Line 2: neither a right option nor a rubric"),
        ("question,right,wrong,passage\nWhy?,so,thus,p9", "'p9' is no passage of this test; there are p1"),
        ("question,right,wrong,wrong,wrong,wrong,wrong,wrong\nQ,1,2,3,4,5,6,7", "7 options; 6 are the most"),
    ],
)
def test_what_is_wrong_with_a_pasted_table_is_said_by_line(text, sentence):
    found, wrong = pasted(text, "p1", ["p1"])
    assert any(sentence in one for one in wrong), wrong


@given(st.text(max_size=300))
def test_whatever_is_pasted_gives_items_or_sentences(text):
    found, wrong = pasted(text, "p1", ["p1"])
    assert found or wrong
    assert all(fields["passage"] == "p1" for _, fields in found)


@given(
    st.sets(st.text("abcdefgh", min_size=1, max_size=5), min_size=2, max_size=6).map(sorted),
    st.text("xyz? ", min_size=1),
)
def test_the_key_of_a_pasted_item_points_at_what_was_right(options, question):
    names = ",".join(["question", "right", *["wrong"] * (len(options) - 1)])
    found, wrong = pasted(f"{names}\nQ{question},{','.join(options)}", "p1", ["p1"])
    assert wrong == []
    fields = found[0][1]
    assert fields[f"option{fields['key']}"] == options[0]
    assert sorted(value for name, value in fields.items() if name.startswith("option")) == options
