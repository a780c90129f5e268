"""Tests with a real browser and a real server. `make browser` installs the one, `cohobate serve` is the other.

They are marked `browser`, so `pytest -m "not browser"` goes without. Where there is no browser they are skipped, but in
CI that is a failure.
"""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from .serving import Serving
from .visitors import PATIENCE, Visitor

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no browser is installed here (chromium, chromium-browser or google-chrome); `make browser` installs one"
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium():
    """The browser. For these tests only: while it is open, Django takes this thread to be one of an event loop."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(chromium, tmp_path_factory):
    """A server that all tests share; each opens a room of its own."""
    yield from _serving(tmp_path_factory)


@pytest.fixture
def own_server(chromium, tmp_path_factory):
    """A server that a test may stop, kill and start again."""
    yield from _serving(tmp_path_factory)


@pytest.fixture
def demo_server(chromium, tmp_path_factory):
    """A server with the rooms of `cohobate demo-data`."""
    yield from _serving(tmp_path_factory, filled=True)


def _serving(tmp_path_factory, filled=False):
    found = Serving(tmp_path_factory.mktemp("serving") / "data")
    if filled:
        found.fill()
    found.start()
    yield found
    found.stop()
    assert found.said() == ""


@pytest.fixture
def visit(chromium, request, tmp_path):
    """Lets somebody visit a server: `visit(server)`. At the end no console may have said what was not expected."""
    here = []

    def come(server, **options):
        here.append(Visitor(chromium, server.url, **options))
        return here[-1]

    yield come
    troubles = [trouble for visitor in here for trouble in visitor.troubles]
    if getattr(request.node, "failed", False):
        for number, visitor in enumerate(here):
            for page in visitor.context.pages:
                picture = tmp_path / f"{number}.png"
                page.screenshot(path=picture, full_page=True)
                request.node.add_report_section("teardown", "pictures", f"{page.url} looks like {picture}")
    for visitor in here:
        visitor.close()
    assert troubles == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report
