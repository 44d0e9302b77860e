"""Pages of data quality in a real browser, with something wrong in the register: accessible, both directions, both widths."""

import os
import re
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.testing import SIZES, browser, context_of, faults_of_all, watched
from banyan.people.quality.tests.conftest import declarations, set_today, today
from banyan.people.quality.tests.people import CLERK, MANAGER, OFFICER, client_of, run, troubled
from banyan.people.quality.tests.worlds import TODAY, World, declaring, make_tables, make_world
from banyan.platform.access.models import Account

__all__ = ["browser", "declarations", "today"]


def make_pages() -> tuple[Account, dict[str, str]]:
    """Somebody who holds the roles of an officer and of an information manager, and the addresses of all pages."""
    next(make_tables(os.environ["BANYAN_DATABASE_OWNER"]))  # they go with the database
    with pytest.MonkeyPatch.context() as patch, contextmanager(declaring)(patch):
        return _make_pages(make_world(), partial(set_today, patch))


def _make_pages(world: World, today: Callable[[date], None]) -> tuple[Account, dict[str, str]]:
    today(TODAY)
    client = client_of(OFFICER, MANAGER, name="Daw Khin Khin", email="k@example.org")
    account = client.account
    trouble = troubled(world, good=210)
    for day in range(2, 6):
        today(TODAY.replace(day=day))
        if day == 4:
            for _number in range(30):
                world.person(name="", interviewer="Ma Ma", birth_date="1990-01-01")
        run(world)
    operation = world.operation.pk

    def sent(name: str, *args: Any, by: Any = client, **values: Any) -> str:
        answer = by.post(reverse(f"quality:{name}", args=args), values)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    drawn = {"label": "Names in camp 12", "checks": ["nameless"], "size": 8, "assignees": [str(account.pk)]}
    written = {
        "label": "Head younger than 12", "about": "Look who heads the home.", "subject": "being", "dimension": "consistency",
        "eligible": "is_head", "failed": "age < 12", "target": "98", "weight": "1",
    }  # fmt: skip
    asking = {"reason": "Born yesterday, the card cannot wait", "days": 3}
    sent(
        "decide",
        operation,
        "nameless",
        verb="assign",
        record=[str(trouble.nameless[0])],
        **{"assign-assignee": str(account.pk)},
    )
    sent("decide", operation, "nameless", verb="waive", record=[str(trouble.far)],
         **{"waive-reason": "She has one name only, seen her paper", "waive-expires_on": "2026-09-01"})  # fmt: skip
    exercise = sent("exercise-new", operation, **drawn)
    return account, {
        "overview": f"{reverse('quality:overview')}?operation={operation}",
        "groups": f"{reverse('quality:groups', args=[operation])}?by=interviewer&check=nameless",
        "ages": reverse("quality:ages", args=[operation]),
        "check": reverse("quality:check", args=[operation, "nameless"]),
        "finding": reverse("quality:finding", args=[operation, "nameless", trouble.nameless[0]]),
        "waived": reverse("quality:finding", args=[operation, "nameless", trouble.far]),
        "work": reverse("quality:work", args=[operation]),
        "waivers": reverse("quality:waivers", args=[operation]),
        "exercises": reverse("quality:exercises", args=[operation]),
        "exercise-new": reverse("quality:exercise-new", args=[operation]),
        "exercise": exercise,
        "sheet": f"{exercise}sheet/",
        "ask": reverse("quality:override-ask", args=["being", trouble.nameless[0]]),
        "override": sent("override-ask", "being", trouble.nameless[1], by=client_of(CLERK), **asking),
        "overrides": reverse("quality:overrides", args=[operation]),
        "own-new": reverse("quality:own-new", args=[operation]),
        "own-check": sent("own-new", operation, **written),
        "own-checks": reverse("quality:own-checks", args=[operation]),
        "settings": reverse("quality:settings", args=[operation]),
        "setting": reverse("quality:setting", args=[operation, "stale"]),
    }


@pytest.fixture(scope="module")
def made(kept: Callable[..., Any]) -> Any:
    return kept(make_pages)


@pytest.fixture
def pages(made: Any, client: Client, transactional_db: None, declarations: None, today: Any) -> dict[str, str]:
    """The addresses, with their reader signed in; see `make_pages`."""
    account, addresses = made
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    today(TODAY.replace(day=5))
    return dict(addresses)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_data_quality(
    browser: Browser, live_server: Any, client: Client, pages: dict[str, str], size: str, language: str
) -> None:
    context = context_of(browser, live_server, client, size=size, language=language)
    page, complaints = watched(context)
    findings = faults_of_all(page, live_server, pages, f"quality-{{}}-{language}-{size}")
    context.close()
    assert findings == []
    assert complaints == []


def test_findings_are_filtered_in_place_and_waived_without_script(
    browser: Browser, live_server: Any, client: Client, pages: dict[str, str]
) -> None:
    context = context_of(browser, live_server, client)
    page, complaints = watched(context)
    page.goto(live_server.url + pages["check"])
    page.evaluate("window.stayed = true")
    page.select_option("select[name=waived]", "yes")
    page.click(".list-tools button")
    page.wait_for_url(re.compile("waived=yes"))
    page.wait_for_function("document.querySelectorAll('#list-findings tbody tr').length === 1")
    assert page.evaluate("window.stayed"), "the list replaces itself, not the page"
    context.close()
    assert complaints == []
    plain = context_of(browser, live_server, client, java_script_enabled=False)
    page = plain.new_page()
    page.goto(live_server.url + pages["check"])
    page.locator("input[name=record]").nth(3).check()
    page.locator("details:has(textarea[name=waive-reason]) summary").click()
    page.fill("textarea[name=waive-reason]", "Looked at her paper: she has one name")
    page.click("button[value=waive]")
    page.goto(live_server.url + pages["check"] + "?waived=yes")
    assert page.locator("#list-findings tbody tr").count() == 2
    plain.close()
