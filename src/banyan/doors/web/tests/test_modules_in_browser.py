"""Every module's first page in a real browser, with rows in its list: accessible, no sideways scrolling, no complaints."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser

from banyan.doors.web.tests.test_browser import RULES, SIZES, browser, context_of, keep_picture, watched
from banyan.platform.access.declarations import declared
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.reference.codes import actions as codes

__all__ = ["browser"]


def first_pages() -> dict[str, str]:
    pages = {}
    for module in declared().modules:
        try:
            pages[module.room] = reverse(module.url_name)
        except NoReverseMatch:
            continue
    return pages


@pytest.fixture
def everyone(client: Any, transactional_db: None) -> Any:
    """Signed in with every role that may be held together with the information manager's."""
    with viewing(system_viewer("tests")):
        codes.load_shipped_lists(by=system_viewer("tests"))
    account = make_account(
        "auditor",
        "data-protection-officer",
        "information-manager",
        "reader",
        "registration-officer",
        name="Daw Khin Khin",
        email="k@example.org",
    )
    for number in range(60):
        make_account("reader", name=f"Person {number}")
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    return client


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_first_pages_of_modules(browser: Browser, live_server: Any, everyone: Any, size: str, language: str) -> None:
    context = context_of(browser, live_server, everyone, size=size)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page, complaints = watched(context)
    findings = []
    for room, address in first_pages().items():
        answer = page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        keep_picture(page, f"module-{room}-{language}-{size}")
        if answer is None or answer.status != 200:
            findings.append(f"{address} answers {answer and answer.status}")
            continue
        result = Axe().run(page, options=RULES)
        findings += [
            f"{address} {item['id']}: {item['nodes'][0]['html'][:200]}" for item in result.response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            findings.append(f"{address} scrolls sideways")
    context.close()
    assert findings == []
    assert complaints == []


def test_a_list_is_filtered_sorted_and_paged_in_place(browser: Browser, live_server: Any, everyone: Any) -> None:
    context = context_of(browser, live_server, everyone)
    page, complaints = watched(context)
    page.goto(live_server.url + "/codes/")
    page.evaluate("window.stayed = true")
    before = page.locator("table.data tbody tr").count()
    page.fill(".list-tools input[name=q]", "iso")
    page.press(".list-tools input[name=q]", "Enter")
    page.wait_for_url("**/codes/?*q=iso*")
    page.wait_for_function(f"document.querySelectorAll('table.data tbody tr').length < {before}")
    page.locator("table.data thead a").first.click()
    page.wait_for_url("**sort=*")
    assert page.locator("th[aria-sort]").count() == 1
    assert page.evaluate("window.stayed"), "the list replaces itself, not the page"
    keep_picture(page, "list-filtered")
    context.close()
    assert complaints == []
