"""Answers as they leave the sittings: nobody learns from a row who came when.

What stands in the ledger stays there, for everybody to read. So readers are numbered in an order that this server
draws by its own secret, and times are whole seconds.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.crypto import salted_hmac

from cohobate.practicum.reader_test import Answer
from cohobate.practicum.reading.grading import Graded


def unlinked(test: str, found: Graded) -> Graded:
    """The same answers, with other numbers for readers, row by row in the order of these, and whole seconds."""

    def drawn(reader: str) -> str:
        return salted_hmac("cohobate.readings.order", f"{test} {reader}", algorithm="sha256").hexdigest()

    order = sorted({one.reader for one in found.answers}, key=drawn)
    numbers = {reader: f"r{place:03}" for place, reader in enumerate(order, start=1)}

    def other(one: Answer) -> Answer:
        seconds = None if one.seconds is None else float(round(one.seconds))
        return replace(one, reader=numbers[one.reader], seconds=seconds)

    answers = sorted((other(one) for one in found.answers), key=lambda one: (one.reader, one.period))
    return replace(found, answers=tuple(answers))
