"""What writers and reviewers do, step by step."""

import re

from playwright.sync_api import expect

from cohobate.web.slugs import slug

from .steps import post

KEPT = "what you type is kept in this browser"


def begin(visit, server, text="", title="Why a party needs one invitation", **options):
    """A work, and its writer in the editor; what leads up to it is sent as forms."""
    ada = visit(server, **options)
    post(ada, server.owner_link, name="Ada")
    begun = post(ada, "/works/new/?go=1", "/works/new/", title=title, which="propagating", id=slug())
    work = begun.url
    if text:
        post(ada, f"{work}edit/", text=text, revision="0", do="save")
    write(ada, work)
    return work, ada


def invite(writer, work, role, visitor, name):
    """Lets somebody else into a work."""
    page = post(writer, f"{work}people/", role=role, lasts="7").text()
    link = re.findall(r'value="(http[^"]+/w/[^"]+)"', page)[0]
    post(visitor, link, name=name, consent="on")
    return visitor


def write(visitor, work):
    """Opens the editor."""
    visitor.go(f"{work}edit/")
    expect(field(visitor)).to_be_visible()


def field(visitor):
    """The draft."""
    return visitor.page.locator("#text")


def add(visitor, words):
    """Types at the end of the draft."""
    field(visitor).press("Control+End")
    field(visitor).press_sequentially(words)


def state(visitor):
    """The line that says how it stands."""
    return visitor.page.locator("#state")


def saved(visitor):
    """Waits until all that is in the field is saved."""
    expect(state(visitor)).to_contain_text(re.compile(r"^Saved "))
    expect(state(visitor)).to_have_class(re.compile("saved"))


def draft(visitor, work):
    """What the server has."""
    page = visitor.fetch(f"{work}edit/").text()
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.S)[1]
    return found.replace("&#x27;", "'").replace("&quot;", '"').replace("&lt;", "<").replace("&amp;", "&")


def elsewhere(visitor, work, text):
    """The same person saves something on another device."""
    revision = visitor.fetch(f"{work}draft/").json()["revision"]
    post(visitor, f"{work}edit/", text=text, revision=str(revision), do="save")


def select(visitor, block, words):
    """Selects words of a paragraph, as a mouse does."""
    visitor.page.locator(f"#b{block} [data-text]").evaluate(
        """(text, words) => {
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            document.getSelection().setBaseAndExtent(node, at, node, at + words.length);
            return;
          }
          throw new Error(`there is no "${words}"`);
        }""",
        words,
    )
