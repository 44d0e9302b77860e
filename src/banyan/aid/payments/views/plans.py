"""Payment plans: the list, and one plan with its money, its four parts, its lines and what may be done next, by whom."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from banyan.aid.payments import queries
from banyan.aid.payments.models import Basis, Book, Kind, Plan
from banyan.aid.payments.states import Duty, LineState, PlanState
from banyan.aid.payments.views import stepping
from banyan.aid.payments.views.framing import (
    DISTRIBUTIONS,
    FILES,
    LINES,
    PREPARE,
    PROVIDERS,
    VERIFICATIONS,
    VIEW,
    Text,
    at,
    frame,
    progress_of,
)
from banyan.aid.payments.views.wording import LINE_TONES, PLAN_TONES, money, worth
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

# The way of a plan, as it is drawn; aborted stands beside it.
WAY = tuple(state for state in PlanState if state != PlanState.ABORTED)
PARTS: dict[str, Text] = {
    Duty.PREPARE: gettext_lazy("Prepare"),
    Duty.APPROVE: gettext_lazy("Approve"),
    Duty.AUTHORISE: gettext_lazy("Authorise"),
    Duty.RELEASE: gettext_lazy("Release the funds"),
}
STEP_WORDS: dict[str, Text] = {
    "make": gettext_lazy("made the plan"),
    "lock": gettext_lazy("locked the entitlements"),
    "assign": gettext_lazy("assigned a provider"),
    "submit": gettext_lazy("sent it for approval"),
    "approve": gettext_lazy("approved it"),
    "authorise": gettext_lazy("authorised it"),
    "release": gettext_lazy("released the funds"),
    "refuse": gettext_lazy("sent it back"),
    "void": gettext_lazy("changed the lines"),
    "change": gettext_lazy("changed the lines"),
    "abort": gettext_lazy("aborted it"),
    "send": gettext_lazy("marked it as sent"),
    "record": gettext_lazy("recorded outcomes"),
    "close": gettext_lazy("closed it"),
}


def listing(operation_id: UUID, programmes: list[tuple[str, str]]) -> Listing:
    """Plans, the latest first."""
    return Listing(
        key="plans",
        title=gettext_lazy("Payment plans"),
        columns=[
            Column("reference", gettext_lazy("Plan"), kind="code", link=lambda row: reverse("payments:plan", args=[row["id"]])),
            Column("name", gettext_lazy("Name")),
            Column("programme__name", gettext_lazy("Programme"), wide_only=True),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(PlanState.choices), tones=PLAN_TONES),
            Column("lines", gettext_lazy("Lines"), kind="number"),
            Column("amount", gettext_lazy("Amount"), kind="money", show=_amount("amount")),
            Column("delivered_amount", gettext_lazy("Reached people"), kind="money", wide_only=True, show=_amount("delivered_amount")),
            Column("made_at", gettext_lazy("Made"), kind="datetime", wide_only=True),
        ],
        filters=[
            Filter("q", gettext_lazy("Name begins with"), where="name__istartswith", primary=True),
            Filter("state", gettext_lazy("State"), kind="choice", choices=PlanState.choices, primary=True),
            Filter("programme", gettext_lazy("Programme"), kind="choice", choices=programmes, where="programme"),
            Filter("kind", gettext_lazy("Kind"), kind="choice", choices=Kind.choices),
            Filter("basis", gettext_lazy("Pays"), kind="choice", choices=Basis.choices),
            Filter("made", gettext_lazy("Made"), kind="dates", where="made_at__date"),
        ],
        sort="-made_at",
        extra=["currency"],
        empty=gettext_lazy("No payment plan yet"),
        empty_next=gettext_lazy("New plan"),
        empty_url=at("payments:plan-new", operation_id),
    )  # fmt: skip


def _amount(name: str) -> Any:
    """Money as text; in kind nothing, because units of different items are not added."""
    return lambda row: money(row[name], row["currency"]) if row["currency"] else "–"


@require_GET
@needs(VIEW)
def plan_list(request: HttpRequest) -> HttpResponseBase:
    """Plans of one operation."""
    viewer = request.viewer
    operation, operations = operations_here(request, VIEW)
    if operation is None:
        raise Problem("not_found")
    new = {"label": _("New plan"), "url": at("payments:plan-new", operation.pk), "style": "btn-primary"}
    context = {
        **frame(request, "plans", operation, operations),
        "heading": _("Payment plans"),
        "actions": [
            {**new, "reason": why_not(viewer, PREPARE)},
            {"label": _("Ledger"), "url": at("payments:ledger", operation.pk), "reason": why_not(viewer, LINES), "style": "btn-quiet"},
        ],
    }  # fmt: skip
    rows = queries.plans(seen_by=viewer, operation_id=operation.pk)
    named = sorted(set(rows.order_by().values_list("programme", "programme__name")), key=lambda one: one[1])
    known = listing(operation.pk, [(str(key), name) for key, name in named])
    return respond(request, known, rows, "payments/list.html", context, may_export=True)


@require_GET
@needs(VIEW)
def plan_page(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One plan."""
    return TemplateResponse(request, "payments/plan.html", plan_context(request, plan_id))


