"""`cohobate ask`, `report` and `compare`."""

import json

import pytest

from cohobate.algorithmic import showing
from cohobate.algorithmic.tasks import TASKS, make_task
from cohobate.cli import look

CONTEXT = "a→b\nb->c # a comment\n\nc→d\nd→a\n"


@pytest.fixture
def context(tmp_path):
    path = tmp_path / "context.txt"
    path.write_text(CONTEXT)
    return path


# --- ask ------------------------------------------------------------------------------------------------------------


def test_a_trained_assistant_answers_about_a_context_of_ones_own(cohobate, learned, context):
    asked = cohobate("ask", learned[0], "σ^2(a)", "sigma^3(a)", "--context", context, "--json")
    assert (asked.status, asked.err) == (0, "")
    first, second = json.loads(asked.out)
    assert (first["question"], first["truth"], first["level"], first["kind"]) == ("σ^2(a)", "c", 2, "power")
    assert (second["question"], second["truth"]) == ("σ^3(a)", "d")
    for one in (first, second):
        assert one["correct"] == (one["answer"] == one["truth"])
        assert one["context"] == ["a→b", "b→c", "c→d", "d→a"]
    assert first["tree"]["answer"] == "c"
    assert [(child["question"], child["answer"], child["by"]) for child in first["tree"]["children"]] == [
        ("σ^1(a)", "b", "context"),
        ("σ^1(b)", "c", "context"),
    ]


def test_a_trained_assistant_is_right_about_most_of_many_questions(cohobate, learned, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text("# all of them\n" + "".join(f"σ^{k}({x})  # one\n\n" for k in (2, 3) for x in "abcd"))
    answers = [
        one
        for seed in range(5)
        for one in json.loads(cohobate("ask", learned[0], "--questions", path, "--seed", seed, "--json").out)
    ]
    assert len(answers) == 40
    assert sum(one["correct"] for one in answers) >= 32


def test_the_answer_stands_above_the_tree_of_what_h_would_have_had_to_ask(cohobate, learned, context):
    asked = cohobate("ask", learned[0], "σ^3(a)", "--context", context)
    first, _, answer, root, *branches = asked.out.splitlines()
    assert first == "Context: a→b   b→c   c→d   d→a"
    assert answer.startswith("σ^3(a): X answers ")
    assert root.startswith("σ^3(a) = d  X: ")
    assert [branch.strip() for branch in branches] == [
        "├── σ^1(a) = b  looked up",
        "├── σ^1(b) = c  looked up",
        "└── σ^1(c) = d  looked up",
    ]


def test_without_a_context_one_is_drawn_and_shown_the_same_for_the_same_seed(cohobate, finished):
    one, same, other = (cohobate("ask", finished.folder, "σ^3(a)", "--seed", seed).out for seed in (1, 1, 2))
    assert one == same
    assert one.splitlines()[0].startswith("Context: a→")
    assert one.splitlines()[0] != other.splitlines()[0]


def test_a_simple_question_is_said_to_be_one(cohobate, finished):
    assert "it is a simple question: H looks it up" in cohobate("ask", finished.folder, "σ^1(a)").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "no question was given; write one after the folder, or name a file with --questions"),
        (("whither?",), "'whither?' is no question of powering; write it as σ^7(b)"),
        (("σ^3(z)",), "'z' is no element; use one of a…d"),
        (("σ^99(a)",), "exponent 99 needs more than 3 bits"),
        (("σ^3(a)", "--context", "nowhere.txt"), "nowhere.txt could not be read: it does not exist; check the path"),
        (("--questions", "nowhere.txt"), "nowhere.txt could not be read: it does not exist"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(cohobate, finished, arguments, sentence):
    refused = cohobate("ask", finished.folder, *arguments)
    assert sentence in refused.refusal
    assert refused.status in (1, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a\xe2\x86\x92b\nb->q\n", "line 2: 'q' is no element"),
        (b"a->b\n", "b is the start of no pair; a permutation needs"),
        (b"", "a permutation needs at least one pair"),
        (b"\xff\xfe\x00", "is no text in UTF-8 (byte 1 is 0xff); save it as such"),
    ],
)
def test_a_context_that_does_not_read_is_refused_with_its_line(cohobate, finished, tmp_path, content, sentence):
    path = tmp_path / "context.txt"
    path.write_bytes(content)
    refused = cohobate("ask", finished.folder, "σ^3(a)", "--context", path)
    assert sentence in refused.refusal
    assert str(path) in refused.refusal
    assert refused.status == 2


