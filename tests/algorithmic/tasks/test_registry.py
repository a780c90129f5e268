import numpy as np
import pytest

from cohobate.algorithmic.tasks import TASKS, load_task, make_task, where_from
from cohobate.errors import WrongUse

OWN = """
from dataclasses import dataclass
from cohobate.algorithmic.tasks.powering import Permutations, Powering

@dataclass(frozen=True)
class Shuffles(Permutations):
    pass

class Shuffling(Powering):
    name = "shuffling"
"""


def written(tmp_path, text):
    path = tmp_path / "own.py"
    path.write_text(text)
    return str(path)


def test_the_five_tasks_are_there_in_their_order():
    assert list(TASKS) == ["powering", "assignments", "wildcard", "shortest-path", "union-find"]
    assert all(make_task(name).name == name and make_task(name).size == 8 for name in TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_made_again_from_its_options(name):
    task = make_task(name, 16)
    again = make_task(where_from(task), **task.options)
    assert type(again) is type(task)
    assert again.options == task.options
    assert again.symbols == task.symbols


def test_options_that_are_none_are_not_given():
    assert make_task("wildcard", None, bits=None).size == 8
    assert make_task("powering", 4, bits=5).options == {"size": 4, "bits": 5}


def test_an_unknown_task_is_refused_with_those_there_are():
    with pytest.raises(WrongUse, match="no task 'chess'; give powering, .*union-find, or one's own as path/to/task.py"):
        make_task("chess")


def test_an_option_that_a_task_does_not_take_is_refused():
    with pytest.raises(WrongUse, match=r"wildcard takes no --bits; leave it out \(wildcard takes --size\)"):
        make_task("wildcard", bits=3)


def test_a_task_of_ones_own_is_made_from_its_file_and_made_again(tmp_path):
    path = written(tmp_path, OWN)
    task = make_task(path, 5, bits=4)
    assert (task.name, task.options) == ("shuffling", {"size": 5, "bits": 4})
    assert where_from(task) == path
    again = make_task(where_from(task), **task.options)
    facts = task.draw(np.random.default_rng(0), 2).facts
    assert (again.world(facts).facts == facts).all()


def test_a_shipped_task_under_another_class_is_told_from_the_shipped_one(tmp_path):
    path = written(tmp_path, OWN.replace('name = "shuffling"', "pass"))
    task = make_task(path)
    assert task.name == "powering"
    assert where_from(task) == path


def test_a_file_may_have_helper_classes_of_its_task(tmp_path):
    text = OWN.replace("class Shuffling(Powering)", "class Base(Powering):\n    pass\n\nclass Shuffling(Base)")
    assert load_task(written(tmp_path, text)).__name__ == "Shuffling"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1", r"defines 0 tasks \(none\); a task's file defines exactly one"),
        ("from cohobate.algorithmic.tasks.powering import Powering", "defines 0 tasks"),
        (OWN + "class Second(Powering):\n    pass\n", r"defines 2 tasks \(Shuffling, Second\)"),
        ("x = 1\ny = 1 / 0\n", "does not run: line 2: ZeroDivisionError"),
        ("x = 1\n\nimport no_such_module_here\n", "does not run: line 3: ModuleNotFoundError"),
        ("def f(:\n", "does not run: line 1: "),
        ("from cohobate.algorithmic.task import Task\nclass Mine(Task):\n    name = 'm'\n", "Mine in .* lacks draw, "),
    ],
)
def test_a_file_that_holds_no_task_is_refused(tmp_path, text, sentence):
    with pytest.raises(WrongUse, match=sentence):
        make_task(written(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(WrongUse, match=r"there is no file .*nowhere\.py"):
        make_task(str(tmp_path / "nowhere.py"))
