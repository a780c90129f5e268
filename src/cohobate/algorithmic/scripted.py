"""H as the tasks script it, at work on its own: one step, the whole recursion, or the tree of one question.

These functions ask nobody but the task, so they serve tests, documents and the reading of transcripts alike. Shapes as
in `cohobate.algorithmic.task`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cohobate.algorithmic.task import ASSISTANT, IDK, NOTHING, Array, Steps, Task, World
from cohobate.errors import CohobateError, WrongUse

Assistant = Callable[[World, Array], Array]
"""Answers questions `(C, Q, L)` about a world of C contexts: `(C, Q)`. `Task.truth` is one, given a task."""

Exchange = tuple[Array, Array]
"""One act of a batch: the sub-questions `(…, L)` and their answers `(…)`, NOTHING where a row asked nothing."""


def run_steps(steps: Steps, answer: Callable[[Array], Array], record: list[Exchange] | None = None) -> Array:
    """The answers `(…)` of H's `steps`, with `answer` taking sub-questions `(…, L)` to answers `(…)`.

    What `answer` says about blank rows is not passed on, and an act in which all rows are blank is not shown to it.
    Each act is appended to `record`, if one is given.
    """
    try:
        asked = next(steps)
        while True:
            blank = (asked == NOTHING).all(-1)
            answers = np.full(blank.shape, NOTHING) if blank.all() else np.where(blank, NOTHING, answer(asked))
            if record is not None:
                record.append((asked, answers))
            asked = steps.send(answers)
    except StopIteration as end:
        return np.asarray(end.value)


def one_step(
    task: Task,
    rng: np.random.Generator,
    world: World,
    questions: Array,
    assistant: Assistant | None = None,
    record: list[Exchange] | None = None,
) -> Array:
    """Amplification by one level: H's answers `(C, Q)` to questions `(C, Q, L)`.

    Simple sub-questions are looked up; the others go to `assistant`, by default one that is always right.
    """
    respond = assistant or task.truth

    def answer(asked: Array) -> Array:
        found = task.lookup(rng, world, asked)
        return np.where(found == ASSISTANT, respond(world, asked), found)

    return run_steps(task.steps(questions), answer, record)


def recurse(task: Task, rng: np.random.Generator, world: World, questions: Array, limit: int = 100) -> Array:
    """H's answers `(C, Q)` when H answers every sub-question too, down to the simple ones.

    A question that comes up again in the same context is not worked out anew. Raises WrongUse for a task whose tree
    has no end, and CohobateError if one that claims to end is more than `limit` levels deep.
    """
    if not task.finite:
        raise WrongUse(f"H's tree for {task.name} has no end and so no leaves to recurse to; use `one_step` or `tree`")
    known: dict[tuple[int, ...], int] = {}

    def answer(contexts: Array, asked: Array, depth: int) -> Array:
        """Answers `(R,)` to questions `(R, L)`, each about the context of that index."""
        found = task.lookup(rng, world[contexts], asked[:, None])[:, 0]
        open_ = np.flatnonzero(found == ASSISTANT)
        keys = [tuple(row) for row in np.column_stack([contexts, asked])[open_].tolist()]
        new = np.array(sorted(set(keys) - known.keys()), dtype=np.int64)
        if len(new):
            if depth == limit:
                raise CohobateError(
                    f"H asked {limit} levels deep about '{task.show_question(new[0, 1:])}' and was not done; "
                    f"if the tree of {task.name} need not end, set `finite = False`, else raise the limit"
                )
            worked = run_steps(task.steps(new[:, 1:]), lambda more: answer(new[:, 0], more, depth + 1))
            known.update(zip((tuple(row) for row in new.tolist()), worked.tolist(), strict=True))
        found[open_] = [known[key] for key in keys]
        return found

    contexts = np.repeat(np.arange(len(world)), questions.shape[1])
    return answer(contexts, questions.reshape(-1, questions.shape[-1]), 0).reshape(questions.shape[:2])


@dataclass(frozen=True)
class Node:
    """A question about a context, its answer, and whom the answer came from."""

    question: tuple[int, ...]
    """The tokens of the question; `np.array(node.question)` for `Task.show_question`."""
    answer: int
    by: Literal["H", "context", "assistant", "truth"]
    """`H` worked it out from `children`; `context`: it is simple (or malformed), and was looked up. Where the tree
    was not followed further: `assistant` if one was given, `truth` if not."""
    children: tuple[Node, ...] = ()

    @property
    def simple(self) -> bool:
        """Whether the answer was read off the context."""
        return self.by == "context"

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order in which they were asked."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(
    task: Task,
    rng: np.random.Generator,
    world: World,
    question: Array,
    assistant: Assistant | None = None,
    depth: int | None = None,
) -> Node:
    """What H asks for one question `(L,)` about a world of one context, and what H asks for that, and so on.

    The tree is followed `depth` levels down (1: only what H itself asks; None: as far as it goes). If the task's tree
    has no end, a question that has come up before is not followed again. What is not followed is answered by
    `assistant`, or by the truth if there is none; so the root's answer is H's work with all that stands below it.
    """
    respond = assistant or task.truth
    seen: set[tuple[int, ...]] = set()

    def node(tokens: Array, level: int) -> Node:
        asked, key = tokens[None, None, :], tuple(int(token) for token in tokens)
        found = int(task.lookup(rng, world, asked)[0, 0])
        if found != ASSISTANT:
            return Node(key, found if found != NOTHING else IDK, "context")
        if level == depth or (not task.finite and key in seen):
            return Node(key, int(respond(world, asked)[0, 0]), "truth" if assistant is None else "assistant")
        seen.add(key)
        children: list[Node] = []

        def answer(more: Array) -> Array:
            children.append(node(more, level + 1))
            return np.array(children[-1].answer)

        worked = int(run_steps(task.steps(tokens), answer))
        return Node(key, worked, "H", tuple(children))

    return node(question, 0)


def show_tree(task: Task, root: Node) -> str:
    """A tree in plain text, one question and answer a line, with a note where the tree was not followed."""
    notes = {"H": "", "context": "  (looked up)", "assistant": "  (the assistant)", "truth": "  (the truth)"}
    lines: list[str] = []

    def add(node: Node, first: str, rest: str) -> None:
        question, answer = task.show_question(np.array(node.question)), task.show_answer(node.answer)
        lines.append(f"{first}{question} = {answer}{notes[node.by]}")
        for i, child in enumerate(node.children, start=1):
            last = i == len(node.children)
            add(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))

    add(root, "", "")
    return "\n".join(lines)
