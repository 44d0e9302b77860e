"""Jobs of the engine, and the corners that seldom happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from banyan.people.quality import actions, queries
from banyan.people.quality.declarations import Mended, declared
from banyan.people.quality.models import Definition, Pass, Snapshot, State, Waiver
from banyan.people.quality.testing import failing, run_checks
from banyan.people.quality.tests.test_decisions import REASON, WORK, refused
from banyan.people.quality.tests.worlds import SYSTEM, TODAY, World
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.criteria.declarations import subjects
from banyan.platform.jobs import actions as jobs
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id


def test_every_night_all_operations_are_checked_and_what_is_over_is_ended(
    world: World, viewer_with: Callable[..., Viewer], today: Any
) -> None:
    bad = world.person(name="")
    run_checks(world.operation.pk)
    actions.waive(
        world.operation.pk,
        "nameless",
        [bad],
        by=viewer_with(*WORK),
        reason=REASON,
        expires_on=TODAY + timedelta(days=1),
    )
    today(TODAY + timedelta(days=2))
    jobs.start("quality.check_all", by=SYSTEM)
    run_jobs()
    with viewing(SYSTEM):
        assert Snapshot.objects.filter(
            day=TODAY + timedelta(days=2), check_key="nameless", breakdown="all", waived=0
        ).exists()
        assert not Waiver.objects.filter(ended_on=None).exists()
        assert Pass.objects.filter(kind="full").count() == 2


def test_more_waits_than_one_call_takes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from banyan.people.quality.actions import passing

    run_checks(world.operation.pk)
    people = [world.person(name="") for _ in range(5)]
    monkeypatch.setattr(passing, "AT_ONCE", 2)
    actions.moved("being", people, by=SYSTEM)
    run_jobs()
    assert failing(world.operation.pk, "nameless") == set(people)


def test_records_of_no_known_subject_or_operation_are_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person(name="")
    assert actions.check_records({"thing": {person: ""}}, by=SYSTEM).checked == 0
    assert actions.check_records({"being": {new_id(): ""}}, by=SYSTEM).checked == 0
    lone = replace(subjects()["home"], operation="")
    monkeypatch.setitem(subjects(), "home", lone)
    home = world.home()
    assert actions.check_records({"home": {home: ""}}, by=SYSTEM).checked == 0


def test_an_operation_never_looked_at_is_looked_at_once_as_a_whole(world: World) -> None:
    home = world.home()
    person = world.person(name="", home_id=home)
    done = actions.check_records({"being": {person: ""}}, by=SYSTEM)
    with viewing(SYSTEM):
        assert Pass.objects.get().kind == "full", "the person's home is of the same operation"
    assert done.checked == 2


def test_what_is_new_waits_for_the_night_and_counts_are_made_when_the_day_has_none(
    world: World, monkeypatch: pytest.MonkeyPatch, today: Any
) -> None:
    person = world.person(name="")
    run_checks(world.operation.pk)
    today(TODAY + timedelta(days=1))
    world.change(person, name="Su Su")
    actions.check_records({"being": {person: ""}}, by=SYSTEM)
    with viewing(SYSTEM):
        row = Snapshot.objects.get(day=TODAY + timedelta(days=1), check_key="nameless", breakdown="all")
        assert (row.eligible, row.failed) == (1, 0)
        Definition.objects.filter(subject="being").update(state="retired")
    assert actions.check_records({"being": {person: ""}}, by=SYSTEM).checked == 0


def test_gate_and_protection_of_a_check_change_without_a_new_version(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.person(name="")
    run_checks(world.operation.pk)
    former = declared().checks["nameless"]
    monkeypatch.setitem(declared().checks, "nameless", replace(former, gate=False, protects=True))  # type: ignore[arg-type]
    run_checks(world.operation.pk)
    with viewing(SYSTEM):
        row = Definition.objects.get(key="nameless")
    assert (row.version, row.gate, row.protects) == (1, False, True)
    assert str(row) == "nameless 1"


def test_a_proposed_mending_leaves_the_finding_until_somebody_decides(
    world: World, viewer_with: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = world.person(name="")
    run_checks(world.operation.pk)
    proposing = replace(declared().records["being"], mend=lambda *_a, **_k: Mended(done=False, url="/changes/1/"))
    monkeypatch.setitem(declared().records, "being", proposing)  # type: ignore[arg-type]
    done = actions.mend("being", bad, "nameless", by=viewer_with(*WORK), value="Su Su", reason=REASON)
    assert (done.done, done.url) == (False, "/changes/1/")
    assert failing(world.operation.pk, "nameless") == {bad}


def test_decisions_keep_to_the_reach_of_who_decides(world: World, viewer_with: Callable[..., Viewer]) -> None:
    north = world.person(name="")
    world.person(name="", scope_id=world.south)
    officer = viewer_with(*WORK)
    run_checks(world.operation.pk)
    exercise = actions.make_exercise(
        world.operation.pk, by=officer, label="Round", subject="being", keys=["nameless"], size=5
    )
    with viewing(officer):
        rows = {row.record_id: row for row in queries.exercise_records(exercise.pk, seen_by=officer)}
    from banyan.platform.access.queries import operation_scope

    with viewing(SYSTEM):
        whole = operation_scope(world.operation.pk, seen_by=SYSTEM)
    southern = viewer_with(*WORK, scopes={world.south, whole})
    refused("kernel.not_found", actions.record_outcome, rows[north].pk, by=southern, outcome="right")
    asked = actions.ask_override(
        "being", north, by=viewer_with("quality.ask_override", "quality.view_findings"), reason=REASON
    )
    half = viewer_with("quality.ask_override", "quality.view_findings")
    confirming = viewer_with("quality.confirm_override", scopes={world.south})
    both = replace(half, parts=(*half.parts, *confirming.parts), _reaches={})
    refused("kernel.not_found", actions.confirm_override, asked.pk, by=both)
    with viewing(officer):
        told = queries.mending(world.operation.pk, seen_by=officer, key="stale", since=TODAY)
    assert (told.mended, told.median_days, told.reopen_rate) == (0, None, None)


def test_a_full_pass_learns_first_what_the_tables_hold(world: World) -> None:
    for _number in range(3):
        world.person(name="")
    run_checks(world.operation.pk)
    run_checks(world.operation.pk)
    with viewing(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'quality_state'::regclass")
        assert cursor.fetchone()[0] == State.objects.count() > 2
