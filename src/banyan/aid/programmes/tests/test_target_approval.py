"""Targeting written, listed, proposed by one and approved by another; the database says so too."""

import io
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.db import DatabaseError, connection, transaction

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.inputs.target_lists import list_rows
from banyan.aid.programmes.models import ListEntry
from banyan.aid.programmes.tests.target_worlds import (
    APPROVE,
    LARGE,
    MAY,
    SYSTEM,
    YOUNG,
    World,
    make_world,
    somebody_with,
)
from banyan.people.registry.models import Household, Person
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, viewer_of, viewing
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.problems import Problem


@pytest.fixture(scope="module")
def ground(once: Any) -> World:
    return once(make_world)


@pytest.fixture
def world(ground: World, db: None) -> World:
    return deepcopy(ground)


@pytest.fixture(scope="module")
def made(once: Any, ground: World) -> dict[str, Any]:
    return once(ground.four)


@pytest.fixture
def homes(made: dict[str, Any], db: None) -> dict[str, Any]:
    return dict(made)


@pytest.fixture
def maker(world: World) -> Viewer:
    return somebody_with(*MAY)


@pytest.fixture
def approver(world: World) -> Viewer:
    return somebody_with(*MAY, APPROVE)


def code_of(caught: Any) -> str:
    return caught.value.code


@pytest.fixture
def references(homes: dict[str, Any]) -> dict[str, str]:
    with viewing(SYSTEM):
        found = dict(Household.objects.values_list("pk", "reference"))
    return {name: found[key] for name, key in homes.items()}


def test_every_fault_is_told_at_once_with_its_place(world, maker):
    with pytest.raises(Problem) as caught:
        actions.make_targeting(
            world.programme.pk, by=maker, name=" ", threshold="1.00001",
            rules=[{"label": "", "text": "members.size() >= 3"}, {"label": "B", "text": "cows > 1"}],
            score=[{"label": "S", "formula": "members", "weight": 1.5}, {"label": "T", "formula": "1", "weight": "x"}],
        )  # fmt: skip
    found = [(one.code, one.at and one.at.field) for one in caught.value.errors]
    assert found == [
        ("programmes.rule_unnamed", "name"), ("programmes.rule_unnamed", "rules.0"), ("criteria.name_unknown", "rules.1"),
        ("programmes.number_odd", "score.0"), ("criteria.relation_alone", "score.0"), ("programmes.number_odd", "score.1"),
        ("programmes.number_odd", "threshold"),
    ]  # fmt: skip
    for given, code in (
        ({"threshold": "5"}, "threshold_without_score"),
        ({"threshold": "a lot"}, "number_odd"),
        ({"threshold": Decimal("NaN"), "score": [{"label": "S", "formula": "1", "weight": "1"}]}, "number_odd"),
        ({"rules": [LARGE] * 13}, "targeting_too_long"),
    ):
        with pytest.raises(Problem) as caught:
            actions.make_targeting(world.programme.pk, by=maker, name="Odd", **given)
        assert code_of(caught) == f"programmes.{code}"
    with pytest.raises(Problem) as caught:
        actions.make_targeting(world.programme.pk, by=maker, name="Odd", cycle_id=world.programme.pk)
    assert code_of(caught) == "kernel.not_found"
    with viewing(maker):
        assert queries.check_targeting(world.programme.pk, seen_by=maker, rules=[LARGE]).rules[0].key == "large"


def test_keys_of_rules_are_kept_apart(world, maker):
    made = actions.make_targeting(
        world.programme.pk, by=maker, name="Keys", rules=[LARGE, LARGE, {"label": "C", "text": "true"}]
    )
    assert [rule["key"] for rule in made.rules] == ["large", "r2", "r3"]
    with viewing(maker):
        assert queries.targetings(world.programme.pk, seen_by=maker).get() == made


def officer_of(world: World) -> Viewer:
    """Somebody who holds the role of programme officer, as jobs see them."""
    return viewer_of(make_account("programme-officer", operation=world.operation))


