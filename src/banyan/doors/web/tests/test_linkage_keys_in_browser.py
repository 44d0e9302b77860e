"""Deciding cases of linkage in a real browser: by keys alone, and without script."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.testing import browser, context_of, watched
from banyan.people.linkage.tests.case_worlds import OFFICER, fresh, members, suspect, twice
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, World, make_world
from banyan.platform.access.testing import make_account

__all__ = ["browser"]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_a_case_is_decided_by_keys_alone(browser: Browser, live_server: Any, client: Client, world: World) -> None:
    account = make_account(OFFICER, name="Daw Khin Khin", email="k@example.org")
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    case, following = twice(world), twice(world)
    first, second = members(case)
    context = context_of(browser, live_server, client)
    page, complaints = watched(context)
    page.goto(live_server.url + reverse("linkage:case", args=[case.pk]))
    page.wait_for_selector("kbd:has-text('1'):visible")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.name") == "survivor.1"
    page.keyboard.press("j")
    field = page.evaluate("document.activeElement.name")
    assert field.startswith("take.1.")
    kept = page.evaluate("document.activeElement.value")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == str(second if kept == str(first) else first)
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.name") == "survivor.1"
    page.keyboard.press("3")
    assert page.locator("input[name=until]").is_visible()
    page.keyboard.press("1")
    assert not page.locator("input[name=until]").is_visible()
    page.keyboard.press("?")
    assert page.locator("[data-keys-help][open]").count() == 1
    page.keyboard.press("r")
    page.keyboard.type("j k 1 2 3 are letters here")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(str(following.pk)))
    assert fresh(case).state == "proposed"
    # Single letters can be turned off, and stay so in this browser.
    page.keyboard.press("?")
    page.locator("[data-keys-toggle]").uncheck()
    page.reload()
    page.keyboard.press("1")
    assert page.locator("input[name=decision]:checked").count() == 0
    context.close()
    assert complaints == []


def test_a_case_is_decided_without_script(browser: Browser, live_server: Any, client: Client, world: World) -> None:
    account = make_account(OFFICER, name="Daw Khin Khin", email="k@example.org")
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    ids = [world.enrol(one)[0] for one in (AUNG, AUNG_AGAIN, AUNG_ONCE_MORE)]
    group = suspect(world, (ids[0], ids[1]), (ids[1], ids[2]))[0]
    context = context_of(browser, live_server, client, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + reverse("linkage:case", args=[group.pk]))
    page.locator("input[name=decision][value=same]").check()
    for place in range(3):
        page.locator("select[name^='group.']").nth(place).select_option("1")
    page.fill("form[data-decision] textarea", "All three seen")
    page.locator("form[data-decision] button").last.click()
    page.locator("input[name='survivor.1']").nth(2).check()
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile("/confirm/"))
    assert fresh(group).state == "proposed"
    context.close()
