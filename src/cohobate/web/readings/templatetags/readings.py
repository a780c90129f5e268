"""What templates of reader tests can do: times and figures as people read them."""

from __future__ import annotations

import math

from django import template

from cohobate.fidelity.crossover import Figure
from cohobate.fidelity.paired import Finding
from cohobate.practicum.reader_test import outwards

register = template.Library()

NAMES = {
    "accuracy_no_text": "answered without a text",
    "accuracy_source": "answered from the source",
    "accuracy_distillation": "answered from the page",
    "unanswered_no_text": "“I can’t tell”, without a text",
    "unanswered_source": "“I can’t tell”, source",
    "unanswered_distillation": "“I can’t tell”, page",
    "help": "help: the page, less no text",
    "distillation_less_source": "the page, less the source",
    "distillation_preserves": "the page, by the source",
    "minutes_saved": "minutes saved a text",
    "time_ratio": "time for the page, by that for the source",
}
SIGNED = ("help", "distillation_less_source")
PLAIN = ("distillation_preserves", "time_ratio", "minutes_saved")


@register.filter
def minutes(seconds: float) -> str:
    """Seconds as a reader wants to know them: "12 minutes", "90 seconds"."""
    if seconds < 120:
        whole = math.ceil(seconds)
        return f"{whole} second{'' if whole == 1 else 's'}"
    return f"{math.floor(seconds / 60)} minutes"


@register.filter
def points(share: float) -> str:
    """A share in whole points of a hundred."""
    return f"{100 * share:.0f}".replace("-", "−")


@register.filter
def figure_name(figure: Figure) -> str:
    """What a figure is called."""
    return NAMES.get(figure.what, figure.what.replace("_", " "))


@register.filter
def figure_value(figure: Figure) -> str:
    """What was found."""
    return _number(figure.what, figure.finding.value)


@register.filter
def figure_interval(figure: Figure) -> str:
    """The ends of its interval."""
    return interval_of(figure, figure.finding)


@register.filter
def interval_of(figure: Figure, finding: Finding) -> str:
    """The ends of another interval of the same figure, rounded outwards."""
    return f"{_number(figure.what, finding.low, -1)} to {_number(figure.what, finding.high, 1)}"


def _number(what: str, value: float, direction: int = 0) -> str:
    if not math.isfinite(value):
        return "∞" if value > 0 else "–"
    if what in PLAIN:
        return f"{outwards(value, 2, direction):.2f}".replace("-", "−")
    share = outwards(100 * value, 1, direction)
    told = f"{share:+.1f}" if what in SIGNED else f"{share:.1f} %"
    return told.replace("-", "−")
