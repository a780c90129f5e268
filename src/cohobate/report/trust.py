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
    IMITATION_DRAWN_CANONICAL,
    IMITATION_INDUCED,
    IMITATION_INDUCED_CANONICAL,
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
    CANONICAL[COMPOUNDED]: "compounded, canonical",
    TREE_AUDIT: "tree audit",
    CANONICAL[TREE_AUDIT]: "tree audit, canonical",
    ONE_STEP: "one step",
    CANONICAL[ONE_STEP]: "one step, canonical",
    MEASURED_ERROR: "measured error",
}
"""What is drawn and set side by side, in this order, and what it is called."""

CONDITION = "if H's acts do not depend on names"
ALIKE = f"the same with situations that differ only in names judged once; it holds {CONDITION}"

MEANINGS = {
    COMPOUNDED: "single steps, carried up through as many sub-questions as a tree has",
    CANONICAL[COMPOUNDED]: ALIKE,
    TREE_AUDIT: "X against H's full tree of sub-questions, by sending single places of it to H",
    CANONICAL[TREE_AUDIT]: ALIKE,
    ONE_STEP: "X against H with X's help; not against a full tree, since the tree has no end here",
    CANONICAL[ONE_STEP]: ALIKE,
    MEASURED_ERROR: "X wrong by the truth, on fresh questions; it takes no decision by H, but somebody who knows",
}
BY_H = {TREE_AUDIT: "X against H's full tree of sub-questions, which H itself works out"}
"""What else is meant where H itself is the overseer."""

EVIDENCE = {
    TREE_OF_IMITATOR: "X answers as the full tree worked out by {}",
    IMITATION_DRAWN: "{} acts as H, on questions drawn",
    IMITATION_INDUCED: "{} acts as H, on the sub-questions that these lead to",
    IMITATION_DRAWN_CANONICAL: "{} acts as H, on questions drawn, canonical",
    IMITATION_INDUCED_CANONICAL: "{} acts as H, on the sub-questions that these lead to, canonical",
    CONSISTENCY_DRAWN: "X answers as X amplified by {}, on questions drawn",
    CONSISTENCY_INDUCED: "X answers as X amplified by {}, on the sub-questions that these lead to",
    H_RIGHT: "H, given true sub-answers, is right",
    H_ALIKE: "H, asked again in a situation it had judged, as a rule under other names, acted alike",
}
"""What the bounds are made of, and what they presume; the place left free is for the overseer's name."""

SAYS_NOTHING = 0.5
"""A bound on the error from here on is no ground for trust."""


# --- figures --------------------------------------------------------------------------------------------------------


def at_least(error: float | Decimal) -> str:
    """The agreement that a bound on the error leaves, in per cent, rounded down: never more than is certified."""
    return f"{100 * (1 - _up(error)):.1f} %"


def at_most(error: float) -> str:
    """A bound on an error, in per cent, rounded up."""
    return f"{100 * _up(error):.1f} %"


def _up(share: float | Decimal) -> Decimal:
    """Rounded up to thousandths, from the digits that the ledger has: 0.029 is just that, and not a little more."""
    return Decimal(str(share)).quantize(Decimal("0.001"), ROUND_CEILING)


def seen(share: float) -> str:
    """An error as it was seen, in per cent to three figures."""
    return f"{100 * share:.3g} %"


# --- sentences ------------------------------------------------------------------------------------------------------


def best(iteration: Iteration) -> str | None:
    """Which certificate to speak of first, by name; None if there is none.

    That is the tree audit, or the step where the tree has no end; the canonical one, which has a condition, only where
    it says more than the plain one.
    """
    there = iteration.certificates
    for plain in (TREE_AUDIT, ONE_STEP, COMPOUNDED):
        # The plain one first, which min gives if they say the same.
        known = [name for name in (plain, CANONICAL[plain]) if name in there]
        if known:
            return min(known, key=lambda name: there[name].bound)
    return None


def conditional(name: str | None) -> bool:
    """Whether what is called so holds on a condition."""
    return name in CANONICAL.values()


def of_one_step(name: str | None) -> bool:
    """Whether it is about H with X's help, rather than about H's full tree."""
    return name in (ONE_STEP, CANONICAL[ONE_STEP])


def meaning(name: str, iteration: Iteration) -> str:
    """What a curve is."""
    return BY_H.get(name, MEANINGS[name]) if iteration.imitator == 0 else MEANINGS[name]


def evidence(what: str, iteration: Iteration) -> str:
    """What a measurement that bounds are made of is about."""
    return EVIDENCE[what].format("H" if iteration.imitator == 0 else "H′")


def drawn(iteration: Iteration) -> dict[str, Certificate]:
    """The certificates that pictures show: the plain compounded bound only where there is no canonical one.

    It is nearly always 1, since single steps need more decisions than anybody makes, and would be a line at the top.
    """
    there = iteration.certificates
    dropped = COMPOUNDED if CANONICAL[COMPOUNDED] in there else None
    return {name: of for name, of in there.items() if name != dropped}


