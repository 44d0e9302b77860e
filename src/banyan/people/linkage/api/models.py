"""Models of matching, and how good linkage is, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.people.linkage import actions, queries
from banyan.people.linkage.api import model_shapes as shapes
from banyan.people.linkage.states import APPROVE, TRAIN
from banyan.people.linkage.views.framing import VIEW_RUNS
from banyan.platform.access.doors import needs

router = Router(tags=["linkage"])


@router.get(
    "/models", response=list[shapes.LinkageModelOut], operation_id="linkage_models", summary="Models of matching"
)
@needs(VIEW_RUNS)
def list_models(request: HttpRequest) -> Any:
    """All versions, the newest first; without one that is live, the model that comes with Banyan is used."""
    return list(queries.model_versions(seen_by=request.viewer))


@router.get(
    "/models/{uuid:model_id}", response=shapes.LinkageModelReport, operation_id="linkage_model", summary="One model"
)
@needs(VIEW_RUNS)
def get_model(request: HttpRequest, model_id: UUID) -> Any:
    """One version with its settings and the report of its training."""
    return queries.model_version(model_id, seen_by=request.viewer)


@router.post(
    "/models", response={201: shapes.LinkageModelOut}, operation_id="linkage_model_train", summary="Train a model"
)
@needs(TRAIN)
def train_model(request: HttpRequest, given: shapes.LinkageTraining) -> Any:
    """Begin a version; it is trained in the background and waits for approval by somebody else."""
    return Status(201, actions.start_training(given.operation, by=request.viewer, note=given.note, seed=given.seed))


@router.post(
    "/models/{uuid:model_id}/thresholds", response={201: shapes.LinkageModelOut}, operation_id="linkage_model_thresholds",
    summary="Set thresholds",
)  # fmt: skip
@needs(TRAIN)
def set_thresholds(request: HttpRequest, model_id: UUID, given: shapes.LinkageThresholds) -> Any:
    """Other thresholds, as a new version that waits for approval."""
    return Status(201, actions.set_thresholds(model_id, by=request.viewer, **given.dict()))


@router.post(
    "/models/{uuid:model_id}/approve", response=shapes.LinkageModelOut, operation_id="linkage_model_approve",
    summary="Approve a model",
)  # fmt: skip
@needs(APPROVE)
def approve_model(request: HttpRequest, model_id: UUID) -> Any:
    """By somebody else than who trained it."""
    return actions.approve_model(model_id, by=request.viewer)


@router.post(
    "/models/{uuid:model_id}/start", response=shapes.LinkageModelOut, operation_id="linkage_model_start",
    summary="Set a model live",
)  # fmt: skip
@needs(APPROVE)
def start_model(request: HttpRequest, model_id: UUID) -> Any:
    """The next comparison uses it; the one that was live is retired."""
    return actions.start_model(model_id, by=request.viewer)


@router.post(
    "/models/{uuid:model_id}/retire", response=shapes.LinkageModelOut, operation_id="linkage_model_retire",
    summary="Retire a model",
)  # fmt: skip
@needs(APPROVE)
def retire_model(request: HttpRequest, model_id: UUID) -> Any:
    """It is used no more."""
    return actions.retire_model(model_id, by=request.viewer)


@router.get(
    "/{uuid:operation_id}/samples", response=list[shapes.LinkageSample], operation_id="linkage_samples", summary="Samples of pairs"
)  # fmt: skip
@needs(VIEW_RUNS)
def list_samples(request: HttpRequest, operation_id: UUID) -> Any:
    """The samples of an operation by which linkage was measured, the newest first."""
    return list(queries.samples(operation_id, seen_by=request.viewer))


@router.get(
    "/samples/{uuid:sample_id}/quality", response=shapes.LinkageQuality, operation_id="linkage_sample_quality",
    summary="How good linkage is",
)  # fmt: skip
@needs(VIEW_RUNS)
def sample_quality(request: HttpRequest, sample_id: UUID) -> Any:
    """Precision and recall with their 95 % intervals at both thresholds, from pairs that people judged."""
    told = queries.sample_quality(sample_id, seen_by=request.viewer)
    return {"review": told.review, "probable": told.probable, "kappa": told.agreement.kappa if told.agreement else None}
