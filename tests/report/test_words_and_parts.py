"""The small rules behind the pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohobate.fidelity import Estimate
from cohobate.report.page import MOST_NODES, Branch, cut
from cohobate.report.pictures import MOST_PANELS, panels_of, thinned
from cohobate.report.reading import Iteration, Look, Node, printable
from cohobate.report.words import bound, counted, duration, flattened, number, parts, per_cent, signed


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (41.4, "41 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (3_600_000, "1,000 h 0 min"),
    ],
)
def test_durations_read_as_people_say_them(seconds, words):
    assert duration(seconds) == words


def test_figures_and_their_signs_are_not_torn_apart():
    assert bound("99.4 % (98.9–99.7 %, n = 2,048) in 3 min 20 s") == (
        "99.4\u00a0% (98.9–99.7\u00a0%, n\u00a0=\u00a02,048) in 3\u00a0min\u00a020\u00a0s"
    )


def test_numbers_counts_and_targets():
    assert (number(1234), number(None), number(0.25)) == ("1,234", "–", "0.25")
    assert (counted(0, "step"), counted(1, "step"), counted(1000, "step")) == ("no steps", "1 step", "1,000 steps")
    assert (per_cent(0.99), per_cent(0.995)) == ("99 %", "99.5 %")


def test_an_estimate_comes_apart_into_its_share_and_what_goes_with_it():
    assert parts(None) == ("–", "")
    assert parts(Estimate.of(2, 3)) == ("too few", "n\u00a0=\u00a03")
    share, rest = parts(Estimate.of(990, 1000))
    assert share == "99.0 %"
    assert rest == "98.1–99.6, n\u00a0=\u00a01,000"


def test_nested_settings_become_lines():
    assert flattened({"a": {"b": {"c": True}, "d": []}, "e": {}, "f": [1, 0.5]}) == [
        ("a.b.c", "yes"),
        ("a.d", "–"),
        ("e", "–"),
        ("f", "1, 0.5"),
    ]


@given(st.lists(st.integers(), max_size=300), st.integers(2, 50))
def test_thinning_keeps_the_ends_the_order_and_the_limit(rows, most):
    kept = thinned(list(enumerate(rows)), most)
    assert len(kept) == min(most, len(rows))
    assert kept == sorted(set(kept))
    assert kept[:1] == list(enumerate(rows))[:1]
    assert kept[-1:] == list(enumerate(rows))[-1:]


@given(st.dictionaries(st.integers(0, 10**9), st.integers(1, 500), min_size=1, max_size=40))
def test_every_level_is_in_one_panel_and_there_are_not_too_many(counts):
    look = Look(accuracy_by_level=dict.fromkeys(counts, 0.5), evaluated_by_level=counts)
    panels = panels_of([look])
    assert [level for _, levels in panels for level in levels] == sorted(counts)
    assert len(panels) <= MOST_PANELS
    assert len({title for title, _ in panels}) == len(panels)


@given(st.dictionaries(st.integers(0, 20), st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1))
def test_shares_are_pooled_by_adding_counts(cells):
    counts = {level: agree + other for level, (agree, other) in cells.items()}
    shares = {level: agree / counts[level] for level, (agree, _) in cells.items() if counts[level]}
    look = Look(accuracy_by_level=shares, evaluated_by_level=counts)
    asked = sum(counts.values())
    expected = Estimate.of(sum(agree for agree, _ in cells.values()), asked) if asked else None
    assert look.x(cells) == expected


def test_a_line_for_all_levels_together_is_not_counted_twice():
    def line(level, agree, asked):
        return {"what": "accuracy_x_alone", "kind": "sum", "level": level, "agree": agree, "asked": asked}

    both = Iteration(iteration=1, measurements=[line(None, 9, 12), line(1, 4, 5), line(2, 5, 7)])
    assert both.estimate("accuracy_x_alone") == Estimate.of(9, 12)
    assert both.estimate("accuracy_x_alone", "sum", 2) == Estimate.of(5, 7)
    assert both.estimate("accuracy_x_alone", "other") is None
    assert Iteration(iteration=1, measurements=[line(None, 9, 12)]).estimate("accuracy_x_alone") == Estimate.of(9, 12)


def nodes(of: Branch) -> int:
    return 1 + sum(nodes(child) for child in of.children)


def left_out(of: Branch) -> int:
    return of.left_out + sum(left_out(child) for child in of.children)


def leaf_or_more(children):
    return st.builds(
        lambda below: Node(question="q", answer="a", children=tuple(below)), st.lists(children, max_size=6)
    )


@given(st.recursive(st.just(Node(question="q", answer="a")), leaf_or_more, max_leaves=400))
def test_a_cut_tree_and_what_it_leaves_out_make_up_the_whole(root):
    branch = cut(root)
    assert nodes(branch) <= MOST_NODES
    assert nodes(branch) + left_out(branch) == root.count


@pytest.mark.parametrize(
    ("fields", "right"),
    [
        ({"by": "context", "truth": "b"}, None),
        ({"by": "H"}, None),
        ({"by": "H", "truth": "a"}, True),
        ({"by": "H", "truth": "b"}, None),
        ({"by": "H", "truth": "b", "assistant": "a", "correct": True}, True),
        ({"by": "assistant", "truth": "b", "assistant": "a", "correct": False}, False),
    ],
)
def test_an_answer_is_called_right_or_wrong_only_where_that_is_known(fields, right):
    assert Node(question="q", answer="a", **fields).right is right


@given(st.text())
def test_what_is_printable_can_be_written(text):
    assert printable({text: [text]}) == {printable(text): [printable(text)]}
    printable(text + "\ud800\x00").encode("utf-8")


def test_a_number_around_zero_has_a_proper_sign_or_none():
    assert [signed(value) for value in (-0.001, 0.0, 0.126, -0.3)] == ["0.00", "0.00", "0.13", "−0.30"]
