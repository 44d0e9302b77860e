"""Journeys: a real browser in a real installation. One installation and one browser serve all of them."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from banyan.config.pictures import QUIET, browser_program, sign_in
from banyan.config.trial import Trial, running


@pytest.fixture(scope="package")
def trial() -> Iterator[Trial]:
    """The installation, with the demo."""
    with running() as found:
        yield found


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Without one the journeys are left out, except in CI, where that is a failure.

    Closed with the last journey: Playwright's loop would make Django believe that the tests after them run asynchronously.
    """
    executable = browser_program()
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