def test_one_proposes_and_another_approves(world, homes, approver):
    maker = officer_of(world)
    made = actions.make_targeting(world.programme.pk, by=maker, name="Winter", rules=[LARGE])
    run = actions.run_targeting(made.pk, by=maker)
    with pytest.raises(Problem) as caught:
        actions.propose_targeting(made.pk, run.pk, by=maker)
    assert code_of(caught) == "programmes.run_stale", "it has not finished"
    with connection.cursor() as cursor:
        # What registering left behind for other rooms is not waited for.
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE task_name <> 'programmes.run_targeting'"
        )
    assert run_jobs() == 1
    outcome: Any = Job.objects.values_list("outcome", flat=True).get(pk=str(run.job))
    assert outcome["links"][0]["url"] == f"/programmes/targeting/runs/{run.pk}/"
    assert outcome["counts"]["in"] == 1
    with viewing(maker), pytest.raises(Problem) as caught:
        queries.approved_run(run.pk, seen_by=maker)
    assert code_of(caught) == "programmes.run_unapproved"
    proposed = actions.propose_targeting(made.pk, run.pk, by=maker)
    assert (proposed.state, proposed.run_id, proposed.proposed_by) == ("proposed", run.pk, maker.id)
    for call in (
        lambda: actions.change_targeting(made.pk, by=maker, name="Summer"),
        lambda: actions.add_entries(made.pk, "include", [], by=maker),
        lambda: actions.remove_entries(made.pk, [], by=maker),
    ):
        with pytest.raises(Problem) as caught:
            call()
        assert code_of(caught) == "programmes.targeting_state"
    with pytest.raises(Problem) as caught:
        actions.approve_targeting(made.pk, by=maker)
    assert code_of(caught) == "kernel.not_allowed"
    both = somebody_with(*MAY, APPROVE)
    own = actions.make_targeting(world.programme.pk, by=both, name="Own", rules=[LARGE])
    own_run = world.frozen(own, both)
    actions.propose_targeting(own.pk, own_run.pk, by=both)
    for who in (both, SYSTEM):
        with pytest.raises(Problem) as caught:
            actions.approve_targeting(own.pk, by=who)
        assert code_of(caught) == "programmes.targeting_own"
    done = actions.approve_targeting(made.pk, by=approver)
    assert (done.state, done.decided_by) == ("approved", approver.id)
    with viewing(maker):
        assert queries.approved_run(run.pk, seen_by=maker) == run
    with pytest.raises(Problem):
        actions.refuse_targeting(made.pk, by=maker)
    actions.retire_targeting(made.pk, by=maker, reason="Over")
    with viewing(maker), pytest.raises(Problem):
        queries.approved_run(run.pk, seen_by=maker)


def test_who_wrote_last_does_not_approve_what_another_proposed(world, homes, maker):
    both = somebody_with(*MAY, APPROVE)
    made = actions.make_targeting(world.programme.pk, by=both, name="Winter", rules=[LARGE])
    run = world.frozen(made, maker)
    actions.propose_targeting(made.pk, run.pk, by=maker)
    with pytest.raises(Problem) as caught:
        actions.approve_targeting(made.pk, by=both)
    assert code_of(caught) == "programmes.targeting_own"


def test_what_changed_since_the_run_is_not_approved(world, homes, references, maker, approver):
    made = actions.make_targeting(world.programme.pk, by=maker, name="Winter", rules=[LARGE])
    run = world.frozen(made, maker)
    actions.change_targeting(made.pk, by=maker, rules=[YOUNG])
    with pytest.raises(Problem) as caught:
        actions.propose_targeting(made.pk, run.pk, by=maker)
    assert code_of(caught) == "programmes.run_stale"
    run = world.frozen(made, maker)
    actions.add_entries(made.pk, "exclude", [(references["baby"], "moved")], by=maker)
    with pytest.raises(Problem):
        actions.propose_targeting(made.pk, run.pk, by=maker)
    run = world.frozen(made, maker)
    with pytest.raises(Problem):
        actions.propose_targeting(made.pk, world.programme.pk, by=maker)
    actions.propose_targeting(made.pk, run.pk, by=maker)
    with viewing(SYSTEM):
        ListEntry.objects.filter(targeting=made).delete()
    with pytest.raises(Problem) as caught:
        actions.approve_targeting(made.pk, by=approver)
    assert code_of(caught) == "programmes.run_stale"
    back = actions.refuse_targeting(made.pk, by=approver, reason="Look at the south again")
    assert (back.state, back.note) == ("draft", "Look at the south again")


def test_the_database_lets_nobody_approve_alone(world, homes, maker, approver):
    made = actions.make_targeting(world.programme.pk, by=maker, name="Winter", rules=[LARGE])
    run = world.frozen(made, maker)
    set_to = "UPDATE programmes_targeting SET state = %s, run_id = %s, proposed_by = %s, decided_by = %s WHERE id = %s"

    def refused(sql: str, *values: Any) -> None:
        with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(sql, values)

    with viewing(maker):
        refused(set_to, "proposed", run.pk, approver.id, None, made.pk)
        refused(set_to, "approved", run.pk, maker.id, approver.id, made.pk)
    actions.propose_targeting(made.pk, run.pk, by=maker)
    with viewing(maker):
        refused(set_to, "approved", run.pk, maker.id, approver.id, made.pk)
        refused(set_to, "approved", run.pk, approver.id, maker.id, made.pk)
        refused("UPDATE programmes_targeting SET rules = '[]' WHERE id = %s", made.pk)
        refused("DELETE FROM programmes_targetrow")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM programmes_targetingrun WHERE id = %s", [run.pk])
            assert cursor.rowcount == 0, "runs are kept"
    assert actions.approve_targeting(made.pk, by=approver).state == "approved"
    with viewing(approver):
        refused("UPDATE programmes_targeting SET run_id = NULL WHERE id = %s", made.pk)


