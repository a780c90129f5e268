"""What pages look like, as far as it can be computed: colours that can be read, nothing inline, landmarks, labels."""

import re
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest

import cohobate.web

HERE = Path(cohobate.web.__file__).parent
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
SHEET = (HERE / "static" / "cohobate" / "cohobate.css").read_text("utf-8")

# --- colours --------------------------------------------------------------------------------------------------------

TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", SHEET)
}
GROUNDS = ("paper", "card", "sunken")
PAIRS = [
    *product(("ink", "soft", "copper", "moss", "amber", "rust"), GROUNDS),
    *product(("ink", "soft"), ("tint", "moss-tint", "amber-tint", "rust-tint")),
    *((name, f"{name}-tint") for name in ("moss", "amber", "rust")),
    *(("copper", ground) for ground in ("tint", "amber-tint")),
    *(("on-copper", "copper"), ("on-rust", "rust")),
]
LINES = [*product(("edge", "focus"), GROUNDS)]


def luminance(colour):
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_what_they_stand_on(words, ground, theme):
    assert contrast(TOKENS[words][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), LINES)
def test_what_bounds_a_field_or_shows_the_focus_can_be_seen(line, ground, theme):
    assert contrast(TOKENS[line][theme], TOKENS[ground][theme]) >= 3


def test_every_colour_is_a_token_that_was_looked_at():
    rules = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.S)
    rest = re.sub(r"--[\w-]+: light-dark\([^;]*;", "", rules)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\((?!0 0 0)", rest)
    looked_at = {name for pair in [*PAIRS, *LINES] for name in pair} | {"line"}  # line only decorates
    assert set(TOKENS) == looked_at
    assert set(re.findall(r"var\(--([\w-]+)\)", rest)) <= looked_at | set(re.findall(r"--([\w-]+):", rest))


# --- what is in the templates ---------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """All tags of a text with their attributes, and the text within scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.found, self.within, self.inline = [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.within = tag if tag in ("script", "style") else self.within

    def handle_endtag(self, tag):
        self.within = "" if tag == self.within else self.within

    def handle_data(self, data):
        self.inline += data.strip() if self.within else ""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_in_a_template_is_inline(template):
    text = template.read_text("utf-8")
    tags = Tags(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text))
    assert tags.inline == ""
    for tag, attributes in tags.found:
        assert tag != "style"
        assert not {name for name in attributes if name == "style" or name.startswith(("on", "hx-on", "hx-vals"))}
        assert not any(
            (value or "").strip().lower().startswith(("javascript:", "js:")) for value in attributes.values()
        )
        for name in ("src", "href", "action", "hx-post", "hx-get"):
            assert not re.match(r"(https?:)?//", attributes.get(name) or "")


def test_every_template_is_used():
    told = "".join(path.read_text("utf-8") for path in HERE.rglob("*") if path.suffix in (".py", ".html"))
    for template in TEMPLATES:
        assert f'"{template.relative_to(HERE / "templates")}"' in told


# --- what is in the pages -------------------------------------------------------------------------------------------


@pytest.fixture
def work_pages(nobody, work, writer, reviewer):
    """Every kind of page around works, by name."""
    from cohobate.web.works import board, keeper, methods
    from cohobate.web.works.models import WorkInvitation
    from cohobate.web.works.people import work_link

    from .browsers import does
    from .test_works import put_on_shelf

    source = put_on_shelf("On pumps", by=writer.person)
    wish = board.ask(reviewer.person, "Pumps?", "Why do *they* fail?", source.pk)
    method = methods.save(writer.person, None, "Cases first", "# Steps\n\nA case.")
    methods.save(writer.person, method, "Cases first", "# Steps\n\nTwo cases.")
    does(work, writer.person, "source", source=source.pk, digest=source.latest_id)
    does(work, writer.person, "hypothesis", text="So.", points=9, low=1, high=20)
    one, two = (
        keeper.keep_version(work.pk, writer.person, text)[0].data["digest"]
        for text in ("# T\n\nOne.\n", "# T\n\nTwo.\n")
    )
    does(work, writer.person, "publish", digest=two)
    link = WorkInvitation.objects.create(work=work, role="writer", made_by=writer.person)
    return {
        "desk": writer.see("desk"),
        "new work, sources": writer.see("new-work", source=source.pk),
        "new work": writer.see("new-work", go="yes"),
        "enter work": nobody.get(work_link(link).removeprefix("http://testserver")).content.decode(),
        "work": writer.see("work", work.pk),
        "hypothesis": writer.see("work-hypothesis", work.pk),
        "sources of a work": writer.see("work-sources", work.pk, q="pumps"),
        "versions": writer.see("work-versions", work.pk, before=one[:12], after=two[:12]),
        "version": writer.see("work-version", work.pk, two[:12]),
        "version, not published": writer.see("work-version", work.pk, one[:12]),
        "people of a work": writer.see("work-people", work.pk),
        "words in a work": writer.see("work-words", work.pk),
        "looking back": writer.see("look-back", work.pk),
        "published": nobody.see("published", work.pk),
        "methods": writer.see("methods"),
        "method": writer.see("method", method.pk, since=1),
        "edit method": writer.see("edit-method", method.pk),
        "board": writer.see("board"),
        "wish": reviewer.see("wish", wish.pk),
        "kinds": writer.see("kinds"),
        "ledger": writer.see("ledger", check="yes"),
    }


