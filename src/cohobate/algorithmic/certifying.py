"""Gathering the evidence of an iteration: what X does on fresh questions, and what H says of H′.

X and H′ are questioned as much as one likes, which costs no decision. H decides single nodes, `settings.audits` of them
as they stand, and as many situations that it has not judged before. Nothing is ever learned from these decisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cohobate.algorithmic.assistant import Answers, reader
from cohobate.algorithmic.auditing import (
    Audit,
    Trees,
    acts_alike,
    situations_of,
    whole_trees,
)
from cohobate.algorithmic.overseer import Transcripts, blank
from cohobate.algorithmic.task import ASSISTANT, Array, Flags, Task, World
from cohobate.algorithmic.training import Training
from cohobate.fidelity.certificate import DRAWN, INDUCED, OVERGROWN, Evidence, parts_of, sort_of
from cohobate.ledger import Count, counted, whole


@dataclass(frozen=True)
class Posed:
    """Questions `(R, L)`, each about a context of its own, with their kinds and levels `(R,)`."""

    world: World
    questions: Array
    kinds: Array
    levels: Array

    @classmethod
    def about(cls, task: Task, world: World, questions: Array) -> Posed:
        return cls(world, questions, task.kind(questions), task.level(world, questions[:, None])[:, 0])


def gather(
    training: Training, number: int, rng: np.random.Generator, world: World, questions: Array, x: Answers
) -> tuple[Evidence, list[Count]]:
    """The evidence of iteration `number`, from fresh questions `(C, L)`, one about each context, that X has read; and
    what single nodes have shown, to be measured by kind and level:

    consistency_drawn, …_induced  X answers as its own amplification by the overseer: at the questions drawn, and at
                                  one sub-question that each of them induces, if there is one
    imitation_drawn, …_induced    the overseer acts as H throughout a node, sub-answers being given
    …_canonical                   the same of nodes that are judged by their situations
    tree_of_imitator              X answers as the overseer's full tree
    """
    task, overseer = training.task, training.overseer
    drawn = Posed.about(task, world, questions)
    answers, amplified = _both(training, rng, drawn, x)
    trees = whole_trees(task, rng, overseer, world, questions) if task.finite else Trees.of_one(amplified)
    if task.finite:
        _worked_out(training, trees.transcripts)
    nodes = Posed.about(task, world[trees.contexts], trees.transcripts.questions)
    below = np.ones(len(trees.contexts), dtype=bool)
    below[trees.roots] = False
    overgrown = _overgrown(task, trees, nodes)
    places = trees.at(rng.integers(0, _largest(task), len(world)))
    contexts, sub_questions = _induced(task, rng, world, trees, places)
    induced = Posed.about(task, world[contexts], sub_questions)
    answers_below, amplified_below = _both(training, rng, induced, reader(training.average, induced.world.facts))

    audit = begun(training)
    right = answers == trees.transcripts.answers[trees.roots]
    if not audit.number:  # no audit of H will count a tree that `largest_tree` cuts off
        right &= ~overgrown
    counts = _counted(task, "consistency_drawn", answers == amplified.answers, drawn)
    counts += _counted(task, "consistency_induced", answers_below == amplified_below.answers, induced)
    by_level = _counted(task, "tree_of_imitator", right, drawn)
    counts += by_level if task.finite else []

    if audit.number:
        known = set(training.judged.same)
        sorts, situations = _sorts(task, below, nodes), situations_of(task, trees.transcripts)
        if task.finite:
            _send_places(training, trees, places, overgrown, sorts, situations)
        else:
            half = (training.settings.audits + 1) // 2
            _send_places(training, trees, places[:half], overgrown, sorts, situations)
            some = amplified_below[: training.settings.audits - half]
            same = _decided(training, some, situations_of(task, some))
            _book(audit.acts, _sorts(task, np.ones(len(same), dtype=bool), induced), same)
        _judge_trees(training, trees, places, overgrown, sorts, situations, known)
        counts += _of_acts("imitation_{}", audit.acts) + _of_acts("imitation_{}_canonical", audit.acts_canonical)
    return Evidence(
        iteration=number,
        imitator=audit.number,
        endless=not task.finite,
        largest=_largest(task),
        levels=len(task.kinds) * len(task.levels),
        answered={f"{kind} {at}": (asked - same, asked) for _, kind, at, same, asked in by_level if at is not None},
        nodes=_nodes(task, trees, below, overgrown, nodes) if task.finite else {},
        faulty=audit.faulty,
        places=audit.places,
        sent=audit.sent,
        differing={sort: (differ, of) for sort, (differ, of) in audit.differing.items()},
        situations=len(training.judged.same),
    ), counts


def _largest(task: Task) -> int:
    return task.largest_tree if task.finite else 1


def _both(training: Training, rng: np.random.Generator, posed: Posed, x: Answers) -> tuple[Array, Transcripts]:
    """What X answers `(R,)`, and its amplification by the overseer `(R)`."""
    asked = posed.questions[:, None]
    if not len(asked):
        return np.zeros(0, dtype=np.int64), blank(training.task, posed.questions)
    answers = x(asked, np.ones(asked.shape[:2], dtype=bool))[:, 0]
    return answers, _worked_out(training, training.overseer(rng, posed.world, asked, x).flat())


def _worked_out(training: Training, transcripts: Transcripts) -> Transcripts:
    """What the overseer did, booked if it was H by its script, failing or not."""
    return training.for_measuring(transcripts) if training.settings.overseer == "scripted" else transcripts


def begun(training: Training) -> Audit:
    """The audit of the overseer as it is now: another one, begun anew, if it has learned since the last. Where trees
    are single nodes, what is told there depends on X, and so each iteration begins anew.

    If the overseer is H itself there is nothing to audit, and the number stays 0.
    """
    audit = training.audit
    learned = audit.lessons != training.lessons or not training.task.finite
    if training.overseer is not training.h and learned:
        training.audit = audit = Audit(audit.number + 1, training.lessons)
    return audit


def _overgrown(task: Task, trees: Trees, nodes: Posed) -> Flags:
    """Trees past H's limits: also those with a node such as H's have none, of no kind or of no level that there is."""
    foreign = (nodes.kinds < 0) | ~np.isin(nodes.levels, list(task.levels)) if task.finite else nodes.kinds < 0
    return trees.overgrown | (np.bincount(trees.contexts[foreign], minlength=len(trees.overgrown)) > 0)


def _induced(task: Task, rng: np.random.Generator, world: World, trees: Trees, places: Array) -> tuple[Array, Array]:
    """Nodes below the roots, at most one in each tree: their contexts `(R,)` and questions `(R, L)`.

    In trees of many nodes they are what stands in the places drawn, so that each node is as likely as every other; in
    trees of one node, one of the sub-questions that X answered.
    """
    if task.finite:
        nodes = places[(places >= 0) & (places != trees.roots)]
        return trees.contexts[nodes], trees.transcripts.questions[nodes]
    asked = trees.transcripts.asked
    open_ = task.lookup(rng, world, asked) == ASSISTANT
    pick = np.argmax(rng.random(open_.shape) * open_, axis=1)
    there = open_.any(1)
    return np.flatnonzero(there), asked[np.arange(len(asked)), pick][there]


# --- what H is asked ------------------------------------------------------------------------------------------------


def _send_places(
    training: Training, trees: Trees, places: Array, overgrown: Flags, sorts: list[str], situations: list[str]
) -> None:
    """Sends H the nodes in places drawn, one a tree, until it has been sent `settings.audits` of them."""
    occupied = (places >= 0) & ~overgrown[: len(places)]
    drawn = int(np.searchsorted(occupied.cumsum(), training.settings.audits)) + 1
    places, occupied = places[:drawn], occupied[:drawn]
    nodes = places[occupied]
    same = _decided(training, trees.transcripts[nodes], [situations[node] for node in nodes.tolist()])
    audit = training.audit
    audit.places += len(places)
    audit.faulty += int(overgrown[: len(places)].sum() + (~same).sum())
    audit.sent += len(nodes)
    _book(audit.acts, [sorts[node] for node in nodes.tolist()], same)


def _decided(training: Training, transcripts: Transcripts, situations: list[str]) -> Flags:
    """H decides transcripts `(R)`: at which it acts just the same `(R)`. What it says of their situations is noted."""
    if not len(transcripts):
        return np.zeros(0, dtype=bool)
    same, acts = acts_alike(training.task, transcripts)
    training.decisions_audit += len(transcripts)
    training.acts_audit += acts
    for situation, alike in zip(situations, same.tolist(), strict=True):
        training.judged.note(situation, alike)
    return same


def _judge_trees(
    training: Training,
    trees: Trees,
    places: Array,
    overgrown: Flags,
    sorts: list[str],
    situations: list[str],
    known: set[str],
) -> None:
    """Whether H and the overseer differ anywhere in each tree, by situations. Tree by tree, until `settings.audits`
    have come up that were not `known`; the last tree begun is judged to its end.

    known:  the situations that H had judged before it was sent any node of these trees. To stop by what it was sent
            since would be to look ahead.
    """
    judged, audit = training.judged.same, training.audit
    starts = np.append(trees.roots, len(situations)).tolist()
    new: dict[str, int] = {}
    done = 0
    while done < len(overgrown) and len(new) < training.settings.audits:
        if not overgrown[done]:
            unknown = (node for node in range(starts[done], starts[done + 1]) if situations[node] not in known)
            new |= {situations[node]: node for node in unknown}
        done += 1
    unjudged = {situation: node for situation, node in new.items() if situation not in judged}
    _decided(training, trees.transcripts[np.array(list(unjudged.values()), dtype=np.int64)], list(unjudged))
    differs = [
        bool(overgrown[tree]) or not all(judged[one] for one in situations[starts[tree] : starts[tree + 1]])
        for tree in range(done)
    ]
    _book(audit.differing, [sorts[root].removeprefix(f"{DRAWN} ") for root in starts[:done]], np.array(differs, bool))
    nodes = places[:done][(places[:done] >= 0) & ~overgrown[:done]].tolist()
    _book(
        audit.acts_canonical,
        [sorts[node] for node in nodes],
        np.array([judged[situations[node]] for node in nodes], dtype=bool),
    )


def _book(cells: dict[str, list[int]], names: list[str], true: Flags) -> None:
    """Counts by name how often something was true, and out of how many."""
    for name, yes in zip(names, true.tolist(), strict=True):
        cell = cells.setdefault(name, [0, 0])
        cell[0] += yes
        cell[1] += 1


# --- counting -------------------------------------------------------------------------------------------------------


def _counted(task: Task, what: str, true: Flags, posed: Posed) -> list[Count]:
    return counted(what, true, task.kinds, posed.kinds, posed.levels)


def _of_acts(what: str, seen: dict[str, list[int]]) -> list[Count]:
    """What was seen of the overseer's acts since it was frozen, by kind over all levels and level by level."""
    by_kind: dict[tuple[str, str], list[Count]] = {}
    for sort, (agree, asked) in seen.items():
        where, kind, level = parts_of(sort)
        by_kind.setdefault((where, kind), []).append((what.format(where), kind, level, agree, asked))
    counts: list[Count] = []
    for (where, kind), levels in sorted(by_kind.items()):
        counts += [whole(what.format(where), kind, levels), *sorted(levels, key=lambda count: count[2] or 0)]
    return counts


