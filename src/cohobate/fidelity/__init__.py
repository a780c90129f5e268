"""How far an assistant can be trusted: agreement on questions drawn at random, with intervals that hold."""

from cohobate.fidelity.agreement import by_kind_and_level, estimate
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.certificate import Evidence, certificate
from cohobate.fidelity.compounding import compounded, differs_anywhere, mean_at_most
from cohobate.fidelity.intervals import Estimate, clopper_pearson
from cohobate.fidelity.rates import Rate
from cohobate.fidelity.sequences import confidence_sequence

__all__ = [
    "Budget",
    "Estimate",
    "Evidence",
    "Rate",
    "by_kind_and_level",
    "certificate",
    "clopper_pearson",
    "compounded",
    "confidence_sequence",
    "differs_anywhere",
    "estimate",
    "mean_at_most",
]
