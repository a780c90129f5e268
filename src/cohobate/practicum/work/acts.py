"""What may be done with a work, and by whom.

`decide` takes what somebody would do and gives what the event is to hold; or it raises Refused with one sentence. It
changes nothing, and knows neither a clock nor the web. What only a store knows, a version's digest and how many words
it has, is in the act's fields already, and never comes from a form.

The rules: writers write, reviewers review, and both say who they are. A hypothesis stands before it is judged: looking
back needs a hypothesis and a published work. What was said stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from cohobate.errors import Refused
from cohobate.practicum.acts import Act, Held, clean
from cohobate.practicum.names import LONGEST, called
from cohobate.practicum.work import openings
from cohobate.practicum.work.kinds import shipped
from cohobate.practicum.work.parts import ROLES, Comment
from cohobate.practicum.work.state import Work

LONGEST_TITLE: Final = 200
LONGEST_TEXT: Final = 10_000
"""Characters of a hypothesis, a remark, or what somebody says in a review."""
LONGEST_QUOTE: Final = 2_000
AROUND: Final = 64
"""Characters that are kept of what stands before and after a quotation."""
MOST_SOURCES: Final = 20
MOST_COMMENTS: Final = 2_000
HOW: Final = ("done", "declined", "open")
WHICH: Final = ("minimum", "full")


def decide(work: Work, who: str, act: Act) -> Held:
    """What the event of this act is to hold. Raises Refused if it may not be done, or not now, or not by them."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", act.id):
        raise Refused("this act has no proper id, so it could count twice; reload the page and send it again")
    rule, roles = _RULES.get(act.kind, (None, ()))
    if rule is None:
        raise Refused(f"'{clean(act.kind)[:40]}' is nothing that one does with a work; reload the page")
    if work.sequence and act.kind == "begin":
        raise Refused("this work was begun already")
    if not work.sequence and act.kind != "begin":
        raise Refused("this work was not begun yet")
    if roles and not work.has(who, *roles):
        raise Refused(f"only a {' or a '.join(roles)} of this work can do this; ask one of them to")
    return rule(work, who, act)


# --- what it is -----------------------------------------------------------------------------------------------------


def _begin(work: Work, who: str, act: Act) -> Held:
    """sources: "source@digest", one a line; the kind's fields as in `rekind`."""
    sources = []
    for line in act.get("sources").split("\n"):
        source, _, digest = line.strip().partition("@")
        if source:
            sources.append([source, digest])
    if len(sources) > MOST_SOURCES:
        raise Refused(f"{len(sources)} sources; {MOST_SOURCES} are the most for one work")
    title = _title(act)
    data, words = _rekind(work, who, act)
    return data | {"sources": sources}, words | {"title": title}


def _title(act: Act) -> str:
    title = " ".join(act.get("title").split())
    if not title:
        raise Refused("a title is missing; write what the work is about, it can be changed later")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"the title has {len(title)} characters; {LONGEST_TITLE} are the most")
    return title


def _retitle(work: Work, who: str, act: Act) -> Held:
    return {}, {"title": _title(act)}


def _rekind(work: Work, who: str, act: Act) -> Held:
    kind = act.get("kind")
    if kind in shipped():
        return {"kind": kind}, {}
    there = f"{', '.join(one.title for one in shipped().values())}, or one of your own"
    if not kind:
        raise Refused(f"no kind is chosen; choose what it is to be: {there}")
    if kind != "own":
        raise Refused(f"'{kind[:40]}' is no kind of distillation; there are {there}")
    words = {name: _text(act, name, asked) for name, asked in _OWN.items()}
    confidence = act.get("confidence")
    return {"kind": "own", "confidence": _share(confidence) if confidence else None}, words


_OWN: Final = {
    "name": "what your own kind is called",
    "definition": "what makes a work one of your own kind",
    "is_one": "an example of what is one",
    "is_not": "an example of what is not one",
}


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise Refused(f"the confidence '{text[:20]}' is no share; write a number from 0 to 1, such as 0.4")
    return share


def _source(work: Work, who: str, act: Act) -> Held:
    source, digest = act.get("source"), act.get("digest")
    there = [one.source for one in work.sources]
    if act.yes("gone"):
        if source not in there:
            raise Refused("that is no source of this work")
        return {"source": source, "digest": digest, "gone": True}, {}
    if source not in there and len(there) >= MOST_SOURCES:
        raise Refused(f"this work has {MOST_SOURCES} sources, which is the most")
    return {"source": source, "digest": digest}, {}


