"""Pages of linkage in a real browser: accessible, both directions, both widths; keys; and without script."""

import re
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.tests.test_browser import RULES, SIZES, browser, context_of, keep_picture, watched
from banyan.people.linkage.models import Run
from banyan.people.linkage.tests.case_worlds import OFFICER, PROTECTION, client_of, fresh, members, suspect, twice
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, NILAR, SYSTEM, World, make_world
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewing

__all__ = ["browser"]

HUSSEIN = {"person.full_name": "Abdul Rahman Hussein", "person.name_original": "عبد الرحمن حسين", "person.sex": "male"}


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def pages(client: Client, world: World) -> dict[str, str]:
    """Addresses of all pages, for somebody who decides and confirms."""
    account = make_account(OFFICER, PROTECTION, name="Daw Khin Khin", email="k@example.org")
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    officer, second = client_of(OFFICER, name="Ko Ko"), client_of(PROTECTION, name="Ma Ma")
    pair, waiting, merged = twice(world), twice(world), twice(world, document=True)
    ids = [world.enrol(one)[0] for one in (AUNG, AUNG_ONCE_MORE, NILAR, HUSSEIN)]
    group = suspect(world, *pairwise(ids))[0]
    for each in (waiting, merged):
        decide(
            officer, each.pk, decision="same", reason="Seen both: the same thumb, the same mother", seen=each.version
        )
    second.post(reverse("linkage:confirm", args=[merged.pk]), {"verb": "confirm", "seen": fresh(merged).version})
    with viewing(SYSTEM):
        run = Run.objects.latest("started_at")
        capped = [{"kind": "phone", "keys": 2, "most_people": 900, "left_out": 31}]
        Run.objects.filter(pk=run.pk).update(counts={**run.counts, "capped": capped})
    operation = world.operation.pk
    return {
        "queue": reverse("linkage:cases", args=[operation, "open"]),
        "waiting": reverse("linkage:cases", args=[operation, "waiting"]),
        "empty": reverse("linkage:cases", args=[operation, "shelved"]),
        "case": reverse("linkage:case", args=[pair.pk]),
        "group": reverse("linkage:case", args=[group.pk]),
        "confirm": reverse("linkage:confirm", args=[waiting.pk]),
        "merged": reverse("linkage:case", args=[merged.pk]),
        "undo": reverse("linkage:undo", args=[merged.pk]),
        "runs": reverse("linkage:runs-of", args=[operation]),
        "run": reverse("linkage:run", args=[run.pk]),
    }


def decide(client: Any, case: Any, **values: Any) -> None:
    answer = client.post(reverse("linkage:case", args=[case]), values)
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_linkage(
    browser: Browser, live_server: Any, client: Client, pages: dict[str, str], size: str, language: str
) -> None:
    context = context_of(browser, live_server, client, size=size)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page, complaints = watched(context)
    findings: list[str] = []

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        keep_picture(page, f"linkage-{name}-{language}-{size}")
        result = Axe().run(page, options=RULES)
        findings.extend(
            f"{name} {item['id']}: {item['nodes'][0]['html'][:300]}" for item in result.response["violations"]
        )
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            findings.append(f"{name} scrolls sideways")

    for name, address in pages.items():
        answer = page.goto(live_server.url + address)
        if answer is None or answer.status != 200:
            findings.append(f"{address} answers {answer and answer.status}")
            continue
        look(name)
    page.goto(live_server.url + pages["group"])
    page.locator("input[name=decision][value=same]").check()
    for place, number in enumerate(["1", "1", "alone", "unknown"]):
        page.locator("select[name^='group.']").nth(place).select_option(number)
    page.fill("form[data-decision] textarea", "Seen both")
    page.click("form[data-decision] button.btn-primary")
    page.wait_for_selector("input[name='survivor.1']")
    look("join")
    context.close()
    assert findings == []
    assert complaints == []


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
