"""Background work for machines: what runs, how far it is, cancel, retry."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.doors import needs
from banyan.platform.jobs import actions, queries

router = Router(tags=["jobs"])


class JobOut(Schema):
    """A job: what it is, how far it is, how it ended."""

    id: UUID
    name: str
    label: str
    state: str
    done: int
    total: int | None
    percent: int | None
    rate: float | None
    seconds_left: int | None
    note: str
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    outcome: dict[str, Any] | None
    failure: dict[str, Any] | None


class JobsOut(Schema):
    """A page of jobs, newest first."""

    items: list[JobOut]
    after: UUID | None


class JobFilter(Schema):
    """Which jobs, and where to continue."""

    state: str = ""
    after: UUID | None = None


PAGE = 50


@router.get("", response=JobsOut, operation_id="jobs_list", summary="Jobs, newest first")
@needs(SIGNED_IN)
def list_jobs(request: HttpRequest, filters: Query[JobFilter]) -> Any:
    """The jobs one may see. Continue with the id given as `after`."""
    rows = queries.jobs(seen_by=request.viewer).order_by("-id")
    if filters.state:
        rows = queries.rows_in_state(rows, filters.state)
    if filters.after:
        rows = rows.filter(id__lt=filters.after)
    found = list(rows[: PAGE + 1])
    return {"items": [_out(job) for job in found[:PAGE]], "after": found[PAGE - 1].id if len(found) > PAGE else None}


@router.get("/{uuid:job_id}", response=JobOut, operation_id="jobs_get", summary="One job")
@needs(SIGNED_IN)
def get_job(request: HttpRequest, job_id: UUID) -> Any:
    """A job with its progress, outcome or failure."""
    return _out(queries.job(job_id, seen_by=request.viewer))


@router.post("/{uuid:job_id}/cancel", response=JobOut, operation_id="jobs_cancel", summary="Cancel a job")
@needs(SIGNED_IN)
def cancel_job(request: HttpRequest, job_id: UUID) -> Any:
    """Ask a job to stop: at once when it waits, at its next report when it runs."""
    actions.cancel_job(by=request.viewer, job_id=job_id)
    return _out(queries.job(job_id, seen_by=request.viewer))


@router.post("/{uuid:job_id}/retry", response=JobOut, operation_id="jobs_retry", summary="Retry a job")
@needs(SIGNED_IN)
def retry_job(request: HttpRequest, job_id: UUID) -> Any:
    """Take up a failed or cancelled job where it stopped."""
    actions.retry_job(by=request.viewer, job_id=job_id)
    return _out(queries.job(job_id, seen_by=request.viewer))


def _out(job: Any) -> dict[str, Any]:
    shown = queries.progress_of(job)
    if shown["failure"]:
        # Places in the program are for those who operate it, on the page.
        shown["failure"] = {key: shown["failure"].get(key) for key in ("code", "detail", "mend", "errors", "digest")}
    return shown