# --- who ------------------------------------------------------------------------------------------------------------


def _join(work: Work, who: str, act: Act) -> Held:
    """Whoever begins a work joins it as its first writer; others come by an invitation, which is checked elsewhere."""
    role, name = act.get("role"), called(act.get("name"))
    if role not in ROLES:
        raise Refused(f"'{role[:40]}' is no part in a work; there are {', '.join(ROLES)}")
    if not name or len(name) > LONGEST:
        raise Refused(f"give a name of up to {LONGEST} letters; the others see it")
    if work.has(who, role):
        raise Refused(f"you are a {role} of this work already")
    return {"role": role}, {"name": name}


def _leave(work: Work, who: str, act: Act) -> Held:
    """A writer can take anybody off, and everybody can go."""
    person, role = act.get("person") or who, act.get("role")
    if not work.has(person, role) or role not in ROLES:
        raise Refused("they have no such part in this work")
    if person != who and not work.has(who, "writer"):
        raise Refused("only a writer of this work takes others off it")
    if role == "writer" and len(work.having("writer")) == 1:
        raise Refused("a work needs a writer; let somebody else become one first")
    return {"role": role, "person": person}, {}


# --- what is claimed, and kept --------------------------------------------------------------------------------------


def _hypothesis(work: Work, who: str, act: Act) -> Held:
    text = _text(act, "text", "what you think will make this work help its readers")
    predicted = _predicted(act)
    method = {"method": act.get("method"), "digest": act.get("method_digest")} if act.get("method") else None
    return {"predicted": predicted, "method": method}, {"text": text}


_PREDICTED: Final = {"points": "points", "low": "lower end", "high": "upper end"}


def _predicted(act: Act) -> dict[str, float] | None:
    """All three numbers or none: what is registered stays, so nothing is left out of it in silence."""
    missing = [what for name, what in _PREDICTED.items() if not act.get(name)]
    if len(missing) == len(_PREDICTED):
        return None
    if missing:
        raise Refused(
            f"a prediction has three numbers, and this one lacks the {' and the '.join(missing)}; say all three, or "
            "leave all three empty"
        )
    points, low, high = (_points(act, name) for name in _PREDICTED)
    if low > high:
        raise Refused(f"the lower end, {low:g}, lies above the upper one, {high:g}; write the lower end first")
    if not low <= points <= high:
        raise Refused(f"{points:g} points do not lie between {low:g} and {high:g}; choose ends that hold them")
    return {"points": points, "low": low, "high": high}


def _points(act: Act, name: str) -> float:
    text = act.get(name).replace(",", ".").replace("−", "-")
    try:
        points = float(text)
    except ValueError:
        points = math.nan
    if not -100 <= points <= 100:
        what = _PREDICTED[name]
        raise Refused(f"'{text[:20]}' for the {what} is no number of points; write one from −100 to 100, such as 25")
    return points


def _version(work: Work, who: str, act: Act) -> Held:
    """digest, words: of the text, by whoever stores it."""
    if act.get("digest") in work.versions:
        number = work.versions[act.get("digest")].number
        raise Refused(f"this is word for word version {number}, which is kept already")
    note = " ".join(act.get("note").split())
    if len(note) > LONGEST_TITLE:
        raise Refused(f"the note has {len(note)} characters; {LONGEST_TITLE} are the most")
    return {"digest": act.get("digest"), "words": int(act.get("words"))}, {"note": note}


def _milestone(work: Work, who: str, act: Act) -> Held:
    """What a draft must have for it is looked at where its text is: see `milestones`."""
    which = act.get("which")
    if which not in WHICH:
        raise Refused(f"'{which[:40]}' is no milestone; there are {' and '.join(WHICH)}")
    if which in work.milestones:
        raise Refused("this milestone was passed already")
    return {"which": which, "digest": _known(work, act)}, {}


def _publish(work: Work, who: str, act: Act) -> Held:
    digest = _known(work, act)
    if work.published and work.published.digest == digest:
        raise Refused("this version is what readers see already")
    return {"digest": digest}, {}


def _withdraw(work: Work, who: str, act: Act) -> Held:
    if work.published is None:
        raise Refused("nothing of this work is published")
    return {}, {}


def _look_back(work: Work, who: str, act: Act) -> Held:
    if not work.hypotheses:
        raise Refused("looking back needs a hypothesis to look back on; register one, and publish the work, first")
    if not work.publications:
        raise Refused("looking back needs a published work; publish a version first")
    text = _text(act, "text", "what came of your hypothesis")
    return {}, {"text": text, "next": _text(act, "next", "what you would do next", needed=False)}


