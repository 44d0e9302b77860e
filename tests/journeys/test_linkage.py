"""From the queue to one record and back: somebody says they are one person, somebody else looks, they become one, and are parted again."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from banyan.doors.web.testing import inaccessible

Visit = Callable[..., Any]
OFFICER, PROTECTION = "registrar@demo.example", "protection@demo.example"
PATIENCE = 240_000  # milliseconds for a comparison in the background, on a busy machine


def test_the_register_is_compared_on_demand(visit: Visit) -> None:
    page = visit(OFFICER)
    page.goto("/linkage/runs/")
    page.locator("button:has-text('Compare the register now')").click()
    page.wait_for_url(re.compile(r"/linkage/runs/[0-9a-f-]{36}/$"))
    address = page.url
    for _turn in range(PATIENCE // 2_000):
        if page.locator("main .stats .stat-figure").count():
            break
        page.wait_for_timeout(2_000)
        page.goto(address)
    figures = [int(re.sub(r"\D", "", text)) for text in page.locator("main .stats .stat-figure").all_inner_texts()]
    assert figures[0] > 1_000, "everybody in the demo's register was compared"
    accessible(page)


@pytest.mark.parametrize("width", [1366, 390])
def test_two_registrations_become_one_person_and_two_again(visit: Visit, width: int) -> None:
    size = {"width": width, "height": 844 if width < 600 else 768}
    officer, second = visit(OFFICER, **size), visit(PROTECTION, **size)
    officer.goto("/linkage/")
    accessible(officer)
    officer.locator("#list-cases tbody tr:not(:has-text(' records')) th a").first.click()
    officer.wait_for_url(re.compile(r"/linkage/cases/[0-9a-f-]{36}/$"))
    case = officer.url
    accessible(officer)
    people = [each.get_attribute("href") for each in officer.locator("table.compare >> nth=0 >> thead a").all()]
    references = officer.locator("table.compare >> nth=0 >> thead a").all_inner_texts()
    assert len(people) == len(references) == 2
    officer.locator("input[name='survivor.1']").first.check()
    officer.locator("input[name=decision][value=same]").check()
    officer.locator("#decision textarea").fill("Asked the family: registered twice")
    officer.locator("#decision button").last.click()
    officer.wait_for_url(re.compile("/confirm/$"))
    proposal = officer.url
    # Whoever asked cannot confirm, and is told why.
    assert officer.locator("button[value=confirm]").count() == 0
    assert "You proposed this" in officer.locator("main").inner_text()

    second.goto("/linkage/")
    second.locator("a.chip[href*='/waiting/']").click()
    second.wait_for_url(re.compile("/waiting/"))
    second.goto(proposal)
    accessible(second)
    assert "Asked the family" in second.locator("main").inner_text()
    second.locator("button[value=confirm]").click()
    second.wait_for_url(case)

    # The other registration leads to the one that stays, which says under which reference else it is known.
    second.goto(people[1])
    assert people[0] in second.url
    assert references[1] in second.locator("main").inner_text()
    second.goto(people[0])
    assert references[1] in second.locator("section[aria-labelledby=aliases-heading]").inner_text()

    second.goto(case)
    second.locator("a[href$='/undo/']").click()
    accessible(second)
    second.locator("textarea[name=reason]").fill("The family came to the desk: they are two")
    second.locator("main form button.btn-primary").click()
    second.wait_for_url(case)
    for each in people:
        second.goto(each)
        assert second.url.endswith(each)
    assert second.locator("section[aria-labelledby=aliases-heading]").count() == 0


def accessible(page: Any) -> None:
    """axe finds nothing, and nothing scrolls sideways."""
    page.wait_for_load_state("networkidle")
    assert inaccessible(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
