"""Checking a ledger of reader tests, and what a lead hands on of one, by whoever has the files: without the server.

Of each outcome: its figures and its sentence follow from its answers and its margin; the margin is that of the plan,
which was registered before; and every answer is in the arm that the plan's design deals. Which row of answers is whose
the ledger does not say, so that nobody learns who gave them: the rows are compared with what was dealt to all who came.

An outcome whose plan was registered before margins were is checked for its figures alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cohobate.canonical import digest
from cohobate.errors import WrongUse
from cohobate.fidelity.crossover import ARMS, Crossover
from cohobate.ledger import READER_TEST, Entry, Problem, check, entries_in, rederived
from cohobate.practicum.reader_test import PAGE, Design, Outcome

MOST_CAME: Final = 100_000
"""Readers of one test, at most, so that no number in a file keeps anybody waiting."""

_UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, WrongUse)


def verified(whole: bytes, shown: Any = None) -> list[Problem]:
    """All that is wrong, as sentences; nothing if all holds. Never raises, whatever it is given.

    whole:  the ledger's bytes
    shown:  what was registered of one test, in the clear, as JSON values: the file that a lead hands on
    """
    if problems := check(whole):
        return problems
    entries = entries_in(whole)
    problems = rederived(entries)
    for entry in entries:
        if entry.kind != READER_TEST:
            continue
        try:
            problems += [Problem(entry.index + 1, sentence) for sentence in _outcome(entry, entries)]
        except _UNREADABLE as error:
            sentence = f"the outcome does not read ({type(error).__name__}: {error}); restore the ledger from a copy"
            problems.append(Problem(entry.index + 1, sentence))
    if shown is not None:
        try:
            problems += [Problem(None, f"in the file of the test, {sentence}") for sentence in _shown(shown, entries)]
        except _UNREADABLE as error:
            sentence = f"the file of the test does not read ({type(error).__name__}: {error}); ask its lead for another"
            problems.append(Problem(None, sentence))
    return problems


# --- an outcome, by its plan ------------------------------------------------------------------------------------------


def _outcome(entry: Entry, entries: Sequence[Entry]) -> Iterator[str]:
    data = entry.data
    plan = _last([one for one in entries[: entry.index] if "test" in data and _is(one, "plan", data["test"])])
    if "margin" not in data and (plan is None or "margin" not in plan.data):
        return
    follows = Outcome(Crossover.from_dict(data["answers"]), data["margin"], ()).sentence(PAGE)
    if data["sentence"] != follows:
        yield f"the sentence is “{data['sentence']}”, and the answers make “{follows}”"
    if plan is None and "plan" not in data:
        return  # an outcome that was analysed without a server has no plan
    if plan is None or data["plan"] != [plan.index, plan.hash]:
        yield "the outcome does not name the last plan that was registered for its test before it"
        return
    if not {"margin", "passages"} & plan.data.keys():
        return  # planned before these were registered, and analysed afterwards
    if data["margin"] != plan.data["margin"]:
        yield f"the margin is {data['margin']}, and the plan has {plan.data['margin']}"
    yield from _arms(data, plan.data)


def _arms(data: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[str]:
    """Where answers are in other arms than the design deals, or not the answers to what it deals."""
    design = Design.of(plan["passages"], plan["seed"], plan["source"])
    table, items, came = Crossover.from_dict(data["answers"]), data["items"], data["came"]
    about = {item.id: (item.kind, passage.id) for passage in design.passages for item in passage.items}
    if [about.get(one) for one in items] != list(zip(table.kinds, table.passages, strict=True)):
        yield "the items are not those of the plan"
        return
    if not 0 <= came <= MOST_CAME:
        yield f"{came} readers are said to have come, and it is a number from 0 to {MOST_CAME:,}"
        return
    dealt = Counter(_dealt(design, items, reader) for reader in range(came))
    rows: list[dict[int, int]] = [{} for _ in table.backgrounds]
    for one in table.given:
        rows[one.reader][one.item] = one.arm
    for reader, row in enumerate(rows):
        arms = tuple(ARMS[row[item]] if item in row else "" for item in range(len(items)))
        if not dealt[arms]:
            yield (
                f"reader {reader} has answers in arms that the plan dealt to nobody, or to fewer than have them; an "
                "answer was moved to another arm, left out or added"
            )
        dealt[arms] -= bool(dealt[arms])


def _dealt(design: Design, items: Sequence[str], reader: int) -> tuple[str, ...]:
    """The arm in which the reader who came with this number is asked each item."""
    arms = {item: period.arm for period in design.sequence(reader).periods for item in period.items}
    return tuple(arms[item] for item in items)


# --- what a lead hands on ---------------------------------------------------------------------------------------------


def _shown(shown: Mapping[str, Any], entries: Sequence[Entry]) -> Iterator[str]:
    """Where what is shown of a test is not what the ledger has."""
    test = shown["test"]
    items, plan = (_last([one for one in entries if _is(one, kind, test)]) for kind in ("items", "plan"))
    if items is None or plan is None:
        yield f"the test is {test}, and the ledger has no items or no plan of such a test"
        return
    for name, entry in (("items", items), ("plan", plan)):
        if shown[name]["ledger"] != [entry.index, entry.hash]:
            yield f"the {name} are said to be another entry than {entry.index}, {entry.hash}"
    if not digest(shown["items"]["hashed"]) == shown["items"]["hash"] == items.data["items"]:
        yield "the items do not make the hash that was registered"
    yield from _editor(shown.get("editor", []), items.data.get("drafts", []))
    yield from _planned(shown, plan.data)
    outcomes = [one for one in entries if _is(one, READER_TEST, test)]
    if [one["ledger"] for one in shown["outcomes"]] != [[one.index, one.hash] for one in outcomes]:
        yield "the outcomes are not all those that the ledger has of this test"
        return
    chosen = {one["id"] for one in shown["items"]["hashed"][2] if one["form"] == "choice"}
    for one, entry in zip(shown["outcomes"], outcomes, strict=True):
        if "margin" not in entry.data:
            continue
        outcome = Outcome(Crossover.from_dict(entry.data["answers"]), entry.data["margin"], ())
        if one["sentence"] != outcome.sentence(one["page"]):
            yield f"the sentence is “{one['sentence']}”, and the answers in entry {entry.index} do not make it"
        if left_out := chosen - set(entry.data["items"]):
            yield f"the item {min(left_out)} is graded by its key, and the outcome in entry {entry.index} leaves it out"


def _editor(shown: Sequence[Mapping[str, Any]], drafts: Sequence[Sequence[Any]]) -> Iterator[str]:
    if [one["work"] for one in shown] != [work for work, _, _ in drafts]:
        yield "the works whose editors were looked at are not those that were registered"
        return
    for one, (work, hash, words) in zip(shown, drafts, strict=True):
        hashed = one["hashed"]  # None: the text is not shown
        if hashed and (digest(hashed) != hash or hashed[1] != work or len(hashed[2].split()) != words):
            yield f"the text that the editor of {work} held does not make the hash or the words that were registered"


def _planned(shown: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[str]:
    _, passages, items = shown["items"]["hashed"]
    texts = shown["texts"]
    if [[one["passage"], one["source"]] for one in texts] != passages:
        yield "the sources are not those whose items were registered"
    if [[one["source"][1] for one in texts], [one["version"] for one in texts]] != plan["texts"]:
        yield "the texts are not those of the plan"
    of_passages = [
        {"id": id, "items": [{"id": one["id"], "kind": one["kind"]} for one in items if one["passage"] == id]}
        for id, _ in passages
    ]
    if plan.get("passages", of_passages) != of_passages:
        yield "the items are not those that the plan deals"


def _is(entry: Entry, kind: str, test: Any) -> bool:
    return entry.kind == kind and entry.data.get("test") == test


def _last(entries: Sequence[Entry]) -> Entry | None:
    return entries[-1] if entries else None