def plan_context(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    """All that the page of a plan shows, also when a step was refused."""
    viewer = request.viewer
    plan = queries.plan(plan_id, seen_by=viewer)
    eyes = queries.eyes(plan.pk, seen_by=viewer)
    job = progress_of(plan.job, viewer)
    return {
        "plan": plan,
        "state": {"label": plan.get_state_display(), "tone": PLAN_TONES[plan.state]},
        "way": _way(plan),
        "job": job,
        "poll_url": reverse("jobs:progress", args=[plan.job]) if job else "",
        "busy": plan.state == PlanState.DRAFT and plan.generated_at is None,
        "facts": _facts(plan, viewer),
        "parts": _parts(eyes),
        "turn": _turn(plan, viewer),
        "actions": stepping.actions_of(plan, eyes, viewer),
        "totals": {
            "amount": worth(plan.amount, plan),
            "arrived": worth(max(plan.delivered_amount - plan.returned_amount, Decimal(0)), plan),
            "lost": worth(plan.lost_amount, plan),
            "excess": worth(plan.excess_amount, plan),
        },
        "budgets": _budgets(plan, viewer),
        "books": [book.label for book in Book if book != Book.BUDGET],
        "lines": _lines(plan, viewer),
        "files": list(queries.payment_files(plan.pk, seen_by=viewer)),
        "may_open": viewer.may(FILES),
        "formats": stepping.formats_of(plan, viewer),
        "followers": list(queries.plans(seen_by=viewer).filter(follow_up_of=plan.pk)),
        "more": _more(plan, viewer),
        "steps": [
            (each, STEP_WORDS.get(each.verb, each.verb)) for each in reversed(queries.steps(plan.pk, seen_by=viewer))
        ],
        "trail": stepping.plan_trail(plan)[:-1],
    }


def _way(plan: Plan) -> list[dict[str, Any]]:
    """The states in their order: which are behind, which one it is in."""
    here = WAY.index(PlanState(plan.state)) if plan.state in WAY else -1
    return [{"label": state.label, "done": number < here, "here": number == here} for number, state in enumerate(WAY)]


def _cost(plan: Plan, viewer: Viewer) -> str:
    """What the plan takes with the fees of its provider, as far as somebody knows them."""
    cost = queries.plan_cost(plan, seen_by=viewer) if plan.is_money and viewer.may(PROVIDERS) else None
    return money(cost.whole, plan.currency) if cost else ""


def _facts(plan: Plan, viewer: Viewer) -> list[tuple[Text, Any]]:
    found: list[tuple[Text, Any]] = [
        (_("Programme"), plan.programme.name),
        (_("Cycle"), plan.cycle.name),
        (_("Pays"), plan.get_basis_display()),
        (_("Kind"), plan.get_kind_display()),
        (_("Paid"), f"{date_format(plan.pay_from)} – {date_format(plan.pay_until)}"),
        (_("Provider"), plan.provider_label),
        (_("Cost with fees"), _cost(plan, viewer)),
        (_("How it is paid"), stepping.mechanism_label(plan.mechanism)),
    ]
    if plan.is_money and plan.base_currency and plan.base_currency != plan.currency:
        day = f", {date_format(plan.rate_on)}" if plan.rate_on else ""
        found.append((_("Rate"), f"1 {plan.currency} = {plan.rate.normalize():f} {plan.base_currency}{day}"))
    found.append((_("Prepared by"), f"{plan.made_by_label}, {date_format(plan.made_at, 'DATETIME_FORMAT')}"))
    return found


def _parts(eyes: queries.Eyes) -> list[dict[str, Any]]:
    """The four parts of a plan: who did what, and how many words are still needed."""
    return [
        {
            "label": PARTS[each.duty],
            "steps": [(step, STEP_WORDS.get(step.verb, step.verb)) for step in each.who],
            "needed": each.needed,
            "given": each.given,
            "done": each.given >= each.needed,
        }
        for each in eyes.parts
    ]


def _turn(plan: Plan, viewer: Viewer) -> dict[str, Any] | None:
    """Who may take the next step, by name."""
    duty, names = queries.turn_of(plan, seen_by=viewer)
    return None if duty is None else {"label": PARTS[duty], "names": names}


def _budgets(plan: Plan, viewer: Viewer) -> list[dict[str, Any]]:
    """Budget lines of a plan with where their money is."""
    rows = list(queries.budgets(plan.pk, seen_by=viewer))
    balances = queries.ledger(plan.pk, seen_by=viewer) if rows and viewer.may(LINES) else {}
    return [
        {
            "line": each.budget_line,
            "amount": money(each.amount, plan.currency),
            "books": [
                money(balances.get((each.budget_line_id, book), Decimal(0)), each.budget_line.currency)
                for book in Book
                if book != Book.BUDGET
            ],
        }
        for each in rows
    ]


def _lines(plan: Plan, viewer: Viewer) -> list[dict[str, Any]]:
    """Lines by state, each leading to its list."""
    if not viewer.may(LINES):
        return []
    sums = queries.state_counts(plan.pk, seen_by=viewer)
    url = reverse("payments:lines", args=[plan.pk])
    return [
        {
            "label": state.label, "tone": LINE_TONES[state], "count": sums[state].lines, "url": f"{url}?state={state}",
            "amount": worth(sums[state].amount, plan) if plan.is_money else "",
        }
        for state in LineState
        if state in sums and sums[state].lines
    ]  # fmt: skip


def _more(plan: Plan, viewer: Viewer) -> list[tuple[Text, str]]:
    """Pages about this plan that lie beside it."""
    found: list[tuple[Text, str]] = []
    if plan.is_money and viewer.may(LINES):
        found.append((_("Ledger"), f"{at('payments:ledger', plan.operation_id)}&plan={plan.pk}"))
    if not plan.is_money and viewer.may(DISTRIBUTIONS):
        found.append((_("Distributions"), reverse("payments:plan-distributions", args=[plan.pk])))
    if viewer.may(VERIFICATIONS):
        found.append((_("Verifications"), reverse("payments:plan-verifications", args=[plan.pk])))
    return found
