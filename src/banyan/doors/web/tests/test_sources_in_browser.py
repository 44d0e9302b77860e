"""Pages of sources and columns in a real browser: accessible, no sideways scrolling, in English and mirrored in Arabic."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.testing import SIZES, browser, context_of, faults_of_all, watched
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


def make_columns() -> tuple[Account, dict[str, str]]:
    """A batch that waits for its columns to be confirmed, and a source: their addresses, and an officer."""
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
    return account, {
        "columns": reverse("collection:mapping", args=[batch.pk]),
        "sources": reverse("collection:sources"),
        "source": reverse("collection:source", args=[source.pk]),
        "source-new": reverse("collection:source-new"),
    }


@pytest.fixture(scope="module")
def made(kept: Callable[..., Any]) -> Any:
    return kept(make_columns)


@pytest.fixture
def columns(made: Any, transactional_db: None, client: Any) -> Any:
    """The officer signed in, and the addresses; see `make_columns`."""
    account, addresses = made
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    return client, addresses


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_sources(browser: Browser, live_server: Any, columns: Any, size: str, language: str) -> None:
    client, addresses = columns
    context = context_of(browser, live_server, client, size=size, language=language)
    page, complaints = watched(context)
    findings = faults_of_all(page, live_server, addresses, f"{{}}-{language}-{size}")
    context.close()
    assert findings == []
    assert complaints == []
