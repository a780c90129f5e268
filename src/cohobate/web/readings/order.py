"""Which came first, the items or the drafts: shown from the places of their entries in the ledger, by no clock.

A draft is in the ledger once it is kept as a version. What the editor held when the items were registered stands, as a
number of words, in their entry: neither says what somebody had written elsewhere.
"""

from __future__ import annotations

from cohobate.practicum.reading.trial import Trial
from cohobate.web.words import counted
from cohobate.web.works import keeper as works


def order_of(trial: Trial) -> str:
    """One phrase: "registered before the first version that was kept", or after which version of which work; and how
    much the editor held then."""
    if trial.registered is None:
        return "not registered yet"
    place = trial.registered.ledger[0]
    late = []
    for id in trial.works:
        work = works.work(id)
        earlier = [one.number for one in work.versions.values() if one.ledger[0] < place]
        if earlier:
            late.append(
                f"version {max(earlier)} of “{work.title}”" if len(trial.works) > 1 else f"version {max(earlier)}"
            )
    if late:
        return f"registered after {' and '.join(late)}"
    return f"registered before the first version that was kept{_drafted(trial.registered.drafted)}{_unseen(trial)}"


def _drafted(words: int | None) -> str:
    if words is None:
        return ""
    return f", when the editor had held a text of {counted(words, 'word')}" if words else ", when the editor was empty"


def _unseen(trial: Trial) -> str:
    """The works that came into the test later: what their editors held was not looked at."""
    then = [work for work, _, _ in trial.registered.drafts] if trial.registered else []
    later = [f"“{works.work(id).title}”" for id in trial.works if then and id not in then]
    return f"; what the editor of {' and '.join(later)} held then is not known" if later else ""


def wrote_themselves(trial: Trial) -> bool:
    """Whether somebody wrote items who leads the test or writes what is tested, which its result then says."""
    writers = {one.id for id in trial.works for one in works.work(id).having("writer")}
    return any(trial.has(one.by, "lead") or one.by in writers for one in trial.items.values())
