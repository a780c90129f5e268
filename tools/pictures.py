"""Makes the pictures in docs/screenshots anew, from what `cohobate demo-data` makes. It needs a browser.

Look at each before you commit it. `--fonts DIR` names a folder with the fonts Inter and P052 (in Debian's packages
fonts-inter and fonts-urw-base35), so that the pictures look as pages do on most screens, and not as on bare servers.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from cohobate.web.folder import DataFolder
from cohobate.web.serving import configure

HERE = Path(__file__).parents[1] / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 960}
LARGEST = 300_000
"""Bytes of a picture, at most."""
ROOM, RECORD = "Two tidy people and a drawer", "The sheet by the door"
WORK = "Label it before you pour it"
COHOBATE = [sys.executable, "-m", "cohobate.cli"]


def main() -> None:
    """Fills a folder, serves it, and takes the pictures."""
    HERE.mkdir(exist_ok=True)
    parser = argparse.ArgumentParser()
    parser.add_argument("--fonts", type=Path, metavar="DIR")
    fonts = parser.parse_args().fonts
    with tempfile.TemporaryDirectory() as folder:
        if fonts is not None:
            os.environ["FONTCONFIG_FILE"] = str(configured(fonts.absolute(), Path(folder)))
        data = Path(folder) / "data"
        subprocess.run([*COHOBATE, "demo-data", "--data", str(data)], check=True, stdout=subprocess.DEVNULL)
        command = [*COHOBATE, "serve", "--data", str(data), "--port", "0", "--no-browser"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            url = server.stdout.readline().removeprefix("owner link: ").partition("/me/")[0]
            take(*known(data, url))
        finally:
            server.terminate()
            server.wait()


def configured(fonts: Path, folder: Path) -> Path:
    """A file that has the system look for its fonts there first."""
    preferred = {"Inter": ("system-ui", "sans-serif"), "P052": ("Palatino", "serif")}
    rules = [
        f'<match><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="prepend" binding="strong"><string>{font}</string></edit></match>'
        for font, names in preferred.items()
        for name in names
    ]
    path = folder / "fonts.conf"
    path.write_text(
        f'<fontconfig><dir>{fonts}</dir><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<cachedir>{folder}/fontcache</cachedir>{''.join(rules)}</fontconfig>"
    )
    return path


def known(data: Path, url: str) -> tuple[dict[str, str], dict[str, str]]:
    """The personal link of each person by their name, and the address of each room, work and test by its title."""
    configure(DataFolder(data), url, ["127.0.0.1"])
    from cohobate.web.people.links import person_link
    from cohobate.web.people.models import Person
    from cohobate.web.readings.models import Trial
    from cohobate.web.rooms.models import Room
    from cohobate.web.works.models import Work

    people = {one.name: person_link(one) for one in Person.objects.all()}
    kinds = {"rooms": Room, "works": Work, "tests": Trial}
    return people, {
        one.title: f"{url}/{name}/{one.pk}/" for name, model in kinds.items() for one in model.objects.all()
    }


def take(people: dict[str, str], pages: dict[str, str]) -> None:
    """Takes all pictures."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        # Whoever has a seat is there, so that nobody is missed.
        others = [come(browser, people[name]) for name in ("Femi", "Ben")]
        for page in others:
            page.goto(pages[ROOM])
            expect(page.locator("#connection")).to_have_text("Connected")
        page = come(browser, people["Chidi"])
        page.goto(pages[ROOM])
        expect(page.locator("#connection")).to_have_text("Connected")
        expect(page.locator(".alarm")).to_have_count(0)
        picture(page, "room")
        page.goto(pages[RECORD] + "record/")
        picture(page, "record")
        page.goto(pages[ROOM].partition("/rooms/")[0] + "/workshops/")
        picture(page, "workshops")
        page = come(browser, people["Femi"])
        page.goto(pages[WORK] + "edit/")
        picture(page, "editor")
        page = come(browser, people["Dilnoza"])
        page.goto(next(address for address in pages.values() if "/tests/" in address) + "outcome/")
        picture(page, "outcome")
        browser.close()


def come(browser: Browser, link: str) -> Page:
    """A page of somebody who came by their personal link."""
    page = browser.new_context(viewport=SIZE, locale="en-GB", reduced_motion="reduce").new_page()
    page.goto(link)
    page.get_by_role("button", name=re.compile("^Come in")).click()
    expect(page.get_by_role("heading", name="Your rooms")).to_be_visible()
    return page


def picture(page: Page, name: str) -> None:
    """Puts down what the window shows."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.relative_to(HERE.parents[1])}: {size / 1000:.0f} kB")
    if size > LARGEST:
        sys.exit(f"{path} has {size:,} bytes; {LARGEST:,} are the most")


if __name__ == "__main__":
    os.chdir(HERE.parents[1])
    main()
