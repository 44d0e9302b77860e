"""Comparisons for programs: which were made, and starting one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.people.linkage import actions, queries
from banyan.people.linkage.api import case_shapes as shapes
from banyan.people.linkage.states import RUN
from banyan.platform.access.doors import needs

router = Router(tags=["linkage"])
VIEW_RUNS, ACROSS = "linkage.view_model", "linkage.match_across"
PAGE = 100


@router.get("/runs", response=list[shapes.LinkageRun], operation_id="linkage_runs", summary="Comparisons")
@needs(VIEW_RUNS)
def list_runs(request: HttpRequest, operation: UUID | None = None) -> Any:
    """The last hundred comparisons of an operation; without one, those across operations."""
    return list(queries.runs(operation, seen_by=request.viewer)[:PAGE])


@router.get("/runs/{uuid:run_id}", response=shapes.LinkageRun, operation_id="linkage_run", summary="One comparison")
@needs(VIEW_RUNS)
def get_run(request: HttpRequest, run_id: UUID) -> Any:
    """What was compared and what came of it."""
    return queries.run(run_id, seen_by=request.viewer)


@router.post("/runs", response={201: shapes.LinkageRun}, operation_id="linkage_run_start", summary="Start a comparison")
@needs(RUN)
def start_run(request: HttpRequest, given: shapes.LinkageRunStart) -> Any:
    """Compare an operation in the background."""
    return Status(201, actions.start_run(given.operation, by=request.viewer, whole=given.whole))


@router.post(
    "/runs/across", response={201: shapes.LinkageRun}, operation_id="linkage_run_across", summary="Compare operations with each other"
)  # fmt: skip
@needs(ACROSS)
def start_across(request: HttpRequest) -> Any:
    """Look for people registered in two operations. Each asker sees only cases of which they reach every record."""
    return Status(201, actions.start_across(by=request.viewer))
