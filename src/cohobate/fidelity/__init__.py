"""How far an assistant can be trusted: agreement on questions drawn at random, with intervals that hold."""

from cohobate.fidelity.agreement import by_kind_and_level, estimate
from cohobate.fidelity.intervals import Estimate, clopper_pearson
from cohobate.fidelity.sequences import confidence_sequence

__all__ = ["Estimate", "by_kind_and_level", "clopper_pearson", "confidence_sequence", "estimate"]