def test_lists_of_communities_decide_before_rules(world, homes, references, maker):
    made = actions.make_targeting(world.programme.pk, by=maker, name="Winter", rules=[LARGE])
    sheet = io.BytesIO()
    with xlsxwriter.Workbook(sheet) as book:
        page = book.add_worksheet()
        for number, row in enumerate(
            [("Reference", "Reason"), (references["alone"], "Known to be poor"), (references["baby"].lower(), "")]
        ):
            page.write_row(number, 0, row)
    added = actions.import_entries(made.pk, "include", list_rows(sheet.getvalue()), by=maker, source="Village council")
    assert (added.added, added.known) == (2, 0)
    text = f"{references['large']};Owns a mill\n{references['baby']};Left\n"
    assert actions.import_entries(made.pk, "exclude", list_rows(text.encode()), by=maker).added == 2
    again = actions.add_entries(made.pk, "exclude", [(references["baby"], "")], by=maker)
    assert (again.added, again.known) == (0, 1)
    run = world.frozen(made, maker)
    rows = world.rows(run)
    assert {name: rows[key].verdict for name, key in homes.items()} == {
        "large": "excluded", "baby": "excluded", "doubtful": "out", "alone": "included",
    }  # fmt: skip
    assert (rows[homes["alone"]].reason, rows[homes["alone"]].source) == ("Known to be poor", "Village council")
    assert (rows[homes["baby"]].reason, rows[homes["baby"]].source) == ("Left", "")
    with viewing(maker):
        assert queries.why_targeted(run.pk, homes["alone"], seen_by=maker).by_list
        entries = list(queries.list_entries(made.pk, seen_by=maker))
    assert len(entries) == 4
    assert actions.remove_entries(made.pk, [entries[0].pk, entries[1].pk], by=maker) == 2
    with viewing(SYSTEM):
        Household.objects.filter(pk=homes["large"]).update(status="closed", status_reason="died")
    assert world.frozen(made, maker).counts["absent"] == 1, "who is no longer registered is told"


def test_a_list_with_wrong_rows_is_not_taken_and_every_row_is_named(world, homes, references, maker):
    made = actions.make_targeting(world.programme.pk, by=maker, name="Winter", rules=[LARGE])
    elsewhere = somebody_with(*MAY, scopes={world.scopes["XX0101"], world.scopes[""]})
    rows = [["code"], [references["baby"]], ["HHD-12"], [references["large"]], [references["large"]]]
    with pytest.raises(Problem) as caught:
        actions.import_entries(made.pk, "include", rows, by=elsewhere)
    assert [(one.code, one.at and one.at.row) for one in caught.value.errors] == [
        ("programmes.list_unknown", 2), ("kernel.reference_malformed", 3), ("programmes.list_twice", 5),
    ]  # fmt: skip
    with viewing(SYSTEM):
        assert not ListEntry.objects.exists()
    with pytest.raises(Problem):
        actions.import_entries(made.pk, "perhaps", rows, by=maker)
    for content in (b"PK\x03\x04 not a workbook", b"\x00\x01", b'"' + b"x" * 200_000):
        with pytest.raises(Problem) as caught:
            list_rows(content)
        assert code_of(caught) == "programmes.list_unreadable"


def test_what_is_not_there_is_not_found(world, maker):
    for call in (actions.freeze_run, actions.run_targeting, actions.retire_targeting):
        with pytest.raises(Problem) as caught:
            call(world.programme.pk, by=maker)
        assert code_of(caught) == "kernel.not_found"
    with viewing(maker):
        for ask in (queries.targeting, queries.targeting_run, queries.approved_run):
            with pytest.raises(Problem) as caught:
                ask(world.programme.pk, seen_by=maker)
            assert code_of(caught) == "kernel.not_found"
        assert not queries.targeting_runs(world.programme.pk, seen_by=maker)
    with pytest.raises(Problem):
        actions.make_targeting(world.programme.pk, by=somebody_with(*MAY, scopes={world.scopes["XX0101"]}), name="X")


def test_people_are_listed_for_a_programme_of_people(world, homes, maker):
    made = actions.make_targeting(world.programme_for("person").pk, by=maker, name="People")
    with viewing(SYSTEM):
        one = Person.objects.order_by("pk")[0]
    actions.add_entries(made.pk, "include", [(one.reference, "ill")], by=maker)
    run = world.frozen(made, maker)
    assert [key for key, verdict in world.verdicts(run).items() if verdict == "included"] == [one.pk]
    assert run.counts["absent"] == 0
    actions.propose_targeting(made.pk, run.pk, by=maker)
