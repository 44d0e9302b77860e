"""Cases as they are seen: records side by side, only by who reaches all of them; lists, counts, whose turn it is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Case, CaseMember, Decision
from banyan.people.linkage.rules.deciding import Cluster
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, AUNG_ONCE_MORE, NILAR, NORTH, SOUTH, SYSTEM, World
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

TABLES = ("linkage_case", "linkage_casemember", "linkage_pair", "linkage_decision")


def seen(viewer: Viewer, case: Case, **more: Any) -> queries.CaseView:
    with viewing(viewer):
        return queries.case(case.pk, seen_by=viewer, **more)


@pytest.fixture
def two(world: World) -> Case:
    """Two records in two areas, the second in a household with somebody whom the first lives with too."""
    world.enrol(AUNG, NILAR, area=NORTH)
    world.enrol(AUNG_ONCE_MORE, NILAR, area=SOUTH)
    run_jobs()
    with viewing(SYSTEM):
        return Case.objects.get(exact_document=True)


def test_records_stand_side_by_side(world: World, two: Case) -> None:
    view = seen(world.officer(), two)
    first, second = view.records
    assert (first.letter, second.letter) == ("A", "B")
    assert {first.place, second.place} == {f"Village {NORTH}", f"Village {SOUTH}"}
    assert [held.shared for held in first.documents] == [True]
    assert first.documents[0].text == "••• 456"
    assert sorted(len(side.phones) for side in view.records) == [0, 1]
    assert {mate.name: mate.shared for mate in first.members} == {first.person.full_name: False, "Nilar Soe Htet": True}
    rows = {row.key: row for row in view.fields}
    assert rows["sex"].state == "same"
    assert rows["full_name"].state == "differ"
    assert rows["full_name"].pick is not None
    assert rows["full_name"].takeable
    assert rows["place"].state == "differ"
    assert not rows.keys() & {"legal_status", "email", "extras"}
    (pair,) = view.pairs
    assert pair.letters == ("A", "B")
    assert pair.exact_document
    assert pair.lines
    assert max(line.weight for line in pair.lines) == pair.lines[0].weight
    assert set(view.verbs) == {"propose", "separate", "shelve", "assign"}
    assert not view.own_proposal
    assert view.targets.probable_days == 3
    whole = seen(world.officer(), two, shown=True)
    assert whole.records[0].documents[0].text == "12/ABC(N)123456"


def test_who_does_not_reach_every_record_sees_nothing_of_the_case(world: World, two: Case) -> None:
    north = world.officer("linkage.confirm_merge", areas=("XX01", "XX0101"))
    with viewing(north):
        assert not queries.cases(seen_by=north)
        assert not queries.pairs(seen_by=north)
        assert queries.counts(None, seen_by=north)["open"] == 0
        with pytest.raises(Problem):
            queries.case(two.pk, seen_by=north)
        # Not by SQL of the application's own role either: the seal of the reach decides.
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,), table
    for perform in (actions.separate, actions.shelve):
        with pytest.raises(Problem) as found:
            perform(two.pk, reason="Mine.", by=north)
        assert found.value.code == "kernel.not_found"
    both = world.officer(areas=("XX01", "XX0101", "XX02", "XX0201"))
    assert len(seen(both, two).records) == 2
    with viewing(both), connection.cursor() as cursor:
        for table in TABLES[:3]:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() != (0,), table


def test_without_the_right_to_people_there_is_no_case(two: Case, viewer_with: Callable[..., Viewer]) -> None:
    only_cases = viewer_with("linkage.view_case", "registry.view_person", scopes={0})
    with viewing(only_cases), pytest.raises(Problem):
        queries.case(two.pk, seen_by=only_cases)
    with pytest.raises(Problem):
        queries.cases(seen_by=viewer_with("registry.view_person"))


def test_a_proposal_is_previewed_and_its_undoing_too(world: World, two: Case) -> None:
    asker, second = world.officer(), world.officer("linkage.confirm_merge", "linkage.undo_merge")
    one, other = (side.person.pk for side in seen(asker, two).records)
    with viewing(asker):
        assert queries.preview(two.pk, seen_by=asker) == []
        assert queries.undo_preview(two.pk, seen_by=asker) == []
    actions.propose_merge(two.pk, [Cluster((one, other), one, {"full_name": other})], reason="The same card.", by=asker)
    mine, theirs = seen(asker, two), seen(second, two)
    assert mine.own_proposal
    assert set(mine.verbs) == {"refuse", "assign"}
    assert set(theirs.verbs) == {"confirm", "refuse", "assign"}
    assert set(seen(world.officer(), two).verbs) == {"assign"}
    assert theirs.proposal is not None
    with viewing(second):
        (preview,) = queries.preview(two.pk, seen_by=second)
        assert preview.survivor.person.pk == one
        assert [side.person.pk for side in preview.losers] == [other]
        assert list(preview.take) == ["Full name"]
        assert sum(preview.moves.values()) >= 2
    actions.confirm_merge(two.pk, by=second)
    after = seen(second, two)
    assert {side.merged_into for side in after.records} == {None, one}
    assert set(after.verbs) == {"undo"}
    with viewing(second):
        (merge,) = queries.undo_preview(two.pk, seen_by=second)
        assert merge.merged_id == other


def test_counts_and_whose_turn_it_is(world: World, two: Case) -> None:
    asker, second = world.officer(), world.officer("linkage.confirm_merge")

    def counted(viewer: Viewer) -> dict[str, int]:
        with viewing(viewer):
            return {key: count for key, count in queries.counts(world.operation.pk, seen_by=viewer).items() if count}

    # The two who live with them are alike as well.
    with viewing(SYSTEM):
        every = Case.objects.count()
    assert counted(asker) == {"open": every}
    taken = actions.take_next(by=asker, operation_id=world.operation.pk)
    assert taken.pk == two.pk
    assert counted(asker)["mine"] == 1
    with viewing(SYSTEM):
        Case.objects.filter(pk=two.pk).update(due_on=timezone.localdate().replace(year=2020))
    assert counted(asker)["overdue"] == 1
    with viewing(asker):
        assert [each.count for each in queries.waiting(seen_by=asker)] == [1]
        people = queries.people_of_cases([two.pk], seen_by=asker)[two.pk]
    actions.propose_merge(two.pk, [Cluster(tuple(one.pk for one in people), people[0].pk)], reason="Same.", by=asker)
    assert counted(second)["waiting_for_me"] == 1
    assert "waiting_for_me" not in counted(asker)
    with viewing(second):
        assert [each.count for each in queries.waiting(seen_by=second)] == [1]


def test_a_case_is_given_only_to_who_may_decide_on_all_of_it(world: World, two: Case) -> None:
    asker = world.officer()
    colleague = make_account("registration-officer", operation=world.operation)
    clerk = make_account("registration-clerk", operation=world.operation)
    with viewing(asker):
        assert queries.assignees(two.pk, seen_by=asker) == [(colleague.pk, colleague.name)]
        assert queries.assignees(world.operation.pk, seen_by=asker) == [(colleague.pk, colleague.name)]
    assert actions.assign(two.pk, colleague.pk, by=asker).assignee_label == colleague.name
    for unfit in (clerk.pk, new_id()):
        with pytest.raises(Problem) as found:
            actions.assign(two.pk, unfit, by=asker)
        assert found.value.code == "linkage.assignee_unfit"
    assert actions.assign(two.pk, None, by=asker).assignee is None
    with pytest.raises(Problem):
        actions.assign(new_id(), None, by=asker)
    actions.separate(two.pk, reason="Brothers.", by=asker)
    with pytest.raises(Problem) as found:
        actions.assign(two.pk, None, by=asker)
    assert found.value.code == "linkage.case_state"


def test_the_next_one_is_nobodys_and_in_reach(world: World, two: Case) -> None:
    # A protection officer sees cases across operations too: the list is asked otherwise.
    officer = viewer_of(make_account("protection-officer", operation=world.operation))
    with viewing(SYSTEM):
        every = Case.objects.count()
    taken = {actions.take_next(by=officer).pk for _one in range(every)}
    assert len(taken) == every
    with pytest.raises(Problem) as found:
        actions.take_next(by=officer)
    assert found.value.code == "linkage.nothing_waiting"


def test_service_targets_are_the_operations_own(world: World) -> None:
    chief = world.officer("linkage.confirm_merge")
    actions.set_targets(world.operation.pk, by=chief, probable_days=1, possible_days=7, confirm_days=1, shelf_days=10)
    with pytest.raises(Problem) as found:
        actions.set_targets(
            world.operation.pk, by=chief, probable_days=0, possible_days=7, confirm_days=1, shelf_days=10
        )
    assert found.value.code == "linkage.days_odd"
    north = world.officer("linkage.confirm_merge", areas=("XX01",))
    for officer, operation in ((north, world.other.pk), (chief, new_id())):
        with pytest.raises(Problem) as found:
            actions.set_targets(operation, by=officer, probable_days=1, possible_days=7, confirm_days=1, shelf_days=10)
        assert found.value.code == "kernel.not_found"
    world.enrol(AUNG)
    world.enrol(AUNG_AGAIN)
    run_jobs()
    with viewing(SYSTEM):
        case = Case.objects.get()
    assert case.due_on is not None
    assert (case.due_on - timezone.localdate()).days == 1
    assert actions.shelve(case.pk, reason="Ask.", by=chief).shelved_until is not None


def test_queries_are_counted(world: World, two: Case) -> None:
    officer = world.officer()

    def asked(perform: Callable[[], Any]) -> int:
        with viewing(officer), CaptureQueriesContext(connection) as found:
            perform()
        return len(found)

    few = asked(lambda: list(queries.cases(seen_by=officer, operation_id=world.operation.pk)))
    listed = asked(lambda: queries.people_of_cases([two.pk], seen_by=officer))
    case = asked(lambda: queries.case(two.pk, seen_by=officer))
    for place in range(3):
        for name in ("Yan Naing Tun", "Yan Naing Htun"):
            world.enrol(
                {
                    **AUNG,
                    "person.full_name": name,
                    "person.birth_date": f"200{place}-02-11",
                    "person.phone": f"+95955555{place}55",
                    "person.document.national_id.number": f"7/YY(N){place}55555",
                }
            )
    run_jobs()
    with viewing(SYSTEM):
        ids = list(Case.objects.values_list("pk", flat=True))
    assert asked(lambda: list(queries.cases(seen_by=officer, operation_id=world.operation.pk))) == few == 1
    assert asked(lambda: queries.people_of_cases(ids, seen_by=officer)) == listed == 2
    # What happened to each of the two is told by a history of its own.
    assert case <= 40


def test_pairs_and_runs(world: World, two: Case) -> None:
    officer = world.officer("linkage.view_model")
    with viewing(officer):
        (pair,) = queries.pairs(seen_by=officer, operation_id=world.operation.pk).filter(case=two.pk)
        assert pair in queries.pairs_of([pair.first_id], seen_by=officer)
        run = queries.runs(world.operation.pk, seen_by=officer)[0]
        assert queries.run(run.pk, seen_by=officer) == run
        with pytest.raises(Problem):
            queries.run(new_id(), seen_by=officer)


def test_nothing_that_was_decided_is_ever_deleted(world: World, two: Case) -> None:
    officer = world.officer()
    actions.separate(two.pk, reason="Two cousins.", by=officer)
    with viewing(SYSTEM):
        for model in (Case, CaseMember, Decision):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*) FROM pg_policy WHERE polrelid = '{model._meta.db_table}'::regclass AND polcmd = 'd'"
                )
                assert cursor.fetchone() == (0,)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Decision.objects.filter(case=two).update(reason="Something else.")
