"""Pages of a programme's design: cycles planned otherwise, simulations thrown away, programmes of one area, and what happened in words."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from banyan.aid.programmes import queries
from banyan.aid.programmes.models import EntitlementRun
from banyan.aid.programmes.tests.page_worlds import APPROVER, OFFICER, client_of, page, refused, send, sent, shown
from banyan.aid.programmes.tests.worlds import END, START, SYSTEM, World
from banyan.platform.access.models import Area
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def officer(world: World) -> Any:
    return client_of(OFFICER)


def told(text: str) -> str:
    """What a page says has happened, as it is read: without the markup."""
    (inside,) = re.findall(r'<ol class="timeline">(.*?)</ol>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", inside).split())


def cycle_of(programme: Any) -> Any:
    with viewing(SYSTEM):
        return queries.cycles(programme.pk, seen_by=SYSTEM).get()


def test_a_cycle_is_planned_otherwise_until_it_is_open(world: World, officer: Any) -> None:
    programme = world.active()
    given = {"name": "First", "starts_on": "2026-02-01", "ends_on": "2026-02-28"}
    sent(officer, "cycle-new", programme.pk, **given)
    cycle = cycle_of(programme)
    address = reverse("programmes:cycle-change", args=[cycle.pk])
    assert address in shown(officer, "programme", programme.pk)
    assert 'value="2026-02-01"' in shown(officer, "cycle-change", cycle.pk)
    assert "ends_on" in refused(officer, "cycle-change", cycle.pk, **given | {"ends_on": "2026-01-01"})
    sent(officer, "cycle-change", cycle.pk, **given | {"name": "Second", "ends_on": "2026-03-31"})
    cycle = cycle_of(programme)
    assert (cycle.name, str(cycle.ends_on)) == ("Second", "2026-03-31")
    sent(officer, "cycle-move", cycle.pk, "open")
    assert address not in shown(officer, "programme", programme.pk)
    refused(officer, "cycle-change", cycle.pk, **given)
    assert page(client_of("auditor"), "cycle-change", cycle.pk)[0] == 403


def test_a_simulation_is_thrown_away_and_nothing_else_is(world: World, officer: Any) -> None:
    programme = world.active()
    package = world.package(programme)
    sent(officer, "cycle-new", programme.pk, name="First", starts_on=str(START), ends_on=str(END))
    cycle = cycle_of(programme)
    sent(officer, "cycle-move", cycle.pk, "open")
    sent(officer, "simulate", programme.pk, cycle_id=str(cycle.pk), package_id=str(package.pk), day="2026-06-01")
    run_jobs()
    with viewing(SYSTEM):
        run = EntitlementRun.objects.get()
    assert "Throw away" in shown(officer, "entitlement-run", run.pk)
    assert send(client_of("auditor"), "entitlement-move", run.pk, "drop").status_code == 403
    address = sent(officer, "entitlement-move", run.pk, "drop")
    assert address == reverse("programmes:entitlements", args=[programme.pk])
    with viewing(SYSTEM):
        assert not EntitlementRun.objects.exists()
    assert send(officer, "entitlement-move", run.pk, "drop").status_code == 404


def test_who_works_in_one_area_designs_for_that_area(world: World, officer: Any) -> None:
    whole = world.active("WHOLE")
    with viewing(SYSTEM):
        area = Area.objects.get(key="XX02")
    south = client_of(OFFICER, operation=world.operation, area=area)
    given = {
        "code": "SOUTH", "name": "South", "purpose": "water", "overlap": "forbid", "for_whom": "household", "currency": "MMK",
        "starts_on": str(START), "ends_on": "", "restriction": "internal", "goal": "", "sector": "",
    }  # fmt: skip
    refused(south, "new", **given, operation=str(world.operation.pk))
    address = sent(south, "new", **given, operation=f"{world.operation.pk}/XX02")
    with viewing(SYSTEM):
        made = queries.programme(UUID(address.rstrip("/").rpartition("/")[2]), seen_by=SYSTEM)
    assert made.scope_id == world.scopes["XX02"]
    # Beside the programme of all they are told why they cannot change it, and what to do instead.
    text = shown(south, "programme", whole.pk)
    assert "works in places that your role does not reach" in text
    rules = {f"rules-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    score = {f"score-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    answer = refused(south, "targeting-new", whole.pk, name="Mine", cycle_id="", threshold="", **rules, **score)
    assert "Design one for an area of yours" in answer


def test_what_happened_is_told_without_ids_and_structures(world: World, officer: Any) -> None:
    programme = world.active()
    rule = {"rules-0-label": "Large families", "rules-0-text": "members.size() >= 3", "rules-TOTAL_FORMS": "1"}
    rest = {"rules-INITIAL_FORMS": "0", "score-TOTAL_FORMS": "0", "score-INITIAL_FORMS": "0"}
    address = sent(officer, "targeting-new", programme.pk, name="First", cycle_id="", threshold="", **rule, **rest)
    targeting = UUID(address.rstrip("/").rpartition("/")[2])
    run = UUID(sent(officer, "targeting-run", targeting, day="").rstrip("/").rpartition("/")[2])
    run_jobs()
    sent(officer, "targeting-move", targeting, "propose", run=str(run))
    sent(client_of(APPROVER), "targeting-move", targeting, "approve")
    for text in (told(shown(officer, "targeting", targeting)), told(shown(officer, "programme", programme.pk))):
        assert not ID.search(text), text
        assert not re.search(r"\b(made|started|proposed|decided|approved) (by|at)\b", text, re.IGNORECASE), text
        assert "{" not in text
        assert "by label" not in text
    assert "Rules: Large families" in told(shown(officer, "targeting", targeting))
    assert "Targeted: 0" in told(shown(officer, "targeting", targeting))
