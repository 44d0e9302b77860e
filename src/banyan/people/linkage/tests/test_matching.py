"""Comparisons: what is alike becomes pairs and cases, what changed is compared, and nothing is asked twice."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Case, CaseMember, Pair, Run
from banyan.people.linkage.rules.grouping import grouped
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, NILAR, SYSTEM, World
from banyan.people.registry.models import Person, SuspectedPair
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem


def matched(world: World, **said: Any) -> Run:
    run = actions.start_run(world.operation.pk, by=SYSTEM, **said)
    run_jobs()
    with viewing(SYSTEM):
        return Run.objects.get(pk=run.pk)


def cases() -> list[Case]:
    with viewing(SYSTEM):
        return list(Case.objects.order_by("pk"))


def members(case: Case) -> set[UUID]:
    with viewing(SYSTEM):
        return set(CaseMember.objects.filter(case=case, left_on=None).values_list("person_id", flat=True))


def test_a_whole_register_is_compared_and_what_is_alike_is_a_case(world: World) -> None:
    aung, again = world.enrol(AUNG, NILAR)[0], world.enrol(AUNG_AGAIN)[0]
    world.crowd()
    run = matched(world)
    assert run.finished_at is not None
    assert run.counts["people"] == 11
    (case,) = cases()
    assert members(case) == {aung, again}
    assert (case.state, case.zone, case.size) == ("open", "probable", 2)
    assert case.reference.startswith("DUP-")
    with viewing(SYSTEM):
        pair = Pair.objects.get()
        assert (pair.run_id, pair.case_id) == (run.pk, case.pk)
        assert pair.brought
        # The register knows, so that its own checks count it.
        assert SuspectedPair.objects.filter(resolution="").count() == 1
        assert queries.uncompared(world.operation.pk, seen_by=SYSTEM) == 0
    again_run = matched(world)
    assert again_run.counts["cases_opened"] == 0
    assert cases()[0].version == case.version


def test_who_is_registered_is_compared_at_once_and_the_case_grows(world: World) -> None:
    people = {world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN)[0]}
    world.crowd()
    run_jobs()
    (case,) = cases()
    assert members(case) == people
    people |= {world.enrol(AUNG_ONCE_MORE)[0]}
    run_jobs()
    (grown,) = cases()
    assert members(grown) == people
    assert grown.version > case.version
    assert grown.exact_document


def test_the_same_document_is_a_pair_whatever_the_weight(world: World) -> None:
    stranger = {**NILAR, "person.document.national_id.number": "12/ABC(N)123456"}
    first, second = world.enrol(AUNG)[0], world.enrol(stranger)[0]
    world.crowd()
    run_jobs()
    (case,) = cases()
    assert members(case) == {first, second}
    assert case.exact_document
    with viewing(SYSTEM):
        assert Pair.objects.get().zone == "unlikely"
    matched(world)
    assert members(cases()[0]) == {first, second}


def test_who_was_corrected_and_is_no_longer_alike_leaves_the_case(world: World) -> None:
    aung, again = world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN)[0]
    world.crowd()
    run_jobs()
    with viewing(SYSTEM):
        Person.objects.filter(pk=again).update(full_name="Thuzar Phyo Wai", sex="female", birth_date="2001-01-30")
    actions.refresh(ids=[again], by=SYSTEM)
    matched(world, kind="intake", whole=False)
    (case,) = cases()
    assert case.state == "lapsed"
    assert not members(case)
    with viewing(SYSTEM):
        assert not Pair.objects.exists()
        assert SuspectedPair.objects.get().resolution == "different"
    assert aung != again


def test_who_was_withdrawn_leaves_the_case(world: World) -> None:
    first, second, third = (world.enrol(one)[0] for one in (AUNG, AUNG_AGAIN, AUNG_ONCE_MORE))
    run_jobs()
    assert members(cases()[0]) == {first, second, third}
    with viewing(SYSTEM):
        Person.objects.filter(pk=third).update(status="withdrawn", status_reason="mistake")
    actions.refresh(ids=[third], by=SYSTEM)
    from banyan.platform.jobs import actions as jobs

    jobs.start("linkage.compare_moved", by=SYSTEM, operation=str(world.operation.pk))
    run_jobs()
    (case,) = cases()
    assert members(case) == {first, second}


def test_a_group_that_is_too_large_is_split_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.people.linkage.actions.gathering.grouped", partial(grouped, most=2))
    for one in (AUNG, AUNG_AGAIN, AUNG_ONCE_MORE):
        world.enrol(one)
    run_jobs()
    (case,) = cases()
    assert (case.size, case.split) == (2, True)
    with viewing(SYSTEM):
        assert Pair.objects.filter(case=None).count() == 2
    # What crosses over is looked at once these have become one; until then nothing of the case is written again.
    assert matched(world).counts["cases_opened"] == 0
    assert cases()[0].version == case.version


def test_one_at_a_time_for_whoever_asks(world: World, viewer_with: Any) -> None:
    actions.start_run(world.operation.pk, by=SYSTEM)
    with pytest.raises(Problem) as found:
        actions.start_run(world.operation.pk, by=SYSTEM)
    assert found.value.code == "linkage.run_busy"
    with pytest.raises(Problem) as found:
        actions.start_across(by=viewer_with("linkage.run_matching"))
    assert found.value.code == "kernel.not_allowed"
    with pytest.raises(Problem) as found:
        actions.start_run(new_id(), by=SYSTEM)
    assert found.value.code == "kernel.not_found"


def test_a_comparison_that_failed_keeps_nobody_waiting(world: World) -> None:
    run = actions.start_run(world.operation.pk, by=SYSTEM)
    with viewing(SYSTEM):
        Run.objects.filter(pk=run.pk).update(job=new_id())
    assert actions.start_run(world.operation.pk, by=SYSTEM).pk != run.pk
    begun = actions.begin_run(world.operation.pk, kind="intake", by=SYSTEM)
    assert actions.begin_run(world.operation.pk, kind="intake", by=SYSTEM) == begun


def test_a_large_batch_is_followed_when_no_other_import_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = new_id()
    people = [*world.enrol(AUNG), *world.enrol(AUNG_AGAIN)]
    ProcrastinateJob.objects.all().update(status="cancelled")
    with viewing(SYSTEM):
        Person.objects.filter(pk__in=people).update(batch=batch)
    monkeypatch.setattr("banyan.people.linkage.actions.following.MANY", 1)
    assert not actions.follow_batch(batch, by=SYSTEM)
    assert not actions.follow_batch(batch, by=SYSTEM)  # asked once all the same
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1
    run_jobs()
    assert members(cases()[0]) == set(people)
    monkeypatch.setattr("banyan.people.collection.queries.are_arriving", lambda **_given: True)
    assert not actions.follow_batch(batch, by=SYSTEM, asked=3)
    assert actions.follow_batch(batch, by=SYSTEM, asked=30)
    assert actions.follow_register(people=[], by=SYSTEM) == 0


def test_across_operations_only_who_is_in_two_of_them(world: World) -> None:
    here, there = world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN, operation=world.other)[0]
    world.enrol(NILAR)
    world.enrol(NILAR)
    run_jobs()
    assert len(cases()) == 1
    actions.start_across(by=SYSTEM)
    run_jobs()
    (across,) = [case for case in cases() if case.across]
    assert members(across) == {here, there}
    assert across.scope_id is None


def test_the_number_of_statements_does_not_depend_on_what_is_found(world: World) -> None:
    world.enrol(AUNG)
    world.enrol(AUNG_AGAIN)
    run_jobs()
    counts = []
    for more in (1, 4):
        for place in range(more):
            for name in ("Phone Myat Kyaw", "Phone Myat Kyaww"):
                world.enrol(
                    {
                        **AUNG,
                        "person.full_name": f"{name}",
                        "person.birth_date": f"197{place}-1{more % 3}-11",
                        "person.phone": f"+9591111{more}{place}222",
                        "person.document.national_id.number": f"9/XX(N){more}{place}1111",
                    }
                )
        actions.refresh(operation_id=world.operation.pk, by=SYSTEM)
        run = actions.begin_run(world.operation.pk, kind="intake", by=SYSTEM)
        from banyan.people.linkage.jobs.matching import compared

        with CaptureQueriesContext(connection) as found:
            compared(run.pk)
        counts.append(len(found))
    # Cases that join others cost two or three more than cases that are opened.
    assert counts[1] <= counts[0] + 5