def test_a_question_that_does_not_read_is_refused_with_its_line(cohobate, finished, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text("σ^3(a)\n\nσ^3(\n")
    assert f"{path}, line 3: 'σ^3(' is no question" in cohobate("ask", finished.folder, "--questions", path).refusal


def test_an_older_checkpoint_answers_where_the_newest_is_damaged(cohobate, finished):
    newest = sorted(finished.checkpoints.iterdir())[-1]
    newest.write_bytes(b"half")
    asked = cohobate("ask", finished.folder, "σ^3(a)")
    assert asked.status == 0
    assert f"{newest} is damaged" in asked.refusal
    assert "X answers" in asked.out


@pytest.mark.parametrize("name", TASKS)
def test_every_task_can_be_asked_about_its_own_example(cohobate, tmp_path, name):
    folder, example = tmp_path / "run", tmp_path / "example.txt"
    cohobate("run", name, "--size", 4, "--overseer", "scripted", "--steps", 1, "--out", folder)
    example.write_text(cohobate("tasks", name, "--size", 4, "--example").out)
    question = example.read_text().splitlines()[-1].removeprefix("#").strip()
    asked = cohobate("ask", folder, question, "--context", example, "--json")
    assert asked.status == 0
    (one,) = json.loads(asked.out)
    assert one["question"] == question
    assert one["tree"]["by"] == "H"
    task = make_task(name, 4)
    nodes = [one["tree"]]
    while nodes:
        node = nodes.pop()
        nodes += node["children"]
        assert (node["by"] == "H") == bool(node["children"])
        assert (node["assistant"] is None) == (node["by"] == "context")
        assert node["by"] in ({"H", "context"} if task.finite else {"H", "context", "assistant"})
    assert cohobate("ask", folder, question, "--context", example).status == 0


def test_a_tree_that_grows_too_large_is_followed_only_so_far(cohobate, tmp_path, monkeypatch):
    folder = tmp_path / "run"
    cohobate("run", "wildcard", "--size", 16, "--overseer", "scripted", "--steps", 1, "--out", folder)
    (whole,) = json.loads(cohobate("ask", folder, "****", "--json").out)
    monkeypatch.setattr(showing, "MOST_NODES", 20)
    (cut,) = json.loads(cohobate("ask", folder, "****", "--json").out)

    def size(node):
        return 1 + sum(size(child) for child in node["children"])

    def deepest(node):
        return [node["by"]] if not node["children"] else [by for child in node["children"] for by in deepest(child)]

    assert size(whole["tree"]) == 31
    assert set(deepest(whole["tree"])) == {"context"}
    assert size(cut["tree"]) == 15
    assert set(deepest(cut["tree"])) == {"assistant"}


# --- report and compare ---------------------------------------------------------------------------------------------


def test_a_report_is_drawn_again_on_request(cohobate, finished):
    drawn = cohobate("report", finished.folder)
    assert (drawn.status, drawn.out) == (0, f"Report: {finished.report}\n")
    assert "</html>" in finished.report.read_text("utf-8")


def test_runs_stand_side_by_side_in_a_table_and_on_a_page(cohobate, learned, finished, tmp_path):
    page = tmp_path / "page.html"
    compared = cohobate("compare", learned[0], finished.folder, "--out", page)
    assert compared.status == 0
    heading, first, second, *_ = compared.out.splitlines()
    assert " ".join(heading.split()) == (
        "run task size overseer seed accuracy seconds steps decisions decisions to 99 % status"
    )
    assert first.split()[:5] == ["learned", "powering", "4", "imitated", "0"]
    assert first.split()[-1] == "reached"
    assert second.split()[:5] == ["finished", "powering", "4", "scripted", "0"]
    assert compared.out.endswith(f"Page: {page}\n")
    assert page.exists()


def test_one_run_or_an_unfinished_one_cannot_be_compared(cohobate, finished):
    assert "one run has nothing to be compared with" in cohobate("compare", finished.folder).refusal
    finished.summary.unlink()
    refused = cohobate("compare", finished.folder, finished.folder)
    assert "has no summary yet; finish the run with `cohobate resume" in refused.refusal
    assert refused.status == 2


def test_a_verdict_says_what_would_have_been_right():
    wrong = {"correct": False, "truth": "c", "simple": False}
    assert look.verdict(wrong) == "wrong: it is c"
    assert look.verdict(wrong | {"correct": True}) == "right"
