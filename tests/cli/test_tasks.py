"""`cohobate tasks`."""

import json

import pytest

from cohobate.algorithmic.tasks import TASKS, make_task


def test_all_tasks_are_listed_with_what_they_ask(cohobate):
    listed = cohobate("tasks")
    assert listed.status == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == ["task", *TASKS]


def test_all_tasks_are_listed_for_programs(cohobate):
    listed = json.loads(cohobate("tasks", "--json").out)
    assert [one["name"] for one in listed] == list(TASKS)
    assert listed[3]["kinds"] == ["distance", "step"]
    assert {"title", "options", "levels", "least_size", "finite"} <= set(listed[0])


def test_one_task_is_described_in_full(cohobate):
    assert cohobate("tasks", "powering").out.startswith("Permutation powering: where does applying σ k times take x?")
    (one,) = json.loads(cohobate("tasks", "powering", "--size", 4, "--bits", 2, "--json").out)
    assert one["options"] == {"size": 4, "bits": 2}


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("size", [4, 8])
def test_an_example_is_a_context_file_with_questions_that_read(cohobate, name, size):
    example = cohobate("tasks", name, "--size", size, "--example")
    assert example.status == 0
    task = make_task(name, size)
    world = task.read_context(example.out)
    lines = example.out.splitlines()
    questions = [
        line.removeprefix("#").strip() for line in lines[lines.index("# Questions that one can ask about it:") + 1 :]
    ]
    assert 1 <= len(set(questions)) == len(questions) <= 5
    for text in questions:
        question = task.read_question(text)
        assert task.kind(question) >= 0
        assert task.show_answer(int(task.truth(world, question[None, None])[0, 0])) != "I don't know"


def test_examples_differ_by_seed_only(cohobate):
    one, same, other = (cohobate("tasks", "powering", "--example", "--seed", seed).out for seed in (1, 1, 2))
    assert one == same != other


def test_a_task_of_ones_own_is_described_too(cohobate, tmp_path):
    own = tmp_path / "own.py"
    text = "from cohobate.algorithmic.tasks.powering import Powering\n\nclass Own(Powering):\n    name = 'own'\n"
    own.write_text(text)
    assert cohobate("tasks", own).out == f"{TASKS['powering'].title}\n"
    assert cohobate("tasks", own, "--example").out.startswith("# own, size 8, bits 3")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("chess",), "there is no task 'chess'"),
        (("--example",), "an example of which task? name it: cohobate tasks powering --example"),
        (("powering", "--size", 5000), "size 5000: at most 1024 is within reach"),
    ],
)
def test_what_cannot_be_described_is_refused(cohobate, arguments, sentence):
    refused = cohobate("tasks", *arguments)
    assert sentence in refused.refusal
    assert refused.status == 2
