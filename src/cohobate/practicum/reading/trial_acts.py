"""What may be done with a reader test, and by whom.

`decide` takes what somebody would do and gives what the event is to hold; or it raises Refused with one sentence. What
only a store knows, such as the salt, the digests of texts, or whether somebody writes one of the works, is in the act's
fields already, and never comes from a form.

The rules: the items come first, and once they are registered they stay. Nobody sees a result before the test is closed,
since whoever looks early can stop when chance is kind. Who grades is not who made it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Final

from cohobate.errors import Refused, WrongUse
from cohobate.fidelity.paired import FEWEST_READERS
from cohobate.practicum.acts import Act, Held, clean
from cohobate.practicum.names import LONGEST, called
from cohobate.practicum.reader_test import KINDS, MARGIN, MOST
from cohobate.practicum.reading.trial import RATERS, ROLES, Pair, Question, Stretch, Trial

LONGEST_TITLE: Final = 200
LONGEST_QUESTION: Final = 2_000
"""Characters of a question or a rubric."""
LONGEST_OPTION: Final = 500
MOST_PASSAGES: Final = 12
MOST_ITEMS: Final = 200
FEWEST_ITEMS: Final = 4
"""Of a passage: two for each half, as no plan is one with fewer."""
OPTIONS: Final = (2, 6)
MINUTES: Final = (0.5, 120.0)
GRADES: Final = (0.0, 0.5, 1.0)
BLIND: Final = (
    "raters grade without knowing which text is whose; who makes the test, writes or reviews what is tested, or owns "
    "this server, cannot be one"
)
SEEN: Final = "you have graded all of them and the outcome is there for you to see, so your grades stay as they are"


def decide(trial: Trial, who: str, act: Act) -> Held:
    """What the event of this act is to hold. Raises Refused if it may not be done, or not now, or not by them."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", act.id):
        raise Refused("this act has no proper id, so it could count twice; reload the page and send it again")
    rule, roles, states = _RULES.get(act.kind, (None, (), ()))
    if rule is None:
        raise Refused(f"'{clean(act.kind)[:40]}' is nothing that one does with a reader test; reload the page")
    if bool(trial.sequence) == (act.kind == "begin"):
        raise Refused("this test was begun already" if trial.sequence else "this test was not begun yet")
    if roles and not trial.has(who, *roles):
        raise Refused(f"only a {' or '.join(roles)} of this test can do this; ask one of them to")
    if states and trial.state not in states:
        raise Refused(_not_now(trial, act.kind))
    return rule(trial, who, act)


def _not_now(trial: Trial, kind: str) -> str:
    """Why something cannot be done in this state, and what can."""
    if kind in ("passage", "item", "unitem", "register") and trial.registered:
        hash = trial.registered.hash
        return (
            f"the items are registered under the hash {hash}, so neither they nor what they are about can be changed; "
            "begin another test for other items"
        )
    if kind in ("outcome", "grade"):
        return (
            "results are looked at when the test is closed, and not before: whoever looks early stops when chance is "
            "kind; close it first"
        )
    return {
        "text": "texts are chosen once the items are registered, and stay once readers come",
        "plan": "a plan needs registered items, and stays once readers come; begin another test for another plan",
        "open": {
            "writing": "register the items first, then choose the texts and plan the test",
            "registered": "plan the test first",
            "open": "the test is open already",
        }.get(trial.state, "the test was closed; begin another one"),
        "close": "the test is not open, so there is nothing to close",
    }[kind]


# --- what it is, and who takes part ---------------------------------------------------------------------------------


def _begin(trial: Trial, who: str, act: Act) -> Held:
    return {"work": act.get("work")}, {"title": _title(act, "title")}


def _title(act: Act, name: str) -> str:
    title = " ".join(act.get(name).split())
    if not title:
        raise Refused("a title is missing; write what it is about")
    return _short(title, LONGEST_TITLE, "the title")


def _short(text: str, most: int, what: str) -> str:
    if len(text) > most:
        raise Refused(f"{what} has {len(text):,} characters; {most:,} are the most")
    return text


