"""Several people at the same cases at the same moment: one decides, nobody waits for ever, nobody gets what another has."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from banyan.people.linkage import actions
from banyan.people.linkage.jobs.matching import compared
from banyan.people.linkage.models import Case, CaseMember, Run
from banyan.people.linkage.rules.deciding import Cluster
from banyan.people.linkage.tests.worlds import SYSTEM, World, make_world
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db(transaction=True)
# Every night twenty (.ci/nightly); as many as show a circle of waiting within seconds otherwise.
ROUNDS = int(os.environ.get("BANYAN_CROWD_ROUNDS", "6"))
GIVEN, FAMILY = ("Nay", "Moe", "Zin", "Yan"), ("Thura", "Htet", "Kyaw", "Lwin")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or refused, all begun at the same moment on connections of their own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(20)
            return call()
        except Problem as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(120) for done in [pool.submit(run, call) for call in calls]]


def pairs_of(world: World, count: int) -> list[Case]:
    """So many cases of two records each."""
    for place in range(count):
        name = f"{GIVEN[place % 4]} {FAMILY[place // 4 % 4]} Soe"
        for again in ("", "e"):
            world.enrol(
                {
                    "person.full_name": name + again,
                    "person.sex": "male",
                    "person.birth_date": f"19{50 + place}-0{place % 9 + 1}-1{place % 9}",
                    "person.phone": f"+9597777{place:02}777",
                }
            )
    run_jobs()
    with viewing(SYSTEM):
        return list(Case.objects.filter(state="open").order_by("pk"))


def everybody(case: Case) -> tuple[Any, ...]:
    with viewing(SYSTEM):
        return tuple(
            CaseMember.objects.filter(case=case, left_on=None).order_by("person_id").values_list("person_id", flat=True)
        )


def test_people_decide_while_the_register_is_compared() -> None:
    world = make_world()
    asker, one, other = (world.officer("linkage.confirm_merge", "linkage.undo_merge") for _each in range(3))

    # Two who take the next one get two.
    cases = pairs_of(world, 4)
    assert len(cases) >= 4
    taken = at_once(lambda: actions.take_next(by=one), lambda: actions.take_next(by=other))
    assert len({case.pk for case in taken}) == 2

    # Two who confirm the same proposal: one merges, the other is told.
    case = cases[0]
    people = everybody(case)
    actions.propose_merge(case.pk, [Cluster(people, people[0])], reason="Same card.", by=asker)
    results = at_once(*(partial(actions.confirm_merge, case.pk, by=by) for by in (one, other)))
    assert sorted(getattr(each, "code", "") or each.state for each in results) == ["linkage.case_state", "merged"]
    with viewing(SYSTEM):
        assert registry.resolved(people[1:], seen_by=SYSTEM) == dict.fromkeys(people[1:], people[0])

    # Comparisons and decisions, at the same moment, again and again: no deadlock, and every case is decided once.
    for number in range(ROUNDS):
        current = cases[1 + number % (len(cases) - 1)]
        with viewing(SYSTEM):
            state, version = Case.objects.values_list("state", "version").get(pk=current.pk)
        if state == "open":
            step = partial(actions.shelve, current.pk, reason="Later.", by=one, version=version)
        else:
            step = partial(actions.reopen, current.pk, by=one)
        run = actions.begin_run(world.operation.pk, kind="night", by=SYSTEM)
        refresh = partial(actions.refresh, operation_id=world.operation.pk, by=SYSTEM)
        done = at_once(partial(compared, run.pk), step, refresh)
        assert not [each for each in done if isinstance(each, Problem)]
    with viewing(SYSTEM):
        assert not Run.objects.filter(finished_at=None).exists()
        assert Case.objects.filter(state__in=["open", "shelved"]).count() == len(cases) - 1
