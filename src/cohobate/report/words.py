"""What a report says in words. Every figure comes from the record; a share comes with its n and its interval."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cohobate.algorithmic.tasks import TASKS
from cohobate.fidelity import Estimate
from cohobate.report.reading import AMPLIFICATION, DISTILLATION, FAILED, SINGLE_STEPS, Record, pooled

LEVELS = {
    "powering": "the number of bits of the exponent",
    "assignments": "the depth of the expression, 0 for a constant",
    "wildcard": "the number of wildcards in the pattern",
    "shortest-path": "the distance between the two vertices",
    "union-find": "how many edges away the labelled vertex is",
}
"""What a level counts, for the tasks that ship."""


# --- figures --------------------------------------------------------------------------------------------------------


def number(value: float | int | None) -> str:
    """1,234; a dash for what is not known."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def per_cent(share: float) -> str:
    """A target, such as 99 % or 99.5 %."""
    return f"{100 * share:.6g} %"


def duration(seconds: float | None) -> str:
    """Seconds as people say them: 41 s, 3 min 20 s, 2 h 5 min."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


def counted(count: int, thing: str, things: str | None = None) -> str:
    """1 decision, 2 decisions, no decisions."""
    plural = things or f"{thing}s"
    return f"no {plural}" if count == 0 else f"{count:,} {thing if count == 1 else plural}"


def times(count: int) -> str:
    """Never, once, twice, 3 times."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def bound(text: str) -> str:
    """The text with its figures bound to their signs and units, so that no line ends between them."""
    return re.sub(
        r"(?<=\d) (?=%|s\b|min\b|h\b)|(?<=\bn) (?==)|(?<=n =) (?=\d)|(?<= min) (?=\d)|(?<= h) (?=\d)", "\u00a0", text
    )


def parts(estimate: Estimate | None) -> tuple[str, str]:
    """An estimate's share, and what goes with it: for tables and tiles that set the two apart."""
    if estimate is None:
        return "–", ""
    share, _, rest = str(estimate).partition(" (")
    return share, bound(rest.rstrip(")"))


# --- names ----------------------------------------------------------------------------------------------------------


def task_name(record: Record) -> str:
    """The task without the folders of a file of one's own."""
    return (record.summary.task or "unknown task").rsplit("/", 1)[-1]


def task_title(record: Record) -> str:
    """The task as a heading."""
    name = task_name(record)
    return name.replace("-", " ").capitalize() if name in TASKS else name


def settings_of_task(record: Record) -> str:
    """Such as "size 8, bits 4"."""
    options = {"size": record.summary.size} | dict(record.summary.options)
    return ", ".join(f"{key} {value}" for key, value in options.items() if value is not None)


def overseer(record: Record) -> str:
    names = {"imitated": "imitated H", "scripted": "scripted H", "supervised": "none (supervised)"}
    return names.get(record.summary.overseer or "", record.summary.overseer or "unknown")


def decisions(record: Record) -> str:
    """How many H made for training."""
    if record.summary.overseer == "supervised":
        return "–"
    if record.summary.overseer == "scripted" and not record.decisions:
        return "all targets"
    return number(record.decisions)


def decisions_to_99(record: Record) -> tuple[str, str]:
    """How many until X was right on 99 %, and what goes with it: for tables and tiles that set the two apart."""
    if record.summary.overseer == "supervised":
        return "–", ""
    made = record.decisions_to_99
    return ("–", "not seen twice in a row") if made is None else (number(made), "at the first of two looks in a row")


def outcome(record: Record) -> str:
    """How the run ended, in a word or two."""
    said = record.summary
    if not record.finished:
        return "not finished"
    names = {"reached": "target reached", "budget": "target not reached", "distrusted": "trust lost"}
    return names.get(said.status or "", said.status or "finished")


# --- sentences ------------------------------------------------------------------------------------------------------


def lead(record: Record) -> list[str]:
    """The report in a paragraph: what was asked, who oversaw, what X learned, how faithfully."""
    return [bound(said) for said in (*_asked(record), _taught(record), *_learned(record), *_faithful(record))]


