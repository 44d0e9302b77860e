"""Lines of a plan: the list, and one line with all that was recorded of it."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

import polars as pl
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
from banyan.aid.payments.inputs.plans import OutcomeForm, ReasonForm
from banyan.aid.payments.models import Line, Plan
from banyan.aid.payments.states import COUNTED_OUT, UNDERWAY, UNSENT, LineState, PlanState
from banyan.aid.payments.views.framing import LINES, PREPARE, RECORD, WRITE_OFF, say_problems
from banyan.aid.payments.views.stepping import plan_trail
from banyan.aid.payments.views.wording import LINE_TONES, worth
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem


def listing(plan: Plan) -> Listing:
    """Lines of a plan in the order of its list."""

    def amount(name: str) -> Any:
        return lambda row: worth(row[name], plan, row["unit"])

    columns = [
        Column("no", gettext_lazy("No."), kind="number", link=lambda row: reverse("payments:line", args=[row["id"]])),
        Column("household__reference", gettext_lazy("Household"), kind="code"),
        Column("collector__full_name", gettext_lazy("Who collects"), wide_only=True),
        Column("place__name", gettext_lazy("Place"), wide_only=True),
        Column("state", gettext_lazy("State"), kind="badge", choices=dict(LineState.choices), tones=LINE_TONES),
        Column("amount", gettext_lazy("Amount"), kind="money", show=amount("amount")),
        Column("delivered_amount", gettext_lazy("Delivered"), kind="money", wide_only=True, show=amount("delivered_amount")),
        Column("returned_amount", gettext_lazy("Returned"), kind="money", wide_only=True, show=amount("returned_amount")),
        Column("settled_on", gettext_lazy("Settled"), kind="date", wide_only=True),
    ]  # fmt: skip
    if not plan.is_money:
        columns.insert(5, Column("item", gettext_lazy("Item"), kind="code"))
    return Listing(
        key="lines",
        title=gettext_lazy("Lines"),
        columns=columns,
        filters=[
            Filter("household", gettext_lazy("Household"), where="household__reference", primary=True),
            Filter("state", gettext_lazy("State"), kind="choice", choices=LineState.choices, primary=True),
            Filter("place", gettext_lazy("Place begins with"), where="place__name__istartswith"),
            Filter("amount", gettext_lazy("Amount"), kind="numbers"),
            Filter("settled", gettext_lazy("Settled"), kind="dates", where="settled_on"),
        ],
        sort="no",
        extra=["unit"],
        empty=gettext_lazy("No lines"),
    )


@require_GET
@needs(LINES)
def line_list(request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
    """Who is paid what by a plan, and whether it arrived. Listing and exporting are logged."""
    viewer = request.viewer
    plan = queries.plan(plan_id, seen_by=viewer)

    def note(kind: Literal["list", "export"]) -> Any:
        return lambda ids: log_read(viewer, kind=kind, subject="payments.line", ids=ids, purpose=plan.reference)

    context = {
        "heading": _("Lines"), "lead": f"{plan.reference} {plan.name}".strip(), "trail": plan_trail(plan),
    }  # fmt: skip
    return respond(
        request, listing(plan), queries.lines(plan.pk, seen_by=viewer), "payments/list.html", context,
        may_export=viewer.may(PREPARE), on_list=note("list"), on_export=note("export"),
    )  # fmt: skip


@require_GET
@needs(LINES)
def line_page(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """One line: who, how much, and everything that was recorded of it."""
    return _show(request, line_id)


def _show(request: HttpRequest, line_id: UUID, **said: Any) -> HttpResponse:
    viewer = request.viewer
    line = queries.line(line_id, seen_by=viewer)
    plan = queries.plan(line.plan_id, seen_by=viewer)
    log_read(viewer, kind="open", subject="payments.line", ids=[line.pk], purpose="page")
    outcomes = queries.outcomes(line.pk, seen_by=viewer)
    context = {
        "line": line,
        "plan": plan,
        "state": {"label": line.get_state_display(), "tone": LINE_TONES[line.state]},
        "facts": _facts(line, plan),
        "outcomes": [(each, worth(each.amount, plan, line.unit) if each.amount else "") for each in outcomes],
        "household_url": reverse("payments:household", args=[line.household_id]),
        "trail": [*plan_trail(plan), (gettext_lazy("Lines"), reverse("payments:lines", args=[plan.pk]))],
        **_forms(line, plan, viewer),
        **said,
    }
    wrong = said.get("problems") or (said.get("form") is not None and said["form"].errors)
    return TemplateResponse(request, "payments/line.html", context, status=422 if wrong else 200)


def _facts(line: Line, plan: Plan) -> list[tuple[Any, Any]]:
    def named(person: Any) -> str:
        return f"{person.full_name} ({person.reference})" if person else ""

    return [
        (_("Amount"), worth(line.amount, plan, line.unit)),
        (_("Of all that is due"), worth(line.due, plan, line.unit)),
        (_("Item"), line.item),
        (_("Delivered"), worth(line.delivered_amount, plan, line.unit)),
        (_("Returned"), worth(line.returned_amount, plan, line.unit)),
        (_("Lost"), worth(line.lost_amount, plan, line.unit) if line.lost_amount else ""),
        (_("Paid too much"), worth(line.excess_amount, plan, line.unit) if line.excess_amount else ""),
        (_("Who collects"), named(line.collector)),
        (_("Alternate"), named(line.alternate)),
        (_("People"), line.size),
        (_("Place"), line.place.name if line.place else ""),
        (_("Settled"), date_format(line.settled_on) if line.settled_on else ""),
        (_("Number for the provider"), line.key),
    ]


def _forms(line: Line, plan: Plan, viewer: Viewer) -> dict[str, Any]:
    """What this viewer may do with the line as it is: record an outcome, leave it out, write it off."""
    found: dict[str, Any] = {"form": None}
    sent = plan.state in (*UNDERWAY, PlanState.CLOSED) and line.state not in COUNTED_OUT
    if sent and plan.is_money and viewer.may(RECORD):
        found["form"] = OutcomeForm(initial={"key": f"hand:{new_id()}", "on_day": timezone.localdate()})
    if plan.state in UNSENT and line.state not in COUNTED_OUT:
        found |= {"why_not_leave": why_not(viewer, PREPARE), "leave_form": ReasonForm(prefix="leave")}
    if sent and plan.state != PlanState.CLOSED:
        found |= {"why_not_write_off": why_not(viewer, WRITE_OFF), "write_off_form": ReasonForm(prefix="lost")}
    return found


@require_http_methods(["POST"])
@needs(RECORD)
def line_outcome(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Record what became of one line. Sent twice by a slip of the hand it counts once."""
    viewer = request.viewer
    line = queries.line(line_id, seen_by=viewer)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _show(request, line_id, form=form)
    said = form.cleaned_data
    day: date = said["on_day"]
    rows = pl.DataFrame(
        {
            "line": [str(line.pk)],
            "outcome": [said["outcome"]],
            "amount": [None if said["amount"] is None else str(said["amount"])],
            "on_day": [day.isoformat()],
            "provider_reference": [said["provider_reference"]],
            "cause_key": [said["key"]],
        },
        schema_overrides={"amount": pl.String},
    )
    try:
        actions.record_outcomes(line.plan_id, rows, by=viewer)
    except Problem as problem:
        return _show(request, line_id, form=form, problems=problems_of(problem))
    messages.success(request, _("Recorded."))
    return redirect("payments:line", line.pk)


@require_http_methods(["POST"])
@needs(PREPARE)
def line_leave(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Leave a line out of its plan, with a reason; what was approved is void."""
    return _with_reason(request, line_id, "leave", actions.leave_out, _("The line is left out."))


@require_http_methods(["POST"])
@needs(WRITE_OFF)
def line_write_off(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Write off what was lost of a line, with a reason."""
    return _with_reason(request, line_id, "lost", actions.write_off, _("Written off."))


def _with_reason(request: HttpRequest, line_id: UUID, prefix: str, act: Any, done: str) -> HttpResponse:
    viewer = request.viewer
    line = queries.line(line_id, seen_by=viewer)
    form = ReasonForm(request.POST, prefix=prefix)
    if not form.is_valid():
        messages.error(request, str(Problem("payments.reason_missing").detail))
        return redirect("payments:line", line.pk)
    try:
        act(line.plan_id, [line.pk], by=viewer, reason=form.cleaned_data["reason"])
    except Problem as problem:
        say_problems(request, problem)
    else:
        messages.success(request, done)
    return redirect("payments:line", line.pk)