# --- what is said of it ---------------------------------------------------------------------------------------------


def _comment(work: Work, who: str, act: Act) -> Held:
    """start, end: in characters of the version; quote, before, after: as they stand there, by whoever stores it."""
    if len(work.comments) >= MOST_COMMENTS:
        raise Refused(f"this work has {MOST_COMMENTS:,} remarks, which is the most")
    digest = _known(work, act)
    start, end = int(act.get("start") or 0), int(act.get("end") or 0)
    kept = {"quote": LONGEST_QUOTE, "before": AROUND, "after": AROUND}
    # As it stands in the version, with the spaces around it.
    around = {name: clean(act.fields.get(name, "")) for name in kept}
    if any(len(around[name]) > most for name, most in kept.items()):
        raise Refused(f"the passage has {end - start:,} characters; choose a shorter one, of {LONGEST_QUOTE:,} at most")
    return {"digest": digest, "start": start, "end": end}, around | {"text": _text(act, "text", "your remark")}


def _reply(work: Work, who: str, act: Act) -> Held:
    return {"to": _comment_in(work, act).id}, {"text": _text(act, "text", "your answer")}


def _settle(work: Work, who: str, act: Act) -> Held:
    comment, how = _comment_in(work, act), act.get("how")
    if how not in HOW:
        raise Refused(f"'{how[:40]}' is no way to settle a remark; there are {', '.join(HOW)}")
    if comment.settled == how:
        raise Refused(f"this remark is {how} already")
    text = _text(act, "text", "why you decline it", needed=how == "declined")
    return {"to": comment.id, "how": how}, {"text": text}


def _reviewed(work: Work, who: str, act: Act) -> Held:
    digest = _known(work, act)
    if any(one.by == who and one.digest == digest for one in work.reviews):
        raise Refused("you have reviewed this version already; add remarks if there is more to say")
    return {"digest": digest}, {"text": _text(act, "text", "what the writer should do first")}


def _hook(work: Work, who: str, act: Act) -> Held:
    return openings.add(work.openings, act)


def _unhook(work: Work, who: str, act: Act) -> Held:
    return openings.take_off(work.openings, act)


def _compare(work: Work, who: str, act: Act) -> Held:
    return openings.compare(work.openings, work.chosen, who, act)


# --- parts ----------------------------------------------------------------------------------------------------------


def _known(work: Work, act: Act) -> str:
    digest = act.get("digest")
    if digest not in work.versions:
        raise Refused("there is no such version of this work; keep the draft as a version first")
    return digest


def _comment_in(work: Work, act: Act) -> Comment:
    found = work.comments.get(act.get("to"))
    if found is None:
        raise Refused("there is no such remark on this work")
    return found


def _text(act: Act, name: str, asked: str, needed: bool = True) -> str:
    text = act.get(name)
    if needed and not text:
        raise Refused(f"nothing is written there; say {asked}")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"that has {len(text):,} characters; {LONGEST_TEXT:,} are the most")
    return text


Rule = Callable[[Work, str, Act], Held]

_RULES: Final[Mapping[str, tuple[Rule, tuple[str, ...]]]] = {
    "begin": (_begin, ()),
    "join": (_join, ()),
    "leave": (_leave, ()),
    "retitle": (_retitle, ("writer",)),
    "rekind": (_rekind, ("writer",)),
    "source": (_source, ("writer",)),
    "hypothesis": (_hypothesis, ("writer",)),
    "version": (_version, ("writer",)),
    "comment": (_comment, ("writer", "reviewer")),
    "reply": (_reply, ("writer", "reviewer")),
    "settle": (_settle, ("writer",)),
    "reviewed": (_reviewed, ("reviewer",)),
    "hook": (_hook, ("writer",)),
    "unhook": (_unhook, ("writer",)),
    "compare": (_compare, ("writer", "reviewer")),
    "milestone": (_milestone, ("writer",)),
    "publish": (_publish, ("writer",)),
    "withdraw": (_withdraw, ("writer",)),
    "look_back": (_look_back, ("writer",)),
}


def kinds_of_acts() -> Mapping[str, tuple[str, ...]]:
    """Every act, with the parts that it takes; () for everybody whom the web lets in."""
    return {kind: roles for kind, (_, roles) in _RULES.items()}


def fields(**given: Any) -> dict[str, str]:
    """Fields of an act from what the software knows."""
    return {name: str(value) for name, value in given.items()}
