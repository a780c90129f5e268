"""Which came first, the items or the drafts: shown from the places of their entries in the ledger, by no clock."""

from __future__ import annotations

from cohobate.practicum.reading.trial import Trial
from cohobate.web.works import keeper as works


def order_of(trial: Trial) -> str:
    """One phrase: "registered before the first draft", or after which version of which work."""
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
    if not late:
        return "registered before the first draft"
    return f"registered after {' and '.join(late)}"


def wrote_themselves(trial: Trial) -> bool:
    """Whether somebody wrote items who leads the test or writes what is tested, which its result then says."""
    writers = {one.id for id in trial.works for one in works.work(id).having("writer")}
    return any(trial.has(one.by, "lead") or one.by in writers for one in trial.items.values())
