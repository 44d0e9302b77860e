"""Every module's first page in a real browser, with rows in its list: accessible, no sideways scrolling, no complaints."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser

from banyan.doors.web.testing import SIZES, browser, context_of, faults_of_all, keep_picture, watched
from banyan.platform.access.declarations import declared
from banyan.platform.access.models import Account
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.reference.codes import actions as codes

__all__ = ["browser"]


def first_pages() -> dict[str, str]:
    pages = {}
    for module in declared().rooms.values():
        try:
            pages[module.room] = reverse(module.url_name)
        except NoReverseMatch:
            continue
    return pages


def make_everyone() -> Account:
    """The shipped code lists, many people, and one with every role that may be held together with the information manager's."""
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
    return account


@pytest.fixture(scope="module")
def person(kept: Callable[..., Account]) -> Account:
    return kept(make_everyone)


@pytest.fixture
def everyone(person: Account, client: Any, transactional_db: None) -> Any:
    """Signed in; see `make_everyone`."""
    client.force_login(person, backend="banyan.platform.access.backends.AccountBackend")
    return client


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_first_pages_of_modules(browser: Browser, live_server: Any, everyone: Any, size: str, language: str) -> None:
    context = context_of(browser, live_server, everyone, size=size, language=language)
    page, complaints = watched(context)
    findings = faults_of_all(page, live_server, first_pages(), f"module-{{}}-{language}-{size}")
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
