"""Single questions, for people to look into: what X answers, what H would have had to ask, and what is true.

Everything here is JSON values with questions, answers and contexts as people write them. A tree is a map:

    question, answer   what was asked, and the answer that was worked with
    by                 whose answer that is: "H" worked it out from `children`; "context", a simple question looked up;
                       "assistant", X, where the tree is not followed further
    assistant          what X answers directly; null for a simple question, which X is never asked
    truth, correct     the exact answer; whether X's is right (null where X was not asked)
    children           the trees of the sub-questions
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cohobate.algorithmic.assistant import Model, reader
from cohobate.algorithmic.measuring import SHOW, chance, everything
from cohobate.algorithmic.scripted import Node, tree
from cohobate.algorithmic.task import ASSISTANT, NOTHING, Array, Task, World
from cohobate.algorithmic.training import Training

MOST_NODES = 400
"""A tree is followed as deep as it stays smaller than this; below that, X answers."""

SAMPLED = 5
"""Transcripts in a sample."""


def consulted(task: Task, x: Model, world: World, question: Array) -> dict[str, Any]:
    """One question `(L,)` about a world of one context, answered by X directly.

    question, answer, truth, correct, level; `kind` (null for a question of those that only H asks); `simple`, whether
    H would look it up; and `tree`.
    """
    asked = question[None, None]
    answer = reader(x, world.facts)(asked, everything(asked))
    kind = int(task.kind(asked)[0, 0])
    return {
        "question": task.show_question(question),
        "answer": task.show_answer(int(answer[0, 0])),
        "truth": task.show_answer(int(task.truth(world, asked)[0, 0])),
        "correct": bool(task.correct(world, asked, answer)[0, 0]),
        "level": int(task.level(world, asked)[0, 0]),
        "kind": None if kind < 0 else task.kinds[kind],
        "simple": bool(task.lookup(np.random.default_rng(0), world, asked)[0, 0] != ASSISTANT),
        "tree": tree_with_answers(task, x, world, question),
    }


def tree_with_answers(task: Task, x: Model, world: World, question: Array) -> dict[str, Any]:
    """The tree of what H asks for a question `(L,)` about a world of one context, with X's answers beside H's.

    If H's tree ends it is followed down to what is looked up, or as far as `MOST_NODES` allows; if it has no end, only
    H's own sub-questions are shown.
    """
    asked_x = reader(x, world.facts)

    def assistant(world: World, questions: Array) -> Array:
        return asked_x(questions, everything(questions))

    depth = 1
    root = tree(task, np.random.default_rng(0), world, question, assistant, depth)
    while task.finite and any(node.by == "assistant" for node in root.walk()):
        deeper = tree(task, np.random.default_rng(0), world, question, assistant, depth := depth + 1)
        if sum(1 for _ in deeper.walk()) > MOST_NODES:
            break
        root = deeper

    nodes = list(root.walk())
    questions = np.array([[node.question for node in nodes]])
    answers = assistant(world, questions)
    truths, right = task.truth(world, questions)[0], task.correct(world, questions, answers)[0]
    places: Iterator[int] = iter(range(len(nodes)))

    def written(node: Node) -> dict[str, Any]:
        i = next(places)  # in the order of `walk`
        return {
            "question": task.show_question(questions[0, i]),
            "answer": task.show_answer(node.answer),
            "by": node.by,
            "assistant": None if node.simple else task.show_answer(int(answers[0, i])),
            "truth": task.show_answer(int(truths[i])),
            "correct": None if node.simple else bool(right[i]),
            "children": [written(child) for child in node.children],
        }

    return written(root)


def sample(training: Training) -> list[dict[str, Any]]:
    """Five questions from the easiest to the hardest, each about a context of its own, as the overseer answers them
    with the averaged X's help, and as H and X would.

    context, question, kind, level; `steps`, the overseer's sub-questions with their answers and by whom ("context" or
    "assistant"); its final `answer`, the `truth`, whether it is `correct`; `overseer`; `assistant`, what X answers
    directly; `tree`, what H would have asked. With the truth for a teacher, the overseer is H.
    """
    task, settings = training.task, training.settings
    rng = chance(training, SHOW)
    world = task.draw(rng, SAMPLED)
    questions = task.questions(rng, world, 16)
    order = task.level(world, questions).argsort(axis=1, kind="stable")
    rank = np.linspace(0, 15, SAMPLED).round().astype(np.int64)
    questions = questions[np.arange(SAMPLED), order[np.arange(SAMPLED), rank]][:, None]
    transcripts = training.overseer(rng, world, questions, reader(training.average, world.facts))
    if settings.overseer != "imitated":
        training.for_measuring(transcripts)
    kept = []
    for i in range(SAMPLED):
        one, alone = world[i : i + 1], consulted(task, training.average, world[i : i + 1], questions[i, 0])
        answer = transcripts.answers[i : i + 1]
        steps = []
        for asked, told in zip(transcripts.asked[i, 0], transcripts.told[i, 0], strict=True):
            if asked[0] != NOTHING:
                open_ = task.lookup(np.random.default_rng(0), one, asked[None, None])[0, 0] == ASSISTANT
                by = "assistant" if open_ else "context"
                steps.append({"question": task.show_question(asked), "answer": task.show_answer(int(told)), "by": by})
        kept.append(
            {
                "context": task.show_context(one.facts[0]).splitlines(),
                "question": alone["question"],
                "kind": alone["kind"],
                "level": alone["level"],
                "overseer": "imitated" if settings.overseer == "imitated" else "scripted",
                "steps": steps,
                "answer": task.show_answer(int(answer[0, 0])),
                "truth": alone["truth"],
                "correct": bool(task.correct(one, questions[i : i + 1], answer)[0, 0]),
                "assistant": alone["answer"],
                "assistant_correct": alone["correct"],
                "tree": alone["tree"],
            }
        )
    return kept
