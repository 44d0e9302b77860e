"""Journeys: a real browser in a real installation. One installation and one browser serve all of them."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from banyan.config.trial import Trial, running

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without these a browser looks for its maker's servers at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys go to one worker: they share the installation."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def trial() -> Iterator[Trial]:
    """The installation, with the demo."""
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Without one the journeys are left out, except in CI, where that is a failure."""
    executable = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium must be there in CI: .ci/run installs it")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield found
        found.close()


@pytest.fixture
def visit(browser: Any, trial: Trial) -> Iterator[Callable[..., Any]]:
    """Opens pages of the installation as somebody: visit("reader@demo.example") gives a page that is signed in."""
    contexts = []

    def open_page(mail: str | None = None, *, locale: str = "en", width: int = 1366, height: int = 768) -> Any:
        context = browser.new_context(
            base_url=trial.address, locale=locale, viewport={"width": width, "height": height}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        if mail:
            sign_in(page, mail, trial.passwords[mail])
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Any, mail: str, password: str) -> None:
    """Through the sign-in page, as a person would."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(mail)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
