"""Models of matching: trained in the background, approved by somebody else, set live, retired; thresholds by a new version."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.linkage import queries
from banyan.people.linkage.models import LinkageModel, ModelComparison
from banyan.people.linkage.states import APPROVE, TRAIN, ModelState, advance_model
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.problems import Location, Problem

# Weights beyond these are no thresholds: below everything is looked at, above nothing is.
LEAST, MOST = -20.0, 60.0


@action(TRAIN)
def start_training(operation_id: UUID | None, *, by: Viewer, note: str = "", seed: int = 1) -> LinkageModel:
    """Begin a new version, a draft, and have it trained in the background on the people of an operation; None: of all.

    The same people and the same seed give the same model. Raises Problem not_found where `by` does not reach all these people.
    """
    _whole(operation_id, TRAIN, by)
    now = queries.model_in_force(operation_id, seen_by=by)
    row = LinkageModel.objects.create(
        version=queries.next_version(seen_by=by), operation_id=operation_id, note=note.strip()[:300], based_on=now.version,
        review=now.review, probable=now.probable, trained_by=by.id, trained_by_label=str(by.label)[:200],
        report={"seed": seed},
    )  # fmt: skip
    row.report["job"] = str(jobs.start("linkage.train_model", by=by, model=str(row.pk)).pk)
    row.save(update_fields=["report"])
    return row


@action(TRAIN)
def keep_training(
    model_id: UUID,
    *,
    by: Viewer,
    settings: Mapping[str, Any],
    report: Mapping[str, Any],
    review: float,
    probable: float,
) -> LinkageModel:
    """Note what training made of a draft: it waits for approval now. Raises Problem not_found, linkage.model_state."""
    row = _row(model_id, by)
    row.state = advance_model(row.state, "train")
    row.settings, row.report, row.review, row.probable = dict(settings), dict(report), review, probable
    row.trained_at = timezone.now()
    row.save()
    return row


@action(TRAIN)
def set_thresholds(
    model_id: UUID | None,
    *,
    by: Viewer,
    review: float,
    probable: float,
    note: str = "",
    operation_id: UUID | None = None,
) -> LinkageModel:
    """A new version of the same model with other thresholds, which waits for approval.

    model_id None: of the model shipped, for `operation_id`. Raises Problem not_found, linkage.model_thresholds, model_same,
    model_outdated.
    """
    former = queries.model_version(model_id, seen_by=by) if model_id is not None else None
    if former is not None:
        operation_id = former.operation_id
    _whole(operation_id, TRAIN, by)
    weighing = queries.as_weighing(former, seen_by=by)
    if not LEAST <= review <= probable <= MOST:
        raise Problem("linkage.model_thresholds", least=LEAST, most=MOST, at=Location(field="review"))
    if (review, probable) == (weighing.review, weighing.probable):
        raise Problem("linkage.model_same")
    return LinkageModel.objects.create(
        version=queries.next_version(seen_by=by), operation_id=operation_id, note=note.strip()[:300], origin="thresholds",
        based_on=weighing.version, state=ModelState.TRAINED,
        settings=weighing.model.with_thresholds(review=review, probable=probable).as_json(),
        report=former.report if former is not None else {}, review=review, probable=probable, trained_by=by.id,
        trained_by_label=str(by.label)[:200], trained_at=timezone.now(),
    )  # fmt: skip


@action(APPROVE)
def approve_model(model_id: UUID, *, by: Viewer) -> LinkageModel:
    """Say that a version may be used: by somebody else than who trained it. Raises Problem not_found, linkage.model_state, model_own."""
    row = _row(model_id, by)
    _whole(row.operation_id, APPROVE, by)
    row.state = advance_model(row.state, "approve")
    if row.trained_by == by.id:
        raise Problem("linkage.model_own")
    row.approved_by, row.approved_by_label, row.approved_at = by.id, str(by.label)[:200], timezone.now()
    row.save()
    return row


@action(APPROVE)
def start_model(model_id: UUID, *, by: Viewer) -> LinkageModel:
    """Set an approved version live; the one that was live for the same people is retired.

    Raises Problem not_found, linkage.model_state, model_outdated.
    """
    row = _row(model_id, by)
    _whole(row.operation_id, APPROVE, by)
    row.state = advance_model(row.state, "start")
    queries.as_weighing(row, seen_by=by)
    former = LinkageModel.objects.select_for_update().filter(operation=row.operation_id, state=ModelState.LIVE).first()
    if former is not None:
        _retire(former, by)
    row.live_at = timezone.now()
    row.save()
    return row


@action(APPROVE)
def retire_model(model_id: UUID, *, by: Viewer) -> LinkageModel:
    """Use a version no more; without a live one the model shipped counts. Raises Problem not_found, linkage.model_state."""
    row = _row(model_id, by)
    _whole(row.operation_id, APPROVE, by)
    _retire(row, by)
    return row


@action(TRAIN)
def compare_models(operation_id: UUID, former: UUID | None, latter: UUID | None, *, by: Viewer) -> ModelComparison:
    """Have two models weigh the people of an operation in the background, to see which pairs change their zone. None: the one shipped.

    Raises Problem not_found, linkage.model_twice, model_outdated.
    """
    _whole(operation_id, TRAIN, by)
    if former == latter:
        raise Problem("linkage.model_twice", at=Location(field="latter"))
    rows = [queries.model_version(each, seen_by=by) if each is not None else None for each in (former, latter)]
    versions = [queries.as_weighing(row, seen_by=by).version for row in rows]
    found = ModelComparison.objects.create(
        operation_id=operation_id, former=rows[0], former_version=versions[0], latter=rows[1], latter_version=versions[1],
        made_by=by.id, made_by_label=str(by.label)[:200],
    )  # fmt: skip
    found.job = jobs.start("linkage.compare_models", by=by, comparison=str(found.pk)).pk
    found.save(update_fields=["job"])
    return found


@action(TRAIN)
def keep_comparison(comparison_id: UUID, *, by: Viewer, people: int, moved: Mapping[str, int]) -> ModelComparison:
    """Note what comparing two models gave. Raises Problem not_found."""
    row = queries.model_comparison(comparison_id, seen_by=by)
    row.people, row.moved, row.done_at = people, dict(moved), timezone.now()
    row.save(update_fields=["people", "moved", "done_at"])
    return row


def _retire(row: LinkageModel, by: Viewer) -> None:
    row.state = advance_model(row.state, "retire")
    row.retired_at, row.retired_by_label = timezone.now(), str(by.label)[:200]
    row.save()


def _row(model_id: UUID, by: Viewer) -> LinkageModel:
    by.require("linkage.view_model")
    found = LinkageModel.objects.select_for_update().filter(pk=model_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def _whole(operation_id: UUID | None, permission: str, by: Viewer) -> None:
    """Raises Problem not_found unless the permission holds in the whole of the operation; for None, everywhere."""
    reach = by.reach(permission)
    if operation_id is None:
        if not reach.everything:
            raise Problem("not_found")
    elif operation_scope(operation_id, seen_by=by) not in reach:
        raise Problem("not_found")