def _asked(record: Record) -> Iterator[str]:
    task = TASKS.get(record.summary.task or "")
    settings = settings_of_task(record)
    named = f"{task_name(record)}{f' ({settings})' if settings else ''}"
    yield f"The task was {named}: {task.title}" if task else f"The task was {named}."


def _taught(record: Record) -> str:
    match record.summary.overseer:
        case "supervised":
            return (
                "The assistant X was trained on the true answers, with no overseer and no decisions: this is the "
                "yardstick that amplification is compared with."
            )
        case "scripted":
            # Here every target is worked out by H itself.
            targets = record.summary.targets
            all_ = f"all of the {counted(targets, 'target')}" if targets else "every target"
            return (
                "The assistant X was never shown a true answer. It learned to reproduce what the overseer H, a script "
                f"that takes one small step at a time, works out with X's own help. H itself worked out {all_}."
            )
        case "imitated":
            made = counted(record.decisions, "decision") if record.decisions else "decisions"
            return (
                "The assistant X was never shown a true answer. It learned to reproduce what an overseer, who takes "
                "one small step at a time, works out with X's own help. That overseeing was done by H′, a network that "
                f"learns it from {made} by H."
            )
        case _:
            return "Who the overseer was is not recorded."


def _learned(record: Record) -> Iterator[str]:
    found = record.accuracy
    if found is None:
        yield "The run stopped before X was first evaluated, so there is nothing yet to say of what it learned."
        return
    seen = record.summary.evaluated_at_step
    late = f", as last seen at step {seen:,}" if seen is not None and seen != record.steps else ""
    yield (
        f"After {duration(record.seconds)} of training ({counted(record.steps, 'step')}), X by itself gives "
        f"{share_of(found, f'{per_cent(found.confidence)} interval ')} of fresh questions the right answer{late}."
    )
    until = record.summary.until
    if until is not None and record.finished:
        met = "reached" if record.summary.reached else "not reached"
        yield f"The target, {per_cent(until)} at two looks in a row, was {met}."
    if record.summary.status == "distrusted" and record.summary.trust is not None:
        levels = f" ({', '.join(record.summary.fallen)})" if record.summary.fallen else ""
        yield (
            f"The run stopped because the agreement with H that is certified{levels} fell below the "
            f"{per_cent(record.summary.trust)} asked for."
        )
    if not record.finished:
        yield "The run has not come to its end."


def _faithful(record: Record) -> Iterator[str]:
    if record.summary.overseer == "supervised":
        return
    if not record.iterations:
        yield "No iteration was completed, so how faithful the steps are was not measured."
        return
    last = record.iterations[-1]
    distilled, amplified = last.estimate(DISTILLATION), last.estimate(AMPLIFICATION)
    where = f"In the last iteration ({last.iteration:,})"
    said = []
    if distilled:
        said.append(f"X gave the answer of its amplified predecessor to {share_of(distilled)} of the questions")
    if amplified:
        said.append(f"H′ led to the same answer as H itself in {share_of(amplified)}")
    if said:
        yield f"{where} {', and '.join(said)}."


def share_of(estimate: Estimate, name: str = "") -> str:
    """With its interval, or as a count where there are too few for that. `name` is put before the interval."""
    if estimate.too_few:
        return f"{estimate.agree:,} of {estimate.asked:,} (too few to speak of a share)"
    share, rest = parts(estimate)
    interval, _, n = rest.partition(", ")
    return f"{share} ({name}{interval} %, {n})"


def cost(record: Record) -> str:
    """What the overseer was asked for: decisions until the target, decisions and acts in all, and audits."""
    return bound(" ".join([*_cost_of_teaching(record), *_cost_of_audits(record)]))


def _cost_of_teaching(record: Record) -> Iterator[str]:
    said, last = record.summary, record.last
    targets = f" {said.targets:,}" if said.targets else ""
    if said.overseer == "supervised":
        yield f"Nothing for teaching: X learned from{targets} true answers, and asked H for no decision."
        return
    if not record.decisions:
        if said.overseer == "scripted":
            yield f"H itself worked out every one of X's{targets} targets; its decisions were not counted one by one."
        else:
            yield "No decision by H for training is recorded."
        return
    goal = 0.99 if said.until is None else said.until
    first = record.first_at(goal)
    acts = f", {counted(said.acts, 'single act')}" if said.acts else ""
    yield f"For training H made {counted(record.decisions, 'decision')}{acts}."
    if first:
        yield (
            f"X was first seen at {per_cent(goal)} or more after {counted(first.decisions, 'decision')} and "
            f"{duration(first.seconds)} of training."
        )
    elif last:
        yield f"At no look was X seen at {per_cent(goal)} or more."


