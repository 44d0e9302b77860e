"""Change requests on pages: the list, one request with before and after, deciding, evidence."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.registry import actions, queries
from banyan.people.registry.actions.changing.proposing import Attached
from banyan.people.registry.models import ChangeRequest
from banyan.people.registry.queries.changing.previews import RequestView, request_view
from banyan.people.registry.queries.changing.requests import decidable, may_see_sensitive
from banyan.people.registry.queries.changing.showing import record_url
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON
from banyan.people.registry.states import OPEN, TONES, ChangeState
from banyan.people.registry.views.changing.grounds import record_of
from banyan.people.registry.views.changing.wording import DRIFT_LABELS, KIND_LABELS
from banyan.people.registry.views.stories import story
from banyan.platform.access.doors import needs
from banyan.platform.access.queries import operations_within
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.listing import Column, Filter, Listing, by_id, respond
from banyan.platform.kernel.problems import Problem

VIEW, PROPOSE, APPROVE = "registry.view_person", "registry.propose_change", "registry.approve_change"


def change_listing(viewer: Viewer) -> Listing:
    """The list of requests; what waits for this viewer is a filter of it."""

    def operations() -> list[tuple[str, str]]:
        return [(str(each.pk), each.name) for each in operations_within(VIEW, seen_by=viewer)]

    def waiting(rows: Any, wanted: bool) -> Any:
        keys = [each.pk for each in decidable(rows, seen_by=viewer)]
        return rows.filter(pk__in=keys) if wanted else rows.exclude(pk__in=keys)

    def own(rows: Any, wanted: bool) -> Any:
        return rows.filter(proposed_by=viewer.id) if wanted else rows.exclude(proposed_by=viewer.id)

    return Listing(
        key="changes",
        title=gettext_lazy("Change requests"),
        columns=[
            Column("reference", gettext_lazy("Request"), kind="code", sortable=False, link="/registry/changes/{id}/"),
            Column("kind", gettext_lazy("Kind of change"), sortable=False, choices=KIND_LABELS),
            Column("about", gettext_lazy("About"), kind="code", computed=True, sortable=False, show=_about),
            Column("state", gettext_lazy("State"), kind="badge", sortable=False, choices=dict(ChangeState.choices), tones=TONES),
            Column("proposed_by_label", gettext_lazy("Proposed by"), sortable=False, wide_only=True),
            Column("proposed_at", gettext_lazy("Proposed"), kind="datetime"),
        ],
        filters=[
            Filter("waiting", gettext_lazy("Waits for me"), kind="yesno", where=waiting, primary=True),
            Filter("state", gettext_lazy("State"), kind="choice", choices=ChangeState.choices, primary=True),
            Filter("kind", gettext_lazy("Kind of change"), kind="choice", choices=list(KIND_LABELS.items())),
            Filter("operation", gettext_lazy("Operation"), kind="choice", choices=operations, where=by_id("operation")),
            Filter("own", gettext_lazy("Proposed by me"), kind="yesno", where=own),
            Filter("proposed", gettext_lazy("Proposed on"), kind="dates", where="proposed_at__date"),
            Filter("batch", gettext_lazy("Batch"), where=by_id("batch")),
        ],
        sort="-proposed_at",
        extra=["person__reference", "household__reference"],
        empty=gettext_lazy("Nobody has asked for a change."),
        empty_next=gettext_lazy("Open a person or a household to ask for one."),
    )  # fmt: skip


def _about(row: Any) -> str:
    return row["person__reference"] or row["household__reference"] or ""


@require_GET
@needs(VIEW)
def change_list(request: HttpRequest) -> HttpResponseBase:
    """All requests within reach, the newest first."""
    viewer = request.viewer
    context = {
        "may_rule": viewer.may("registry.change_rules"),
        "trail": [(_("Register"), reverse("registry:overview"))],
    }
    rows = queries.change_requests(seen_by=viewer)
    return respond(request, change_listing(viewer), rows, "registry/changes/list.html", context)


@require_GET
@needs(VIEW)
def change_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request: before and after, conflicts, evidence, what may be done and why not, what happened."""
    return _show(request, request_id)


