"""Versions of the model: trained in the background, approved and set live by somebody else, thresholds by a new version."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from banyan.people.linkage import actions, engine, queries
from banyan.people.linkage.jobs import models as background
from banyan.people.linkage.models import LinkageModel, Run
from banyan.people.linkage.tests.worlds import SYSTEM, World
from banyan.platform.access.models import Area
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, viewer_of, viewing
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

TRAINER, APPROVER = "administrator", "data-protection-officer"


def who(*roles: str, **where: Any) -> Viewer:
    """Somebody with an account, because jobs belong to accounts."""
    return viewer_of(make_account(*roles, **where))


def refused(code: str, function: Callable[..., Any], *args: Any, **values: Any) -> None:
    with pytest.raises(Problem) as caught:
        function(*args, **values)
    codes = {one.code for one in caught.value.errors} or {caught.value.code}
    assert (code if "." in code else f"linkage.{code}") in codes


def trained(world: World, by: Viewer, *, everywhere: bool = False, review: float = 0.0) -> LinkageModel:
    """A version with the settings of the model shipped, as training would leave it."""
    first = engine.first_model().with_thresholds(review=review, probable=5.0)
    row = actions.start_training(None if everywhere else world.operation.pk, by=by, note="Better")
    return actions.keep_training(
        row.pk, by=by, settings=first.as_json(), report={"people": 5000, "levels": {"sex": [0, 5, 95]}}, review=review,
        probable=5.0,
    )  # fmt: skip


def test_without_any_version_the_model_shipped_counts(world: World) -> None:
    anybody = who()
    with viewing(anybody):
        now = queries.model_in_force(world.operation.pk, seen_by=anybody)
    assert (now.pk, now.version, now.model) == (None, 0, engine.first_model())
    assert now.review <= now.probable


def test_a_version_goes_live_by_two_people_and_the_former_one_ends(world: World) -> None:
    trainer, approver = who(TRAINER), who(APPROVER)
    both = who(TRAINER, APPROVER)
    row = trained(world, both)
    assert (row.version, row.state, row.based_on, row.trained_by) == (1, "trained", 0, both.id)
    refused("model_own", actions.approve_model, row.pk, by=both)
    refused("model_state", actions.start_model, row.pk, by=approver)
    refused("kernel.not_allowed", actions.approve_model, row.pk, by=trainer)
    actions.approve_model(row.pk, by=approver)
    refused("model_state", actions.keep_training, row.pk, by=both, settings={}, report={}, review=0, probable=1)
    live = actions.start_model(row.pk, by=approver)
    assert live.state == "live"
    with viewing(trainer):
        assert queries.model_in_force(world.operation.pk, seen_by=trainer).version == 1
        assert queries.model_in_force(world.other.pk, seen_by=trainer).version == 0
        assert queries.model_in_force(None, seen_by=trainer).version == 0
    for_all = trained(world, trainer, everywhere=True)
    actions.approve_model(for_all.pk, by=approver)
    actions.start_model(for_all.pk, by=approver)
    with viewing(trainer):
        assert queries.model_in_force(world.operation.pk, seen_by=trainer).version == 1, "its own comes first"
        assert queries.model_in_force(world.other.pk, seen_by=trainer).version == 2
    third = trained(world, trainer)
    assert third.based_on == 1
    actions.approve_model(third.pk, by=approver)
    actions.start_model(third.pk, by=approver)
    with viewing(trainer):
        assert queries.model_version(row.pk, seen_by=trainer).state == "retired"
        assert queries.model_in_force(world.operation.pk, seen_by=trainer).version == 3
    actions.retire_model(third.pk, by=approver)
    refused("model_state", actions.retire_model, third.pk, by=approver)
    with viewing(trainer):
        assert queries.model_in_force(world.operation.pk, seen_by=trainer).version == 2


def test_the_database_refuses_that_one_person_trains_and_approves(world: World) -> None:
    row = trained(world, who(TRAINER))
    with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE linkage_linkagemodel SET approved_by = trained_by WHERE id = %s", [row.pk])


def test_other_thresholds_are_another_version_that_waits_for_approval(world: World) -> None:
    trainer, approver = who(TRAINER), who(APPROVER)
    first = trained(world, trainer)
    second = actions.set_thresholds(first.pk, by=trainer, review=1.5, probable=6.0, note="Too many to look at")
    assert (second.version, second.state, second.origin, second.based_on) == (2, "trained", "thresholds", 1)
    assert second.operation_id == world.operation.pk
    assert second.report == first.report
    actions.approve_model(second.pk, by=approver)
    actions.start_model(second.pk, by=approver)
    with viewing(trainer):
        now = queries.model_in_force(world.operation.pk, seen_by=trainer)
    assert (now.review, now.probable) == (1.5, 6.0)
    assert now.model.settings == engine.first_model().settings
    refused("model_same", actions.set_thresholds, second.pk, by=trainer, review=1.5, probable=6.0)
    refused("model_thresholds", actions.set_thresholds, second.pk, by=trainer, review=7.0, probable=6.0)
    refused("model_thresholds", actions.set_thresholds, second.pk, by=trainer, review=float("nan"), probable=6.0)
    refused("model_thresholds", actions.set_thresholds, second.pk, by=trainer, review=0.0, probable=1000.0)
    of_shipped = actions.set_thresholds(None, by=trainer, review=1.0, probable=9.0)
    assert (of_shipped.based_on, of_shipped.operation_id, of_shipped.report) == (0, None, {})


def test_a_version_for_records_as_they_were_formerly_weighs_nothing(world: World) -> None:
    trainer, approver = who(TRAINER), who(APPROVER)
    row = trained(world, trainer)
    actions.approve_model(row.pk, by=approver)
    actions.start_model(row.pk, by=approver)
    with viewing(SYSTEM):
        LinkageModel.objects.filter(pk=row.pk).update(settings={**row.settings, "format": -1})
    with viewing(trainer):
        assert queries.model_in_force(world.operation.pk, seen_by=trainer).version == 0
        assert queries.read_model(queries.model_version(row.pk, seen_by=trainer), seen_by=trainer).format == -1
    refused("model_outdated", actions.set_thresholds, row.pk, by=trainer, review=1.0, probable=2.0)
    refused("model_outdated", queries.weighing_of, row.pk, seen_by=trainer)
    draft = actions.start_training(world.operation.pk, by=trainer)
    refused("model_outdated", queries.weighing_of, draft.pk, seen_by=trainer)


def test_only_who_reaches_the_whole_trains_or_approves(world: World) -> None:
    north = who(TRAINER, APPROVER, operation=world.operation, area=Area.objects.get(key="XX01"))
    here = who(TRAINER, APPROVER, operation=world.operation)
    refused("kernel.not_found", actions.start_training, world.operation.pk, by=north)
    refused("kernel.not_found", actions.start_training, None, by=here)
    refused("kernel.not_found", actions.start_training, world.other.pk, by=here)
    row = trained(world, who(TRAINER))
    refused("kernel.not_found", actions.approve_model, row.pk, by=north)
    refused("kernel.not_found", actions.start_model, row.pk, by=north)
    refused("kernel.not_found", actions.retire_model, row.pk, by=north)
    refused("kernel.not_found", actions.retire_model, new_id(), by=here)
    refused("kernel.not_found", actions.set_thresholds, new_id(), by=here, review=1.0, probable=2.0)
    assert actions.approve_model(row.pk, by=here).state == "approved"


def test_a_version_is_trained_in_the_background(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = who(TRAINER)
    world.crowd()
    actions.refresh(by=SYSTEM)
    row = actions.start_training(world.operation.pk, by=trainer, seed=5)
    run_jobs(raising=False)
    with viewing(trainer):
        failed = Job.objects.get(pk=queries.model_version(row.pk, seen_by=trainer).report["job"])
    assert failed.failure["code"] == "linkage.training_poor"
    monkeypatch.setattr(background, "FEWEST_PEOPLE", 5)
    again = actions.start_training(world.operation.pk, by=trainer, seed=5)
    assert again.version == row.version + 1
    run_jobs(raising=False)
    with viewing(trainer):
        found = queries.model_version(again.pk, seen_by=trainer)
    assert found.state == "trained"
    assert found.report["people"] == 8
    assert found.report["seed"] == 5
    assert set(found.report["levels"]) == set(engine.level_names(engine.first_model()))
    assert set(found.report["curve"]) == {"weights", "counts", "expected"}
    assert engine.Model.from_json(found.settings).seed == 5


def test_two_models_are_compared_on_the_same_people(world: World) -> None:
    from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN

    trainer = who(TRAINER)
    world.crowd()
    world.enrol(AUNG)
    world.enrol(AUNG_AGAIN)
    actions.refresh(by=SYSTEM)
    nobody = actions.set_thresholds(None, by=trainer, review=59.0, probable=60.0)
    row = actions.compare_models(world.operation.pk, None, nobody.pk, by=trainer)
    refused("model_twice", actions.compare_models, world.operation.pk, None, None, by=trainer)
    refused("kernel.not_found", queries.model_comparison, new_id(), seen_by=trainer)
    run_jobs(raising=False)
    with viewing(trainer):
        found = queries.model_comparison(row.pk, seen_by=trainer)
        assert list(queries.model_comparisons(world.operation.pk, seen_by=trainer)) == [found]
    assert found.done_at is not None
    assert found.people == 10
    assert found.moved.get("probable>unlikely", 0) >= 1
    assert all(key.endswith(">unlikely") for key in found.moved)


def test_drift_is_told_of_the_last_run_over_everybody(world: World) -> None:
    trainer = who(TRAINER)
    row = trained(world, trainer)
    with viewing(trainer):
        assert queries.drift_of(row.pk, seen_by=trainer) is None
    from django.utils import timezone

    run = {"kind": "night", "operation": world.operation, "model": row, "finished_at": timezone.now()}
    with viewing(SYSTEM):
        Run.objects.create(**run, whole=True, drift={"levels": {"sex": [0, 900, 100], "old": [1]}, "pairs": 1000})
        Run.objects.create(**run, whole=False, drift={"levels": {"sex": [0, 5, 95]}, "pairs": 100})
    with viewing(trainer):
        found = queries.drift_of(row.pk, seen_by=trainer)
    assert (found.pairs, list(found.drifts)) == (1000, ["sex"])
    assert found.drifts["sex"].grade == "shifted"
