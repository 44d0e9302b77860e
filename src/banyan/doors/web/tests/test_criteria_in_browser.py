"""Making criteria in a real browser: built by keyboard, written with completion, errors at their place, both ways the same."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from banyan.doors.web.testing import (
    RULES,
    SIZES,
    browser,
    context_of,
    faults_of_all,
    inaccessible,
    keep_picture,
    watched,
)
from banyan.people.registry import actions as registry
from banyan.people.registry.models import Person
from banyan.people.registry.tests.conftest import Batch, chunk, make_country, make_family
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import system_viewer, viewer_of, viewing
from banyan.platform.criteria import actions

__all__ = ["browser"]

SYSTEM = system_viewer("tests")
MAKE = "/criteria/new/?subject=person"
TEXT = 'age < 5 && (sex == "female" || household.members.exists(m, m.age >= 18)) && age % 2 == 0'


def make_keeping() -> SimpleNamespace:
    """A family registered, one criterion saved, and who keeps it."""
    country = make_country()
    registry.register_chunk(chunk(make_family()), Batch(country.operation.pk, country.scopes[""]), by=SYSTEM)
    account = make_account("information-manager", "registration-officer")
    by = viewer_of(account)
    with viewing(by):
        criterion = actions.save_criterion(by=by, name="Small children", subject="person", text=TEXT)
        actions.change_criterion(criterion.pk, by=by, text=TEXT.replace("5", "6"), note="Six since the new policy")
    return SimpleNamespace(account=account, criterion=criterion)


@pytest.fixture(scope="module")
def keeping(kept: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return kept(make_keeping)


@pytest.fixture
def keeper(keeping: SimpleNamespace, transactional_db: None, client: Any) -> Any:
    """Somebody who keeps criteria and sees the register, signed in; see `make_keeping`."""
    client.force_login(keeping.account, backend="banyan.platform.access.backends.AccountBackend")
    client.criterion = keeping.criterion
    return client


def written(page: Page) -> str:
    return page.locator("textarea[name=text]").input_value()


def test_a_criterion_is_built_by_keyboard(browser: Browser, live_server: Any, keeper: Any) -> None:
    context = context_of(browser, live_server, keeper)
    page, complaints = watched(context)
    page.goto(live_server.url + MAKE)
    page.get_by_label("Name", exact=True).fill("Young")
    page.get_by_role("button", name="+ Condition").focus()
    page.keyboard.press("Enter")
    field = page.locator("#criteria-building-0-first")
    expect(field).to_be_focused()
    field.select_option("age")
    page.locator("#criteria-building-0-operator").select_option("lt")
    expect(page.locator(".criteria-part .field-error")).to_contain_text("not complete")
    page.locator("#criteria-building-0-value").fill("five")
    expect(page.locator(".criteria-part .field-error")).to_contain_text("is not a number")
    page.locator("#criteria-building-0-value").fill("5")
    expect(page.locator("[data-counted]")).to_contain_text("People: 0 of 4 are selected. Of 1 it cannot be said")
    page.get_by_role("button", name="+ Related records").click()
    page.locator("#criteria-building-1-relation").select_option("household.members")
    page.locator("#criteria-building-1-0-add").click()
    page.locator("#criteria-building-1-0-0-first").select_option("sex")
    page.locator("#criteria-building-1-0-0-value-new").select_option("female")
    page.locator("#criteria-building-1-0-0-value-new").press("Enter")
    keep_picture(page, "criteria-built")
    page.get_by_role("button", name="Write as text").click()
    expect(page.locator("textarea[name=text]")).to_have_value(
        'age < 5 && household.members.exists(m, m.sex in ["female"])'
    )
    page.get_by_role("button", name="Build", exact=True).click()
    page.locator("#criteria-building-1-remove").click()
    expect(page.locator("#criteria-building-0-first")).to_be_focused()
    # Sent at once, before the server has read the last change: what is saved is what the builder shows.
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/criteria/*-*/")
    expect(page.locator("pre.code")).to_have_text("age < 5")
    context.close()
    assert complaints == []


def test_what_is_not_complete_is_not_saved(browser: Browser, live_server: Any, keeper: Any) -> None:
    context = context_of(browser, live_server, keeper)
    page, complaints = watched(context)
    page.goto(live_server.url + reverse("criteria:change", args=[keeper.criterion.pk]))
    expect(page.locator(".criteria-part.is-text textarea")).to_have_value("age % 2 == 0")
    page.locator("#criteria-building-0-value").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".criteria-part.has-error")).to_have_count(1)
    expect(page.locator("#criteria-building-0-first")).to_be_focused()
    assert page.url.endswith("/change/")
    context.close()
    assert complaints == []


def test_text_is_completed_and_errors_stand_at_their_place(browser: Browser, live_server: Any, keeper: Any) -> None:
    context = context_of(browser, live_server, keeper)
    page, complaints = watched(context)
    page.goto(live_server.url + MAKE)
    page.get_by_role("button", name="Write as text").click()
    area = page.locator("textarea[name=text]")
    area.press_sequentially("marit")
    option = page.locator(".picker-list [role=option]").first
    expect(option).to_contain_text("marital_status")
    area.press("ArrowDown")
    area.press("Enter")
    area.press_sequentially(' == "wid')
    expect(page.locator(".picker-list [role=option]").first).to_contain_text("Widowed")
    area.press("ArrowDown")
    area.press("Tab")
    area.press_sequentially('" && household.mem')
    area.press("ArrowDown")
    area.press("Enter")
    area.press_sequentially("ex")
    area.press("ArrowDown")
    area.press("Enter")
    area.press_sequentially("m.agge < 5")
    assert written(page) == 'marital_status == "widowed" && household.members.exists(m, m.agge < 5)'
    expect(page.locator(".criteria-area mark")).to_have_text("agge")
    keep_picture(page, "criteria-written")
    page.locator("[data-findings] button").first.click()
    assert area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == "agge"
    page.get_by_role("button", name="Build", exact=True).click()
    expect(page.locator("[data-counted]")).to_contain_text("Mend it first")
    context.close()
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_criteria(browser: Browser, live_server: Any, keeper: Any, size: str, language: str) -> None:
    one = [keeper.criterion.pk]
    addresses = {
        "list": reverse("criteria:list"),
        "subjects": reverse("criteria:new"),
        "make": MAKE,
        "change": reverse("criteria:change", args=one),
        "record": reverse("criteria:criterion", args=one),
        "compare": reverse("criteria:compare", args=one),
        "try": reverse("criteria:sample", args=one),
    }
    context = context_of(browser, live_server, keeper, size=size, language=language)
    if (size, language) == ("narrow", "en"):
        context.add_cookies([{"name": "banyan_theme", "value": "dark", "url": live_server.url}])
    page, complaints = watched(context)
    findings = faults_of_all(page, live_server, addresses, f"criteria-{{}}-{language}-{size}")
    with viewing(SYSTEM):
        child = Person.objects.get(full_name="Su Su")
    page.locator("#id_reference").fill(child.reference)
    page.locator("form:has(#id_reference) button").click()
    page.locator(".page-main .tag").first.wait_for()
    assert page.locator(f".page-main a[href='/registry/people/{child.pk}/']").first.inner_text() == child.reference
    keep_picture(page, f"criteria-explained-{language}-{size}")
    findings += inaccessible(page, RULES)
    context.close()
    assert findings == []
    assert complaints == []


def test_without_script_there_is_text_and_a_button(browser: Browser, live_server: Any, keeper: Any) -> None:
    context = context_of(browser, live_server, keeper, java_script_enabled=False)
    page, _complaints = watched(context)
    page.goto(live_server.url + MAKE)
    page.locator("textarea[name=text]").fill("agge < 5")
    page.get_by_role("button", name="Check").click()
    assert "Line 1, character 1" in page.locator("[data-findings]").inner_text()
    page.locator("textarea[name=text]").fill("age < 5")
    page.get_by_role("button", name="Check").click()
    assert "Nothing is wrong with it" in page.locator("[data-findings]").inner_text()
    assert "0 of 4" in page.locator("[data-counted]").inner_text()
    context.close()