def _sorts(task: Task, below: Flags, nodes: Posed) -> list[str]:
    """The sort of each node: whether it is below a root, its kind, its level."""
    names = [*task.kinds, "other"]  # the last for nodes of no kind
    each = zip(below.tolist(), nodes.kinds.tolist(), nodes.levels.tolist(), strict=False)
    return [sort_of(INDUCED if induced else DRAWN, names[kind], level) for induced, kind, level in each]


def _sorts_of_h(task: Task) -> Iterator[tuple[str, bool, int, int]]:
    """Every sort of node that a tree of H can have: its name, whether it is below the root, kind and level."""
    for below, levels in ((False, task.levels), (True, task.levels[:-1])):
        for kind, name in enumerate(task.kinds):
            for level in levels:
                yield sort_of(INDUCED if below else DRAWN, name, level), below, kind, level


def _nodes(task: Task, trees: Trees, below: Flags, overgrown: Flags, nodes: Posed) -> dict[str, tuple[int, int]]:
    """Of each sort, how many nodes the trees have in all, and the sum of the squares of how many each has."""
    found = {OVERGROWN: (int(overgrown.sum()), int(overgrown.sum()))}
    for sort, induced, kind, level in _sorts_of_h(task):
        here = (below == induced) & (nodes.kinds == kind) & (nodes.levels == level)
        each = np.bincount(trees.contexts[here], minlength=len(overgrown))
        found[sort] = (int(each.sum()), int((each**2).sum()))
    return found
