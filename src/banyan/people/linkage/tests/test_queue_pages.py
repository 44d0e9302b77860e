"""The queue and the runs: who sees which cases, in which order, with which words; taking the next one, starting a run."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from banyan.people.linkage.models import Case, CaseTargets, Run
from banyan.people.linkage.tests.case_worlds import (
    AUDITOR,
    CLERK,
    OFFICER,
    PROTECTION,
    area,
    client_of,
    fresh,
    members,
    page,
    send,
    suspect,
    twice,
)
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, NILAR, SOUTH, SYSTEM, World
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewing


@pytest.fixture
def officer(world: World) -> Any:
    return client_of(OFFICER)


def queue(client: Any, world: World, view: str = "open", **query: Any) -> str:
    status, text = page(client, "cases", world.operation.pk, view, **query)
    assert status == 200
    return text


def listed(text: str, case: Case) -> bool:
    return reverse("linkage:case", args=[case.pk]) in text


def change(case: Case, **values: Any) -> None:
    with viewing(SYSTEM):
        Case.objects.filter(pk=case.pk).update(**values)


def test_the_module_leads_to_the_open_cases(officer: Any, world: World) -> None:
    answer = officer.get(reverse("linkage:queue"), {"operation": str(world.operation.pk)})
    assert answer["Location"] == reverse("linkage:cases", args=[world.operation.pk, "open"])
    assert officer.get(reverse("linkage:queue")).status_code == 302
    assert page(officer, "queue", operation="nonsense")[0] == 404
    assert page(officer, "cases", world.operation.pk, "nonsense")[0] == 404


def test_who_may_not_see_cases_sees_none(world: World) -> None:
    case = twice(world)
    for role in (CLERK, AUDITOR):
        client = client_of(role)
        assert page(client, "queue")[0] == 403
        assert page(client, "cases", world.operation.pk, "open")[0] == 403
        assert page(client, "case", case.pk)[0] == 403
        assert send(client, "take", world.operation.pk).status_code == 403


def test_an_empty_queue_says_what_to_do(officer: Any, world: World) -> None:
    assert "No case is open" in queue(officer, world)
    assert "Take the next one from the open cases" in queue(officer, world, "mine")


def test_the_queue_tells_who_how_alike_and_until_when(officer: Any, world: World) -> None:
    case = twice(world, document=True)
    text = queue(officer, world)
    assert listed(text, case)
    assert "Aung Kyaw Min" in text
    assert "Aung Kyaw Minn" in text
    assert "due in " in text
    assert "same document" in text
    assert "Village XX010101" in text, "where the household lives"
    with viewing(SYSTEM):
        entry = ReadEntry.objects.get(purpose="linkage: queue")
    assert set(entry.ids) == set(members(case))
    change(case, due_on=timezone.localdate() - timedelta(days=3))
    assert "3 days late" in queue(officer, world)


def test_whoever_works_in_one_area_sees_cases_of_that_area_only(world: World) -> None:
    (first,), (second,) = world.enrol(AUNG), world.enrol(AUNG_AGAIN)
    (far,), (farther,) = world.enrol(NILAR, area=SOUTH), world.enrol(NILAR, area=SOUTH)
    near, away = suspect(world, (first, second))[0], suspect(world, (far, farther))[0]
    (here,), (there,) = world.enrol(AUNG_ONCE_MORE), world.enrol(AUNG_ONCE_MORE, area=SOUTH)
    over_both = suspect(world, (here, there))[0]
    north = client_of(OFFICER, operation=world.operation, area=area("XX01"))
    text = queue(north, world)
    assert listed(text, near)
    for each in (away, over_both):  # every record of a case must be within reach
        assert not listed(text, each)
        assert page(north, "case", each.pk)[0] == 404
        assert page(north, "case-map", each.pk)[0] == 404
    assert "Nilar" not in text


def test_views_and_filters_narrow_the_list(officer: Any, world: World) -> None:
    pair = twice(world)
    three = [world.enrol(one)[0] for one in (NILAR, NILAR, NILAR)]
    group = suspect(world, (three[0], three[1]), (three[1], three[2]), document=True)[0]
    change(pair, due_on=timezone.localdate() - timedelta(days=1), zone="possible")

    def seen(**query: Any) -> tuple[bool, bool]:
        text = queue(officer, world, **query)
        return listed(text, pair), listed(text, group)

    assert seen() == (True, True)
    assert seen(zone="possible") == (True, False)
    assert seen(overdue="yes") == (True, False)
    assert seen(overdue="no") == (False, True)
    assert seen(document="yes") == (False, True)
    assert seen(size_from="3") == (False, True)
    assert seen(area="XX01") == (True, True)
    assert seen(area="XX02") == (False, False)
    assert seen(area="nonsense") == (False, False)
    assert seen(assignee="nobody") == (True, True)
    assert seen(assignee="nonsense") == (False, False)
    change(pair, assignee=officer.account.pk, assignee_label="Me")
    assert seen(assignee=str(officer.account.pk)) == (True, False)
    assert seen(view="mine") == (True, False)
    assert "3 records" in queue(officer, world)
    part = officer.get(
        reverse("linkage:cases", args=[world.operation.pk, "open"]), {}, headers={"HX-Target": "list-cases"}
    ).content.decode()
    assert part.lstrip().startswith("<section")


def test_a_list_takes_as_many_queries_whatever_it_holds(officer: Any, world: World) -> None:
    url = reverse("linkage:cases", args=[world.operation.pk, "open"])
    twice(world)
    officer.get(url)
    with CaptureQueriesContext(connection) as few:
        officer.get(url)
    for _number in range(3):
        twice(world)
    with CaptureQueriesContext(connection) as many:
        officer.get(url)
    assert len(many) <= len(few) + 1  # a longer list counts its rows


def test_the_next_case_is_taken_and_opened(officer: Any, world: World) -> None:
    first, pressing = (
        twice(world),
        suspect(world, (world.enrol(AUNG_ONCE_MORE)[0], world.enrol(NILAR)[0]), document=True)[0],
    )
    assert send(officer, "take", world.operation.pk)["Location"] == reverse("linkage:case", args=[pressing.pk])
    assert fresh(pressing).assignee == officer.account.pk
    assert send(officer, "take", world.operation.pk)["Location"] == reverse("linkage:case", args=[first.pk])
    nothing = client_of(PROTECTION)
    answer = send(nothing, "take", world.operation.pk)
    assert answer["Location"] == reverse("linkage:cases", args=[world.operation.pk, "open"])
    assert "No open case is waiting" in nothing.get(answer["Location"]).content.decode()


def test_runs_are_told_with_their_figures(officer: Any, world: World) -> None:
    twice(world)
    status, text = page(officer, "runs-of", world.operation.pk)
    assert status == 200
    with viewing(SYSTEM):
        run = Run.objects.get()
        Run.objects.update(
            counts={**run.counts, "capped": [{"kind": "phone", "keys": 2, "most_people": 900, "left_out": 31}]}
        )
    assert reverse("linkage:run", args=[run.pk]) in text
    status, text = page(officer, "run", run.pk)
    assert status == 200
    assert "Records compared" in text
    assert "Telephone" in text
    assert "900" in text
    answer = officer.get(reverse("linkage:runs"), {"operation": str(world.operation.pk)})
    assert answer["Location"] == reverse("linkage:runs-of", args=[world.operation.pk])
    assert page(officer, "runs", operation="nonsense")[0] == 404


def test_a_run_is_started_by_who_may_and_once_at_a_time(officer: Any, world: World) -> None:
    answer = send(officer, "run-start", world.operation.pk)
    with viewing(SYSTEM):
        run = Run.objects.get()
    assert answer["Location"] == reverse("linkage:run", args=[run.pk])
    assert page(officer, "run", run.pk)[0] == 200
    again = send(officer, "run-start", world.operation.pk)
    assert again["Location"] == reverse("linkage:runs-of", args=[world.operation.pk])
    assert "running already" in officer.get(again["Location"]).content.decode()
    assert send(client_of(AUDITOR), "run-start", world.operation.pk).status_code == 403
    assert page(client_of(AUDITOR), "runs-of", world.operation.pk)[0] == 200
    assert page(client_of(CLERK), "runs-of", world.operation.pk)[0] == 403


def test_operations_are_compared_with_each_other_from_their_own_page(officer: Any, world: World) -> None:
    second = client_of(PROTECTION)
    assert page(officer, "runs-across")[0] == 403
    assert reverse("linkage:runs-across") not in page(officer, "runs-of", world.operation.pk)[1]
    assert reverse("linkage:runs-across") in page(second, "runs-of", world.operation.pk)[1]
    assert send(officer, "run-start-across").status_code == 403
    answer = send(second, "run-start-across")
    with viewing(SYSTEM):
        run = Run.objects.get(kind="across")
    assert answer["Location"] == reverse("linkage:run", args=[run.pk])
    assert page(second, "run", run.pk)[0] == 200
    again = send(second, "run-start-across")
    assert again["Location"] == reverse("linkage:runs-across")
    status, text = page(second, "runs-across")
    assert (status, reverse("linkage:run", args=[run.pk]) in text) == (200, True)
    assert "running already" in text


def test_an_operation_says_how_soon_its_cases_are_decided(officer: Any, world: World) -> None:
    second = client_of(PROTECTION)
    assert page(officer, "targets", world.operation.pk)[0] == 403
    assert 'value="14"' in page(second, "targets", world.operation.pk)[1]
    odd = send(second, "targets", world.operation.pk, probable_days=0, possible_days=10, confirm_days=1, shelf_days="x")
    assert odd.status_code == 422
    with viewing(SYSTEM):
        assert not CaseTargets.objects.exists()
    send(second, "targets", world.operation.pk, probable_days=1, possible_days=10, confirm_days=1, shelf_days=60)
    with viewing(SYSTEM):
        assert CaseTargets.objects.values_list("probable_days", "possible_days", "confirm_days", "shelf_days").get() == (
            1, 10, 1, 60,
        )  # fmt: skip
    assert reverse("linkage:targets", args=[world.operation.pk]) in queue(second, world)
    assert reverse("linkage:targets", args=[world.operation.pk]) not in queue(officer, world)
