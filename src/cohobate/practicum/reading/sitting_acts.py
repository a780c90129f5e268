"""What a reader may do in their sitting.

`decide` knows no clock: an answer that comes when the time is up is kept, and whether it counts is in the fold, by the
times of the events. So nothing that was sent is ever lost, and nobody gets more time than others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from cohobate.errors import Refused
from cohobate.practicum.acts import Act, Held, clean
from cohobate.practicum.reading.sitting import KNOWS, UNSURE, Part, Sitting

LONGEST_ANSWER: Final = 4_000
"""Characters of an answer in words."""
LONGEST_LINE: Final = 200
MOST_ANSWERS: Final = 2_000
"""Answers and changes of them in one sitting."""
BEFORE: Final = ("background", "stop", "withdraw")
"""What one may do before it is settled what one reads."""


def decide(sitting: Sitting, who: str, act: Act) -> Held:
    """What the event of this act is to hold. Raises Refused if it may not be done, or not now."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", act.id):
        raise Refused("this act has no proper id, so it could count twice; reload the page and send it again")
    rule = _RULES.get(act.kind)
    if rule is None:
        raise Refused(f"'{clean(act.kind)[:40]}' is nothing that one does while reading; reload the page")
    if not sitting.parts and act.kind not in BEFORE:
        raise Refused("you have not begun to read yet; start the first part")
    if sitting.withdrawn:
        raise Refused("you took your answers out of this test, so nothing more is kept")
    if sitting.stopped_at is not None and act.kind != "withdraw":
        raise Refused("you stopped here, so nothing more is kept; what you answered before counts")
    return rule(sitting, act)


def _background(sitting: Sitting, act: Act) -> Held:
    if any(one.started is not None for one in sitting.parts):
        raise Refused("you have begun, so what you said of yourself stays as it is")
    knows, line = act.get("knows"), " ".join(act.get("line").split())
    if knows not in KNOWS:
        raise Refused("say how well you know the field; choose one of the three")
    if len(line) > LONGEST_LINE:
        raise Refused(f"that has {len(line):,} characters; {LONGEST_LINE} are the most")
    return {"knows": knows}, {"line": line} if line else {}


def _start(sitting: Sitting, act: Act) -> Held:
    part = _part(sitting, act)
    if part.started is not None:
        raise Refused("this part was started already; reload the page")
    if part is not sitting.coming:
        raise Refused("another part comes first; reload the page")
    return {"part": part.number}, {}


def _answer(sitting: Sitting, act: Act) -> Held:
    part = _part(sitting, act)
    item, choice, text = act.get("item"), act.get("choice"), act.get("text")
    if part.started is None:
        raise Refused("this part has not been started; start it first")
    if item not in part.items:
        raise Refused("that is not asked in this part; reload the page")
    if sitting.answers >= MOST_ANSWERS:
        raise Refused(f"you have answered and changed answers {MOST_ANSWERS:,} times, which is the most")
    options = part.items[item]
    if choice == UNSURE:
        return {"part": part.number, "item": item, "choice": UNSURE}, {}
    if options == 0:
        if choice:
            raise Refused("this is answered in words; write some, or say that you cannot tell")
        if len(text) > LONGEST_ANSWER:
            raise Refused(f"the answer has {len(text):,} characters; {LONGEST_ANSWER:,} are the most")
        return {"part": part.number, "item": item, "choice": None}, {"text": text} if text else {}
    if not re.fullmatch(r"\d{1,2}", choice) or int(choice) >= options:
        raise Refused("that is none of the options; reload the page and choose again")
    return {"part": part.number, "item": item, "choice": int(choice)}, {}


def _finish(sitting: Sitting, act: Act) -> Held:
    part = _part(sitting, act)
    if not part.running:
        raise Refused("this part is not under way; reload the page")
    return {"part": part.number, "why": "time" if act.get("why") == "time" else "reader"}, {}


def _stop(sitting: Sitting, act: Act) -> Held:
    if sitting.done:
        raise Refused("you are through already; there is nothing to stop")
    return {}, {}


def _withdraw(sitting: Sitting, act: Act) -> Held:
    return {}, {}


def _part(sitting: Sitting, act: Act) -> Part:
    number = act.get("part")
    if not re.fullmatch(r"\d{1,2}", number) or int(number) >= len(sitting.parts):
        raise Refused("there is no such part; reload the page")
    return sitting.parts[int(number)]


_RULES: Final[Mapping[str, Callable[[Sitting, Act], Held]]] = {
    "background": _background,
    "start": _start,
    "answer": _answer,
    "finish": _finish,
    "stop": _stop,
    "withdraw": _withdraw,
}

ACTS: Final = frozenset(_RULES)
