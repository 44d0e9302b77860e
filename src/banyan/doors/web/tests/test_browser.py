"""The shell's pages in a real browser: accessibility, both directions, both widths, no script."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from banyan.doors.web import frontend
from banyan.platform.access.testing import make_account

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
PAGES = [
    "/",
    "/search/",
    "/modules/access/",
    "/me/",
    "/keys/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/sessions/",
    "/accounts/password/change/",
    "/nowhere/",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
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


def context_of(browser: Browser, server: Any, client: Any, *, size: str = "wide", **more: Any) -> BrowserContext:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    if client is not None:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    return context


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains about."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("BANYAN_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
def person(client: Any, transactional_db: None) -> Any:
    account = make_account("administrator", name="Daw Khin Khin", email="khin@example.org")
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    return client


@pytest.mark.parametrize("language", ["en", "ar", "my"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_are_accessible_and_fit(
    browser: Browser, live_server: Any, person: Any, size: str, language: str
) -> None:
    context = context_of(browser, live_server, person, size=size)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    if language == "my":
        context.add_cookies([{"name": "banyan_theme", "value": "dark", "url": live_server.url}])
    page, complaints = watched(context)
    findings = []
    for address in PAGES:
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        keep_picture(page, f"{language}-{size}-{address.strip('/').replace('/', '-') or 'home'}")
        result = Axe().run(page, options=RULES)
        findings += [
            f"{address} {item['id']}: {item['nodes'][0]['html'][:160]}" for item in result.response["violations"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            findings.append(f"{address} scrolls sideways by {wide} px")
    context.close()
    assert findings == []
    assert [text for text in complaints if "404" not in text and "401" not in text] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without script"])
def test_signing_in_and_searching_works(
    browser: Browser, live_server: Any, transactional_db: None, scripts: bool
) -> None:
    make_account("reader", name="Sai", email="sai@example.org", password="a long enough passphrase")
    context = context_of(browser, live_server, None, java_script_enabled=scripts)
    page, complaints = watched(context)
    page.goto(live_server.url + "/")
    keep_picture(page, "sign-in")
    page.fill("input[name=login]", "sai@example.org")
    page.fill("input[name=password]", "a long enough passphrase")
    page.click("main button[type=submit]")
    page.wait_for_url(live_server.url + "/")
    if scripts:
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
    page.fill("#search", "Myitkyina")
    page.press("#search", "Enter")
    page.wait_for_url("**/search/?search=*")
    assert "Myitkyina" not in page.url
    assert page.input_value("#search") == "Myitkyina"
    context.close()
    assert complaints == []


def test_menus_open_by_keyboard_and_close_on_escape(browser: Browser, live_server: Any, person: Any) -> None:
    context = context_of(browser, live_server, person, size="narrow")
    page, complaints = watched(context)
    page.goto(live_server.url + "/")
    menu = page.locator(".menu-toggle")
    menu.press("Enter")
    assert menu.get_attribute("aria-expanded") == "true"
    assert page.locator("#navigation").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#navigation").is_visible()
    theme = page.locator("details.drop").first
    theme.locator("summary").press("ArrowDown")
    assert theme.get_attribute("open") is not None
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") in ("light", "dark")
    context.close()
    assert complaints == []


def test_an_english_page_downloads_latin_only(browser: Browser, live_server: Any, person: Any) -> None:
    context = context_of(browser, live_server, person)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + "/")
    page.wait_for_load_state("networkidle")
    fonts = [url.rsplit("/", 1)[1] for url in asked if url.endswith(".woff2")]
    assert [name for name in fonts if not name.startswith("noto-sans-latin-wght")] == []
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    context.close()