def _retitle(trial: Trial, who: str, act: Act) -> Held:
    return {}, {"title": _title(act, "title")}


def _join(trial: Trial, who: str, act: Act) -> Held:
    """Whoever begins a test joins it as its lead; others come by an invitation, which is checked elsewhere.

    knows:  whether they have, or had, a part in one of the works, by whoever can tell
    """
    role, name = act.get("role"), called(act.get("name"))
    if role not in ROLES:
        raise Refused(f"'{role[:40]}' is no part in a reader test; there are {', '.join(ROLES)}")
    if not name or len(name) > LONGEST:
        raise Refused(f"give a name of up to {LONGEST} letters; the others see it")
    if trial.has(who, role):
        raise Refused(f"you are a {role} of this test already")
    if act.yes("reads"):
        raise Refused("you have read in this test, so you know too much of it to make or grade it; let somebody else")
    if role == "rater":
        if trial.has(who, "lead") or act.yes("knows"):
            raise Refused(BLIND)
        if len(trial.having("rater")) >= RATERS:
            raise Refused(f"this test has its {RATERS} raters; one of them would have to leave first")
    if role == "lead" and trial.has(who, "rater"):
        raise Refused("a rater of this test cannot lead it; leave as a rater first")
    return {"role": role}, {"name": name}


def _leave(trial: Trial, who: str, act: Act) -> Held:
    """A lead can take anybody off, and everybody can go."""
    person, role = act.get("person") or who, act.get("role")
    if role not in ROLES or not trial.has(person, role):
        raise Refused("they have no such part in this test")
    if person != who and not trial.has(who, "lead"):
        raise Refused("only a lead of this test takes others off it")
    if role == "lead" and len(trial.having("lead")) == 1:
        raise Refused("a test needs a lead; let somebody else become one first")
    return {"role": role, "person": person}, {}


# --- what is asked --------------------------------------------------------------------------------------------------


def _passage(trial: Trial, who: str, act: Act) -> Held:
    """source, digest, first, last, and of the whole text blocks: by whoever has the text."""
    id = act.get("passage")
    if id:
        _passage_in(trial, act)
    if act.yes("gone"):
        if not id:
            raise Refused("say which passage to take off")
        if number := len(trial.items_of(id)):
            raise Refused(f"this passage has {number} items; take them off first")
        return {"passage": id, "gone": True}, {}
    if not id and len(trial.passages) >= MOST_PASSAGES:
        raise Refused(f"this test has {MOST_PASSAGES} passages, which is the most")
    stretch = _stretch(act, act.get("source"))
    title = _title(act, "title")
    for other in trial.passages.values():
        if other.id != id and stretch.overlaps(other.source):
            raise Refused(
                f"this overlaps with '{other.title}', and who has read one would know of the other; choose a stretch "
                "that stands by itself"
            )
    return {"passage": id or f"p{trial.made['p'] + 1}", "source": stretch.to_list()}, {"title": title}


def _stretch(act: Act, of: str) -> Stretch:
    blocks = _whole(act, "blocks", 1, 10**6, "the number of blocks")
    first = _whole(act, "first", 1, blocks, "the first block", 1)
    last = _whole(act, "last", 1, blocks, "the last block", blocks)
    if first > last:
        raise Refused(f"the stretch begins with block {first} and ends with block {last}; write the earlier one first")
    return Stretch(of, act.get("digest"), first, last)


def _passage_in(trial: Trial, act: Act) -> Pair:
    found = trial.passages.get(act.get("passage"))
    if found is None:
        raise Refused("there is no such passage in this test; add it first")
    return found


