"""All that one household was entitled to and got, cash and in kind together; and the accounts to which people are paid."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.providers import AccountForm
from banyan.aid.payments.models import BY_ACCOUNT, Line, Mechanism
from banyan.aid.payments.states import LineState
from banyan.aid.payments.views.framing import CHANGE_ACCOUNTS, HOLD, LINES, VIEW_ACCOUNTS, Text, at, say_problems, trail
from banyan.aid.payments.views.wording import LINE_TONES, money, quantity, worth
from banyan.aid.programmes import queries as programmes
from banyan.people.registry import queries as register
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

ENTITLEMENTS = "programmes.view_entitlement"


@require_GET
@needs(LINES)
def household_page(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """What a household was to get, line by line, and what of it arrived. Opening it is an entry in the log of reads."""
    viewer = request.viewer
    household = register.household(household_id, seen_by=viewer)
    log_read(viewer, kind="open", subject="payments.household", ids=[household.pk], purpose="page")
    lines = list(
        queries.lines_of_household(household.pk, seen_by=viewer).select_related(
            "plan", "plan__programme", "plan__cycle"
        )
    )
    entitled = list(programmes.entitlements_of(household.pk, seen_by=viewer)) if viewer.may(ENTITLEMENTS) else []
    hold = queries.standing_hold(household.pk, seen_by=viewer)
    rows = _rows(entitled, lines)
    context = {
        "household": household,
        "hold": hold,
        "rows": rows,
        "totals": _totals(rows),
        "accounts": _accounts(household.pk, viewer),
        "register_url": reverse("registry:household", args=[household.pk]),
        "hold_url": f"{at('payments:hold-new', household.operation_id)}&reference={household.reference}",
        "why_not_hold": why_not(viewer, HOLD),
        "trail": trail(household.operation_id),
    }
    return TemplateResponse(request, "payments/household.html", context)


def _rows(entitled: list[Any], lines: list[Line]) -> list[dict[str, Any]]:
    """Each entitlement with the lines that pay it, the latest first; lines of what no longer stands come last."""
    by_origin: dict[UUID, list[Line]] = {}
    for line in lines:
        by_origin.setdefault(line.origin, []).append(line)
    found = [_row(each, by_origin.pop(each.origin, [])) for each in entitled]
    return found + [_row(None, left) for left in by_origin.values()]


def _row(entitlement: Any, lines: list[Line]) -> dict[str, Any]:
    got = sum((max(line.delivered_amount - line.returned_amount, Decimal(0)) for line in lines), Decimal(0))
    first = lines[0] if lines else None
    if entitlement is not None:
        currency, item, unit = entitlement.currency, entitlement.item, entitlement.unit
        due = entitlement.amount if currency else entitlement.quantity
        programme, cycle = entitlement.run.programme.name, entitlement.cycle.name
    else:
        assert first is not None  # noqa: S101 — a row without entitlement is made of lines
        currency, item, unit = first.plan.currency, first.item, first.unit
        due = None
        programme, cycle = first.plan.programme.name, first.plan.cycle.name
    return {
        "programme": programme, "cycle": cycle, "currency": currency, "item": item, "unit": unit, "due": due, "got": got,
        "what": item or _("money"),
        "due_words": _words(due, currency, unit) if due is not None else _("no longer due"),
        "got_words": _words(got, currency, unit),
        "lines": [
            {
                "line": line,
                "amount": worth(line.amount, line.plan, line.unit),
                "state": LineState(line.state).label,
                "tone": LINE_TONES[line.state],
            }
            for line in lines
        ],
    }  # fmt: skip


def _words(amount: Decimal, currency: str, unit: str) -> str:
    return money(amount, currency) if currency else quantity(amount, unit)


def _totals(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """By currency and by item: what is due together, and what arrived."""
    found: dict[tuple[str, str, str], list[Decimal]] = {}
    for row in rows:
        whole = found.setdefault((row["currency"], row["item"], row["unit"]), [Decimal(0), Decimal(0)])
        whole[0] += row["due"] or 0
        whole[1] += row["got"]
    return [
        {"what": item or currency, "due": _words(due, currency, unit), "got": _words(got, currency, unit)}
        for (currency, item, unit), (due, got) in sorted(found.items(), key=lambda one: (not one[0][0], one[0]))
    ]


def _accounts(household_id: UUID, viewer: Viewer) -> list[dict[str, Any]]:
    """Members who have accounts, and who may be given one."""
    if not viewer.may(VIEW_ACCOUNTS):
        return []
    members = register.members(household_id, seen_by=viewer)
    known: dict[UUID, list[Any]] = {}
    for account in queries.accounts_of([each.person_id for each in members], seen_by=viewer).filter(ended_at=None):
        known.setdefault(account.payee, []).append(account)
    return [
        {
            "person": each.person,
            "accounts": known.get(each.person_id, []),
            "url": reverse("payments:accounts", args=[each.person_id]),
        }
        for each in members
        if each.person_id in known or each.is_head or each.is_collector or each.is_alternate
    ]


@require_http_methods(["GET", "POST"])
@needs(VIEW_ACCOUNTS)
def accounts(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The accounts of a person; writing one down ends the one before of the same kind."""
    viewer = request.viewer
    person = register.person(person_id, seen_by=viewer)
    kinds = [(code, label) for code, label in Mechanism.choices if code in BY_ACCOUNT]
    form = AccountForm(request.POST if request.method == "POST" else None, mechanisms=kinds)
    problems: list[Problem] = []
    if request.method == "POST":
        viewer.require(CHANGE_ACCOUNTS)
        if form.is_valid():
            try:
                actions.set_account(person.pk, by=viewer, **form.cleaned_data)
            except Problem as problem:
                problems = problems_of(problem)
            else:
                messages.success(request, _("Saved. It counts for plans that are not sent for approval yet."))
                return redirect("payments:accounts", person.pk)
    log_read(viewer, kind="open", subject="registry.person", ids=[person.pk], purpose="accounts")
    found = list(queries.accounts_of([person.pk], seen_by=viewer))
    reason = why_not(viewer, CHANGE_ACCOUNTS)
    context = {
        "person": person, "accounts": found, "form": None if reason else form, "why_not": reason, "problems": problems,
        "trail": _person_trail(person, viewer),
    }  # fmt: skip
    status = 422 if form.errors or problems else 200
    return TemplateResponse(request, "payments/accounts.html", context, status=status)


def _person_trail(person: Any, viewer: Viewer) -> list[tuple[Text, str]]:
    standing = register.membership_of([person.pk], seen_by=viewer).get(person.pk)
    if standing is None:
        return trail(person.operation_id)
    home = standing.household
    return trail(person.operation_id, (home.reference, reverse("payments:household", args=[home.pk])))


@require_POST
@needs(CHANGE_ACCOUNTS)
def account_end(request: HttpRequest, account_id: UUID, person_id: UUID) -> HttpResponse:
    """Take an account out of use."""
    try:
        actions.end_account(account_id, by=request.viewer)
    except Problem as problem:
        say_problems(request, problem)
    else:
        messages.success(request, _("The account is no longer used."))
    return redirect("payments:accounts", person_id)
