"""Making a plan: first of which approved entitlements, then when it is paid and from which budget lines."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.plans import PlanForm
from banyan.aid.payments.states import PlanState
from banyan.aid.payments.views.framing import PREPARE, Text, at, trail
from banyan.aid.payments.views.wording import money, quantity
from banyan.aid.programmes import queries as programmes
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here, problems_of
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import asked_id
from banyan.platform.kernel.problems import Problem

# As many computations are offered, the latest.
_MOST = 100


@require_http_methods(["GET", "POST"])
@needs(PREPARE)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Choose among approved entitlements; with `?run=`, say when and from which budget they are paid."""
    viewer = request.viewer
    operation, _all = operations_here(request, PREPARE)
    if operation is None:
        raise Problem("not_found")
    crumbs = trail(operation.pk, (gettext_lazy("Payment plans"), at("payments:plans", operation.pk)))
    chosen = request.GET.get("run", "")
    if not chosen:
        context = {"rows": _runs(operation.pk, viewer), "trail": crumbs, "operation": operation}
        return TemplateResponse(request, "payments/plan_from.html", context)
    run = programmes.entitlement_run(asked_id(chosen), seen_by=viewer)
    bands = list(queries.bands(operation.pk, seen_by=viewer)[:1])
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        lines=list(programmes.budget_lines(run.programme_id, seen_by=viewer)), currency=run.currency,
        base=bands[0].currency if bands else "",
        initial={
            "name": f"{run.programme.name}, {run.cycle.name}", "basis": "regular", "pay_from": run.cycle.starts_on,
            "pay_until": run.cycle.ends_on,
        },
    )  # fmt: skip
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            plan = actions.make_plan(
                run.pk, by=viewer, pay_from=said["pay_from"], pay_until=said["pay_until"], name=said["name"],
                budgets=form.budgets(), basis=said["basis"], rate=said.get("rate"), rate_on=said.get("rate_on"),
            )  # fmt: skip
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The lines are being made. You may leave this page."))
            return redirect("payments:plan", plan.pk)
    context = {
        "form": form, "problems": problems, "submit": _("Make the plan"), "heading": _("New plan"),
        "lead": f"{run.programme.name}, {run.cycle.name}: {run.package_code}, {_sum(run)}",
        "cancel_url": at("payments:plan-new", operation.pk), "trail": crumbs,
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/form.html", context, status=status)


def _runs(operation_id: UUID, viewer: Viewer) -> list[dict[str, Any]]:
    """Approved entitlements of an operation, the latest first, with the plans that pay them."""
    rows = programmes.entitlement_runs(seen_by=viewer).filter(operation=operation_id, state__in=["approved", "amended"])
    runs = list(rows.select_related("programme", "cycle").order_by("-approved_at")[:_MOST])
    plans: dict[UUID, list[tuple[str, str, Text]]] = {}
    for plan in queries.plans(seen_by=viewer, operation_id=operation_id).filter(run__in=[run.pk for run in runs]):
        told = (plan.reference, reverse("payments:plan", args=[plan.pk]), PlanState(plan.state).label)
        plans.setdefault(plan.run, []).append(told)
    url = at("payments:plan-new", operation_id)
    return [
        {
            "run": run, "url": f"{url}&run={run.pk}", "sum": _sum(run), "entitled": run.totals.get("entitled", 0),
            "approved": date_format(run.approved_at) if run.approved_at else "",
            "plans": plans.get(run.pk, []),
        }
        for run in runs
    ]  # fmt: skip


def _sum(run: Any) -> str:
    """What a run comes to: money, or units of each item."""
    if run.currency:
        return money(Decimal(run.totals.get("amount") or 0), run.currency)
    items = run.totals.get("items") or {}
    return ", ".join(
        f"{item} {quantity(Decimal(told['sum'] or 0), told['unit'])}" for item, told in sorted(items.items())
    )
