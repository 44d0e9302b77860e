"""The shell's pages in a real browser: accessibility, both directions, both widths, no script."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from banyan.doors.web.testing import SIZES, browser, context_of, faults, keep_picture, settle, watched
from banyan.platform.access.testing import make_account

__all__ = ["browser"]

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
    context = context_of(browser, live_server, person, size=size, language=language)
    if language == "my":
        context.add_cookies([{"name": "banyan_theme", "value": "dark", "url": live_server.url}])
    page, complaints = watched(context)
    findings = []
    for address in PAGES:
        page.goto(live_server.url + address)
        findings += faults(page, f"{language}-{size}-{address.strip('/').replace('/', '-') or 'home'}")
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
    page, _complaints = watched(context)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + "/")
    settle(page)
    fonts = [url.rsplit("/", 1)[1] for url in asked if url.endswith(".woff2")]
    assert [name for name in fonts if not name.startswith("noto-sans-latin-wght")] == []
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    context.close()
