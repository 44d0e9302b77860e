"""Pages of linkage in a real browser: accessible, both directions, both widths."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.testing import SIZES, browser, context_of, faults, faults_of_all, watched
from banyan.people.linkage.models import Run
from banyan.people.linkage.tests.case_worlds import OFFICER, PROTECTION, client_of, fresh, suspect, twice
from banyan.people.linkage.tests.worlds import AUNG, AUNG_ONCE_MORE, NILAR, SYSTEM, make_world
from banyan.platform.access.models import Account
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewing

__all__ = ["browser"]

HUSSEIN = {"person.full_name": "Abdul Rahman Hussein", "person.name_original": "عبد الرحمن حسين", "person.sex": "male"}


def make_pages() -> tuple[Account, dict[str, str]]:
    """Somebody who decides and confirms, and the addresses of all pages."""
    world = make_world()
    account = make_account(OFFICER, PROTECTION, name="Daw Khin Khin", email="k@example.org")
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
    return account, {
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


@pytest.fixture(scope="module")
def made(kept: Callable[..., Any]) -> Any:
    return kept(make_pages)


@pytest.fixture
def pages(made: Any, client: Client, transactional_db: None) -> dict[str, str]:
    """The addresses, with their reader signed in; see `make_pages`."""
    account, addresses = made
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    return dict(addresses)


def decide(client: Any, case: Any, **values: Any) -> None:
    answer = client.post(reverse("linkage:case", args=[case]), values)
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_linkage(
    browser: Browser, live_server: Any, client: Client, pages: dict[str, str], size: str, language: str
) -> None:
    context = context_of(browser, live_server, client, size=size, language=language)
    page, complaints = watched(context)
    findings = faults_of_all(page, live_server, pages, f"linkage-{{}}-{language}-{size}")
    page.goto(live_server.url + pages["group"])
    page.locator("input[name=decision][value=same]").check()
    for place, number in enumerate(["1", "1", "alone", "unknown"]):
        page.locator("select[name^='group.']").nth(place).select_option(number)
    page.fill("form[data-decision] textarea", "Seen both")
    page.click("form[data-decision] button.btn-primary")
    page.wait_for_selector("input[name='survivor.1']")
    findings += faults(page, f"linkage-join-{language}-{size}")
    context.close()
    assert findings == []
    assert complaints == []
