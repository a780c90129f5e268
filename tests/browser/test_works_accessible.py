"""Pages of works: read, reached and used like all others, and on paper."""

import re

from playwright.sync_api import expect

from .steps import come_as_owner
from .test_accessible import checked
from .writing import begin


def begun(ada):
    """A work that somebody begins and says something of; its address."""
    page = ada.page
    ada.go("/works/new/?go=yes")
    page.get_by_label("Title").fill("Why pumps fail together")
    page.get_by_label("Bushwhacking").check()
    ada.button("Begin").click()
    expect(page.get_by_role("heading", name="Next")).to_be_visible()
    address = re.search(r"/works/\w+/", page.url)[0]
    page.get_by_role("link", name="Register a hypothesis").first.click()
    page.get_by_label("What you think will make").fill("A case first.")
    for label, value in (("Points", "20"), ("At least", "5"), ("At most", "35")):
        page.get_by_label(label, exact=True).fill(value)
    ada.button("Register it").click()
    expect(page.get_by_text("predicts 20 points")).to_be_visible()
    return address


def test_pages_of_works_methods_the_board_and_the_ledger(visit, server):
    ada = come_as_owner(visit(server), server)
    page, found = ada.page, []
    work = begun(ada)
    ada.go("/methods/new/")
    page.get_by_label("Title").fill("Cases first")
    page.get_by_label("How you go about it").fill("# Steps\n\nA case.")
    ada.button("Save").click()
    expect(page.get_by_role("heading", name="Where it was applied")).to_be_visible()
    found += checked(ada, "method")
    page.get_by_role("link", name="Change it").click()
    page.get_by_label("How you go about it").fill("# Steps\n\nTwo cases.")
    ada.button("Save as a new version").click()
    page.get_by_role("link", name="what changed since").click()
    expect(page.locator(".changes ins").first).to_be_visible()
    found += checked(ada, "method, changed")
    ada.go("/board/")
    page.get_by_label("What you would like to understand").fill("Why do backups fail at once?")
    ada.button("Ask").click()
    expect(page.get_by_role("link", name="I'll write it")).to_be_visible()
    found += checked(ada, "wish")
    ada.go("/kinds/")
    for number, select in enumerate(page.get_by_role("combobox").all()):
        select.select_option(index=1 + number % 6)
    ada.button("Keep my sorting").click()
    expect(page.get_by_role("heading", name="How far people agree")).to_be_visible()
    found += checked(ada, "kinds")
    ada.go(f"{work}people/")
    ada.button("Make a link").click()
    expect(page.get_by_label("Link of this invitation")).to_be_visible()
    found += checked(ada, "people of a work")
    ada.go(f"{work}hooks/")
    for words in ("A pump stands still.", "Pumps fail in pairs."):
        page.get_by_label("Another opening").fill(words)
        ada.button("Put it on the list").click()
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    found += checked(ada, "openings of a work")
    for address in (
        *("/desk/", "/works/new/", "/works/new/?go=yes", "/methods/", "/methods/new/", "/board/", "/hooks/"),
        "/ledger/?check=yes",
        *(work, f"{work}hypothesis/", f"{work}sources/", f"{work}versions/", f"{work}words/", f"{work}back/"),
    ):
        ada.go(address)
        found += checked(ada, address)
    assert not found, "\n".join(found)


TEXT = "# Why pumps fail together\n\n{example: On Tuesday it stood.}\n\n| part | shared |\n|---|---|\n| shaft | yes |\n"


def test_a_published_page_is_read_by_anybody_and_printed_without_what_surrounds_it(visit, server):
    work, ada = begin(visit, server, text=TEXT)
    page = ada.page
    page.get_by_text("Keep what is there as a version").click()
    ada.button("Keep this version").click()
    expect(page.get_by_text("Kept as version 1")).to_be_visible()
    ada.go(f"{work}versions/")
    page.get_by_role("link", name="Version 1").click()
    found = checked(ada, "version")
    ada.button("Publish: anybody with the link can read it").click()
    page.get_by_role("link", name="published").click()
    nobody = visit(server, allow=["410"])
    nobody.go(page.url)
    expect(nobody.page.get_by_role("heading", level=1)).to_have_text("Why pumps fail together")
    expect(nobody.page.get_by_role("cell", name="shaft")).to_be_visible()
    found += checked(nobody, "published")
    nobody.page.emulate_media(media="print")
    for unseen in ("Cohobate", "As Markdown", "What is kept here, and who sees it"):
        expect(nobody.page.get_by_text(unseen, exact=True).first).to_be_hidden()
    expect(nobody.page.get_by_text("On Tuesday it stood.")).to_be_visible()
    assert nobody.page.pdf().startswith(b"%PDF")
    nobody.page.emulate_media(media="screen")
    with nobody.page.expect_download() as begun_one:
        nobody.page.get_by_role("link", name="As one HTML file").click()
    file = begun_one.value.path()
    kept = visit(server).page
    kept.set_content(file.read_text("utf-8"))
    expect(kept.get_by_role("heading", level=1)).to_have_text("Why pumps fail together")
    assert kept.evaluate("document.querySelectorAll('script, link, img').length") == 0
    assert not found, "\n".join(found)
