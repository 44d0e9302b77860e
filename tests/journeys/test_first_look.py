"""A newcomer's first minutes: sign in, look around, change language, find nothing broken and nothing loaded from outside."""

from collections.abc import Callable
from typing import Any

import pytest

from banyan.doors.web.testing import inaccessible

Visit = Callable[..., Any]
ADMINISTRATOR, AUDITOR = "administrator@demo.example", "auditor@demo.example"
REGISTRAR = "registrar@demo.example"
PAGES = {
    ADMINISTRATOR: ["/", "/codes/", "/codes/iso-3166-1/", "/places/", "/parties/", "/jobs/", "/access/", "/me/"],
    AUDITOR: ["/history/", "/history/facts/", "/access/reads/"],
    REGISTRAR: [
        "/forms/", "/forms/new/", "/forms/policies/", "/collection/", "/collection/new/", "/collection/sources/", "/registry/",
        "/registry/people/", "/registry/households/", "/registry/search/", "/registry/changes/", "/registry/exports/",
    ],
}  # fmt: skip


@pytest.mark.parametrize("mail", PAGES)
def test_every_page_is_whole_and_comes_from_here(visit: Visit, trial: Any, mail: str) -> None:
    page = visit(mail)
    foreign: list[str] = []
    broken: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((trial.address, "data:", "blob:")) else foreign.append(request.url)
        ),
    )
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("response", lambda answer: broken.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    for address in PAGES[mail]:
        page.goto(address)
        assert page.locator("h1").inner_text().strip()
    assert not foreign
    assert not broken


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_no_page_has_accessibility_findings_or_overflows(visit: Visit, locale: str, width: int) -> None:
    findings = []
    for mail, address in [(mail, address) for mail, addresses in PAGES.items() for address in addresses]:
        if address == PAGES[mail][0]:
            page = visit(mail, locale=locale, width=width, height=844 if width < 600 else 768)
        page.goto(address)
        assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            findings.append(f"{address} is {wide} pixels too wide")
        findings += [f"{address}: {fault}" for fault in inaccessible(page)]
    assert not findings, "\n".join(findings)


def test_without_script_a_person_signs_in_and_reads(browser: Any, trial: Any) -> None:
    context = browser.new_context(base_url=trial.address, java_script_enabled=False, locale="en")
    page = context.new_page()
    mail = "manager@demo.example"
    page.goto("/codes/")
    page.locator("input[name=login]").fill(mail)
    page.locator("input[name=password]").fill(trial.passwords[mail])
    page.locator("input[name=password]").press("Enter")
    page.goto("/codes/sex/")
    assert "Female" in page.inner_text("main")
    context.close()
