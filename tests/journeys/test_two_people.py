"""Two people at one record: each sees that the other is there, and when both write the same field, both values are shown."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from banyan.doors.web.testing import inaccessible

Visit = Callable[..., Any]
OFFICER, PROTECTION = "registrar@demo.example", "protection@demo.example"
FIELD = "input[name='fields.occupation']"


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_same_field_is_written_twice_and_nothing_is_lost(visit: Visit, locale: str) -> None:
    officer, protection = visit(OFFICER, locale=locale), visit(PROTECTION, locale=locale, width=390, height=844)
    person = somebody(officer)
    form = f"/registry/propose/correct_identity/{person}/"
    officer.goto(form)
    seen_by(officer, locale, "form")
    protection.goto(form)
    officer.locator("text=Demo protection officer").wait_for(timeout=40_000)  # asked anew every 15 seconds

    # Typed, and kept although nothing was sent.
    officer.locator(FIELD).fill("Baker")
    with officer.expect_response(re.compile("/draft/")):
        officer.locator("input[name='fields.address']").fill("Second street")

    theirs = f"Tailor {locale}"
    protection.locator(FIELD).fill(theirs)
    protection.locator("button[value=preview]").click()
    seen_by(protection, locale, "preview")
    protection.locator("textarea[name=reason]").fill("Told at the desk")
    protection.locator("button[value=send]").click()
    protection.wait_for_url(re.compile("/registry/changes/"))
    assert protection.locator("form[action$='/approve/']").count() == 0, "nobody approves their own"
    deciding = officer.context.new_page()
    deciding.goto(protection.url)
    seen_by(deciding, locale, "request")
    deciding.locator("form[action$='/approve/'] button.btn-primary").click()
    deciding.locator("form[action$='/approve/']").wait_for(state="detached")

    officer.locator("button[value=preview]").click()
    told = officer.locator("main").inner_text()
    assert theirs in told
    assert "Baker" in told
    seen_by(officer, locale, "clash")
    officer.locator("input[name='keep.fields.occupation'][value=mine]").check()
    officer.locator("button[value=preview]").click()
    told = officer.locator("main").inner_text()
    for text in (theirs, "Baker", "Second street"):
        assert text in told
    deciding.goto(form)
    assert deciding.locator(FIELD).input_value() == "Baker", "what was typed survives the page"


def somebody(page: Any) -> str:
    """The id of the first person in the list."""
    page.goto("/registry/people/")
    link = page.locator("table.data a[href*='/registry/people/']").first.get_attribute("href")
    return str(re.search(r"[0-9a-f-]{36}", link)[0])  # type: ignore[index]  # every link has one


def seen_by(page: Any, locale: str, name: str) -> None:
    """What axe finds on the page: nothing."""
    assert inaccessible(page) == [], f"{name} ({locale})"
