"""The small pieces of a room's page that come and go while it is open, each as HTML with an id of its own.

They are made by `piece`, which escapes everything, rather than from templates: a page with a thousand of them has to be
quick, and the same piece goes to everyone's open page when it is new. What differs from person to person (is it mine?
may I say that it was meant so?) is left to classes and `data-` attributes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe

from cohobate.events import HOUSE
from cohobate.practicum.room import Entry, Room, Said
from cohobate.practicum.workshop import Thing

NOTHING = mark_safe("")


def piece(form: str, *values: object) -> SafeString:
    """A form with values in its places, each escaped unless it is HTML already: what Django's `format_html` does, in
    half of its time."""
    return mark_safe(form.format(*[one if isinstance(one, SafeString) else escape(str(one)) for one in values]))


def joined(between: str, form: str, rows: Iterable[Iterable[object]]) -> SafeString:
    """One piece a row, with something between them."""
    return mark_safe(between.join(piece(form, *values) for values in rows))


def clock(at: float) -> SafeString:
    """A time, in the reader's own time zone once the page's script has seen it."""
    whole = int(at)
    shown = f"{whole // 3600 % 24:02d}:{whole // 60 % 60:02d}"
    return piece('<time data-at="{}">{}</time>', whole, shown)


# --- what was said ------------------------------------------------------------------------------------------------


def said_html(room: Room, said: Said) -> SafeString:
    """One thing that was said."""
    move = "asks for an example" if said.concrete else VERBS[said.move]
    words = piece('<p class="words" dir="auto">{}</p>', said.text) if said.text else NOTHING
    notes = []
    if said.aloud:
        notes.append("aloud")
    if said.steering:
        notes.append("counted as steering")
    if said.why:
        notes.append(f"because of “{said.why}”")
    if said.place[0]:
        notes.append(f"in sub-session {said.place[0]}")
    about = _about(room, said)
    return piece(
        '<li id="said-{}" class="said move-{}{}" data-by="{}" data-sequence="{}"><p class="who"><b dir="auto">{}</b> '
        '<span class="verb">{}</span>{}{} {}</p>{}{}</li>',
        said.id,
        said.move,
        " steering" if said.steering else "",
        said.by,
        said.sequence,
        room.name_of(said.by),
        move,
        about,
        piece(' <span class="note">({})</span>', ", ".join(notes)) if notes else NOTHING,
        clock(said.at),
        words,
        _meant(room, said) if said.move in ("say_back", "restate") else NOTHING,
    )


VERBS: Mapping[str, str] = {"ask": "asks", "say_back": "says back", "restate": "restates", "tell": "says"}


def _about(room: Room, said: Said) -> SafeString:
    entry = room.entries.get(said.about)
    if entry is None or room.hidden(entry, None):
        return NOTHING
    return piece(' on <a href="#entry-{}">“{}”</a>', entry.id, entry.text[:60])


def _meant(room: Room, said: Said) -> SafeString:
    return piece(
        '<div class="verdict" data-not-by="{}">{}<span class="buttons confirm">{}{}</span></div>',
        said.by,
        _verdicts(room, (said.id, "meant"), "that is what I meant", "that is not what I meant"),
        _button(said.id, "meant", "yes", "That is what I meant"),
        _button(said.id, "meant", "no", "Not quite"),
    )


def _button(of: str, respect: str, yes: str, label: str) -> SafeString:
    return piece(
        '<button type="button" class="quiet small" data-act="judge" data-of="{}" data-respect="{}" data-yes="{}">{}'
        "</button>",
        of,
        respect,
        yes,
        label,
    )


def _verdicts(room: Room, about: tuple[str, str], yes: str, no: str) -> SafeString:
    given = room.judged.get(about)
    if not given:
        return NOTHING
    return joined(
        " ",
        '<span class="chip {}"><span dir="auto">{}</span>: {}</span>',
        (("yes" if one else "no", room.name_of(who), yes if one else no) for who, one in given.items()),
    )


# --- what was written ---------------------------------------------------------------------------------------------


def entry_html(room: Room, entry: Entry) -> SafeString:
    """One entry, with what others made of it."""
    thing = room.thing_of(entry)
    parts = []
    for field in thing.form.fields:
        value = entry.values.get(field.name, "")
        if not value or field.kind == "choice":
            continue
        if field.name == "question":
            continue
        if field.name == "text":
            parts.append(piece('<p class="words" dir="auto">{}</p>', value))
        elif thing.form.fields[0] is field:
            parts.append(piece('<p class="head" dir="auto">{}</p>', value))
        else:
            parts.append(piece('<p class="more"><span>{}</span> <q dir="auto">{}</q></p>', field.label, value))
    choice = next((field for field in thing.form.fields if field.kind == "choice"), None)
    if choice is not None and thing.form.name != "freedoms" and choice.name in entry.values:
        value = entry.values[choice.name]
        place = choice.choices.index(value) if value in choice.choices else 0
        parts.append(piece('<p class="chip choice-{}">{}</p>', place, value))
    marks = joined(
        "",
        '<li><span>{}</span> {}<span class="buttons">{}{}</span></li>',
        (
            (
                line,
                _verdicts(room, (entry.id, str(number)), "yes", "no"),
                _button(entry.id, str(number), "yes", "Yes"),
                _button(entry.id, str(number), "no", "No"),
            )
            for number, line in enumerate(thing.rubric)
        ),
    )
    side = thing.sides[room.depth_of(entry) % 2] if thing.sides else ""
    return piece(
        '<li id="entry-{}" class="entry form-{}{}" data-by="{}" data-thing="{}" data-latest="{}" data-values="{}">'
        '{}{}<p class="byline"><span dir="auto">{}</span>{} {}</p>{}{}</li>',
        entry.id,
        thing.form.name,
        f" side-{thing.sides.index(side)}" if side else "",
        entry.by,
        entry.thing,
        entry.latest,
        json.dumps(entry.values, ensure_ascii=False),
        piece('<p class="side">{}</p>', side) if side else NOTHING,
        mark_safe("".join(parts)),
        room.name_of(entry.by),
        _where(room, entry),
        piece(
            '<span class="own"><button type="button" class="link" data-change>Change</button> '
            '<button type="button" class="link" data-act="strike" data-entry="{}">Strike out</button></span>'
            '<span class="others"><button type="button" class="link" data-on>{}</button></span>',
            entry.id,
            "Move against this" if thing.form.nested else "Ask about this",
        ),
        _rubric(room, entry, marks) if marks else NOTHING,
        piece('<ul class="entries" id="under-{}"></ul>', entry.id) if thing.form.nested else NOTHING,
    )


def _rubric(room: Room, entry: Entry, marks: SafeString) -> SafeString:
    lines = range(len(room.thing_of(entry).rubric))
    given = sum(len(room.judged.get((entry.id, str(number)), ())) for number in lines)
    told = "" if not given else "1 mark" if given == 1 else f"{given} marks"
    return piece(
        '<details class="marks"><summary>Rubric {}</summary><ul class="rubric" data-not-by="{}">{}</ul></details>',
        piece('<span class="note">{}</span>', told),
        entry.by,
        marks,
    )


def _where(room: Room, entry: Entry) -> SafeString:
    edited = "" if not entry.edits else ", changed" if entry.edits == 1 else f", changed {entry.edits} times"
    inside = f", in sub-session {entry.place[0]}" if entry.place[0] else ""
    return piece('<span class="note">{}{}</span>', edited, inside)


def container_of(room: Room, entry: Entry) -> str:
    """The id of the list that an entry stands in."""
    thing = room.thing_of(entry)
    if thing.form.nested and entry.under in room.entries:
        return f"under-{entry.under}"
    if thing.form.name == "freedoms":
        choices = thing.form.fields[0].choices
        value = entry.values.get("side", choices[0])
        return f"list-{thing.name}-{choices.index(value) if value in choices else 0}"
    if thing.form.name == "answers":
        return f"list-{thing.name}-{entry.values.get('question', '0')}"
    return f"list-{thing.name}"


def waiting_html(room: Room, thing: Thing, place: tuple[int, int]) -> SafeString:
    """How much the others have written that is not revealed yet: names and numbers, no words."""
    counts: dict[str, int] = {}
    for entry in room.at_place(place):
        if entry.thing == thing.name:
            counts[entry.by] = counts.get(entry.by, 0) + 1
    said = ", ".join(f"{room.name_of(who)} {number}" for who, number in counts.items())
    return piece(
        '<p class="waiting note" id="waiting-{}">{}</p>', thing.name, f"Written so far: {said}" if said else ""
    )


def tree_html(room: Room, entries: Iterable[Entry]) -> SafeString:
    """Entries of a tree, each with what stands under it."""
    shown = list(entries)
    under: dict[str, list[Entry]] = {}
    ids = {entry.id for entry in shown}
    for entry in shown:
        under.setdefault(entry.under if entry.under in ids else "", []).append(entry)

    def branch(above: str) -> str:
        html = []
        for entry in under.get(above, ()):
            own = str(entry_html(room, entry))
            empty = f'<ul class="entries" id="under-{entry.id}"></ul>'
            html.append(own.replace(empty, empty[:-5] + branch(entry.id) + "</ul>"))
        return "".join(html)

    return mark_safe(branch(""))


def guide_html(room: Room) -> SafeString:
    """What the guide last said in a room that is run alone, and waits for; nothing elsewhere."""
    latest = next((said for said in reversed(room.talk) if said.by == HOUSE), None) if room.alone else None
    if latest is None or latest.place != room.place:
        return mark_safe('<div id="guide"></div>')
    why = piece(' <span class="note">because of “{}”</span>', latest.why) if latest.why else NOTHING
    return piece(
        '<div id="guide" class="guide" aria-live="polite"><p><span>The guide</span>{} {}</p>'
        '<p class="words" dir="auto">{}</p>{}</div>',
        " says back" if latest.move == "say_back" else " asks",
        why,
        latest.text,
        _meant(room, latest) if latest.move == "say_back" else NOTHING,
    )


# --- who is here --------------------------------------------------------------------------------------------------


def counter_html(asked: int, wanted: int | None, target: float | None) -> SafeString:
    """Requests for examples at this stage, against the target."""
    goal = NOTHING if target is None else piece("; {} wanted by now", wanted or 0)
    requests = "request" if asked == 1 else "requests"
    return piece('<p id="counter" class="counter"><b>{}</b> {} for examples{}</p>', asked, requests, goal)


def move_label(move: str, does: str) -> str:
    """What a move's button says."""
    if move == "tell":
        return "Tell" if does == "facilitates" else "Say"
    return {"ask": "Ask", "say_back": "Say back", "restate": "Restate"}[move]
