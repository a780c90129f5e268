"""The loop: draw, amplify, remember, distil, average, and let H′ learn from H; measured as it goes.

One step of X is one call of `Training.step`; read that first. What is measured, and when, is in `measuring`.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable

import numpy as np
import torch

from cohobate.algorithmic.asking import POLICIES, surprises
from cohobate.algorithmic.assistant import Answers, Manner, reader, without_empty
from cohobate.algorithmic.auditing import Audit, Judged
from cohobate.algorithmic.collective import make_assistant
from cohobate.algorithmic.failures import Failure, failing
from cohobate.algorithmic.imitator import Imitator, imitated
from cohobate.algorithmic.lessons import SURPRISED, imitator_optimiser, lesson
from cohobate.algorithmic.memory import Memory
from cohobate.algorithmic.network import Optimiser, move_towards
from cohobate.algorithmic.overseer import Overseer, Transcripts, scripted
from cohobate.algorithmic.schedule import Asking, Growing
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.task import IDK, NOTHING, Array, Task, World

MOST_SPARE = 4.0
"""The most questions asked for each that X is to learn from."""

Teach = Callable[["Training", World, Array, Answers], tuple[Array, Transcripts | None]]
"""Target answers `(C, Q)` for questions about a world that an assistant has read, and how they were come by."""


def by_amplification(
    training: Training, world: World, questions: Array, assistant: Answers
) -> tuple[Array, Transcripts | None]:
    transcripts = training.overseer(training.rng, world, questions, assistant)
    if training.settings.overseer == "scripted":
        training.decisions += len(transcripts)
        training.acts += transcripts.acts
    return transcripts.answers, transcripts


def by_truth(
    training: Training, world: World, questions: Array, assistant: Answers
) -> tuple[Array, Transcripts | None]:
    return training.task.truth(world, questions), None


class Training:
    """All that changes while a run goes on. Made from the same task and settings it does the same."""

    def __init__(self, task: Task, settings: Settings) -> None:
        self.task, self.settings = task, settings
        torch.set_num_threads(settings.threads)
        torch.manual_seed(settings.seed)
        self.rng = np.random.default_rng(settings.seed)
        self.x = make_assistant(task, settings.assistant, settings.assistants).to(settings.device)
        self.average = copy.deepcopy(self.x).requires_grad_(False)
        self.frozen = copy.deepcopy(self.average)
        self.x_optimiser = Optimiser(self.x, settings.rate, settings.adam_rate)
        self.imitator = Imitator(task, settings.imitator).to(settings.device)
        self.imitator_optimiser = imitator_optimiser(self.imitator)
        self.second: Imitator | None = None
        self.second_optimiser: Optimiser | None = None
        if settings.overseer == "imitated" and settings.ask == "disagreement":  # its weights are drawn next: others
            self.second = Imitator(task, settings.imitator).to(settings.device)
            self.second_optimiser = imitator_optimiser(self.second)
        self.samples = torch.Generator(settings.device).manual_seed(settings.seed)
        self.memory = Memory(settings.kept)
        self.recorded: list[Transcripts] = []
        self.asking = Asking(settings.decisions_at_once)
        self.growing = Growing(settings.smallest or task.size, settings.grow_at)
        self.h = scripted(task)
        self.overseer: Overseer = self.at_work()
        self.teach: Teach = by_truth if settings.overseer == "supervised" else by_amplification
        self.steps = self.targets = self.decisions = self.acts = 0
        self.lessons = 0
        self.audit, self.judged = Audit(), Judged()
        self.decisions_audit = self.acts_audit = self.decisions_measuring = self.acts_measuring = 0
        self.loss, self.known = float("nan"), 1.0
        self.seconds = 0.0

    def step(self) -> None:
        """One step of X; before it, whatever it needs."""
        started = time.perf_counter()
        if self.settings.overseer == "imitated":
            self.ask_h()
        if self.steps % self.settings.reuse == 0:
            self.amplify()
        self.distil()
        self.steps += 1
        self.seconds += time.perf_counter() - started

    def ask_h(self) -> None:
        """Record decisions of H, if they are due, and let H′ learn from all so far."""
        if self.steps == 0:
            self.record(self.settings.first_decisions)
            self.imitate(self.settings.first_lesson, scale=1.0)
        elif self.asking.due():
            self.record(self.settings.decisions_at_once)
            if self.asking.surprise > SURPRISED:
                self.imitate(self.settings.lesson, scale=0.5)

    def record(self, count: int) -> None:
        """H decides `count` questions with sub-answers drawn from X."""
        world, questions = self.undecided(count)
        transcripts = self.h(
            self.rng, world, questions, reader(self.average, world.facts, Manner(temperature=1.0), self.samples)
        ).flat()
        self.recorded.append(transcripts)
        self.decisions += len(transcripts)
        self.acts += transcripts.acts
        if self.steps:
            self.asking.surprise = float(surprises(self.imitator, transcripts).mean())

    def undecided(self, count: int) -> tuple[World, Array]:
        """Some of the questions that H′ was asked last, each about a context of its own; at first, fresh ones."""
        if not self.memory.batches:
            world = self.draw(count)
            return world, self.task.questions(self.rng, world, 1)
        facts, questions, _ = self.memory.batches[-1]
        world = self.task.world(facts)
        contexts, which = POLICIES[self.settings.ask](self, world, questions, count)
        return world[contexts], questions[contexts, which][:, None]

    def imitate(self, rounds: int, scale: float) -> None:
        """A lesson for H′: at most so many rounds, each ending settled, its step size fallen to zero."""
        decisions = Transcripts.joined(self.recorded)
        lesson(self.rng, self.imitator, self.imitator_optimiser, decisions, rounds, scale)
        if self.second is not None and self.second_optimiser is not None:
            lesson(self.rng, self.second, self.second_optimiser, decisions, rounds, scale)
        self.lessons += 1
        self.overseer = self.at_work()

    def at_work(self) -> Overseer:
        """H′ as it is now, or H; failing, if the settings say so. `h` never fails: it is what others are held to."""
        imitating, error = self.settings.overseer == "imitated", self.settings.overseer_error
        if error is None:
            return imitated(self.task, self.imitator) if imitating else self.h
        slips = failing(self.task, Failure.read(error), self.settings.seed)
        return imitated(self.task, self.imitator, slips) if imitating else scripted(self.task, slips)

    def amplify(self) -> None:
        """Make a batch of targets: the overseer answers fresh questions with the averaged X's help.

        While many answers are "I don't know" and those teach nothing, more questions are asked than X is to learn from,
        so that a batch stays full: what can be answered so far is what X learns, and what that makes answerable comes
        next. Where sub-questions are learned from as well, half of them come from the task's own questions, half of
        the rest from those, and so on: some lie deep, where no question of the task's own leads directly.
        """
        world, settings = self.draw(self.settings.contexts), self.settings
        assistant = self.assistant_for(world)
        share = settings.induced if self.teach is by_amplification else 0.0  # the truth asks no sub-questions
        wanted = settings.questions - round(settings.questions * share)
        spare = 1.0 if settings.unknown else 1 / max(self.known, 1 / MOST_SPARE)
        questions = self.task.questions(self.rng, world, math.ceil(wanted * spare))
        answers, transcripts = self.teach(self, world, questions, assistant)
        self.known += 0.2 * (float((answers != IDK).mean()) - self.known)
        if questions.shape[1] > wanted:
            first = np.argsort(answers == IDK, axis=1, kind="stable")[:, :wanted]
            answers = np.take_along_axis(answers, first, axis=1)
            questions = np.take_along_axis(questions, first[..., None], axis=1)
        while questions.shape[1] < settings.questions and transcripts is not None:
            more = self.induced(world, transcripts, math.ceil((settings.questions - questions.shape[1]) / 2))
            told, transcripts = self.teach(self, world, more, assistant)
            questions, answers = np.concatenate([questions, more], 1), np.concatenate([answers, told], 1)
        self.memory.add((world.facts, questions, answers))
        self.targets += answers.size

    def induced(self, world: World, transcripts: Transcripts, count: int) -> Array:
        """`count` of the sub-questions that the overseer asked about each context, simple ones too: they are where X
        begins. Where it asked fewer, some come twice; where none, the context's own first question stands in."""
        asked = transcripts.asked.reshape(len(world), -1, self.task.question_slots)
        found = self.task.lookup(self.rng, world, asked)
        put = (found != NOTHING) & (found != IDK)
        order = np.argsort(self.rng.random(put.shape) + ~put, axis=1)
        chosen = np.take_along_axis(order, np.arange(count)[None] % np.maximum(put.sum(1, keepdims=True), 1), axis=1)
        picked = np.take_along_axis(asked, chosen[..., None], axis=1)
        return np.where(put.any(1)[:, None, None], picked, transcripts.questions[:, :1])

    def distil(self) -> None:
        """One step of X towards remembered targets, and of the average towards X."""
        told_facts, *rest = self.memory.draw(self.rng)
        facts, questions, answers = (
            torch.from_numpy(array).to(self.settings.device) for array in (without_empty(told_facts), *rest)
        )
        logits = self.x(facts, questions).flatten(0, 1)
        weights = torch.where(answers.flatten() == IDK, self.settings.unknown, 1.0)
        surprises = torch.nn.functional.cross_entropy(logits, answers.flatten(), reduction="none")
        loss = (surprises * weights).sum() / weights.sum().clamp(min=1.0)
        self.x_optimiser.step(loss, min(self.growing.pace(self.known), (self.steps + 1) / self.settings.warm_up))
        self.loss = loss.item()
        move_towards(self.average.parameters(), self.x.parameters(), 1 / self.settings.horizon)
        known = answers.flatten() != IDK
        agreement = ((logits.argmax(-1) == answers.flatten()) & known).sum().item() / max(known.sum().item(), 1)
        self.growing.note(agreement, self.task.grows(self.growing.size))

    def for_measuring(self, transcripts: Transcripts) -> Transcripts:
        """Counts what H did for the sake of measuring, and not to teach or to certify."""
        self.decisions_measuring += len(transcripts)
        self.acts_measuring += transcripts.acts
        return transcripts

    def draw(self, count: int) -> World:
        return self.task.draw(self.rng, count, self.growing.size)

    def assistant_for(self, world: World) -> Answers:
        return reader(self.average, world.facts, self.settings.teaching, self.samples)
