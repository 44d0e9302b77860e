"""From the dashboard to the records: five are mended, the score and its trend move; a gate stops a card until two people open it.

The demo's planted flaws are the work: nobody is verified here for the first time, and what stops a card stops it for good reason.
"""

import csv
import re
from collections.abc import Callable
from typing import Any

from banyan.config.trial import Trial
from banyan.doors.web.testing import inaccessible

Visit = Callable[..., Any]
CLERK, OFFICER = "clerk@demo.example", "registrar@demo.example"
MENDED = 5
PATIENCE = 60_000  # milliseconds for checks in the background, on a busy machine


def test_five_records_are_mended_and_the_score_moves(visit: Visit) -> None:
    page = visit(OFFICER)
    page.goto("/quality/")
    assert page.locator("main .stat-figure").first.inner_text().strip() not in ("", "–")
    assert inaccessible(page) == []
    page.locator("table a[href*='/checks/stale/']").first.click()
    page.wait_for_url(re.compile("/checks/stale/"))
    address = page.url.split("#")[0]
    before, failing = figures(page)
    assert failing == listed(page) >= MENDED

    page.locator("#list-findings tbody th a").first.click()
    for _number in range(MENDED):
        page.wait_for_selector("input[name=value][type=date]")  # today stands in it already
        page.locator("textarea[name=reason]").first.fill("Asked at the door today")
        page.locator("button[name=next]").click()
        page.wait_for_load_state()

    page.goto(address)
    wait_until(page, lambda: figures(page)[1] == failing - MENDED)
    after, left = figures(page)
    assert after > before
    assert left == listed(page)
    # The last point of the trend is today's, and tells the same.
    page.locator("section[aria-labelledby=trend-heading] details summary").click()
    newest = page.locator("section[aria-labelledby=trend-heading] tbody tr").first.locator("td").first.inner_text()
    assert float(newest.replace(",", ".")) == after


def test_a_gate_stops_a_card_until_two_people_open_it(visit: Visit, trial: Trial) -> None:
    clerk, officer = visit(CLERK), visit(OFFICER)
    clerk.goto(card_of(officer, trial))
    asking = clerk.locator("a[href*='/overrides/ask/']").first
    assert clerk.locator("button:has-text('PDF')").count() == 0
    card = clerk.url
    asking.click()
    clerk.wait_for_url(re.compile("/overrides/ask/"))
    clerk.locator("textarea[name=reason]").fill("Distribution is tomorrow, her name is asked for today")
    clerk.locator("input[name=days]").fill("2")
    clerk.locator("main form button.btn-primary").click()
    clerk.wait_for_url(re.compile("/overrides/[0-9a-f-]{36}/"))
    asked = clerk.url
    assert clerk.locator("button[value=confirm]").count() == 0  # a clerk decides on no gate

    officer.goto(asked)
    officer.locator("button[value=confirm]").click()
    officer.wait_for_url(re.compile("/overrides/[0-9a-f-]{36}/"))
    told = officer.locator("main").inner_text()
    assert "Distribution is tomorrow" in told
    assert "Demo registration clerk" in told
    assert "Demo registration officer" in told
    assert officer.locator(".timeline li").count() >= 2

    clerk.goto(card)
    assert clerk.locator("a[href*='/overrides/ask/']").count() == 0
    clerk.locator("button:has-text('PDF')").wait_for()


def figures(page: Any) -> tuple[float, int]:
    """Score and failing records as the page of a check says them."""
    told = page.locator("main .stats .stat-figure")
    return float(told.nth(0).inner_text().replace(",", ".")), int(re.sub(r"\D", "", told.nth(2).inner_text()))


def listed(page: Any) -> int:
    """How many records the list of a check has, over all its pages."""
    if page.locator("#list-findings .list-foot [role=status]").count() == 0:
        return 0
    return int(re.sub(r"\D", "", page.locator("#list-findings .list-foot [role=status]").inner_text()))


def wait_until(page: Any, holds: Callable[[], bool]) -> None:
    """Load the page again until something holds."""
    for _turn in range(PATIENCE // 2_000):
        if holds():
            return
        page.wait_for_timeout(2_000)
        page.reload()
    raise AssertionError(f"nothing moved within {PATIENCE // 1000} seconds")


def card_of(officer: Any, trial: Trial) -> str:
    """The card of a household with one member whose planted name is none, and nothing else that stops it."""
    with (trial.home / "demo-quality-truth.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["check"] == "placeholder_name"]
    officer.goto(f"/registry/people/{rows[0]['record']}/")
    home = re.search(r"/registry/households/[0-9a-f-]{36}/", officer.locator("main").inner_html())
    assert home
    return f"{home[0]}card/"
