"""Pages of review in a real browser: accessible, no sideways scrolling, no complaints, in English and mirrored in Arabic."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser

from banyan.doors.web.tests.test_browser import RULES, SIZES, browser, context_of, keep_picture, watched
from banyan.people.collection.models import Submission
from banyan.people.collection.tests.conftest import SYSTEM, make_field, submit
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

# What stands out of the page, other than what scrolls in a frame of its own.
WIDE = """[...document.querySelectorAll("main *")].filter(each => !each.closest("svg") && (!each.closest(".table-frame") || getComputedStyle(each).position == "absolute") &&
  each.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 6).map(each => each.outerHTML.slice(0, 150))"""


@pytest.fixture
def review(transactional_db: None, client: Any) -> Any:
    """A batch in review, and who reviews it signed in."""
    with viewing(SYSTEM):
        codes.load_shipped_lists(by=SYSTEM)
    field = make_field()
    batch = submit(field, PEOPLE)
    with viewing(SYSTEM):
        account = Account.objects.get(pk=field.officer.id)
        submission = Submission.objects.order_by("ordinal").first()
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    addresses = {
        "batches": reverse("collection:list"),
        "batch": reverse("collection:batch", args=[batch.pk]),
        "problem": reverse("collection:problem", args=[batch.pk])
        + "?code=collection.choice_unknown&field=person.marital_status",
        "submission": reverse("collection:submission", args=[submission.pk]),
        "upload": reverse("collection:upload"),
    }
    return client, addresses


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_pages_of_review(browser: Browser, live_server: Any, review: Any, size: str, language: str) -> None:
    client, addresses = review
    context = context_of(browser, live_server, client, size=size)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page, complaints = watched(context)
    findings = []
    for name, address in addresses.items():
        answer = page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        keep_picture(page, f"review-{name}-{language}-{size}")
        if answer is None or answer.status != 200:
            findings.append(f"{address} answers {answer and answer.status}")
            continue
        result = Axe().run(page, options=RULES)
        findings += [f"{name} {item['id']}: {item['nodes'][0]['html'][:200]}" for item in result.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            findings.append(f"{name} scrolls sideways: {page.evaluate(WIDE)}")
    context.close()
    assert findings == []
    assert complaints == []
