"""An operation's own checks and settings: written, tried, set live by somebody else; targets, parameters, mandatory fields."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from banyan.people.quality import actions, queries
from banyan.people.quality.models import Definition, Issue, State
from banyan.people.quality.rules.words import BITS
from banyan.people.quality.testing import failing, run_checks
from banyan.people.quality.tests.worlds import SYSTEM, TODAY, World
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

WRITE = ("quality.view_check", "quality.change_check", "quality.view_findings")
CHECK = {"subject": "being", "dimension": "validity", "label": "No farmers", "failed": "work == 'farmer'"}


def refused(code: str, function: Callable[..., Any], *args: Any, **values: Any) -> None:
    with pytest.raises(Problem) as caught:
        function(*args, **values)
    codes = {one.code for one in caught.value.errors} or {caught.value.code}
    assert (f"quality.{code}" if "." not in code else code) in codes


def latest(own: Any) -> Any:
    with viewing(SYSTEM):
        return queries.own_versions(own.pk, seen_by=SYSTEM)[0]


def test_an_own_check_goes_live_by_somebody_else_after_it_was_tried(
    world: World, viewer_with: Callable[..., Viewer]
) -> None:
    farmers = [world.person(work="farmer") for _ in range(3)]
    world.person(work="smith")
    writer, publisher = (
        viewer_with(*WRITE),
        viewer_with("quality.view_check", "quality.publish_check", "quality.change_check"),
    )
    run_checks(world.operation.pk)
    own = actions.make_own_check(world.operation.pk, "no_farmers", by=writer, **CHECK)
    refused("own_state", actions.publish_own_check, latest(own).pk, by=publisher)
    found = actions.test_own_check(latest(own).pk, by=writer)
    assert (found.eligible, found.failed, set(found.failing), len(found.passing)) == (4, 3, set(farmers), 1)
    refused("own_maker", actions.publish_own_check, latest(own).pk, by=viewer_like(writer, "quality.publish_check"))
    changed = actions.change_own_check(own.pk, by=writer, eligible="has(work)", note="Only who works")
    assert (changed.number, changed.state, changed.tested_at) == (1, "draft", None)
    actions.test_own_check(changed.pk, by=writer)
    actions.publish_own_check(changed.pk, by=publisher)
    run_jobs()
    assert failing(world.operation.pk, "no_farmers") == set(farmers)
    with viewing(SYSTEM):
        assert not Issue.objects.exists()
        assert [one.key for one in queries.own_checks(world.operation.pk, seen_by=SYSTEM)] == ["no_farmers"]
    second = actions.change_own_check(own.pk, by=writer, failed="work == 'smith'", note="Smiths instead")
    assert (second.number, second.state) == (2, "draft")
    actions.test_own_check(second.pk, by=writer)
    actions.publish_own_check(second.pk, by=publisher)
    run_jobs()
    assert len(failing(world.operation.pk, "no_farmers")) == 1
    with viewing(SYSTEM):
        assert {one.version: one.state for one in queries.definitions("no_farmers", seen_by=SYSTEM)} == {
            2: "live",
            1: "retired",
        }
    actions.retire_own_check(own.pk, by=publisher)
    run_jobs()
    with viewing(SYSTEM):
        refused("check_unknown", queries.check, world.operation.pk, "no_farmers", seen_by=SYSTEM)
    refused("own_state", actions.retire_own_check, own.pk, by=publisher)
    third = actions.change_own_check(own.pk, by=writer, label="Again")
    assert third.number == 3


def viewer_like(viewer: Viewer, *more: str) -> Viewer:
    from dataclasses import replace

    part = replace(viewer.parts[0], permissions=viewer.parts[0].permissions | set(more))
    return replace(viewer, parts=(part,), _reaches={})


def test_what_cannot_be_an_own_check_is_refused_with_every_fault(
    world: World, viewer_with: Callable[..., Viewer]
) -> None:
    writer = viewer_with(*WRITE)
    make = actions.make_own_check
    refused("own_key_malformed", make, world.operation.pk, "No Farmers", by=writer, **{**CHECK, "label": " "})
    refused("own_incomplete", make, world.operation.pk, "No Farmers", by=writer, **{**CHECK, "label": " "})
    refused("own_key_taken", make, world.operation.pk, "nameless", by=writer, **CHECK)
    refused("criteria.name_unknown", make, world.operation.pk, "odd", by=writer, **{**CHECK, "failed": "shoes > 3"})
    with pytest.raises(Problem):
        make(world.operation.pk, "odd", by=writer, **{**CHECK, "failed": "!has(legal)"})
    own = make(world.operation.pk, "odd", by=writer, protects=True, **{**CHECK, "failed": "!has(legal)"})
    refused("kernel.not_allowed", actions.test_own_check, latest(own).pk, by=writer)
    refused("own_incomplete", actions.change_own_check, own.pk, by=writer, failed=" ")
    refused("kernel.not_found", actions.change_own_check, new_id(), by=writer)
    refused("kernel.not_found", actions.test_own_check, new_id(), by=writer)
    refused("own_incomplete", queries.bench, world.operation.pk, "thing", failed="true", seen_by=writer)


def test_a_target_holds_from_its_day_on(world: World, viewer_with: Callable[..., Viewer], today: Any) -> None:
    writer = viewer_with(*WRITE)
    operation = world.operation.pk
    actions.set_target(operation, "nameless", by=writer, target=Decimal(80), valid_from=TODAY)
    actions.set_target(
        operation, "nameless", by=writer, target=Decimal(90), weight=Decimal(3), valid_from=TODAY + timedelta(days=5)
    )
    actions.set_target(
        operation, "nameless", by=writer, target=Decimal(92), weight=Decimal(3), valid_from=TODAY + timedelta(days=5)
    )
    with viewing(writer):
        assert queries.check(operation, "nameless", seen_by=writer).target == 80
        today(TODAY + timedelta(days=5))
        one = queries.check(operation, "nameless", seen_by=writer)
        assert (one.target, one.weight) == (92, 3)
        assert [row.target for row in queries.targets(operation, "nameless", seen_by=writer)] == [92, 80]
        assert queries.check(operation, "stale", seen_by=writer).target == 95
    refused(
        "target_impossible", actions.set_target, operation, "nameless", by=writer, target=Decimal(101), valid_from=TODAY
    )
    refused("check_unknown", actions.set_target, operation, "nonsense", by=writer, target=Decimal(9), valid_from=TODAY)


def test_an_operation_sets_parameters_mandatory_fields_and_what_is_asked(
    world: World, viewer_with: Callable[..., Viewer]
) -> None:
    world.person()
    idle = world.person(work="", sex="")
    busy = world.person(work="smith")
    writer = viewer_with(*WRITE)
    operation = world.operation.pk
    run_checks(operation)
    with viewing(SYSTEM):
        assert {one.check.key for one in queries.scores(operation, seen_by=SYSTEM).checks}.isdisjoint({"needed"})
    actions.set_check(operation, "needed", by=writer, fields=["sex", "name", "sex"])
    actions.set_check(operation, "stale", by=writer, params={"days": "10"})
    run_jobs()
    assert failing(operation, "needed") == {idle}
    assert len(failing(operation, "stale")) == 3
    with viewing(writer):
        assert queries.check(operation, "needed", seen_by=writer).predicate == "!has(sex) || !has(name)"
        assert queries.check(operation, "stale", seen_by=writer).values == {"days": 10}
        assert queries.setting(operation, "stale", seen_by=writer).params == {"days": 10}
    actions.set_check(operation, "stale", by=writer, enabled=False)
    actions.set_check(operation, "stale", by=writer, enabled=False)
    run_jobs()
    assert failing(operation, "stale") == set()
    with viewing(SYSTEM):
        assert not Issue.objects.exists(), "no setting is a mended finding"
        assert State.objects.get(pk=busy).failed == 0
    refused("param_unreadable", actions.set_check, operation, "stale", by=writer, params={"days": "many"})
    refused("param_unreadable", actions.set_check, operation, "stale", by=writer, params={"weeks": 1})
    refused("field_unknown", actions.set_check, operation, "needed", by=writer, fields=["shoes"])
    refused("field_unknown", actions.set_check, operation, "stale", by=writer, fields=["name"])


def test_there_is_room_for_sixty_two_checks_and_a_freed_bit_waits_until_rows_forget_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from banyan.people.quality.actions.defining import keep_definition, renew_definitions
    from banyan.people.quality.declarations import declared
    from banyan.people.quality.tests.worlds import check

    world.person(name="")
    run_checks(world.operation.pk)
    with viewing(SYSTEM):
        bit = Definition.objects.get(key="nameless").bit
        monkeypatch.delitem(declared().checks, "nameless")  # type: ignore[arg-type]
        renew_definitions(by=SYSTEM)
        assert Definition.objects.get(key="nameless").state == "retired"
        assert keep_definition(check("other", "has(name)"), since=TODAY, by=SYSTEM).bit != bit, "rows still remember it"
        run_checks(world.operation.pk)
        assert keep_definition(check("third", "has(name)"), since=TODAY, by=SYSTEM).bit == bit
        taken = Definition.objects.filter(subject="being").exclude(state="retired").count()
        for number in range(BITS - taken):
            keep_definition(
                check(f"check_{number}", "has(name)"), since=TODAY, by=SYSTEM, operation_id=world.operation.pk
            )
        refused("no_bit_left", keep_definition, check("last", "has(name)"), since=TODAY, by=SYSTEM)


def test_an_own_check_that_can_no_longer_be_read_is_left_out_and_told(
    world: World, viewer_with: Callable[..., Viewer]
) -> None:
    world.person(name="")
    writer, publisher = (
        viewer_with(*WRITE),
        viewer_with("quality.view_check", "quality.publish_check", "quality.change_check"),
    )
    own = actions.make_own_check(world.operation.pk, "no_farmers", by=writer, **CHECK)
    actions.test_own_check(latest(own).pk, by=writer)
    actions.publish_own_check(latest(own).pk, by=publisher)
    with viewing(SYSTEM):
        Definition.objects.filter(key="no_farmers").update(failed="field_of_former_times > 3")
    done = run_checks(world.operation.pk)
    assert done.broken == ("no_farmers",)
    assert len(failing(world.operation.pk, "nameless")) == 1


def test_findings_of_a_record_are_told_to_who_may_see_them(world: World, viewer_with: Callable[..., Viewer]) -> None:
    bad: UUID = world.person(name="", legal="")
    good = world.person()
    run_checks(world.operation.pk)
    everything = viewer_with("quality.view_findings", "quality.view_sensitive")
    plain, blind = viewer_with("quality.view_findings"), viewer_with("quality.view_check")
    actions.waive(
        world.operation.pk, "nameless", [bad], by=viewer_with(*WRITE, "quality.change_findings"), reason="Known to all",
        expires_on=TODAY + timedelta(days=4),
    )  # fmt: skip
    for viewer, keys in ((everything, ["nameless", "lawless"]), (plain, ["nameless"])):
        with viewing(viewer):
            found = queries.findings_of("being", [bad, good], seen_by=viewer)
            assert {record: [one.key for one in some] for record, some in found.items()} == {bad: keys}
            assert found[bad][0].waived_until == TODAY + timedelta(days=4)
            assert found[bad][0].first_seen == TODAY
            assert list(queries.cards("being", [bad], seen_by=viewer)) == [bad]
            assert queries.cards("thing", [bad], seen_by=viewer) == {}
            assert queries.findings_of("being", [good], seen_by=viewer) == {}
    with viewing(blind):
        assert queries.findings_of("being", [bad], seen_by=blind) == {}
        assert queries.cards("being", [bad], seen_by=blind) == {}
        assert queries.last_pass(world.operation.pk, seen_by=blind) is not None
    with viewing(plain):
        assert [one.pk for one in queries.operations(seen_by=plain)] == [world.operation.pk]
