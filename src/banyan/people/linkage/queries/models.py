"""Models of matching: which are there, which one counts, how it was trained, how far records have moved since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from banyan.people.linkage import engine
from banyan.people.linkage.models import LinkageModel, ModelComparison, Run
from banyan.people.linkage.rules.estimating.drift import Drift, drifts
from banyan.people.linkage.states import ModelState
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

VIEW, TRAIN, APPROVE = "linkage.view_model", "linkage.train_model", "linkage.approve_model"


@dataclass(frozen=True)
class ModelInForce:
    """The model that weighs pairs. pk None and version 0: the one shipped with Banyan."""

    pk: UUID | None
    version: int
    model: engine.Model

    @property
    def review(self) -> float:
        """From this weight on somebody looks."""
        return self.model.review

    @property
    def probable(self) -> float:
        """From this weight on it is urgent."""
        return self.model.probable


def model_versions(*, seen_by: Viewer) -> QuerySet[LinkageModel]:
    """All versions, the newest first."""
    seen_by.require(VIEW)
    return LinkageModel.objects.select_related("operation").order_by("-version")


def model_version(model_id: UUID, *, seen_by: Viewer) -> LinkageModel:
    """One version. Raises Problem not_found."""
    found = model_versions(seen_by=seen_by).filter(pk=model_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def next_version(*, seen_by: Viewer) -> int:
    """The number that the next version gets."""
    seen_by.require(VIEW)
    return int(LinkageModel.objects.aggregate(last=Max("version"))["last"] or 0) + 1


def shipped(*, seen_by: Viewer) -> ModelInForce:
    """The model that Banyan brings, so that a new installation matches at once."""
    seen_by.require("access.sign_in")
    return ModelInForce(None, 0, engine.first_model())


def model_in_force(operation_id: UUID | None, *, seen_by: Viewer) -> ModelInForce:
    """The live model of an operation, else the one that is live for all, else the one shipped. None: across operations.

    A model made for records as they were compared formerly does not fit; until another is trained the shipped one counts.
    """
    seen_by.require("access.sign_in")
    rows = LinkageModel.objects.filter(Q(operation=operation_id) | Q(operation=None), state=ModelState.LIVE)
    first = engine.first_model()
    for row in sorted(rows, key=lambda each: each.operation_id is None):
        read = engine.Model.from_json(row.settings)
        if read.format == first.format:
            return ModelInForce(row.pk, row.version, read)
    return ModelInForce(None, 0, first)


def as_weighing(row: LinkageModel | None, *, seen_by: Viewer) -> ModelInForce:
    """A version as it weighs pairs, whatever its state; None is the one shipped. Raises Problem linkage.model_outdated."""
    seen_by.require("access.sign_in")
    first = shipped(seen_by=seen_by)
    if row is None:
        return first
    read = engine.Model.from_json(row.settings) if row.settings else None
    if read is None or read.format != first.model.format:
        raise Problem("linkage.model_outdated")
    return ModelInForce(row.pk, row.version, read)


def weighing_of(model_id: UUID | None, *, seen_by: Viewer) -> ModelInForce:
    """A version as it weighs pairs, by its id; None is the one shipped. Raises Problem not_found, linkage.model_outdated."""
    return as_weighing(model_version(model_id, seen_by=seen_by) if model_id is not None else None, seen_by=seen_by)


def read_model(row: LinkageModel, *, seen_by: Viewer) -> engine.Model:
    """A version as it was kept, also one that does not fit any more: to be looked at, not to weigh by."""
    seen_by.require(VIEW)
    return engine.Model.from_json(row.settings)


@dataclass(frozen=True)
class ModelDrift:
    """How far the pairs of a run lie from those at training: by comparison, and the run."""

    run_id: UUID
    at: datetime
    pairs: int
    drifts: dict[str, Drift]


def drift_of(model_id: UUID, *, seen_by: Viewer) -> ModelDrift | None:
    """The drift of the last run over everybody that used this version; None before there is one, or when training told nothing."""
    row = model_version(model_id, seen_by=seen_by)
    then = row.report.get("levels") or {}
    run = Run.objects.filter(model=row, whole=True).exclude(finished_at=None).order_by("-started_at").first()
    now = (run.drift or {}).get("levels") or {} if run is not None else {}
    found = drifts(then, now)
    if run is None or not found:
        return None
    return ModelDrift(run.pk, run.started_at, int(run.drift.get("pairs", 0)), found)


def training_operations(*, seen_by: Viewer) -> list[Any]:
    """The operations on whose people this viewer may train a model, or draw a sample, by name."""
    return operations_within(TRAIN, seen_by=seen_by)


def model_comparisons(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[ModelComparison]:
    """Comparisons of two models on the people of an operation, the newest first."""
    seen_by.require(VIEW)
    return ModelComparison.objects.filter(operation=operation_id).order_by("-made_at")


def model_comparison(comparison_id: UUID, *, seen_by: Viewer) -> ModelComparison:
    """One comparison. Raises Problem not_found."""
    seen_by.require(VIEW)
    found = ModelComparison.objects.select_related("operation").filter(pk=comparison_id).first()
    if found is None:
        raise Problem("not_found")
    return found