def summary(iteration: Iteration, overseer: str | None) -> str | None:
    """The one sentence: how often X agrees with H at least, how sure that is, and how often H was asked for it.

    None if nothing is certified.
    """
    name = best(iteration)
    if name is None or iteration.confidence_together is None:
        return None
    found = iteration.certificates[name]
    given = f", and {CONDITION}," if conditional(name) else ""
    agrees = "answers as H would with its help" if of_one_step(name) else "agrees with H"
    said = (
        f"ith {per_cent(iteration.confidence_together)} confidence{given} the assistant {agrees} on at least "
        f"{at_least(found.bound)} of questions like these; {_asked(iteration, overseer)}."
    )
    return bound(f"W{said}" if found.bound < SAYS_NOTHING else f"{_too_little(iteration, found)}: w{said}")


def agreement(iteration: Iteration) -> tuple[str, str, str] | None:
    """The same for tables and tiles: the least share, what certifies it, and on how many decisions.

    None if nothing is certified.
    """
    name = best(iteration)
    if name is None:
        return None
    found = iteration.certificates[name]
    rests = counted(found.decisions, "decision") if found.decisions else ""
    return least(found.bound), CURVES[name], rests


def least(error: float | Decimal) -> str:
    """The least agreement that a bound on the error leaves, for tables and tiles."""
    return bound(f"≥ {at_least(error)}") if error < SAYS_NOTHING else "nothing yet"


def _asked(iteration: Iteration, overseer: str | None) -> str:
    checked = f"{times(iteration.decisions_audit)} to check it"
    against = "itself worked out what it was checked against"
    if _worked_out_by_h(iteration, overseer):
        checking = against if iteration.imitator == 0 else f"was asked {checked}"
        return f"H itself worked out all {number(iteration.targets)} targets to train it, and {checking}"
    taught = f"H was asked {times(iteration.decisions_training)} to train it"
    return f"{taught}, and {against}" if iteration.imitator == 0 else f"{taught} and {checked}"


def _worked_out_by_h(iteration: Iteration, overseer: str | None) -> bool:
    """Whether H itself worked out every target, so that nobody counted its decisions."""
    return overseer == "scripted" and not iteration.decisions_training


def _too_little(iteration: Iteration, found: Certificate) -> str:
    if found.seen is not None and found.seen >= SAYS_NOTHING:
        return "This is no ground for trust, for X was seen to differ from H too often"
    few = "questions were asked" if iteration.imitator == 0 else "decisions by H were audited"
    return f"This says nothing yet, for too few {few}"


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
    if conditional(name):
        yield "The condition: situations that differ only in names count as one, which H judges once."
        base = next(plain for plain, canonical in CANONICAL.items() if canonical == name)
        if base in there:
            plain = there[base].bound
            yield (
                f"Without it, at least {at_least(plain)} is certified."
                if plain < SAYS_NOTHING
                else f"Without it, nothing is certified yet (an error of at most {at_most(plain)})."
                if plain < 1
                else "Without it, nothing is certified yet."
            )
    if iteration.canonical:
        alike = iteration.estimate(H_ALIKE)
        yield (
            "Asked again in situations that it had judged, as a rule under other names, H acted alike in "
            f"{share_of(alike)}."
            if alike is not None and alike.asked
            else "Whether H acts alike under other names was not tried."
        )
    if of_one_step(name):
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
    if iteration.imitator == 0:
        trained = "all of the targets" if _worked_out_by_h(iteration, overseer) else counted(taught, "decision")
        yield (
            f"That sentence cost H {trained} to train, and to check as much as X was asked: H itself is the overseer "
            "here, and nobody counted what it worked out to compare with X."
        )
    elif _worked_out_by_h(iteration, overseer):
        yield f"That sentence cost H all of the targets, and {counted(checked, 'decision')} to check."
    else:
        yield (
            f"That sentence cost {counted(taught + checked, 'decision')} by H: {number(taught)} to train and "
            f"{number(checked)} to check."
        )
    rests = iteration.certificates[name].decisions
    if rests:
        yield f"Its bound rests on {number(rests)} of those that check, which teach nothing."
    if iteration.imitator:
        yield f"{_begins_anew(iteration)}{_keeps_judgements(name)}."
    if iteration.decisions_measuring:
        yield (
            f"As a script, H also made {counted(iteration.decisions_measuring, 'decision')} for measurements that only "
            "a tireless overseer allows; no bound rests on those."
        )


def _begins_anew(iteration: Iteration) -> str:
    if iteration.endless:
        return "It is about this X with its H′, and the audit of the next iteration begins anew"
    return f"It is about H′ number {iteration.imitator:,}; once H′ learns again, its audit begins anew"


def _keeps_judgements(name: str) -> str:
    return ", though what H has judged of situations stays" if conditional(name) else ""
