"""Cohobate: iterated distillation and amplification, for models and for people, with every step measured."""

# The order matters: a subpackage and a function are both called `fidelity`. Once the subpackage is imported, Python
# does not bind its name here again, so the function bound after it stays. `tests/test_imports.py` holds this.
from cohobate.fidelity.intervals import Estimate
from cohobate.loop import amplify, distil, failed_decompositions, fidelity
from cohobate.version import __version__
from cohobate.vocabulary import IDK, Act, Answer, Ask, Assistant, Exchange, Overseer, Pass, Transcript

__all__ = [
    "IDK",
    "Act",
    "Answer",
    "Ask",
    "Assistant",
    "Estimate",
    "Exchange",
    "Overseer",
    "Pass",
    "Transcript",
    "__version__",
    "amplify",
    "distil",
    "failed_decompositions",
    "fidelity",
]