def _show(request: HttpRequest, request_id: UUID, problems: list[Problem] | None = None) -> HttpResponse:
    viewer = request.viewer
    view = request_view(request_id, seen_by=viewer)
    asked = view.request
    table = PERSON if asked.person_id else HOUSEHOLD
    subject = asked.person_id or asked.household_id
    purpose = "sensitive: change request" if may_see_sensitive(viewer, asked.scope_id) else "change request"
    log_read(viewer, kind="open", subject=f"registry.{table}", ids=[subject], purpose=purpose)  # type: ignore[list-item]  # one of both
    is_open = asked.state in OPEN
    context = {
        "asked": asked,
        "view": view,
        "kind_label": KIND_LABELS.get(asked.kind, asked.kind),
        "state_label": asked.get_state_display(),
        "tone": TONES[asked.state],
        "is_open": is_open,
        "can_approve": asked.state == ChangeState.PROPOSED and not view.is_overtaken,
        "why_not": _why_not(view),
        "drifts": DRIFT_LABELS,
        "clashes": [
            line for record in view.records for line in record.lines if line.drift == "moved" and not line.hidden
        ],
        "can_choose": asked.kind in ("correct_identity", "correct_household", "update"),
        "about": asked.person.full_name if asked.person else asked.household.reference if asked.household else "",
        "about_reference": (asked.person or asked.household).reference if asked.person or asked.household else "",  # type: ignore[union-attr]
        "about_url": record_url(table, str(subject)),
        "may_propose": viewer.may(PROPOSE),
        "may_approve": viewer.may(APPROVE),
        "problems": problems or [],
        "timeline": story(ChangeRequest, asked.pk, viewer),
        "trail": [(_("Register"), reverse("registry:overview")), (_("Change requests"), reverse("registry:changes"))],
    }
    return TemplateResponse(request, "registry/changes/request.html", context, status=422 if problems else 200)


def _why_not(view: RequestView) -> str:
    """Why this viewer may not approve it now; empty when nothing stands in the way."""
    if view.is_overtaken:
        return str(_("The register has moved since: propose it again first."))
    return view.why_not_decide.detail if view.why_not_decide else ""


@require_POST
@needs(VIEW)
def move(request: HttpRequest, request_id: UUID, verb: str) -> HttpResponse:
    """Approve, reject, take back, propose again, or attach evidence."""
    viewer = request.viewer
    reason = request.POST.get("reason", "")
    queries.change_request(request_id, seen_by=viewer)
    try:
        if verb == "approve":
            made = actions.approve_change(request_id, by=viewer, reason=reason)
            if made.state == ChangeState.APPLIED:
                messages.success(request, _("Approved. The register says so now."))
            else:
                messages.warning(request, _("The register has moved since this was proposed. Nothing was written."))
        elif verb == "reject":
            actions.reject_change(request_id, by=viewer, reason=reason)
            messages.success(request, _("Rejected."))
        elif verb == "withdraw":
            actions.withdraw_change(request_id, by=viewer, reason=reason)
            messages.success(request, _("Taken back."))
        elif verb == "renew":
            actions.renew_change(request_id, by=viewer, given=_chosen(request, request_id))
            messages.success(request, _("Proposed again, over the register as it is now."))
        elif verb == "evidence":
            files = [Attached(file.name or "", file.read()) for file in request.FILES.getlist("evidence")]
            note = request.POST.get("note", "").strip()
            actions.add_evidence(request_id, [*files, *([Attached(note=note)] if note else [])], by=viewer)
            messages.success(request, _("Attached."))
        else:
            raise Http404
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return _show(request, request_id, list(problem.errors or [problem]))
    return redirect("registry:change", request_id)


def _chosen(request: HttpRequest, request_id: UUID) -> dict[str, Any] | None:
    """What is asked for, without the fields of which the value in the register was chosen."""
    theirs = {
        tuple(name.removeprefix("keep.").split(":"))
        for name, value in request.POST.items()
        if name.startswith("keep.") and value == "theirs"
    }
    if not theirs:
        return None
    asked = queries.change_request(request_id, seen_by=request.viewer).asked
    if "fields" in asked:
        gone = {key[-1] for key in theirs}
        return {**asked, "fields": {name: value for name, value in asked["fields"].items() if name not in gone}}
    records = [
        {**item, "fields": {name: value for name, value in item["fields"].items() if (item["table"], item["id"], name) not in theirs}}
        for item in asked.get("records", [])
    ]  # fmt: skip
    return {**asked, "records": [item for item in records if item["fields"]]}


@require_GET
@needs(VIEW)
def evidence_file(request: HttpRequest, request_id: UUID, item_id: UUID) -> HttpResponse:
    """A file that supports a request, as it was attached; reading it is logged."""
    asked = queries.change_request(request_id, seen_by=request.viewer)
    found = next((item for item in asked.evidence if item["id"] == str(item_id) and item["file"]), None)
    if found is None:
        raise Problem("not_found")
    log_read(request.viewer, kind="open", subject="registry.changerequest", ids=[asked.pk], purpose="evidence")
    response = HttpResponse(vault.fetch(found["file"]), content_type=found["type"])
    response["Content-Disposition"] = f'attachment; filename="evidence-{item_id}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@needs(VIEW)
def open_changes(request: HttpRequest, table: str, record_id: UUID) -> HttpResponse:
    """The part of a record's page that lists its open requests, and leads to asking for another."""
    viewer = request.viewer
    record_of(table, record_id, viewer)
    found = queries.open_requests_for(table, record_id, seen_by=viewer)
    context = {
        "open_requests": [(each, KIND_LABELS.get(each.kind, each.kind), TONES[each.state]) for each in found],
        "propose_url": reverse("registry:propose-menu", args=[table, record_id]) if viewer.may(PROPOSE) else "",
    }
    return TemplateResponse(request, "registry/changes/open.html", context)
