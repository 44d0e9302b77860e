"""Pages of sources and columns in a real browser: accessible, no sideways scrolling, in English and mirrored in Arabic."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.tests.test_browser import RULES, SIZES, browser, context_of, keep_picture, watched
from banyan.people.collection import actions as batches
from banyan.people.collection.actions import sources as actions
from banyan.people.collection.tests.conftest import SYSTEM, make_field
from banyan.platform.access.models import Account
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

__all__ = ["browser"]

PEOPLE = (
    "Household ID,Full name,Sex,Date of birth,Colour of the roof as seen from the road on the day of the visit\n"
    + "".join(f"H{number},Aung {number},{'MF'[number % 2]},1980-02-03,tin\n" for number in range(20))
)


@pytest.fixture
def columns(transactional_db: None, client: Any) -> Any:
    """A batch that waits for its columns to be confirmed, a source, and an officer signed in."""
    field = make_field()
    batch = batches.submit_batch(
        [("people.csv", PEOPLE.encode())], by=field.officer, operation_id=field.operation.pk, scope_id=field.whole
    )
    run_jobs()
    draft = actions.SourceDraft(
        operation_id=field.operation.pk,
        name="Arrivals at the transit site",
        kind="hook",
        server_url="https://kf.example.org",
    )
    source = actions.save_source(draft, by=field.officer)
    with viewing(SYSTEM):
        account = Account.objects.get(pk=field.officer.id)
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    addresses = {
        "columns": reverse("collection:mapping", args=[batch.pk]),
        "sources": reverse("collection:sources"),
        "source": reverse("collection:source", args=[source.pk]),
        "source-new": reverse("collection:source-new"),
    }
    return client, addresses


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_sources(browser: Browser, live_server: Any, columns: Any, size: str, language: str) -> None:
    client, addresses = columns
    context = context_of(browser, live_server, client, size=size)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page, complaints = watched(context)
    findings = []
    for name, address in addresses.items():
        answer = page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        keep_picture(page, f"{name}-{language}-{size}")
        if answer is None or answer.status != 200:
            findings.append(f"{address} answers {answer and answer.status}")
            continue
        result = Axe().run(page, options=RULES)
        findings += [f"{name} {item['id']}: {item['nodes'][0]['html'][:200]}" for item in result.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            findings.append(f"{name} scrolls sideways")
    context.close()
    assert findings == []
    assert complaints == []
