"""Trainings small enough to run by the dozen."""

import pytest

from cohobate.algorithmic.assistant import AssistantShape
from cohobate.algorithmic.imitator import ImitatorShape
from cohobate.algorithmic.settings import Settings
from cohobate.algorithmic.tasks import make_task
from cohobate.algorithmic.training import Training


@pytest.fixture
def tiny():
    """Settings for networks that are quick and learn next to nothing, with any of them changed."""

    def settings(**changed):
        small = {
            "threads": 1,
            "assistant": AssistantShape(width=16, heads=2, reading=1, answering=1),
            "imitator": ImitatorShape(width=16, heads=2, depth=1, pointer=8),
            "contexts": 8,
            "questions": 4,
            "first_decisions": 16,
            "first_lesson": 1,
            "lesson": 1,
            "look": 4,
            "iteration": 6,
            "evaluated": 64,
            "audited": 40,
            "questioned": 64,
            "audits": 6,
        }
        return Settings(**small | changed)

    return settings


@pytest.fixture
def training(tiny):
    """A training of a small task, with any settings changed."""

    def made(name="powering", size=4, **changed):
        return Training(make_task(name, size), tiny(**changed))

    return made
