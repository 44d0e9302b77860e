"""For tests in a real browser: Debian's Chromium, pages that are watched, and what is wrong with them."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from banyan.doors.web import frontend

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"wide": (1366, 768), "narrow": (390, 844)}
# Tags of the rules that make up WCAG 2.2 AA.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
# Only the faults leave the browser: carrying over all that is right took longer than looking for what is wrong.
_FAULTS = """rules => axe.run({...rules, resultTypes: ["violations"]}).then(found => found.violations.map(
    fault => `${fault.id}: ${fault.help}: ${fault.nodes[0].html.slice(0, 300)}`))"""
# What stands out of the page, other than what scrolls in a frame of its own; empty if the page does not scroll sideways.
_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : ["scrolls sideways",
    ...[...document.querySelectorAll("main *")].filter(each => !each.closest("svg")
        && (!each.closest(".table-frame") || getComputedStyle(each).position == "absolute")
        && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 6).map(each => each.outerHTML.slice(0, 150))]"""
_IDLE = """() => Promise.all([document.fonts.ready, new Promise(done => requestIdleCallback(done, {timeout: 5000}))])
    .then(() => true)"""
_PATIENCE = 10  # seconds


class _Traffic:
    """What a page asked for, and what of it is not there yet."""

    def __init__(self) -> None:
        self.begun, self.waiting = 0, set[Any]()

    def begin(self, request: Any) -> None:
        self.begun += 1
        self.waiting.add(request)

    def end(self, request: Any) -> None:
        self.waiting.discard(request)


_TRAFFIC: WeakKeyDictionary[Page, _Traffic] = WeakKeyDictionary()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of a file."""
    if CHROMIUM is None or not frontend.built():
        if os.environ.get("CI"):
            pytest.fail("CI needs chromium and the built front end")
        pytest.skip("needs chromium and the built front end")
    # Playwright's loop would make Django believe that the tests run asynchronously.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def context_of(
    browser: Browser, server: Any, client: Any, *, size: str = "wide", language: str = "", **more: Any
) -> BrowserContext:
    """A context of the browser that is signed in as the test client is, in this language."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    if client is not None:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    if language:
        context.add_cookies([{"name": "django_language", "value": language, "url": server.url}])
    return context


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains about."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    traffic = _TRAFFIC[page] = _Traffic()
    page.on("request", traffic.begin)
    page.on("requestfinished", traffic.end)
    page.on("requestfailed", traffic.end)
    return page, complaints


def settle(page: Page) -> None:
    """Wait until a watched page has all it asked for, its fonts too, and its scripts have nothing left to do."""
    traffic, end = _TRAFFIC[page], time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        begun = traffic.begun
        page.evaluate(_IDLE)
        page.wait_for_timeout(50)  # lets the browser tell what was asked for meanwhile
        if not traffic.waiting and traffic.begun == begun:
            return
    page.wait_for_load_state("networkidle")


def keep_picture(page: Page, name: str) -> None:
    """A screenshot, for who asks for them by BANYAN_PICTURES."""
    if folder := os.environ.get("BANYAN_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def inaccessible(page: Page, rules: Mapping[str, Any] | None = None) -> list[str]:
    """What axe finds wrong with the page; by all of its rules, unless some are named."""
    page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(_FAULTS, rules))


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with a watched page once it has settled: accessibility, and whether it scrolls sideways."""
    settle(page)
    keep_picture(page, name)
    return [f"{name}: {each}" for each in (*inaccessible(page, RULES), *page.evaluate(_WIDE))]


def faults_of_all(page: Page, server: Any, addresses: Mapping[str, str], name: str) -> list[str]:
    """The faults of the pages at these addresses, and which of them do not come; `name` with a place for the page's own."""
    found = []
    for each, address in addresses.items():
        answer = page.goto(server.url + address)
        if answer is None or answer.status != 200:
            found.append(f"{address} answers {answer and answer.status}")
        else:
            found += faults(page, name.format(each))
    return found


__all__ = [
    "RULES", "SIZES", "browser", "context_of", "faults", "faults_of_all", "inaccessible", "keep_picture", "settle", "watched",
]  # fmt: skip
