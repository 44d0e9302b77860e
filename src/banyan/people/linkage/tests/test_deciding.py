"""Decisions about cases: by one person, by two, undone; and whatever must not be possible."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Case, CaseMember, Decision, Pair
from banyan.people.linkage.rules.deciding import Cluster
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, SYSTEM, World
from banyan.people.registry import queries as registry
from banyan.people.registry.models import Person, SuspectedPair
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

WHY = "Both brought the same card; I know the family."


@pytest.fixture
def asker(world: World) -> Viewer:
    return world.officer()


@pytest.fixture
def second(world: World) -> Viewer:
    return world.officer("linkage.confirm_merge", "linkage.undo_merge")


@pytest.fixture
def group(world: World) -> tuple[Case, list[UUID]]:
    """Three records that look like one person."""
    people = sorted(world.enrol(one)[0] for one in (AUNG, AUNG_AGAIN, AUNG_ONCE_MORE))
    run_jobs()
    with viewing(SYSTEM):
        return Case.objects.get(), people


def fresh(case: Case) -> Case:
    with viewing(SYSTEM):
        return Case.objects.get(pk=case.pk)


def verdicts() -> dict[tuple[UUID, UUID], str]:
    with viewing(SYSTEM):
        return {
            (one, other): said for one, other, said in Pair.objects.values_list("first_id", "second_id", "decision")
        }


def refused(code: str, perform: Callable[..., Any], *given: Any, **said: Any) -> None:
    with pytest.raises(Problem) as found:
        perform(*given, **said)
    problem = found.value
    assert code in {problem.code, *(each.code for each in problem.errors)}


def test_two_people_merge_and_one_undoes(group: Any, asker: Viewer, second: Viewer) -> None:
    case, (one, two, three) = group
    proposed = actions.propose_merge(
        case.pk, [Cluster((one, two, three), two, {"full_name": one})], reason=WHY, by=asker, version=case.version
    )
    assert (proposed.state, proposed.proposed_by) == ("proposed", asker.id)
    merged = actions.confirm_merge(case.pk, by=second, note="Looked at it.", version=proposed.version)
    assert (merged.state, merged.confirmed_by) == ("merged", second.id)
    with viewing(SYSTEM):
        assert registry.resolved([one, three], seen_by=SYSTEM) == {one: two, three: two}
        kept, decision = Person.objects.get(pk=two), Decision.objects.get(verb="confirm")
        assert kept.full_name == Person.objects.get(pk=one).full_name
        assert len(decision.merges) == 2
        assert decision.confirms is not None
        assert decision.confirms.reason == WHY
        assert not SuspectedPair.objects.filter(resolution="").exists()
    run_jobs()
    assert set(verdicts().values()) == {"same"}
    undone = actions.undo(case.pk, reason="They came together today.", by=second)
    assert undone.state == "undone"
    with viewing(SYSTEM):
        assert not registry.resolved([one, three], seen_by=SYSTEM)
        assert Person.objects.get(pk=two).status == "active"
        assert not SuspectedPair.objects.filter(resolution="").exists()
    assert set(verdicts().values()) == {"different"}
    # Neither the night nor the reactions ask again.
    run_jobs()
    actions.start_run(case.operation_id, by=SYSTEM)
    run_jobs()
    assert set(verdicts().values()) == {"different"}
    with viewing(SYSTEM):
        assert Case.objects.count() == 1


def test_undone_to_be_decided_anew_it_is_a_case_again(group: Any, asker: Viewer, second: Viewer) -> None:
    case, people = group
    actions.propose_merge(case.pk, [Cluster(tuple(people), people[0])], reason=WHY, by=asker)
    actions.confirm_merge(case.pk, by=second)
    run_jobs()
    actions.undo(case.pk, reason="The wrong record stayed.", by=second, verdict="open")
    run_jobs()
    with viewing(SYSTEM):
        (again,) = Case.objects.filter(state="open")
        assert set(CaseMember.objects.filter(case=again).values_list("person_id", flat=True)) == set(people)
    refused("linkage.case_state", actions.undo, case.pk, reason=WHY, by=second)


def test_a_group_may_be_two_people_and_one_of_whom_nobody_knows(
    group: Any, asker: Viewer, second: Viewer, world: World
) -> None:
    case, (one, two, three) = group
    actions.propose_merge(case.pk, [Cluster((one, two), one)], reason=WHY, by=asker)
    actions.confirm_merge(case.pk, by=second)
    said = verdicts()
    assert said[one, two] == "same"
    assert {said[pair] for pair in said if three in pair} == {"unsure"}
    run_jobs()
    with viewing(SYSTEM):
        assert not Case.objects.filter(state="open").exists()
        Pair.objects.filter(decision="unsure").update(look_again_on=timezone.localdate())
    assert actions.reopen_due(by=SYSTEM) >= 1
    actions.start_run(world.operation.pk, by=SYSTEM)
    run_jobs()
    with viewing(SYSTEM):
        (again,) = Case.objects.filter(state="open")
        assert set(CaseMember.objects.filter(case=again).values_list("person_id", flat=True)) == {one, three}


def test_who_was_called_somebody_else_stays_so_after_the_merge(group: Any, asker: Viewer, second: Viewer) -> None:
    case, (one, two, three) = group
    actions.propose_merge(
        case.pk, [Cluster((one, two), one, {"full_name": two}), Cluster((three,), three)], reason=WHY, by=asker
    )
    actions.confirm_merge(case.pk, by=second)
    run_jobs()
    actions.start_run(case.operation_id, by=SYSTEM)
    run_jobs()
    assert verdicts()[one, three] == "different"
    with viewing(SYSTEM):
        assert not Case.objects.filter(state="open").exists()


def test_different_stays_away_until_the_data_change(group: Any, asker: Viewer, world: World) -> None:
    case, people = group
    done = actions.separate(case.pk, reason="Three brothers.", by=asker)
    assert done.state == "separate"
    with viewing(SYSTEM):
        assert not SuspectedPair.objects.filter(resolution="").exists()
    actions.start_run(world.operation.pk, by=SYSTEM)
    run_jobs()
    with viewing(SYSTEM):
        assert Case.objects.count() == 1
        Person.objects.filter(pk=people[0]).update(full_name="U Aung Kyaw Min Htun")
    actions.refresh(ids=[people[0]], by=SYSTEM)
    actions.start_run(world.operation.pk, by=SYSTEM, kind="intake", whole=False)
    run_jobs()
    with viewing(SYSTEM):
        (again,) = Case.objects.filter(state="open")
        assert set(again.pairs.values_list("reopened", flat=True)) == {1}
        assert again.size >= 2
        # What was decided then stays written.
        assert Decision.objects.filter(case=case, verb="separate").count() == 1


def test_unsure_comes_back_on_its_day(group: Any, asker: Viewer) -> None:
    case, _people = group
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused("linkage.until_past", actions.shelve, case.pk, reason=WHY, until=timezone.localdate(), by=asker)
    refused("linkage.until_past", actions.shelve, case.pk, reason=WHY, until=tomorrow + timedelta(days=400), by=asker)
    assert actions.shelve(case.pk, reason="Ask the village head.", until=tomorrow, by=asker).state == "shelved"
    assert actions.reopen_due(by=SYSTEM) == 0
    with viewing(SYSTEM):
        Case.objects.filter(pk=case.pk).update(shelved_until=timezone.localdate())
    assert actions.reopen_due(by=SYSTEM) == 1
    assert fresh(case).state == "open"
    shelved = actions.shelve(case.pk, reason=WHY, by=asker)
    assert shelved.shelved_until == timezone.localdate() + timedelta(days=30)
    assert actions.reopen(case.pk, by=asker, reason="He came.").shelved_until is None


def test_nobody_confirms_their_own_proposal(group: Any, second: Viewer, world: World) -> None:
    case, people = group
    actions.propose_merge(case.pk, [Cluster(tuple(people), people[0])], reason=WHY, by=second)
    refused("linkage.own_proposal", actions.confirm_merge, case.pk, by=second)
    refused("linkage.own_proposal", actions.confirm_merge, case.pk, by=SYSTEM)
    # Past the application, the database refuses it too.
    with viewing(second), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE linkage_case SET state = 'merged', confirmed_by = proposed_by WHERE id = %s", [case.pk])
    with viewing(second), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE linkage_case SET state = 'merged' WHERE id = %s", [case.pk])
    taken_back = actions.refuse_merge(case.pk, reason="I was wrong.", by=second)
    assert (taken_back.state, taken_back.proposed_by) == ("open", None)


def test_refusing_is_for_who_may_confirm_and_opens_the_case_again(
    group: Any, asker: Viewer, second: Viewer, world: World
) -> None:
    case, people = group
    actions.propose_merge(case.pk, [Cluster(tuple(people), people[0])], reason=WHY, by=asker)
    refused("kernel.not_allowed", actions.refuse_merge, case.pk, reason="No.", by=world.officer())
    refused("linkage.reason_missing", actions.refuse_merge, case.pk, reason=" ", by=second)
    assert actions.refuse_merge(case.pk, reason="Look at the photos.", by=second).state == "open"
    refused("linkage.case_state", actions.confirm_merge, case.pk, by=second)


@pytest.mark.parametrize(
    ("clusters", "code"),
    [
        (lambda one, two, three: [Cluster((one, new_id()), one)], "linkage.partition_strangers"),
        (lambda one, two, three: [Cluster((one, two), one), Cluster((two, three), three)], "linkage.partition_twice"),
        (lambda one, two, three: [Cluster((one,), one)], "linkage.partition_apart"),
        (lambda one, two, three: [], "linkage.partition_apart"),
        (lambda one, two, three: [Cluster((one, two), three)], "linkage.survivor_elsewhere"),
        (lambda one, two, three: [Cluster((one, two), one, {"shoe": one})], "linkage.field_unknown"),
    ],
)
def test_what_cannot_be_a_partition_is_refused(group: Any, asker: Viewer, clusters: Any, code: str) -> None:
    case, people = group
    refused(code, actions.propose_merge, case.pk, clusters(*people), reason=WHY, by=asker)
    assert fresh(case).state == "open"


def test_a_case_that_has_moved_is_not_decided_on(group: Any, asker: Viewer, second: Viewer) -> None:
    case, people = group
    everybody = [Cluster(tuple(people), people[0])]
    refused(
        "linkage.case_moved", actions.propose_merge, case.pk, everybody, reason=WHY, by=asker, version=case.version - 1
    )
    refused("linkage.reason_missing", actions.propose_merge, case.pk, everybody, reason="", by=asker)
    refused("linkage.reason_missing", actions.separate, case.pk, reason="", by=asker)
    refused("linkage.reason_missing", actions.shelve, case.pk, reason="", by=asker)
    refused("kernel.not_found", actions.separate, new_id(), reason=WHY, by=asker)
    actions.propose_merge(case.pk, everybody, reason=WHY, by=asker)
    refused("linkage.case_state", actions.propose_merge, case.pk, everybody, reason=WHY, by=asker)
    with viewing(SYSTEM):
        CaseMember.objects.filter(case=case, person=people[0]).update(left_on=timezone.localdate())
    refused("linkage.person_gone", actions.confirm_merge, case.pk, by=second)
    with viewing(SYSTEM):
        CaseMember.objects.filter(case=case).update(left_on=None)
    actions.confirm_merge(case.pk, by=second)
    refused("linkage.reason_missing", actions.undo, case.pk, reason="", by=second)
    refused("registry.value_unknown", actions.undo, case.pk, reason=WHY, by=second, verdict="perhaps")
    refused("kernel.not_allowed", actions.undo, case.pk, reason=WHY, by=asker)


def test_a_merge_taken_back_in_the_register_is_decided_anew(group: Any, asker: Viewer, second: Viewer) -> None:
    from banyan.people.registry import actions as register

    case, people = group
    actions.propose_merge(case.pk, [Cluster(tuple(people), people[0])], reason=WHY, by=asker)
    actions.confirm_merge(case.pk, by=second)
    run_jobs()
    with viewing(second):
        merges = registry.merges_of(people, seen_by=second)
    for place, merge in enumerate(merges):
        register.unmerge(merge.pk, reason="A mistake.", by=second)
        run_jobs()
        assert fresh(case).state == ("undone" if place else "merged")
    with viewing(SYSTEM):
        assert Case.objects.filter(state="open").count() == 1


def test_a_case_whose_member_was_merged_elsewhere_goes_on_with_the_others(
    group: Any, asker: Viewer, second: Viewer, world: World
) -> None:
    from banyan.people.registry import actions as register

    case, (one, two, three) = group
    register.merge_people(one, [two], reason=WHY, asked_by=(asker.id, "Somebody"), by=second)
    run_jobs()
    now = fresh(case)
    with viewing(SYSTEM):
        assert set(CaseMember.objects.filter(case=now, left_on=None).values_list("person_id", flat=True)) == {
            one,
            three,
        }
    actions.propose_merge(case.pk, [Cluster((one, three), one)], reason=WHY, by=asker)
    with viewing(SYSTEM):
        Person.objects.filter(pk=three).update(status="withdrawn", status_reason="mistake")
    actions.refresh(ids=[three], by=SYSTEM)
    actions.start_run(world.operation.pk, by=SYSTEM)
    run_jobs()
    # A proposal that can no longer be carried out waits for nobody.
    assert fresh(case).state == "lapsed"


def test_what_somebody_noted_is_a_case_however_unlike_they_are(world: World, asker: Viewer) -> None:
    from banyan.people.registry import actions as register

    people = world.crowd()[:2]
    run_jobs()
    pair = register.note_pair(people[0], people[1], by=asker, reason="The same scar.")
    run_jobs()
    with viewing(SYSTEM):
        (case,) = Case.objects.all()
        assert case.noted
    assert actions.take_noted(pair.pk, by=SYSTEM)
    actions.start_run(world.operation.pk, by=SYSTEM)
    run_jobs()
    assert fresh(case).state == "open"
    actions.separate(case.pk, reason="Twins.", by=asker)
    assert not actions.take_noted(pair.pk, by=SYSTEM)
    assert not actions.take_noted(new_id(), by=SYSTEM)


def test_across_operations_it_is_noted_that_they_are_one_person(world: World) -> None:
    here, there = world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN, operation=world.other)[0]
    run_jobs()
    actions.start_across(by=SYSTEM)
    run_jobs()
    asker, second = (
        world.officer("linkage.match_across"),
        world.officer("linkage.match_across", "linkage.confirm_merge"),
    )
    with viewing(asker):
        (case,) = queries.cases(seen_by=asker)
        assert not queries.cases(seen_by=world.officer())
    actions.propose_merge(case.pk, [Cluster((here, there), here)], reason=WHY, by=asker)
    assert actions.confirm_merge(case.pk, by=second).state == "merged"
    with viewing(SYSTEM):
        assert not registry.resolved([here, there], seen_by=SYSTEM)
    assert list(verdicts().values()) == ["same"]


def test_who_sees_a_case_but_may_not_decide_on_all_of_it_does_not(world: World, asker: Viewer, second: Viewer) -> None:
    from banyan.people.registry import actions as register

    people = sorted([world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN, area="XX020101")[0], world.enrol(AUNG_ONCE_MORE)[0]])
    run_jobs()
    with viewing(SYSTEM):
        case = Case.objects.get()
    north = world.officer(areas=("XX01", "XX0101"))
    looks = Viewer(
        id=north.id,
        label="Half",
        parts=(*north.parts, *world.officer_who("registry.view_person", "linkage.view_case").parts),
    )
    with viewing(looks):
        assert queries.case(case.pk, seen_by=looks).verbs == []
    refused("kernel.not_found", actions.separate, case.pk, reason=WHY, by=looks)
    # One of two merges was taken back in the register before the case is undone.
    actions.propose_merge(case.pk, [Cluster(tuple(people), people[0])], reason=WHY, by=asker)
    actions.confirm_merge(case.pk, by=second)
    with viewing(second):
        merge = registry.merges_of(people, seen_by=second)[0]
    register.unmerge(merge.pk, reason="A mistake.", by=second)
    assert actions.undo(case.pk, reason="Both were.", by=second).state == "undone"
    with viewing(SYSTEM):
        assert not registry.resolved(people, seen_by=SYSTEM)


def test_who_may_confirm_only_where_some_of_the_records_lie_does_not(world: World, asker: Viewer) -> None:
    people = sorted([world.enrol(AUNG)[0], world.enrol(AUNG_AGAIN, area="XX020101")[0]])
    run_jobs()
    with viewing(SYSTEM):
        case = Case.objects.get()
    actions.propose_merge(case.pk, [Cluster(tuple(people), people[0])], reason=WHY, by=asker)
    everywhere, north = world.officer(), world.officer("linkage.confirm_merge", areas=("XX01", "XX0101"))
    half = Viewer(id=everywhere.id, label="Half", parts=(*everywhere.parts, *north.parts))
    refused("kernel.not_allowed", actions.confirm_merge, case.pk, by=half)
    assert fresh(case).state == "proposed"


def test_what_somebody_noted_about_who_is_gone_is_no_case(world: World, asker: Viewer) -> None:
    from banyan.people.registry import actions as register

    one, other = world.crowd()[:2]
    pair = register.note_pair(one, other, by=asker)
    with viewing(SYSTEM):
        Person.objects.filter(pk=one).update(status="withdrawn", status_reason="mistake")
    assert not actions.take_noted(pair.pk, by=SYSTEM)
