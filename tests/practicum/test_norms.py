"""How concrete words are, by a list that the writer has."""

import pytest

from cohobate.errors import WrongUse
from cohobate.practicum.prose import check, read_norms

TABLE = "Word,Bigram,Conc.M,Conc.SD\npump,0,4.9,0.4\nshare,0,2.5,1.1\ncommon cause,1,2.0,1\n"


def test_a_table_may_have_other_columns_and_words_of_several_parts():
    assert read_norms(TABLE) == {"pump": 4.9, "share": 2.5}
    assert read_norms(TABLE.replace(",", "\t")) == read_norms("\ufeff" + TABLE.replace(",", ";")) == read_norms(TABLE)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "columns none at all: it needs 'word' and 'rating'"),
        ("a,b\n", "columns a, b: it needs"),
        ("word,rating\npump,high\n", "line 2 of the list of ratings: 'high' is no number"),
    ],
)
def test_a_table_that_does_not_read_is_refused_with_its_line(table, sentence):
    with pytest.raises(WrongUse, match=sentence):
        read_norms(table)


def test_the_average_is_of_running_text_and_says_how_many_words_it_rests_on():
    draft = "# Pump pump\n\n" + "The {example: Pump} and pumps. `pump` " * 75 + "We share." * 50
    found = check(draft, read_norms(TABLE)).concreteness
    assert (found.rated, found.mean) == (125, round((75 * 4.9 + 50 * 2.5) / 125, 2))
    assert str(found) == f"3.94 (125 of {found.words} words rated)"


def test_below_a_hundred_rated_words_there_are_too_few_and_without_a_list_there_is_nothing():
    assert str(check("The pump.", {"pump": 5.0}).concreteness) == "too few (1 of 2 words rated)"
    report = check("The pump.")
    assert report.concreteness is None
    assert report.to_dict()["figures"]["concreteness"] is None