@pytest.fixture
def pages(nobody, owner, host, other_host, participant, room, invitation, work_pages):
    """Every kind of page, by name."""
    from .browsers import path_of

    return work_pages | {
        "landing": nobody.see("home"),
        "about": nobody.see("about"),
        "enter": nobody.get(path_of(invitation)).content.decode(),
        "enter, known": other_host.get(path_of(invitation)).content.decode(),
        "come back": nobody.get(path_of(host.person)).content.decode(),
        "problem": nobody.see("me", status=403),
        "home": owner.see("home"),
        "me": host.see("me"),
        "hosts": owner.see("hosts"),
        "which": host.see("new-room"),
        "new": host.see("new-room", workshop=room.workshop_id),
        "room": participant.see("room", room.pk),
        "record": host.see("record", room.pk),
        "own words": participant.see("own-words", room.pk),
        "people": host.see("room-people", room.pk),
        "invitations": host.see("room-invitations", room.pk),
        "workshops": participant.see("workshops"),
        "workshop": participant.see("workshop", "conjecture"),
        "editor": host.see("new-workshop"),
    }


def test_every_page_has_one_heading_landmarks_a_title_and_a_language(pages):
    for name, page in pages.items():
        tags = Tags(page).found
        assert [tag for tag, _ in tags].count("h1") == 1, name
        assert {"header", "main", "footer"} <= {tag for tag, _ in tags}, name
        assert ("html", {"lang": "en"}) in tags
        assert re.search(r"<title>[^<]+</title>", page), name
        assert 'href="#main"' in page
        assert 'aria-live="polite"' in page
        assert 'name="robots" content="noindex' in page


def test_every_field_has_a_label_and_every_picture_is_named_or_hidden(pages):
    for name, page in pages.items():
        tags = Tags(page).found
        labels = {attributes.get("for") for tag, attributes in tags if tag == "label"}
        for tag, attributes in tags:
            if tag in ("input", "textarea", "select") and attributes.get("type") != "hidden":
                assert attributes.get("aria-label") or attributes.get("id") in labels, (name, attributes)
            if tag == "svg":
                assert attributes.get("aria-hidden") == "true"
            assert tag != "img" or "alt" in attributes


def test_every_id_stands_once_in_a_page(pages):
    for name, page in pages.items():
        ids = [attributes["id"] for _, attributes in Tags(page).found if "id" in attributes]
        assert len(ids) == len(set(ids)), name


def test_what_describes_a_field_is_there(pages):
    for name, page in pages.items():
        tags = Tags(page).found
        ids = {attributes.get("id") for _, attributes in tags}
        for _, attributes in tags:
            for key in ("aria-describedby", "aria-labelledby"):
                assert set((attributes.get(key) or "").split()) <= ids, (name, attributes)


def test_no_page_loads_anything_from_elsewhere(pages):
    for name, page in pages.items():
        for tag, attributes in Tags(page).found:
            if tag in ("script", "link", "img", "iframe", "source"):
                assert (attributes.get("src") or attributes.get("href")).startswith("/static/"), name
