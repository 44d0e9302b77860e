"""What people do to a batch: replace values, settle warnings, accept, reject, undo; and its workbook."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from banyan.people.collection import actions, queries
from banyan.people.collection.actions import Chosen, NewValue
from banyan.people.collection.models import Batch
from banyan.people.collection.views.lists import submission_filters
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

VIEW, SUBMIT, REVIEW = "collection.view_batch", "collection.submit_batch", "collection.review_batch"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# One request mends at most so many cells; the rest by asking again.
MOST_REPLACED = 20_000


@require_POST
@needs(SUBMIT)
def replace(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Put one text in the place of a value wherever a problem has it, or take over what is proposed there."""
    viewer = request.viewer
    code, field = _text(request, "code"), _text(request, "field")
    cells = queries.problem_cells(batch_id, code=code, field=field, seen_by=viewer).filter(
        submission__decision="pending"
    )
    if "raw" in request.POST:
        cells = cells.filter(raw=request.POST["raw"].replace("\x00", ""))
    try:
        if request.POST.get("do") == "proposals":
            wanted = list(cells.exclude(proposed="").values_list("pk", flat=True)[:MOST_REPLACED])
            actions.accept_proposals(batch_id, wanted, by=viewer, version=_version(request))
            count = len(wanted)
        else:
            text = request.POST.get("text", "").strip()
            found = list(cells.values_list("staged_row_id", "field")[:MOST_REPLACED])
            values = [NewValue(row_id, name, text) for row_id, name in found]
            reason = _text(request, "reason") or _("Replaced everywhere in the batch.")
            if values:
                actions.correct_values(batch_id, values, by=viewer, reason=reason, version=_version(request))
            count = len(values)
    except Problem as problem:
        messages.error(request, problem.as_text())
    else:
        messages.success(
            request, ngettext("{count} value was mended.", "{count} values were mended.", count).format(count=count)
        )
    return redirect(
        _problem_url(batch_id, code, field) if "stay" in request.POST else reverse("collection:batch", args=[batch_id])
    )


@require_POST
@needs(SUBMIT)
def settle(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Say of all warnings of one kind that they were looked at."""
    code, field = _text(request, "code"), _text(request, "field")
    try:
        actions.dismiss_findings(batch_id, by=request.viewer, code=code, field=field, version=_version(request))
        messages.success(request, _("The warnings are settled: the values stand as they are."))
    except Problem as problem:
        messages.error(request, problem.as_text())
    return redirect("collection:batch", batch_id)


@require_POST
@needs(VIEW)
def decide(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Accept, reject or open again what is shown (all, one submission, or those that fit the filters); compare the people
    again; reject, undo the batch."""
    verb, reason = request.POST.get("verb", ""), request.POST.get("reason", "")
    try:
        batch = _decide(request, batch_id, verb, reason)
        messages.success(request, _told(verb, batch))
    except Problem as problem:
        messages.error(request, problem.as_text())
    if one := request.POST.get("submission"):
        return redirect("collection:submission", UUID(one))
    return redirect("collection:batch", batch_id)


def _decide(request: HttpRequest, batch_id: UUID, verb: str, reason: str) -> Batch:
    by = request.viewer
    version = _version(request)
    if verb == "accept":
        return actions.accept_batch(
            batch_id, by=by, version=version, chosen=_chosen(request, batch_id), reason=reason,
            uncompared=_text(request, "uncompared"),
        )  # fmt: skip
    if verb == "reject":
        return actions.reject_submissions(batch_id, _chosen(request, batch_id), by=by, reason=reason, version=version)
    if verb == "reopen":
        return actions.reopen_submissions(batch_id, _chosen(request, batch_id), by=by, version=version)
    if verb == "reject_batch":
        return actions.reject_batch(batch_id, by=by, reason=reason)
    if verb == "undo":
        return actions.undo_batch(batch_id, by=by, reason=reason)
    if verb == "compare":
        return actions.ask_whom(batch_id, by=by)
    if verb == "read":
        return actions.read_again(batch_id, by=by)
    if verb == "destroy":
        return actions.destroy_files(batch_id, by=by, reason=reason)
    raise Problem("not_found")


def _chosen(request: HttpRequest, batch_id: UUID) -> Chosen:
    """Which submissions: one, those that fit the filters sent along, or everything. Filters that fit nothing choose nobody."""
    if one := request.POST.get("submission"):
        return Chosen(ids=[UUID(one)])
    if "filtered" not in request.POST:
        return actions.EVERYTHING
    rows = queries.submissions(batch_id, seen_by=request.viewer).order_by()
    values = {key: list(many) for key, many in request.POST.lists()}
    used = False
    for each in submission_filters(batch_id=batch_id, viewer=request.viewer):
        try:
            value = each.read(values)
        except ValueError:
            return Chosen()
        if value is not None:
            rows, used = each.apply(rows, value), True
    return Chosen(ids=list(rows.values_list("pk", flat=True))) if used else actions.EVERYTHING


def _told(verb: str, batch: Batch) -> str:
    counts = batch.counts
    if verb == "accept":
        return _("Accepted. The register takes the people over now.")
    if verb in ("reject", "reopen"):
        return _("Done: {rejected} rejected, {pending} wait.").format(
            rejected=counts.get("rejected", 0), pending=counts.get("pending", 0)
        )
    if verb == "compare":
        return _("The people are compared again; what is found appears here.")
    if verb == "undo":
        return _("The batch is undone: people whom nothing else touched are withdrawn.")
    return _("Done.")


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def workbook(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """POST starts making the submitter's workbook with what was found; GET downloads the latest."""
    viewer = request.viewer
    batch = queries.batch(batch_id, seen_by=viewer)
    if request.method == "POST":
        try:
            actions.start_workbook(batch.pk, by=viewer)
            messages.success(request, _("The workbook is being made; it appears here."))
        except Problem as problem:
            messages.error(request, problem.as_text())
        return redirect("collection:batch", batch.pk)
    made: dict[str, Any] = batch.detected.get("workbook", {})
    if not made or batch.purged_at is not None or not queries.may_review(batch, seen_by=viewer, permission=SUBMIT):
        raise Problem("not_found")
    try:
        content = vault.fetch(made["file"])
    except FileNotFoundError:
        raise Problem("not_found") from None
    log_read(
        viewer, kind="export", subject="collection.batch", ids=[batch.pk], count=int(batch.counts.get("people", 0)),
        purpose="workbook with findings",
    )  # fmt: skip
    response = HttpResponse(content, content_type=XLSX)
    name = slugify(f"{batch.operation.code}-{batch.pk}")
    response["Content-Disposition"] = f'attachment; filename="{name}-findings.xlsx"'
    return response


def _text(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).replace("\x00", "").strip()


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def _problem_url(batch_id: UUID, code: str, field: str) -> str:
    return f"{reverse('collection:problem', args=[batch_id])}?{urlencode({'code': code, 'field': field})}"
