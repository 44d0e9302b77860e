"""Pages of review in a real browser: accessible, no sideways scrolling, no complaints, in English and mirrored in Arabic."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.testing import SIZES, browser, context_of, faults_of_all, watched
from banyan.people.collection.models import Submission
from banyan.people.collection.tests.conftest import LISTS, SYSTEM, make_field, submit
from banyan.platform.access.models import Account
from banyan.platform.access.viewers import viewing
from banyan.reference.codes import actions as codes

__all__ = ["browser"]

PEOPLE = """Household ID,Full name,Sex,Date of birth,Relationship to head,Telephone,National ID,GPS,Marital status,Roof
H1,Aung Ko,M,1980-02-03,head,09 420 123 456,12/KaMaYa(N)123456,"16.8661, 96.1951",married,tin
H1,Su Su,F,03/04/1985,wife,123,12/KaMaYa(N)123456,,maried,tin
H2,Ma Hla,female,1990-02-31,head,,,,CHOICE,thatch
H2,baby,female,2024,daughter,,,,,thatch
H3,U Ba,male,1960-07-08,head,,,,single,tin
"""


def make_review() -> tuple[Account, dict[str, str]]:
    """A batch in review: the addresses of its pages, and who reviews it."""
    with viewing(SYSTEM):
        codes.load_shipped_lists(by=SYSTEM, only=LISTS)
    field = make_field()
    batch = submit(field, PEOPLE)
    with viewing(SYSTEM):
        account = Account.objects.get(pk=field.officer.id)
        submission = Submission.objects.order_by("ordinal").first()
    return account, {
        "batches": reverse("collection:list"),
        "batch": reverse("collection:batch", args=[batch.pk]),
        "problem": reverse("collection:problem", args=[batch.pk])
        + "?code=collection.choice_unknown&field=person.marital_status",
        "submission": reverse("collection:submission", args=[submission.pk]),
        "upload": reverse("collection:upload"),
    }


@pytest.fixture(scope="module")
def made(kept: Callable[..., Any]) -> Any:
    return kept(make_review)


@pytest.fixture
def review(made: Any, transactional_db: None, client: Any) -> Any:
    """Who reviews signed in, and the addresses; see `make_review`."""
    account, addresses = made
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    return client, addresses


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_review(browser: Browser, live_server: Any, review: Any, size: str, language: str) -> None:
    client, addresses = review
    context = context_of(browser, live_server, client, size=size, language=language)
    page, complaints = watched(context)
    findings = faults_of_all(page, live_server, addresses, f"review-{{}}-{language}-{size}")
    context.close()
    assert findings == []
    assert complaints == []
