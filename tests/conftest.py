"""Options and fixtures shared by the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.past import known_until

settings.register_profile("check", deadline=None)  # a busy machine is no fault
settings.load_profile("check")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browsing import Site

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the golden letters anew")


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture
def in_2026() -> Iterator[None]:
    """Rates are known until the end of 2026, whatever was added to the tables since."""
    with known_until():
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, one for all tests of a process; without its windows it costs half."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # milliseconds; a busy machine is no fault
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site in four languages, built strictly and served on this machine.

    ``LETTERKIT_SITE`` names the folder where `./check` has just built it.
    """
    from tests.browsing import PUBLIC, Site, mkdocs, served

    built = os.environ.get("LETTERKIT_SITE")
    folder = Path(built) if built else tmp_path_factory.mktemp("site")
    if not built:
        command, where = mkdocs("build", "--strict", "--site-dir", str(folder), SITE_URL=PUBLIC)
        done = subprocess.run(command, capture_output=True, text=True, **where)
        assert done.returncode == 0, done.stderr
    with served(folder) as root:
        yield Site(folder, root, browser)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that may use the clipboard."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()
