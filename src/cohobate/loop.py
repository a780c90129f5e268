"""Amplify, distil, measure: iterated amplification over anything that can be asked.

    stronger = amplify(overseer, assistant, most_acts=3)
    faster = distil(stronger, questions, learn)
    trust = fidelity(faster, stronger, fresh_questions)

and again from `faster`. What a question and an answer hold is nobody's business here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from cohobate.errors import WrongUse
from cohobate.fidelity.agreement import estimate
from cohobate.fidelity.intervals import Estimate
from cohobate.vocabulary import IDK, Answer, Ask, Assistant, Overseer, Transcript, Unknown

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")


def amplify(
    overseer: Overseer[Q, A],
    assistant: Assistant[Q, A],
    *,
    most_acts: int,
    record: Callable[[Sequence[Transcript[Q, A]]], object] | None = None,
) -> Assistant[Q, A]:
    """The assistant that answers as the overseer does when the given assistant answers its sub-questions.

    most_acts:  how many sub-questions the overseer may ask about one question, at least 0; then it has to answer.
    record:     called once a batch with the transcripts, in the order of the questions; `list.extend` keeps them all.

    The overseer is shown all open transcripts at once and the assistant is asked all their sub-questions at once. An
    overseer that passes, or asks once more than it may, leaves its transcript without an answer: the decomposition
    failed. The amplified assistant then says `IDK`, and `failed_decompositions` counts it. Raises WrongUse if the
    overseer or the assistant does not return one act or answer for each row.
    """
    if most_acts < 0:
        raise WrongUse(f"most_acts {most_acts}: an overseer may ask 0 sub-questions or more; pass at least 0")

    def amplified(questions: Sequence[Q], /) -> Sequence[A | Unknown]:
        transcripts: list[Transcript[Q, A]] = [Transcript(question) for question in questions]
        working = list(range(len(transcripts)))
        for acts_left in range(most_acts, -1, -1):
            acts = _one_each(overseer([transcripts[i] for i in working]), working, "overseer") if working else []
            asking: list[tuple[int, Q]] = []
            for i, act in zip(working, acts, strict=True):
                if isinstance(act, Answer):
                    transcripts[i] = transcripts[i].answered(act.answer)
                elif isinstance(act, Ask) and acts_left:
                    asking.append((i, act.question))
            working = [i for i, _ in asking]
            answers = _one_each(assistant([q for _, q in asking]), asking, "assistant") if asking else []
            for (i, question), answer in zip(asking, answers, strict=True):
                transcripts[i] = transcripts[i].asked(question, answer)
        if record is not None:
            record(transcripts)
        return [IDK if transcript.answer is None else transcript.answer for transcript in transcripts]

    return amplified


def distil(
    assistant: Assistant[Q, A],
    questions: Sequence[Q],
    learn: Callable[[Sequence[tuple[Q, A | Unknown]]], Assistant[Q, A]],
) -> Assistant[Q, A]:
    """The assistant that `learn` makes from what the given one answers.

    learn:  from pairs of question and answer to an assistant. `IDK` is an answer to be learned like the others.
    """
    return learn(list(zip(questions, _one_each(assistant(questions), questions, "assistant"), strict=True)))


def fidelity(
    assistant: Assistant[Q, A],
    reference: Assistant[Q, A],
    questions: Sequence[Q],
    same: Callable[[A | Unknown, A | Unknown], bool] = operator.eq,
    confidence: float = 0.95,
) -> Estimate:
    """How often the assistant answers as the reference does, with an exact interval.

    questions:  drawn independently of what either learned from; the estimate speaks of their distribution only
    same:       whether two answers count as one; two times `IDK` does by default
    """
    ours = _one_each(assistant(questions), questions, "assistant")
    theirs = _one_each(reference(questions), questions, "reference")
    return estimate([bool(same(a, b)) for a, b in zip(ours, theirs, strict=True)], confidence)


def failed_decompositions(transcripts: Iterable[Transcript[Q, A]], confidence: float = 0.95) -> Estimate:
    """The share of transcripts that came to no answer, with an exact interval. `IDK` is an answer."""
    return estimate([transcript.answer is None for transcript in transcripts], confidence)


def _one_each(returned: Sequence[T], rows: Sequence[object], who: str) -> Sequence[T]:
    if len(returned) != len(rows):
        raise WrongUse(f"the {who} returned {len(returned)} for {len(rows)} rows; return one for each, in their order")
    return returned