def _item(trial: Trial, who: str, act: Act) -> Held:
    id = act.get("item")
    if id and id not in trial.items:
        raise Refused("there is no such item in this test any more")
    if not id and len(trial.items) >= MOST_ITEMS:
        raise Refused(f"this test has {MOST_ITEMS} items, which is the most")
    passage = _passage_in(trial, act).id
    kind, form = act.get("kind"), act.get("form") or "choice"
    if kind not in KINDS:
        raise Refused(f"'{kind[:40]}' is no kind of item; there are {' and '.join(KINDS)}")
    if form not in ("choice", "text"):
        raise Refused(f"'{form[:40]}' is no way to answer; there are choice and text")
    question = act.get("question")
    if not question:
        raise Refused("the question is missing; write what readers are asked")
    words = {"question": _short(question, LONGEST_QUESTION, "the question")}
    data = {"item": id or f"i{trial.made['i'] + 1}", "passage": passage, "kind": kind, "form": form}
    if form == "text":
        rubric = act.get("rubric")
        if not rubric:
            raise Refused("an answer in words needs a rubric; write what a full answer says, and what half of one does")
        return data | {"options": 0, "key": None}, words | {"rubric": _short(rubric, LONGEST_QUESTION, "the rubric")}
    options, key = _options(act)
    return data | {"options": len(options), "key": key}, words | {
        f"option{number}": option for number, option in enumerate(options, start=1)
    }


def _options(act: Act) -> tuple[list[str], int]:
    """The options that are filled in, and which of these is right."""
    least, most = OPTIONS
    given = [(number, " ".join(act.get(f"option{number}").split())) for number in range(1, most + 1)]
    filled = [(number, option) for number, option in given if option]
    if len(filled) < least:
        raise Refused(f"a choice needs {least} to {most} options, and this has {len(filled)}; write more of them")
    options = [_short(option, LONGEST_OPTION, f"option {number}") for number, option in filled]
    if len({option.casefold() for option in options}) < len(options):
        raise Refused("two options say the same; make them differ, so that one is right")
    if not act.get("key"):
        raise Refused("no option is marked; mark which option is right")
    key = _whole(act, "key", 1, most, "the right option")
    numbers = [number for number, _ in filled]
    if key not in numbers:
        raise Refused(f"option {key} is the right one, and is empty; fill it in or mark another")
    return options, numbers.index(key)


def _unitem(trial: Trial, who: str, act: Act) -> Held:
    if act.get("item") not in trial.items:
        raise Refused("there is no such item in this test any more")
    return {"item": act.get("item")}, {}


def _register(trial: Trial, who: str, act: Act) -> Held:
    """salt, editor: of the items, and of what the editor holds; both drawn by whoever stores it."""
    if not trial.items:
        raise Refused("there are no items to register; write some first")
    try:
        trial.designed(0, True)
    except WrongUse as wrong:
        raise Refused(str(wrong)) from None
    for one in trial.passages.values():
        if (number := len(trial.items_of(one.id))) < FEWEST_ITEMS:
            raise Refused(
                f"'{one.title}' has {number} item{'' if number == 1 else 's'}: one half is asked without the text and "
                f"the other with it, and no plan can be made with fewer than two of each; write at least {FEWEST_ITEMS}"
            )
    return {"items": trial.items_hash(act.get("salt"))}, {name: act.get(name) for name in ("salt", "editor")}


# --- how it is done -------------------------------------------------------------------------------------------------


def _text(trial: Trial, who: str, act: Act) -> Held:
    """work, digest, first, last, and of the whole text blocks: by whoever has the text."""
    pair, stretch = _passage_in(trial, act), _stretch(act, act.get("work"))
    for other in trial.passages.values():
        if other.id != pair.id and other.version and stretch.overlaps(other.version):
            raise Refused(_met_twice(pair, stretch, other, other.version))
    return {"passage": pair.id, "version": stretch.to_list()}, {}


def _met_twice(one: Pair, stretch: Stretch, other: Pair, version: Stretch) -> str:
    return (
        f"blocks {stretch.first} to {stretch.last} for '{one.title}' overlap with blocks {version.first} to "
        f"{version.last}, which are read for '{other.title}', so readers would meet two versions of a passage; choose "
        "for each passage the blocks that are about it alone"
    )