def _cost_of_audits(record: Record) -> Iterator[str]:
    made, acts = record.summary.decisions_audit, record.summary.acts_audit
    if made is None and record.iterations:
        made, acts = record.iterations[-1].decisions_audit, record.iterations[-1].acts_audit
    if made:
        of = f" ({counted(acts, 'single act')})" if acts else ""
        yield f"To audit, H made {counted(made, 'decision')}{of} more; nothing was learned from them."


def compared(records: Sequence[tuple[str, Record]], goal: float) -> list[str]:
    """A comparison in a few sentences: what was asked, who came to the goal first, and who with the least of H."""
    asked = {(task_name(record), settings_of_task(record)) for _, record in records}
    said = []
    if len(asked) == 1:
        task, settings = asked.pop()
        said.append(f"All were asked the same kinds of question: {task}{f' ({settings})' if settings else ''}.")
    there = [(name, look) for name, record in records if (look := record.first_at(goal)) is not None]
    if not there:
        return [bound(sentence) for sentence in [*said, f"None came to {per_cent(goal)}."]]
    quickest, look = min(there, key=lambda pair: pair[1].seconds)
    said.append(
        f"{len(there):,} of the {counted(len(records), 'run')} came to {per_cent(goal)}, {quickest} first, "
        f"after {duration(look.seconds)} of training."
    )
    overseen = [(name, look) for name, look in there if look.decisions]
    if overseen:
        name, look = min(overseen, key=lambda pair: pair[1].decisions)
        said.append(f"The fewest decisions by H on the way there were {look.decisions:,}, in {name}.")
    return [bound(sentence) for sentence in said]


def single_steps(record: Record) -> str | None:
    """Whether H was ever asked to do more than one small step, over all iterations."""
    found = _over_iterations(record, SINGLE_STEPS)
    if found is None or not found.asked:
        return None
    if found.agree == found.asked:
        return f"Every one of the {counted(found.asked, 'act')} by H that were checked was a single small step."
    return (
        f"{counted(found.asked - found.agree, 'act')} of the {found.asked:,} by H that were checked took more than one "
        f"small step; {share_of(found)} were single steps."
    )


def failed(record: Record) -> str | None:
    """How often a decomposition came to nothing, in the last iteration."""
    found = record.iterations[-1].estimate(FAILED) if record.iterations else None
    if found is None or not found.asked:
        return None
    of = f"In the last iteration {found.agree or 'none'} of {counted(found.asked, 'decomposition')} failed"
    shares = "" if found.too_few else f": {share_of(found)}"
    return (
        f"{of}{shares}. One that fails comes to “I don't know”; that is counted as a failure, and never passes for an "
        "answer."
    )


def _over_iterations(record: Record, what: str) -> Estimate | None:
    found = [e for e in (one.estimate(what) for one in record.iterations) if e is not None]
    return pooled(found, record.together is not None) if found else None


def signed(value: float) -> str:
    """A number around zero with two decimals, and a proper minus sign."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def flattened(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as lines of a table, such as ("settings.assistant.width", "128")."""
    lines: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            lines += flattened(value, f"{name}.")
        else:
            lines.append((name, _written(value)))
    return lines


def _written(value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case float():
            return f"{value:.6g}"
        case dict():
            return "–"
        case list():
            return ", ".join(_written(item) for item in value) or "–"
        case _:
            return str(value)


def distinct_names(records: Sequence[Record]) -> list[str]:
    """The runs' names; those that are called alike are numbered."""
    names: list[str] = []
    for record in records:
        name, number_ = record.name, 2
        while name in names:
            name, number_ = f"{record.name} ({number_})", number_ + 1
        names.append(name)
    return names
