"""What the evidence of an iteration certifies: every bound from the counts it rests on, and from nothing else.

All that is certified in the course of a run, and all intervals in its ledger, hold together with the confidence
1 − δ; see `Budget`. Nothing here needs the true answers. Who reads a ledger can do this arithmetic again, and
`cohobate ledger verify` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cohobate.errors import WrongUse
from cohobate.fidelity.budget import Budget
from cohobate.fidelity.compounding import compounded, differs_anywhere, mean_at_most
from cohobate.fidelity.intervals import Estimate, clopper_pearson
from cohobate.fidelity.sequences import confidence_sequence

Counts = Mapping[str, tuple[int, int]]
"""Two counts for each sort of question or node, by a name such as "power 3" or "induced power 3"."""

AtNodes = Mapping[str, Estimate]
"""An estimate for each sort of node."""

DRAWN, INDUCED, OVERGROWN = "drawn", "induced", "overgrown"
MAPS = ("answered", "nodes", "differing")
NOTHING_SEEN = Estimate(0, 0, 0.0, 1.0, 0.5)


@dataclass(frozen=True)
class Evidence:
    """What an iteration's questions, and the audits of its H′ since that was frozen, have shown."""

    iteration: int
    """Counted from 1."""
    imitator: int
    """Which frozen overseer was audited, counted from 1: its confidence sequences begin with it. 0 if H itself is the
    overseer: then there is nothing in which it could differ."""
    endless: bool
    """Whether H's tree has no end: then a "tree" is one node, whose sub-questions X answers."""
    largest: int
    """The most nodes of a tree."""
    levels: int
    """How many pairs of kind and level the task draws questions of."""
    answered: Counts
    """On how many fresh questions X answered otherwise than the tree of H′, and on how many it answered; by kind and
    level."""
    nodes: Counts = field(default_factory=dict)
    """Of as many trees as questions: how many nodes of a sort there were in all, and the sum of the squares of how many
    a tree had. Sorts are "drawn" (roots) and "induced" (all others) by kind and level, every one that a tree of H can
    have, and "overgrown": 1 for a tree that is past H's limits."""
    faulty: int = 0
    """Of the places drawn, one in a tree, those at which H acted otherwise than H′."""
    places: int = 0
    sent: int = 0
    """Nodes in these places: so many decisions H made about them."""
    differing: Counts = field(default_factory=dict)
    """Of trees all of whose situations H has judged, those with a difference, and how many there were; by kind and
    level of the root."""
    situations: int = 0
    """Judged by H, in this and in earlier audits: one decision each."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evidence:
        """The inverse of `to_dict`, JSON between them or not. Raises WrongUse for what is no evidence."""
        try:
            pairs = {name: {k: (int(a), int(b)) for k, (a, b) in data[name].items()} for name in MAPS}
            return cls(**dict(data) | pairs)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise WrongUse(f"the evidence does not read ({error}); restore the ledger from a copy") from None


def sort_of(where: str, kind: str, level: int) -> str:
    """A name for a sort of node: `where` is "drawn", for roots, or "induced"."""
    return f"{where} {kind} {level}"


def parts_of(sort: str) -> tuple[str, str, int]:
    """The inverse of `sort_of`."""
    where, _, rest = sort.partition(" ")
    kind, _, level = rest.rpartition(" ")
    return where, kind, int(level)


def summed(counts: Counts) -> tuple[int, int]:
    """Both counts over all sorts."""
    return sum(a for a, _ in counts.values()), sum(b for _, b in counts.values())


def certificate(
    evidence: Evidence, consistent: AtNodes, imitated: AtNodes, imitated_canonical: AtNodes, budget: Budget
) -> dict[str, Any]:
    """The bounds of one iteration, as its ledger entry holds them.

    consistent:          for sorts of `evidence.nodes`, how often X answers as its own amplification by H′
    imitated:            how often H′ acts as H
    imitated_canonical:  the same, nodes being judged by their situations

    These estimates are about nodes as they come up in trees, each as likely as every other, and hold at the confidences
    that they carry. Of a sort that is missing nothing was seen.

    tree_audit_bound   P[X(q) ≠ the answer of the full tree run by H] for a fresh question q is at most
                       P[X(q) ≠ the answer of the tree of H′] + P[H and H′ differ anywhere in the tree of H′]: if they
                       differ nowhere in it, it is the tree of H. The first is bounded by Clopper-Pearson, the second
                       by `differs_anywhere` from single nodes that H decided.
    compounded_bound   the same chance, from single steps: if at all nodes of the tree of H′ X answers as its own
                       amplification and H′ acts as H, then X(q) is what the tree of H answers. So it is at most the
                       sum over sorts of nodes of how many a tree has in the mean, times the share at which either fails
    step_bound         instead of both, where H's tree has no end: P[X(q) ≠ what H answers with X's help], at most
    certified          by kind and level of q: 1 − the canonical tree audit's or step's bound for such questions

    Each bound comes a second time as `…_canonical`, with what is known of whole families of situations; that holds if H
    acts alike in situations that differ only in names. Beside each stand `…_estimate`, which is what was seen, and
    `decisions_…`, how many decisions of H the bound rests on. A bound may be 1: it says nothing then.
    """
    allowed_x = budget.of("assistants", evidence.iteration) / 3
    wrong, asked = summed(evidence.answered)
    differing, trees = summed(evidence.differing)
    _, x_at_most = clopper_pearson(wrong, asked, 1 - allowed_x, side="high")
    h_at_most = h_canonical = 0.0
    if evidence.imitator:
        allowed_h = budget.of("imitators", evidence.imitator) / 3
        h_at_most = differs_anywhere(evidence.faulty, evidence.places, evidence.largest, 1 - allowed_h)
        _, h_canonical = confidence_sequence(differing, trees, 1 - allowed_h, side="high")
    x_seen, h_seen = share(wrong, asked), evidence.largest * share(evidence.faulty, evidence.places)
    audit = "step" if evidence.endless else "tree_audit"
    found = {
        f"{audit}_bound": min(1.0, x_at_most + h_at_most),
        f"{audit}_estimate": min(1.0, x_seen + h_seen),
        f"decisions_{audit}": evidence.sent,
        f"{audit}_bound_canonical": min(1.0, x_at_most + h_canonical),
        f"{audit}_estimate_canonical": min(1.0, x_seen + share(differing, trees)),
        f"decisions_{audit}_canonical": evidence.situations,
        "certified": _by_level(evidence, budget),
    }
    if evidence.endless:
        return found
    for suffix, acts, decisions in (
        ("", imitated, evidence.sent),
        ("_canonical", imitated_canonical, evidence.situations),
    ):
        steps = [consistent, acts] if evidence.imitator else [consistent]
        bound, estimate = _carried_up(evidence, steps, asked, 1 - allowed_x / max(len(evidence.nodes), 1))
        found |= {
            f"compounded_bound{suffix}": bound,
            f"compounded_estimate{suffix}": estimate,
            f"decisions_compounded{suffix}": decisions,
        }
    return found


def _by_level(evidence: Evidence, budget: Budget) -> dict[str, float]:
    """The agreement that is certified for questions of each kind and level."""
    found = {}
    for sort, (wrong, asked) in evidence.answered.items():
        allowed = budget.of("assistants", evidence.iteration) / 3 / evidence.levels
        _, x_at_most = clopper_pearson(wrong, asked, 1 - allowed, side="high")
        h_at_most = 0.0
        if evidence.imitator:
            counts = evidence.differing.get(sort, (0, 0))
            allowed = budget.of("imitators", evidence.imitator) / 3 / evidence.levels
            _, h_at_most = confidence_sequence(*counts, 1 - allowed, side="high")
        found[sort] = max(0.0, 1 - x_at_most - h_at_most)
    return found


def _carried_up(evidence: Evidence, steps: Sequence[AtNodes], trees: int, confidence: float) -> tuple[float, float]:
    """The error of single steps carried up to the roots: a bound, and what was seen."""
    bounds, seen = [], []
    for sort, (total, squares) in evidence.nodes.items():
        most = evidence.largest if sort.startswith(INDUCED) else 1
        number = mean_at_most(total, squares, trees, most, confidence)
        if sort == OVERGROWN:
            bounds.append((number, 1.0))
            seen.append((share(total, trees), 1.0))
        else:
            here = [step.get(sort, NOTHING_SEEN) for step in steps]
            bounds.append((number, min(1.0, sum(1 - one.low for one in here))))
            seen.append((share(total, trees), min(1.0, sum(one.error for one in here if one.asked))))
    return compounded(bounds), compounded(seen)


def share(count: int, of: int) -> float:
    """0 if nothing was seen."""
    return count / of if of else 0.0
