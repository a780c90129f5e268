"""How far to trust an assistant, in words: what is certified of it, on what condition, and what that cost of H.

The command line ends a run with the same sentence as the page, so this asks for neither pictures nor templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from cohobate.report.reading import (
    CANONICAL,
    COMPOUNDED,
    CONSISTENCY_DRAWN,
    CONSISTENCY_INDUCED,
    H_ALIKE,
    H_RIGHT,
    IMITATION_DRAWN,
    IMITATION_INDUCED,
    ONE_STEP,
    TREE_AUDIT,
    TREE_OF_IMITATOR,
    Certificate,
    Iteration,
    Record,
)
from cohobate.report.words import bound, counted, number, per_cent, share_of, times

MEASURED_ERROR = "measured_error"

CURVES = {
    COMPOUNDED: "compounded bound",
    TREE_AUDIT: "tree audit",
    CANONICAL: "tree audit, canonical",
    ONE_STEP: "one step",
    MEASURED_ERROR: "measured error",
}
"""What is drawn and set side by side, in this order, and what it is called."""

MEANINGS = {
    COMPOUNDED: "steps audited one by one, carried up through as many sub-questions as a tree has",
    TREE_AUDIT: "X against H's full tree of sub-questions, by sending single places of it to H",
    CANONICAL: "the same with situations that differ only in names judged once; it holds if H's acts do not depend on "
    "names",
    ONE_STEP: "X against H with X's help; not against a full tree, since the tree has no end here",
    MEASURED_ERROR: "X wrong by the truth, on fresh questions; it takes no decision by H, but somebody who knows",
}

EVIDENCE = {
    TREE_OF_IMITATOR: "X answers as the full tree worked out by H′",
    IMITATION_DRAWN: "H′ acts as H, on questions drawn",
    IMITATION_INDUCED: "H′ acts as H, on the sub-questions that these lead to",
    CONSISTENCY_DRAWN: "X answers as X amplified by H′, on questions drawn",
    CONSISTENCY_INDUCED: "X answers as X amplified by H′, on the sub-questions that these lead to",
    H_RIGHT: "H, given true sub-answers, is right",
    H_ALIKE: "H, asked again under other names, acted alike",
}
"""What the bounds are made of, and what they presume."""

CONDITION = "if H's acts do not depend on names"
SAYS_NOTHING = 0.5
"""A bound on the error from here on is no ground for trust."""


# --- figures --------------------------------------------------------------------------------------------------------


def at_least(error: float) -> str:
    """The agreement that a bound on the error leaves, in per cent, rounded down: never more than is certified."""
    return f"{100 * (1 - _up(error)):.1f} %"


def at_most(error: float) -> str:
    """A bound on an error, in per cent, rounded up."""
    return f"{100 * _up(error):.1f} %"


def _up(share: float) -> Decimal:
    """Rounded up to thousandths, from the digits that the ledger has: 0.029 is just that, and not a little more."""
    return Decimal(str(share)).quantize(Decimal("0.001"), ROUND_CEILING)


def seen(share: float) -> str:
    """An error as it was seen, in per cent to three figures."""
    return f"{100 * share:.3g} %"


# --- sentences ------------------------------------------------------------------------------------------------------


def best(iteration: Iteration) -> str | None:
    """Which certificate to speak of first, by name; None if there is none.

    That is the tree audit; the canonical one, which has a condition, only where it says more than the plain one.
    """
    there = iteration.certificates
    if CANONICAL in there and (TREE_AUDIT not in there or there[CANONICAL].bound < there[TREE_AUDIT].bound):
        return CANONICAL
    return next((name for name in (TREE_AUDIT, COMPOUNDED, ONE_STEP) if name in there), None)


def summary(iteration: Iteration, overseer: str | None) -> str | None:
    """The one sentence: how often X agrees with H at least, how sure that is, and how often H was asked for it.

    None if nothing is certified.
    """
    name = best(iteration)
    if name is None or iteration.confidence_together is None:
        return None
    found = iteration.certificates[name]
    given = f", and {CONDITION}," if name == CANONICAL else ""
    agrees = "answers as H would with its help" if name == ONE_STEP else "agrees with H"
    said = (
        f"ith {per_cent(iteration.confidence_together)} confidence{given} the assistant {agrees} on at least "
        f"{at_least(found.bound)} of questions like these; {_asked(iteration, overseer)}."
    )
    return bound(f"W{said}" if found.bound < SAYS_NOTHING else f"{_too_little(found)}: w{said}")


def agreement(iteration: Iteration) -> tuple[str, str, str] | None:
    """The same for tables and tiles: the least share, what certifies it, and on how many decisions.

    None if nothing is certified.
    """
    name = best(iteration)
    if name is None:
        return None
    found = iteration.certificates[name]
    rests = counted(found.decisions, "decision") if found.decisions is not None else ""
    share = f"≥ {at_least(found.bound)}" if found.bound < SAYS_NOTHING else "nothing yet"
    return bound(share), CURVES[name], rests


def _asked(iteration: Iteration, overseer: str | None) -> str:
    checked = f"{times(iteration.decisions_audit)} to check it"
    if _worked_out_by_h(iteration, overseer):
        return f"H itself worked out all {number(iteration.targets)} targets to train it, and was asked {checked}"
    return f"H was asked {times(iteration.decisions_training)} to train it and {checked}"


def _worked_out_by_h(iteration: Iteration, overseer: str | None) -> bool:
    """Whether H itself worked out every target, so that nobody counted its decisions."""
    return overseer == "scripted" and not iteration.decisions_training


def _too_little(found: Certificate) -> str:
    if found.seen is not None and found.seen >= SAYS_NOTHING:
        return "This is no ground for trust, for X was seen to differ from H too often"
    return "This says nothing yet, for too few decisions by H were audited"


def told(record: Record) -> str:
    """The summary after the last iteration, or why there is none."""
    if not record.iterations:
        return "No iteration was completed, so nothing is certified yet."
    said = summary(record.iterations[-1], record.summary.overseer)
    if said is not None:
        return said
    if record.summary.overseer == "supervised":
        return "Nothing is certified: there was no overseer with whom X could agree."
    return (
        "Nothing is certified: the ledger holds what was measured step by step, further down, but no bound on what the "
        "steps may have lost together."
    )


def presumed(iteration: Iteration) -> str:
    """What the summary presumes, and what it does not say; empty if nothing is certified."""
    return bound(" ".join([*_conditions(iteration), *_truth(iteration)])) if iteration.certificates else ""


def _conditions(iteration: Iteration) -> Iterator[str]:
    there, name = iteration.certificates, best(iteration)
    if name == CANONICAL:
        yield "The condition: situations that differ only in names count as one, which H judges once."
        if TREE_AUDIT in there:
            plain = there[TREE_AUDIT].bound
            yield (
                f"Without it, at least {at_least(plain)} is certified."
                if plain < SAYS_NOTHING
                else f"Without it, the tree audit says nothing yet: an error of at most {at_most(plain)}."
            )
    if CANONICAL in there:
        alike = iteration.estimate(H_ALIKE)
        yield (
            f"Asked again about situations under other names, H acted alike in {share_of(alike)}."
            if alike is not None and alike.asked
            else "Whether H acts alike under other names was not tried."
        )
    if name == ONE_STEP:
        yield (
            "H's tree of sub-questions has no end here, so this speaks of one step: of H with X's help, not of H who "
            "works out everything below."
        )


def _truth(iteration: Iteration) -> Iterator[str]:
    wrong = iteration.measured_error
    if wrong is not None:
        yield f"Agreement is not truth: by the truth, X was wrong on {share_of(wrong)} of fresh questions."


def cost(iteration: Iteration, overseer: str | None) -> str:
    """What the summary cost of H; empty if nothing is certified."""
    return bound(" ".join(_cost(iteration, overseer)))


def _cost(iteration: Iteration, overseer: str | None) -> Iterator[str]:
    name = best(iteration)
    if name is None:
        return
    taught, checked = iteration.decisions_training, iteration.decisions_audit
    if _worked_out_by_h(iteration, overseer):
        yield f"That sentence cost H all of the targets, and {counted(checked, 'decision')} to check."
    else:
        yield (
            f"That sentence cost {counted(taught + checked, 'decision')} by H: {number(taught)} to train and "
            f"{number(checked)} to check."
        )
    rests = iteration.certificates[name].decisions
    if rests is not None:
        yield f"Its bound rests on {number(rests)} of those that check, which teach nothing."
    if iteration.imitator is not None:
        yield f"They are about H′ number {iteration.imitator:,}; once H′ learns again, its audits begin anew."
    if iteration.decisions_measuring:
        yield (
            f"As a script, H also made {counted(iteration.decisions_measuring, 'decision')} for measurements that only "
            "a tireless overseer allows; no bound rests on those."
        )
