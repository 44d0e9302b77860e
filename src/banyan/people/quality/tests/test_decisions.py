"""What people decide: waivers, work lists, mending in place, gates opened by two, exercises."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from banyan.people.quality import actions, queries
from banyan.people.quality.models import Override, Waiver
from banyan.people.quality.tests.worlds import SYSTEM, TODAY, World
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.problems import Problem

WORK = ("quality.view_findings", "quality.change_findings", "quality.view_check")
REASON = "Seen with my own eyes"


def run(world: World) -> None:
    actions.run_pass(world.operation.pk, by=SYSTEM)


def score(world: World, key: str, viewer: Viewer) -> queries.CheckScore:
    with viewing(viewer):
        found = queries.scores(world.operation.pk, seen_by=viewer)
        return next(one for one in found.checks if one.check.key == key)


def listed(world: World, key: str, viewer: Viewer) -> list[Any]:
    with viewing(viewer):
        return list(queries.findings(world.operation.pk, key, seen_by=viewer).order_by("id"))


def refused(code: str, function: Callable[..., Any], *args: Any, **values: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        function(*args, **values)
    assert caught.value.code == f"quality.{code}" if "." not in code else code
    return caught.value


def test_a_waiver_lets_a_finding_stand_for_a_while_and_is_told_beside_the_score(
    world: World, viewer_with: Callable[..., Viewer], today: Any
) -> None:
    people = [world.person(name="") for _ in range(4)]
    officer = viewer_with(*WORK)
    run(world)
    done = actions.waive(
        world.operation.pk, "nameless", people[:2], by=officer, reason=REASON, expires_on=TODAY + timedelta(days=10)
    )
    assert done == 2
    assert (
        actions.waive(
            world.operation.pk, "nameless", people[:2], by=officer, reason=REASON, expires_on=TODAY + timedelta(days=9)
        )
        == 0
    )
    found = score(world, "nameless", officer)
    assert (found.failed, found.waived, found.open, found.score) == (4, 2, 2, Decimal(50))
    assert found.waiver_rate == Decimal(50)
    rows = listed(world, "nameless", officer)
    assert [row.is_waived for row in rows] == [True, True, False, False]
    assert rows[0].waiver_reason == REASON
    with viewing(officer):
        assert queries.waivers(world.operation.pk, seen_by=officer).count() == 2
    actions.end_waiver(rows[0].waiver_id, by=officer)
    assert score(world, "nameless", officer).waived == 1
    refused("waiver_over", actions.end_waiver, rows[0].waiver_id, by=officer)
    refused("kernel.not_found", actions.end_waiver, people[0], by=officer)
    today(TODAY + timedelta(days=11))
    run(world)
    assert score(world, "nameless", officer).waived == 0
    actions.keep_scores(by=SYSTEM)
    with viewing(SYSTEM):
        assert not Waiver.objects.filter(ended_on=None).exists()
    assert (
        actions.waive(
            world.operation.pk, "nameless", people, by=officer, reason=REASON, expires_on=TODAY + timedelta(days=20)
        )
        == 4
    )


def test_a_waiver_needs_a_reason_a_day_and_a_finding(world: World, viewer_with: Callable[..., Viewer]) -> None:
    good, bad = world.person(), world.person(name="")
    officer = viewer_with(*WORK)
    run(world)
    call = {"by": officer, "reason": REASON, "expires_on": TODAY + timedelta(days=1)}
    refused("reason_missing", actions.waive, world.operation.pk, "nameless", [bad], **{**call, "reason": " so "})
    refused("expiry_impossible", actions.waive, world.operation.pk, "nameless", [bad], **{**call, "expires_on": TODAY})
    refused(
        "expiry_impossible",
        actions.waive,
        world.operation.pk,
        "nameless",
        [bad],
        **{**call, "expires_on": date(2030, 1, 1)},
    )
    refused("not_failing", actions.waive, world.operation.pk, "nameless", [good], **call)
    refused("nothing_chosen", actions.waive, world.operation.pk, "nameless", [], **call)
    refused("too_many_chosen", actions.waive, world.operation.pk, "nameless", [bad] * 1001, **call)
    refused("check_unknown", actions.waive, world.operation.pk, "nonsense", [bad], **call)
    elsewhere = viewer_with(*WORK, scopes={world.south})
    refused("not_failing", actions.waive, world.operation.pk, "nameless", [bad], **{**call, "by": elsewhere})


def test_findings_are_given_to_colleagues_and_leave_the_list_when_mended(
    world: World, viewer_with: Callable[..., Viewer], make_account: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [world.person(name="") for _ in range(3)]
    officer = viewer_with(*WORK)
    colleague = make_account("reader")
    monkeypatch.setattr(queries, "assignees", lambda *_a, **_k: [(colleague.pk, "Ko Ko")])
    run(world)
    operation = world.operation.pk
    assert actions.assign(operation, "nameless", people[:2], by=officer, assignee=colleague.pk, due_on=TODAY) == 2
    assert actions.assign(operation, "nameless", people[1:], by=officer, assignee=colleague.pk, note="first these") == 2
    refused("assignee_unknown", actions.assign, operation, "nameless", people, by=officer, assignee=people[0])
    assert {row.assignee_label for row in listed(world, "nameless", officer)} == {"Ko Ko"}
    with viewing(officer):
        assert queries.assigned_to(colleague.pk, seen_by=officer, operation_id=operation).count() == 3
    assert actions.unassign(operation, "nameless", people[2:], by=officer) == 1
    done = actions.mend("being", people[0], "nameless", by=officer, value="Su Su", reason=REASON)
    assert done.done
    assert score(world, "nameless", officer).failed == 2, "the score moves at once"
    actions.keep_scores(by=SYSTEM)
    with viewing(officer):
        assert queries.assigned_to(colleague.pk, seen_by=officer).count() == 1
        told = queries.mending(operation, seen_by=officer)
    assert (told.mended, told.median_days, told.reopened, told.reopen_rate) == (1, 0, 0, 0)
    refused("mend_unknown", actions.mend, "home", people[0], "headless", by=officer, value="", reason=REASON)


def test_a_gate_is_opened_by_two_people_for_a_while(world: World, viewer_with: Callable[..., Viewer]) -> None:
    good, bad = world.person(), world.person(name="")
    clerk = viewer_with("quality.ask_override", "quality.view_findings")
    officer = viewer_with("quality.ask_override", "quality.confirm_override", "quality.view_findings")
    run(world)
    with viewing(clerk):
        stopped = queries.gate("being", [good, bad], seen_by=clerk)
    assert {record: [one.key for one in found] for record, found in stopped.items()} == {bad: ["nameless"]}
    refused("nothing_stops", actions.ask_override, "being", good, by=clerk, reason=REASON)
    refused("reason_missing", actions.ask_override, "being", bad, by=clerk, reason="")
    refused("override_days", actions.ask_override, "being", bad, by=clerk, reason=REASON, days=31)
    refused("kernel.not_found", actions.ask_override, "being", world.operation.pk, by=clerk, reason=REASON)
    refused("kernel.not_found", actions.ask_override, "thing", bad, by=clerk, reason=REASON)
    asked = actions.ask_override("being", bad, by=clerk, reason=REASON, days=2)
    assert actions.ask_override("being", bad, by=clerk, reason=REASON).pk == asked.pk
    with viewing(clerk):
        assert queries.gate("being", [bad], seen_by=clerk), "asking opens nothing"
    mine = actions.ask_override("being", world.person(name="", scope_id=world.south), by=officer, reason=REASON)
    refused("override_own", actions.confirm_override, mine.pk, by=officer)
    refused("kernel.not_allowed", actions.confirm_override, asked.pk, by=clerk)
    elsewhere = viewer_with("quality.ask_override", "quality.confirm_override", scopes={world.south})
    refused("kernel.not_found", actions.confirm_override, asked.pk, by=elsewhere)
    opened = actions.confirm_override(asked.pk, by=officer, answer="Seen")
    assert opened.state == "open"
    with viewing(clerk):
        assert queries.gate("being", [bad], seen_by=clerk) == {}
        assert queries.overrides(seen_by=clerk, operation_id=world.operation.pk).count() == 2
    refused("override_state", actions.refuse_override, asked.pk, by=officer, answer="no")
    refused("reason_missing", actions.refuse_override, mine.pk, by=elsewhere, answer=" ")
    assert actions.refuse_override(mine.pk, by=elsewhere, answer="Mend it").state == "refused"
    with viewing(SYSTEM):
        Override.objects.update(expires_at=opened.decided_at)
    with viewing(clerk):
        assert queries.gate("being", [bad], seen_by=clerk), "it is over by itself"


def test_a_waived_finding_stops_nobody(world: World, viewer_with: Callable[..., Viewer]) -> None:
    bad = world.person(name="")
    run(world)
    actions.waive(
        world.operation.pk,
        "nameless",
        [bad],
        by=viewer_with(*WORK),
        reason=REASON,
        expires_on=TODAY + timedelta(days=3),
    )
    clerk = viewer_with("quality.view_findings")
    with viewing(clerk):
        assert queries.gate("being", [bad], seen_by=clerk) == {}


def test_an_exercise_is_drawn_given_out_noted_and_closed(
    world: World, viewer_with: Callable[..., Viewer], make_account: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in [world.north] * 3 + [world.south] * 3:
        world.person(name="", scope_id=place)
    officer, northern = viewer_with(*WORK), viewer_with(*WORK, scopes={world.north})
    colleague = make_account("reader")
    monkeypatch.setattr(queries, "assignees", lambda *_a, **_k: [(colleague.pk, "Ko Ko")])
    run(world)
    make = {"by": officer, "label": "May round", "subject": "being", "keys": ["nameless", "stale"], "size": 4}
    refused("exercise_size", actions.make_exercise, world.operation.pk, **{**make, "size": 0})
    refused("exercise_empty", actions.make_exercise, world.operation.pk, **{**make, "keys": ["stale"]})
    refused("own_incomplete", actions.make_exercise, world.operation.pk, **{**make, "label": " "})
    exercise = actions.make_exercise(world.operation.pk, **make)
    own = actions.make_exercise(world.operation.pk, **{**make, "by": northern})
    with viewing(northern):
        assert list(queries.exercises(world.operation.pk, seen_by=northern)) == [own], (
            "the other is the whole operation's"
        )
        assert queries.exercise_records(own.pk, seen_by=northern).count() == 3
    with viewing(officer):
        rows = list(queries.exercise_records(exercise.pk, seen_by=officer))
    assert [row.position for row in rows] == [1, 2, 3, 4]
    assert actions.assign_exercise(exercise.pk, [1, 2], by=officer, assignee=colleague.pk) == 2
    refused("assignee_unknown", actions.assign_exercise, exercise.pk, [1], by=officer, assignee=rows[0].pk)
    assert actions.record_outcome(rows[0].pk, by=officer, outcome="wrong", note="is Su Su").outcome == "wrong"
    refused("outcome_unknown", actions.record_outcome, rows[0].pk, by=officer, outcome="perhaps")
    refused("kernel.not_found", actions.record_outcome, exercise.pk, by=officer, outcome="right")
    refused("kernel.not_found", actions.close_exercise, exercise.pk, by=northern)
    actions.close_exercise(exercise.pk, by=officer)
    refused("exercise_closed", actions.record_outcome, rows[0].pk, by=officer, outcome="right")
