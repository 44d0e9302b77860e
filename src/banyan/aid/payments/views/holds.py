"""Holds: payments to a household or person that wait because somebody decided so."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.plans import HoldForm, ReasonForm
from banyan.aid.payments.models import Hold
from banyan.aid.payments.views.framing import HOLD, LINES, at, frame, trail
from banyan.aid.payments.views.stories import story
from banyan.people.registry import queries as register
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here, problems_of, why_not
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Location, Problem


def _address(row: Any) -> str:
    return reverse("payments:hold", args=[row["id"]])


def listing(operation_id: UUID) -> Listing:
    """Holds, the latest first."""

    def standing(rows: Any, wanted: bool) -> Any:
        return rows.filter(lifted_at=None) if wanted else rows.exclude(lifted_at=None)

    return Listing(
        key="holds",
        title=gettext_lazy("Held payments"),
        columns=[
            Column("household__reference", gettext_lazy("Household"), kind="code", link=_address),
            Column("person__reference", gettext_lazy("Person"), kind="code", wide_only=True),
            Column("from_on", gettext_lazy("From"), kind="date"),
            Column("until", gettext_lazy("Until"), kind="date"),
            Column("made_by_label", gettext_lazy("Held by"), wide_only=True),
            Column("lifted_at", gettext_lazy("Lifted"), kind="datetime", wide_only=True),
            Column("made_at", gettext_lazy("Written down"), kind="datetime", wide_only=True),
        ],
        filters=[
            Filter("household", gettext_lazy("Household"), where="household__reference", primary=True),
            Filter("standing", gettext_lazy("Not lifted"), kind="yesno", where=standing, primary=True),
        ],
        sort="-made_at",
        empty=gettext_lazy("Nothing is held"),
        empty_next=gettext_lazy("Hold payments"),
        empty_url=at("payments:hold-new", operation_id),
    )  # fmt: skip


@require_GET
@needs(LINES)
def hold_list(request: HttpRequest) -> HttpResponseBase:
    """Holds of one operation."""
    viewer = request.viewer
    operation, operations = operations_here(request, LINES)
    if operation is None:
        raise Problem("not_found")
    new = {"label": _("Hold payments"), "url": at("payments:hold-new", operation.pk), "style": "btn-primary"}
    context = {
        **frame(request, "holds", operation, operations),
        "heading": _("Held payments"),
        "lead": _("Whoever is held is left out of plans and listed there. Only people hold payments, never the machine."),
        "actions": [{**new, "reason": why_not(viewer, HOLD)}],
    }  # fmt: skip
    rows = queries.holds(seen_by=viewer, operation_id=operation.pk)
    return respond(
        request, listing(operation.pk), rows, "payments/list.html", context,
        on_list=lambda ids: log_read(viewer, kind="list", subject="payments.hold", ids=ids, purpose="page"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(HOLD)
def hold_new(request: HttpRequest) -> HttpResponse:
    """Hold payments to a household or to one person, with a reason."""
    viewer = request.viewer
    operation, _all = operations_here(request, HOLD)
    if operation is None:
        raise Problem("not_found")
    form = HoldForm(
        request.POST if request.method == "POST" else None,
        initial={"reference": request.GET.get("reference", ""), "from_on": timezone.localdate()},
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            household, person = _subject(said["reference"], operation.pk, viewer)
            held = actions.hold_payment(
                household,
                by=viewer,
                reason=said["reason"],
                person_id=person,
                from_on=said["from_on"],
                until=said["until"],
            )
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Held. Plans that are made from now on leave them out."))
            return redirect("payments:hold", held.pk)
    context = {
        "form": form, "problems": problems, "submit": _("Hold payments"), "heading": _("Hold payments"),
        "lead": _("Ask the household first what happened. A hold is seen by everybody who prepares or approves payments."),
        "cancel_url": at("payments:holds", operation.pk), "trail": _trail(operation.pk),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/form.html", context, status=status)


def _subject(reference: str, operation_id: UUID, viewer: Viewer) -> tuple[UUID, UUID | None]:
    """The household of a reference, and the person when the reference is a person's. Raises Problem reference_unknown."""
    wanted = reference.strip().upper()
    home = register.households(seen_by=viewer).filter(operation=operation_id, reference=wanted).first()
    if home is not None:
        return home.pk, None
    person = register.people(seen_by=viewer).filter(operation=operation_id, reference=wanted).first()
    standing = register.membership_of([person.pk], seen_by=viewer) if person else {}
    if person is None or not standing:
        raise Problem("payments.reference_unknown", reference=wanted, at=Location(field="reference"))
    return standing[person.pk].household_id, person.pk


def _trail(operation_id: UUID) -> list[tuple[Any, str]]:
    return trail(operation_id, (gettext_lazy("Held payments"), at("payments:holds", operation_id)))


@require_http_methods(["GET", "POST"])
@needs(LINES)
def hold_page(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """One hold. Sending a reason lifts it."""
    viewer = request.viewer
    hold = queries.holds(seen_by=viewer).select_related("household", "person").filter(pk=hold_id).first()
    if hold is None:
        raise Problem("not_found")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST":
        viewer.require(HOLD)
        if form.is_valid():
            try:
                actions.lift_hold(hold.pk, by=viewer, reason=form.cleaned_data["reason"])
            except Problem as problem:
                problems = problems_of(problem)
            else:
                messages.success(request, _("The hold is lifted."))
                return redirect("payments:hold", hold.pk)
    log_read(viewer, kind="open", subject="payments.hold", ids=[hold.pk], purpose="page")
    context = {
        "hold": hold, "form": form if hold.lifted_at is None else None, "problems": problems,
        "why_not": why_not(viewer, HOLD), "facts": _facts(hold), "trail": _trail(hold.operation_id),
        "household_url": reverse("payments:household", args=[hold.household_id]),
        "timeline": story(Hold, hold.pk, viewer),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/hold.html", context, status=status)


def _facts(hold: Hold) -> list[tuple[Any, Any]]:
    until = date_format(hold.until) if hold.until else _("until somebody lifts it")
    lifted = f"{hold.lifted_by_label}, {date_format(hold.lifted_at, 'DATETIME_FORMAT')}" if hold.lifted_at else ""
    return [
        (_("Household"), hold.household.reference),
        (_("Person"), hold.person.reference if hold.person else _("everybody in the household")),
        (_("Reason"), hold.reason),
        (_("From"), date_format(hold.from_on)),
        (_("Until"), until),
        (_("Held by"), hold.made_by_label),
        (_("Lifted by"), lifted),
        (_("Reason for lifting it"), hold.lifted_reason),
    ]
