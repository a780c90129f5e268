"""Files that show everything odd that can be said of one, by rule; the words are made up."""

SOURCE = """---
type: source
title: How tea cools
author: a taster
url: https://tea.example/cooling
date: 2021-04-03
status: unprocessed
tags: [tea, heat]
---

# How tea cools

Thin cups cool faster. A kettle tells more than a table of figures does.
"""

CLAIM = """---
type: claim
confidence: likely
source: "[[how-tea-cools]]"
---

# tea cools faster in a thin cup because its wall holds less heat

A cup of paper went from 90 to 60 degrees in nine minutes.
"""


def source(**changed):
    """The source, with lines of its front matter changed; None takes one out."""
    lines = SOURCE.splitlines(keepends=True)
    for key, value in changed.items():
        at = next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), None)
        new = [] if value is None else [f"{key}: {value}\n"]
        lines[at if at is not None else 8 : (at + 1) if at is not None else 8] = new
    return "".join(lines)


def claim(heading=None, **changed):
    """The claim, with its heading or a line of its front matter changed; None takes a line out."""
    text = CLAIM
    if heading is not None:
        text = text.replace("tea cools faster in a thin cup because its wall holds less heat", heading)
    for key, value in changed.items():
        line = next(line for line in text.splitlines(keepends=True) if line.startswith(f"{key}:"))
        text = text.replace(line, "" if value is None else f"{key}: {value}\n")
    return text


PARAGRAPH = (
    "The first cup stood by the window, the second on the stove, and both were asked the same question every minute: "
    "how warm are you now? Whoever holds a thermometer in each hand writes with neither, so there were two of us.\n"
)

ONE_FILE = {
    "not-text": ("picture.md", b"\x89PNG\r\n\x1a\n\x00\x00"),
    "not-utf-8": ("cafe.md", SOURCE.replace("Thin", "Café-thin").encode("latin-1")),
    "no-letter": ("nul.md", SOURCE.replace("Thin", "Th\x00n")),
    "byte-order-mark": ("marked.md", b"\xef\xbb\xbf" + SOURCE.encode()),
    "empty": ("nothing.md", SOURCE.partition("\n# ")[0]),
    "long-name": ("x" * 240 + ".md", SOURCE),
    "repeats": ("thrice.md", SOURCE + f"\n{PARAGRAPH}\n{PARAGRAPH}\n{PARAGRAPH}"),
    "no-front-matter": ("plain.txt", "How tea cools\n\nThin cups cool faster.\n"),
    "late": ("listed.md", "archive/tea.md\nIna 0a1b2c3d tea: a first note (#7)\n\n" + SOURCE),
    "open": ("open.md", SOURCE.replace("\n---\n\n#", "\n\n#")),
    "stray": ("pasted.md", SOURCE.replace("tags:", "\nMore evidence was pasted in here\n\ntags:")),
    "twice": ("doubled.md", source(processed="by Ina\nprocessed: by Jo")),
    "unread": ("colon.md", source(title="Tea: how it cools: a study")),
    "long-front-matter": ("long.md", source(notes='"' + "very " * 25_000 + '"')),
    "alias": ("aliased.md", SOURCE.replace("date:", "date_published:")),
    "beside": ("both.md", source(link="https://tea.example/other")),
    "no-list": ("counted.md", source(claims_extracted="3")),
    "no-words": ("listed-title.md", source(title="[How, tea, cools]")),
    "no-type": ("untyped.md", source(type=None)),
    "other-type": ("newsletter.md", source(type="newsletter")),
    "unknown-type": ("musing.md", source(type="musing")),
    "no-title": ("untitled.md", source(title=None)),
    "partial-date": ("month.md", source(date="2026-03-00")),
    "impossible-date": ("february.md", source(date="2026-02-30")),
    "worded-date": ("worded.md", source(date="3 April 2021")),
    "unread-date": ("spring.md", source(date="some time in spring")),
    "worded-status": ("complete.md", source(status="complete (13 pages)")),
    "unknown-status": ("purple.md", source(status="purple")),
    "no-url": ("somewhere.md", source(url="on the second shelf")),
    "worded-confidence": ("sure.md", claim(confidence="high")),
    "unknown-confidence": ("number.md", claim(confidence="0.8")),
    "no-confidence": ("unsure.md", claim(confidence=None)),
    "question": ("question.md", claim("does tea cool faster in a thin cup?")),
    "topic": ("topic.md", claim("the cooling of tea")),
    "no-reason": ("bare.md", claim("tea cools faster in a thin cup")),
    "no-evidence": ("nothing-named.md", claim(source=None)),
}
"""A file that breaks each rule, by the rule."""

TOGETHER = {
    "same-name": {"Tea.md": SOURCE, "tea.md": source(title="Another tea")},
    "broken-link": {"tea.md": SOURCE, "link.md": SOURCE + "\nSee [[cocoa and its skin]].\n"},
    "loose-link": {"how-tea-cools.md": SOURCE, "link.md": source(title="Links") + "\nSee [[How tea cools]].\n"},
    "ambiguous-link": {
        "how-tea-cools-in-cups.md": source(title="One"),
        "how-tea-cools-in-pots.md": source(title="Two"),
        "link.md": source(title="Links") + "\nSee [[how tea cools in]].\n",
    },
    "unwritten-claim": {"tea.md": source(claims_extracted="\n  - tea cools because it is warm")},
}
"""Files that break a rule beside each other, by the rule."""

ON_DISK = ("unreadable", "too-large")
"""Rules that only files on a disk can break."""
