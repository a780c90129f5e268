"""The tasks that ship, by name; a task of one's own is a Python file with a `Task` subclass in it."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from pathlib import Path

from cohobate.algorithmic.task import Task
from cohobate.algorithmic.tasks.assignments import Assignments
from cohobate.algorithmic.tasks.powering import Powering
from cohobate.algorithmic.tasks.shortest_path import ShortestPath
from cohobate.algorithmic.tasks.union_find import UnionFind
from cohobate.algorithmic.tasks.wildcard import Wildcard
from cohobate.errors import WrongUse

__all__ = ["TASKS", "load_task", "make_task", "where_from"]

TASKS: dict[str, type[Task]] = {task.name: task for task in (Powering, Assignments, Wildcard, ShortestPath, UnionFind)}


def make_task(name: str, size: int | None = None, **options: int | None) -> Task:
    """The task of that name, or of the Python file at that path, at `size` (default 8).

    Options that are None count as not given. Raises WrongUse for an unknown task, a file that holds none, an option
    that the task does not take, or a value that it cannot have.
    """
    if name.endswith(".py"):
        kind = load_task(name)
    elif name in TASKS:
        kind = TASKS[name]
    else:
        raise WrongUse(f"there is no task '{name}'; give {', '.join(TASKS)}, or one's own as path/to/task.py")
    given = {"size": 8 if size is None else size} | {key: value for key, value in options.items() if value is not None}
    takes = inspect.signature(kind).parameters
    for option in given:
        if option not in takes:
            known = ", ".join(f"--{key}" for key in takes)
            raise WrongUse(f"{kind.name} takes no --{option}; leave it out ({kind.name} takes {known or 'no options'})")
    return kind(**given)


def load_task(path: str | Path) -> type[Task]:
    """The one `Task` subclass that the Python file at `path` defines, running the file. Raises WrongUse otherwise."""
    file = Path(path).resolve()
    if not file.is_file():
        raise WrongUse(f"there is no file {path}; give the path of a Python file with a Task, or {', '.join(TASKS)}")
    module_name = f"cohobate_own_task_{file.stem}_{abs(hash(file)):x}"
    spec = importlib.util.spec_from_file_location(module_name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # dataclasses look their module up while it is executed
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[module_name]
        raise WrongUse(f"{path} does not run: {_where(error, file)}; mend it and try again") from error
    own = [
        thing
        for thing in vars(module).values()
        if inspect.isclass(thing) and issubclass(thing, Task) and thing.__module__ == module_name
    ]
    own = [kind for kind in own if not any(other is not kind and issubclass(other, kind) for other in own)]
    if len(own) != 1:
        names = ", ".join(kind.__name__ for kind in own) or "none"
        raise WrongUse(f"{path} defines {len(own)} tasks ({names}); a task's file defines exactly one subclass of Task")
    (kind,) = own
    if inspect.isabstract(kind):
        missing = ", ".join(sorted(kind.__abstractmethods__))
        raise WrongUse(f"{kind.__name__} in {path} lacks {missing}; define each as tasks/powering.py does")
    for attribute in ("name", "title", "kinds"):
        if not hasattr(kind, attribute):
            raise WrongUse(f"{kind.__name__} in {path} has no `{attribute}`; set it as tasks/powering.py does")
    return kind


def where_from(task: Task) -> str:
    """What `make_task` needs, beside `task.options`, to make `task` again: its name, or its file's absolute path."""
    if TASKS.get(task.name) is type(task):
        return task.name
    return str(Path(inspect.getfile(type(task))).resolve())


def _where(error: Exception, file: Path) -> str:
    """What went wrong in `file`, and in which line of it."""
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return f"line {error.lineno}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    place = f"line {lines[-1]}: " if lines else ""
    return f"{place}{type(error).__name__}: {error}"
