"""Pages of background work: the list, one job, its progress, cancel and retry."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.doors import needs
from banyan.platform.jobs import actions, queries
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.queries import STATES
from banyan.platform.kernel.listing import Column, Filter, Listing, respond

_QUEUE = ["queue_status", "cancel_requested", "attempts", "worker_lost", "outcome", "failure"]


def _state(row: Any) -> Any:
    """State of a row of values, through the one derivation there is."""
    job = Job(outcome=row["outcome"], failure=row["failure"])
    for name in _QUEUE[:4]:
        setattr(job, name, row[name])
    return queries.state_of(job)


JOBS = Listing(
    key="jobs",
    title=_("Jobs"),
    columns=[
        Column("label", _("Job"), link="/jobs/{id}/"),
        Column(
            "queue_status",
            _("State"),
            kind="badge",
            show=lambda row: STATES[_state(row)],
            tones={"succeeded": "good", "failed": "bad", "doing": "info"},
        ),
        Column("created_at", _("Started"), kind="datetime"),
        Column("finished_at", _("Ended"), kind="datetime"),
        Column("done", _("Done"), kind="number", sortable=False),
    ],
    extra=_QUEUE,
    filters=[
        Filter("q", _("Name of the job"), where="label__icontains"),
        Filter(
            "state",
            _("State"),
            kind="choice",
            choices=[(state.value, label) for state, label in STATES.items()],
            where=queries.rows_in_state,
            primary=True,
        ),
        Filter("started", _("Started"), kind="dates", where="created_at__date"),
    ],
    sort="-created_at",
    empty=_("No jobs yet."),
    empty_next=_("Imports and exports that you start appear here, and stay until they are done."),
)


@require_GET
@needs(SIGNED_IN)
def job_list(request: HttpRequest) -> HttpResponseBase:
    """The jobs this person may see, newest first."""
    viewer = request.viewer
    return respond(
        request,
        JOBS,
        queries.jobs(seen_by=viewer),
        "jobs/list.html",
        {"sees_all": viewer.may("jobs.view_all_jobs"), "worker_alive": queries.worker_alive()},
    )


@require_GET
@needs(SIGNED_IN)
def job_record(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job: progress, outcome, what went wrong."""
    job = queries.job(job_id, seen_by=request.viewer)
    return TemplateResponse(request, "jobs/record.html", _context(request, job))


@require_GET
@needs(SIGNED_IN)
def job_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress component alone, for polling; once the job is over it says so to the page, which loads again."""
    job = queries.job(job_id, seen_by=request.viewer)
    context = _context(request, job)
    response = TemplateResponse(request, "components/job_progress.html", context)
    if context["job"]["over"] and request.headers.get("HX-Request"):
        response["HX-Trigger"] = "job-over"
    return response


@require_POST
@needs(SIGNED_IN)
def job_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask the job to stop."""
    actions.cancel_job(by=request.viewer, job_id=job_id)
    return redirect("jobs:record", job_id)


@require_POST
@needs(SIGNED_IN)
def job_retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Take the job up again."""
    actions.retry_job(by=request.viewer, job_id=job_id)
    return redirect("jobs:record", job_id)


def _context(request: HttpRequest, job: Any) -> dict[str, Any]:
    viewer = request.viewer
    shown = queries.progress_of(job)
    if job.account_id != viewer.id and not viewer.may("jobs.change_all_jobs"):
        shown |= {"cancel_url": "", "retry_url": ""}
    return {
        "job": shown,
        "poll_url": shown["poll_url"],
        "cancel_url": shown["cancel_url"],
        "facts": [
            (_("Started by"), job.account or job.starter),
            (_("Asked for"), _moment(job.created_at)),
            (_("Begun"), _moment(job.started_at)),
            (_("Ended"), _moment(job.finished_at)),
            (_("Attempts"), number_format(shown["attempts"])),
        ],
        "counts": [(label, number_format(count)) for label, count in (job.outcome or {}).get("counts", {}).items()],
        "trail": [(_("Jobs"), reverse("jobs:list"))],
        "sees_frames": viewer.may("jobs.view_all_jobs"),
    }


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""