def _plan(trial: Trial, who: str, act: Act) -> Held:
    """seed: drawn by whoever stores it. What is said of the power is added there too."""
    missing = [one.title for one in trial.passages.values() if one.version is None]
    if missing:
        raise Refused(f"which text is read for '{missing[0]}' is not settled yet; choose it first")
    for one, other in combinations(trial.passages.values(), 2):
        if one.version and other.version and one.version.overlaps(other.version):
            raise Refused(_met_twice(one, one.version, other, other.version))
    source = act.get("source") != "no"
    versions = [one.version.to_list() for one in trial.passages.values() if one.version]
    seed = _whole(act, "seed", 0, 2**53, "the seed")
    return {
        "readers": _whole(act, "readers", FEWEST_READERS, MOST, "the number of readers"),
        "spare": _whole(act, "spare", 0, MOST, "the number of spare places", 2),
        "source": source,
        "minutes": _number(act, "minutes", *MINUTES, "the minutes for a text"),
        "minutes_without": _number(act, "minutes_without", *MINUTES, "the minutes without a text"),
        "baseline": _number(act, "baseline", 0.01, 0.99, "the share answered without the text"),
        "effect": _number(act, "effect", 0.01, 0.99, "the help to be found"),
        "margin": MARGIN,
        "seed": seed,
        "passages": trial.designed(seed, source).parts,
        "texts": [[one.source.digest for one in trial.passages.values()], versions],
    }, {}


def _open(trial: Trial, who: str, act: Act) -> Held:
    return {}, {}


def _close(trial: Trial, who: str, act: Act) -> Held:
    return {}, {}


def _grade(trial: Trial, who: str, act: Act) -> Held:
    """answer: which is there to be graded, by whoever has the answers. knows: as in joining; they may have come into a
    work since then. seen: whether they may have seen what came of it."""
    if act.yes("knows"):
        raise Refused(BLIND)
    if act.yes("seen"):
        raise Refused(SEEN)
    grade = _number(act, "grade", 0, 1, "the grade")
    if grade not in GRADES:
        raise Refused(f"the grade {grade:g} is none; give 0, 0.5 or 1")
    return {"answer": act.get("answer"), "grade": grade}, {}


def _outcome(trial: Trial, who: str, act: Act) -> Held:
    """What came of it is added by whoever has the answers."""
    return {}, {}


# --- parts ----------------------------------------------------------------------------------------------------------


def _number(act: Act, name: str, low: float, high: float, what: str) -> float:
    text = act.get(name).replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise Refused(f"{what}, '{text[:20]}', is no number from {low:g} to {high:g}; write one")
    return number


def _whole(act: Act, name: str, low: int, high: int, what: str, usual: int | None = None) -> int:
    text = act.get(name)
    if not text and usual is not None:
        return usual
    number = int(text) if re.fullmatch(r"\d{1,18}", text) else low - 1
    if not low <= number <= high:
        raise Refused(f"{what}, '{text[:20]}', is no whole number from {low:,} to {high:,}; write one")
    return number


Rule = Callable[[Trial, str, Act], Held]
_WRITING: Final = ("writing",)
_TO_BE_OPENED: Final = ("registered", "planned")

_RULES: Final[Mapping[str, tuple[Rule, tuple[str, ...], tuple[str, ...]]]] = {
    "begin": (_begin, (), ()),
    "retitle": (_retitle, ("lead",), ()),
    "join": (_join, (), ()),
    "leave": (_leave, (), ()),
    "passage": (_passage, ("lead", "examiner"), _WRITING),
    "item": (_item, ("lead", "examiner"), _WRITING),
    "unitem": (_unitem, ("lead", "examiner"), _WRITING),
    "register": (_register, ("lead", "examiner"), _WRITING),
    "text": (_text, ("lead",), _TO_BE_OPENED),
    "plan": (_plan, ("lead",), _TO_BE_OPENED),
    "open": (_open, ("lead",), ("planned",)),
    "close": (_close, ("lead",), ("open",)),
    "grade": (_grade, ("rater",), ("closed", "done")),
    "outcome": (_outcome, ("lead",), ("closed", "done")),
}


def kinds_of_acts() -> Mapping[str, tuple[str, ...]]:
    """Every act, with the parts that it takes; () for everybody whom the web lets in."""
    return {kind: roles for kind, (_, roles, _) in _RULES.items()}


__all__ = ["BLIND", "GRADES", "MOST_ITEMS", "OPTIONS", "RATERS", "Question", "decide", "kinds_of_acts"]
